package provider_test

import (
	"net/http"
	"testing"
	"time"
)

// works reports whether the cloud takes the token.
func (c *cloud) works(t *testing.T, token string) bool {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, c.url+"/api/ss/rest/v1/users/self", nil)
	must(t, err)
	r.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(r)
	must(t, err)
	must(t, resp.Body.Close())
	return resp.StatusCode == http.StatusOK
}

func TestAccessToken_worksUntilTheRunEnds(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	w := c.walk(t, nil)
	o := w.mustOpen(t, "jmapcloud_access_token", nil)
	if got := o.text(t, "organization_id"); got != c.Account().OrganizationID {
		t.Errorf("the organization is %q", got)
	}
	ends, err := time.Parse(time.RFC3339, o.text(t, "expires_at"))
	if err != nil || ends.Before(c.Now()) {
		t.Errorf("it ends at %v, %v", ends, err)
	}
	if !c.works(t, o.text(t, "token")) {
		t.Error("it does not work")
	}
	w.close(t.Context(), t, o).mustBeFree(t)
	w.factory.Close(t.Context())
	if c.works(t, o.text(t, "token")) {
		t.Error("it works after the run")
	}
	if s := c.Sessions(); s.Opened != 1 || s.Open != 0 {
		t.Errorf("the sessions are %+v", s)
	}

	given := c.walk(t, nil).mustOpen(t, "jmapcloud_access_token", nil).text(t, "token")
	w = c.walk(t, values{"access_token": given, "username": nil, "password": nil})
	o = w.mustOpen(t, "jmapcloud_access_token", nil)
	if o.text(t, "token") != given || o.text(t, "expires_at") != "" {
		t.Error("a given token is not handed on as it is")
	}
	w.factory.Close(t.Context())
	if !c.works(t, given) {
		t.Error("a given token was revoked")
	}
}

func TestAccessToken_ofWrongCredentialsIsAnError(t *testing.T) {
	t.Parallel()
	_, diags := startCloud(t).walk(t, values{"password": "Wrong-Horse.7"}).open(t, "jmapcloud_access_token", nil)
	wants(t, "errors", diags.errors(), "JMap Cloud sign-in failed for admin@example.com", "JMAPCLOUD_PASSWORD")
}
