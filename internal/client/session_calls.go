// This file is about the calls that open, renew and end a session: their paths, their JSON, and what a refusal of each means.

package client

import (
	"context"
	"fmt"
	"net/http"
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

// user is the account that has signed in, with the organizations that it belongs to.
type user struct {
	Organizations []struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	} `json:"organizations"`
}

// authenticate exchanges the account's credentials for tokens that are bound to no organization.
func (s *session) authenticate(ctx context.Context) error {
	config := s.client.config
	opened, err := do[tokens](ctx, s.client, nil, request{
		method: http.MethodPost, path: authenticatePath,
		body: credentialsRequest{Username: config.Username, Password: config.Password},
	})
	if IsUnauthorized(err) || IsInvalid(err) || IsForbidden(err) {
		return s.client.signInError(wrongCredentials, fmt.Sprintf("the cloud refuses to sign in %q: %s", config.Username, messageOf(err)), err)
	}
	if err != nil {
		return err
	}
	s.keep(opened)
	return nil
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
