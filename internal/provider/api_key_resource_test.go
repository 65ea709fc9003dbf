package provider_test

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

func TestAccAPIKey_isMade(t *testing.T) {
	c := startCloud(t)
	c.addMember(t, lead, "ORG_EDITOR")
	expires := c.inDays(30)
	config := c.key("ci", "ORG_EDITOR", expires, fmt.Sprintf("transfer_ownership_to = %q", lead), "force_destroy = true")
	c.keys(t, 0,
		resource.TestStep{
			Config:           config,
			ConfigPlanChecks: action(apiKey, plancheck.ResourceActionCreate),
			ConfigStateChecks: []statecheck.StateCheck{
				wholly(apiKey, map[string]knownvalue.Check{
					"id":                    c.ofKey("ci", keyID),
					"name":                  is("ci"),
					"role":                  is("ORG_EDITOR"),
					"expires_at":            is(expires),
					"transfer_ownership_to": is(lead),
					"force_destroy":         knownvalue.Bool(true),
					"email":                 c.ofKey("ci", keyEmail),
					"key":                   knownvalue.StringFunc(c.opens),
					"key_fingerprint":       c.ofKey("ci", keyFingerprint),
					"created_at":            c.ofKey("ci", keyMade),
					"created_by":            is(administrator),
				}),
				attribute(apiKey, "key", c.ofKey("ci", keySecret)),
				statecheck.ExpectSensitiveValue(tested(apiKey), tfjsonpath.New("key")),
				c.wrote("POST api-keys"),
			},
		},
		resource.TestStep{
			Config:            config,
			ConfigPlanChecks:  plans(plancheck.ExpectEmptyPlan()),
			ConfigStateChecks: []statecheck.StateCheck{c.wrote()},
		},
		resource.TestStep{
			ResourceName: tested(apiKey), ImportState: true, ImportStateVerify: true,
			ImportStateVerifyIgnore: []string{
				"key", "key_fingerprint", // the cloud tells it only to whoever makes the key
				"transfer_ownership_to", "force_destroy", // what concerns only Terraform: the cloud does not know it
			},
		},
	)
}

// The plan of a new key says what will be known only afterwards, and nothing more.
func TestAccAPIKey_isMadeOfTheLeast(t *testing.T) {
	c := startCloud(t)
	expires := c.inDays(1)
	config := c.key("ci", "ORG_VIEWER", expires)
	var later []plancheck.PlanCheck
	for _, name := range []string{"id", "email", "key", "key_fingerprint", "created_at", "created_by"} {
		later = append(later, plancheck.ExpectUnknownValue(tested(apiKey), tfjsonpath.New(name)))
	}
	c.keys(t, 0,
		resource.TestStep{
			Config:           config,
			ConfigPlanChecks: plans(append(later, plancheck.ExpectSensitiveValue(tested(apiKey), tfjsonpath.New("key")))...),
			ConfigStateChecks: []statecheck.StateCheck{
				wholly(apiKey, map[string]knownvalue.Check{ // transfer_ownership_to and force_destroy are null
					"id":         c.ofKey("ci", keyID),
					"name":       is("ci"),
					"role":       is("ORG_VIEWER"),
					"expires_at": is(expires),
					"email":      c.ofKey("ci", keyEmail),
					"key":        c.ofKey("ci", keySecret),
					"created_at": c.ofKey("ci", keyMade),
					"created_by": is(administrator),

					"key_fingerprint": c.ofKey("ci", keyFingerprint),
				}),
				c.wrote("POST api-keys"),
			},
		},
		resource.TestStep{
			Config: config, ResourceName: tested(apiKey), ImportState: true, ImportStateKind: resource.ImportBlockWithID,
			ImportPlanChecks: resource.ImportPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
		},
	)
}

// The cloud can change nothing about a key.
func TestAccAPIKey_isReplacedByAnotherNameRoleOrExpiry(t *testing.T) {
	c := startCloud(t)
	earlier, later := c.inDays(30), c.inDays(60)
	id, secret := statecheck.CompareValue(compare.ValuesDiffer()), statecheck.CompareValue(compare.ValuesDiffer())
	another := func(checks ...statecheck.StateCheck) []statecheck.StateCheck {
		return append(checks,
			id.AddStateValue(tested(apiKey), tfjsonpath.New("id")),
			secret.AddStateValue(tested(apiKey), tfjsonpath.New("key")))
	}
	step := func(name, role, expires string) resource.TestStep {
		return resource.TestStep{
			Config: c.key(name, role, expires),
			ConfigPlanChecks: plans(
				plancheck.ExpectResourceAction(tested(apiKey), plancheck.ResourceActionDestroyBeforeCreate),
				plancheck.ExpectKnownValue(tested(apiKey), tfjsonpath.New("name"), is(name)),
				plancheck.ExpectKnownValue(tested(apiKey), tfjsonpath.New("role"), is(role)),
				plancheck.ExpectKnownValue(tested(apiKey), tfjsonpath.New("expires_at"), is(expires)),
				plancheck.ExpectUnknownValue(tested(apiKey), tfjsonpath.New("id")),
				plancheck.ExpectUnknownValue(tested(apiKey), tfjsonpath.New("key")),
				plancheck.ExpectUnknownValue(tested(apiKey), tfjsonpath.New("email")),
				plancheck.ExpectUnknownValue(tested(apiKey), tfjsonpath.New("created_at")),
			),
			ConfigStateChecks: another(
				c.wrote("DELETE api-keys", "POST api-keys"),
				attribute(apiKey, "id", c.ofKey(name, keyID)),
				attribute(apiKey, "key", c.ofKey(name, keySecret)),
				happens(func() error {
					if keys := c.APIKeys(); len(keys) != 1 || keys[0].Title != name || keys[0].Role != role || keys[0].ExpiresAt.Format(time.RFC3339) != expires {
						return fmt.Errorf("the cloud has %+v", keys)
					}
					return nil
				}),
			),
		}
	}
	c.keys(t, 0,
		resource.TestStep{
			Config:            c.key("ci", "ORG_EDITOR", earlier),
			ConfigStateChecks: another(c.wrote("POST api-keys")),
		},
		step("cd", "ORG_EDITOR", earlier),
		step("cd", "ORG_VIEWER", earlier),
		step("cd", "ORG_VIEWER", later),
	)
}

func TestAccAPIKey_isMadeBeforeTheOldOneGoes(t *testing.T) {
	c := startCloud(t)
	lifecycle := "lifecycle {\n    create_before_destroy = true\n  }"
	c.keys(t, 0,
		resource.TestStep{
			Config:            c.key("ci", "ORG_EDITOR", c.inDays(30), lifecycle),
			ConfigStateChecks: []statecheck.StateCheck{c.wrote("POST api-keys")},
		},
		resource.TestStep{
			Config:           c.key("ci", "ORG_EDITOR", c.inDays(60), lifecycle),
			ConfigPlanChecks: action(apiKey, plancheck.ResourceActionCreateBeforeDestroy),
			ConfigStateChecks: []statecheck.StateCheck{
				c.wrote("POST api-keys", "DELETE api-keys"),
				attribute(apiKey, "key", knownvalue.StringFunc(c.opens)),
				happens(func() error {
					if keys := c.APIKeys(); len(keys) != 1 {
						return fmt.Errorf("the cloud has %+v", keys)
					}
					return nil
				}),
			},
		},
	)
}

// Another spelling of the same moment, or of the same person, is no change, and state keeps the first.
func TestAccAPIKey_spellingIsNoChange(t *testing.T) {
	c := startCloud(t)
	c.addMember(t, lead, "ORG_EDITOR")
	expires := c.Now().AddDate(0, 0, 30).Truncate(time.Second)
	zulu := expires.Format(time.RFC3339)
	step := func(spelling, successor string) resource.TestStep {
		return resource.TestStep{
			Config:           c.key("ci", "ORG_EDITOR", spelling, fmt.Sprintf("transfer_ownership_to = %q", successor)),
			ConfigPlanChecks: plans(plancheck.ExpectEmptyPlan()),
			ConfigStateChecks: []statecheck.StateCheck{
				attribute(apiKey, "expires_at", is(zulu)), attribute(apiKey, "transfer_ownership_to", is("Lead@Example.com")), c.wrote(),
			},
		}
	}
	c.keys(t, 0,
		resource.TestStep{
			Config:            c.key("ci", "ORG_EDITOR", zulu, `transfer_ownership_to = "Lead@Example.com"`),
			ConfigStateChecks: []statecheck.StateCheck{attribute(apiKey, "transfer_ownership_to", is("Lead@Example.com")), c.wrote("POST api-keys")},
		},
		step(strings.Replace(zulu, "Z", "+00:00", 1), lead),
		step(expires.In(time.FixedZone("", -5*60*60)).Format(time.RFC3339), " LEAD@EXAMPLE.COM "),
	)
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

func TestAccAPIKey_isImportedByIDOrUniqueName(t *testing.T) {
	c := startCloud(t)
	first := c.addKey(t, "twin", "ORG_EDITOR", 10)
	second := c.addKey(t, "twin", "ORG_VIEWER", 20)
	withoutSecret := []string{"key"} // the cloud tells it only to whoever makes the key
	refuses := func(id, words string) resource.TestStep {
		return resource.TestStep{ResourceName: tested(apiKey), ImportState: true, ImportStateId: id, ExpectError: says(words)}
	}
	c.keys(t, 2,
		resource.TestStep{Config: c.key("ci", "ORG_EDITOR", c.inDays(30))},
		resource.TestStep{ // by id
			ResourceName: tested(apiKey), ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: withoutSecret,
		},
		resource.TestStep{
			ResourceName: tested(apiKey), ImportState: true, ImportStateId: "ci", ImportStateVerify: true, ImportStateVerifyIgnore: withoutSecret,
			ImportStateCheck: func(states []*terraform.InstanceState) error {
				if secret, set := states[0].Attributes["key"]; set {
					return fmt.Errorf("imported the secret %q", secret)
				}
				return nil
			},
		},
		refuses("twin", fmt.Sprintf("2 API keys in the organization have the name \"twin\"; use the id of one: %s, %s.", first.ID, second.ID)),
		refuses("nobody's", `No API key in the organization has the name "nobody's"`),
		refuses("00000000-0000-4000-8000-000000000000", `No API key in the organization has the name "00000000-0000-4000-8000-000000000000"`),
	)
}

// An imported key has no secret, and everything else about it goes on as ever.
func TestAccAPIKey_importedIsChangedInPlace(t *testing.T) {
	c := startCloud(t).withOthersMaps(t)
	k := c.addKey(t, "ci", "ORG_EDITOR", 30)
	expires := k.ExpiresAt.Format(time.RFC3339)
	all := func(force knownvalue.Check) statecheck.StateCheck {
		return wholly(apiKey, map[string]knownvalue.Check{ // key is null
			"id": is(k.ID), "name": is("ci"), "role": is("ORG_EDITOR"), "expires_at": is(expires), "email": is(k.Email),
			"created_at": is(keyMade(k)), "created_by": is(administrator), "force_destroy": force,
		})
	}
	c.keys(t, 0,
		resource.TestStep{
			Config:            c.key("ci", "ORG_EDITOR", expires) + "import {\n  to = jmapcloud_api_key.test\n  id = \"ci\"\n}\n",
			ConfigPlanChecks:  plans(plancheck.ExpectResourceAction(tested(apiKey), plancheck.ResourceActionNoop)),
			ConfigStateChecks: []statecheck.StateCheck{all(knownvalue.Null()), c.wrote()},
		},
		resource.TestStep{
			Config:            c.key("ci", "ORG_EDITOR", expires, "force_destroy = true"),
			ConfigPlanChecks:  action(apiKey, plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{all(knownvalue.Bool(true)), c.wrote()},
		},
	)
}

func TestAccAPIKey_deletedInThePortalIsCreatedAgain(t *testing.T) {
	c := startCloud(t)
	config := c.key("ci", "ORG_EDITOR", c.inDays(30))
	deleted := ""
	c.keys(t, 0,
		resource.TestStep{
			Config: config,
			ConfigStateChecks: []statecheck.StateCheck{happens(func() error {
				k, _ := c.APIKeyByTitle("ci")
				deleted = k.ID
				return c.DeleteAPIKey(k.ID)
			})},
			ConfigPlanChecks: resource.ConfigPlanChecks{PostApplyPostRefresh: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(tested(apiKey), plancheck.ResourceActionCreate),
			}},
			ExpectNonEmptyPlan: true,
		},
		resource.TestStep{
			Config:           config,
			ConfigPlanChecks: action(apiKey, plancheck.ResourceActionCreate),
			ConfigStateChecks: []statecheck.StateCheck{
				attribute(apiKey, "id", knownvalue.StringFunc(func(id string) error {
					if id == deleted {
						return fmt.Errorf("the deleted key %s came back", id)
					}
					return nil
				})),
				attribute(apiKey, "key", knownvalue.StringFunc(c.opens)),
			},
		},
	)
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
func TestAccAPIKey_expiredIsCreatedAgainWithALaterDate(t *testing.T) {
	c := startCloud(t).withOthersMaps(t)
	soon, later := c.inDays(2), c.inDays(30)
	c.keys(t, 0,
		resource.TestStep{
			Config:            c.key("ci", "ORG_EDITOR", soon),
			ConfigStateChecks: []statecheck.StateCheck{c.wrote("POST api-keys")},
		},
		resource.TestStep{
			PreConfig:   func() { c.Advance(3 * 24 * time.Hour) },
			Config:      c.key("ci", "ORG_EDITOR", soon),
			ExpectError: says(`The key "ci" has expired and cannot be created again as it is: expires_at is ` + soon),
		},
		resource.TestStep{
			Config:           c.key("ci", "ORG_EDITOR", later),
			ConfigPlanChecks: action(apiKey, plancheck.ResourceActionDestroyBeforeCreate),
			ConfigStateChecks: []statecheck.StateCheck{
				c.wrote("DELETE api-keys", "POST api-keys"),
				attribute(apiKey, "key", knownvalue.StringFunc(c.opens)),
			},
		},
	)
}

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
	wants(t, "error", p.diags.errors(), `The key "ci" has expired`, "at the cloud it is", "Set a later time")
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
}

func TestAccAPIKey_everyArgumentMayBeKnownLater(t *testing.T) {
	c := startCloud(t)
	c.addMember(t, lead, "ORG_EDITOR")
	c.addMember(t, other, "ORG_EDITOR")
	expires := c.inDays(30)
	config := func(name, successor string, force bool) string {
		return c.config(fmt.Sprintf(later, name, "ORG_EDITOR", expires, successor, force) + block(apiKey,
			"name = terraform_data.later.output.name",
			"role = terraform_data.later.output.role",
			"expires_at = terraform_data.later.output.expires",
			"transfer_ownership_to = terraform_data.later.output.successor",
			"force_destroy = terraform_data.later.output.force"))
	}
	var unknowns []plancheck.PlanCheck
	for _, name := range []string{"name", "role", "expires_at", "transfer_ownership_to", "force_destroy"} {
		unknowns = append(unknowns, plancheck.ExpectUnknownValue(tested(apiKey), tfjsonpath.New(name)))
	}
	all := func(name, successor string, force bool) statecheck.StateCheck {
		return wholly(apiKey, map[string]knownvalue.Check{
			"id": c.ofKey(name, keyID), "name": is(name), "role": is("ORG_EDITOR"), "expires_at": is(expires),
			"transfer_ownership_to": is(successor), "force_destroy": knownvalue.Bool(force), "email": c.ofKey(name, keyEmail),
			"key": c.ofKey(name, keySecret), "key_fingerprint": c.ofKey(name, keyFingerprint), "created_at": c.ofKey(name, keyMade), "created_by": is(administrator),
		})
	}
	c.keys(t, 0,
		resource.TestStep{
			Config:            config("ci", lead, true),
			ConfigPlanChecks:  plans(append(slices.Clone(unknowns), plancheck.ExpectResourceAction(tested(apiKey), plancheck.ResourceActionCreate))...),
			ConfigStateChecks: []statecheck.StateCheck{all("ci", lead, true), c.wrote("POST api-keys")},
		},
		resource.TestStep{
			Config:            config("cd", other, false),
			ConfigPlanChecks:  plans(append(slices.Clone(unknowns), plancheck.ExpectResourceAction(tested(apiKey), plancheck.ResourceActionDestroyBeforeCreate))...),
			ConfigStateChecks: []statecheck.StateCheck{all("cd", other, false), c.wrote("DELETE api-keys", "POST api-keys")},
		},
	)
}

// Only what concerns Terraform is known later: the key stays.
func TestAccAPIKey_successorKnownLaterIsChangedInPlace(t *testing.T) {
	c := startCloud(t)
	c.addMember(t, lead, "ORG_EDITOR")
	c.addMember(t, other, "ORG_EDITOR")
	expires := c.inDays(30)
	config := func(successor string, force bool) string {
		return fmt.Sprintf(later, "", "", "", successor, force) + c.key("ci", "ORG_EDITOR", expires,
			"transfer_ownership_to = terraform_data.later.output.successor", "force_destroy = terraform_data.later.output.force")
	}
	c.keys(t, 0,
		resource.TestStep{Config: config(lead, true), ConfigStateChecks: []statecheck.StateCheck{c.wrote("POST api-keys")}},
		resource.TestStep{
			Config:           config(other, false),
			ConfigPlanChecks: action(apiKey, plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{
				attribute(apiKey, "transfer_ownership_to", is(other)), attribute(apiKey, "force_destroy", knownvalue.Bool(false)), c.wrote(),
			},
		},
	)
}

// What turns out to be wrong at apply is refused there, before the cloud is asked.
func TestAccAPIKey_wrongValueKnownLaterIsRefusedAtApply(t *testing.T) {
	c := startCloud(t)
	steps := []resource.TestStep{}
	for _, test := range []struct{ name, role, expires, says string }{
		{"ci", "ORG_EDITOR", c.inDays(-1), "An API key cannot expire in the past"},
		{"ci\x1b[2J", "ORG_EDITOR", c.inDays(30), "Control character in a name"},
		{"ci", "ORG_ADMIN", c.inDays(30), "role value must be one of"},
	} {
		name := strings.ReplaceAll(fmt.Sprintf("%q", test.name), `\x1b`, `\u001b`)
		steps = append(steps, resource.TestStep{
			Config: c.config(strings.Replace(fmt.Sprintf(later, "", test.role, test.expires, lead, false), `= ""`, "= "+name, 1) + block(apiKey,
				"name = terraform_data.later.output.name",
				"role = terraform_data.later.output.role",
				"expires_at = terraform_data.later.output.expires")),
			ExpectError: says(test.says),
		})
	}
	c.keys(t, 0, steps...)
	if writes := c.writes(); len(writes) > 0 {
		t.Errorf("the cloud was asked for %v", writes)
	}
}

// Real Terraform refuses bad input before anything is created.
func TestAccAPIKey_badInputMakesNothing(t *testing.T) {
	c := startCloud(t)
	refuses := func(words, config string) resource.TestStep {
		return resource.TestStep{Config: config, ExpectError: says(words)}
	}
	c.keys(t, 0,
		refuses(`Attribute role value must be one of: ["ORG_EDITOR" "ORG_VIEWER"], got: "ORG_ADMIN"`, c.key("ci", "ORG_ADMIN", c.inDays(30))),
		refuses("An API key cannot expire in the past", c.key("ci", "ORG_EDITOR", c.inDays(-1))),
		refuses("contains a character that cannot be printed", c.config(block(apiKey,
			`name = "ci\u001b[31m"`, `role = "ORG_EDITOR"`, fmt.Sprintf("expires_at = %q", c.inDays(30))))),
		refuses(`Exactly one of these attributes must be configured: [expires_at,lifetime]`, c.config(block(apiKey, `name = "ci"`, `role = "ORG_EDITOR"`))),
	)
	if writes := c.writes(); len(writes) > 0 {
		t.Errorf("the cloud was asked for %v", writes)
	}
}

func TestAPIKey_everyArgumentIsValidated(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	w := c.walk(t, nil)
	fine := values{"name": "ci", "role": "ORG_EDITOR", "expires_at": c.inDays(30), "transfer_ownership_to": lead, "force_destroy": true}
	wants(t, "error", w.validate(t, apiKey, fine).errors())
	for _, test := range []struct {
		argument string
		value    any
		says     string // nothing where the value is fine
	}{
		{"name", "any name: the portal may have made the key", ""},
		{"name", unknown, ""},
		{"role", "ORG_VIEWER", ""},
		{"role", unknown, ""},
		{"role", "ORG_ADMIN", "value must be one of"},
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
