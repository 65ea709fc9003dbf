package provider_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// person is one entry of the map that the guide to onboarding has.
type person struct{ key, email, role string }

func teamOf(people []person) string {
	var entries strings.Builder
	for _, p := range people {
		fmt.Fprintf(&entries, "    %s = { email = %q, role = %q }\n", p.key, p.email, p.role)
	}
	return "locals {\n  team = {\n" + entries.String() + "  }\n}\n\n" +
		"resource \"jmapcloud_member\" \"team\" {\n  for_each = local.team\n  email    = each.value.email\n  role     = each.value.role\n}\n\n" +
		"output \"status\" {\n  value = { for key, m in jmapcloud_member.team : key => m.status }\n}\n"
}

// Ten people through the whole life of an invitation, in one configuration. Run it with -v to read the plans.
func TestCLI_teamIsOnboarded(t *testing.T) {
	t.Parallel()
	c := startCloud(t).withOthersMaps(t)
	var people []person
	for _, key := range []string{"ana", "ben", "chloe", "dan", "eva", "finn", "gil", "hana", "ivo", "jo"} {
		people = append(people, person{key, key + "@example.com", "ORG_EDITOR"})
	}
	x := c.cli(t).write(t, teamOf(people[:8]))
	apply := func(step string) string {
		t.Helper()
		text := x.apply(t, false)
		_, text, _ = strings.Cut(text, "releases.\n") // after what Terraform says of development overrides
		t.Logf("%s\n%s", step, text)
		return text
	}
	mailed := func(want int) {
		t.Helper()
		c.mailedNow(t, want)
	}

	reads(t, apply("eight people"), "Plan: 8 to add, 0 to change, 0 to destroy.")
	mailed(8)

	for _, p := range people[:5] {
		must(t, ignore(c.Accept(p.email, strings.ToTitle(p.key), password)))
	}
	accepted := apply("five accepted")
	reads(t, accepted, "Changes to Outputs:", `~ ana = "INVITED" -> "ACTIVE"`)
	reads(t, accepted, "0 added, 0 changed, 0 destroyed")
	lacks(t, accepted, "Warning", "jmapcloud_member.team[\"ana\"] will")
	mailed(8)

	c.Advance(pastExpiry)
	people[0].email = "Ana@Example.com"
	people[1].role = "ORG_VIEWER"
	x.write(t, teamOf(people))
	mixed := apply("three expired, two came, one is spelled otherwise, one has another role")
	reads(t, mixed, "Plan: 2 to add, 4 to change, 0 to destroy.",
		`# jmapcloud_member.team["ben"] will be updated in-place`, `~ role = "ORG_EDITOR" -> "ORG_VIEWER"`,
		"Warning: The invitation to finn@example.com has expired and will be sent again",
		"Warning: The invitation to gil@example.com has expired and will be sent again",
		"Warning: The invitation to hana@example.com has expired and will be sent again",
		"It expired at 20", `Set on_expired_invitation = "keep" to leave it as it is.`)
	lacks(t, mixed, `team["ana"] will`, "ben@example.com will be invited")
	mailed(8 + 3 + 2)

	people[8].role = "ORG_ADMIN"
	must(t, c.WithdrawInvitation(people[9].email))
	must(t, c.RemoveMember(people[2].email, ""))
	x.write(t, teamOf(people))
	late := apply("one invited gets another role, one was withdrawn, one was removed")
	reads(t, late, "Plan: 2 to add, 1 to change, 0 to destroy.",
		"Warning: ivo@example.com will be invited again", "its link no longer works; a second mail goes out",
		"Warning: Gone: the invitation to jo@example.com", "Warning: Gone: the member chloe@example.com")
	mailed(13 + 1 + 1 + 1)
	reads(t, x.plan(t, false), "No changes.")

	x.write(t, teamOf(nil))
	reads(t, apply("everybody leaves"), "Plan: 0 to add, 0 to change, 10 to destroy.")
	mailed(16)
	must(t, c.isLeftWith())
	if open := c.Sessions().Open; open != 0 {
		t.Errorf("%d sessions are left open", open)
	}
}

// To Terraform, another case of a for_each key is another resource. A capital letter must not remove anybody.
func TestCLI_capitalLetterRemovesNoMember(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	keyed := func(typeName, email string) string {
		return fmt.Sprintf("resource %q \"team\" {\n  for_each = toset([%q])\n  email    = each.key\n  role     = \"ORG_EDITOR\"\n}\n", typeName, email)
	}
	moved := func(typeName, from, to string) string {
		return fmt.Sprintf("moved {\n  from = %[1]s.team[%[2]q]\n  to   = %[1]s.team[%[3]q]\n}\n", typeName, from, to)
	}
	x := c.cli(t).write(t, keyed(member, ana)+keyed(invitation, bob))
	x.apply(t, false)
	c.accept(t, ana)
	before := c.Invitations()
	c.ClearRequests()
	changed := keyed(member, "Ana@example.com") + keyed(invitation, "Bob@example.com")
	x.write(t, changed)
	refused := strings.ToLower(x.plan(t, true)) // which of the two objects Terraform plans second is chance, and so is the spelling in the error
	for _, email := range []string{ana, bob} {
		reads(t, refused, email+" is removed and added in the same run", "the key of its for_each was written in another case", "moved {")
	}

	x.write(t, changed+moved(member, ana, "Ana@example.com")+moved(invitation, bob, "Bob@example.com"))
	reads(t, x.apply(t, false), "0 added, 0 changed, 0 destroyed")
	if writes := c.writes(); len(writes) > 0 {
		t.Errorf("written: %v", writes)
	}
	if !slices.Equal(c.Invitations(), before) {
		t.Errorf("the invitation became %+v", c.Invitations())
	}
}

// Terraform plans again as it applies, and half of a replacement is done by then.
func TestCLI_invitationWithAnotherRoleSaysOneThing(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	guests := func(role string) string {
		return fmt.Sprintf("resource \"jmapcloud_invitation\" \"guests\" {\n  for_each = toset([\"ana@example.com\", \"ben@example.com\"])\n  email    = each.key\n  role     = %q\n}\n", role)
	}
	x := c.cli(t).write(t, guests("ORG_VIEWER"))
	x.apply(t, false)
	x.write(t, guests("ORG_EDITOR"))
	text := x.apply(t, false, "-parallelism=1")
	reads(t, text, "2 to add, 0 to change, 2 to destroy", "Warning: ana@example.com will be invited again", "Warning: ben@example.com will be invited again")
	lacks(t, text, "cannot be invited")
	c.mailedNow(t, 4)
}
