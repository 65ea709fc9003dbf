package provider_test

import (
	"bytes"
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// runner is what plans and applies a configuration and keeps its state: the CLI, or runs at the protocol.
type runner interface {
	rewrite(t *testing.T, hcl string)
	plan(t *testing.T, wantError bool, arguments ...string) string
	apply(t *testing.T, wantError bool, arguments ...string) string
	standing(t *testing.T) []string
	set(name, value string) // an argument of the provider
	settings() (put func()) // puts those arguments back
	adopt(t *testing.T, address, id string)
	tellsNoSecret(t *testing.T)
}

// runs are Terraform's over the resources of one configuration, at the protocol: for what needs neither the CLI's process nor its files. A run
// does one thing after the other, in the order of the addresses.
type runs struct {
	cloud   *cloud
	account values // what the provider block has beside the cloud's own
	config  map[string]values
	state   map[string]object
	tainted map[string]bool
	saved   *pending
	printed bytes.Buffer
	secrets *secrets
	during  func(w *walk) (over func() bool) // what happens while it applies; over tells when no resource is begun any more
}

// pending is a plan that has not been applied: the state as it was refreshed, and what is to change.
type pending struct {
	state   map[string]object
	changes []plannedAt
	said    string
	failed  bool
}

// plannedAt is a planned change and its address.
type plannedAt struct {
	address string
	planned
}

func (c *cloud) runs() *runs {
	return &runs{cloud: c, secrets: c.watchSecrets(), state: map[string]object{}, tainted: map[string]bool{}}
}

// rewrite makes hcl the configuration. It is resources with values that are written out; depends_on says nothing here.
func (m *runs) rewrite(t *testing.T, text string) {
	t.Helper()
	parsed, diags := hclsyntax.ParseConfig([]byte(text), "main.tf", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	m.config = map[string]values{}
	for _, block := range parsed.Body.(*hclsyntax.Body).Blocks {
		arguments := values{}
		for name, attribute := range block.Body.Attributes {
			if name == "depends_on" {
				continue
			}
			value, diags := attribute.Expr.Value(nil)
			if diags.HasErrors() {
				t.Fatal(diags)
			}
			arguments[name] = argumentOf(t, value)
		}
		m.config[strings.Join(block.Labels, ".")] = arguments
	}
}

func (m *runs) set(name, value string) {
	m.account = maps.Clone(m.account)
	if m.account == nil {
		m.account = values{}
	}
	m.account[name] = value
}

func (m *runs) settings() (put func()) {
	fair := m.account
	return func() { m.account = fair }
}

// plan refreshes and plans; with -out, it keeps the plan.
func (m *runs) plan(t *testing.T, wantError bool, arguments ...string) string {
	t.Helper()
	p := m.plans(t)
	m.printed.WriteString(p.said)
	if p.failed != wantError {
		t.Fatalf("plan: %s", p.said)
	}
	if len(arguments) > 0 && strings.HasPrefix(arguments[0], "-out=") {
		m.saved = &p
	}
	return p.said
}

func (m *runs) plans(t *testing.T) pending {
	t.Helper()
	w := m.cloud.walk(t, m.account)
	defer w.factory.Close(t.Context())
	p := pending{state: maps.Clone(m.state)}
	says := func(diags diagnostics) {
		p.said += diags.errors() + "\n" + diags.warnings() + "\n"
		p.failed = p.failed || diags.hasError()
	}
	addresses := maps.Clone(m.config)
	for address := range m.state {
		addresses[address] = m.config[address]
	}
	for _, address := range slices.Sorted(maps.Keys(addresses)) {
		typeName, _, _ := strings.Cut(address, ".")
		o := m.state[address]
		if !isNothing(o.value) {
			var diags diagnostics
			o, diags = w.read(t, typeName, o)
			says(diags)
			if diags.hasError() {
				continue
			}
			p.state[address] = o
		}
		if isNothing(o.value) {
			delete(p.state, address)
			if m.config[address] == nil {
				continue
			}
		}
		one := w.plan(t, typeName, o, m.config[address])
		says(one.diags)
		if one.replace || m.tainted[address] {
			t.Fatalf("%s is to be replaced, which runs do not do", address)
		}
		if isNothing(o.value) || !one.isEmpty() {
			p.changes = append(p.changes, plannedAt{address, one})
		}
	}
	if !p.failed && len(p.changes) == 0 {
		p.said += "No changes.\n"
	}
	return p
}

// apply plans and applies, or applies the plan that was kept.
func (m *runs) apply(t *testing.T, wantError bool, arguments ...string) string {
	t.Helper()
	var p pending
	if slices.Equal(arguments, []string{"saved"}) {
		p = *m.saved
		p.said = ""
	} else {
		p = m.plans(t)
	}
	if !p.failed {
		m.carryOut(t, &p)
	}
	m.printed.WriteString(p.said)
	if p.failed != wantError {
		t.Fatalf("apply: %s", p.said)
	}
	return p.said
}

// carryOut plans each change once more, as Terraform does, and makes it.
func (m *runs) carryOut(t *testing.T, p *pending) {
	t.Helper()
	w := m.cloud.walk(t, m.account)
	defer w.factory.Close(t.Context())
	over := func() bool { return false }
	if m.during != nil {
		over = m.during(w)
	}
	m.state = p.state
	for _, one := range p.changes {
		if over() {
			break
		}
		again := one.planned
		if !one.config.IsNull() {
			again = w.planValue(t, one.typeName, one.prior, one.config)
		}
		diags := again.diags
		if !diags.hasError() {
			var after object
			after, diags = w.apply(t, again)
			m.state[one.address] = after
			m.tainted[one.address] = diags.hasError() && isNothing(one.prior.value) && !isNothing(after.value)
			if isNothing(after.value) {
				delete(m.state, one.address)
			}
		}
		p.said += diags.errors() + "\n" + diags.warnings() + "\n"
		p.failed = p.failed || diags.hasError()
	}
}

// adopt imports what is in the cloud.
func (m *runs) adopt(t *testing.T, address, id string) {
	t.Helper()
	typeName, _, _ := strings.Cut(address, ".")
	w := m.cloud.walk(t, m.account)
	defer w.factory.Close(t.Context())
	o, diags := w.imported(t, &tfprotov6.ImportResourceStateRequest{TypeName: typeName, ID: id})
	diags.mustBeFree(t)
	m.state[address] = o
}

// standing is the organization as the state has it.
func (m *runs) standing(t *testing.T) []string {
	t.Helper()
	all := []string{}
	for address, o := range m.state {
		typeName, _, _ := strings.Cut(address, ".")
		s := inState{typeName: typeName, Role: o.text(t, "role")}
		if typeName == apiKey {
			s.Name = o.text(t, "name")
		} else {
			s.Email, s.Status = o.text(t, "email"), o.text(t, "status")
		}
		line := s.String()
		if m.tainted[address] {
			line += ", tainted"
		}
		all = append(all, line)
	}
	slices.Sort(all)
	return all
}

func (m *runs) tellsNoSecret(t *testing.T) {
	t.Helper()
	for _, found := range m.secrets.in(m.printed.Bytes()) {
		t.Errorf("a run printed %s", found)
	}
}

// stopped applies and, when the request that stopAt waits for is there, stops as Terraform does: what is under way is told to end, and nothing
// more is begun.
func (m *runs) stopped(t *testing.T, there <-chan struct{}) string {
	t.Helper()
	isStopped := make(chan struct{})
	m.during = func(w *walk) func() bool {
		go func() {
			<-there
			close(isStopped)
			_, _ = w.server.StopProvider(t.Context(), &tfprotov6.StopProviderRequest{})
		}()
		return func() bool { return isClosed(isStopped) }
	}
	defer func() { m.during = nil }()
	p := m.plans(t)
	if p.failed {
		t.Fatalf("plan: %s", p.said)
	}
	m.carryOut(t, &p)
	if !isClosed(isStopped) {
		t.Error("the request was never made")
	}
	return p.said
}

// killed applies and, when the request that stopAt waits for is there, is no more: it hears of no answer and sends nothing, and the state is as
// it was before.
func (m *runs) killed(t *testing.T, there <-chan struct{}) {
	t.Helper()
	p := m.plans(t)
	if p.failed || len(p.changes) != 1 {
		t.Fatalf("%d changes are planned: %s", len(p.changes), p.said)
	}
	buried, bury := context.WithCancel(context.Background())
	dead := &deadEnd{buried: buried, killed: make(chan struct{})}
	m.cloud.transport = dead
	w := m.cloud.walk(t, m.account)
	m.cloud.transport = nil
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_, _ = w.apply(t, p.changes[0].planned)
	}()
	t.Cleanup(func() {
		bury()
		<-ended
	})
	select {
	case <-there:
	case <-ended:
		t.Error("the request was never made")
	case <-time.After(time.Minute):
		t.Error("the request was never made")
	}
	close(dead.killed)
}

// deadEnd is the network of a process that is killed: from then on no answer arrives and no request leaves.
type deadEnd struct {
	killed chan struct{}
	buried context.Context // whose end lets the process's goroutines end
}

func (d *deadEnd) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancel(r.Context())
	context.AfterFunc(d.buried, cancel)
	var response *http.Response
	var err error
	if !isClosed(d.killed) {
		response, err = http.DefaultTransport.RoundTrip(r.WithContext(ctx))
	}
	if isClosed(d.killed) {
		<-d.buried.Done()
		return nil, d.buried.Err()
	}
	return response, err
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}
