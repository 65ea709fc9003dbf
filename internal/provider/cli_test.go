package provider_test

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// Real Terraform with the built provider, for what runs in neither the CLI's test library nor the protocol tests: main,
// signals, the text that a user reads, and the files that are left.

// binary builds the provider and the secret sink once for all tests and returns the folder that they are in.
var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp(scratch, "binary")
	if err != nil {
		return "", err
	}
	name := filepath.Join(dir, "terraform-provider-")
	for provider, source := range map[string]string{"jmapcloud": "../..", "sink": "../tools/secretsink"} {
		build := exec.Command("go", "build", "-trimpath", "-o", name+provider, source) // as make build does, which so finds the objects
		if out, err := build.CombinedOutput(); err != nil {
			return "", fmt.Errorf("%w: %s", err, out)
		}
	}
	if err := os.Symlink(name+"sink", name+"vault"); err != nil {
		return "", err
	}
	return dir, nil
})

// cli is one working folder with the CLI in it.
type cli struct {
	cloud   *cloud
	dir     string
	environ []string
	printed bytes.Buffer // by every run
	secrets *secrets
	path    string // of the CLI; empty is the one that all tests run
}

// cli prepares a folder in which the CLI finds the built provider and the cloud. When the test ends, nothing that was printed or is
// left there may hold the password or a token.
func (c *cloud) cli(t *testing.T) *cli {
	t.Helper()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("TF_ACC is not set: this test runs Terraform")
	}
	dir := t.TempDir()
	bin, err := binary()
	must(t, err)
	config := filepath.Join(dir, "cli.tfrc")
	overrides := "provider_installation {\n  dev_overrides {\n"
	for _, source := range []string{"jmapcloud/jmapcloud", "hashicorp/sink", "hashicorp/vault"} { // the CLI looks there for a provider that has no source
		overrides += fmt.Sprintf("    \"registry.terraform.io/%[1]s\" = %[2]q\n    \"registry.opentofu.org/%[1]s\" = %[2]q\n", source, bin)
	}
	overrides += "  }\n}\n"
	must(t, os.WriteFile(config, []byte(overrides), 0o600))
	account := c.Account()
	x := &cli{cloud: c, dir: dir, secrets: c.watchSecrets(), environ: []string{
		"HOME=/nonexistent", "PATH=" + os.Getenv("PATH"), "TMPDIR=" + dir,
		"TF_CLI_CONFIG_FILE=" + config, "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1",
		"JMAPCLOUD_ENDPOINT=" + c.url, "JMAPCLOUD_ORGANIZATION_ID=" + account.OrganizationID,
		"JMAPCLOUD_USERNAME=" + account.Username, "JMAPCLOUD_PASSWORD=" + account.Password,
	}}
	t.Cleanup(func() { x.tellsNo(t, "password", "access token", "refresh token") })
	return x
}

const requiredProviders = "terraform {\n  required_providers {\n    jmapcloud = {\n      source = \"jmapcloud/jmapcloud\"\n    }\n  }\n}\n"

// write makes hcl the folder's configuration.
func (x *cli) write(t *testing.T, hcl string) *cli {
	t.Helper()
	must(t, os.WriteFile(filepath.Join(x.dir, "main.tf"), []byte(requiredProviders+hcl), 0o600))
	return x
}

// command is the CLI with arguments, not started.
func (x *cli) command(ctx context.Context, arguments ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, cmp.Or(x.path, os.Getenv("TF_ACC_TERRAFORM_PATH"), "terraform"), arguments...)
	cmd.Dir, cmd.Env = x.dir, x.environ
	return cmd
}

// run runs the CLI and returns all that it prints, without colour and unwrapped.
func (x *cli) run(t *testing.T, arguments ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	if arguments[0] == "plan" || arguments[0] == "apply" {
		arguments = slices.Insert(arguments, 1, "-no-color")
	}
	cmd := x.command(t.Context(), arguments...)
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	x.printed.Write(out.Bytes())
	return out.String(), err
}

// apply applies the configuration; with wantError it must fail.
func (x *cli) apply(t *testing.T, wantError bool, arguments ...string) string {
	t.Helper()
	out, err := x.run(t, append([]string{"apply", "-auto-approve", "-input=false"}, arguments...)...)
	if (err != nil) != wantError {
		t.Fatalf("apply: %v\n%s", err, out)
	}
	return out
}

func (x *cli) plan(t *testing.T, wantError bool, arguments ...string) string {
	t.Helper()
	out, err := x.run(t, append([]string{"plan", "-input=false"}, arguments...)...)
	if (err != nil) != wantError {
		t.Fatalf("plan: %v\n%s", err, out)
	}
	return out
}

var space = regexp.MustCompile(`[\s│╷╵]+`)

// reads checks that a text says each of wanted, however the CLI breaks its lines.
func reads(t *testing.T, text string, wanted ...string) {
	t.Helper()
	flat := space.ReplaceAllString(text, " ")
	for _, w := range wanted {
		if !strings.Contains(flat, w) {
			t.Errorf("lacks %q:\n%s", w, text)
		}
	}
}
