package provider_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"
)

// A moved block across types came with Terraform 1.8.
func TestAccMember_takesOverFromAnInvitation(t *testing.T) {
	t.Parallel()
	for _, accepted := range []bool{false, true} {
		t.Run(fmt.Sprintf("accepted %v", accepted), func(t *testing.T) {
			t.Parallel()
			c := startCloud(t).withOthersMaps(t)
			const person = "{\n  email = \"Ana@example.com\"\n  role  = \"ORG_EDITOR\"\n}\n"
			moved := c.config("resource \"jmapcloud_member\" \"ana\" " + person + "moved {\n  from = jmapcloud_invitation.ana\n  to   = jmapcloud_member.ana\n}\n")
			status := "INVITED"
			if accepted {
				status = "ACTIVE"
			}
			resource.Test(t, resource.TestCase{
				TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_8_0)},
				ProtoV6ProviderFactories: factories(t),
				Steps: []resource.TestStep{
					{Config: c.config("resource \"jmapcloud_invitation\" \"ana\" " + person)},
					{
						PreConfig: func() {
							if accepted {
								_, err := c.Accept(ana, "Ana", password)
								must(t, err)
							}
							c.ClearRequests()
						},
						Config: moved,
						ConfigPlanChecks: resource.ConfigPlanChecks{
							PreApply:             []plancheck.PlanCheck{plancheck.ExpectResourceAction("jmapcloud_member.ana", plancheck.ResourceActionNoop)},
							PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
						},
						ConfigStateChecks: []statecheck.StateCheck{
							statecheck.ExpectKnownValue("jmapcloud_member.ana", tfjsonpath.New("status"), knownvalue.StringExact(status)),
							statecheck.ExpectKnownValue("jmapcloud_member.ana", tfjsonpath.New("email"), knownvalue.StringExact("Ana@example.com")),
						},
						PostApplyFunc: func() {
							if writes := c.writes(); len(writes) > 0 {
								t.Errorf("the move made requests: %v", writes)
							}
							if mails := c.Mails(); len(mails) != 1 {
								t.Errorf("%d mails went out", len(mails))
							}
						},
					},
				},
			})
		})
	}
}
