package provider

import (
	"context"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// Each write drops its noun's list, whether it succeeded or not: an answer may be lost and the change made.

func (c *cloud) createKey(ctx context.Context, r client.APIKeyRequest) (client.APIKey, error) {
	defer c.keys.drop()
	return c.createOneKey(ctx, r)
}

func (c *cloud) deleteKey(ctx context.Context, id, transferTo string) error {
	defer c.keys.drop()
	defer c.resources.drop()
	return c.client.DeleteAPIKey(ctx, id, transferTo)
}

func (c *cloud) createInvitation(ctx context.Context, r client.InvitationRequest) (client.Invitation, error) {
	defer c.invitations.drop()
	if _, err := c.client.OrganizationID(ctx); err != nil { // which also sets the clock
		return client.Invitation{}, err
	}
	since := c.client.Now()
	i, err := c.client.CreateInvitation(ctx, r)
	if client.IsUncertain(err) {
		if sent, found := c.lostInvitation(ctx, r, since); found {
			return sent, nil
		}
	}
	return i, err
}

func (c *cloud) deleteInvitation(ctx context.Context, id string) error {
	defer c.invitations.drop()
	return c.client.DeleteInvitation(ctx, id)
}

func (c *cloud) setMemberRole(ctx context.Context, id string, role client.Role) (client.Member, error) {
	defer c.members.drop()
	return c.client.SetMemberRole(ctx, id, role)
}

func (c *cloud) deleteMember(ctx context.Context, id, transferTo string) error {
	defer c.members.drop()
	defer c.resources.drop()
	return c.client.DeleteMember(ctx, id, transferTo)
}
