package ownership

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/directory"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// slowest is how much longer than the ideal many deletions may take.
const slowest = 1.3

// TestDeletion_isAsFastAsTheBound deletes many owners ten at a time, as Terraform does. Time passes in the cloud's latency alone, so that what is
// measured is how many calls follow each other.
func TestDeletion_isAsFastAsTheBound(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		owners, resources int // each resource is one owner's
		latency           time.Duration
	}{
		{20, 43, 50 * time.Millisecond},
		{20, 303, 100 * time.Millisecond},
		{30, 3, 100 * time.Millisecond}, // most own nothing
		{100, 203, 50 * time.Millisecond},
		{50, 2003, 100 * time.Millisecond},
	} {
		for _, dialect := range []string{"", "revocation-elsewhere"} {
			t.Run(fmt.Sprintf("%d owners of %d resources at %s %s", c.owners, c.resources, c.latency, dialect), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					w := newCloud(t, "extra-fields") // for the contract is not what is tried here
					successor := w.member("successor@example.com", simulator.RoleEditor)
					other := w.member("other@example.com", simulator.RoleEditor)
					w.project("other's", other.Email)
					w.dataSource("other's", other.Email)
					var owners []Owner
					for i := range c.owners {
						owners = append(owners, asOwner(w.member(fmt.Sprintf("owner-%d@example.com", i), simulator.RoleEditor)))
					}
					for i := range c.resources {
						if i%2 == 0 {
							w.project(fmt.Sprint("project ", i), owners[i%len(owners)].Email)
						} else {
							w.dataSource(fmt.Sprint("source ", i), owners[i%len(owners)].Email)
						}
					}
					if dialect != "" {
						must(t, w.Speak(dialect))
					}
					api := w.client()
					o := New(api, directory.New(api, directory.Options{}), Config{Rehearse: true})
					w.SetLatency(c.latency)
					w.ClearRequests()

					begun := time.Now()
					var group errgroup.Group
					group.SetLimit(10)
					for _, owner := range owners {
						group.Go(func() error {
							result, err := o.Delete(t.Context(), Deletion{Owner: owner, Successor: to(successor)}, nil)
							if err == nil && !result.Deleted {
								err = fmt.Errorf("%s: %s", owner.Name, verdictName(result.Verdict))
							}
							return err
						})
					}
					must(t, group.Wait())
					took := time.Since(begun)

					parallelCalls := 4 + c.resources + 2 + c.owners + 4*c.resources
					ideal := time.Duration(float64(parallelCalls)/10+float64(len(rehearsalCalls))) * c.latency
					ratio := float64(took) / float64(ideal)
					t.Logf("%s, %d calls; ideal %s, %d calls; ratio %.2f", took, len(w.Requests()), ideal, parallelCalls+len(rehearsalCalls), ratio)
					if ratio > slowest {
						t.Errorf("%s is %.2f times the ideal of %s", took, ratio, ideal)
					}
				})
			})
		}
	}
}
