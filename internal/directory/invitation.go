package directory

import (
	"context"
	"fmt"
	"time"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// Invitations lists the invitations of the organization, pending and expired.
func (d *Directory) Invitations(ctx context.Context, freshness Freshness) ([]client.Invitation, error) {
	return d.invitations.elements(ctx, freshness)
}

// expiresLater is why one of several invitations to a person counts: an expired one stays listed beside the next.
func expiresLater(a, b client.Invitation) bool { return a.ExpiresAt.After(b.ExpiresAt.Time) }

// LatestInvitation is the invitation to the person that expires last.
func (d *Directory) LatestInvitation(ctx context.Context, email string, freshness Freshness) (i client.Invitation, found bool, err error) {
	return d.invitations.findByEmail(ctx, email, freshness)
}

// LatestInvitations lists the latest invitation of each person who has one.
func (d *Directory) LatestInvitations(ctx context.Context, freshness Freshness) ([]client.Invitation, error) {
	got, err := d.invitations.get(ctx, freshness)
	if err != nil {
		return nil, err
	}
	var latest []client.Invitation
	for at, i := range got.all {
		if d.invitations.preferred(got, i.Email)[0] == at {
			latest = append(latest, i)
		}
	}
	return latest, nil
}

// FindInvitation finds the invitation with the id or, if that is empty, to the email. The error is a NotOneError where there
// is no such invitation, or more than one.
func (d *Directory) FindInvitation(ctx context.Context, id, email string) (client.Invitation, error) {
	if id != "" {
		i, err := lookUpOrRead(ctx, &d.policy, &d.invitations, id, d.client.Invitation)
		return i, absent(err, "invitation", id)
	}
	got, err := d.invitations.get(ctx, Current)
	if err != nil {
		return client.Invitation{}, err
	}
	i, err := only(got.with(got.emails.Find(email)), inOrganization("invitation"), "the email "+client.Printable(email), d.invitations.id)
	return i, d.orCut(err, "whether there is an invitation to "+client.Printable(email), invitationsNoun)
}

// createInvitation sends an invitation. A create is never sent twice blindly: where its answer is lost, the cloud is asked
// whether the invitation is there.
func (d *Directory) createInvitation(ctx context.Context, r client.InvitationRequest) (client.Invitation, error) {
	defer d.invitations.invalidate()
	if _, err := d.OrganizationID(ctx); err != nil { // which also sets the clock
		return client.Invitation{}, err
	}
	since := d.Now()
	i, err := d.client.CreateInvitation(ctx, r)
	err = removeUnwanted(ctx, err, wasThere(i.CreatedAt, since), func(ctx context.Context) error { return d.client.DeleteInvitation(ctx, i.ID) })
	if client.IsUncertain(err) {
		if sent, found := d.lostInvitation(ctx, r, since); found {
			return sent, nil
		}
	}
	return i, err
}

// lostInvitation returns the invitation that a request whose answer was lost has sent.
func (d *Directory) lostInvitation(ctx context.Context, r client.InvitationRequest, since time.Time) (client.Invitation, bool) {
	ctx, cancel := recovering(ctx)
	defer cancel()
	i, found, err := d.LatestInvitation(ctx, r.Email, Fresh)
	if err != nil || !found || i.CreatedAt.Before(since.Add(-slack)) || !(Membership{Invitation: &i}).Agrees(r, d.Now()) {
		return client.Invitation{}, false
	}
	return i, true
}

// DeleteInvitation withdraws an invitation. IsNotFound tells that it is gone, by the answer and by a look.
func (d *Directory) DeleteInvitation(ctx context.Context, id string) error {
	defer d.invitations.invalidate()
	err := d.client.DeleteInvitation(ctx, id)
	if client.IsNotFound(err) {
		if _, unread := d.client.Invitation(ctx, id); unread == nil {
			return fmt.Errorf("JMap Cloud answered that there is no such invitation, and it is still there: %s", err.Error())
		}
	}
	return err
}
