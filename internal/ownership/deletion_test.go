package ownership

import (
	"testing"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// destroy plans a deletion in one run and carries it out in another, as Terraform does.
func (c *cloud) destroy(d Deletion) (Plan, Result, error) {
	c.t.Helper()
	planned, err := c.newRun().Plan(c.t.Context(), d)
	must(c.t, err)
	if planned.Announcement == nil {
		return planned, Result{}, nil
	}
	result, err := c.newRun().Delete(c.t.Context(), d, planned.Announcement)
	return planned, result, err
}

func TestDeletion_holdingsGoToTheSuccessor(t *testing.T) {
	t.Parallel()
	for _, noun := range []string{"member", "key"} {
		t.Run(noun, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			owner := asOwner(w.owner)
			if noun == "key" {
				owner = asKeyOwner(w.key)
			}
			planned, result, err := w.destroy(Deletion{Owner: owner, Successor: to(w.successor)})
			must(t, err)
			equal(t, "announced", planned.Announcement.Announced, AnnouncedTransfer)
			equal(t, "holdings", len(planned.Holdings), 4)
			equal(t, "verdict", verdictName(result.Verdict), "delete: OwnsNothing")
			equal(t, "rehearsal", result.Rehearsal, RehearsalWorks)
			equal(t, "moved", len(result.Moved), 4)
			equal(t, "deleted", result.Deleted, true)
			owners := w.owners()
			equal(t, "alone", owners[noun+" project"], w.successor.Email)
			equal(t, "alone", owners[noun+" source"], w.successor.Email)
			equal(t, "shared", owners[noun+" shared project"], w.other.Email+" "+w.successor.Email)
			equal(t, "all", len(owners), 11)
			equal(t, "keys", len(w.APIKeys()), map[string]int{"member": 2, "key": 1}[noun])
		})
	}
}

func TestDeletion_whoOwnsNothingCostsOneReading(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	idle := w.member("idle@example.com", simulator.RoleEditor)
	run := w.newRun()
	result, err := run.Delete(t.Context(), Deletion{Owner: asOwner(idle)}, nil)
	must(t, err)
	equal(t, "verdict", verdictName(result.Verdict), "delete: OwnsNothing")
	equal(t, "calls", len(w.calls()), 4+11+1)
	w.ClearRequests()
	viewer := w.cloud.key("viewer", simulator.RoleViewer)
	must(t, func() error { _, err := run.directory.FreshAPIKeys(t.Context()); return err }())
	w.ClearRequests()
	result, err = run.Delete(t.Context(), Deletion{Owner: asKeyOwner(viewer)}, nil)
	must(t, err)
	equal(t, "verdict", verdictName(result.Verdict), "delete: Exempted")
	equalLists(t, "calls", w.calls(), []string{"deleteApiKey"})
}

var _ = client.Project
