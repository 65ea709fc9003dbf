package provider_test

import (
	"net/http"
	"path"
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
			o := c.create(t, "jmapcloud_api_key", values{"name": "ci", "role": "ORG_EDITOR", "expires_at": c.inDays(30)})
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
	config := values{"name": "ci", "role": "ORG_EDITOR", "expires_at": c.inDays(30)}
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
	p := c.walk(t, nil).plan(t, "jmapcloud_api_key", object{}, values{"name": "ci", "role": "ORG_EDITOR", "expires_at": c.inDays(30)})
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
				config := values{"name": "ci", "role": "ORG_EDITOR", "expires_at": c.inDays(30)}
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
	wants(t, "the error", diags.errors(), `A key named "ci" that nobody can use may be left`, "Terraform keeps track of it")
	keys := c.APIKeys()
	if len(keys) != 1 || isNothing(o.value) || o.text(t, "id") != "" {
		t.Fatalf("%d keys were made, and the state is %s", len(keys), o.value)
	}
	return o, keys[0]
}

func TestLostAnswer_keyThatIsLeftIsFoundByTheNextRun(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	o, left := c.leftBehind(t, values{"name": "ci", "role": "ORG_EDITOR", "expires_at": c.inDays(30)})
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
	o, _ := c.leftBehind(t, values{"name": "ci", "role": "ORG_EDITOR", "expires_at": c.inDays(30)})
	p := c.walk(t, nil).plan(t, apiKey, o, nil)
	p.diags.mustBeFree(t)
	_, diags := c.walk(t, nil).apply(t, p)
	diags.mustBeFree(t)
	if keys := c.APIKeys(); len(keys) > 0 {
		t.Errorf("left: %v", keys)
	}
}

// Another run of the same account made a key just like it at the same time: neither is touched, and both are named.
func TestLostAnswer_keyThatCannotBeToldApartIsLeftAlone(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	config := values{"name": "ci", "role": "ORG_EDITOR", "expires_at": c.inDays(30)}
	o, left := c.leftBehind(t, config)
	twin := c.create(t, apiKey, config)
	again, diags := c.walk(t, nil).read(t, apiKey, o)
	wants(t, "warnings", diags.warnings(), left.ID, twin.text(t, "id"), "delete the one that nobody uses in the portal")
	applying := c.walk(t, nil)
	_, diags = applying.apply(t, applying.destroyed(planned{typeName: apiKey, prior: again, private: again.private}))
	wants(t, "errors", diags.errors(), `Unable to delete the API key "ci" that a lost answer left`, left.ID, twin.text(t, "id"))
	if keys := c.APIKeys(); len(keys) != 2 {
		t.Errorf("left: %v", keys)
	}
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
	config := values{"name": "ci", "role": "ORG_EDITOR", "expires_at": c.inDays(30)}
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
	config := values{"name": "ci", "role": "ORG_EDITOR", "expires_at": c.inDays(30)}
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
