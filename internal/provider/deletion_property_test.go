package provider_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// Whatever an organization looks like and however its cloud speaks, whatever is planned and applied in whatever order, fails and is tried
// again: no project and no data source is gone unless the plan of that very apply said so, or the portal deleted it.
func TestDeletion_nothingIsLostUnannounced(t *testing.T) {
	t.Parallel()
	var seen storyEndings
	rapid.Check(t, func(t *rapid.T) {
		s := newOwnershipStory(t, &seen)
		defer s.close()
		t.Repeat(map[string]func(*rapid.T){
			"":                 s.check,
			"map":              s.addMap,
			"grant":            s.grant,
			"share":            s.share,
			"revoke":           s.revoke,
			"delete a map":     s.deleteMap,
			"demote":           func(*rapid.T) { _ = s.SetRole(lead, simulator.RoleViewer) },
			"promote":          func(*rapid.T) { _ = s.SetRole(lead, simulator.RoleEditor) },
			"configure":        s.configure,
			"refresh":          s.refresh,
			"plan and apply":   s.run,
			"hidden deletion":  s.runHidden,
			"ephemeral key":    s.runEphemeral,
			"plan early":       s.planEarly,
			"apply late":       s.applyLate,
			"speak":            s.speak,
			"speak no dialect": func(t *rapid.T) { must(t, s.Speak()) },
		})
	})
	for what, n := range map[string]*atomic.Int64{"deleted": &seen.deleted, "moved": &seen.moved, "refused": &seen.refused} {
		if n.Load() == 0 {
			t.Errorf("in no story was anything %s", what)
		}
	}
	t.Logf("%d owners were deleted, %d refused; %d maps were moved, %d destroyed", seen.deleted.Load(), seen.refused.Load(), seen.moved.Load(), seen.destroyed.Load())
}

// storyEndings count what happened in all stories: a suite that only refuses shows nothing.
type storyEndings struct{ deleted, refused, moved, destroyed atomic.Int64 }

// managed is one member or key of a random organization, as Terraform has it.
type managed struct {
	ownerCase
	gone bool
}

// ownershipStory is a random organization and the maps, projects and data sources alike, that must not be lost in it.
type ownershipStory struct {
	*cloud
	ends    *storyEndings
	owners  []*managed
	names   map[string]string // of the maps, by id
	made    int
	early   []planned // plans of one run that wait to be applied
	earlyOf []*managed
}

// mostMaps is how many a warning names.
const mostMaps = 10

func newOwnershipStory(t *rapid.T, ends *storyEndings) *ownershipStory {
	c := &cloud{Server: simulator.New(), url: "http://127.0.0.1:1"}
	s := &ownershipStory{cloud: c, ends: ends, names: map[string]string{}}
	c.transport = inProcess{c.Server, rapid.Bool().Draw(t, "newest first")}
	for _, email := range []string{lead, other} {
		must(t, ignore(c.AddMember(email, email, simulator.RoleEditor, password)))
	}
	if rapid.IntRange(0, 3).Draw(t, "others' maps") > 0 {
		c.withOthersMaps(t)
	}
	for i, kind := range rapid.SliceOfN(rapid.SampledFrom([]string{"api_key", "member"}), 2, 4).Draw(t, "kinds") {
		s.owners = append(s.owners, s.draw(t, kind, i))
	}
	for range rapid.IntRange(0, 4).Draw(t, "maps") {
		s.addMap(t)
	}
	s.speak(t)
	return s
}

func (s *ownershipStory) close() { _ = s.Close() }

// speak lets the cloud speak as the contract says, or in one dialect or two.
func (s *ownershipStory) speak(t *rapid.T) {
	var names []string
	for _, d := range simulator.Dialects() {
		names = append(names, d.Name)
	}
	most := rapid.SampledFrom([]int{0, 0, 2}).Draw(t, "most dialects")
	must(t, s.Speak(rapid.SliceOfNDistinct(rapid.SampledFrom(names), 0, most, rapid.ID).Draw(t, "dialects")...))
}

// inProcess calls the cloud without a socket, and without the contract, which its dialects break.
type inProcess struct {
	cloud       *simulator.Server
	newestFirst bool
}

func (p inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	in := r.Clone(r.Context())
	in.RequestURI, in.Host = r.URL.RequestURI(), r.URL.Host
	if in.Body == nil {
		in.Body = http.NoBody
	}
	w := httptest.NewRecorder()
	p.cloud.ServeHTTP(w, in)
	resp := w.Result()
	if !p.newestFirst || r.Method != http.MethodGet {
		return resp, nil
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	resp.Body = io.NopCloser(bytes.NewReader(reversed(body)))
	return resp, nil
}

// reversed is an answer whose list, if it is one, is in the other order.
func reversed(body []byte) []byte {
	var answer struct {
		Message string            `json:"message"`
		Result  []json.RawMessage `json:"result"`
	}
	if json.Unmarshal(body, &answer) != nil || len(answer.Result) < 2 {
		return body
	}
	slices.Reverse(answer.Result)
	turned, err := json.Marshal(answer)
	if err != nil {
		return body
	}
	return turned
}

// drawOptions is what the configuration says of a deletion.
func drawOptions(t *rapid.T) values {
	return rapid.SampledFrom([]values{{}, {"force_destroy": true}, {"force_destroy": true}, {"transfer_ownership_to": lead}, {"transfer_ownership_to": lead, "force_destroy": true}}).Draw(t, "options")
}

// draw makes one owner with random options.
func (s *ownershipStory) draw(t *rapid.T, kind string, i int) *managed {
	o := ownerCase{typeName: apiKey, config: values{"name": fmt.Sprint("ci-", i), "role": "ORG_EDITOR", "expires_at": s.inDays(30)}, replaced: values{"role": "ORG_VIEWER"}}
	if kind == "member" {
		o = ownerCase{typeName: member, config: values{"email": fmt.Sprintf("person-%d@example.com", i), "role": "ORG_EDITOR"}, replaced: values{"email": fmt.Sprintf("other-%d@example.com", i)}}
		o.email = fmt.Sprintf("person-%d@example.com", i)
		must(t, ignore(s.AddMember(o.email, o.email, simulator.RoleEditor, password)))
	}
	maps.Copy(o.config, drawOptions(t))
	o.object = s.create(t, o.typeName, o.config)
	if kind != "member" {
		o.email = o.object.text(t, "email")
	}
	return &managed{ownerCase: o}
}

// living are the owners that were not deleted.
func (s *ownershipStory) living(t *rapid.T) []*managed {
	alive := slices.DeleteFunc(slices.Clone(s.owners), func(m *managed) bool { return m.gone })
	if len(alive) == 0 {
		t.Skip("every owner is gone")
	}
	return alive
}

func (s *ownershipStory) pick(t *rapid.T) *managed {
	return rapid.SampledFrom(s.living(t)).Draw(t, "owner")
}

// addMap makes a project or a data source that one owner made, alone or with another.
func (s *ownershipStory) addMap(t *rapid.T) {
	if len(s.names) == mostMaps {
		t.Skip("enough maps")
	}
	s.mapOf(t, s.pick(t).email, rapid.SampledFrom([]string{"", other, lead, s.pick(t).email}).Draw(t, "second owner"))
}

// mapOf makes a project or a data source of one owner and of a second, where that is another one.
func (s *ownershipStory) mapOf(t *rapid.T, owner, second string) {
	owners := []string{owner}
	if second != "" && second != owner {
		owners = append(owners, second)
	}
	s.made++
	name := fmt.Sprint("Map ", s.made, ".")
	if rapid.Bool().Draw(t, "data source") {
		d, err := s.AddDataSource(name, owners...)
		must(t, err)
		s.names[d.ID] = name
		return
	}
	p, err := s.AddProject(name, owners...)
	must(t, err)
	s.names[p.ID] = name
}

func (s *ownershipStory) anyMap(t *rapid.T) (id string) {
	if len(s.names) == 0 {
		t.Skip("no map")
	}
	ids := slices.SortedFunc(maps.Keys(s.names), func(a, b string) int { return strings.Compare(s.names[a], s.names[b]) })
	return ids[rapid.IntRange(0, len(ids)-1).Draw(t, "map")]
}

func (s *ownershipStory) grant(t *rapid.T) {
	must(t, s.Grant(s.anyMap(t), s.pick(t).email, simulator.PermissionOwner))
}

// share gives a permission to those who are neither members nor keys of the organization.
func (s *ownershipStory) share(t *rapid.T) {
	principal := rapid.SampledFrom([]string{"Surveyors", "somebody@elsewhere.example", s.Account().OrganizationID}).Draw(t, "principal")
	must(t, s.Share(s.anyMap(t), principal, rapid.SampledFrom([]string{simulator.PermissionOwner, simulator.PermissionView}).Draw(t, "permission")))
}

// revoke takes ownership from one of several owners.
func (s *ownershipStory) revoke(t *rapid.T) {
	id := s.anyMap(t)
	owners := s.Owners(id)
	if len(owners) < 2 {
		t.Skip("one owner")
	}
	must(t, s.Ungrant(id, rapid.SampledFrom(owners).Draw(t, "from")))
}

// deleteMap deletes a map in the portal.
func (s *ownershipStory) deleteMap(t *rapid.T) {
	id := s.anyMap(t)
	if hasProject(s.cloud, id) {
		must(t, s.DeleteProject(id))
	} else {
		must(t, s.DeleteDataSource(id))
	}
	delete(s.names, id)
}

// block is the provider's: that of a plan may be another than that of its apply, as the environment changes.
func (s *ownershipStory) block(t *rapid.T, of string) values {
	block := maps.Clone(rapid.SampledFrom([]values{{}, {}, {}, {"transfer_ownership_to": lead}, {"transfer_ownership_to": other}}).Draw(t, of))
	if rapid.IntRange(0, 4).Draw(t, of+" without rehearsals") == 0 {
		block["rehearse_deletions"] = false
	}
	return block
}

// configure changes what the configuration says of a deletion, and applies that.
func (s *ownershipStory) configure(t *rapid.T) {
	m := s.pick(t)
	config := maps.Clone(m.config)
	delete(config, "force_destroy")
	delete(config, "transfer_ownership_to")
	maps.Copy(config, drawOptions(t))
	p := s.walk(t, s.block(t, "provider")).plan(t, m.typeName, m.object, config)
	if p.diags.hasError() || p.replace {
		return
	}
	s.forgetEarly()
	after, diags := s.walk(t, s.block(t, "provider")).apply(t, p)
	if m.object = after; !diags.hasError() {
		m.config = config
	}
	s.hasLost(t, nil)
}

func (s *ownershipStory) refresh(t *rapid.T) {
	m := s.pick(t)
	after, diags := s.walk(t, nil).read(t, m.typeName, m.object)
	if !diags.hasError() && !isNothing(after.value) {
		m.object = after
		s.forgetEarly()
	}
}

// run plans the deletion of some owners together and, as Terraform does, applies if no plan has an error: in another order, maybe in
// another environment, and after something has happened in the portal.
func (s *ownershipStory) run(t *rapid.T) {
	chosen := rapid.SliceOfNDistinct(rapid.SampledFrom(s.living(t)), 1, -1, func(m *managed) string { return m.email }).Draw(t, "owners")
	plans, fine := s.planAll(t, chosen, rapid.SampledFrom([]string{"destroy", "replacement"}).Draw(t, "way"))
	if !fine {
		return
	}
	switch rapid.SampledFrom([]string{"nothing", "grant", "map", "demote", "dialect"}).Draw(t, "in between") {
	case "grant":
		if len(s.names) > 0 {
			must(t, s.Grant(s.anyMap(t), chosen[0].email, simulator.PermissionOwner))
		}
	case "map":
		if len(s.names) < mostMaps {
			s.mapOf(t, chosen[0].email, "")
		}
	case "demote":
		_ = s.SetRole(lead, simulator.RoleViewer)
	case "dialect":
		s.speak(t)
	}
	s.applyAll(t, chosen, plans)
}

func (s *ownershipStory) planAll(t *rapid.T, chosen []*managed, way string) (plans []planned, fine bool) {
	w := s.walk(t, s.block(t, "plan"))
	fine = true
	for _, m := range chosen {
		p := planOf(t, w, m.ownerCase, way)
		fine = fine && !p.diags.hasError()
		plans = append(plans, p)
	}
	if !fine {
		s.ends.refused.Add(1)
	}
	return plans, fine
}

// failures are what may go wrong in an apply. It fails then, and the state that is kept goes on.
var failures = map[string]simulator.Fault{
	"deletion refused":    {Method: http.MethodDelete, Path: "/api/ss/rest/v1/organizations/*/*/*", Status: http.StatusForbidden},
	"deletion unanswered": {Method: http.MethodDelete, Path: "/api/ss/rest/v1/organizations/*/*/*", When: simulator.After, Status: http.StatusBadGateway, Times: 1},
	"lists refused":       {Method: http.MethodGet, Path: "/api/mcs/rest/v1/organizations/*/*", Status: http.StatusForbidden},
	"no permissions":      {Method: http.MethodGet, Path: "/api/mcs/rest/v1/organizations/*/*/*/permissions", Status: http.StatusInternalServerError, Probability: 0.3},
	"grants refused":      {Method: http.MethodPost, Path: "/api/mcs/rest/v1/organizations/*/*/*/permissions", Status: http.StatusForbidden},
	"signing in":          {Method: http.MethodPost, Path: "/api/ss/rest/v1/authenticate", Status: http.StatusUnauthorized},
}

// applyAll applies the plans in a random order.
func (s *ownershipStory) applyAll(t *rapid.T, chosen []*managed, plans []planned) {
	before := map[string][]string{}
	for id := range s.names {
		before[id] = s.Owners(id)
	}
	places := make([]int, len(chosen))
	for i := range places {
		places[i] = i
	}
	order := rapid.Permutation(places).Draw(t, "order")
	w := s.walk(t, s.block(t, "apply"))
	if rapid.IntRange(0, 2).Draw(t, "something fails") == 0 {
		fault := failures[rapid.SampledFrom(slices.Sorted(maps.Keys(failures))).Draw(t, "what fails")]
		fault.Action = simulator.ActionStatus
		if fault.Times == 0 {
			fault.Times = -1
		}
		s.Inject(fault)
	}
	refused := map[*managed]bool{}
	for _, i := range order {
		after, diags := w.apply(t, w.destroyed(plans[i]))
		chosen[i].object = after
		refused[chosen[i]] = diags.hasError()
	}
	w.factory.Close(t.Context())
	s.ClearFaults()
	s.FinishLater()
	s.forgetEarly()
	for _, m := range chosen {
		m.gone = !m.exists(s.cloud)
		switch {
		case m.gone:
			s.ends.deleted.Add(1)
		case !refused[m]:
			t.Fatalf("%s is still there, and nothing was said", m.email)
		default:
			s.ends.refused.Add(1)
		}
	}
	s.hasLost(t, plans)
	for id := range s.names {
		if !slices.Equal(before[id], s.Owners(id)) {
			s.ends.moved.Add(1)
		}
	}
}

// hasLost fails where a map is gone that none of these plans said would be.
func (s *ownershipStory) hasLost(t *rapid.T, plans []planned) {
	t.Helper()
	announced := ""
	for _, p := range plans {
		for _, d := range p.diags {
			if strings.Contains(d.Summary, "PERMANENTLY deletes") {
				announced += d.Detail
			}
		}
	}
	there := map[string]bool{}
	for _, p := range s.Projects() {
		there[p.ID] = true
	}
	for _, d := range s.DataSources() {
		there[d.ID] = true
	}
	for id, name := range s.names {
		switch {
		case there[id]:
		case strings.Contains(announced, fmt.Sprintf("%q", name)):
			s.ends.destroyed.Add(1)
			delete(s.names, id)
		default:
			t.Fatalf("%s is gone, and no plan of this apply said so", name)
		}
	}
}

// runHidden deletes as -replace does: the plan showed nothing.
func (s *ownershipStory) runHidden(t *rapid.T) {
	m := s.pick(t)
	p := planOf(t, s.walk(t, s.block(t, "plan")), m.ownerCase, "-replace")
	switch {
	case p.diags.hasError():
	case m.typeName == member: // who stays
		w := s.walk(t, s.block(t, "apply"))
		_, diags := w.apply(t, w.destroyed(p))
		diags.mustBeFree(t)
		if !m.exists(s.cloud) {
			t.Fatalf("%s was replaced, and is gone", m.email)
		}
	default:
		p.diags = nil
		s.applyAll(t, []*managed{m}, []planned{p})
	}
}

// runEphemeral opens a key that makes a map, and closes it or lets the run end.
func (s *ownershipStory) runEphemeral(t *rapid.T) {
	w := s.walk(t, s.block(t, "provider"))
	o, diags := w.open(t, ephemeralKey, run(rapid.SampledFrom([]values{{}, {"transfer_ownership_to": lead}}).Draw(t, "options")))
	if diags.hasError() {
		return
	}
	if k, found := s.apiKeyByID(o.text(t, "id")); found && len(s.names) < mostMaps && rapid.Bool().Draw(t, "makes a map") {
		s.mapOf(t, k.Email, rapid.SampledFrom([]string{"", other}).Draw(t, "second owner"))
	}
	if rapid.Bool().Draw(t, "closed") {
		w.close(t.Context(), t, o)
	}
	w.factory.Close(t.Context())
	s.FinishLater()
	s.hasLost(t, nil)
}

// planEarly keeps a plan, in place of the one that was kept.
func (s *ownershipStory) planEarly(t *rapid.T) {
	m := s.pick(t)
	if plans, fine := s.planAll(t, []*managed{m}, "destroy"); fine {
		s.early, s.earlyOf = plans, []*managed{m}
	}
}

// applyLate applies a saved plan. Terraform refuses one whose state has changed since.
func (s *ownershipStory) applyLate(t *rapid.T) {
	if len(s.early) == 0 {
		t.Skip("no plan")
	}
	plans, of := s.early, s.earlyOf
	s.applyAll(t, of, plans)
}

func (s *ownershipStory) forgetEarly() { s.early, s.earlyOf = nil, nil }

func (s *ownershipStory) check(t *rapid.T) {
	s.hasLost(t, nil)
	for id, name := range s.names {
		if len(s.Owners(id)) == 0 {
			t.Fatalf("%s has no owner", name)
		}
	}
}
