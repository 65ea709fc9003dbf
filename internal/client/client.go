// Package client speaks JMap Cloud's HTTP API: sessions, organizations, members, API keys, invitations, and who owns
// which project or data source. It knows nothing of Terraform.
//
// Names that JMap Cloud does not publish are decided in internal/contract and stand here in one place each: the paths
// and JSON tags of the file that is named for their noun.
package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/hashicorp/go-retryablehttp"
	"golang.org/x/sync/semaphore"
)

// DefaultEndpoint is where JMap Cloud's API lives.
// Source: jmapcloud.readme.io, the servers of the API reference.
const DefaultEndpoint = "https://api.jmapcloud.io"

// defaultBudget bounds one operation with all its attempts and waits.
const defaultBudget = 5 * time.Minute

// Config says which account works on which organization, and how.
type Config struct {
	// Endpoint is the API's base URL. Empty means DefaultEndpoint. Plain http is refused unless the host is loopback.
	Endpoint string
	// OrganizationID chooses the organization. Empty means the account's only one.
	OrganizationID string
	// AllowedOrganizationIDs, unless empty, are the only organizations a session may be bound to.
	AllowedOrganizationIDs []string
	// Username is the account's email. It goes with Password, and both exclude AccessToken.
	Username string
	Password string
	// AccessToken is a bearer token that somebody else obtained, for accounts with single sign-on. It is neither
	// refreshed nor revoked.
	AccessToken string
	// UserAgent is sent with every request.
	UserAgent string
	// Log receives one line per request: method, path, status and duration, never headers or bodies. Nil means no log.
	Log *slog.Logger
	// Transport makes the connections. Nil means pooled connections of the standard library.
	Transport http.RoundTripper
	// RetryWait is the shortest pause before a request is repeated. Zero means half a second.
	RetryWait time.Duration
	// Budget bounds one operation with all its attempts and waits. Zero means five minutes.
	Budget time.Duration
}

// Client makes calls for one account. It signs in at the first call that needs it. Safe for concurrent use.
type Client struct {
	config   Config
	endpoint *url.URL
	clock    clock
	secrets  secrets
	usage    usage
	untold   untold
	said     sync.Map            // the texts of the failed sign-ins whose errors the user has read
	invites  atomic.Bool         // an invitation of this client was read back
	reading  *semaphore.Weighted // who reads the first one back
	missed   atomic.Bool         // a collection, or the organization, was not there

	unavailable string // why no call can be made; empty for an ordinary client

	once     *retryablehttp.Client // for requests that nobody waits for, and that wait for nothing
	single   *retryablehttp.Client // for requests that wait for their turn, and that their caller repeats
	harmless *retryablehttp.Client // for requests that may be repeated
	careful  *retryablehttp.Client // for requests that may have taken effect when their answer is lost

	life    context.Context // of sign-ins and refreshes, which go on for others when their caller leaves
	abandon context.CancelFunc

	mu       sync.Mutex
	sessions map[string]*session // by the organization asked for; "" is the one that Config chooses
	closed   bool
}

// New returns a client. It makes no call. The error says what is wrong with config.
func New(config Config) (*Client, error) {
	if config.Endpoint == "" {
		config.Endpoint = DefaultEndpoint
	}
	endpoint, err := parseEndpoint(config.Endpoint)
	if err != nil {
		return nil, err
	}
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	if config.Transport == nil {
		config.Transport = pooled()
	}
	if config.RetryWait == 0 {
		config.RetryWait = 500 * time.Millisecond
	}
	if config.Budget == 0 {
		config.Budget = defaultBudget
	}
	c := &Client{config: config, endpoint: endpoint, sessions: map[string]*session{}, reading: semaphore.NewWeighted(1)}
	c.life, c.abandon = context.WithCancel(context.Background())
	c.secrets.add(config.Password, config.AccessToken)
	attempt := c.transport(config.Transport)
	held := c.coolDown(attempt, config.Budget) // one, for both senders
	c.once = c.retrying(attempt, retryNever)
	c.single = c.retrying(held, retryNever)
	c.harmless = c.retrying(held, retryHarmless)
	c.careful = c.retrying(held, retryRefused)
	return c, nil
}

// Unavailable returns a client whose every call fails with reason, for when what it needs is not known yet.
func Unavailable(reason string) *Client {
	return &Client{unavailable: reason, config: Config{Budget: defaultBudget, Log: slog.New(slog.DiscardHandler)}, sessions: map[string]*session{}, abandon: func() {}}
}

// ChosenOrganizationID is the organization that the configuration chooses, empty where it leaves that to the account. It makes no call.
func (c *Client) ChosenOrganizationID() string { return c.config.OrganizationID }

// Endpoint is the API's base URL.
func (c *Client) Endpoint() string {
	if c.endpoint == nil {
		return ""
	}
	return c.endpoint.String()
}

// Log is the logger of the configuration, for lines about work that takes many calls.
func (c *Client) Log() *slog.Logger { return c.config.Log }

// parseEndpoint accepts https anywhere and http on this machine only, for the session's token travels in each request.
func parseEndpoint(endpoint string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimRight(endpoint, "/"))
	switch {
	case strings.Contains(endpoint, "@"):
		return nil, errors.New("an endpoint holds no user name or password") // and so is not shown
	case err != nil || u.Hostname() == "":
		return nil, fmt.Errorf("%q is not a URL such as %s", endpoint, DefaultEndpoint)
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return nil, errors.New("an endpoint has a scheme, a host and perhaps a path, but no query or fragment")
	case u.Scheme == "https":
		return u, nil
	case u.Scheme == "http" && isLoopback(u.Hostname()):
		return u, nil
	case u.Scheme == "http":
		return nil, fmt.Errorf("%q would send the session's token unencrypted: plain http is for this machine (127.0.0.1, localhost) only; use https", endpoint)
	default:
		return nil, fmt.Errorf("%q has the scheme %q: use https", endpoint, u.Scheme)
	}
}

func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// Now is the cloud's time, taken from the Date of its answers, so that expiry is decided by the clock that counts.
// Before the first answer, or where the two clocks agree within seconds, it is this machine's time.
func (c *Client) Now() time.Time { return c.clock.now() }

// request is one call to make.
type request struct {
	method string
	path   string // below the endpoint, segments escaped
	query  url.Values
	body   any

	apiKey   string // the secret to send instead of a session's token
	harmless bool   // a POST that does no more when made twice than once
	single   bool   // not to be repeated here: whoever asks looks again first
}

// none is the result of a call whose answer has none, or one that does not matter.
type none struct{}

// UnmarshalJSON takes anything.
func (*none) UnmarshalJSON([]byte) error { return nil }

func (none) isOptional() {}

// optional is a result without which an answer is a success all the same.
type optional interface{ isOptional() }

// do makes the call in the session s, or without credentials when s is nil, and decodes the answer's result into a T.
// Its error is always an *Error.
func do[T any](ctx context.Context, c *Client, s *session, r request) (T, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, c.config.Budget, errBudget)
	defer cancel()

	var result T
	if s == nil {
		a, err := c.send(ctx, r, "")
		if err != nil {
			return result, err
		}
		return decode[T](c, r, a)
	}

	token, err := s.token(ctx)
	if err != nil {
		return result, err
	}
	a, err := c.sendIdentified(ctx, s, r, token)
	if IsUnauthorized(err) {
		// A 401 is an outright refusal, so even a create may be sent again with a new token, once it was looked for.
		if token, err = s.renew(ctx, token, err); err != nil {
			return result, err
		}
		heeded(ctx)
		beforeRepeating(ctx)
		a, err = c.sendIdentified(ctx, s, r, token)
	}
	if err != nil {
		return result, err
	}
	return decode[T](c, r, a)
}

// sendIdentified is send in a session of whom it is known, or becomes known meanwhile, that they may use it. A change waits for that.
func (c *Client) sendIdentified(ctx context.Context, s *session, r request, token string) (answer, error) {
	if r.method != http.MethodGet {
		if _, err := s.identified(ctx); err != nil {
			return answer{}, err
		}
	}
	a, err := c.send(ctx, r, token)
	if err != nil && ctx.Err() != nil {
		return a, err
	}
	if _, refused := s.identified(ctx); refused != nil {
		return answer{}, refused
	}
	return a, err
}

// answer is a success of the API, in its envelope.
type answer struct {
	status int
	body   []byte
}

// send makes the request, repeating it where that is safe, and returns the answer of a success.
func (c *Client) send(ctx context.Context, r request, token string) (answer, error) {
	req, err := c.newRequest(ctx, r, token)
	if err != nil {
		return answer{}, c.fail(r, NotSent, 0, err.Error(), err)
	}
	resp, err := c.sender(ctx, r).Do(req)
	return c.receive(ctx, r, resp, err)
}

// sender is what repeats r, as far as it may be repeated.
func (c *Client) sender(ctx context.Context, r request) *retryablehttp.Client {
	switch {
	case isOnce(ctx):
		return c.once
	case r.single:
		return c.single
	case r.method == http.MethodPost && !r.harmless:
		return c.careful
	default:
		return c.harmless
	}
}

func (c *Client) newRequest(ctx context.Context, r request, token string) (*retryablehttp.Request, error) {
	target := c.endpoint.String() + r.path
	if len(r.query) > 0 {
		target += "?" + r.query.Encode()
	}
	var body any
	if r.body != nil {
		encoded, err := json.Marshal(r.body)
		if err != nil {
			return nil, err
		}
		body = encoded
	}
	req, err := retryablehttp.NewRequestWithContext(ctx, r.method, target, body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", c.config.UserAgent)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	if r.apiKey != "" {
		req.Header.Set("Api-Key", r.apiKey)
	}
	return req, nil
}

// receive turns what came back into an answer or an *Error.
func (c *Client) receive(ctx context.Context, r request, resp *http.Response, err error) (answer, error) {
	if resp != nil {
		defer resp.Body.Close() // or its timer would run on
	}
	if err != nil {
		return answer{}, c.failure(ctx, r, err)
	}
	body, err := readAll(resp)
	if err != nil {
		return answer{}, c.failure(ctx, r, err)
	}
	mediaType, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	isJSON := mediaType == "application/json" && utf8.Valid(body)
	switch {
	case resp.StatusCode >= 300:
		return answer{}, c.refusal(r, resp, isJSON, body)
	case resp.StatusCode == http.StatusNoContent:
	case mediaType != "application/json":
		return answer{}, c.fail(r, Unexpected, resp.StatusCode, fmt.Sprintf("the answer is %s, not the API's JSON", described(mediaType)), nil)
	case !isJSON:
		return answer{}, c.fail(r, Unexpected, resp.StatusCode, "the answer is not valid UTF-8", nil)
	}
	return answer{resp.StatusCode, body}, nil
}

// decode takes the result out of the envelope that every success of the API comes in.
func decode[T any](c *Client, r request, a answer) (T, error) {
	var envelope struct {
		Result *T `json:"result"`
	}
	var result T
	_, wantsNone := any(result).(optional)
	if wantsNone && a.status == http.StatusNoContent {
		return result, nil
	}
	if err := json.Unmarshal(a.body, &envelope); err != nil {
		e := c.incomplete(r, a, malformed(err), err)
		e.incomplete = !errors.As(err, new(*json.SyntaxError))
		return result, e
	}
	if envelope.Result == nil && wantsNone {
		return result, nil
	}
	if envelope.Result == nil {
		return result, c.incomplete(r, a, "the answer has no result", nil)
	}
	result = *envelope.Result
	if v, ok := any(result).(interface{ missing() string }); ok {
		if field := v.missing(); field != "" {
			return result, c.incomplete(r, a, fmt.Sprintf("the answer's %q is missing or unusable", field), nil)
		}
	}
	return result, nil
}

// incomplete is for a success of the API that does not say what it must.
func (c *Client) incomplete(r request, a answer, message string, cause error) *Error {
	e := c.fail(r, Unexpected, a.status, message, cause)
	e.incomplete = true
	return e
}

// malformed says what is wrong with an answer that could not be decoded.
func malformed(err error) string {
	var syntax *json.SyntaxError
	var form *json.UnmarshalTypeError
	if errors.As(err, &syntax) || errors.As(err, &form) && form.Field == "" {
		return "the answer is not the JSON that the API documents"
	}
	return "the answer's result has another form than the API documents"
}

// Security Service and Map Configuration Service.
// Source: jmapcloud.readme.io, the base paths of the two APIs.
const (
	ssRoot  = "/api/ss/rest/v1"
	mcsRoot = "/api/mcs/rest/v1"
)

// join escapes segments into a path below root.
func join(root string, segments ...string) string {
	var b strings.Builder
	b.WriteString(root)
	for _, s := range segments {
		b.WriteByte('/')
		if s == "." || s == ".." {
			s = strings.ReplaceAll(s, ".", "%2E") // dots alone would be taken for a step in the path
			b.WriteString(s)
			continue
		}
		b.WriteString(url.PathEscape(s))
	}
	return b.String()
}

// get reads one thing in the session s.
func get[T any](ctx context.Context, c *Client, s *session, path string) (T, error) {
	return do[T](ctx, c, s, request{method: http.MethodGet, path: path})
}
