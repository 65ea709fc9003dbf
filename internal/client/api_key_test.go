package client_test

import (
	"testing"
	"time"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

func TestAPIKey_livesThroughEveryCall(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	api := c.signedIn(t)
	// Another zone and a fraction of a second, which the wire has neither of.
	expires := c.Now().Add(30 * day).In(time.FixedZone("", -5*3600))
	created, err := api.CreateAPIKey(t.Context(), client.APIKeyRequest{Title: "CI déploiement", Role: client.RoleEditor, ExpiresAt: expires})
	must(t, err)
	equal(t, "title", created.Title, "CI déploiement")
	equalLists(t, "roles", created.Roles, []client.Role{client.RoleEditor})
	equal(t, "role", created.Role(), client.RoleEditor)
	equal(t, "expiry", created.ExpiresAt.Time, expires.UTC().Truncate(time.Second))
	equal(t, "email", created.Email, created.ID[:8]+"@apikey.jmapcloud.io")
	equal(t, "created by", created.CreatedBy, signature)
	made, _ := c.APIKeyByTitle("CI déploiement")
	equal(t, "secret", created.Secret, made.Secret)
	equal(t, "created at", created.CreatedAt.Time, made.CreatedAt.UTC())

	read, err := api.APIKey(t.Context(), created.ID)
	must(t, err)
	equal(t, "secret when read", read.Secret, "")
	all, err := api.APIKeys(t.Context())
	must(t, err)
	equal(t, "keys", len(all), 1)
	for _, k := range []client.APIKey{read, all[0]} {
		equal(t, "id", k.ID, created.ID)
		equal(t, "title", k.Title, created.Title)
		equal(t, "role", k.Role(), created.Role())
		equal(t, "expiry", k.ExpiresAt, created.ExpiresAt)
		equal(t, "email", k.Email, created.Email)
		equal(t, "audit", k.Audit, created.Audit)
	}

	must(t, api.DeleteOwner(t.Context(), deleteKey(created.ID, "")))
	equal(t, "keys left", len(c.APIKeys()), 0)
	_, err = api.APIKey(t.Context(), created.ID)
	isExactly(t, err, created.ID, "NotFound")
	isExactly(t, api.DeleteOwner(t.Context(), deleteKey(created.ID, "")), created.ID, "NotFound")
}

func TestAPIKey_deletionHandsOver(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	key := c.addKey(t, "ci", simulator.RoleEditor)
	p, err := c.AddProject("Map", key.Email)
	must(t, err)
	api := c.signedIn(t)
	isExactly(t, api.DeleteOwner(t.Context(), deleteKey(key.ID, "auth0|none")), "", "Invalid")
	must(t, api.DeleteOwner(t.Context(), deleteKey(key.ID, c.Account().MemberID)))
	equalLists(t, "owners", c.Owners(p.ID), []string{c.Account().Username})
}

func TestAPIKey_thatHasExpiredAlreadyIsInvalid(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	api := c.signedIn(t)
	_, err := api.CreateAPIKey(t.Context(), client.APIKeyRequest{Title: "ci", Role: client.RoleViewer, ExpiresAt: c.Now().Add(-time.Hour)})
	isExactly(t, err, "not in the future", "Invalid")
	equalLists(t, "calls", c.calls(), []string{"createApiKey"})
}

// A key without its secret is of no use: it exists, and the caller must know that it may.
func TestAPIKey_whoseSecretIsMissingIsUncertain(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	api := c.signedIn(t)
	for field, body := range map[string]string{
		`"apiKey"`: `{"id":"1","title":"ci"}`,
		`"id"`:     `{"apiKey":"some-secret-of-a-key"}`,
	} {
		c.Inject(simulator.Fault{Method: "POST", Path: apiKeys, Action: simulator.ActionStatus, Status: 201, Body: `{"message":"OK","result":` + body + `}`})
		_, err := api.CreateAPIKey(t.Context(), client.APIKeyRequest{Title: "ci", Role: client.RoleViewer, ExpiresAt: c.Now().Add(day)})
		isExactly(t, err, field, "Unexpected", "Uncertain")
		isExactly(t, err, "(201 Created)", "Unexpected", "Uncertain")
	}
	equal(t, "creates", c.count("createApiKey"), 2)
}
