package client_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

func TestList_hasNamesAndCreatorsAndTakesOneCall(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	editor := c.addMember(t, "editor@example.com", simulator.RoleEditor)
	key := c.addKey(t, "ci", simulator.RoleEditor)
	p, err := c.AddProject("Water", editor.Email, key.Email)
	must(t, err)
	d, err := c.AddDataSource("Pipes", key.Email)
	must(t, err)
	account := c.Account()
	held := c.session(t, account.OrganizationID, account.Username, account.Password)
	var french struct{ ID string }
	must(t, json.Unmarshal(c.direct(t, "POST", mcs+"/organizations/"+account.OrganizationID+"/projects", held.AccessToken,
		newProject(object{"name": object{"es": "Agua", "fr": "Eau"}})), &french))
	c.direct(t, "POST", revokeToken, "", object{"refreshToken": held.RefreshToken})

	api := c.signedIn(t)
	got := []string{}
	for _, kind := range []client.ResourceKind{client.Project, client.DataSource} {
		all, err := api.List(t.Context(), kind)
		must(t, err)
		for _, r := range all {
			got = append(got, fmt.Sprint(r.Kind, r.ID, r.Name, r.Names, r.Owners, r.CreatedBy))
		}
	}
	none := []string(nil) // the owners, which a list does not tell
	equalLists(t, "resources", got, []string{
		fmt.Sprint(client.Project, p.ID, "Water", map[string]string{"en": "Water"}, none, "Member editor@example.com <editor@example.com>"),
		fmt.Sprint(client.Project, french.ID, "Eau", map[string]string{"es": "Agua", "fr": "Eau"}, none, signature),
		fmt.Sprint(client.DataSource, d.ID, "Pipes", map[string]string(nil), none, key.Email),
	})
	equalLists(t, "calls", c.calls(), []string{"listProjects", "listDataSources"})
}

func TestList_ofAnEmptyOrganizationHasNothing(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	api := c.signedIn(t)
	for _, kind := range []client.ResourceKind{client.Project, client.DataSource} {
		all, err := api.List(t.Context(), kind)
		must(t, err)
		equal(t, string(kind), len(all), 0)
	}
	equalLists(t, "calls", c.calls(), []string{"listProjects", "listDataSources"})
}

func TestList_isWholeOrAnError(t *testing.T) {
	t.Parallel()
	for kind, path := range map[client.ResourceKind]string{client.Project: "/projects", client.DataSource: "/datasources"} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			c := startCloud(t)
			c.Seed(simulator.Seed{Members: 2, Projects: 4})
			api := c.signedIn(t)
			c.Inject(simulator.Fault{Path: mcs + "/organizations/*" + path, Action: simulator.ActionStatus, Status: 500, Times: -1})
			all, err := api.List(t.Context(), kind)
			isExactly(t, err, path)
			equal(t, "resources", len(all), 0)
		})
	}
}

func TestResource_nameIsTheFirstLanguageThereIs(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	api := c.signedIn(t)
	for name, want := range map[string]string{
		`{"en":"E","fr":"F","es":"S"}`: "E", `{"es":"S","fr":"F"}`: "F", `{"es":"S"}`: "S", `{"en":"","fr":"F"}`: "F", `{}`: "", `null`: "",
	} {
		c.Inject(simulator.Fault{Path: mcs + "/organizations/*/projects", Action: simulator.ActionStatus, Status: 200, Body: `{"message":"OK","result":[{"id":"1","name":` + name + `}]}`})
		all, err := api.List(t.Context(), client.Project)
		must(t, err)
		equal(t, name, all[0].Name, want)
	}
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
