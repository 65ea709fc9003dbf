// Package ownership decides whether a member or an API key may be deleted, and who receives what they own: facts, one rule, and the
// steps that make it so. It knows nothing of Terraform; what it decides, internal/provider puts into words.
//
// The owner is the member or key to be deleted. Its holdings are the projects and data sources that it owns, alone or with others. A
// reading is one pass over all permission lists. The hand-over makes the successor an owner of each holding. The rehearsal tries a
// deletion with a transfer on things of its own. The announcement is what a plan said of a deletion, which its apply keeps to.
//
// The idea: an owner is deleted only when it demonstrably owns nothing. Everything else moves first.
package ownership

import (
	"context"
	"crypto/rand"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/directory"
)

// Config says how Ownership works.
type Config struct {
	// Rehearse allows the rehearsal of a deletion in an apply.
	Rehearse bool
	// Wait pauses between two looks at something that the cloud does a moment after its answer. Nil waits for the time d or the end of ctx.
	Wait func(ctx context.Context, d time.Duration) error
	// Now is the local clock by which a reading ages. Nil means the machine's.
	Now func() time.Time
}

// parallel is how many calls of readings and hand-overs are under way at once.
const parallel = 10

// Ownership is what one run knows of who owns what, and the one place where members and keys are deleted. Safe for concurrent use.
type Ownership struct {
	client    *client.Client
	directory *directory.Directory
	config    Config
	run       string // tells the announcements of this run from those of a plan

	calls   *semaphore.Weighted // bounds the calls of all hand-overs together
	reader  *reader
	planned planned
	trial   trial

	departures departures
	roles      keyRoles
}

// New returns the ownership of the organization that c works on. It makes no call.
func New(c *client.Client, d *directory.Directory, config Config) *Ownership {
	if config.Wait == nil {
		config.Wait = wait
	}
	if config.Now == nil {
		config.Now = time.Now
	}
	o := &Ownership{client: c, directory: d, config: config, run: rand.Text(), calls: semaphore.NewWeighted(parallel)}
	o.reader = newReader(c, d, config.Now)
	o.trial.turn = semaphore.NewWeighted(1)
	return o
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// Owner is a member or an API key to be deleted.
type Owner struct {
	Kind client.OwnerKind
	ID   string
	// Email is the member's address, or the key's generated one; empty where the cloud gives a key none.
	Email string
	// Name is what messages call the owner: the member's email, or the key's title.
	Name string
	// Secret is the API key itself, where it is at hand: the key is then asked what it owns.
	Secret string
	// ExpiresAt is when the key stops working. Zero means never, or that it is not known.
	ExpiresAt time.Time
}

// canBeAsked reports whether the owner is a key whose secret is at hand and still works at the time now.
func (o Owner) canBeAsked(now time.Time) bool {
	return o.Kind == client.APIKeyOwner && o.Secret != "" && (o.ExpiresAt.IsZero() || now.Before(o.ExpiresAt))
}

// Choice is the successor as it is configured.
type Choice struct {
	Email string
	// Unknown means that the configured value is known only after apply.
	Unknown bool

	id string // of the member whom a plan announced
}

func (c Choice) isNone() bool { return c.Email == "" && !c.Unknown }

// Deletion is the question: may this owner be deleted?
type Deletion struct {
	Owner     Owner
	Successor Choice
	// Force allows the deletion of the holdings with the owner, as far as a plan announced them.
	Force bool
	// Hidden means that no plan shows this deletion by itself: a rotation, an ephemeral key, the end of a run.
	Hidden bool
	// Baseline, of an ephemeral key, is what Opened returned: the key is read by its own lists alone, as long as it can be asked.
	Baseline *Baseline
	// Unused means that the owner is a key of this very process whose secret was never given out.
	Unused bool

	again  bool // the facts have been gathered once, a moment ago
	atExit bool // there is no time for a reading, for a rehearsal or for a second try
}
