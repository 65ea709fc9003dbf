package provider_test

import "testing"

const apiKeySecret = "jmapcloud_api_key_secret"

func TestAPIKeySecret_isOfTheRunThatMakesTheKey(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	config := values{"name": "ci", "role": "ORG_EDITOR", "expires_at": c.inDays(30), "store_key": false}
	w := c.walk(t, nil)
	made, diags := w.apply(t, c.walk(t, nil).plan(t, "jmapcloud_api_key", object{}, config))
	diags.mustBeFree(t)
	if got := made.text(t, "key"); got != "" {
		t.Error("the key is in state")
	}
	id := values{"api_key_id": made.text(t, "id")}
	for range 2 { // several ask for it
		o := w.mustOpen(t, apiKeySecret, id)
		if got := o.text(t, "key"); got != c.onlyKey(t).Secret {
			t.Errorf("the key is %q", got)
		}
		w.close(t.Context(), t, o).mustBeFree(t)
	}
	w.factory.Close(t.Context())
	if c.onlyKeyOrNone(t) == "" {
		t.Error("a key whose secret was taken was deleted")
	}

	c.ClearRequests()
	if v := attributesOf(t, c.walk(t, nil).mustOpen(t, apiKeySecret, id).value)["key"]; !v.IsNull() {
		t.Errorf("another run has %v", v)
	}
	if requests := c.Requests(); len(requests) > 0 {
		t.Errorf("the requests are %v", requests)
	}
}

// A key whose secret was not taken is of no use.
func TestAPIKeySecret_thatIsNotTakenEndsItsKey(t *testing.T) {
	t.Parallel()
	for _, stored := range []bool{false, true} {
		c := startCloud(t)
		w := c.walk(t, nil)
		_, diags := w.apply(t, c.walk(t, nil).plan(t, "jmapcloud_api_key", object{}, values{"name": "ci", "role": "ORG_EDITOR", "expires_at": c.inDays(30), "store_key": stored}))
		diags.mustBeFree(t)
		c.ClearRequests()
		w.factory.Close(t.Context())
		if kept := c.onlyKeyOrNone(t) != ""; kept != stored {
			t.Errorf("stored %v, kept %v", stored, kept)
		}
		if n := len(c.Requests()); !stored && n != 2 {
			t.Errorf("%d requests to delete it and to sign out", n)
		}
	}
}

// Two programs wait for one secret, and what hands it to the second one fails: no key is kept of which one of them knows nothing.
func TestAPIKeySecret_isHandedOverToEachTaker(t *testing.T) {
	t.Parallel()
	for closed, kept := range map[int]bool{0: false, 1: false, 2: true} {
		c := startCloud(t)
		w := c.walk(t, nil)
		made, diags := w.apply(t, c.walk(t, nil).plan(t, apiKey, object{}, values{"name": "ci", "role": "ORG_EDITOR", "expires_at": c.inDays(30), "store_key": false}))
		diags.mustBeFree(t)
		id := values{"api_key_id": made.text(t, "id")}
		takers := []opened{w.mustOpen(t, apiKeySecret, id), w.mustOpen(t, apiKeySecret, id)}
		for _, taker := range takers[:closed] {
			w.close(t.Context(), t, taker).mustBeFree(t)
		}
		w.factory.Close(t.Context())
		if is := c.onlyKeyOrNone(t) != ""; is != kept {
			t.Errorf("%d of 2 closed: kept: %t", closed, is)
		}
	}
}
