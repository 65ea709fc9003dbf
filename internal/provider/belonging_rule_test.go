package provider

import (
	"fmt"
	"testing"
)

// Nothing counts as gone while the provider works on another organization, and nothing is looked for where it cannot be told which one that is.
func TestPlace_everyCombinationOfFacts(t *testing.T) {
	t.Parallel()
	seen := map[place]int{}
	for _, remembered := range []string{"", "own"} {
		for _, worksOn := range []string{"", "own", "other"} {
			for _, undecided := range []bool{false, true} {
				for _, gone := range []bool{false, true} {
					s := surroundings{remembered: remembered, worksOn: worksOn, undecided: undecided, gone: gone}
					want := here
					if remembered != "" && !undecided {
						want = map[string]place{
							"other/false": elsewhere, "other/true": elsewhere,
							"own/false": here, "own/true": goneAlong,
							"/false": unplaced, "/true": goneAlong,
						}[fmt.Sprint(worksOn, "/", gone)]
					}
					seen[want]++
					if got := s.place(); got != want {
						t.Errorf("%+v is %d, want %d", s, got, want)
					}
				}
			}
		}
	}
	if len(seen) != 4 {
		t.Errorf("only %d places are reached", len(seen))
	}
}
