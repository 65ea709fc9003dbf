package ownership

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/contract"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/directory"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	ss  = "/api/ss/rest/v1/organizations/*"
	mcs = "/api/mcs/rest/v1/organizations/*"

	projectsPath    = mcs + "/projects"
	dataSourcesPath = mcs + "/datasources"
	keysPath        = ss + "/api-keys"
	membersPath     = ss + "/members"
)

// cloud is a simulated cloud of a test's own, called without a socket. Its exchanges are checked against the contract, unless it speaks a
// dialect.
type cloud struct {
	*simulator.Server
	t     *testing.T
	loose atomic.Bool // what the cloud says is not held to the contract

	mu      sync.Mutex
	before  func(r *http.Request)                           // is called before each request
	rewrite func(r *http.Request, answer string) (a string) // changes each answer's body
}

// newCloud speaks the dialects.
func newCloud(t *testing.T, dialects ...string) *cloud {
	t.Helper()
	c := &cloud{Server: simulator.New(), t: t}
	if len(dialects) == 0 {
		c.Use(contract.Middleware(func(err error) {
			if !c.loose.Load() {
				t.Error(err)
			}
		}))
	}
	c.SetBaseURL("http://127.0.0.1:1")
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// loosen lets the cloud break the contract from now on.
func (c *cloud) loosen() { c.loose.Store(true) }

// RoundTrip calls the cloud without a socket.
func (c *cloud) RoundTrip(r *http.Request) (resp *http.Response, err error) {
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
	if before := c.hook(); before != nil {
		before(r)
	}
	in := r.Clone(r.Context())
	in.RequestURI, in.Host = r.URL.RequestURI(), r.URL.Host
	if in.Body == nil {
		in.Body = http.NoBody
	}
	w := httptest.NewRecorder()
	c.ServeHTTP(w, in)
	c.mu.Lock()
	rewrite := c.rewrite
	c.mu.Unlock()
	if rewrite != nil {
		changed := rewrite(r, w.Body.String())
		w.Body.Reset()
		w.Body.WriteString(changed)
		w.Header().Set("Content-Length", strconv.Itoa(len(changed)))
	}
	return w.Result(), nil
}

// onAnswer changes the answers to requests whose method and path begin and end so: old becomes new in the body.
func (c *cloud) onAnswer(method, end, old, text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.rewrite = func(r *http.Request, answer string) string {
		if r.Method == method && strings.HasSuffix(r.URL.Path, end) {
			return strings.ReplaceAll(answer, old, text)
		}
		return answer
	}
}

func (c *cloud) hook() func(*http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.before
}

// onRequest calls f before each request that is made from now on.
func (c *cloud) onRequest(f func(r *http.Request)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.before = f
}

// once calls f before the first request whose method and path begin and end so.
func (c *cloud) once(method, end string, f func()) {
	var done sync.Once
	c.onRequest(func(r *http.Request) {
		if r.Method == method && strings.HasSuffix(r.URL.Path, end) {
			done.Do(f)
		}
	})
}

// client is one of the administrator, whose session is open.
func (c *cloud) client() *client.Client { return c.clientOf(c.Account().Username) }

// clientOf is one of any administrator.
func (c *cloud) clientOf(email string) *client.Client {
	c.t.Helper()
	api, err := c.signIn(email)
	must(c.t, err)
	return api
}

// signIn is clientOf for a cloud that may not let anyone in.
func (c *cloud) signIn(email string) (*client.Client, error) {
	c.t.Helper()
	account := c.Account()
	api, err := client.New(client.Config{
		Endpoint: "http://127.0.0.1:1", OrganizationID: account.OrganizationID, Username: email, Password: account.Password,
		UserAgent: "ownership_test", RetryWait: time.Millisecond, Budget: time.Minute, Transport: c,
	})
	must(c.t, err)
	c.t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(c.t.Context()), 5*time.Second)
		defer cancel()
		_ = api.Close(ctx)
	})
	_, err = api.CurrentMember(c.t.Context())
	return api, err
}

// run is what one run of the provider has: a walk, with its client and its directory.
type run struct {
	*Ownership
	cloud     *cloud
	client    *client.Client
	directory *directory.Directory

	mu    sync.Mutex
	clock time.Time
}

// newRun begins a run whose rehearsals are allowed, as edits change it, and forgets the requests so far.
func (c *cloud) newRun(edits ...func(*Config)) *run {
	c.t.Helper()
	api := c.client()
	r := &run{cloud: c, client: api, directory: directory.New(api, directory.Options{}), clock: time.Now()}
	config := Config{
		Rehearse: true,
		Wait: func(ctx context.Context, d time.Duration) error {
			r.pass(d)
			return ctx.Err()
		},
		Now: func() time.Time {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.clock = r.clock.Add(time.Millisecond) // two looks are never at one moment
			return r.clock
		},
	}
	for _, edit := range edits {
		edit(&config)
	}
	r.Ownership = New(r.client, r.directory, config)
	c.ClearRequests()
	return r
}

func withoutRehearsal(config *Config) { config.Rehearse = false }

// pass lets time go by, for the run alone.
func (r *run) pass(d time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.clock = r.clock.Add(d)
}

// calls are the operations asked for since the last ClearRequests, by their ids in the contract.
func (c *cloud) calls() []string {
	ids := []string{}
	for _, r := range c.Requests() {
		request := httptest.NewRequest(r.Method, "http://cloud/", nil)
		request.URL.Path = r.Path
		id, known := contract.Lookup(request)
		if !known {
			id = r.Method + " " + r.Path
		}
		ids = append(ids, id)
	}
	return ids
}

// count is how often one of the operations was asked for.
func (c *cloud) count(operations ...string) int {
	return len(slices.DeleteFunc(c.calls(), func(id string) bool { return !slices.Contains(operations, id) }))
}

// deletions is how often a member or a key was to be deleted.
func (c *cloud) deletions() int { return c.count("deleteMember", "deleteApiKey") }

func (c *cloud) member(email, role string) simulator.Member {
	c.t.Helper()
	m, err := c.AddMember("Name of "+email, email, role, "")
	must(c.t, err)
	return m
}

func (c *cloud) key(title, role string) simulator.APIKey {
	c.t.Helper()
	k, err := c.AddAPIKey(title, role, c.Now().Add(30*24*time.Hour))
	must(c.t, err)
	return k
}

func (c *cloud) project(name string, owners ...string) string {
	c.t.Helper()
	p, err := c.AddProject(name, owners...)
	must(c.t, err)
	return p.ID
}

func (c *cloud) dataSource(name string, owners ...string) string {
	c.t.Helper()
	d, err := c.AddDataSource(name, owners...)
	must(c.t, err)
	return d.ID
}

// owners is the truth: who owns each project and data source, by its name.
func (c *cloud) owners() map[string]string {
	all := map[string]string{}
	add := func(name string, owners []string) {
		slices.Sort(owners)
		all[name] = strings.Join(owners, " ")
	}
	for _, p := range c.Projects() {
		add(p.Name["en"], p.Owners)
	}
	for _, d := range c.DataSources() {
		add(d.Name, d.Owners)
	}
	return all
}

func (c *cloud) hasProject(id string) bool {
	return slices.ContainsFunc(c.Projects(), func(p simulator.Project) bool { return p.ID == id })
}

// listKeysAgain makes the run know of the keys that have come since it listed them.
func (r *run) listKeysAgain() {
	r.cloud.t.Helper()
	r.directory.InvalidateAPIKeys()
	_, err := r.directory.APIKeys(r.cloud.t.Context(), directory.Current)
	must(r.cloud.t, err)
}

// asOwner is a member of the simulator as a question's owner.
func asOwner(m simulator.Member) Owner {
	return Owner{Kind: client.MemberOwner, ID: m.ID, Email: m.Email, Name: m.Email}
}

// asKeyOwner is a key whose secret is not at hand.
func asKeyOwner(k simulator.APIKey) Owner {
	return Owner{Kind: client.APIKeyOwner, ID: k.ID, Email: k.Email, Name: k.Title, ExpiresAt: k.ExpiresAt}
}

func to(m simulator.Member) Choice { return Choice{Email: m.Email} }

// world is an ordinary organization: an account, an owner with projects and data sources alone and shared, others whose maps are visible,
// and a successor.
type world struct {
	*cloud
	owner, successor, other simulator.Member
	key, otherKey           simulator.APIKey
}

// newWorld gives the member and the key each a project and a data source alone, and one of each shared with others.
func newWorld(t *testing.T, dialects ...string) *world {
	t.Helper()
	w := &world{cloud: newCloud(t, dialects...)}
	w.owner = w.member("owner@example.com", simulator.RoleEditor)
	w.successor = w.member("successor@example.com", simulator.RoleEditor)
	w.other = w.member("other@example.com", simulator.RoleEditor)
	w.key, w.otherKey = w.cloud.key("ci", simulator.RoleEditor), w.cloud.key("other", simulator.RoleEditor)
	for _, owner := range []struct{ name, email string }{{"member", w.owner.Email}, {"key", w.key.Email}} {
		w.project(owner.name+" project", owner.email)
		w.dataSource(owner.name+" source", owner.email)
		w.project(owner.name+" shared project", owner.email, w.other.Email)
		w.dataSource(owner.name+" shared source", w.otherKey.Email, owner.email)
	}
	w.project("other project", w.other.Email)
	w.dataSource("other source", w.other.Email)
	w.project("account project")
	must(t, w.speak(dialects...))
	return w
}

func (c *cloud) speak(dialects ...string) error {
	if len(dialects) == 0 {
		return nil
	}
	return c.Speak(dialects...)
}
