package provider

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

const (
	// leaseTime bounds the deletion of a key that the run has done with, even when the run is being stopped.
	leaseTime = 2 * time.Minute
	// leaveTime bounds the deletions after the run, so that the sessions can be revoked in what Terraform leaves.
	leaveTime = time.Second
)

// lease is an API key that lives no longer than the walk. Terraform keeps it from its opening to its closing.
type lease struct {
	ID        string    `json:"id"`
	Title     string    `json:"title"`
	Email     string    `json:"email"`
	ExpiresAt time.Time `json:"expires_at"`
	Successor *string   `json:"successor,omitempty"` // its own, not the provider's
	HeirID    string    `json:"heir_id,omitempty"`   // the member id of whoever it is, where that was known at its opening
}

func (l lease) owner() owner {
	return owner{noun: apiKeyNoun, label: client.Printable(l.Title), id: l.ID, email: l.Email}
}

func (l lease) wish() wish {
	w := wish{lease: true}
	if l.Successor != nil {
		w.successor = newEmail(*l.Successor)
	}
	return w
}

// leases are the keys that this walk has opened. The zero value is empty.
type leases struct {
	mu     sync.Mutex
	opened map[string]lease // by id
	closed map[string]bool
}

func (l *leases) open(one lease) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.opened == nil {
		l.opened, l.closed = map[string]lease{}, map[string]bool{}
	}
	l.opened[one.ID] = one
}

func (l *leases) close(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.opened != nil {
		l.closed[id] = true
	}
}

func (l *leases) isClosed(id string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.closed[id]
}

// isOurs reports whether the key lives, or lived, for this walk only.
func (l *leases) isOurs(id string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	_, ours := l.opened[id]
	return ours
}

// unclosed are the keys that are still there.
func (l *leases) unclosed() []lease {
	l.mu.Lock()
	defer l.mu.Unlock()
	var left []lease
	for id, one := range l.opened {
		if !l.closed[id] {
			left = append(left, one)
		}
	}
	return left
}

// closeLease deletes a key by the rules of ownership. What the key made during the run counts, so that nothing read before
// now does.
func (c *cloud) closeLease(ctx context.Context, l lease, private privateReader, diags *diag.Diagnostics) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), leaseTime)
	defer cancel()
	if err := c.applied.renew(ctx, time.Now()); err != nil {
		addError(diags, "delete "+l.owner().String(), err)
		return
	}
	var found diag.Diagnostics
	c.deleteOwner(ctx, l.owner(), l.wish(), private, func(ctx context.Context, transferTo string) error {
		err := c.deleteKey(ctx, l.ID, transferTo)
		if err == nil || client.IsNotFound(err) {
			c.leases.close(l.ID)
		}
		return err
	}, &found)
	for _, d := range found {
		if d.Severity() == diag.SeverityError && !c.leases.isClosed(l.ID) {
			d = diag.NewErrorDiagnostic(d.Summary(), d.Detail()+fmt.Sprintf(" The key stops working at %s.", readable(l.ExpiresAt)))
		}
		diags.Append(d)
	}
}

// leave deletes what must not outlive the walk: keys that were not closed, for Terraform closes none when something failed
// or was stopped, and keys whose secret did not arrive where it was to go. There is a second for it, so that each gets one attempt, all at once.
// What is left expires by itself, or is what the next plan finds.
func (c *cloud) leave(ctx context.Context, interrupted bool) {
	ctx, cancel := context.WithTimeout(client.Once(ctx), leaveTime)
	defer cancel()
	var group sync.WaitGroup
	remove := func(id, transferTo string) {
		group.Go(func() { _ = c.client.DeleteAPIKey(ctx, id, transferTo) })
	}
	untaken, unarrived := c.handover.failed(interrupted)
	for _, l := range untaken {
		remove(l.ID, "") // nobody could make anything with it
	}
	alone := unarrived
	for _, l := range c.leases.unclosed() {
		if l.HeirID == "" {
			alone = append(alone, l)
			continue
		}
		remove(l.ID, l.HeirID)
	}
	if len(alone) > 0 {
		group.Go(func() {
			for _, l := range c.withoutEstate(ctx, alone) {
				remove(l.ID, "")
			}
		})
	}
	group.Wait()
}

// withoutEstate are those of leases whose deletion destroys nothing, even if all of them are deleted.
func (c *cloud) withoutEstate(ctx context.Context, leases []lease) []lease {
	resources, err := c.client.Resources(ctx)
	if err != nil {
		return nil
	}
	isLeaving := func(email string) bool {
		return slices.ContainsFunc(leases, func(l lease) bool { return client.SameEmail(l.Email, email) })
	}
	return slices.DeleteFunc(slices.Clone(leases), func(l lease) bool {
		return len(estateOf(l.Email, resources, isLeaving).sole) > 0
	})
}
