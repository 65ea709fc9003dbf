package ownership

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// rehearsed makes the rehearsal of a run.
func (r *run) rehearsed(ctx context.Context) evidence {
	r.cloud.t.Helper()
	shown, err := r.rehearse(ctx)
	must(r.cloud.t, err)
	return shown
}

// leftOf lists what rehearsals left in the cloud.
func (c *cloud) leftOf() (left []string) {
	for _, p := range c.Projects() {
		if strings.HasPrefix(p.Name["en"], rehearsalPrefix) {
			left = append(left, "project "+p.Name["en"])
		}
	}
	for _, k := range c.APIKeys() {
		if strings.HasPrefix(k.Title, rehearsalPrefix) {
			left = append(left, "key "+k.Title)
		}
	}
	return left
}

// rehearsalCalls are those of a rehearsal that works, in order.
var rehearsalCalls = []string{
	"listApiKeys", "listProjects", // what is there
	"createApiKey", "createProject", "listProjects", "listProjectPermissions", // a project of a key's making
	"addProjectPermission", "listProjectPermissions", "removeProjectPermission", "listProjectPermissions", // grant and revoke
	"createApiKey", "createProject", "deleteApiKey", "listProjectPermissions", // the control: it goes
	"deleteApiKey", "listProjectPermissions", "deleteProject", // the transfer, and the end
}

func TestRehearsal_worksInSeventeenCalls(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	before := fmt.Sprint(w.owners())
	run := w.newRun()
	shown := run.rehearsed(t.Context())
	equal(t, "result", shown.result, RehearsalWorks)
	equal(t, "why", shown.why, "")
	equal(t, "revocation", shown.revocation, true)
	equal(t, "by email", shown.byEmail, false)
	equal(t, "uncut", run.reader.proved().uncut, 6)
	equal(t, "left", len(w.leftOf()), 0)
	equal(t, "the others' maps", fmt.Sprint(w.owners()), before)
	equalLists(t, "calls", w.calls(), rehearsalCalls)
	w.ClearRequests()
	equal(t, "again", run.rehearsed(t.Context()).result, RehearsalWorks)
	equal(t, "calls of the second", len(w.calls()), 0)
}

// Each step meets a cloud in which its guess is wrong.
func TestRehearsal_stepWhoseGuessIsWrong(t *testing.T) {
	t.Parallel()
	failing := func(method, path string, skip int) func(*world) {
		return func(w *world) {
			var calls int
			w.onRequest(func(r *http.Request) {
				if r.Method == method && strings.HasSuffix(r.URL.Path, path) {
					if calls++; calls == skip+1 {
						w.Inject(simulator.Fault{Method: method, Action: simulator.ActionStatus, Status: 400, Times: 1})
					}
				}
			})
		}
	}
	speaking := func(names ...string) func(*world) {
		return func(w *world) { must(w.t, w.Speak(names...)) }
	}
	answering := func(method, end, old, text string) func(*world) {
		return func(w *world) { w.onAnswer(method, end, old, text) }
	}
	for name, c := range map[string]struct {
		wrong      func(*world)
		want       Rehearsal
		revocation bool
		open       Open // what it refutes
	}{
		"the list of keys is refused":             {failing("GET", "/api-keys", 0), RehearsalInconclusive, false, 0},
		"the list of projects is refused":         {failing("GET", "/projects", 0), RehearsalInconclusive, false, 0},
		"no key is made":                          {failing("POST", "/api-keys", 0), RehearsalImpossible, false, 0},
		"the key is a Viewer":                     {answering("POST", "/api-keys", `"ORG_EDITOR"`, `"ORG_VIEWER"`), RehearsalInconclusive, false, 0},
		"the key has another title":               {answering("POST", "/api-keys", `"title":"`, `"title":"x`), RehearsalInconclusive, false, 0},
		"the key lives longer":                    {answering("POST", "/api-keys", `"expirationDate":"2`, `"expirationDate":"3`), RehearsalInconclusive, false, 0},
		"keys make no projects":                   {speaking("keys-create-no-projects"), RehearsalImpossible, false, 0},
		"the account sees what is shared with it": {speaking("administrator-sees-shared-only"), RehearsalInconclusive, false, OpenHidden},
		"what is not shared is missing":           {speaking("unshared-is-missing"), RehearsalInconclusive, false, OpenHidden},
		"the list keeps the oldest":               {speaking("resource-lists-keep-oldest:10"), RehearsalInconclusive, false, OpenCut},
		"the list keeps the newest":               {speaking("resource-lists-keep-newest:10"), RehearsalInconclusive, false, OpenCut},
		"permissions show the caller's alone":     {speaking("own-entry-only"), RehearsalInconclusive, false, 0},
		"permissions show administrators":         {speaking("administrators-listed-as-owners"), RehearsalInconclusive, false, 0},
		"permissions are missing":                 {speaking("permissions-missing"), RehearsalInconclusive, false, 0},
		"permissions are empty":                   {speaking("permissions-empty"), RehearsalInconclusive, false, 0},
		"permissions are null":                    {speaking("permissions-null"), RehearsalInconclusive, false, 0},
		"permissions have another shape":          {speaking("permissions-of-another-shape"), RehearsalInconclusive, false, 0},
		"OWNER is another word":                   {speaking("another-word-for-owner"), RehearsalInconclusive, false, 0},
		"principals are objects":                  {speaking("principals-as-objects"), RehearsalInconclusive, false, 0},
		"a key's principal is unknown":            {speaking("key-email-no-principal"), RehearsalInconclusive, false, 0},
		"grants are refused":                      {speaking("grants-refused"), RehearsalInconclusive, false, 0},
		"grants do nothing":                       {speaking("grants-do-nothing"), RehearsalInconclusive, false, 0},
		"revocation is elsewhere":                 {speaking("revocation-elsewhere"), RehearsalWorks, false, 0},
		"revocations do nothing":                  {speaking("revocations-do-nothing"), RehearsalWorks, false, 0},
		"revocation is unknown":                   {failing("DELETE", "/permissions/admin@example.com", 0), RehearsalWorks, false, 0},
		"the second key is not made":              {failing("POST", "/api-keys", 1), RehearsalImpossible, true, 0},
		"the second project is not made":          {failing("POST", "/projects", 1), RehearsalImpossible, true, 0},
		"what a key owned outlives it":            {speaking("key-things-fall-to-creator"), RehearsalInconclusive, true, 0},
		"transfers are ignored":                   {speaking("transfer-ignored"), RehearsalRefuted, true, 0},
		"transfers of keys are ignored":           {speaking("transfer-ignored-for-keys"), RehearsalRefuted, true, 0},
		"transfers and revocations do nothing":    {speaking("transfer-ignored", "revocations-do-nothing"), RehearsalRefuted, false, 0},
		"a deletion with a transfer does nothing": {func(w *world) {
			var keys int
			w.onRequest(func(r *http.Request) {
				if r.Method == "DELETE" && r.URL.RawQuery != "" {
					if keys++; keys == 1 {
						w.Inject(simulator.Fault{Method: "DELETE", Action: simulator.ActionStatus, Status: 200, Body: `{"message":"OK","result":null}`})
					}
				}
			})
		}, RehearsalInconclusive, true, 0},
		"a transfer wants an email":        {speaking("transfer-wants-email"), RehearsalWorks, true, 0},
		"a transfer happens later":         {speaking("transfer-later"), RehearsalWorks, true, 0},
		"a deletion happens later":         {speaking("deletion-later"), RehearsalWorks, true, 0},
		"deleted keys stay listed":         {speaking("soft-deletion"), RehearsalWorks, true, 0},
		"members are written as ids":       {speaking("principals-as-ids"), RehearsalWorks, true, 0},
		"members are written after a name": {speaking("principals-as-name-and-email"), RehearsalWorks, true, 0},
		"any text is a principal":          {speaking("any-principal-taken", "principals-as-ids"), RehearsalWorks, true, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			for range 4 {
				w.project("more", w.other.Email) // ten
			}
			w.loosen()
			c.wrong(w)
			before := fmt.Sprint(w.owners())
			run := w.newRun()
			shown := run.rehearsed(t.Context())
			w.FinishLater()
			equal(t, "result", shown.result, c.want)
			equal(t, "why", shown.why != "", c.want != RehearsalWorks)
			equal(t, "revocation", shown.revocation, c.revocation)
			equal(t, "refuted", run.reader.proved().refuted.String(), c.open.String())
			equalLists(t, "left", w.leftOf(), nil)
			equal(t, "named as left", len(shown.left), 0)
			equal(t, "the others' maps", fmt.Sprint(w.owners()), before)
		})
	}
}

// The answer to each call in turn is lost.
func TestRehearsal_leavesNothingWhateverAnswerIsLost(t *testing.T) {
	t.Parallel()
	for n := range rehearsalCalls {
		t.Run(fmt.Sprint(n+1, " ", rehearsalCalls[n]), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			run := w.newRun()
			before, calls := fmt.Sprint(w.owners()), 0
			w.onRequest(func(*http.Request) {
				if calls++; calls == n+1 {
					w.Inject(simulator.Fault{When: simulator.After, Action: simulator.ActionClose})
				}
			})
			shown := run.rehearsed(t.Context())
			equalLists(t, "left", w.leftOf(), nil)
			equal(t, "named as left", len(shown.left), 0)
			equal(t, "the others' maps", fmt.Sprint(w.owners()), before)
			if strings.HasPrefix(rehearsalCalls[n], "create") {
				equal(t, "result", shown.result, RehearsalInconclusive)
			}
		})
	}
}

// Whoever asked for the rehearsal leaves while each call in turn is made.
func TestRehearsal_isCleanedUpWheneverTheRunIsStopped(t *testing.T) {
	t.Parallel()
	for n := range rehearsalCalls {
		t.Run(fmt.Sprint(n+1, " ", rehearsalCalls[n]), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			run := w.newRun()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			calls := 0
			w.onRequest(func(*http.Request) {
				if calls++; calls == n+1 {
					cancel()
				}
			})
			shown := run.rehearsed(ctx)
			equalLists(t, "left", w.leftOf(), nil)
			if n < 14 {
				equal(t, "result", shown.result, RehearsalInconclusive)
				equal(t, "why", shown.why, "the run was stopped")
			}
		})
	}
}

func TestRehearsal_namesWhatItCannotDelete(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	run := w.newRun()
	w.Inject(simulator.Fault{Method: "DELETE", Path: projectsPath + "/*", Action: simulator.ActionStatus, Status: 403, Times: -1})
	shown := run.rehearsed(t.Context())
	equal(t, "result", shown.result, RehearsalWorks)
	equal(t, "left", len(w.leftOf()), 1)
	equal(t, "named", len(shown.left), 1)
	equal(t, "noun", shown.left[0].Noun, "project")
	equal(t, "there", w.hasProject(shown.left[0].ID), true)
	equal(t, "whoever asks next is not told again", len(run.rehearsed(t.Context()).left), 0)

	w.ClearFaults()
	next := w.newRun().rehearsed(t.Context())
	equal(t, "the next run", next.result, RehearsalInconclusive)
	equal(t, "names it", strings.Contains(next.why, shown.left[0].ID), true)
	equal(t, "and makes nothing", w.count("createApiKey"), 0)
}

// mark is a name as a rehearsal gives it.
const mark = rehearsalPrefix + "abcdefghijklmnopqrstuvwxyz"

func TestRehearsal_deletesWhatAnEarlierOneLeft(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	old := w.cloud.key(mark, simulator.RoleEditor)
	w.project(mark, old.Email)
	w.Advance(59 * time.Minute)
	shown := w.newRun().rehearsed(t.Context())
	equal(t, "result", shown.result, RehearsalInconclusive)
	equal(t, "names it", strings.Contains(shown.why, old.ID), true)
	equal(t, "left", len(w.leftOf()), 2)

	w.Advance(2 * time.Minute)
	shown = w.newRun().rehearsed(t.Context())
	equal(t, "result", shown.result, RehearsalWorks)
	equal(t, "left", len(w.leftOf()), 0)
}

func TestRehearsal_leavesAloneWhatOnlyBeginsLikeItsOwn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.cloud.key(rehearsalPrefix+"mine", simulator.RoleEditor)
	w.cloud.key(mark+"x", simulator.RoleEditor)
	w.member("admin2@example.com", simulator.RoleAdministrator)
	_, err := w.clientOf("admin2@example.com").CreateAPIKey(t.Context(), client.APIKeyRequest{
		Title: rehearsalPrefix + "zzzzzzzzzzzzzzzzzzzzzzzzzz", Role: client.RoleEditor, ExpiresAt: w.Now().Add(24 * time.Hour),
	})
	must(t, err)
	w.project(mark, w.other.Email)
	w.Advance(2 * time.Hour)
	shown := w.newRun().rehearsed(t.Context())
	equal(t, "result", shown.result, RehearsalWorks)
	equal(t, "left", len(w.leftOf()), 4)
}

// A key whose age the cloud does not tell may be that of a rehearsal which is under way.
func TestRehearsal_leavesAloneWhatHasNoAge(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.cloud.key(mark, simulator.RoleEditor)
	w.loosen()
	w.onAnswer("GET", "/api-keys", `"creationDate"`, `"bornOn"`)
	w.Advance(2 * time.Hour)
	equal(t, "result", w.newRun().rehearsed(t.Context()).result, RehearsalInconclusive)
	equal(t, "left", len(w.leftOf()), 1)
}

// Another run may delete a project while the rehearsal compares the lists: that is no sign of a cut list, and no proof of a whole one.
func TestRehearsal_tellsADeletionFromACut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	doomed := w.project("doomed", w.other.Email)
	run := w.newRun()
	w.once("POST", "/projects", func() { must(t, w.DeleteProject(doomed)) })
	shown := run.rehearsed(t.Context())
	equal(t, "result", shown.result, RehearsalWorks)
	equal(t, "refuted", run.reader.proved().refuted, 0)
	equal(t, "uncut", run.reader.proved().uncut, 0)
}

func TestRehearsal_isMadeOnceForAllThatWait(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	run := w.newRun()
	results := make(chan Rehearsal)
	for range 5 {
		go func() {
			shown, _ := run.rehearse(t.Context())
			results <- shown.result
		}()
	}
	for range 5 {
		equal(t, "result", <-results, RehearsalWorks)
	}
	equal(t, "keys made", w.count("createApiKey"), 2)
}
