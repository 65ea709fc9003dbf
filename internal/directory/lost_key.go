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

// An API key whose answer was lost has lost its secret, too, and is of no use. It is found by name, role, expiry, creator
// and time, and deleted, and another is created. Where that cannot be done at once, a LostKey is what a later run needs to
// find it and delete it.

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
	Title   string      `json:"title"`
	Role    client.Role `json:"role"`
	Expires time.Time   `json:"expires"`
	Creator string      `json:"creator"` // email
	Since   time.Time   `json:"since"`   // by the cloud's clock, as is Until
	Until   time.Time   `json:"until"`
	Others  []string    `json:"others,omitempty"` // ids of keys that it is not
}

// Candidates are those of all that may be the lost key.
func (l LostKey) Candidates(all []client.APIKey) []client.APIKey {
	return slices.DeleteFunc(slices.Clone(all), func(k client.APIKey) bool { return !l.mayBe(k) })
}

func (l LostKey) mayBe(k client.APIKey) bool {
	return k.Title == l.Title && k.Role() == l.Role && k.ExpiresAt.Equal(l.Expires.Truncate(time.Second)) &&
		!k.CreatedAt.Before(l.Since.Add(-slack)) && !k.CreatedAt.After(l.Until.Add(slack)) &&
		k.WasCreatedBy(l.Creator) && !slices.Contains(l.Others, k.ID)
}

// LostKeyError says that an API key may have been left at the cloud.
type LostKeyError struct {
	Lost LostKey
	err  error // why it was created
	left error // why it is still there
}

func (e LostKeyError) Error() string {
	return fmt.Sprintf("%s. A key named %q that nobody can use may be left (%s)", e.err.Error(), client.Printable(e.Lost.Title), strings.TrimSuffix(e.left.Error(), "."))
}

func (e LostKeyError) Unwrap() error { return e.err }

// DeleteLostKey deletes the key that a request whose answer was lost has created, even when the run is being stopped.
// It returns the key's id, empty where there is no such key.
func (d *Directory) DeleteLostKey(ctx context.Context, lost LostKey) (deleted string, err error) {
	ctx, cancel := recovering(ctx)
	defer cancel()
	all, err := d.APIKeys(ctx, Fresh)
	if err != nil {
		return "", err
	}
	candidates := slices.DeleteFunc(lost.Candidates(all), func(k client.APIKey) bool { return d.creations.isKnown(k.ID) })
	switch len(candidates) {
	case 0:
		return "", d.cut(fmt.Sprintf("whether there is a key named %q", client.Printable(lost.Title)), keysNoun)
	case 1:
	default:
		return "", errors.New(Ambiguity(candidates))
	}
	defer d.keys.invalidate()
	err = d.deleteUnused(ctx, candidates[0])
	if err != nil && !client.IsNotFound(err) {
		return "", err
	}
	return candidates[0].ID, nil
}

// Ambiguity names the keys of which one is the lost one.
func Ambiguity(candidates []client.APIKey) string {
	var ids []string
	for _, k := range candidates {
		ids = append(ids, k.ID)
	}
	return fmt.Sprintf("it could be any of %s: delete the one that nobody uses in the portal, Organization > API Keys", strings.Join(ids, ", "))
}
