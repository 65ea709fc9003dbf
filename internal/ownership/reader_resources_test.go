package ownership

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

func TestReader_tellsNamesAndOwners(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	editor, viewer, key := c.member("editor@example.com", simulator.RoleEditor), c.member("viewer@example.com", simulator.RoleViewer), c.key("ci", simulator.RoleEditor)
	admin := c.Account().Username
	water := c.project("Water", editor.Email, key.Email)
	must(t, c.Grant(water, viewer.Email, simulator.PermissionView))
	must(t, c.Grant(water, admin, simulator.PermissionModify))
	french := c.project("Eau")
	pipes := c.dataSource("Pipes", key.Email)
	c.onAnswer("GET", "/projects", `{"en":"Eau"}`, `{"es":"Agua","fr":"Eau"}`)

	got := []string{}
	for _, r := range c.newRun().read().Resources() {
		got = append(got, fmt.Sprint(r.Kind, r.ID, r.Name, r.Names, r.Owners))
	}
	equalLists(t, "resources", got, []string{
		fmt.Sprint(client.Project, water, "Water", map[string]string{"en": "Water"}, []string{editor.Email, key.Email}),
		fmt.Sprint(client.Project, french, "Eau", map[string]string{"es": "Agua", "fr": "Eau"}, []string{admin}),
		fmt.Sprint(client.DataSource, pipes, "Pipes", map[string]string(nil), []string{key.Email}),
	})
}

func TestReader_ofAnEmptyOrganizationHasNothing(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	r := c.newRun().read()
	must(t, r.Err())
	equal(t, "resources", len(r.Resources()), 0)
	equal(t, "lists", c.count("listMembers", "listApiKeys", "listProjects", "listDataSources"), 4)
	equal(t, "calls", len(c.calls()), 4)
}

func TestReader_leavesOutWhatVanishesMeanwhile(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	var projects []string
	for i := range 5 {
		projects = append(projects, c.project(fmt.Sprint("Map ", i)))
	}
	d := c.dataSource("Pipes")
	run := c.newRun()
	c.once("GET", "/permissions", func() {
		for _, id := range projects[1:4] {
			must(t, c.DeleteProject(id))
		}
		must(t, c.DeleteDataSource(d))
	})
	r := run.read()
	must(t, r.Err())
	var names []string
	for _, resource := range r.Resources() {
		names = append(names, resource.Name)
	}
	equalLists(t, "left", names, []string{"Map 0", "Map 4"})
}

// What is read is whole, or the error says what was not.
func TestReader_isWholeOrAnError(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		path      string
		resources int // that are listed all the same
	}{
		"members":     {membersPath, 0},
		"keys":        {keysPath, 0},
		"projects":    {projectsPath, 0},
		"datasources": {dataSourcesPath, 0},
		"permissions": {dataSourcesPath + "/*/permissions", 11},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			run := w.newRun()
			w.Inject(simulator.Fault{Path: c.path, Action: simulator.ActionStatus, Status: 500, Times: -1})
			for what, read := range map[string]func() (*Reading, error){
				"for a plan":   func() (*Reading, error) { return run.Read(t.Context()) },
				"for an apply": func() (*Reading, error) { return run.reader.fresh(t.Context()) },
			} {
				r, err := read()
				must(t, err)
				if err := r.Err(); err == nil || !strings.Contains(err.Error(), c.path[strings.LastIndex(c.path, "/"):]) {
					t.Errorf("%s: %v", what, err)
				}
				equal(t, what, len(r.Resources()), c.resources)
				equal(t, what, r.open(asOwner(w.other).party()).Has(OpenUnread), true)
			}
		})
	}
}

// With the organization, everything is missing, which is no sign that an owner owns nothing.
func TestReader_ofADeletedOrganizationIsAnError(t *testing.T) {
	t.Parallel()
	for _, where := range []string{"/projects", "/permissions"} {
		t.Run(where, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			run := w.newRun()
			w.once("GET", where, func() { must(t, w.DeleteOrganization(w.Account().OrganizationID)) })
			r := run.read()
			equal(t, "whole", r.Err() == nil, false)
			equal(t, "open", r.open(asOwner(w.owner).party()).Has(OpenUnread), true)
		})
	}
}

// The answer to a grant is no proof, whatever it says: the permissions are read back.
func TestHandOver_believesNoAnswerOfAGrant(t *testing.T) {
	t.Parallel()
	for when, isGiven := range map[string]bool{simulator.Before: false, simulator.After: true} {
		t.Run(when, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.loosen()
			h, holdings := w.newRun().handingOver(w, false)
			w.Inject(simulator.Fault{
				Method: http.MethodPost, Path: projectsPath + "/*/permissions", When: when, Action: simulator.ActionStatus, Status: http.StatusCreated, Times: -1,
				Body: `{"message":"","result":{"principal":"` + w.successor.Email + `","permissions":["` + map[bool]string{true: "VIEW", false: "OWNER"}[isGiven] + `"]}}`,
			})
			done := h.all(t.Context(), holdings[:1])
			equal(t, "given", len(done.given) == 1, isGiven)
			equal(t, "failed", done.err != nil, !isGiven)
			equal(t, "owner", strings.Contains(w.owners()["member project"], w.successor.Email), isGiven)
		})
	}
}
