package client

import (
	"context"
	"net/http"
	"slices"
)

// Organization is what owns members, invitations, API keys, projects and data sources.
type Organization struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Active bool   `json:"active"`
	Audit
}

func (o Organization) missing() string {
	if !usable(o.ID) {
		return "id"
	}
	return ""
}

type organizationRequest struct {
	Name string `json:"name"`
}

// Source: jmapcloud.readme.io has the operations; the paths are decided.
func organizationPath(id ...string) string {
	return join(ssRoot, append([]string{"organizations"}, id...)...)
}

// Organizations lists the organizations that the account belongs to.
func (c *Client) Organizations(ctx context.Context) ([]Organization, error) {
	return get[list[Organization]](ctx, c, c.session(""), organizationPath())
}

// Organization reads one organization that the account manages, in a session of its own.
// IsNotFound tells that it does not exist.
func (c *Client) Organization(ctx context.Context, id string) (Organization, error) {
	o, err := get[Organization](ctx, c, c.session(id), organizationPath(id))
	return o, c.gone(ctx, http.MethodGet, id, err)
}

// IsRestricted reports whether the client may work only on organizations that were named in advance, and so on no new one.
func (c *Client) IsRestricted() bool { return len(c.config.AllowedOrganizationIDs) > 0 }

// IsAllowed reports whether the client may work on the organization.
func (c *Client) IsAllowed(id string) bool {
	return !c.IsRestricted() || slices.Contains(c.config.AllowedOrganizationIDs, id)
}

// CreateOrganization makes an organization, whose administrator the account becomes. The error may be a MismatchError, with the organization that
// the cloud answered with.
func (c *Client) CreateOrganization(ctx context.Context, name string) (Organization, error) {
	answer, err := do[told[Organization]](ctx, c, c.session(""), request{
		method: http.MethodPost, path: organizationPath(), body: organizationRequest{Name: name},
	})
	if IsNotFound(err) {
		err = c.lost(request{method: http.MethodPost, path: organizationPath()}, "the collection is not there: ", err, err)
	}
	if err != nil {
		return answer.value, err
	}
	return c.createdOrganization(ctx, name, answer)
}

// RenameOrganization changes the one thing about an organization that can be changed. The error may be a MismatchError, with the
// organization as it is.
func (c *Client) RenameOrganization(ctx context.Context, id, name string) (Organization, error) {
	answer, err := do[changed[Organization]](ctx, c, c.session(id), request{
		method: http.MethodPatch, path: organizationPath(id), body: organizationRequest{Name: name},
	})
	if err != nil {
		return answer.value, c.gone(ctx, http.MethodPatch, id, err)
	}
	return c.changedOrganization(ctx, id, name, answer.told)
}

// DeleteOrganization deletes an organization and everything in it, for ever.
func (c *Client) DeleteOrganization(ctx context.Context, id string) error {
	_, err := do[none](ctx, c, c.session(id), request{method: http.MethodDelete, path: organizationPath(id)})
	return c.gone(ctx, http.MethodDelete, id, err)
}

// IsGone reports whether the cloud shows that the organization does not exist: it answers with a 404 of its own to the organization, or to a session that
// is to be bound to it. That the account does not see the organization among its own shows nothing. The error of any other answer counts as "not shown".
func (c *Client) IsGone(ctx context.Context, id string) bool {
	if c.config.AccessToken == "" {
		_, err := c.Organization(ctx, id)
		return IsNotFound(err)
	}
	_, err := c.send(ctx, request{method: http.MethodGet, path: organizationPath(id)}, c.config.AccessToken) // which is bound to one organization, and may open no session
	if !IsNotFound(err) {
		return false
	}
	_, err = c.send(ctx, request{method: http.MethodGet, path: organizationPath()}, c.config.AccessToken)
	return err == nil
}

// HasLost reports whether a call of this client has found its organization, or the collection of a noun in it, not to be there.
func (c *Client) HasLost() bool { return c.missed.Load() }

// gone turns "no session for an organization that does not exist" into "not found", where the organization is the object.
func (c *Client) gone(ctx context.Context, method, id string, err error) error {
	r := request{method: method, path: organizationPath(id)}
	switch {
	case hasProblem(err, goneOrganization):
		return c.fail(r, Refused, http.StatusNotFound, messageOf(err), err)
	case IsNotFound(err):
		return c.confirmed(ctx, c.session(id), r, organizationPath(), err)
	}
	return err
}
