// This file is about opening a session: sign in, choose the organization, bind the session to it, and check who has signed in.

package client

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"unicode"
)

// open signs in and binds the session to its organization, in the order of K2's own client. It lists the account's organizations
// only if none is chosen, or if the cloud refuses the chosen one.
func (s *session) open(ctx context.Context) error {
	if given := s.client.config.AccessToken; given != "" {
		if strings.ContainsFunc(given, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) {
			return s.client.signInError(malformedAccessToken, "the access token holds a space or a line break, which no token does", nil)
		}
		s.keep(tokens{AccessToken: given})
	} else if err := s.authenticate(ctx); err != nil {
		return err
	}
	organization, err := s.choose(ctx)
	if err != nil {
		s.drop(ctx)
		return err
	}
	if s.client.config.AccessToken == "" {
		if err := s.bind(ctx, organization); err != nil {
			err = s.explain(ctx, err)
			s.drop(ctx)
			return err
		}
	}
	self, err := s.identify(ctx, organization)
	if err != nil {
		s.drop(ctx)
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.organization, s.self = organization, self
	s.wanted = organization // a later sign-in keeps this organization, even if the account has joined another
	return nil
}

// choose returns the organization to bind to.
func (s *session) choose(ctx context.Context) (string, error) {
	chosen := s.wanted
	if !s.fixed && (chosen == "" || s.client.config.AccessToken != "") { // a given token is bound already, perhaps to another organization
		var err error
		if chosen, err = s.find(ctx); err != nil {
			return "", err
		}
	}
	if !s.client.IsAllowed(chosen) {
		allowed := strings.Join(s.client.config.AllowedOrganizationIDs, ", ")
		return "", s.client.signInError(wrongOrganization, fmt.Sprintf("the organization %s is not among the allowed ones: %s", chosen, allowed), nil)
	}
	return chosen, nil
}

// explain lists the account's organizations where the cloud refuses to bind to one that is not among them.
func (s *session) explain(ctx context.Context, refusal error) error {
	if s.fixed || !hasProblem(refusal, goneOrganization) && !IsForbidden(refusal) && !IsInvalid(refusal) {
		return refusal
	}
	if _, err := s.find(ctx); hasProblem(err, wrongOrganization) {
		return err
	}
	return refusal
}

// find looks up the wanted organization among those that the account belongs to.
func (s *session) find(ctx context.Context) (string, error) {
	c := s.client
	r := request{method: http.MethodGet, path: userSelfPath}
	a, err := c.send(ctx, r, s.current())
	if IsUnauthorized(err) && c.config.AccessToken != "" {
		return "", c.signInError(deadAccessToken, "the access token is not valid, or no longer", err)
	}
	if IsNotFound(err) && c.config.AccessToken != "" { // the first call of such a session
		return "", c.wrongEndpoint(r, err)
	}
	if err != nil {
		return "", err
	}
	self, err := decode[user](c, r, a)
	if err != nil {
		return "", err
	}
	var known []string
	chosen := ""
	for _, o := range self.Organizations {
		known = append(known, fmt.Sprintf("%q (%s)", Printable(o.Name), Printable(o.ID)))
		if o.ID == s.wanted || s.wanted == "" && len(self.Organizations) == 1 {
			chosen = o.ID
		}
	}
	list := strings.Join(known, ", ")
	switch {
	case len(known) == 0:
		return "", c.signInError(wrongOrganization, "the account belongs to no organization", nil)
	case chosen == "" && s.wanted == "":
		return "", c.signInError(wrongOrganization, fmt.Sprintf("the account belongs to %d organizations and none is chosen: %s", len(known), list), nil)
	case chosen == "":
		return "", c.signInError(wrongOrganization, fmt.Sprintf("the account does not belong to the organization %q. It belongs to: %s", s.wanted, list), nil)
	}
	return chosen, nil
}

// identify reads the member that has signed in, and refuses one who is not an administrator.
func (s *session) identify(ctx context.Context, organization string) (Member, error) {
	c := s.client
	r := request{method: http.MethodGet, path: join(ssRoot, "organizations", organization, "members", "self")}
	a, err := c.send(ctx, r, s.current())
	if IsUnauthorized(err) && c.config.AccessToken != "" {
		return Member{}, c.signInError(deadAccessToken, "the access token is not valid, or no longer", err)
	}
	if IsForbidden(err) && c.config.AccessToken != "" {
		return Member{}, c.signInError(unboundAccessToken, fmt.Sprintf("the access token is not bound to the organization %s, but to another or to none: %s", organization, messageOf(err)), err)
	}
	if err != nil {
		return Member{}, err
	}
	self, err := decode[Member](c, r, a)
	if err != nil {
		return Member{}, err
	}
	if role := self.Role(); role != RoleAdmin {
		return Member{}, c.signInError(notAdministrator, fmt.Sprintf("%s is %s in the organization %s, and only an %s may manage it", self.Email, role, organization, RoleAdmin), nil)
	}
	return self, nil
}
