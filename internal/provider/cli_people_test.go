package provider_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// One person, planned more than once, by real Terraform: what managed_people_test.go plays at the protocol.

const createFirst = "  lifecycle {\n    create_before_destroy = true\n  }\n"

// resourceOf is a resource of a noun for a person.
func resourceOf(typeName, name, email string, more ...string) string {
	return fmt.Sprintf("resource %q %q {\n  email = %q\n  role  = \"ORG_EDITOR\"\n%s}\n", typeName, name, email, strings.Join(more, ""))
}

// must runs a command that has to succeed.
func (x *cli) must(t *testing.T, arguments ...string) string {
	t.Helper()
	out, err := x.run(t, arguments...)
	if err != nil {
		t.Fatalf("%q: %v\n%s", arguments, err, out)
	}
	return out
}

// again runs a command that destroys one of two resources for a person. Which of the two Terraform asks about first is chance: where the provider
// did not know of the other in time, it refuses, and the advice is to run the command again.
func (x *cli) again(t *testing.T, arguments ...string) string {
	t.Helper()
	out, err := x.run(t, arguments...)
	for range 10 {
		if err == nil || !strings.Contains(space.ReplaceAllString(out, " "), "Run the command again with -parallelism=100 and without -refresh=false") {
			break
		}
		out, err = x.run(t, append(arguments, "-parallelism=100")...)
	}
	if err != nil {
		t.Fatalf("%q: %v\n%s", arguments, err, out)
	}
	return out
}

// A membership that is replaced by itself calls nothing, however Terraform comes to replace it.
func TestCLI_replacedMembershipRemovesNobody(t *testing.T) {
	t.Parallel()
	const added = "1 added, 0 changed, 1 destroyed"
	for name, replace := range map[string]func(t *testing.T, x *cli){
		"destroy first, as asked": func(t *testing.T, x *cli) {
			t.Helper()
			reads(t, x.write(t, resourceOf(member, "ana", ana)).apply(t, false, "-replace=jmapcloud_member.ana"), added)
		},
		"create first, as tainted": func(t *testing.T, x *cli) {
			t.Helper()
			x.must(t, "taint", "jmapcloud_member.ana")
			reads(t, x.write(t, resourceOf(member, "ana", ana, createFirst)).apply(t, false),
				"Warning: Replacing the membership of ana@example.com", "The replacement removes no person", "is tainted, so", added)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t).withOthersMaps(t)
			x := c.cli(t).write(t, resourceOf(member, "ana", ana))
			x.apply(t, false)
			c.accept(t, ana)
			c.ClearRequests()
			replace(t, x)
			if writes := c.writes(); len(writes) > 0 {
				t.Errorf("written: %v", writes)
			}
			c.mailedNow(t, 1)
			sameLists(t, "the state", x.standing(t), []string{"ana@example.com is ORG_EDITOR"})
		})
	}
}

// What a run that was cut short left beside its successor goes, and the person stays.
func TestCLI_deposedMembershipLeavesThePerson(t *testing.T) {
	t.Parallel()
	c := startCloud(t).withOthersMaps(t)
	c.addMember(t, ana, "ORG_EDITOR")
	x := c.cli(t).write(t, resourceOf(member, "ana", ana, createFirst))
	x.apply(t, false)
	x.depose(t)
	c.ClearRequests()
	reads(t, x.again(t, "apply", "-auto-approve"), "(deposed object 0123abcd) will be destroyed", "Warning: ana@example.com stays with another resource", "0 added, 0 changed, 1 destroyed")
	sameLists(t, "the state", x.standing(t), []string{"ana@example.com is ORG_EDITOR"})
	if writes := c.writes(); len(writes) > 0 {
		t.Errorf("written: %v", writes)
	}
	x.depose(t)
	x.must(t, "destroy", "-auto-approve")
	must(t, c.isLeftWith())
}

// depose gives the object in the state a deposed one beside it, as a run leaves it that is killed between a creation and a destruction.
func (x *cli) depose(t *testing.T) {
	t.Helper()
	file := filepath.Join(x.dir, "terraform.tfstate")
	text, err := os.ReadFile(file)
	must(t, err)
	var state map[string]any
	must(t, json.Unmarshal(text, &state))
	resource := state["resources"].([]any)[0].(map[string]any)
	instances := resource["instances"].([]any)
	deposed := maps.Clone(instances[0].(map[string]any))
	deposed["deposed"] = "0123abcd"
	delete(deposed, "private") // it has a name of its own
	resource["instances"] = append(instances, deposed)
	state["serial"] = state["serial"].(float64) + 1
	text, err = json.Marshal(state)
	must(t, err)
	must(t, os.WriteFile(file, text, 0o600))
}

// Each refusal names a way out, and the way works.
func TestCLI_wayOutOfTwoResourcesForOnePerson(t *testing.T) {
	t.Parallel()
	team := func(a, b string) string {
		return fmt.Sprintf("resource \"jmapcloud_member\" \"team\" {\n  for_each = { a = %q, b = %q }\n  email    = each.value\n  role     = \"ORG_EDITOR\"\n}\n", a, b)
	}
	const first, second, temporary = `jmapcloud_member.team["a"]`, `jmapcloud_member.team["b"]`, "jmapcloud_member.temporary"
	for name, test := range map[string]struct {
		before, after string
		refused       string
		way           [][]string
		then          string // the last plan
	}{
		"emails that change places": {team(ana, bob), team(bob, ana), "terraform state mv jmapcloud_member.temporary <the second address>",
			[][]string{{"state", "mv", first, temporary}, {"state", "mv", second, first}, {"state", "mv", temporary, second}}, "No changes."},
		"an email that moves": {resourceOf(member, "a", ana), resourceOf(member, "a", bob) + resourceOf(member, "b", ana), "terraform state mv <its old address> <its new address>",
			[][]string{{"state", "mv", "jmapcloud_member.a", "jmapcloud_member.b"}}, "1 to add, 0 to change, 0 to destroy"},
		"a member who becomes a guest": {resourceOf(member, "ana", ana), resourceOf(invitation, "ana", ana), "terraform import jmapcloud_invitation.<name> ana@example.com",
			[][]string{{"state", "rm", "jmapcloud_member.ana"}, {"import", "jmapcloud_invitation.ana", ana}}, "No changes."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t)
			x := c.cli(t).write(t, test.before)
			x.apply(t, false)
			c.ClearRequests()
			x.write(t, test.after)
			reads(t, x.plan(t, true), "ana@example.com is removed and added in the same run", test.refused)
			for _, command := range test.way {
				x.must(t, command...)
			}
			reads(t, x.plan(t, false), test.then)
			if writes := c.writes(); len(writes) > 0 {
				t.Errorf("written: %v", writes)
			}
		})
	}
}

// A person who was imported at two addresses: the plan says so, one of the two can go, and a destroy ends.
func TestCLI_personImportedTwice(t *testing.T) {
	t.Parallel()
	c := startCloud(t).withOthersMaps(t)
	c.addMember(t, ana, "ORG_EDITOR")
	one, two := resourceOf(member, "one", ana), resourceOf(member, "two", ana)
	x := c.cli(t).write(t, one+two)
	for _, address := range []string{"jmapcloud_member.one", "jmapcloud_member.two"} {
		x.must(t, "import", address, ana)
	}
	reads(t, x.plan(t, false), "Warning: Two resources for ana@example.com", "Remove one of the two blocks", "No changes.")
	c.ClearRequests()
	x.write(t, one)
	reads(t, x.again(t, "apply", "-auto-approve"), "Warning: ana@example.com stays with another resource", "1 destroyed")
	if _, is := c.Member(ana); !is || len(c.writes()) > 0 {
		t.Errorf("Ana is a member: %t; written: %v", is, c.writes())
	}

	x.write(t, one+two)
	x.must(t, "import", "jmapcloud_member.two", ana)
	x.must(t, "destroy", "-auto-approve")
	must(t, c.isLeftWith())
}

// An email that is known only after apply: the plan says what that means, and the way around it works.
func TestCLI_unknownEmailIsAnnounced(t *testing.T) {
	t.Parallel()
	c := startCloud(t).withOthersMaps(t)
	from := func(version string) string {
		return fmt.Sprintf("resource \"terraform_data\" \"from\" {\n  input            = %q\n  triggers_replace = %q\n}\n", ana, version) +
			strings.Replace(resourceOf(member, "ana", "EMAIL"), `"EMAIL"`, "terraform_data.from.output", 1)
	}
	x := c.cli(t).write(t, from("1"))
	x.apply(t, false)
	c.accept(t, ana)
	c.ClearRequests()
	x.write(t, from("2"))
	reads(t, x.plan(t, false), "Warning: ana@example.com is removed even if the email stays the same", "terraform apply -target=<its address>")
	x.apply(t, false, "-target=terraform_data.from")
	reads(t, x.apply(t, false), "0 added, 0 changed, 0 destroyed")
	if writes := c.writes(); len(writes) > 0 {
		t.Errorf("written: %v", writes)
	}
}

// A team in which one left, one was removed in the portal and one let the invitation expire: the plan says what happened to each and what the
// apply does, and who is to stay out does.
func TestCLI_planOfATeamWhosePeopleWent(t *testing.T) {
	t.Parallel()
	c := startCloud(t).withOthersMaps(t)
	person := func(name string, more ...string) string {
		return resourceOf(member, name, name+"@example.com", more...)
	}
	const keepOut = "  on_departure = \"keep_out\"\n"
	c.addMember(t, ana, "ORG_EDITOR")
	c.addMember(t, "ben@example.com", "ORG_EDITOR")
	x := c.cli(t).write(t, person("ana")+person("ben", keepOut)+person("cleo"))
	x.apply(t, false)
	must(t, c.RemoveMember(ana, ""))
	must(t, c.RemoveMember("ben@example.com", ""))
	c.Advance(pastExpiry)

	mails := len(c.Mails())
	reads(t, x.plan(t, false), "Plan: 1 to add, 1 to change, 0 to destroy.",
		"Warning: Gone: the member ana@example.com", "They left, or were removed, outside Terraform, and are no longer a member.", "the apply will send a NEW invitation",
		"To leave them out, take them out of the configuration; or set on_departure = \"keep_out\" and run terraform apply -refresh=false once.",
		"Warning: ben@example.com is kept out", "no mail goes out", "Set it to \"invite\" to send a new invitation",
		"Warning: The invitation to cleo@example.com has expired and will be sent again")

	x.write(t, person("ana", keepOut)+person("ben", keepOut)+person("cleo"))
	x.apply(t, false, "-refresh=false", "-target=jmapcloud_member.ana")
	reads(t, x.apply(t, false), "0 added, 1 changed, 0 destroyed", "Warning: ana@example.com is kept out")
	c.mailedNow(t, mails+1) // Cleo's
	reads(t, x.plan(t, false), "No changes.", "ana@example.com is kept out", "ben@example.com is kept out")

	x.write(t, person("ana")+person("cleo"))
	reads(t, x.apply(t, false), "1 to change, 1 to destroy", "Warning: ana@example.com is no longer a member", "The apply will send a NEW invitation")
	c.mailedNow(t, mails+2)
}
