package provider

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// ephemeralKey is an API key that lives no longer than the walk. Terraform keeps it from its opening to its closing.
type ephemeralKey struct {
	ID          string    `json:"id"`
	Title       string    `json:"title"`
	Email       string    `json:"email"`
	ExpiresAt   time.Time `json:"expires_at"`
	Successor   *string   `json:"successor,omitempty"`    // its own, not the provider's
	SuccessorID string    `json:"successor_id,omitempty"` // the member id of the successor, where that was known at its opening
}

func (k ephemeralKey) owner() owner {
	return owner{noun: apiKeyNoun, label: client.Printable(k.Title), id: k.ID, email: k.Email}
}

func (k ephemeralKey) deleteOptions() deleteOptions {
	options := deleteOptions{ephemeral: true}
	if k.Successor != nil {
		options.successor = newEmail(*k.Successor)
	}
	return options
}

// ephemeralKeys are the ephemeral keys that this walk has opened. The zero value is empty.
type ephemeralKeys struct {
	mu      sync.Mutex
	opened  map[string]ephemeralKey // by id
	deleted map[string]bool
}

func (e *ephemeralKeys) add(k ephemeralKey) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.opened == nil {
		e.opened, e.deleted = map[string]ephemeralKey{}, map[string]bool{}
	}
	e.opened[k.ID] = k
}

func (e *ephemeralKeys) setDeleted(id string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.opened != nil {
		e.deleted[id] = true
	}
}

func (e *ephemeralKeys) isDeleted(id string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.deleted[id]
}

// has reports whether the key lives, or lived, for this walk only.
func (e *ephemeralKeys) has(id string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	_, opened := e.opened[id]
	return opened
}

// open are the keys that are not deleted yet.
func (e *ephemeralKeys) open() []ephemeralKey {
	e.mu.Lock()
	defer e.mu.Unlock()
	var open []ephemeralKey
	for id, k := range e.opened {
		if !e.deleted[id] {
			open = append(open, k)
		}
	}
	return open
}

// closeTime bounds the deletion of an ephemeral key, even when the run is being stopped.
const closeTime = 2 * time.Minute

// closeEphemeralKey deletes a key by the rules of ownership. What the key made during the run counts, so that nothing read
// before now does.
func (r *run) closeEphemeralKey(ctx context.Context, k ephemeralKey, private privateReader, diags *diag.Diagnostics) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTime)
	defer cancel()
	if err := r.deletions.snapshot.renew(ctx, time.Now()); err != nil {
		addError(diags, "delete "+k.owner().String(), err)
		return
	}
	var found diag.Diagnostics
	r.deletions.deleteOwner(ctx, k.owner(), k.deleteOptions(), private, func(ctx context.Context, transferTo string) error {
		err := r.directory.DeleteAPIKey(ctx, k.ID, transferTo)
		if err == nil || client.IsNotFound(err) {
			r.ephemeralKeys.setDeleted(k.ID)
		}
		return err
	}, &found)
	for _, d := range found {
		if d.Severity() == diag.SeverityError && !r.ephemeralKeys.isDeleted(k.ID) {
			d = diag.NewErrorDiagnostic(d.Summary(), d.Detail()+fmt.Sprintf(" The key stops working at %s.", readable(k.ExpiresAt)))
		}
		diags.Append(d)
	}
}
