package provider

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// The cloud may change a member's email. The member is the same, by their id, and so is the membership: the configuration follows.

// readEmail keeps the email that a refresh finds changed, so that a plan knows the former one, and gives the member the identity of the new one.
func (r *memberResource) readEmail(ctx context.Context, before, now memberModel, resp *resource.ReadResponse) {
	if before.ID.IsNull() || !before.ID.Equal(now.ID) || before.Email.is(now.Email.ValueString()) {
		return
	}
	var former []string
	readPrivate(ctx, resp.Private, formerKey, &former, &resp.Diagnostics)
	former = slices.DeleteFunc(former, now.Email.is) // they have it again
	writePrivate(ctx, resp.Private, formerKey, append(former, client.NormalizeEmail(before.Email.ValueString())), &resp.Diagnostics)
	setPersonIdentity(ctx, r.directory, resp.Identity, now.Email.ValueString(), &resp.Diagnostics)
}

// planEmail refuses to take a member's former email for another person, nor the one that the cloud has given them since the last refresh: what
// replaces a membership, Terraform decides before the cloud is asked.
func (r *memberResource) planEmail(ctx context.Context, state, plan *memberModel, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if state == nil || plan == nil || !state.isActive() || plan.Email.IsUnknown() || plan.Email.Equal(state.Email) {
		return
	}
	var former []string
	if readPrivate(ctx, req.Private, formerKey, &former, &resp.Diagnostics) && slices.ContainsFunc(former, plan.Email.is) {
		refuseFormerEmail(plan.Email, state.Email, &resp.Diagnostics)
		return
	}
	member, found := r.memberAtPlan(ctx, state, &resp.Diagnostics)
	if found && member.ID == state.ID.ValueString() && plan.Email.is(member.Email) {
		refuseUnreadEmail(state.Email, plan.Email, &resp.Diagnostics)
	}
}
