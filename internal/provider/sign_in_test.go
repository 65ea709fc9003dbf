package provider_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// saidOnce checks what the errors of many objects say of one failed sign-in: one says why and what to do, and the others refer to that.
func saidOnce(t *testing.T, all diagnostics, account, todo string) {
	t.Helper()
	summary := "JMap Cloud sign-in failed for " + account
	whole := 0
	for _, d := range all {
		if d.Severity != tfprotov6.DiagnosticSeverityError {
			continue
		}
		if d.Summary == summary {
			whole++
			wants(t, "the error", d.Detail, todo)
			continue
		}
		if want := fmt.Sprintf("The provider is not signed in: see the error %q.", summary); d.Detail != want {
			t.Errorf("another error says %q, %q", d.Summary, d.Detail)
		}
	}
	if whole != 1 {
		t.Errorf("%d errors say that the sign-in failed:\n%s", whole, all.errors())
	}
}

func TestSignIn_failureIsSaidOnce(t *testing.T) {
	t.Parallel()
	hidden := func(c *cloud) {
		c.Inject(simulator.Fault{Method: http.MethodPost, Path: "/api/ss/rest/v1/authenticate", Times: -1, Action: simulator.ActionHTML})
	}
	for name, test := range map[string]struct {
		block   values
		fault   func(*cloud)
		account string
		says    string
	}{
		"wrong password": {values{"password": "Wrong-Horse.7"}, nil, "admin@example.com", "JMAPCLOUD_PASSWORD"},
		"no such place":  {values{"organization_id": unknownID}, nil, "admin@example.com", "organization_id"},
		"a page":         {nil, hidden, "admin@example.com", "a login page"},
		"bad token":      {values{"username": nil, "password": nil, "access_token": "not-a-token-at-all"}, nil, "the access token", "get a new access token"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t)
			var objects []object
			for i := range 5 {
				objects = append(objects, c.create(t, apiKey, values{"name": fmt.Sprint("key-", i), "role": "ORG_VIEWER", "expires_at": c.inDays(30)}))
			}
			if test.fault != nil {
				test.fault(c)
			}
			w := c.walk(t, test.block)
			var all diagnostics
			for _, o := range objects {
				o.private, o.identity = nil, nil
				_, diags := w.read(t, apiKey, o)
				if !diags.hasError() {
					t.Error("an object was read")
				}
				all = append(all, diags...)
			}
			saidOnce(t, all, test.account, test.says)
		})
	}
}

// With real Terraform, which shows each error by itself.
func TestCLI_failedSignInIsSaidOnce(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	x := c.cli(t).write(t, "resource \"jmapcloud_member\" \"all\" {\n  count = 5\n  email = \"m${count.index}@example.com\"\n  role  = \"ORG_VIEWER\"\n}\n")
	x.environ = append(x.environ, "JMAPCLOUD_PASSWORD=Wrong-Horse.7\n")
	out := space.ReplaceAllString(x.plan(t, true), " ")
	for _, text := range []string{
		"Error: JMap Cloud sign-in failed for admin@example.com", "with a password that holds a line break", "Check JMAPCLOUD_USERNAME and JMAPCLOUD_PASSWORD",
	} {
		if got := strings.Count(out, text); got != 1 {
			t.Errorf("%q stands there %d times:\n%s", text, got, out)
		}
	}
	// From 1.16 on, Terraform shows a few of the errors that follow the first.
	if got := strings.Count(out, `The provider is not signed in: see the error "JMap Cloud sign-in failed for admin@example.com".`); got < 1 || got > 4 {
		t.Errorf("%d of the other four members refer to the error:\n%s", got, out)
	}
	if got := c.counted("authenticate"); got != 1 {
		t.Errorf("%d sign-ins", got)
	}
}
