package provider_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
)

const organizationData = "jmapcloud_organization"

func TestOrganizationData_isTheProvidersOwnByDefault(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	own := c.Organizations()[0]
	want := map[string]knownvalue.Check{
		"id": is(own.ID), "name": is(own.Name), "active": knownvalue.Bool(true), "created_at": is(organizationMade(own)), "created_by": is(administrator),
	}
	c.looks(t,
		c.shows(organizationData, nil, want),
		c.shows(organizationData, []string{fmt.Sprintf("id = %q", own.ID)}, want),
	)
}

func TestOrganizationData_mayBeAnother(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	c.addMember(t, grace, "ORG_ADMIN")
	must(t, ignore(c.AddOrganization("Theirs", grace)))
	roads, err := c.AddOrganization("Roads", c.Account().Username)
	must(t, err)
	c.looks(t, c.shows(organizationData, []string{fmt.Sprintf("id = %q", roads.ID)}, map[string]knownvalue.Check{
		"id": is(roads.ID), "name": is("Roads"), "active": knownvalue.Bool(true), "created_at": is(organizationMade(roads)), "created_by": is(administrator),
	}))
}

func TestOrganizationData_thatIsNotThere(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	c.badData(t, organizationData, values{"id": unknownID}, "Unable to read the organization "+unknownID, "does not exist", "data source jmapcloud_organizations ")
	c.badData(t, organizationData, values{"id": ""}, "must be at least 1")
	c.addMember(t, grace, "ORG_ADMIN")
	theirs, err := c.AddOrganization("Theirs", grace)
	must(t, err)
	c.badData(t, organizationData, values{"id": theirs.ID}, "Unable to read the organization "+theirs.ID, "The account may not do this")
}

func TestOrganizationData_thatIsNotAllowed(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	roads, err := c.AddOrganization("Roads", c.Account().Username)
	must(t, err)
	w := c.walk(t, values{"allowed_organization_ids": []string{c.Account().OrganizationID}})
	_, diags := w.data(t, organizationData, nil)
	wants(t, "error", diags.errors())
	_, diags = w.data(t, organizationData, values{"id": roads.ID})
	wants(t, "the error", diags.errors(), "is not among the allowed ones")
}
