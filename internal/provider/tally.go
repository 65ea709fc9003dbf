package provider

import (
	"context"
	"sync/atomic"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// unlisted is how many look-ups of a walk go without a list, which may have thousands for the one that is wanted.
const unlisted = 1

// many is how many look-ups make it likely that each noun will be looked up. Terraform begins as many at once.
const many = 10

// tally counts the look-ups of a walk, over all nouns, and decides by their number whether they go by the lists.
type tally struct {
	client    *client.Client
	perObject bool // every object is asked for by itself
	readAhead func(context.Context)

	begun  atomic.Int64
	listed atomic.Int64 // those that a list has answered
}

// begin counts a look-up, and reports whether it may go by a list. Of many, nobody waits for one list after the other.
func (t *tally) begin(ctx context.Context) bool {
	if t.begun.Add(1) == many && !t.perObject {
		t.readAhead(ctx)
	}
	return !t.perObject
}

// pays counts a look-up, and reports whether lists pay in this walk. That is decided only when the session is open: of the
// many look-ups that Terraform begins at once, most are counted by then, and none goes without the lists.
func (t *tally) pays(ctx context.Context) bool {
	if !t.begin(ctx) {
		return false
	}
	if t.begun.Load() <= unlisted {
		_, _ = t.client.OrganizationID(ctx) // whose error the look-up will meet
	}
	return t.begun.Load() > unlisted
}
