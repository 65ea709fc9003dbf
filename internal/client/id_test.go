package client_test

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// An id is one segment of the path, whatever it holds.
func TestID_isEscaped(t *testing.T) {
	t.Parallel()
	for id, escaped := range map[string]string{
		"auth0|5f":               "auth0%7C5f",
		"a/b":                    "a%2Fb",
		".":                      "%2E",
		"..":                     "%2E%2E",
		"../members":             "..%2Fmembers",
		"...":                    "...",
		"100%":                   "100%25",
		"%2F":                    "%252F",
		"a?b":                    "a%3Fb",
		"a#b":                    "a%23b",
		"a;b,c":                  "a%3Bb%2Cc",
		"a b":                    "a%20b",
		"é":                      "%C3%A9",
		"a\nb":                   "a%0Ab",
		"?transferOwnershipTo=x": "%3FtransferOwnershipTo=x",
	} {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			c := &cloud{Server: simulator.New()} // not checked: the contract has other ids
			t.Cleanup(func() { _ = c.Close() })
			var mu sync.Mutex
			var lines []string
			c.url = serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				mu.Lock()
				lines = append(lines, r.Method+" "+r.RequestURI)
				mu.Unlock()
				if strings.HasSuffix(r.RequestURI, escaped) || strings.Contains(r.RequestURI, escaped+"/") || strings.Contains(r.RequestURI, escaped+"?") {
					w.Header().Set("Content-Type", "application/json")
					w.WriteHeader(http.StatusConflict)
					_, _ = w.Write([]byte(`{"message":"seen"}`))
					return
				}
				c.ServeHTTP(w, r)
			})).URL
			api := c.signedIn(t)
			lines = nil
			home := ss + "/organizations/" + c.Account().OrganizationID
			maps := mcs + "/organizations/" + c.Account().OrganizationID
			for _, call := range []struct {
				line string
				make func() error
			}{
				{"GET " + home + "/members/" + escaped, func() error { _, err := api.Member(t.Context(), id); return err }},
				{"PATCH " + home + "/members/" + escaped, func() error { _, err := api.SetMemberRole(t.Context(), id, client.RoleViewer); return err }},
				{"DELETE " + home + "/members/" + escaped, func() error { return api.DeleteOwner(t.Context(), deleteMember(id, "")) }},
				{"DELETE " + home + "/members/" + escaped + "?transferOwnershipTo=a%7Cb%26c%3Dd", func() error { return api.DeleteOwner(t.Context(), deleteMember(id, "a|b&c=d")) }},
				{"GET " + home + "/api-keys/" + escaped, func() error { _, err := api.APIKey(t.Context(), id); return err }},
				{"DELETE " + home + "/api-keys/" + escaped + "?transferOwnershipTo=a", func() error { return api.DeleteOwner(t.Context(), deleteKey(id, "a")) }},
				{"GET " + home + "/invitations/" + escaped, func() error { _, err := api.Invitation(t.Context(), id); return err }},
				{"DELETE " + home + "/invitations/" + escaped, func() error { return api.DeleteInvitation(t.Context(), id) }},
				{"GET " + maps + "/projects/" + escaped + "/permissions", func() error { _, err := api.Permissions(t.Context(), client.Project, id); return err }},
				{"GET " + maps + "/datasources/" + escaped + "/permissions", func() error { _, err := api.Permissions(t.Context(), client.DataSource, id); return err }},
				{"POST " + maps + "/projects/" + escaped + "/permissions", func() error { return api.Grant(t.Context(), client.Project, id, "a@example.com") }},
				{"DELETE " + maps + "/datasources/" + escaped + "/permissions/a@example.com", func() error { return api.Revoke(t.Context(), client.DataSource, id, "a@example.com") }},
				{"DELETE " + maps + "/projects/1/permissions/" + escaped, func() error { return api.Revoke(t.Context(), client.Project, "1", id) }},
				{"GET " + maps + "/projects/" + escaped, func() error { _, err := api.Project(t.Context(), id); return err }},
				{"DELETE " + maps + "/projects/" + escaped, func() error { return api.DeleteProject(t.Context(), id) }},
				{"GET " + maps + "/projects/" + escaped + "/permissions/self", func() error {
					_, err := api.AsKey("secret-of-a-key").OwnPermissions(t.Context(), client.Project, id)
					return err
				}},
				{"GET " + maps + "/datasources/" + escaped + "/permissions/self", func() error {
					_, err := api.AsKey("secret-of-a-key").OwnPermissions(t.Context(), client.DataSource, id)
					return err
				}},
			} {
				lines = nil
				isExactly(t, call.make(), escaped, "Conflict")
				equalLists(t, "requests", lines, []string{call.line})
			}
		})
	}
}

// An id with which nothing could be done, or that would steer the terminal it is printed on, is no id.
func TestID_thatIsUnusableIsUnexpected(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	api := c.signedIn(t)
	for _, id := range []string{`""`, `null`, `"a\nb"`, `"\u001b[2J"`, `"a\u202eb"`, `"\ud800"`} {
		c.Inject(simulator.Fault{Path: members, Action: simulator.ActionStatus, Status: 200, Body: `{"message":"OK","result":[{"id":` + id + `,"email":"a@example.com"}]}`})
		all, err := api.Members(t.Context())
		isExactly(t, err, `"id"`, "Unexpected")
		if len(all) > 1 {
			t.Error(all)
		}
	}
}

// A 404 is the object's only if the API says so itself and the collection is there.
func TestNotFound_isSaidByTheAPIOfAnObjectInItsCollection(t *testing.T) {
	t.Parallel()
	const id = "auth0|5f0000000000000000000000"
	object := members + "/" + id
	for name, test := range map[string]struct {
		faults []simulator.Fault
		is     []string
		says   string
	}{
		"object gone": {is: []string{"NotFound"}, says: "no such member"},
		"collection gone": {
			faults: []simulator.Fault{{Path: members, Action: simulator.ActionStatus, Status: 404}},
			is:     []string{"Unexpected"}, says: "neither the object nor its collection",
		},
		"collection broken": {
			faults: []simulator.Fault{{Path: members, Action: simulator.ActionStatus, Status: 500, Times: -1}},
			is:     []string{"Unexpected"}, says: "its collection cannot be read",
		},
		"collection a proxy's page": {
			faults: []simulator.Fault{{Path: members, Action: simulator.ActionHTML}},
			is:     []string{"Unexpected"}, says: "text/html",
		},
		"a proxy's page": {
			faults: []simulator.Fault{{Path: object, Action: simulator.ActionHTML, Status: 404}},
			is:     []string{"Unexpected", "Uncertain"}, says: "not the API's own error (404 Not Found)",
		},
		"JSON without a message": {
			faults: []simulator.Fault{{Path: object, Action: simulator.ActionStatus, Status: 404, Body: `{"error":"Not Found"}`}},
			is:     []string{"Unexpected", "Uncertain"}, says: "not the API's own error",
		},
		"JSON of another type": {
			faults: []simulator.Fault{{Path: object, Action: simulator.ActionStatus, Status: 404, Headers: map[string]string{"Content-Type": "application/problem+json"}}},
			is:     []string{"Unexpected", "Uncertain"}, says: "not the API's own error",
		},
		"another error": {
			faults: []simulator.Fault{{Path: object, Action: simulator.ActionStatus, Status: 410}}, says: "(410 Gone)",
		},
	} {
		for verb, call := range map[string]func(api *client.Client) error{
			"read": func(api *client.Client) error { _, err := api.Member(t.Context(), id); return err },
			"change": func(api *client.Client) error {
				_, err := api.SetMemberRole(t.Context(), id, client.RoleViewer)
				return err
			},
			"delete": func(api *client.Client) error { return api.DeleteOwner(t.Context(), deleteMember(id, "")) },
		} {
			t.Run(name+"/"+verb, func(t *testing.T) {
				t.Parallel()
				c := startCloud(t)
				api := c.signedIn(t)
				for _, f := range test.faults {
					c.Inject(f)
				}
				is := slices.Clone(test.is)
				if verb == "read" { // which leaves nothing uncertain
					is = slices.DeleteFunc(is, func(name string) bool { return name == "Uncertain" })
				}
				isExactly(t, call(api), test.says, is...)
			})
		}
	}
}
