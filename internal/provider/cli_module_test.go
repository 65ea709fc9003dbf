package provider_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const organizationModule = examples + "/modules/organization"

// withModule puts the module beside the configuration that uses it, and goes there.
func (x *cli) withModule(t *testing.T) *cli {
	t.Helper()
	must(t, os.CopyFS(filepath.Join(x.dir, "organization"), os.DirFS(organizationModule)))
	x.dir = filepath.Join(x.dir, "organization", "example")
	x.gets(t)
	return x
}

// gets lets the CLI find the modules.
func (x *cli) gets(t *testing.T, more ...string) {
	t.Helper()
	if out, err := x.run(t, append([]string{"get"}, more...)...); err != nil {
		t.Fatalf("get: %v\n%s", err, out)
	}
}

// edit replaces text in a file of the folder, where it stands once.
func (x *cli) edit(t *testing.T, name, old, replacement string) {
	t.Helper()
	file := filepath.Join(x.dir, name)
	text, err := os.ReadFile(file)
	must(t, err)
	if strings.Count(string(text), old) != 1 {
		t.Fatalf("%s has %q not once:\n%s", name, old, text)
	}
	must(t, os.WriteFile(file, []byte(strings.Replace(string(text), old, replacement, 1)), 0o600))
}

// The module from the first apply to the last: someone comes, someone leaves and hands over, a role and a key change, time passes.
func TestCLI_moduleLivesFromOneFile(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	before := c.people()
	x := c.cli(t).withModule(t)
	const bruno = "bruno@example.com"

	reads(t, x.apply(t, false), "5 added, 0 changed, 0 destroyed")
	c.accept(t, ada)
	c.accept(t, bruno)
	trees := c.project(t, "Street trees", bruno)
	first, _ := c.APIKeyByTitle("Nightly import")

	x.edit(t, "organization.yaml", "  - email: bruno@example.com\n    name: Bruno García\n    role: ORG_EDITOR\n    language: fr\n    transfer_ownership_to: ada@example.com\n",
		"  - email: dora@example.com\n    name: Dora Smith\n    role: ORG_VIEWER\n")
	x.edit(t, "organization.yaml", "role: ORG_VIEWER\n    until", "role: ORG_EDITOR\n    until")
	x.edit(t, "organization.yaml", "email: ada@example.com\n    name: Ada Lovelace", "email: ADA@example.com\n    name: Countess of Lovelace")
	x.edit(t, "organization.yaml", "keep_previous_for: 24h", "keep_previous_for: 24h\n    rotate_when_changed: {round: 1}")
	reads(t, x.apply(t, false), "Deleting the member bruno@example.com transfers 1 project to ada@example.com", `The API key "Nightly import" will be rotated`, "1 added, 2 changed, 1 destroyed")
	if owners := c.Owners(trees); !slices.Equal(owners, []string{ada}) {
		t.Errorf("the map belongs to %q", owners)
	}
	sameLists(t, "the cloud", c.standing(), []string{
		"ada@example.com is ORG_EDITOR", "carla@example.com is invited as ORG_EDITOR", "dora@example.com is invited as ORG_VIEWER",
		"key Dashboard", "key Nightly import", "key Nightly import",
	})
	if _, found := c.apiKeyByID(first.ID); !found {
		t.Error("the previous key was not kept")
	}
	lacks(t, x.plan(t, false, "-var=now=2035-03-23T00:00:00Z", "-detailed-exitcode"), "Within a week ends")
	warned := x.plan(t, false, "-var=now=2035-03-25T00:00:00Z")
	reads(t, warned, "Within a week ends: member Carla Rossi at 2035-03-31T00:00:00Z.", "No changes.")
	reads(t, x.apply(t, false, "-var=now=2035-03-31T00:00:00Z"), "0 added, 0 changed, 1 destroyed")
	if _, invited := c.Invitation("carla@example.com"); invited {
		t.Error("Carla is still invited")
	}

	x.apply(t, false, "-destroy", "-var=now=2035-03-31T00:00:00Z")
	if after := c.people(); after != before {
		t.Errorf("the cloud has %s, and had %s before", after, before)
	}
	if owners := c.Owners(trees); !slices.Equal(owners, []string{c.Account().Username}) {
		t.Errorf("the map belongs to %q", owners)
	}
}

// All that does not fit is named at once, and nothing is planned.
func TestCLI_moduleNamesEachThingThatDoesNotFit(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	x := c.cli(t).withModule(t)
	must(t, os.WriteFile(filepath.Join(x.dir, "organization.yaml"), []byte(`
peple: []
transfer_ownership_to: gone@example.com
unmanaged_members: [admin@example.com, x]
people:
  - {email: ada@example.com, role: EDITOR}
  - {email: "ADA@example.com ", role: ORG_EDITOR, transfer_ownership_to: ada@example.com}
  - {email: bob, role: ORG_VIEWER, language: de, on_expired_invitation: maybe, on_departure: wave, until: tomorrow}
  - {role: ORG_EDITOR}
  - carl@example.com
  - {email: d@example.com, role: ORG_EDITOR, name: Dora, until: 2030-01-31, force_destroy: perhaps}
  - {email: e@example.com, role: ORG_EDITOR, name: Dora, transfer_ownership_to: d@example.com, transfer_to: x}
  - {email: f@example.com, transfer_ownership_to: v@example.com}
  - {email: v@example.com, role: ORG_VIEWER}
  - {email: admin@example.com, role: ORG_ADMIN, until: }
api_keys:
  - {name: a, role: ORG_ADMIN, lifetime: 90d}
  - {name: b, role: ORG_EDITOR, lifetime: 90h, expires_at: 2030-01-31}
  - {name: b, role: ORG_EDITOR}
  - {name: c, role: ORG_EDITOR, expires_at: soon, store_key: perhaps, rotate_when_changed: x, keep_for: 1h}
  - {role: ORG_EDITOR, expires_at: 2030-01-31}
`), 0o600))
	out := x.plan(t, true)
	reads(t, out, "The organization cannot be made as it is written: - ",
		"- peple is unknown here: write people, api_keys, unmanaged_members, transfer_ownership_to.",
		"- transfer_ownership_to: the successor gone@example.com is in neither people nor unmanaged_members.",
		`- unmanaged_members: "x" is no email address: write it as name@example.com.`,
		"- unmanaged_members: admin@example.com is in people too: keep one of the two.",
		`- people[0], ada@example.com: the role is "EDITOR": write ORG_ADMIN, ORG_EDITOR, ORG_VIEWER.`,
		"- ada@example.com is in people 2 times, as ada@example.com and ADA@example.com: keep one entry.",
		"- people[1], ADA@example.com: the successor is the person themselves.",
		"- people[2], bob: is no email address: write it as name@example.com.",
		`- people[2], bob: the language is "de": write en, fr, es.`,
		`- people[2], bob: on_expired_invitation is "maybe": write resend, keep.`,
		`- people[2], bob: on_departure is "wave": write invite, keep_out.`,
		`- people[2], bob: until is "tomorrow": write a date such as 2030-01-31, or a time such as 2030-01-31T17:00:00Z.`,
		"- people[3]: has no email.",
		"- people[4]: is no entry with email and role.",
		`- people[5], d@example.com: force_destroy is "perhaps": write true or false.`,
		"- people[6], e@example.com: transfer_to is unknown: write email, name, role,",
		"- people[6], e@example.com: the successor d@example.com leaves at 2030-01-31T00:00:00Z: name one without until.",
		"- Dora is the name of d@example.com and e@example.com: names are different.",
		"- people[7], f@example.com: has no role: write ORG_ADMIN, ORG_EDITOR, ORG_VIEWER.",
		"- people[7], f@example.com: the successor v@example.com is a Viewer, who cannot own anything: name an Editor or Administrator.",
		"- people[9], admin@example.com: until has no value: write a time, or leave until out for access without end.",
		`- api_keys[0], a: the role is "ORG_ADMIN": write ORG_EDITOR, ORG_VIEWER.`,
		`- api_keys[0], a: lifetime is "90d": write hours, minutes and seconds such as 2160h, which is 90 days.`,
		"- api_keys[1], b: write one of expires_at and lifetime.",
		"- api_keys[2], b: write one of expires_at and lifetime.",
		`- 2 API keys have the label "b", which is the name where none is given: give each a label of its own.`,
		`- api_keys[3], c: expires_at is "soon": write a date`,
		`- api_keys[3], c: store_key is "perhaps": write true or false.`,
		"- api_keys[3], c: rotate_when_changed is no map of texts.",
		"- api_keys[3], c: keep_for is unknown: write name, label, role,",
		"- api_keys[4]: has no name.")
	if named := strings.Count(out, "\n│   - ") + strings.Count(out, "\n  - "); named != 31 {
		t.Errorf("%d things are named, and 31 do not fit:\n%s", named, out)
	}
	if made := c.writes(); len(made) > 0 {
		t.Errorf("it wrote %v", made)
	}
}

// The module's own tests, as its README runs them.
func TestCLI_moduleTestsPass(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	before := c.people()
	x := c.cli(t).withModule(t)
	if !x.knows(t, since{6, 6}) {
		t.Skip("this CLI has no test command")
	}
	x.dir = filepath.Dir(x.dir)
	x.gets(t, "-test-directory=tests")
	out, err := x.run(t, "test", "-no-color")
	if err != nil {
		t.Fatalf("test: %v\n%s", err, out)
	}
	passed := regexp.MustCompile(`(\d+) passed, 0 failed`).FindString(out)
	if len(passed) < len("41 passed") {
		t.Errorf("only %s:\n%s", passed, out)
	}
	if after := c.people(); after != before {
		t.Errorf("the cloud has %s, and had %s before", after, before)
	}
}

// Whoever reads the README reads of every field that the rules accept, and of no other.
func TestExamples_moduleDescribesEachField(t *testing.T) {
	t.Parallel()
	rules, err := os.ReadFile(organizationModule + "/rules/main.tf")
	must(t, err)
	readme, err := os.ReadFile(organizationModule + "/README.md")
	must(t, err)
	for list, title := range map[string]string{"organization": "At the top:", "people": "A person:", "api_keys": "An API key:"} {
		declared := regexp.MustCompile(`(?s)\n    ` + list + `\s+= \[(.*?)\]`).FindSubmatch(rules)
		_, section, found := strings.Cut(string(readme), "\n"+title+"\n\n")
		if declared == nil || !found {
			t.Fatalf("%s is not declared, or not described", list)
		}
		table, _, _ := strings.Cut(section, "\n\n")
		var want, got []string
		for _, field := range regexp.MustCompile(`"(\w+)"`).FindAllSubmatch(declared[1], -1) {
			want = append(want, string(field[1]))
		}
		for row := range strings.Lines(table) {
			first := strings.SplitN(row, "|", 3)[1]
			for _, field := range regexp.MustCompile("`(\\w+)`").FindAllStringSubmatch(first, -1) {
				got = append(got, field[1])
			}
		}
		slices.Sort(want)
		slices.Sort(got)
		sameLists(t, title, got, want)
	}
}

// An organization that exists becomes the module's file: nothing is written to the cloud, and the plan is empty.
func TestCLI_adoptionOfAVillageIntoTheModule(t *testing.T) {
	t.Parallel()
	c := village(t)
	x := c.cli(t)
	before := c.people()
	must(t, os.CopyFS(filepath.Join(x.dir, "modules/organization"), os.DirFS(organizationModule)))
	for _, file := range []string{"versions.tf", "survey.tf", "module/yaml.tf"} {
		x.copies(t, filepath.Join(examples, "adopt", file))
	}
	x.apply(t, false)
	imports := "module_imports"
	if !x.knows(t, since{7, 7}) {
		imports = "module_imports_before_1_7"
	}
	x.keepsOutput(t, "yaml", "organization.yaml")
	x.keepsOutput(t, imports, "imports.tf")
	for _, file := range []string{"survey.tf", "yaml.tf"} {
		must(t, os.Remove(filepath.Join(x.dir, file)))
	}
	x.copies(t, filepath.Join(examples, "adopt/module/organization.tf"))
	x.gets(t)

	reads(t, x.apply(t, false), "6 imported, 0 added, 0 changed, 0 destroyed.") // without the organization, and without the account in use
	must(t, os.Remove(filepath.Join(x.dir, "imports.tf")))
	x.plan(t, false, "-detailed-exitcode")
	if written := c.writes(); len(written) > 0 || c.people() != before {
		t.Errorf("it wrote %v", written)
	}
	text, err := os.ReadFile(filepath.Join(x.dir, "organization.yaml"))
	must(t, err)
	reads(t, string(text), `"unmanaged_members": - "admin@example.com"`, `- "email": "lapsed@example.com" "language": "es" "on_expired_invitation": "keep"`, `"name": "R&D \"${env}\" %{if} C:\\maps <ñ>"`)
}

// copies puts a file into the folder.
func (x *cli) copies(t *testing.T, file string) {
	t.Helper()
	text, err := os.ReadFile(file)
	must(t, err)
	must(t, os.WriteFile(filepath.Join(x.dir, filepath.Base(file)), text, 0o600))
}

// keepsOutput writes an output to a file.
func (x *cli) keepsOutput(t *testing.T, output, file string) {
	t.Helper()
	text, err := x.command(t.Context(), "output", "-raw", output).Output()
	must(t, err)
	must(t, os.WriteFile(filepath.Join(x.dir, file), text, 0o600))
}
