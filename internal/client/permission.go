package client

import (
	"context"
	"net/http"
	"slices"
)

const ownerPermission = "OWNER"

// Permission is what one principal may do with a project or a data source. OWNER includes every other permission.
// Source: K2's NG typings (the shape); the meaning of the principal is decided.
type Permission struct {
	// Principal is the text by which the cloud knows a member, an API key, a group or the whole organization.
	Principal   string   `json:"principal"`
	Permissions []string `json:"permissions"`
}

// IsOwner reports whether the permission is ownership.
func (p Permission) IsOwner() bool { return slices.Contains(p.Permissions, ownerPermission) }

// missing accepts every entry: what an entry does not tell is a fact for whoever reads it.
func (Permission) missing() string { return "" }

// Permissions lists who may do what with one resource. The list may be empty. IsNotFound tells that the cloud has no such
// list; whether the resource is there has to be asked apart.
func (c *Client) Permissions(ctx context.Context, kind ResourceKind, id string) ([]Permission, error) {
	return atPermissions[list[Permission]](ctx, c, kind, id, request{method: http.MethodGet})
}

type permissionRequest struct {
	Principal  string `json:"principal"`
	Permission string `json:"permission"`
}

// Grant makes a principal an owner of one resource, beside those it has. A principal that is an owner stays one. Its answer is
// no proof: the cloud may accept any text. IsNotFound tells that the resource, or the operation, is not there.
func (c *Client) Grant(ctx context.Context, kind ResourceKind, id, principal string) error {
	_, err := atPermissions[none](ctx, c, kind, id, request{
		method: http.MethodPost, body: permissionRequest{Principal: principal, Permission: ownerPermission}, harmless: true,
	})
	return err
}

// Revoke takes all permissions of a principal on one resource away. IsNotFound tells that the entry, or the operation, is not there.
// Source: docs.jmapcloud.io, permissions (that it exists); the form is decided.
func (c *Client) Revoke(ctx context.Context, kind ResourceKind, id, principal string) error {
	_, err := atPermissions[none](ctx, c, kind, id, request{method: http.MethodDelete}, principal)
	return err
}

// atPermissions makes the call r on the permissions of a resource. Below is what comes after them in the path. Unlike onObject it
// does not ask for the collection after a 404: a reading meets many, and asks once.
func atPermissions[T any](ctx context.Context, c *Client, kind ResourceKind, id string, r request, below ...string) (T, error) {
	organization, err := c.OrganizationID(ctx)
	if err != nil {
		return *new(T), err
	}
	r.path = permissionsPath(organization, kind, id, below...)
	return do[T](ctx, c, c.session(""), r)
}

func permissionsPath(organization string, kind ResourceKind, id string, below ...string) string {
	return join(pathOf(kind)(organization, id)+"/permissions", below...)
}
