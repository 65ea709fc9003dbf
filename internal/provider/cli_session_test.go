package provider_test

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

func TestCLI_everyRunLogsOut(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	x := c.cli(t).write(t, c.ciKey("ci"))
	x.apply(t, false)
	x.plan(t, false)
	c.Inject(simulator.Fault{Path: "/api/ss/rest/v1/organizations/*/api-keys/*", Times: -1, Action: simulator.ActionStatus, Status: http.StatusForbidden})
	reads(t, x.plan(t, true), "Unable to read the API key")
	c.ClearFaults()
	x.apply(t, false, "-destroy")
	if s := c.Sessions(); s.Opened == 0 || s.Opened != s.Revoked || s.Open != 0 {
		t.Errorf("the sessions are %+v", s)
	}
}

func TestCLI_validateAndSchemaCallNothing(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	x := c.cli(t).write(t, c.ciKey("ci"))
	for _, arguments := range [][]string{{"validate"}, {"providers", "schema", "-json"}} {
		if out, err := x.run(t, arguments...); err != nil {
			t.Fatal(out)
		}
	}
	if requests := c.Requests(); len(requests) > 0 {
		t.Errorf("the requests are %v", requests)
	}
}

// A cloud that does not answer when the run logs out delays it by less than Terraform's two seconds, and fails nothing.
func TestCLI_logoutThatHangsFailsNothing(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	x := c.cli(t).write(t, c.ciKey("ci"))
	c.Inject(simulator.Fault{Path: "/api/ss/rest/v1/revoke-token", Times: -1, Action: simulator.ActionHang})
	x.apply(t, false)
}

// secretsSeen collects the tokens and passwords that pass through the cloud, whatever the code that sends them does.
func (c *cloud) secretsSeen() func() map[string]string {
	var mu sync.Mutex
	seen := map[string]string{}
	c.Use(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			r.Body = io.NopCloser(bytes.NewReader(body))
			mu.Lock()
			if token, found := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); found {
				seen["access token"] = token
			}
			if _, rest, found := strings.Cut(string(body), `"refreshToken":"`); found {
				seen["refresh token"], _, _ = strings.Cut(rest, `"`)
			}
			mu.Unlock()
			next.ServeHTTP(w, r)
		})
	})
	return func() map[string]string {
		mu.Lock()
		defer mu.Unlock()
		return seen
	}
}

func TestCLI_noSecretIsWrittenDown(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	seen := c.secretsSeen()
	x := c.cli(t).write(t, c.ciKey("ci")+"\nresource \"jmapcloud_member\" \"ana\" {\n  email = \"ana@example.com\"\n  role  = \"ORG_EDITOR\"\n}\n")
	x.environ = append(x.environ, "TF_LOG=TRACE")
	output := x.plan(t, false, "-out=saved") + x.apply(t, false, "saved") + x.plan(t, false)
	key, _ := c.APIKeyByTitle("ci")
	invitation, _ := c.Invitation(ana)
	c.Inject(simulator.Fault{Method: http.MethodGet, Path: "/api/ss/rest/v1/organizations/*/api-keys/*", Times: -1, Action: simulator.ActionStatus, Status: http.StatusBadRequest,
		Body: `{"message":"no good: ` + c.Account().Password + `"}`})
	output += x.plan(t, true)
	c.ClearFaults()

	state := readAll(t, x.dir, "terraform.tfstate")
	for what, secret := range map[string]string{"the key's secret": key.Secret, "the invitation's link": invitation.Link} {
		if n := strings.Count(state, secret); n != 1 {
			t.Errorf("the state has %s %d times", what, n)
		}
	}
	output += x.apply(t, false, "-destroy")

	secrets := seen()
	secrets["password"] = c.Account().Password
	for what, secret := range secrets {
		if secret == "" || strings.Contains(output+state, secret) {
			t.Errorf("the %s is written down", what)
		}
	}
	for what, secret := range map[string]string{"key's secret": key.Secret, "invitation's link": invitation.Link} {
		if secret == "" || strings.Contains(output, secret) {
			t.Errorf("the %s is printed", what)
		}
	}
	if !strings.Contains(output, "API call") || !strings.Contains(output, key.ID) {
		t.Error("the log is not what was searched")
	}
}

func readAll(t *testing.T, dir, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(dir, name))
	must(t, err)
	return string(content)
}
