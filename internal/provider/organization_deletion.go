package provider

import (
	"context"
	"sync"
)

// organizationDeletions are the organizations that this walk deletes or has deleted. The zero value is empty.
type organizationDeletions struct {
	mu sync.Mutex
	of map[string]*organizationDeletion // by id
}

type organizationDeletion struct {
	over chan struct{} // closed at the end of the call
	gone bool          // set before over is closed
}

// begin keeps that the organization is being deleted, until end is called.
func (d *organizationDeletions) begin(id string) (end func(gone bool)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.of == nil {
		d.of = map[string]*organizationDeletion{}
	}
	begun := &organizationDeletion{over: make(chan struct{})}
	d.of[id] = begun
	return func(gone bool) {
		begun.gone = gone
		close(begun.over)
	}
}

// has reports whether this walk has deleted the organization.
func (d *organizationDeletions) has(id string) bool {
	begun := d.find(id)
	if begun == nil {
		return false
	}
	select {
	case <-begun.over:
		return begun.gone
	default:
		return false
	}
}

// await is has, and waits for a deletion that is going on.
func (d *organizationDeletions) await(ctx context.Context, id string) bool {
	begun := d.find(id)
	if begun == nil {
		return false
	}
	select {
	case <-begun.over:
		return begun.gone
	case <-ctx.Done():
		return false
	}
}

func (d *organizationDeletions) find(id string) *organizationDeletion {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.of[id]
}
