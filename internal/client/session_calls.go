// This file is about the calls that open, renew and end a session: their paths, their JSON, and what a refusal of each means.

package client

import (
	"context"
	"fmt"
	"net/http"
	"strings"
)

// The paths of a session. The first three calls carry no credentials.
// Source: jmapcloud.readme.io (authenticate); K2's QGIS plugin (the others).
var (
	authenticatePath = join(ssRoot, "authenticate")
	refreshTokenPath = join(ssRoot, "refresh-token")
	revokeTokenPath  = join(ssRoot, "revoke-token")
	userSelfPath     = join(ssRoot, "users", "self")
)

// tokens are what the cloud gives a session. A refresh token works once.
type tokens struct {
	AccessToken  string `json:"accessToken"`
	RefreshToken string `json:"refreshToken"`
	ExpiresAt    Time   `json:"accessTokenExpireAt"`
}

func (t tokens) missing() string {
	switch {
	case t.AccessToken == "":
		return "accessToken"
	case t.RefreshToken == "":
		return "refreshToken"
	}
	return ""
}

type credentialsRequest struct {
	Username string `json:"username"`
	Password string `json:"password"`
}

type refreshRequest struct {
	RefreshToken   string `json:"refreshToken"`
	OrganizationID string `json:"organizationId"`
}

type revokeRequest struct {
	RefreshToken string `json:"refreshToken"`
}

// user is the account that has signed in, with the organizations that it belongs to. The cloud may tell neither its id nor its email.
type user struct {
	ID            string `json:"id"`
	Email         string `json:"email"`
	Organizations []struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	} `json:"organizations"`
}

// authenticate exchanges the account's credentials for tokens that are bound to no organization.
func (s *session) authenticate(ctx context.Context) error {
	config := s.client.config
	r := request{
		method: http.MethodPost, path: authenticatePath,
		body: credentialsRequest{Username: config.Username, Password: config.Password},
	}
	opened, err := do[tokens](ctx, s.client, nil, r)
	switch {
	case IsUnauthorized(err), IsInvalid(err), IsForbidden(err):
		return s.client.signInError(wrongCredentials, fmt.Sprintf("the cloud refuses to sign in %q%s: %s", config.Username, oddities(config.Username, config.Password), messageOf(err)), err)
	case IsNotFound(err):
		return s.client.wrongEndpoint(r, err)
	case err != nil:
		return err
	}
	s.keep(opened)
	return nil
}

// oddities say what a username and a password hold that came with them from a file or the clipboard. They refuse neither, for a space may belong to a
// password.
func oddities(username, password string) string {
	var odd []string
	for _, one := range []struct{ what, text string }{{"username", username}, {"password", password}} {
		switch {
		case strings.ContainsAny(one.text, "\r\n"):
			odd = append(odd, "a "+one.what+" that holds a line break")
		case strings.TrimSpace(one.text) != one.text:
			odd = append(odd, "a "+one.what+" that begins or ends with a space")
		}
	}
	if len(odd) == 0 {
		return ""
	}
	return " with " + strings.Join(odd, " and ")
}

// wrongEndpoint is for a 404 to the first call of a session. The call is about no object, so the endpoint is not the API's.
func (c *Client) wrongEndpoint(r request, refusal error) *Error {
	return c.signInError(wrongEndpoint, fmt.Sprintf("the endpoint has no %s: %s", r.path, messageOf(refusal)), refusal)
}

// bind exchanges the session's refresh token for tokens of organization.
func (s *session) bind(ctx context.Context, organization string) error {
	s.mu.Lock()
	refresh := s.tokens.RefreshToken
	s.mu.Unlock()
	bound, err := do[tokens](ctx, s.client, nil, request{
		method: http.MethodPost, path: refreshTokenPath,
		body: refreshRequest{RefreshToken: refresh, OrganizationID: organization},
	})
	if IsNotFound(err) {
		s.client.missed.Store(true)
		return s.client.signInError(goneOrganization, fmt.Sprintf("the organization %s does not exist", organization), err)
	}
	if err != nil {
		return err
	}
	s.keep(bound)
	return nil
}

// revoke ends the session of t, in one attempt.
func (c *Client) revoke(ctx context.Context, t tokens) error {
	if t.RefreshToken == "" {
		return nil
	}
	r := request{method: http.MethodPost, path: revokeTokenPath, body: revokeRequest{RefreshToken: t.RefreshToken}}
	req, err := c.newRequest(ctx, r, "")
	if err != nil {
		return err
	}
	resp, err := c.once.Do(req)
	_, err = c.receive(ctx, r, resp, err)
	return err
}
