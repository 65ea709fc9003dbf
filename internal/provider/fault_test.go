package provider_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// Where faults strike: the list of any noun, and one object of it.
const (
	anyList   = "/api/ss/rest/v1/organizations/*/*"
	anyObject = anyList + "/*"
)

// weather is what goes wrong. The cloud's faults are cleared and the provider's arguments put back when it is over.
type weather func(t *testing.T, c *cloud, x runner)

// faults is weather of the simulator's making.
func faults(all ...simulator.Fault) weather {
	return func(_ *testing.T, c *cloud, _ runner) {
		for _, f := range all {
			c.Inject(f)
		}
	}
}

// everyWrite makes each call fail, as often as it is made, that creates, changes or deletes something.
func everyWrite(f simulator.Fault) weather {
	f.Times = -1
	return eachWrite(f)
}

// eachWrite makes the first calls fail: one creation of a key, two of invitations, one change and one deletion.
func eachWrite(f simulator.Fault) weather {
	key, invitation, change, remove := f, f, f, f
	key.Method, key.Path = http.MethodPost, "/api/ss/rest/v1/organizations/*/api-keys"
	invitation.Method, invitation.Path = http.MethodPost, "/api/ss/rest/v1/organizations/*/invitations"
	if invitation.Times == 0 {
		invitation.Times = 2
	}
	change.Method, change.Path = http.MethodPatch, anyObject
	remove.Method, remove.Path = http.MethodDelete, anyObject
	return faults(key, invitation, change, remove)
}

// everyRead makes each call fail that reads one object or a list.
func everyRead(f simulator.Fault) weather {
	f.Method, f.Path, f.Times = http.MethodGet, anyList, -1
	return faults(f)
}

// atFirstWrite lets something happen when the first change arrives, before the cloud looks at it.
func atFirstWrite(happens func(c *cloud)) weather {
	return func(_ *testing.T, c *cloud, _ runner) {
		var once sync.Once
		c.Use(func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method != http.MethodGet && strings.Contains(r.URL.Path, "/organizations/") {
					once.Do(func() { happens(c) })
				}
				next.ServeHTTP(w, r)
			})
		})
	}
}

// unreachable is the endpoint of a port without a listener.
func unreachable(t *testing.T, _ *cloud, x runner) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	must(t, listener.Close())
	x.set("endpoint", "http://"+listener.Addr().String())
}

const changedPassword = "Changed-Horse.8"

// toAnotherHost is weather in which the cloud answers that what was asked for is at another host. No request may get there.
func toAnotherHost(strike func(simulator.Fault) weather, status int) weather {
	return func(t *testing.T, c *cloud, x runner) {
		t.Helper()
		elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { t.Errorf("%s %s went to another host", r.Method, r.URL) }))
		t.Cleanup(elsewhere.Close)
		strike(simulator.Fault{Action: simulator.ActionStatus, Status: status, Headers: map[string]string{"Location": elsewhere.URL + "/x"}})(t, c, x)
	}
}

// refusedAll is what the user reads when each of the four changes fails.
var refusedAll = []string{
	`Unable to create the API key "new"`, "Unable to invite ben@example.com",
	"Unable to change the membership of ana@example.com", "Unable to change the membership of cleo@example.com", `Unable to delete the API key "old"`,
}

// asBefore and asAfter are what the configurations of faultBefore and faultAfter make of the organization.
var (
	asBefore = []string{"ana@example.com is ORG_EDITOR", "cleo@example.com is invited as ORG_VIEWER", "key old"}
	asAfter  = []string{"ana@example.com is ORG_VIEWER", "ben@example.com is invited as ORG_VIEWER", "cleo@example.com is invited as ORG_EDITOR", "key new"}
)

func (c *cloud) faultBefore() string {
	return c.keyBlock("old") + memberBlock("ana", "ORG_EDITOR") + memberBlock("cleo", "ORG_VIEWER")
}

// faultAfter deletes a key, makes one, invites a person, changes a member's role, and changes an invitation, which takes two calls.
func (c *cloud) faultAfter() string {
	return c.keyBlock("new") + memberBlock("ana", "ORG_VIEWER") + memberBlock("ben", "ORG_VIEWER") + memberBlock("cleo", "ORG_EDITOR")
}

// fault is a row of ../faults.md: a plan while something goes wrong, then the apply of a plan that was made before. Whatever happens, the
// next run converges, and no session is left open.
type fault struct {
	plan     weather // none: there is nothing to see in a plan
	planSays []string

	apply     weather
	applySays []string // of an apply that fails; none: it succeeds

	cloud, state []string // then; by default as before where the apply fails, as after where it succeeds
	then         func(t *testing.T, c *cloud, x runner)
	after        []string // what the next run converges to, if not what the configuration says at first sight
	inCLI        bool     // real Terraform meets it too
}

var faultRows = map[string]fault{
	"1 connection refused": {
		apply: unreachable, applySays: []string{
			"JMap Cloud sign-in failed for admin@example.com", "Unable to sign in to JMap Cloud", "connection refused", "JMap Cloud could not be reached, so that this request was not sent",
		},
	},
	"5 connection lost after the change": {
		inCLI: true,
		apply: eachWrite(simulator.Fault{Action: simulator.ActionClose, When: simulator.After}), then: mailedOnce,
	},
	"6 server error after the change": {
		apply: eachWrite(simulator.Fault{Action: simulator.ActionHTML, Status: 502, When: simulator.After}), then: mailedOnce,
	},
	"8 answer cut short after the change": {
		apply: eachWrite(simulator.Fault{Action: simulator.ActionTruncate, When: simulator.After}), then: mailedOnce,
	},
	"10 a proxy's page": {
		inCLI: true,
		plan:  everyRead(simulator.Fault{Action: simulator.ActionHTML}), planSays: []string{"the answer is text/html, not the API's JSON", "a proxy, a login page or a wrong address"},
		apply: everyWrite(simulator.Fault{Action: simulator.ActionHTML}), applySays: append(slices.Clone(refusedAll), "text/html"),
	},
	"13 token expired in mid-apply": {
		apply: atFirstWrite(func(c *cloud) { c.ExpireSessions() }),
		then: func(t *testing.T, c *cloud, _ runner) {
			t.Helper()
			if n := c.counted("refresh-token"); n != 2 { // one binds the session
				t.Errorf("%d refreshes", n)
			}
		},
	},
	"13 password changed in mid-apply": {
		apply: atFirstWrite(func(c *cloud) {
			c.RevokeSessions()
			_ = c.ChangePassword(c.Account().Username, changedPassword)
		}),
		applySays: []string{`The cloud refuses to sign in "admin@example.com"`, "Check JMAPCLOUD_USERNAME and JMAPCLOUD_PASSWORD"},
		then: func(t *testing.T, c *cloud, x runner) {
			t.Helper()
			if n := c.counted("authenticate"); n != 2 { // the first succeeded
				t.Errorf("signed in %d times", n)
			}
			x.set("password", changedPassword)
		},
	},
	"16 gone since the plan": {
		inCLI: true,
		apply: func(t *testing.T, c *cloud, _ runner) {
			t.Helper()
			old, _ := c.APIKeyByTitle("old")
			must(t, c.DeleteAPIKey(old.ID))
			must(t, c.RemoveMember(ana, ""))
			must(t, c.WithdrawInvitation("cleo@example.com"))
		},
		applySays: []string{"Unable to change the membership of ana@example.com", "Unable to change the membership of cleo@example.com", "It was changed outside Terraform"},
		cloud:     []string{"ben@example.com is invited as ORG_VIEWER", "key new"},
		state:     []string{"ana@example.com is ORG_EDITOR", "ben@example.com is invited as ORG_VIEWER", "cleo@example.com is invited as ORG_VIEWER", "key new"},
		after:     append([]string{"ana@example.com is invited as ORG_VIEWER"}, asAfter[1:]...),
	},
	"17 everything is 404": {
		plan:      faults(notThere(http.MethodGet, anyList), notThere(http.MethodGet, "/api/ss/rest/v1/organizations/*/api-keys/*")),
		planSays:  []string{"the collection is not there"},
		apply:     faults(notThere(http.MethodGet, anyList), notThere(http.MethodPost, anyList), notThere(http.MethodPatch, anyObject), notThere(http.MethodDelete, anyObject)),
		applySays: append(slices.Clone(refusedAll[4:]), "Unable to look up the member ana@example.com", "Unable to list the members and invitations", "Unable to list the API keys, to plan a new one", "the collection is not there"),
	},
	"18 conflict": {
		apply:     everyWrite(simulator.Fault{Action: simulator.ActionStatus, Status: 409}),
		applySays: append(slices.Clone(refusedAll), "The organization already has something that this collides with"),
	},
	"21 throttled for a second": {
		apply: eachWrite(simulator.Fault{Action: simulator.ActionStatus, Status: 429, Headers: map[string]string{"Retry-After": "1"}}), then: mailedOnce,
	},
	"21 throttled for ever": {
		plan: everyRead(throttledForEver), planSays: []string{"asks to wait 8760h0m0s", "use a lower -parallelism"},
		apply: everyWrite(throttledForEver), applySays: append(slices.Clone(refusedAll), "asks to wait 8760h0m0s"),
	},
	"28 half of a change": {
		inCLI:     true,
		apply:     faults(simulator.Fault{Method: http.MethodPost, Path: "/api/ss/rest/v1/organizations/*/invitations", Times: -1, Action: simulator.ActionStatus, Status: 500}),
		applySays: []string{"Unable to invite ben@example.com", "Unable to change the membership of cleo@example.com", "The change may or may not have been made"},
		cloud:     []string{"ana@example.com is ORG_VIEWER", "key new"},
		state:     []string{"ana@example.com is ORG_VIEWER", "cleo@example.com is invited as ORG_VIEWER", "key new"},
	},
	"33 sent to another host": {
		plan: toAnotherHost(everyRead, 302), planSays: []string{"redirects to", "credentials are not sent there"},
		apply: toAnotherHost(everyWrite, 307), applySays: append(slices.Clone(refusedAll), "redirects to"),
	},
}

var throttledForEver = simulator.Fault{Action: simulator.ActionStatus, Status: 429, Headers: map[string]string{"Retry-After": "10000000000000"}}

func notThere(method, path string) simulator.Fault {
	return simulator.Fault{Method: method, Path: path, Times: -1, Action: simulator.ActionStatus, Status: 404}
}

// mailedOnce checks that each of the two that the apply invites got one mail; cleo had one before.
func mailedOnce(t *testing.T, c *cloud, _ runner) {
	t.Helper()
	if n := len(c.Mails()); n != 3 {
		t.Errorf("%d mails", n)
	}
}

func TestFaults_loseNothingAndTheNextRunConverges(t *testing.T) {
	t.Parallel()
	for name, f := range faultRows {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t).withOthersMaps(t)
			f.meets(t, c, c.runs())
		})
	}
}

// One row of each kind of state that a fault leaves: with all of the change, with none, with half of it, and of what was gone before.
func TestCLI_faultsLoseNothingAndTheNextRunConverges(t *testing.T) {
	t.Parallel()
	for name, f := range faultRows {
		if !f.inCLI {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t).withOthersMaps(t)
			f.meets(t, c, c.cli(t))
		})
	}
}

func (f fault) meets(t *testing.T, c *cloud, x runner) {
	t.Helper()
	c.addMember(t, ana, "ORG_EDITOR")
	x.rewrite(t, c.faultBefore())
	x.apply(t, false)
	x.rewrite(t, c.faultAfter())
	put := x.settings()
	clears := func() {
		c.ClearFaults()
		put()
	}

	if f.plan != nil {
		f.plan(t, c, x)
		reads(t, x.plan(t, true), f.planSays...)
		clears()
		sameLists(t, "the state after the plan", x.standing(t), asBefore)
	}

	x.plan(t, false, "-out=saved")
	f.apply(t, c, x)
	c.ClearRequests()
	reads(t, x.apply(t, f.applySays != nil, "saved"), f.applySays...)
	clears()
	want := asAfter
	if f.applySays != nil {
		want = asBefore
	}
	sameLists(t, "the cloud", c.standing(), either(f.cloud, want))
	sameLists(t, "the state", x.standing(t), either(f.state, want))
	if f.then != nil {
		f.then(t, c, x)
	}

	if f.applySays != nil {
		x.apply(t, false)
	}
	reads(t, x.plan(t, false), "No changes.")
	sameLists(t, "the cloud in the end", c.standing(), either(f.after, asAfter))
	sameLists(t, "the state in the end", x.standing(t), either(f.after, asAfter))
	if open := c.Sessions().Open; open != 0 {
		t.Errorf("%d sessions are left open", open)
	}
	x.tellsNoSecret(t)
}

// either is the first that is given.
func either(given, usual []string) []string {
	if given != nil {
		return given
	}
	return usual
}
