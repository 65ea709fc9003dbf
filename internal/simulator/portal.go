package simulator

import (
	"net/http"
	"time"
)

// What follows does what people do in the portal, for tests: under the rules of the API, without a session, a request or an entry in the
// record. Unless an argument says otherwise it acts on the seeded organization, in the name of its administrator. Emails are compared
// without regard to case. An error says what the cloud refuses.

// Account is a person who can sign in.
type Account struct {
	OrganizationID string // of the seeded organization
	MemberID       string // in it; empty once the member is deleted
	Name           string
	Username       string // the email
	Password       string
}

// Account returns the seeded administrator.
func (s *Server) Account() Account {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := Account{OrganizationID: s.home.id, Name: s.administrator.name, Username: s.administrator.email, Password: s.administrator.password}
	if m := s.home.memberByEmail(a.Username); m != nil {
		a.MemberID = m.id
	}
	return a
}

// act runs f on the seeded organization, with the lock held.
func act[T any](s *Server, f func(o *organization) (T, error)) (T, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.organizations.get(s.home.id) == nil {
		var none T
		return none, unknown("organization")
	}
	return f(s.home)
}

func do(s *Server, f func(o *organization) error) error {
	_, err := act(s, func(o *organization) (struct{}, error) { return struct{}{}, f(o) })
	return err
}

// AddMember makes someone a member, without an invitation. Who has an account already keeps its name and password; an empty password
// is the one that Account has in a new cloud.
func (s *Server) AddMember(name, email, role, password string) (Member, error) {
	return act(s, func(o *organization) (Member, error) {
		if password == "" {
			password = seededPassword
		}
		if err := checkEmail(email); err != nil {
			return Member{}, err
		}
		if err := checkText("name", name); err != nil {
			return Member{}, err
		}
		if err := checkRole(role); err != nil {
			return Member{}, err
		}
		if !goodPassword(password) {
			return Member{}, problemPassword
		}
		if o.memberByEmail(email) != nil {
			return Member{}, refuse(http.StatusConflict, "%s is a member already.", email)
		}
		a := s.accounts[fold(email)]
		if a == nil {
			a = s.addAccount(name, email, password)
		}
		return o.addMember(newMemberID(), a, role).export(), nil
	})
}

func (o *organization) mustBeMember(email string) (*member, error) {
	if m := o.memberByEmail(email); m != nil {
		return m, nil
	}
	return nil, unknown("member")
}

// SetRole gives a member another role.
func (s *Server) SetRole(email, role string) error {
	return do(s, func(o *organization) error {
		m, err := o.mustBeMember(email)
		if err != nil {
			return err
		}
		if err := s.maySetRole(o, m, role); err != nil {
			return err
		}
		m.role = role
		return nil
	})
}

// RemoveMember deletes a member. What they own goes to the member with the email transferTo; with an empty one, what only they own is
// deleted.
func (s *Server) RemoveMember(email, transferTo string) error {
	return do(s, func(o *organization) error {
		m, err := o.mustBeMember(email)
		if err != nil {
			return err
		}
		successor, err := o.successor(transferTo)
		if err != nil {
			return err
		}
		if err := s.mayRemove(o, m, successor); err != nil {
			return err
		}
		s.removeMember(o, m, successor)
		return nil
	})
}

// AddAPIKey makes a key with the role RoleViewer or RoleEditor.
func (s *Server) AddAPIKey(title, role string, expires time.Time) (APIKey, error) {
	return act(s, func(o *organization) (APIKey, error) {
		k, err := s.addAPIKey(o, title, role, expires, s.administrator.signature())
		if err != nil {
			return APIKey{}, err
		}
		return k.export(), nil
	})
}

// DeleteAPIKey deletes a key by its id, and with it what only the key owns.
func (s *Server) DeleteAPIKey(id string) error {
	return s.RemoveAPIKey(id, "")
}

// Invite sends an invitation, and the mail that goes with it.
func (s *Server) Invite(email, role, language string) (Invitation, error) {
	return act(s, func(o *organization) (Invitation, error) {
		i, err := s.invite(o, email, role, language, s.administrator)
		if err != nil {
			return Invitation{}, err
		}
		return i.export(s.baseURL), nil
	})
}

// WithdrawInvitation deletes every invitation to email, the expired ones too.
func (s *Server) WithdrawInvitation(email string) error {
	return do(s, func(o *organization) error {
		err := unknown("invitation")
		for i := range o.invitations.all() {
			if fold(i.email) == fold(email) {
				defer o.removeInvitation(i, withdrawn)
				err = nil
			}
		}
		return err
	})
}

// SingleSignOn signs an account in as K2's newer clients do: the access token is bound to the seeded organization from the start, and there
// is no refresh token. ExpireSessions and RevokeSessions end it; Sessions does not count it.
func (s *Server) SingleSignOn(email string) (accessToken string, err error) {
	return act(s, func(o *organization) (string, error) {
		m, err := o.mustBeMember(email)
		if err != nil {
			return "", err
		}
		a := &session{account: m.account, organization: o.id, access: newSecret(), accessExpires: s.clock.now().Add(accessTokenLife)}
		s.sessions.byAccess[a.access] = a
		return a.access, nil
	})
}

// Accept accepts the latest invitation to email as its page does: name and password are those of a new account, or the password is that
// of the account that has the email.
func (s *Server) Accept(email, name, password string) (Member, error) {
	return act(s, func(o *organization) (Member, error) {
		i := o.invitees[fold(email)]
		if i == nil {
			return Member{}, unknown("invitation")
		}
		m, err := s.accept(i, name, password)
		if err != nil {
			return Member{}, err
		}
		return m.export(), nil
	})
}

// AddOrganization makes another organization; adminEmail, whose account must exist, becomes its administrator.
func (s *Server) AddOrganization(name, adminEmail string) (Organization, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := checkText("name", name); err != nil {
		return Organization{}, err
	}
	a := s.accounts[fold(adminEmail)]
	if a == nil {
		return Organization{}, unknown("account")
	}
	return s.addOrganization(name, a).export(), nil
}

// RenameOrganization renames any organization.
func (s *Server) RenameOrganization(id, name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.organizations.get(id)
	if o == nil {
		return unknown("organization")
	}
	return s.renameOrganization(o, name, s.administrator.signature())
}

// DeleteOrganization deletes any organization and everything in it.
func (s *Server) DeleteOrganization(id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.organizations.get(id)
	if o == nil {
		return unknown("organization")
	}
	s.removeOrganization(o)
	return nil
}

// ChangePassword gives any account another password; its sessions go on.
func (s *Server) ChangePassword(email, password string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.accounts[fold(email)]
	if a == nil {
		return unknown("account")
	}
	if !goodPassword(password) {
		return problemPassword
	}
	a.password = password
	return nil
}

// ChangeEmail gives an account another email, as single sign-on does after a marriage. It stays the same member everywhere, and owns what it owned.
func (s *Server) ChangeEmail(from, to string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.accounts[fold(from)]
	if a == nil {
		return unknown("account")
	}
	if err := checkEmail(to); err != nil {
		return err
	}
	if s.accounts[fold(to)] != nil {
		return refuse(http.StatusConflict, "%s is another account's.", to)
	}
	delete(s.accounts, fold(from))
	s.accounts[fold(to)] = a
	for o := range s.organizations.all() {
		m := o.memberByEmail(from)
		if m == nil {
			continue
		}
		delete(o.emails, fold(from))
		o.emails[fold(to)] = m
		for r := range o.resources() {
			if g := r.entry(from); g != nil {
				g.principal = to
			}
		}
	}
	a.email = to
	return nil
}

// ExpireSessions ends the life of every access token; the refresh tokens stay good.
func (s *Server) ExpireSessions() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.sessions.byAccess {
		a.accessExpires = time.Time{}
	}
}

// RevokeSessions ends every session, its refresh token too; each counts as revoked.
func (s *Server) RevokeSessions() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sessions.revoked += len(s.sessions.byRefresh)
	clear(s.sessions.byAccess)
	clear(s.sessions.byRefresh)
}
