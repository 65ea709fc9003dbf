package directory

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// Membership is where a person stands in the organization: a member, invited, or neither. At most one field is set.
type Membership struct {
	Member     *client.Member
	Invitation *client.Invitation
}

// IsAbsent reports whether the person is neither a member nor invited.
func (m Membership) IsAbsent() bool { return m.Member == nil && m.Invitation == nil }

// Agrees reports whether the invitation is the one that r asks for, and can be accepted at the time now.
func (m Membership) Agrees(r client.InvitationRequest, now time.Time) bool {
	return !m.Invitation.IsExpired(now) && m.Invitation.Role() == r.Role && m.Invitation.Language == r.Language
}

// IsSentAlready reports whether the invitation that r asks for was sent after the one with the id was looked at: the person
// has the mail.
func (m Membership) IsSentAlready(id string, r client.InvitationRequest, now time.Time) bool {
	return m.Invitation != nil && m.Invitation.ID != id && m.Agrees(r, now)
}

// Known is what is known of a person: what a member or an invitation was when it was last looked at. The email is always there.
type Known struct{ MemberID, InvitationID, Email string }

// Membership tells where the person stands who has the member's id, if it is not empty, or else the email. A member counts
// before an invitation. Cached does not use the id.
func (d *Directory) Membership(ctx context.Context, id, email string, freshness Freshness) (Membership, error) {
	return d.MembershipOf(ctx, Known{MemberID: id, Email: email}, freshness)
}

// MembershipOf tells where the person stands, by all that is known of them. The error is a CutListError where the lists cannot tell.
func (d *Directory) MembershipOf(ctx context.Context, known Known, freshness Freshness) (Membership, error) {
	var asked bool
	switch freshness {
	case Cached:
		return d.membershipByEmail(ctx, known, Cached)
	case Current:
		found, ok, listed := d.listedMembership(ctx, known.MemberID, known.Email)
		if ok {
			return found, nil
		}
		asked = listed
	case Fresh:
	}
	if known.MemberID != "" {
		m, err := d.client.Member(ctx, known.MemberID)
		if err == nil {
			if asked {
				d.members.suspect(ctx, m.ID, d.client.Member)
			}
			return Membership{Member: &m}, nil
		}
		if !client.IsNotFound(err) || known.Email == "" {
			return Membership{}, err
		}
	}
	return d.membershipByEmail(ctx, known, Fresh)
}

// membershipByEmail looks the person up in the lists. What is neither there nor, by the id that is known, an invitation is absent.
func (d *Directory) membershipByEmail(ctx context.Context, known Known, freshness Freshness) (Membership, error) {
	members, err := d.members.get(ctx, freshness)
	if err != nil {
		return Membership{}, err
	}
	m, found, err := d.members.byEmail(members, known.Email)
	if err != nil {
		return Membership{}, err
	}
	if found {
		return Membership{Member: &m}, nil
	}
	i, found, err := d.invitations.findByEmail(ctx, known.Email, freshness)
	if err != nil {
		return Membership{}, err
	}
	if found {
		return Membership{Invitation: &i}, nil
	}
	if known.InvitationID != "" {
		i, err := d.client.Invitation(ctx, known.InvitationID)
		if err == nil {
			d.invitations.suspect(ctx, i.ID, d.client.Invitation)
			return Membership{Invitation: &i}, nil
		}
		if !client.IsNotFound(err) {
			return Membership{}, err
		}
	}
	return Membership{}, d.checkAbsent(ctx, known.Email, members)
}

// listedMembership looks the person up in the lists, where the read policy allows that. By email there is no other way than
// the lists. Asked tells whether the list of the members was.
func (d *Directory) listedMembership(ctx context.Context, id, email string) (found Membership, ok, asked bool) {
	if id != "" {
		m, ok, asked := lookUp(ctx, &d.policy, &d.members, id)
		return Membership{Member: &m}, ok, asked
	}
	if !d.policy.count(ctx) {
		return Membership{}, false, false
	}
	if found, ok = d.listedPerson(ctx, email); ok {
		d.policy.fromLists.Add(1)
	}
	return found, ok, d.members.isFetched()
}

// listedPerson looks a person up in both lists, which are fetched at the same time.
func (d *Directory) listedPerson(ctx context.Context, email string) (found Membership, ok bool) {
	if !d.invitations.hasFailed() {
		d.invitations.choose(ctx, Current)
	}
	if m, ok := d.members.tryFindByEmail(ctx, email); ok {
		return Membership{Member: &m}, true
	}
	if i, ok := d.invitations.tryFindByEmail(ctx, email); ok {
		return Membership{Invitation: &i}, true
	}
	return Membership{}, false
}

// InvitationOutcome tells what became of the invitation with the id: it is pending, or its person stands elsewhere. An expired
// invitation stays listed, so there may be a later one, or a member who accepted that. An accepted one may stay listed, too.
func (d *Directory) InvitationOutcome(ctx context.Context, id, email string, freshness Freshness) (Membership, error) {
	if freshness == Fresh {
		return d.freshOutcome(ctx, id, email)
	}
	i, found, _ := lookUp(ctx, &d.policy, &d.invitations, id)
	if found && !i.IsExpired(d.Now()) {
		if d.members.isFetched() {
			if m, accepted := d.members.tryFindByEmail(ctx, email); accepted {
				return Membership{Member: &m}, nil
			}
		}
		return Membership{Invitation: &i}, nil
	}
	if d.policy.oneByOne || !d.invitations.isFetched() {
		return d.freshOutcome(ctx, id, email)
	}
	if found, ok := d.listedPerson(ctx, email); ok {
		return found, nil
	}
	return d.MembershipOf(ctx, Known{InvitationID: id, Email: email}, Fresh)
}

func (d *Directory) freshOutcome(ctx context.Context, id, email string) (Membership, error) {
	if id != "" {
		i, err := d.client.Invitation(ctx, id)
		if err == nil && !i.IsExpired(d.Now()) {
			return Membership{Invitation: &i}, nil
		}
		if err != nil && !client.IsNotFound(err) {
			return Membership{}, err
		}
	}
	return d.Membership(ctx, "", email, Fresh)
}

// ActivePeople lists the members, as memberships.
func (d *Directory) ActivePeople(ctx context.Context) ([]Membership, error) {
	all, err := d.Members(ctx, Current)
	if err != nil {
		return nil, err
	}
	people := make([]Membership, len(all))
	for at := range all {
		people[at].Member = &all[at]
	}
	return people, nil
}

// InvitedPeople lists those who were invited and are no members, each with the latest invitation.
func (d *Directory) InvitedPeople(ctx context.Context) ([]Membership, error) {
	latest, err := d.LatestInvitations(ctx, Current)
	if err != nil {
		return nil, err
	}
	members, err := d.members.get(ctx, Current)
	if err != nil {
		return nil, err
	}
	var people []Membership
	for at := range latest {
		if accepted := members.emails.Find(latest[at].Email); len(accepted) == 0 {
			people = append(people, Membership{Invitation: &latest[at]})
		}
	}
	return people, nil
}

// membershipUnlessAbsent is a Fresh Membership of a person who stands in the lists of this run, and absent for others: should
// they have come since, it is for the cloud to refuse to invite them. So the creation of many memberships does not fetch the lists for
// each.
func (d *Directory) membershipUnlessAbsent(ctx context.Context, email string) (Membership, error) {
	found, err := d.Membership(ctx, "", email, Cached)
	if err != nil || found.IsAbsent() {
		return Membership{}, err
	}
	return d.Membership(ctx, "", email, Fresh)
}

// Invite sends an invitation.
func (d *Directory) Invite(ctx context.Context, r client.InvitationRequest) (Membership, error) {
	i, err := d.createInvitation(ctx, r)
	if err != nil {
		return Membership{}, err
	}
	return Membership{Invitation: &i}, nil
}

// TakenError says that a person is a member or has a pending invitation, and so is not invited.
type TakenError struct{ Found Membership }

func (e TakenError) Error() string {
	if e.Found.Member != nil {
		return client.Printable(e.Found.Member.Email) + " is a member already"
	}
	return "an invitation to " + client.Printable(e.Found.Invitation.Email) + " is pending"
}

// IsTaken reports whether a person could not be invited because they are a member or have a pending invitation.
func IsTaken(err error) bool { return client.IsConflict(err) || errors.As(err, new(TakenError)) }

// InviteNew sends an invitation to a person who is neither a member nor invited. It does not leave that to the cloud, which may take a second
// invitation for a replacement of the first, and invite a member.
func (d *Directory) InviteNew(ctx context.Context, r client.InvitationRequest) (Membership, error) {
	found, err := d.membershipUnlessAbsent(ctx, r.Email)
	if err != nil {
		return Membership{}, err
	}
	if found.Member != nil || found.Invitation != nil && !found.Invitation.IsExpired(d.Now()) {
		return Membership{}, TakenError{found}
	}
	return d.Invite(ctx, r)
}

// InviteAgain withdraws an invitation and sends another, for the cloud can change nothing about one. Should the person have
// accepted meanwhile, they are a member now, and nothing is sent.
func (d *Directory) InviteAgain(ctx context.Context, old client.Invitation, r client.InvitationRequest) (Membership, error) {
	err := d.DeleteInvitation(ctx, old.ID)
	if client.IsNotFound(err) {
		now, err := d.Membership(ctx, "", r.Email, Fresh)
		if err != nil || now.Member != nil {
			return now, err
		}
		return d.Invite(ctx, r)
	}
	if err != nil {
		return Membership{}, err
	}
	now, err := d.Invite(ctx, r)
	if err != nil {
		err = WithdrawnError{old, err}
	}
	return now, err
}

// WithdrawnError says that an invitation was withdrawn to make way for another, which could not be sent.
type WithdrawnError struct {
	Withdrawn client.Invitation
	err       error
}

func (e WithdrawnError) Error() string {
	return fmt.Sprintf("%s. The earlier invitation to %s, as %s in %q, is withdrawn", strings.TrimSuffix(e.err.Error(), "."), client.Printable(e.Withdrawn.Email), e.Withdrawn.Role(), e.Withdrawn.Language)
}

func (e WithdrawnError) Unwrap() error { return e.err }

// Resend sends the invitation with the id again, which has expired, unless the person has become a member meanwhile.
func (d *Directory) Resend(ctx context.Context, id string, r client.InvitationRequest) (Membership, error) {
	found, err := d.InvitationOutcome(ctx, id, r.Email, Fresh)
	switch {
	case err != nil || found.Member != nil || found.IsSentAlready(id, r, d.Now()):
		return found, err
	case found.Invitation != nil:
		return d.InviteAgain(ctx, *found.Invitation, r)
	default:
		return d.Invite(ctx, r)
	}
}

// Repeat sends an invitation again as it is, unless it was just sent again elsewhere.
func (d *Directory) Repeat(ctx context.Context, old client.Invitation) (Membership, error) {
	now, err := d.InviteAgain(ctx, old, client.InvitationRequest{Email: old.Email, Language: old.Language, Role: old.Role()})
	if !client.IsConflict(err) {
		return now, err
	}
	if found, unread := d.Membership(ctx, "", old.Email, Fresh); unread == nil && !found.IsAbsent() {
		return found, nil
	}
	return Membership{}, err
}

// Withdraw withdraws the invitation of a person who has one. It returns the member if they are one, even since the plan.
func (d *Directory) Withdraw(ctx context.Context, known Known) (Membership, error) {
	found, err := d.MembershipOf(ctx, known, Fresh)
	if err != nil || found.Invitation == nil {
		return found, err
	}
	err = d.DeleteInvitation(ctx, found.Invitation.ID)
	if client.IsNotFound(err) {
		return d.Membership(ctx, "", known.Email, Fresh) // accepted in between, or withdrawn elsewhere
	}
	return Membership{}, err
}

// Admission is what happened to a person who was to become a member or an invitee.
type Admission struct {
	Found Membership // what they were before; absent where nothing was found
	Now   Membership // what they are; a member's role is as it was found
}

// Admit invites a person with the role and language of r, or adopts the member or the invitation that is there already. It
// does not change a member's role: the caller may have to ask first.
func (d *Directory) Admit(ctx context.Context, r client.InvitationRequest) (Admission, error) {
	found, err := d.membershipUnlessAbsent(ctx, r.Email)
	if err == nil && found.IsAbsent() {
		var now Membership
		now, err = d.Invite(ctx, r)
		if !client.IsConflict(err) {
			return Admission{Now: now}, err
		}
		refused := err
		if found, err = d.Membership(ctx, "", r.Email, Fresh); err == nil && found.IsAbsent() {
			err = collided(r.Email, refused)
		}
	}
	switch {
	case err != nil:
		return Admission{}, err
	case found.Member != nil || found.Agrees(r, d.Now()):
		return Admission{Found: found, Now: found}, nil
	}
	now, err := d.InviteAgain(ctx, *found.Invitation, r)
	return Admission{Found: found, Now: now}, err
}
