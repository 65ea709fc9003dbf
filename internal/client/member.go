package client

import (
	"context"
	"errors"
	"net/http"
	"net/url"
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

// DeleteMember removes a member. What they own goes to the member transferOwnershipTo, an id; if that is empty,
// everything that only they own is deleted for ever. Source: docs.jmapcloud.io, deleting a member.
func (c *Client) DeleteMember(ctx context.Context, id, transferOwnershipTo string) error {
	return c.deleteOwner(ctx, memberPath, id, transferOwnershipTo)
}

// OwnerKind tells what can own projects and data sources.
type OwnerKind string

// The owners. Source: docs.jmapcloud.io, ownership.
const (
	MemberOwner OwnerKind = "member"
	APIKeyOwner OwnerKind = "API key"
)

// Permit allows one deletion of a member or an API key. Its maker answers for what is lost with the owner.
type Permit interface {
	// Permitted names the owner, and the member to whom what it owns goes, empty for none. Ok is false where nothing is allowed.
	Permitted() (kind OwnerKind, id, transferOwnershipTo string, ok bool)
}

// errNoPermit says that a deletion was asked for that nothing allowed. It is a bug.
var errNoPermit = errors.New("the deletion was not permitted: this is a bug in the provider, please report it")

// DeleteOwner deletes a member or an API key in one attempt: a lost answer is for the caller to look into before it asks again.
// What the owner owns goes to the member whom the permit names; without one, the cloud deletes for ever what only it owns. IsNotFound
// tells that there is no such owner. Source: docs.jmapcloud.io, deleting a member, deleting an API key; the parameter is decided.
func (c *Client) DeleteOwner(ctx context.Context, p Permit) error {
	kind, id, transferOwnershipTo, ok := p.Permitted()
	if !ok {
		return errNoPermit
	}
	path := pathTo(memberPath)
	if kind == APIKeyOwner {
		path = apiKeyPath
	}
	r := request{method: http.MethodDelete, single: true}
	if transferOwnershipTo != "" {
		r.query = url.Values{"transferOwnershipTo": {transferOwnershipTo}}
	}
	_, err := onObject[none](ctx, c, path, id, r)
	return err
}

// deleteOwner deletes a member or an API key.
func (c *Client) deleteOwner(ctx context.Context, path pathTo, id, transferOwnershipTo string) error {
	r := request{method: http.MethodDelete}
	if transferOwnershipTo != "" {
		r.query = url.Values{"transferOwnershipTo": {transferOwnershipTo}}
	}
	_, err := onObject[none](ctx, c, path, id, r)
	return err
}
