package client

import (
	"context"
	"net/http"
)

// Member is a person in an organization.
type Member struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Username string `json:"username"`
	Email    string `json:"email"`
	Roles    []Role `json:"roles"`
}

// Role is the highest of the member's roles.
func (m Member) Role() Role { return highest(m.Roles) }

func (m Member) missing() string {
	switch {
	case !usable(m.ID):
		return "id"
	case !usable(m.Email):
		return "email"
	}
	return ""
}

// Source: jmapcloud.readme.io has the operations; the paths are decided.
func memberPath(organization string, id ...string) string {
	return join(ssRoot, append([]string{"organizations", organization, "members"}, id...)...)
}

// Members lists everybody in the organization.
func (c *Client) Members(ctx context.Context) ([]Member, error) {
	return listBound[Member](ctx, c, memberPath)
}

// Member reads one member by id. IsNotFound tells that nobody in the organization has it.
func (c *Client) Member(ctx context.Context, id string) (Member, error) {
	return getBound[Member](ctx, c, memberPath, id)
}

// SetMemberRole changes what a member may do, at once. The error may be a MismatchError, with the member as they are.
func (c *Client) SetMemberRole(ctx context.Context, id string, role Role) (Member, error) {
	answer, err := onObject[changed[Member]](ctx, c, memberPath, id, request{
		method: http.MethodPatch, body: rolesRequest{Roles: []Role{role}},
	})
	if err != nil {
		return answer.value, err
	}
	return c.changedMember(ctx, id, role, answer.told)
}
