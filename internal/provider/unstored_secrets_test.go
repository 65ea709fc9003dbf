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
	for interrupted, want := range map[bool][]leftover{
		false: {{id: "b", email: "b@example.com", mayOwn: true}, {id: "c", email: "c@example.com"}},
		true:  {{id: "c", email: "c@example.com"}},
	} {
		left := secrets.leftovers(interrupted)
		slices.SortFunc(left, func(a, b leftover) int { return int(a.id[0]) - int(b.id[0]) })
		if !slices.Equal(left, want) {
			t.Errorf("interrupted: %t: left are %v", interrupted, left)
		}
	}
}

// A row of the table in clean_up.go.
func TestEphemeralKeys_leaveWhatWasNotDeleted(t *testing.T) {
	t.Parallel()
	var keys ephemeralKeys
	keys.setDeleted("unknown")
	for _, k := range []ephemeralKey{{ID: "closed"}, {ID: "with", Email: "w@example.com", SuccessorID: "1"}, {ID: "without", Email: "o@example.com"}} {
		keys.add(k)
	}
	keys.setDeleted("closed")
	left := keys.leftovers()
	slices.SortFunc(left, func(a, b leftover) int { return len(a.id) - len(b.id) })
	want := []leftover{{id: "with", email: "w@example.com", successorID: "1"}, {id: "without", email: "o@example.com", mayOwn: true}}
	if !slices.Equal(left, want) {
		t.Errorf("left are %v", left)
	}
	if !keys.has("closed") || keys.has("unknown") {
		t.Error("has is wrong about a key")
	}
}
