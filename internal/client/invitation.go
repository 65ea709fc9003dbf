package client

import (
	"context"
	"net/http"
	"time"
)

// Invitation asks a person, by mail, to become a member. It lives seven days.
// Source: docs.jmapcloud.io, inviting members.
type Invitation struct {
	ID    string `json:"id"`
	Email string `json:"inviteeEmail"`
	// Language is that of the mail: en, fr or es.
	Language string `json:"language"`
	Roles    []Role `json:"roles"`
	// InvitedBy is the email of who sent it.
	InvitedBy string `json:"inviterEmail"`
	// Link lets whoever has it become a member.
	Link      string `json:"invitationLink"`
	CreatedAt Time   `json:"creationDate"`
	ExpiresAt Time   `json:"expirationDate"`
}

// Role is the highest of the roles that the invitation gives.
func (i Invitation) Role() Role { return highest(i.Roles) }

// IsExpired reports whether the invitation can no longer be accepted at the time now.
func (i Invitation) IsExpired(now time.Time) bool {
	return !i.ExpiresAt.IsZero() && !now.Before(i.ExpiresAt.Time)
}

func (i Invitation) missing() string {
	switch {
	case !usable(i.ID):
		return "id"
	case !usable(i.Email):
		return "inviteeEmail"
	}
	return ""
}

// InvitationRequest is what can be chosen about an invitation, once: it cannot be changed afterwards.
type InvitationRequest struct {
	Email    string
	Language string // en, fr or es
	Role     Role
}

type invitationRequest struct {
	Email    string `json:"inviteeEmail"`
	Language string `json:"language"`
	Roles    []Role `json:"roles"`
}

// Source: jmapcloud.readme.io has the operations; the paths are decided.
func invitationPath(organization string, id ...string) string {
	return join(ssRoot, append([]string{"organizations", organization, "invitations"}, id...)...)
}

// Invitations lists the organization's invitations, pending and expired. An accepted one leaves the list.
func (c *Client) Invitations(ctx context.Context) ([]Invitation, error) {
	return listBound[Invitation](ctx, c, invitationPath)
}

// Invitation reads one invitation by id. IsNotFound tells that there is none, or none any more.
func (c *Client) Invitation(ctx context.Context, id string) (Invitation, error) {
	return getBound[Invitation](ctx, c, invitationPath, id)
}

// InvitationByEmail looks up the invitation to a person: the one that expires last, should there be several. Found is
// false when there is none.
func (c *Client) InvitationByEmail(ctx context.Context, email string) (i Invitation, found bool, err error) {
	invitations, err := c.Invitations(ctx)
	if err != nil {
		return Invitation{}, false, err
	}
	i, found = latestInvitation(invitations, email)
	return i, found, nil
}

// latestInvitation picks the invitation to email that expires last.
func latestInvitation(invitations []Invitation, email string) (i Invitation, found bool) {
	for _, candidate := range invitations {
		if SameEmail(candidate.Email, email) && (!found || candidate.ExpiresAt.After(i.ExpiresAt.Time)) {
			i, found = candidate, true
		}
	}
	return i, found
}

// CreateInvitation sends an invitation. IsConflict tells that the person is a member or has a pending invitation.
func (c *Client) CreateInvitation(ctx context.Context, r InvitationRequest) (Invitation, error) {
	return onCollection[Invitation](ctx, c, invitationPath, request{
		method: http.MethodPost,
		body:   invitationRequest{Email: r.Email, Language: r.Language, Roles: []Role{r.Role}},
	})
}

// DeleteInvitation withdraws an invitation, and its link dies. Source: docs.jmapcloud.io, inviting members.
func (c *Client) DeleteInvitation(ctx context.Context, id string) error {
	_, err := onObject[none](ctx, c, invitationPath, id, request{method: http.MethodDelete})
	return err
}
