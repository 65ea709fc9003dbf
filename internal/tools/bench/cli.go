package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// cloud is a simulated cloud on a socket. Nil is none, for the provider that calls nothing.
type cloud struct {
	*simulator.Server
	url    string
	server *http.Server
}

func startCloud(ctx context.Context) (*cloud, error) {
	c := &cloud{Server: simulator.New()}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	c.server = &http.Server{Handler: c, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = c.server.Serve(listener) }() // until close
	c.url = "http://" + listener.Addr().String()
	c.SetBaseURL(c.url)
	return c, nil
}

func (c *cloud) close() error {
	if c == nil {
		return nil
	}
	_ = c.Close()
	return c.server.Close()
}

func (c *cloud) environment() []string {
	if c == nil {
		return nil
	}
	account := c.Account()
	return []string{
		"JMAPCLOUD_ENDPOINT=" + c.url, "JMAPCLOUD_ORGANIZATION_ID=" + account.OrganizationID,
		"JMAPCLOUD_USERNAME=" + account.Username, "JMAPCLOUD_PASSWORD=" + account.Password,
	}
}

// calls are the requests of the last session, by method: Terraform plans in one and applies in another.
func (c *cloud) calls() callCount {
	if c == nil {
		return nil
	}
	requests := c.Requests()
	last := 0
	for i, r := range requests {
		if strings.HasSuffix(r.Path, "/authenticate") {
			last = i
		}
	}
	t := callCount{}
	for _, r := range requests[last:] {
		t[r.Method]++
	}
	return t
}

// cli is Terraform, or OpenTofu, in a folder of its own, with one provider and one cloud.
type cli struct {
	program string
	folder  string
	peaks   string // the file with the peaks of memory
	environ []string
	cloud   *cloud
}

// prepare lays out a folder in which the CLI finds the configuration and the provider, metered. Of the user's environment
// only the path to programs is left.
func (b *bench) prepare(provider string, c *cloud, configuration string) (*cli, error) {
	folder, err := os.MkdirTemp(b.base, "folder")
	if err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	programs := filepath.Join(folder, "provider")
	if err := os.Mkdir(programs, 0o700); err != nil {
		return nil, err
	}
	if err := os.Symlink(self, filepath.Join(programs, "terraform-provider-jmapcloud")); err != nil {
		return nil, err
	}
	x := &cli{program: b.cli, folder: folder, peaks: filepath.Join(folder, "peaks"), cloud: c}
	config := filepath.Join(folder, "cli.tfrc")
	x.environ = append(c.environment(), "PATH="+os.Getenv("PATH"), "HOME="+folder, "TMPDIR="+folder,
		"CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1", "TF_CLI_CONFIG_FILE="+config, meteredVariable+"="+provider, peaksVariable+"="+x.peaks)
	overrides := fmt.Sprintf("provider_installation {\n  dev_overrides {\n    \"registry.terraform.io/jmapcloud/jmapcloud\" = %[1]q\n    \"registry.opentofu.org/jmapcloud/jmapcloud\" = %[1]q\n  }\n}\n", programs)
	return x, errors.Join(os.WriteFile(config, []byte(overrides), 0o600), os.WriteFile(filepath.Join(folder, "main.tf"), []byte(configuration), 0o600))
}

// sample is one run of the CLI.
type sample struct {
	took  time.Duration
	peak  int64 // bytes that the provider took, at most
	calls callCount
	text  string // what the CLI printed
}

// run runs the CLI once. It must say what is wanted of it.
func (x *cli) run(ctx context.Context, wanted string, arguments ...string) (sample, error) {
	if x.cloud != nil {
		x.cloud.ClearRequests()
	}
	_ = os.Remove(x.peaks) // there is none yet
	var out bytes.Buffer
	cmd := exec.CommandContext(ctx, x.program, arguments...)
	cmd.Dir, cmd.Env = x.folder, x.environ
	cmd.Stdout, cmd.Stderr = &out, &out
	// Ctrl-C reaches the whole process group. A second signal would make the CLI drop what it is doing.
	cmd.Cancel = func() error { return nil }
	cmd.WaitDelay = 20 * time.Second
	start := time.Now()
	err := cmd.Run()
	s := sample{took: time.Since(start), text: out.String(), calls: x.cloud.calls()}
	if err == nil && !strings.Contains(s.text, wanted) {
		err = fmt.Errorf("it does not say %q", wanted)
	}
	if err != nil {
		return s, fmt.Errorf("%s: %w\n%s", strings.Join(slices.Insert(arguments, 0, x.program), " "), err, s.text[max(0, len(s.text)-2000):])
	}
	s.peak, err = highest(x.peaks)
	return s, err
}

func (x *cli) apply(ctx context.Context, wanted string, more ...string) (sample, error) {
	return x.run(ctx, wanted, append([]string{"apply", "-auto-approve", "-input=false", "-no-color"}, more...)...)
}

// plan is for a configuration that is applied.
func (x *cli) plan(ctx context.Context, more ...string) (sample, error) {
	return x.run(ctx, "No changes.", append([]string{"plan", "-input=false", "-no-color"}, more...)...)
}
