package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/directory"
)

// planAdmission says what the creation of a membership finds: a person who is a member or invited already is adopted. A tainted membership has
// them already. Terraform plans again as it applies: by then, the object that is replaced has left them.
func (r *memberResource) planAdmission(ctx context.Context, plan *memberModel, fate plannedFate, diags *diag.Diagnostics) {
	if plan.Email.IsUnknown() || r.run.people.isReplaced(plan.Email.ValueString()) {
		return
	}
	found, ok := membershipAtPlan(ctx, r.directory, plan.Email.address(), diags)
	if !ok || found.IsAbsent() || plan.Role.IsUnknown() {
		return
	}
	if found.Member != nil && plan.Role.ValueString() != string(client.RoleAdmin) {
		r.planLowerRole(ctx, *found.Member, plan, diags)
	}
	if plan.Language.IsUnknown() || diags.HasError() {
		return
	}
	if fate.tainted {
		warnReplaced(plan.Email.address(), adoption(found, plan.toAPI(), r.directory.Now()), diags)
		return
	}
	r.warnAdopted(plan.Email.address(), adoption(found, plan.toAPI(), r.directory.Now()), diags)
}

// membershipAtPlan is where a person stands by what this plan has read. It is not known, and no error, while the provider's
// own values are known only after apply.
func membershipAtPlan(ctx context.Context, d *directory.Directory, email string, diags *diag.Diagnostics) (found directory.Membership, ok bool) {
	found, err := d.Membership(ctx, "", email, directory.Cached)
	if client.IsNotConfigured(err) {
		return directory.Membership{}, false
	}
	if err != nil {
		addError(diags, "list the members and invitations", err)
		return directory.Membership{}, false
	}
	return found, true
}

// awaitOthers fetches the list that the plan of a removal needs. Meanwhile Terraform begins to refresh other objects, so that one with the same
// person is known when this one is planned.
func (r *memberResource) awaitOthers(ctx context.Context) {
	_, _ = r.directory.Members(ctx, directory.Current) // planRemoval meets the error
}

// planRemoval says what the removal of a member takes with it; the withdrawal of an invitation takes nothing. It asks the
// cloud whether they are a member: of a block that is gone, Terraform plans the removal by a state that it has not refreshed.
func (r *memberResource) planRemoval(ctx context.Context, state *memberModel, options deleteOptions, fate plannedFate, private privateWriter, diags *diag.Diagnostics) {
	if fate.leaves {
		warnLeft(state.Email, diags)
		return
	}
	if state.isRemoved() {
		return // there is no one to remove
	}
	if r.run.people.isAdmitted(state.Email.ValueString(), membershipNoun) {
		return // Terraform plans the end of a deposed object as it applies, and the object that follows has the person
	}
	member, found := r.memberAtPlan(ctx, state, diags)
	if !found {
		return
	}
	r.guardAccountInUse(ctx, "remove", member, diags)
	if !diags.HasError() {
		r.run.deletions.announce(ctx, state.ownerAs(member), options, private, diags)
	}
}

// planInvited says what becomes of a person who had not accepted when Terraform looked last. It asks the cloud again before it says that a
// mail goes out: with -refresh=false, and in an apply, they may have accepted since.
func (r *memberResource) planInvited(ctx context.Context, plan, state *memberModel, diags *diag.Diagnostics) {
	if !plan.sendsAgain(state) {
		plan.planInvitation(state, diags)
		return
	}
	found, ok := membershipAtPlan(ctx, r.directory, state.Email.address(), diags)
	if ok && found.Member != nil {
		warnAcceptedSince(*found.Member, plan.Role, diags)
		plan.becomesKnownAfterApply()
		return
	}
	plan.planInvitation(state, diags)
}

// planReturn says what becomes of a person who is kept out.
func (r *memberResource) planReturn(ctx context.Context, plan *memberModel, diags *diag.Diagnostics) {
	if plan.keepsOut() {
		warnKeptOut(plan.Email, diags)
		return
	}
	found, ok := membershipAtPlan(ctx, r.directory, plan.Email.address(), diags)
	switch {
	case plan.OnDeparture.IsUnknown() || !ok:
	case found.IsAbsent():
		warnReturns(plan.Email, diags)
	case !plan.Role.IsUnknown() && !plan.Language.IsUnknown():
		r.warnAdopted(plan.Email.address(), adoption(found, plan.toAPI(), r.directory.Now()), diags)
	}
	plan.becomesKnownAfterApply()
}

// planDemotion guards the account in use, and says what becomes of what a member owns who may own nothing any more.
func (r *memberResource) planDemotion(ctx context.Context, state, plan *memberModel, diags *diag.Diagnostics) {
	if plan.Role.Equal(state.Role) {
		return
	}
	member, found := r.memberAtPlan(ctx, state, diags)
	if !found {
		return
	}
	r.planLowerRole(ctx, member, plan, diags)
}

// planLowerRole is planDemotion for a member who is found: as the resource's own, or as one whom it adopts.
func (r *memberResource) planLowerRole(ctx context.Context, member client.Member, plan *memberModel, diags *diag.Diagnostics) {
	r.guardAccountInUse(ctx, "demote", member, diags)
	if !diags.HasError() && isBelowEditor(member.Role(), client.Role(plan.Role.ValueString())) {
		r.run.deletions.planDemotion(ctx, plan.ownerAs(member), plan.deleteOptions(), diags)
	}
}

// memberAtPlan looks the person up among the members that this plan has read, by id and by email.
func (r *memberResource) memberAtPlan(ctx context.Context, state *memberModel, diags *diag.Diagnostics) (client.Member, bool) {
	m, found, err := r.directory.MemberKnownAs(ctx, state.known())
	if err != nil {
		addError(diags, "look up the member "+state.Email.address(), err)
	}
	return m, found && err == nil
}
