package directory

import (
	"context"
	"errors"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// Members lists the members of the organization.
func (d *Directory) Members(ctx context.Context, freshness Freshness) ([]client.Member, error) {
	return d.members.elements(ctx, freshness)
}

// InvalidateMembers makes the next Current look-up fetch the members again.
func (d *Directory) InvalidateMembers() { d.members.invalidate() }

// MemberByEmail is the member with the email. The error is a NotOneError where several have it in other spellings.
func (d *Directory) MemberByEmail(ctx context.Context, email string, freshness Freshness) (m client.Member, found bool, err error) {
	return d.members.findByEmail(ctx, email, freshness)
}

// MemberKnownAs is the member with the id, or else with the email, of a person who is known. The list may be cut: what it lacks is read by its id.
func (d *Directory) MemberKnownAs(ctx context.Context, known Known) (m client.Member, found bool, err error) {
	got, err := d.members.get(ctx, Current)
	if err != nil {
		return m, false, err
	}
	if at, listed := got.ids[known.MemberID]; listed {
		return got.all[at], true, nil
	}
	if m, found, err = d.members.byEmail(got, known.Email); found || err != nil || known.MemberID == "" {
		return m, found, err
	}
	m, err = d.FindMember(ctx, known.MemberID, "")
	if errors.As(err, new(NotOneError)) {
		return m, false, nil
	}
	return m, err == nil, err
}

// FindMember finds the member with the id or, if that is empty, with the email. The error is a NotOneError where there is no
// such member.
func (d *Directory) FindMember(ctx context.Context, id, email string) (client.Member, error) {
	if id != "" {
		m, err := lookUpOrRead(ctx, &d.policy, &d.members, id, d.client.Member)
		return m, absent(err, "member", id)
	}
	got, err := d.members.get(ctx, Current)
	if err != nil {
		return client.Member{}, err
	}
	m, err := only(got.with(got.emails.Find(email)), inOrganization("member"), "the email "+client.Printable(email), d.members.id)
	return m, d.orCut(err, "whether a member has the email "+client.Printable(email), membersNoun)
}

// A write invalidates its noun's list, whether it succeeded or not: an answer may be lost and the change made.

// SetMemberRole changes what a member may do.
func (d *Directory) SetMemberRole(ctx context.Context, id string, role client.Role) (client.Member, error) {
	defer d.members.invalidate()
	return d.client.SetMemberRole(ctx, id, role)
}
