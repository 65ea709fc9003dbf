package provider

import (
	"slices"
	"testing"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

func TestUnstoredSecrets_areOfThisWalksKeys(t *testing.T) {
	t.Parallel()
	var secrets unstoredSecrets
	if secret, found := secrets.take("old"); found || secret != "" {
		t.Errorf("a secret came from nowhere: %q", secret)
	}
	for _, id := range []string{"a", "b", "c"} {
		secrets.add(client.APIKey{ID: id, Email: id + "@example.com", Secret: "secret of " + id})
	}
	for range 2 {
		if secret, found := secrets.take("a"); !found || secret != "secret of a" {
			t.Errorf("took %q, %v", secret, found)
		}
	}
	secrets.take("b")
	secrets.close("a")
	secrets.close("old")
	for interrupted, want := range map[bool][]string{false: {"b"}, true: nil} {
		unused, undelivered := secrets.leftovers(interrupted)
		if len(unused) != 1 || unused[0].ID != "c" {
			t.Errorf("interrupted: %t: unused are %v", interrupted, unused)
		}
		var ids []string
		for _, k := range undelivered {
			ids = append(ids, k.ID)
		}
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
