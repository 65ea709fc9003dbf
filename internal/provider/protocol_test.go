package provider_test

import (
	"context"
	"maps"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/provider"
)

// The CLI's test library cannot see warnings, nor what a plan does before it is printed. These tests play Terraform's
// part at the protocol.

// tb is what a walk needs of a test; a property test has its own.
type tb interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}

// values are attributes of a resource or of the provider block: string, bool, []string, map[string]string, nil or unknown.
type values map[string]any

// unknown stands for a value that is known only after apply.
const unknown = "\x00unknown"

// walk is one of Terraform's walks over a configuration: a plan, an apply. Each has a provider of its own.
type walk struct {
	server  tfprotov6.ProviderServer
	schema  *tfprotov6.GetProviderSchemaResponse
	factory *provider.Factory
}

// object is a resource as Terraform stores it.
type object struct {
	value    tftypes.Value
	private  []byte
	identity *tfprotov6.ResourceIdentityData
}

// planned is one planned change, ready to be applied by another walk.
type planned struct {
	typeName string
	prior    object
	config   tftypes.Value
	proposed tftypes.Value
	private  []byte
	identity *tfprotov6.ResourceIdentityData
	replace  bool
	diags    diagnostics
}

// providerSchema is the same for every walk.
var providerSchema = sync.OnceValues(func() (*tfprotov6.GetProviderSchemaResponse, error) {
	server := providerserver.NewProtocol6((&provider.Factory{Version: "test"}).New())()
	return server.GetProviderSchema(context.Background(), &tfprotov6.GetProviderSchemaRequest{})
})

func (c *cloud) walk(t tb, arguments values) *walk { return c.walkOf(t, "1.11.4", arguments) }

// walkOf is a walk of another version of Terraform.
func (c *cloud) walkOf(t tb, version string, arguments values) *walk {
	t.Helper()
	factory := &provider.Factory{Version: "test"}
	server := providerserver.NewProtocol6(factory.New())()
	schema, err := providerSchema()
	if err != nil {
		t.Fatal(err)
	}
	w := &walk{server: server, schema: schema, factory: factory}
	account := c.Account()
	block := values{"endpoint": c.url, "organization_id": account.OrganizationID, "username": account.Username, "password": account.Password}
	for name, value := range arguments {
		block[name] = value
	}
	config := valueOf(t, w.schema.Provider.ValueType(), block)
	resp, err := server.ConfigureProvider(context.Background(), &tfprotov6.ConfigureProviderRequest{TerraformVersion: version, Config: dynamic(t, config)})
	if err != nil {
		t.Fatal(err)
	}
	diagnostics(resp.Diagnostics).mustBeFree(t)
	return w
}

func (w *walk) typeOf(typeName string) tftypes.Type {
	return w.schema.ResourceSchemas[typeName].ValueType()
}

// plan plans a resource: config nil means that it is to be destroyed; a null prior that it is to be created.
func (w *walk) plan(t tb, typeName string, prior object, config values) planned {
	t.Helper()
	ty := w.typeOf(typeName)
	if config == nil {
		return w.planValue(t, typeName, prior, tftypes.NewValue(ty, nil))
	}
	return w.planValue(t, typeName, prior, valueOf(t, ty, config))
}

// planValue is plan for a configuration as Terraform has it.
func (w *walk) planValue(t tb, typeName string, prior object, config tftypes.Value) planned {
	t.Helper()
	ty := w.typeOf(typeName)
	if prior.value.Type() == nil {
		prior.value = tftypes.NewValue(ty, nil)
	}
	p := planned{typeName: typeName, prior: prior, config: config, proposed: config}
	if !config.IsNull() {
		p.proposed = w.proposed(t, typeName, prior.value, config)
	}
	resp, err := w.server.PlanResourceChange(context.Background(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: typeName, PriorState: dynamic(t, prior.value), ProposedNewState: dynamic(t, p.proposed),
		Config: dynamic(t, p.config), PriorPrivate: prior.private, PriorIdentity: prior.identity,
	})
	if err != nil {
		t.Fatal(err)
	}
	p.diags, p.private, p.identity = resp.Diagnostics, resp.PlannedPrivate, resp.PlannedIdentity
	p.replace = len(resp.RequiresReplace) > 0
	if !p.diags.hasError() {
		p.proposed = undynamic(t, ty, resp.PlannedState)
	}
	return p
}

// proposed is what Terraform proposes: the configuration, and what was computed before.
func (w *walk) proposed(t tb, typeName string, prior, config tftypes.Value) tftypes.Value {
	t.Helper()
	if prior.IsNull() {
		return config
	}
	before, wanted := attributesOf(t, prior), attributesOf(t, config)
	for _, a := range w.schema.ResourceSchemas[typeName].Block.Attributes {
		if a.Computed && wanted[a.Name].IsNull() {
			wanted[a.Name] = before[a.Name]
		}
	}
	return tftypes.NewValue(config.Type(), wanted)
}

// apply makes a planned change. For a replacement call destroyed and then plan a creation, as Terraform does.
func (w *walk) apply(t tb, p planned) (object, diagnostics) {
	t.Helper()
	resp, err := w.server.ApplyResourceChange(context.Background(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: p.typeName, PriorState: dynamic(t, p.prior.value), PlannedState: dynamic(t, p.proposed), Config: dynamic(t, p.config),
		PlannedPrivate: p.private, PlannedIdentity: p.identity,
	})
	if err != nil {
		t.Fatal(err)
	}
	return object{undynamic(t, w.typeOf(p.typeName), resp.NewState), resp.Private, resp.NewIdentity}, resp.Diagnostics
}

// destroyed is the destroying half of a replacement, or all of a -replace: Terraform asks for no plan with a null state
// there, and hands over the private state of the change.
func (w *walk) destroyed(p planned) planned {
	null := tftypes.NewValue(w.typeOf(p.typeName), nil)
	p.config, p.proposed = null, null
	return p
}

// read refreshes a resource. A null value means that it is gone.
func (w *walk) read(t tb, typeName string, current object) (object, diagnostics) {
	t.Helper()
	resp, err := w.server.ReadResource(context.Background(), &tfprotov6.ReadResourceRequest{
		TypeName: typeName, CurrentState: dynamic(t, current.value), Private: current.private, CurrentIdentity: current.identity,
	})
	if err != nil {
		t.Fatal(err)
	}
	return object{undynamic(t, w.typeOf(typeName), resp.NewState), resp.Private, resp.NewIdentity}, resp.Diagnostics
}

// opened is an ephemeral resource between its opening and its closing.
type opened struct {
	typeName string
	object
}

// open opens an ephemeral resource.
func (w *walk) open(t tb, typeName string, config values) (opened, diagnostics) {
	t.Helper()
	ty := w.schema.EphemeralResourceSchemas[typeName].ValueType()
	resp, err := w.server.OpenEphemeralResource(context.Background(), &tfprotov6.OpenEphemeralResourceRequest{
		TypeName: typeName, Config: dynamic(t, valueOf(t, ty, config)),
	})
	if err != nil {
		t.Fatal(err)
	}
	return opened{typeName, object{value: undynamic(t, ty, resp.Result), private: resp.Private}}, resp.Diagnostics
}

// mustOpen opens an ephemeral resource about which there is nothing to say.
func (w *walk) mustOpen(t tb, typeName string, config values) opened {
	t.Helper()
	o, diags := w.open(t, typeName, config)
	if len(diags) > 0 {
		t.Fatal(diags.errors() + diags.warnings())
	}
	return o
}

// close closes what was opened.
func (w *walk) close(ctx context.Context, t tb, o opened) diagnostics {
	t.Helper()
	resp, err := w.server.CloseEphemeralResource(ctx, &tfprotov6.CloseEphemeralResourceRequest{TypeName: o.typeName, Private: o.private})
	if err != nil {
		t.Fatal(err)
	}
	return resp.Diagnostics
}

// create plans and applies a new resource, each in a walk of its own.
func (c *cloud) create(t tb, typeName string, config values) object {
	t.Helper()
	p := c.walk(t, nil).plan(t, typeName, object{}, config)
	p.diags.mustBeFree(t)
	o, diags := c.walk(t, nil).apply(t, p)
	diags.mustBeFree(t)
	return o
}

// text is an attribute of the object; empty where it is null.
func (o object) text(t tb, name string) string {
	t.Helper()
	var s *string
	if err := attributesOf(t, o.value)[name].As(&s); err != nil {
		t.Fatal(err)
	}
	if s == nil {
		return ""
	}
	return *s
}

type diagnostics []*tfprotov6.Diagnostic

func (d diagnostics) hasError() bool { return d.text(tfprotov6.DiagnosticSeverityError) != "" }

// text is what the user reads of one severity.
func (d diagnostics) text(severity tfprotov6.DiagnosticSeverity) string {
	var lines []string
	for _, one := range d {
		if one.Severity == severity {
			lines = append(lines, one.Summary, one.Detail)
		}
	}
	return strings.Join(lines, "\n")
}

func (d diagnostics) warnings() string { return d.text(tfprotov6.DiagnosticSeverityWarning) }
func (d diagnostics) errors() string   { return d.text(tfprotov6.DiagnosticSeverityError) }

func (d diagnostics) mustBeFree(t tb) {
	t.Helper()
	if d.hasError() {
		t.Fatal(d.errors())
	}
}

// wants checks that the diagnostics say each of the texts as the given severity, or nothing when there is none.
func wants(t *testing.T, what, got string, texts ...string) {
	t.Helper()
	if len(texts) == 0 && got != "" {
		t.Errorf("unexpected %s:\n%s", what, got)
	}
	for _, text := range texts {
		if !strings.Contains(got, text) {
			t.Errorf("%s lacks %q:\n%s", what, text, got)
		}
	}
}

func valueOf(t tb, ty tftypes.Type, given values) tftypes.Value {
	t.Helper()
	attributes := map[string]tftypes.Value{}
	rest := maps.Clone(given)
	for name, attribute := range ty.(tftypes.Object).AttributeTypes {
		value := given[name]
		delete(rest, name)
		switch v := value.(type) {
		case string:
			if v == unknown {
				attributes[name] = tftypes.NewValue(attribute, tftypes.UnknownValue)
				continue
			}
			attributes[name] = stringValue(v)
		case []string:
			var elements []tftypes.Value
			for _, e := range v {
				elements = append(elements, tftypes.NewValue(tftypes.String, e))
			}
			attributes[name] = tftypes.NewValue(attribute, elements)
		case map[string]string:
			elements := map[string]tftypes.Value{}
			for key, e := range v {
				elements[key] = stringValue(e)
			}
			attributes[name] = tftypes.NewValue(attribute, elements)
		default:
			attributes[name] = tftypes.NewValue(attribute, value)
		}
	}
	if len(rest) > 0 {
		t.Fatalf("no such attributes: %v", rest)
	}
	return tftypes.NewValue(ty, attributes)
}

func stringValue(v string) tftypes.Value {
	if v == unknown {
		return tftypes.NewValue(tftypes.String, tftypes.UnknownValue)
	}
	return tftypes.NewValue(tftypes.String, v)
}

func attributesOf(t tb, v tftypes.Value) map[string]tftypes.Value {
	t.Helper()
	attributes := map[string]tftypes.Value{}
	if err := v.As(&attributes); err != nil {
		t.Fatal(err)
	}
	return maps.Clone(attributes) // As gives out the value's own
}

func dynamic(t tb, v tftypes.Value) *tfprotov6.DynamicValue {
	t.Helper()
	d, err := tfprotov6.NewDynamicValue(v.Type(), v)
	if err != nil {
		t.Fatal(err)
	}
	return &d
}

func undynamic(t tb, ty tftypes.Type, d *tfprotov6.DynamicValue) tftypes.Value {
	t.Helper()
	if d == nil {
		return tftypes.NewValue(ty, nil)
	}
	v, err := d.Unmarshal(ty)
	if err != nil {
		t.Fatal(err)
	}
	return v
}
