package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/directory"
)

// send sends the invitation m. Where it replaces another, the person may have accepted or been invited in between, and that
// is no conflict.
func (r *invitationResource) send(ctx context.Context, m *invitationModel) (directory.Membership, error) {
	was, replaced := r.run.withdrawals.find(m.Email)
	invite := r.directory.InviteNew
	if replaced && !was.wasGone {
		invite = r.directory.Invite // the lists of this run still have the one that it has withdrawn
	}
	sent, err := invite(ctx, m.toAPI())
	if !directory.IsTaken(err) || !replaced {
		return sent, err
	}
	planned := m.invitationData
	m.invitationData = was.invitationData
	m.Email, m.Role, m.Language = planned.Email, planned.Role, planned.Language
	return r.directory.Resend(ctx, "", m.toAPI())
}

// withdraw withdraws the invitation m, and keeps what it was for the one that may replace it.
func (r *invitationResource) withdraw(ctx context.Context, m invitationModel) error {
	err := r.directory.DeleteInvitation(ctx, m.ID.ValueString())
	if err != nil && !client.IsNotFound(err) {
		return err
	}
	r.run.withdrawals.add(m.invitationData, client.IsNotFound(err))
	return nil
}

// keepAcceptedRole says of a person who accepted before their invitation could be replaced that they have another role than was planned.
// Terraform wants the planned role in the state, so the one that they have is kept for later plans.
func keepAcceptedRole(ctx context.Context, now directory.Membership, m invitationModel, private privateWriter, diags *diag.Diagnostics) {
	if now.Member == nil || string(now.Member.Role()) == m.Role.ValueString() {
		return
	}
	warnAcceptedAs(m.Email, now.Member.Role(), m.Role.ValueString(), diags)
	writePrivate(ctx, private, acceptedRoleKey, now.Member.Role(), diags)
}
