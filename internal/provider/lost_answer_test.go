package provider_test

import (
	"net/http"
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

func TestLostAnswer_keyWhoseSecretIsLostIsMadeAnew(t *testing.T) {
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

func TestLostAnswer_keyIsMadeAnewTwiceAtTheMost(t *testing.T) {
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

func TestLostAnswer_keyThatCannotBeDeletedIsNamed(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	c.loseAnswer(lostAnswers["500"], "api-keys", -1)
	c.Inject(simulator.Fault{Method: http.MethodDelete, Times: -1, Action: simulator.ActionStatus, Status: http.StatusForbidden})
	p := c.walk(t, nil).plan(t, "jmapcloud_api_key", object{}, values{"name": "ci", "role": "ORG_EDITOR", "expires_at": c.inDays(30)})
	_, diags := c.walk(t, nil).apply(t, p)
	wants(t, "the error", diags.errors(), `key named "ci" that nobody can use may be left`, "keeps a note of it")
	if keys := len(c.APIKeys()); keys != 1 {
		t.Errorf("%d keys were made", keys)
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
	if failed > 1 {
		t.Errorf("%d creations failed, and one answer was lost", failed)
	}
}
