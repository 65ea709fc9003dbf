package provider_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// lostAnswers are the ways in which the answer to a create that was carried out is lost.
var lostAnswers = map[string]simulator.Fault{
	"500":       {Action: simulator.ActionStatus, Status: http.StatusInternalServerError},
	"502 page":  {Action: simulator.ActionHTML, Status: http.StatusBadGateway},
	"200 page":  {Action: simulator.ActionHTML},
	"closed":    {Action: simulator.ActionClose},
	"truncated": {Action: simulator.ActionTruncate},
}

func (c *cloud) loseAnswer(fault simulator.Fault, segment string, times int) {
	fault.Method, fault.Path, fault.When, fault.Times = http.MethodPost, "/api/ss/rest/v1/organizations/*/"+segment, simulator.After, times
	c.Inject(fault)
}

func TestLostAnswer_invitationIsFoundAndAdopted(t *testing.T) {
	t.Parallel()
	for _, typeName := range []string{"jmapcloud_member", "jmapcloud_invitation"} {
		for name, fault := range lostAnswers {
			t.Run(typeName+"/"+name, func(t *testing.T) {
				t.Parallel()
				c := startCloud(t)
				c.loseAnswer(fault, "invitations", 1)
				o := c.create(t, typeName, values{"email": ana, "role": "ORG_EDITOR"})
				i, _ := c.Invitation(ana)
				if got := o.text(t, map[string]string{"jmapcloud_member": "invitation_id", "jmapcloud_invitation": "id"}[typeName]); got != i.ID || len(c.Mails()) != 1 {
					t.Errorf("the invitation is %q, not %q, after %d mails", got, i.ID, len(c.Mails()))
				}
			})
		}
	}
}

func TestLostAnswer_keyWhoseSecretIsLostIsCreatedAgain(t *testing.T) {
	t.Parallel()
	for name, fault := range lostAnswers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t)
			c.loseAnswer(fault, "api-keys", 1)
			o := c.create(t, "jmapcloud_api_key", values{"name": "ci", "role": "ORG_EDITOR", "lifetime": "2160h", "rotate_before": "336h"})
			keys := c.APIKeys()
			if len(keys) != 1 || o.text(t, "id") != keys[0].ID || o.text(t, "key") != keys[0].Secret {
				t.Errorf("the key is %s, and the cloud has %d", o.text(t, "id"), len(keys))
			}
		})
	}
}

// A key that was there before, alike to the letter, is not the one that was lost.
func TestLostAnswer_keyOfTheSameNameIsLeftAlone(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	config := values{"name": "ci", "role": "ORG_EDITOR", "lifetime": "2160h", "rotate_before": "336h"}
	before := c.create(t, "jmapcloud_api_key", config)
	c.Advance(time.Minute)
	c.loseAnswer(lostAnswers["closed"], "api-keys", 1)
	after := c.create(t, "jmapcloud_api_key", config)
	if keys := c.APIKeys(); len(keys) != 2 || keys[0].ID != before.text(t, "id") || keys[1].ID != after.text(t, "id") {
		t.Errorf("the cloud has %v", keys)
	}
}

func TestLostAnswer_keyIsCreatedAgainTwiceAtTheMost(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	c.loseAnswer(lostAnswers["500"], "api-keys", -1)
	p := c.walk(t, nil).plan(t, "jmapcloud_api_key", object{}, values{"name": "ci", "role": "ORG_EDITOR", "lifetime": "2160h", "rotate_before": "336h"})
	c.ClearRequests()
	_, diags := c.walk(t, nil).apply(t, p)
	wants(t, "the error", diags.errors(), `Unable to create the API key "ci"`)
	if keys, tries := len(c.APIKeys()), c.counted("api-keys"); keys != 0 || tries != 6 {
		t.Errorf("%d keys are left after %d calls", keys, tries)
	}
}

// cleanUps are what becomes of the attempt to delete the key whose answer was lost, by what is made to fail.
var cleanUps = map[string]*simulator.Fault{
	"works":      nil,
	"is blind":   {Method: http.MethodGet, Path: "/api/ss/rest/v1/organizations/*/api-keys", Times: -1, Action: simulator.ActionStatus, Status: http.StatusForbidden},
	"is refused": {Method: http.MethodDelete, Times: -1, Action: simulator.ActionStatus, Status: http.StatusForbidden},
}

// boundaries are where the answer to a create is lost, whether the change was made or not.
func boundaries() map[string]simulator.Fault {
	all := map[string]simulator.Fault{}
	for name, fault := range lostAnswers {
		fault.When = simulator.After
		all["after the change: "+name] = fault
		if fault.Action != simulator.ActionTruncate {
			fault.When = simulator.Before
			all["before the change: "+name] = fault
		}
	}
	return all
}

// At every boundary there is at the end one key at the most that works, and it is in state, or tracked as tainted.
func TestLostAnswer_everyKeyIsInStateOrTracked(t *testing.T) {
	t.Parallel()
	lost := wantsAtLeast(t, len(boundaries())*len(cleanUps), 27)
	for boundary, fault := range boundaries() {
		for cleanUp, obstacle := range cleanUps {
			t.Run(boundary+"/clean-up "+cleanUp, func(t *testing.T) {
				t.Parallel()
				lost.row()
				c := startCloud(t).withOthersMaps(t)
				config := values{"name": "ci", "role": "ORG_EDITOR", "lifetime": "2160h", "rotate_before": "336h"}
				p := c.walk(t, nil).plan(t, apiKey, object{}, config)
				fault := fault // for several rows at once
				fault.Method, fault.Path, fault.Times = http.MethodPost, "/api/ss/rest/v1/organizations/*/api-keys", 3
				c.Inject(fault)
				if obstacle != nil {
					c.Inject(*obstacle)
				}
				o, diags := c.walk(t, nil).apply(t, p)
				c.ClearFaults()
				if diags.hasError() {
					wants(t, "errors", diags.errors(), `Unable to create the API key "ci"`)
				}
				switch keys := c.APIKeys(); {
				case len(keys) > 1:
					t.Fatalf("%d keys are left", len(keys))
				case len(keys) == 1 && isNothing(o.value):
					t.Fatal("a key is left that the state does not track")
				case !diags.hasError():
					if o.text(t, "key") != keys[0].Secret {
						t.Fatal("the state has another key")
					}
					return
				}
				lost.shows()
				made := c.tainted(t, o, config)
				if keys := c.APIKeys(); len(keys) != 1 || keys[0].Secret != made.text(t, "key") {
					t.Errorf("after the next run there are %d keys", len(keys))
				}
			})
		}
	}
}

// tainted is Terraform's run over a resource whose creation failed and that it knows something of, or nothing.
func (c *cloud) tainted(t tb, o object, config values) object {
	t.Helper()
	planning := c.walk(t, nil)
	if !isNothing(o.value) {
		refreshed, diags := planning.read(t, apiKey, o)
		diags.mustBeFree(t)
		o = refreshed
	}
	p := planning.plan(t, apiKey, object{}, config)
	p.diags.mustBeFree(t)
	applying := c.walk(t, nil)
	if !isNothing(o.value) {
		_, diags := applying.apply(t, applying.destroyed(planned{typeName: apiKey, prior: o, private: o.private}))
		diags.mustBeFree(t)
	}
	made, diags := applying.apply(t, applying.plan(t, apiKey, object{}, config))
	diags.mustBeFree(t)
	return made
}

// leftBehind is a key that a lost answer made and that could not be deleted, with what Terraform knows of it.
func (c *cloud) leftBehind(t *testing.T, config values) (object, simulator.APIKey) {
	t.Helper()
	p := c.walk(t, nil).plan(t, apiKey, object{}, config)
	c.loseAnswer(lostAnswers["500"], "api-keys", -1)
	c.Inject(*cleanUps["is refused"])
	o, diags := c.walk(t, nil).apply(t, p)
	c.ClearFaults()
	wants(t, "the error", diags.errors(), `A key named "ci" whose secret is lost may be left`, "Terraform keeps track of it")
	keys := c.APIKeys()
	if len(keys) != 1 || isNothing(o.value) || o.text(t, "id") != "" {
		t.Fatalf("%d keys were made, and the state is %s", len(keys), o.value)
	}
	return o, keys[0]
}

func TestLostAnswer_keyThatIsLeftIsFoundByTheNextRun(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	o, left := c.leftBehind(t, values{"name": "ci", "role": "ORG_EDITOR", "lifetime": "2160h", "rotate_before": "336h"})
	if again := c.reread(t, apiKey, o); again.text(t, "id") != left.ID || again.text(t, "key") != "" {
		t.Errorf("found: %s", again.value)
	}
	must(t, c.DeleteAPIKey(left.ID))
	if again := c.reread(t, apiKey, o); !isNothing(again.value) {
		t.Errorf("what is gone was found: %s", again.value)
	}
}

// terraform destroy -refresh=false deletes what has no id.
func TestLostAnswer_keyThatIsLeftIsDestroyedWithoutRefresh(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	o, _ := c.leftBehind(t, values{"name": "ci", "role": "ORG_EDITOR", "lifetime": "2160h", "rotate_before": "336h"})
	p := c.walk(t, nil).plan(t, apiKey, o, nil)
	p.diags.mustBeFree(t)
	_, diags := c.walk(t, nil).apply(t, p)
	diags.mustBeFree(t)
	if keys := c.APIKeys(); len(keys) > 0 {
		t.Errorf("left: %v", keys)
	}
}

// beside makes a twin of each key that this run asks for, as a parallel pipeline of the same account would: the same name, role and expiry in
// the same second. With instead, the request itself never arrives.
func (c *cloud) beside(t *testing.T, instead bool) {
	t.Helper()
	var over atomic.Bool
	c.Use(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if over.Load() || r.Method != http.MethodPost || path.Base(r.URL.Path) != "api-keys" {
				next.ServeHTTP(w, r)
				return
			}
			over.Store(true)
			body, err := io.ReadAll(r.Body)
			must(t, err)
			var asked struct {
				Title          string
				Roles          []string
				ExpirationDate time.Time
			}
			must(t, json.Unmarshal(body, &asked))
			_, err = c.AddAPIKey(asked.Title, asked.Roles[0], asked.ExpirationDate)
			must(t, err)
			if instead {
				panic(http.ErrAbortHandler)
			}
			r.Body = io.NopCloser(bytes.NewReader(body))
			next.ServeHTTP(w, r)
		})
	})
}

// A key that another run of the account made at the same time is never deleted for a lost one. Only a mark in the expiry proves that a key is
// this run's, and an expiry that the user wrote has none. Both keys are kept, and named until the next run has made its own.
func TestLostAnswer_keyThatMayBeAnotherRunsIsKept(t *testing.T) {
	t.Parallel()
	for _, instead := range []bool{true, false} {
		t.Run(fmt.Sprint("the request never arrived: ", instead), func(t *testing.T) {
			t.Parallel()
			c := startCloud(t).withOthersMaps(t)
			config := values{"name": "ci", "role": "ORG_EDITOR", "expires_at": c.inDays(30)}
			p := c.walk(t, nil).plan(t, apiKey, object{}, config)
			p.diags.mustBeFree(t)
			if !instead {
				c.loseAnswer(lostAnswers["closed"], "api-keys", 1)
			} else {
				c.beside(t, true)
			}
			o, diags := c.walk(t, nil).apply(t, p)
			candidate := c.onlyKey(t)
			wants(t, "errors", diags.errors(), `Unable to create the API key "ci"`, candidate.ID, "or another run of this account made it", "it is not deleted", "Organization > API Keys", "The next apply creates another key")
			if isNothing(o.value) || o.text(t, "id") != "" {
				t.Fatalf("the state is %s", o.value)
			}
			o, diags = c.walk(t, nil).read(t, apiKey, o)
			diags.mustBeFree(t)
			wants(t, "warnings", diags.warnings(), candidate.ID, "it is not deleted")
			if isNothing(o.value) || o.text(t, "id") != "" {
				t.Fatalf("the refresh makes the key that of this resource: %s", o.value)
			}
			applying := c.walk(t, nil)
			_, diags = applying.apply(t, applying.destroyed(planned{typeName: apiKey, prior: o, private: o.private}))
			diags.mustBeFree(t)
			wants(t, "warnings", diags.warnings(), candidate.ID, "it is not deleted")
			made, diags := applying.apply(t, applying.plan(t, apiKey, object{}, config))
			diags.mustBeFree(t)
			if _, kept := c.apiKeyByID(candidate.ID); !kept || c.opens(made.text(t, "key")) != nil || len(c.APIKeys()) != 2 {
				t.Errorf("the keys are %v", c.APIKeys())
			}
		})
	}
}

// A key with a lifetime has a random number of seconds in its expiry. A twin with another mark is not taken for the lost key.
func TestLostAnswer_markInTheExpiryTellsKeysOfTwoRunsApart(t *testing.T) {
	t.Parallel()
	marks := map[time.Time]bool{}
	for range 20 {
		c := startCloud(t)
		c.create(t, apiKey, rotating(nil))
		k := c.onlyKey(t)
		early := k.CreatedAt.Add(90 * day).Sub(k.ExpiresAt)
		if early < -5*time.Second || early > 30*time.Minute+5*time.Second {
			t.Fatalf("the key ends %s early", early)
		}
		marks[k.ExpiresAt.Add(-k.CreatedAt.Sub(time.Unix(0, 0))).Truncate(time.Second)] = true
	}
	if len(marks) < 15 {
		t.Errorf("20 keys have %d marks", len(marks))
	}
	for name, lifetime := range map[string]string{"proven": "2160h", "too short for a proof": "48h"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t)
			config := values{"name": "ci", "role": "ORG_EDITOR", "lifetime": lifetime, "rotate_before": "24h"}
			p := c.walk(t, nil).plan(t, apiKey, object{}, config)
			c.loseAnswer(lostAnswers["closed"], "api-keys", 1)
			o, diags := c.walk(t, nil).apply(t, p)
			if lifetime == "48h" {
				wants(t, "errors", diags.errors(), "it is not deleted")
				return
			}
			diags.mustBeFree(t)
			if k := c.onlyKey(t); k.ID != o.text(t, "id") {
				t.Errorf("the key is %s", k.ID)
			}
		})
	}
}

// A creation may have been done although the cloud answers that it does not take it now. What it made is looked for before the request is
// repeated, and costs one list where nothing was made.
func TestLostAnswer_refusalThatWasDoneLeavesNoKey(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusUnauthorized, http.StatusTooManyRequests} {
		for _, when := range []string{simulator.Before, simulator.After} {
			for _, config := range []values{rotating(nil), {"name": "ci", "role": "ORG_EDITOR", "expires_at": "a date"}} {
				t.Run(fmt.Sprint(status, " ", when, " fixed: ", config["expires_at"] != nil), func(t *testing.T) {
					t.Parallel()
					c := startCloud(t)
					config := config.with(nil)
					if config["expires_at"] != nil {
						config["expires_at"] = c.inDays(30)
					}
					p := c.walk(t, nil).plan(t, apiKey, object{}, config)
					c.loseAnswer(simulator.Fault{Action: simulator.ActionStatus, Status: status}, "api-keys", 1)
					if when == simulator.Before {
						c.ClearFaults()
						c.Inject(simulator.Fault{Method: http.MethodPost, Path: "/api/ss/rest/v1/organizations/*/api-keys", Action: simulator.ActionStatus, Status: status})
					}
					c.ClearRequests()
					o, diags := c.walk(t, nil).apply(t, p)
					diags.mustBeFree(t)
					keys := c.APIKeys()
					switch {
					case when == simulator.After && config["expires_at"] != nil: // either may be another run's
						wants(t, "warnings", diags.warnings(), `There may be a second API key "ci"`, keys[0].ID, "it is not deleted")
						if len(keys) != 2 {
							t.Errorf("the keys are %v", keys)
						}
					default:
						wants(t, "warnings", diags.warnings())
						if k := c.onlyKey(t); k.ID != o.text(t, "id") || k.Secret != o.text(t, "key") {
							t.Errorf("the key is %s", k.ID)
						}
					}
					if lists := c.keyLists(); lists != 1 {
						t.Errorf("the keys were listed %d times", lists)
					}
				})
			}
		}
	}
}

// A refusal that stays one is only a refusal.
func TestLostAnswer_refusalThatStaysIsARefusal(t *testing.T) {
	t.Parallel()
	for _, blind := range []bool{false, true} {
		c := startCloud(t)
		p := c.walk(t, nil).plan(t, apiKey, object{}, rotating(nil))
		c.Inject(simulator.Fault{Method: http.MethodPost, Path: "/api/ss/rest/v1/organizations/*/api-keys", Times: -1, Action: simulator.ActionStatus, Status: http.StatusTooManyRequests})
		if blind {
			c.Inject(*cleanUps["is blind"])
		}
		o, diags := c.walk(t, nil).apply(t, p)
		wants(t, "errors", diags.errors(), "429", "JMap Cloud is limiting requests")
		if said := diags.errors(); strings.Contains(said, "may be left") || !isNothing(o.value) {
			t.Errorf("a refused creation leaves %s, and says: %s", o.value, said)
		}
	}
}

// keyLists is how often the list of keys was asked for.
func (c *cloud) keyLists() (n int) {
	for _, r := range c.Requests() {
		if r.Method == http.MethodGet && path.Base(r.Path) == "api-keys" {
			n++
		}
	}
	return n
}

// A rotation whose answer was lost keeps the current key, and the next one deletes what was left first.
func TestLostAnswer_rotationIsTakenUpByTheNextRun(t *testing.T) {
	t.Parallel()
	for cleanUp, obstacle := range cleanUps {
		t.Run("clean-up "+cleanUp, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t).withOthersMaps(t)
			config := rotating(values{"keep_previous_for": "24h"})
			o := c.mustRun(t, object{}, config, nil).object
			c.Advance(80 * day)
			c.loseAnswer(lostAnswers["closed"], "api-keys", -1)
			var over atomic.Bool
			c.Use(func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if obstacle != nil && !over.Load() && r.Method == http.MethodPost && path.Base(r.URL.Path) == "api-keys" {
						c.Inject(*obstacle)
					}
					next.ServeHTTP(w, r)
				})
			})
			r := c.run(t, apiKey, o, config, nil)
			c.ClearFaults()
			wants(t, "errors", r.errors, `Unable to rotate the API key "ci"`, "The current key still works")
			if r.text(t, "id") != o.text(t, "id") || len(c.APIKeys()) > 2 {
				t.Fatalf("the key is %s of %d", r.text(t, "id"), len(c.APIKeys()))
			}
			over.Store(true)
			r = c.mustRun(t, r.object, config, nil)
			if keys := c.APIKeys(); len(keys) != 2 || r.text(t, "previous_id") != o.text(t, "id") || c.opens(r.text(t, "key")) != nil {
				t.Errorf("after the next run there are %d keys", len(keys))
			}
			c.mustRest(t, r.object, config)
		})
	}
}

// While a key of a name may have been left, no other of that name is made in the run: the two could not be told apart.
func TestLostAnswer_twinsWaitForEachOther(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	config := values{"name": "ci", "role": "ORG_EDITOR", "lifetime": "2160h", "rotate_before": "336h"}
	p := c.walk(t, nil).plan(t, apiKey, object{}, config)
	c.loseAnswer(lostAnswers["500"], "api-keys", 1)
	c.Inject(*cleanUps["is refused"])
	applying := c.walk(t, nil)
	_, diags := applying.apply(t, p)
	wants(t, "errors", diags.errors(), "may be left")
	_, diags = applying.apply(t, p)
	wants(t, "errors", diags.errors(), "the two could not be told apart", "Run again")
	if keys := c.APIKeys(); len(keys) != 1 {
		t.Errorf("the keys are %v", keys)
	}
}

// Keys of one name that are made at once cannot be told apart: none is deleted.
func TestLostAnswer_twinsAreNotTakenForEachOther(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	c.loseAnswer(lostAnswers["closed"], "api-keys", 1)
	planning, applying := c.walk(t, nil), c.walk(t, nil)
	config := values{"name": "ci", "role": "ORG_EDITOR", "lifetime": "2160h", "rotate_before": "336h"}
	const n = 6
	type outcome struct {
		id    string
		error string
	}
	done := make(chan outcome)
	for range n {
		p := planning.plan(t, "jmapcloud_api_key", object{}, config)
		go func() {
			o, diags := applying.apply(t, p)
			made := outcome{error: diags.errors()}
			if made.error == "" {
				made.id = o.text(t, "id")
			}
			done <- made
		}()
	}
	failed := 0
	var ids []string
	for range n {
		made := <-done
		if made.error != "" {
			failed++
			continue
		}
		ids = append(ids, made.id)
	}
	there := map[string]bool{}
	for _, k := range c.APIKeys() {
		there[k.ID] = true
	}
	for _, id := range ids {
		if !there[id] {
			t.Errorf("key %s was taken for the lost one and deleted", id)
		}
	}
	if failed > 0 || len(there) != n {
		t.Errorf("%d creations failed, and the cloud has %d keys", failed, len(there))
	}
}
