package client

import (
	"context"
	"encoding/json"
	"net/http"
	"time"
)

// APIKey lets a program act in an organization.
type APIKey struct {
	ID        string `json:"id"`
	Title     string `json:"title"`
	Roles     []Role `json:"roles"`
	ExpiresAt Time   `json:"expirationDate"`
	// Email is what the key is called where it owns something: the first 8 hex digits of its id at apikey.jmapcloud.io.
	Email string `json:"email"`
	// Secret is the key itself. Only the answer to CreateAPIKey has it.
	Secret string `json:"apiKey"`
	Audit

	// IsExpiryUntold tells that the cloud says nothing of the key's end, not even that it has none.
	IsExpiryUntold bool `json:"-"`
}

// UnmarshalJSON reads the key, and whether its end is named.
func (k *APIKey) UnmarshalJSON(b []byte) error {
	type plain APIKey
	if err := json.Unmarshal(b, (*plain)(k)); err != nil {
		return err
	}
	var named struct {
		Expiry json.RawMessage `json:"expirationDate"`
	}
	err := json.Unmarshal(b, &named)
	k.IsExpiryUntold = named.Expiry == nil
	return err
}

// Role is the highest of the key's roles.
func (k APIKey) Role() Role { return highest(k.Roles) }

func (k APIKey) missing() string {
	if !usable(k.ID) {
		return "id"
	}
	return ""
}

// createdAPIKey is the one answer that must have the secret.
type createdAPIKey struct{ told[APIKey] }

func (k createdAPIKey) missing() string {
	if k.value.Secret == "" {
		return "apiKey"
	}
	return k.told.missing()
}

// APIKeyRequest is what can be chosen about an API key, once: it cannot be changed afterwards.
type APIKeyRequest struct {
	Title     string
	Role      Role // ORG_EDITOR or ORG_VIEWER
	ExpiresAt time.Time
}

type apiKeyRequest struct {
	Title     string `json:"title"`
	Roles     []Role `json:"roles"`
	ExpiresAt Time   `json:"expirationDate"`
}

// Source: jmapcloud.readme.io has the operations; the paths are decided.
func apiKeyPath(organization string, id ...string) string {
	return join(ssRoot, append([]string{"organizations", organization, "api-keys"}, id...)...)
}

// APIKeys lists the organization's API keys, without their secrets.
func (c *Client) APIKeys(ctx context.Context) ([]APIKey, error) {
	return listBound[APIKey](ctx, c, apiKeyPath)
}

// APIKey reads one API key by id, without its secret. IsNotFound tells that there is none.
func (c *Client) APIKey(ctx context.Context, id string) (APIKey, error) {
	return getBound[APIKey](ctx, c, apiKeyPath, id)
}

// CreateAPIKey makes an API key. Its answer alone has the secret. The error may be a MismatchError, with the key that was made.
func (c *Client) CreateAPIKey(ctx context.Context, r APIKeyRequest) (APIKey, error) {
	created, err := onCollection[createdAPIKey](ctx, c, apiKeyPath, request{
		method: http.MethodPost,
		body:   apiKeyRequest{Title: r.Title, Roles: []Role{r.Role}, ExpiresAt: Time{r.ExpiresAt}},
	})
	c.secrets.add(created.value.Secret)
	if err != nil {
		if !usable(created.value.ID) {
			created.value.ID = ""
		}
		return created.value, err
	}
	return c.createdKey(ctx, r, created.told)
}
