package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var _ resource.ResourceWithMoveState = (*memberResource)(nil)

// MoveState lets a moved block turn a jmapcloud_invitation into a jmapcloud_member: nothing is sent or withdrawn, for the
// person and the invitation stay the same.
func (*memberResource) MoveState(ctx context.Context) []resource.StateMover {
	var source resource.SchemaResponse
	(&invitationResource{}).Schema(ctx, resource.SchemaRequest{}, &source)
	return []resource.StateMover{{
		SourceSchema: &source.Schema,
		StateMover: func(ctx context.Context, req resource.MoveStateRequest, resp *resource.MoveStateResponse) {
			if req.SourceTypeName != "jmapcloud_invitation" || req.SourceState == nil {
				return
			}
			var from invitationModel
			resp.Diagnostics.Append(req.SourceState.Get(ctx, &from)...)
			if resp.Diagnostics.HasError() {
				return
			}
			resp.Diagnostics.Append(resp.TargetState.Set(ctx, from.asMember())...)
			rememberedByMove(ctx, req, resp.TargetPrivate, &resp.Diagnostics)
		},
	}}
}

// asMember is what the invitation is as a membership. The next refresh fills in the rest.
func (m *invitationModel) asMember() memberModel {
	to := memberModel{
		Email:               m.Email,
		Role:                m.Role,
		Language:            m.Language,
		OnExpiredInvitation: m.OnExpired,
		ID:                  m.MemberID,
		Status:              m.Status,
		InvitationID:        m.ID,
		InvitationLink:      m.Link,
		InvitationExpiresAt: m.ExpiresAt,
	}
	switch m.Status.ValueString() {
	case statusAccepted:
		to.Status = types.StringValue(statusActive)
	case statusPending:
		to.Status = types.StringValue(statusInvited)
	}
	return to
}
