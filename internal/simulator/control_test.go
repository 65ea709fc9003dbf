package simulator_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// told decodes what a control answers.
func told[T any](c *cloud, path string) T {
	c.t.Helper()
	r := c.call("GET", "/_simulator/"+path, nobody, nil)
	equal(c.t, "status", r.status, 200)
	var value T
	mustDo(c.t, json.Unmarshal(r.body, &value))
	return value
}

func TestControl_requestsAreToldAndForgotten(t *testing.T) {
	t.Parallel()
	c := newLooseCloud(t)
	equal(t, "body", string(c.call("GET", "/_simulator/requests", nobody, nil).body), "[]")
	c.call("GET", ss+"/users/self?secret=1", nobody, nil).want(401)
	c.Inject(simulator.Fault{Action: simulator.ActionStatus, Status: 418})
	c.call("DELETE", c.memberPath("auth0|1"), nobody, nil).want(418)
	requests := told[[]fields](c, "requests")
	equal(t, "requests", len(requests), 2)
	if r := requests[0]; r["method"] != "GET" || r["path"] != ss+"/users/self" || r["status"] != 401.0 || len(r) != 3 {
		t.Fatalf("%v", r)
	}
	if r := requests[1]; r["method"] != "DELETE" || r["path"] != c.org+"/members/auth0|1" || r["status"] != 418.0 {
		t.Fatalf("%v", r)
	}
	equal(t, "status", c.call("DELETE", "/_simulator/requests", nobody, nil).status, 204)
	equal(t, "requests", len(told[[]fields](c, "requests")), 0)
}

func TestControl_sessionsAreCounted(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	all := c.session(c.Account().Username, c.Account().Password)
	c.administrator()
	c.call("POST", ss+"/revoke-token", nobody, fields{"refreshToken": all.RefreshToken}).want(200)
	count := told[map[string]int](c, "sessions")
	if count["opened"] != 2 || count["revoked"] != 1 || count["open"] != 1 || len(count) != 3 {
		t.Fatalf("%v", count)
	}
}

func TestControl_clockMoves(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	before := told[struct{ Now time.Time }](c, "clock").Now
	equal(t, "status", c.call("POST", "/_simulator/clock", nobody, fields{"advance": "192h"}).status, 200)
	if moved := told[struct{ Now time.Time }](c, "clock").Now.Sub(before); moved < 192*time.Hour || moved > 193*time.Hour {
		t.Fatalf("moved %v", moved)
	}
}

func TestControl_faultsAreInjectedAndCleared(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	fault := fields{
		"method": "GET", "path": ss + "/users/*", "times": 2, "when": "before", "action": "status", "status": 429,
		"headers": fields{"Retry-After": "1"}, "body": `{"message":"Slow down."}`,
	}
	equal(t, "status", c.call("POST", "/_simulator/faults", nobody, fault).status, 204)
	r := c.call("GET", ss+"/users/self", nobody, nil).want(429)
	equal(t, "message", r.Message, "Slow down.")
	equal(t, "header", r.header.Get("Retry-After"), "1")
	equal(t, "status", c.call("DELETE", "/_simulator/faults", nobody, nil).status, 204)
	c.call("GET", ss+"/users/self", nobody, nil).want(401)
}

func TestControl_mailsAreTold(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	must(c.Invite("guest@example.com", simulator.RoleViewer, "es"))(t)
	mails := told[[]fields](c, "mails")
	equal(t, "mails", len(mails), 1)
	if m := mails[0]; m["to"] != "guest@example.com" || m["language"] != "es" || m["subject"] == "" || m["sentAt"] == "" {
		t.Fatalf("%v", m)
	}
}

func TestControl_peopleAndMapsAreAdded(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	add := func(what string, body fields) {
		t.Helper()
		equal(t, "status", c.call("POST", "/_simulator/"+what, nobody, body).status, 204)
	}
	add("members", fields{"email": "ana@example.com", "role": "ORG_EDITOR", "name": "Ana"})
	add("members", fields{"email": "lead@example.com", "role": "ORG_EDITOR"})
	add("projects", fields{"name": "Roads", "owner": "ana@example.com"})
	add("projects", fields{"name": "Rivers"})
	add("data-sources", fields{"name": "Parcels", "owner": "ana@example.com"})

	members := c.Members()
	equal(t, "members", len(members), 3)
	equal(t, "a name", members[1].Name, "Ana")
	equal(t, "no name", members[2].Name, "lead@example.com")
	projects := c.Projects()
	equal(t, "projects", len(projects), 2)
	equal(t, "owner", c.Owners(projects[0].ID)[0], "ana@example.com")
	equal(t, "owner", c.Owners(projects[1].ID)[0], c.Account().Username)
	equal(t, "data sources", len(c.DataSources()), 1)
}

func TestControl_badInputIsExplained(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	for _, bad := range []struct{ path, body string }{
		{"clock", `{"advance":"a week"}`}, {"clock", `{}`}, {"clock", `{"advance":192}`}, {"clock", `{"advance":"1h","x":1}`}, {"clock", ``},
		{"members", `{}`}, {"members", `{"email":"ana@example.com","role":"ORG_OWNER"}`}, {"members", `{"email":"ana","role":"ORG_EDITOR"}`},
		{"projects", `{}`}, {"projects", `{"name":"Roads","owner":"stranger@example.com"}`}, {"data-sources", `{"name":""}`}, {"data-sources", `[]`},
		{"faults", `{}`}, {"faults", `{"action":"status"}`}, {"faults", `{"action":"close","when":"later"}`}, {"faults", `{"action":"close","time":2}`},
	} {
		c.call("POST", "/_simulator/"+bad.path, nobody, bad.body).want(400)
	}
	c.call("GET", "/_simulator/nothing", nobody, nil).want(404)
	c.call("PUT", "/_simulator/clock", nobody, nil).want(404)
	equal(t, "record", len(c.Requests()), 0)
}
