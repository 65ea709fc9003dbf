package provider_test

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

const ephemeralKey = "jmapcloud_api_key"

// run is the arguments of an ephemeral key, with more.
func run(more values) values {
	config := values{"name": "ci", "role": "ORG_EDITOR"}
	for name, value := range more {
		config[name] = value
	}
	return config
}

func TestEphemeralKey_livesFromOpenToClose(t *testing.T) {
	t.Parallel()
	for given, lifetime := range map[any]time.Duration{nil: time.Hour, "90m": 90 * time.Minute, "24h": 24 * time.Hour} {
		c := startCloud(t)
		w := c.walk(t, nil)
		o := w.mustOpen(t, ephemeralKey, run(values{"lifetime": given}))
		k := c.onlyKey(t)
		for name, want := range map[string]string{
			"name": "ci", "role": "ORG_EDITOR", "id": k.ID, "email": k.Email, "key": k.Secret, "expires_at": k.ExpiresAt.UTC().Format(time.RFC3339),
		} {
			if got := o.text(t, name); got != want {
				t.Errorf("%s is %q, want %q", name, got, want)
			}
		}
		if echoed := attributesOf(t, o.value)["lifetime"]; given == nil != echoed.IsNull() {
			t.Errorf("lifetime %v becomes %v", given, echoed)
		}
		if title, found := strings.CutPrefix(k.Title, "terraform-ephemeral-ci-"); !found || len(title) != 8 {
			t.Errorf("the title is %q", k.Title)
		}
		if left := k.ExpiresAt.Sub(c.Now()); left > lifetime || left < lifetime-5*time.Second {
			t.Errorf("it lives for %v, want %v", left, lifetime)
		}
		if diags := w.close(t.Context(), t, o); len(diags) > 0 {
			t.Error(diags.errors() + diags.warnings())
		}
		if left := c.APIKeys(); len(left) > 0 {
			t.Errorf("it is left: %v", left)
		}
		w.factory.Close(t.Context())
		if n := len(c.writes()); n != 2 {
			t.Errorf("%d writes", n)
		}
	}
}

// The cloud's clock decides when a key expires.
func TestEphemeralKey_livesByTheCloudsClock(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	c.Advance(100 * 24 * time.Hour)
	c.walk(t, nil).mustOpen(t, ephemeralKey, run(nil))
	if left := c.onlyKey(t).ExpiresAt.Sub(c.Now()); left > time.Hour || left < time.Hour-10*time.Second {
		t.Errorf("it lives for %v", left)
	}
}

func TestEphemeralKey_thatIsNotMintedCallsNothing(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	w := c.walk(t, nil)
	o := w.mustOpen(t, ephemeralKey, run(values{"mint": false}))
	for _, name := range []string{"id", "email", "key", "expires_at"} {
		if v := attributesOf(t, o.value)[name]; !v.IsNull() {
			t.Errorf("%s is %v", name, v)
		}
	}
	if diags := w.close(t.Context(), t, o); len(diags) > 0 {
		t.Error(diags.errors() + diags.warnings())
	}
	w.factory.Close(t.Context())
	if requests := c.Requests(); len(requests) > 0 {
		t.Errorf("the requests are %v", requests)
	}
}

func TestEphemeralKey_isValidated(t *testing.T) {
	t.Parallel()
	w := startCloud(t).walk(t, nil)
	ty := w.schema.EphemeralResourceSchemas[ephemeralKey].ValueType()
	for name, test := range map[string]struct {
		more values
		says string
	}{
		"too short":         {values{"lifetime": "59s"}, `"59s" is not between 1m and 24h`},
		"too long":          {values{"lifetime": "24h1s"}, "between 1m and 24h"},
		"no duration":       {values{"lifetime": "2 hours"}, "2h"},
		"administrator":     {values{"role": "ORG_ADMIN"}, "ORG_EDITOR"},
		"long name":         {values{"name": strings.Repeat("x", 227)}, "226"},
		"escape":            {values{"name": "a\x1b[2J"}, "Control character"},
		"zero-width space":  {values{"name": "c\u200bi"}, "cannot be seen"},
		"no address":        {values{"transfer_ownership_to": "lead"}, "not an email address"},
		"shortest":          {values{"lifetime": "1m"}, ""},
		"longest":           {values{"lifetime": "24h", "name": strings.Repeat("x", 226)}, ""},
		"known after apply": {values{"lifetime": unknown, "name": unknown, "role": unknown, "transfer_ownership_to": unknown, "mint": nil}, ""},
	} {
		resp, err := w.server.ValidateEphemeralResourceConfig(t.Context(), &tfprotov6.ValidateEphemeralResourceConfigRequest{
			TypeName: ephemeralKey, Config: dynamic(t, valueOf(t, ty, run(test.more))),
		})
		must(t, err)
		if diags := diagnostics(resp.Diagnostics); test.says == "" {
			wants(t, name, diags.errors())
		} else {
			wants(t, name, diags.errors(), test.says)
		}
	}
}

// What a key has made in the run is not lost with it.
func TestEphemeralKey_closesByTheRulesOfOwnership(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		provider, config values
		shared           bool // with a member who stays, which is no safety
		successor        string
		refused          []string
	}{
		"successor of its own":   {nil, values{"transfer_ownership_to": lead}, false, lead, nil},
		"the provider's":         {values{"transfer_ownership_to": lead}, nil, false, lead, nil},
		"its own comes first":    {values{"transfer_ownership_to": other}, values{"transfer_ownership_to": lead}, false, lead, nil},
		"shared":                 {nil, nil, true, "", []string{"would also delete 1 project", `"Roads"`, "Nothing was deleted."}},
		"solely owned by it":     {nil, nil, false, "", []string{`the API key "terraform-ephemeral-ci-`, "would also delete 1 project", `"Roads"`, "Nothing was deleted.", "The key stops working at 20", "transfer_ownership_to on the ephemeral resource"}},
		"successor gone by then": {nil, values{"transfer_ownership_to": "gone@example.com"}, false, "", []string{"gone@example.com cannot receive what", "The key stops working at 20"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t)
			for _, email := range []string{lead, other, "gone@example.com"} {
				c.addMember(t, email, "ORG_EDITOR")
			}
			w := c.walk(t, test.provider)
			o := w.mustOpen(t, ephemeralKey, run(test.config))
			owners := []string{o.text(t, "email")}
			if test.shared {
				owners = append(owners, other)
			}
			id := c.project(t, "Roads", owners...)
			must(t, c.RemoveMember("gone@example.com", ""))

			wants(t, "errors", w.close(t.Context(), t, o).errors(), test.refused...)
			kept := c.onlyKeyOrNone(t)
			if test.refused != nil {
				if kept == "" || !slices.Equal(c.Owners(id), owners) {
					t.Errorf("the key is %q, the project belongs to %v", kept, c.Owners(id))
				}
				return
			}
			if kept != "" || !slices.Equal(c.Owners(id), []string{test.successor}) {
				t.Errorf("the key %q is left, the project belongs to %v", kept, c.Owners(id))
			}
		})
	}
}

// A deletion earlier in the run has read who owns what. The key has made a project since.
func TestEphemeralKey_ownershipIsReadAgainAtClose(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	w := c.walk(t, nil)
	o, early := w.mustOpen(t, ephemeralKey, run(nil)), w.mustOpen(t, ephemeralKey, run(values{"name": "early"}))
	w.close(t.Context(), t, early).mustBeFree(t)
	id := c.project(t, "Roads", o.text(t, "email"))
	wants(t, "errors", w.close(t.Context(), t, o).errors(), `"Roads"`)
	if len(c.Owners(id)) != 1 {
		t.Error("the project is gone")
	}
}

// Terraform cancels what it asks for when it is stopped.
func TestEphemeralKey_isDeletedAlthoughTheRunIsStopped(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	w := c.walk(t, nil)
	o := w.mustOpen(t, ephemeralKey, run(nil))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	wants(t, "errors", w.close(ctx, t, o).errors())
	if id := c.onlyKeyOrNone(t); id != "" {
		t.Errorf("%s is left", id)
	}
}

func TestEphemeralKey_whoseAnswerIsLostIsMadeOnce(t *testing.T) {
	t.Parallel()
	for name, fault := range lostAnswers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t)
			c.loseAnswer(fault, "api-keys", 1)
			w := c.walk(t, nil)
			o := w.mustOpen(t, ephemeralKey, run(nil))
			if k := c.onlyKey(t); o.text(t, "key") != k.Secret {
				t.Error("the key is another one")
			}
			w.close(t.Context(), t, o).mustBeFree(t)
			if id := c.onlyKeyOrNone(t); id != "" {
				t.Errorf("%s is left", id)
			}
		})
	}
}

func TestEphemeralKey_saysEarlyThatTheSuccessorCannotReceive(t *testing.T) {
	t.Parallel()
	for _, at := range []string{"resource", "provider"} {
		c := startCloud(t)
		c.addMember(t, other, "ORG_VIEWER")
		config, block := run(values{"transfer_ownership_to": other}), values{}
		if at == "provider" {
			config, block = run(nil), values{"transfer_ownership_to": other}
		}
		w := c.walk(t, block)
		o, diags := w.open(t, ephemeralKey, config)
		wants(t, at, diags.errors())
		wants(t, at, diags.warnings(), other+" could not receive anything yet", "They are ORG_VIEWER")
		w.factory.Close(t.Context()) // with nothing to receive, it matters not
		if id := c.onlyKeyOrNone(t); id != "" {
			t.Errorf("%s: %s is left", at, o.text(t, "id"))
		}
	}
}

// Terraform closes nothing after a failure or a stop. What it left is deleted when the provider ends, in one attempt.
func TestEphemeralKey_leftOpenIsDeletedAtTheEnd(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		successor any
		rehearsed bool // in this run
		owned     bool
		writes    []string
		owners    []string // of what it owned; empty for the key itself
	}{
		"owning nothing":                            {nil, false, false, []string{"DELETE api-keys"}, nil},
		"owning nothing, with a successor":          {lead, false, false, []string{"DELETE api-keys"}, nil},
		"owning something":                          {nil, false, true, nil, []string{""}},
		"owning something, with a successor":        {lead, false, true, []string{"POST projects"}, []string{"", lead}},
		"and with a transfer that is known to work": {lead, true, true, []string{"POST projects", "DELETE api-keys"}, []string{lead}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t)
			c.addMember(t, lead, "ORG_EDITOR")
			w := c.walk(t, nil)
			config := run(values{"transfer_ownership_to": test.successor})
			if test.rehearsed {
				closed := w.mustOpen(t, ephemeralKey, config)
				c.project(t, "Rivers", closed.text(t, "email"))
				w.close(t.Context(), t, closed).mustBeFree(t)
			}
			o := w.mustOpen(t, ephemeralKey, config)
			var id string
			if test.owned {
				id = c.project(t, "Roads", o.text(t, "email"))
			}
			c.ClearRequests()
			w.factory.Close(t.Context())
			requests := c.Requests()
			c.wroteNow(t, test.writes...)
			left := c.onlyKeyOrNone(t) != ""
			if isDeleted := slices.Contains(test.writes, "DELETE api-keys"); left == isDeleted {
				t.Errorf("the key is left: %v", left)
			}
			var owners []string
			for _, owner := range test.owners {
				owners = append(owners, cmp.Or(owner, o.text(t, "email")))
			}
			if got := c.Owners(id); !slices.Equal(got, owners) {
				t.Errorf("the project belongs to %v, want %v", got, owners)
			}
			if open := c.Sessions().Open; open != 0 {
				t.Errorf("%d sessions are left open", open)
			}
			if !strings.HasSuffix(requests[len(requests)-1].Path, "/revoke-token") {
				t.Errorf("the requests are %v", requests)
			}
		})
	}
}

// Each of two keys that share a project counts on the other.
func TestEphemeralKey_twoLeftOpenDoNotDeleteWhatTheyShare(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	w := c.walk(t, nil)
	a, b := w.mustOpen(t, ephemeralKey, run(nil)), w.mustOpen(t, ephemeralKey, run(nil))
	w.mustOpen(t, ephemeralKey, run(nil))
	id := c.project(t, "Roads", a.text(t, "email"), b.text(t, "email"))
	w.factory.Close(t.Context())
	if len(c.Owners(id)) != 2 || len(c.APIKeys()) != 2 {
		t.Errorf("the project belongs to %v, the keys are %v", c.Owners(id), c.APIKeys())
	}
}

// There are two seconds for everything. A cloud that does not delete must still end the sessions.
func TestEphemeralKey_thatCannotBeDeletedAtTheEndKeepsNoSession(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]simulator.Fault{
		"hangs":               {Method: http.MethodDelete, Action: simulator.ActionHang},
		"fails":               {Method: http.MethodDelete, Action: simulator.ActionStatus, Status: http.StatusServiceUnavailable},
		"ownership hangs":     {Path: "/api/mcs/rest/v1/organizations/*/projects", Action: simulator.ActionHang},
		"ownership is denied": {Path: "/api/mcs/rest/v1/organizations/*/projects", Action: simulator.ActionStatus, Status: http.StatusForbidden},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t)
			w := c.walk(t, nil)
			w.mustOpen(t, ephemeralKey, run(nil))
			c.ClearRequests()
			fault.Times = -1
			c.Inject(fault)
			ctx, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond)
			defer cancel()
			w.factory.Close(ctx)
			if open := c.Sessions().Open; open != 0 || ctx.Err() != nil {
				t.Errorf("%d sessions are left open, %v", open, ctx.Err())
			}
			if c.onlyKeyOrNone(t) == "" {
				t.Error("the key is gone")
			}
			if n := len(c.writes()); n > 1 {
				t.Errorf("%d deletions", n)
			}
		})
	}
}

// A key that could not be deleted when it was closed gets another chance at the end.
func TestEphemeralKey_whoseCloseFailedIsDeletedAtTheEnd(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	w := c.walk(t, nil)
	o := w.mustOpen(t, ephemeralKey, run(nil))
	c.Inject(simulator.Fault{Method: http.MethodDelete, Times: -1, Action: simulator.ActionStatus, Status: http.StatusForbidden})
	wants(t, "errors", w.close(t.Context(), t, o).errors(), "Unable to delete the API key", "The key stops working at 20")
	c.ClearFaults()
	w.factory.Close(t.Context())
	if id := c.onlyKeyOrNone(t); id != "" {
		t.Errorf("%s is left", id)
	}
}

// The keys of the run itself are no finding.
func TestEphemeralKey_isNotReportedByItsOwnRun(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	w := c.walk(t, nil)
	w.mustOpen(t, ephemeralKey, run(nil))
	ty := w.schema.DataSourceSchemas["jmapcloud_access_report"].ValueType()
	report := func(w *walk) string {
		resp, err := w.server.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{
			TypeName: "jmapcloud_access_report", Config: dynamic(t, valueOf(t, ty, values{"expected_api_key_ids": []string{}, "api_keys_expiring_within": "336h"})),
		})
		must(t, err)
		diagnostics(resp.Diagnostics).mustBeFree(t)
		return fmt.Sprint(undynamic(t, ty, resp.State))
	}
	title := c.onlyKey(t).Title
	if strings.Contains(report(w), title) {
		t.Error("the run reports its own key")
	}
	if !strings.Contains(report(c.walk(t, nil)), title) {
		t.Error("another run does not report it")
	}
}

// A look at what a key owns costs the same however large the organization is: its own lists when it is made and when it is deleted.
func TestEphemeralKey_ofAnEditorCostsFourCallsMoreThanAViewers(t *testing.T) {
	t.Parallel()
	for _, projects := range []int{0, 70} {
		for _, block := range []values{nil, {"transfer_ownership_to": lead}} {
			t.Run(fmt.Sprintf("%d projects, %v", projects, block), func(t *testing.T) {
				t.Parallel()
				calls := map[string]int{}
				for _, role := range []string{"ORG_VIEWER", "ORG_EDITOR"} {
					c := startCloud(t)
					c.addMember(t, lead, "ORG_EDITOR")
					for i := range projects {
						c.project(t, fmt.Sprint("Map ", i), lead)
					}
					w := c.walk(t, block)
					o := w.mustOpen(t, ephemeralKey, run(values{"role": role}))
					w.close(t.Context(), t, o).mustBeFree(t)
					calls[role] = len(c.Requests())
					if id := c.onlyKeyOrNone(t); id != "" {
						t.Errorf("%s is left", id)
					}
				}
				if more := calls["ORG_EDITOR"] - calls["ORG_VIEWER"]; more > 4 {
					t.Errorf("an Editor's key costs %d calls more: %v", more, calls)
				}
			})
		}
	}
}

// There is one second for all keys of the run.
func TestEphemeralKey_twentyAreDeletedAtTheEnd(t *testing.T) {
	t.Parallel()
	c := startCloud(t).withOthersMaps(t)
	c.addMember(t, lead, "ORG_EDITOR")
	const keys, owning = 20, 3
	w := c.walk(t, values{"transfer_ownership_to": lead})
	var maps, owners []string
	for i := range keys {
		o := w.mustOpen(t, ephemeralKey, run(values{"name": fmt.Sprint("ci-", i)}))
		if i < owning {
			maps, owners = append(maps, c.project(t, fmt.Sprint("Map ", i), o.text(t, "email"))), append(owners, o.text(t, "email"))
		}
	}
	c.ClearRequests()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	w.factory.Close(ctx)
	if left := len(c.APIKeys()); left != owning {
		t.Errorf("%d keys are left", left)
	}
	for i, id := range maps {
		if got := c.Owners(id); !slices.Equal(got, []string{owners[i], lead}) {
			t.Errorf("%v own what the key %s owned", got, owners[i])
		}
	}
	// Each key lists two kinds and is deleted; or it reads what it may do and who is a member, hands it over and reads it back.
	const deletion, handOver, revocation = 3, 2 + 1 + 1 + 2, 1
	if got, most := len(c.Requests()), (keys-owning)*deletion+owning*handOver+revocation; got > most {
		t.Errorf("the exit made %d calls, more than %d", got, most)
	}
	if open := c.Sessions().Open; open != 0 {
		t.Errorf("%d sessions are left open", open)
	}
}
