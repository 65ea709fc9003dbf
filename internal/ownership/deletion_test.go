package ownership

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
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
	run.listKeysAgain()
	w.ClearRequests()
	result, err = run.Delete(t.Context(), Deletion{Owner: asKeyOwner(viewer)}, nil)
	must(t, err)
	equal(t, "verdict", verdictName(result.Verdict), "delete: Exempted")
	equalLists(t, "calls", w.calls(), []string{"deleteApiKey"})
}

// deleting lets the first deletions of a member or key fail: those for which no Times is given, once.
func deleting(f simulator.Fault) func(*world) {
	return func(w *world) {
		f := f // for several worlds at once
		f.Method, f.Action = "DELETE", simulator.ActionStatus
		if f.Status == 0 {
			f.Action = simulator.ActionClose
		}
		f.Path = membersPath + "/*"
		w.Inject(f)
		f.Path = keysPath + "/*"
		w.Inject(f)
	}
}

// A deletion that the cloud could not answer, or not now, is asked for again, once it is clear that the owner is there and still owns nothing.
func TestDeletion_isRepeatedAfterAnotherLook(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fails     func(*world)
		deletions int
		failed    bool
	}{
		"429":                        {deleting(simulator.Fault{Status: 429}), 2, false},
		"500":                        {deleting(simulator.Fault{Status: 500}), 2, false},
		"503":                        {deleting(simulator.Fault{Status: 503, Times: 2}), 3, false},
		"the connection breaks":      {deleting(simulator.Fault{}), 2, false},
		"the answer is lost":         {deleting(simulator.Fault{When: simulator.After}), 1, false},
		"500 although it was done":   {deleting(simulator.Fault{When: simulator.After, Status: 500}), 1, false},
		"404 although it was done":   {deleting(simulator.Fault{When: simulator.After, Status: 404}), 1, false},
		"404 although it is there":   {deleting(simulator.Fault{Status: 404}), 1, true},
		"403":                        {deleting(simulator.Fault{Status: 403}), 1, true},
		"409":                        {deleting(simulator.Fault{Status: 409}), 1, true},
		"500 again and again":        {deleting(simulator.Fault{Status: 500, Times: -1}), len(looks), true},
		"a proxy's page of a 404":    {deleting(simulator.Fault{Status: 404, Body: "<html>"}), 2, false},
		"a proxy's page of a denial": {deleting(simulator.Fault{Status: 403, Body: "<html>"}), 2, false},
	} {
		for _, noun := range []string{"member", "key"} {
			t.Run(name+", "+noun, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				w.loosen()
				idle := asKeyOwner(w.cloud.key("idle", simulator.RoleEditor))
				if noun == "member" {
					must(t, w.DeleteAPIKey(idle.ID))
					idle = asOwner(w.member("idle@example.com", simulator.RoleEditor))
				}
				c.fails(w)
				result, err := w.newRun().Delete(t.Context(), Deletion{Owner: idle, Successor: to(w.successor)}, nil)
				equal(t, "failed", err != nil, c.failed)
				equal(t, "deleted", result.Deleted, !c.failed)
				equal(t, "deletions", w.deletions(), c.deletions)
				_, isMember := w.Member("idle@example.com")
				_, isKey := w.APIKeyByTitle("idle")
				equal(t, "is there", isMember || isKey, c.failed)
				equal(t, "maps", len(w.owners()), 11)
			})
		}
	}
}

// Between two tries the owner may come to own something, or the successor may lose what they were given.
func TestDeletion_secondLookDecides(t *testing.T) {
	t.Parallel()
	t.Run("a new map", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		idle := w.member("idle@example.com", simulator.RoleEditor)
		deleting(simulator.Fault{Status: 500})(w)
		w.once("DELETE", idle.ID, func() { w.project("late", idle.Email) })
		result, err := w.newRun().Delete(t.Context(), Deletion{Owner: asOwner(idle)}, nil)
		must(t, err)
		equal(t, "verdict", verdictName(result.Verdict), "refuse: NeedsSuccessor")
		equal(t, "deleted", result.Deleted, false)
		equal(t, "late", w.owners()["late"], idle.Email)
	})
	t.Run("a grant that was taken back", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, "revocations-do-nothing")
		w.Inject(simulator.Fault{Method: "DELETE", Path: membersPath + "/*", Action: simulator.ActionStatus, Status: 500})
		var project string
		for _, p := range w.Projects() {
			if p.Name["en"] == "member project" {
				project = p.ID
			}
		}
		w.once("DELETE", w.owner.ID, func() { must(t, w.Ungrant(project, w.successor.Email)) })
		result, err := w.newRun().Delete(t.Context(), Deletion{Owner: asOwner(w.owner), Successor: to(w.successor)}, nil)
		must(t, err)
		equal(t, "verdict", verdictName(result.Verdict), "delete: Transferred")
		equal(t, "granted again", w.owners()["member project"], w.successor.Email)
		equal(t, "maps", len(w.owners()), 11)
	})
}

func TestDeletion_endsWithItsContext(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	idle := w.member("idle@example.com", simulator.RoleEditor)
	deleting(simulator.Fault{Status: 500, Times: -1})(w)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	w.once("DELETE", idle.ID, cancel)
	_, err := w.newRun().Delete(ctx, Deletion{Owner: asOwner(idle)}, nil)
	equal(t, "failed", err != nil, true)
	if n := w.deletions(); n > 1 {
		t.Errorf("%d deletions", n)
	}
}

// The read-back is the last that happens before a deletion.
func TestDeletion_comesAfterTheLastReadBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "revocation-elsewhere")
	result, err := w.newRun().Delete(t.Context(), Deletion{Owner: asOwner(w.owner), Successor: to(w.successor)}, nil)
	must(t, err)
	equal(t, "verdict", verdictName(result.Verdict), "delete: Transferred")
	calls := w.calls()
	at := slices.Index(calls, "deleteMember")
	equal(t, "before", calls[at-1] == "listProjectPermissions" || calls[at-1] == "listDataSourcePermissions", true)
	equal(t, "read back after it", len(calls)-at-1, 4)
}

// A cloud whose transfers are lost in spite of a rehearsal that works is found out, and every loss is named.
func TestDeletion_namesWhatIsLost(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "revocation-elsewhere")
	var doomed, foreign string
	for _, p := range w.Projects() {
		switch p.Name["en"] {
		case "member project":
			doomed = p.ID
		case "member shared project":
			foreign = p.ID
		}
	}
	var once sync.Once
	w.onRequest(func(r *http.Request) {
		if r.Method == "GET" && strings.HasSuffix(r.URL.Path, "/permissions") && w.count("deleteMember") > 0 {
			once.Do(func() {
				must(t, w.DeleteProject(doomed))
				must(t, w.Ungrant(foreign, w.successor.Email))
				w.Inject(simulator.Fault{Path: dataSourcesPath + "/*/permissions", Action: simulator.ActionStatus, Status: 403})
			})
		}
	})
	result, err := w.newRun().Delete(t.Context(), Deletion{Owner: asOwner(w.owner), Successor: to(w.successor)}, nil)
	must(t, err)
	equal(t, "deleted", result.Deleted, true)
	equal(t, "lost", len(result.Lost), 1)
	equal(t, "which", result.Lost[0].ID, doomed)
	equal(t, "not transferred", len(result.NotTransferred), 1)
	equal(t, "which", result.NotTransferred[0].ID, foreign)
	equal(t, "what could not be read", client.IsForbidden(result.Unverified), true)
}

// Where no map of another is listed, nothing shows that the account sees them.
func TestDeletion_needsToSeeWhatOthersOwn(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	idle := c.member("idle@example.com", simulator.RoleEditor)
	successor := c.member("successor@example.com", simulator.RoleEditor)
	c.project("account project")
	planned, _, err := c.destroy(Deletion{Owner: asOwner(idle)})
	must(t, err)
	equal(t, "without a successor", verdictName(planned.Verdict), "refuse: NotVisible")
	planned, result, err := c.destroy(Deletion{Owner: asOwner(idle), Successor: to(successor)})
	must(t, err)
	equal(t, "announced", planned.Announcement.Announced, AnnouncedCheck)
	equal(t, "with a successor", verdictName(result.Verdict), "delete: Transferred")
}

// A list of a page's length needs a rehearsal; a longer one than the rehearsal saw needs another.
func TestDeletion_listOfAPagesLengthIsRehearsed(t *testing.T) {
	t.Parallel()
	for _, force := range []bool{false, true} {
		w := newWorld(t)
		for range 4 {
			w.project("more", w.other.Email)
		}
		owner := w.member("idle@example.com", simulator.RoleEditor)
		if force {
			owner = w.owner
		}
		planned, result, err := w.destroy(Deletion{Owner: asOwner(owner), Force: force})
		must(t, err)
		equal(t, "announced", planned.Announcement.Announced, map[bool]Announced{false: AnnouncedCheck, true: AnnouncedDestruction}[force])
		equal(t, "verdict", verdictName(result.Verdict), map[bool]string{false: "delete: OwnsNothing", true: "delete: Destruction"}[force])
		equal(t, "rehearsal", result.Rehearsal, RehearsalWorks)

		w = newWorld(t)
		for range 4 {
			w.project("more", w.other.Email)
		}
		result, err = w.newRun(withoutRehearsal).Delete(t.Context(), Deletion{Owner: asOwner(w.member("idle@example.com", simulator.RoleEditor))}, nil)
		must(t, err)
		equal(t, "forbidden", verdictName(result.Verdict), "refuse: MaybeCut")
	}
}

func TestDeletion_takesNoRehearsalWhereItChangesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	run := w.newRun()
	for _, d := range []Deletion{
		{Owner: asOwner(w.owner)}, {Owner: asOwner(w.owner), Force: true}, {Owner: asOwner(w.owner), Successor: Choice{Email: "nobody@example.com"}},
		{Owner: asOwner(w.owner), Successor: Choice{Email: w.owner.Email}}, {Owner: asOwner(w.owner), Successor: Choice{Unknown: true}},
		{Owner: asOwner(w.member("idle@example.com", simulator.RoleEditor)), Successor: to(w.successor)},
	} {
		_, err := run.Delete(t.Context(), d, nil)
		must(t, err)
	}
	equal(t, "keys made", w.count("createApiKey"), 0)
}

func TestDeletion_successorIsQualified(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.member("viewer@example.com", simulator.RoleViewer)
	doomed := w.member("doomed@example.com", simulator.RoleEditor)
	demoted := w.member("demoted@example.com", simulator.RoleEditor)
	run := w.newRun()
	planned, err := run.Plan(t.Context(), Deletion{Owner: asOwner(doomed)})
	must(t, err)
	equal(t, "planned", planned.Announcement.Announced, AnnouncedNothing)
	equal(t, "dependents", len(run.PlanDemotion(asOwner(demoted))), 0)
	for email, want := range map[string]Misfit{
		"OWNER@example.com": IsOwner, "nobody@example.com": IsNoMember, "viewer@example.com": MayNotOwn, "doomed@example.com": IsDeletedToo,
		"demoted@example.com": IsDemotedToo, "successor@example.com": Fits,
	} {
		planned, err := run.Plan(t.Context(), Deletion{Owner: asOwner(w.owner), Successor: Choice{Email: email}})
		must(t, err)
		equal(t, email, planned.Misfit, want)
		equal(t, email+" fits", planned.Reason == SuccessorUnfit, want != Fits)
		_, why, err := run.PlanSuccessor(t.Context(), asOwner(w.owner), email)
		must(t, err)
		equal(t, email, why, want)
	}
	planned, err = run.Plan(t.Context(), Deletion{Owner: asOwner(w.successor)})
	must(t, err)
	equal(t, "a successor who is deleted", len(planned.Dependents) > 0, true)
	equal(t, "announcement", planned.Announcement == nil, true)
	equal(t, "a successor who is demoted", len(run.PlanDemotion(asOwner(w.successor))) > 0, true)
}

// An unfit successor matters only where something is to be received.
func TestDeletion_unfitSuccessorOfNothingIsNoMatter(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	idle := w.member("idle@example.com", simulator.RoleEditor)
	planned, result, err := w.destroy(Deletion{Owner: asOwner(idle), Successor: Choice{Email: "nobody@example.com"}})
	must(t, err)
	equal(t, "announced", planned.Announcement.Announced, AnnouncedNothing)
	equal(t, "verdict", verdictName(result.Verdict), "delete: OwnsNothing")
	equal(t, "sent along", w.count("deleteMember"), 1)
}

// A key that the cloud's list calls a Viewer and nothing else never owned anything; a member may have been more before.
func TestDeletion_viewersKeyNeedsNoReading(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	viewer := w.cloud.key("viewer", simulator.RoleViewer)
	planned, err := w.newRun().Plan(t.Context(), Deletion{Owner: asKeyOwner(viewer)})
	must(t, err)
	equal(t, "announced", planned.Announcement.Announced, AnnouncedNothing)
	equalLists(t, "calls", w.calls(), []string{"listApiKeys"})

	w.member("viewer@example.com", simulator.RoleViewer)
	m, _ := w.Member("viewer@example.com")
	_, err = w.newRun().Plan(t.Context(), Deletion{Owner: asOwner(m)})
	must(t, err)
	equal(t, "permission lists", w.permissionLists(), 11)

	unused := w.cloud.key("unused", simulator.RoleEditor)
	run := w.newRun()
	result, err := run.Delete(t.Context(), Deletion{Owner: asKeyOwner(unused), Unused: true}, nil)
	must(t, err)
	equal(t, "verdict", verdictName(result.Verdict), "delete: Exempted")
	equalLists(t, "calls", w.calls(), []string{"deleteApiKey"})
}

// Many deletions at once share one reading and one rehearsal.
func TestDeletion_manyAtOnceShareWhatIsRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var owners []Owner
	for i := range 12 {
		k := w.cloud.key(fmt.Sprint("key ", i), simulator.RoleEditor)
		w.project(fmt.Sprint("of key ", i), k.Email)
		w.dataSource(fmt.Sprint("shared by key ", i), k.Email, w.other.Email)
		owners = append(owners, asKeyOwner(k))
	}
	run := w.newRun()
	var group sync.WaitGroup
	for _, owner := range owners {
		group.Go(func() {
			result, err := run.Delete(t.Context(), Deletion{Owner: owner, Successor: to(w.successor)}, nil)
			if err != nil || !result.Deleted {
				t.Errorf("%s: %v %v", owner.Name, verdictName(result.Verdict), err)
			}
		})
	}
	group.Wait()
	equal(t, "rehearsals", w.count("createApiKey"), 2)
	bound := 4 + 11 + 24 + len(rehearsalCalls) + 12*(1+4*2) // a reading, a rehearsal, and each owner's own
	// The reading may be made while the rehearsal's things are there, and is brought up to date when it has aged.
	if n := len(w.calls()); n > bound+10 {
		kinds := map[string]int{}
		for _, call := range w.calls() {
			kinds[call]++
		}
		t.Errorf("%d calls, and the bound is %d: %v", n, bound, kinds)
	}
	for what, who := range w.owners() {
		if strings.HasPrefix(what, "of key") {
			equal(t, what, who, w.successor.Email)
		}
	}
}

func TestPermit_zeroDeletesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	run := w.newRun()
	equal(t, "refused", run.delete(t.Context(), permit{owner: asOwner(w.owner)}) != nil, true)
	equal(t, "calls", len(w.calls()), 0)
}

// A member whose address has changed at the cloud is known there by the new one, and the state has the old one.
func TestDeletion_ofWhoHasAnotherAddressNow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	owner := asOwner(w.owner)
	owner.Email = "before-the-wedding@example.com"
	planned, err := w.newRun().Plan(t.Context(), Deletion{Owner: owner})
	must(t, err)
	equal(t, "holdings", len(planned.Holdings), 4)
	equal(t, "verdict", verdictName(planned.Verdict), "refuse: NeedsSuccessor")

	planned, err = w.newRun().Plan(t.Context(), Deletion{Owner: owner, Successor: to(w.owner)})
	must(t, err)
	equal(t, "as their own successor", planned.Misfit, IsOwner)

	planned, result, err := w.destroy(Deletion{Owner: owner, Successor: to(w.successor)})
	must(t, err)
	equal(t, "announced", planned.Announcement.Announced, AnnouncedTransfer)
	equal(t, "moved", len(result.Moved), 4)

	key := asKeyOwner(w.key)
	key.Email = ""
	planned, err = w.newRun().Plan(t.Context(), Deletion{Owner: key})
	must(t, err)
	equal(t, "holdings of a key whose address the state does not have", len(planned.Holdings), 4)
}
