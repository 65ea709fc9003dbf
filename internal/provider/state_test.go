package provider_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// A state that a release has written is read by every later one. testdata/state has what Terraform wrote with each release, one file
// for each of stateCases; WRITE_STATE=v0.2.0 adds those of the present provider, when it is released.

const oldStates = "testdata/state"

// stateCases are what a user had, with what people did to it.
var stateCases = map[string]struct {
	config values
	then   func(*testing.T, *cloud)
}{
	organization + ".roads": {config: values{"name": "Roads", "deletion_protection": false}},

	apiKey + ".dated":      {config: values{"name": "Import", "role": "ORG_EDITOR", "expires_at": "2090-01-01T00:00:00Z", "transfer_ownership_to": "Admin@example.com"}},
	apiKey + ".rotated":    {config: values{"name": "Export", "role": "ORG_EDITOR", "lifetime": "2160h", "rotate_before": "336h", "keep_previous_for": "24h", "rotate_when_changed": map[string]string{"leaks": "0"}}},
	apiKey + ".not_stored": {config: values{"name": "CI", "role": "ORG_VIEWER", "expires_at": "2090-01-01T00:00:00Z", "store_key": false}},

	member + ".invited": {config: values{"email": "Ana@Example.com", "role": "ORG_EDITOR", "language": "fr", "force_destroy": true}},
	member + ".active": {config: values{"email": "bruno@example.com", "role": "ORG_VIEWER"}, then: func(t *testing.T, c *cloud) {
		must(t, ignore(c.Accept("bruno@example.com", "Bruno", password)))
	}},

	invitation + ".pending": {config: values{"email": "Carla@Example.com", "role": "ORG_VIEWER", "language": "es", "on_expired": "keep"}},
	invitation + ".accepted": {config: values{"email": "diego@example.com", "role": "ORG_EDITOR"}, then: func(t *testing.T, c *cloud) {
		must(t, ignore(c.Accept("diego@example.com", "Diego", password)))
	}},
}

// oldState is one resource in a state file.
type oldState struct {
	SchemaVersion int64                      `json:"schema_version"`
	Attributes    map[string]json.RawMessage `json:"attributes"`
	Private       []byte                     `json:"private,omitempty"`
}

func TestState_ofEachReleaseIsReadAndPlansEmpty(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(oldStates + "/*/*.json")
	must(t, err)
	covered := map[string]bool{}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		typeName, _, _ := strings.Cut(name, ".")
		covered[typeName] = true
		t.Run(filepath.Base(filepath.Dir(file))+"/"+name, func(t *testing.T) {
			t.Parallel()
			test, known := stateCases[name]
			if !known {
				t.Fatalf("stateCases does not say how %s came about", name)
			}
			var old oldState
			content, err := os.ReadFile(file)
			must(t, err)
			must(t, json.Unmarshal(content, &old))

			c := startCloud(t)
			live := c.create(t, typeName, test.config)
			if test.then != nil {
				test.then(t, c)
				live = c.refreshed(t, typeName, live)
			}
			old.moveTo(t, live, test.config)
			c.ClearRequests()

			o := c.upgraded(t, typeName, old)
			o = c.refreshed(t, typeName, o)
			if got, want := c.identified(t, typeName, o.identity), c.identified(t, typeName, live.identity); len(got) == 0 || !maps.Equal(got, want) {
				t.Errorf("the identity is %v, want %v", got, want)
			}
			if !o.value.Equal(live.value) {
				t.Errorf("read is\n%s\nand now it would be\n%s", o.value, live.value)
			}
			c.mustBeEmpty(t, typeName, o, test.config)
			if writes := c.writes(); len(writes) > 0 {
				t.Errorf("it wrote %v", writes)
			}
		})
	}
	if got := slices.Sorted(maps.Keys(covered)); !slices.Equal(got, everyResource) {
		t.Errorf("there are states of %q", got)
	}
}

// moveTo puts what this cloud has given in place of what the cloud of then had: ids, secrets and times, in the attributes and in the
// private state. Which attributes there are, and what the user wrote, stays as it was.
func (s *oldState) moveTo(t *testing.T, live object, config values) {
	t.Helper()
	now := attributesOf(t, live.value)
	for name, raw := range s.Attributes {
		var then string
		if _, given := config[name]; given || json.Unmarshal(raw, &then) != nil || then == "" {
			continue
		}
		value, exists := now[name]
		if !exists || value.IsNull() {
			continue
		}
		text := live.text(t, name)
		encoded, err := json.Marshal(text)
		must(t, err)
		s.Attributes[name] = encoded
		s.Private = bytes.ReplaceAll(s.Private, []byte(then), []byte(text))
	}
}

// upgraded is what Terraform has after it has handed a state to the provider.
func (c *cloud) upgraded(t *testing.T, typeName string, s oldState) object {
	t.Helper()
	raw, err := json.Marshal(s.Attributes)
	must(t, err)
	w := c.walk(t, nil)
	resp, err := w.server.UpgradeResourceState(t.Context(), &tfprotov6.UpgradeResourceStateRequest{
		TypeName: typeName, Version: s.SchemaVersion, RawState: &tfprotov6.RawState{JSON: raw},
	})
	must(t, err)
	diagnostics(resp.Diagnostics).mustBeFree(t)
	return object{value: undynamic(t, w.typeOf(typeName), resp.UpgradedState), private: s.Private}
}

// TestCLI_writesTheStateOfARelease is no test but the tool that adds the states of a release.
func TestCLI_writesTheStateOfARelease(t *testing.T) {
	t.Parallel()
	release := os.Getenv("WRITE_STATE")
	if release == "" {
		t.Skip("WRITE_STATE names no release: see CONTRIBUTING.md")
	}
	c := startCloud(t)
	x := c.cli(t).write(t, "ephemeral \"jmapcloud_api_key_secret\" \"not_stored\" {\n  api_key_id = jmapcloud_api_key.not_stored.id\n}\n"+
		sinkBlock("ephemeral.jmapcloud_api_key_secret.not_stored.key", "jmapcloud_api_key.not_stored.key_fingerprint"))
	resources := map[string]map[string]values{}
	for name, test := range stateCases {
		typeName, label, _ := strings.Cut(name, ".")
		if resources[typeName] == nil {
			resources[typeName] = map[string]values{}
		}
		resources[typeName][label] = test.config
	}
	config, err := json.Marshal(map[string]any{"resource": resources})
	must(t, err)
	must(t, os.WriteFile(filepath.Join(x.dir, "resources.tf.json"), config, 0o600))
	x.apply(t, false)
	for _, test := range stateCases {
		if test.then != nil {
			test.then(t, c)
		}
	}
	x.apply(t, false, "-refresh-only")

	type stateResource struct {
		Type, Name string
		Instances  []oldState
	}
	var state struct{ Resources []stateResource }
	content, err := os.ReadFile(filepath.Join(x.dir, "terraform.tfstate"))
	must(t, err)
	must(t, json.Unmarshal(content, &state))
	folder := filepath.Join(oldStates, release)
	must(t, os.MkdirAll(folder, 0o750))
	state.Resources = slices.DeleteFunc(state.Resources, func(r stateResource) bool { return r.Type == "sink_secret" })
	for _, r := range state.Resources {
		written, err := json.MarshalIndent(r.Instances[0], "", "  ")
		must(t, err)
		must(t, os.WriteFile(filepath.Join(folder, r.Type+"."+r.Name+".json"), append(written, '\n'), 0o600))
	}
	if len(state.Resources) != len(stateCases) {
		t.Errorf("%d states were written", len(state.Resources))
	}
}
