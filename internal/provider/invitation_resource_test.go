package provider_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
)

// One life in real Terraform. Every state and event is a row in person_states_test.go.
func TestAccInvitation_lives(t *testing.T) {
	c := startCloud(t)
	of := func(role, onExpired string) string {
		return c.config(block(invitation, `email = "Ada@Example.com"`, fmt.Sprintf("role = %q", role), `language = "es"`, fmt.Sprintf("on_expired = %q", onExpired)))
	}
	pending := func(role, onExpired string) statecheck.StateCheck {
		return wholly(invitation, map[string]knownvalue.Check{ // member_id is null
			"id":         c.ofInvitation(ada, invitationID),
			"email":      is("Ada@Example.com"),
			"role":       is(role),
			"language":   is("es"),
			"on_expired": is(onExpired),
			"status":     is("PENDING"),
			"link":       c.ofInvitation(ada, invitationLink),
			"invited_by": is(c.Account().Username),
			"created_at": c.ofInvitation(ada, invitationSent),
			"expires_at": c.ofInvitation(ada, invitationEnd),
		})
	}
	c.inTerraform(t, []string{"Ada@Example.com"}, // an invitation that is destroyed leaves who has accepted it
		resource.TestStep{
			Config:           of("ORG_VIEWER", "keep"),
			ConfigPlanChecks: action(invitation, plancheck.ResourceActionCreate),
			ConfigStateChecks: []statecheck.StateCheck{
				pending("ORG_VIEWER", "keep"),
				statecheck.ExpectSensitiveValue(tested(invitation), tfjsonpath.New("link")),
				c.wrote("POST invitations"),
				c.mailedTo("Ada@Example.com", "es"),
			},
		},
		resource.TestStep{
			ResourceName: tested(invitation), ImportState: true, ImportStateVerify: true,
			ImportStateVerifyIgnore: []string{"on_expired"}, // it concerns only Terraform: the cloud does not know it
		},
		resource.TestStep{
			Config:            of("ORG_EDITOR", "keep"),
			ConfigPlanChecks:  action(invitation, plancheck.ResourceActionDestroyBeforeCreate),
			ConfigStateChecks: []statecheck.StateCheck{pending("ORG_EDITOR", "keep"), c.wrote("DELETE invitations", "POST invitations"), c.mailed(2)},
		},
		resource.TestStep{
			PreConfig:         func() { c.Advance(pastExpiry) },
			Config:            of("ORG_EDITOR", "resend"),
			ConfigPlanChecks:  action(invitation, plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{pending("ORG_EDITOR", "resend"), c.wrote("DELETE invitations", "POST invitations"), c.mailed(3)},
		},
		resource.TestStep{
			PreConfig:        func() { c.accept(t, ada) },
			Config:           of("ORG_EDITOR", "resend"),
			ConfigPlanChecks: plans(plancheck.ExpectEmptyPlan()),
			ConfigStateChecks: []statecheck.StateCheck{
				attribute(invitation, "status", is("ACCEPTED")),
				attribute(invitation, "link", knownvalue.Null()),
				attribute(invitation, "member_id", c.ofMember(ada)),
				c.wrote(),
				c.mailed(3),
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

func TestInvitation_isImportedWholeWithDefaults(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	config := values{"email": "Ada@Example.com", "role": "ORG_VIEWER"}
	r := c.run(t, invitation, object{}, config, nil)
	wants(t, "error", r.errors)
	mustHave(t, invitation, r.value, map[string]knownvalue.Check{ // member_id is null
		"id":         c.ofInvitation(ada, invitationID),
		"email":      is("Ada@Example.com"),
		"role":       is("ORG_VIEWER"),
		"language":   is("en"),
		"on_expired": is("resend"),
		"status":     is("PENDING"),
		"link":       c.ofInvitation(ada, invitationLink),
		"invited_by": is(c.Account().Username),
		"created_at": c.ofInvitation(ada, invitationSent),
		"expires_at": c.ofInvitation(ada, invitationEnd),
	})
	c.mustBeEmpty(t, invitation, r.object, config)
	c.mustImport(t, invitation, r.object, nil, r.text(t, "id"), " ADA@example.com")
	c.wroteNow(t, "POST invitations")
	c.mailedNow(t, 1)
}
