package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"time"
)

// cli is Terraform, or OpenTofu, in a folder of its own.
type cli struct {
	program string
	folder  string // with a copy of the configuration
	config  string // the CLI's own
	environ []string
	colours bool // for a picture
}

// prepare lays out what the CLI needs below base: the configuration, and a mirror with nothing in it but the provider, so
// that init asks no registry. Of the user's environment only the path to programs is left.
func prepare(base, program, provider, configuration string, account []string) (*cli, error) {
	c := &cli{
		program: program,
		folder:  filepath.Join(base, "configuration"),
		config:  filepath.Join(base, "cli.tfrc"),
		environ: append(slices.Clone(account), "PATH="+os.Getenv("PATH"), "HOME="+base, "TMPDIR="+base,
			"CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1", "TF_CLI_CONFIG_FILE="+filepath.Join(base, "cli.tfrc")),
	}
	if err := os.CopyFS(c.folder, os.DirFS(configuration)); err != nil {
		return nil, err
	}
	mirror := filepath.Join(base, "mirror")
	for _, registry := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		if err := install(mirror, registry, provider); err != nil {
			return nil, err
		}
	}
	text := fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", filepath.ToSlash(mirror))
	return c, os.WriteFile(c.config, []byte(text), 0o600)
}

// beside is the CLI in a folder of a copy of another configuration.
func (c *cli) beside(configuration, folder string) (*cli, error) {
	other := *c
	copied := filepath.Join(filepath.Dir(c.folder), filepath.Base(configuration))
	other.folder = filepath.Join(copied, folder)
	return &other, os.CopyFS(copied, os.DirFS(configuration))
}

// install copies the provider to where a mirror has it.
func install(mirror, registry, provider string) error {
	name := filepath.Base(provider)
	_, version, found := strings.Cut(name, "_v")
	if !found {
		return fmt.Errorf("-provider %q does not end in _v and a version", provider)
	}
	folder := filepath.Join(mirror, registry, "jmapcloud", "jmapcloud", version, runtime.GOOS+"_"+runtime.GOARCH)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	binary, err := os.ReadFile(provider)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, name), binary, 0o700)
}

// run shows a command and what it prints, and returns that.
func (c *cli) run(ctx context.Context, arguments ...string) (string, error) {
	fmt.Printf("$ %s %s\n", filepath.Base(c.program), quoted(arguments))
	var out bytes.Buffer
	if !c.colours {
		arguments = slices.Insert(arguments, 1, "-no-color")
	}
	cmd := exec.CommandContext(ctx, c.program, arguments...)
	cmd.Dir, cmd.Env = c.folder, c.environ
	cmd.Stdout = io.MultiWriter(os.Stdout, &out)
	cmd.Stderr = cmd.Stdout
	// Ctrl-C reaches the whole process group. A second signal would make the CLI drop what it is doing.
	cmd.Cancel = func() error { return nil }
	cmd.WaitDelay = 20 * time.Second
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("%s %s: %w", filepath.Base(c.program), arguments[0], err)
	}
	fmt.Println()
	return escapes.ReplaceAllString(out.String(), ""), nil
}

// escapes are what turns colours on and off.
var escapes = regexp.MustCompile(`\x1b\[[0-9;]*m`)

// quoted is a command line as one would type it.
func quoted(arguments []string) string {
	var line []string
	for _, a := range arguments {
		if strings.Contains(a, `"`) {
			a = "'" + a + "'"
		}
		line = append(line, a)
	}
	return strings.Join(line, " ")
}

// dropLine removes the line that holds text from a file of the configuration.
func (c *cli) dropLine(name, text string) error {
	return c.edit(name, text, func(line string) string {
		fmt.Printf("%s\n-%s\n", name, line)
		return ""
	})
}

// addLine adds a line after the one that holds text.
func (c *cli) addLine(name, text, added string) error {
	return c.edit(name, text, func(line string) string {
		fmt.Printf("%s\n+%s\n", name, added)
		return line + added
	})
}

func (c *cli) edit(name, text string, change func(line string) string) error {
	file := filepath.Join(c.folder, name)
	before, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var after strings.Builder
	found := false
	for line := range strings.Lines(string(before)) {
		if strings.Contains(line, text) {
			found, line = true, change(line)
		}
		after.WriteString(line)
	}
	if !found {
		return fmt.Errorf("%s has no line with %s", name, text)
	}
	return os.WriteFile(file, []byte(after.String()), 0o600)
}

// gaps are what the CLI puts between words when it breaks and frames its lines.
var gaps = regexp.MustCompile(`[\s│╷╵]+`)

// reads reports whether a text says something, however its lines are broken.
func reads(text, wanted string) bool {
	return strings.Contains(gaps.ReplaceAllString(text, " "), wanted)
}
