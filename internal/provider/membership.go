package provider

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// membership is where a person stands in the organization: a member, invited, or neither. At most one is set.
type membership struct {
	member     *client.Member
	invitation *client.Invitation
}

func (m membership) isAbsent() bool { return m.member == nil && m.invitation == nil }

// findMembership looks for the member first, then for the invitation. A member's id, if known, spares the lists.
func (c *cloud) findMembership(ctx context.Context, id, email string) (membership, error) {
	if id != "" {
		m, err := c.client.Member(ctx, id)
		if err == nil {
			return membership{member: &m}, nil
		}
		if !client.IsNotFound(err) || email == "" {
			return membership{}, err
		}
	}
	m, found, err := c.client.MemberByEmail(ctx, email)
	if err != nil {
		return membership{}, err
	}
	if found {
		return membership{member: &m}, nil
	}
	i, found, err := c.client.InvitationByEmail(ctx, email)
	if err != nil || !found {
		return membership{}, err
	}
	return membership{invitation: &i}, nil
}

// errLeft says that a person is no longer what they were when Terraform planned.
var errLeft = errors.New("they were removed, or their invitation was withdrawn, after Terraform planned; plan again")

// invite sends an invitation.
func (c *cloud) invite(ctx context.Context, r client.InvitationRequest) (membership, error) {
	i, err := c.client.CreateInvitation(ctx, r)
	if err != nil {
		return membership{}, err
	}
	return membership{invitation: &i}, nil
}

// inviteAgain withdraws an invitation and sends another, for the cloud can change nothing about one. Should the person
// have accepted meanwhile, they are a member now, and nothing is sent.
func (c *cloud) inviteAgain(ctx context.Context, old client.Invitation, r client.InvitationRequest) (membership, error) {
	err := c.client.DeleteInvitation(ctx, old.ID)
	if client.IsNotFound(err) {
		now, err := c.findMembership(ctx, "", r.Email)
		if err != nil || now.member != nil {
			return now, err
		}
	} else if err != nil {
		return membership{}, err
	}
	return c.invite(ctx, r)
}

// changeInvitation is inviteAgain for somebody who is managed as a member, too: should they have accepted meanwhile, they
// get the role of r.
func (c *cloud) changeInvitation(ctx context.Context, old client.Invitation, r client.InvitationRequest, diags *diag.Diagnostics) (membership, error) {
	now, err := c.inviteAgain(ctx, old, r)
	if err != nil || now.member == nil {
		return now, err
	}
	return c.setRole(ctx, *now.member, r.Role, diags)
}

// setRole gives a member the role that they should have, unless a guard refuses.
func (c *cloud) setRole(ctx context.Context, m client.Member, role client.Role, diags *diag.Diagnostics) (membership, error) {
	if m.Role() == role {
		return membership{member: &m}, nil
	}
	c.guardNow(ctx, "demote", m, diags)
	if diags.HasError() {
		return membership{member: &m}, nil
	}
	m, err := c.client.SetMemberRole(ctx, m.ID, role)
	return membership{member: &m}, err
}

// admit makes a person a member or an invitee with the role and language of r, whatever they are now. Adopted says what
// was found, for the user to know; empty when nothing was.
func (c *cloud) admit(ctx context.Context, r client.InvitationRequest, diags *diag.Diagnostics) (now membership, adopted string, err error) {
	found, err := c.findMembership(ctx, "", r.Email)
	switch {
	case err != nil:
		return membership{}, "", err
	case found.member != nil:
		adopted = fmt.Sprintf("%s was a member already, with the role %s. Terraform manages them from now on, and destroying the resource removes them.", found.member.Email, found.member.Role())
		now, err = c.setRole(ctx, *found.member, r.Role, diags)
	case found.invitation == nil:
		now, err = c.invite(ctx, r)
	case found.invitation.IsExpired(c.client.Now()):
		adopted = fmt.Sprintf("An invitation to %s had expired at %s. It was withdrawn and sent anew.", r.Email, found.invitation.ExpiresAt)
		now, err = c.changeInvitation(ctx, *found.invitation, r, diags)
	case found.invitation.Role() != r.Role || found.invitation.Language != r.Language:
		adopted = fmt.Sprintf("%s had a pending invitation as %s in %q. It was withdrawn, its link no longer works, and another was sent.", r.Email, found.invitation.Role(), found.invitation.Language)
		now, err = c.changeInvitation(ctx, *found.invitation, r, diags)
	default:
		adopted = fmt.Sprintf("%s had a pending invitation already. Terraform manages it from now on, and no second mail was sent.", r.Email)
		now = found
	}
	if found.invitation != nil && now.member != nil {
		adopted = fmt.Sprintf("%s accepted an invitation at this moment. Terraform manages them from now on, and destroying the resource removes them.", r.Email)
	}
	return now, adopted, err
}
