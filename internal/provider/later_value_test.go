package provider_test

import (
	"cmp"
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
)

// lateValues are values that another resource gives.
type lateValues struct {
	email, guest, role, language, name, successor string
	force                                         bool
}

// late is a configuration of every noun whose values, with the provider's endpoint, another resource gives.
func (c *cloud) late(expires string, v lateValues) string {
	later := func(arguments ...string) string {
		var all []string
		for _, argument := range arguments {
			name, from, _ := strings.Cut(argument, " = ")
			all = append(all, name+" = terraform_data.later.output."+cmp.Or(from, name))
		}
		return strings.Join(all, "\n  ")
	}
	a := c.Account()
	return fmt.Sprintf("resource \"terraform_data\" \"cloud\" {\n  input = %q\n}\n", c.url) +
		fmt.Sprintf("provider \"jmapcloud\" {\n  endpoint = terraform_data.cloud.output\n  organization_id = %q\n  username = %q\n  password = %q\n}\n", a.OrganizationID, a.Username, a.Password) +
		fmt.Sprintf(`
resource "terraform_data" "later" {
  input = {
    email     = %q
    guest     = %q
    role      = %q
    language  = %q
    nothing   = null
    name      = %q
    expires   = %q
    editor    = "ORG_EDITOR"
    successor = %q
    force     = %t
    protected = false
  }
}
`, v.email, v.guest, v.role, v.language, v.name, expires, v.successor, v.force) +
		block(member, later("email", "role", "language", "transfer_ownership_to = successor")) +
		fmt.Sprintf("resource %q \"kept\" {\n  email = %q\n  %s\n}\n", member, grace, later("role", "language")) +
		fmt.Sprintf("resource %q \"plain\" {\n  email = %q\n  role = \"ORG_EDITOR\"\n  %s\n}\n", member, ana, later("language = nothing")) +
		block(invitation, later("email = guest", "role", "language")) +
		block(apiKey, later("name", "role = editor", "expires_at = expires", "transfer_ownership_to = successor", "force_destroy = force")) +
		fmt.Sprintf("resource %q \"kept\" {\n  name = \"kept\"\n  role = \"ORG_EDITOR\"\n  expires_at = %q\n  %s\n}\n", apiKey, expires, later("transfer_ownership_to = successor", "force_destroy = force")) +
		block(organization, later("name", "deletion_protection = protected"))
}

// Values from another resource are unknown while Terraform plans: what they belong to is created, changed in place or replaced all the same, and
// the plan of a cloud that is not known yet asks no cloud.
func TestAccProvider_everyValueMayBeKnownLater(t *testing.T) {
	c := startCloud(t).withOthersMaps(t)
	expires := c.inDays(30)
	for _, email := range []string{lead, other, grace} {
		c.addMember(t, email, "ORG_EDITOR")
	}
	c.ClearRequests()
	first := lateValues{ada, "guest@example.com", "ORG_EDITOR", "fr", "Roads", lead, true}
	second := lateValues{"bob@example.com", "visitor@example.com", "ORG_VIEWER", "es", "Rivers", other, false}
	unknowns := func(do map[string]plancheck.ResourceActionType, more ...plancheck.PlanCheck) resource.ConfigPlanChecks {
		for typeName, names := range map[string][]string{
			member: {"email", "role", "language", "transfer_ownership_to"}, invitation: {"email", "role", "language"},
			apiKey: {"name", "role", "expires_at", "transfer_ownership_to", "force_destroy"}, organization: {"name", "deletion_protection"},
		} {
			for _, name := range names {
				more = append(more, plancheck.ExpectUnknownValue(tested(typeName), tfjsonpath.New(name)))
			}
		}
		for address, what := range do {
			more = append(more, plancheck.ExpectResourceAction(address, what))
		}
		return plans(more...)
	}
	has := func(v lateValues, mails, writes int) []statecheck.StateCheck {
		kept := func(typeName, name string, check knownvalue.Check) statecheck.StateCheck {
			return statecheck.ExpectKnownValue(typeName+".kept", tfjsonpath.New(name), check)
		}
		return []statecheck.StateCheck{
			wholly(member, map[string]knownvalue.Check{
				"email": is(v.email), "role": is(v.role), "language": is(v.language), "transfer_ownership_to": is(v.successor), "status": is("INVITED"),
				"on_expired_invitation": is("resend"), "invitation_id": c.ofInvitation(v.email, invitationID),
				"invitation_link": c.ofInvitation(v.email, invitationLink), "invitation_expires_at": c.ofInvitation(v.email, invitationEnd),
			}),
			kept(member, "id", c.ofMember(grace)), kept(member, "role", is(v.role)), kept(member, "language", is(v.language)),
			statecheck.ExpectKnownValue(member+".plain", tfjsonpath.New("language"), is("en")),
			attribute(invitation, "email", is(v.guest)), attribute(invitation, "role", is(v.role)), attribute(invitation, "language", is(v.language)),
			attribute(invitation, "id", c.ofInvitation(v.guest, invitationID)),
			wholly(apiKey, map[string]knownvalue.Check{
				"id": c.ofKey(v.name, keyID), "name": is(v.name), "role": is("ORG_EDITOR"), "expires_at": is(expires),
				"transfer_ownership_to": is(v.successor), "force_destroy": knownvalue.Bool(v.force), "email": c.ofKey(v.name, keyEmail),
				"key": c.ofKey(v.name, keySecret), "key_fingerprint": c.ofKey(v.name, keyFingerprint), "created_at": c.ofKey(v.name, keyMade), "created_by": is(administrator),
			}),
			kept(apiKey, "id", c.ofKey("kept", keyID)), kept(apiKey, "transfer_ownership_to", is(v.successor)), kept(apiKey, "force_destroy", knownvalue.Bool(v.force)),
			wholly(organization, c.organizationFacts(v.name, false)),
			c.mailed(mails),
			happens(func() error {
				if got := c.writes(); len(got) != writes {
					return fmt.Errorf("%d writes, want %d: %+v", len(got), writes, got)
				}
				c.ClearRequests()
				return nil
			}),
		}
	}
	created := map[string]plancheck.ResourceActionType{}
	for _, address := range []string{tested(member), member + ".kept", member + ".plain", tested(invitation), tested(apiKey), apiKey + ".kept", tested(organization)} {
		created[address] = plancheck.ResourceActionCreate
	}
	changed := map[string]plancheck.ResourceActionType{
		tested(member): plancheck.ResourceActionDestroyBeforeCreate, tested(invitation): plancheck.ResourceActionDestroyBeforeCreate, tested(apiKey): plancheck.ResourceActionDestroyBeforeCreate,
		member + ".kept": plancheck.ResourceActionUpdate, apiKey + ".kept": plancheck.ResourceActionUpdate, tested(organization): plancheck.ResourceActionUpdate,
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: factories(t),
		Steps: []resource.TestStep{
			{
				Config: c.late(expires, first),
				ConfigPlanChecks: unknowns(created, happensAtPlan(func() error {
					if requests := c.Requests(); len(requests) > 0 {
						return fmt.Errorf("the plan asked for %v", requests)
					}
					return nil
				})),
				ConfigStateChecks: has(first, 3, 6), // Grace is adopted
			},
			{
				Config:            c.late(expires, second),
				ConfigPlanChecks:  unknowns(changed),
				ConfigStateChecks: has(second, 5, 8), // three replacements and two changes
			},
		},
		CheckDestroy: func(*terraform.State) error {
			if n := len(c.APIKeys()) + len(c.Organizations()); n != 1 {
				return fmt.Errorf("the cloud has %+v %+v", c.APIKeys(), c.Organizations())
			}
			return c.isLeftWith(lead, other)
		},
	})
}
