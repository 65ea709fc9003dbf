package provider_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/knownvalue"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

const membersData = "jmapcloud_members"

func TestMembersData_listsEveryMember(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	c.addMember(t, ada, "ORG_VIEWER")
	c.invite(t, grace, "ORG_VIEWER", "en") // is no member
	var all []knownvalue.Check
	for _, m := range c.Members() {
		all = append(all, knownvalue.ObjectExact(memberFacts(m, m.Email)))
	}
	c.looks(t, c.shows(membersData, nil, map[string]knownvalue.Check{"members": knownvalue.ListExact(all)}))
	if len(all) != 2 {
		t.Errorf("the cloud has %d members", len(all))
	}
}

func TestMembersData_areFiltered(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	admin := c.Account().Username
	c.addMember(t, ada, "ORG_VIEWER")
	c.addMember(t, lead, "ORG_EDITOR")
	c.addMember(t, other, "ORG_EDITOR")
	c.addMember(t, grace, "ORG_ADMIN")
	c.looks(t, c.finds(membersData, "members", "email", map[string]filter{
		"all":       {"", []string{admin, ada, lead, other, grace}},
		"admins":    {`role = "ORG_ADMIN"`, []string{admin, grace}},
		"editors":   {`role = "ORG_EDITOR"`, []string{lead, other}},
		"viewers":   {`role = "ORG_VIEWER"`, []string{ada}},
		"email":     {`email = "LEAD@example.com"`, []string{lead}},
		"nobody":    {`email = "nobody@example.com"`, nil},
		"both":      {both(`email = "lead@example.com"`, `role = "ORG_EDITOR"`), []string{lead}},
		"both_none": {both(`email = "lead@example.com"`, `role = "ORG_VIEWER"`), nil},
	}))
}

// A member's list of roles may name the lower ones too: the highest counts, for the filter as for the attribute.
func TestMembersData_highestRoleCounts(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	for role, want := range map[string]int{"ORG_VIEWER": 0, "ORG_EDITOR": 1} {
		c.Inject(simulator.Fault{
			Method: "GET", Path: "/api/ss/rest/v1/organizations/*/members", Action: simulator.ActionStatus, Status: 200,
			Body: `{"message":"OK","result":[{"id":"one","name":"Ada","username":"ada","email":"ada@example.com","roles":["ORG_VIEWER","ORG_EDITOR"]}]}`,
		})
		got, diags := c.walk(t, nil).data(t, membersData, values{"role": role})
		diags.mustBeFree(t)
		if found := column(t, got, "members", "role"); len(found) != want || want == 1 && found[0] != "ORG_EDITOR" {
			t.Errorf("%s finds %q", role, found)
		}
	}
}

func TestMembersData_filtersAreValidated(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	c.badData(t, membersData, values{"role": "editor"}, "value must be one of")
	c.badData(t, membersData, values{"email": "ada"}, "is not an email address")
	c.refuseLists("members")
	c.badData(t, membersData, nil, "JMap Cloud sign-in failed for admin@example.com", "Not today.") // members/self, too
}
