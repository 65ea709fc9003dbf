package directory_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/contract"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/directory"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const day = 24 * time.Hour

// Where faults strike.
const (
	members     = "/api/ss/rest/v1/organizations/*/members"
	invitations = "/api/ss/rest/v1/organizations/*/invitations"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// cloud is a simulated cloud of a test's own, whose every exchange is checked against the contract.
type cloud struct{ *simulator.Server }

func startCloud(t *testing.T) cloud {
	t.Helper()
	c := cloud{simulator.New()}
	c.Use(contract.Middleware(func(err error) { t.Error(err) }))
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// open returns the directory of a new run.
func (c cloud) open(t *testing.T, options directory.Options) *directory.Directory {
	t.Helper()
	server := httptest.NewServer(c)
	transport := &http.Transport{}
	account := c.Account()
	api, err := client.New(client.Config{
		Endpoint: server.URL, OrganizationID: account.OrganizationID, Username: account.Username, Password: account.Password,
		RetryWait: time.Millisecond, Transport: transport,
	})
	must(t, err)
	t.Cleanup(func() {
		must(t, api.Close(context.WithoutCancel(t.Context())))
		transport.CloseIdleConnections()
		server.Close()
	})
	return directory.New(api, options)
}

// asked counts the requests for lists, or for what is below them.
func (c cloud) asked(segment string, below bool) int {
	var n int
	for _, r := range c.Requests() {
		_, rest, found := strings.Cut(r.Path, "/"+segment)
		if found && rest != "/self" && (rest != "") == below {
			n++
		}
	}
	return n
}

// refuse makes the cloud refuse a list so many times. It is a refusal that the client does not repeat.
func (c cloud) refuse(path string, times int) {
	c.Inject(simulator.Fault{Method: http.MethodGet, Path: path, Action: simulator.ActionStatus, Status: http.StatusForbidden, Times: times, Body: `{"message":"Forbidden"}`})
}

// One list that fails fails one creation, and not each that comes after it.
func TestAdmit_triesAFailedListAgain(t *testing.T) {
	t.Parallel()
	for _, path := range []string{members, invitations} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t)
			d := c.open(t, directory.Options{})
			c.refuse(path, 1)
			var failed []string
			for _, email := range []string{"ana@example.com", "bob@example.com", "cy@example.com"} {
				got, err := d.Admit(t.Context(), client.InvitationRequest{Email: email, Language: "en", Role: client.RoleViewer})
				if err != nil {
					failed = append(failed, email)
				} else if got.Now.Invitation == nil || got.Now.Invitation.Email != email || !got.Found.IsAbsent() {
					t.Errorf("%s: %+v", email, got)
				}
			}
			if !slices.Equal(failed, []string{"ana@example.com"}) {
				t.Errorf("failed are %q", failed)
			}
			if n := len(c.Mails()); n != 2 {
				t.Errorf("%d mails went out", n)
			}
		})
	}
}

// A refresh has another way to an object than a list that cannot be fetched, and does not try the list for each.
func TestAPIKey_isReadByItselfWhereTheListFails(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	d := c.open(t, directory.Options{})
	var ids []string
	for _, title := range []string{"a", "b", "c", "d"} {
		k, err := c.AddAPIKey(title, simulator.RoleViewer, c.Now().Add(day))
		must(t, err)
		ids = append(ids, k.ID)
	}
	c.refuse("/api/ss/rest/v1/organizations/*/api-keys", -1)
	for _, id := range ids {
		if k, err := d.APIKey(t.Context(), id); err != nil || k.ID != id {
			t.Errorf("%+v, %v", k, err)
		}
	}
	if lists, single := c.asked("api-keys", false), c.asked("api-keys", true); lists != 1 || single != 4 {
		t.Errorf("%d lists and %d keys were asked for", lists, single)
	}
}

func TestMembership_isFoundByAnySpellingOfTheEmail(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	d := c.open(t, directory.Options{})
	c.Inject(simulator.Fault{Path: members, Action: simulator.ActionStatus, Status: 200, Times: -1, Body: `{"message":"OK","result":[
		{"id":"0","email":"admin@example.com"},
		{"id":"1","email":"Anne.Roy@Example.com"},
		{"id":"2","email":"anne.roy+maps@example.com"},
		{"id":"3","email":"jürgen@müller.example"},
		{"id":"4","email":"zoe\u0301@example.com"}]}`})
	for email, id := range map[string]string{
		"anne.roy@example.com":         "1",
		" ANNE.ROY@EXAMPLE.COM ":       "1",
		"Anne.Roy+Maps@example.com":    "2",
		"anne.roy+other@example.com":   "",
		"anneroy@example.com":          "",
		"jürgen@xn--mller-kva.EXAMPLE": "3",
		"JÜRGEN@MÜLLER.example":        "3",
		"zoé@example.com":              "4",
		"zoe@example.com":              "",
		"":                             "",
	} {
		for _, freshness := range []directory.Freshness{directory.Cached, directory.Current, directory.Fresh} {
			found, err := d.Membership(t.Context(), "", email, freshness)
			must(t, err)
			if found.IsAbsent() != (id == "") || found.Member != nil && found.Member.ID != id {
				t.Errorf("%q is %+v, want the member %q", email, found.Member, id)
			}
		}
	}
}

func TestLatestInvitation_isTheOneThatExpiresLast(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	first, err := c.Invite("new@example.com", simulator.RoleViewer, "en")
	must(t, err)
	c.Advance(8 * day)
	second, err := c.Invite("New@example.com", simulator.RoleEditor, "fr")
	must(t, err)
	other, err := c.Invite("other@example.com", simulator.RoleEditor, "fr")
	must(t, err)
	d := c.open(t, directory.Options{})
	all, err := d.Invitations(t.Context(), directory.Current)
	must(t, err)
	if len(all) != 3 || all[0].ID != first.ID || !all[0].IsExpired(d.Now()) {
		t.Fatalf("listed are %+v", all)
	}
	for _, freshness := range []directory.Freshness{directory.Current, directory.Fresh} {
		i, found, err := d.LatestInvitation(t.Context(), "NEW@EXAMPLE.COM", freshness)
		if err != nil || !found || i.ID != second.ID || i.IsExpired(d.Now()) {
			t.Errorf("the latest is %+v, %t, %v", i, found, err)
		}
		latest, err := d.LatestInvitations(t.Context(), freshness)
		if err != nil || len(latest) != 2 || latest[0].ID != second.ID || latest[1].ID != other.ID {
			t.Errorf("the latest are %+v, %v", latest, err)
		}
	}
	if _, found, err := d.LatestInvitation(t.Context(), "nobody@example.com", directory.Current); found || err != nil {
		t.Errorf("found %t, %v", found, err)
	}
}

func TestFind_namesTheCandidates(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	var ids []string
	for range 12 {
		k, err := c.AddAPIKey("ci", simulator.RoleViewer, c.Now().Add(day))
		must(t, err)
		ids = append(ids, k.ID)
	}
	d := c.open(t, directory.Options{})
	_, several := d.FindAPIKey(t.Context(), "", "ci")
	_, none := d.FindAPIKey(t.Context(), "", "cd")
	_, noID := d.FindAPIKey(t.Context(), "11111111-1111-4111-8111-111111111111", "")
	for want, err := range map[string]error{
		`12 API keys in the organization have the name "ci"; use the id of one: `: several,
		ids[9] + ", and 2 more":                            several,
		`no API key in the organization has the name "cd"`: none,
		`no API key in the organization has the id "11111`: noID,
	} {
		if _, ok := err.(directory.NotOneError); !ok || !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not say %s", err, want)
		}
	}
}
