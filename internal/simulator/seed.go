package simulator

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"
)

// seededPassword obeys the password rule and means nothing to a shell.
const seededPassword = "Simulated-Cloud.1"

// Seed says how many of each noun to add to the seeded organization.
type Seed struct {
	Members     int // editors and viewers by turns: the administrator stays the only one
	APIKeys     int // with both roles by turns, valid for a year
	Invitations int // pending, in each role and language by turns; no mail is sent for them
	Projects    int // and a data source for every second one, owned in turn by seeded editors and keys, every third one by two of them
}

// Seed fills the seeded organization. Names, emails and ids are the same in every cloud, from member-0001@example.com on; a later call
// goes on counting. Everyone's password is the one that Account has in a new cloud.
func (s *Server) Seed(more Seed) {
	s.mu.Lock()
	defer s.mu.Unlock()
	from := s.seeded
	s.seeded = Seed{from.Members + more.Members, from.APIKeys + more.APIKeys, from.Invitations + more.Invitations, from.Projects + more.Projects}
	for n := from.Members + 1; n <= s.seeded.Members; n++ {
		s.seedMember(n)
	}
	for n := from.APIKeys + 1; n <= s.seeded.APIKeys; n++ {
		s.seedAPIKey(n)
	}
	for n := from.Invitations + 1; n <= s.seeded.Invitations; n++ {
		s.seedInvitation(n)
	}
	owners := s.seededOwners()
	for n := from.Projects + 1; n <= s.seeded.Projects; n++ {
		s.seedProject(n, owners)
	}
}

var (
	givenNames  = []string{"Amélie", "Bruno", "Carla", "Diego", "Élise", "Farid", "Gwen", "Hugo", "Inés", "Jonas", "Kim", "Lucía", "Marc"}
	familyNames = []string{"Tremblay", "García", "Smith", "Roy", "Nguyen", "López", "Gagnon", "Brown", "Côté", "Martin", "Okafor"}
	themes      = []map[string]string{
		{"en": "Water mains", "fr": "Réseau d'eau", "es": "Red de agua"},
		{"en": "Road works", "fr": "Travaux routiers", "es": "Obras viales"},
		{"en": "Street trees", "fr": "Arbres de rue", "es": "Arbolado urbano"},
		{"en": "Land register", "fr": "Cadastre", "es": "Catastro"},
	}
)

// seededHash is the same in every cloud, so that what is made of it is too.
func seededHash(noun string, n, salt int) [32]byte {
	return sha256.Sum256(fmt.Appendf(nil, "%s %d %d", noun, n, salt))
}

func seededID(noun string, n int) string {
	hash := seededHash(noun, n, 0)
	return uuid([16]byte(hash[:16]))
}

func (s *Server) seedMember(n int) {
	hash := seededHash("member", n, 0)
	email := fmt.Sprintf("member-%04d@example.com", n)
	if s.home.memberByEmail(email) != nil {
		return
	}
	a := s.accounts[fold(email)]
	if a == nil {
		a = s.addAccount(givenNames[n%len(givenNames)]+" "+familyNames[n%len(familyNames)], email, seededPassword)
		a.id = seededID("account", n)
	}
	s.home.addMember("auth0|"+hex.EncodeToString(hash[:12]), a, []string{RoleEditor, RoleViewer}[(n-1)%2])
}

func (s *Server) seedAPIKey(n int) {
	// Of a hundred thousand ids, two are likely to begin with the same eight digits.
	var id string
	for salt := 0; id == "" || s.home.keyEmails[keyEmail(id)] != nil; salt++ {
		hash := seededHash("API key", n, salt)
		id = uuid([16]byte(hash[:16]))
	}
	role := []string{RoleEditor, RoleViewer}[(n-1)%2]
	s.putAPIKey(s.home, id, fmt.Sprintf("Key %04d", n), role, s.clock.now().Add(365*24*time.Hour), s.administrator.signature())
}

func (s *Server) seedInvitation(n int) {
	email := fmt.Sprintf("invitee-%04d@example.com", n)
	s.putInvitation(s.home, seededID("invitation", n), email, ranks[(n-1)%len(ranks)], languages[(n-1)%len(languages)], s.administrator)
}

// seededOwners returns the emails of who may own, or the administrator's if no one else may.
func (s *Server) seededOwners() []string {
	var owners []string
	for m := range s.home.members.all() {
		if m.role == RoleEditor {
			owners = append(owners, m.account.email)
		}
	}
	for k := range s.home.apiKeys.all() {
		if k.role == RoleEditor {
			owners = append(owners, k.email)
		}
	}
	if owners == nil {
		owners = []string{s.administrator.email}
	}
	return owners
}

func (s *Server) seedProject(n int, owners []string) {
	theme := themes[(n-1)%len(themes)]
	name := map[string]string{}
	for language, text := range theme {
		name[language] = fmt.Sprintf("%s %04d", text, n)
	}
	by := s.audited(s.home.signature(owners[(n-1)%len(owners)]))
	p := &project{
		resource: resource{id: seededID("project", n), audit: by},
		name:     name, description: map[string]string{}, language: "en", crs: "EPSG:3857",
	}
	own(&p.resource, owners, n)
	s.home.projects.add(p.id, p)
	if n%2 == 0 {
		d := &dataSource{
			resource{id: seededID("data source", n), audit: by, isDataSource: true}, fmt.Sprintf("Layers of %s", name["en"]), fileType,
		}
		own(&d.resource, owners, n)
		s.home.dataSources.add(d.id, d)
	}
}

// own makes the owner whose turn it is the first.
func own(r *resource, owners []string, n int) {
	r.grant(owners[(n-1)%len(owners)], PermissionOwner)
	if n%3 == 0 {
		r.grant(owners[n%len(owners)], PermissionOwner)
	}
}
