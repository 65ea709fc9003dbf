package directory

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"golang.org/x/sync/semaphore"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// mostRepetitions is how often an API key is created again because the secret of the last one was in a lost answer.
const mostRepetitions = 2

// keyCreations is which API keys this run is creating, has created, and knows from elsewhere. Keys of one title are created
// one at a time, so that the key of a lost answer can be told from the others. The zero value is empty.
type keyCreations struct {
	mu    sync.Mutex
	locks map[string]*semaphore.Weighted // by title
	lost  map[string]bool                // by title: a key of it may have been left
	known map[string]bool                // by id
}

// lock waits until no other key of this title is being created, or for the end of ctx.
func (c *keyCreations) lock(ctx context.Context, title string) (unlock func(), err error) {
	c.mu.Lock()
	if c.locks == nil {
		c.locks = map[string]*semaphore.Weighted{}
	}
	lock, made := c.locks[title]
	if !made {
		lock = semaphore.NewWeighted(1)
		c.locks[title] = lock
	}
	c.mu.Unlock()
	if err := lock.Acquire(ctx, 1); err != nil {
		return nil, err
	}
	return func() { lock.Release(1) }, nil
}

// know keeps that a key is no leftover of a lost answer.
func (c *keyCreations) know(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known == nil {
		c.known = map[string]bool{}
	}
	c.known[id] = true
}

func (c *keyCreations) isKnown(id string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.known[id]
}

// lose keeps that a key of this title may have been left, and returns the ids of the keys that it is not.
func (c *keyCreations) lose(title string) (others []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.lost == nil {
		c.lost = map[string]bool{}
	}
	c.lost[title] = true
	for id := range c.known {
		others = append(others, id)
	}
	slices.Sort(others)
	return others
}

func (c *keyCreations) isLost(title string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.lost[title]
}

// KeyRequest is an API key to create.
type KeyRequest struct {
	client.APIKeyRequest
	// IsMarked tells that the title or the expiry has a random part, so that no other run asks for a key like it.
	IsMarked bool
}

// CreatedKey is a new API key.
type CreatedKey struct {
	client.APIKey
	// Doubtful are keys like it that were created at the same moment: by a request of this run that was refused nevertheless, or by another run.
	Doubtful []client.APIKey
}

// CreateAPIKey creates an API key. Where its answer is lost, it deletes the key that was created nevertheless if it is proven to be that, and
// creates another. The error may be a LostKeyError.
func (d *Directory) CreateAPIKey(ctx context.Context, r KeyRequest) (CreatedKey, error) {
	defer d.keys.invalidate()
	self, err := d.CurrentMember(ctx)
	if err != nil {
		return CreatedKey{}, err
	}
	unlock, err := d.creations.lock(ctx, r.Title)
	if err != nil {
		return CreatedKey{}, err
	}
	defer unlock()
	if d.creations.isLost(r.Title) {
		return CreatedKey{}, fmt.Errorf("another key named %q may have been made a moment ago, and its answer was lost: the two could not be told apart. Run again", r.Title)
	}
	var made CreatedKey
	for repetition := 0; ; repetition++ {
		since := d.Now()
		lost := LostKey{Title: r.Title, Role: r.Role, Expires: r.ExpiresAt, Creator: self.Email, Since: since, IsMarked: r.IsMarked}
		look := func(ctx context.Context) { made.Doubtful = d.afterRefusal(ctx, lost) }
		made.APIKey, err = d.client.CreateAPIKey(client.BeforeRepeating(ctx, look), r.APIKeyRequest)
		if isTold := made.ID != "" && (err == nil || !client.IsIncomplete(err) || d.exists(ctx, made.ID)); isTold {
			known := d.creations.isKnown(made.ID) || wasThere(made.CreatedAt, since)
			d.creations.know(made.ID)
			return made, d.removeUselessKey(ctx, made.APIKey, known, err)
		}
		if client.IsUnauthorized(err) || client.IsThrottled(err) {
			look(ctx)
			return made, doubtful(err, made.Doubtful)
		}
		if !client.IsUncertain(err) {
			return made, err
		}
		lost.Until = d.Now()
		deleted, left := d.DeleteLostKey(ctx, lost)
		switch {
		case left != nil:
			lost.Others = d.creations.lose(r.Title)
			return made, LostKeyError{Lost: lost, err: err, left: left}
		case deleted != "" && client.IsIncomplete(err): // another key would come without a secret, too
			return made, UnwantedError{Noun: keyNoun, ID: deleted, err: err}
		case deleted == "" || ctx.Err() != nil || repetition == mostRepetitions:
			return made, err
		}
	}
}

// doubtful adds to a refusal what may have been created nevertheless.
func doubtful(refused error, left []client.APIKey) error {
	if len(left) == 0 {
		return refused
	}
	return fmt.Errorf("%w. It may have been done all the same: %s", refused, Doubt(left))
}

// exists reports whether there is a key with the id that an answer tells without telling the secret.
func (d *Directory) exists(ctx context.Context, id string) bool {
	ctx, cancel := recovering(ctx)
	defer cancel()
	_, err := d.client.APIKey(ctx, id)
	return err == nil
}

const keyNoun = "API key"

// removeUselessKey deletes the key that was created, if it is not as it was asked for or came without its secret. Err is that of the creation.
func (d *Directory) removeUselessKey(ctx context.Context, created client.APIKey, wasThere bool, err error) error {
	remove := func(ctx context.Context) error { return d.deleteUnused(ctx, created) }
	if client.IsIncomplete(err) {
		return removed(ctx, UnwantedError{Noun: keyNoun, ID: created.ID, err: err}, wasThere, remove)
	}
	return removeUnwanted(ctx, err, wasThere, remove)
}
