package provider_test

import (
	"fmt"
	"net/http"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// minted counts the API keys that were made since the last ClearRequests.
func (c *cloud) minted() int {
	n := 0
	for _, r := range c.Requests() {
		if r.Method == http.MethodPost && strings.HasSuffix(r.Path, "/api-keys") && r.Status == http.StatusCreated {
			n++
		}
	}
	return n
}

// useOf is an ephemeral key and what makes a project with it.
func (c *cloud) useOf(arguments, fail string) string {
	return fmt.Sprintf("ephemeral \"jmapcloud_api_key\" \"run\" {\n  name = \"run\"\n  role = \"ORG_EDITOR\"\n%s}\n", arguments) +
		sinkBlock("ephemeral.jmapcloud_api_key.run.key", `"1"`,
			fmt.Sprintf("url = \"%s/api/mcs/rest/v1/organizations/%s/projects\"", c.url, c.Account().OrganizationID),
			`body = jsonencode({ name = { en = "Roads" }, defaultLanguage = "en", displayUnit = "METER", distanceUnit = "METER", mapUnit = "METER", mapCrs = "EPSG:3857" })`, "fail = "+fail)
}

// ephemeralCLI is a folder for a CLI that has ephemeral resources and write-only arguments, with all of its log.
func (c *cloud) ephemeralCLI(t *testing.T) *cli {
	t.Helper()
	x := c.cli(t)
	if !x.knows(t, since{11, 11}) {
		t.Skip("ephemeral resources with write-only arguments came with 1.11")
	}
	x.environ = append(x.environ, "TF_LOG=TRACE")
	return x
}

const toLead = "  transfer_ownership_to = \"" + lead + "\"\n"

// However a run ends, its keys end with it, and what they made does not. Where Terraform closes a key, what that has made goes to a successor,
// which is rehearsed first. Where it does not, there is no time for that: the successor owns it beside the key, which is left to expire.
func TestCLI_ephemeralKeysEndWithTheRun(t *testing.T) {
	t.Parallel()
	apply := func(fails bool) func(*testing.T, *cloud, *cli) string {
		return func(t *testing.T, _ *cloud, x *cli) string { return x.apply(t, fails) }
	}
	stop := func(signal syscall.Signal) func(*testing.T, *cloud, *cli) string {
		return func(t *testing.T, c *cloud, x *cli) string {
			return x.cut(t, c.stopAt(http.MethodPost, "projects", simulator.After), func(run *exec.Cmd) { must(t, signalGroup(run.Process, signal)) })
		}
	}
	for name, test := range map[string]struct {
		successor string
		fail      string
		run       func(t *testing.T, c *cloud, x *cli) string
		rehearsed int      // keys
		owners    []string // of the project; empty stands for the key, which is left
		says      string
	}{
		"success":                             {toLead, "false", apply(false), 2, []string{lead}, "Apply complete!"},
		"failing consumer":                    {toLead, "true", apply(true), 0, []string{"", lead}, "The sink fails"},
		"Ctrl-C":                              {toLead, "false", stop(syscall.SIGINT), 0, []string{"", lead}, "nterrupt"},
		"stopped job":                         {toLead, "false", stop(syscall.SIGTERM), 0, []string{"", lead}, "nterrupt"},
		"success, no successor":               {"", "false", apply(true), 0, []string{""}, "would also delete 1 project"},
		"failing consumer, without successor": {"", "true", apply(true), 0, []string{""}, "The sink fails"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t)
			c.addMember(t, lead, "ORG_EDITOR")
			x := c.ephemeralCLI(t).write(t, c.useOf(test.successor, test.fail))
			out := test.run(t, c, x)
			reads(t, out, test.says)
			lacks(t, out, "did not respond")

			if minted := c.minted(); minted != 2+test.rehearsed { // one by the plan, one by the apply
				t.Errorf("%d keys were made:\n%s", minted, out)
			}
			owners := slices.Clone(test.owners)
			if owners[0] == "" {
				owners[0] = c.onlyKey(t).Email
			} else if left := c.APIKeys(); len(left) > 0 {
				t.Errorf("%d keys are left", len(left))
			}
			if projects := c.Projects(); len(projects) != 1 || !slices.Equal(c.Owners(projects[0].ID), owners) {
				t.Errorf("the projects are %v", projects)
			}
			if open := c.Sessions().Open; open != 0 {
				t.Errorf("%d sessions are left open", open)
			}
			x.tellsNo(t)
		})
	}
}

func TestCLI_ephemeralKeyForTheApplyIsMintedByNoPlan(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	x := c.ephemeralCLI(t)
	if !strings.HasPrefix(x.version(t), "Terraform") {
		t.Skip("terraform.applying is Terraform's")
	}
	x.write(t, c.useOf("  mint = terraform.applying\n"+toLead, "false"))
	c.addMember(t, lead, "ORG_EDITOR")
	x.plan(t, false, "-out=saved")
	if n := len(c.writes()); n != 0 {
		t.Errorf("the plan made %d changes", n)
	}
	x.apply(t, false, "saved")
	const rehearsed = 2 // what it has made goes to a successor, which the apply tries first
	if minted, left := c.minted(), len(c.APIKeys()); minted != 1+rehearsed || left != 0 {
		t.Errorf("%d keys were made, %d are left", minted, left)
	}
	x.tellsNo(t)
}

// keyWithoutSecret is a managed key whose secret is handed to the sink.
func (c *cloud) keyWithoutSecret(key, sink string) string {
	return fmt.Sprintf("resource \"jmapcloud_api_key\" \"ci\" {\n  name      = \"ci\"\n  role      = \"ORG_EDITOR\"\n  store_key = false\n%s}\n", key) +
		"ephemeral \"jmapcloud_api_key_secret\" \"ci\" {\n  api_key_id = jmapcloud_api_key.ci.id\n}\n" +
		sinkBlock("ephemeral.jmapcloud_api_key_secret.ci.key", "jmapcloud_api_key.ci.id", sink)
}

// received checks that the secret sink has got the current key last, and n in all, none of which is written down.
func (x *cli) received(t *testing.T, n int) {
	t.Helper()
	k := x.cloud.onlyKey(t)
	if got := x.digests(t); len(got) != n || got[len(got)-1] != digest(k.Secret) {
		t.Errorf("the sink has %q, the key is %q", got, digest(k.Secret))
	}
	x.tellsNo(t)
	for name, content := range x.leftBehind(t) {
		if name == "terraform.tfstate" && !strings.Contains(string(content), digest(k.Secret)[:8]) {
			t.Error("the state lacks the key's fingerprint")
		}
	}
}

func TestCLI_unstoredSecretIsNowhereElse(t *testing.T) {
	t.Parallel()
	rotating := func(version int) string {
		return fmt.Sprintf("  lifetime = \"2160h\"\n  rotate_before = \"336h\"\n  rotate_when_changed = { version = %d }\n", version)
	}
	replaced := func(c *cloud, days int) string {
		return fmt.Sprintf("  expires_at = %q\n  lifecycle {\n    create_before_destroy = true\n  }\n", c.inDays(days))
	}
	for name, live := range map[string]func(t *testing.T, c *cloud, x *cli){
		"rotation": func(t *testing.T, c *cloud, x *cli) {
			t.Helper()
			x.write(t, c.keyWithoutSecret(rotating(1), "")).plan(t, false, "-out=first")
			x.apply(t, false, "first")
			x.received(t, 1)
			x.write(t, c.keyWithoutSecret(rotating(2), "")).plan(t, false, "-out=second")
			x.apply(t, false, "second")
			x.received(t, 2)
			x.plan(t, false, "-detailed-exitcode")
		},
		"create_before_destroy": func(t *testing.T, c *cloud, x *cli) {
			t.Helper()
			x.write(t, c.keyWithoutSecret(replaced(c, 30), "")).apply(t, false)
			x.write(t, c.keyWithoutSecret(replaced(c, 60), "")).apply(t, false)
			x.received(t, 2)
		},
		// The next plan makes another key, and does not write null where the secret belongs.
		"failing sink": func(t *testing.T, c *cloud, x *cli) {
			t.Helper()
			reads(t, x.write(t, c.keyWithoutSecret(rotating(1), "fail = true")).apply(t, true), "The sink fails")
			if id := c.onlyKeyOrNone(t); id != "" {
				t.Errorf("%s is left, and its secret is lost", id)
			}
			reads(t, x.write(t, c.keyWithoutSecret(rotating(1), "")).apply(t, false), `Gone: the API key "ci"`, "what took it failed")
			x.received(t, 1)
		},
		// Two programs wait for the secret. One of them fails: both get the next key's.
		"one of two sinks fails": func(t *testing.T, c *cloud, x *cli) {
			t.Helper()
			hcl := func(sink string) string {
				return c.keyWithoutSecret(rotating(1), "") + "ephemeral \"jmapcloud_api_key_secret\" \"second\" {\n  api_key_id = jmapcloud_api_key.ci.id\n}\n" +
					strings.Replace(sinkBlock("ephemeral.jmapcloud_api_key_secret.second.key", "jmapcloud_api_key.ci.id", sink), `"vault"`, `"second"`, 1)
			}
			reads(t, x.write(t, hcl("fail = true")).apply(t, true), "The sink fails")
			if id := c.onlyKeyOrNone(t); id != "" {
				t.Errorf("%s is left, and one of its programs has no secret", id)
			}
			reads(t, x.write(t, hcl("")).apply(t, false), `Gone: the API key "ci"`, "what took it failed")
			k := c.onlyKey(t)
			if got := x.digests(t); len(got) < 2 || got[len(got)-1] != digest(k.Secret) || got[len(got)-2] != digest(k.Secret) {
				t.Errorf("the sinks have %q, the key is %q", got, digest(k.Secret))
			}
		},
		// The sink has the secret: what fails beside it is no reason to delete the key.
		"failure beside it": func(t *testing.T, c *cloud, x *cli) {
			t.Helper()
			hcl := c.keyWithoutSecret(rotating(1), "")
			beside := "\nresource \"terraform_data\" \"beside\" {\n  input = jmapcloud_api_key.ci.id\n  provisioner \"local-exec\" {\n    command = \"exit 1\"\n  }\n}\n"
			reads(t, x.write(t, hcl+beside).apply(t, true), "local-exec provisioner error")
			x.received(t, 1)
			reads(t, x.write(t, hcl).apply(t, false), "0 added, 0 changed, 1 destroyed") // what failed is gone
			x.received(t, 1)
		},
		// The secret of such a key is lost.
		"stopped before it is taken": func(t *testing.T, c *cloud, x *cli) {
			t.Helper()
			hcl := c.keyWithoutSecret(rotating(1), "")
			invitation := "\nresource \"jmapcloud_invitation\" \"late\" {\n  email      = \"late@example.com\"\n  role       = \"ORG_VIEWER\"\n  depends_on = [jmapcloud_api_key.ci]\n}\n"
			x.write(t, strings.Replace(hcl+invitation, "api_key_id = jmapcloud_api_key.ci.id", "api_key_id = jmapcloud_api_key.ci.id\n  depends_on = [jmapcloud_invitation.late]", 1))
			x.cut(t, c.stopAt(http.MethodPost, "invitations", simulator.Before), func(run *exec.Cmd) { must(t, signalGroup(run.Process, syscall.SIGINT)) })
			if id := c.onlyKeyOrNone(t); id != "" {
				t.Errorf("%s is left, and its secret is lost", id)
			}
			reads(t, x.write(t, hcl).apply(t, false), `Gone: the API key "ci"`, "no jmapcloud_api_key_secret took it")
			x.received(t, 1)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t).withOthersMaps(t)
			live(t, c, c.ephemeralCLI(t))
		})
	}
}

// The control: where the key is stored, the same search finds it.
func TestCLI_storedKeyIsInStateOnce(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	x := c.ephemeralCLI(t)
	x.write(t, strings.Replace(c.keyWithoutSecret("  expires_at = \""+c.inDays(30)+"\"\n", ""), "store_key = false", "store_key = true", 1))
	x.apply(t, false)
	k := c.onlyKey(t)
	for name, content := range x.leftBehind(t) {
		found, want := strings.Count(string(content), k.Secret), 0
		if name == "terraform.tfstate" {
			want = 1
		}
		if found != want {
			t.Errorf("%s has the key %d times", name, found)
		}
	}
	if got := x.digests(t); !slices.Equal(got, []string{"null"}) { // it is read from the state, not handed over
		t.Errorf("the sink has %q", got)
	}
}
