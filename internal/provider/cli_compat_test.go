package provider_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// Every version of Terraform and OpenTofu from the oldest supported on does what the guide to versions says. make compat runs
// these tests with all the CLIs it finds; make test with its one.

// feature is a row of the guide to versions.
type feature struct {
	name string // of the test
	row  string // in the guide
	since
	try func(*testing.T, *cli)
}

var features = []feature{
	{"life", "Resources and data sources, `check` blocks, and import by id, on the command line and in `import` blocks", since{5, 6}, tryLife},
	{"init", "`init` with a provider that `make install` has put in place", since{5, 6}, tryInit},
	{"test", "Modules tested with `terraform test`, `tofu test`", since{6, 6}, tryTest},
	{"import for_each", "`import` blocks with `for_each`", since{7, 7}, tryImportForEach},
	{"function", "Provider function `provider::jmapcloud::normalize_email`", since{8, 7}, tryFunction},
	{"moved", "`moved` from `jmapcloud_invitation` to `jmapcloud_member`", since{8, 10}, tryMoved},
	{"ephemeral", "Ephemeral resources", since{10, 11}, tryEphemeral},
	{"enabled", "`lifecycle { enabled = false }`, which plans as if the block were gone", since{0, 11}, tryEnabled},
	{"write-only", "`store_key = false`, with the key handed to a write-only argument", since{11, 11}, tryWriteOnly},
	{"identity", "Import by identity", since{12, 12}, tryIdentity},
	{"forget", "`lifecycle { destroy = false }`: a person or a key is forgotten and not deleted", since{16, 12}, tryForget},
	{"query", "List resources and `terraform query`", since{14, 0}, tryQuery},
	{"actions", "Actions", since{14, 0}, tryActions},
}

// first is the first version of a CLI that has the feature.
func (f feature) first(cli string) string {
	if f.of(cli) == 0 {
		return "none yet"
	}
	return fmt.Sprintf("from 1.%d", f.of(cli))
}

func TestCompat_featuresWorkFromTheirVersionOn(t *testing.T) {
	t.Parallel()
	table := &compatTable{cells: map[string]string{}}
	t.Cleanup(func() { table.write(t) })
	paths := strings.Fields(os.Getenv("COMPAT_CLIS"))
	if len(paths) == 0 {
		paths = []string{""}
	}
	for _, path := range paths {
		probe := startCloud(t).cli(t)
		probe.path = path
		name := strings.Replace(strings.TrimSuffix(strings.SplitN(probe.version(t), "\n", 2)[0], "-dev"), " v", " ", 1)
		if !table.add(name) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, f := range features {
				t.Run(f.name, func(t *testing.T) {
					t.Parallel()
					says := "works"
					t.Cleanup(func() {
						if t.Failed() {
							says = "FAILS"
						}
						table.set(f.name, name, says)
					})
					x := startCloud(t).cli(t)
					x.path = path
					if !x.knows(t, f.since) {
						product, _, _ := strings.Cut(name, " ")
						says = f.first(product)
						t.Skipf("this is %s, and %s has it: %s", name, product, says)
					}
					f.try(t, x)
				})
			}
		})
	}
}

// compatTable collects what each CLI does, for make compat to print.
type compatTable struct {
	mu    sync.Mutex
	clis  []string
	cells map[string]string
}

// add is false for a CLI that is there already.
func (c *compatTable) add(name string) bool {
	known := slices.Contains(c.clis, name)
	if !known {
		c.clis = append(c.clis, name)
	}
	return !known
}

func (c *compatTable) set(feature, name, says string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cells[feature+name] = says
}

func (c *compatTable) write(t *testing.T) {
	file := os.Getenv("COMPAT_TABLE")
	if file == "" {
		return
	}
	var out strings.Builder
	row := func(first string, cell func(name string) string) {
		fmt.Fprintf(&out, "%-16s", first)
		for _, name := range c.clis {
			fmt.Fprintf(&out, "  %-*s", len(name), cell(name))
		}
		out.WriteString("\n")
	}
	row("", func(name string) string { return name })
	for _, f := range features {
		row(f.name, func(name string) string { return c.cells[f.name+name] })
	}
	must(t, os.WriteFile(file, []byte(out.String()), 0o600))
}

// The guide has the table that is tried here.
func TestVersions_guideHasTheFeaturesThatAreTried(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile("../../templates/guides/versions.md")
	must(t, err)
	var want, got []string
	for _, f := range features {
		want = append(want, strings.ReplaceAll(fmt.Sprintf("| %s | %s | %s |", f.row, f.first("Terraform"), f.first("OpenTofu")), "| from ", "| "))
	}
	_, table, _ := strings.Cut(string(guide), "| feature | Terraform | OpenTofu |")
	table, _, _ = strings.Cut(table, "\n\n")
	for line := range strings.Lines(table) {
		if strings.HasPrefix(line, "| ") {
			got = append(got, strings.TrimSpace(line))
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("the guide has\n%s\nand tried is\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// tryLife leads one of each through its life: created, changed in place, forgotten, imported in both ways, destroyed.
func tryLife(t *testing.T, x *cli) {
	c := x.cloud
	before := c.people()
	must(t, ignore(c.Invite("reviewer@example.com", "ORG_VIEWER", "en")))
	expires := c.inDays(30)
	config := func(name, more, round, role, expired string) string {
		return fmt.Sprintf(`
resource "jmapcloud_organization" "roads" {
  name                = %q
  deletion_protection = false
}
resource "jmapcloud_api_key" "ci" {
  name       = "ci"
  role       = "ORG_EDITOR"
  expires_at = %q
%s}
resource "jmapcloud_api_key" "rotated" {
  name                = "rotated"
  role                = "ORG_EDITOR"
  lifetime            = "2160h"
  rotate_before       = "336h"
  rotate_when_changed = { round = %q }
}
resource "jmapcloud_member" "ana" {
  email = "Ana@example.com"
  role  = %q
}
resource "jmapcloud_invitation" "ben" {
  email      = "ben@example.com"
  role       = "ORG_VIEWER"
  on_expired = %q
}
data "jmapcloud_members" "all" {}
output "members" {
  value = data.jmapcloud_members.all.members[*].email
}
data "jmapcloud_access_report" "now" {
  expected_emails = ["admin@example.com"]
}
check "access" {
  assert {
    condition     = length(data.jmapcloud_access_report.now.unexpected_invitations) == 0
    error_message = "Somebody is invited who should not be."
  }
}
`, name, expires, more, round, role, expired)
	}
	reads(t, x.write(t, config("Roads", "", "1", "ORG_EDITOR", "resend")).apply(t, false), "5 added", `members = tolist([ "admin@example.com", ])`, "Somebody is invited who should not be.")

	x.write(t, config("Rivers", "  force_destroy = true\n", "2", "ORG_VIEWER", "keep"))
	reads(t, x.apply(t, false), "0 added, 5 changed, 0 destroyed")

	key, found := c.APIKeyByTitle("ci")
	if !found {
		t.Fatal("there is no key")
	}
	var roads string
	for _, o := range c.Organizations() {
		if o.Name == "Rivers" {
			roads = o.ID
		}
	}
	ids := map[string]string{
		"jmapcloud_organization.roads": roads,
		"jmapcloud_api_key.ci":         key.ID,
		"jmapcloud_member.ana":         ana,
		"jmapcloud_invitation.ben":     "ben@example.com",
	}
	addresses := slices.Sorted(maps.Keys(ids))
	x.must(t, append([]string{"state", "rm"}, addresses...)...)
	byCommand, byBlock := addresses[0], addresses[1:]
	x.must(t, "import", byCommand, ids[byCommand])
	blocks := ""
	for _, address := range byBlock {
		blocks += fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", address, ids[address])
	}
	must(t, os.WriteFile(filepath.Join(x.dir, "imports.tf"), []byte(blocks), 0o600))
	reads(t, x.applyImported(t), fmt.Sprintf("%d imported", len(byBlock)))
	must(t, os.Remove(filepath.Join(x.dir, "imports.tf")))

	x.with(c.Account().Username).apply(t, false, "-destroy")
	must(t, c.WithdrawInvitation("reviewer@example.com"))
	if after := c.people(); after != before {
		t.Errorf("the cloud has %s, and had %s before", after, before)
	}
	if open := c.Sessions().Open; open != 0 {
		t.Errorf("%d sessions are left open", open)
	}
}

// installed runs make install for a user of the tests' own, and returns the user's home.
var installed = sync.OnceValues(func() (string, error) {
	home := filepath.Join(scratch, "home")
	folders, err := goFolders()
	if err != nil {
		return "", err
	}
	install := exec.Command("make", "-C", "../..", "install")
	install.Env = append(append(os.Environ(), "HOME="+home), folders...)
	if out, err := install.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return home, nil
})

// tryInit is a user who has run make install and has nothing else: no overrides, no CLI configuration and no network.
func tryInit(t *testing.T, x *cli) {
	home, err := installed()
	must(t, err)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t.Errorf("init calls %s %s", r.Method, r.RequestURI)
		w.WriteHeader(http.StatusBadGateway)
	}))
	t.Cleanup(proxy.Close)
	x.environ = append(x.environ, "HOME="+home, "TF_CLI_CONFIG_FILE=", "HTTPS_PROXY="+proxy.URL, "HTTP_PROXY="+proxy.URL)
	x.write(t, "data \"jmapcloud_current_member\" \"me\" {}\noutput \"me\" {\n  value = data.jmapcloud_current_member.me.email\n}\n")
	out, err := x.run(t, "init", "-no-color", "-input=false")
	if err != nil {
		t.Fatalf("init: %v\n%s", err, out)
	}
	reads(t, out, "Installed jmapcloud/jmapcloud v", "successfully initialized")
	reads(t, x.apply(t, false), `me = "admin@example.com"`)
}

func tryTest(t *testing.T, x *cli) {
	x.write(t, "variable \"role\" {\n  type = string\n}\nresource \"jmapcloud_member\" \"ana\" {\n  email = \"ana@example.com\"\n  role  = var.role\n}\n")
	tests := "run \"invites\" {\n  variables {\n    role = \"ORG_VIEWER\"\n  }\n" +
		"  assert {\n    condition     = jmapcloud_member.ana.status == \"INVITED\"\n    error_message = \"She is not invited.\"\n  }\n}\n" +
		"run \"refuses\" {\n  command = plan\n  variables {\n    role = \"ORG_VIEWER\"\n  }\n" +
		"  assert {\n    condition     = jmapcloud_member.ana.role == \"ORG_VIEWER\"\n    error_message = \"She has another role.\"\n  }\n}\n"
	must(t, os.WriteFile(filepath.Join(x.dir, "people.tftest.hcl"), []byte(tests), 0o600))
	out, err := x.run(t, "test", "-no-color")
	if err != nil {
		t.Fatalf("test: %v\n%s", err, out)
	}
	reads(t, out, "2 passed, 0 failed")
	if mails, left := len(x.cloud.Mails()), len(x.cloud.Invitations()); mails != 1 || left != 0 {
		t.Errorf("%d mails went out, %d invitations are left", mails, left)
	}
}

func tryImportForEach(t *testing.T, x *cli) {
	for _, email := range []string{ana, "ben@example.com"} {
		x.cloud.addMember(t, email, "ORG_EDITOR")
	}
	x.write(t, `
locals {
  people = toset(["ana@example.com", "ben@example.com"])
}
import {
  for_each = local.people
  to       = jmapcloud_member.people[each.key]
  id       = each.key
}
resource "jmapcloud_member" "people" {
  for_each = local.people
  email    = each.key
  role     = "ORG_EDITOR"
}
`)
	reads(t, x.applyImported(t), "2 imported")
}

func tryMoved(t *testing.T, x *cli) {
	const person = "{\n  email = \"ana@example.com\"\n  role  = \"ORG_EDITOR\"\n}\n"
	x.write(t, "resource \"jmapcloud_invitation\" \"ana\" "+person).apply(t, false)
	x.write(t, "resource \"jmapcloud_member\" \"ana\" "+person+"moved {\n  from = jmapcloud_invitation.ana\n  to   = jmapcloud_member.ana\n}\n")
	reads(t, x.applyImported(t), "0 added, 0 changed, 0 destroyed")
	if mails := x.cloud.Mails(); len(mails) != 1 {
		t.Errorf("%d mails went out", len(mails))
	}
}

// tryEphemeral hands a key of the run to a program. Plan and apply have one each, and neither is left.
func tryEphemeral(t *testing.T, x *cli) {
	x.write(t, `
ephemeral "jmapcloud_api_key" "run" {
  name = "run"
  role = "ORG_EDITOR"
}
ephemeral "jmapcloud_access_token" "run" {}
resource "terraform_data" "program" {
  provisioner "local-exec" {
    command     = "test -n \"$KEY\" && test -n \"$TOKEN\""
    environment = {
      KEY   = ephemeral.jmapcloud_api_key.run.key
      TOKEN = ephemeral.jmapcloud_access_token.run.token
    }
  }
}
`).apply(t, false)
	if made, left := x.cloud.minted(), x.cloud.APIKeys(); made == 0 || len(left) != 0 {
		t.Errorf("%d keys were made, left are %v", made, left)
	}
}

func tryWriteOnly(t *testing.T, x *cli) {
	x.write(t, `
resource "jmapcloud_api_key" "ci" {
  name       = "ci"
  role       = "ORG_EDITOR"
  expires_at = "`+x.cloud.inDays(30)+`"
  store_key  = false
}
ephemeral "jmapcloud_api_key_secret" "ci" {
  api_key_id = jmapcloud_api_key.ci.id
}
`+sinkBlock("ephemeral.jmapcloud_api_key_secret.ci.key", "jmapcloud_api_key.ci.key_fingerprint")).apply(t, false)
	x.plan(t, false, "-detailed-exitcode")
	key := x.cloud.onlyKey(t)
	if got := x.digests(t); !slices.Equal(got, []string{digest(key.Secret)}) {
		t.Errorf("the sink received %q", got)
	}
	x.tellsNo(t)
}

func tryIdentity(t *testing.T, x *cli) {
	x.cloud.addMember(t, ana, "ORG_EDITOR")
	x.write(t, "import {\n  to = jmapcloud_member.ana\n  identity = {\n    email = \"ana@example.com\"\n  }\n}\n"+
		"resource \"jmapcloud_member\" \"ana\" {\n  email = \"ana@example.com\"\n  role  = \"ORG_EDITOR\"\n}\n")
	reads(t, x.applyImported(t), "1 imported")
}

// tryEnabled lets a person and a key go without their blocks going: they are deleted as ever, with what that means for their maps.
func tryEnabled(t *testing.T, x *cli) {
	c := x.cloud
	c.addMember(t, ana, "ORG_EDITOR")
	trees := c.project(t, "Street trees", ana)
	config := func(enabled bool) string {
		block := fmt.Sprintf("  lifecycle {\n    enabled = %t\n  }\n}\n", enabled)
		return "resource \"jmapcloud_member\" \"ana\" {\n  email = \"ana@example.com\"\n  role  = \"ORG_EDITOR\"\n" + block +
			"resource \"jmapcloud_api_key\" \"ci\" {\n  name       = \"ci\"\n  role       = \"ORG_VIEWER\"\n  expires_at = \"" + c.inDays(30) + "\"\n" + block
	}
	x.write(t, config(true)).apply(t, false)
	x.write(t, config(false))
	reads(t, x.plan(t, true), "Deleting the member ana@example.com would also delete 1 project")
	x.with(c.Account().Username)
	reads(t, x.apply(t, false), "Deleting the member ana@example.com transfers 1 project to admin@example.com", "0 added, 0 changed, 2 destroyed")
	if owners := c.Owners(trees); !slices.Equal(owners, []string{c.Account().Username}) {
		t.Errorf("the map belongs to %q", owners)
	}
	if left := c.standing(); len(left) > 0 {
		t.Errorf("the cloud has %q", left)
	}
}

// tryForget lets a person and a key go who own a map that nobody would receive: nothing is announced, refused or written.
func tryForget(t *testing.T, x *cli) {
	c := x.cloud
	const ben = "ben@example.com"
	c.addMember(t, ana, "ORG_EDITOR")
	c.addMember(t, ben, "ORG_EDITOR")
	c.project(t, "Street trees", ana)
	expires := c.inDays(30)
	config := func(emails, keys, changed string) string {
		return fmt.Sprintf(`
resource "jmapcloud_member" "team" {
  for_each = { %s }
  email    = each.value
  role     = "ORG_EDITOR"
  lifecycle {
    destroy = false
  }
}
resource "jmapcloud_api_key" "keys" {
  for_each   = toset([%s])
  name       = "${each.key}%s"
  role       = "ORG_EDITOR"
  expires_at = %q
  lifecycle {
    destroy = false
  }
}
`, emails, keys, changed, expires)
	}
	const both, one = `ana = "ana@example.com", ben = "ben@example.com"`, `ben = "ben@example.com"`
	x.write(t, config(both, `"ci", "map"`, "")).apply(t, false)
	c.ownedByKey(t, "ci", "Rivers")
	before := c.standing()
	c.ClearRequests()

	x.write(t, config(one, `"map"`, ""))
	plan := x.plan(t, false)
	lacks(t, plan, "Deleting the", "transfer", "would also delete")
	reads(t, plan, "0 to add, 0 to change, 0 to destroy")
	x.apply(t, false)
	x.plan(t, false, "-detailed-exitcode")
	destroy := []string{"-destroy"}
	if strings.HasPrefix(x.version(t), "OpenTofu") {
		destroy = append(destroy, "-suppress-forget-errors") // it counts what is left in place as an error
	}
	x.apply(t, false, destroy...)
	sameLists(t, "the cloud", c.standing(), before)
	if got := x.standing(t); len(got) > 0 {
		t.Errorf("the state still has %q", got)
	}
	if written := c.writes(); len(written) > 0 {
		t.Errorf("it wrote %v", written)
	}

	// A replacement is planned by the provider, which cannot see that the CLI will only forget the old object.
	x.write(t, config(both, `"ci"`, "")).apply(t, false)
	x.write(t, config(`ana = "anabel@example.com", ben = "ben@example.com"`, `"ci"`, ""))
	reads(t, x.plan(t, true), "Deleting the member ana@example.com would also delete 1 project")
}

func tryFunction(t *testing.T, x *cli) {
	x.write(t, "output \"key\" {\n  value = provider::jmapcloud::normalize_email(\" Ana@Example.com\")\n}\n")
	reads(t, x.apply(t, false), `key = "ana@example.com"`)
}

// tryQuery writes the configuration of the members that it finds, and adopts them with it.
func tryQuery(t *testing.T, x *cli) {
	x.cloud.addMember(t, ana, "ORG_EDITOR")
	x.write(t, "")
	query := "list \"jmapcloud_member\" \"editors\" {\n  provider         = jmapcloud\n  include_resource = true\n  config {\n    role = \"ORG_EDITOR\"\n  }\n}\n"
	must(t, os.WriteFile(filepath.Join(x.dir, "people.tfquery.hcl"), []byte(query), 0o600))
	out, err := x.run(t, "query", "-no-color", "-generate-config-out=people.tf")
	if err != nil {
		t.Fatalf("query: %v\n%s", err, out)
	}
	reads(t, out, ana)
	reads(t, x.applyImported(t), "1 imported")
}

func tryActions(t *testing.T, x *cli) {
	x.cloud.invite(t, ana, "ORG_EDITOR", "en")
	x.write(t, "action \"jmapcloud_resend_invitation\" \"ana\" {\n  config {\n    email              = \"ana@example.com\"\n    unless_sent_within = \"0s\"\n  }\n}\n")
	x.apply(t, false, "-invoke=action.jmapcloud_resend_invitation.ana")
	if mails := x.cloud.Mails(); len(mails) != 2 {
		t.Errorf("%d mails went out", len(mails))
	}
}
