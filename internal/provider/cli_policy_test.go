package provider_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// policyChecker builds what evaluates the policies, in a module of its own. It says so where that module's libraries cannot be had.
var policyChecker = sync.OnceValues(func() (string, error) {
	const source = "../tools/policy"
	if out, err := exec.Command("go", "-C", source, "mod", "download").CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", errNoPolicyEngine, out)
	}
	program := filepath.Join(scratch, "policy")
	build := exec.Command("go", "-C", source, "build", "-o", program, ".")
	build.Env = append(os.Environ(), releaseBuild()...)
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return program, nil
})

var errNoPolicyEngine = errors.New("the policy engine cannot be downloaded here")

// policyErrors plans the folder's configuration and returns what the policies say of the plan.
func (x *cli) policyErrors(t *testing.T) []string {
	t.Helper()
	checker, err := policyChecker()
	if errors.Is(err, errNoPolicyEngine) {
		t.Skip(err)
	}
	must(t, err)
	x.plan(t, false, "-out=organization.plan")
	plan, err := x.command(t.Context(), "show", "-json", "organization.plan").Output()
	must(t, err)
	file := filepath.Join(x.dir, "plan.json")
	must(t, os.WriteFile(file, plan, 0o600))
	out, err := exec.CommandContext(t.Context(), checker, examples+"/policy", file).CombinedOutput()
	said := slices.Collect(strings.Lines(string(out)))
	if failed := new(exec.ExitError); err != nil && (!errors.As(err, &failed) || failed.ExitCode() != 1) {
		t.Fatalf("%v: %s", err, out)
	}
	if (err != nil) != (len(said) > 0) {
		t.Errorf("the policies end with %v, and say %q", err, said)
	}
	return said
}

func TestCLI_policiesRefuseWhatTheyName(t *testing.T) {
	t.Parallel()
	c := startCloud(t).withOthersMaps(t)
	c.addMember(t, ana, "ORG_EDITOR")
	c.addMember(t, lead, "ORG_EDITOR")
	x := c.cli(t)
	if !x.knows(t, since{11, 11}) {
		t.Skip("store_key = false takes a newer CLI")
	}
	const successor = `transfer_ownership_to = "lead@example.com"`
	person := func(name, email, role, more string) string {
		return fmt.Sprintf("resource \"jmapcloud_member\" %q {\n  email = %q\n  role  = %q\n  %s\n}\n", name, email, role, more)
	}
	key := func(name, role, more string) string {
		return fmt.Sprintf("resource \"jmapcloud_api_key\" %[1]q {\n  name = %[1]q\n  role = %[2]q\n  %[3]s\n}\n", name, role, more)
	}
	days := func(n int) string { return fmt.Sprintf("expires_at = %q\n", c.inDays(n)) }
	leaving := func(more string) string {
		return person("ana", ana, "ORG_EDITOR", more) + key("old", "ORG_EDITOR", days(30)+more) + person("invited", "ben@example.com", "ORG_EDITOR", "") + key("viewer", "ORG_VIEWER", days(30))
	}
	unstored := "store_key = false\n"

	x.write(t, leaving(successor)).apply(t, false)
	x.write(t, person("admin", "Admin@example.com", "ORG_ADMIN", "")+
		person("grace", grace, "ORG_EDITOR", "force_destroy = true\n"+successor)+
		key("quarter", "ORG_EDITOR", "lifetime = \"2160h\"\nrotate_before = \"336h\"\n"+unstored)+
		key("dated", "ORG_VIEWER", days(89)+unstored))
	sameLists(t, "a good plan", x.policyErrors(t), nil)

	x.write(t, leaving("")).apply(t, false)
	x.write(t, `
resource "terraform_data" "later" {
  input = "ORG_ADMIN"
}
`+person("ada", ada, "ORG_ADMIN", "")+person("later", "later@example.com", "ORG_VIEWER", "")+
		"resource \"jmapcloud_invitation\" \"reviewer\" {\n  email = \"reviewer@example.com\"\n  role  = \"ORG_ADMIN\"\n}\n"+
		strings.Replace(person("unknown", "unknown@example.com", "?", ""), `"?"`, "terraform_data.later.output", 1)+
		person("grace", grace, "ORG_EDITOR", "force_destroy = true")+
		key("half", "ORG_EDITOR", "lifetime = \"4320h\"\nrotate_before = \"336h\"\n"+unstored)+
		key("dated", "ORG_VIEWER", days(92)+unstored)+
		key("stored", "ORG_VIEWER", days(30))+
		key("someday", "ORG_VIEWER", "expires_at = terraform_data.later.output == \"x\" ? \"x\" : \""+c.inDays(30)+"\"\n"+unstored))
	dated := c.inDays(92)
	sameLists(t, "a bad plan", mapped(x.policyErrors(t), strings.TrimSpace), []string{
		"jmapcloud_api_key.dated: the key lives until " + dated + ", longer than 2160h",
		"jmapcloud_api_key.half: each key lives 4320h, longer than 2160h",
		"jmapcloud_api_key.old: is deleted, and no successor receives what it owns: apply transfer_ownership_to first",
		"jmapcloud_api_key.someday: how long the key lives is known only after the apply",
		"jmapcloud_api_key.stored: the key itself is stored in the state: write store_key = false",
		"jmapcloud_invitation.reviewer: an Administrator who is not on the list: reviewer@example.com",
		"jmapcloud_member.ada: an Administrator who is not on the list: ada@example.com",
		"jmapcloud_member.ana: is deleted, and no successor receives what it owns: apply transfer_ownership_to first",
		"jmapcloud_member.grace: force_destroy without a successor deletes maps for ever: write transfer_ownership_to",
		"jmapcloud_member.unknown: the role is known only after the apply",
	})

	x.write(t, "provider \"jmapcloud\" {\n  "+successor+"\n}\n")
	sameLists(t, "a plan with a successor for all", x.policyErrors(t), nil)
}
