// This file is about the state of a session, which all callers of a client share: who opens, renews and closes it, and when.
//
//	          first call                   signed in, bound, identified
//	closed ───────────────► opening ────────────────────────────────────► open ◄─────────────┐
//	  ▲                     │  │  ▲                                         │                │
//	  │  failure that may   │  │  │                     token near its end, │                │ new tokens, or a failure
//	  └──── pass ───────────┘  │  │                     or refused with 401 ▼                │ that leaves the tokens
//	                           │  └─────────────────────────────────── renewing ─────────────┘
//	  failure that would       │    refresh refused, or its answer lost     │ organization gone, or
//	  repeat itself            ▼                                            ▼ given access token expired
//	                        broken ◄────────────────────────────────────────┘
//
//	closed    tokens is empty
//	opening   flight runs open; a failure revokes what was opened
//	open      tokens and organization are set: isReady. Who has signed in is asked beside the first reads, whose results wait for the answer; a
//	          change waits before it is sent. An account that may not manage the organization closes or breaks the session
//	renewing  flight runs refreshOrReopen
//	broken    broken is set: every later sign-in or refresh returns it without a call
//
// Client.Close ends every state: it waits for flight, revokes the tokens, and no sign-in begins afterwards. A session of an
// access token that the client was given is never renewed or revoked.

package client

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
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

// session is one sign-in that is bound to one organization. All callers of a client share it.
type session struct {
	client *Client
	fixed  bool // wanted comes from an earlier answer of the cloud and needs no lookup

	flight  singleflight.Group
	flights sync.WaitGroup // the calls of flight, which Close awaits

	mu           sync.Mutex
	wanted       string // the organization to bind to; "" means the account's only one, until its id is known
	tokens       tokens
	organization string // the organization that the session is bound to
	self         *identification
	broken       error // why no call of this session is tried again
}

// session returns the session for organization without opening it. "" means the organization that Config chooses.
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

// OrganizationID is the organization that the client works on. It opens the session if it is closed, and does not wait until the cloud has told who has
// signed in: what is asked next does.
func (c *Client) OrganizationID(ctx context.Context) (string, error) {
	s := c.session("")
	if _, err := s.token(ctx); err != nil {
		return "", err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.wanted, nil // not organization, which is empty while the session is opened again
}

// CurrentMember is the member that the client is signed in as. It opens the session if it is closed.
func (c *Client) CurrentMember(ctx context.Context) (Member, error) {
	s := c.session("")
	if _, err := s.token(ctx); err != nil {
		return Member{}, err
	}
	return s.identified(ctx)
}

// AccessToken is the bearer token that the client's requests carry now, with its end. The end is zero where the cloud gave none.
// The token ends with the session, which Close revokes.
func (c *Client) AccessToken(ctx context.Context) (token string, expiresAt Time, err error) {
	s := c.session("")
	if _, err := s.token(ctx); err != nil {
		return "", Time{}, err
	}
	if _, err := s.identified(ctx); err != nil {
		return "", Time{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tokens.AccessToken, s.tokens.ExpiresAt, nil
}

// token returns an access token that is valid for at least a minute. It opens or renews the session if it must.
func (s *session) token(ctx context.Context) (string, error) {
	s.mu.Lock()
	current, ready, expires, broken := s.tokens.AccessToken, s.isReady(), s.tokens.ExpiresAt, s.broken
	s.mu.Unlock()
	switch {
	case IsDeadAccessToken(broken):
		return "", broken
	case !ready:
		return s.shared(ctx, "")
	case !expires.IsZero() && s.client.Now().Add(renewBefore).After(expires.Time):
		return s.shared(ctx, current)
	}
	return current, nil
}

// isReady reports whether the session is open. The caller holds s.mu.
func (s *session) isReady() bool { return s.tokens.AccessToken != "" && s.organization != "" }

// renew replaces an access token that the cloud refused with refusal. Callers that were refused together share one renewal. A
// caller that comes after the renewal gets the new token.
func (s *session) renew(ctx context.Context, refused string, refusal error) (string, error) {
	if s.client.config.AccessToken != "" {
		return "", s.deadToken("the access token is not valid, or no longer", refusal)
	}
	return s.shared(ctx, refused)
}

// deadToken is the error of an access token that the client was given and that the cloud no longer takes. It is kept: no call can succeed after it.
func (s *session) deadToken(message string, refusal error) error {
	e := s.client.signInError(deadAccessToken, message, refusal)
	e.signIn = s.client
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken == nil {
		s.broken = e
	}
	return e
}

// shared returns a token other than stale. Callers that hold the same token share one sign-in or refresh. A caller stops
// waiting when its ctx ends. The sign-in goes on for the other callers, and Close revokes the session that it opens.
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

// refused marks err as an error of signing in. So a 404 met there never counts as that of an object, and a lost answer never as
// that of a change. An error that would repeat itself is kept: ten resources do not lock an account with ten wrong passwords.
func (s *session) refused(err error) error {
	var e *Error
	if !errors.As(err, &e) {
		return err
	}
	if !s.fixed { // the session of a single organization concerns that alone
		e.signIn = s.client
	}
	if e.problem != noProblem {
		s.mu.Lock()
		s.broken = err
		s.mu.Unlock()
		return err
	}
	if e.Failure == Refused {
		refused := s.client.signInError(noProblem, "the cloud refuses the session: "+e.Error(), err)
		refused.signIn = e.signIn
		return refused
	}
	early := *e
	early.undone = true
	return &early
}

// enter registers a sign-in or refresh, so that Close waits for it. It fails once Close has begun.
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

// refreshOrReopen gets new tokens for the session. It signs in again if the cloud refuses the refresh.
func (s *session) refreshOrReopen(ctx context.Context) error {
	if s.client.config.AccessToken != "" {
		return s.deadToken("the access token has expired", nil)
	}
	s.mu.Lock()
	organization := s.organization
	s.mu.Unlock()
	err := s.bind(ctx, organization)
	switch {
	case IsUnauthorized(err):
		s.clear()
		return s.open(ctx)
	case IsUncertain(err): // the lost answer may hold the tokens that replace these
		s.drop(ctx)
		return s.open(ctx)
	}
	return err
}

func (s *session) keep(t tokens) {
	s.client.secrets.add(t.AccessToken, t.RefreshToken)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tokens = t
}

func (s *session) current() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tokens.AccessToken
}

// clear removes the tokens from the session and returns them.
func (s *session) clear() tokens {
	s.mu.Lock()
	defer s.mu.Unlock()
	held := s.tokens
	s.tokens, s.organization = tokens{}, ""
	return held
}

// drop revokes a session that cannot be used, even when ctx has ended. A failure to revoke changes nothing for the caller.
func (s *session) drop(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), dropTimeout)
	defer cancel()
	_ = s.client.revoke(ctx, s.clear())
}

// Close revokes all sessions of the client at once, in one attempt each, and makes later calls fail. It returns when that is
// done or when ctx ends.
func (c *Client) Close(ctx context.Context) error {
	c.mu.Lock()
	c.closed = true
	sessions := slices.Collect(maps.Values(c.sessions))
	c.mu.Unlock()

	defer c.abandon() // a session that is still being opened when ctx ends revokes itself
	var group errgroup.Group
	for _, s := range sessions {
		group.Go(func() error { return s.end(ctx) })
	}
	return group.Wait()
}

// end revokes the session. It first waits for a sign-in or refresh that is under way, whose tokens would be lost otherwise.
func (s *session) end(ctx context.Context) error {
	idle := make(chan struct{})
	go func() {
		s.flights.Wait()
		close(idle)
	}()
	select {
	case <-idle:
		return s.client.revoke(ctx, s.clear())
	case <-ctx.Done():
		return s.client.failure(ctx, request{method: http.MethodPost, path: revokeTokenPath}, ctx.Err())
	}
}
