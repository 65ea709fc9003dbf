package provider_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/knownvalue"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

const ownedResourcesData = "jmapcloud_owned_resources"

// owned is a project or data source in the list. English is its only name where it is a project's.
func owned(kind, id, english string, sole bool, owners ...string) knownvalue.Check {
	names := map[string]knownvalue.Check{}
	if kind == "project" {
		names["en"] = is(english)
	}
	var emails []knownvalue.Check
	for _, owner := range owners {
		emails = append(emails, is(owner))
	}
	return knownvalue.ObjectExact(map[string]knownvalue.Check{
		"kind": is(kind), "id": is(id), "name": is(english), "names": knownvalue.MapExact(names),
		"owners": knownvalue.ListExact(emails), "sole_owner": knownvalue.Bool(sole),
	})
}

func TestOwnedResourcesData_isWhatAMemberOrKeyOwns(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	c.addMember(t, lead, "ORG_EDITOR")
	k := c.addKey(t, "ci", "ORG_EDITOR", 30)
	addProject := func(name string, owners ...string) string {
		p, err := c.AddProject(name, owners...)
		must(t, err)
		return p.ID
	}
	addDataSource := func(name string, owners ...string) string {
		d, err := c.AddDataSource(name, owners...)
		must(t, err)
		return d.ID
	}
	roads, rivers := addProject("Roads", lead), addProject("Rivers", lead, k.Email)
	addProject("Admin's") // owned by neither, but may be seen
	must(t, c.Grant(c.Projects()[2].ID, lead, "MODIFY"))
	parcels, trees := addDataSource("Parcels", k.Email), addDataSource("Trees", lead)
	resources := func(found ...knownvalue.Check) map[string]knownvalue.Check {
		return map[string]knownvalue.Check{"resources": knownvalue.ListExact(found)}
	}
	ofLead := resources(owned("project", roads, "Roads", true, lead), owned("project", rivers, "Rivers", false, lead, k.Email),
		owned("data_source", trees, "Trees", true, lead))
	ofLead["email"] = is("LEAD@example.com")
	ofKey := resources(owned("project", rivers, "Rivers", false, lead, k.Email), owned("data_source", parcels, "Parcels", true, k.Email))
	ofKey["email"] = is(k.Email)
	c.looks(t,
		c.shows(ownedResourcesData, []string{`email = "LEAD@example.com"`}, ofLead),
		c.shows(ownedResourcesData, []string{fmt.Sprintf("email = %q", k.Email)}, ofKey),
	)
}

func TestOwnedResourcesData_isEverythingByDefault(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	admin := c.Account().Username
	c.addMember(t, lead, "ORG_EDITOR")
	roads, err := c.AddProject("Roads", lead, admin)
	must(t, err)
	parcels, err := c.AddDataSource("Parcels")
	must(t, err)
	c.looks(t, c.shows(ownedResourcesData, nil, map[string]knownvalue.Check{"resources": knownvalue.ListExact([]knownvalue.Check{
		owned("project", roads.ID, "Roads", false, lead, admin), owned("data_source", parcels.ID, "Parcels", true, admin),
	})}))
}

func TestOwnedResourcesData_mayBeNothing(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	must(t, ignore(c.AddProject("Roads")))
	c.looks(t, c.shows(ownedResourcesData, []string{`email = "nobody@example.com"`}, map[string]knownvalue.Check{
		"email": is("nobody@example.com"), "resources": knownvalue.ListExact([]knownvalue.Check{}),
	}))
}

// A project is named in English where it has such a name, else in the first language it has; all its names are there.
func TestOwnedResourcesData_projectMayHaveNoEnglishName(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	k := c.addKey(t, "ci", "ORG_EDITOR", 30)
	url := c.url + "/api/mcs/rest/v1/organizations/" + c.Account().OrganizationID + "/projects"
	r, err := http.NewRequest(http.MethodPost, url, strings.NewReader(`{"name":{"fr":"Routes","es":"Carreteras"},`+
		`"defaultLanguage":"fr","displayUnit":"METER","distanceUnit":"METER","mapUnit":"METER","mapCrs":"EPSG:3857"}`))
	must(t, err)
	r.Header.Set("Api-Key", k.Secret)
	r.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(r)
	must(t, err)
	_ = resp.Body.Close()

	got, diags := c.walk(t, nil).data(t, ownedResourcesData, values{"email": k.Email})
	diags.mustBeFree(t)
	if names := column(t, got, "resources", "name"); len(names) != 1 || names[0] != "Routes" {
		t.Errorf("the names are %q", names)
	}
	whole := got.String()
	if !strings.Contains(whole, "Routes") || !strings.Contains(whole, "Carreteras") {
		t.Errorf("a name is missing: %s", whole)
	}
}

// There is no half list: what cannot be read is an error.
func TestOwnedResourcesData_thatCannotBeReadWhole(t *testing.T) {
	t.Parallel()
	for path, said := range map[string]string{
		"projects": "Not today.", "datasources": "Not today.", "projects/*/permissions": "Not today.", "datasources/*/permissions": "Not today.",
	} {
		c := startCloud(t)
		must(t, ignore(c.AddProject("Roads")))
		must(t, ignore(c.AddDataSource("Parcels")))
		c.Inject(simulator.Fault{
			Method: http.MethodGet, Path: "/api/mcs/rest/v1/organizations/*/" + path, Times: -1,
			Action: simulator.ActionStatus, Status: http.StatusForbidden, Body: `{"message":"Not today."}`,
		})
		c.badData(t, ownedResourcesData, nil, "Unable to read who owns what", said)
		c.badData(t, ownedResourcesData, values{"email": lead}, "Unable to read who owns what", said)
	}
	startCloud(t).badData(t, ownedResourcesData, values{"email": "lead"}, "is not an email address")
}

// What is deleted while the list is read is left out, and no error.
func TestOwnedResourcesData_deletedMeanwhileIsLeftOut(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	p := c.project(t, "Roads")
	c.project(t, "Rivers")
	c.Use(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/projects/"+p+"/permissions") {
				_ = c.DeleteProject(p)
			}
			next.ServeHTTP(w, r)
		})
	})
	got, diags := c.walk(t, nil).data(t, ownedResourcesData, nil)
	diags.mustBeFree(t)
	if names := column(t, got, "resources", "name"); len(names) != 1 || names[0] != "Rivers" {
		t.Errorf("the names are %q", names)
	}
}
