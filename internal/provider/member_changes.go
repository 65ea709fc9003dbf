package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// changesCloud reports whether the plan m asks for more than a change of what concerns only Terraform.
func (m *memberModel) changesCloud(state memberModel) bool {
	return !m.Role.Equal(state.Role) || m.Status.IsUnknown()
}

// change brings a person from state to the plan m.
func (c *cloud) change(ctx context.Context, m, state memberModel, diags *diag.Diagnostics) (membership, error) {
	s, err := c.findMembership(ctx, state.ID.ValueString(), m.Email.address())
	switch {
	case err != nil:
		return membership{}, err
	case s.member != nil && state.isActive() && s.member.ID != state.ID.ValueString():
		return membership{}, errLeft // and a member anew: the plan is about another membership
	case s.member != nil:
		return c.setRole(ctx, *s.member, client.Role(m.Role.ValueString()), diags)
	case m.Status.IsUnknown() && s.isSentAnew(state.InvitationID.ValueString(), m.toAPI(), c.client.Now()):
		return s, nil
	case s.invitation != nil && m.Status.IsUnknown():
		return c.changeInvitation(ctx, *s.invitation, m.toAPI(), diags)
	default:
		return membership{}, errLeft
	}
}

// withdraw withdraws the invitation of a person who has one, and returns the member if they are one, even since the plan.
func (c *cloud) withdraw(ctx context.Context, m memberModel) (membership, error) {
	s, err := c.findMembership(ctx, m.ID.ValueString(), m.Email.address())
	if err != nil || s.invitation == nil {
		return s, err
	}
	err = c.deleteInvitation(ctx, s.invitation.ID)
	if client.IsNotFound(err) {
		return c.findMembership(ctx, "", m.Email.address()) // accepted in between, or withdrawn by somebody else
	}
	return membership{}, err
}

// remove removes a member, unless a guard refuses.
func (c *cloud) remove(ctx context.Context, member client.Member, m memberModel, private privateReader, diags *diag.Diagnostics) {
	c.guardNow(ctx, "remove", member, diags)
	if diags.HasError() {
		return
	}
	c.deleteOwner(ctx, m.ownerAs(member), m.wish(), private, func(ctx context.Context, transferTo string) error {
		return c.deleteMember(ctx, member.ID, transferTo)
	}, diags)
}

// guardNow applies the guards to what the organization is at this moment.
func (c *cloud) guardNow(ctx context.Context, attempt string, m client.Member, diags *diag.Diagnostics) {
	if m.Role() != client.RoleAdmin {
		return
	}
	members, err := c.client.Members(ctx)
	if err != nil {
		addError(diags, "list the members", err)
		return
	}
	c.guardMember(ctx, attempt, m, members, diags)
}
