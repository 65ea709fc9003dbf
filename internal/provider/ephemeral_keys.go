package provider

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/ownership"
)

// ephemeralKey is an API key that lives no longer than the walk. Terraform keeps what has a JSON name from its opening to its closing.
type ephemeralKey struct {
	ID        string    `json:"id"`
	Title     string    `json:"title"`
	Email     string    `json:"email"`
	ExpiresAt time.Time `json:"expires_at"`
	Successor *string   `json:"successor,omitempty"` // its own, not the provider's

	secret   string
	baseline *ownership.Baseline // what it saw when it was made; nil for a Viewer's key
}

func (k ephemeralKey) owner() ownership.Owner {
	return ownership.Owner{Kind: client.APIKeyOwner, ID: k.ID, Email: k.Email, Name: k.Title, Secret: k.secret, ExpiresAt: k.ExpiresAt}
}

func (k ephemeralKey) deleteOptions() deleteOptions {
	options := deleteOptions{ephemeral: true, baseline: k.baseline}
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

// find returns the key with this id, with its secret.
func (e *ephemeralKeys) find(id string) (k ephemeralKey, found bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	k, found = e.opened[id]
	return k, found
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

// closeEphemeralKey deletes a key by the rules of ownership. What the key made during the run counts.
func (r *run) closeEphemeralKey(ctx context.Context, k ephemeralKey, diags *diag.Diagnostics) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTime)
	defer cancel()
	if opened, found := r.ephemeralKeys.find(k.ID); found {
		k = opened // with its secret
	}
	var found diag.Diagnostics
	deleted := r.deletions.delete(ctx, k.owner(), k.deleteOptions(), nil, &found)
	if deleted {
		r.ephemeralKeys.setDeleted(k.ID)
	}
	for _, d := range found {
		if d.Severity() == diag.SeverityError && !deleted {
			d = diag.NewErrorDiagnostic(d.Summary(), d.Detail()+fmt.Sprintf("\n\nThe key stops working at %s.", readable(k.ExpiresAt)))
		}
		diags.Append(d)
	}
}
