package provider_test

import (
	"fmt"
	"maps"
	"net/http"
	"regexp"
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

// One life in real Terraform.
func TestAccAPIKey_lives(t *testing.T) {
	c := startCloud(t)
	c.addMember(t, lead, "ORG_EDITOR")
	expires, later := c.inDays(30), c.inDays(60)
	successor := fmt.Sprintf("transfer_ownership_to = %q", lead)
	id, secret := statecheck.CompareValue(compare.ValuesDiffer()), statecheck.CompareValue(compare.ValuesDiffer())
	all := func(name, expires string, more map[string]knownvalue.Check) statecheck.StateCheck {
		want := map[string]knownvalue.Check{
			"id":              c.ofKey(name, keyID),
			"name":            is(name),
			"role":            is("ORG_EDITOR"),
			"expires_at":      is(expires),
			"email":           c.ofKey(name, keyEmail),
			"key":             c.ofKey(name, keySecret),
			"key_fingerprint": c.ofKey(name, keyFingerprint),
			"created_at":      c.ofKey(name, keyMade),
			"created_by":      is(administrator),
		}
		maps.Copy(want, more)
		return wholly(apiKey, want)
	}
	another := func(checks ...statecheck.StateCheck) []statecheck.StateCheck {
		return append(checks,
			attribute(apiKey, "key", knownvalue.StringFunc(c.opens)),
			id.AddStateValue(tested(apiKey), tfjsonpath.New("id")),
			secret.AddStateValue(tested(apiKey), tfjsonpath.New("key")))
	}
	c.keys(t, 0,
		resource.TestStep{
			Config: c.key("ci", "ORG_EDITOR", expires, successor, "force_destroy = true"),
			ConfigPlanChecks: plans(
				plancheck.ExpectResourceAction(tested(apiKey), plancheck.ResourceActionCreate),
				plancheck.ExpectUnknownValue(tested(apiKey), tfjsonpath.New("key")),
				plancheck.ExpectSensitiveValue(tested(apiKey), tfjsonpath.New("key"))),
			ConfigStateChecks: another(
				all("ci", expires, map[string]knownvalue.Check{"transfer_ownership_to": is(lead), "force_destroy": knownvalue.Bool(true)}),
				statecheck.ExpectSensitiveValue(tested(apiKey), tfjsonpath.New("key")),
				c.wrote("POST api-keys"),
			),
		},
		resource.TestStep{
			ResourceName: tested(apiKey), ImportState: true, ImportStateVerify: true,
			ImportStateVerifyIgnore: []string{
				"key", "key_fingerprint", // the cloud tells it only to whoever makes the key
				"transfer_ownership_to", "force_destroy", // what concerns only Terraform: the cloud does not know it
			},
		},
		resource.TestStep{
			Config:           c.key("ci", "ORG_EDITOR", expires, successor),
			ConfigPlanChecks: action(apiKey, plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{
				all("ci", expires, map[string]knownvalue.Check{"transfer_ownership_to": is(lead)}), // force_destroy is null
				c.wrote(),
			},
		},
		resource.TestStep{
			Config: c.key("cd", "ORG_EDITOR", expires),
			ConfigPlanChecks: plans(
				plancheck.ExpectResourceAction(tested(apiKey), plancheck.ResourceActionDestroyBeforeCreate),
				plancheck.ExpectKnownValue(tested(apiKey), tfjsonpath.New("name"), is("cd")),
				plancheck.ExpectUnknownValue(tested(apiKey), tfjsonpath.New("id")),
				plancheck.ExpectUnknownValue(tested(apiKey), tfjsonpath.New("key"))),
			ConfigStateChecks: another(all("cd", expires, nil), c.wrote("DELETE api-keys", "POST api-keys")),
		},
		resource.TestStep{
			Config:            c.key("cd", "ORG_EDITOR", later, "lifecycle {\n    create_before_destroy = true\n  }"),
			ConfigPlanChecks:  action(apiKey, plancheck.ResourceActionCreateBeforeDestroy),
			ConfigStateChecks: another(all("cd", later, nil), c.wrote("POST api-keys", "DELETE api-keys")),
		},
	)
}

// The plan of a new key says what will be known only afterwards, and nothing more.
func TestAPIKey_isMadeOfTheLeast(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	config := values{"name": "ci", "role": "ORG_VIEWER", "expires_at": c.inDays(1)}
	r := c.mustRun(t, object{}, config, nil)
	if got := r.plan.unknowns(t); got != "created_at created_by email id key key_fingerprint" {
		t.Errorf("known after apply: %s", got)
	}
	k := c.onlyKey(t)
	facts := keyFacts(k)
	facts["key"], facts["key_fingerprint"] = is(k.Secret), is(keyFingerprint(k))
	mustHave(t, apiKey, r.value, facts) // transfer_ownership_to and force_destroy are null
	c.mustRest(t, r.object, config)

	imported, diags := c.imported(t, nil, apiKey, k.ID, nil)
	diags.mustBeFree(t)
	mustHave(t, apiKey, imported.value, keyFacts(k)) // the cloud tells the secret only to whoever makes the key
	c.mustRest(t, imported, config)
	c.wroteNow(t, "POST api-keys")
}

// The cloud can change nothing about a key.
func TestAPIKey_isReplacedByAnotherNameRoleOrExpiry(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	config := values{"name": "ci", "role": "ORG_EDITOR", "expires_at": c.inDays(30)}
	o := c.mustRun(t, object{}, config, nil).object
	c.written()
	for _, change := range []values{{"name": "cd"}, {"role": "ORG_VIEWER"}, {"expires_at": c.inDays(60)}} {
		maps.Copy(config, change)
		r := c.mustRun(t, o, config, nil)
		if got := r.plan.unknowns(t); !r.plan.replace || got != "created_at created_by email id key key_fingerprint" {
			t.Errorf("%v: replaced: %t, known after apply: %s", change, r.plan.replace, got)
		}
		c.wroteNow(t, "DELETE api-keys", "POST api-keys")
		k := c.onlyKey(t)
		for name, got := range map[string]string{"name": k.Title, "role": k.Role, "expires_at": k.ExpiresAt.Format(time.RFC3339)} {
			if got != config[name] || r.plan.text(t, name) != got {
				t.Errorf("%v: the %s is planned as %s, and the cloud has %s", change, name, r.plan.text(t, name), got)
			}
		}
		if r.text(t, "id") != k.ID || r.text(t, "key") != k.Secret || k.ID == o.text(t, "id") || k.Secret == o.text(t, "key") {
			t.Errorf("%v: the state has %s, and the cloud %+v", change, r.value, k)
		}
		c.mustRest(t, r.object, config)
		o = r.object
	}
}

// Another spelling of the same moment, or of the same person, is no change, and state keeps the first.
func TestAPIKey_spellingIsNoChange(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	c.addMember(t, lead, "ORG_EDITOR")
	expires := c.Now().AddDate(0, 0, 30).Truncate(time.Second)
	zulu := expires.Format(time.RFC3339)
	of := func(spelling, successor string) values {
		return values{"name": "ci", "role": "ORG_EDITOR", "expires_at": spelling, "transfer_ownership_to": successor}
	}
	o := c.mustRun(t, object{}, of(zulu, "Lead@Example.com"), nil).object
	for _, config := range []values{
		of(strings.Replace(zulu, "Z", "+00:00", 1), lead),
		of(expires.In(time.FixedZone("", -5*60*60)).Format(time.RFC3339), " LEAD@EXAMPLE.COM "),
	} {
		r := c.mustRun(t, o, config, nil)
		if got := r.text(t, "expires_at") + " " + r.text(t, "transfer_ownership_to"); !r.nothing || got != zulu+" Lead@Example.com" {
			t.Errorf("%v: the state has %s, and the plan is %s", config, got, r.plan.proposed)
		}
		o = r.object
	}
	c.wroteNow(t, "POST api-keys")
}

// Every spelling may be the first one: state has it as it was written, and the cloud has the moment.
func TestAPIKey_expiryIsAMoment(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	moment := c.Now().AddDate(0, 0, 30).Truncate(time.Second)
	zone := time.FixedZone("", 5*60*60+45*60)
	spellings := []string{
		moment.Format("2006-01-02T15:04:05Z"),
		moment.Format("2006-01-02T15:04:05+00:00"),
		moment.Format("2006-01-02T15:04:05-00:00"),
		moment.Format("2006-01-02T15:04:05.000Z"),
		moment.Format("2006-01-02T15:04:05.999Z"), // the cloud has whole seconds
		moment.In(zone).Format(time.RFC3339),
	}
	for _, first := range spellings {
		o := c.create(t, apiKey, values{"name": "ci", "role": "ORG_EDITOR", "expires_at": first})
		if got := o.text(t, "expires_at"); got != first {
			t.Errorf("%s became %s in state", first, got)
		}
		if k, _ := c.APIKeyByTitle("ci"); !k.ExpiresAt.Equal(moment) {
			t.Errorf("%s became %s at the cloud", first, k.ExpiresAt)
		}
		for _, second := range spellings {
			c.mustBeEmpty(t, apiKey, o, values{"name": "ci", "role": "ORG_EDITOR", "expires_at": second})
		}
	}
	o := c.create(t, apiKey, values{"name": "ci", "role": "ORG_EDITOR", "expires_at": spellings[0]})
	next := moment.Add(time.Second).Format(time.RFC3339)
	if p := c.walk(t, nil).plan(t, apiKey, o, values{"name": "ci", "role": "ORG_EDITOR", "expires_at": next}); !p.replace {
		t.Error("a second later is no other moment")
	}
}

// An imported key has no secret, and everything else about it goes on as ever.
func TestAPIKey_importedIsChangedInPlace(t *testing.T) {
	t.Parallel()
	c := startCloud(t).withOthersMaps(t)
	k := c.addKey(t, "ci", "ORG_EDITOR", 30)
	c.ClearRequests()
	config := values{"name": "ci", "role": "ORG_EDITOR", "expires_at": k.ExpiresAt.Format(time.RFC3339)}
	o, diags := c.imported(t, nil, apiKey, "ci", nil)
	diags.mustBeFree(t)
	mustHave(t, apiKey, o.value, keyFacts(k)) // key is null
	c.mustRest(t, o, config)
	config["force_destroy"] = true
	r := c.mustRun(t, o, config, nil)
	facts := keyFacts(k)
	facts["force_destroy"] = knownvalue.Bool(true)
	if mustHave(t, apiKey, r.value, facts); r.nothing || r.plan.replace {
		t.Errorf("nothing to do: %t, replaced: %t", r.nothing, r.plan.replace)
	}
	c.wroteNow(t)
}

func TestAPIKey_deletedInThePortalIsCreatedAgain(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	config := values{"name": "ci", "role": "ORG_EDITOR", "expires_at": c.inDays(30)}
	o := c.mustRun(t, object{}, config, nil).object
	must(t, c.DeleteAPIKey(o.text(t, "id")))
	c.ClearRequests()
	r := c.mustRun(t, o, config, nil)
	wants(t, "warnings", r.warnings, `Gone: the API key "ci"`)
	if id := r.text(t, "id"); id == o.text(t, "id") || id != c.onlyKey(t).ID || !r.plan.prior.value.IsNull() {
		t.Errorf("the key is %s, planned from %s", id, r.plan.prior.value)
	}
	must(t, c.opens(r.text(t, "key")))
	c.wroteNow(t, "POST api-keys")
	c.mustRest(t, r.object, config)
}

// Deleted in the portal after Terraform's refresh: the destroy is content.
func TestAPIKey_deletedSinceThePlanIsNoError(t *testing.T) {
	t.Parallel()
	c := startCloud(t).withOthersMaps(t)
	o := c.create(t, apiKey, values{"name": "ci", "role": "ORG_EDITOR", "expires_at": c.inDays(30)})
	p := c.walk(t, nil).plan(t, apiKey, o, nil)
	p.diags.mustBeFree(t)
	must(t, c.DeleteAPIKey(o.text(t, "id")))
	after, diags := c.walk(t, nil).apply(t, p)
	wants(t, "error", diags.errors())
	if !after.value.IsNull() {
		t.Error("it is still in state")
	}
}

// Nothing about a key drifts but the time: the plan says that it has expired, and a later date creates it again.
func TestAPIKey_expiredIsSaidAtItsArgument(t *testing.T) {
	t.Parallel()
	c := startCloud(t).withOthersMaps(t)
	config := values{"name": "ci", "role": "ORG_EDITOR", "expires_at": c.inDays(2)}
	o := c.create(t, apiKey, config)
	c.Advance(2 * 24 * time.Hour)

	w := c.walk(t, nil)
	o, diags := w.read(t, apiKey, o)
	diags.mustBeFree(t)
	p := w.plan(t, apiKey, o, config)
	wants(t, "error", p.diags.errors(), `The key "ci" has expired and cannot be created again as it is: expires_at is `+o.text(t, "expires_at"), "at the cloud it is", "Set a later time")
	if at := p.diags[0].Attribute.String(); at != `AttributeName("expires_at")` {
		t.Errorf("the error stands at %s", at)
	}

	config["expires_at"] = c.inDays(30)
	p = w.plan(t, apiKey, o, config)
	wants(t, "error", p.diags.errors())
	wants(t, "warning", p.diags.warnings(), `The API key "ci" has expired and is created again`, "It stopped working at "+o.text(t, "expires_at"))
	if !p.replace {
		t.Error("it is not replaced")
	}

	// To be rid of it needs no later date.
	p = w.plan(t, apiKey, o, nil)
	wants(t, "error", p.diags.errors())

	c.written()
	r := c.mustRun(t, o, config, nil)
	must(t, c.opens(r.text(t, "key")))
	c.wroteNow(t, "DELETE api-keys", "POST api-keys")
}

// What turns out to be wrong at apply is refused there, before the cloud is asked.
func TestAPIKey_wrongValueKnownLaterIsRefusedAtApply(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	for _, test := range []struct{ name, role, expires, says string }{
		{"ci", "ORG_EDITOR", c.inDays(-1), "An API key cannot expire in the past"},
		{"ci\x1b[2J", "ORG_EDITOR", c.inDays(30), "Control character in a name"},
		{"ci", "ORG_ADMIN", c.inDays(30), "role value must be one of"},
	} {
		r := c.runLater(t, apiKey, object{}, values{"name": unknown, "role": unknown, "expires_at": unknown},
			values{"name": test.name, "role": test.role, "expires_at": test.expires}, nil)
		if wants(t, "errors of the plan", r.plan.diags.errors()); isNothing(r.plan.proposed) {
			t.Error("it is not planned")
		}
		wants(t, "the error of the apply", r.errors, test.says)
	}
	c.wroteNow(t)
}

func TestAPIKey_everyArgumentIsValidated(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	w := c.walk(t, nil)
	fine := values{"name": "ci", "role": "ORG_EDITOR", "expires_at": c.inDays(30), "transfer_ownership_to": lead, "force_destroy": true}
	wants(t, "error", w.validate(t, apiKey, fine).errors())
	wants(t, "the error", w.validate(t, apiKey, values{"name": "ci", "role": "ORG_EDITOR"}).errors(), "Exactly one of these attributes must be configured: [expires_at,lifetime]")
	for _, test := range []struct {
		argument string
		value    any
		says     string // nothing where the value is fine
	}{
		{"name", "any name: the portal may have made the key", ""},
		{"name", unknown, ""},
		{"role", "ORG_VIEWER", ""},
		{"role", unknown, ""},
		{"role", "ORG_ADMIN", `must be one of: ["ORG_EDITOR" "ORG_VIEWER"], got: "ORG_ADMIN"`},
		{"role", "org_editor", "value must be one of"},
		{"role", "", "value must be one of"},
		{"expires_at", unknown, ""},
		{"expires_at", "", "not valid RFC3339"},
		{"expires_at", "tomorrow", "not valid RFC3339"},
		{"expires_at", "2030-01-31", "not valid RFC3339"},
		{"expires_at", "2030-01-31 00:00:00Z", "not valid RFC3339"},
		{"expires_at", "2030-02-30T00:00:00Z", "not valid RFC3339"},
		{"expires_at", "2030-01-31T00:00:00", "not valid RFC3339"},
		{"transfer_ownership_to", unknown, ""},
		{"transfer_ownership_to", "", "is not an email address"},
		{"transfer_ownership_to", "lead", "is not an email address"},
		{"transfer_ownership_to", "Lead <lead@example.com>", "more than the bare address"},
		{"transfer_ownership_to", "lead@example.com\n", "line break"},
		{"transfer_ownership_to", strings.Repeat("l", 250) + "@example.com", "longer than 254"},
	} {
		config := values{}
		for name, value := range fine {
			config[name] = value
		}
		config[test.argument] = test.value
		diags := w.validate(t, apiKey, config)
		if test.says == "" {
			wants(t, fmt.Sprintf("error for the %s %q", test.argument, test.value), diags.errors())
			continue
		}
		wants(t, fmt.Sprintf("the error for the %s %q", test.argument, test.value), diags.errors(), test.says)
		for _, d := range diags {
			if at := d.Attribute.String(); at != fmt.Sprintf("AttributeName(%q)", test.argument) {
				t.Errorf("the error for the %s %q stands at %s", test.argument, test.value, at)
			}
		}
		if said := diags.errors(); strings.ContainsAny(said, "\x00\x1b\u202e\u2066\u200f\u0085") {
			t.Errorf("the error for the %s repeats what steers a terminal: %q", test.argument, said)
		}
	}
	if requests := c.Requests(); len(requests) > 0 {
		t.Errorf("validation asked the cloud for %v", requests)
	}
}

func TestAPIKey_expiryInThePastIsRefusedAtItsArgument(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	now := c.Now().UTC().Truncate(time.Second)
	for _, expires := range []string{c.inDays(-1), "0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", now.Format(time.RFC3339)} {
		p := c.walk(t, nil).plan(t, apiKey, object{}, values{"name": "ci", "role": "ORG_EDITOR", "expires_at": expires})
		wants(t, "the error for "+expires, p.diags.errors(), "An API key cannot expire in the past", "expires_at is "+expires)
		if at := p.diags[0].Attribute.String(); at != `AttributeName("expires_at")` {
			t.Errorf("the error stands at %s", at)
		}
	}
	if writes := c.writes(); len(writes) > 0 {
		t.Errorf("the cloud was asked for %v", writes)
	}
}

// The cloud's clock decides, not this machine's.
func TestAPIKey_expiryIsOfTheCloudsClock(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	first := c.create(t, apiKey, values{"name": "first", "role": "ORG_EDITOR", "expires_at": c.inDays(100)})
	c.Advance(10 * 24 * time.Hour)
	w := c.walk(t, nil)
	_, diags := w.read(t, apiKey, first)
	diags.mustBeFree(t)
	p := w.plan(t, apiKey, object{}, values{"name": "second", "role": "ORG_EDITOR", "expires_at": c.inDays(-1)})
	wants(t, "error", p.diags.errors(), "An API key cannot expire in the past")
}

// A refused creation leaves nothing in state, and says what the cloud said.
func TestAPIKey_refusedCreationLeavesNothing(t *testing.T) {
	t.Parallel()
	for status, advice := range map[int]string{
		http.StatusBadRequest: "Correct the configuration as the message says.",
		http.StatusForbidden:  "It must be an Administrator",
		http.StatusConflict:   "already has something that this collides with",
	} {
		c := startCloud(t)
		p := c.walk(t, nil).plan(t, apiKey, object{}, values{"name": "ci", "role": "ORG_EDITOR", "expires_at": c.inDays(30)})
		p.diags.mustBeFree(t)
		c.Inject(simulator.Fault{
			Method: http.MethodPost, Path: "/api/ss/rest/v1/organizations/*/api-keys",
			Action: simulator.ActionStatus, Status: status, Body: `{"message":"Seven keys are enough."}`,
		})
		o, diags := c.walk(t, nil).apply(t, p)
		wants(t, "the error", diags.errors(), `Unable to create the API key "ci"`, "Seven keys are enough.", advice)
		if !o.value.IsNull() {
			t.Errorf("%d: something is in state", status)
		}
		if keys := c.APIKeys(); len(keys) > 0 {
			t.Errorf("%d: the cloud has %+v", status, keys)
		}
	}
}

// A cloud that cannot be read does not make a key vanish from state.
// secretPattern finds what looks like a key's secret in a text.
var secretPattern = regexp.MustCompile(`[A-Z2-7]{40,}`)

// The secret is in state and nowhere else: no message, no private state, no identity.
func TestAPIKey_secretIsNowhereButInState(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	p := c.walk(t, nil).plan(t, apiKey, object{}, values{"name": "ci", "role": "ORG_EDITOR", "expires_at": c.inDays(30)})
	o, diags := c.walk(t, nil).apply(t, p)
	secret := o.text(t, "key")
	if !secretPattern.MatchString(secret) {
		t.Fatalf("%q does not look like a secret", secret)
	}
	for where, text := range map[string]string{
		"diagnostics": diags.errors() + diags.warnings(), "private state": string(o.private), "identity": fmt.Sprint(o.identity.IdentityData),
	} {
		if strings.Contains(text, secret) {
			t.Errorf("the secret is in the %s", where)
		}
	}
}

// The plan creates a key again, and says why.
func TestAPIKey_deletedInThePortalIsSaidToBeGone(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	o := c.create(t, apiKey, values{"name": "ci", "role": "ORG_EDITOR", "expires_at": c.inDays(30)})
	must(t, c.DeleteAPIKey(o.text(t, "id")))
	gone, diags := c.walk(t, nil).read(t, apiKey, o)
	wants(t, "error", diags.errors())
	wants(t, "the warning", diags.warnings(), `the API key "ci"`, "It was deleted outside Terraform")
	if !gone.value.IsNull() {
		t.Error("it is still in state")
	}
}

// A run that is killed while it creates a key cannot say so, and a state may be lost. The next plan names every key of the name that still works,
// and touches none: it could be another configuration's.
func TestAPIKey_planSaysThatASecondKeyIsCreated(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	k := c.addKey(t, "ci", "ORG_EDITOR", 90)
	c.addKey(t, "old", "ORG_EDITOR", 1)
	known := c.create(t, apiKey, values{"name": "known", "role": "ORG_EDITOR", "expires_at": c.inDays(90)})
	c.Advance(2 * day)
	expires := k.ExpiresAt.Format(time.RFC3339)
	for name, test := range map[string]struct {
		config values
		named  bool
	}{
		"the same":              {values{"name": "ci", "role": "ORG_EDITOR", "expires_at": expires}, true},
		"a lifetime":            {values{"name": "ci", "role": "ORG_EDITOR", "lifetime": "2160h", "rotate_before": "336h"}, true},
		"another role":          {values{"name": "ci", "role": "ORG_VIEWER", "expires_at": expires}, true},
		"another name":          {values{"name": "cd", "role": "ORG_EDITOR", "expires_at": expires}, false},
		"of a key that is over": {values{"name": "old", "role": "ORG_EDITOR", "expires_at": expires}, false},
		"of another resource":   {values{"name": "known", "role": "ORG_EDITOR", "expires_at": expires}, false},
		"name known later":      {values{"name": unknown, "role": "ORG_EDITOR", "expires_at": expires}, false},
	} {
		w := c.walk(t, nil)
		_, diags := w.read(t, apiKey, known)
		diags.mustBeFree(t)
		p := w.plan(t, apiKey, object{}, test.config)
		p.diags.mustBeFree(t)
		if !test.named {
			wants(t, name+": warnings", p.diags.warnings())
			continue
		}
		wants(t, name+": warnings", p.diags.warnings(), `The apply will create a SECOND API key "ci"`, k.ID+" (ORG_EDITOR, expires "+expires+", created by "+administrator+")",
			"If your state was lost, stop, and restore it or import the key", "Organization > API Keys")
	}
}
