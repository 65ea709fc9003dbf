package provider_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// dataBlock is a data source with one argument to a line.
func dataBlock(typeName, label string, arguments ...string) string {
	return fmt.Sprintf("data %q %q {\n  %s\n}\n", typeName, label, strings.Join(arguments, "\n  "))
}

// looks runs steps that only read.
func (c *cloud) looks(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	c.ClearRequests()
	resource.ParallelTest(t, resource.TestCase{ProtoV6ProviderFactories: factories(), Steps: steps})
	if writes := c.writes(); len(writes) > 0 {
		t.Errorf("the data sources wrote %v", writes)
	}
}

// shows is a step with one data source, of which it checks every attribute.
func (c *cloud) shows(typeName string, arguments []string, want map[string]knownvalue.Check) resource.TestStep {
	return resource.TestStep{
		Config:            c.config(dataBlock(typeName, "test", arguments...)),
		ConfigStateChecks: []statecheck.StateCheck{wholly("data."+typeName, want)},
	}
}

// filter is the arguments of a plural data source, one to a line, and what it is to find.
type filter struct {
	arguments string
	finds     []string
}

// finds is a step with one plural data source for each filter. List is the attribute that holds what they find, and by
// the one that names it.
func (c *cloud) finds(typeName, list, by string, filters map[string]filter) resource.TestStep {
	var step resource.TestStep
	var hcl strings.Builder
	for label, f := range filters {
		hcl.WriteString(dataBlock(typeName, label, f.arguments))
		fmt.Fprintf(&hcl, "output %q {\n  value = data.%s.%s.%s[*].%s\n}\n", label, typeName, label, list, by)
		found := []knownvalue.Check{}
		for _, name := range f.finds {
			found = append(found, is(name))
		}
		step.ConfigStateChecks = append(step.ConfigStateChecks, statecheck.ExpectKnownOutputValue(label, knownvalue.ListExact(found)))
	}
	step.Config = c.config(hcl.String())
	return step
}

// noMention checks that the state holds none of the texts, wherever.
func noMention(texts ...string) statecheck.StateCheck {
	return after(func(state *tfjson.State) error {
		whole, err := json.Marshal(state.Values)
		if err != nil {
			return err
		}
		for _, text := range texts {
			if text == "" || strings.Contains(string(whole), text) {
				return fmt.Errorf("the state holds %q", text)
			}
		}
		return nil
	})
}

// data reads a data source, and validates it before, as Terraform does.
func (w *walk) data(t tb, typeName string, config values) (tftypes.Value, diagnostics) {
	t.Helper()
	ty := w.schema.DataSourceSchemas[typeName].ValueType()
	value := dynamic(t, valueOf(t, ty, config))
	validated, err := w.server.ValidateDataResourceConfig(context.Background(), &tfprotov6.ValidateDataResourceConfigRequest{TypeName: typeName, Config: value})
	if err != nil {
		t.Fatal(err)
	}
	if diags := diagnostics(validated.Diagnostics); diags.hasError() {
		return tftypes.Value{}, diags
	}
	resp, err := w.server.ReadDataSource(context.Background(), &tfprotov6.ReadDataSourceRequest{TypeName: typeName, Config: value})
	if err != nil {
		t.Fatal(err)
	}
	return undynamic(t, ty, resp.State), resp.Diagnostics
}

// badData reads a data source in the cloud and wants an error that says each of the texts.
func (c *cloud) badData(t *testing.T, typeName string, config values, texts ...string) {
	t.Helper()
	_, diags := c.walk(t, nil).data(t, typeName, config)
	wants(t, fmt.Sprintf("the error of %s %v", typeName, config), diags.errors(), texts...)
	if !diags.hasError() {
		t.Errorf("%s %v was read", typeName, config)
	}
}

// refuseLists makes the cloud refuse to list or read anything of a noun.
func (c *cloud) refuseLists(noun string) {
	for _, path := range []string{"", "/*"} {
		c.Inject(simulator.Fault{
			Method: http.MethodGet, Path: "/api/ss/rest/v1/organizations/*/" + noun + path, Times: -1,
			Action: simulator.ActionStatus, Status: http.StatusForbidden, Body: `{"message":"Not today."}`,
		})
	}
}

const organizationData = "jmapcloud_organization"

func TestAccOrganizationData_isTheProvidersOwnByDefault(t *testing.T) {
	c := startCloud(t)
	own := c.Organizations()[0]
	want := map[string]knownvalue.Check{
		"id": is(own.ID), "name": is(own.Name), "active": knownvalue.Bool(true), "created_at": is(organizationMade(own)), "created_by": is(administrator),
	}
	c.looks(t,
		c.shows(organizationData, nil, want),
		c.shows(organizationData, []string{fmt.Sprintf("id = %q", own.ID)}, want),
	)
}

func TestAccOrganizationData_mayBeAnother(t *testing.T) {
	c := startCloud(t)
	c.addMember(t, grace, "ORG_ADMIN")
	must(t, ignore(c.AddOrganization("Theirs", grace)))
	roads, err := c.AddOrganization("Roads", c.Account().Username)
	must(t, err)
	c.looks(t, c.shows(organizationData, []string{fmt.Sprintf("id = %q", roads.ID)}, map[string]knownvalue.Check{
		"id": is(roads.ID), "name": is("Roads"), "active": knownvalue.Bool(true), "created_at": is(organizationMade(roads)), "created_by": is(administrator),
	}))
}

// ignore drops what a portal call returns beside its error.
func ignore[T any](_ T, err error) error { return err }

func TestOrganizationData_thatIsNotThere(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	c.badData(t, organizationData, values{"id": unknownID}, "Unable to read the organization "+unknownID, "does not exist", "plural data source")
	c.badData(t, organizationData, values{"id": ""}, "must be at least 1")
	c.addMember(t, grace, "ORG_ADMIN")
	theirs, err := c.AddOrganization("Theirs", grace)
	must(t, err)
	c.badData(t, organizationData, values{"id": theirs.ID}, "Unable to read the organization "+theirs.ID, "The account may not do this")
}

func TestOrganizationData_thatIsNotAllowed(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	roads, err := c.AddOrganization("Roads", c.Account().Username)
	must(t, err)
	w := c.walk(t, values{"allowed_organization_ids": []string{c.Account().OrganizationID}})
	_, diags := w.data(t, organizationData, nil)
	wants(t, "error", diags.errors())
	_, diags = w.data(t, organizationData, values{"id": roads.ID})
	wants(t, "the error", diags.errors(), "is not among the allowed ones")
}
