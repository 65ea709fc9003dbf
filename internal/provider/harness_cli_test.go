package provider_test

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// Real Terraform with the built provider, for what runs in neither the CLI's test library nor the protocol tests: main,
// signals, the text that a user reads, and the files that are left.

// withCLI are the names of tests that run the CLI. The makefile runs these, and only these, without the race detector.
var withCLI = regexp.MustCompile(`^Test(Acc[A-Z]|CLI_|Compat_|Live/acceptance)`)

// wantsCLI skips a test that runs the CLI when none is to be run. Its name must tell that it does, or no run would include it.
func wantsCLI(t *testing.T) {
	t.Helper()
	if !withCLI.MatchString(t.Name()) {
		t.Fatalf("it runs the CLI, and its name does not match %s", withCLI)
	}
	if os.Getenv("TF_ACC") == "" {
		t.Skip("TF_ACC is not set: this test runs Terraform")
	}
}

// releaseBuild is the environment in which a program is built as make build does it. All that the tests build is, so that each library is
// compiled once.
func releaseBuild() []string {
	return []string{"CGO_ENABLED=0", "GOFLAGS=" + strings.TrimSpace(os.Getenv("GOFLAGS")+" -trimpath")}
}

// binary builds the provider and the secret sink once for all tests and returns the folder that they are in.
var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp(scratch, "binary")
	if err != nil {
		return "", err
	}
	name := filepath.Join(dir, "terraform-provider-")
	for provider, source := range map[string]string{"jmapcloud": "../..", "sink": "../tools/secretsink"} {
		build := exec.Command("go", "build", "-ldflags", "-s -w", "-o", name+provider, source)
		build.Env = append(os.Environ(), releaseBuild()...)
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
	pipes   string // the folder of the pipes by which providers are watched
}

// cli prepares a folder in which the CLI finds the built provider and the cloud. When the test ends, nothing that was printed or is
// left there may hold the password or a token.
func (c *cloud) cli(t *testing.T) *cli {
	t.Helper()
	wantsCLI(t)
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
		"TF_CLI_CONFIG_FILE=" + config, "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1", "GOGC=" + childGC,
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

func (x *cli) rewrite(t *testing.T, hcl string) {
	t.Helper()
	x.write(t, hcl)
}

// set changes an argument of the provider, by the environment.
func (x *cli) set(name, value string) {
	x.environ = append(x.environ, "JMAPCLOUD_"+strings.ToUpper(name)+"="+value)
}

// settings are the arguments of the provider, to be put back.
func (x *cli) settings() (put func()) {
	fair := slices.Clone(x.environ)
	return func() { x.environ = fair }
}

// adopt imports what is in the cloud.
func (x *cli) adopt(t *testing.T, address, id string) {
	t.Helper()
	x.must(t, "import", address, id)
}

func (x *cli) tellsNoSecret(t *testing.T) {
	t.Helper()
	for _, found := range x.secrets.in(x.printed.Bytes()) {
		t.Errorf("a run printed %s", found)
	}
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

// wrap runs a shell script in the provider's place. It has the provider's path in $provider, and ends with exec.
func (x *cli) wrap(t *testing.T, script string) {
	t.Helper()
	bin, err := binary()
	must(t, err)
	dir := t.TempDir()
	script = fmt.Sprintf("#!/bin/sh\nprovider=%q\n%s\n", filepath.Join(bin, "terraform-provider-jmapcloud"), script)
	must(t, os.WriteFile(filepath.Join(dir, "terraform-provider-jmapcloud"), []byte(script), 0o700))
	file := filepath.Join(x.dir, "cli.tfrc")
	config, err := os.ReadFile(file)
	must(t, err)
	const source = `/jmapcloud/jmapcloud" = `
	config = bytes.ReplaceAll(config, fmt.Appendf(nil, "%s%q", source, bin), fmt.Appendf(nil, "%s%q", source, dir))
	must(t, os.WriteFile(file, config, 0o600))
}

// cut applies the configuration, strikes the run when the request that stopAt waits for is there, and returns what it printed.
func (x *cli) cut(t *testing.T, there <-chan struct{}, strike func(run *exec.Cmd)) string {
	t.Helper()
	wantsSignals(t)
	var out bytes.Buffer
	run := x.command(t.Context(), "apply", "-auto-approve", "-no-color")
	run.Stdout, run.Stderr = &out, &out
	leadGroup(run)
	must(t, run.Start())
	select {
	case <-there:
	case <-time.After(time.Minute):
		t.Error("the request was never made")
	}
	strike(run)
	err := run.Wait()
	x.printed.Write(out.Bytes())
	if err == nil {
		t.Errorf("a run that was cut short succeeded:\n%s", out.String())
	}
	return out.String()
}

// standing is the organization as the cloud has it, but for its administrator.
func (c *cloud) standing() []string {
	all := []string{}
	for _, k := range c.APIKeys() {
		all = append(all, "key "+k.Title)
	}
	for _, m := range c.Members() {
		if m.Email != c.Account().Username && !slices.Contains(c.others, m.Email) {
			all = append(all, m.Email+" is "+m.Role)
		}
	}
	for _, i := range c.Invitations() {
		all = append(all, i.Email+" is invited as "+i.Role)
	}
	slices.Sort(all)
	return all
}

// inState is what a state has of one resource.
type inState struct{ typeName, Name, Email, Role, Status string }

// String says it in the words of the cloud's standing.
func (s inState) String() string {
	switch {
	case s.typeName == apiKey:
		return "key " + s.Name
	case s.Status == "ACTIVE":
		return s.Email + " is " + s.Role
	}
	return s.Email + " is invited as " + s.Role
}

// standing is the organization as the state has it, in the same words.
func (x *cli) standing(t *testing.T) []string {
	t.Helper()
	var state struct {
		Resources []struct {
			Instances []struct {
				Status     string
				Attributes inState
			}
			Type string
		}
	}
	all := []string{}
	text, err := os.ReadFile(filepath.Join(x.dir, "terraform.tfstate"))
	if os.IsNotExist(err) || len(text) == 0 {
		return all
	}
	must(t, err)
	must(t, json.Unmarshal(text, &state))
	for _, resource := range state.Resources {
		for _, instance := range resource.Instances {
			instance.Attributes.typeName = resource.Type
			line := instance.Attributes.String()
			if instance.Status != "" {
				line += ", " + instance.Status
			}
			all = append(all, line)
		}
	}
	slices.Sort(all)
	return all
}

func sameLists(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n got %q\nwant %q", what, got, want)
	}
}

// lacks checks that a text says none of unwanted.
func lacks(t *testing.T, text string, unwanted ...string) {
	t.Helper()
	flat := space.ReplaceAllString(text, " ")
	for _, u := range unwanted {
		if strings.Contains(flat, u) {
			t.Errorf("says %q:\n%s", u, text)
		}
	}
}

// mirrored lets init find the provider, as in a registry of this machine.
func (x *cli) mirrored(t *testing.T) *cli {
	t.Helper()
	built, err := binary()
	must(t, err)
	for _, registry := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		for provider, name := range map[string]string{"jmapcloud/jmapcloud": "jmapcloud", "hashicorp/vault": "vault"} {
			folder := filepath.Join(x.dir, "mirror", registry, provider, "0.1.0", runtime.GOOS+"_"+runtime.GOARCH)
			must(t, os.MkdirAll(folder, 0o700))
			must(t, os.Symlink(filepath.Join(built, "terraform-provider-"+name), filepath.Join(folder, "terraform-provider-"+name+"_v0.1.0")))
		}
	}
	config := fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", filepath.Join(x.dir, "mirror"))
	must(t, os.WriteFile(filepath.Join(x.dir, "cli.tfrc"), []byte(config), 0o600))
	return x
}

// digests are what the sink has received, oldest first.
func (x *cli) digests(t *testing.T) []string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(x.dir, "digests"))
	if os.IsNotExist(err) {
		return nil
	}
	must(t, err)
	return strings.Fields(string(content))
}

func digest(secret string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(secret))) }

// since is the first minor version of Terraform, and of OpenTofu, that has a feature; 0 where none has.
type since struct{ terraform, tofu int }

func (s since) of(cli string) int {
	if cli == "OpenTofu" {
		return s.tofu
	}
	return s.terraform
}

// knows reports whether the CLI has a feature.
func (x *cli) knows(t *testing.T, s since) bool {
	t.Helper()
	var name string
	var minor int
	_, err := fmt.Sscanf(x.version(t), "%s v1.%d", &name, &minor)
	must(t, err)
	first := s.of(name)
	return first > 0 && minor >= first
}

// versions are what each CLI says that it is, by its path: each is asked once.
var versions sync.Map

// version is what the CLI says that it is: "Terraform v1.11.4" and more lines.
func (x *cli) version(t *testing.T) string {
	t.Helper()
	path := x.command(t.Context()).Path
	ask, _ := versions.LoadOrStore(path, sync.OnceValues(func() (string, error) {
		out, err := exec.Command(path, "version").Output()
		return string(out), err
	}))
	said, err := ask.(func() (string, error))()
	must(t, err)
	return said
}

// applyImported applies after an import: nothing may be created again. The next plan is empty.
func (x *cli) applyImported(t *testing.T) string {
	t.Helper()
	out := x.apply(t, false)
	reads(t, out, "0 added", "0 destroyed")
	x.plan(t, false, "-detailed-exitcode")
	return out
}
