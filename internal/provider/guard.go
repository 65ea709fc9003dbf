package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// guardMember refuses to remove or demote, as attempt says ("remove", "demote"), the account that the provider signs in
// with and the last administrator who would be left. Members that the same run removes or demotes do not count.
func (c *cloud) guardMember(ctx context.Context, attempt string, m client.Member, members []client.Member, diags *diag.Diagnostics) {
	if m.Role() != client.RoleAdmin {
		return
	}
	self, err := c.client.CurrentMember(ctx)
	if err != nil {
		addError(diags, "read the account in use", err)
		return
	}
	if self.ID == m.ID {
		diags.AddError(fmt.Sprintf("Refusing to %s the account in use", attempt),
			fmt.Sprintf("The provider is signed in as %s, and would lock itself out half way. To %s it, run with the credentials of another Administrator. "+
				"To stop managing it and leave it as it is, use a removed block with lifecycle { destroy = false }, or terraform state rm.", m.Email, attempt))
		return
	}
	for _, other := range members {
		if other.ID != m.ID && other.Role() == client.RoleAdmin && !c.leavers.isLeaving(other.Email) && !c.leavers.isDemoted(other.Email) {
			return
		}
	}
	diags.AddError(fmt.Sprintf("Refusing to %s the last Administrator", attempt),
		fmt.Sprintf("After this run the organization would have no Administrator but %s. Make another member ORG_ADMIN and apply that first.", m.Email))
}
