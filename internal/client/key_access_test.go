package client_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// A key sees what it has a permission on, and is told what it may do there.
func TestKeyAccess_seesWhatIsTheKeys(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	key := c.addKey(t, "ci", simulator.RoleEditor)
	owned, err := c.AddProject("Water", key.Email)
	must(t, err)
	seen, err := c.AddDataSource("Pipes")
	must(t, err)
	must(t, c.Grant(seen.ID, key.Email, simulator.PermissionView))
	_, err = c.AddProject("Hidden")
	must(t, err)
	api := c.signedIn(t)
	access := api.AsKey(key.Secret)
	for kind, want := range map[client.ResourceKind]string{client.Project: owned.ID, client.DataSource: seen.ID} {
		all, err := access.List(t.Context(), kind)
		must(t, err)
		equal(t, string(kind), len(all), 1)
		equal(t, string(kind), all[0].ID, want)
	}
	own, err := access.OwnPermissions(t.Context(), client.Project, owned.ID)
	must(t, err)
	equal(t, "of the project", own[0].IsOwner(), true)
	own, err = access.OwnPermissions(t.Context(), client.DataSource, seen.ID)
	must(t, err)
	equal(t, "of the data source", fmt.Sprint(own[0].Permissions), "[VIEW]")
}

func TestKeyAccess_createsAProjectThatTheKeyOwns(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	key := c.addKey(t, "ci", simulator.RoleEditor)
	api := c.signedIn(t)
	made, err := api.AsKey(key.Secret).CreateProject(t.Context(), "Rehearsal")
	must(t, err)
	equalLists(t, "owners", c.Owners(made.ID), []string{key.Email})
	read, err := api.Project(t.Context(), made.ID)
	must(t, err)
	equal(t, "name", read.Name, "Rehearsal")
	equal(t, "creator", read.CreatedBy, key.Email)
	must(t, api.DeleteProject(t.Context(), made.ID))
	equal(t, "gone", client.IsNotFound(api.DeleteProject(t.Context(), made.ID)), true)
	_, err = api.Project(t.Context(), made.ID)
	equal(t, "gone", client.IsNotFound(err), true)
	_, err = api.AsKey(c.addKey(t, "viewer", simulator.RoleViewer).Secret).CreateProject(t.Context(), "Rehearsal")
	equal(t, "a Viewer's key", client.IsRefused(err), true)
}

// The key's calls carry the key alone, and a key that does not work ends no session.
func TestKeyAccess_sendsNoToken(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	key := c.addKey(t, "ci", simulator.RoleEditor)
	var asKey, withToken int
	api := c.signedIn(t, withTransport(transportFunc(func(r *http.Request) (*http.Response, error) {
		if r.Header.Get("Api-Key") != "" {
			asKey++
			if r.Header.Get("Authorization") != "" {
				withToken++
			}
		}
		return fresh.RoundTrip(r)
	})))
	_, err := api.AsKey(key.Secret).List(t.Context(), client.Project)
	must(t, err)
	equal(t, "as the key", asKey, 1)
	equal(t, "with a token", withToken, 0)
	_, err = api.AsKey("another-secret-of-no-key").List(t.Context(), client.Project)
	equal(t, "unknown", client.IsUnauthorized(err), true)
	equal(t, "sign-ins", c.count("authenticate"), 0)
	_, err = api.Members(t.Context())
	must(t, err)
}

// A secret is in no error, even if the cloud repeats it.
func TestKeyAccess_keepsItsSecret(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	key := c.addKey(t, "ci", simulator.RoleEditor)
	api := c.signedIn(t)
	c.Inject(simulator.Fault{Action: simulator.ActionStatus, Status: 403, Body: `{"message":"not with ` + key.Secret + `"}`})
	_, err := api.AsKey(key.Secret).List(t.Context(), client.Project)
	equal(t, "refused", client.IsForbidden(err), true)
	equal(t, "has the secret", strings.Contains(err.Error(), key.Secret), false)
}
