package client

import (
	"context"
	"net/http"
)

// KeyAccess makes calls as an API key, with its secret in the header Api-Key. Source: jmapcloud.readme.io, API keys.
type KeyAccess struct {
	client *Client
	secret string
}

// AsKey returns the access of the API key with this secret. It makes no call.
func (c *Client) AsKey(secret string) *KeyAccess {
	c.secrets.add(secret)
	return &KeyAccess{c, secret}
}

// List lists the projects or the data sources that the key sees, in one call.
func (k *KeyAccess) List(ctx context.Context, kind ResourceKind) ([]Resource, error) {
	if kind == Project {
		projects, err := asKey[list[project]](ctx, k, request{method: http.MethodGet}, projectPath)
		return resourcesOf(projects), err
	}
	sources, err := asKey[list[dataSource]](ctx, k, request{method: http.MethodGet}, dataSourcePath)
	return resourcesOf(sources), err
}

// OwnPermissions is what the key itself may do with one resource. The list may be empty, and an entry's permissions nil.
// Source: K2's QGIS plugin, which reads the permissions of the first entry.
func (k *KeyAccess) OwnPermissions(ctx context.Context, kind ResourceKind, id string) ([]Permission, error) {
	return asKey[list[Permission]](ctx, k, request{method: http.MethodGet, path: "/permissions/self"}, pathOf(kind), id)
}

// CreateProject makes an empty project with this name, which the key then owns.
func (k *KeyAccess) CreateProject(ctx context.Context, name string) (Resource, error) {
	p, err := asKey[project](ctx, k, request{method: http.MethodPost, body: newProject(name)}, projectPath)
	return p.resource(), err
}

// asKey makes the call r as the key, on a noun's collection or on one object of it. Its error is an *Error; a 401 is the key's own.
func asKey[T any](ctx context.Context, k *KeyAccess, r request, path pathTo, id ...string) (T, error) {
	organization, err := k.client.OrganizationID(ctx)
	if err != nil {
		return *new(T), err
	}
	r.path, r.apiKey = path(organization, id...)+r.path, k.secret
	return do[T](ctx, k.client, nil, r)
}
