package simulator

import (
	"net/http"
	"strings"
	"time"
)

const (
	accessTokenLife  = 86400 * time.Second // source: the example in K2's API reference
	refreshTokenLife = 30 * 24 * time.Hour
)

// account is a person, whatever organizations they belong to.
type account struct{ id, name, email, password string }

func (s *Server) addAccount(name, email, password string) *account {
	a := &account{id: newID(), name: name, email: email, password: password}
	s.accounts[fold(email)] = a
	return a
}

// session is bound to no organization until its first refresh.
type session struct {
	account                       *account
	organization                  string
	access, refresh               string
	accessExpires, refreshExpires time.Time
}

type sessions struct {
	byAccess, byRefresh map[string]*session
	opened, revoked     int
}

func newSessions() sessions {
	return sessions{byAccess: map[string]*session{}, byRefresh: map[string]*session{}}
}

// renew gives a its next tokens, and ends those before.
func (all *sessions) renew(a *session, now time.Time) tokens {
	all.end(a)
	a.access, a.refresh = newSecret(), newSecret()
	a.accessExpires, a.refreshExpires = now.Add(accessTokenLife), now.Add(refreshTokenLife)
	all.byAccess[a.access], all.byRefresh[a.refresh] = a, a
	return tokens{a.access, a.refresh, tokenDate(a.accessExpires), int(accessTokenLife.Seconds())}
}

func (all *sessions) end(a *session) {
	delete(all.byAccess, a.access)
	delete(all.byRefresh, a.refresh)
}

// refreshable returns the session whose next refresh token this is.
func (all *sessions) refreshable(token string, now time.Time) (*session, error) {
	a := all.byRefresh[token]
	if a == nil || !now.Before(a.refreshExpires) {
		return nil, refuse(http.StatusUnauthorized, "The refresh token is unknown, used, expired or revoked.")
	}
	return a, nil
}

// SessionCount counts sessions, not tokens: a refresh continues one.
type SessionCount struct {
	Opened  int `json:"opened"`  // by POST /authenticate
	Revoked int `json:"revoked"` // by POST /revoke-token or RevokeSessions
	Open    int `json:"open"`    // that could still be used: neither revoked nor past their refresh token's life
}

// Sessions counts the sessions since the cloud began.
func (s *Server) Sessions() SessionCount {
	s.mu.Lock()
	defer s.mu.Unlock()
	count := SessionCount{Opened: s.sessions.opened, Revoked: s.sessions.revoked}
	now := s.clock.now()
	for _, a := range s.sessions.byRefresh {
		if now.Before(a.refreshExpires) {
			count.Open++
		}
	}
	return count
}

type tokens struct {
	AccessToken           string    `json:"accessToken"`
	RefreshToken          string    `json:"refreshToken"`
	AccessTokenExpireAt   tokenDate `json:"accessTokenExpireAt"`
	AccessTokenExpiration int       `json:"accessTokenExpiration"` // seconds
}

func (s *Server) authenticate(c *call) (int, any) {
	var body struct {
		Username string `json:"username"`
		Password string `json:"password"`
	}
	if err := decode(c.Body, &body); err != nil {
		return refused(err)
	}
	a := s.accounts[fold(body.Username)]
	if a == nil || a.password != body.Password {
		return refused(refuse(http.StatusUnauthorized, "The username or the password is wrong."))
	}
	s.sessions.opened++
	opened := &session{account: a}
	if s.speaks(tokenBoundFromStart) {
		for o := range s.organizations.all() {
			if o.memberByEmail(a.email) != nil {
				opened.organization = o.id
				break
			}
		}
	}
	return ok(s.sessions.renew(opened, s.clock.now()))
}

func (s *Server) refreshToken(c *call) (int, any) {
	var body struct {
		RefreshToken   string `json:"refreshToken"`
		OrganizationID string `json:"organizationId"`
	}
	if err := decode(c.Body, &body); err != nil {
		return refused(err)
	}
	a, err := s.sessions.refreshable(body.RefreshToken, s.clock.now())
	if err != nil {
		return refused(err)
	}
	if body.OrganizationID == "" {
		return refused(refuse(http.StatusBadRequest, "The organizationId is missing."))
	}
	o := s.organizations.get(body.OrganizationID)
	if o == nil {
		return refused(unknown("organization"))
	}
	if o.memberByEmail(a.account.email) == nil {
		return refused(refuse(http.StatusForbidden, "The account is no member of the organization."))
	}
	a.organization = o.id
	return ok(s.sessions.renew(a, s.clock.now()))
}

func (s *Server) revokeToken(c *call) (int, any) {
	var body struct {
		RefreshToken string `json:"refreshToken"`
	}
	if err := decode(c.Body, &body); err != nil {
		return refused(err)
	}
	a, err := s.sessions.refreshable(body.RefreshToken, s.clock.now())
	if err != nil {
		return refused(err)
	}
	s.sessions.end(a)
	if s.speaks(revokedTokenLives) {
		s.sessions.byAccess[a.access] = a
	}
	s.sessions.revoked++
	return ok(nil)
}

type userSelf struct {
	ID            string             `json:"id"`
	Name          string             `json:"name"`
	Email         string             `json:"email"`
	Organizations []organizationName `json:"organizations"`
}

type organizationName struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

func (s *Server) getUserSelf(c *call) (int, any) {
	a := c.caller.account
	if a == nil {
		return refused(refuse(http.StatusForbidden, "An API key is not a user."))
	}
	self := userSelf{ID: a.id, Name: a.name, Email: a.email, Organizations: []organizationName{}}
	for o := range s.organizations.all() {
		if o.memberByEmail(a.email) != nil {
			self.Organizations = append(self.Organizations, organizationName{o.id, o.name})
		}
	}
	return ok(self)
}

// bearer returns "" if the request carries no bearer token.
func bearer(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return token
}
