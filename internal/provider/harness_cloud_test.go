package provider_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/contract"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// cloud is a simulated cloud of a test's own, whose every exchange is checked against the contract.
type cloud struct {
	*simulator.Server
	url       string
	transport http.RoundTripper // of the providers; nil where there is a socket
	others    []string          // members who are there for their maps alone
}

func startCloud(t *testing.T) *cloud {
	t.Helper()
	c := &cloud{Server: simulator.New()}
	c.Use(contract.Middleware(func(err error) { t.Error(err) }))
	c.serve(t)
	return c
}

// startDialect is a cloud that differs from the contract, which therefore checks nothing.
func startDialect(t *testing.T, dialects ...string) *cloud {
	t.Helper()
	c := &cloud{Server: simulator.New()}
	must(t, c.Speak(dialects...))
	c.serve(t)
	return c
}

// cartographer is a member whose maps the account sees without being given them.
const cartographer = "cartographer@example.com"

// withOthersMaps gives the cloud a member with a project and a data source that only they own: what shows that the account in use sees what
// is not shared with it. Without that, the provider deletes no member and no key of an Editor unless it is told to whom their maps go.
func (c *cloud) withOthersMaps(t tb) *cloud {
	t.Helper()
	_, err := c.AddMember("Member "+cartographer, cartographer, "ORG_EDITOR", password)
	must(t, err)
	c.others = append(c.others, cartographer)
	_, err = c.AddProject("Contours", cartographer)
	must(t, err)
	_, err = c.AddDataSource("Heights", cartographer)
	must(t, err)
	return c
}

// projects leaves the maps out that are there only to be seen.
func (c *cloud) projects() []simulator.Project {
	return slices.DeleteFunc(c.Projects(), func(p simulator.Project) bool { return slices.Equal(p.Owners, c.others) })
}

// serve puts the cloud on a socket.
func (c *cloud) serve(t testing.TB) {
	t.Helper()
	server := httptest.NewServer(c)
	t.Cleanup(func() {
		_ = c.Close()
		server.Close()
	})
	c.url = server.URL
	c.SetBaseURL(server.URL)
}

// addMember makes an active member, as if they had accepted an invitation.
func (c *cloud) addMember(t *testing.T, email, role string) simulator.Member {
	t.Helper()
	m, err := c.AddMember("Member "+email, email, role, password)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// password satisfies the cloud's rule for passwords.
const password = "Correct-Horse.7"

// must stops the test when something that was done in the portal failed.
func must(t tb, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// inDays is a time of the cloud as HCL wants it.
func (c *cloud) inDays(n int) string {
	return c.Now().AddDate(0, 0, n).UTC().Truncate(time.Second).Format(time.RFC3339)
}

// writes are the requests since the last ClearRequests that change something in the organization: sessions do not count.
func (c *cloud) writes() []simulator.Request {
	return slices.DeleteFunc(c.Requests(), func(r simulator.Request) bool {
		return r.Method == "GET" || slices.Contains([]string{"authenticate", "refresh-token", "revoke-token"}, filepath.Base(r.Path))
	})
}

// Who is in the stories.
const (
	ada   = "ada@example.com"
	ana   = "ana@example.com"
	grace = "grace@example.com"
	lead  = "lead@example.com"
	other = "other@example.com"
	// administrator is how audit fields name the cloud's first account.
	administrator = "Simulated Administrator <admin@example.com>"
)

const (
	// unknownID is an id that nothing has.
	unknownID = "00000000-0000-4000-8000-000000000000"
	// pastExpiry is longer than an invitation lives.
	pastExpiry = 8 * 24 * time.Hour
)

// addKey makes a key in the portal.
func (c *cloud) addKey(t *testing.T, name, role string, days int) simulator.APIKey {
	t.Helper()
	k, err := c.AddAPIKey(name, role, c.Now().AddDate(0, 0, days))
	must(t, err)
	return k
}

// accept lets the latest invitee become a member.
func (c *cloud) accept(t *testing.T, email string) {
	t.Helper()
	_, err := c.Accept(email, "Ada Lovelace", password)
	must(t, err)
}

// invite sends an invitation in the portal.
func (c *cloud) invite(t *testing.T, email, role, language string) simulator.Invitation {
	t.Helper()
	i, err := c.Invite(email, role, language)
	must(t, err)
	return i
}

// project makes one that belongs to owners, and returns its id.
func (c *cloud) project(t *testing.T, name string, owners ...string) string {
	t.Helper()
	p, err := c.AddProject(name, owners...)
	must(t, err)
	return p.ID
}

// onlyKey is the cloud's one API key.
func (c *cloud) onlyKey(t *testing.T) simulator.APIKey {
	t.Helper()
	keys := c.APIKeys()
	if len(keys) != 1 {
		t.Fatalf("the keys are %v", keys)
	}
	return keys[0]
}

// onlyKeyOrNone is the id of the cloud's API key, empty where there is none.
func (c *cloud) onlyKeyOrNone(t *testing.T) string {
	t.Helper()
	if len(c.APIKeys()) == 0 {
		return ""
	}
	return c.onlyKey(t).ID
}

func (c *cloud) liveKeys() (live []simulator.APIKey) {
	for _, k := range c.APIKeys() {
		if k.ExpiresAt.After(c.Now()) {
			live = append(live, k)
		}
	}
	return live
}

func (c *cloud) apiKeyByID(id string) (simulator.APIKey, bool) {
	for _, k := range c.APIKeys() {
		if k.ID == id {
			return k, true
		}
	}
	return simulator.APIKey{}, false
}

// opens reports whether the cloud lets the key in.
func (c *cloud) opens(secret string) error {
	r, err := http.NewRequest(http.MethodGet, c.url+"/api/mcs/rest/v1/organizations/"+c.Account().OrganizationID+"/projects", nil)
	if err != nil {
		return err
	}
	r.Header.Set("Api-Key", secret)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("the cloud answers the key with %s", resp.Status)
	}
	return nil
}

// isLeftWith is an error unless the members are the administrator, those with emails and those who are there for their maps alone, and no
// invitation is left.
func (c *cloud) isLeftWith(emails ...string) error {
	want := slices.Concat([]string{c.Account().Username}, emails, c.others)
	var got []string
	for _, m := range c.Members() {
		got = append(got, m.Email)
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		return fmt.Errorf("the cloud has the members %q, want %q", got, want)
	}
	if sent := c.Invitations(); len(sent) > 0 {
		return fmt.Errorf("the cloud has the invitations %+v", sent)
	}
	return nil
}

// written are the writes since the last look, such as "DELETE invitations". It is the look.
func (c *cloud) written() []string {
	var writes []string
	for _, r := range c.writes() {
		noun, _, _ := strings.Cut(strings.SplitN(r.Path, "/organizations/"+c.Account().OrganizationID+"/", 2)[1], "/")
		writes = append(writes, r.Method+" "+noun)
	}
	c.ClearRequests()
	return writes
}

// wroteNow checks what was written since the last look.
func (c *cloud) wroteNow(t *testing.T, want ...string) {
	t.Helper()
	if got := c.written(); !slices.Equal(got, want) {
		t.Errorf("written: %q, want %q", got, want)
	}
}

// mailedNow checks how many mails went out since the cloud began.
func (c *cloud) mailedNow(t *testing.T, want int) {
	t.Helper()
	if got := c.Mails(); len(got) != want {
		t.Errorf("%d mails went out, want %d: %+v", len(got), want, got)
	}
}

// counted is how many requests ended in this segment of the path.
func (c *cloud) counted(segment string) int {
	n := 0
	for _, r := range c.Requests() {
		if path.Base(r.Path) == segment {
			n++
		}
	}
	return n
}

// refuseLists makes the cloud refuse to list or read anything of a noun.
func (c *cloud) refuseLists(noun string) {
	for _, path := range []string{"", "/*"} {
		c.Inject(simulator.Fault{
			Method: http.MethodGet, Path: "/api/ss/rest/v1/organizations/*/" + noun + path, Times: -1,
			Action: simulator.ActionStatus, Status: http.StatusForbidden, Body: `{"message":"Not today."}`,
		})
	}
}

// stopAt holds the first request with this method that is about a noun until the client goes away, before the cloud looks at it or
// after the change. It returns a channel that closes when the request is there.
func (c *cloud) stopAt(method, noun, when string) <-chan struct{} {
	there := make(chan struct{})
	var once sync.Once
	c.Use(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			first := false
			if r.Method == method && strings.Contains(r.URL.Path, "/"+noun) {
				once.Do(func() { first = true })
			}
			if !first {
				next.ServeHTTP(w, r)
				return
			}
			if when == simulator.After {
				next.ServeHTTP(httptest.NewRecorder(), r)
			}
			close(there)
			<-r.Context().Done()
			panic(http.ErrAbortHandler)
		})
	})
	return there
}

// acceptingFirst lets Ada accept at the moment that her invitation is about to be withdrawn.
func acceptingFirst(c *cloud) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodDelete && strings.Contains(r.URL.Path, "/invitations/") {
				_, _ = c.Accept(ada, "Ada", password)
			}
			next.ServeHTTP(w, r)
		})
	}
}

func hasProject(c *cloud, id string) bool {
	return slices.ContainsFunc(c.Projects(), func(p simulator.Project) bool { return p.ID == id })
}

// hasDone is an error unless organizations were made, changed or deleted with these methods since the last look, and nothing else was
// written. It is the look.
func (c *cloud) hasDone(methods ...string) error {
	var got []string
	for _, r := range c.writes() {
		if !strings.Contains(r.Path, "/rest/v1/organizations") || strings.Count(r.Path, "/") > 6 {
			return fmt.Errorf("the cloud was asked for %+v", r)
		}
		got = append(got, r.Method)
	}
	c.ClearRequests()
	if !slices.Equal(got, methods) {
		return fmt.Errorf("written: %q, want %q", got, methods)
	}
	return nil
}

// isNewest is an error unless the organization that was made last has the name.
func (c *cloud) isNewest(name string) error {
	if got := c.newest().Name; got != name {
		return fmt.Errorf("the cloud calls it %q", got)
	}
	return nil
}

// newest is the organization that was made last.
func (c *cloud) newest() simulator.Organization {
	all := c.Organizations()
	return all[len(all)-1]
}

// ignore drops what a portal call returns beside its error.
func ignore[T any](_ T, err error) error { return err }
