package client_test

import (
	"slices"
	"testing"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

func TestByEmail_prefersTheVerySpelling(t *testing.T) {
	t.Parallel()
	var all client.ByEmail[int]
	for i, email := range []string{"Ana@example.com", "ana@example.com", "bo@example.com", "bo@example.com", "strauss@example.com"} {
		all.Add(email, i)
	}
	for email, want := range map[string][]int{
		"Ana@example.com": {0}, " ana@example.com ": {1}, "ANA@example.com": {0, 1},
		"bo@example.com": {2, 3}, "BO@Example.com": {2, 3}, "strauß@example.com": nil, "STRAUSS@example.com": {4}, "": nil,
	} {
		if got := all.Find(email); !slices.Equal(got, want) {
			t.Errorf("%q finds %v, want %v", email, got, want)
		}
	}
	if got := all.Spellings("Ana@example.com"); !slices.Equal(got, []int{0, 1}) {
		t.Errorf("the spellings are %v", got)
	}
	var none client.ByEmail[int]
	if got := none.Find("ana@example.com"); got != nil {
		t.Errorf("an empty index finds %v", got)
	}
}
