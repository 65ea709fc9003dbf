package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// planInvitation says of an invitation to a person who is there already that the apply will refuse it. Terraform plans the
// second half of a replacement as if there were nothing before: what the first half withdraws does not count.
func (r *invitationResource) planInvitation(ctx context.Context, plan *invitationModel, private privateReader, diags *diag.Diagnostics) {
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
	var withdrawn string
	_ = readPrivate(ctx, private, withdrawnKey, &withdrawn, diags) // or nothing is withdrawn
	switch i := found.Invitation; {
	case found.Member != nil:
		warnIsMember(plan.Email.address(), diags)
	case i != nil && !i.IsExpired(r.directory.Now()) && i.ID != withdrawn:
		warnIsInvited(plan.Email.address(), diags)
	}
}

// planWithdrawal says that an accepted invitation leaves a member behind. It asks the cloud, for Terraform plans the end
// of a block that is gone by a state that it has not refreshed.
func (r *invitationResource) planWithdrawal(ctx context.Context, state *invitationModel, diags *diag.Diagnostics) {
	found, ok := membershipAtPlan(ctx, r.directory, state.Email.address(), diags)
	switch {
	case !ok:
	case found.Member != nil:
		warnMemberStays(*found.Member, diags)
	case !state.isAccepted():
		r.run.planPersonRemoved(state.Email, diags)
	}
}

// planSecondMail says what a replacement means for a person who was invited and stays.
func (m *invitationModel) planSecondMail(ctx context.Context, state invitationModel, private privateWriter, diags *diag.Diagnostics) {
	warnInvitedAgain(state.Email.address(), diags)
	writePrivate(ctx, private, withdrawnKey, state.ID.ValueString(), diags)
}

// planAccepted says that nothing of an accepted invitation changes at the cloud.
func (m *invitationModel) planAccepted(state invitationModel, diags *diag.Diagnostics) {
	if m.differs(state) {
		warnAccepted(state.Email, diags)
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
