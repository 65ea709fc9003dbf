package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"
)

// Whether or not the person has accepted, a membership takes over from an invitation and nothing is sent. A moved block across types came with
// Terraform 1.8.
func TestAccMember_takesOverFromAnInvitation(t *testing.T) {
	c := startCloud(t).withOthersMaps(t)
	people := map[string]string{"Ana@example.com": "ACTIVE", "Ada@example.com": "INVITED"}
	var before, moved string
	var unchanged []plancheck.PlanCheck
	checks := []statecheck.StateCheck{c.wrote(), c.mailed(len(people))}
	for email, status := range people {
		name, _, _ := strings.Cut(email, "@")
		person := fmt.Sprintf("%q {\n  email = %q\n  role  = \"ORG_EDITOR\"\n}\n", name, email)
		before += "resource \"jmapcloud_invitation\" " + person
		moved += "resource \"jmapcloud_member\" " + person + fmt.Sprintf("moved {\n  from = jmapcloud_invitation.%[1]s\n  to   = jmapcloud_member.%[1]s\n}\n", name)
		unchanged = append(unchanged, plancheck.ExpectResourceAction(member+"."+name, plancheck.ResourceActionNoop))
		checks = append(checks,
			statecheck.ExpectKnownValue(member+"."+name, tfjsonpath.New("status"), is(status)),
			statecheck.ExpectKnownValue(member+"."+name, tfjsonpath.New("email"), is(email)))
	}
	resource.ParallelTest(t, resource.TestCase{
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_8_0)},
		ProtoV6ProviderFactories: factories(t),
		Steps: []resource.TestStep{
			{Config: c.config(before)},
			{
				PreConfig: func() {
					c.accept(t, ana)
					c.ClearRequests()
				},
				Config:            c.config(moved),
				ConfigPlanChecks:  plans(unchanged...),
				ConfigStateChecks: checks,
			},
		},
		CheckDestroy: func(*terraform.State) error { return c.isLeftWith() },
	})
}
