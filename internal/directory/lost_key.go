package directory

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// An API key whose answer was lost has lost its secret, too, and is of no use. It is found by name, role, expiry, creator and time. That does not
// prove that this run created it: the request may never have arrived, while another run of the same account created a key like it. What proves it
// is a mark, a random part of the title or of the expiry that the request had. A marked key is deleted, and another is created. A key that is not
// proven is kept and named. Where a proven key cannot be deleted at once, a LostKey is what a later run needs to find it.

const (
	// recoveryTime bounds the look for what a lost answer was about, even when the run is being stopped.
	recoveryTime = 20 * time.Second
	// slack is how much earlier than the request the object may have been created: the cloud keeps whole seconds.
	slack = 2 * time.Second
)

// recovering is a context for the look for what a lost answer was about.
func recovering(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), recoveryTime)
}

// LostKey is what is known of an API key that a lost answer may have created. It holds no secret, and can be stored as JSON.
type LostKey struct {
	Title    string      `json:"title"`
	Role     client.Role `json:"role"`
	Expires  time.Time   `json:"expires"`
	Creator  string      `json:"creator"` // email
	Since    time.Time   `json:"since"`   // by the cloud's clock, as is Until
	Until    time.Time   `json:"until"`
	Others   []string    `json:"others,omitempty"`    // ids of keys that it is not
	IsMarked bool        `json:"is_marked,omitempty"` // no other run asks for a key that fits
}

// Candidates are those of all that may be the lost key.
func (l LostKey) Candidates(all []client.APIKey) []client.APIKey {
	return slices.DeleteFunc(slices.Clone(all), func(k client.APIKey) bool { return !l.mayBe(k) })
}

func (l LostKey) mayBe(k client.APIKey) bool {
	return client.SameText(k.Title, l.Title) && k.Role() == l.Role && k.ExpiresAt.Equal(l.Expires.Truncate(time.Second)) &&
		!k.CreatedAt.Before(l.Since.Add(-slack)) && !k.CreatedAt.After(l.Until.Add(slack)) &&
		k.WasCreatedBy(l.Creator) && !slices.Contains(l.Others, k.ID)
}

// Proven is the lost key among the candidates, where it is proven to be that.
func (l LostKey) Proven(candidates []client.APIKey) (k client.APIKey, is bool) {
	if !l.IsMarked || len(candidates) != 1 {
		return client.APIKey{}, false
	}
	return candidates[0], true
}

// LostKeyError says that an API key may have been left at the cloud.
type LostKeyError struct {
	Lost LostKey
	err  error // why it was created
	left error // why it is still there
}

func (e LostKeyError) Error() string {
	return fmt.Sprintf("%s. A key named %q whose secret is lost may be left: %s", e.err.Error(), client.Printable(e.Lost.Title), strings.TrimSuffix(e.left.Error(), "."))
}

// IsUnproven reports whether the key is kept because nothing proves that this run created it.
func (e LostKeyError) IsUnproven() bool { return errors.As(e.left, new(UnprovenKeyError)) }

func (e LostKeyError) Unwrap() error { return e.err }

// UnprovenKeyError says that a key is not deleted since another run may have created it.
type UnprovenKeyError struct{ Candidates []client.APIKey }

func (e UnprovenKeyError) Error() string { return Doubt(e.Candidates) }

// Doubt names the keys of which one may be a lost one, and says what to do about them.
func Doubt(candidates []client.APIKey) string {
	var ids []string
	for _, k := range candidates {
		ids = append(ids, client.Printable(k.ID))
	}
	if len(ids) == 1 {
		return fmt.Sprintf("%s was created at that moment: this run or another run of this account made it. Nothing proves that it is this run's, so it is not deleted. "+
			"If no program uses it, delete it in the portal, Organization > API Keys", ids[0])
	}
	return fmt.Sprintf("it could be any of %s, or another run of this account made it. Nothing proves which is this run's, so it is not deleted. "+
		"Delete the one that no program uses in the portal, Organization > API Keys", strings.Join(ids, ", "))
}

// DeleteLostKey deletes the key that a request whose answer was lost has created, even when the run is being stopped. It returns the key's id,
// empty where there is no such key. The error is an UnprovenKeyError where there may be one, and it may as well be another run's.
func (d *Directory) DeleteLostKey(ctx context.Context, lost LostKey) (deleted string, err error) {
	ctx, cancel := recovering(ctx)
	defer cancel()
	candidates, err := d.lostCandidates(ctx, lost)
	if err != nil {
		return "", err
	}
	if len(candidates) == 0 {
		return "", d.cut(fmt.Sprintf("whether there is a key named %q", client.Printable(lost.Title)), keysNoun)
	}
	k, proven := lost.Proven(candidates)
	if !proven {
		return "", UnprovenKeyError{candidates}
	}
	defer d.keys.invalidate()
	if err := d.deleteUnused(ctx, k); err != nil && !client.IsNotFound(err) {
		return "", err
	}
	return k.ID, nil
}

// lostCandidates asks the cloud for the keys that may be the lost one.
func (d *Directory) lostCandidates(ctx context.Context, lost LostKey) ([]client.APIKey, error) {
	all, err := d.APIKeys(ctx, Fresh)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(lost.Candidates(all), func(k client.APIKey) bool { return d.creations.isKnown(k.ID) }), nil
}

// afterRefusal looks for what a request has created that was refused for the time being, deletes it if it is proven to be that, and returns what
// is left. A look that fails shows nothing: most refusals were meant.
func (d *Directory) afterRefusal(ctx context.Context, lost LostKey) (left []client.APIKey) {
	lost.Until = d.Now()
	candidates, err := d.lostCandidates(ctx, lost)
	if err != nil {
		return nil
	}
	if k, proven := lost.Proven(candidates); proven {
		if err := d.deleteUnused(ctx, k); err == nil || client.IsNotFound(err) {
			return nil
		}
	}
	return candidates
}
