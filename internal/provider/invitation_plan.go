package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// withdrawsKey is where a replacement keeps, in private state, the id of the invitation that it withdraws.
const withdrawsKey = "withdraws"

// planInvitation says of an invitation to somebody who is there already that the apply will refuse it. Terraform plans the
// second half of a replacement as if there were nothing before: what the first half withdraws does not count.
func (r *invitationResource) planInvitation(ctx context.Context, plan *invitationModel, private privateReader, diags *diag.Diagnostics) {
	if plan.Email.IsUnknown() {
		return
	}
	if _, applying := r.withdrawn.Load(client.NormalizeEmail(plan.Email.ValueString())); applying {
		return // Terraform plans again as it applies, and the first half is done
	}
	found, ok := r.membershipAtPlan(ctx, plan.Email.address(), diags)
	if !ok {
		return
	}
	var withdrawn string
	_ = readPrivate(ctx, private, withdrawsKey, &withdrawn, diags) // or nothing was noted
	switch who := client.Printable(plan.Email.address()); {
	case found.member != nil:
		diags.AddWarning(who+" cannot be invited", "They are a member already, so the apply will fail. "+waysAround(who)[0])
	case found.invitation != nil && !found.invitation.IsExpired(r.client.Now()) && found.invitation.ID != withdrawn:
		diags.AddWarning(who+" cannot be invited", "They have a pending invitation already, so the apply will fail. "+waysAround(who)[1])
	}
}

// waysAround is what to do about a member, and about somebody with a pending invitation, who cannot be invited.
func waysAround(email string) [2]string {
	return [2]string{
		"To manage a member, use a jmapcloud_member resource, which adopts them.",
		"To manage the pending invitation, import it:\n\n  terraform import jmapcloud_invitation.<name> " + email,
	}
}

// planWithdrawal says that an accepted invitation leaves a member behind. It asks the cloud, for Terraform plans the end
// of a block that is gone by a state that it has not refreshed.
func (r *invitationResource) planWithdrawal(ctx context.Context, state *invitationModel, diags *diag.Diagnostics) {
	found, ok := r.membershipAtPlan(ctx, state.Email.address(), diags)
	switch m := found.member; {
	case !ok:
	case m != nil:
		diags.AddWarning(fmt.Sprintf("The member %s stays", client.Printable(m.Email)),
			"They accepted the invitation, so destroying it changes nothing at the cloud. To remove a member with Terraform, manage them as a jmapcloud_member.")
	case !state.isAccepted():
		r.release(state.Email, diags)
	}
}

// planSecondMail says what a replacement means for somebody who was invited and stays.
func (m *invitationModel) planSecondMail(ctx context.Context, state invitationModel, private privateWriter, diags *diag.Diagnostics) {
	warnInvitedAgain(state.Email.address(), diags)
	writePrivate(ctx, private, withdrawsKey, state.ID.ValueString(), diags)
}

// planAccepted says that nothing of an accepted invitation changes at the cloud.
func (m *invitationModel) planAccepted(state invitationModel, diags *diag.Diagnostics) {
	if m.differs(state) {
		diags.AddWarning(fmt.Sprintf("%s has accepted the invitation", client.Printable(state.Email.address())),
			"Its role and language no longer count: nothing is sent, and the member keeps the role that they have. To manage it with Terraform, turn the invitation into a jmapcloud_member with a moved block.")
	}
}

// differs reports whether the plan m wants another invitation for the same person.
func (m *invitationModel) differs(state invitationModel) bool {
	return !m.Role.Equal(state.Role) || !m.Language.Equal(state.Language)
}

// untilAccepted replaces an invitation while somebody can still accept it.
func untilAccepted(ctx context.Context, req planmodifier.StringRequest, resp *stringplanmodifier.RequiresReplaceIfFuncResponse) {
	var status types.String
	resp.Diagnostics.Append(req.State.GetAttribute(ctx, path.Root("status"), &status)...)
	resp.RequiresReplace = status.ValueString() != statusAccepted
}
