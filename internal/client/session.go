package client

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/singleflight"
)

const (
	// renewBefore is how long before its end an access token is renewed.
	renewBefore = time.Minute
	// dropTimeout bounds the revocation of a session that could not be used.
	dropTimeout = 5 * time.Second
)

// The calls of a session. None of the first three carries credentials.
// Source: jmapcloud.readme.io (authenticate); K2's QGIS plugin (the others).
var (
	authenticatePath = join(ssRoot, "authenticate")
	refreshTokenPath = join(ssRoot, "refresh-token")
	revokeTokenPath  = join(ssRoot, "revoke-token")
	userSelfPath     = join(ssRoot, "users", "self")
)

// tokens are what a session consists of. The refresh token works once.
type tokens struct {
	AccessToken  string `json:"accessToken"`
	RefreshToken string `json:"refreshToken"`
	ExpiresAt    Time   `json:"accessTokenExpireAt"`
}

func (t tokens) missing() string {
	switch {
	case t.AccessToken == "":
		return "accessToken"
	case t.RefreshToken == "":
		return "refreshToken"
	}
	return ""
}

type credentialsRequest struct {
	Username string `json:"username"`
	Password string `json:"password"`
}

type refreshRequest struct {
	RefreshToken   string `json:"refreshToken"`
	OrganizationID string `json:"organizationId"`
}

type revokeRequest struct {
	RefreshToken string `json:"refreshToken"`
}

// user is who has signed in, with the organizations that they belong to.
type user struct {
	Organizations []struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	} `json:"organizations"`
}

// session is one sign-in, bound to one organization. It opens at the first call, for all callers together.
type session struct {
	client *Client
	fixed  bool // wanted comes from an earlier answer of the cloud, and needs no looking up

	flight  singleflight.Group
	flights sync.WaitGroup // of flight, for Close

	mu           sync.Mutex
	wanted       string // the organization to bind to; "" means the account's only one, until it is known
	tokens       tokens
	organization string // what the session is bound to
	self         Member // who has signed in
	broken       error  // why signing in is not tried again
}

// session returns the session bound to organization, without opening it. "" is the organization that Config chooses.
func (c *Client) session(organization string) *session {
	if organization == c.config.OrganizationID {
		organization = ""
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if chosen, ok := c.sessions[""]; ok && organization != "" && chosen.isFor(organization) {
		return chosen
	}
	s, ok := c.sessions[organization]
	if !ok {
		s = &session{client: c, wanted: organization, fixed: organization != ""}
		if !s.fixed {
			s.wanted = c.config.OrganizationID
		}
		c.sessions[organization] = s
	}
	return s
}

func (s *session) isFor(organization string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.wanted == organization
}

// OrganizationID is the organization that the client works on. It signs in where that has not happened yet.
func (c *Client) OrganizationID(ctx context.Context) (string, error) {
	s := c.session("")
	if _, err := s.token(ctx); err != nil {
		return "", err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.wanted, nil // which stays while the session is opened again
}

// CurrentMember is the account that the client is signed in as, as a member of its organization.
func (c *Client) CurrentMember(ctx context.Context) (Member, error) {
	s := c.session("")
	if _, err := s.token(ctx); err != nil {
		return Member{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.self, nil
}

// AccessToken is the bearer token that the client's requests carry now, with its end, which is zero where nobody told it. It
// dies with the session, which Close revokes.
func (c *Client) AccessToken(ctx context.Context) (token string, expiresAt Time, err error) {
	s := c.session("")
	if _, err := s.token(ctx); err != nil {
		return "", Time{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tokens.AccessToken, s.tokens.ExpiresAt, nil
}

// token returns an access token that should be good for a while, opening or renewing the session for it.
func (s *session) token(ctx context.Context) (string, error) {
	s.mu.Lock()
	current, ready, expires := s.tokens.AccessToken, s.isReady(), s.tokens.ExpiresAt
	s.mu.Unlock()
	switch {
	case !ready:
		return s.shared(ctx, "")
	case !expires.IsZero() && s.client.Now().Add(renewBefore).After(expires.Time):
		return s.shared(ctx, current)
	}
	return current, nil
}

// isReady reports whether the session is open and bound. It wants s.mu.
func (s *session) isReady() bool { return s.tokens.AccessToken != "" && s.organization != "" }

// renew replaces an access token that the cloud refused with refusal. Callers that were refused together share one
// renewal, and one that comes late finds the new token.
func (s *session) renew(ctx context.Context, refused string, refusal error) (string, error) {
	if s.client.config.AccessToken != "" {
		return "", s.client.signInError(deadAccessToken, "the access token is not valid, or no longer", refusal)
	}
	return s.shared(ctx, refused)
}

// shared gets another token than the stale one, once for all callers that hold the same. Each of them can leave with its
// ctx; the work goes on for the others, and for Close to revoke what it opens.
func (s *session) shared(ctx context.Context, stale string) (string, error) {
	done := s.flight.DoChan("", func() (any, error) {
		s.mu.Lock()
		current, ready, broken := s.tokens.AccessToken, s.isReady(), s.broken
		s.mu.Unlock()
		if broken != nil {
			return "", broken
		}
		if ready && current != stale {
			return current, nil
		}
		leave, err := s.enter()
		if err != nil {
			return "", err
		}
		defer leave()
		ctx, cancel := context.WithTimeoutCause(context.WithoutCancel(ctx), s.client.config.Budget, errBudget)
		defer cancel()
		defer context.AfterFunc(s.client.life, cancel)()
		if ready {
			err = s.refreshOrReopen(ctx)
		} else {
			err = s.open(ctx)
		}
		if err != nil {
			return "", s.refused(err)
		}
		return s.current(), nil
	})
	select {
	case <-ctx.Done():
		err := s.client.failure(ctx, request{method: http.MethodPost, path: authenticatePath}, ctx.Err())
		err.undone = true
		return "", err
	case result := <-done:
		if result.Err != nil {
			return "", result.Err
		}
		return result.Val.(string), nil
	}
}

// refused marks err as one of signing in, so that a 404 met there is never taken for that of an object, nor a lost answer
// for that of a change. An error that trying again would only repeat is remembered: ten resources do not lock an account
// with ten wrong passwords.
func (s *session) refused(err error) error {
	var e *Error
	if !errors.As(err, &e) {
		return err
	}
	if e.problem != noProblem {
		s.mu.Lock()
		s.broken = err
		s.mu.Unlock()
		return err
	}
	if e.Failure == Refused {
		return s.client.signInError(noProblem, "the cloud refuses the session: "+e.Error(), err)
	}
	early := *e
	early.undone = true
	return &early
}

// enter announces a sign-in or refresh, so that Close waits for it. After Close it is refused.
func (s *session) enter() (leave func(), err error) {
	c := s.client
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.unavailable != "" {
		return nil, c.signInError(notConfigured, c.unavailable, nil)
	}
	if c.closed {
		return nil, c.signInError(clientClosed, "the provider is shutting down", nil)
	}
	s.flights.Add(1)
	return s.flights.Done, nil
}

// open signs in and binds the session to its organization, in the order of K2's own client. Which organizations there are
// is asked only by who must choose, or chose wrong.
func (s *session) open(ctx context.Context) error {
	if given := s.client.config.AccessToken; given != "" {
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
	s.wanted = organization // signing in again does not choose again, even if the account has joined another
	return nil
}

func (s *session) keep(t tokens) {
	s.client.secrets.add(t.AccessToken, t.RefreshToken)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tokens = t
}

func (s *session) authenticate(ctx context.Context) error {
	config := s.client.config
	opened, err := do[tokens](ctx, s.client, nil, request{
		method: http.MethodPost, path: authenticatePath,
		body: credentialsRequest{Username: config.Username, Password: config.Password},
	})
	if IsUnauthorized(err) || IsInvalid(err) || IsForbidden(err) {
		return s.client.signInError(wrongCredentials, fmt.Sprintf("the cloud refuses to sign in %q: %s", config.Username, messageOf(err)), err)
	}
	if err != nil {
		return err
	}
	s.keep(opened)
	return nil
}

// choose settles on the organization to bind to, among those the account belongs to.
func (s *session) choose(ctx context.Context) (string, error) {
	chosen := s.wanted
	if !s.fixed && (chosen == "" || s.client.config.AccessToken != "") { // a token given is bound already, perhaps elsewhere
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

// explain says of an organization that the cloud refuses to bind to which ones there are, should it not be among them.
func (s *session) explain(ctx context.Context, refusal error) error {
	if s.fixed || !hasProblem(refusal, goneOrganization) && !IsForbidden(refusal) && !IsInvalid(refusal) {
		return refusal
	}
	if _, err := s.find(ctx); hasProblem(err, wrongOrganization) {
		return err
	}
	return refusal
}

// find looks the wanted organization up among those that the account belongs to.
func (s *session) find(ctx context.Context) (string, error) {
	c := s.client
	r := request{method: http.MethodGet, path: userSelfPath}
	a, err := c.send(ctx, r, s.current())
	if IsUnauthorized(err) && c.config.AccessToken != "" {
		return "", c.signInError(deadAccessToken, "the access token is not valid, or no longer", err)
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

func (s *session) current() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tokens.AccessToken
}

// bind trades the session's refresh token for tokens of organization.
func (s *session) bind(ctx context.Context, organization string) error {
	s.mu.Lock()
	refresh := s.tokens.RefreshToken
	s.mu.Unlock()
	bound, err := do[tokens](ctx, s.client, nil, request{
		method: http.MethodPost, path: refreshTokenPath,
		body: refreshRequest{RefreshToken: refresh, OrganizationID: organization},
	})
	if IsNotFound(err) {
		return s.client.signInError(goneOrganization, fmt.Sprintf("the organization %s does not exist", organization), err)
	}
	if err != nil {
		return err
	}
	s.keep(bound)
	return nil
}

// identify reads who has signed in, and refuses anybody but an administrator.
func (s *session) identify(ctx context.Context, organization string) (Member, error) {
	c := s.client
	r := request{method: http.MethodGet, path: join(ssRoot, "organizations", organization, "members", "self")}
	a, err := c.send(ctx, r, s.current())
	if IsUnauthorized(err) && c.config.AccessToken != "" {
		return Member{}, c.signInError(deadAccessToken, "the access token is not valid, or no longer", err)
	}
	if IsForbidden(err) && c.config.AccessToken != "" {
		return Member{}, c.signInError(wrongOrganization, fmt.Sprintf("the access token is bound to another organization than %s: %s", organization, messageOf(err)), err)
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

// refreshOrReopen gets new tokens for the session, or signs in again where the cloud refuses to refresh.
func (s *session) refreshOrReopen(ctx context.Context) error {
	if s.client.config.AccessToken != "" {
		return s.client.signInError(deadAccessToken, "the access token has expired", nil)
	}
	s.mu.Lock()
	organization := s.organization
	s.mu.Unlock()
	err := s.bind(ctx, organization)
	switch {
	case IsUnauthorized(err):
		s.clear()
		return s.open(ctx)
	case IsUncertain(err): // the next tokens may be lost with the answer, and then so is this session
		s.drop(ctx)
		return s.open(ctx)
	}
	return err
}

// drop ends a session that is of no use, even when ctx has ended. Whether the cloud hears of it changes nothing for the
// caller.
func (s *session) drop(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), dropTimeout)
	defer cancel()
	_ = s.client.revoke(ctx, s.clear())
}

// clear forgets the session's tokens and returns them.
func (s *session) clear() tokens {
	s.mu.Lock()
	defer s.mu.Unlock()
	held := s.tokens
	s.tokens, s.organization = tokens{}, ""
	return held
}

// revoke ends the session of t, in one attempt.
func (c *Client) revoke(ctx context.Context, t tokens) error {
	if t.RefreshToken == "" {
		return nil
	}
	r := request{method: http.MethodPost, path: revokeTokenPath, body: revokeRequest{RefreshToken: t.RefreshToken}}
	req, err := c.newRequest(ctx, r, "")
	if err != nil {
		return err
	}
	resp, err := c.once.Do(req)
	_, err = c.receive(ctx, r, resp, err)
	return err
}

// Close revokes every session that the client opened, all at once and in one attempt each, and makes later calls fail. It
// returns when that is done or ctx ends.
func (c *Client) Close(ctx context.Context) error {
	c.mu.Lock()
	c.closed = true
	sessions := slices.Collect(maps.Values(c.sessions))
	c.mu.Unlock()

	defer c.abandon() // what is still being opened when ctx ends drops itself
	var group errgroup.Group
	for _, s := range sessions {
		group.Go(func() error { return s.end(ctx) })
	}
	return group.Wait()
}

// end revokes the session. Where it is just being opened, that is awaited, for otherwise its tokens would be lost.
func (s *session) end(ctx context.Context) error {
	landed := make(chan struct{})
	go func() {
		s.flights.Wait()
		close(landed)
	}()
	select {
	case <-landed:
		return s.client.revoke(ctx, s.clear())
	case <-ctx.Done():
		return s.client.failure(ctx, request{method: http.MethodPost, path: revokeTokenPath}, ctx.Err())
	}
}

func (c *Client) signInError(p problem, message string, cause error) *Error {
	return &Error{Failure: SignIn, Message: c.secrets.clean(message), problem: p, cause: cause}
}

// messageOf is the API's own account within err.
func messageOf(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Message
	}
	return err.Error()
}
