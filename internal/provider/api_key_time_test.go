package provider_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// What time decides, and what is known later.

// A plan's decision travels to its apply, however old the saved plan is. What became due meanwhile waits for the next run.
func TestRotation_oldSavedPlanKeepsToWhatItSaid(t *testing.T) {
	t.Parallel()
	for _, age := range []time.Duration{25 * time.Hour, 40 * day} {
		t.Run(fmt.Sprint("the key is due after ", age), func(t *testing.T) {
			t.Parallel()
			c := startCloud(t).withOthersMaps(t)
			o := c.mustRun(t, object{}, rotating(nil), nil).object
			c.Advance(76*day - age + 12*time.Hour)
			changed := rotating(values{"force_destroy": true})
			r := c.run(t, apiKey, o, changed, nil, func() { c.Advance(age) })
			wants(t, "errors", r.errors)
			if r.text(t, "id") != o.text(t, "id") {
				t.Error("rotated, though the plan did not say so")
			}
			if r = c.mustRun(t, r.object, changed, nil); r.text(t, "id") == o.text(t, "id") {
				t.Error("the next run did not rotate")
			}
		})
		t.Run(fmt.Sprint("the previous key ends after ", age), func(t *testing.T) {
			t.Parallel()
			c := startCloud(t).withOthersMaps(t)
			config := rotating(values{"keep_previous_for": "24h"})
			o := c.mustRun(t, object{}, config, nil).object
			c.Advance(80 * day)
			o = c.mustRun(t, o, config, nil).object
			changed := rotating(values{"keep_previous_for": "24h", "force_destroy": true})
			r := c.run(t, apiKey, o, changed, nil, func() { c.Advance(age) })
			wants(t, "errors", r.errors)
			if len(c.APIKeys()) != 2 {
				t.Error("the previous key was deleted, though the plan did not say so")
			}
			if c.mustRun(t, r.object, changed, nil); len(c.APIKeys()) != 1 {
				t.Error("the next run did not delete the previous key")
			}
		})
	}
	t.Run("the key expires at a fixed time", func(t *testing.T) {
		t.Parallel()
		c := startCloud(t)
		config := values{"name": "ci", "role": "ORG_EDITOR", "expires_at": c.inDays(30)}
		o := c.mustRun(t, object{}, config, nil).object
		config["force_destroy"] = true
		r := c.run(t, apiKey, o, config, nil, func() { c.Advance(40 * day) })
		wants(t, "errors", r.errors)
		wants(t, "the next run's errors", c.run(t, apiKey, r.object, config, nil).errors, "has expired and cannot be created again as it is")
	})
}

// A plan without a refresh cannot tell itself from the second plan of an old one. It decides by the refresh that the state has, and says so;
// where the state has none, it decides by the clock.
func TestRotation_planWithoutRefreshSaysWhatBecameDue(t *testing.T) {
	t.Parallel()
	c := startCloud(t).withOthersMaps(t)
	config := rotating(values{"keep_previous_for": "24h"})
	created := c.mustRun(t, object{}, config, nil).object
	c.Advance(40 * day)
	refreshed := c.refreshed(t, apiKey, created)
	c.Advance(40 * day)
	p := c.walk(t, nil).plan(t, apiKey, refreshed, config)
	p.diags.mustBeFree(t)
	wants(t, "warnings", p.diags.warnings(), `The API key "ci" has become due for rotation`, "since the last refresh", "inside the 336h window", "without -refresh=false")
	if !p.isEmpty() {
		t.Error("the plan without a refresh rotates the key")
	}
	p = c.walk(t, nil).plan(t, apiKey, created, config)
	p.diags.mustBeFree(t)
	wants(t, "warnings", p.diags.warnings(), "inside the 336h window")
	if p.isEmpty() {
		t.Error("a key that was never refreshed is not rotated")
	}
	second := c.mustRun(t, created, config, nil).object
	second = c.refreshed(t, apiKey, second)
	c.Advance(25 * time.Hour)
	p = c.walk(t, nil).plan(t, apiKey, second, config)
	wants(t, "warnings", p.diags.warnings(), `The previous API key "ci" has become due for deletion`, "since the last refresh")
	if !p.isEmpty() {
		t.Error("the plan without a refresh deletes the previous key")
	}
}

// decidedLater plans with values that are known only later, and applies with what they turn out to be.
func (c *cloud) decidedLater(t *testing.T, o object, planned, known values) (p planned, after object) {
	t.Helper()
	planning := c.walk(t, nil)
	o, diags := planning.read(t, apiKey, o)
	diags.mustBeFree(t)
	p = planning.plan(t, apiKey, o, planned)
	p.diags.mustBeFree(t)
	applying := c.walk(t, nil)
	if p.replace {
		_, diags = applying.apply(t, applying.destroyed(p))
		diags.mustBeFree(t)
		o = object{}
	}
	again := applying.plan(t, apiKey, o, known)
	again.diags.mustBeFree(t)
	if !p.replace && again.replace {
		t.Fatal("the second plan replaces what the first one kept")
	}
	if !p.replace { // what is replaced is planned again as a creation
		mustKeepTo(t, "the second plan", p.proposed, again.proposed)
	}
	after, diags = applying.apply(t, again)
	diags.mustBeFree(t)
	mustKeepTo(t, "the apply", again.proposed, after.value)
	return p, after
}

// Whatever a decision hangs on may be known only after apply. The plan leaves it open, and the apply decides.
func TestRotation_whatHangsOnAValueThatIsKnownLaterIsOpen(t *testing.T) {
	t.Parallel()
	version := func(v string) map[string]string { return map[string]string{"version": v, "other": "1"} }
	fixed := func(more values) values { return rotating(values{"lifetime": nil, "rotate_before": nil}).with(more) }
	for name, test := range map[string]struct {
		before    values
		advance   time.Duration
		argument  string
		planned   any
		outcomes  map[bool]any // by whether the key is another one afterwards
		says      string
		isReplace bool
	}{
		"a value": {
			before: rotating(values{"keep_previous_for": "24h", "rotate_when_changed": version("1")}), argument: "rotate_when_changed",
			planned: version(unknown), outcomes: map[bool]any{false: version("1"), true: version("2")}, says: "rotate_when_changed",
		},
		"every value": {
			before: rotating(values{"rotate_when_changed": version("1")}), argument: "rotate_when_changed",
			planned: unknown, outcomes: map[bool]any{false: version("1"), true: version("2")}, says: "rotate_when_changed",
		},
		"how long the previous key is kept, of a key that is due": {
			before: rotating(nil), advance: 80 * day, argument: "keep_previous_for", planned: unknown, outcomes: map[bool]any{true: "24h"}, says: "keep_previous_for",
		},
		"whether the previous key is kept, of a key that is due": {
			before: rotating(values{"keep_previous_for": "24h"}), advance: 80 * day, argument: "keep_previous_for", planned: unknown, outcomes: map[bool]any{true: "0s"}, says: "keep_previous_for",
		},
		"how long the previous key is kept, of a key that is not due": {
			before: rotating(nil), argument: "keep_previous_for", planned: unknown, outcomes: map[bool]any{false: "24h"},
		},
		"the lifetime": {
			before: rotating(values{"keep_previous_for": "24h"}), argument: "lifetime", planned: unknown, outcomes: map[bool]any{false: "4000h", true: "720h"}, says: "lifetime",
		},
		"the window": {
			before: rotating(nil), advance: 10 * day, argument: "rotate_before", planned: unknown, outcomes: map[bool]any{false: "336h", true: "2000h"}, says: "rotate_before",
		},
		"whether the secret is stored that was not": {
			before: rotating(values{"store_key": false}), argument: "store_key", planned: unknown, outcomes: map[bool]any{false: false, true: true}, says: "store_key",
		},
		"whether the secret is stored that was": {
			before: rotating(nil), argument: "store_key", planned: unknown, outcomes: map[bool]any{false: false},
		},
		"whether the secret is stored that was not, with a fixed end": {
			before: fixed(values{"expires_at": "a date", "store_key": false}), argument: "store_key", planned: unknown, outcomes: map[bool]any{true: true}, isReplace: true,
		},
	} {
		for rotates, outcome := range test.outcomes {
			t.Run(fmt.Sprint(name, ", which rotates: ", rotates), func(t *testing.T) {
				t.Parallel()
				c := startCloud(t).withOthersMaps(t)
				before := test.before.with(nil)
				if before["expires_at"] != nil {
					before["expires_at"] = c.inDays(300)
				}
				o := c.mustRun(t, object{}, before, nil).object
				c.Advance(test.advance)
				p, after := c.decidedLater(t, o, before.with(values{test.argument: test.planned}), before.with(values{test.argument: outcome}))
				if rotated := after.text(t, "id") != o.text(t, "id"); rotated != rotates || p.replace != test.isReplace {
					t.Errorf("rotated: %t, replaced: %t", rotated, p.replace)
				}
				if test.says == "" {
					return
				}
				wants(t, "warnings", p.diags.warnings(), test.says, "known after apply")
			})
		}
	}
}

// with is the configuration with other values.
func (v values) with(more values) values {
	all := values{}
	for _, from := range []values{v, more} {
		for name, value := range from {
			all[name] = value
		}
	}
	return all
}

// A dead key is never reported as fine: where the previous key still works, the deleted one is created again with its fixed end, too.
func TestRotation_keyDeletedInThePortalIsCreatedAgainWithAFixedEnd(t *testing.T) {
	t.Parallel()
	c := startCloud(t).withOthersMaps(t)
	config := rotating(values{"keep_previous_for": "48h"})
	first, second := c.rotatedAndDeleted(t, config)
	fixed := values{"name": "ci", "role": "ORG_EDITOR", "expires_at": second.text(t, "expires_at")}
	r := c.mustRun(t, second, fixed, nil)
	wants(t, "warnings", r.warnings, `The API key "ci" will be created again`, "it was deleted outside Terraform", "still works until")
	k, found := c.apiKeyByID(r.text(t, "id"))
	if !found || k.ExpiresAt.Format(time.RFC3339) != second.text(t, "expires_at") || r.text(t, "previous_id") != first.text(t, "id") {
		t.Errorf("the key is %v, the previous one %q", k, r.text(t, "previous_id"))
	}
	c.mustRest(t, r.object, fixed)
	c.Advance(49 * time.Hour)
	if c.mustRun(t, r.object, fixed, nil); len(c.APIKeys()) != 1 {
		t.Error("the previous key was not deleted when its time was over")
	}
}

// A key that was deleted in the portal owns nothing that its end could lose, whatever the account sees: only the previous key's end counts.
func TestRotation_keyDeletedInThePortalIsReplaced(t *testing.T) {
	t.Parallel()
	c := startCloud(t) // without others' maps
	viewer := rotating(values{"keep_previous_for": "48h", "role": "ORG_VIEWER"})
	_, second := c.rotatedAndDeleted(t, viewer)
	fixed := values{"name": "ci", "role": "ORG_VIEWER", "expires_at": c.inDays(200)}
	r := c.replace(t, apiKey, second, fixed, replacementWays[0])
	if keys := c.APIKeys(); len(keys) != 1 || keys[0].ID != r.text(t, "id") {
		t.Errorf("the keys are %v", keys)
	}
	c.mustRest(t, r.object, fixed)

	c = startCloud(t)
	_, second = c.rotatedAndDeleted(t, viewer)
	c.mustRun(t, second, nil, nil)
	if keys := c.APIKeys(); len(keys) > 0 {
		t.Errorf("the keys are %v", keys)
	}
}

// A key that the cloud did not find once, and finds again, was not deleted.
func TestRotation_keyThatIsFoundAgainStays(t *testing.T) {
	t.Parallel()
	c := startCloud(t).withOthersMaps(t)
	config := rotating(values{"keep_previous_for": "48h"})
	first := c.mustRun(t, object{}, config, nil).object
	c.Advance(80 * day)
	second := c.mustRun(t, first, config, nil).object
	c.Inject(simulator.Fault{Method: http.MethodGet, Path: "/api/ss/rest/v1/organizations/*/api-keys/" + second.text(t, "id"), Times: 1, Action: simulator.ActionStatus, Status: http.StatusNotFound})
	missed := c.refreshed(t, apiKey, second)
	wants(t, "warnings", c.walk(t, nil).plan(t, apiKey, missed, config).diags.warnings(), "it was deleted outside Terraform")
	c.mustBeEmpty(t, apiKey, missed, config)
}

// Replacing a key deletes the previous one too, whose time is not over.
func TestRotation_replacementSaysThatThePreviousKeyEndsEarly(t *testing.T) {
	t.Parallel()
	c := startCloud(t).withOthersMaps(t)
	config := rotating(values{"keep_previous_for": "48h"})
	o := c.mustRun(t, object{}, config, nil).object
	c.Advance(80 * day)
	o = c.mustRun(t, o, config, nil).object
	w := c.walk(t, nil)
	o, diags := w.read(t, apiKey, o)
	diags.mustBeFree(t)
	p := w.plan(t, apiKey, o, config.with(values{"name": "cd"}))
	p.diags.mustBeFree(t)
	if !p.replace {
		t.Fatal("another name does not replace the key")
	}
	wants(t, "warnings", p.diags.warnings(), `Replacing the API key "ci" ends its previous key early`, o.text(t, "previous_id"), "apply this change after "+o.text(t, "previous_expires_at"))
	c.Advance(3 * day)
	w = c.walk(t, nil)
	o, diags = w.read(t, apiKey, o)
	diags.mustBeFree(t)
	wants(t, "warnings", w.plan(t, apiKey, o, config.with(values{"name": "cd"})).diags.warnings())
}

// minimally is a run with -minimal-refresh (Terraform 1.17): what changes is planned, read, and planned again in the same process, and the private
// state of the first plan is lost. What does not change is not read.
func (c *cloud) minimally(t *testing.T, o object, config values) finished {
	t.Helper()
	planning := c.walk(t, nil)
	first := planning.plan(t, apiKey, o, config)
	first.diags.mustBeFree(t)
	if first.isEmpty() && !first.replace {
		return finished{object: o, plan: first, nothing: true, warnings: first.diags.warnings()}
	}
	refreshed, diags := planning.read(t, apiKey, o)
	diags.mustBeFree(t)
	p := planning.plan(t, apiKey, refreshed, config)
	p.diags.mustBeFree(t)
	r := finished{object: refreshed, plan: p, warnings: diags.warnings() + p.diags.warnings()}
	applying := c.walk(t, nil)
	if p.replace || config == nil {
		r.object, diags = applying.apply(t, applying.destroyed(p))
		diags.mustBeFree(t)
		if config == nil {
			return r
		}
	}
	again := applying.plan(t, apiKey, r.object, config)
	again.diags.mustBeFree(t)
	if !p.replace {
		mustKeepTo(t, "the second plan", p.proposed, again.proposed)
	}
	r.object, diags = applying.apply(t, again)
	diags.mustBeFree(t)
	mustKeepTo(t, "the apply", again.proposed, r.value)
	return r
}

func TestAPIKey_minimalRefreshPlansEveryChange(t *testing.T) {
	t.Parallel()
	config := rotating(values{"keep_previous_for": "24h", "rotate_when_changed": map[string]string{"version": "1"}})
	for name, test := range map[string]struct {
		outside func(*testing.T, *cloud, object)
		config  values
		keys    int    // afterwards
		says    string // the plan
		another bool   // key afterwards
		nothing bool
	}{
		"nothing":                 {config: config, keys: 1, nothing: true},
		"a change in place":       {config: config.with(values{"force_destroy": true}), keys: 1},
		"a rotation by a value":   {config: config.with(values{"rotate_when_changed": map[string]string{"version": "2"}}), keys: 2, says: "version 1 → 2", another: true},
		"a rotation by time":      {outside: func(_ *testing.T, c *cloud, _ object) { c.Advance(80 * day) }, config: config, keys: 2, says: "inside the 336h window", another: true},
		"a replacement":           {config: config.with(values{"name": "cd"}), keys: 1, another: true},
		"a destruction":           {keys: 0},
		"deleted, and a change":   {outside: func(t *testing.T, c *cloud, o object) { t.Helper(); must(t, c.DeleteAPIKey(o.text(t, "id"))) }, config: config.with(values{"force_destroy": true}), keys: 1, says: "Gone", another: true},
		"a replacement, expired":  {outside: func(_ *testing.T, c *cloud, _ object) { c.Advance(91 * day) }, config: config.with(values{"role": "ORG_VIEWER"}), keys: 1, says: "has expired", another: true},
		"a value when it is late": {outside: func(_ *testing.T, c *cloud, _ object) { c.Advance(91 * day) }, config: config.with(values{"rotate_when_changed": map[string]string{"version": "2"}}), keys: 2, says: "it expired at", another: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t).withOthersMaps(t)
			o := c.mustRun(t, object{}, config, nil).object
			if test.outside != nil {
				test.outside(t, c, o)
			}
			r := c.minimally(t, o, test.config)
			wants(t, "warnings", r.warnings, test.says)
			if keys := c.APIKeys(); len(keys) != test.keys || r.nothing != test.nothing {
				t.Errorf("the keys are %v, nothing: %t", keys, r.nothing)
			}
			if test.keys == 0 {
				return
			}
			if another := r.text(t, "id") != o.text(t, "id"); another != test.another {
				t.Errorf("another key: %t", another)
			}
			c.mustRest(t, c.mustRun(t, r.object, test.config, nil).object, test.config) // the first may delete a previous key that has expired
		})
	}
	t.Run("the end of the previous key", func(t *testing.T) {
		t.Parallel()
		c := startCloud(t).withOthersMaps(t)
		o := c.mustRun(t, object{}, config, nil).object
		c.Advance(80 * day)
		o = c.minimally(t, o, config).object
		c.Advance(25 * time.Hour)
		r := c.minimally(t, o, config)
		wants(t, "warnings", r.warnings, `The previous API key "ci" is deleted`)
		if len(c.APIKeys()) != 1 {
			t.Errorf("the keys are %v", c.APIKeys())
		}
	})
}

// Where the cloud tells of no key when it expires, the asked end is kept. Where it tells that of others, a key without an end never ends.
func TestAPIKey_expiryThatIsNeverToldStaysAsAsked(t *testing.T) {
	t.Parallel()
	for _, others := range []bool{false, true} {
		c := startDialect(t)
		var kept string // the key whose end is told
		if others {
			kept = c.addKey(t, "other", "ORG_VIEWER", 300).ID
		}
		c.Use(func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				answer := httptest.NewRecorder()
				next.ServeHTTP(answer, r)
				body := answer.Body.Bytes()
				if strings.Contains(r.URL.Path, "/api-keys") {
					body = withoutExpiry(t, body, kept)
				}
				for name, value := range answer.Header() {
					w.Header()[name] = value
				}
				w.Header().Del("Content-Length")
				w.WriteHeader(answer.Code)
				_, _ = w.Write(body)
			})
		})
		config := values{"name": "ci", "role": "ORG_EDITOR", "expires_at": c.inDays(30)}
		p := c.walk(t, nil).plan(t, apiKey, object{}, config)
		p.diags.mustBeFree(t)
		o, diags := c.walk(t, nil).apply(t, p)
		if others {
			wants(t, "errors", diags.errors(), "got never")
			continue
		}
		diags.mustBeFree(t)
		if got := c.refreshed(t, apiKey, o).text(t, "expires_at"); got != config["expires_at"] {
			t.Errorf("a refresh makes the end %q", got)
		}
		c.mustBeEmpty(t, apiKey, o, config)
	}
}

// withoutExpiry takes the end out of every key of an answer but one.
func withoutExpiry(t tb, body []byte, kept string) []byte {
	t.Helper()
	var answer struct {
		Message string `json:"message,omitempty"`
		Result  any    `json:"result,omitempty"`
	}
	if json.Unmarshal(body, &answer) != nil {
		return body
	}
	all, isList := answer.Result.([]any)
	if !isList {
		all = []any{answer.Result}
	}
	for _, one := range all {
		if k, is := one.(map[string]any); is && k["id"] != kept {
			delete(k, "expirationDate")
		}
	}
	body, err := json.Marshal(answer)
	must(t, err)
	return body
}

// Where the account sees no map of others, a key without a secret in state is deleted only with a successor. Each rotation says so, and how to go on.
func TestRotation_whereOthersMapsAreNotSeenSaysWhatToDo(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	config := rotating(values{"keep_previous_for": "24h"})
	o := c.mustRun(t, object{}, config, nil).object
	c.Advance(80 * day)
	o = c.mustRun(t, o, config, nil).object
	c.Advance(25 * time.Hour)
	r := c.run(t, apiKey, o, config, nil)
	wants(t, "errors", r.errors, `Unable to tell what the previous API key "ci" owns`, "Set transfer_ownership_to on the resource or in the provider block, for this rotation and every later one", "Delete the previous key in the portal")
	c.addMember(t, lead, "ORG_EDITOR")
	r = c.mustRun(t, r.object, config.with(values{"transfer_ownership_to": lead}), nil)
	if len(c.APIKeys()) != 1 || r.text(t, "previous_id") != "" {
		t.Errorf("the keys are %v", c.APIKeys())
	}
}

// A successor who may not receive anything matters only where there is something to receive.
func TestRotation_unfitSuccessorMattersOnlyWhereSomethingIsOwned(t *testing.T) {
	t.Parallel()
	for owns, errors := range map[bool][]string{false: nil, true: {"cannot receive what the API key"}} {
		for _, destroys := range []bool{false, true} {
			c := startCloud(t).withOthersMaps(t)
			config := rotating(nil)
			o := c.mustRun(t, object{}, config, nil).object
			if owns {
				c.project(t, "Sewers", o.text(t, "email"))
			}
			c.Advance(80 * day)
			wanted := config
			if destroys {
				wanted = nil
			}
			r := c.run(t, apiKey, o, wanted, values{"transfer_ownership_to": "gone@example.com"})
			wants(t, "errors", r.errors, errors...)
			if strings.Contains(r.warnings, "will be rotated") == (owns || destroys) {
				t.Errorf("a refused rotation is announced, or another is not: %s", r.warnings)
			}
		}
	}
}
