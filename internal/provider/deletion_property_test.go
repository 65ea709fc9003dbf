package provider_test

import (
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/contract"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// managed is one member or key of a random organization, as Terraform has it.
type managed struct {
	ownerCase
	gone bool
}

// Whatever an organization looks like and whatever is planned and applied in whatever order: nothing that one member or key
// solely owned is gone unless a plan showed it, or the portal deleted it.
func TestDeletion_nothingIsLostUnannounced(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := newOwnershipStory(t)
		defer s.close()
		t.Repeat(map[string]func(*rapid.T){
			"":                      s.check,
			"project":               s.addProject,
			"grant":                 s.grant,
			"revoke":                s.revoke,
			"plan and apply":        s.run,
			"hidden deletion":       s.runHidden,
			"plan early":            s.planEarly,
			"apply late":            s.applyLate,
			"demote the successor":  func(t *rapid.T) { s.setSuccessor("ORG_VIEWER") },
			"promote the successor": func(t *rapid.T) { s.setSuccessor("ORG_EDITOR") },
		})
	})
}

// ownershipStory is a random organization and what is known to have been announced in it.
type ownershipStory struct {
	*cloud
	server   *httptest.Server
	owners   []*managed
	projects map[string]bool // every project that was made, and whether its loss was announced
	early    []planned       // plans that wait to be applied
	earlyOf  []*managed
}

func newOwnershipStory(t *rapid.T) *ownershipStory {
	c := &cloud{Server: simulator.New()}
	c.Use(contract.Middleware(func(err error) { t.Error(err) }))
	s := &ownershipStory{cloud: c, server: httptest.NewServer(c), projects: map[string]bool{}}
	c.url = s.server.URL
	for _, email := range []string{lead, other} {
		if _, err := c.AddMember(email, email, "ORG_EDITOR", password); err != nil {
			t.Fatal(err)
		}
	}
	kinds := rapid.SliceOfN(rapid.SampledFrom([]string{"api_key", "member"}), 2, 4).Draw(t, "kinds")
	for i, kind := range kinds {
		s.owners = append(s.owners, s.draw(t, kind, i))
	}
	return s
}

func (s *ownershipStory) close() {
	_ = s.Close()
	s.server.Close()
}

// draw makes one owner with random delete options.
func (s *ownershipStory) draw(t *rapid.T, kind string, i int) *managed {
	options := rapid.SampledFrom([]values{{}, {"force_destroy": true}, {"transfer_ownership_to": lead}, {"transfer_ownership_to": lead, "force_destroy": true}}).Draw(t, "options")
	o := ownerCase{typeName: "jmapcloud_api_key", config: values{"name": fmt.Sprint("ci-", i), "role": "ORG_EDITOR", "expires_at": s.inDays(30)}, replaced: values{"role": "ORG_VIEWER"}}
	if kind == "member" {
		o = ownerCase{typeName: "jmapcloud_member", config: values{"email": fmt.Sprintf("person-%d@example.com", i), "role": "ORG_EDITOR"}, replaced: values{"email": fmt.Sprintf("other-%d@example.com", i)}}
		o.email = fmt.Sprintf("person-%d@example.com", i)
		if _, err := s.AddMember(o.email, o.email, "ORG_EDITOR", password); err != nil {
			t.Fatal(err)
		}
	}
	for name, value := range options {
		o.config[name] = value
	}
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
		t.Skip("everybody is gone")
	}
	return alive
}

func (s *ownershipStory) pick(t *rapid.T) *managed {
	return rapid.SampledFrom(s.living(t)).Draw(t, "owner")
}

// mostProjects is how many a warning names.
const mostProjects = 10

func (s *ownershipStory) addProject(t *rapid.T) {
	if len(s.Projects()) == mostProjects {
		t.Skip("enough projects")
	}
	owners := []string{s.pick(t).email}
	if second := rapid.SampledFrom([]string{"", other, s.pick(t).email}).Draw(t, "second owner"); second != "" && second != owners[0] {
		owners = append(owners, second)
	}
	p, err := s.AddProject(fmt.Sprint("Project ", len(s.projects)), owners...)
	if err != nil {
		t.Fatal(err)
	}
	s.projects[p.ID] = false
}

func (s *ownershipStory) anyProject(t *rapid.T) simulator.Project {
	projects := s.Projects()
	if len(projects) == 0 {
		t.Skip("no project")
	}
	slices.SortFunc(projects, func(a, b simulator.Project) int { return a.CreatedAt.Compare(b.CreatedAt) })
	return projects[rapid.IntRange(0, len(projects)-1).Draw(t, "project")]
}

func (s *ownershipStory) grant(t *rapid.T) {
	if err := s.Grant(s.anyProject(t).ID, s.pick(t).email, "OWNER"); err != nil {
		t.Fatal(err)
	}
}

// revoke takes ownership from one of several owners.
func (s *ownershipStory) revoke(t *rapid.T) {
	p := s.anyProject(t)
	if len(p.Owners) < 2 {
		t.Skip("one owner")
	}
	if err := s.Ungrant(p.ID, rapid.SampledFrom(p.Owners).Draw(t, "from")); err != nil {
		t.Fatal(err)
	}
}

func (s *ownershipStory) setSuccessor(role string) { _ = s.SetRole(lead, role) }

// announced notes what plans show: the projects that a warning names as going.
func (s *ownershipStory) announced(plans []planned) {
	text := ""
	for _, p := range plans {
		for _, d := range p.diags {
			if strings.Contains(d.Summary, "also deletes") {
				text += d.Detail
			}
		}
	}
	for _, p := range s.Projects() {
		if strings.Contains(text, fmt.Sprintf("%q", p.Name["en"])) {
			s.projects[p.ID] = true
		}
	}
}

func (s *ownershipStory) block(t *rapid.T) values {
	return rapid.SampledFrom([]values{nil, {"transfer_ownership_to": lead}, {"transfer_ownership_to": other}}).Draw(t, "provider")
}

// run plans the deletion of some owners together and, as Terraform does, applies if no plan has an error.
func (s *ownershipStory) run(t *rapid.T) {
	chosen := rapid.SliceOfNDistinct(rapid.SampledFrom(s.living(t)), 1, -1, func(m *managed) string { return m.email }).Draw(t, "owners")
	way := rapid.SampledFrom([]string{"destroy", "replacement"}).Draw(t, "way")
	block := s.block(t)
	plans, fine := s.planAll(t, block, chosen, way)
	if !fine {
		return
	}
	if rapid.Bool().Draw(t, "something happens in between") && len(s.Projects()) > 0 {
		_ = s.Grant(s.anyProject(t).ID, chosen[0].email, "OWNER")
	}
	s.applyAll(t, block, chosen, plans)
}

func (s *ownershipStory) planAll(t *rapid.T, block values, chosen []*managed, way string) (plans []planned, fine bool) {
	w := s.walk(t, block)
	fine = true
	for _, m := range chosen {
		p := planOf(t, w, m.ownerCase, way)
		fine = fine && !p.diags.hasError()
		plans = append(plans, p)
	}
	if fine {
		s.announced(plans)
	}
	return plans, fine
}

func (s *ownershipStory) applyAll(t *rapid.T, block values, chosen []*managed, plans []planned) {
	w := s.walk(t, block)
	for i, m := range chosen {
		_, diags := w.apply(t, w.destroyed(plans[i]))
		m.gone = !m.exists(s.cloud)
		if !diags.hasError() && !m.gone {
			t.Fatalf("%s is still there, and nothing was said", m.email)
		}
	}
}

// runHidden deletes as -replace does: the plan showed nothing.
func (s *ownershipStory) runHidden(t *rapid.T) {
	m, block := s.pick(t), s.block(t)
	p := planOf(t, s.walk(t, block), m.ownerCase, "-replace")
	if !p.diags.hasError() {
		s.applyAll(t, block, []*managed{m}, []planned{p})
	}
}

func (s *ownershipStory) planEarly(t *rapid.T) {
	m := s.pick(t)
	if plans, fine := s.planAll(t, nil, []*managed{m}, "destroy"); fine {
		s.early, s.earlyOf = append(s.early, plans...), append(s.earlyOf, m)
	}
}

// applyLate applies an old saved plan.
func (s *ownershipStory) applyLate(t *rapid.T) {
	if len(s.early) == 0 {
		t.Skip("no plan")
	}
	p, m := s.early[0], s.earlyOf[0]
	s.early, s.earlyOf = s.early[1:], s.earlyOf[1:]
	if m.gone {
		t.Skip("deleted since")
	}
	s.applyAll(t, nil, []*managed{m}, []planned{p})
}

func (s *ownershipStory) check(t *rapid.T) {
	for id, announced := range s.projects {
		if !announced && !hasProject(s.cloud, id) {
			t.Fatalf("project %s is gone, and no plan showed it", id)
		}
	}
	for _, p := range s.Projects() {
		if len(p.Owners) == 0 {
			t.Fatalf("project %s has no owner", p.ID)
		}
	}
}
