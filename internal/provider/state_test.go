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

// A state that a release has written is read by every later one. testdata/state has a folder for each release, with what Terraform wrote
// for each of the cases in cases.json. make states adds those of a release.

const oldStates = "testdata/state"

// stateCase is what a user had, and who had accepted the invitation.
type stateCase struct {
	Config  values `json:"config"`
	Accepts string `json:"accepts"`
}

func stateCases(t *testing.T) map[string]stateCase {
	t.Helper()
	content, err := os.ReadFile(oldStates + "/cases.json")
	must(t, err)
	var cases map[string]stateCase
	must(t, json.Unmarshal(content, &cases))
	for _, c := range cases {
		for name, value := range c.Config {
			elements, is := value.(map[string]any)
			if !is {
				continue
			}
			texts := map[string]string{}
			for key, text := range elements {
				texts[key], is = text.(string)
				if !is {
					t.Fatalf("%s is %v", name, value)
				}
			}
			c.Config[name] = texts
		}
	}
	return cases
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
	cases := stateCases(t)
	covered := map[string]bool{}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		typeName, _, _ := strings.Cut(name, ".")
		covered[typeName] = true
		t.Run(filepath.Base(filepath.Dir(file))+"/"+name, func(t *testing.T) {
			t.Parallel()
			test, known := cases[name]
			if !known {
				t.Fatalf("cases.json does not say how %s came about", name)
			}
			var old oldState
			content, err := os.ReadFile(file)
			must(t, err)
			must(t, json.Unmarshal(content, &old))

			c := startCloud(t)
			live := c.create(t, typeName, test.Config)
			if test.Accepts != "" {
				c.accept(t, test.Accepts)
				live = c.refreshed(t, typeName, live)
			}
			old.moveTo(t, live, test.Config)
			c.ClearRequests()

			o := c.upgraded(t, typeName, old)
			o = c.refreshed(t, typeName, o)
			if got, want := c.identified(t, typeName, o.identity), c.identified(t, typeName, live.identity); len(got) == 0 || !maps.Equal(got, want) {
				t.Errorf("the identity is %v, want %v", got, want)
			}
			if !o.value.Equal(live.value) {
				t.Errorf("read is\n%s\nand now it would be\n%s", o.value, live.value)
			}
			c.mustBeEmpty(t, typeName, o, test.Config)
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
