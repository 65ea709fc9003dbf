package provider

import (
	"context"
	"sync"
	"time"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/ownership"
)

// What a run deletes at its end. Terraform closes nothing when something failed or was stopped.
//
//	key                                  what became of it                        at the end of the run
//	ephemeral                            closed                                   nothing: it is deleted, or was refused and expires
//	ephemeral                            not closed                               by its own lists: see below
//	of a resource, with store_key=false  no ephemeral resource took the secret    deleted: no program could make anything with it
//	of a resource, with store_key=false  every taker closed                       nothing: the secret arrived
//	of a resource, with store_key=false  a taker not closed, run interrupted      nothing: the secret may well have arrived
//	of a resource, with store_key=false  a taker not closed                       by its own lists: see below
//
// A key that owns nothing by its own lists is deleted. One that owns something is deleted with its successor where the rehearsal of this
// run showed that a transfer works; otherwise the successor becomes an owner of everything, and the key is left to expire.

// cleanUpTime bounds the deletions after the run, so that the sessions can be revoked in the time that Terraform gives.
const cleanUpTime = time.Second

// cleanUp deletes what must not outlive the walk. There is a second for it, so that each key gets one attempt, all at once.
func (r *run) cleanUp(ctx context.Context, interrupted bool) {
	ctx, cancel := context.WithTimeout(client.Once(ctx), cleanUpTime)
	defer cancel()
	var group sync.WaitGroup
	for _, k := range r.ephemeralKeys.open() {
		group.Go(func() { r.deletions.atExit(ctx, k.owner(), k.deleteOptions()) })
	}
	unused, undelivered := r.unstored.leftovers(interrupted)
	for _, k := range unused {
		group.Go(func() { _ = r.ownership.DeleteUnused(ctx, k) })
	}
	for _, k := range undelivered {
		o := ownership.Owner{Kind: client.APIKeyOwner, ID: k.ID, Email: k.Email, Name: k.Title, Secret: k.Secret, ExpiresAt: k.ExpiresAt.Time}
		group.Go(func() { r.deletions.atExit(ctx, o, deleteOptions{ephemeral: true, baseline: &ownership.Baseline{}}) })
	}
	group.Wait()
}

// leftovers are what the table says of keys whose secret is not stored.
func (u *unstoredSecrets) leftovers(interrupted bool) (unused, undelivered []client.APIKey) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for _, s := range u.pending {
		switch {
		case !s.isTaken():
			unused = append(unused, s.key)
		case !s.hasArrived() && !interrupted:
			undelivered = append(undelivered, s.key)
		}
	}
	return unused, undelivered
}
