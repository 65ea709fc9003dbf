package client

import (
	"context"
)

// pathTo is the path of a noun's collection within an organization, or of one object of it.
type pathTo func(organization string, id ...string) string

// listBound lists a noun of the organization that the client works on.
func listBound[T interface{ missing() string }](ctx context.Context, c *Client, path pathTo) ([]T, error) {
	organization, err := c.OrganizationID(ctx)
	if err != nil {
		return nil, err
	}
	return get[list[T]](ctx, c, c.session(""), path(organization))
}

// getBound reads one object of the organization that the client works on. A 404 counts only when the collection is
// there: with a wrong base path or a lost organization, everything would seem to be gone.
func getBound[T interface{ missing() string }](ctx context.Context, c *Client, path pathTo, id string) (T, error) {
	organization, err := c.OrganizationID(ctx)
	if err != nil {
		return *new(T), err
	}
	object, err := get[T](ctx, c, c.session(""), path(organization, id))
	if IsNotFound(err) {
		if _, collection := get[list[T]](ctx, c, c.session(""), path(organization)); collection != nil {
			return object, c.fail(request{method: "GET", path: path(organization, id)}, Unexpected, 404,
				"neither the object nor its collection is there: "+messageOf(collection), err)
		}
	}
	return object, err
}
