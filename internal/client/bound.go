package client

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// pathTo is the path of a noun's collection within an organization, or of one object of it.
type pathTo func(organization string, id ...string) string

// listBound lists a noun of the organization that the client works on.
func listBound[T interface{ missing() string }](ctx context.Context, c *Client, path pathTo) ([]T, error) {
	return onCollection[list[T]](ctx, c, path, request{method: http.MethodGet})
}

// getBound reads one object of the organization that the client works on.
func getBound[T interface{ missing() string }](ctx context.Context, c *Client, path pathTo, id string) (T, error) {
	return onObject[T](ctx, c, path, id, request{method: http.MethodGet})
}

// onCollection makes the call r on a noun's collection. Its error is never IsNotFound, for it is about no object.
func onCollection[T any](ctx context.Context, c *Client, path pathTo, r request) (T, error) {
	organization, err := c.OrganizationID(ctx)
	if err != nil {
		return *new(T), err
	}
	r.path = path(organization)
	result, err := do[T](ctx, c, c.session(""), r)
	if IsNotFound(err) {
		err = c.lost(r, "the collection is not there: ", err, err)
	}
	return result, err
}

// onObject makes the call r on one object of a noun; r.path is what comes below the object. A 404 counts only when the
// collection is there: with a wrong base path or a lost organization, everything would seem to be gone.
func onObject[T any](ctx context.Context, c *Client, path pathTo, id string, r request) (T, error) {
	organization, err := c.OrganizationID(ctx)
	if err != nil {
		return *new(T), err
	}
	r.path = path(organization, id) + r.path
	if isReserved(id) {
		return *new(T), c.fail(r, Refused, http.StatusNotFound, fmt.Sprintf("%q is no id", Printable(id)), nil)
	}
	object, err := do[T](ctx, c, c.session(""), r)
	if IsNotFound(err) {
		err = c.confirmed(ctx, c.session(""), r, path(organization), err)
	}
	return object, err
}

// isReserved reports whether an id would be a word of the API's own paths, such as that of whoever has signed in. A server may not mind its case.
func isReserved(id string) bool { return id == "" || strings.EqualFold(id, "self") }

// confirmed is the 404 that r met, if the collection is there.
func (c *Client) confirmed(ctx context.Context, s *session, r request, collection string, err error) error {
	_, listing := get[json.RawMessage](ctx, c, s, collection)
	switch {
	case IsNotFound(listing):
		return c.lost(r, "neither the object nor its collection is there: ", listing, err)
	case listing != nil:
		return c.lost(r, "the object is not there, and its collection cannot be read: ", listing, err)
	}
	return err
}

// lost is for a 404 that tells nothing about an object. The API refused the request, so that it changed nothing.
func (c *Client) lost(r request, what string, why, cause error) *Error {
	c.missed.Store(true)
	e := c.fail(r, Unexpected, http.StatusNotFound, what+messageOf(why), cause)
	e.undone = true
	return e
}
