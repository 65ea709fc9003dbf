package provider_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// Ways in which maps were lost although every name of the cloud's API was right, each as a user met it.

// mustStillHave fails unless every project is there.
func (c *cloud) mustStillHave(t *testing.T, projects ...string) {
	t.Helper()
	for _, id := range projects {
		if !hasProject(c, id) {
			t.Fatal("a project is gone that nothing announced")
		}
	}
}

// with is the environment with a successor.
func (x *cli) with(successor string) *cli {
	x.environ = append(x.environ, "JMAPCLOUD_TRANSFER_OWNERSHIP_TO="+successor)
	return x
}

func (x *cli) without(variable string) *cli {
	x.environ = slices.DeleteFunc(x.environ, func(set string) bool { return strings.HasPrefix(set, variable+"=") })
	return x
}

func TestCLI_savedPlanKeepsItsSuccessor(t *testing.T) {
	t.Parallel()
	c := startCloud(t).withOthersMaps(t)
	c.addMember(t, lead, "ORG_EDITOR")
	x := c.cli(t).write(t, c.ciKey("ci", "force_destroy = true"))
	x.apply(t, false)
	p := c.ownedByKey(t, "ci", "Roads")

	x.write(t, "").with(lead)
	reads(t, x.plan(t, false, "-out=saved"), lead, `"Roads"`)
	x.without("JMAPCLOUD_TRANSFER_OWNERSHIP_TO").apply(t, false, "saved")
	c.mustStillHave(t, p)
	if !slices.Equal(c.Owners(p), []string{lead}) {
		t.Errorf("%v owns the project", c.Owners(p))
	}
}

func TestCLI_successorUnknownAtPlanAndNullAtApplyDestroysNothing(t *testing.T) {
	t.Parallel()
	c := startCloud(t).withOthersMaps(t)
	provider := "provider \"jmapcloud\" {\n  transfer_ownership_to = %s\n}\n"
	x := c.cli(t).write(t, c.ciKey("ci", "force_destroy = true"))
	x.apply(t, false)
	p := c.ownedByKey(t, "ci", "Roads")

	x.write(t, fmt.Sprintf(provider, "terraform_data.lead.output")+"resource \"terraform_data\" \"lead\" {\n  input = timestamp() == \"\" ? \"lead@example.com\" : null\n}\n")
	reads(t, x.apply(t, true), `The successor of the API key "ci" is not known`)
	c.mustStillHave(t, p)
	if len(c.APIKeys()) != 1 {
		t.Error("the key is gone")
	}
}

func TestCLI_permissionToDestroyEndsWithItsPlan(t *testing.T) {
	t.Parallel()
	c := startCloud(t).withOthersMaps(t)
	block := c.ciKey("ci", "force_destroy = true")
	x := c.cli(t).write(t, block)
	x.apply(t, false)
	p := c.ownedByKey(t, "ci", "Roads")

	c.Inject(simulator.Fault{Method: http.MethodDelete, Path: "/api/ss/rest/v1/organizations/*/api-keys/*", Action: simulator.ActionStatus, Status: http.StatusForbidden, Times: -1})
	x.apply(t, true, "-destroy")
	c.ClearFaults()
	x.write(t, strings.Replace(block, "force_destroy = true", "force_destroy = false", 1))
	x.apply(t, false)
	reads(t, x.apply(t, true, "-replace=jmapcloud_api_key.ci"), `Deleting the API key "ci" would also delete 1 project`)
	c.mustStillHave(t, p)
}

const bob = "bob@example.com"

func TestCLI_coOwnersOfTwoProviderBlocksLoseNothing(t *testing.T) {
	t.Parallel()
	c := startCloud(t).withOthersMaps(t)
	c.addMember(t, ana, "ORG_EDITOR")
	c.addMember(t, bob, "ORG_EDITOR")
	roads := c.project(t, "Roads", ana, bob)
	const blocks = "provider \"jmapcloud\" {}\nprovider \"jmapcloud\" {\n  alias = \"second\"\n}\n"
	x := c.cli(t).write(t, blocks+"resource \"jmapcloud_member\" \"ana\" {\n  email = \"ana@example.com\"\n  role  = \"ORG_EDITOR\"\n}\n"+
		"resource \"jmapcloud_member\" \"bob\" {\n  provider = jmapcloud.second\n  email    = \"bob@example.com\"\n  role     = \"ORG_EDITOR\"\n}\n")
	x.apply(t, false)
	x.write(t, blocks)
	reads(t, x.apply(t, true), `Deleting the member ana@example.com would also delete 1 project`, `"Roads"`)
	c.mustStillHave(t, roads)
}

func TestCLI_successorWhoGoesInTheSameRunByAnotherBlockLosesNothing(t *testing.T) {
	t.Parallel()
	c := startCloud(t).withOthersMaps(t)
	c.addMember(t, ana, "ORG_EDITOR")
	c.addMember(t, lead, "ORG_EDITOR")
	p, err := c.AddProject("Roads", ana)
	must(t, err)
	const blocks = "provider \"jmapcloud\" {\n  transfer_ownership_to = \"lead@example.com\"\n}\nprovider \"jmapcloud\" {\n  alias = \"second\"\n}\n"
	x := c.cli(t).write(t, blocks+"resource \"jmapcloud_member\" \"ana\" {\n  email = \"ana@example.com\"\n  role  = \"ORG_EDITOR\"\n}\n"+
		"resource \"jmapcloud_member\" \"lead\" {\n  provider = jmapcloud.second\n  email    = \"lead@example.com\"\n  role     = \"ORG_EDITOR\"\n}\n")
	x.apply(t, false)
	x.write(t, blocks)
	x.apply(t, true, "-parallelism=1")
	c.mustStillHave(t, p.ID)
}
