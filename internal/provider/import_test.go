package provider_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// Whatever names an object, the same is imported.
func TestImport_byEveryName(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	home := c.Account().OrganizationID
	m := c.addMember(t, "Grace@Example.com", "ORG_VIEWER")
	i := c.invite(t, "Ada@Example.com", "ORG_EDITOR", "fr")
	k := c.addKey(t, "ci", "ORG_EDITOR", 30)
	for typeName, ways := range map[string][][]string{
		organization: {{home, "Simulated Organization"}},
		apiKey:       {{k.ID, "ci"}},
		member:       {{m.ID, grace, " GRACE@example.COM "}, {ada, "ADA@example.com"}},
		invitation:   {{i.ID, ada, " ADA@example.COM "}},
	} {
		for _, names := range ways {
			first, diags := c.imported(t, nil, typeName, names[0], nil)
			diags.mustBeFree(t)
			for _, name := range names[1:] {
				other, diags := c.imported(t, nil, typeName, name, nil)
				diags.mustBeFree(t)
				if first.value.IsNull() || !other.value.Equal(first.value) {
					t.Errorf("%s: %s is\n%s\nand %s is\n%s", typeName, names[0], first.value, name, other.value)
				}
			}
		}
	}
}

func TestImport_ambiguousNameIsRefusedWithTheCandidates(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	var keys, organizations [2]string
	for n := range 2 {
		keys[n] = c.addKey(t, "twin", "ORG_EDITOR", 30).ID
		o, err := c.AddOrganization("Roads", c.Account().Username)
		must(t, err)
		organizations[n] = o.ID
	}
	old := c.invite(t, ada, "ORG_EDITOR", "en")
	c.Advance(pastExpiry)
	latest := c.invite(t, ada, "ORG_VIEWER", "fr")
	for typeName, test := range map[string]struct{ name, says string }{
		apiKey:       {"twin", `2 API keys in the organization have the name "twin"; use the id of one: ` + keys[0] + ", " + keys[1]},
		organization: {"Roads", `2 organizations of the account have the id or the name "Roads"; use the id of one: ` + organizations[0] + ", " + organizations[1]},
		invitation:   {ada, "2 invitations in the organization have the email ada@example.com; use the id of one: " + old.ID + ", " + latest.ID},
	} {
		_, diags := c.imported(t, nil, typeName, test.name, nil)
		wants(t, typeName+": the error", diags.errors(), test.says)
	}

	// An identity is a person's, and the invitation that counts is the one that can be accepted longest.
	for typeName, id := range map[string]string{invitation: "id", member: "invitation_id"} {
		o, diags := c.imported(t, nil, typeName, "", values{"email": ada})
		diags.mustBeFree(t)
		if got := o.text(t, id); got != latest.ID {
			t.Errorf("%s: imported the invitation %s, want %s", typeName, got, latest.ID)
		}
	}
}

// What is not there is said to be missing, by the name that was given.
func TestImport_ofNothingIsRefused(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	for _, test := range []struct{ typeName, name, says string }{
		{member, "nobody@example.com", `no person invited to it, has the email or id "nobody@example.com"`},
		{member, "auth0|000000000000000000000000", `has the email or id "auth0|000000000000000000000000"`},
		{invitation, "nobody@example.com", "No invitation in the organization has the email nobody@example.com"},
		{invitation, "no-such-id", `No invitation in the organization has the id "no-such-id"`},
		{apiKey, "nobody's", `No API key in the organization has the name "nobody's"`},
		{apiKey, unknownID, `No API key in the organization has the name "` + unknownID + `"`},
		{organization, unknownID, `No organization of the account has the id or the name "` + unknownID + `"`},
	} {
		o, diags := c.imported(t, nil, test.typeName, test.name, nil)
		wants(t, "the error for "+test.name, diags.errors(), test.says)
		if !isNothing(o.value) {
			t.Errorf("%q was imported as %s", test.name, o.value)
		}
	}
}

func TestImport_organizationThatMayNotBeTouchedIsRefused(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	roads, err := c.AddOrganization("Roads", c.Account().Username)
	must(t, err)
	block := values{"allowed_organization_ids": []string{c.Account().OrganizationID}}
	for _, name := range []string{"Roads", roads.ID} {
		_, diags := c.imported(t, block, organization, name, nil)
		wants(t, "the error for "+name, diags.errors(), "is not among the allowed ones")
	}
	_, diags := c.imported(t, nil, organization, "roads", nil)
	wants(t, "the error", diags.errors(), `No organization of the account has the id or the name "roads"`)
}

// What is an id elsewhere in the API's paths is none here: self would import the account in use.
func TestImport_wordOfTheAPIIsNoID(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	for typeName, data := range map[string]string{member: memberData, invitation: invitationData, apiKey: apiKeyData} {
		for _, id := range []string{"self", "Self", "self/", "../members/self"} {
			_, diags := c.imported(t, nil, typeName, id, nil)
			if !diags.hasError() {
				t.Errorf("%s %q was imported", typeName, id)
			}
			if typeName != member {
				wants(t, "the advice", diags.errors(), "data source jmapcloud_"+strings.TrimPrefix(typeName, "jmapcloud_")+"s ")
			}
		}
		c.badData(t, data, values{"id": "self"}, "data source "+data+"s ")
	}
	c.wroteNow(t)
}

// Import blocks take any name that terraform import takes and plan nothing else; removed blocks let go of everything, the account in use
// included, and change nothing either. Removed blocks came with Terraform 1.7.
func TestAccImport_blocksAndRemovedBlocksChangeNothing(t *testing.T) {
	c := startCloud(t)
	own, self := c.Organizations()[0], c.Account().Username
	m := c.addMember(t, ada, "ORG_ADMIN")
	sent := c.invite(t, lead, "ORG_EDITOR", "fr")
	c.invite(t, grace, "ORG_VIEWER", "es")
	k := c.addKey(t, "ci", "ORG_EDITOR", 30)
	c.ClearRequests()
	before := c.standing()
	objects := []struct{ typeName, label, id, arguments string }{
		{organization, "test", own.ID, fmt.Sprintf("name = %q", own.Name)},
		{member, "test", m.ID, "email = \"Ada@example.com\"\n  role = \"ORG_ADMIN\""},
		{member, "self", self, fmt.Sprintf("email = %q\n  role = \"ORG_ADMIN\"", self)},
		{member, "invited", "GRACE@example.com", "email = \"Grace@example.com\"\n  role = \"ORG_VIEWER\"\n  language = \"es\""},
		{invitation, "test", sent.ID, "email = \"Lead@example.com\"\n  role = \"ORG_EDITOR\"\n  language = \"fr\""},
		{apiKey, "test", "ci", fmt.Sprintf("name = \"ci\"\n  role = \"ORG_EDITOR\"\n  expires_at = %q", k.ExpiresAt.Format(time.RFC3339))},
	}
	var imported, removed string
	var unchanged []plancheck.PlanCheck
	for _, o := range objects {
		address := o.typeName + "." + o.label
		imported += fmt.Sprintf("resource %q %q {\n  %s\n}\nimport {\n  to = %s\n  id = %q\n}\n", o.typeName, o.label, o.arguments, address, o.id)
		removed += fmt.Sprintf("removed {\n  from = %s\n  lifecycle {\n    destroy = false\n  }\n}\n", address)
		unchanged = append(unchanged, plancheck.ExpectResourceAction(address, plancheck.ResourceActionNoop))
	}
	same := happens(func() error {
		if after := c.standing(); !slices.Equal(after, before) {
			return fmt.Errorf("the cloud has %q, and had %q", after, before)
		}
		return nil
	})
	resource.ParallelTest(t, resource.TestCase{
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_7_0)},
		ProtoV6ProviderFactories: factories(t),
		Steps: []resource.TestStep{
			{
				Config:           c.config(imported),
				ConfigPlanChecks: plans(unchanged...),
				ConfigStateChecks: []statecheck.StateCheck{
					wholly(organization, c.organizationFacts(own.Name, true)),
					wholly(apiKey, keyFacts(k)), // without its secret
					attribute(member, "id", is(m.ID)),
					attribute(invitation, "id", is(sent.ID)),
					c.wrote(), c.mailed(2), same,
				},
			},
			{
				Config:            c.config(removed),
				ConfigPlanChecks:  plans(plancheck.ExpectNonEmptyPlan()),
				ConfigStateChecks: []statecheck.StateCheck{empty(), c.wrote(), c.mailed(2), same},
			},
		},
	})
}

// To import many costs as much as to import one: the lists are read once.
func TestImport_ofManyReadsTheListsOnce(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	c.Seed(simulator.Seed{Members: 20, Invitations: 20, APIKeys: 20})
	w := c.walk(t, nil)
	c.ClearRequests()
	began := time.Now()
	for typeName, names := range map[string][]string{
		member:     append(mapped(c.Members(), func(m simulator.Member) string { return m.Email }), mapped(c.Invitations(), func(i simulator.Invitation) string { return i.Email })...),
		invitation: mapped(c.Invitations(), func(i simulator.Invitation) string { return i.ID }),
		apiKey:     mapped(c.APIKeys(), func(k simulator.APIKey) string { return k.ID }),
	} {
		for _, name := range names {
			o, diags := w.imported(t, &tfprotov6.ImportResourceStateRequest{TypeName: typeName, ID: name})
			diags.mustBeFree(t)
			if o.value.IsNull() {
				t.Fatalf("%s %s was not found", typeName, name)
			}
		}
	}
	if n := len(c.Requests()); n > 20 {
		t.Errorf("81 imports took %d requests, and %s: %v", n, time.Since(began), c.Requests())
	}
}

func mapped[T any](all []T, name func(T) string) []string {
	var list []string
	for _, one := range all {
		list = append(list, name(one))
	}
	return list
}
