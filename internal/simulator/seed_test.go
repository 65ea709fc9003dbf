package simulator_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

func TestSeed_isTheSameInEveryCloud(t *testing.T) {
	t.Parallel()
	one, two := newCloud(t), newCloud(t)
	one.Seed(simulator.Seed{Members: 20, APIKeys: 6, Invitations: 7, Projects: 9})
	two.Seed(simulator.Seed{Members: 5, APIKeys: 6, Invitations: 7})
	two.Seed(simulator.Seed{Members: 15, Projects: 9})
	if !slices.Equal(one.Members()[1:], two.Members()[1:]) {
		t.Fatal("the members differ")
	}
	for i, k := range one.APIKeys() {
		equal(t, "key", k.Email, two.APIKeys()[i].Email)
	}
	for i, p := range one.Projects() {
		if !slices.Equal(p.Owners, two.Projects()[i].Owners) || p.Name["en"] != two.Projects()[i].Name["en"] {
			t.Fatalf("%v, %v", p, two.Projects()[i])
		}
	}
	equal(t, "email", one.Members()[1].Email, "member-0001@example.com")
	equal(t, "keys", len(one.APIKeys()), 6)
	equal(t, "invitations", len(one.Invitations()), 7)
	equal(t, "mails", len(one.Mails()), 0)
	equal(t, "projects", len(one.Projects()), 9)
	equal(t, "data sources", len(one.DataSources()), 4)
	equal(t, "owners of the third", len(one.Projects()[2].Owners), 2)
	one.session("member-0001@example.com", one.Account().Password)
}

func TestSeed_administratorStaysTheOnlyOne(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	c.Seed(simulator.Seed{Members: 30, Projects: 1})
	roles := map[string]int{}
	for _, m := range c.Members() {
		roles[m.Role]++
	}
	if roles[simulator.RoleAdministrator] != 1 || roles[simulator.RoleEditor] != 15 || roles[simulator.RoleViewer] != 15 {
		t.Fatalf("%v", roles)
	}
}

func TestSeed_answersForAHundredThousand(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("a hundred thousand members")
	}
	c := newLooseCloud(t)
	c.Seed(simulator.Seed{Members: 100_000})
	r := c.call("GET", c.org+"/members", c.administrator(), nil).want(200)
	equal(t, "members", bytes.Count(r.Result, []byte(`"username":`)), 100_001)
	t.Logf("the list has %d bytes", len(r.body))
	for _, m := range c.Members()[1:2000] {
		mustDo(t, c.RemoveMember(m.Email, ""))
	}
	m, found := c.Member("MEMBER-50000@example.com")
	equal(t, "found", found, true)
	c.call("GET", c.memberPath(m.ID), c.administrator(), nil).want(200)
	equal(t, "members", len(c.Members()), 98_002)
}
