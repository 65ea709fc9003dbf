package provider_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

func TestAccOrganization_isMadeAndRenamedInPlace(t *testing.T) {
	c := startCloud(t)
	id := statecheck.CompareValue(compare.ValuesSame())
	same := func(checks ...statecheck.StateCheck) []statecheck.StateCheck {
		return append(checks, id.AddStateValue(tested(organization), tfjsonpath.New("id")))
	}
	var later []plancheck.PlanCheck
	for _, name := range []string{"id", "active", "created_at", "created_by"} {
		later = append(later, plancheck.ExpectUnknownValue(tested(organization), tfjsonpath.New(name)))
	}
	c.organizations(t,
		resource.TestStep{
			Config: c.organization("Roads"),
			ConfigPlanChecks: plans(append(later,
				plancheck.ExpectResourceAction(tested(organization), plancheck.ResourceActionCreate),
				plancheck.ExpectKnownValue(tested(organization), tfjsonpath.New("deletion_protection"), knownvalue.Bool(true)))...),
			ConfigStateChecks: same(wholly(organization, c.organizationFacts("Roads", true)), c.did("POST")),
		},
		resource.TestStep{
			Config:            c.organization("Roads"),
			ConfigPlanChecks:  plans(plancheck.ExpectEmptyPlan()),
			ConfigStateChecks: same(c.did()),
		},
		resource.TestStep{
			Config: c.organization("Rivers"),
			ConfigPlanChecks: plans(
				plancheck.ExpectResourceAction(tested(organization), plancheck.ResourceActionUpdate),
				plancheck.ExpectKnownValue(tested(organization), tfjsonpath.New("name"), is("Rivers")),
				plancheck.ExpectKnownValue(tested(organization), tfjsonpath.New("id"), c.ofNewest(organizationID)),
				plancheck.ExpectKnownValue(tested(organization), tfjsonpath.New("created_at"), c.ofNewest(organizationMade)),
			),
			ConfigStateChecks: same(wholly(organization, c.organizationFacts("Rivers", true)), c.did("PATCH"), happens(func() error {
				if got := c.newest().Name; got != "Rivers" {
					return fmt.Errorf("the cloud calls it %q", got)
				}
				return nil
			})),
		},
		resource.TestStep{Config: c.organization("Rivers", unprotected)}, // to be destroyed at the end
	)
}

func TestAccOrganization_protectedIsNotDestroyed(t *testing.T) {
	c := startCloud(t)
	refusal := says(`The organization "Roads" is protected from deletion`)
	still := func() {
		if c.newest().Name != "Roads" {
			t.Error("it was deleted")
		}
	}
	c.organizations(t,
		resource.TestStep{Config: c.organization("Roads")},
		resource.TestStep{Config: c.organization("Roads"), Destroy: true, ExpectError: refusal},
		resource.TestStep{PreConfig: still, Config: c.config(`output "empty" { value = "" }`), ExpectError: refusal}, // its block is gone
		resource.TestStep{PreConfig: still, Config: c.organization("Roads", unprotected)},
		resource.TestStep{
			Config:           c.config(`output "empty" { value = "" }`),
			ConfigPlanChecks: action(organization, plancheck.ResourceActionDestroy),
			ConfigStateChecks: []statecheck.StateCheck{happens(func() error {
				if left := c.Organizations(); len(left) != 1 {
					return fmt.Errorf("the cloud has %+v", left)
				}
				return nil
			})},
		},
	)
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

func TestAccOrganization_isImported(t *testing.T) {
	c := startCloud(t)
	config := c.organization("Roads")
	c.organizations(t,
		resource.TestStep{Config: config},
		resource.TestStep{ResourceName: tested(organization), ImportState: true, ImportStateVerify: true}, // nothing left out
		resource.TestStep{
			Config: config, ResourceName: tested(organization), ImportState: true, ImportStateKind: resource.ImportBlockWithID,
			ImportPlanChecks: resource.ImportPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
		},
		resource.TestStep{
			ResourceName: tested(organization), ImportState: true, ImportStateId: unknownID,
			ExpectError: says("No organization of the account has the id or the name"),
		},
		resource.TestStep{Config: c.organization("Roads", unprotected)},
	)
}

// What most users do: the organization exists, and goes on to exist when Terraform forgets it.
func TestAccOrganization_ownIsImportedAndForgotten(t *testing.T) {
	c := startCloud(t)
	own := c.Organizations()[0]
	imported := fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", tested(organization), own.ID)
	forgotten := fmt.Sprintf("removed {\n  from = %s\n  lifecycle {\n    destroy = false\n  }\n}\n", tested(organization))
	c.organizationsFrom(t, tfversion.Version1_7_0, // removed blocks
		resource.TestStep{
			Config:            c.organization(own.Name) + imported,
			ConfigPlanChecks:  plans(plancheck.ExpectResourceAction(tested(organization), plancheck.ResourceActionNoop)),
			ConfigStateChecks: []statecheck.StateCheck{wholly(organization, c.organizationFacts(own.Name, true)), c.did()},
		},
		resource.TestStep{
			Config:            c.organization("Rivers"),
			ConfigPlanChecks:  action(organization, plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{wholly(organization, c.organizationFacts("Rivers", true)), c.did("PATCH")},
		},
		resource.TestStep{Config: c.config(forgotten), ConfigStateChecks: []statecheck.StateCheck{c.did()}},
	)
}

func TestAccOrganization_deletedInThePortalIsCreatedAgain(t *testing.T) {
	c := startCloud(t)
	config := c.organization("Roads", unprotected)
	deleted := ""
	c.organizations(t,
		resource.TestStep{
			Config: config,
			ConfigStateChecks: []statecheck.StateCheck{happens(func() error {
				deleted = c.newest().ID
				return c.DeleteOrganization(deleted)
			})},
			ConfigPlanChecks: resource.ConfigPlanChecks{PostApplyPostRefresh: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(tested(organization), plancheck.ResourceActionCreate),
			}},
			ExpectNonEmptyPlan: true,
		},
		resource.TestStep{
			Config:            config,
			ConfigPlanChecks:  action(organization, plancheck.ResourceActionCreate),
			ConfigStateChecks: []statecheck.StateCheck{wholly(organization, c.organizationFacts("Roads", false))},
		},
	)
	if c.newest().ID == deleted {
		t.Error("the deleted organization came back")
	}
}

func TestAccOrganization_renamedInThePortalIsRenamedBack(t *testing.T) {
	c := startCloud(t)
	config := c.organization("Roads", unprotected)
	renamed := plancheck.ExpectResourceAction(tested(organization), plancheck.ResourceActionUpdate)
	c.organizations(t,
		resource.TestStep{
			Config: config,
			ConfigStateChecks: []statecheck.StateCheck{happens(func() error {
				return c.RenameOrganization(c.newest().ID, "Rivers")
			})},
			ConfigPlanChecks: resource.ConfigPlanChecks{PostApplyPostRefresh: []plancheck.PlanCheck{
				renamed, plancheck.ExpectKnownValue(tested(organization), tfjsonpath.New("name"), is("Roads")),
			}},
			ExpectNonEmptyPlan: true,
		},
		resource.TestStep{
			PreConfig:        c.ClearRequests,
			Config:           config,
			ConfigPlanChecks: plans(renamed),
			ConfigStateChecks: []statecheck.StateCheck{wholly(organization, c.organizationFacts("Roads", false)), c.did("PATCH"), happens(func() error {
				if got := c.newest().Name; got != "Roads" {
					return fmt.Errorf("the cloud calls it %q", got)
				}
				return nil
			})},
		},
	)
}

func TestAccOrganization_argumentsMayBeKnownLater(t *testing.T) {
	c := startCloud(t)
	config := func(name string) string {
		return c.config(fmt.Sprintf("resource \"terraform_data\" \"later\" {\n  input = {\n    name = %q\n    protected = false\n  }\n}\n", name) +
			block(organization, "name = terraform_data.later.output.name", "deletion_protection = terraform_data.later.output.protected"))
	}
	unknowns := []plancheck.PlanCheck{
		plancheck.ExpectUnknownValue(tested(organization), tfjsonpath.New("name")),
		plancheck.ExpectUnknownValue(tested(organization), tfjsonpath.New("deletion_protection")),
	}
	c.organizations(t,
		resource.TestStep{
			Config:            config("Roads"),
			ConfigPlanChecks:  plans(unknowns...),
			ConfigStateChecks: []statecheck.StateCheck{wholly(organization, c.organizationFacts("Roads", false)), c.did("POST")},
		},
		resource.TestStep{
			Config:            config("Rivers"),
			ConfigPlanChecks:  plans(append(unknowns, plancheck.ExpectResourceAction(tested(organization), plancheck.ResourceActionUpdate))...),
			ConfigStateChecks: []statecheck.StateCheck{wholly(organization, c.organizationFacts("Rivers", false)), c.did("PATCH")},
		},
	)
}

// Most accounts may not make an organization: the error says how to manage the one there is.
func TestAccOrganization_refusedCreationTellsHowToImport(t *testing.T) {
	c := startCloud(t)
	c.Inject(simulator.Fault{
		Method: http.MethodPost, Path: "/api/ss/rest/v1/organizations", Times: -1,
		Action: simulator.ActionStatus, Status: http.StatusForbidden, Body: `{"message":"Ask K2 for another organization."}`,
	})
	expect := func(words string) resource.TestStep {
		return resource.TestStep{Config: c.organization("Roads"), ExpectError: says(words)}
	}
	c.organizations(t,
		expect(`Unable to create the organization "Roads"`),
		expect("Ask K2 for another organization."),
		expect("terraform import jmapcloud_organization.<name> <organization id>"),
	)
}

func TestAccOrganization_badInputMakesNothing(t *testing.T) {
	c := startCloud(t)
	refuses := func(words string, arguments ...string) resource.TestStep {
		return resource.TestStep{Config: c.config(block(organization, arguments...)), ExpectError: says(words)}
	}
	c.organizations(t,
		refuses("contains a character that cannot be printed", `name = "Roads\u001b[2J"`),
		refuses(`The argument "name" is required, but no definition was found`),
		refuses("a bool is required", `name = "Roads"`, `deletion_protection = "perhaps"`),
	)
	if requests := c.Requests(); len(requests) > 0 {
		t.Errorf("the cloud was asked for %v", requests)
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
		"Ro\x1bads":              "Control character",
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
}
