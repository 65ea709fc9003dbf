package directory

import (
	"context"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// Resources lists the projects and data sources of the organization with their owners. It makes a call for each of them.
func (d *Directory) Resources(ctx context.Context, freshness Freshness) ([]client.Resource, error) {
	return d.resources.elements(ctx, freshness)
}

// InvalidateResources makes the next Current look-up fetch the projects and data sources again.
func (d *Directory) InvalidateResources() { d.resources.invalidate() }

// Owners lists the emails of the members and API keys that own one resource, as they are now.
func (d *Directory) Owners(ctx context.Context, r client.Resource) ([]string, error) {
	return d.client.Owners(ctx, r.Kind, r.ID)
}

// AddOwner makes the member or API key with the email an owner of one resource, beside those it has.
func (d *Directory) AddOwner(ctx context.Context, r client.Resource, email string) error {
	defer d.resources.invalidate()
	return d.client.AddOwner(ctx, r.Kind, r.ID, email)
}
