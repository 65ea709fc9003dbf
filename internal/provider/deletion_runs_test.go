package provider_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// Deletions as a user meets them, one run after the other.

func TestDeletion_unreadablePermissionsAreNotNothing(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]simulator.Fault{
		"missing": {Status: http.StatusNotFound, Body: `{"message":"There is no such operation."}`},
		"empty":   {Status: http.StatusOK, Body: `{"message":"OK","result":[]}`},
		"null":    {Status: http.StatusOK, Body: `{"message":"OK","result":null}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := startDialect(t).withOthersMaps(t) // what a fault answers is no part of the contract
			c.addMember(t, ana, "ORG_EDITOR")
			roads := c.project(t, "Roads", ana)
			x := c.runs()
			x.rewrite(t, memberBlock("ana", "ORG_EDITOR"))
			x.apply(t, false)
			answer.Method, answer.Path, answer.Action, answer.Times = http.MethodGet, "/api/mcs/rest/v1/organizations/*/projects/*/permissions", simulator.ActionStatus, -1
			c.Inject(answer)
			x.rewrite(t, "")
			reads(t, x.apply(t, true), "Unable to tell what the member ana@example.com owns")
			c.mustStillHave(t, roads)
			if _, found := c.Member(ana); !found {
				t.Error("the member is gone")
			}
		})
	}
}

func TestDeletion_unfitSuccessorDoesNotMatterWhereNothingIsOwned(t *testing.T) {
	t.Parallel()
	c := startCloud(t).withOthersMaps(t)
	c.addMember(t, lead, "ORG_EDITOR")
	viewer := strings.Replace(strings.Replace(c.ciKey("viewer"), `"ci"`, `"viewer"`, 1), "ORG_EDITOR", "ORG_VIEWER", 1)
	x := c.runs()
	x.set("transfer_ownership_to", lead)
	x.rewrite(t, c.ciKey("ci")+viewer)
	x.apply(t, false)
	must(t, c.RemoveMember(lead, ""))
	x.rewrite(t, "")
	x.apply(t, false)
	if keys := c.APIKeys(); len(keys) != 0 {
		t.Errorf("%d keys are left", len(keys))
	}
}

func TestDeletion_forcedCoOwnersGoInEitherOrder(t *testing.T) {
	t.Parallel()
	for first, last := range map[string]string{ana: bob, bob: ana} {
		t.Run(first, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t).withOthersMaps(t)
			c.addMember(t, ana, "ORG_EDITOR")
			c.addMember(t, bob, "ORG_EDITOR")
			roads := c.project(t, "Roads", ana, bob)
			block := func(name, email string) string {
				return resourceOf(member, name, email, "  force_destroy = true\n")
			}
			x := c.runs()
			x.rewrite(t, block("a", first)+block("b", last))
			x.apply(t, false)
			x.rewrite(t, "")
			reads(t, x.plan(t, false), "PERMANENTLY deletes 1 project", `"Roads"`)
			x.apply(t, false)
			must(t, c.isLeftWith())
			if hasProject(c, roads) {
				t.Error("the project that both plans announced is still there")
			}
		})
	}
}
