package provider

import (
	"slices"
	"testing"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

func TestUnstoredSecrets_areOfThisWalksKeys(t *testing.T) {
	t.Parallel()
	var secrets unstoredSecrets
	if secret, _, found := secrets.take("old"); found || secret != "" {
		t.Errorf("a secret came from nowhere: %q", secret)
	}
	for _, id := range []string{"not taken", "closed", "open", "closed by one of two", "closed by both"} {
		secrets.add(client.APIKey{ID: id, Email: id + "@example.com", Secret: "secret of " + id})
	}
	take := func(id string) (taker string) {
		secret, taker, found := secrets.take(id)
		if !found || secret != "secret of "+id {
			t.Errorf("took %q, %v", secret, found)
		}
		return taker
	}
	secrets.close("closed", take("closed"))
	take("open")
	first := take("closed by one of two")
	take("closed by one of two")
	secrets.close("closed by one of two", first)
	secrets.close("closed by one of two", first)
	first, second := take("closed by both"), take("closed by both")
	secrets.close("closed by both", second)
	secrets.close("closed by both", first)
	secrets.close("old", "nobody")
	for interrupted, want := range map[bool][]string{false: {"closed by one of two", "open"}, true: nil} {
		unused, undelivered := secrets.leftovers(interrupted)
		if len(unused) != 1 || unused[0].ID != "not taken" {
			t.Errorf("interrupted: %t: unused are %v", interrupted, unused)
		}
		var ids []string
		for _, k := range undelivered {
			ids = append(ids, k.ID)
		}
		slices.Sort(ids)
		if !slices.Equal(ids, want) {
			t.Errorf("interrupted: %t: undelivered are %v", interrupted, ids)
		}
	}
}

// A row of the table in clean_up.go.
func TestEphemeralKeys_leaveWhatWasNotDeleted(t *testing.T) {
	t.Parallel()
	var keys ephemeralKeys
	keys.setDeleted("unknown")
	for _, id := range []string{"closed", "open"} {
		keys.add(ephemeralKey{ID: id, secret: "secret of " + id})
	}
	keys.setDeleted("closed")
	if left := keys.open(); len(left) != 1 || left[0].ID != "open" {
		t.Errorf("left are %v", left)
	}
	if k, found := keys.find("open"); !found || k.secret != "secret of open" {
		t.Errorf("found %v, %v", k, found)
	}
	if !keys.has("closed") || keys.has("unknown") {
		t.Error("has is wrong about a key")
	}
}
