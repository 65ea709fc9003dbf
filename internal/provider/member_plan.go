package provider

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// planAdmission says what the creation of a membership finds: somebody who is a member or invited already is adopted.
func (r *memberResource) planAdmission(ctx context.Context, plan *memberModel, diags *diag.Diagnostics) {
	if plan.Email.IsUnknown() {
		return
	}
	found, ok := r.membershipAtPlan(ctx, plan.Email.address(), diags)
	if ok && !found.isAbsent() && !plan.Role.IsUnknown() && !plan.Language.IsUnknown() {
		r.warnAdopted(plan.Email.address(), found.adoption(plan.toAPI(), r.client.Now()), diags)
	}
}

// planRemoval says what the removal of a member takes with it; to withdraw an invitation takes nothing. It asks the cloud
// whether they are a member: of a block that is gone, Terraform plans the removal by a state that it has not refreshed.
func (r *memberResource) planRemoval(ctx context.Context, state *memberModel, w wish, private privateWriter, diags *diag.Diagnostics) {
	member, members, found := r.memberAtPlan(ctx, state, diags)
	if !found {
		return
	}
	r.guardMember(ctx, "remove", member, members, diags)
	if !diags.HasError() {
		r.announceDeletion(ctx, state.ownerAs(member), w, private, diags)
	}
}

// planDemotion guards an Administrator who is to become less.
func (r *memberResource) planDemotion(ctx context.Context, state *memberModel, diags *diag.Diagnostics) {
	if state.Role.ValueString() != string(client.RoleAdmin) {
		return
	}
	r.leavers.demote(state.Email.address())
	if member, members, found := r.memberAtPlan(ctx, state, diags); found {
		r.guardMember(ctx, "demote", member, members, diags)
	}
}

// memberAtPlan looks the person up among the members that this plan has read.
func (r *memberResource) memberAtPlan(ctx context.Context, state *memberModel, diags *diag.Diagnostics) (m client.Member, members []client.Member, found bool) {
	members, err := r.members.get(ctx)
	if err != nil {
		addError(diags, "list the members", err)
		return client.Member{}, nil, false
	}
	i := slices.IndexFunc(members, func(m client.Member) bool { return m.ID == state.ID.ValueString() || state.Email.is(m.Email) })
	if i < 0 {
		return client.Member{}, members, false
	}
	return members[i], members, true
}
