package provider

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
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

// memberships is everybody in the organization, the members first. Each person comes once.
func (c *cloud) memberships(ctx context.Context) iter.Seq2[membership, error] {
	return func(yield func(membership, error) bool) {
		for m, err := range elements(ctx, c.members.get) {
			if !yield(membership{member: &m}, err) || err != nil {
				return
			}
		}
		for i, err := range c.latestInvitations(ctx) {
			if err == nil {
				if _, accepted := c.members.find(ctx, client.NormalizeEmail(i.Email)); accepted {
					continue
				}
			}
			if !yield(membership{invitation: &i}, err) {
				return
			}
		}
	}
}

// latestInvitations is the invitation of each person who has one: an expired one stays listed beside its successor.
func (c *cloud) latestInvitations(ctx context.Context) iter.Seq2[client.Invitation, error] {
	return func(yield func(client.Invitation, error) bool) {
		for i, err := range elements(ctx, c.invitations.get) {
			if err == nil {
				if latest, found := c.invitations.find(ctx, client.NormalizeEmail(i.Email)); found && latest.ID != i.ID {
					continue
				}
			}
			if !yield(i, err) {
				return
			}
		}
	}
}

// errLeft says that a person is no longer what they were when Terraform planned.
var errLeft = errors.New("they were removed, or their invitation was withdrawn, after Terraform planned")

// invite sends an invitation.
func (c *cloud) invite(ctx context.Context, r client.InvitationRequest) (membership, error) {
	i, err := c.createInvitation(ctx, r)
	if err != nil {
		return membership{}, err
	}
	return membership{invitation: &i}, nil
}

// inviteAgain withdraws an invitation and sends another, for the cloud can change nothing about one. Should the person
// have accepted meanwhile, they are a member now, and nothing is sent.
func (c *cloud) inviteAgain(ctx context.Context, old client.Invitation, r client.InvitationRequest) (membership, error) {
	err := c.deleteInvitation(ctx, old.ID)
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
	m, err := c.setMemberRole(ctx, m.ID, role)
	return membership{member: &m}, err
}

// admit makes a person a member or an invitee with the role and language of r, whatever they are now. Adopted says what
// was found, for the user to know; empty when nothing was.
func (c *cloud) admit(ctx context.Context, r client.InvitationRequest, diags *diag.Diagnostics) (now membership, adopted string, err error) {
	found, err := c.findUnlessAbsent(ctx, r.Email)
	if err == nil && found.isAbsent() {
		now, err = c.invite(ctx, r)
		if !client.IsConflict(err) {
			return now, "", err
		}
		refused := err
		if found, err = c.findMembership(ctx, "", r.Email); err == nil && found.isAbsent() {
			err = refused // it collides with something else
		}
	}
	if err != nil {
		return membership{}, "", err
	}
	switch {
	case found.member != nil:
		now, err = c.setRole(ctx, *found.member, r.Role, diags)
	case found.agrees(r, c.client.Now()):
		now = found
	default:
		now, err = c.changeInvitation(ctx, *found.invitation, r, diags)
	}
	if found.invitation != nil && now.member != nil {
		found = now // they accepted at this moment
	}
	return now, found.adoption(r, c.client.Now()), err
}

// findUnlessAbsent is findMembership, but trusts this walk's lists that nobody is there: should somebody have come since,
// the cloud refuses to invite them. So the creation of many memberships does not read the lists for each.
func (c *cloud) findUnlessAbsent(ctx context.Context, email string) (membership, error) {
	found, err := c.earlyMembership(ctx, email)
	if err != nil || found.isAbsent() {
		return membership{}, err
	}
	return c.findMembership(ctx, "", email)
}

// earlyMembership is where a person stood when this walk read the lists.
func (c *cloud) earlyMembership(ctx context.Context, email string) (membership, error) {
	email = client.NormalizeEmail(email)
	m, found, err := c.members.findEarly(ctx, email)
	if err != nil || found {
		return membership{member: &m}, err
	}
	i, found, err := c.invitations.findEarly(ctx, email)
	if err != nil || found {
		return membership{invitation: &i}, err
	}
	return membership{}, nil
}

// isSentAnew reports whether somebody has sent the invitation that r asks for since the one with the id was looked at:
// the person has the mail already.
func (m membership) isSentAnew(id string, r client.InvitationRequest, now time.Time) bool {
	return m.invitation != nil && m.invitation.ID != id && m.agrees(r, now)
}

// agrees reports whether the invitation found is the one that r asks for, and can be accepted at the time now.
func (m membership) agrees(r client.InvitationRequest, now time.Time) bool {
	return !m.invitation.IsExpired(now) && m.invitation.Role() == r.Role && m.invitation.Language == r.Language
}

// adoption says what becomes of somebody who is there already when a membership is created.
func (m membership) adoption(r client.InvitationRequest, now time.Time) string {
	switch {
	case m.member != nil && m.member.Role() != r.Role:
		return fmt.Sprintf("%s is a member already, with the role %s, and gets the role %s. Terraform manages them from now on, and destroying the resource removes them.", m.member.Email, m.member.Role(), r.Role)
	case m.member != nil:
		return fmt.Sprintf("%s is a member already, with the role %s. Terraform manages them from now on, and destroying the resource removes them.", m.member.Email, m.member.Role())
	case m.agrees(r, now):
		return fmt.Sprintf("%s has a pending invitation already. Terraform manages it from now on, and no second mail goes out.", r.Email)
	case m.invitation.IsExpired(now):
		return fmt.Sprintf("An invitation to %s expired at %s. It is withdrawn, and another is sent.", r.Email, m.invitation.ExpiresAt)
	default:
		return fmt.Sprintf("%s has a pending invitation as %s in %q. It is withdrawn and its link no longer works; a second mail goes out.", r.Email, m.invitation.Role(), m.invitation.Language)
	}
}

// warnAdopted says whom a creation adopts, once in a walk: Terraform plans again as it applies.
func (c *cloud) warnAdopted(email, adoption string, diags *diag.Diagnostics) {
	if said, _ := c.adoptions.Swap(client.NormalizeEmail(email), adoption); said != adoption {
		diags.AddWarning("Adopting "+client.Printable(email), client.Printable(adoption))
	}
}

// warnInvitedAgain says what it means to change the role or the language of an invitation.
func warnInvitedAgain(email string, diags *diag.Diagnostics) {
	diags.AddWarning(client.Printable(email)+" will be invited again",
		"The cloud cannot change an invitation. The one that was sent is withdrawn and its link no longer works; a second mail goes out, with the role and language of the configuration.")
}

// warnExpiredResent says that an invitation has run out and is sent again; argument is the one that decides.
func warnExpiredResent(email emailValue, expired timetypes.RFC3339, argument string, diags *diag.Diagnostics) {
	diags.AddWarning(fmt.Sprintf("The invitation to %s has expired and will be sent again", client.Printable(email.address())),
		fmt.Sprintf("It expired at %s. Set %s = %q to leave it as it is.", expired.ValueString(), argument, keepExpired))
}

// warnExpiredKept says that an invitation has run out and stays so.
func warnExpiredKept(email emailValue, expired timetypes.RFC3339, argument string, diags *diag.Diagnostics) {
	diags.AddWarning(fmt.Sprintf("The invitation to %s has expired", client.Printable(email.address())),
		fmt.Sprintf("It expired at %s, and stays as it is because %s is %q. Set it to %q to send it again.", expired.ValueString(), argument, keepExpired, resendExpired))
}

// membershipAtPlan is where a person stands by what this plan has read. It is not known, and no error, while the provider's
// own values are known only after apply.
func (c *cloud) membershipAtPlan(ctx context.Context, email string, diags *diag.Diagnostics) (m membership, ok bool) {
	m, err := c.earlyMembership(ctx, email)
	if client.IsNotConfigured(err) {
		return membership{}, false
	}
	if err != nil {
		addError(diags, "list the members and invitations", err)
		return membership{}, false
	}
	return m, true
}
