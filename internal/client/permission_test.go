package client_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// What an entry does not tell is for the caller to decide.
func TestPermissions_areReadAsTheyAre(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	p, err := c.AddProject("Water")
	must(t, err)
	api := c.signedIn(t)
	for result, want := range map[string]string{
		`[]`: "[]",
		`[{"principal":"a","permissions":["OWNER"]}]`:                             "[{a [OWNER]}]",
		`[{"principal":"a","permissions":null},{"permissions":["VIEW"]},{"x":1}]`: "[{a []} { [VIEW]} { []}]",
	} {
		c.Inject(simulator.Fault{Action: simulator.ActionStatus, Status: 200, Body: `{"message":"OK","result":` + result + `}`})
		got, err := api.Permissions(t.Context(), client.Project, p.ID)
		must(t, err)
		equal(t, result, fmt.Sprint(got), want)
	}
	for _, result := range []string{`null`, `{}`, `{"items":[]}`, `[{"principal":{"id":"a"},"permissions":["OWNER"]}]`, `["OWNER"]`} {
		c.Inject(simulator.Fault{Action: simulator.ActionStatus, Status: 200, Body: `{"message":"OK","result":` + result + `}`})
		_, err := api.Permissions(t.Context(), client.Project, p.ID)
		equal(t, result, client.IsUnexpected(err), true)
	}
}

// A reading meets many missing lists, so that each costs one call: whether the resource is there, the caller asks once.
func TestPermissions_missingOnesCostOneCall(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	api := c.signedIn(t)
	_, err := api.Permissions(t.Context(), client.DataSource, "no-such")
	equal(t, "not found", client.IsNotFound(err), true)
	equalLists(t, "calls", c.calls(), []string{"listDataSourcePermissions"})
}

func TestPermissions_ofOneResource(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	editor := c.addMember(t, "editor@example.com", simulator.RoleEditor)
	viewer := c.addMember(t, "viewer@example.com", simulator.RoleViewer)
	admin := c.Account().Username
	p, err := c.AddProject("Map", editor.Email)
	must(t, err)
	d, err := c.AddDataSource("Pipes", editor.Email, admin)
	must(t, err)
	must(t, c.Grant(p.ID, viewer.Email, simulator.PermissionView))
	must(t, c.Grant(p.ID, admin, simulator.PermissionModify))
	api := c.signedIn(t)
	for id, kind := range map[string]client.ResourceKind{p.ID: client.Project, d.ID: client.DataSource} {
		granted, err := api.Permissions(t.Context(), kind, id)
		must(t, err)
		equalLists(t, string(kind), owners(granted), c.Owners(id))
	}
	for _, kind := range []client.ResourceKind{client.Project, client.DataSource} {
		_, err = api.Permissions(t.Context(), kind, "11111111-1111-4111-8111-111111111111")
		isExactly(t, err, "/permissions", "NotFound")
	}
	_, err = api.Permissions(t.Context(), client.DataSource, p.ID)
	isExactly(t, err, "/datasources/", "NotFound")
}

// owners are the principals that own a resource with these permissions.
func owners(granted []client.Permission) []string {
	var principals []string
	for _, p := range granted {
		if p.IsOwner() {
			principals = append(principals, p.Principal)
		}
	}
	return principals
}

func TestPermissions_areWholeOrAnError(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	d, err := c.AddDataSource("Pipes")
	must(t, err)
	api := c.signedIn(t)
	c.Inject(simulator.Fault{Path: mcs + "/organizations/*/datasources/*/permissions", Action: simulator.ActionStatus, Status: 500, Times: -1})
	granted, err := api.Permissions(t.Context(), client.DataSource, d.ID)
	isExactly(t, err, "/permissions")
	equal(t, "permissions", len(granted), 0)
}

func TestGrant_keepsTheOwnersThereAre(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	editor, key := c.addMember(t, "editor@example.com", simulator.RoleEditor), c.addKey(t, "ci", simulator.RoleEditor)
	p, err := c.AddProject("Map", key.Email)
	must(t, err)
	d, err := c.AddDataSource("Pipes", key.Email)
	must(t, err)
	api := c.signedIn(t)
	for id, kind := range map[string]client.ResourceKind{p.ID: client.Project, d.ID: client.DataSource} {
		for range 2 { // an owner stays one
			must(t, api.Grant(t.Context(), kind, id, "Editor@example.com"))
			equalLists(t, string(kind), c.Owners(id), []string{key.Email, editor.Email})
		}
		isExactly(t, api.Grant(t.Context(), kind, id, "stranger@example.com"), "is neither a member nor an API key", "Invalid")
		isExactly(t, api.Grant(t.Context(), kind, "11111111-1111-4111-8111-111111111111", editor.Email), "/permissions", "NotFound")
	}
}

func TestGrant_addsAnOwnerAndRevokeTakesItBack(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	editor := c.addMember(t, "editor+1@example.com", simulator.RoleEditor) // an address that a path has to escape
	p, err := c.AddProject("Water")
	must(t, err)
	d, err := c.AddDataSource("Pipes")
	must(t, err)
	api := c.signedIn(t)
	for kind, id := range map[client.ResourceKind]string{client.Project: p.ID, client.DataSource: d.ID} {
		must(t, api.Grant(t.Context(), kind, id, editor.Email))
		must(t, api.Grant(t.Context(), kind, id, editor.Email))
		granted, err := api.Permissions(t.Context(), kind, id)
		must(t, err)
		isOwner := func(p client.Permission) bool { return p.Principal == editor.Email && p.IsOwner() }
		equal(t, "owners", slices.ContainsFunc(granted, isOwner), true)
		must(t, api.Revoke(t.Context(), kind, id, editor.Email))
		granted, err = api.Permissions(t.Context(), kind, id)
		must(t, err)
		equal(t, "owners after", slices.ContainsFunc(granted, isOwner), false)
		equal(t, "of no entry", client.IsNotFound(api.Revoke(t.Context(), kind, id, editor.Email)), true)
		equal(t, "of the last owner", client.IsConflict(api.Revoke(t.Context(), kind, id, c.Account().Username)), true)
	}
	equal(t, "to nobody", client.IsInvalid(api.Grant(t.Context(), client.Project, p.ID, "nobody@example.com")), true)
	equal(t, "of nothing", client.IsNotFound(api.Grant(t.Context(), client.Project, "no-such", editor.Email)), true)
}

// A grant does no more when made twice than once, so that it is repeated, unlike a creation.
func TestGrant_isRepeated(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	editor := c.addMember(t, "editor@example.com", simulator.RoleEditor)
	p, err := c.AddProject("Water")
	must(t, err)
	api := c.signedIn(t)
	c.Inject(simulator.Fault{When: simulator.After, Action: simulator.ActionClose})
	must(t, api.Grant(t.Context(), client.Project, p.ID, editor.Email))
	equal(t, "calls", c.count("addProjectPermission"), 2)
}
