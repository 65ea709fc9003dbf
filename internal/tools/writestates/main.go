// Writestates keeps what a release writes to Terraform's state, so that every later one is tested with it. It applies the cases
// against a simulated cloud with the built provider, and writes a file for each resource.
//
//	make states VERSION=0.2.0
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// testCase is a resource as a user has written it, and who accepts the invitation that it sends.
type testCase struct {
	Config  map[string]any `json:"config"`
	Accepts string         `json:"accepts"`
}

// instance is what the state has of one resource.
type instance struct {
	SchemaVersion int64                      `json:"schema_version"`
	Attributes    map[string]json.RawMessage `json:"attributes"`
	Private       []byte                     `json:"private,omitempty"`
}

// taken hands the secret that is not stored to another provider: a key whose secret nobody has taken would be deleted.
const taken = `
ephemeral "jmapcloud_api_key_secret" "not_stored" {
  api_key_id = jmapcloud_api_key.not_stored.id
}

resource "sink_secret" "vault" {
  file             = "digests"
  value_wo         = ephemeral.jmapcloud_api_key_secret.not_stored.key
  value_wo_version = jmapcloud_api_key.not_stored.key_fingerprint
}
`

func main() {
	cli := flag.String("cli", "terraform", "the `program` to run: terraform or tofu")
	provider := flag.String("provider", "", "the built provider, a `file`")
	sink := flag.String("sink", "", "the built provider that receives secrets, a `file`")
	states := flag.String("states", "internal/provider/testdata/state", "the `folder` with the cases and a folder for each release")
	version := flag.String("version", "", "the release")
	flag.Parse()
	if err := run(context.Background(), *cli, map[string]string{"jmapcloud": *provider, "sink": *sink}, *states, *version); err != nil {
		fmt.Fprintln(os.Stderr, "writestates:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, program string, providers map[string]string, states, version string) error {
	content, err := os.ReadFile(filepath.Join(states, "cases.json"))
	if err != nil {
		return err
	}
	var cases map[string]testCase
	if err := json.Unmarshal(content, &cases); err != nil {
		return err
	}
	cloud := simulator.New()
	server := httptest.NewServer(cloud)
	defer server.Close()
	cloud.SetBaseURL(server.URL)

	dir, err := os.MkdirTemp("", "writestates")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := prepare(dir, providers, cases); err != nil {
		return err
	}
	account := cloud.Account()
	apply := func(arguments ...string) error {
		cmd := exec.CommandContext(ctx, program, append([]string{"apply", "-auto-approve", "-input=false"}, arguments...)...)
		cmd.Dir, cmd.Stderr = dir, os.Stderr
		cmd.Env = append(os.Environ(), "TF_CLI_CONFIG_FILE="+filepath.Join(dir, "cli.tfrc"), "CHECKPOINT_DISABLE=1",
			"JMAPCLOUD_ENDPOINT="+server.URL, "JMAPCLOUD_ORGANIZATION_ID="+account.OrganizationID,
			"JMAPCLOUD_USERNAME="+account.Username, "JMAPCLOUD_PASSWORD="+account.Password)
		return cmd.Run()
	}
	if err := apply(); err != nil {
		return err
	}
	for _, c := range cases {
		if c.Accepts == "" {
			continue
		}
		if _, err := cloud.Accept(c.Accepts, "Somebody", "Correct-Horse.7"); err != nil {
			return err
		}
	}
	if err := apply("-refresh-only"); err != nil {
		return err
	}
	return keep(filepath.Join(dir, "terraform.tfstate"), filepath.Join(states, "v"+strings.TrimPrefix(version, "v")), cases)
}

// prepare writes the configuration, and where the CLI finds the providers.
func prepare(dir string, providers map[string]string, cases map[string]testCase) error {
	for name, file := range providers {
		file, err := filepath.Abs(file)
		if err != nil {
			return err
		}
		if err := os.Symlink(file, filepath.Join(dir, "terraform-provider-"+name)); err != nil {
			return err
		}
	}
	resources := map[string]map[string]any{}
	for name, c := range cases {
		typeName, label, _ := strings.Cut(name, ".")
		if resources[typeName] == nil {
			resources[typeName] = map[string]any{}
		}
		resources[typeName][label] = c.Config
	}
	config, err := json.Marshal(map[string]any{
		"terraform": map[string]any{"required_providers": map[string]any{"jmapcloud": map[string]string{"source": "jmapcloud/jmapcloud"}}},
		"resource":  resources,
	})
	if err != nil {
		return err
	}
	var overrides strings.Builder
	for _, source := range []string{"jmapcloud/jmapcloud", "hashicorp/sink"} {
		for _, registry := range []string{"registry.terraform.io", "registry.opentofu.org"} {
			fmt.Fprintf(&overrides, "    %q = %q\n", registry+"/"+source, dir)
		}
	}
	for name, text := range map[string]string{
		"main.tf.json": string(config),
		"taken.tf":     taken,
		"cli.tfrc":     "provider_installation {\n  dev_overrides {\n" + overrides.String() + "  }\n}\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// keep writes each case of the state file into a file of its own.
func keep(state, folder string, cases map[string]testCase) error {
	content, err := os.ReadFile(state)
	if err != nil {
		return err
	}
	var all struct {
		Resources []struct {
			Type, Name string
			Instances  []instance
		}
	}
	if err := json.Unmarshal(content, &all); err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o750); err != nil {
		return err
	}
	written := 0
	for _, r := range all.Resources {
		name := r.Type + "." + r.Name
		if _, wanted := cases[name]; !wanted {
			continue
		}
		text, err := json.MarshalIndent(r.Instances[0], "", "  ")
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(folder, name+".json"), append(text, '\n'), 0o600); err != nil {
			return err
		}
		written++
	}
	if written != len(cases) {
		return fmt.Errorf("the state has %d of %d cases", written, len(cases))
	}
	fmt.Printf("%d states in %s\n", written, folder)
	return nil
}
