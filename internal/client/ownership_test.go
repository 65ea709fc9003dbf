package client_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

func TestResources_areReadWithNamesAndOwners(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	editor := c.addMember(t, "editor@example.com", simulator.RoleEditor)
	viewer := c.addMember(t, "viewer@example.com", simulator.RoleViewer)
	key := c.addKey(t, "ci", simulator.RoleEditor)
	admin := c.Account().Username
	p, err := c.AddProject("Water", editor.Email, key.Email)
	must(t, err)
	must(t, c.Grant(p.ID, viewer.Email, simulator.PermissionView))
	must(t, c.Grant(p.ID, admin, simulator.PermissionModify))
	d, err := c.AddDataSource("Pipes", key.Email)
	must(t, err)
	held := c.session(t, c.Account().OrganizationID, admin, c.Account().Password)
	var french struct{ ID string }
	must(t, json.Unmarshal(c.direct(t, "POST", mcs+"/organizations/"+c.Account().OrganizationID+"/projects", held.AccessToken,
		newProject(object{"name": object{"es": "Agua", "fr": "Eau"}})), &french))
	c.direct(t, "POST", revokeToken, "", object{"refreshToken": held.RefreshToken})

	all, err := c.signedIn(t).Resources(t.Context())
	must(t, err)
	got := []string{}
	for _, r := range all {
		got = append(got, fmt.Sprint(r.Kind, r.ID, r.Name, r.Names, r.Owners))
	}
	equalLists(t, "resources", got, []string{
		fmt.Sprint(client.Project, p.ID, "Water", map[string]string{"en": "Water"}, []string{editor.Email, key.Email}),
		fmt.Sprint(client.Project, french.ID, "Eau", map[string]string{"es": "Agua", "fr": "Eau"}, []string{admin}),
		fmt.Sprint(client.DataSource, d.ID, "Pipes", map[string]string(nil), []string{key.Email}),
	})
}

func TestResources_ofAnEmptyOrganizationAreNone(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	api := c.signedIn(t)
	all, err := api.Resources(t.Context())
	must(t, err)
	equal(t, "resources", len(all), 0)
	equalLists(t, "calls", c.calls(), []string{"listProjects", "listDataSources"})
}

func TestResources_nameIsTheFirstLanguageThereIs(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	for name, want := range map[string]string{
		`{"en":"E","fr":"F","es":"S"}`: "E", `{"es":"S","fr":"F"}`: "F", `{"es":"S"}`: "S", `{"en":"","fr":"F"}`: "F", `{}`: "", `null`: "",
	} {
		api := c.signedIn(t)
		home := mcs + "/organizations/*"
		c.Inject(simulator.Fault{Path: home + "/projects", Action: simulator.ActionStatus, Status: 200, Body: `{"message":"OK","result":[{"id":"1","name":` + name + `}]}`})
		c.Inject(simulator.Fault{Path: home + "/projects/*/permissions", Action: simulator.ActionStatus, Status: 200, Body: `{"message":"OK","result":[]}`})
		all, err := api.Resources(t.Context())
		must(t, err)
		equal(t, name, all[0].Name, want)
	}
}

func TestResources_thatVanishWhileTheyAreReadAreLeftOut(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	var projects []simulator.Project
	for i := range 5 {
		p, err := c.AddProject(fmt.Sprint("Map ", i))
		must(t, err)
		projects = append(projects, p)
	}
	d, err := c.AddDataSource("Pipes")
	must(t, err)
	var once sync.Once
	api := c.signedIn(t, withTransport(transportFunc(func(r *http.Request) (*http.Response, error) {
		if strings.HasSuffix(r.URL.Path, "/permissions") {
			once.Do(func() {
				for _, p := range projects[1:4] {
					must(t, c.DeleteProject(p.ID))
				}
				must(t, c.DeleteDataSource(d.ID))
			})
		}
		return fresh.RoundTrip(r)
	})))
	all, err := api.Resources(t.Context())
	must(t, err)
	var names []string
	for _, r := range all {
		names = append(names, r.Name)
	}
	equalLists(t, "left", names, []string{"Map 0", "Map 4"})
}

func TestResources_areWholeOrAnError(t *testing.T) {
	t.Parallel()
	home := mcs + "/organizations/*"
	for name, fault := range map[string]simulator.Fault{
		"projects":    {Path: home + "/projects", Action: simulator.ActionStatus, Status: 500, Times: -1},
		"datasources": {Path: home + "/datasources", Action: simulator.ActionStatus, Status: 500, Times: -1},
		"permissions": {Path: home + "/datasources/*/permissions", Action: simulator.ActionStatus, Status: 500, Times: -1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t)
			c.Seed(simulator.Seed{Members: 2, Projects: 4})
			api := c.signedIn(t)
			c.Inject(fault)
			all, err := api.Resources(t.Context())
			isExactly(t, err, "/"+name)
			equal(t, "resources", len(all), 0)
		})
	}
}

func TestResources_readTenPermissionListsAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := bubbleCloud(t)
		c.Seed(simulator.Seed{Members: 4, Projects: 70}) // and 35 data sources
		var now, peak atomic.Int64
		var lines recordedLog
		api := c.signedIn(t, withLog(&lines), withTransport(transportFunc(func(r *http.Request) (*http.Response, error) {
			if strings.HasSuffix(r.URL.Path, "/permissions") {
				reading := now.Add(1)
				defer now.Add(-1)
				for most := peak.Load(); reading > most && !peak.CompareAndSwap(most, reading); most = peak.Load() {
				}
			}
			return c.transport.RoundTrip(r)
		})))
		c.SetLatency(time.Second)
		start := time.Now()
		all, err := api.Resources(t.Context())
		must(t, err)
		equal(t, "resources", len(all), 105)
		equal(t, "at once", peak.Load(), 10)
		equal(t, "duration", time.Since(start), 13*time.Second) // two lists, and eleven rounds of ten
		equal(t, "requests", len(c.Requests()), 107)
		equal(t, "told", len(slices.DeleteFunc(lines.records(), func(r slog.Record) bool { return r.Level < slog.LevelInfo })), 2)
	})
}

func TestOwners_ofOneResource(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	editor := c.addMember(t, "editor@example.com", simulator.RoleEditor)
	p, err := c.AddProject("Map", editor.Email)
	must(t, err)
	d, err := c.AddDataSource("Pipes", editor.Email, c.Account().Username)
	must(t, err)
	api := c.signedIn(t)
	for id, kind := range map[string]client.ResourceKind{p.ID: client.Project, d.ID: client.DataSource} {
		owners, err := api.Owners(t.Context(), kind, id)
		must(t, err)
		equalLists(t, string(kind), owners, c.Owners(id))
	}
	for _, kind := range []client.ResourceKind{client.Project, client.DataSource} {
		_, err = api.Owners(t.Context(), kind, "11111111-1111-4111-8111-111111111111")
		isExactly(t, err, "/permissions", "NotFound")
	}
	_, err = api.Owners(t.Context(), client.DataSource, p.ID)
	isExactly(t, err, "/datasources/", "NotFound")
}

func TestResource_isOwnedByAnySpellingOfTheEmail(t *testing.T) {
	t.Parallel()
	alone := client.Resource{Owners: []string{"A@example.com"}}
	shared := client.Resource{Owners: []string{"A@example.com", "b@example.com"}}
	for name, test := range map[string]struct{ got, want bool }{
		"alone":         {alone.IsOwnedBy("a@EXAMPLE.com"), true},
		"alone, not by": {alone.IsOwnedBy("b@example.com"), false},
		"shared":        {shared.IsOwnedBy("B@example.com"), true},
		"nobody's":      {client.Resource{}.IsOwnedBy("a@example.com"), false},
	} {
		equal(t, name, test.got, test.want)
	}
}

func TestAddOwner_keepsThoseThereAre(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	editor, key := c.addMember(t, "editor@example.com", simulator.RoleEditor), c.addKey(t, "ci", simulator.RoleEditor)
	p, err := c.AddProject("Map", key.Email)
	must(t, err)
	d, err := c.AddDataSource("Pipes", key.Email)
	must(t, err)
	api := c.signedIn(t)
	for id, kind := range map[string]client.ResourceKind{p.ID: client.Project, d.ID: client.DataSource} {
		for range 2 { // who is an owner stays one
			must(t, api.AddOwner(t.Context(), kind, id, "Editor@example.com"))
			equalLists(t, string(kind), c.Owners(id), []string{key.Email, editor.Email})
		}
		isExactly(t, api.AddOwner(t.Context(), kind, id, "stranger@example.com"), "is neither a member nor an API key", "Invalid")
		isExactly(t, api.AddOwner(t.Context(), kind, "11111111-1111-4111-8111-111111111111", editor.Email), "/permissions", "NotFound")
	}
}

// Whether it was done is looked up where the answer does not tell.
func TestAddOwner_believesNoAnswerWithoutThePermission(t *testing.T) {
	t.Parallel()
	for _, when := range []string{simulator.Before, simulator.After} {
		c := startCloud(t)
		c.addMember(t, "editor@example.com", simulator.RoleEditor)
		p, err := c.AddProject("Map")
		must(t, err)
		c.Inject(simulator.Fault{
			Method: http.MethodPost, Path: mcs + "/organizations/*/projects/*/permissions", When: when, Action: simulator.ActionStatus, Status: http.StatusCreated,
			Body: `{"message":"","result":{"principal":"editor@example.com","permissions":["VIEW"]}}`,
		})
		err = c.signedIn(t).AddOwner(t.Context(), client.Project, p.ID, "editor@example.com")
		if when == simulator.After {
			must(t, err)
			continue
		}
		isExactly(t, err, `the answer's "permissions" is missing or unusable`, "Unexpected", "Uncertain")
	}
}
