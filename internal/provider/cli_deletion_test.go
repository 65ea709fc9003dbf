package provider_test

import (
	"slices"
	"testing"
)

// ownedByKey makes a project that only the key with this name owns, and returns its id.
func (c *cloud) ownedByKey(t *testing.T, name, project string) string {
	t.Helper()
	k, found := c.APIKeyByTitle(name)
	if !found {
		t.Fatalf("no key %q", name)
	}
	p, err := c.AddProject(project, k.Email)
	must(t, err)
	return p.ID
}

func TestCLI_personWhoLeavesHandsOverWhatTheyOwn(t *testing.T) {
	t.Parallel()
	c := startCloud(t).withOthersMaps(t)
	for _, email := range []string{ana, lead} {
		c.addMember(t, email, "ORG_EDITOR")
	}
	p, err := c.AddProject("Roads", ana)
	must(t, err)
	team := func(emails string) string {
		return "resource \"jmapcloud_member\" \"team\" {\n  for_each = toset([" + emails + "])\n  email    = each.key\n  role     = \"ORG_EDITOR\"\n}\n"
	}
	x := c.cli(t).write(t, team(`"ana@example.com", "lead@example.com"`))
	x.apply(t, false)

	x.write(t, team(`"lead@example.com"`))
	reads(t, x.plan(t, true), "Deleting the member ana@example.com would also delete 1 project", `It owns them: "Roads".`)
	x.environ = append(x.environ, "JMAPCLOUD_TRANSFER_OWNERSHIP_TO=Lead@example.com")
	reads(t, x.apply(t, false), "Warning: Deleting the member ana@example.com transfers 1 project to lead@example.com", "1 to destroy")
	if !slices.Equal(c.Owners(p.ID), []string{lead}) {
		t.Errorf("%v owns the project", c.Owners(p.ID))
	}
	sameLists(t, "the state", x.standing(t), []string{"lead@example.com is ORG_EDITOR"})
	if open := c.Sessions().Open; open != 0 {
		t.Errorf("%d sessions are left open", open)
	}
}

func TestCLI_replacementKeepsToItsPlan(t *testing.T) {
	t.Parallel()
	c := startCloud(t).withOthersMaps(t)
	x := c.cli(t).write(t, c.ciKey("ci", "force_destroy = true"))
	x.apply(t, false)
	shown := c.ownedByKey(t, "ci", "Shown")

	x.write(t, c.ciKey("ci-2", "force_destroy = true"))
	reads(t, x.plan(t, false, "-out=saved"), `Warning: Deleting the API key "ci" PERMANENTLY deletes 1 project`, `"Shown"`, "must be replaced")
	later := c.ownedByKey(t, "ci", "Later")
	reads(t, x.apply(t, true, "saved"), `Deleting the API key "ci" would also delete 1 project`, `"Later"`, "The plan did not announce that")
	if !hasProject(c, shown) || !hasProject(c, later) {
		t.Fatal("a refused deletion deleted something")
	}

	must(t, c.DeleteProject(later))
	x.apply(t, false)
	if hasProject(c, shown) {
		t.Error("the project that the plan showed is still there")
	}
	if _, found := c.APIKeyByTitle("ci"); found {
		t.Error("the replaced key is still there")
	}
}

func TestCLI_replaceFlagDeletesNothingUnseen(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	c.addMember(t, lead, "ORG_EDITOR")
	x := c.cli(t).write(t, c.ciKey("ci", "force_destroy = true"))
	x.apply(t, false)
	p := c.ownedByKey(t, "ci", "Roads")

	reads(t, x.apply(t, true, "-replace=jmapcloud_api_key.ci"), `Deleting the API key "ci" would also delete 1 project`, "as with -replace")
	if !hasProject(c, p) {
		t.Fatal("the project is gone")
	}
	x.environ = append(x.environ, "JMAPCLOUD_TRANSFER_OWNERSHIP_TO="+lead)
	x.apply(t, false, "-replace=jmapcloud_api_key.ci")
	if !slices.Equal(c.Owners(p), []string{lead}) {
		t.Errorf("%v owns the project", c.Owners(p))
	}
}

func TestCLI_createBeforeDestroyHandsOver(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	c.addMember(t, lead, "ORG_EDITOR")
	early := `lifecycle {
    create_before_destroy = true
  }`
	x := c.cli(t).write(t, c.ciKey("ci", `transfer_ownership_to = "lead@example.com"`, early))
	x.apply(t, false)
	p := c.ownedByKey(t, "ci", "Roads")
	x.write(t, c.ciKey("ci-2", `transfer_ownership_to = "lead@example.com"`, early))
	x.apply(t, false)
	if !slices.Equal(c.Owners(p), []string{lead}) {
		t.Errorf("%v owns the project", c.Owners(p))
	}
	if keys := c.APIKeys(); len(keys) != 1 || keys[0].Title != "ci-2" {
		t.Errorf("the keys are %v", keys)
	}
}

// Terraform plans the end of a key that create_before_destroy replaced while it applies, and again in each later apply:
// whatever that plan says, no user approved it. So only a successor helps.
func TestCLI_createBeforeDestroyWithForceWantsASuccessor(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	c.addMember(t, lead, "ORG_EDITOR")
	early := `lifecycle {
    create_before_destroy = true
  }`
	x := c.cli(t).write(t, c.ciKey("ci", "force_destroy = true", early))
	x.apply(t, false)
	p := c.ownedByKey(t, "ci", "Roads")
	x.write(t, c.ciKey("ci-2", "force_destroy = true", early))
	reads(t, x.apply(t, true), "create_before_destroy", "JMAPCLOUD_TRANSFER_OWNERSHIP_TO")
	if !hasProject(c, p) {
		t.Fatal("the project is gone")
	}
	x.environ = append(x.environ, "JMAPCLOUD_TRANSFER_OWNERSHIP_TO="+lead)
	x.apply(t, false)
	if !slices.Equal(c.Owners(p), []string{lead}) || len(c.APIKeys()) != 1 {
		t.Errorf("%v owns the project, and the keys are %v", c.Owners(p), c.APIKeys())
	}
}

func TestCLI_destroyWithoutRefreshIsCheckedAllTheSame(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	x := c.cli(t).write(t, c.ciKey("ci"))
	x.apply(t, false)
	c.ownedByKey(t, "ci", "Roads")
	for _, arguments := range [][]string{{"-destroy", "-refresh=false"}, {"-destroy", "-target=jmapcloud_api_key.ci"}} {
		reads(t, x.apply(t, true, arguments...), `Deleting the API key "ci" would also delete 1 project`)
	}
	if len(c.APIKeys()) != 1 {
		t.Error("the key is gone")
	}
}

// removed blocks came with Terraform 1.7; this one is the way out when something must stay.
func TestCLI_forgettingDeletesNothing(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	x := c.cli(t).write(t, c.ciKey("ci"))
	x.apply(t, false)
	c.ownedByKey(t, "ci", "Roads")
	if out, err := x.run(t, "state", "rm", "jmapcloud_api_key.ci"); err != nil {
		t.Fatal(out)
	}
	x.write(t, "")
	reads(t, x.apply(t, false), "No changes.")
	if len(c.APIKeys()) != 1 || len(c.Projects()) != 1 {
		t.Error("something was deleted")
	}
}
