package ownership

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// handingOver is a hand-over of all that the member owns, by a fresh reading.
func (r *run) handingOver(w *world, revoke bool) (handOver, []client.Resource) {
	reading := r.read()
	owner := asOwner(w.owner)
	successor := client.Member{ID: w.successor.ID, Name: w.successor.Name, Email: w.successor.Email}
	return handOver{Ownership: r.Ownership, reading: reading, owner: owner, successor: successor, revoke: revoke}, reading.holdings(owner.party())
}

func TestHandOver_endsAsTheCloudAllows(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		dialects     []string
		revoke       bool
		moved, given int
		err          string // a part
	}{
		"granted":                        {nil, false, 0, 4, ""},
		"moved":                          {nil, true, 4, 0, ""},
		"revocation is elsewhere":        {[]string{"revocation-elsewhere"}, true, 0, 4, ""},
		"revocations do nothing":         {[]string{"revocations-do-nothing"}, true, 0, 4, ""},
		"grants are refused":             {[]string{"grants-refused"}, true, 0, 0, "403"},
		"grants do nothing":              {[]string{"grants-do-nothing"}, true, 0, 0, errNotOwner.Error()},
		"members are written as ids":     {[]string{"principals-as-ids"}, true, 4, 0, ""},
		"any text, and ids":              {[]string{"principals-as-ids", "any-principal-taken"}, true, 4, 0, ""},
		"any text, and names":            {[]string{"principals-as-name-and-email", "any-principal-taken"}, true, 4, 0, ""},
		"nothing shows a member's form":  {[]string{"own-entry-only"}, true, 0, 0, ""},
		"permissions cannot be read":     {[]string{"permissions-missing"}, true, 0, 0, ""},
		"the last owner can be revoked":  {[]string{"last-owner-can-be-revoked"}, true, 4, 0, ""},
		"administrators are shown along": {[]string{"administrators-listed-as-owners"}, true, 4, 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, c.dialects...)
			h, holdings := w.newRun().handingOver(w, c.revoke)
			done := h.all(t.Context(), holdings)
			equal(t, "moved", len(done.moved), c.moved)
			equal(t, "given", len(done.given), c.given)
			equal(t, "failed", done.err != nil, c.err != "")
			if c.err != "" && !strings.Contains(done.err.Error(), c.err) {
				t.Errorf("%v, want %q", done.err, c.err)
			}
			for what, owners := range w.owners() {
				isOwners := strings.Contains(owners, w.owner.Email)
				isSuccessors := strings.Contains(owners, w.successor.Email)
				switch {
				case !strings.HasPrefix(what, "member"):
					equal(t, what, isSuccessors, false)
				default:
					equal(t, what+" is the owner's still", isOwners, c.moved == 0)
					equal(t, what+" is the successor's", isSuccessors, c.moved+c.given > 0)
				}
			}
		})
	}
}

// A text that the cloud took and does not understand proves nothing, even if it reads back as it was written.
func TestHandOver_doesNotBelieveItsOwnText(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "any-principal-taken", "principals-as-ids")
	h, holdings := w.newRun().handingOver(w, true)
	project := holdings[0]
	must(t, h.client.Grant(t.Context(), project.Kind, project.ID, w.successor.Email))
	permissions, err := h.client.Permissions(t.Context(), project.Kind, project.ID)
	must(t, err)
	equal(t, "the email reads back", memberParty(h.successor).isIn(ownersIn(permissions)), true)
	equal(t, "and does not count", h.isSuccessorIn(permissions), false)

	h.reading.proof.forms = forms{}
	equal(t, "without a form", errors.Is(h.all(t.Context(), holdings[:1]).err, errNoForm), true)
}

func TestHandOver_costsFourCallsAHolding(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h, holdings := w.newRun().handingOver(w, true)
	w.ClearRequests()
	h.all(t.Context(), holdings)
	equal(t, "calls", len(w.calls()), 4*4)

	w = newWorld(t)
	for _, p := range w.Projects() {
		must(t, w.Grant(p.ID, w.successor.Email, simulator.PermissionOwner))
	}
	h, holdings = w.newRun().handingOver(w, false)
	w.ClearRequests()
	h.all(t.Context(), holdings)
	equal(t, "what is the successor's already is only read back", w.count("listProjectPermissions"), 2)
	equal(t, "and not granted", w.count("addProjectPermission"), 0)
}

// The successor may have lost what the reading says that they own.
func TestHandOver_grantsAgainWhatWasTakenBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, p := range w.Projects() {
		must(t, w.Grant(p.ID, w.successor.Email, simulator.PermissionOwner))
	}
	h, holdings := w.newRun().handingOver(w, false)
	for _, p := range w.Projects() {
		if len(p.Owners) > 1 {
			must(t, w.Ungrant(p.ID, w.successor.Email))
		}
	}
	equal(t, "given", len(h.all(t.Context(), holdings).given), 4)
	equal(t, "owners", strings.Contains(w.owners()["member project"], w.successor.Email), true)
}

func TestHandOver_passesOverWhatHasGone(t *testing.T) {
	t.Parallel()
	for _, when := range []string{"before the grant", "before it is read back"} {
		t.Run(when, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			run := w.newRun()
			h, holdings := run.handingOver(w, true)
			doomed := holdings[0].ID
			method := map[string]string{"before the grant": "POST", "before it is read back": "GET"}[when]
			w.once(method, doomed+"/permissions", func() { must(t, w.DeleteProject(doomed)) })
			done := h.all(t.Context(), holdings)
			must(t, done.err)
			equal(t, "gone", len(done.gone), 1)
			equal(t, "moved", len(done.moved), 3)
			_, known := run.read().find(holdings[0])
			equal(t, "known", known, false)
		})
	}
}

// An answer that is lost is made good by reading back.
func TestHandOver_readsBackWhatAnAnswerWasLostOf(t *testing.T) {
	t.Parallel()
	for _, method := range []string{"POST", "DELETE"} {
		w := newWorld(t)
		h, holdings := w.newRun().handingOver(w, true)
		w.Inject(simulator.Fault{Method: method, When: simulator.After, Action: simulator.ActionStatus, Status: 500, Times: -1})
		done := h.all(t.Context(), holdings)
		must(t, done.err)
		equal(t, method, len(done.moved), 4)
	}
}

func TestHandOver_beginsNoOtherAfterOneThatFails(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 30 {
		w.project(fmt.Sprint("member project ", i), w.owner.Email)
	}
	h, holdings := w.newRun().handingOver(w, true)
	w.Inject(simulator.Fault{Method: "POST", Path: projectsPath + "/*/permissions", Action: simulator.ActionStatus, Status: 403, Times: -1})
	w.ClearRequests()
	done := h.all(t.Context(), holdings)
	equal(t, "failed", client.IsForbidden(done.err), true)
	if n := w.count("addProjectPermission"); n > parallel {
		t.Errorf("%d grants were asked for", n)
	}
}

func TestHandOver_endsWithItsContext(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h, holdings := w.newRun().handingOver(w, true)
	ctx, cancel := context.WithCancel(t.Context())
	w.onRequest(func(r *http.Request) {
		if r.Method == "POST" {
			cancel()
		}
	})
	done := h.all(ctx, holdings)
	equal(t, "failed", done.err != nil, true)
	equal(t, "nothing is lost", len(w.owners()), 11)
	cancel()
}

// A demotion leaves the owner beside the successor.
func TestHandOver_withoutADeletion(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	given, err := w.newRun().HandOver(t.Context(), Deletion{Owner: asOwner(w.owner), Successor: to(w.successor)})
	must(t, err)
	equal(t, "given", len(given.Given), 4)
	equal(t, "owners", w.owners()["member project"], w.owner.Email+" "+w.successor.Email)
	given, err = w.newRun().HandOver(t.Context(), Deletion{Owner: asOwner(w.owner)})
	must(t, err)
	equal(t, "without a successor", len(given.Given), 0)
	equal(t, "what is owned", len(given.Holdings), 4)

	w.Inject(simulator.Fault{Method: "POST", Path: projectsPath + "/*/permissions", Action: simulator.ActionStatus, Status: 403, Times: -1})
	given, err = w.newRun().HandOver(t.Context(), Deletion{Owner: asKeyOwner(w.key), Successor: to(w.successor)})
	must(t, err)
	equal(t, "failed", given.Failed != nil && client.IsForbidden(given.Cause), true)
}

func TestGive_makesAnOwner(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	run := w.newRun()
	successor := client.Member{ID: w.successor.ID, Name: w.successor.Name, Email: w.successor.Email}
	resource := client.Resource{Kind: client.Project, ID: w.Projects()[0].ID}
	gone, err := run.Give(t.Context(), successor, resource)
	must(t, err)
	equal(t, "gone", gone, false)
	equal(t, "owners", strings.Contains(w.owners()["member project"], w.successor.Email), true)

	resource.ID = w.project("doomed")
	must(t, w.DeleteProject(resource.ID))
	gone, err = run.Give(t.Context(), successor, resource)
	must(t, err)
	equal(t, "gone", gone, true)
}
