package provider_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/provider"
)

const examples = "../../examples"

// exampleWorlds is what an example shows, and what has to be in the organization before it where it is tried alone.
var exampleWorlds = map[string]struct {
	seed  func(*testing.T, *cloud)
	shows string
	cli   string // the only one that is known to have what it uses
}{
	"demo":                      {shows: `organization = "Simulated Organization"`},
	"functions/normalize_email": {shows: `"bruno@example.com", "carla@example.com"`},

	"actions/jmapcloud_resend_invitation":   {seed: seedInvited, shows: "0 changed"},
	"actions/jmapcloud_transfer_ownership":  {seed: seedLeaver, shows: "0 changed, 0 destroyed"},
	"list-resources/jmapcloud_api_key":      {seed: func(t *testing.T, c *cloud) { seedKey(t, c, c.Now().AddDate(1, 0, 0)) }, shows: "Nightly import (ORG_EDITOR, expires 20"},
	"list-resources/jmapcloud_invitation":   {seed: seedReviewer, shows: "reviewer@example.com (ORG_VIEWER, expires in 6 days)"},
	"list-resources/jmapcloud_member":       {seed: seedInvited, shows: "ana@example.com (invited, expires in 5 days)"},
	"list-resources/jmapcloud_organization": {shows: "Simulated Organization"},

	"data-sources/jmapcloud_access_report":   {shows: "Not expected: stranger@example.com."},
	"data-sources/jmapcloud_api_key":         {shows: "@apikey.jmapcloud.io"},
	"data-sources/jmapcloud_api_keys":        {shows: `"Nightly import" = "2029-12-31T00:00:00Z"`},
	"data-sources/jmapcloud_current_member":  {shows: `signed_in_as = "admin@example.com"`},
	"data-sources/jmapcloud_invitation":      {shows: `reviewer_has_until = "20`},
	"data-sources/jmapcloud_invitations":     {shows: `pending = tolist([ "reviewer@example.com", ])`},
	"data-sources/jmapcloud_member":          {shows: `gis_lead = "Member gis-lead@example.com"`},
	"data-sources/jmapcloud_members":         {shows: `administrators = tolist([ "admin@example.com", ])`},
	"data-sources/jmapcloud_organization":    {shows: `organization = "Simulated Organization"`},
	"data-sources/jmapcloud_organizations":   {shows: `"Simulated Organization" = "`},
	"data-sources/jmapcloud_owned_resources": {shows: `only_theirs = [ "Street trees", ]`},

	"ephemeral-resources/jmapcloud_api_key": {cli: "Terraform"},
}

// exampleRun is examples that are tried together, as one configuration of one organization.
type exampleRun struct {
	folders  []string // as patterns
	seed     func(*testing.T, *cloud)
	applied  func(*testing.T, *cloud) // what people do then
	override string                   // HCL that allows the destroy
}

var exampleRuns = map[string]exampleRun{
	"demo": {folders: []string{"demo"}},
	"reading": {folders: []string{"provider", "data-sources/*", "functions/*"}, seed: func(t *testing.T, c *cloud) {
		seedLead(t, c)
		must(t, ignore(c.AddProject("Street trees", "gis-lead@example.com")))
		c.addMember(t, "stranger@example.com", "ORG_VIEWER")
		seedKey(t, c, time.Date(2029, 12, 31, 0, 0, 0, 0, time.UTC))
		must(t, ignore(c.AddAPIKey("Nightly export", "ORG_EDITOR", c.Now().AddDate(0, 0, 13))))
		seedReviewer(t, c)
	}},
	"resources": {
		folders: []string{"resources/*"},
		seed:    seedLead,
		applied: func(t *testing.T, c *cloud) {
			must(t, ignore(c.Accept("bruno@example.com", "Bruno García", password)))
		},
		override: "resource \"jmapcloud_organization\" \"city\" {\n  deletion_protection = false\n}\n",
	},
	"ephemeral": {
		folders: []string{"ephemeral-resources/*"},
		seed: func(t *testing.T, c *cloud) {
			seedLead(t, c)
			c.withOthersMaps(t) // a key whose secret is not in state cannot be asked what it owns
		},
		applied: func(t *testing.T, c *cloud) {
			for _, p := range c.projects() {
				if !slices.Equal(c.Owners(p.ID), []string{"gis-lead@example.com"}) {
					t.Errorf("a project belongs to %v", c.Owners(p.ID))
				}
			}
		},
	},
	"resending":    {folders: []string{"actions/jmapcloud_resend_invitation"}, seed: seedInvited},
	"handing over": {folders: []string{"actions/jmapcloud_transfer_ownership"}, seed: seedLeaver},
}

func seedLead(t *testing.T, c *cloud) { c.addMember(t, "gis-lead@example.com", "ORG_EDITOR") }

func seedKey(t *testing.T, c *cloud, expires time.Time) {
	_, err := c.AddAPIKey("Nightly import", "ORG_EDITOR", expires)
	must(t, err)
}

// seedInvited invites Ana, a day ago.
func seedInvited(t *testing.T, c *cloud) {
	c.invite(t, ana, "ORG_EDITOR", "fr")
	c.Advance(25 * time.Hour)
}

// seedLeaver gives Ana something to hand over.
func seedLeaver(t *testing.T, c *cloud) {
	seedLead(t, c)
	c.addMember(t, ana, "ORG_EDITOR")
	_, err := c.AddProject("Street trees", ana)
	must(t, err)
}

func seedReviewer(t *testing.T, c *cloud) {
	_, err := c.Invite("reviewer@example.com", "ORG_VIEWER", "en")
	must(t, err)
}

func TestCLI_examplesApplyImportAndDestroy(t *testing.T) {
	t.Parallel()
	for name, run := range exampleRuns {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t)
			if run.seed != nil {
				run.seed(t, c)
			}
			before := c.people()
			x := c.cli(t)
			folders := x.knownExamples(t, run)
			for _, folder := range folders {
				x.copyExample(t, folder)
			}
			x.declaresTheProvider(t)

			applied := x.apply(t, false)
			for _, folder := range folders {
				reads(t, applied, exampleWorlds[folder].shows)
			}
			if run.applied != nil {
				run.applied(t, c)
			}
			reads(t, x.apply(t, false), "0 added, 0 changed, 0 destroyed") // what people did is in state then
			must(t, os.WriteFile(filepath.Join(x.dir, "override.tf"), []byte(run.override), 0o600))
			x.importAsShown(t, folders)
			x.apply(t, false, "-destroy")
			if after := c.people(); after != before {
				t.Errorf("the cloud has %s, and had %s before", after, before)
			}
			if open := c.Sessions().Open; open != 0 {
				t.Errorf("%d sessions are left open", open)
			}
		})
	}
}

// examplesOf are the folders of a run.
func examplesOf(t *testing.T, run exampleRun) (folders []string) {
	t.Helper()
	for _, pattern := range run.folders {
		found, err := fs.Glob(os.DirFS(examples), pattern)
		must(t, err)
		folders = append(folders, found...)
	}
	return folders
}

// knownExamples are the folders of a run that the CLI has everything for. Where there is none, the test is skipped.
func (x *cli) knownExamples(t *testing.T, run exampleRun) []string {
	t.Helper()
	folders := slices.DeleteFunc(examplesOf(t, run), func(folder string) bool {
		needed, newer := exampleNeeds[filepath.Dir(folder)]
		return newer && !x.knows(t, needed) || !strings.HasPrefix(x.version(t), exampleWorlds[folder].cli)
	})
	if len(folders) == 0 {
		t.Skip("it takes a newer CLI")
	}
	return folders
}

// Every example is applied, and with one organization only.
func TestExamples_areInOneRunEach(t *testing.T) {
	t.Parallel()
	folders, err := fs.Glob(os.DirFS(examples), "*/*_*")
	must(t, err)
	folders = slices.DeleteFunc(folders, func(folder string) bool { return strings.HasPrefix(folder, "list-resources") }) // nothing to apply
	if len(folders) < 21 {
		t.Errorf("only %d examples were found", len(folders))
	}
	folders = append(folders, "provider", "demo")
	var run []string
	for _, r := range exampleRuns {
		run = append(run, examplesOf(t, r)...)
	}
	slices.Sort(folders)
	slices.Sort(run)
	sameLists(t, "the examples that are run", run, folders)
}

// people counts what the provider can make.
func (c *cloud) people() string {
	return fmt.Sprintf("%d members, %d API keys, %d invitations, %d organizations",
		len(c.Members()), len(c.APIKeys()), len(c.Invitations()), len(c.Organizations()))
}

// copyExample puts an example's configuration in the folder, as a reader would who tries it.
func (x *cli) copyExample(t *testing.T, name string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(examples, name, "*.tf"))
	must(t, err)
	for _, file := range files {
		needed, newer := exampleFileNeeds[filepath.Base(file)]
		if strings.HasPrefix(filepath.Base(file), "import-by-") || newer && !x.knows(t, needed) {
			continue
		}
		text, err := os.ReadFile(file)
		must(t, err)
		must(t, os.WriteFile(filepath.Join(x.dir, filepath.Base(name)+"-"+filepath.Base(file)), text, 0o600))
	}
}

// declaresTheProvider adds what a configuration lacks that does not say where its provider comes from.
func (x *cli) declaresTheProvider(t *testing.T) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(x.dir, "*.tf"))
	must(t, err)
	for _, file := range files {
		text, err := os.ReadFile(file)
		must(t, err)
		if strings.Contains(string(text), "required_providers") {
			return
		}
	}
	must(t, os.WriteFile(filepath.Join(x.dir, "versions.tf"), []byte(requiredProviders), 0o600))
}

// exampleID stands in the examples for an id that only the cloud can give.
var exampleID = regexp.MustCompile(`01234567-89ab-4cde-8f01-23456789abcd|auth0\|0123456789abcdef01234567`)

// importAsShown forgets what was applied and imports it again, in each way that the examples' folders show.
func (x *cli) importAsShown(t *testing.T, folders []string) {
	t.Helper()
	folders = slices.DeleteFunc(slices.Clone(folders), func(folder string) bool { return !strings.HasPrefix(folder, "resources/") })
	if len(folders) == 0 {
		return
	}
	shown := map[string]string{} // commands by the address
	for _, folder := range folders {
		script, err := os.ReadFile(filepath.Join(examples, folder, "import.sh"))
		must(t, err)
		for line := range strings.Lines(string(script)) {
			if strings.HasPrefix(line, "terraform import ") {
				shown[strings.Trim(strings.Fields(line)[2], "'")] = line
			}
		}
	}
	ids := x.forget(t, slices.Sorted(maps.Keys(shown))...)
	for address, line := range shown {
		command := exampleID.ReplaceAllLiteralString(line, ids[address])
		shell := exec.CommandContext(t.Context(), "sh", "-c", strings.Replace(command, "terraform", x.command(t.Context()).Path, 1))
		shell.Dir, shell.Env = x.dir, x.environ
		if out, err := shell.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", line, err, out)
		}
	}
	reads(t, x.apply(t, false), "0 added", "0 destroyed")

	for _, way := range []string{"import-by-string-id.tf", "import-by-identity.tf"} {
		if way == "import-by-identity.tf" && !x.knows(t, since{12, 12}) {
			continue
		}
		blocks := map[string]string{} // by the address
		for _, folder := range folders {
			block, err := os.ReadFile(filepath.Join(examples, folder, way))
			must(t, err)
			blocks[regexp.MustCompile(`to = (\S+)`).FindStringSubmatch(string(block))[1]] = string(block)
		}
		all := ""
		for address, id := range x.forget(t, slices.Sorted(maps.Keys(blocks))...) {
			all += exampleID.ReplaceAllLiteralString(blocks[address], id)
		}
		file := filepath.Join(x.dir, way)
		must(t, os.WriteFile(file, []byte(all), 0o600))
		reads(t, x.applyImported(t), fmt.Sprintf("%d imported", len(blocks)))
		must(t, os.Remove(file))
	}
}

// forget drops resources from state and returns their ids.
func (x *cli) forget(t *testing.T, addresses ...string) map[string]string {
	t.Helper()
	shown, err := x.command(t.Context(), "show", "-json").Output()
	must(t, err)
	var state tfjson.State
	must(t, json.Unmarshal(shown, &state))
	ids := map[string]string{}
	for _, r := range state.Values.RootModule.Resources {
		if slices.Contains(addresses, r.Address) {
			ids[r.Address], _ = r.AttributeValues["id"].(string)
		}
	}
	if len(ids) != len(addresses) {
		t.Fatalf("not all of %q are in %s", addresses, shown)
	}
	x.must(t, append([]string{"state", "rm"}, addresses...)...)
	return ids
}

// exampleNeeds is what kinds of examples take, where it is more than the oldest CLI has.
var exampleNeeds = map[string]since{"actions": {14, 0}, "list-resources": {14, 0}, "functions": {8, 7}, "ephemeral-resources": {11, 11}}

// exampleFileNeeds is what files of an example take, where it is more than the rest of the folder.
var exampleFileNeeds = map[string]since{"action_before_destroy.tf": {16, 0}}

// What the examples of actions trigger happens: a reminder and a hand-over with a change, and a hand-over before an end.
func TestCLI_exampleActionsAreTriggered(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	seedLead(t, c)
	c.addMember(t, ana, "ORG_EDITOR")
	x := c.cli(t)
	if !x.knows(t, exampleNeeds["actions"]) {
		t.Skipf("it takes %v", exampleNeeds["actions"])
	}
	x.copyExample(t, "actions/jmapcloud_transfer_ownership")
	x.declaresTheProvider(t)
	x.apply(t, false)
	trees := c.project(t, "Street trees", ana)
	handedOver := func(project string) {
		t.Helper()
		if owners := c.Owners(project); !slices.Contains(owners, "gis-lead@example.com") {
			t.Errorf("the map belongs to %q", owners)
		}
	}
	x.edit(t, "jmapcloud_transfer_ownership-action.tf", `"surveying"`, `"parks"`)
	x.apply(t, false)
	handedOver(trees)
	if x.knows(t, exampleFileNeeds["action_before_destroy.tf"]) {
		rivers := c.project(t, "Rivers", ana)
		x.edit(t, "jmapcloud_transfer_ownership-action_before_destroy.tf", "count = 1", "count = 0")
		x.apply(t, false)
		handedOver(rivers)
	}

	invited := startCloud(t)
	seedInvited(t, invited)
	y := invited.cli(t)
	y.copyExample(t, "actions/jmapcloud_resend_invitation")
	y.declaresTheProvider(t)
	y.apply(t, false)
	invited.mailedNow(t, 1)
	y.edit(t, "jmapcloud_resend_invitation-action.tf", "input = 1", "input = 2")
	y.apply(t, false)
	invited.mailedNow(t, 2)
}

func TestExamples_showEverythingTheProviderHas(t *testing.T) {
	t.Parallel()
	server := providerserver.NewProtocol6((&provider.Factory{}).New())()
	schemas, err := server.GetProviderSchema(context.Background(), &tfprotov6.GetProviderSchemaRequest{})
	must(t, err)
	var files []string
	for name := range schemas.ResourceSchemas {
		for _, file := range []string{"resource.tf", "import.sh", "import-by-string-id.tf", "import-by-identity.tf"} {
			files = append(files, filepath.Join(examples, "resources", name, file))
		}
	}
	for name := range schemas.DataSourceSchemas {
		files = append(files, filepath.Join(examples, "data-sources", name, "data-source.tf"))
	}
	for name := range schemas.EphemeralResourceSchemas {
		files = append(files, filepath.Join(examples, "ephemeral-resources", name, "ephemeral-resource.tf"))
	}
	for name := range schemas.ListResourceSchemas {
		files = append(files, filepath.Join(examples, "list-resources", name, "list-resource.tfquery.hcl"))
	}
	for name := range schemas.ActionSchemas {
		files = append(files, filepath.Join(examples, "actions", name, "action.tf"))
	}
	for name := range schemas.Functions {
		files = append(files, filepath.Join(examples, "functions", name, "function.tf"))
	}
	for _, file := range files {
		if _, err := os.Stat(file); err != nil {
			t.Error(err)
		}
	}
}

func TestCLI_examplesAreFormatted(t *testing.T) {
	t.Parallel()
	x := startCloud(t).cli(t)
	must(t, os.CopyFS(filepath.Join(x.dir, "examples"), os.DirFS(examples)))
	if !x.knows(t, exampleNeeds["functions"]) { // whose calls it cannot read
		must(t, os.RemoveAll(filepath.Join(x.dir, "examples/functions")))
	}
	if out, err := x.run(t, "fmt", "-check", "-diff", "-recursive", "examples"); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// A world for an example that is no more would hide that nothing uses it.
func TestExamples_worldsBelongToAnExample(t *testing.T) {
	t.Parallel()
	for name := range exampleWorlds {
		if _, err := fs.Stat(os.DirFS(examples), name); err != nil {
			t.Error(err)
		}
	}
}
