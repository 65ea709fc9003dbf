package provider_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/provider"
)

const examples = "../../examples"

// exampleWorlds is what has to be in the organization for an example to make sense, and what it then shows.
var exampleWorlds = map[string]struct {
	seed     func(*testing.T, *cloud)
	applied  func(*testing.T, *cloud) // what people do between apply and import
	override string                   // HCL that allows the destroy
	shows    string
	cli      string // the only one that is known to have what it uses
}{
	"demo":     {shows: `organization = "Simulated Organization"`},
	"provider": {seed: seedLead},

	"resources/jmapcloud_api_key":      {seed: seedLead},
	"resources/jmapcloud_organization": {override: "resource \"jmapcloud_organization\" \"city\" {\n  deletion_protection = false\n}\n"},
	"resources/jmapcloud_member": {
		seed: seedLead,
		applied: func(t *testing.T, c *cloud) {
			_, err := c.Accept("bruno@example.com", "Bruno García", password)
			must(t, err)
		},
	},

	"functions/normalize_email": {shows: `"bruno@example.com", "carla@example.com"`},

	"actions/jmapcloud_resend_invitation":   {seed: seedInvited, shows: "0 changed"},
	"actions/jmapcloud_transfer_ownership":  {seed: seedLeaver, shows: "No changes"},
	"list-resources/jmapcloud_api_key":      {seed: func(t *testing.T, c *cloud) { seedKey(t, c, c.Now().AddDate(1, 0, 0)) }, shows: "Nightly import (ORG_EDITOR, expires 20"},
	"list-resources/jmapcloud_invitation":   {seed: seedReviewer, shows: "reviewer@example.com (ORG_VIEWER, expires in 6 days)"},
	"list-resources/jmapcloud_member":       {seed: seedInvited, shows: "ana@example.com (invited, expires in 5 days)"},
	"list-resources/jmapcloud_organization": {shows: "Simulated Organization"},

	"data-sources/jmapcloud_access_report": {
		seed: func(t *testing.T, c *cloud) {
			seedLead(t, c)
			c.addMember(t, "stranger@example.com", "ORG_VIEWER")
			seedKey(t, c, c.Now().AddDate(0, 0, 13))
		},
		shows: "Not expected: stranger@example.com.",
	},
	"data-sources/jmapcloud_api_key": {
		seed:  func(t *testing.T, c *cloud) { seedKey(t, c, c.Now().AddDate(1, 0, 0)) },
		shows: "@apikey.jmapcloud.io",
	},
	"data-sources/jmapcloud_api_keys": {
		seed:  func(t *testing.T, c *cloud) { seedKey(t, c, time.Date(2029, 12, 31, 0, 0, 0, 0, time.UTC)) },
		shows: `"Nightly import" = "2029-12-31T00:00:00Z"`,
	},
	"data-sources/jmapcloud_current_member": {shows: `signed_in_as = "admin@example.com"`},
	"data-sources/jmapcloud_invitation":     {seed: seedReviewer, shows: `reviewer_has_until = "20`},
	"data-sources/jmapcloud_invitations":    {seed: seedReviewer, shows: `"reviewer@example.com"`},
	"data-sources/jmapcloud_member":         {seed: seedLead, shows: `gis_lead = "Member gis-lead@example.com"`},
	"data-sources/jmapcloud_members":        {seed: seedLead, shows: `administrators = tolist([ "admin@example.com", ])`},
	"data-sources/jmapcloud_organization":   {shows: `organization = "Simulated Organization"`},
	"data-sources/jmapcloud_organizations":  {shows: `"Simulated Organization" = "`},
	"data-sources/jmapcloud_owned_resources": {
		seed: func(t *testing.T, c *cloud) {
			seedLead(t, c)
			_, err := c.AddProject("Street trees", "gis-lead@example.com")
			must(t, err)
		},
		shows: `only_theirs = [ "Street trees", ]`,
	},

	"ephemeral-resources/jmapcloud_api_key": {seed: seedLead, cli: "Terraform", applied: func(t *testing.T, c *cloud) {
		if projects := c.Projects(); len(projects) != 1 || !slices.Equal(c.Owners(projects[0].ID), []string{"gis-lead@example.com"}) {
			t.Errorf("the projects are %v", projects)
		}
	}},
	"ephemeral-resources/jmapcloud_api_key_secret": {seed: func(t *testing.T, c *cloud) { c.withOthersMaps(t) }}, // its secret is not in state, so that the key cannot be asked what it owns
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
	folders, err := filepath.Glob(examples + "/*/*_*")
	must(t, err)
	folders = slices.DeleteFunc(folders, func(folder string) bool { return strings.Contains(folder, "list-resources") }) // nothing to apply
	if len(folders) < 21 {
		t.Errorf("only %d examples were found", len(folders))
	}
	for _, folder := range append(folders, examples+"/provider", examples+"/demo") {
		name, err := filepath.Rel(examples, folder)
		must(t, err)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			world := exampleWorlds[filepath.ToSlash(name)]
			c := startCloud(t)
			if world.seed != nil {
				world.seed(t, c)
			}
			before := c.people()
			x := c.cli(t)
			if needed, newer := exampleNeeds[filepath.Dir(name)]; newer && !x.knows(t, needed) {
				t.Skipf("it takes %v", needed)
			}
			if !strings.HasPrefix(x.version(t), world.cli) {
				t.Skip("it is for " + world.cli)
			}
			x.copyExample(t, folder)

			reads(t, x.apply(t, false), world.shows)
			x.plan(t, false, "-detailed-exitcode") // status 2 would be a change
			if world.applied != nil {
				world.applied(t, c)
				x.apply(t, false, "-refresh-only")
			}
			x.importAsShown(t, folder)
			must(t, os.WriteFile(filepath.Join(x.dir, "override.tf"), []byte(world.override), 0o600))
			x.apply(t, false)
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

// people counts what the provider can make.
func (c *cloud) people() string {
	return fmt.Sprintf("%d members, %d API keys, %d invitations, %d organizations",
		len(c.Members()), len(c.APIKeys()), len(c.Invitations()), len(c.Organizations()))
}

// copyExample puts an example's configuration in the folder, as a reader would who tries it.
func (x *cli) copyExample(t *testing.T, folder string) {
	t.Helper()
	files, err := filepath.Glob(folder + "/*.tf")
	must(t, err)
	sourced := false
	for _, file := range files {
		needed, newer := exampleFileNeeds[filepath.Base(file)]
		if strings.HasPrefix(filepath.Base(file), "import-by-") || newer && !x.knows(t, needed) {
			continue
		}
		text, err := os.ReadFile(file)
		must(t, err)
		sourced = sourced || strings.Contains(string(text), "required_providers")
		must(t, os.WriteFile(filepath.Join(x.dir, filepath.Base(file)), text, 0o600))
	}
	if !sourced {
		must(t, os.WriteFile(filepath.Join(x.dir, "versions.tf"), []byte(requiredProviders), 0o600))
	}
}

// exampleID stands in the examples for an id that only the cloud can give.
var exampleID = regexp.MustCompile(`01234567-89ab-4cde-8f01-23456789abcd|auth0\|0123456789abcdef01234567`)

// importAsShown forgets what was applied and imports it again, in each way that the example's folder shows.
func (x *cli) importAsShown(t *testing.T, folder string) {
	t.Helper()
	script, err := os.ReadFile(filepath.Join(folder, "import.sh"))
	if os.IsNotExist(err) {
		return
	}
	must(t, err)
	for line := range strings.Lines(string(script)) {
		if strings.HasPrefix(line, "terraform import ") {
			address := strings.Trim(strings.Fields(line)[2], "'")
			command := exampleID.ReplaceAllLiteralString(line, x.forget(t, address))
			shell := exec.CommandContext(t.Context(), "sh", "-c", command)
			if cli := x.command(t.Context()).Path; filepath.Base(cli) != "terraform" {
				shell = exec.CommandContext(t.Context(), "sh", "-c", strings.Replace(command, "terraform", cli, 1))
			}
			shell.Dir, shell.Env = x.dir, x.environ
			if out, err := shell.CombinedOutput(); err != nil {
				t.Fatalf("%s: %v\n%s", line, err, out)
			}
		}
	}
	x.applyImported(t)

	for _, way := range []string{"import-by-string-id.tf", "import-by-identity.tf"} {
		block, err := os.ReadFile(filepath.Join(folder, way))
		must(t, err)
		if way == "import-by-identity.tf" && !x.knows(t, since{12, 12}) {
			continue
		}
		address := regexp.MustCompile(`to = (\S+)`).FindStringSubmatch(string(block))[1]
		block = exampleID.ReplaceAllLiteral(block, []byte(x.forget(t, address)))
		file := filepath.Join(x.dir, way)
		must(t, os.WriteFile(file, block, 0o600))
		reads(t, x.applyImported(t), "1 imported")
		must(t, os.Remove(file))
	}
}

// forget drops a resource from state and returns its id.
func (x *cli) forget(t *testing.T, address string) string {
	t.Helper()
	shown, err := x.command(t.Context(), "show", "-json").Output()
	must(t, err)
	var state struct {
		Values struct {
			RootModule struct {
				Resources []struct {
					Address string
					Values  struct{ ID string }
				}
			} `json:"root_module"`
		}
	}
	must(t, json.Unmarshal(shown, &state))
	if out, err := x.run(t, "state", "rm", address); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, r := range state.Values.RootModule.Resources {
		if r.Address == address {
			return r.Values.ID
		}
	}
	t.Fatalf("no %s in %s", address, shown)
	return ""
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
	x.copyExample(t, examples+"/actions/jmapcloud_transfer_ownership")
	x.apply(t, false)
	trees := c.project(t, "Street trees", ana)
	handedOver := func(project string) {
		t.Helper()
		if owners := c.Owners(project); !slices.Contains(owners, "gis-lead@example.com") {
			t.Errorf("the map belongs to %q", owners)
		}
	}
	x.edit(t, "action.tf", `"surveying"`, `"parks"`)
	x.apply(t, false)
	handedOver(trees)
	if x.knows(t, exampleFileNeeds["action_before_destroy.tf"]) {
		rivers := c.project(t, "Rivers", ana)
		x.edit(t, "action_before_destroy.tf", "count = 1", "count = 0")
		x.apply(t, false)
		handedOver(rivers)
	}

	invited := startCloud(t)
	seedInvited(t, invited)
	y := invited.cli(t)
	y.copyExample(t, examples+"/actions/jmapcloud_resend_invitation")
	y.apply(t, false)
	invited.mailedNow(t, 1)
	y.edit(t, "action.tf", "input = 1", "input = 2")
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
