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

// One life in real Terraform. Every state and event is a row in person_states_test.go.
func TestAccMember_lives(t *testing.T) {
	c := startCloud(t).withOthersMaps(t)
	person := func(email, role string, more ...string) string {
		return c.config(block(member, append([]string{fmt.Sprintf("email = %q", email), fmt.Sprintf("role = %q", role)}, more...)...))
	}
	update := plancheck.ExpectResourceAction(tested(member), plancheck.ResourceActionUpdate)
	resent := func(mails int, checks ...statecheck.StateCheck) []statecheck.StateCheck {
		return append(checks,
			attribute(member, "status", is("INVITED")),
			attribute(member, "invitation_id", c.ofInvitation(ada, invitationID)),
			attribute(member, "invitation_link", c.ofInvitation(ada, invitationLink)),
			attribute(member, "invitation_expires_at", c.ofInvitation(ada, invitationEnd)),
			c.wrote("DELETE invitations", "POST invitations"),
			c.mailed(mails))
	}
	c.inTerraform(t, nil,
		resource.TestStep{
			Config: person(ada, "ORG_VIEWER", `language = "fr"`),
			ConfigStateChecks: []statecheck.StateCheck{
				c.wrote("POST invitations"),
				happens(func() error { return c.WithdrawInvitation(ada) }),
			},
			ExpectNonEmptyPlan: true,
			ConfigPlanChecks: resource.ConfigPlanChecks{
				PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectResourceAction(tested(member), plancheck.ResourceActionCreate)},
			},
		},
		resource.TestStep{
			Config:            person(ada, "ORG_VIEWER", `language = "fr"`),
			ConfigStateChecks: []statecheck.StateCheck{c.wrote("POST invitations"), c.mailed(2)},
		},
		resource.TestStep{
			Config:            person(ada, "ORG_EDITOR", `language = "fr"`),
			ConfigPlanChecks:  plans(update, plancheck.ExpectUnknownValue(tested(member), tfjsonpath.New("invitation_link"))),
			ConfigStateChecks: resent(3, attribute(member, "role", is("ORG_EDITOR"))),
		},
		resource.TestStep{
			PreConfig:         func() { c.Advance(pastExpiry) },
			Config:            person(ada, "ORG_EDITOR", `language = "fr"`),
			ConfigPlanChecks:  plans(update),
			ConfigStateChecks: resent(4, attribute(member, "language", is("fr"))),
		},
		resource.TestStep{
			PreConfig:        func() { c.accept(t, ada) },
			Config:           person(ada, "ORG_EDITOR", `language = "fr"`),
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
			},
		},
		resource.TestStep{
			PreConfig: func() { must(t, c.SetRole(ada, "ORG_ADMIN")) },
			Config:    person(ada, "ORG_EDITOR", `language = "fr"`),
			ConfigPlanChecks: plans(update,
				plancheck.ExpectKnownValue(tested(member), tfjsonpath.New("status"), is("ACTIVE")),
				plancheck.ExpectKnownValue(tested(member), tfjsonpath.New("role"), is("ORG_EDITOR"))),
			ConfigStateChecks: []statecheck.StateCheck{c.wrote("PATCH members"), c.mailed(4)},
		},
		resource.TestStep{
			Config:           person(grace, "ORG_EDITOR"),
			ConfigPlanChecks: action(member, plancheck.ResourceActionDestroyBeforeCreate),
			ConfigStateChecks: []statecheck.StateCheck{
				attribute(member, "email", is(grace)),
				attribute(member, "status", is("INVITED")),
				attribute(member, "id", knownvalue.Null()),
				c.wrote("DELETE members", "POST invitations"),
				c.mailed(5),
			},
		},
	)
}

func TestAccMember_isAdoptedWhenActive(t *testing.T) {
	c := startCloud(t).withOthersMaps(t)
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
			ExpectError: says(`no person invited to it, has the email or id "nobody@example.com"`),
		},
		resource.TestStep{
			ResourceName: tested(member), ImportState: true, ImportStateId: "auth0|000000000000000000000000",
			ExpectError: says(`has the email or id "auth0|000000000000000000000000"`),
		},
	)
}

// An import block plans the import and nothing else, whichever key names the person.
func TestAccMember_importBlockChangesNothing(t *testing.T) {
	c := startCloud(t).withOthersMaps(t)
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
	c := startCloud(t).withOthersMaps(t)
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
	c := startCloud(t).withOthersMaps(t)
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

// A person may accept between two requests of an apply: the invitation is looked up, accepted, and then withdrawn in vain.
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

// A team is a map; whoever is taken out of it leaves, and no other member is touched.
func TestAccMember_isOneOfATeam(t *testing.T) {
	c := startCloud(t).withOthersMaps(t)
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
