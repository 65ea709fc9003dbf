package client_test

import (
	"slices"
	"testing"
	"time"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// signature is how the cloud names its administrator in audit fields.
const signature = "Simulated Administrator <admin@example.com>"

func TestOrganization_livesThroughEveryCall(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	api := c.signedIn(t)
	before := c.Now().Truncate(time.Second)
	created, err := api.CreateOrganization(t.Context(), "Ville de Québec")
	must(t, err)
	equal(t, "name", created.Name, "Ville de Québec")
	equal(t, "active", created.Active, true)
	equal(t, "created by", created.CreatedBy, signature)
	if created.CreatedAt.Before(before) || created.CreatedAt.After(c.Now()) {
		t.Errorf("made at %v", created.CreatedAt)
	}

	read, err := api.Organization(t.Context(), created.ID)
	must(t, err)
	equal(t, "read", read, created)

	c.Advance(time.Hour)
	renamed, err := api.RenameOrganization(t.Context(), created.ID, "Québec")
	must(t, err)
	equal(t, "new name", renamed.Name, "Québec")

	all, err := api.Organizations(t.Context())
	must(t, err)
	equal(t, "organizations", len(all), 2)
	equal(t, "listed", all[1], renamed)

	must(t, api.DeleteOrganization(t.Context(), created.ID))
	equal(t, "left", len(c.Organizations()), 1)
	_, err = api.Organization(t.Context(), created.ID)
	isExactly(t, err, "", "NotFound")
}

func TestOrganization_unknownIsNotFoundWhateverIsAsked(t *testing.T) {
	t.Parallel()
	const unknown = "11111111-1111-4111-8111-111111111111"
	for name, call := range map[string]func(api *client.Client) error{
		"read": func(api *client.Client) error { _, err := api.Organization(t.Context(), unknown); return err },
		"rename": func(api *client.Client) error {
			_, err := api.RenameOrganization(t.Context(), unknown, "New")
			return err
		},
		"delete": func(api *client.Client) error { return api.DeleteOrganization(t.Context(), unknown) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t)
			api := c.signedIn(t)
			for range 2 {
				isExactly(t, call(api), unknown, "NotFound")
			}
			equalLists(t, "calls", c.calls(), []string{"authenticate", "refreshToken", "getUserSelf", "revokeToken"}) // nor is it among the account's
		})
	}
}

func TestOrganization_isNotGoneBecauseSigningInIs(t *testing.T) {
	t.Parallel()
	for path, is := range map[string][]string{authenticate: {"WrongEndpoint"}, memberSelf: nil} {
		c := startCloud(t)
		c.Inject(simulator.Fault{Path: path, Action: simulator.ActionStatus, Status: 404})
		c.Inject(simulator.Fault{Path: members, Action: simulator.ActionStatus, Status: 404}) // where the account is looked for next
		_, err := c.connect(t).Organization(t.Context(), c.Account().OrganizationID)
		isExactly(t, err, map[string]string{authenticate: "the endpoint has no", memberSelf: "refuses the session"}[path], is...)
	}
}

func TestOrganization_isReadInTheOneInUseWithoutAnotherSession(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	api := c.signedIn(t)
	o, err := api.Organization(t.Context(), c.Account().OrganizationID)
	must(t, err)
	equal(t, "name", o.Name, "Simulated Organization")
	if !slices.Equal(c.calls(), []string{"getOrganization"}) {
		t.Error(c.calls())
	}
}
