package provider

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/directory"
)

// errLeft says that a person is no longer what they were when Terraform planned.
var errLeft = errors.New("they were removed, or their invitation was withdrawn, after Terraform planned")

// admit makes a person a member or an invitee with the role and language of m, whatever they are now.
func (r *memberResource) admit(ctx context.Context, m memberModel, diags *diag.Diagnostics) (directory.Membership, error) {
	wanted := m.toAPI()
	admitted, err := r.directory.Admit(ctx, wanted)
	if err != nil {
		return directory.Membership{}, err
	}
	now, err := r.withRole(ctx, admitted.Now, m, diags)
	if err != nil || diags.HasError() || admitted.Found.IsAbsent() || r.run.people.isReplaced(wanted.Email) {
		return now, err
	}
	found := admitted.Found
	if found.Invitation != nil && now.Member != nil {
		found = now // they accepted at this moment
	}
	r.warnAdopted(wanted.Email, adoption(found, wanted, r.directory.Now()), diags)
	return now, nil
}

// changesCloud reports whether the plan m asks for more than a change of what concerns only Terraform.
func (m *memberModel) changesCloud(state memberModel) bool {
	return !m.Role.Equal(state.Role) || m.Status.IsUnknown()
}

// change brings a person from state to the plan m. Vanished means that their invitation is not there because it has expired.
func (r *memberResource) change(ctx context.Context, m, state memberModel, vanished bool, diags *diag.Diagnostics) (directory.Membership, error) {
	if state.isRemoved() {
		return r.admit(ctx, m, diags)
	}
	found, err := r.directory.MembershipOf(ctx, state.known(), directory.Fresh)
	wanted := m.toAPI()
	switch {
	case err != nil:
		return directory.Membership{}, err
	case found.Member != nil && state.isActive() && found.Member.ID != state.ID.ValueString():
		return directory.Membership{}, errLeft // and is a member again: the plan is about another membership
	case found.Member != nil:
		return r.withRole(ctx, found, m, diags)
	case m.Status.IsUnknown() && found.IsSentAlready(state.InvitationID.ValueString(), wanted, r.directory.Now()):
		return found, nil
	case found.Invitation != nil && m.Status.IsUnknown():
		now, err := r.directory.InviteAgain(ctx, *found.Invitation, wanted)
		if err != nil {
			return directory.Membership{}, err
		}
		return r.withRole(ctx, now, m, diags)
	case found.IsAbsent() && m.Status.IsUnknown() && vanished:
		return r.directory.Invite(ctx, wanted)
	default:
		return directory.Membership{}, errLeft
	}
}

// withRole gives a member the role that m asks for, unless the guard refuses. It leaves an invitation alone. Below ORG_EDITOR, what they own is
// transferred first where there is a successor.
func (r *memberResource) withRole(ctx context.Context, now directory.Membership, wanted memberModel, diags *diag.Diagnostics) (directory.Membership, error) {
	role := client.Role(wanted.Role.ValueString())
	if now.Member == nil || now.Member.Role() == role {
		return now, nil
	}
	r.guardAccountInUse(ctx, "demote", *now.Member, diags)
	if diags.HasError() {
		return now, nil
	}
	if isBelowEditor(now.Member.Role(), role) && !r.run.deletions.handOver(ctx, wanted.ownerAs(*now.Member), wanted.deleteOptions(), diags) {
		return now, nil
	}
	m, err := r.directory.SetMemberRole(ctx, now.Member.ID, role)
	return directory.Membership{Member: &m}, err
}

// isBelowEditor reports whether a change of the role takes away that the member may own projects and data sources.
func isBelowEditor(from, to client.Role) bool { return from.MayOwn() && !to.MayOwn() }

// withdraw withdraws the invitation of a person who has one. It returns the member if they are one, even since the plan.
func (r *memberResource) withdraw(ctx context.Context, m memberModel) (directory.Membership, error) {
	return r.directory.Withdraw(ctx, m.known())
}

// remove removes a member, unless the guard refuses.
func (r *memberResource) remove(ctx context.Context, member client.Member, m memberModel, announced announcements, diags *diag.Diagnostics) {
	r.guardAccountInUse(ctx, "remove", member, diags)
	if diags.HasError() {
		return
	}
	r.run.deletions.delete(ctx, m.ownerAs(member), m.deleteOptions(), announced, diags)
}

// guardAccountInUse refuses to remove or demote, as attempt says ("remove", "demote"), the account that the provider signs in
// with. That account is an Administrator, so no run leaves the organization without one.
func (r *memberResource) guardAccountInUse(ctx context.Context, attempt string, m client.Member, diags *diag.Diagnostics) {
	if m.Role() != client.RoleAdmin {
		return
	}
	self, err := r.directory.CurrentMember(ctx)
	if err != nil {
		addError(diags, "read the account in use", err)
		return
	}
	if self.ID == m.ID {
		refuseAccountInUse(attempt, m, diags)
	}
}
