package simulator

import (
	"net/http"
	"time"
)

const invitationLife = 7 * 24 * time.Hour // source: K2's guide to the portal

type invitationState int

const (
	pending invitationState = iota // or expired, which the clock decides
	used
	withdrawn
)

type invitation struct {
	organization               *organization
	inviter                    *account
	id, email, language, role  string
	token                      string // of the link
	creationDate, expiresAfter time.Time
	state                      invitationState
}

type invitationObject struct {
	ID             string   `json:"id"`
	InviteeEmail   string   `json:"inviteeEmail"`
	Language       string   `json:"language"`
	Roles          []string `json:"roles"`
	InviterEmail   string   `json:"inviterEmail"`
	InvitationLink string   `json:"invitationLink"`
	CreationDate   date     `json:"creationDate"`
	ExpirationDate date     `json:"expirationDate"`
}

func (i *invitation) object(base string) invitationObject {
	return invitationObject{
		i.id, i.email, i.language, []string{i.role}, i.inviter.email, i.link(base), date(i.creationDate), date(i.expiresAfter),
	}
}

func (i *invitation) link(base string) string { return base + "/invitations/" + i.token }

func (i *invitation) expired(now time.Time) bool { return !now.Before(i.expiresAfter) }

// base is what links begin with in the answer to c.
func (s *Server) base(c *call) string {
	if s.baseURL != "" {
		return s.baseURL
	}
	if c.TLS != nil {
		return "https://" + c.Host
	}
	return "http://" + c.Host
}

func (s *Server) invite(o *organization, email, role, language string, by *account) (*invitation, error) {
	if err := checkEmail(email); err != nil {
		return nil, err
	}
	if err := checkRole(role); err != nil {
		return nil, err
	}
	if err := checkLanguage(language); err != nil {
		return nil, err
	}
	if o.memberByEmail(email) != nil && !s.speaks(membersCanBeInvited) {
		return nil, refuse(http.StatusConflict, "%s is a member already.", email)
	}
	if earlier := o.invitees[fold(email)]; earlier != nil && !earlier.expired(s.clock.now()) {
		if !s.speaks(secondReplaces) {
			return nil, refuse(http.StatusConflict, "An invitation to %s is pending.", email)
		}
		o.removeInvitation(earlier, withdrawn)
	}
	i := s.putInvitation(o, newID(), email, role, language, by)
	s.mails = append(s.mails, Mail{email, translations[language].subject(o.name), language, s.clock.now()})
	return i, nil
}

func (s *Server) putInvitation(o *organization, id, email, role, language string, by *account) *invitation {
	now := s.clock.second()
	i := &invitation{
		organization: o, inviter: by, id: id, email: email, role: role, language: language,
		token: newSecret(), creationDate: now, expiresAfter: now.Add(invitationLife),
	}
	o.invitations.add(i.id, i)
	o.invitees[fold(email)] = i
	s.invited[i.token] = i
	return i
}

// removeInvitation keeps its token known, so that its link can say what became of it.
func (o *organization) removeInvitation(i *invitation, became invitationState) {
	i.state = became
	o.invitations.remove(i.id)
	if o.invitees[fold(i.email)] == i {
		delete(o.invitees, fold(i.email))
	}
}

// problem is why an invitation cannot be accepted; each has its words in each language.
type problem string

const (
	problemExpired       problem = "the invitation has expired"
	problemWithdrawn     problem = "the invitation was withdrawn"
	problemUsed          problem = "the invitation was accepted already"
	problemName          problem = "a name of 1 to 255 characters is needed"
	problemPassword      problem = "a password of at least 8 characters with lower case, upper case, a digit and a special character is needed"
	problemWrongPassword problem = "the account exists and this is not its password"
)

func (p problem) Error() string { return string(p) }

// gone returns nil while i can be accepted.
func (s *Server) gone(i *invitation) error {
	switch {
	case i.state == used:
		return problemUsed
	case i.state == withdrawn:
		return problemWithdrawn
	case i.organization.memberByEmail(i.email) != nil:
		return problemUsed
	case i.expired(s.clock.now()):
		return problemExpired
	}
	return nil
}

// accept makes the invitee a member: with a new account, or with the one that has the email.
func (s *Server) accept(i *invitation, name, password string) (*member, error) {
	if err := s.gone(i); err != nil {
		return nil, err
	}
	a := s.accounts[fold(i.email)]
	switch {
	case a != nil && a.password != password:
		return nil, problemWrongPassword
	case a == nil && checkText("name", name) != nil:
		return nil, problemName
	case a == nil && !goodPassword(password):
		return nil, problemPassword
	case a == nil:
		a = s.addAccount(name, i.email, password)
	}
	if s.speaks(acceptedStay) {
		left, _ := decoded(i.object(s.baseURL)).(object)
		i.organization.goneInvitations.add(i.id, &left)
	}
	i.organization.removeInvitation(i, used)
	return i.organization.addMember(newMemberID(), a, i.role), nil
}

func (s *Server) listInvitations(c *call) (int, any) {
	base := s.base(c)
	return ok(list(&c.organization.invitations, func(i *invitation) invitationObject { return i.object(base) }))
}

func (s *Server) createInvitation(c *call) (int, any) {
	var body struct {
		InviteeEmail string   `json:"inviteeEmail"`
		Language     string   `json:"language"`
		Roles        []string `json:"roles"`
	}
	if err := decode(c.Body, &body); err != nil {
		return refused(err)
	}
	role, err := oneRole(body.Roles)
	if err != nil {
		return refused(err)
	}
	language := body.Language
	if s.speaks(invitationRoleIgnored) {
		role = RoleEditor
	}
	if err := checkLanguage(language); err == nil && s.speaks(invitationLanguageIgnored) {
		language = "en"
	}
	i, err := s.invite(c.organization, body.InviteeEmail, role, language, c.caller.account)
	if err != nil {
		return refused(err)
	}
	if s.speaks(invitationNotMade) {
		c.organization.removeInvitation(i, withdrawn)
		s.mails = s.mails[:len(s.mails)-1]
	}
	return created(i.object(s.base(c)))
}

func (s *Server) getInvitation(c *call) (int, any) {
	i := c.organization.invitations.get(c.PathValue("invitation"))
	if i == nil {
		return refused(unknown("invitation"))
	}
	return ok(i.object(s.base(c)))
}

func (s *Server) deleteInvitation(c *call) (int, any) {
	i := c.organization.invitations.get(c.PathValue("invitation"))
	if i == nil {
		return refused(unknown("invitation"))
	}
	c.organization.removeInvitation(i, withdrawn)
	return ok(nil)
}

// Invitation is one invitation as the portal shows it; an expired one stays until it is withdrawn.
type Invitation struct {
	ID, Email string
	Role      string // RoleViewer, RoleEditor or RoleAdministrator
	Language  string // en, fr or es
	InvitedBy string // the inviter's email
	Link      string // a path, unless SetBaseURL said where the cloud is
	CreatedAt time.Time
	ExpiresAt time.Time
}

func (i *invitation) export(base string) Invitation {
	return Invitation{i.id, i.email, i.role, i.language, i.inviter.email, i.link(base), i.creationDate, i.expiresAfter}
}
