package provider_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// rotating is the configuration of a key of 90 days that is rotated two weeks before its end; more replaces its values.
func rotating(more values) values {
	config := values{"name": "ci", "role": "ORG_EDITOR", "lifetime": "2160h", "rotate_before": "336h"}
	for name, value := range more {
		config[name] = value
	}
	return config
}

const (
	day  = 24 * time.Hour
	week = 7 * day
)

// mustRun is run without errors.
func (c *cloud) mustRun(t tb, o object, config values, arguments values) finished {
	t.Helper()
	r := c.run(t, apiKey, o, config, arguments)
	if r.errors != "" {
		t.Fatal(r.errors)
	}
	return r
}

// mustRest checks that the next run has nothing to do and nothing to say.
func (c *cloud) mustRest(t tb, o object, config values) {
	t.Helper()
	if r := c.mustRun(t, o, config, nil); !r.nothing || r.warnings != "" {
		t.Fatalf("there is still something to do: %s\n%s", r.plan.proposed, r.warnings)
	}
}

// A key of 90 days, rotated from 14 days before its end, is created again every 11 weeks by weekly applies.
func TestRotation_aYearOfWeeklyApplies(t *testing.T) {
	t.Parallel()
	c := startCloud(t).withOthersMaps(t)
	c.addMember(t, lead, "ORG_EDITOR")
	config := rotating(values{"keep_previous_for": "24h", "transfer_ownership_to": lead})
	o := c.mustRun(t, object{}, config, nil).object
	rotations, ends := 0, 0
	var projects []string
	for range 52 {
		for range 7 {
			c.Advance(day)
			if live := c.liveKeys(); len(live) == 0 || len(c.APIKeys()) > 2 {
				t.Fatalf("%d keys of %d work", len(live), len(c.APIKeys()))
			}
		}
		must(t, c.opens(o.text(t, "key")))
		p, err := c.AddProject("Map", o.text(t, "email"))
		must(t, err)
		projects = append(projects, p.ID)

		r := c.mustRun(t, o, config, nil)
		switch {
		case r.nothing:
			wants(t, "warnings", r.warnings)
		case r.text(t, "id") != o.text(t, "id"):
			rotations++
			wants(t, "warnings", r.warnings, `The API key "ci" will be rotated`, "inside the 336h window", "keeps the current one (", ") for 24h")
			if r.text(t, "previous_id") != o.text(t, "id") {
				t.Errorf("the previous key is %q", r.text(t, "previous_id"))
			}
		default:
			ends++
			wants(t, "warnings", r.warnings, `The previous API key "ci" is deleted`, "its time is over", "transfers 11 projects to "+lead)
		}
		o = r.object
		c.mustRest(t, o, config)
	}
	if rotations != 4 || ends != 4 {
		t.Errorf("%d rotations, %d ends", rotations, ends)
	}
	for _, id := range projects {
		if len(c.Owners(id)) == 0 {
			t.Errorf("the project %s is lost", id)
		}
	}
	c.mustRun(t, o, nil, nil)
	if left := c.APIKeys(); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
}

func TestRotation_planSaysWhy(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		before, after values
		advance       time.Duration
		deleted       bool
		why           []string // nothing where the key stays
	}{
		"before the window":                  {advance: 75 * day},
		"in the window":                      {advance: 77 * day, why: []string{"it expires 20", "inside the 336h window"}},
		"the window is widened":              {advance: 10 * day, after: values{"rotate_before": "2000h"}, why: []string{"inside the 2000h window"}},
		"expired":                            {advance: 91 * day, why: []string{"it expired at 20"}},
		"expired without a window":           {before: values{"rotate_before": nil}, after: values{"rotate_before": nil}, advance: 91 * day, why: []string{"it expired at 20"}},
		"without a window it is not early":   {before: values{"rotate_before": nil}, after: values{"rotate_before": nil}, advance: 89 * day},
		"a value changes":                    {before: values{"rotate_when_changed": map[string]string{"version": "1"}}, after: values{"rotate_when_changed": map[string]string{"version": "2"}}, why: []string{"rotate_when_changed: version 1 → 2"}},
		"a value comes and another goes":     {before: values{"rotate_when_changed": map[string]string{"a": "1", "b": "1"}}, after: values{"rotate_when_changed": map[string]string{"b": "1", "c": "1"}}, why: []string{"rotate_when_changed: a removed, c added"}},
		"the first values":                   {after: values{"rotate_when_changed": map[string]string{"version": "1"}}, why: []string{"version added"}},
		"a longer lifetime is for the next":  {after: values{"lifetime": "4000h"}},
		"a shorter lifetime":                 {after: values{"lifetime": "720h"}, why: []string{"lifetime: 2160h → 720h"}},
		"a shorter lifetime that is left":    {advance: 70 * day, after: values{"lifetime": "720h"}},
		"another spelling":                   {after: values{"lifetime": "129600m", "rotate_before": "20160m"}},
		"the ownership arguments":            {after: values{"force_destroy": true, "keep_previous_for": "10h"}},
		"the secret is to be stored":         {before: values{"store_key": false}, after: values{"store_key": true}, why: []string{"its secret was not kept"}},
		"the secret is no longer stored":     {after: values{"store_key": false}},
		"a lifetime where an expiry stood":   {before: values{"lifetime": nil, "rotate_before": nil, "expires_at": "a date"}},
		"the same expiry, written as a date": {advance: day, after: values{"lifetime": nil, "rotate_before": nil, "expires_at": "the same"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t).withOthersMaps(t)
			before := rotating(test.before)
			if before["expires_at"] != nil {
				before["expires_at"] = c.inDays(300)
			}
			o := c.mustRun(t, object{}, before, nil).object
			c.Advance(test.advance)
			after := rotating(test.after)
			if after["expires_at"] != nil {
				after["expires_at"] = o.text(t, "expires_at")
			}
			r := c.mustRun(t, o, after, nil)
			rotated := r.text(t, "id") != o.text(t, "id")
			if rotated != (test.why != nil) || r.plan.replace {
				t.Errorf("rotated: %t, replaced: %t", rotated, r.plan.replace)
			}
			wants(t, "warnings", r.warnings, test.why...)
			if keys := c.APIKeys(); len(keys) != 1 || keys[0].ID != r.text(t, "id") {
				t.Errorf("the keys are %v", keys)
			}
			if stored := after["store_key"] != false; stored != (r.text(t, "key") == c.APIKeys()[0].Secret) {
				t.Errorf("the secret is stored: %t", !stored)
			}
			c.mustRest(t, r.object, after)
		})
	}
}

// What hangs on the key follows: everything that the cloud gives again is unknown in the plan, and nothing else.
func TestRotation_planKnowsWhatStays(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	config := rotating(values{"keep_previous_for": "1h"})
	o := c.mustRun(t, object{}, config, nil).object
	c.Advance(80 * day)
	r := c.mustRun(t, o, config, nil)
	if got := r.plan.unknowns(t); got != "created_at created_by email expires_at id key key_fingerprint previous_expires_at rotates_at" {
		t.Errorf("known after apply: %s", got)
	}
	if got, want := r.text(t, "previous_expires_at"), c.Now().Add(time.Hour).Format("2006-01-02T15:04"); !strings.HasPrefix(got, want) {
		t.Errorf("the previous key ends at %s, not %s", got, want)
	}
}

// Nothing is begun that could not be ended: what only the old key owns needs a successor before there is a new one.
func TestRotation_withoutSuccessorOfWhatItOwnsIsRefusedAtPlan(t *testing.T) {
	t.Parallel()
	for _, keep := range []string{"0s", "24h"} {
		c := startCloud(t).withOthersMaps(t)
		config := rotating(values{"keep_previous_for": keep, "force_destroy": true})
		o := c.mustRun(t, object{}, config, nil).object
		_, err := c.AddProject("Sewers", o.text(t, "email"))
		must(t, err)
		c.Advance(80 * day)
		c.ClearRequests()
		r := c.run(t, apiKey, o, config, nil)
		wants(t, "errors", r.errors, `Rotating the API key "ci" would also delete 1 project`, `"Sewers"`, "two ways out", "JMAPCLOUD_TRANSFER_OWNERSHIP_TO")
		if writes := c.writes(); len(writes) > 0 {
			t.Errorf("%s: written: %v", keep, writes)
		}
		c.addMember(t, lead, "ORG_EDITOR")
		r = c.mustRun(t, o, config, values{"transfer_ownership_to": lead})
		if keep == "0s" && !strings.Contains(r.warnings, "transfers 1 project to "+lead) {
			t.Errorf("not announced: %s", r.warnings)
		}
	}
}

// Something may have come since the plan: then there is no new key either.
func TestRotation_projectMadeSinceThePlanStopsIt(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	config := rotating(nil)
	o := c.mustRun(t, object{}, config, nil).object
	c.Advance(80 * day)
	planning := c.walk(t, nil)
	o, _ = planning.read(t, apiKey, o)
	p := planning.plan(t, apiKey, o, config)
	p.diags.mustBeFree(t)
	_, err := c.AddProject("Sewers", o.text(t, "email"))
	must(t, err)
	c.ClearRequests()
	after, diags := c.walk(t, nil).apply(t, p)
	wants(t, "errors", diags.errors(), "Rotating the API key", "Sewers")
	if writes := c.writes(); len(writes) > 0 || after.text(t, "id") != o.text(t, "id") {
		t.Errorf("written: %v", writes)
	}
}

// The new key is there before the old one goes, and should the old one stay, state knows both.
func TestRotation_oldKeyThatCannotBeDeletedIsDeletedByTheNextRun(t *testing.T) {
	t.Parallel()
	c := startCloud(t).withOthersMaps(t)
	config := rotating(nil)
	o := c.mustRun(t, object{}, config, nil).object
	c.Advance(80 * day)
	c.Inject(simulator.Fault{Method: http.MethodDelete, Action: simulator.ActionStatus, Status: http.StatusForbidden})
	r := c.run(t, apiKey, o, config, nil)
	wants(t, "errors", r.errors, `Unable to delete the previous API key "ci"`)
	if r.text(t, "previous_id") != o.text(t, "id") || len(c.APIKeys()) != 2 {
		t.Errorf("the previous key is %q of %d", r.text(t, "previous_id"), len(c.APIKeys()))
	}
	must(t, c.opens(r.text(t, "key")))
	r = c.mustRun(t, r.object, config, nil)
	wants(t, "warnings", r.warnings, `The previous API key "ci" is deleted`)
	c.mustRest(t, r.object, config)
	if keys := c.APIKeys(); len(keys) != 1 || keys[0].ID != r.text(t, "id") {
		t.Errorf("left: %v", keys)
	}
}

// A failed rotation says that the current key still works only where it does.
func TestRotation_thatFailsSaysWhetherTheCurrentKeyWorks(t *testing.T) {
	t.Parallel()
	const works = "The current key still works"
	for age, isSaid := range map[time.Duration]bool{80 * day: true, 91 * day: false} {
		c := startCloud(t).withOthersMaps(t)
		config := rotating(nil)
		o := c.mustRun(t, object{}, config, nil).object
		c.Advance(age)
		c.Inject(simulator.Fault{Method: http.MethodPost, Path: "/api/ss/rest/v1/organizations/*/api-keys", Action: simulator.ActionStatus, Status: http.StatusForbidden})
		r := c.run(t, apiKey, o, config, nil)
		wants(t, "errors", r.errors, `Unable to rotate the API key "ci"`)
		if strings.Contains(r.errors, works) != isSaid {
			t.Errorf("after %s: %s", age, r.errors)
		}
	}
}

func TestRotation_keyHasOnePredecessorAtTheMost(t *testing.T) {
	t.Parallel()
	c := startCloud(t).withOthersMaps(t)
	at := func(version string) values {
		return rotating(values{"keep_previous_for": "300h", "rotate_when_changed": map[string]string{"version": version}})
	}
	o := c.mustRun(t, object{}, at("1"), nil).object
	second := c.mustRun(t, o, at("2"), nil)
	third := c.mustRun(t, second.object, at("3"), nil)
	wants(t, "warnings", third.warnings, "version 2 → 3", `The previous API key "ci" is deleted`, "one predecessor at the most")
	if keys := c.APIKeys(); len(keys) != 2 || third.text(t, "previous_id") != second.text(t, "id") {
		t.Errorf("the keys are %v", keys)
	}
}

func TestRotation_destroyDeletesBothKeys(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		force    bool
		provider values
		wants    []string
		errors   []string
	}{
		"refused":   {errors: []string{`Deleting the previous API key "ci" would also delete 1 project`, `Deleting the API key "ci" would also delete 1 project`}},
		"force":     {force: true, wants: []string{`Deleting the previous API key "ci" PERMANENTLY deletes 1 project`, `Deleting the API key "ci" PERMANENTLY deletes 1 project`}},
		"successor": {provider: values{"transfer_ownership_to": lead}, wants: []string{`Deleting the previous API key "ci" transfers 1 project to lead@example.com`, `Deleting the API key "ci" transfers 1 project to lead@example.com`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t).withOthersMaps(t)
			c.addMember(t, lead, "ORG_EDITOR")
			config := rotating(values{"keep_previous_for": "300h", "force_destroy": test.force})
			o := c.mustRun(t, object{}, config, nil).object
			c.Advance(80 * day)
			o = c.mustRun(t, o, config, nil).object
			previous, _ := c.apiKeyByID(o.text(t, "previous_id"))
			for _, owner := range []string{o.text(t, "email"), previous.Email} {
				_, err := c.AddProject("Map of "+owner, owner)
				must(t, err)
			}
			r := c.run(t, apiKey, o, nil, test.provider)
			wants(t, "errors", r.errors, test.errors...)
			if test.errors != nil {
				return
			}
			wants(t, "warnings", r.warnings, test.wants...)
			if left := c.APIKeys(); len(left) > 0 {
				t.Errorf("left: %v", left)
			}
		})
	}
}

// rotatedAndDeleted creates a key, rotates it, and deletes in the portal the second one, while the first still works.
func (c *cloud) rotatedAndDeleted(t *testing.T, config values) (first, second object) {
	t.Helper()
	first = c.mustRun(t, object{}, config, nil).object
	c.Advance(80 * day)
	second = c.mustRun(t, first, config, nil).object
	must(t, c.DeleteAPIKey(second.text(t, "id")))
	return first, second
}

// A key that is deleted in the portal while the one before still works is not forgotten together with that.
func TestRotation_keyDeletedInThePortalIsCreatedAgain(t *testing.T) {
	t.Parallel()
	c := startCloud(t).withOthersMaps(t)
	config := rotating(values{"keep_previous_for": "48h"})
	first, second := c.rotatedAndDeleted(t, config)
	r := c.mustRun(t, second, config, nil)
	wants(t, "warnings", r.warnings, "it was deleted outside Terraform", "still works until")
	if r.text(t, "previous_id") != first.text(t, "id") || len(c.APIKeys()) != 2 {
		t.Errorf("the previous key is %q of %d", r.text(t, "previous_id"), len(c.APIKeys()))
	}
	c.mustRest(t, r.object, config)
	c.Advance(49 * time.Hour)
	r = c.mustRun(t, r.object, config, nil)
	wants(t, "warnings", r.warnings, "its time is over")
	must(t, c.DeleteAPIKey(r.text(t, "id")))
	r = c.mustRun(t, r.object, config, nil)
	wants(t, "warnings", r.warnings, `Gone: the API key "ci"`)
	if len(c.APIKeys()) != 1 {
		t.Error("the key was not created again")
	}
}

func TestRotation_previousKeyDeletedInThePortalIsForgotten(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	config := rotating(values{"keep_previous_for": "48h"})
	o := c.mustRun(t, object{}, config, nil).object
	c.Advance(80 * day)
	o = c.mustRun(t, o, config, nil).object
	must(t, c.DeleteAPIKey(o.text(t, "previous_id")))
	r := c.mustRun(t, o, config, nil)
	if !r.nothing || r.text(t, "previous_id") != "" || r.text(t, "previous_expires_at") != "" {
		t.Errorf("the previous key is %q", r.text(t, "previous_id"))
	}
}

// Terraform plans an update again while it applies. What becomes due in between waits for the next run.
func TestRotation_whatBecomesDueBetweenPlanAndApplyWaits(t *testing.T) {
	t.Parallel()
	c := startCloud(t).withOthersMaps(t)
	config := rotating(values{"keep_previous_for": "48h"})
	o := c.mustRun(t, object{}, config, nil).object
	c.Advance(76*day - time.Hour)
	other := rotating(values{"keep_previous_for": "48h", "force_destroy": true})
	r := c.run(t, apiKey, o, other, nil, func() { c.Advance(2 * time.Hour) })
	if r.errors != "" || r.text(t, "id") != o.text(t, "id") {
		t.Fatalf("rotated, though the plan did not say so: %s", r.errors)
	}
	o = c.mustRun(t, r.object, other, nil).object
	if len(c.APIKeys()) != 2 {
		t.Fatal("it was not rotated by the next run")
	}
	c.Advance(47 * time.Hour)
	r = c.run(t, apiKey, o, config, nil, func() { c.Advance(2 * time.Hour) })
	if r.errors != "" || len(c.APIKeys()) != 2 {
		t.Fatalf("the previous key was deleted, though the plan did not say so: %s", r.errors)
	}
	if c.mustRun(t, r.object, config, nil); len(c.APIKeys()) != 1 {
		t.Error("the previous key was not deleted by the next run")
	}
}

func TestRotation_importedKeyIsKept(t *testing.T) {
	t.Parallel()
	c := startCloud(t).withOthersMaps(t)
	k := c.addKey(t, "ci", "ORG_EDITOR", 300)
	config := rotating(values{"rotate_when_changed": map[string]string{"version": "1"}})
	o, diags := c.imported(t, nil, apiKey, k.ID, nil)
	diags.mustBeFree(t)
	r := c.mustRun(t, o, config, nil)
	if r.text(t, "id") != k.ID || len(c.APIKeys()) != 1 {
		t.Fatal("the imported key was rotated")
	}
	wants(t, "warnings", r.warnings)
	c.mustRest(t, r.object, config)
	config["rotate_when_changed"] = map[string]string{"version": "2"}
	if r = c.mustRun(t, r.object, config, nil); r.text(t, "id") == k.ID || r.text(t, "key") == "" {
		t.Error("the second version rotated nothing")
	}
}

// Where a value is known only after apply, the key may or may not be rotated, and the apply knows.
func TestRotation_valueKnownLater(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"1", "2"} {
		c := startCloud(t).withOthersMaps(t)
		o := c.mustRun(t, object{}, rotating(values{"rotate_when_changed": map[string]string{"version": "1"}}), nil).object
		planning := c.walk(t, nil)
		p := planning.plan(t, apiKey, o, rotating(values{"rotate_when_changed": map[string]string{"version": unknown}}))
		p.diags.mustBeFree(t)
		applying := c.walk(t, nil)
		again := applying.plan(t, apiKey, o, rotating(values{"rotate_when_changed": map[string]string{"version": version}}))
		again.diags.mustBeFree(t)
		known := attributesOf(t, p.proposed)
		delete(known, "rotate_when_changed")
		for name, value := range known {
			if value.IsKnown() && !value.Equal(attributesOf(t, again.proposed)[name]) {
				t.Errorf("%s was planned as %s", name, value)
			}
		}
		after, diags := applying.apply(t, again)
		diags.mustBeFree(t)
		if rotated := after.text(t, "id") != o.text(t, "id"); rotated != (version == "2") {
			t.Errorf("version %s: rotated: %t", version, rotated)
		}
	}
}

func TestRotation_durationsAreHeldAgainstEachOther(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	w := c.walk(t, nil)
	for _, test := range []struct {
		config   values
		errors   []string
		warnings []string
	}{
		{config: values{}},
		{config: values{"keep_previous_for": "335h"}},
		{config: values{"lifetime": unknown, "rotate_before": unknown, "keep_previous_for": unknown}},
		{config: values{"lifetime": "336h"}, errors: []string{"rotate_before must be shorter than lifetime", "every plan would rotate the key"}},
		{config: values{"keep_previous_for": "336h"}, errors: []string{"keep_previous_for must be shorter than rotate_before"}},
		{config: values{"lifetime": "0s"}, errors: []string{"lifetime must be at least 1m"}},
		{config: values{"rotate_before": "-1h"}, errors: []string{"rotate_before must be positive"}},
		{config: values{"keep_previous_for": "-1h"}, errors: []string{"keep_previous_for must not be negative"}},
		{config: values{"lifetime": "90 days"}, errors: []string{"Write 2160h"}},
		{config: values{"rotate_before": nil}, warnings: []string{`The API key "ci" is rotated only after it has expired`}},
		{config: values{"name": unknown, "rotate_before": nil}, warnings: []string{"The API key (name known after apply) is rotated only after it has expired"}},
		{config: values{"rotate_before": "23h"}, warnings: []string{`The API key "ci" is rotated less than a day before it expires`}},
		{config: values{"expires_at": c.inDays(30)}, errors: []string{"expires_at,lifetime"}},
		{config: values{"lifetime": nil, "rotate_before": nil}, errors: []string{"expires_at,lifetime"}},
		{config: values{"lifetime": nil, "expires_at": c.inDays(30)}, errors: []string{`Attribute "lifetime" must be specified when "rotate_before" is specified`}},
		{config: values{"rotate_before": nil, "keep_previous_for": "1h"}, errors: []string{`Attribute "rotate_before" must be specified`}},
	} {
		diags := w.validate(t, apiKey, rotating(test.config))
		wants(t, "errors", diags.errors(), test.errors...)
		if test.errors == nil {
			wants(t, "warnings", diags.warnings(), test.warnings...)
		}
	}
}

// Where nothing can receive the secret, a key that is not stored has no user.
func TestAPIKey_unstoredNeedsWriteOnlyArguments(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	for version, refused := range map[string]bool{"1.5.7": true, "1.10.5": true, "1.11.0-beta1": false, "1.11.4": false, "1.14.0": false, "": false, "dev": false} {
		w := c.walkOf(t, version, nil)
		diags := w.plan(t, apiKey, object{}, rotating(values{"store_key": false})).diags
		if !refused {
			wants(t, version+": errors", diags.errors())
			continue
		}
		wants(t, version+": errors", diags.errors(), "Nothing could receive the key", "from version 1.11.0 on, and this is "+version, "leave store_key out")
		wants(t, version+": errors", w.plan(t, apiKey, object{}, rotating(nil)).diags.errors())
	}
}

// Real Terraform sees a change in place, and what hangs on the key follows.
func TestAccRotation_dependentsFollow(t *testing.T) {
	c := startCloud(t).withOthersMaps(t)
	config := c.config(block(apiKey, `name = "ci"`, `role = "ORG_EDITOR"`, `lifetime = "2160h"`, `rotate_before = "336h"`, `keep_previous_for = "24h"`) +
		"\nresource \"terraform_data\" \"reader\" {\n  input = " + tested(apiKey) + ".id\n}\n")
	var first string
	c.keys(t, 0,
		resource.TestStep{Config: config, ConfigStateChecks: []statecheck.StateCheck{c.wrote("POST api-keys")}},
		resource.TestStep{
			PreConfig: func() {
				first = c.APIKeys()[0].ID
				c.Advance(80 * day)
			},
			Config: config,
			ConfigPlanChecks: plans(
				plancheck.ExpectResourceAction(tested(apiKey), plancheck.ResourceActionUpdate),
				plancheck.ExpectUnknownValue(tested(apiKey), tfjsonpath.New("key")),
				plancheck.ExpectResourceAction("terraform_data.reader", plancheck.ResourceActionUpdate),
			),
			ConfigStateChecks: []statecheck.StateCheck{
				c.wrote("POST api-keys"),
				attribute(apiKey, "previous_id", knownvalue.StringFunc(func(id string) error {
					if id != first {
						return fmt.Errorf("%s is not the first key, %s", id, first)
					}
					return nil
				})),
				attribute(apiKey, "key", knownvalue.StringFunc(c.opens)),
				statecheck.CompareValuePairs(tested(apiKey), tfjsonpath.New("id"), "terraform_data.reader", tfjsonpath.New("output"), compare.ValuesSame()),
			},
		},
		resource.TestStep{
			PreConfig: func() { c.Advance(25 * time.Hour) },
			Config:    config,
			ConfigPlanChecks: plans(
				plancheck.ExpectResourceAction(tested(apiKey), plancheck.ResourceActionUpdate),
				plancheck.ExpectResourceAction("terraform_data.reader", plancheck.ResourceActionNoop),
			),
			ConfigStateChecks: []statecheck.StateCheck{c.wrote("DELETE api-keys"), attribute(apiKey, "previous_id", knownvalue.Null())},
		},
	)
}

// The current key's secret is in state, so that it can be asked what it owns: its rotation needs nothing that shows what the account sees.
func TestRotation_currentKeyIsAskedWhatItOwns(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	config := rotating(values{"keep_previous_for": "0s"})
	o := c.mustRun(t, object{}, config, nil).object
	c.Advance(80 * day)
	r := c.mustRun(t, o, config, nil)
	if k := c.onlyKey(t); k.ID != r.text(t, "id") || r.text(t, "previous_id") != "" {
		t.Errorf("the key is %s, the previous one %q", k.ID, r.text(t, "previous_id"))
	}
}
