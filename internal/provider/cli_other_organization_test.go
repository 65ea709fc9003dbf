package provider_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The state of one organization, and the environment of another of the same account. Nothing leaves the state, and nobody is invited there.
func TestCLI_stateOfAnotherOrganizationIsRefused(t *testing.T) {
	t.Parallel()
	c := startCloud(t).withOthersMaps(t)
	other := c.rivers(t)
	x := c.cli(t).write(t, c.ciKey("ci")+memberBlock("ana", "ORG_EDITOR")+strings.Replace(memberBlock("ada", "ORG_VIEWER"), "_member", "_invitation", 1))
	x.apply(t, false)
	state := func() string {
		content, err := os.ReadFile(filepath.Join(x.dir, "terraform.tfstate"))
		must(t, err)
		return regexp.MustCompile(`"(serial|private)": .*`).ReplaceAllString(string(content), "")
	}
	before := state()
	out, err := x.run(t, "plan", "-destroy", "-out=saved")
	if err != nil {
		t.Fatal(out)
	}
	own := x.environ
	x.environ = append(own, "JMAPCLOUD_ORGANIZATION_ID="+other)
	c.ClearRequests()
	for _, refused := range []string{
		x.plan(t, true, "-refresh=false", "-destroy"), x.apply(t, true, "-refresh=false"), x.apply(t, true, "-refresh-only"), x.apply(t, true, "saved"),
	} {
		reads(t, refused, "belongs to another organization", `"Simulated Organization" (`+c.Account().OrganizationID+")", `"Rivers" (`+other+")",
			"Set organization_id, or JMAPCLOUD_ORGANIZATION_ID, to "+c.Account().OrganizationID)
		lacks(t, refused, "Gone", "to add", "to destroy", "invite")
	}
	if writes := c.writes(); len(writes) > 0 {
		t.Errorf("it wrote %v", writes)
	}
	if state() != before {
		t.Errorf("the state became %s", state())
	}
	x.environ = own
	reads(t, x.plan(t, false, "-detailed-exitcode"), "No changes")
}
