package provider_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// One life in real Terraform.
func TestAccOrganization_lives(t *testing.T) {
	c := startCloud(t)
	id := statecheck.CompareValue(compare.ValuesSame())
	same := func(checks ...statecheck.StateCheck) []statecheck.StateCheck {
		return append(checks, id.AddStateValue(tested(organization), tfjsonpath.New("id")))
	}
	c.organizations(t,
		resource.TestStep{
			Config: c.organization("Roads"),
			ConfigPlanChecks: plans(
				plancheck.ExpectResourceAction(tested(organization), plancheck.ResourceActionCreate),
				plancheck.ExpectKnownValue(tested(organization), tfjsonpath.New("deletion_protection"), knownvalue.Bool(true)),
				plancheck.ExpectUnknownValue(tested(organization), tfjsonpath.New("id"))),
			ConfigStateChecks: same(wholly(organization, c.organizationFacts("Roads", true)), c.did("POST")),
		},
		resource.TestStep{ResourceName: tested(organization), ImportState: true, ImportStateVerify: true}, // nothing left out
		resource.TestStep{Config: c.organization("Roads"), Destroy: true, ExpectError: says(`The organization "Roads" is protected from deletion`)},
		resource.TestStep{
			Config: c.organization("Rivers", unprotected),
			ConfigPlanChecks: plans(
				plancheck.ExpectResourceAction(tested(organization), plancheck.ResourceActionUpdate),
				plancheck.ExpectKnownValue(tested(organization), tfjsonpath.New("name"), is("Rivers")),
				plancheck.ExpectKnownValue(tested(organization), tfjsonpath.New("id"), c.ofNewest(organizationID)),
				plancheck.ExpectKnownValue(tested(organization), tfjsonpath.New("created_at"), c.ofNewest(organizationMade))),
			ConfigStateChecks: same(wholly(organization, c.organizationFacts("Rivers", false)), c.did("PATCH"), happens(func() error { return c.isNewest("Rivers") })),
		},
	)
}

// The plan of a new organization says what will be known only afterwards, and its import brings all of it.
func TestOrganization_isMadeOfItsName(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	config := values{"name": "Roads"}
	r := c.run(t, organization, object{}, config, nil)
	wants(t, "error", r.errors)
	if got := r.plan.unknowns(t); got != "active created_at created_by id" {
		t.Errorf("known after apply: %s", got)
	}
	mustHave(t, organization, r.value, c.organizationFacts("Roads", true))
	must(t, c.hasDone("POST"))
	c.mustBeEmpty(t, organization, r.object, config)
	c.mustImport(t, organization, r.object, nil, r.text(t, "id"), "Roads")
	must(t, c.hasDone())
}

// The plan refuses; and as a -replace shows its deletion to no plan, so does the deletion itself.
func TestOrganization_protectedIsRefusedTwice(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	config := values{"name": "Roads", "deletion_protection": true}
	o := c.create(t, organization, config)
	wants(t, "the error of the plan", c.walk(t, nil).plan(t, organization, o, nil).diags.errors(), `The organization "Roads" is protected from deletion`)
	w := c.walk(t, nil)
	p := w.plan(t, organization, o, config)
	wants(t, "error", p.diags.errors())
	after, diags := w.apply(t, w.destroyed(p))
	wants(t, "error", diags.errors(), `The organization "Roads" is protected from deletion`, "set deletion_protection = false, apply, and destroy then", "terraform state rm")
	if at := diags[0].Attribute.String(); at != `AttributeName("deletion_protection")` {
		t.Errorf("the error stands at %s", at)
	}
	if after.value.IsNull() || c.newest().Name != "Roads" {
		t.Error("it was deleted")
	}
}

// What most users do: the organization that exists is imported and then managed.
func TestOrganization_ownIsImportedAndRenamed(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	own := c.Organizations()[0]
	o, diags := c.imported(t, nil, organization, own.ID, nil)
	diags.mustBeFree(t)
	mustHave(t, organization, o.value, c.organizationFacts(own.Name, true))
	c.mustBeEmpty(t, organization, o, values{"name": own.Name})
	must(t, c.hasDone())
	r := c.run(t, organization, o, values{"name": "Rivers"}, nil)
	wants(t, "error", r.errors)
	mustHave(t, organization, r.value, c.organizationFacts("Rivers", true))
	must(t, c.hasDone("PATCH"))
	must(t, c.isNewest("Rivers"))
}

func TestOrganization_renamedInThePortalIsRenamedBack(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	config := values{"name": "Roads", "deletion_protection": false}
	o := c.create(t, organization, config)
	must(t, c.RenameOrganization(o.text(t, "id"), "Rivers"))
	c.ClearRequests()
	r := c.run(t, organization, o, config, nil)
	wants(t, "error", r.errors)
	if was := r.plan.prior.text(t, "name"); was != "Rivers" || r.plan.text(t, "name") != "Roads" || r.plan.replace {
		t.Errorf("planned from %q to %q, replaced: %t", was, r.plan.text(t, "name"), r.plan.replace)
	}
	mustHave(t, organization, r.value, c.organizationFacts("Roads", false))
	must(t, c.hasDone("PATCH"))
	must(t, c.isNewest("Roads"))
	c.mustBeEmpty(t, organization, r.object, config)
}

// Most accounts may not make an organization: the error says how to manage the one there is.
func TestOrganization_refusedCreationTellsHowToImport(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	c.Inject(simulator.Fault{
		Method: http.MethodPost, Path: "/api/ss/rest/v1/organizations", Times: -1,
		Action: simulator.ActionStatus, Status: http.StatusForbidden, Body: `{"message":"Ask K2 for another organization."}`,
	})
	r := c.run(t, organization, object{}, values{"name": "Roads"}, nil)
	wants(t, "the error", r.errors, `Unable to create the organization "Roads"`, "Ask K2 for another organization.",
		"terraform import jmapcloud_organization.<name> <organization id>")
	if !isNothing(r.value) {
		t.Errorf("in state is %s", r.value)
	}
}

func TestOrganization_nameIsValidated(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	w := c.walk(t, nil)
	for name, said := range map[string]string{
		strings.Repeat("é", 255): "",
		"Ville de Québec 🗺️":     "",
		unknown:                  "",
		"":                       "must be between 1 and 255",
		strings.Repeat("é", 256): "must be between 1 and 255",
		"Roads\r\n":              "Control character",
		"Ro\x1bads":              "contains a character that cannot be printed",
		"Roads\u202e":            "Control character",
		" Roads":                 "begins or ends with a space",
		"Roads\t":                "Control character",
	} {
		diags := w.validate(t, organization, values{"name": name})
		if said == "" {
			wants(t, fmt.Sprintf("error for %q", name), diags.errors())
			continue
		}
		wants(t, fmt.Sprintf("the error for %q", name), diags.errors(), said)
		if at := diags[0].Attribute.String(); at != `AttributeName("name")` {
			t.Errorf("the error for %q stands at %s", name, at)
		}
	}
	for _, a := range w.schema.ResourceSchemas[organization].Block.Attributes {
		if required := a.Name == "name"; a.Required != required {
			t.Errorf("%s is required: %v", a.Name, a.Required)
		}
		if a.Name == "deletion_protection" && !a.Type.Is(tftypes.Bool) {
			t.Errorf("deletion_protection is %s", a.Type)
		}
	}
	if requests := c.Requests(); len(requests) > 0 {
		t.Errorf("validation asked the cloud for %v", requests)
	}
}

// The provider works on one organization and manages another: each in a session of its own, bound to it.
func TestOrganization_anotherThanTheProvidersOwnIsDeleted(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	config := values{"name": "Roads", "deletion_protection": false}
	o := c.create(t, organization, config)
	p := c.walk(t, nil).plan(t, organization, o, nil)
	wants(t, "error", p.diags.errors())
	c.ClearRequests()
	_, diags := c.walk(t, nil).apply(t, p)
	wants(t, "error", diags.errors())
	left := c.Organizations()
	if len(left) != 1 || left[0].ID != c.Account().OrganizationID {
		t.Errorf("the cloud has %+v", left)
	}
	if writes := c.writes(); len(writes) != 1 || !strings.HasSuffix(writes[0].Path, "/organizations/"+o.text(t, "id")) {
		t.Errorf("the deletion wrote %v", writes)
	}

	// Gone already, in the portal: no error either.
	o = c.create(t, organization, config)
	p = c.walk(t, nil).plan(t, organization, o, nil)
	must(t, c.DeleteOrganization(o.text(t, "id")))
	_, diags = c.walk(t, nil).apply(t, p)
	wants(t, "error", diags.errors())
}

func TestOrganization_newOneIsRefusedWhereOnlySomeAreAllowed(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	w := c.walk(t, values{"allowed_organization_ids": []string{c.Account().OrganizationID}})
	p := w.plan(t, organization, object{}, values{"name": "Roads"})
	wants(t, "the error", p.diags.errors(), "A new organization is not among the allowed ones", "add the new id then")
	if writes := c.writes(); len(writes) > 0 {
		t.Errorf("the plan made requests: %v", writes)
	}
}

// allowed_organization_ids holds for what a resource names as well.
func TestOrganization_thatIsNotAllowedIsNotTouched(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	own := c.Account().OrganizationID
	config := values{"name": "Roads", "deletion_protection": false}
	o := c.create(t, organization, config)
	onlyOwn := values{"allowed_organization_ids": []string{own}}
	both := values{"allowed_organization_ids": []string{own, o.text(t, "id")}}

	_, diags := c.walk(t, onlyOwn).read(t, organization, o)
	wants(t, "the error", diags.errors(), "is not among the allowed ones: "+own, "If allowed_organization_ids is set, the id must be in it")
	p := c.walk(t, both).plan(t, organization, o, nil)
	wants(t, "error", p.diags.errors())
	_, diags = c.walk(t, onlyOwn).apply(t, p)
	wants(t, "the error", diags.errors(), "is not among the allowed ones")
	if c.newest().Name != "Roads" {
		t.Fatal("it was deleted")
	}

	same, diags := c.walk(t, both).read(t, organization, o)
	wants(t, "error", diags.errors())
	if !same.value.Equal(o.value) {
		t.Errorf("read %s", same.value)
	}
	_, diags = c.walk(t, both).apply(t, p)
	wants(t, "error", diags.errors())
	if len(c.Organizations()) != 1 {
		t.Error("it was not deleted")
	}
}

// An organization that the account has been removed from is not gone: the account may not see it.
func TestOrganization_ofOthersStaysInState(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	c.addMember(t, other, "ORG_EDITOR")
	theirs, err := c.AddOrganization("Theirs", other)
	must(t, err)
	o := c.create(t, organization, values{"name": "Roads", "deletion_protection": true})
	o.value = withText(t, o.value, "id", theirs.ID)
	_, diags := c.walk(t, nil).read(t, organization, o)
	wants(t, "the error", diags.errors(), "Unable to read the organization "+theirs.ID, "Administrator")
}

// The plan creates an organization again, and says why.
func TestOrganization_deletedInThePortalIsSaidToBeGone(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	o := c.create(t, organization, values{"name": "Roads", "deletion_protection": true})
	must(t, c.DeleteOrganization(o.text(t, "id")))
	gone, diags := c.walk(t, nil).read(t, organization, o)
	wants(t, "error", diags.errors())
	wants(t, "the warning", diags.warnings(), `the organization "Roads"`, "It was deleted outside Terraform")
	if !gone.value.IsNull() {
		t.Error("it is still in state")
	}

	c.ClearRequests()
	r := c.run(t, organization, o, values{"name": "Roads"}, nil)
	wants(t, "error", r.errors)
	if r.text(t, "id") == o.text(t, "id") {
		t.Error("the deleted organization came back")
	}
	mustHave(t, organization, r.value, c.organizationFacts("Roads", true))
	must(t, c.hasDone("POST"))
}
