package ownership

import (
	"fmt"
	"testing"
	"time"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// withSecret is a key whose secret is at hand.
func withSecret(k simulator.APIKey) Owner {
	owner := asKeyOwner(k)
	owner.Secret = k.Secret
	return owner
}

func TestStanding_takesUnknownWordsForUnclear(t *testing.T) {
	t.Parallel()
	entries := func(words ...string) []client.Permission { return []client.Permission{{Permissions: words}} }
	for name, c := range map[string]struct {
		own  []client.Permission
		want standing
	}{
		"no entry":         {nil, unclear},
		"null":             {entries(), unclear},
		"owner":            {entries("OWNER", "MODIFY", "VIEW"), owns},
		"owner, alone":     {entries("OWNER"), owns},
		"ordinary":         {entries("MODIFY", "VIEW"), ownsNot},
		"of a data source": {entries("VIEW", "EXTRACT_ROW", "CREATE_FEATURE"), ownsNot},
		"another word":     {entries("VIEW", "FULL_CONTROL"), unclear},
		"two entries":      {append(entries("VIEW"), entries("OWNER")...), owns},
		"one is unclear":   {append(entries("VIEW"), entries()...), unclear},
	} {
		equal(t, name, standingIn(c.own), c.want)
	}
}

// A key whose secret is at hand is asked itself where the account's reading leaves something open, and only there.
func TestKey_isAskedWhereSomethingIsOpen(t *testing.T) {
	t.Parallel()
	selfCalls := func(c *cloud) int { return c.count("getProjectPermissionsSelf", "getDataSourcePermissionsSelf") }
	for name, c := range map[string]struct {
		dialects []string
		owner    func(*world) Owner
		want     string // the verdict of a plan without a successor
		holdings int
		asked    bool
	}{
		"whole": {nil, func(w *world) Owner { return withSecret(w.key) }, "refuse: NeedsSuccessor", 4, false},
		"the account sees what is shared with it": {[]string{"administrator-sees-shared-only"}, func(w *world) Owner { return withSecret(w.key) }, "refuse: NeedsSuccessor", 4, true},
		"nothing is owned, and little is seen":    {[]string{"administrator-sees-shared-only"}, func(w *world) Owner { return withSecret(w.cloud.key("idle", simulator.RoleEditor)) }, "delete: OwnsNothing", 0, true},
		"no secret":                               {[]string{"administrator-sees-shared-only"}, func(w *world) Owner { return asKeyOwner(w.key) }, "refuse: NotVisible", 0, false},
		"an expired one":                          {[]string{"administrator-sees-shared-only"}, func(w *world) Owner { k := withSecret(w.key); w.Advance(60 * 24 * time.Hour); return k }, "refuse: NotVisible", 0, false},
		"a secret that does not work":             {[]string{"administrator-sees-shared-only"}, func(w *world) Owner { k := withSecret(w.key); k.Secret = "no-such-secret"; return k }, "refuse: NotVisible", 0, false},
		"principals are unknown":                  {[]string{"key-email-no-principal"}, func(w *world) Owner { return withSecret(w.key) }, "refuse: NeedsSuccessor", 4, true},
		"permissions are empty":                   {[]string{"permissions-empty"}, func(w *world) Owner { return withSecret(w.key) }, "refuse: NeedsSuccessor", 4, true},
		"its own are null, and others' too":       {[]string{"permissions-empty", "self-permissions-null"}, func(w *world) Owner { return withSecret(w.key) }, "refuse: NeedsSuccessor", 3, true},
		"another word for OWNER":                  {[]string{"another-word-for-owner"}, func(w *world) Owner { return withSecret(w.key) }, "refuse: NotUnderstood", 3, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, c.dialects...)
			owner := c.owner(w)
			planned, err := w.newRun().Plan(t.Context(), Deletion{Owner: owner})
			must(t, err)
			if name == "its own are null, and others' too" {
				// What the key made is its own; what it was given is unclear.
				equal(t, "open", planned.Open, OpenForm)
				equal(t, "holdings", len(planned.Holdings), c.holdings)
				return
			}
			equal(t, "verdict", verdictName(planned.Verdict), c.want)
			equal(t, "holdings", len(planned.Holdings), c.holdings)
			equal(t, "was asked", selfCalls(w.cloud) > 0 || planned.Open == 0 && c.asked, c.asked)
		})
	}
}

// A key that does not list what the account sees it in says too little to be believed.
func TestKey_thatListsTooLittleIsNotBelieved(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.loosen()
	run := w.newRun()
	r := run.read()
	_, known := run.askKey(t.Context(), withSecret(w.key), r)
	equal(t, "known", known, true)
	w.Inject(simulator.Fault{Path: dataSourcesPath, Action: simulator.ActionStatus, Status: 200, Body: `{"message":"OK","result":[]}`})
	_, known = run.askKey(t.Context(), withSecret(w.key), r)
	equal(t, "known with an empty list", known, false)
	w.Inject(simulator.Fault{Path: projectsPath, Action: simulator.ActionStatus, Status: 403})
	_, known = run.askKey(t.Context(), withSecret(w.key), r)
	equal(t, "known without a list", known, false)
}

// A list of a page's length may be cut for the key, too.
func TestKey_ownListsMayBeCut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.key = w.cloud.key("many", simulator.RoleEditor)
	for i := range 10 {
		w.dataSource(fmt.Sprint("source ", i), w.other.Email, w.key.Email)
	}
	run := w.newRun()
	view, known := run.askKey(t.Context(), withSecret(w.key), run.read())
	equal(t, "known", known, true)
	equal(t, "open", view.open, OpenDataSourcesLength)
	equal(t, "holdings", len(view.holdings), 10)
}

// ephemeral is an Editor's key whose baseline was taken.
type ephemeral struct {
	*world
	*run
	key      simulator.APIKey
	deletion Deletion
}

func newEphemeral(t *testing.T, dialects ...string) *ephemeral {
	t.Helper()
	w := newWorld(t, dialects...)
	e := &ephemeral{world: w, run: w.newRun()}
	e.key = w.cloud.key("ephemeral", simulator.RoleEditor)
	for _, p := range w.Projects()[:2] {
		must(t, w.Grant(p.ID, e.key.Email, simulator.PermissionView)) // as what is shared with everyone
	}
	e.listKeysAgain()
	w.ClearRequests()
	baseline, err := e.Opened(t.Context(), e.key.Secret)
	must(t, err)
	equal(t, "calls of the baseline", len(w.calls()), 2)
	e.deletion = Deletion{Owner: withSecret(e.key), Hidden: true, Baseline: &baseline}
	return e
}

// However large the organization, an ephemeral Editor's key that made nothing costs four calls more than a Viewer's, which costs its deletion.
func TestEphemeralKey_costsFourCallsMoreThanAViewers(t *testing.T) {
	t.Parallel()
	e := newEphemeral(t)
	for i := range 40 {
		e.project(fmt.Sprint("more ", i), e.other.Email)
	}
	result, err := e.Delete(t.Context(), e.deletion, nil)
	must(t, err)
	equal(t, "verdict", verdictName(result.Verdict), "delete: OwnsNothing")
	equal(t, "calls", len(e.world.calls()), 4+1)
}

func TestEphemeralKey_isAskedOnlyAboutWhatIsNew(t *testing.T) {
	t.Parallel()
	e := newEphemeral(t)
	must(t, e.Grant(e.project("shared meanwhile", e.other.Email), e.key.Email, simulator.PermissionModify))
	e.project("its own", e.key.Email)
	e.ClearRequests()
	result, err := e.Delete(t.Context(), e.deletion, nil)
	must(t, err)
	equal(t, "verdict", verdictName(result.Verdict), "refuse: NeedsSuccessor")
	equal(t, "holdings", len(result.Holdings), 1)
	equal(t, "calls, and one that shows that the key is there", len(e.world.calls()), 2+2+1)
}

func TestEphemeralKey_movesWhatItOwns(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		dialects []string
		want     string
	}{
		"the contract":           {nil, "delete: OwnsNothing"},
		"nothing is taken back":  {[]string{"revocation-elsewhere"}, "delete: Transferred"},
		"transfers are ignored":  {[]string{"transfer-ignored"}, "delete: OwnsNothing"},
		"both":                   {[]string{"revocation-elsewhere", "transfer-ignored"}, "refuse: NotTransferable"},
		"members have other ids": {[]string{"principals-as-ids"}, "delete: OwnsNothing"},
		"little is seen":         {[]string{"administrator-sees-shared-only"}, "refuse: NotTransferable"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEphemeral(t, c.dialects...)
			e.project("its own", e.key.Email)
			e.dataSource("its own source", e.key.Email)
			e.deletion.Successor = to(e.successor)
			result, err := e.Delete(t.Context(), e.deletion, nil)
			must(t, err)
			equal(t, "verdict", verdictName(result.Verdict), c.want)
			want := e.key.Email
			if result.Deleted {
				want = e.successor.Email
			}
			equal(t, "project", e.owners()["its own"], want)
			equal(t, "data source", e.owners()["its own source"], want)
			if name == "the contract" {
				equal(t, "permission lists of the rehearsal and of its own", e.permissionLists(), 5+2*2)
			}
		})
	}
}

// A key that can no longer be asked is read by the account's reading, as any other.
func TestEphemeralKey_thatExpiredIsReadByTheAccount(t *testing.T) {
	t.Parallel()
	e := newEphemeral(t)
	e.project("its own", e.key.Email)
	e.Advance(60 * 24 * time.Hour)
	e.deletion.Successor = to(e.successor)
	result, err := e.Delete(t.Context(), e.deletion, nil)
	must(t, err)
	equal(t, "verdict", verdictName(result.Verdict), "delete: OwnsNothing")
	equal(t, "moved", len(result.Moved), 1)
}

// What cannot be told apart is no ground for a deletion, unless the key made it.
func TestEphemeralKey_unclearPermissionsAreOpen(t *testing.T) {
	t.Parallel()
	e := newEphemeral(t, "self-permissions-null")
	must(t, e.Grant(e.project("shared meanwhile", e.other.Email), e.key.Email, simulator.PermissionModify))
	result, err := e.Delete(t.Context(), e.deletion, nil)
	must(t, err)
	equal(t, "verdict", verdictName(result.Verdict), "refuse: NotUnderstood")

	e = newEphemeral(t, "self-permissions-null")
	e.project("its own", e.key.Email)
	result, err = e.Delete(t.Context(), e.deletion, nil)
	must(t, err)
	equal(t, "verdict", verdictName(result.Verdict), "refuse: NeedsSuccessor")
}

// In the last two seconds there is time for two lists, and for a transfer that this run has rehearsed.
func TestEphemeralKey_atExit(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		dialects  []string
		owns      bool
		successor bool
		rehearsed bool
		want      string
		receives  string
		calls     int
	}{
		"owns nothing":                        {nil, false, false, false, "delete: OwnsNothing", "", 2 + 1},
		"owns something":                      {nil, true, false, false, "refuse: NeedsSuccessor", "key", 2 + 1},
		"a successor, and no rehearsal":       {nil, true, true, false, "refuse: NotTransferable", "both", 2 + 1 + 1 + 2},
		"a successor, and one that works":     {nil, true, true, true, "delete: Transferred", "successor", 2*(2+1) + 2*1 + 2 + 1 + 1},
		"a successor, and one that failed":    {[]string{"transfer-ignored"}, true, true, true, "refuse: NotTransferable", "both", 2 + 1 + 1 + 2},
		"members as ids, and no rehearsal":    {[]string{"principals-as-ids"}, true, true, false, "refuse: NotTransferable", "key", 2 + 1 + 1 + 1},
		"a successor, and nothing to receive": {nil, false, true, false, "delete: OwnsNothing", "", 2 + 1 + 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEphemeral(t, c.dialects...)
			if c.owns {
				e.project("its own", e.key.Email)
			}
			if c.successor {
				e.deletion.Successor = to(e.successor)
			}
			if c.rehearsed {
				e.rehearsed(t.Context())
			}
			e.listKeysAgain()
			e.ClearRequests()
			result, err := e.AtExit(t.Context(), e.deletion)
			must(t, err)
			equal(t, "verdict", verdictName(result.Verdict), c.want)
			equal(t, "owners", e.owners()["its own"], map[string]string{
				"": "", "key": e.key.Email, "successor": e.successor.Email, "both": e.key.Email + " " + e.successor.Email,
			}[c.receives])
			equal(t, "calls", len(e.world.calls()), c.calls)
		})
	}
}

// At the exit nothing is waited for, and nothing else is read where the key cannot be asked.
func TestEphemeralKey_atExitGivesUpAtOnce(t *testing.T) {
	t.Parallel()
	e := newEphemeral(t)
	e.Inject(simulator.Fault{Path: projectsPath, Action: simulator.ActionStatus, Status: 403})
	result, err := e.AtExit(t.Context(), e.deletion)
	must(t, err)
	equal(t, "verdict", verdictName(result.Verdict), "refuse: NotUnderstood")
	equal(t, "permission lists", e.permissionLists(), 0)

	deleting(simulator.Fault{Status: 500, Times: -1})(e.world)
	_, err = e.AtExit(t.Context(), e.deletion)
	equal(t, "failed", err != nil, true)
	equal(t, "deletions", e.deletions(), 1)
}
