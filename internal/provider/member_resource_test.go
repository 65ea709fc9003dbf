package provider_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
)

// One life in real Terraform. Every state and event is a row in person_states_test.go.
func TestAccMember_lives(t *testing.T) {
	c := startCloud(t).withOthersMaps(t)
	person := func(email, role string) string {
		return c.config(block(member, fmt.Sprintf("email = %q", email), fmt.Sprintf("role = %q", role), `language = "fr"`, `on_expired_invitation = "keep"`,
			fmt.Sprintf("transfer_ownership_to = %q", c.Account().Username), "force_destroy = true"))
	}
	all := func(role string, more map[string]knownvalue.Check) statecheck.StateCheck {
		want := map[string]knownvalue.Check{
			"email":                 is("Ada@Example.com"),
			"role":                  is(role),
			"language":              is("fr"),
			"on_expired_invitation": is("keep"),
			"transfer_ownership_to": is(c.Account().Username),
			"force_destroy":         knownvalue.Bool(true),
		}
		maps.Copy(want, more)
		return wholly(member, want)
	}
	invited := map[string]knownvalue.Check{ // id, name and username are null
		"status":                is("INVITED"),
		"invitation_id":         c.ofInvitation(ada, invitationID),
		"invitation_link":       c.ofInvitation(ada, invitationLink),
		"invitation_expires_at": c.ofInvitation(ada, invitationEnd),
	}
	update := plancheck.ExpectResourceAction(tested(member), plancheck.ResourceActionUpdate)
	c.inTerraform(t, nil,
		resource.TestStep{
			Config:           person("Ada@Example.com", "ORG_VIEWER"),
			ConfigPlanChecks: action(member, plancheck.ResourceActionCreate),
			ConfigStateChecks: []statecheck.StateCheck{
				all("ORG_VIEWER", invited),
				statecheck.ExpectSensitiveValue(tested(member), tfjsonpath.New("invitation_link")),
				c.wrote("POST invitations"),
				c.mailedTo("Ada@Example.com", "fr"),
			},
		},
		resource.TestStep{
			ResourceName: tested(member), ImportState: true, ImportStateId: "ADA@example.com",
			ImportStateVerify: true, ImportStateVerifyIdentifierAttribute: "invitation_id", // id is null until accepted
			ImportStateVerifyIgnore: []string{"on_expired_invitation", "transfer_ownership_to", "force_destroy"}, // the cloud does not know what concerns only Terraform
		},
		resource.TestStep{
			Config:            person("Ada@Example.com", "ORG_EDITOR"),
			ConfigPlanChecks:  plans(update, plancheck.ExpectUnknownValue(tested(member), tfjsonpath.New("invitation_link"))),
			ConfigStateChecks: []statecheck.StateCheck{all("ORG_EDITOR", invited), c.wrote("DELETE invitations", "POST invitations"), c.mailed(2)},
		},
		resource.TestStep{
			PreConfig: func() {
				c.accept(t, ada)
				must(t, c.SetRole(ada, "ORG_ADMIN"))
			},
			Config: person("Ada@Example.com", "ORG_EDITOR"),
			ConfigPlanChecks: plans(update,
				plancheck.ExpectKnownValue(tested(member), tfjsonpath.New("status"), is("ACTIVE")),
				plancheck.ExpectKnownValue(tested(member), tfjsonpath.New("role"), is("ORG_EDITOR"))),
			ConfigStateChecks: []statecheck.StateCheck{
				all("ORG_EDITOR", map[string]knownvalue.Check{ // what belongs to an invitation is null
					"status": is("ACTIVE"), "id": c.ofMember(ada), "name": is("Ada Lovelace"), "username": is("Ada@Example.com"),
				}),
				c.wrote("PATCH members"),
				c.mailed(2),
			},
		},
		resource.TestStep{
			Config:           person(grace, "ORG_EDITOR"),
			ConfigPlanChecks: action(member, plancheck.ResourceActionDestroyBeforeCreate),
			ConfigStateChecks: []statecheck.StateCheck{
				attribute(member, "email", is(grace)),
				attribute(member, "status", is("INVITED")),
				attribute(member, "id", knownvalue.Null()),
				c.wrote("DELETE members", "POST invitations"),
				c.mailed(3),
			},
		},
	)
}

func TestMember_isAdoptedWhenActive(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	m := c.addMember(t, ada, "ORG_EDITOR")
	config := values{"email": ada, "role": "ORG_EDITOR"}
	r := c.run(t, member, object{}, config, nil)
	wants(t, "error", r.errors)
	mustHave(t, member, r.value, map[string]knownvalue.Check{ // what belongs to an invitation is null
		"id":                    is(m.ID),
		"email":                 is(ada),
		"role":                  is("ORG_EDITOR"),
		"language":              is("en"),
		"on_expired_invitation": is("resend"),
		"status":                is("ACTIVE"),
		"name":                  is(m.Name),
		"username":              is(ada),
	})
	c.mustBeEmpty(t, member, r.object, config)
	c.mustImport(t, member, r.object, []string{"language"}, m.ID, " ADA@Example.com") // the cloud does not tell in what language a member was invited
	c.wroteNow(t)
	c.mailedNow(t, 0)
}

// Imported people, a member and an invitee, stay as they are when the configuration says the same, in a spelling of its own.
func TestPerson_isImportedAndThePlanIsEmpty(t *testing.T) {
	t.Parallel()
	c := startCloud(t).withOthersMaps(t)
	m := c.addMember(t, ada, "ORG_EDITOR")
	sent := c.invite(t, grace, "ORG_VIEWER", "es")
	c.ClearRequests()
	invited := values{"email": "Grace@example.com", "role": "ORG_VIEWER", "language": "es"}
	for _, test := range []struct {
		typeName string
		config   values
		names    []string
	}{
		{member, values{"email": "Ada@example.com", "role": "ORG_EDITOR"}, []string{m.ID, "Ada@EXAMPLE.com"}},
		{member, invited, []string{sent.ID, "GRACE@example.com"}},
		{invitation, invited, []string{sent.ID, "GRACE@example.com"}},
	} {
		for _, name := range test.names {
			o, diags := c.imported(t, nil, test.typeName, name, nil)
			diags.mustBeFree(t)
			r := c.run(t, test.typeName, o, test.config, nil)
			wants(t, "error", r.errors)
			wants(t, "warning", r.warnings)
			if !r.nothing {
				t.Errorf("the plan after the import of %s %q is %s", test.typeName, name, r.plan.proposed)
			}
			if id := map[string]string{member: "invitation_id", invitation: "id"}[test.typeName]; test.config["email"] == invited["email"] && r.text(t, id) != sent.ID {
				t.Errorf("%s %q is the invitation %q", test.typeName, name, r.text(t, id))
			}
		}
	}
	c.wroteNow(t)
	c.mailedNow(t, 1)
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

func TestMember_spellingOfAnEmailIsNoChange(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	self := c.Account().Username
	o := object{}
	for n, test := range []struct{ email, successor, status string }{
		{" Ada@Example.com", self, "INVITED"},
		{"ada@EXAMPLE.com  ", strings.ToUpper(self), "INVITED"},
		{"ada@EXAMPLE.com", self, "ACTIVE"}, // the cloud tells its own spelling of a member's email
	} {
		if test.status == "ACTIVE" {
			c.accept(t, ada)
		}
		r := c.run(t, member, o, values{"email": test.email, "role": "ORG_EDITOR", "transfer_ownership_to": test.successor}, nil)
		wants(t, "error", r.errors)
		if o = r.object; n > 0 && !r.nothing {
			t.Errorf("the plan for %q is %s", test.email, r.plan.proposed)
		}
		for name, want := range map[string]string{"email": " Ada@Example.com", "transfer_ownership_to": self, "status": test.status} {
			if got := o.text(t, name); got != want {
				t.Errorf("%q: %s is %q, want %q", test.email, name, got, want)
			}
		}
	}
	c.wroteNow(t, "POST invitations")
	c.mailedNow(t, 1)
}

// A plus-address is an address of its own, and the two forms of an internationalised domain are one.
func TestPerson_hasOneEmailInEachFormOfItsDomain(t *testing.T) {
	t.Parallel()
	c := startCloud(t).withOthersMaps(t)
	c.addMember(t, "ada@xn--mnchen-3ya.example", "ORG_EDITOR")
	for _, test := range []struct{ typeName, first, second, status string }{
		{member, "ada@münchen.example", "Ada@XN--MNCHEN-3YA.example", "ACTIVE"},
		{member, "ada+maps@münchen.example", "ada+maps@xn--mnchen-3ya.example", "INVITED"},
		{invitation, " Grace+Maps@münchen.example", "grace+maps@xn--mnchen-3ya.example ", "PENDING"},
	} {
		r := c.run(t, test.typeName, object{}, values{"email": test.first, "role": "ORG_EDITOR"}, nil)
		wants(t, "error", r.errors)
		r = c.run(t, test.typeName, r.object, values{"email": test.second, "role": "ORG_EDITOR"}, nil)
		wants(t, "error", r.errors)
		if got := r.text(t, "email") + " " + r.text(t, "status"); !r.nothing || got != test.first+" "+test.status {
			t.Errorf("%q is %s, and the plan is %s", test.second, got, r.plan.proposed)
		}
	}
	c.wroteNow(t, "POST invitations", "POST invitations")
	c.mailedNow(t, 2)
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

// A role and a language that are known only to the apply change a person in place: a member by a change, an invitee by another mail.
func TestMember_takesARoleThatIsKnownAfterApply(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	c.addMember(t, ada, "ORG_VIEWER")
	c.ClearRequests()
	early := values{"email": ada, "role": unknown, "language": unknown}
	o := object{}
	for n, test := range []struct {
		role, language, status string
		writes                 []string
		mails                  int
	}{
		{"ORG_VIEWER", "en", "ACTIVE", nil, 0},
		{"ORG_EDITOR", "fr", "ACTIVE", []string{"PATCH members"}, 0},
		{"ORG_VIEWER", "fr", "INVITED", []string{"DELETE invitations", "POST invitations"}, 2}, // removed and invited again
	} {
		if test.mails == 2 {
			must(t, c.RemoveMember(ada, ""))
			c.invite(t, ada, "ORG_EDITOR", "fr")
			c.ClearRequests()
		}
		r := c.runLater(t, member, o, early, values{"email": ada, "role": test.role, "language": test.language}, nil)
		wants(t, "error", r.errors)
		if n > 0 && r.plan.replace {
			t.Error("the plan replaces the person")
		}
		for name, want := range map[string]string{"role": test.role, "language": test.language, "status": test.status} {
			if got := r.text(t, name); got != want {
				t.Errorf("%s is %q, want %q", name, got, want)
			}
		}
		c.wroteNow(t, test.writes...)
		c.mailedNow(t, test.mails)
		o = r.object
	}
}

// An argument that turns out to be null once it is known is one that was left out.
func TestPerson_languageThatIsNullAfterApplyIsTheDefault(t *testing.T) {
	t.Parallel()
	for _, typeName := range []string{member, invitation} {
		c := startCloud(t)
		r := c.runLater(t, typeName, object{}, values{"email": ada, "role": "ORG_EDITOR", "language": unknown}, values{"email": ada, "role": "ORG_EDITOR"}, nil)
		wants(t, "error", r.errors)
		if i, _ := c.Invitation(ada); r.text(t, "language") != "en" || i.Language != "en" {
			t.Errorf("%s: the language is %q, and the cloud has %+v", typeName, r.text(t, "language"), i)
		}
		c.wroteNow(t, "POST invitations")
	}
}

// Ten people are created at once. Whoever is taken out leaves, and no other is touched; who has accepted an invitation stays when it ends.
func TestPerson_isOneOfMany(t *testing.T) {
	t.Parallel()
	const n = 10
	for typeName, stay := range map[string]bool{member: false, invitation: true} {
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t).withOthersMaps(t)
			emails, objects := make([]string, n), make([]object, n)
			for i := range emails {
				emails[i] = fmt.Sprintf("Person%d@example.com", i)
			}
			// run plans every object in one walk and applies what there is to do in another, all at once, as Terraform does. It returns who is changed.
			run := func(configured int) (changed []int) {
				t.Helper()
				planning, applying := c.walk(t, nil), c.walk(t, nil)
				plans := make([]planned, n)
				each(n, func(i int) {
					var config values
					if i < configured {
						config = values{"email": emails[i], "role": []string{"ORG_VIEWER", "ORG_EDITOR"}[i%2]}
					}
					if !isNothing(objects[i].value) {
						var diags diagnostics
						objects[i], diags = planning.read(t, typeName, objects[i])
						diags.mustBeFree(t)
					}
					if config == nil && isNothing(objects[i].value) {
						return
					}
					plans[i] = planning.plan(t, typeName, objects[i], config)
					plans[i].diags.mustBeFree(t)
				})
				each(n, func(i int) {
					if plans[i].typeName == "" || plans[i].isEmpty() {
						return
					}
					var diags diagnostics
					objects[i], diags = applying.apply(t, plans[i])
					diags.mustBeFree(t)
				})
				for i, p := range plans {
					if p.typeName != "" && !p.isEmpty() {
						changed = append(changed, i)
					}
				}
				return changed
			}
			run(n)
			c.wroteNow(t, slices.Repeat([]string{"POST invitations"}, n)...)
			for _, email := range emails[:n/2] {
				must(t, ignore(c.Accept(email, "Person", password)))
			}
			if changed := run(n); len(changed) > 0 {
				t.Errorf("the plan changes %v", changed)
			}
			c.wroteNow(t)
			if changed := run(n - 1); !slices.Equal(changed, []int{n - 1}) {
				t.Errorf("the plan changes %v", changed)
			}
			c.wroteNow(t, "DELETE invitations")
			run(0)
			want, left := slices.Repeat([]string{"DELETE invitations"}, n/2-1), emails[:n/2]
			if !stay {
				want, left = append(want, slices.Repeat([]string{"DELETE members"}, n/2)...), nil
			}
			writes := c.written()
			slices.Sort(writes)
			sameLists(t, "written", writes, want)
			must(t, c.isLeftWith(left...))
			c.mailedNow(t, n)
		})
	}
}

// each does something n times at once.
func each(n int, do func(int)) {
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { do(i) })
	}
	all.Wait()
}
