package simulator

import (
	"net/http"
	"strings"
	"time"
)

type apiKey struct {
	organization                   *organization
	id, title, role, email, secret string
	expires                        time.Time
	audit                          audit
}

// never is when a key expires that does not; only a dialect makes one.
var never = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)

type apiKeyObject struct {
	ID             string   `json:"id"`
	Title          string   `json:"title"`
	Roles          []string `json:"roles"`
	ExpirationDate date     `json:"expirationDate"`
	Email          string   `json:"email"`
	audit
}

// createdAPIKey is the one answer that tells the secret.
type createdAPIKey struct {
	apiKeyObject
	Secret string `json:"apiKey"`
}

func (k *apiKey) object() apiKeyObject {
	return apiKeyObject{k.id, k.title, []string{k.role}, date(k.expires), k.email, k.audit}
}

// keyEmail is a key's address; source: payloads in K2's repositories.
func keyEmail(id string) string { return id[:8] + "@apikey.jmapcloud.io" }

func (s *Server) addAPIKey(o *organization, title, role string, expires time.Time, by string) (*apiKey, error) {
	if err := checkText("title", title); err != nil {
		return nil, err
	}
	if err := checkRole(role); err != nil {
		return nil, err
	}
	if role == RoleAdministrator {
		return nil, refuse(http.StatusBadRequest, "An API key cannot be an administrator.")
	}
	if !expires.After(s.clock.now()) {
		return nil, refuse(http.StatusBadRequest, "The expirationDate is not in the future.")
	}
	id := newID()
	for o.keyEmails[keyEmail(id)] != nil {
		id = newID()
	}
	return s.putAPIKey(o, id, title, role, expires, by), nil
}

// putAPIKey wants an id whose email is free.
func (s *Server) putAPIKey(o *organization, id, title, role string, expires time.Time, by string) *apiKey {
	k := &apiKey{
		organization: o, id: id, title: title, role: role, email: keyEmail(id), secret: newSecret(),
		expires: expires.UTC().Truncate(time.Second), audit: s.audited(by),
	}
	o.apiKeys.add(k.id, k)
	o.keyEmails[k.email] = k
	s.secrets[k.secret] = k
	return k
}

// removeAPIKey hands what k owns to the successor, or with none deletes what only k owns. It does nothing once k is gone.
func (s *Server) removeAPIKey(k *apiKey, successor *member) {
	o := k.organization
	if o.apiKeys.get(k.id) == nil {
		return
	}
	s.leaveBehind(&o.goneKeys, k.id, k.object())
	o.apiKeys.remove(k.id)
	delete(o.keyEmails, k.email)
	delete(s.secrets, k.secret)
	var creator *member
	for m := range o.members.all() {
		if m.account.signature() == k.audit.CreatedBy {
			creator = m
		}
	}
	s.transfer(o, k.email, successor, creator, true)
}

func (s *Server) listAPIKeys(c *call) (int, any) {
	return ok(list(&c.organization.apiKeys, (*apiKey).object))
}

func (s *Server) createAPIKey(c *call) (int, any) {
	var body struct {
		Title          string   `json:"title"`
		Roles          []string `json:"roles"`
		ExpirationDate string   `json:"expirationDate"`
	}
	if err := decode(c.Body, &body); err != nil {
		return refused(err)
	}
	role, err := oneRole(body.Roles)
	if err != nil {
		return refused(err)
	}
	expires, err := time.Parse("2006-01-02T15:04:05Z", body.ExpirationDate)
	if err != nil {
		return refused(refuse(http.StatusBadRequest, "The expirationDate %q is not like 2024-07-22T18:26:57Z.", body.ExpirationDate))
	}
	title := body.Title
	if s.speaks(keyTitleUpperCased) {
		title = strings.ToUpper(title)
	}
	if s.speaks(keyRoleIgnored) && role != RoleAdministrator {
		role = RoleEditor
	}
	switch {
	case !expires.After(s.clock.now()): // which is refused below
	case s.speaks(keyExpiryIgnored):
		expires = never
	case s.speaks(keyExpiryAYear):
		expires = s.clock.now().AddDate(1, 0, 0)
	}
	for k := range c.organization.apiKeys.all() {
		if k.title == title && s.speaks(keyTitlesUnique) {
			return refused(refuse(http.StatusConflict, "There is a key with this title."))
		}
	}
	k, err := s.addAPIKey(c.organization, title, role, expires, c.caller.signature())
	if err != nil {
		return refused(err)
	}
	return created(createdAPIKey{k.object(), k.secret})
}

func (s *Server) getAPIKey(c *call) (int, any) {
	k := c.organization.apiKeys.get(c.PathValue("apiKey"))
	if k == nil {
		return refused(unknown("API key"))
	}
	return ok(k.object())
}

func (s *Server) deleteAPIKey(c *call) (int, any) {
	k := c.organization.apiKeys.get(c.PathValue("apiKey"))
	if k == nil {
		return refused(unknown("API key"))
	}
	successor, err := s.successor(c, true)
	if err != nil {
		return refused(err)
	}
	return s.afterwards(func() { s.removeAPIKey(k, successor) })
}

// APIKey is one API key as the portal shows it, with the secret that the portal shows only once.
type APIKey struct {
	ID, Title, Email string
	Role             string // RoleViewer or RoleEditor
	Secret           string // the value of the header Api-Key
	ExpiresAt        time.Time
	CreatedBy        string // "Full Name <email>"
	CreatedAt        time.Time
}

func (k *apiKey) export() APIKey {
	return APIKey{k.id, k.title, k.email, k.role, k.secret, k.expires, k.audit.CreatedBy, time.Time(k.audit.CreationDate)}
}
