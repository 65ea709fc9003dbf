package provider_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// town is an organization that people made in the portal, over years: 200 members, 50 keys, 30 pending invitations, and what
// is not as neat.
func town(t *testing.T) *cloud {
	t.Helper()
	c := village(t)
	c.Seed(simulator.Seed{Members: 198, APIKeys: 47, Invitations: 28, Projects: 5})
	if got := fmt.Sprintf("%d members, %d keys, %d invitations", len(c.Members()), len(c.APIKeys())-1, len(c.Invitations())-2); got != "200 members, 50 keys, 30 invitations" {
		t.Fatal(got)
	}
	return c
}

// village has what is not as neat, and no more: 2 members, 3 keys, 2 invitations.
func village(t *testing.T) *cloud {
	t.Helper()
	c := startCloud(t)
	_, err := c.AddAPIKey("Expired", "ORG_VIEWER", c.Now().Add(1e9))
	must(t, err)
	c.invite(t, "Lapsed@Example.com", "ORG_EDITOR", "es")
	c.invite(t, "returned@example.com", "ORG_VIEWER", "fr")
	c.invite(t, "joined@example.com", "ORG_VIEWER", "fr")
	c.Advance(pastExpiry)
	c.invite(t, "returned@example.com", "ORG_EDITOR", "es") // and the first stays listed
	c.addMember(t, "Joined@Example.com", "ORG_EDITOR")      // and the invitation stays listed
	c.addKey(t, "twin", "ORG_EDITOR", 30)
	c.addKey(t, "twin", "ORG_VIEWER", 60)
	c.addKey(t, `R&D "${env}" %{if} C:\maps <ñ>`, "ORG_EDITOR", 30)
	return c
}

// From an empty folder to an empty plan, by the recipe for every CLI.
func TestCLI_adoptionOfATown(t *testing.T) {
	t.Parallel()
	c := town(t)
	x := c.cli(t).mirrored(t)
	before := c.people()
	folder := filepath.Join(x.dir, "town")
	must(t, os.Mkdir(folder, 0o700))
	script, err := filepath.Abs(filepath.Join(examples, "adopt/adopt.sh"))
	must(t, err)
	cmd := exec.CommandContext(t.Context(), script)
	cmd.Dir, cmd.Env = folder, append(x.environ, "CLI="+x.command(t.Context()).Path)
	out, err := cmd.CombinedOutput()
	x.printed.Write(out)
	t.Logf("%s", out)
	must(t, err)

	calls := len(c.Requests())
	reads(t, string(out), "Plan: 281 to import, 0 to add, 0 to change, 0 to destroy.", "281 imported, 0 added, 0 changed, 0 destroyed.", "No changes.",
		fmt.Sprintf("8 commands, %d calls to the API", calls))
	if calls > 60 {
		t.Errorf("it took %d calls to the API", calls)
	}
	if written := c.writes(); len(written) > 0 || c.people() != before {
		t.Errorf("it wrote %v", written)
	}
	files, err := filepath.Glob(folder + "/[a-z]*")
	must(t, err)
	if want := []string{"organization.tf", "terraform.tfstate", "terraform.tfstate.backup", "versions.tf"}; !slices.Equal(mapped(files, filepath.Base), want) {
		t.Errorf("the folder has %q, want %q", files, want)
	}
	text, err := os.ReadFile(folder + "/organization.tf")
	must(t, err)
	for _, line := range []string{
		`"joined@example.com" `, `"lapsed@example.com" = { role = "ORG_EDITOR", language = "es", on_expired_invitation = "keep" }`, `"returned@example.com" = { role = "ORG_EDITOR", language = "es" }`,
		`"R&D \"$${env}\" %%{if} C:\\maps <ñ>" `, `name = "twin", role = "ORG_VIEWER"`,
	} {
		reads(t, string(text), line)
	}
	if strings.Contains(string(text), "Expired") {
		t.Error("the expired key was adopted")
	}
	if open := c.Sessions().Open; open != 0 {
		t.Errorf("%d sessions are left open", open)
	}
}

// Terraform 1.16.0 honours only the first of several import blocks for instances of one resource, and plans to create the others. The script
// must not create every API key a second time.
func TestCLI_adoptionAppliesNoPlanThatDoesMoreThanImport(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	seedFew(t, c)
	x := c.cli(t).mirrored(t)
	before := c.people()
	folder := filepath.Join(x.dir, "town")
	must(t, os.Mkdir(folder, 0o700))
	forgetful := filepath.Join(x.dir, "terraform")
	must(t, os.WriteFile(forgetful, []byte(`#!/bin/sh
if [ "$1" = plan ]; then
  awk '/^import/ { n++ } n <= 1' imports.tf >first.txt && mv first.txt imports.tf
fi
exec "`+x.command(t.Context()).Path+`" "$@"
`), 0o700))
	script, err := filepath.Abs(filepath.Join(examples, "adopt/adopt.sh"))
	must(t, err)
	cmd := exec.CommandContext(t.Context(), script)
	cmd.Dir, cmd.Env = folder, append(x.environ, "CLI="+forgetful)
	out, err := cmd.CombinedOutput()
	x.printed.Write(out)
	if err == nil {
		t.Errorf("the script succeeded:\n%s", out)
	}
	reads(t, string(out), "Plan: 1 to import, 7 to add, 0 to change, 0 to destroy.", "adopt: this plan does more than import, so it is not applied, and nothing was changed")
	if written := c.writes(); len(written) > 0 || c.people() != before {
		t.Errorf("it wrote %v", written)
	}
}

// The script is the guide's steps, so that what is counted is what is read.
func TestExamples_adoptionScriptIsTheGuide(t *testing.T) {
	t.Parallel()
	script, err := os.ReadFile(filepath.Join(examples, "adopt/adopt.sh"))
	must(t, err)
	var steps, read []string
	for line := range strings.Lines(string(script)) {
		if command, is := strings.CutPrefix(line, "step "); is {
			command, _, _ = strings.Cut(command, " #")
			for _, flag := range []string{" -no-color", " -auto-approve", " -detailed-exitcode"} {
				command = strings.Replace(command, flag, "", 1)
			}
			command = strings.Replace(command, `"$imports"`, "imports", 1)
			steps = append(steps, strings.TrimSpace(command))
		}
	}
	for _, b := range storyOf(t, "docs/guides/adopting", "maps").steps {
		for line := range strings.Lines(b.text) {
			if command, is := strings.CutPrefix(line, "terraform "); is && b.language == "shell" {
				command, _, _ = strings.Cut(strings.TrimSpace(command), " >")
				read = append(read, command)
			}
		}
	}
	if !slices.Equal(steps, read) {
		t.Errorf("the script does %q, and the guide %q", steps, read)
	}
}

// With Terraform 1.14 the list blocks find everything, and what is generated from them plans nothing.
func TestList_adoptionOfATown(t *testing.T) {
	t.Parallel()
	c := town(t)
	c.ClearRequests()
	query := c.walk(t, nil)
	blocks := blocksOf(t, filepath.Join(examples, "adopt/query/organization.tfquery.hcl"), "list")
	all := map[string][]found{}
	for _, b := range blocks {
		results, diags := query.list(t, listing{typeName: b.typeName, config: b.arguments, whole: true})
		diags.mustBeFree(t)
		all[b.typeName] = results
	}
	asked := len(c.Requests())
	if got := [3]int{len(all[organization]), len(all[member]), len(all[apiKey])}; got != [3]int{1, 230, 50} {
		t.Errorf("%v were found", got)
	}
	plan := c.walk(t, nil)
	for typeName, results := range all {
		for _, f := range results {
			plan.adopted(t, typeName, f)
		}
	}
	calls := len(c.Requests())
	t.Logf("%d calls to the API to query, %d to plan", asked, calls-asked)
	if calls > 30 {
		t.Errorf("it took %d calls to the API", calls)
	}
	if written := c.writes(); len(written) > 0 {
		t.Errorf("it wrote %v", written)
	}
}
