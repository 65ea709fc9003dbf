package provider_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/knownvalue"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

const organizationsData = "jmapcloud_organizations"

// organizationObject is an organization in a list.
func organizationObject(o simulator.Organization) knownvalue.Check {
	return knownvalue.ObjectExact(map[string]knownvalue.Check{
		"id": is(o.ID), "name": is(o.Name), "active": knownvalue.Bool(true), "created_at": is(organizationMade(o)), "created_by": is(o.CreatedBy),
	})
}

func TestOrganizationsData_listsThoseOfTheAccount(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	c.addMember(t, grace, "ORG_ADMIN")
	must(t, ignore(c.AddOrganization("Theirs", grace)))
	must(t, ignore(c.AddOrganization("Roads", c.Account().Username)))
	all := c.Organizations()
	c.looks(t, c.shows(organizationsData, nil, map[string]knownvalue.Check{
		"organizations": knownvalue.ListExact([]knownvalue.Check{organizationObject(all[0]), organizationObject(all[2])}),
	}))
}

func TestOrganizationsData_mayBeOnlyOne(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	c.looks(t, c.shows(organizationsData, nil, map[string]knownvalue.Check{
		"organizations": knownvalue.ListExact([]knownvalue.Check{organizationObject(c.Organizations()[0])}),
	}))
}

// Whose organizations are listed is decided by who asks.
func TestOrganizationsData_areTheAccountsOwn(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	c.addMember(t, grace, "ORG_ADMIN")
	theirs, err := c.AddOrganization("Theirs", grace)
	must(t, err)
	got, diags := c.walk(t, byGrace).data(t, organizationsData, nil)
	diags.mustBeFree(t)
	want := []string{c.Account().OrganizationID, theirs.ID}
	if ids := column(t, got, "organizations", "id"); !slices.Equal(ids, want) {
		t.Errorf("got %q, want %q", ids, want)
	}
}

func TestOrganizationsData_thatCannotBeListed(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	c.Inject(simulator.Fault{
		Method: http.MethodGet, Path: "/api/ss/rest/v1/organizations", Times: -1,
		Action: simulator.ActionStatus, Status: http.StatusForbidden, Body: `{"message":"Not today."}`,
	})
	c.badData(t, organizationsData, nil, "Unable to list the organizations", "Not today.")
}
