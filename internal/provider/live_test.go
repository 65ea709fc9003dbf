package provider_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/contract"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/directory"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/ownership"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/provider"
)

// These tests may run against the real cloud: `make testlive`. They touch only what they made. Without that, they run
// against the simulator, so that they are known to work.

const (
	liveVariable = "JMAPCLOUD_LIVE_TEST"
	// liveEmailVariable is an address that may be sent an invitation, which is withdrawn at once.
	liveEmailVariable = "JMAPCLOUD_LIVE_TEST_EMAIL"
	// publishedVariable is where to write the OpenAPI document that the service publishes.
	publishedVariable = "JMAPCLOUD_PUBLISHED_DOCUMENT"
)

// liveAccount is who signs in where.
type liveAccount struct {
	endpoint, organization, username, password, token, email string
}

// liveFromEnvironment is set by TestMain, which clears the environment. Nil means the simulator.
var liveFromEnvironment *liveAccount

func readLiveAccount() *liveAccount {
	if os.Getenv(liveVariable) == "" {
		return nil
	}
	return &liveAccount{
		endpoint: os.Getenv("JMAPCLOUD_ENDPOINT"), organization: os.Getenv("JMAPCLOUD_ORGANIZATION_ID"),
		username: os.Getenv("JMAPCLOUD_USERNAME"), password: os.Getenv("JMAPCLOUD_PASSWORD"), token: os.Getenv("JMAPCLOUD_ACCESS_TOKEN"),
		email: os.Getenv(liveEmailVariable),
	}
}

func (a *liveAccount) setenv(t *testing.T) {
	t.Helper()
	for variable, value := range map[string]string{"ENDPOINT": a.endpoint, "ORGANIZATION_ID": a.organization, "USERNAME": a.username, "PASSWORD": a.password, "ACCESS_TOKEN": a.token} {
		t.Setenv("JMAPCLOUD_"+variable, value)
	}
}

// live is an organization that must be left as it was found.
type live struct {
	liveAccount
	prefix    string // of every name that is made
	recorder  *contract.EvidenceRecorder
	transport http.RoundTripper
	client    *client.Client
	guard     *liveGuard
}

// startLive connects to the cloud of the environment or, without one, to a simulator in these dialects.
func startLive(t *testing.T, dialects ...string) *live {
	t.Helper()
	l := &live{prefix: "terraform-live-test-" + strings.ToLower(rand.Text()[:8]), recorder: contract.NewEvidenceRecorder(), guard: &liveGuard{}}
	if liveFromEnvironment != nil {
		l.liveAccount = *liveFromEnvironment
	} else {
		c := startForeignCloud(t).cloud
		must(t, c.Speak(dialects...))
		a := c.Account()
		l.liveAccount = liveAccount{endpoint: c.url, organization: a.OrganizationID, username: a.Username, password: a.Password, email: "live@example.com"}
		for _, email := range []string{lead, ana} { // others', which must not be touched
			c.addMember(t, email, "ORG_EDITOR")
			_, err := c.AddProject("Somebody's map", email)
			must(t, err)
		}
		before, projects := c.people(), len(c.Projects())
		t.Cleanup(func() {
			if after := c.people(); after != before || len(c.Projects()) != projects {
				t.Errorf("the cloud has %s and %d projects, and had %s", after, len(c.Projects()), before)
			}
		})
	}
	deviation := func(err error) {
		if liveFromEnvironment == nil && len(dialects) == 0 {
			t.Error(err)
			return
		}
		t.Logf("the cloud differs from the contract: %v", err)
	}
	l.transport = l.guard.transport(l.recorder.Transport(contract.Transport(deviation, http.DefaultTransport)))
	var err error
	l.client, err = client.New(client.Config{
		Endpoint: l.endpoint, OrganizationID: l.organization, Username: l.username, Password: l.password, AccessToken: l.token,
		UserAgent: "terraform-provider-jmapcloud/live-test", Transport: l.transport,
	})
	must(t, err)
	t.Cleanup(func() { must(t, l.client.Close(context.Background())) })
	return l
}

// liveGuard stands before the cloud and lets nothing be changed or deleted that the tests did not make; and nothing at all
// be deleted without a successor before it is proven that a successor receives, but by the rehearsal that proves it.
type liveGuard struct {
	mu         sync.Mutex
	made       map[string]string // path by id
	proven     bool
	rehearsing bool // what the rehearsal makes owns only what the rehearsal makes
}

// set changes what the guard goes by.
func (g *liveGuard) set(proven, rehearsing bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.proven, g.rehearsing = proven, rehearsing
}

// madeOf is the part of a path that is the id of something that the tests made, empty where there is none.
func (g *liveGuard) madeOf(path string) string {
	for _, segment := range strings.Split(path, "/") {
		if _, mine := g.made[segment]; mine {
			return segment
		}
	}
	return ""
}

var errGuarded = errors.New("the live tests do not touch what they did not make")

func (g *liveGuard) transport(next http.RoundTripper) http.RoundTripper {
	return roundTrip(func(r *http.Request) (*http.Response, error) {
		id := filepath.Base(r.URL.Path)
		g.mu.Lock()
		mine := g.madeOf(r.URL.Path) != ""
		proven := g.proven || g.rehearsing || r.URL.Query().Get("transferOwnershipTo") != ""
		g.mu.Unlock()
		switch r.Method {
		case http.MethodGet:
		case http.MethodPost:
			if id == "permissions" && !mine {
				return nil, errGuarded
			}
			return g.remember(r, next)
		case http.MethodDelete:
			if !mine || !proven {
				return nil, errGuarded
			}
		default:
			if !mine {
				return nil, errGuarded
			}
		}
		resp, err := next.RoundTrip(r)
		if err == nil && r.Method == http.MethodDelete && resp.StatusCode/100 == 2 {
			g.mu.Lock()
			delete(g.made, id)
			g.mu.Unlock()
		}
		return resp, err
	})
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func (g *liveGuard) remember(r *http.Request, next http.RoundTripper) (*http.Response, error) {
	resp, err := next.RoundTrip(r)
	if err != nil {
		return resp, err
	}
	body, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	resp.Body = io.NopCloser(bytes.NewReader(body))
	var answer struct{ Result struct{ ID string } }
	if json.Unmarshal(body, &answer) == nil && answer.Result.ID != "" {
		g.mu.Lock()
		if g.made == nil {
			g.made = map[string]string{}
		}
		g.made[answer.Result.ID] = r.URL.Path + "/" + answer.Result.ID
		g.mu.Unlock()
	}
	return resp, err
}

func TestLive(t *testing.T) {
	if liveFromEnvironment == nil {
		t.Parallel()
	} else {
		liveFromEnvironment.setenv(t)
	}
	l := startLive(t)
	t.Run("reads everything", l.reads)
	var works bool
	t.Run("ownership goes to the successor", func(t *testing.T) { works = l.rehearses(t) == ownership.RehearsalWorks })
	t.Cleanup(func() { l.sweep(t) })
	if works {
		l.guard.set(true, false)
		t.Run("acceptance", l.acceptance)
	} else {
		t.Error("that a successor receives what a key owned is not proven, so nothing else is deleted")
	}
	for _, refuted := range l.table(t) {
		t.Errorf("refuted: %s", refuted)
	}
}

// The same against clouds that differ: what they are found to be is what they are.
func TestLive_tellsTheDialectThatItMeets(t *testing.T) {
	t.Parallel()
	if liveFromEnvironment != nil {
		t.Skip("this test is about the simulator's dialects")
	}
	for _, test := range []struct {
		dialects  []string
		rehearsal ownership.Rehearsal
		refuted   []string // the names, with the dialects that they may be
	}{
		{[]string{"transfer-ignored"}, ownership.RehearsalRefuted, []string{"deleteApiKey?transferOwnershipTo"}},
		{[]string{"create-answers-id-only", "change-answers-null"}, ownership.RehearsalWorks, []string{"CreatedApiKey.roles"}},
		{[]string{"link-missing", "members-self-missing", "lower-roles-listed"}, ownership.RehearsalWorks, nil},
	} {
		t.Run(strings.Join(test.dialects, "+"), func(t *testing.T) {
			t.Parallel()
			l := startLive(t, test.dialects...)
			t.Cleanup(func() { l.sweep(t) })
			l.reads(t)
			if got := l.rehearses(t); got != test.rehearsal {
				t.Errorf("the rehearsal ends with %d, want %d", got, test.rehearsal)
			}
			refuted := strings.Join(l.table(t), "\n")
			for _, name := range test.refuted {
				wants(t, "refuted", refuted, name)
			}
			if test.refuted == nil {
				wants(t, "refuted", refuted)
			}
		})
	}
}

// reads asks for what can be asked without changing anything.
func (l *live) reads(t *testing.T) {
	ctx := t.Context()
	organizations, err := l.client.Organizations(ctx)
	must(t, err)
	for _, o := range organizations[:min(len(organizations), 1)] {
		_, err = l.client.Organization(ctx, o.ID)
		must(t, err)
	}
	members, err := l.client.Members(ctx)
	must(t, err)
	self, err := l.client.CurrentMember(ctx)
	must(t, err)
	if !slices.ContainsFunc(members, func(m client.Member) bool { return m.ID == self.ID }) {
		t.Error("who is signed in is not among the members")
	}
	_, err = l.client.Member(ctx, self.ID)
	must(t, err)
	keys, err := l.client.APIKeys(ctx)
	must(t, err)
	for _, k := range keys[:min(len(keys), 1)] {
		_, err = l.client.APIKey(ctx, k.ID)
		must(t, err)
	}
	invitations, err := l.client.Invitations(ctx)
	must(t, err)
	for _, i := range invitations[:min(len(invitations), 1)] {
		_, err = l.client.Invitation(ctx, i.ID)
		must(t, err)
	}
	for _, kind := range []client.ResourceKind{client.Project, client.DataSource} {
		all, err := l.client.List(ctx, kind)
		must(t, err)
		for _, r := range all {
			_, err = l.client.Permissions(ctx, kind, r.ID)
			must(t, err)
		}
	}
}

// keyPermit allows the deletion of a key that the test itself answers for.
type keyPermit struct{ id, transferOwnershipTo string }

func (p keyPermit) Permitted() (kind client.OwnerKind, id, transferOwnershipTo string, ok bool) {
	return client.APIKeyOwner, p.id, p.transferOwnershipTo, true
}

// rehearses makes the rehearsal of the provider: it deletes keys of its own that own projects of its own, with whoever is signed in as the
// successor, and without one.
func (l *live) rehearses(t *testing.T) ownership.Rehearsal {
	l.guard.set(false, true)
	defer l.guard.set(false, false)
	shown, err := ownership.New(l.client, directory.New(l.client, directory.Options{}), ownership.Config{Rehearse: true}).Rehearse(t.Context())
	must(t, err)
	for _, left := range shown.LeftOvers {
		t.Errorf("left behind: the %s %q (%s)", left.Noun, left.Name, left.ID)
	}
	if works := shown.Result == ownership.RehearsalWorks; works || shown.Result == ownership.RehearsalRefuted {
		l.recorder.Prove("deleteApiKey?transferOwnershipTo", works)
	}
	t.Logf("the rehearsal of a deletion: works %v, permissions are taken back %v, the transfer takes an email %v %s",
		shown.Result == ownership.RehearsalWorks, shown.Revocation, shown.ByEmail, shown.Why)
	return shown.Result
}

// factories are those of the acceptance tests, behind the guard and before the evidence recorder.
func (l *live) factories() map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){
		"jmapcloud": func() (tfprotov6.ProviderServer, error) {
			return providerserver.NewProtocol6WithError((&provider.Factory{Version: "live-test", Transport: l.transport}).New())()
		},
	}
}

// config puts a provider block before hcl. The account of a real cloud stays in the environment: the CLI's test library
// writes configurations into files.
func (l *live) config(hcl string) string {
	if liveFromEnvironment != nil {
		return hcl
	}
	return fmt.Sprintf("provider \"jmapcloud\" {\n  endpoint        = %q\n  organization_id = %q\n  username        = %q\n  password        = %q\n}\n", l.endpoint, l.organization, l.username, l.password) + hcl
}

// acceptance is the plain life of a key and of a person through real Terraform, and every plural data source. Each step that applies ends with two
// plans, which must be empty.
func (l *live) acceptance(t *testing.T) {
	wantsCLI(t)
	expires := l.client.Now().Add(24 * time.Hour).UTC().Format(time.RFC3339)
	person := func(typeName, role string) string {
		if l.email == "" {
			return ""
		}
		return block(typeName, fmt.Sprintf("email = %q", l.email), fmt.Sprintf("role = %q", role))
	}
	with := func(name, role string) string {
		return l.config(block(apiKey, fmt.Sprintf("name = %q", l.prefix+name), `role = "ORG_VIEWER"`, fmt.Sprintf("expires_at = %q", expires)) + person(invitation, role))
	}
	data := "data \"jmapcloud_members\" \"all\" {}\ndata \"jmapcloud_api_keys\" \"all\" {}\ndata \"jmapcloud_invitations\" \"all\" {}\ndata \"jmapcloud_current_member\" \"me\" {}\ndata \"jmapcloud_organization\" \"this\" {}\n"
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: l.factories(), Steps: []resource.TestStep{
		{Config: with("-a", "ORG_VIEWER")},
		{ResourceName: tested(apiKey), ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"key", "key_fingerprint"}},
		{Config: with("-b", "ORG_EDITOR") + data, ConfigPlanChecks: action(apiKey, plancheck.ResourceActionDestroyBeforeCreate)},
	}})
	if l.email == "" {
		t.Logf("no invitation is sent: set %s to an address that may receive one", liveEmailVariable)
		return
	}
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: l.factories(), Steps: []resource.TestStep{
		{Config: l.config(person(member, "ORG_VIEWER"))},
		{Config: l.config(person(member, "ORG_EDITOR"))},
	}})
}

// sweep deletes what a failed test left.
func (l *live) sweep(t *testing.T) {
	token, _, err := l.client.AccessToken(context.Background())
	if err != nil {
		t.Errorf("what the tests made may be left, with names that begin with %s: %v", l.prefix, err)
		return
	}
	l.guard.mu.Lock()
	left := l.guard.made
	l.guard.made = map[string]string{}
	l.guard.mu.Unlock()
	for id, path := range left {
		r, err := http.NewRequestWithContext(context.Background(), http.MethodDelete, l.endpoint+path, http.NoBody)
		must(t, err)
		r.Header.Set("Authorization", "Bearer "+token)
		resp, err := http.DefaultTransport.RoundTrip(r)
		if err != nil || resp.StatusCode/100 != 2 && resp.StatusCode != http.StatusNotFound { // what went with its owner is gone
			t.Errorf("left behind: %s", path)
		}
		if err == nil {
			resp.Body.Close()
		}
		t.Logf("swept %s", id)
	}
}

// table prints what became of the names that are not published, and returns those that are refuted with the dialects that the cloud may speak.
func (l *live) table(t *testing.T) (refuted []string) {
	var table strings.Builder
	counts := map[contract.Verdict]int{}
	for _, f := range l.recorder.Findings() {
		counts[f.Verdict]++
		line := f.Name
		if f.Verdict == contract.Refuted {
			line += ": the cloud may speak the dialect " + strings.Join(f.Dialects, " or ") + ", or one that is not known"
			refuted = append(refuted, line)
		}
		fmt.Fprintf(&table, "%-10s %s\n", f.Verdict, line)
	}
	t.Logf("%d confirmed, %d refuted, %d unknown of the names that are decided:\n%s", counts[contract.Confirmed], counts[contract.Refuted], counts[contract.Unknown], &table)
	if liveFromEnvironment == nil && counts[contract.Confirmed] < counts[contract.Unknown] {
		t.Errorf("the simulator confirms %d and leaves %d unknown", counts[contract.Confirmed], counts[contract.Unknown])
	}
	return refuted
}

// publishedAt is where services usually publish their OpenAPI document.
var publishedAt = []string{
	"/openapi.json", "/openapi.yaml", "/v3/api-docs", "/v2/api-docs", "/swagger.json", "/api-docs", "/.well-known/openapi.json",
	"/api/ss/rest/v1/openapi.json", "/api/ss/rest/v1/openapi.yaml", "/api/ss/rest/v1/swagger.json", "/api/ss/rest/v1/api-docs", "/api/ss/rest/openapi.json", "/api/ss/rest/swagger.json",
	"/api/ss/v3/api-docs", "/api/ss/rest/v3/api-docs", "/api/ss/rest/application.wadl",
	"/api/mcs/rest/v1/openapi.json", "/api/mcs/rest/v1/openapi.yaml", "/api/mcs/rest/v1/swagger.json", "/api/mcs/v3/api-docs",
}

// published is the first OpenAPI document that the endpoint publishes, and where.
func published(ctx context.Context, endpoint string) (document []byte, where string) {
	for _, path := range publishedAt {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, endpoint+path, http.NoBody)
		if err != nil {
			return nil, ""
		}
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			continue
		}
		body, err := io.ReadAll(io.LimitReader(resp.Body, 16<<20))
		resp.Body.Close()
		if err != nil || resp.StatusCode != http.StatusOK {
			continue
		}
		if read, err := openapi3.NewLoader().LoadFromData(body); err == nil && strings.HasPrefix(read.OpenAPI, "3.") {
			return body, path
		}
	}
	return nil, ""
}

// make testlive runs this first, and then lets oasdiff compare the two.
func TestLivePublished(t *testing.T) {
	t.Parallel()
	if liveFromEnvironment == nil {
		t.Skip(liveVariable + " is not set")
	}
	document, where := published(t.Context(), liveFromEnvironment.endpoint)
	if document == nil {
		t.Logf("the service publishes no OpenAPI document at %s", strings.Join(publishedAt, ", "))
		return
	}
	t.Logf("the service publishes an OpenAPI document at %s", where)
	if file := os.Getenv(publishedVariable); file != "" {
		must(t, os.WriteFile(file, document, 0o600))
	}
}

func TestLive_publishedDocumentIsFoundAndAPageIsNone(t *testing.T) {
	t.Parallel()
	nothing := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(nothing.Close)
	if document, where := published(t.Context(), nothing.URL); document != nil {
		t.Errorf("nothing is published, and %s was found", where)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/openapi.json":
			_, _ = io.WriteString(w, "<html>Sign in</html>")
		case "/api/ss/rest/v1/openapi.yaml":
			_, _ = w.Write(contract.Document())
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(server.Close)
	document, where := published(t.Context(), server.URL)
	if where != "/api/ss/rest/v1/openapi.yaml" {
		t.Fatalf("found at %q", where)
	}
	_, err := openapi3.NewLoader().LoadFromData(document)
	must(t, err)
}

// The guard is what keeps an organization whole.
func TestLive_guardRefusesWhatTheTestsDidNotMake(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	c.addMember(t, lead, "ORG_EDITOR")
	theirs := c.addKey(t, "theirs", "ORG_EDITOR", 30)
	g := &liveGuard{}
	a := c.Account()
	cl, err := client.New(client.Config{Endpoint: c.url, OrganizationID: a.OrganizationID, Username: a.Username, Password: a.Password, Transport: g.transport(http.DefaultTransport), RetryWait: time.Millisecond})
	must(t, err)
	t.Cleanup(func() { _ = cl.Close(context.Background()) })
	member, _ := c.Member(lead)
	mine, err := cl.CreateAPIKey(t.Context(), client.APIKeyRequest{Title: "mine", Role: client.RoleEditor, ExpiresAt: c.Now().Add(time.Hour)})
	must(t, err)
	if err := cl.DeleteOwner(t.Context(), keyPermit{theirs.ID, member.ID}); !errors.Is(err, errGuarded) {
		t.Errorf("another's key: %v", err)
	}
	if _, err := cl.SetMemberRole(t.Context(), member.ID, client.RoleViewer); !errors.Is(err, errGuarded) {
		t.Errorf("another's role: %v", err)
	}
	if err := cl.DeleteOwner(t.Context(), keyPermit{mine.ID, ""}); !errors.Is(err, errGuarded) {
		t.Errorf("without a successor: %v", err)
	}
	must(t, cl.DeleteOwner(t.Context(), keyPermit{mine.ID, member.ID}))
	if keys := c.APIKeys(); len(keys) != 1 || keys[0].ID != theirs.ID {
		t.Errorf("left: %v", keys)
	}
}
