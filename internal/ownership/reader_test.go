package ownership

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

func (r *run) read() *Reading {
	r.cloud.t.Helper()
	reading, err := r.reader.fresh(r.cloud.t.Context())
	must(r.cloud.t, err)
	return reading
}

// permissionLists is how many permission lists were read.
func (c *cloud) permissionLists() int {
	return c.count("listProjectPermissions", "listDataSourcePermissions")
}

func TestReader_asksFourListsAndEachPermissionListOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	run := w.newRun()
	equal(t, "resources", len(run.read().Resources()), 11)
	equal(t, "calls", len(w.calls()), 4+11)
	run.read()
	equal(t, "calls of a second look", len(w.calls()), 4+11)
}

// An aged reading is brought up to date by the four lists, and by the permission lists that may have changed.
func TestReader_bringsAnAgedReadingUpToDate(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*world)
		lists  int // permission lists that are read again
		want   int // resources
	}{
		"nothing has changed":       {func(*world) {}, 0, 11},
		"a project is new":          {func(w *world) { w.project("new", w.other.Email) }, 1, 12},
		"a project has gone":        {func(w *world) { must(w.t, w.DeleteProject(w.project("doomed"))) }, 0, 11},
		"a member has gone":         {func(w *world) { must(w.t, w.RemoveMember(w.owner.Email, "")) }, 2, 9},
		"a key has gone":            {func(w *world) { must(w.t, w.DeleteAPIKey(w.key.ID)) }, 2, 9},
		"a member has left it all":  {func(w *world) { must(w.t, w.RemoveMember(w.owner.Email, w.other.Email)) }, 4, 11},
		"a grant shows in no list":  {func(w *world) { must(w.t, w.Grant(w.project("new"), w.owner.Email, "OWNER")) }, 1, 12},
		"what is new is gone again": {func(w *world) { w.once("GET", "/members", func() { w.DeleteProject(w.project("brief")) }) }, 0, 11}, //nolint:errcheck // it is there
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			run := w.newRun()
			run.read()
			c.change(w)
			w.ClearRequests()
			run.pass(maxAge - time.Second)
			run.read()
			equal(t, "calls before it has aged", len(w.calls()), 0)
			run.pass(2 * time.Second)
			equal(t, "resources", len(run.read().Resources()), c.want)
			equal(t, "permission lists", w.permissionLists(), c.lists)
			equal(t, "calls", len(w.calls()), 4+c.lists)
		})
	}
}

// A resource whose permissions are missing or name no owner may have gone since it was listed: the lists tell.
func TestReader_listsAgainWhatSeemsToHaveGone(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		happens func(*world)
		want    Open
		calls   int
	}{
		"gone before its permissions are read": {func(w *world) {
			doomed := w.project("doomed", w.other.Email)
			w.once("GET", doomed+"/permissions", func() { must(w.t, w.DeleteProject(doomed)) })
		}, 0, 4 + 12 + 1},
		"still listed, and missing": {func(w *world) {
			w.Inject(simulator.Fault{Path: projectsPath + "/" + w.project("odd", w.other.Email) + "/permissions", Action: simulator.ActionStatus, Status: 404})
		}, OpenUnread, 4 + 12 + 1},
		"still listed, and empty": {func(w *world) {
			w.loosen()
			w.Inject(simulator.Fault{Path: dataSourcesPath + "/" + w.dataSource("odd", w.other.Email) + "/permissions", Action: simulator.ActionStatus, Status: 200, Body: `{"message":"OK","result":[]}`})
		}, OpenNoOwner, 4 + 12 + 1},
		"refused": {func(w *world) {
			w.Inject(simulator.Fault{Path: projectsPath + "/" + w.project("odd", w.other.Email) + "/permissions", Action: simulator.ActionStatus, Status: 403})
		}, OpenUnread, 4 + 12},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			c.happens(w)
			run := w.newRun()
			r := run.read()
			equal(t, "open", r.open(asOwner(w.owner).party()).String(), c.want.String())
			equal(t, "calls", len(w.calls()), c.calls)
			equal(t, "unclear", len(r.Unclear()) > 0, c.want != 0)
			if c.want == 0 {
				return
			}
			w.ClearRequests()
			run.pass(maxAge)
			equal(t, "open once it can be read", run.read().open(asOwner(w.owner).party()), 0)
			equal(t, "calls for what could not be read", len(w.calls()), 4+1)
		})
	}
}

func TestReader_listThatFailsIsReadAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	run := w.newRun()
	run.read()
	run.pass(maxAge)
	w.Inject(simulator.Fault{Path: dataSourcesPath, Action: simulator.ActionStatus, Status: 403})
	broken := run.read()
	equal(t, "open", broken.open(asOwner(w.owner).party()), OpenUnread)
	equal(t, "why", client.IsForbidden(broken.Err()), true)
	w.ClearRequests()
	equal(t, "open", run.read().open(asOwner(w.owner).party()), 0)
	equal(t, "what was read before is not read again", len(w.calls()), 4)
}

// All who wait share one reading, each with a view of its own.
func TestReader_isSharedByAllThatWait(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	run := w.newRun()
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() {
			for range 5 {
				r := run.read()
				equal(t, "resources", len(r.Resources()), 11)
				run.reader.record(r.resources[0].Resource, r.resources[0].permissions, "x")
				run.reader.learn(newProof())
				r.resources[0].owners = nil
			}
		})
	}
	group.Wait()
	equal(t, "calls", len(w.calls()), 4+11)
}

// What a hand-over records while a reading is made is in that reading, too.
func TestReader_keepsWhatIsRecordedMeanwhile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	run := w.newRun()
	first := run.read().resources[0]
	run.pass(maxAge)
	now := []client.Permission{{Principal: w.successor.Email, Permissions: []string{"OWNER"}}}
	w.once("GET", "/datasources", func() { run.reader.record(first.Resource, now, "") })
	kept, known := run.read().find(first.Resource)
	equal(t, "known", known, true)
	equal(t, "owners", fmt.Sprint(kept.owners), fmt.Sprint(ownersIn(now)))

	run.pass(maxAge)
	w.once("GET", "/datasources", func() { run.reader.forget(first.Resource) })
	_, known = run.read().find(first.Resource)
	equal(t, "known after it has gone", known, false)
}

// What a run has seen of the cloud stays true when the map that showed it has moved.
func TestReader_keepsItsProofs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	run := w.newRun()
	run.read()
	account := w.Account().Username
	for _, who := range []string{w.owner.Email, w.other.Email, w.successor.Email} {
		must(t, w.RemoveMember(who, account))
	}
	for _, k := range w.APIKeys() {
		must(t, w.DeleteAPIKey(k.ID))
	}
	run.pass(maxAge)
	r := run.read()
	equal(t, "open", r.open(asOwner(w.successor).party()), 0)
	equal(t, "form", r.proof.forms.best(client.MemberOwner), emailForm)
	equal(t, "a new run has seen nothing", w.newRun().read().open(asOwner(w.successor).party()), OpenVisibility)
}

func TestReader_endsWithItsContext(t *testing.T) {
	t.Parallel()
	for _, where := range []string{"/members", "/permissions"} {
		w := newWorld(t)
		run := w.newRun()
		ctx, cancel := context.WithCancel(t.Context())
		w.onRequest(func(r *http.Request) {
			if strings.HasSuffix(r.URL.Path, where) {
				cancel()
			}
		})
		_, err := run.reader.fresh(ctx)
		equal(t, where, err != nil, true)
		w.onRequest(nil)
		equal(t, "the next", len(run.read().Resources()), 11)
		cancel()
	}
}

// Nothing in the reading grows faster than the number of resources: holdings and open points of many owners are cheap.
func TestReader_isQuickForManyOwners(t *testing.T) {
	t.Parallel()
	var all []listed
	for i := range 5000 {
		all = append(all, entry(client.Project, fmt.Sprint(i), "Mia <mia@example.com>", "mia@example.com", "OWNER"))
	}
	r := readingOf(append(all, ordinaryPair()[1])...)
	start := time.Now()
	for range 200 {
		equal(t, "open", r.open(memberParty(noa)), OpenProjectsLength)
		equal(t, "holdings", len(r.holdings(memberParty(noa))), 0)
	}
	if took := time.Since(start); took > 30*time.Second {
		t.Errorf("200 looks at 5,000 projects took %s", took)
	}
}

// Where the lists themselves take long, a reading may be older, or it would be brought up to date all the time.
func TestReader_agesSlowerWhereListsAreSlow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	run := w.newRun()
	w.once("GET", "/datasources", func() { run.pass(3 * time.Second) })
	run.read()
	run.pass(agePerList*3*time.Second - 4*time.Second)
	run.read()
	equal(t, "calls", len(w.calls()), 4+11)
	run.pass(2 * time.Second)
	run.read()
	equal(t, "calls once it has aged", len(w.calls()), 4+11+4)
}
