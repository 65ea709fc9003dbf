package directory

import (
	"context"
	"fmt"
	"slices"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// APIKeys lists the API keys of the organization.
func (d *Directory) APIKeys(ctx context.Context, freshness Freshness) ([]client.APIKey, error) {
	return d.keys.elements(ctx, freshness)
}

// InvalidateAPIKeys makes the next Current look-up fetch the API keys again.
func (d *Directory) InvalidateAPIKeys() { d.keys.invalidate() }

// APIKey reads the API key with the id, which a resource has: it cannot be one that a killed run left.
func (d *Directory) APIKey(ctx context.Context, id string) (client.APIKey, error) {
	d.creations.know(id)
	return lookUpOrRead(ctx, &d.policy, &d.keys, id, d.client.APIKey)
}

// TellsExpiry reports whether the cloud tells of any API key when it ends: then one without an end never does.
func (d *Directory) TellsExpiry(ctx context.Context) (bool, error) {
	all, err := d.APIKeys(ctx, Current)
	return slices.ContainsFunc(all, func(k client.APIKey) bool { return !k.ExpiresAt.IsZero() }), err
}

// KnowAPIKey keeps that a resource has the API key with the id.
func (d *Directory) KnowAPIKey(id string) { d.creations.know(id) }

// IsKnownAPIKey reports whether a resource has the API key with the id, or this run has made it.
func (d *Directory) IsKnownAPIKey(id string) bool { return d.creations.isKnown(id) }

// FindAPIKey finds the API key with the id or, if that is empty, with the name: to the letter, or else one that reads the same. The error is a
// NotOneError where there is no such key, or more than one, and a CutListError where the list cannot show that: another key of the name may be
// missing from it.
func (d *Directory) FindAPIKey(ctx context.Context, id, name string) (client.APIKey, error) {
	if id != "" {
		k, err := d.APIKey(ctx, id)
		return k, absent(err, "API key", id)
	}
	all, err := d.APIKeys(ctx, Current)
	if err == nil {
		err = d.cut(fmt.Sprintf("how many keys have the name %q", client.Printable(name)), keysNoun)
	}
	if err != nil {
		return client.APIKey{}, err
	}
	named := matching(all, func(k client.APIKey) bool { return k.Title == name })
	if len(named) == 0 {
		named = matching(all, func(k client.APIKey) bool { return client.SameName(k.Title, name) })
	}
	return only(named, inOrganization("API key"), fmt.Sprintf("the name %q", client.Printable(name)), d.keys.id)
}
