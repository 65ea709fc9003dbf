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
func (i Invitation) IsExpired(now time.Time) bool { return i.ExpiresAt.HasPassed(now) }

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

// CreateInvitation sends an invitation. IsConflict tells that the person is a member or has a pending invitation. The error may be a
// MismatchError, with the invitation that was sent.
func (c *Client) CreateInvitation(ctx context.Context, r InvitationRequest) (Invitation, error) {
	sent, err := onCollection[told[Invitation]](ctx, c, invitationPath, request{
		method: http.MethodPost,
		body:   invitationRequest{Email: r.Email, Language: r.Language, Roles: []Role{r.Role}},
	})
	if err != nil {
		return sent.value, err
	}
	return c.createdInvitation(ctx, r, sent)
}

// DeleteInvitation withdraws an invitation, and its link dies. Source: docs.jmapcloud.io, inviting members.
func (c *Client) DeleteInvitation(ctx context.Context, id string) error {
	_, err := onObject[none](ctx, c, invitationPath, id, request{method: http.MethodDelete})
	return err
}
