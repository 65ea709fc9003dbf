package provider_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

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

// newFactory makes providers that wait next to nothing for the cloud to do a moment later what it has answered.
func newFactory() *provider.Factory {
	return &provider.Factory{Version: "test", RetryWait: time.Millisecond, Wait: func(ctx context.Context, _ time.Duration) error { return ctx.Err() }}
}

// providerSchema is the same for every walk.
var providerSchema = sync.OnceValues(func() (*tfprotov6.GetProviderSchemaResponse, error) {
	server := providerserver.NewProtocol6(newFactory().New())()
	return server.GetProviderSchema(context.Background(), &tfprotov6.GetProviderSchemaRequest{})
})

func (c *cloud) walk(t tb, arguments values) *walk { return c.walkOf(t, "1.11.4", arguments) }

// walkOf is a walk of another version of Terraform.
func (c *cloud) walkOf(t tb, version string, arguments values) *walk {
	t.Helper()
	factory := newFactory()
	if c.transport != nil {
		factory.Transport, factory.RetryWait = c.transport, time.Millisecond
	}
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
	if !p.diags.hasError() {
		p.proposed = undynamic(t, ty, resp.PlannedState)
	}
	if p.replace = len(resp.RequiresReplace) > 0; p.replace && !p.diags.hasError() {
		p.again(t, w)
	}
	return p
}

// again plans the creating half of a replacement, as Terraform does: it shows what is planned here, the private state goes on from the first
// plan, and the deletion gets what comes of both.
func (p *planned) again(t tb, w *walk) {
	t.Helper()
	resp, err := w.server.PlanResourceChange(context.Background(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: p.typeName, PriorState: dynamic(t, tftypes.NewValue(w.typeOf(p.typeName), nil)), ProposedNewState: dynamic(t, p.config),
		Config: dynamic(t, p.config), PriorPrivate: p.private, PriorIdentity: p.prior.identity,
	})
	if err != nil {
		t.Fatal(err)
	}
	p.private = resp.PlannedPrivate
	if said := diagnostics(resp.Diagnostics); said.hasError() { // Terraform shows the warnings of this plan only beside an error
		p.diags = append(p.diags, said...)
		return
	}
	p.proposed = undynamic(t, w.typeOf(p.typeName), resp.PlannedState)
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

// refreshed is what a refresh makes of an object.
func (c *cloud) refreshed(t *testing.T, typeName string, o object) object {
	t.Helper()
	o, diags := c.walk(t, nil).read(t, typeName, o)
	diags.mustBeFree(t)
	return o
}

// unknowns are the attributes that a plan shows as known after apply, in the order of the alphabet.
func (p planned) unknowns(t tb) string {
	t.Helper()
	var later []string
	for name, value := range attributesOf(t, p.proposed) {
		if !value.IsKnown() {
			later = append(later, name)
		}
	}
	slices.Sort(later)
	return strings.Join(later, " ")
}

// text is an attribute as it is planned; empty where it is null.
func (p planned) text(t tb, name string) string {
	t.Helper()
	return object{value: p.proposed}.text(t, name)
}

// isEmpty reports whether a plan changes nothing.
func (p planned) isEmpty() bool { return p.prior.value.Equal(p.proposed) }

// mustBeEmpty plans again, after a refresh, and wants nothing to do.
func (c *cloud) mustBeEmpty(t *testing.T, typeName string, o object, config values) {
	t.Helper()
	p := c.walk(t, nil).plan(t, typeName, c.refreshed(t, typeName, o), config)
	p.diags.mustBeFree(t)
	if !p.isEmpty() {
		t.Errorf("the next plan is not empty:\n%s\n%s", p.prior.value, p.proposed)
	}
}

// onExpired is the argument that has to be written out at the protocol, where no default is filled in before the plan.
var onExpired = map[string]string{member: "on_expired_invitation", invitation: "on_expired"}

// validate asks what is wrong with a resource's configuration.
func (w *walk) validate(t tb, typeName string, config values) diagnostics {
	t.Helper()
	resp, err := w.server.ValidateResourceConfig(context.Background(), &tfprotov6.ValidateResourceConfigRequest{
		TypeName: typeName, Config: dynamic(t, valueOf(t, w.typeOf(typeName), config)),
	})
	if err != nil {
		t.Fatal(err)
	}
	return resp.Diagnostics
}

// invalid is what is wrong with a resource's configuration, which Terraform asks before each plan; a destroy has none.
func (w *walk) invalid(t tb, typeName string, config values) string {
	t.Helper()
	if config == nil {
		return ""
	}
	return w.validate(t, typeName, config).errors()
}

// invoke validates, plans and runs an action, and returns what it says meanwhile.
func (w *walk) invoke(t tb, typeName string, arguments values) (progress []string, diags diagnostics) {
	t.Helper()
	server := w.server.(tfprotov6.ActionServer)
	ctx := context.Background()
	config := dynamic(t, valueOf(t, w.schema.ActionSchemas[typeName].Schema.ValueType(), arguments))
	valid, err := server.ValidateActionConfig(ctx, &tfprotov6.ValidateActionConfigRequest{ActionType: typeName, Config: config})
	if err != nil {
		t.Fatal(err)
	}
	if diags = valid.Diagnostics; diags.hasError() {
		return nil, diags
	}
	planned, err := server.PlanAction(ctx, &tfprotov6.PlanActionRequest{ActionType: typeName, Config: config})
	if err != nil {
		t.Fatal(err)
	}
	if diags = planned.Diagnostics; diags.hasError() {
		return nil, diags
	}
	stream, err := server.InvokeAction(ctx, &tfprotov6.InvokeActionRequest{ActionType: typeName, Config: config})
	if err != nil {
		t.Fatal(err)
	}
	for event := range stream.Events {
		switch e := event.Type.(type) {
		case tfprotov6.ProgressInvokeActionEventType:
			progress = append(progress, e.Message)
		case tfprotov6.CompletedInvokeActionEventType:
			diags = append(diags, e.Diagnostics...)
		}
	}
	return progress, diags
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

// column are the values of one attribute in a data source's list.
func column(t tb, v tftypes.Value, list, attribute string) []string {
	t.Helper()
	var elements []tftypes.Value
	if err := attributesOf(t, v)[list].As(&elements); err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, e := range elements {
		found = append(found, object{value: e}.text(t, attribute))
	}
	return found
}

// withText is an object with another text in one attribute.
func withText(t tb, v tftypes.Value, name, text string) tftypes.Value {
	t.Helper()
	attributes := attributesOf(t, v)
	attributes[name] = tftypes.NewValue(tftypes.String, text)
	return tftypes.NewValue(v.Type(), attributes)
}

// finished is what became of one run of Terraform over a resource: refresh, plan, and an apply that plans once more, as Terraform does.
type finished struct {
	object
	plan     planned
	nothing  bool   // to do
	warnings string // of the refresh and the plan
	errors   string // of the first phase that failed
	applied  string // warnings of the apply
}

// run refreshes, plans and applies. Whatever is planned as known must come out as planned: Terraform takes anything else
// for a bug. Arguments are those of the provider block.
func (c *cloud) run(t tb, typeName string, o object, config values, arguments values, between ...func()) finished {
	t.Helper()
	return c.runLater(t, typeName, o, config, config, arguments, between...)
}

// runLater is run with values that the plan, to which they are unknown, lacks, and the apply has.
func (c *cloud) runLater(t tb, typeName string, o object, early, config values, arguments values, between ...func()) finished {
	t.Helper()
	planning := c.walk(t, arguments)
	r := finished{object: o}
	if !isNothing(o.value) {
		refreshed, diags := planning.read(t, typeName, o)
		r.object, r.warnings, r.errors = refreshed, diags.warnings(), diags.errors()
		if r.errors != "" {
			return r
		}
	}
	if r.errors = planning.invalid(t, typeName, early); r.errors != "" {
		return r
	}
	r.plan = planning.plan(t, typeName, r.object, early)
	r.warnings += r.plan.diags.warnings()
	r.errors = r.plan.diags.errors()
	r.nothing = r.errors == "" && !isNothing(r.value) && r.plan.proposed.Equal(r.value)
	if r.errors != "" || r.nothing {
		return r
	}
	for _, f := range between {
		f()
	}
	applying := c.walk(t, arguments)
	if r.plan.replace {
		gone, diags := applying.apply(t, applying.destroyed(r.plan))
		r.object, r.errors, r.applied = gone, diags.errors(), diags.warnings()
		if r.errors != "" {
			return r
		}
	}
	again := r.plan
	if config != nil {
		if r.errors = applying.invalid(t, typeName, config); r.errors != "" {
			return r
		}
		again = applying.plan(t, typeName, r.object, config)
		if r.errors = again.diags.errors(); r.errors != "" {
			return r
		}
		if again.replace {
			t.Fatal("the second plan replaces what the first one does not")
		}
		mustKeepTo(t, "the second plan", r.plan.proposed, again.proposed)
	}
	after, diags := applying.apply(t, again)
	r.errors, r.applied = diags.errors(), r.applied+diags.warnings()
	if r.errors == "" && config != nil {
		mustKeepTo(t, "the apply", again.proposed, after.value)
	}
	r.object = after
	return r
}

func isNothing(v tftypes.Value) bool { return v.Type() == nil || v.IsNull() }

// mustKeepTo checks that every known value of planned is that of got.
func mustKeepTo(t tb, what string, planned, got tftypes.Value) {
	t.Helper()
	if planned.IsNull() {
		return
	}
	have := attributesOf(t, got)
	for name, value := range attributesOf(t, planned) {
		if value.IsFullyKnown() && !value.Equal(have[name]) {
			t.Fatalf("%s has another %s than was planned: %s, not %s", what, name, have[name], value)
		}
	}
}

// configured is a provider of the factory with exactly this block, validated first, and what it said of it.
func configured(t tb, factory *provider.Factory, block values) (*walk, diagnostics) {
	t.Helper()
	schema, err := providerSchema()
	if err != nil {
		t.Fatal(err)
	}
	w := &walk{server: providerserver.NewProtocol6(factory.New())(), schema: schema}
	config := dynamic(t, valueOf(t, schema.Provider.ValueType(), block))
	validated, err := w.server.ValidateProviderConfig(context.Background(), &tfprotov6.ValidateProviderConfigRequest{Config: config})
	if err != nil {
		t.Fatal(err)
	}
	if diags := diagnostics(validated.Diagnostics); diags.hasError() {
		return w, diags
	}
	resp, err := w.server.ConfigureProvider(context.Background(), &tfprotov6.ConfigureProviderRequest{TerraformVersion: "1.11.4", Config: config})
	if err != nil {
		t.Fatal(err)
	}
	return w, resp.Diagnostics
}

// started is a provider with exactly this block that has signed in, or could not. It logs out.
func started(t tb, block values) (signedInAs string, diags diagnostics) {
	t.Helper()
	factory := newFactory()
	defer factory.Close(context.Background())
	w, diags := configured(t, factory, block)
	if diags.hasError() {
		return "", diags
	}
	value, diags := w.data(t, currentMemberData, nil)
	if diags.hasError() {
		return "", diags
	}
	return object{value: value}.text(t, "email"), diags
}

// account is a block that reaches the cloud, with changes.
func (c *cloud) account(changes values) values {
	a := c.Account()
	block := values{"endpoint": c.url, "organization_id": a.OrganizationID, "username": a.Username, "password": a.Password}
	for name, value := range changes {
		block[name] = value
	}
	return block
}

// identityTypes is the form of every identity.
func (w *walk) identityType(t tb, typeName string) tftypes.Type {
	t.Helper()
	resp, err := w.server.GetResourceIdentitySchemas(context.Background(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		t.Fatal(err)
	}
	return resp.IdentitySchemas[typeName].ValueType()
}

// identified is an object's identity; nil where it has none.
func (c *cloud) identified(t tb, typeName string, identity *tfprotov6.ResourceIdentityData) map[string]string {
	t.Helper()
	if identity == nil || identity.IdentityData == nil {
		return nil
	}
	value := undynamic(t, c.walk(t, nil).identityType(t, typeName), identity.IdentityData)
	found := map[string]string{}
	for name := range attributesOf(t, value) {
		found[name] = object{value: value}.text(t, name)
	}
	return found
}

// imported imports by an id or, where that is empty, by an identity, and refreshes, as Terraform does.
func (c *cloud) imported(t tb, block values, typeName, id string, identity values) (object, diagnostics) {
	t.Helper()
	w := c.walk(t, block)
	request := &tfprotov6.ImportResourceStateRequest{TypeName: typeName, ID: id}
	if identity != nil {
		request.Identity = &tfprotov6.ResourceIdentityData{IdentityData: dynamic(t, valueOf(t, w.identityType(t, typeName), identity))}
	}
	return w.imported(t, request)
}

// imported imports and refreshes.
func (w *walk) imported(t tb, request *tfprotov6.ImportResourceStateRequest) (object, diagnostics) {
	t.Helper()
	resp, err := w.server.ImportResourceState(context.Background(), request)
	if err != nil {
		t.Fatal(err)
	}
	diags := diagnostics(resp.Diagnostics)
	if diags.hasError() {
		return object{}, diags
	}
	if len(resp.ImportedResources) != 1 {
		t.Fatalf("%d objects were imported", len(resp.ImportedResources))
	}
	r := resp.ImportedResources[0]
	return w.read(t, r.TypeName, object{undynamic(t, w.typeOf(r.TypeName), r.State), r.Private, r.Identity})
}

// mustImport imports an object by each of its names. It must come whole, but for what the cloud does not tell.
func (c *cloud) mustImport(t *testing.T, typeName string, o object, untold []string, names ...string) {
	t.Helper()
	want := attributesOf(t, o.value)
	for _, name := range names {
		got, diags := c.imported(t, nil, typeName, name, nil)
		diags.mustBeFree(t)
		for attribute, value := range attributesOf(t, got.value) {
			if !slices.Contains(untold, attribute) && !value.Equal(want[attribute]) {
				t.Errorf("%s imported by %q: %s is %s, want %s", typeName, name, attribute, value, want[attribute])
			}
		}
	}
}
