package ownership

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// announced plans the forced deletion of the member, in a run of its own.
func (w *world) announced(d Deletion) *Announcement {
	w.t.Helper()
	planned, err := w.newRun().Plan(w.t.Context(), d)
	must(w.t, err)
	if planned.Announcement == nil {
		w.t.Fatalf("the plan refuses: %s", verdictName(planned.Verdict))
	}
	return planned.Announcement
}

func (w *world) forced() Deletion { return Deletion{Owner: asOwner(w.owner), Force: true} }

func TestAnnouncement_destructionIsCarriedOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.announced(w.forced())
	equal(t, "announced", a.Announced, AnnouncedDestruction)
	equal(t, "resources", len(a.Resources), 4)
	result, err := w.newRun().Delete(t.Context(), w.forced(), a)
	must(t, err)
	equal(t, "verdict", verdictName(result.Verdict), "delete: Destruction")
	equal(t, "left", len(w.owners()), 9) // what others own too is left
}

// A field that differs makes the announcement count as none, so that nothing may be destroyed.
func TestAnnouncement_countsForWhatItWasMadeFor(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*Announcement){
		"another version":      func(a *Announcement) { a.Version++ },
		"no version":           func(a *Announcement) { a.Version = 0 },
		"another organization": func(a *Announcement) { a.Organization = "another" },
		"another kind":         func(a *Announcement) { a.Kind = client.APIKeyOwner },
		"another id":           func(a *Announcement) { a.ID = "another" },
		"another principal":    func(a *Announcement) { a.Principal = "another@example.com" },
		"a transfer":           func(a *Announcement) { a.Announced = AnnouncedTransfer },
		"nothing":              func(a *Announcement) { a.Announced = AnnouncedNothing },
		"a check":              func(a *Announcement) { a.Announced = AnnouncedCheck },
		"no force":             func(a *Announcement) { a.Force = false },
		"one resource less":    func(a *Announcement) { a.Resources = a.Resources[1:] },
		"another kind of one":  func(a *Announcement) { a.Resources[0] = strings.Replace(a.Resources[0], "project", "data_source", 1) },
		"no resource":          func(a *Announcement) { a.Resources = nil },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			a := w.announced(w.forced())
			change(a)
			result, err := w.newRun().Delete(t.Context(), w.forced(), a)
			must(t, err)
			equal(t, "step", result.Step, Refuse)
			equal(t, "reason", result.Reason == NotAnnounced || name == "no force" && result.Reason == NeedsSuccessor, true)
			equal(t, "what is missing", len(result.NotAnnounced) > 0 || name == "no force", true)
			equal(t, "deletions", w.deletions(), 0)
			equal(t, "left", len(w.owners()), 11)
		})
	}
}

func TestAnnouncement_isNoneWithoutAPlan(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	result, err := w.newRun().Delete(t.Context(), w.forced(), nil)
	must(t, err)
	equal(t, "verdict", verdictName(result.Verdict), "refuse: NotAnnounced")

	run := w.newRun()
	planned, err := run.Plan(t.Context(), w.forced())
	must(t, err)
	result, err = run.Delete(t.Context(), w.forced(), planned.Announcement) // which no user has seen
	must(t, err)
	equal(t, "of the apply's own", verdictName(result.Verdict), "refuse: NotAnnounced")
	equal(t, "deletions", w.deletions(), 0)
}

// Holdings that go meanwhile are no reason to refuse; those that come are.
func TestAnnouncement_coversASubset(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.announced(w.forced())
	must(t, w.DeleteProject(strings.TrimPrefix(a.Resources[0], "project/")))
	result, err := w.newRun().Delete(t.Context(), w.forced(), a)
	must(t, err)
	equal(t, "fewer", verdictName(result.Verdict), "delete: Destruction")

	w = newWorld(t)
	a = w.announced(w.forced())
	late := w.project("late", w.owner.Email)
	result, err = w.newRun().Delete(t.Context(), w.forced(), a)
	must(t, err)
	equal(t, "more", verdictName(result.Verdict), "refuse: NotAnnounced")
	equal(t, "which", result.NotAnnounced[0].ID, late)
}

// The successor is the announced one, whatever the configuration or the environment says at the apply.
func TestAnnouncement_successorIsTheAnnouncedOne(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		atPlan, atApply func(*world) Choice
		between         func(*world)
		want            string
		receives        string // who owns the project afterwards
	}{
		"none at the apply":      {chosen("successor"), noChoice, nil, "delete: OwnsNothing", "successor@example.com"},
		"another at the apply":   {chosen("successor"), chosen("other"), nil, "delete: OwnsNothing", "successor@example.com"},
		"none at the plan":       {noChoice, chosen("successor"), nil, "delete: Destruction", ""},
		"unknown at the plan":    {unknown, chosen("other"), nil, "delete: OwnsNothing", "other@example.com"},
		"unknown, and then none": {unknown, noChoice, nil, "refuse: SuccessorOpen", "owner@example.com"},
		"unknown at both":        {unknown, unknown, nil, "refuse: SuccessorOpen", "owner@example.com"},
		"has become a Viewer":    {chosen("successor"), chosen("successor"), func(w *world) { must(w.t, w.SetRole("successor@example.com", simulator.RoleViewer)) }, "refuse: SuccessorUnfit", "owner@example.com"},
		"has left":               {chosen("successor"), chosen("other"), func(w *world) { must(w.t, w.RemoveMember("successor@example.com", "")) }, "refuse: SuccessorUnfit", "owner@example.com"},
		"has left and come again": {chosen("successor"), chosen("successor"), func(w *world) {
			must(w.t, w.RemoveMember("successor@example.com", ""))
			w.member("successor@example.com", simulator.RoleEditor)
		}, "refuse: SuccessorUnfit", "owner@example.com"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			d := w.forced()
			d.Successor = c.atPlan(w)
			a := w.announced(d)
			if c.between != nil {
				c.between(w)
			}
			d.Successor = c.atApply(w)
			result, err := w.newRun().Delete(t.Context(), d, a)
			must(t, err)
			equal(t, "verdict", verdictName(result.Verdict), c.want)
			equal(t, "receives", w.owners()["member project"], c.receives)
		})
	}
}

func chosen(who string) func(*world) Choice {
	return func(*world) Choice { return Choice{Email: who + "@example.com"} }
}

func noChoice(*world) Choice { return Choice{} }
func unknown(*world) Choice  { return Choice{Unknown: true} }

// A transfer may take more than was announced: nothing is destroyed by that.
func TestAnnouncement_transferTakesWhatHasCome(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	idle := w.member("idle@example.com", simulator.RoleEditor)
	d := Deletion{Owner: asOwner(idle), Successor: to(w.successor)}
	a := w.announced(d)
	equal(t, "announced", a.Announced, AnnouncedNothing)
	w.project("late", idle.Email)
	result, err := w.newRun().Delete(t.Context(), d, a)
	must(t, err)
	equal(t, "verdict", verdictName(result.Verdict), "delete: OwnsNothing")
	equal(t, "receives", w.owners()["late"], w.successor.Email)

	w = newWorld(t)
	idle = w.member("idle@example.com", simulator.RoleEditor)
	d = Deletion{Owner: asOwner(idle), Force: true}
	a = w.announced(d)
	w.project("late", idle.Email)
	result, err = w.newRun().Delete(t.Context(), d, a)
	must(t, err)
	equal(t, "without a successor", verdictName(result.Verdict), "refuse: NotAnnounced")
}

// Private state is JSON, and has no secret in it.
func TestAnnouncement_survivesItsJourney(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := w.forced()
	d.Owner.Secret = "the-secret-of-a-key"
	encoded, err := json.Marshal(w.announced(d))
	must(t, err)
	equal(t, "secret", strings.Contains(string(encoded), d.Owner.Secret), false)
	var decoded Announcement
	must(t, json.Unmarshal(encoded, &decoded))
	result, err := w.newRun().Delete(t.Context(), w.forced(), &decoded)
	must(t, err)
	equal(t, "verdict", verdictName(result.Verdict), "delete: Destruction")
}

// Two owners of one project, each announced, go in either order.
func TestAnnouncement_ofTwoOwnersHoldsInBothOrders(t *testing.T) {
	t.Parallel()
	for _, order := range [][]string{{"owner@example.com", "other@example.com"}, {"other@example.com", "owner@example.com"}} {
		w := newWorld(t)
		plan, apply := w.newRun(), w.newRun()
		announcements := map[string]*Announcement{}
		for _, email := range order {
			m, _ := w.Member(email)
			planned, err := plan.Plan(t.Context(), Deletion{Owner: asOwner(m), Force: true})
			must(t, err)
			announcements[email] = planned.Announcement
		}
		for _, email := range []string{order[1], order[0]} {
			m, _ := w.Member(email)
			result, err := apply.Delete(t.Context(), Deletion{Owner: asOwner(m), Force: true}, announcements[email])
			must(t, err)
			equal(t, email, verdictName(result.Verdict), "delete: Destruction")
		}
	}
}
