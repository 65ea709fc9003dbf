package client_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/contract"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	ss  = "/api/ss/rest/v1"
	mcs = "/api/mcs/rest/v1"

	password = "Correct-Horse.7" // satisfies the cloud's rule
	day      = 24 * time.Hour

	// Where faults strike; "*" stands for any organization or id.
	authenticate = ss + "/authenticate"
	refreshToken = ss + "/refresh-token"
	revokeToken  = ss + "/revoke-token"
	userSelf     = ss + "/users/self"
	memberSelf   = ss + "/organizations/*/members/self"
	members      = ss + "/organizations/*/members"
	apiKeys      = ss + "/organizations/*/api-keys"
)

// opening is what a session begins with.
var opening = []string{"authenticate", "refreshToken", "getMemberSelf"}

// cloud is a simulated cloud of a test's own, whose every exchange is checked against the contract. When the test ends, no
// session may be left that could still be used, but for those in lost.
type cloud struct {
	*simulator.Server
	url       string
	transport http.RoundTripper
	lost      int // sessions whose tokens a fault has swallowed
}

// startCloud serves a cloud on a socket.
func startCloud(t *testing.T) *cloud {
	t.Helper()
	c := newCloud(t)
	c.url, c.transport = serve(t, c).URL, fresh
	c.SetBaseURL(c.url)
	return c
}

// fresh makes a connection for each request: on an old one, net/http itself repeats what it could not send.
var fresh = &http.Transport{DisableKeepAlives: true}

// bubbleCloud is a cloud without a socket, for tests in a bubble of synctest, where waiting takes no time.
func bubbleCloud(t *testing.T) *cloud {
	t.Helper()
	c := newCloud(t)
	c.url, c.transport = "http://127.0.0.1:1", handlerTransport{c}
	c.SetBaseURL(c.url)
	return c
}

func newCloud(t *testing.T) *cloud {
	t.Helper()
	c := &cloud{Server: simulator.New()}
	c.Use(contract.Middleware(func(err error) { t.Error(err) }))
	t.Cleanup(func() {
		_ = c.Close()
		equal(t, "sessions left open", c.Sessions().Open, c.lost)
	})
	return c
}

// serve puts a handler on a socket.
func serve(t *testing.T, h http.Handler) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server
}

// handlerTransport calls a handler without a socket.
type handlerTransport struct{ http.Handler }

func (h handlerTransport) RoundTrip(r *http.Request) (resp *http.Response, err error) {
	defer func() {
		switch cut := recover(); {
		case cut == nil:
		case cut != http.ErrAbortHandler:
			panic(cut)
		case r.Context().Err() != nil:
			err = r.Context().Err()
		default:
			err = io.ErrUnexpectedEOF
		}
	}()
	if err := r.Context().Err(); err != nil {
		return nil, err // as a real one does
	}
	in := r.Clone(r.Context())
	in.RequestURI, in.Host = r.URL.RequestURI(), r.URL.Host
	if in.Body == nil {
		in.Body = http.NoBody
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, in)
	return w.Result(), nil
}

// config is that of the cloud's administrator, as edits change it.
func (c *cloud) config(edits ...func(*client.Config)) client.Config {
	account := c.Account()
	config := client.Config{
		Endpoint: c.url, OrganizationID: account.OrganizationID, Username: account.Username, Password: account.Password,
		UserAgent: "client_test", RetryWait: time.Millisecond, Budget: time.Minute, Transport: c.transport,
	}
	for _, edit := range edits {
		edit(&config)
	}
	return config
}

// connect returns a client of the cloud, which is closed when the test ends.
func (c *cloud) connect(t *testing.T, edits ...func(*client.Config)) *client.Client {
	t.Helper()
	return connect(t, c.config(edits...))
}

func connect(t *testing.T, config client.Config) *client.Client {
	t.Helper()
	api, err := client.New(config)
	must(t, err)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 5*time.Second)
		defer cancel()
		_ = api.Close(ctx)
	})
	return api
}

// signedIn returns a client whose session is open, and forgets the requests for that.
func (c *cloud) signedIn(t *testing.T, edits ...func(*client.Config)) *client.Client {
	t.Helper()
	api := c.connect(t, edits...)
	_, err := api.CurrentMember(t.Context())
	must(t, err)
	c.ClearRequests()
	return api
}

func withPassword(password string) func(*client.Config) {
	return func(config *client.Config) { config.Password = password }
}

func withOrganization(id string) func(*client.Config) {
	return func(config *client.Config) { config.OrganizationID = id }
}

func withAllowed(ids ...string) func(*client.Config) {
	return func(config *client.Config) { config.AllowedOrganizationIDs = ids }
}

func withBudget(d time.Duration) func(*client.Config) {
	return func(config *client.Config) { config.Budget = d }
}

func withTransport(transport http.RoundTripper) func(*client.Config) {
	return func(config *client.Config) { config.Transport = transport }
}

// withAccessToken signs in with a token alone.
func withAccessToken(token string) func(*client.Config) {
	return func(config *client.Config) { config.Username, config.Password, config.AccessToken = "", "", token }
}

// calls are the operations asked for since the last ClearRequests, by their ids in the contract, in the order of arrival. Who has signed in is asked
// beside the first read, and stands before it here, whichever arrives first.
func (c *cloud) calls() []string {
	ids := []string{}
	for _, r := range c.Requests() {
		ids = append(ids, operation(r))
		if last := len(ids) - 1; last > 0 && ids[last] == "getMemberSelf" && c.Requests()[last-1].Method == http.MethodGet && ids[last-1] != "getUserSelf" {
			ids[last-1], ids[last] = ids[last], ids[last-1]
		}
	}
	return ids
}

// answers are like calls, each with its status.
func (c *cloud) answers() []string {
	ids := []string{}
	for _, r := range c.Requests() {
		ids = append(ids, operation(r)+" "+http.StatusText(r.Status))
	}
	return ids
}

// count is how often an operation was asked for.
func (c *cloud) count(operationID string) int {
	return len(slices.DeleteFunc(c.calls(), func(id string) bool { return id != operationID }))
}

func operation(r simulator.Request) string {
	request := httptest.NewRequest(r.Method, "http://cloud/", nil)
	request.URL.Path = r.Path
	if id, ok := contract.Lookup(request); ok {
		return id
	}
	return r.Method + " " + r.Path
}

// addMember makes an active member, as if they had accepted an invitation.
func (c *cloud) addMember(t *testing.T, email, role string) simulator.Member {
	t.Helper()
	m, err := c.AddMember("Member "+email, email, role, password)
	must(t, err)
	return m
}

// addOrganization makes another organization of the administrator.
func (c *cloud) addOrganization(t *testing.T, name string) simulator.Organization {
	t.Helper()
	o, err := c.AddOrganization(name, c.Account().Username)
	must(t, err)
	return o
}

// addKey makes an API key that is good for a month.
func (c *cloud) addKey(t *testing.T, title, role string) simulator.APIKey {
	t.Helper()
	k, err := c.AddAPIKey(title, role, c.Now().Add(30*day))
	must(t, err)
	return k
}

// direct makes a call without the client, and returns the result.
func (c *cloud) direct(t *testing.T, method, path, token string, body any) json.RawMessage {
	t.Helper()
	var reader io.Reader
	if body != nil {
		encoded, err := json.Marshal(body)
		must(t, err)
		reader = strings.NewReader(string(encoded))
	}
	r, err := http.NewRequestWithContext(t.Context(), method, c.url+path, reader)
	must(t, err)
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := c.transport.RoundTrip(r)
	must(t, err)
	defer resp.Body.Close()
	var envelope struct {
		Message string
		Result  json.RawMessage
	}
	must(t, json.NewDecoder(resp.Body).Decode(&envelope))
	if resp.StatusCode >= 300 {
		t.Fatalf("%s %s: %s %s", method, path, resp.Status, envelope.Message)
	}
	return envelope.Result
}

type object = map[string]any

type tokens struct{ AccessToken, RefreshToken string }

// session opens one beside the client, bound to an organization. The test must end it, or count it as lost.
func (c *cloud) session(t *testing.T, organization, username, password string) (held tokens) {
	t.Helper()
	must(t, json.Unmarshal(c.direct(t, "POST", authenticate, "", object{"username": username, "password": password}), &held))
	must(t, json.Unmarshal(c.direct(t, "POST", refreshToken, "", object{"refreshToken": held.RefreshToken, "organizationId": organization}), &held))
	return held
}

// accessToken is one of the administrator, as a portal with single sign-on would give it.
func (c *cloud) accessToken(t *testing.T) string {
	t.Helper()
	account := c.Account()
	c.lost++
	token := c.session(t, account.OrganizationID, account.Username, account.Password).AccessToken
	c.ClearRequests()
	return token
}

// must stops the test when something failed.
func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func equalLists[T comparable](t *testing.T, what string, got, want []T) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n got %v\nwant %v", what, got, want)
	}
}

// predicates are all questions that can be asked about an error.
var predicates = map[string]func(error) bool{
	"NotFound": client.IsNotFound, "Conflict": client.IsConflict, "Invalid": client.IsInvalid, "Forbidden": client.IsForbidden,
	"Unauthorized": client.IsUnauthorized, "Throttled": client.IsThrottled, "Uncertain": client.IsUncertain,
	"Unanswered": client.IsUnanswered, "Unreachable": client.IsUnreachable, "Unexpected": client.IsUnexpected, "WrongCredentials": client.IsWrongCredentials,
	"DeadAccessToken": client.IsDeadAccessToken, "MalformedAccessToken": client.IsMalformedAccessToken, "UnboundAccessToken": client.IsUnboundAccessToken,
	"WrongEndpoint": client.IsWrongEndpoint, "NotAdministrator": client.IsNotAdministrator,
	"WrongOrganization": client.IsWrongOrganization, "NotConfigured": client.IsNotConfigured,
}

// isExactly fails the test unless err is an *Error, exactly the named predicates are true of it, and its text has the part.
func isExactly(t *testing.T, err error, part string, names ...string) {
	t.Helper()
	if _, ok := err.(*client.Error); !ok {
		t.Errorf("%T %v, want an *Error", err, err)
		return
	}
	var told []string
	for name, ask := range predicates {
		if ask(err) {
			told = append(told, name)
		}
	}
	slices.Sort(told)
	slices.Sort(names)
	if !slices.Equal(told, names) {
		t.Errorf("%v is %v, want %v", err, told, names)
	}
	if !strings.Contains(err.Error(), part) {
		t.Errorf("%q does not say %q", err, part)
	}
}

// isMismatch fails the test unless err is a *MismatchError whose text has the part.
func isMismatch(t *testing.T, err error, part string) {
	t.Helper()
	if _, ok := err.(*client.MismatchError); !ok || !strings.Contains(err.Error(), part) {
		t.Errorf("%T %v, want a *MismatchError that says %q", err, err, part)
	}
}

// together runs f n times at once and returns the errors.
func together(n int, f func(i int) error) []error {
	errs := make([]error, n)
	start := make(chan struct{})
	var group sync.WaitGroup
	for i := range n {
		group.Go(func() {
			<-start
			errs[i] = f(i)
		})
	}
	close(start)
	group.Wait()
	return errs
}
