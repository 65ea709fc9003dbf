package provider_test

import (
	"net/http"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// echo makes every answer to a creation an error that repeats the password and each token of the session.
func (x *cli) echo(status int) {
	var before []string // tokens of earlier sessions, which other processes had
	x.cloud.Use(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch {
			case strings.HasSuffix(r.URL.Path, "/authenticate"):
				before = x.secrets.all("access token", "refresh token")
			case r.Method == http.MethodPost && strings.Contains(r.URL.Path, "/organizations/"):
				told := slices.DeleteFunc(x.secrets.all("password", "access token", "refresh token"), func(secret string) bool { return slices.Contains(before, secret) })
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(status)
				_, _ = w.Write([]byte(`{"message":"no good: ` + r.Header.Get("Authorization") + " " + strings.Join(told, " ") + `"}`))
				return
			}
			next.ServeHTTP(w, r)
		})
	})
}

// What a run prints with TF_LOG=TRACE and what it leaves in its folder, whether it succeeds, fails, or is killed.
func TestCLI_noSecretIsWrittenDown(t *testing.T) {
	t.Parallel()
	for name, live := range map[string]func(t *testing.T, c *cloud, x *cli){
		"a life": func(t *testing.T, c *cloud, x *cli) {
			t.Helper()
			x.plan(t, false, "-out=saved")
			x.tellsNo(t)
			x.apply(t, false, "saved")
			key, _ := c.APIKeyByTitle("ci")
			invitation, _ := c.Invitation(ana)
			left := x.leftBehind(t)
			for what, secret := range map[string]string{"the key": key.Secret, "the link": invitation.Link} {
				if n := strings.Count(string(left["terraform.tfstate"]), secret); n != 1 {
					t.Errorf("the state has %s %d times", what, n)
				}
			}
			x.plan(t, false, "-out=later")
			x.apply(t, false, "-destroy")
			left = x.leftBehind(t)
			if out := string(left["output"]); !strings.Contains(out, "API call") || !strings.Contains(out, key.ID) {
				t.Error("the log is not what was searched")
			}
			// Terraform keeps the state, and what it was, in these.
			for _, meant := range []string{"terraform.tfstate", "terraform.tfstate.backup", "later/tfstate", "later/tfstate-prev", "later/tfplan"} {
				if _, found := left[meant]; !found {
					t.Errorf("there is no %s", meant)
				}
				delete(left, meant)
			}
			for name, content := range left {
				for _, found := range x.secrets.in(content) {
					t.Errorf("%s holds %s", name, found)
				}
			}
		},
		"a wrong password": func(t *testing.T, c *cloud, x *cli) {
			t.Helper()
			const wrong = "Wrong-Horse.7"
			c.Inject(simulator.Fault{Path: "/api/ss/rest/v1/authenticate", Times: -1, Action: simulator.ActionStatus, Status: 401, Body: `{"message":"` + wrong + ` is not the password"}`})
			x.secrets.kinds[wrong] = "password"
			x.environ = append(x.environ, "JMAPCLOUD_PASSWORD="+wrong)
			reads(t, x.apply(t, true), "(secret) is not the password")
			x.tellsNo(t)
		},
		"a refusal that tells them": func(t *testing.T, _ *cloud, x *cli) {
			t.Helper()
			x.echo(400)
			reads(t, x.apply(t, true), "no good: Bearer (secret) (secret) (secret) (secret) (secret) (secret) (")
			x.tellsNo(t)
		},
		"a failure that tells them": func(t *testing.T, _ *cloud, x *cli) {
			t.Helper()
			x.echo(500)
			reads(t, x.apply(t, true), "no good: Bearer (secret) (secret) (secret) (secret) (secret) (secret) (")
			x.tellsNo(t)
		},
		"a killed run": func(t *testing.T, c *cloud, x *cli) {
			t.Helper()
			x.watched(t).cut(t, c.stopAt(http.MethodPost, "invitations", simulator.After), func(*exec.Cmd) { x.signalProviders(t, syscall.SIGKILL) })
			x.tellsNo(t, "password", "access token", "refresh token", "link")
		},
		"a crash": func(t *testing.T, c *cloud, x *cli) {
			t.Helper()
			// Go's runtime answers this signal as it answers a panic, with the stacks of all goroutines.
			out := x.watched(t).cut(t, c.stopAt(http.MethodPost, "api-keys", simulator.After), func(*exec.Cmd) { x.signalProviders(t, syscall.SIGQUIT) })
			reads(t, out, "SIGQUIT: quit", "internal/client.(*Client).CreateAPIKey")
			x.tellsNo(t, "password", "access token", "refresh token", "key")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t)
			x := c.cli(t).write(t, c.ciKey("ci")+memberBlock("ana", "ORG_EDITOR"))
			x.environ = append(x.environ, "TF_LOG=TRACE")
			live(t, c, x)
		})
	}
}
