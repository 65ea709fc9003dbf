package provider_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

func TestAccInvitation_isSent(t *testing.T) {
	c := startCloud(t)
	config := c.config(block(invitation,
		`email      = "Ada@Example.com"`,
		`role       = "ORG_VIEWER"`,
		`language   = "es"`,
		`on_expired = "keep"`))
	imported := resource.TestStep{
		ResourceName: tested(invitation), ImportState: true, ImportStateVerify: true,
		ImportStateVerifyIgnore: []string{"on_expired"}, // it concerns only Terraform: the cloud does not know it
	}
	byEmail := imported
	byEmail.ImportStateId = " ADA@example.com"
	c.inTerraform(t, nil,
		resource.TestStep{
			Config:           config,
			ConfigPlanChecks: action(invitation, plancheck.ResourceActionCreate),
			ConfigStateChecks: []statecheck.StateCheck{
				wholly(invitation, map[string]knownvalue.Check{ // member_id is null
					"id":         c.ofInvitation(ada, invitationID),
					"email":      is("Ada@Example.com"),
					"role":       is("ORG_VIEWER"),
					"language":   is("es"),
					"on_expired": is("keep"),
					"status":     is("PENDING"),
					"link":       c.ofInvitation(ada, invitationLink),
					"invited_by": is(c.Account().Username),
					"created_at": c.ofInvitation(ada, invitationSent),
					"expires_at": c.ofInvitation(ada, invitationEnd),
				}),
				statecheck.ExpectSensitiveValue(tested(invitation), tfjsonpath.New("link")),
				c.wrote("POST invitations"),
				c.mailed(1),
				happens(func() error {
					if m := c.Mails()[0]; m.To != "Ada@Example.com" || m.Language != "es" {
						return fmt.Errorf("the mail is %+v", m)
					}
					return nil
				}),
			},
		},
		resource.TestStep{
			Config:            config,
			ConfigPlanChecks:  plans(plancheck.ExpectEmptyPlan()),
			ConfigStateChecks: []statecheck.StateCheck{c.wrote(), c.mailed(1)},
		},
		imported,
		byEmail,
		resource.TestStep{
			ResourceName: tested(invitation), ImportState: true, ImportStateId: "nobody@example.com",
			ExpectError: says("in the organization has the email nobody@example.com"),
		},
		resource.TestStep{
			ResourceName: tested(invitation), ImportState: true, ImportStateId: "no-such-id",
			ExpectError: says(`in the organization has the id "no-such-id"`),
		},
	)
}

// One life in real Terraform. Every state and event is a row in person_states_test.go.
func TestAccInvitation_lives(t *testing.T) {
	c := startCloud(t)
	of := func(role string) string {
		return c.config(block(invitation, `email = "ada@example.com"`, fmt.Sprintf("role = %q", role)))
	}
	resent := func(mails int) []statecheck.StateCheck {
		return []statecheck.StateCheck{
			attribute(invitation, "status", is("PENDING")),
			attribute(invitation, "id", c.ofInvitation(ada, invitationID)),
			attribute(invitation, "link", c.ofInvitation(ada, invitationLink)),
			attribute(invitation, "expires_at", c.ofInvitation(ada, invitationEnd)),
			c.wrote("DELETE invitations", "POST invitations"),
			c.mailed(mails),
		}
	}
	c.inTerraform(t, []string{ada}, // an invitation that is destroyed leaves who has accepted it
		resource.TestStep{
			Config: of("ORG_VIEWER"),
			ConfigStateChecks: []statecheck.StateCheck{
				c.wrote("POST invitations"),
				happens(func() error { return c.WithdrawInvitation(ada) }),
			},
			ExpectNonEmptyPlan: true,
			ConfigPlanChecks: resource.ConfigPlanChecks{
				PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectResourceAction(tested(invitation), plancheck.ResourceActionCreate)},
			},
		},
		resource.TestStep{
			Config:            of("ORG_VIEWER"),
			ConfigStateChecks: []statecheck.StateCheck{c.wrote("POST invitations"), c.mailed(2)},
		},
		resource.TestStep{
			Config:            of("ORG_EDITOR"),
			ConfigPlanChecks:  action(invitation, plancheck.ResourceActionDestroyBeforeCreate),
			ConfigStateChecks: resent(3),
		},
		resource.TestStep{
			PreConfig:         func() { c.Advance(pastExpiry) },
			Config:            of("ORG_EDITOR"),
			ConfigPlanChecks:  action(invitation, plancheck.ResourceActionUpdate),
			ConfigStateChecks: resent(4),
		},
		resource.TestStep{
			PreConfig:        func() { c.accept(t, ada) },
			Config:           of("ORG_EDITOR"),
			ConfigPlanChecks: plans(plancheck.ExpectEmptyPlan()),
			ConfigStateChecks: []statecheck.StateCheck{
				attribute(invitation, "status", is("ACCEPTED")),
				attribute(invitation, "link", knownvalue.Null()),
				attribute(invitation, "member_id", c.ofMember(ada)),
				c.wrote(),
				c.mailed(4),
			},
		},
	)
}

// An invitation that is accepted between two requests of an apply is not sent again.
func TestInvitation_isAcceptedWhileAnotherIsSent(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	config := values{"email": ada, "role": "ORG_VIEWER", "language": "en", "on_expired": "resend"}
	o := c.create(t, invitation, config)
	c.Advance(pastExpiry)
	p := c.walk(t, nil).plan(t, invitation, c.refreshed(t, invitation, o), config)
	p.diags.mustBeFree(t)
	c.Advance(-pastExpiry)
	c.Use(acceptingFirst(c))
	o, diags := c.walk(t, nil).apply(t, p)
	diags.mustBeFree(t)
	c.mailedNow(t, 1)
	if got := o.text(t, "status"); got != "ACCEPTED" {
		t.Errorf("status is %s", got)
	}
	c.mustBeEmpty(t, invitation, o, config)
}

func TestAccInvitation_defaults(t *testing.T) {
	c := startCloud(t)
	c.inTerraform(t, nil, resource.TestStep{
		Config: c.config(block(invitation, `email = "ada@example.com"`, `role = "ORG_VIEWER"`)),
		ConfigStateChecks: []statecheck.StateCheck{
			attribute(invitation, "language", is("en")),
			attribute(invitation, "on_expired", is("resend")),
			c.wrote("POST invitations"),
		},
	})
}

// An import block plans the import and nothing else, whichever key names the invitation.
func TestAccInvitation_importBlockChangesNothing(t *testing.T) {
	c := startCloud(t)
	config := c.config(block(invitation, `email = "ada@example.com"`, `role = "ORG_VIEWER"`))
	c.inTerraform(t, nil,
		resource.TestStep{Config: config},
		resource.TestStep{
			Config: config, ResourceName: tested(invitation), ImportState: true, ImportStateKind: resource.ImportBlockWithID,
			ImportStateIdFunc: func(*terraform.State) (string, error) { return c.Invitations()[0].ID, nil },
		},
		resource.TestStep{
			Config: config, ResourceName: tested(invitation), ImportState: true, ImportStateKind: resource.ImportBlockWithID,
			ImportStateId: "Ada@EXAMPLE.com",
		},
	)
}

// An invitation sent in the portal stays as it is when the configuration says the same, in a spelling of its own.
func TestAccInvitation_isImportedAndThePlanIsEmpty(t *testing.T) {
	c := startCloud(t)
	sent := c.invite(t, ada, "ORG_EDITOR", "fr")
	c.inTerraform(t, nil, resource.TestStep{
		Config: c.config(block(invitation, `email = "Ada@example.com"`, `role = "ORG_EDITOR"`, `language = "fr"`) +
			fmt.Sprintf("import {\n  to = jmapcloud_invitation.test\n  id = %q\n}\n", sent.ID)),
		ConfigPlanChecks:  action(invitation, plancheck.ResourceActionNoop),
		ConfigStateChecks: []statecheck.StateCheck{attribute(invitation, "id", is(sent.ID)), c.wrote(), c.mailed(1)},
	})
}

func TestAccInvitation_spellingOfAnEmailIsNoChange(t *testing.T) {
	c := startCloud(t)
	spelled := func(email string) string {
		return c.config(block(invitation, fmt.Sprintf("email = %q", email), `role = "ORG_VIEWER"`))
	}
	c.inTerraform(t, nil,
		resource.TestStep{
			Config: spelled(" Ada+Maps@münchen.example"),
			ConfigStateChecks: []statecheck.StateCheck{
				attribute(invitation, "email", is(" Ada+Maps@münchen.example")),
				c.wrote("POST invitations"),
			},
		},
		resource.TestStep{
			Config:           spelled("ada+maps@xn--mnchen-3ya.example "),
			ConfigPlanChecks: plans(plancheck.ExpectEmptyPlan()),
			ConfigStateChecks: []statecheck.StateCheck{
				attribute(invitation, "email", is(" Ada+Maps@münchen.example")),
				c.wrote(),
				c.mailed(1),
			},
		},
	)
}

// No person is invited twice, and the error says what to do instead.
func TestAccInvitation_refusesWhoIsThereAlready(t *testing.T) {
	c := startCloud(t)
	c.addMember(t, ada, "ORG_VIEWER")
	c.invite(t, grace, "ORG_VIEWER", "en")
	of := func(email string) string {
		return c.config(block(invitation, fmt.Sprintf("email = %q", email), `role = "ORG_VIEWER"`))
	}
	c.inTerraform(t, nil,
		resource.TestStep{Config: of(ada), ExpectError: says("use a jmapcloud_member resource, which adopts them")},
		resource.TestStep{Config: of(grace), ExpectError: says("terraform import jmapcloud_invitation.<name> grace@example.com")},
	)
	c.mailedNow(t, 1)
	if writes := slices.DeleteFunc(c.writes(), func(r simulator.Request) bool { return r.Status == 409 }); len(writes) > 0 {
		t.Errorf("written: %v", writes)
	}
}

// Values from another resource are unknown while Terraform plans.
func TestAccInvitation_takesValuesThatAreKnownAfterApply(t *testing.T) {
	c := startCloud(t)
	from := func(email, role, language string) string {
		return c.config(fmt.Sprintf("resource \"terraform_data\" \"from\" {\n  input = [%q, %q, %q]\n}\n", email, role, language) +
			block(invitation, "email = terraform_data.from.output[0]", "role = terraform_data.from.output[1]", "language = terraform_data.from.output[2]"))
	}
	sent := func(email, role, language string, writes ...string) []statecheck.StateCheck {
		return []statecheck.StateCheck{
			attribute(invitation, "email", is(email)),
			attribute(invitation, "role", is(role)),
			attribute(invitation, "language", is(language)),
			attribute(invitation, "id", c.ofInvitation(email, invitationID)),
			c.wrote(writes...),
		}
	}
	c.inTerraform(t, nil,
		resource.TestStep{
			Config: from(ada, "ORG_VIEWER", "fr"),
			ConfigPlanChecks: plans(
				plancheck.ExpectUnknownValue(tested(invitation), tfjsonpath.New("email")),
				plancheck.ExpectUnknownValue(tested(invitation), tfjsonpath.New("role")),
				plancheck.ExpectUnknownValue(tested(invitation), tfjsonpath.New("language")),
			),
			ConfigStateChecks: sent(ada, "ORG_VIEWER", "fr", "POST invitations"),
		},
		resource.TestStep{
			Config:            from(grace, "ORG_EDITOR", "es"),
			ConfigPlanChecks:  action(invitation, plancheck.ResourceActionDestroyBeforeCreate),
			ConfigStateChecks: sent(grace, "ORG_EDITOR", "es", "DELETE invitations", "POST invitations"),
		},
	)
}

func TestAccInvitation_isOneOfMany(t *testing.T) {
	c := startCloud(t)
	guests := func(n int) string {
		var emails []string
		for i := range n {
			emails = append(emails, fmt.Sprintf("%q", fmt.Sprintf("Guest%d@example.com", i)))
		}
		return c.config("resource \"jmapcloud_invitation\" \"guests\" {\n  for_each = toset([" + strings.Join(emails, ", ") +
			"])\n  email    = each.key\n  role     = \"ORG_VIEWER\"\n}\n")
	}
	c.inTerraform(t, nil,
		resource.TestStep{
			Config: guests(10),
			ConfigStateChecks: []statecheck.StateCheck{
				c.wrote(slices.Repeat([]string{"POST invitations"}, 10)...),
				happens(func() error {
					for i := range 5 {
						if _, err := c.Accept(fmt.Sprintf("guest%d@example.com", i), "Guest", password); err != nil {
							return err
						}
					}
					return nil
				}),
			},
		},
		resource.TestStep{
			Config:            guests(10),
			ConfigPlanChecks:  plans(plancheck.ExpectEmptyPlan()),
			ConfigStateChecks: []statecheck.StateCheck{c.wrote(), c.mailed(10)},
		},
		resource.TestStep{ // the library cannot destroy what for_each made, so this step does
			Config: guests(0),
			ConfigStateChecks: []statecheck.StateCheck{
				c.wrote(slices.Repeat([]string{"DELETE invitations"}, 5)...),
				happens(func() error {
					return c.isLeftWith("Guest0@example.com", "Guest1@example.com", "Guest2@example.com", "Guest3@example.com", "Guest4@example.com")
				}),
			},
		},
	)
}
