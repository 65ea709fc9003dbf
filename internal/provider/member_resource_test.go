package provider_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

func TestAccMember_isInvited(t *testing.T) {
	c := startCloud(t)
	config := c.config(block(member,
		`email                 = "Ada@Example.com"`,
		`role                  = "ORG_EDITOR"`,
		`language              = "fr"`,
		`on_expired_invitation = "keep"`,
		fmt.Sprintf(`transfer_ownership_to = %q`, c.Account().Username),
		`force_destroy         = true`))
	c.inTerraform(t, nil,
		resource.TestStep{
			Config:           config,
			ConfigPlanChecks: action(member, plancheck.ResourceActionCreate),
			ConfigStateChecks: []statecheck.StateCheck{
				wholly(member, map[string]knownvalue.Check{ // id, name and username are null
					"email":                 is("Ada@Example.com"),
					"role":                  is("ORG_EDITOR"),
					"language":              is("fr"),
					"on_expired_invitation": is("keep"),
					"transfer_ownership_to": is(c.Account().Username),
					"force_destroy":         knownvalue.Bool(true),
					"status":                is("INVITED"),
					"invitation_id":         c.ofInvitation(ada, invitationID),
					"invitation_link":       c.ofInvitation(ada, invitationLink),
					"invitation_expires_at": c.ofInvitation(ada, invitationEnd),
				}),
				statecheck.ExpectSensitiveValue(tested(member), tfjsonpath.New("invitation_link")),
				c.wrote("POST invitations"),
				c.mailed(1),
				happens(func() error {
					if m := c.Mails()[0]; m.To != "Ada@Example.com" || m.Language != "fr" {
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
		resource.TestStep{
			ResourceName: tested(member), ImportState: true, ImportStateId: "ADA@example.com",
			ImportStateVerify: true, ImportStateVerifyIdentifierAttribute: "invitation_id", // id is null until accepted
			ImportStateVerifyIgnore: []string{
				"email", // the state has the user's spelling; an import has only the cloud's
				// What concerns only Terraform: the cloud does not know it.
				"on_expired_invitation", "transfer_ownership_to", "force_destroy",
			},
			ImportStateCheck: func(states []*terraform.InstanceState) error {
				if got := states[0].Attributes["email"]; got != "Ada@Example.com" {
					return fmt.Errorf("imported email is %q", got)
				}
				return nil
			},
		},
	)
}

func TestAccMember_isAdoptedWhenActive(t *testing.T) {
	c := startCloud(t)
	m := c.addMember(t, ada, "ORG_EDITOR")
	config := c.config(block(member, `email = "ada@example.com"`, `role  = "ORG_EDITOR"`))
	c.inTerraform(t, nil,
		resource.TestStep{
			Config: config,
			ConfigStateChecks: []statecheck.StateCheck{
				wholly(member, map[string]knownvalue.Check{ // what belongs to an invitation is null
					"id":                    is(m.ID),
					"email":                 is(ada),
					"role":                  is("ORG_EDITOR"),
					"language":              is("en"),
					"on_expired_invitation": is("resend"),
					"status":                is("ACTIVE"),
					"name":                  is(m.Name),
					"username":              is(ada),
				}),
				c.wrote(),
				c.mailed(0),
			},
		},
		resource.TestStep{
			Config:            config,
			ConfigPlanChecks:  plans(plancheck.ExpectEmptyPlan()),
			ConfigStateChecks: []statecheck.StateCheck{c.wrote()},
		},
		resource.TestStep{
			ResourceName: tested(member), ImportState: true, ImportStateVerify: true,
			ImportStateVerifyIgnore: []string{"language"}, // the cloud does not tell in what language a member was invited
		},
		resource.TestStep{
			ResourceName: tested(member), ImportState: true, ImportStateId: " ADA@Example.com", ImportStateVerify: true,
			ImportStateVerifyIgnore: []string{"language"},
		},
		resource.TestStep{
			ResourceName: tested(member), ImportState: true, ImportStateId: "nobody@example.com",
			ExpectError: says(`nobody invited to it, has the email or id "nobody@example.com"`),
		},
		resource.TestStep{
			ResourceName: tested(member), ImportState: true, ImportStateId: "auth0|000000000000000000000000",
			ExpectError: says(`has the email or id "auth0|000000000000000000000000"`),
		},
	)
}

// An import block plans the import and nothing else, whichever key names the person.
func TestAccMember_importBlockChangesNothing(t *testing.T) {
	c := startCloud(t)
	m := c.addMember(t, ada, "ORG_EDITOR")
	config := c.config(block(member, `email = "ada@example.com"`, `role  = "ORG_EDITOR"`))
	c.inTerraform(t, nil,
		resource.TestStep{Config: config},
		resource.TestStep{
			Config: config, ResourceName: tested(member), ImportState: true, ImportStateKind: resource.ImportBlockWithID,
			ImportStateId: m.ID,
		},
		resource.TestStep{
			Config: config, ResourceName: tested(member), ImportState: true, ImportStateKind: resource.ImportBlockWithID,
			ImportStateId: "Ada@EXAMPLE.com",
		},
	)
}

// Imported people, a member and an invitee, stay as they are when the configuration says the same.
func TestAccMember_isImportedAndThePlanIsEmpty(t *testing.T) {
	c := startCloud(t)
	m := c.addMember(t, ada, "ORG_EDITOR")
	c.invite(t, grace, "ORG_VIEWER", "es")
	invited := `
resource "jmapcloud_member" "test" {
  email = "Ada@example.com"
  role  = "ORG_EDITOR"
}

resource "jmapcloud_member" "invited" {
  email    = "Grace@example.com"
  role     = "ORG_VIEWER"
  language = "es"
}

import {
  to = jmapcloud_member.test
  id = %q
}

import {
  to = jmapcloud_member.invited
  id = "GRACE@example.com"
}
`
	config := c.config(fmt.Sprintf(invited, m.ID))
	c.inTerraform(t, nil,
		resource.TestStep{
			Config: config,
			ConfigPlanChecks: plans(
				plancheck.ExpectResourceAction(tested(member), plancheck.ResourceActionNoop),
				plancheck.ExpectResourceAction("jmapcloud_member.invited", plancheck.ResourceActionNoop),
			),
			ConfigStateChecks: []statecheck.StateCheck{c.wrote(), c.mailed(1)},
		},
	)
}

// The newest Terraform imports by identity; this version of the CLI cannot, so the protocol is asked.
func TestMember_isImportedByIdentity(t *testing.T) {
	t.Parallel()
	for _, typeName := range []string{member, invitation} {
		c := startCloud(t)
		sent := c.invite(t, ada, "ORG_EDITOR", "fr")
		o, diags := c.importByIdentity(t, typeName, c.Account().OrganizationID, "ADA@example.com")
		diags.mustBeFree(t)
		if got := o.text(t, "email"); got != ada {
			t.Errorf("%s: imported %q", typeName, got)
		}
		if got := o.text(t, map[string]string{member: "invitation_id", invitation: "id"}[typeName]); got != sent.ID {
			t.Errorf("%s: imported the invitation %q, want %q", typeName, got, sent.ID)
		}
		c.mustBeEmpty(t, typeName, o, values{"email": ada, "role": "ORG_EDITOR", "language": "fr", onExpired[typeName]: "resend"})

		_, diags = c.importByIdentity(t, typeName, "another-organization", ada)
		wants(t, "the error for another organization", diags.errors(), "Another organization", "organization_id is that of the identity")
	}
}

func (c *cloud) importByIdentity(t *testing.T, typeName, organization, email string) (object, diagnostics) {
	t.Helper()
	w := c.walk(t, nil)
	ty := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"organization_id": tftypes.String, "email": tftypes.String}}
	identity := tftypes.NewValue(ty, map[string]tftypes.Value{
		"organization_id": tftypes.NewValue(tftypes.String, organization),
		"email":           tftypes.NewValue(tftypes.String, email),
	})
	server, ok := w.server.(tfprotov6.ResourceServer)
	if !ok {
		t.Fatal("no resource server")
	}
	resp, err := server.ImportResourceState(t.Context(), &tfprotov6.ImportResourceStateRequest{
		TypeName: typeName, Identity: &tfprotov6.ResourceIdentityData{IdentityData: dynamic(t, identity)},
	})
	must(t, err)
	if len(resp.ImportedResources) == 0 {
		return object{}, resp.Diagnostics
	}
	r := resp.ImportedResources[0]
	return object{undynamic(t, w.typeOf(typeName), r.State), r.Private, r.Identity}, resp.Diagnostics
}

func TestAccMember_isUpdatedInPlaceWhileActive(t *testing.T) {
	c := startCloud(t)
	c.addMember(t, ada, "ORG_VIEWER")
	successor := fmt.Sprintf("transfer_ownership_to = %q", c.Account().Username)
	person := []string{`email = "ada@example.com"`, `role = "ORG_EDITOR"`}
	steps := []resource.TestStep{
		{
			Config:            c.config(block(member, `email = "ada@example.com"`, `role = "ORG_VIEWER"`)),
			ConfigStateChecks: []statecheck.StateCheck{c.wrote()},
		},
		{
			Config: c.config(block(member, person...)),
			ConfigPlanChecks: plans(
				plancheck.ExpectResourceAction(tested(member), plancheck.ResourceActionUpdate),
				plancheck.ExpectKnownValue(tested(member), tfjsonpath.New("status"), is("ACTIVE")),
				plancheck.ExpectKnownValue(tested(member), tfjsonpath.New("role"), is("ORG_EDITOR")),
			),
			ConfigStateChecks: []statecheck.StateCheck{
				attribute(member, "role", is("ORG_EDITOR")),
				c.wrote("PATCH members"),
				happens(func() error {
					if m, _ := c.Member(ada); m.Role != "ORG_EDITOR" {
						return fmt.Errorf("the cloud has the role %s", m.Role)
					}
					return nil
				}),
			},
		},
	}
	for _, change := range []struct {
		line, name string
		want       knownvalue.Check
	}{
		{`language = "fr"`, "language", is("fr")},
		{`on_expired_invitation = "keep"`, "on_expired_invitation", is("keep")},
		{"", "on_expired_invitation", is("resend")},
		{successor, "transfer_ownership_to", is(c.Account().Username)},
		{"", "transfer_ownership_to", knownvalue.Null()},
		{"force_destroy = true", "force_destroy", knownvalue.Bool(true)},
		{"", "force_destroy", knownvalue.Null()},
	} {
		steps = append(steps, resource.TestStep{
			Config:            c.config(block(member, append(slices.Clone(person), change.line)...)),
			ConfigPlanChecks:  action(member, plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{attribute(member, change.name, change.want), c.wrote(), c.mailed(0)},
		})
	}
	c.inTerraform(t, nil, steps...)
}

func TestAccMember_isInvitedAgainWhenChangedWhileInvited(t *testing.T) {
	c := startCloud(t)
	var first simulator.Invitation
	invited := func(role string, more ...string) string {
		return c.config(block(member, append([]string{`email = "ada@example.com"`, fmt.Sprintf("role = %q", role)}, more...)...))
	}
	resent := func(role, language string, mails int) []statecheck.StateCheck {
		return []statecheck.StateCheck{
			attribute(member, "status", is("INVITED")),
			attribute(member, "role", is(role)),
			attribute(member, "language", is(language)),
			attribute(member, "invitation_id", c.ofInvitation(ada, invitationID)),
			attribute(member, "invitation_link", c.ofInvitation(ada, invitationLink)),
			c.wrote("DELETE invitations", "POST invitations"),
			c.mailed(mails),
			happens(func() error {
				if sent := c.Invitations(); len(sent) != 1 || sent[0].ID == first.ID || sent[0].Role != role || sent[0].Language != language {
					return fmt.Errorf("the cloud has the invitations %+v", sent)
				}
				return nil
			}),
		}
	}
	c.inTerraform(t, nil,
		resource.TestStep{
			Config: invited("ORG_VIEWER"),
			ConfigStateChecks: []statecheck.StateCheck{
				c.wrote("POST invitations"),
				happens(func() error { first, _ = c.Invitation(ada); return nil }),
			},
		},
		resource.TestStep{
			Config: invited("ORG_EDITOR"),
			ConfigPlanChecks: plans(
				plancheck.ExpectResourceAction(tested(member), plancheck.ResourceActionUpdate),
				plancheck.ExpectUnknownValue(tested(member), tfjsonpath.New("invitation_link")),
			),
			ConfigStateChecks: resent("ORG_EDITOR", "en", 2),
		},
		resource.TestStep{
			Config:            invited("ORG_EDITOR", `language = "es"`),
			ConfigPlanChecks:  action(member, plancheck.ResourceActionUpdate),
			ConfigStateChecks: resent("ORG_EDITOR", "es", 3),
		},
		resource.TestStep{ // the language is no longer chosen: the one that was sent is fine
			Config:            invited("ORG_EDITOR"),
			ConfigPlanChecks:  plans(plancheck.ExpectEmptyPlan()),
			ConfigStateChecks: []statecheck.StateCheck{c.wrote(), c.mailed(3)},
		},
		resource.TestStep{ // what concerns only Terraform sends nothing
			Config:            invited("ORG_EDITOR", `on_expired_invitation = "keep"`, "force_destroy = true"),
			ConfigPlanChecks:  action(member, plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{c.wrote(), c.mailed(3)},
		},
	)
}

func TestAccMember_isReplacedByAnotherEmail(t *testing.T) {
	for _, test := range []struct {
		name, destroyed string
		between         func(*testing.T, *cloud)
	}{
		{"invited", "DELETE invitations", func(*testing.T, *cloud) {}},
		{"active", "DELETE members", func(t *testing.T, c *cloud) { c.accept(t, ada) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := startCloud(t)
			c.inTerraform(t, nil,
				resource.TestStep{
					Config:            c.config(block(member, `email = "ada@example.com"`, `role = "ORG_EDITOR"`)),
					ConfigStateChecks: []statecheck.StateCheck{c.wrote("POST invitations")},
				},
				resource.TestStep{
					PreConfig:        func() { test.between(t, c) },
					Config:           c.config(block(member, `email = "grace@example.com"`, `role = "ORG_EDITOR"`)),
					ConfigPlanChecks: action(member, plancheck.ResourceActionDestroyBeforeCreate),
					ConfigStateChecks: []statecheck.StateCheck{
						attribute(member, "email", is(grace)),
						attribute(member, "status", is("INVITED")),
						attribute(member, "id", knownvalue.Null()),
						c.wrote(test.destroyed, "POST invitations"),
						c.mailed(2),
					},
				},
			)
		})
	}
}

func TestAccMember_spellingOfAnEmailIsNoChange(t *testing.T) {
	c := startCloud(t)
	spelled := func(email, successor string) string {
		return c.config(block(member, fmt.Sprintf("email = %q", email), `role = "ORG_EDITOR"`, fmt.Sprintf("transfer_ownership_to = %q", successor)))
	}
	administrator := c.Account().Username
	kept := []statecheck.StateCheck{
		attribute(member, "email", is(" Ada@Example.com")),
		attribute(member, "transfer_ownership_to", is(administrator)),
	}
	c.inTerraform(t, nil,
		resource.TestStep{
			Config:            spelled(" Ada@Example.com", administrator),
			ConfigStateChecks: append(kept, c.wrote("POST invitations")),
		},
		resource.TestStep{
			Config:            spelled("ada@EXAMPLE.com  ", strings.ToUpper(administrator)),
			ConfigPlanChecks:  plans(plancheck.ExpectEmptyPlan()),
			ConfigStateChecks: append(kept, c.wrote()),
		},
		resource.TestStep{ // the cloud tells its own spelling of a member's email
			PreConfig:        func() { c.accept(t, ada) },
			Config:           spelled("ada@EXAMPLE.com", administrator),
			ConfigPlanChecks: plans(plancheck.ExpectEmptyPlan()),
			ConfigStateChecks: append(kept, c.wrote(), c.mailed(1),
				attribute(member, "status", is("ACTIVE"))),
		},
	)
}

// A plus-address is an address of its own, and the two forms of an internationalised domain are one.
func TestAccMember_hasOneEmailInEachFormOfItsDomain(t *testing.T) {
	c := startCloud(t)
	c.addMember(t, "ada@xn--mnchen-3ya.example", "ORG_EDITOR")
	two := func(plain, plus string) string {
		return c.config(block(member, fmt.Sprintf("email = %q", plain), `role = "ORG_EDITOR"`) +
			fmt.Sprintf("resource \"jmapcloud_member\" \"plus\" {\n  email = %q\n  role  = \"ORG_VIEWER\"\n}\n", plus))
	}
	c.inTerraform(t, nil,
		resource.TestStep{
			Config: two("ada@münchen.example", "ada+maps@münchen.example"),
			ConfigStateChecks: []statecheck.StateCheck{
				attribute(member, "status", is("ACTIVE")),
				attribute(member, "email", is("ada@münchen.example")),
				statecheck.ExpectKnownValue("jmapcloud_member.plus", tfjsonpath.New("status"), is("INVITED")),
				c.wrote("POST invitations"),
			},
		},
		resource.TestStep{
			Config:           two("Ada@XN--MNCHEN-3YA.example", "ada+maps@xn--mnchen-3ya.example"),
			ConfigPlanChecks: plans(plancheck.ExpectEmptyPlan()),
			ConfigStateChecks: []statecheck.StateCheck{
				attribute(member, "email", is("ada@münchen.example")),
				c.wrote(),
			},
		},
	)
}

func TestAccMember_isPlannedAnewWhenItDisappears(t *testing.T) {
	for _, test := range []struct {
		name      string
		prepare   func(*testing.T, *cloud)
		disappear func(*cloud) error
	}{
		{
			"removed in the portal",
			func(t *testing.T, c *cloud) { c.addMember(t, ada, "ORG_EDITOR") },
			func(c *cloud) error { return c.RemoveMember(ada, "") },
		},
		{
			"invitation withdrawn in the portal",
			func(*testing.T, *cloud) {},
			func(c *cloud) error { return c.WithdrawInvitation(ada) },
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := startCloud(t)
			test.prepare(t, c)
			c.inTerraform(t, nil, resource.TestStep{
				Config:             c.config(block(member, `email = "ada@example.com"`, `role = "ORG_EDITOR"`)),
				ConfigStateChecks:  []statecheck.StateCheck{happens(func() error { return test.disappear(c) })},
				ExpectNonEmptyPlan: true,
				ConfigPlanChecks: resource.ConfigPlanChecks{
					PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectResourceAction(tested(member), plancheck.ResourceActionCreate)},
				},
			})
		})
	}
}

func TestAccMember_driftIsPutRight(t *testing.T) {
	c := startCloud(t)
	c.addMember(t, ada, "ORG_EDITOR")
	config := c.config(block(member, `email = "ada@example.com"`, `role = "ORG_EDITOR"`))
	c.inTerraform(t, nil,
		resource.TestStep{Config: config, ConfigStateChecks: []statecheck.StateCheck{c.wrote()}},
		resource.TestStep{
			PreConfig:        func() { must(t, c.SetRole(ada, "ORG_ADMIN")) },
			Config:           config,
			ConfigPlanChecks: action(member, plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{
				attribute(member, "role", is("ORG_EDITOR")),
				c.wrote("PATCH members"),
				happens(func() error {
					if m, _ := c.Member(ada); m.Role != "ORG_EDITOR" {
						return fmt.Errorf("the cloud has the role %s", m.Role)
					}
					return nil
				}),
			},
		},
		resource.TestStep{ // removed and invited again: the same person, in an earlier state
			PreConfig: func() {
				must(t, c.RemoveMember(ada, ""))
				c.invite(t, ada, "ORG_EDITOR", "en")
			},
			Config:           config,
			ConfigPlanChecks: plans(plancheck.ExpectEmptyPlan()),
			ConfigStateChecks: []statecheck.StateCheck{
				attribute(member, "status", is("INVITED")),
				attribute(member, "id", knownvalue.Null()),
				attribute(member, "name", knownvalue.Null()),
				attribute(member, "invitation_id", c.ofInvitation(ada, invitationID)),
				c.wrote(),
				c.mailed(1),
			},
		},
		resource.TestStep{ // withdrawn and invited again with another role
			PreConfig: func() {
				must(t, c.WithdrawInvitation(ada))
				c.invite(t, ada, "ORG_ADMIN", "en")
			},
			Config:           config,
			ConfigPlanChecks: action(member, plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{
				attribute(member, "role", is("ORG_EDITOR")),
				attribute(member, "invitation_id", c.ofInvitation(ada, invitationID)),
				c.wrote("DELETE invitations", "POST invitations"),
				c.mailed(3),
			},
		},
	)
}

// Every row of what can be found on create.
func TestMember_adoptsWhatItFinds(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		prepare func(*testing.T, *cloud)
		status  string
		writes  []string
		mails   int // with those of the preparation
		warning []string
	}{
		{
			name:    "nothing",
			prepare: func(*testing.T, *cloud) {},
			status:  "INVITED", writes: []string{"POST invitations"}, mails: 1,
		},
		{
			name:    "a member with the role",
			prepare: func(t *testing.T, c *cloud) { c.addMember(t, "Ada@Example.com", "ORG_EDITOR") },
			status:  "ACTIVE",
			warning: []string{"Adopting ada@example.com", "is a member already, with the role ORG_EDITOR", "destroying the resource removes them"},
		},
		{
			name:    "a member with another role",
			prepare: func(t *testing.T, c *cloud) { c.addMember(t, ada, "ORG_VIEWER") },
			status:  "ACTIVE", writes: []string{"PATCH members"},
			warning: []string{"Adopting ada@example.com", "is a member already, with the role ORG_VIEWER"},
		},
		{
			name:    "a pending invitation that agrees",
			prepare: func(t *testing.T, c *cloud) { c.invite(t, "ADA@example.com", "ORG_EDITOR", "en") },
			status:  "INVITED", mails: 1,
			warning: []string{"Adopting ada@example.com", "has a pending invitation already", "no second mail goes out"},
		},
		{
			name:    "a pending invitation with another role",
			prepare: func(t *testing.T, c *cloud) { c.invite(t, ada, "ORG_VIEWER", "en") },
			status:  "INVITED", writes: []string{"DELETE invitations", "POST invitations"}, mails: 2,
			warning: []string{"Adopting ada@example.com", `as ORG_VIEWER in "en"`, "a second mail goes out"},
		},
		{
			name:    "a pending invitation in another language",
			prepare: func(t *testing.T, c *cloud) { c.invite(t, ada, "ORG_EDITOR", "fr") },
			status:  "INVITED", writes: []string{"DELETE invitations", "POST invitations"}, mails: 2,
			warning: []string{"Adopting ada@example.com", `as ORG_EDITOR in "fr"`},
		},
		{
			name: "an expired invitation",
			prepare: func(t *testing.T, c *cloud) {
				c.invite(t, ada, "ORG_EDITOR", "en")
				c.Advance(pastExpiry)
			},
			status: "INVITED", writes: []string{"DELETE invitations", "POST invitations"}, mails: 2,
			warning: []string{"Adopting ada@example.com", "expired at", "another is sent"},
		},
		{
			name: "an expired invitation and a pending one",
			prepare: func(t *testing.T, c *cloud) {
				c.invite(t, ada, "ORG_EDITOR", "en")
				c.Advance(pastExpiry)
				c.invite(t, ada, "ORG_EDITOR", "en")
			},
			status: "INVITED", mails: 2,
			warning: []string{"Adopting ada@example.com", "no second mail goes out"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t)
			test.prepare(t, c)
			config := values{"email": ada, "role": "ORG_EDITOR"}
			p := c.walk(t, nil).plan(t, member, object{}, config)
			p.diags.mustBeFree(t)
			o, diags := c.walk(t, nil).apply(t, p)
			diags.mustBeFree(t)

			wants(t, "the warning", diags.warnings(), test.warning...)
			for name, want := range map[string]string{"email": ada, "role": "ORG_EDITOR", "status": test.status, "language": "en"} {
				if got := o.text(t, name); got != want {
					t.Errorf("%s is %q, want %q", name, got, want)
				}
			}
			c.wroteNow(t, test.writes...)
			c.mailedNow(t, test.mails)
			if m, found := c.Member(ada); found && m.Role != "ORG_EDITOR" {
				t.Errorf("the cloud has the role %s", m.Role)
			}
			if i, found := c.Invitation(ada); found && (i.Role != "ORG_EDITOR" || i.Language != "en") {
				t.Errorf("the cloud has the invitation %+v", i)
			}
			c.mustBeEmpty(t, member, o, config)
			c.wroteNow(t)
		})
	}
}

func TestAccMember_acceptanceLeavesThePlanEmpty(t *testing.T) {
	c := startCloud(t)
	config := c.config(block(member, `email = "ada@example.com"`, `role = "ORG_EDITOR"`, `language = "fr"`))
	c.inTerraform(t, nil,
		resource.TestStep{Config: config, ConfigStateChecks: []statecheck.StateCheck{c.wrote("POST invitations")}},
		resource.TestStep{
			PreConfig:        func() { c.accept(t, ada) },
			Config:           config,
			ConfigPlanChecks: plans(plancheck.ExpectEmptyPlan()),
			ConfigStateChecks: []statecheck.StateCheck{
				wholly(member, map[string]knownvalue.Check{
					"id":                    c.ofMember(ada),
					"email":                 is(ada),
					"role":                  is("ORG_EDITOR"),
					"language":              is("fr"),
					"on_expired_invitation": is("resend"),
					"status":                is("ACTIVE"),
					"name":                  is("Ada Lovelace"),
					"username":              is(ada),
				}),
				c.wrote(),
				c.mailed(1),
			},
		},
	)
}

// A person may accept at any moment between a plan and its apply.
func TestMember_acceptsBetweenPlanAndApply(t *testing.T) {
	t.Parallel()
	t.Run("of a create", func(t *testing.T) {
		t.Parallel()
		c := startCloud(t).withOthersMaps(t)
		config := values{"email": ada, "role": "ORG_EDITOR"}
		c.invite(t, ada, "ORG_VIEWER", "en")
		p := c.walk(t, nil).plan(t, member, object{}, config)
		p.diags.mustBeFree(t)
		c.accept(t, ada)
		o, diags := c.walk(t, nil).apply(t, p)
		diags.mustBeFree(t)
		wants(t, "the warning", diags.warnings(), "Adopting", "is a member already, with the role ORG_VIEWER")
		c.wroteNow(t, "PATCH members")
		c.mailedNow(t, 1)
		c.mustBeEmpty(t, member, o, config)
	})

	invited := values{"email": ada, "role": "ORG_VIEWER", "language": "en"}
	for _, test := range []struct {
		name   string
		expire bool
		change values
		writes []string
	}{
		{name: "of a change of role", change: values{"role": "ORG_EDITOR"}, writes: []string{"PATCH members"}},
		{name: "of a change of language", change: values{"language": "fr"}},
		{name: "of a change that concerns only Terraform", change: values{"force_destroy": true}},
		{name: "of a second sending", expire: true, change: values{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t).withOthersMaps(t)
			o := c.create(t, member, invited)
			mails := 1
			if test.expire {
				c.Advance(pastExpiry)
				o = c.refreshed(t, member, o)
			}
			config := values{}
			for _, from := range []values{invited, test.change} {
				for name, value := range from {
					config[name] = value
				}
			}
			p := c.walk(t, nil).plan(t, member, o, config)
			p.diags.mustBeFree(t)
			if p.isEmpty() || p.replace {
				t.Fatalf("the plan is no update: %s", p.proposed)
			}
			if test.expire { // an expired invitation cannot be accepted, but a newer one of the portal's
				c.invite(t, ada, "ORG_VIEWER", "en")
				mails++
			}
			c.accept(t, ada)
			c.written()
			o, diags := c.walk(t, nil).apply(t, p)
			diags.mustBeFree(t)
			c.wroteNow(t, test.writes...)
			c.mailedNow(t, mails)
			o = c.refreshed(t, member, o)
			if o.text(t, "status") != "ACTIVE" || o.text(t, "id") == "" {
				t.Errorf("the state is %s", o.value)
			}
			c.mustBeEmpty(t, member, o, config)
		})
	}

	t.Run("of a destroy", func(t *testing.T) {
		t.Parallel()
		c := startCloud(t).withOthersMaps(t)
		o := c.create(t, member, invited)
		p := c.walk(t, nil).plan(t, member, o, nil)
		p.diags.mustBeFree(t)
		c.accept(t, ada)
		c.written()
		_, diags := c.walk(t, nil).apply(t, p)
		diags.mustBeFree(t)
		c.wroteNow(t, "DELETE members")
		if _, found := c.Member(ada); found {
			t.Error("they are a member still")
		}
	})
}

// Between two requests of an apply, too: the invitation is looked up, accepted, and then withdrawn in vain.
func TestMember_acceptsWhileTheInvitationIsWithdrawn(t *testing.T) {
	t.Parallel()
	invited := values{"email": ada, "role": "ORG_VIEWER", "language": "en"}
	promoted := values{"email": ada, "role": "ORG_EDITOR", "language": "en"}
	for _, test := range []struct {
		name     string
		from, to values // nil is absent
		warning  []string
		writes   []string
	}{
		{"create", nil, promoted, []string{"Adopting ada@example.com", "is a member already, with the role"}, []string{"DELETE invitations", "PATCH members"}},
		{"change of role", invited, promoted, nil, []string{"DELETE invitations", "PATCH members"}},
		{"destroy", invited, nil, nil, []string{"DELETE invitations", "DELETE members"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t).withOthersMaps(t)
			var o object
			if test.from != nil {
				o = c.create(t, member, test.from)
			} else {
				c.invite(t, ada, "ORG_VIEWER", "en")
			}
			p := c.walk(t, nil).plan(t, member, o, test.to)
			p.diags.mustBeFree(t)
			c.written()
			c.Use(acceptingFirst(c))
			_, diags := c.walk(t, nil).apply(t, p)
			diags.mustBeFree(t)
			wants(t, "the warning", diags.warnings(), test.warning...)
			c.wroteNow(t, test.writes...)
			c.mailedNow(t, 1)
			if m, found := c.Member(ada); found != (test.to != nil) || found && m.Role != "ORG_EDITOR" {
				t.Errorf("the cloud has %+v", m)
			}
		})
	}
}

func TestAccMember_expiredIsSentAgain(t *testing.T) {
	c := startCloud(t)
	config := c.config(block(member, `email = "ada@example.com"`, `role = "ORG_EDITOR"`, `language = "fr"`))
	c.inTerraform(t, nil,
		resource.TestStep{Config: config, ConfigStateChecks: []statecheck.StateCheck{c.wrote("POST invitations")}},
		resource.TestStep{
			PreConfig:        func() { c.Advance(pastExpiry) },
			Config:           config,
			ConfigPlanChecks: action(member, plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{
				attribute(member, "status", is("INVITED")),
				attribute(member, "language", is("fr")),
				attribute(member, "invitation_id", c.ofInvitation(ada, invitationID)),
				attribute(member, "invitation_expires_at", c.ofInvitation(ada, invitationEnd)),
				c.wrote("DELETE invitations", "POST invitations"),
				c.mailed(2),
			},
		},
	)
}

func TestAccMember_expiredIsKept(t *testing.T) {
	c := startCloud(t)
	config := c.config(block(member, `email = "ada@example.com"`, `role = "ORG_EDITOR"`, `on_expired_invitation = "keep"`))
	c.inTerraform(t, nil,
		resource.TestStep{Config: config, ConfigStateChecks: []statecheck.StateCheck{c.wrote("POST invitations")}},
		resource.TestStep{
			PreConfig:        func() { c.Advance(pastExpiry) },
			Config:           config,
			ConfigPlanChecks: plans(plancheck.ExpectEmptyPlan()),
			ConfigStateChecks: []statecheck.StateCheck{
				attribute(member, "status", is("EXPIRED")),
				c.wrote(),
				c.mailed(1),
			},
		},
	)
}

// What a plan says to the user about an invitation, which the CLI's test library does not show.
func TestMember_planSaysWhatBecomesOfAnInvitation(t *testing.T) {
	t.Parallel()
	invited := values{"email": ada, "role": "ORG_EDITOR", "language": "en", "on_expired_invitation": "resend"}
	for _, test := range []struct {
		name    string
		expire  bool
		change  values
		warning []string
	}{
		{name: "nothing while it is pending"},
		{name: "role", change: values{"role": "ORG_VIEWER"}, warning: []string{"ada@example.com will be invited again", "its link no longer works", "a second mail goes out"}},
		{name: "language", change: values{"language": "es"}, warning: []string{"ada@example.com will be invited again", "a second mail goes out"}},
		{name: "expired", expire: true, warning: []string{"The invitation to ada@example.com has expired and will be sent again", "It expired at", `on_expired_invitation = "keep"`}},
		{name: "expired and kept", expire: true, change: values{"on_expired_invitation": "keep"}, warning: []string{"The invitation to ada@example.com has expired", "It expired at", "stays as it is", `"resend"`}},
		{name: "expired and changed", expire: true, change: values{"role": "ORG_VIEWER"}, warning: []string{"ada@example.com will be invited again"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t)
			o := c.create(t, member, invited)
			if test.expire {
				test.warning = append(test.warning, invitationEnd(c.Invitations()[0]))
				c.Advance(pastExpiry)
			}
			config := values{}
			for _, from := range []values{invited, test.change} {
				for name, value := range from {
					config[name] = value
				}
			}
			p := c.walk(t, nil).plan(t, member, c.refreshed(t, member, o), config)
			p.diags.mustBeFree(t)
			if test.name == "expired and changed" {
				test.warning = test.warning[:1] // since when is beside the point
			}
			wants(t, "the warning", p.diags.warnings(), test.warning...)
		})
	}
}

func TestMember_destroyEndsTheMembership(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		between func(*testing.T, *cloud)
		status  string
		writes  []string
	}{
		{"invited", func(*testing.T, *cloud) {}, "INVITED", []string{"DELETE invitations"}},
		{"expired", func(_ *testing.T, c *cloud) { c.Advance(pastExpiry) }, "EXPIRED", []string{"DELETE invitations"}},
		{"active", func(t *testing.T, c *cloud) { c.accept(t, ada) }, "ACTIVE", []string{"DELETE members"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t).withOthersMaps(t)
			o := c.create(t, member, values{"email": ada, "role": "ORG_EDITOR"})
			test.between(t, c)
			o = c.refreshed(t, member, o)
			if got := o.text(t, "status"); got != test.status {
				t.Fatalf("status is %s", got)
			}
			c.written()
			p := c.walk(t, nil).plan(t, member, o, nil)
			p.diags.mustBeFree(t)
			_, diags := c.walk(t, nil).apply(t, p)
			diags.mustBeFree(t)
			c.wroteNow(t, test.writes...)
			if _, found := c.Member(ada); found || len(c.Invitations()) > 0 {
				t.Errorf("left: %+v, %+v", c.Members(), c.Invitations())
			}

			// What is gone already is no error.
			_, diags = c.walk(t, nil).apply(t, p)
			diags.mustBeFree(t)
			c.wroteNow(t)
		})
	}
}

// A plan that the cloud has overtaken is refused in words, and nothing is written.
func TestMember_leftBetweenPlanAndApply(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		leave func(*testing.T, *cloud)
	}{
		{"removed", func(t *testing.T, c *cloud) { must(t, c.RemoveMember(ada, "")) }},
		{"removed and invited again", func(t *testing.T, c *cloud) {
			must(t, c.RemoveMember(ada, ""))
			c.invite(t, ada, "ORG_VIEWER", "en")
		}},
		{"removed and a member again", func(t *testing.T, c *cloud) {
			must(t, c.RemoveMember(ada, ""))
			c.addMember(t, ada, "ORG_VIEWER")
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t)
			c.addMember(t, ada, "ORG_VIEWER")
			o := c.create(t, member, values{"email": ada, "role": "ORG_VIEWER"})
			p := c.walk(t, nil).plan(t, member, o, values{"email": ada, "role": "ORG_EDITOR"})
			p.diags.mustBeFree(t)
			test.leave(t, c)
			c.written()
			_, diags := c.walk(t, nil).apply(t, p)
			wants(t, "the error", diags.errors(), "Unable to change the membership of ada@example.com", "after Terraform planned", "Run terraform plan")
			c.wroteNow(t)
		})
	}
}

func TestAccMember_refusesWhatIsNotValid(t *testing.T) {
	c := startCloud(t)
	var steps []resource.TestStep
	for _, test := range []struct {
		arguments []string
		says      string
	}{
		{[]string{`email = "ada@example.com\nBcc: eve@example.com"`, `role = "ORG_EDITOR"`}, "contains a line break or another control character"},
		{[]string{`email = "Ada <ada@example.com>"`, `role = "ORG_EDITOR"`}, "without a display name or brackets"},
		{[]string{`email = "ada.example.com"`, `role = "ORG_EDITOR"`}, "is not an email address"},
		{[]string{`email = "` + strings.Repeat("a", 250) + `@example.com"`, `role = "ORG_EDITOR"`}, "is longer than 254 bytes"},
		{[]string{`email = ""`, `role = "ORG_EDITOR"`}, "is not an email address"},
		{[]string{`email = "ada@example.com"`, `role = "EDITOR"`}, `Attribute role value must be one of`},
		{[]string{`email = "ada@example.com"`, `role = "ORG_EDITOR"`, `language = "de"`}, `Attribute language value must be one of`},
		{[]string{`email = "ada@example.com"`, `role = "ORG_EDITOR"`, `on_expired_invitation = "ignore"`}, `Attribute on_expired_invitation value must be one of`},
		{[]string{`email = "ada@example.com"`, `role = "ORG_EDITOR"`, `transfer_ownership_to = "nobody"`}, "is not an email address"},
		{[]string{`email = "ada@example.com"`, `role = "ORG_EDITOR"`, `force_destroy = "perhaps"`}, "a bool is required"},
		{[]string{`email = "ada@example.com"`}, `The argument "role" is required`},
		{[]string{`role = "ORG_EDITOR"`}, `The argument "email" is required`},
	} {
		steps = append(steps, resource.TestStep{Config: c.config(block(member, test.arguments...)), ExpectError: says(test.says)})
	}
	c.inTerraform(t, nil, steps...)
	if sent := c.Requests(); len(sent) > 0 {
		t.Errorf("the cloud was asked: %v", sent)
	}
}

// Values from another resource are unknown while Terraform plans.
func TestAccMember_takesValuesThatAreKnownAfterApply(t *testing.T) {
	c := startCloud(t)
	from := func(email, role, language string) string {
		return c.config(fmt.Sprintf("resource \"terraform_data\" \"from\" {\n  input = [%q, %q, %q]\n}\n", email, role, language) +
			block(member, "email = terraform_data.from.output[0]", "role = terraform_data.from.output[1]", "language = terraform_data.from.output[2]"))
	}
	c.inTerraform(t, nil,
		resource.TestStep{
			Config: from(ada, "ORG_EDITOR", "fr"),
			ConfigPlanChecks: plans(
				plancheck.ExpectUnknownValue(tested(member), tfjsonpath.New("email")),
				plancheck.ExpectUnknownValue(tested(member), tfjsonpath.New("role")),
				plancheck.ExpectUnknownValue(tested(member), tfjsonpath.New("language")),
			),
			ConfigStateChecks: []statecheck.StateCheck{
				attribute(member, "email", is(ada)),
				attribute(member, "role", is("ORG_EDITOR")),
				attribute(member, "language", is("fr")),
				c.wrote("POST invitations"),
			},
		},
		resource.TestStep{
			Config:           from(grace, "ORG_VIEWER", "es"),
			ConfigPlanChecks: action(member, plancheck.ResourceActionDestroyBeforeCreate),
			ConfigStateChecks: []statecheck.StateCheck{
				attribute(member, "email", is(grace)),
				attribute(member, "role", is("ORG_VIEWER")),
				attribute(member, "language", is("es")),
				c.wrote("DELETE invitations", "POST invitations"),
			},
		},
	)
}

// An argument that turns out to be null once it is known is one that was left out.
func TestAccMember_languageThatIsNullAfterApplyIsTheDefault(t *testing.T) {
	c := startCloud(t)
	c.inTerraform(t, nil, resource.TestStep{
		Config: c.config("resource \"terraform_data\" \"from\" {\n  input = [null]\n}\n" +
			block(member, `email = "ada@example.com"`, `role = "ORG_EDITOR"`, "language = terraform_data.from.output[0]")),
		ConfigPlanChecks:  plans(plancheck.ExpectUnknownValue(tested(member), tfjsonpath.New("language"))),
		ConfigStateChecks: []statecheck.StateCheck{attribute(member, "language", is("en")), c.wrote("POST invitations")},
	})
}

// A role and a language that are unknown change a person in place.
func TestAccMember_takesARoleThatIsKnownAfterApply(t *testing.T) {
	c := startCloud(t)
	c.addMember(t, ada, "ORG_VIEWER")
	from := func(role, language string) string {
		return c.config(fmt.Sprintf("resource \"terraform_data\" \"from\" {\n  input = [%q, %q]\n}\n", role, language) +
			block(member, `email = "ada@example.com"`, "role = terraform_data.from.output[0]", "language = terraform_data.from.output[1]"))
	}
	c.inTerraform(t, nil,
		resource.TestStep{Config: from("ORG_VIEWER", "en"), ConfigStateChecks: []statecheck.StateCheck{c.wrote()}},
		resource.TestStep{
			Config:           from("ORG_EDITOR", "fr"),
			ConfigPlanChecks: action(member, plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{
				attribute(member, "role", is("ORG_EDITOR")),
				attribute(member, "language", is("fr")),
				c.wrote("PATCH members"),
			},
		},
		resource.TestStep{ // removed and invited again
			PreConfig: func() {
				must(t, c.RemoveMember(ada, ""))
				c.invite(t, ada, "ORG_EDITOR", "fr")
			},
			Config:           from("ORG_VIEWER", "fr"),
			ConfigPlanChecks: action(member, plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{
				attribute(member, "role", is("ORG_VIEWER")),
				attribute(member, "status", is("INVITED")),
				c.wrote("DELETE invitations", "POST invitations"),
				c.mailed(2),
			},
		},
	)
}

// A team is a map; whoever is taken out of it leaves, and nobody else is touched.
func TestAccMember_isOneOfATeam(t *testing.T) {
	c := startCloud(t)
	team := func(n int) string {
		var people strings.Builder
		for i := range n {
			fmt.Fprintf(&people, "    \"Person%d@example.com\" = %q\n", i, []string{"ORG_VIEWER", "ORG_EDITOR"}[i%2])
		}
		return c.config("locals {\n  team = {\n" + people.String() + "  }\n}\n" +
			"resource \"jmapcloud_member\" \"team\" {\n  for_each = local.team\n  email    = each.key\n  role     = each.value\n}\n")
	}
	c.inTerraform(t, nil,
		resource.TestStep{
			Config: team(10),
			ConfigStateChecks: []statecheck.StateCheck{
				c.mailed(10),
				c.wrote(slices.Repeat([]string{"POST invitations"}, 10)...),
				happens(func() error {
					for i := range 5 {
						if _, err := c.Accept(fmt.Sprintf("person%d@example.com", i), "Person", password); err != nil {
							return err
						}
					}
					return nil
				}),
			},
		},
		resource.TestStep{
			Config:            team(10),
			ConfigPlanChecks:  plans(plancheck.ExpectEmptyPlan()),
			ConfigStateChecks: []statecheck.StateCheck{c.wrote(), c.mailed(10)},
		},
		resource.TestStep{
			Config: team(9),
			ConfigPlanChecks: plans(
				plancheck.ExpectResourceAction(`jmapcloud_member.team["Person9@example.com"]`, plancheck.ResourceActionDestroy),
				plancheck.ExpectResourceAction(`jmapcloud_member.team["Person0@example.com"]`, plancheck.ResourceActionNoop),
			),
			ConfigStateChecks: []statecheck.StateCheck{c.wrote("DELETE invitations"), c.mailed(10)},
		},
		resource.TestStep{ // the library cannot destroy what for_each made, so this step does
			Config: team(0),
			ConfigStateChecks: []statecheck.StateCheck{
				happens(func() error { return c.isLeftWith() }),
				happens(func() error {
					writes := c.written()
					slices.Sort(writes)
					want := append(slices.Repeat([]string{"DELETE invitations"}, 4), slices.Repeat([]string{"DELETE members"}, 5)...)
					if !slices.Equal(writes, want) {
						return fmt.Errorf("the step wrote %q, want %q", writes, want)
					}
					return nil
				}),
			},
		},
	)
}
