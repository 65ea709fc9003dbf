// This file is about opening a session: sign in, choose the organization, bind the session to it, and check who has signed in.

package client

import (
	"cmp"
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
	asked := &identification{done: make(chan struct{})}
	s.mu.Lock()
	s.organization, s.self = organization, asked
	s.wanted = organization // a later sign-in keeps this organization, even if the account has joined another
	s.mu.Unlock()
	s.flights.Add(1) // of one that is under way, so Close does not wait yet
	go func() {
		defer s.flights.Done()
		s.identifyBeside(ctx, asked)
	}()
	return nil
}

// identification is the question who has signed in. What stands under done is set when done is closed.
type identification struct {
	done chan struct{}
	self Member
	err  error
}

// identifyBeside asks who has signed in, while the session is in use already. It ends the session of an account that may not use it.
func (s *session) identifyBeside(ctx context.Context, asked *identification) {
	defer close(asked.done)
	ctx, cancel := context.WithTimeoutCause(context.WithoutCancel(ctx), s.client.config.Budget, errBudget)
	defer cancel()
	defer context.AfterFunc(s.client.life, cancel)() //nolint:contextcheck // the life of the client ends it, too
	organization, token := s.boundTo()
	self, err := s.identify(ctx, organization)
	if IsUnauthorized(err) { // the token has ended meanwhile, and another call has noticed or will
		if _, err = s.shared(ctx, token); err == nil {
			if now := s.asked(); now != asked { // the session was opened again
				asked.self, asked.err = s.identified(ctx)
				return
			}
			self, err = s.identify(ctx, organization)
		}
	}
	if err != nil {
		asked.err = s.refused(err)
		s.drop(ctx)
		return
	}
	asked.self = self
}

func (s *session) boundTo() (organization, token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.organization, s.tokens.AccessToken
}

func (s *session) asked() *identification {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.self
}

// identified is the member that has signed in, once the cloud has told that. The session has been opened before.
func (s *session) identified(ctx context.Context) (Member, error) {
	asked := s.asked()
	select {
	case <-asked.done:
		return asked.self, asked.err
	default:
	}
	select {
	case <-asked.done:
		return asked.self, asked.err
	case <-ctx.Done():
		err := s.client.failure(ctx, request{method: http.MethodGet, path: userSelfPath}, ctx.Err())
		err.undone = true
		return Member{}, err
	}
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
	isGone := hasProblem(refusal, goneOrganization)
	if !isGone && (s.fixed || !IsForbidden(refusal) && !IsInvalid(refusal)) {
		return refusal
	}
	_, err := s.find(ctx)
	switch {
	case isGone && err == nil:
		return s.client.signInError(wrongOrganization, messageOf(refusal)+", says the cloud, and lists it among those of the account", refusal)
	case !isNoOrganization(err):
		return refusal
	case isGone:
		return s.client.signInError(goneOrganization, messageOf(refusal)+", and "+messageOf(err), refusal)
	}
	return err
}

// isNoOrganization reports whether the account does not have the organization to work on.
func isNoOrganization(err error) bool {
	return hasProblem(err, wrongOrganization) || hasProblem(err, noOrganization)
}

// find looks up the wanted organization among those that the account belongs to.
func (s *session) find(ctx context.Context) (string, error) {
	c := s.client
	self, err := s.user(ctx)
	if err != nil {
		return "", err
	}
	var known []string
	chosen, called := "", ""
	for _, o := range self.Organizations {
		known = append(known, fmt.Sprintf("%q (%s)", Printable(o.Name), Printable(o.ID)))
		if o.ID == s.wanted || s.wanted == "" && len(self.Organizations) == 1 {
			chosen = o.ID
		}
		if o.Name == s.wanted { // an organization is chosen by its id alone: anybody may call theirs as they like
			called = fmt.Sprintf("; %q is the name of one of them, and its id is wanted", Printable(o.Name))
		}
	}
	list := strings.Join(known, ", ")
	switch {
	case len(known) == 0:
		return "", c.signInError(noOrganization, "the account belongs to no organization", nil)
	case chosen == "" && s.wanted == "":
		return "", c.signInError(wrongOrganization, fmt.Sprintf("the account belongs to %d organizations and none is chosen: %s", len(known), list), nil)
	case chosen == "":
		return "", c.signInError(wrongOrganization, fmt.Sprintf("the account does not belong to the organization %q. It belongs to: %s%s", s.wanted, list, called), nil)
	}
	return chosen, nil
}

// user reads the account that has signed in.
func (s *session) user(ctx context.Context) (user, error) {
	c := s.client
	r := request{method: http.MethodGet, path: userSelfPath}
	a, err := s.ask(ctx, r)
	if IsNotFound(err) && c.config.AccessToken != "" { // the first call of such a session
		return user{}, c.wrongEndpoint(r, err)
	}
	if err != nil {
		return user{}, err
	}
	return decode[user](c, r, a)
}

// ask makes a call while the session is being opened.
func (s *session) ask(ctx context.Context, r request) (answer, error) {
	a, err := s.client.send(ctx, r, s.current())
	if IsUnauthorized(err) && s.client.config.AccessToken != "" {
		err = s.deadToken("the access token is not valid, or no longer", err)
	}
	return a, err
}

// identify reads the member that has signed in, and refuses one who is not an administrator.
func (s *session) identify(ctx context.Context, organization string) (Member, error) {
	c := s.client
	self, err := s.member(ctx, organization)
	if IsForbidden(err) && c.config.AccessToken != "" {
		return Member{}, c.signInError(unboundAccessToken, fmt.Sprintf("the access token is not bound to the organization %s, but to another or to none: %s", organization, messageOf(err)), err)
	}
	if err != nil {
		return Member{}, err
	}
	if role := self.Role(); role != RoleAdmin {
		return Member{}, c.signInError(notAdministrator, fmt.Sprintf("%s is %s in the organization %s, and only an %s may manage it", self.Email, role, organization, RoleAdmin), nil)
	}
	return self, nil
}

// member reads the member that has signed in. Where the cloud does not tell, the account is looked up in the list of members.
func (s *session) member(ctx context.Context, organization string) (Member, error) {
	r := request{method: http.MethodGet, path: memberPath(organization, "self")}
	a, err := s.ask(ctx, r)
	if IsNotFound(err) {
		return s.listed(ctx, organization, err)
	}
	if err != nil {
		return Member{}, err
	}
	return decode[Member](s.client, r, a)
}

// listed finds the account that has signed in among the members, by its id or email; missing is why it has to.
func (s *session) listed(ctx context.Context, organization string, missing error) (Member, error) {
	c := s.client
	r := request{method: http.MethodGet, path: memberPath(organization)}
	a, err := s.ask(ctx, r)
	if IsNotFound(err) {
		return Member{}, missing // there is no such organization, or another API
	}
	if err != nil {
		return Member{}, err
	}
	members, err := decode[list[Member]](c, r, a)
	if err != nil {
		return Member{}, err
	}
	account, err := s.user(ctx)
	if err != nil {
		return Member{}, err
	}
	var found []Member
	for _, m := range members {
		email := cmp.Or(account.Email, c.config.Username)
		if account.ID != "" && m.ID == account.ID || email != "" && SameEmail(m.Email, email) {
			found = append(found, m)
		}
	}
	if len(found) == 1 {
		return found[0], nil
	}
	how := "none of its members has the id or the email of the account"
	if len(found) > 1 {
		how = fmt.Sprintf("%d of its members have the id or the email of the account: %s and %s", len(found), found[0].ID, found[1].ID)
	}
	if account.ID == "" && account.Email == "" && c.config.Username == "" {
		how = "it tells neither the id nor the email of the account"
	}
	return Member{}, c.signInError(unknownAccount, fmt.Sprintf("the organization %s does not tell which member has signed in, and %s", organization, how), missing)
}
