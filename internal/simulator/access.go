package simulator

import (
	"fmt"
	"net/http"
)

// access is who may use a route.
type access int

const (
	anyone         access = iota // without any authorization
	signedIn                     // with a session, bound or not, or an API key
	insiders                     // of the path's organization, by a session bound to it or one of its keys
	administrators               // insiders with the role ORG_ADMIN
)

// caller is the person or the API key that asks; one of account and key is set.
type caller struct {
	account      *account
	key          *apiKey
	role         string // in the path's organization
	organization string // that the session is bound to, or that the key belongs to
}

func (c caller) email() string {
	if c.key != nil {
		return c.key.email
	}
	return c.account.email
}

// signature is how audit fields name the caller; source: payloads in K2's repositories.
func (c caller) signature() string {
	if c.key != nil {
		return c.key.email
	}
	return c.account.signature()
}

func (a *account) signature() string { return fmt.Sprintf("%s <%s>", a.name, a.email) }

func (s *Server) admit(c *call, who access) error {
	if who == anyone {
		return nil
	}
	if err := s.identify(c); err != nil {
		return err
	}
	return s.allow(c, who)
}

// allow is nil if c's caller, who is known by now, may use a route for who.
func (s *Server) allow(c *call, who access) error {
	if who == signedIn {
		return nil
	}
	if c.caller.organization != c.PathValue("organization") {
		return refuse(http.StatusForbidden, "The session is not bound to this organization.")
	}
	o := s.organizations.get(c.caller.organization)
	if o == nil {
		return unknown("organization")
	}
	c.organization = o
	if c.caller.role = s.roleIn(o, c.caller); c.caller.role == "" {
		return refuse(http.StatusForbidden, "The account is no member of the organization.")
	}
	if who == administrators && c.caller.role != RoleAdministrator && !s.isOpenToAll(c) {
		return refuse(http.StatusForbidden, "Only an administrator of the organization may do this.")
	}
	return nil
}

// isOpenToAll is true of the lists and objects that the dialect everyone-reads-access opens.
func (s *Server) isOpenToAll(c *call) bool {
	return s.speaks(everyoneReadsAccess) &&
		among(c.Pattern, "GET /members", "GET /members/{member}", "GET /api-keys", "GET /api-keys/{apiKey}")
}

func (s *Server) identify(c *call) error {
	now := s.clock.now()
	if token := bearer(c.Request); token != "" {
		a := s.sessions.byAccess[token]
		if a == nil || !now.Before(a.accessExpires) {
			return refuse(http.StatusUnauthorized, "The access token is unknown, expired or revoked.")
		}
		c.caller = caller{account: a.account, organization: a.organization}
		return nil
	}
	if secret := c.Header.Get("Api-Key"); secret != "" {
		k := s.secrets[secret]
		if k == nil || !now.Before(k.expires) {
			return refuse(http.StatusUnauthorized, "The API key is unknown, expired or deleted.")
		}
		c.caller = caller{key: k, organization: k.organization.id}
		return nil
	}
	return refuse(http.StatusUnauthorized, "An access token is needed.")
}

// roleIn returns "" for an outsider.
func (s *Server) roleIn(o *organization, who caller) string {
	if who.key != nil {
		return who.key.role
	}
	if m := o.memberByEmail(who.account.email); m != nil {
		return m.role
	}
	return ""
}
