package client_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

func TestList_hasNoOwnersAndTakesOneCall(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	editor := c.addMember(t, "editor@example.com", simulator.RoleEditor)
	p, err := c.AddProject("Water", editor.Email)
	must(t, err)
	d, err := c.AddDataSource("Pipes", editor.Email)
	must(t, err)
	api := c.signedIn(t)
	for kind, want := range map[client.ResourceKind][]string{client.Project: {p.ID, "Water"}, client.DataSource: {d.ID, "Pipes"}} {
		all, err := api.List(t.Context(), kind)
		must(t, err)
		equalLists(t, string(kind), []string{all[0].ID, all[0].Name}, want)
		equal(t, "creator", all[0].CreatedBy, "Member editor@example.com <editor@example.com>")
		equal(t, "owners", len(all[0].Owners), 0)
	}
	equal(t, "calls", len(c.calls()), 2)
}

// What an entry does not tell is for the caller to judge.
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

// permit allows one deletion, or none.
type permit struct {
	kind     client.OwnerKind
	id, to   string
	declined bool
}

func (p permit) Permitted() (kind client.OwnerKind, id, transferOwnershipTo string, ok bool) {
	return p.kind, p.id, p.to, !p.declined
}

func TestDeleteOwner_isAskedOnce(t *testing.T) {
	t.Parallel()
	for _, kind := range []client.OwnerKind{client.MemberOwner, client.APIKeyOwner} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			c := startCloud(t)
			lead := c.addMember(t, "lead@example.com", simulator.RoleEditor)
			editor, key := c.addMember(t, "editor@example.com", simulator.RoleEditor), c.addKey(t, "ci", simulator.RoleEditor)
			p, err := c.AddProject("Water", map[client.OwnerKind]string{client.MemberOwner: editor.Email, client.APIKeyOwner: key.Email}[kind])
			must(t, err)
			asked := permit{kind: kind, id: map[client.OwnerKind]string{client.MemberOwner: editor.ID, client.APIKeyOwner: key.ID}[kind], to: lead.ID}
			api := c.signedIn(t)
			for _, fault := range []simulator.Fault{
				{Action: simulator.ActionClose}, {Action: simulator.ActionStatus, Status: 500}, {Action: simulator.ActionStatus, Status: 503},
				{Action: simulator.ActionStatus, Status: 429},
			} {
				c.Inject(fault)
				err := api.DeleteOwner(t.Context(), asked)
				equal(t, fmt.Sprint(fault.Action, fault.Status), client.IsUncertain(err) || client.IsThrottled(err), true)
			}
			equal(t, "deletions", len(c.calls()), 4)
			must(t, api.DeleteOwner(t.Context(), asked))
			equalLists(t, "owners", c.Owners(p.ID), []string{lead.Email})
			equal(t, "again", client.IsNotFound(api.DeleteOwner(t.Context(), asked)), true)
		})
	}
}

func TestDeleteOwner_needsAPermit(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	api := c.signedIn(t)
	var ofTheAPI *client.Error
	err := api.DeleteOwner(t.Context(), permit{kind: client.APIKeyOwner, id: c.addKey(t, "ci", simulator.RoleEditor).ID, declined: true})
	equal(t, "an error of no call", err != nil && !errors.As(err, &ofTheAPI), true)
	equal(t, "calls", len(c.calls()), 0)
}
