package ownership

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// The successor is deleted in the same run, hidden from the plan as -replace is: in whichever order the two go, and at once.
func TestDelete_successorWhoGoesInTheSameRunTakesNothingAlong(t *testing.T) {
	t.Parallel()
	for _, order := range []string{"owner first", "successor first", "at once"} {
		t.Run(order, func(t *testing.T) {
			t.Parallel()
			c := newCloud(t)
			owner, successor, other := c.member("owner@example.com", simulator.RoleEditor), c.member("successor@example.com", simulator.RoleEditor), c.member("other@example.com", simulator.RoleEditor)
			c.project("other project", other.Email)
			c.dataSource("other source", other.Email)
			id := c.project("owner project", owner.Email)
			r := c.newRun()
			deletions := []func() (Result, error){
				func() (Result, error) {
					return r.Delete(t.Context(), Deletion{Owner: asOwner(owner), Successor: to(successor)}, nil)
				},
				func() (Result, error) {
					return r.Delete(t.Context(), Deletion{Owner: asOwner(successor), Hidden: true}, nil)
				},
			}
			results := make([]Result, len(deletions))
			var group sync.WaitGroup
			for _, i := range map[string][]int{"owner first": {0, 1}, "successor first": {1, 0}, "at once": {0, 1}}[order] {
				run := func() {
					var err error
					if results[i], err = deletions[i](); err != nil {
						t.Error(err)
					}
				}
				if order == "at once" {
					group.Go(run)
				} else {
					run()
				}
			}
			group.Wait()
			if !c.hasProject(id) {
				t.Fatal("the project is gone")
			}
			ofOwner, ofSuccessor := results[0], results[1]
			switch {
			case ofOwner.Deleted && ofSuccessor.Deleted, !ofOwner.Deleted && !ofSuccessor.Deleted:
				t.Errorf("deleted: %v, and the successor: %v", ofOwner.Deleted, ofSuccessor.Deleted)
			case ofOwner.Deleted && ofSuccessor.Reason != NeedsSuccessor:
				t.Errorf("the successor, who owns the project now, is refused for %v", ofSuccessor.Reason)
			case ofSuccessor.Deleted && (ofOwner.Reason != SuccessorUnfit || ofOwner.Misfit != IsDeletedToo):
				t.Errorf("the owner is refused for %v, %v", ofOwner.Reason, ofOwner.Misfit)
			}
		})
	}
}

func TestDepartures(t *testing.T) {
	t.Parallel()
	var d departures
	ended := d.receive("Lead@example.com")
	stopped, cancel := context.WithCancel(t.Context())
	cancel()
	if err := d.leave(stopped, "lead@example.com"); !errors.Is(err, context.Canceled) || d.isLeaving("lead@example.com") {
		t.Errorf("it left while others hand over: %v", err)
	}
	left := make(chan error)
	go func() { left <- d.leave(t.Context(), "lead@example.com") }()
	for !d.isLeaving("lead@example.com") {
		select {
		case err := <-left:
			t.Fatalf("it left while others hand over: %v", err)
		default:
		}
	}
	d.receive("lead@example.com")() // changes nothing: they are leaving
	ended()
	must(t, <-left)
	d.stay("LEAD@example.com")
	if d.isLeaving("lead@example.com") {
		t.Error("it is still leaving")
	}
}

// Whoever is gone already needs no permit: nothing is asked of the cloud, whatever the reading leaves open.
func TestDelete_ofAnOwnerWhoIsGoneIsDone(t *testing.T) {
	t.Parallel()
	c := newCloud(t) // in which nothing shows that the account sees what others own
	member, key := c.member("owner@example.com", simulator.RoleEditor), c.key("ci", simulator.RoleEditor)
	must(t, c.RemoveMember(member.Email, ""))
	must(t, c.RemoveAPIKey(key.ID, ""))
	for _, owner := range []Owner{asOwner(member), asKeyOwner(key)} {
		c.ClearRequests()
		result, err := c.newRun().Delete(t.Context(), Deletion{Owner: owner}, nil)
		must(t, err)
		equal(t, "deleted", result.Deleted, true)
		equal(t, "verdict", result.Reason, AlreadyGone)
		equal(t, "deletions", c.deletions(), 0)
	}

	there := c.member("there@example.com", simulator.RoleEditor)
	r := c.newRun()
	c.Inject(simulator.Fault{Method: "GET", Path: membersPath + "/" + there.ID, Action: simulator.ActionStatus, Status: 403, Times: -1})
	result, err := r.Delete(t.Context(), Deletion{Owner: asOwner(there)}, nil)
	must(t, err)
	equal(t, "what cannot be read is still there", result.Deleted, false)
}
