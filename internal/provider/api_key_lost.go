package provider

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// A key whose answer was lost has lost its secret, too: nobody can use it. It is found by name, role, expiry, creator and
// time, and deleted, and another is made. Where that cannot be done at once, what is needed to find it is kept in private
// state, and a later run deletes it.

// secondCreations is how often a key is made again because the secret of the one before was in a lost answer.
const secondCreations = 2

// births is which keys this walk is making, has made, and knows from elsewhere. Keys of one name are made one at a time, so
// that what a lost answer made can be told from the others. The zero value is empty.
type births struct {
	mu    sync.Mutex
	turns map[string]chan struct{} // by title; holds one element while a key of it is made
	lost  map[string]bool          // by title: a key of it may have been left
	known map[string]bool          // ids
}

// begin waits for the turn to make a key of this title, or for the end of ctx.
func (b *births) begin(ctx context.Context, title string) (end func(), err error) {
	b.mu.Lock()
	if b.turns == nil {
		b.turns = map[string]chan struct{}{}
	}
	turn, made := b.turns[title]
	if !made {
		turn = make(chan struct{}, 1)
		b.turns[title] = turn
	}
	b.mu.Unlock()
	select {
	case turn <- struct{}{}:
		return func() { <-turn }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// know notes that a key is no leftover: a resource has it.
func (b *births) know(id string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.known == nil {
		b.known = map[string]bool{}
	}
	b.known[id] = true
}

func (b *births) isKnown(id string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.known[id]
}

// lose notes that a key of this title may have been left, and returns the ids of those that it is not.
func (b *births) lose(title string) (others []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.lost == nil {
		b.lost = map[string]bool{}
	}
	b.lost[title] = true
	for id := range b.known {
		others = append(others, id)
	}
	slices.Sort(others)
	return others
}

func (b *births) isLost(title string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.lost[title]
}

// lostKey is what is known of a key that a lost answer may have made. It travels in private state.
type lostKey struct {
	Title   string      `json:"title"`
	Role    client.Role `json:"role"`
	Expires time.Time   `json:"expires"`
	Creator string      `json:"creator"` // email
	Since   time.Time   `json:"since"`   // by the cloud's clock, as is Until
	Until   time.Time   `json:"until"`
	Others  []string    `json:"others,omitempty"` // ids of keys that it is not
}

// is reports whether k may be the lost one.
func (l lostKey) is(k client.APIKey) bool {
	return k.Title == l.Title && k.Role() == l.Role && k.ExpiresAt.Equal(l.Expires.Truncate(time.Second)) &&
		!k.CreatedAt.Before(l.Since.Add(-slack)) && !k.CreatedAt.After(l.Until.Add(slack)) &&
		wroteBy(newEmail(l.Creator), k.CreatedBy) && !slices.Contains(l.Others, k.ID)
}

// among returns those of all that may be the lost one.
func (l lostKey) among(all []client.APIKey) []client.APIKey {
	return slices.DeleteFunc(slices.Clone(all), func(k client.APIKey) bool { return !l.is(k) })
}

// lostKeyError says that a key may have been left at the cloud.
type lostKeyError struct {
	lost lostKey
	err  error // why it was made
	left error // why it is still there
}

func (e lostKeyError) Error() string {
	return fmt.Sprintf("%s. A key named %q that nobody can use may be left (%s)", e.err.Error(), client.Printable(e.lost.Title), strings.TrimSuffix(e.left.Error(), "."))
}

func (e lostKeyError) Unwrap() error { return e.err }

// createOneKey makes a key. Where its answer is lost, it deletes the key that was made after all, and makes another. Its
// error may be a lostKeyError.
func (c *cloud) createOneKey(ctx context.Context, r client.APIKeyRequest) (client.APIKey, error) {
	self, err := c.client.CurrentMember(ctx) // which also sets the clock
	if err != nil {
		return client.APIKey{}, err
	}
	end, err := c.births.begin(ctx, r.Title)
	if err != nil {
		return client.APIKey{}, err
	}
	defer end()
	if c.births.isLost(r.Title) {
		return client.APIKey{}, fmt.Errorf("another key named %q may have been made a moment ago, and its answer was lost: the two could not be told apart. Run again", r.Title)
	}
	for again := 0; ; again++ {
		since := c.client.Now()
		made, err := c.client.CreateAPIKey(ctx, r)
		if err == nil {
			c.births.know(made.ID)
		}
		if !client.IsUncertain(err) {
			return made, err
		}
		lost := lostKey{Title: r.Title, Role: r.Role, Expires: r.ExpiresAt, Creator: self.Email, Since: since, Until: c.client.Now()}
		gone, left := c.deleteLostKey(ctx, lost)
		switch {
		case left != nil:
			lost.Others = c.births.lose(r.Title)
			return made, lostKeyError{lost, err, left}
		case !gone || ctx.Err() != nil || again == secondCreations:
			return made, err
		}
	}
}

// deleteLostKey deletes the key that a request whose answer was lost has made after all, even when the run is being
// stopped. Gone is false where it made none.
func (c *cloud) deleteLostKey(ctx context.Context, lost lostKey) (gone bool, err error) {
	ctx, cancel := recovering(ctx)
	defer cancel()
	all, err := c.client.APIKeys(ctx)
	if err != nil {
		return false, err
	}
	candidates := slices.DeleteFunc(lost.among(all), func(k client.APIKey) bool { return c.births.isKnown(k.ID) })
	switch len(candidates) {
	case 0:
		return false, nil
	case 1:
	default:
		return false, ambiguousError(candidates)
	}
	c.keys.drop()
	err = c.client.DeleteAPIKey(ctx, candidates[0].ID, "")
	if err != nil && !client.IsNotFound(err) {
		return false, err
	}
	return true, nil
}

// ambiguousError names the keys of which one is the lost one.
func ambiguousError(candidates []client.APIKey) error {
	var ids []string
	for _, k := range candidates {
		ids = append(ids, k.ID)
	}
	return fmt.Errorf("it could be any of %s: delete the one that nobody uses in the portal, Organization > API Keys", strings.Join(ids, ", "))
}

// Marks in a key's private state.
const (
	lostKeyKey  = "lost_key" // a lostKey
	goneKey     = "gone"     // the id of the key, which was deleted outside Terraform while the one before it still works
	importedKey = "imported" // the id of the key, while nothing has been applied to it since the import
)

// isMarked reports whether a mark names the key id.
func isMarked(ctx context.Context, private privateReader, key, id string, diags *diag.Diagnostics) bool {
	var marked string
	return readPrivate(ctx, private, key, &marked, diags) && marked == id
}
