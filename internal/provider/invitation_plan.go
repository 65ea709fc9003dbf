package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// planInvitation says of an invitation to a person who is there already that the apply will refuse it. That of a tainted one is withdrawn first.
func (r *invitationResource) planInvitation(ctx context.Context, plan *invitationModel, fate plannedFate, diags *diag.Diagnostics) {
	if plan.Email.IsUnknown() {
		return
	}
	if _, applying := r.run.withdrawals.find(plan.Email); applying {
		return // Terraform plans again as it applies, and the first half is done
	}
	found, ok := membershipAtPlan(ctx, r.directory, plan.Email.address(), diags)
	if !ok {
		return
	}
	switch i := found.Invitation; {
	case found.Member != nil:
		warnIsMember(plan.Email.address(), diags)
	case fate.tainted:
		warnInvitedAgain(plan.Email.address(), diags)
	case i != nil && !i.IsExpired(r.directory.Now()):
		warnIsInvited(plan.Email.address(), diags)
	}
}

// hasAccepted asks the cloud whether the person of the state is a member: Terraform plans the end of a block that is gone, and all of an apply
// and of -refresh=false, by a state that it has not refreshed.
func (r *invitationResource) hasAccepted(ctx context.Context, state *invitationModel, diags *diag.Diagnostics) bool {
	found, ok := membershipAtPlan(ctx, r.directory, state.Email.address(), diags)
	return ok && found.Member != nil
}

// planWithdrawal says what stays when an invitation goes: a member who has accepted it, or a person whom another resource has.
func (r *invitationResource) planWithdrawal(ctx context.Context, state *invitationModel, fate plannedFate, diags *diag.Diagnostics) {
	if fate.leaves {
		warnLeft(state.Email, diags)
		return
	}
	if found, ok := membershipAtPlan(ctx, r.directory, state.Email.address(), diags); ok && found.Member != nil {
		warnMemberStays(*found.Member, diags)
	}
}

// planAccepted says that nothing of an accepted invitation changes at the cloud, and of one that was accepted with another role than the
// configuration has, that the member has the other.
func (m *invitationModel) planAccepted(ctx context.Context, state invitationModel, private privateReader, diags *diag.Diagnostics) {
	var role client.Role
	switch {
	case m.differs(state):
		warnAccepted(state.Email, diags)
	case readPrivate(ctx, private, acceptedRoleKey, &role, diags) && m.Role.ValueString() != string(role):
		warnAcceptedAs(state.Email, role, m.Role.ValueString(), diags)
	}
}

// differs reports whether the plan m wants another invitation for the same person.
func (m *invitationModel) differs(state invitationModel) bool {
	return !m.Role.Equal(state.Role) || !m.Language.Equal(state.Language)
}

// untilAccepted replaces an invitation while it can still be accepted.
func untilAccepted(ctx context.Context, req planmodifier.StringRequest, resp *stringplanmodifier.RequiresReplaceIfFuncResponse) {
	var status types.String
	resp.Diagnostics.Append(req.State.GetAttribute(ctx, path.Root("status"), &status)...)
	resp.RequiresReplace = status.ValueString() != statusAccepted
}
