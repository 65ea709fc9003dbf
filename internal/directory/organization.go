package directory

import (
	"context"
	"fmt"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// FindOrganization is the id of the organization that has it, or that alone has it as its name.
func (d *Directory) FindOrganization(ctx context.Context, idOrName string) (string, error) {
	o, err := d.client.Organization(ctx, idOrName)
	if !client.IsNotFound(err) {
		return o.ID, err
	}
	all, err := d.client.Organizations(ctx)
	if err != nil {
		return "", err
	}
	where := place{"organization", "organization of the account", "organizations of the account"}
	o, err = only(matching(all, func(o client.Organization) bool { return o.Name == idOrName }), where,
		fmt.Sprintf("the id or the name %q", client.Printable(idOrName)), func(o client.Organization) string { return o.ID })
	return o.ID, err
}
