package provider_test

import "testing"

func TestPerson_isManagedByOneResource(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	person := func(email string) values { return values{"email": email, "role": "ORG_EDITOR"} }
	existing := c.create(t, "jmapcloud_member", person("Ana@example.com"))

	w := c.walk(t, nil)
	wants(t, "error", w.plan(t, "jmapcloud_member", existing, person("Ana@example.com")).diags.errors())
	wants(t, "error", w.plan(t, "jmapcloud_member", object{}, person("bob@example.com")).diags.errors())
	for _, second := range []string{"jmapcloud_member", "jmapcloud_invitation"} {
		wants(t, "error", w.plan(t, second, object{}, person("ana@EXAMPLE.com")).diags.errors(), "Two resources for ana@EXAMPLE.com", "Keep one of the two")
		wants(t, "error", w.plan(t, second, object{}, person("BOB@example.com")).diags.errors(), "Two resources for BOB@example.com")
	}
}

// A replacement is planned in two calls, the second as if there had been nothing before.
func TestPerson_replacementIsNotASecondResource(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	config := values{"email": ana, "role": "ORG_EDITOR"}
	existing := c.create(t, "jmapcloud_member", config)
	w := c.walk(t, nil)
	first := w.plan(t, "jmapcloud_member", existing, config)
	wants(t, "error", first.diags.errors())
	wants(t, "error", w.plan(t, "jmapcloud_member", object{private: first.private}, config).diags.errors())
}

// A person who accepted may be managed as a member, while the invitation that brought them stays in the configuration.
func TestPerson_acceptedInvitationLeavesThemToAMember(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	config := values{"email": ana, "role": "ORG_EDITOR"}
	invitation := c.create(t, "jmapcloud_invitation", config)
	_, err := c.Accept(ana, "Ana", password)
	must(t, err)
	w := c.walk(t, nil)
	invitation, diags := w.read(t, "jmapcloud_invitation", invitation)
	diags.mustBeFree(t)
	wants(t, "error", w.plan(t, "jmapcloud_invitation", invitation, config).diags.errors())
	wants(t, "error", w.plan(t, "jmapcloud_member", object{}, config).diags.errors())

	wants(t, "warning", w.plan(t, "jmapcloud_invitation", invitation, nil).diags.warnings(), "The member ana@example.com stays")
}
