package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"unicode"
)

// Failure says how far a request got before it failed.
type Failure int

const (
	// NotSent means that the request never reached the cloud.
	NotSent Failure = iota
	// Unanswered means that the request may have taken effect, but no whole answer came back.
	Unanswered
	// Refused means that the API answered with an error of its own.
	Refused
	// Unexpected means that something answered, but not in the API's form: a proxy's page, another content type, other JSON.
	Unexpected
	// SignIn means that the account could not be signed in or bound to the organization.
	SignIn
)

// Error is every error of this package's calls but MismatchError. Ask it through the predicates.
type Error struct {
	// Method and Path name the request. The path has neither the endpoint nor a query.
	Method, Path string
	Failure      Failure
	// Status is the HTTP status of the answer, 0 when there was none.
	Status int
	// Message is the API's own account of a refusal, or what went wrong on the way, cleaned of control characters and of
	// every secret that this client knows, 500 characters at most.
	Message string

	problem problem
	undone  bool // the change that was asked for was not made, whatever else failed
	cause   error

	signIn     *Client // set where the session could not be opened or renewed, which is the same for every call of the client
	incomplete bool    // the API answered well, and the answer does not say what it must
}

// problem tells apart what can be wrong with signing in.
type problem int

const (
	noProblem problem = iota
	wrongCredentials
	deadAccessToken
	malformedAccessToken
	unboundAccessToken
	notAdministrator
	wrongEndpoint
	wrongOrganization
	noOrganization
	goneOrganization
	unknownAccount
	clientClosed
	notConfigured
)

func (e *Error) Error() string {
	if e.Failure == SignIn {
		return e.Message
	}
	if e.Status != 0 {
		return fmt.Sprintf("%s %s: %s (%d %s)", e.Method, e.Path, e.Message, e.Status, http.StatusText(e.Status))
	}
	return fmt.Sprintf("%s %s: %s", e.Method, e.Path, e.Message)
}

func (e *Error) Unwrap() error { return e.cause }

func is(err error, ask func(*Error) bool) bool {
	var e *Error
	return errors.As(err, &e) && ask(e)
}

func refusedWith(err error, status int) bool {
	return is(err, func(e *Error) bool { return e.Failure == Refused && e.Status == status })
}

// IsNotFound reports whether the API itself says that the object does not exist. A 404 of a proxy, or one met while
// signing in, does not count.
func IsNotFound(err error) bool { return refusedWith(err, http.StatusNotFound) }

// IsConflict reports whether the request goes against the state of the organization, such as a second invitation.
func IsConflict(err error) bool { return refusedWith(err, http.StatusConflict) }

// IsInvalid reports whether the API refused what the request says.
func IsInvalid(err error) bool { return refusedWith(err, http.StatusBadRequest) }

// IsForbidden reports whether the account may not do this.
func IsForbidden(err error) bool { return refusedWith(err, http.StatusForbidden) }

// IsUnauthorized reports whether the API no longer takes the session.
func IsUnauthorized(err error) bool { return refusedWith(err, http.StatusUnauthorized) }

// IsThrottled reports whether the cloud refuses for the number of requests, after all waiting.
func IsThrottled(err error) bool {
	var wait tooLongError
	return refusedWith(err, http.StatusTooManyRequests) || errors.As(err, &wait)
}

// IsUncertain reports whether a change may have been made although the call failed: its answer was lost, or is none of
// the API's. A read changes nothing, nor does a call that could not be made for want of a session.
func IsUncertain(err error) bool {
	return is(err, func(e *Error) bool {
		return e.Method != http.MethodGet && !e.undone && (e.Failure == Unanswered || e.Failure == Unexpected || e.Failure == Refused && e.Status >= 500)
	})
}

// IsUnanswered reports whether no whole answer came to a call that changes nothing: a read, or a sign-in.
func IsUnanswered(err error) bool {
	return is(err, func(e *Error) bool { return e.Failure == Unanswered && (e.Method == http.MethodGet || e.undone) })
}

// IsIncomplete reports whether the API answered well, and the answer lacks what it must have. The same call would be answered in the same way.
func IsIncomplete(err error) bool { return is(err, func(e *Error) bool { return e.incomplete }) }

// IsRefused reports whether the API refused the request for what it asks, and so did nothing: a status from 400 to 499, but for 401 and 429.
func IsRefused(err error) bool {
	return is(err, func(e *Error) bool {
		return e.Failure == Refused && e.Status >= 400 && e.Status < 500 && e.Status != http.StatusUnauthorized && e.Status != http.StatusTooManyRequests
	})
}

// IsPlainHTTP reports whether the endpoint is https, and what listens there speaks plain http.
func IsPlainHTTP(err error) bool { return IsUnreachable(err) && errors.Is(err, http.ErrSchemeMismatch) }

// IsUnreachable reports whether the request never reached the cloud.
func IsUnreachable(err error) bool {
	return is(err, func(e *Error) bool { return e.Failure == NotSent })
}

// IsUnexpected reports whether something other than the API seems to have answered.
func IsUnexpected(err error) bool {
	return is(err, func(e *Error) bool { return e.Failure == Unexpected })
}

// IsWrongCredentials reports whether the cloud knows no such username and password.
func IsWrongCredentials(err error) bool { return hasProblem(err, wrongCredentials) }

// IsDeadAccessToken reports whether the access token that the client was given is not taken, or no longer.
func IsDeadAccessToken(err error) bool { return hasProblem(err, deadAccessToken) }

// FailedSignIn reports whether err is that the session could not be opened or renewed, which concerns every call in the same way; whose session it is;
// and whether the user was told already. It counts as told from then on.
func FailedSignIn(err error) (account string, wasSaid, ok bool) {
	var e *Error
	if !errors.As(err, &e) || e.signIn == nil {
		return "", false, false
	}
	_, wasSaid = e.signIn.said.LoadOrStore(e.Error(), true)
	account = "the access token"
	if config := e.signIn.config; config.AccessToken == "" {
		account = Printable(config.Username)
	}
	return account, wasSaid, true
}

// IsUnknownAccount reports whether the cloud does not tell which member has signed in, nor can that be found in the list of members.
func IsUnknownAccount(err error) bool { return hasProblem(err, unknownAccount) }

// IsMalformedAccessToken reports whether the access token that the client was given cannot be one.
func IsMalformedAccessToken(err error) bool { return hasProblem(err, malformedAccessToken) }

// IsUnboundAccessToken reports whether the access token that the client was given is not bound to the organization to work
// on, but to another or to none.
func IsUnboundAccessToken(err error) bool { return hasProblem(err, unboundAccessToken) }

// IsNotAdministrator reports whether the account may not manage the organization.
func IsNotAdministrator(err error) bool { return hasProblem(err, notAdministrator) }

// IsWrongEndpoint reports whether the endpoint answers in the API's form but knows none of its calls.
func IsWrongEndpoint(err error) bool { return hasProblem(err, wrongEndpoint) }

// IsWrongOrganization reports whether there is no organization to work on: the account has none, none is chosen among several, it is an
// unknown one, one that is not allowed, or one that the access token is not bound to.
func IsWrongOrganization(err error) bool {
	return hasProblem(err, wrongOrganization) || hasProblem(err, noOrganization) || hasProblem(err, goneOrganization) || hasProblem(err, unboundAccessToken)
}

// IsNoOrganization reports whether the account belongs to no organization.
func IsNoOrganization(err error) bool { return hasProblem(err, noOrganization) }

// IsGoneOrganization reports whether the session could not be opened because the organization does not exist.
func IsGoneOrganization(err error) bool { return hasProblem(err, goneOrganization) }

// IsNotConfigured reports whether the client was made by Unavailable.
func IsNotConfigured(err error) bool { return hasProblem(err, notConfigured) }

func hasProblem(err error, p problem) bool {
	return is(err, func(e *Error) bool { return e.problem == p })
}

func (c *Client) fail(r request, f Failure, status int, message string, cause error) *Error {
	return &Error{Method: r.method, Path: r.path, Failure: f, Status: status, Message: c.secrets.clean(message), cause: cause}
}

func (c *Client) signInError(p problem, message string, cause error) *Error {
	return &Error{Failure: SignIn, Message: c.secrets.clean(message), problem: p, cause: cause}
}

// errBudget is why a context ended that an operation's budget ended.
var errBudget = errors.New("the operation's budget is spent")

// failure is for a request without an answer.
func (c *Client) failure(ctx context.Context, r request, err error) *Error {
	f := Unanswered
	switch {
	case errors.Is(err, errTooLarge) || errors.As(err, new(redirectError)):
		f = Unexpected
	case errors.As(err, new(tooLongError)): // the last answer was an outright refusal
		f = NotSent
	case isNotSent(err) || isFinal(err):
		f = NotSent
	}
	message := withoutURL(err).Error()
	switch {
	case errors.Is(err, http.ErrSchemeMismatch):
		message = "the server answers in plain http, not https"
	case errors.Is(ctx.Err(), context.Canceled):
		message = "stopped before the cloud answered"
	case errors.Is(context.Cause(ctx), errBudget):
		message = fmt.Sprintf("no answer within %s", c.config.Budget)
	case ctx.Err() != nil:
		message = "no answer in the time that was left"
	case f == Unanswered && errors.Is(err, context.DeadlineExceeded): // which net/http words in one of two ways
		message = fmt.Sprintf("no answer within %s", attemptTimeout)
	}
	e := c.fail(r, f, 0, message, err)
	// net/http wraps every error of its own, so this one ended a pause; and a POST pauses only after an outright refusal.
	e.undone = r.method == http.MethodPost && !errors.As(err, new(*url.Error))
	return e
}

// messageOf is the API's own text within err.
func messageOf(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Message
	}
	return err.Error()
}

// withoutURL drops the URL that net/http puts before an error, for it may hold a query.
func withoutURL(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// refusal is for an answer that is no success. The API's errors are JSON with a message; nothing more is known of them.
func (c *Client) refusal(r request, resp *http.Response, isJSON bool, body []byte) *Error {
	var answer struct {
		Message *string `json:"message"`
	}
	if !isJSON || json.Unmarshal(body, &answer) != nil || answer.Message == nil {
		return c.fail(r, Unexpected, resp.StatusCode, "the answer is not the API's own error", nil)
	}
	message := *answer.Message
	if message == "" {
		message = http.StatusText(resp.StatusCode)
	}
	return c.fail(r, Refused, resp.StatusCode, message, nil)
}

func described(mediaType string) string {
	if mediaType == "" {
		return "of no content type"
	}
	return mediaType
}

// secrets are the values that must not stand in a text, even if the cloud repeats them.
type secrets struct {
	mu     sync.Mutex
	values []string
}

// shortestSecret keeps ordinary words from being taken for secrets. JMap Cloud's passwords have eight characters or more.
const shortestSecret = 8

func (s *secrets) add(values ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, v := range values {
		if len(v) >= shortestSecret && !slices.Contains(s.values, v) {
			s.values = append(s.values, v)
		}
	}
}

const maxMessage = 500

// clean makes a text from outside fit to print.
func (s *secrets) clean(text string) string {
	s.mu.Lock()
	for _, v := range s.values {
		text = strings.ReplaceAll(text, v, "(secret)")
	}
	s.mu.Unlock()
	text = Printable(text)
	if runes := []rune(text); len(runes) > maxMessage {
		text = string(runes[:maxMessage-1]) + "…"
	}
	return text
}

// Printable replaces what could steer a terminal: control characters and those that turn the direction of writing.
func Printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r == unicode.ReplacementChar || IsUnprintable(r) {
			return unicode.ReplacementChar
		}
		return r
	}, strings.ToValidUTF8(text, string(unicode.ReplacementChar)))
}

// IsUnprintable reports whether r is a control character or turns the direction of writing.
func IsUnprintable(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) }
