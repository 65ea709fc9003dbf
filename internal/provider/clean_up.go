package provider

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/directory"
)

// What a run deletes at its end. Terraform closes nothing when something failed or was stopped.
//
//	key                                  what became of it                        at the end of the run
//	ephemeral                            closed                                   nothing: it is deleted
//	ephemeral                            not closed, its successor is known       deleted, with the successor
//	ephemeral                            not closed, it has none                  deleted, unless it alone owns something
//	of a resource, with store_key=false  no ephemeral resource took the secret    deleted: it can have made nothing
//	of a resource, with store_key=false  taken and closed                         nothing: the secret arrived
//	of a resource, with store_key=false  taken, not closed, run interrupted       nothing: the secret may well have arrived
//	of a resource, with store_key=false  taken, not closed                        deleted, unless it alone owns something
//
// What is left expires by itself, or is what the next plan finds.

// leftover is a key to delete at the end of a run.
type leftover struct {
	id, email   string
	successorID string // the member who receives what the key owns; empty where there is none
	mayOwn      bool   // it is deleted only if nothing is lost by that
}

// leftovers are what the table says of ephemeral keys.
func (e *ephemeralKeys) leftovers() []leftover {
	var left []leftover
	for _, k := range e.open() {
		left = append(left, leftover{id: k.ID, email: k.Email, successorID: k.SuccessorID, mayOwn: k.SuccessorID == ""})
	}
	return left
}

// leftovers are what the table says of keys whose secret is not stored.
func (u *unstoredSecrets) leftovers(interrupted bool) []leftover {
	u.mu.Lock()
	defer u.mu.Unlock()
	var left []leftover
	for id, s := range u.pending {
		switch {
		case !s.taken:
			left = append(left, leftover{id: id, email: s.email})
		case !s.closed && !interrupted:
			left = append(left, leftover{id: id, email: s.email, mayOwn: true})
		}
	}
	return left
}

// cleanUpTime bounds the deletions after the run, so that the sessions can be revoked in the time that Terraform gives.
const cleanUpTime = time.Second

// cleanUp deletes what must not outlive the walk. There is a second for it, so that each key gets one attempt, all at once.
func (r *run) cleanUp(ctx context.Context, interrupted bool) {
	ctx, cancel := context.WithTimeout(client.Once(ctx), cleanUpTime)
	defer cancel()
	left := slices.Concat(r.unstored.leftovers(interrupted), r.ephemeralKeys.leftovers())
	var group sync.WaitGroup
	remove := func(l leftover) {
		group.Go(func() { _ = r.directory.DeleteAPIKey(ctx, l.id, l.successorID) })
	}
	var check []leftover
	for _, l := range left {
		if l.mayOwn {
			check = append(check, l)
		} else {
			remove(l)
		}
	}
	if len(check) > 0 {
		group.Go(func() {
			for _, l := range r.withoutHoldings(ctx, check) {
				remove(l)
			}
		})
	}
	group.Wait()
}

// withoutHoldings are those of left whose deletion destroys nothing, even if all of them are deleted.
func (r *run) withoutHoldings(ctx context.Context, left []leftover) []leftover {
	resources, err := r.directory.Resources(ctx, directory.Fresh)
	if err != nil {
		return nil
	}
	isDeleted := func(email string) bool {
		return slices.ContainsFunc(left, func(l leftover) bool { return client.SameEmail(l.email, email) })
	}
	return slices.DeleteFunc(slices.Clone(left), func(l leftover) bool {
		return len(holdingsOf(l.email, resources, isDeleted).sole) > 0
	})
}
