package client

import (
	"context"
	"errors"
	"net/http"
	"net/url"
)

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
