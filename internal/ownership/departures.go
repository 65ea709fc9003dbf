package ownership

import (
	"context"
	"sync"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// departures keep two deletions of one run apart, where the plan could not: a member who is being deleted receives nothing more, and is not
// deleted while others hand over to them. The zero value is empty.
type departures struct {
	mu        sync.Mutex
	leaving   map[string]bool // by normalized email: who is being deleted, or was
	receiving map[string]int  // by normalized email: how many hand over to them
	changed   chan struct{}   // closed when a hand-over has ended
}

// leave begins the deletion of a member, once every hand-over to them has ended. The caller holds no other.
func (d *departures) leave(ctx context.Context, email string) error {
	email = client.NormalizeEmail(email)
	d.mu.Lock()
	if d.leaving == nil {
		d.leaving = map[string]bool{}
	}
	d.leaving[email] = true
	for d.receiving[email] > 0 {
		if d.changed == nil {
			d.changed = make(chan struct{})
		}
		changed := d.changed
		d.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
			d.stay(email)
			return ctx.Err()
		}
		d.mu.Lock()
	}
	d.mu.Unlock()
	return nil
}

// stay is for a member who was not deleted.
func (d *departures) stay(email string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.leaving, client.NormalizeEmail(email))
}

func (d *departures) isLeaving(email string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.leaving[client.NormalizeEmail(email)]
}

// receive begins a hand-over to the member, unless they are being deleted. The caller ends it with ended.
func (d *departures) receive(email string) (ended func()) {
	email = client.NormalizeEmail(email)
	d.mu.Lock()
	defer d.mu.Unlock()
	if email == "" || d.leaving[email] {
		return func() {}
	}
	if d.receiving == nil {
		d.receiving = map[string]int{}
	}
	d.receiving[email]++
	return func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.receiving[email]--
		if d.changed != nil {
			close(d.changed)
			d.changed = nil
		}
	}
}
