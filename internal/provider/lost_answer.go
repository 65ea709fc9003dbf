package provider

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// A create is never sent twice blindly. When its answer is lost, the cloud is asked whether the object is there.

const (
	// recoveryTime bounds the look for what a lost answer was about, even when the run is being stopped.
	recoveryTime = 20 * time.Second
	// secondCreations is how often a key is made again because the secret of the one before was in a lost answer.
	secondCreations = 2
	// slack is how much earlier than the request the object may have been made: the cloud keeps whole seconds.
	slack = 2 * time.Second
)

// recovering is a context for looking after what a lost answer was about.
func recovering(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), recoveryTime)
}

// lostInvitation returns the invitation that a request whose answer was lost has sent after all.
func (c *cloud) lostInvitation(ctx context.Context, r client.InvitationRequest, since time.Time) (client.Invitation, bool) {
	ctx, cancel := recovering(ctx)
	defer cancel()
	i, found, err := c.client.InvitationByEmail(ctx, r.Email)
	if err != nil || !found || i.CreatedAt.Before(since.Add(-slack)) || !(membership{invitation: &i}).agrees(r, c.client.Now()) {
		return client.Invitation{}, false
	}
	return i, true
}

// births is which keys this walk is making and has made. The zero value is empty.
type births struct {
	mu    sync.Mutex
	going map[string]int // by title
	made  []string       // ids
}

func (b *births) begin(title string) (end func(id string)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.going == nil {
		b.going = map[string]int{}
	}
	b.going[title]++
	return func(id string) {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.going[title]--
		b.made = append(b.made, id)
	}
}

// isTwin reports whether a key of this title is being made for another resource.
func (b *births) isTwin(title string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.going[title] > 1
}

func (b *births) isMade(id string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Contains(b.made, id)
}

// createOneKey makes a key. Where its answer is lost the secret is, too: the key that nobody can use is deleted, and another
// made.
func (c *cloud) createOneKey(ctx context.Context, r client.APIKeyRequest) (client.APIKey, error) {
	self, err := c.client.CurrentMember(ctx) // which also sets the clock
	if err != nil {
		return client.APIKey{}, err
	}
	end := c.births.begin(r.Title)
	var made client.APIKey
	defer func() { end(made.ID) }()
	for again := 0; ; again++ {
		since := c.client.Now()
		var err error
		made, err = c.client.CreateAPIKey(ctx, r)
		if !client.IsUncertain(err) {
			return made, err
		}
		gone, lookErr := c.deleteLostKey(ctx, r, self, since)
		switch {
		case lookErr != nil:
			return made, fmt.Errorf("%w. A key named %q that nobody can use may be left (%s): look in the portal, Organization > API Keys, and delete it there", err, r.Title, lookErr.Error())
		case !gone || ctx.Err() != nil || again == secondCreations:
			return made, err
		}
	}
}

// deleteLostKey deletes the key that a request whose answer was lost has made after all. Gone is false where it made none.
func (c *cloud) deleteLostKey(ctx context.Context, r client.APIKeyRequest, self client.Member, since time.Time) (gone bool, err error) {
	ctx, cancel := recovering(ctx)
	defer cancel()
	all, err := c.client.APIKeys(ctx)
	if err != nil {
		return false, err
	}
	lost := slices.DeleteFunc(all, func(k client.APIKey) bool {
		return k.Title != r.Title || k.Role() != r.Role || !k.ExpiresAt.Equal(r.ExpiresAt.Truncate(time.Second)) ||
			k.CreatedAt.Before(since.Add(-slack)) || !wroteBy(newEmail(self.Email), k.CreatedBy) || c.births.isMade(k.ID)
	})
	switch {
	case len(lost) == 0:
		return false, nil
	case len(lost) > 1 || c.births.isTwin(r.Title):
		return false, errors.New("there are several that it could be")
	}
	err = c.client.DeleteAPIKey(ctx, lost[0].ID, "")
	if err != nil && !client.IsNotFound(err) {
		return false, err
	}
	return true, nil
}
