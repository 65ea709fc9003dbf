package simulator_test

import (
	"net/url"
	"regexp"
	"testing"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

func (c *cloud) memberPath(id string) string { return c.org + "/members/" + url.PathEscape(id) }

func TestMember_isReadByIDAndAsSelf(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	m, who := c.member("Editor@example.com", simulator.RoleEditor)
	if !regexp.MustCompile(`^auth0\|[0-9a-f]{24}$`).MatchString(m.ID) {
		t.Fatalf("id %q", m.ID)
	}
	self := c.call("GET", c.org+"/members/self", who, nil).want(200).object()
	byID := c.call("GET", c.memberPath(m.ID), c.administrator(), nil).want(200).object()
	for _, o := range []fields{self, byID} {
		equal(t, "fields", len(o), 5)
		if o["id"] != m.ID || o["name"] != "Some One" || o["email"] != "Editor@example.com" || o["username"] != "Editor@example.com" {
			t.Fatalf("read %v", o)
		}
		equal(t, "role", o["roles"].([]any)[0], any("ORG_EDITOR"))
	}
	equal(t, "members", len(c.call("GET", c.org+"/members", c.administrator(), nil).want(200).list()), 2)
	c.call("GET", c.memberPath("no|such"), c.administrator(), nil).want(404)
}

func TestMember_roleChangesAtOnce(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	m, who := c.member("editor@example.com", simulator.RoleEditor)
	c.call("GET", c.org, who, nil).want(403)
	c.call("PATCH", c.memberPath(m.ID), c.administrator(), fields{"roles": []string{"ORG_ADMIN"}}).want(200)
	c.call("GET", c.org, who, nil).want(200)
	mustDo(t, c.SetRole("EDITOR@example.com", simulator.RoleViewer))
	c.call("GET", c.org, who, nil).want(403)
}

func TestMember_badRolesAreRefused(t *testing.T) {
	t.Parallel()
	c := newLooseCloud(t)
	m, _ := c.member("editor@example.com", simulator.RoleEditor)
	for _, roles := range []any{[]string{}, []string{"ORG_VIEWER", "ORG_EDITOR"}, []string{"SYS_ADMIN"}, []string{"org_viewer"}, "ORG_VIEWER", nil} {
		c.call("PATCH", c.memberPath(m.ID), c.administrator(), fields{"roles": roles}).want(400)
	}
	c.call("PATCH", c.memberPath("no|such"), c.administrator(), fields{"roles": []string{"ORG_VIEWER"}}).want(404)
}

func TestMember_lastAdministratorStays(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	who, path := c.administrator(), c.memberPath(c.Account().MemberID)
	c.call("PATCH", path, who, fields{"roles": []string{"ORG_EDITOR"}}).want(409)
	c.call("DELETE", path, who, nil).want(409)
	if c.RemoveMember(c.Account().Username, "") == nil || c.SetRole(c.Account().Username, simulator.RoleViewer) == nil {
		t.Fatal("not refused")
	}
	must(c.AddMember("Second", "second@example.com", simulator.RoleAdministrator, password))(t)
	c.call("PATCH", path, who, fields{"roles": []string{"ORG_EDITOR"}}).want(200)
}

func TestMember_portalRefusesWhatTheCloudDoes(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	for _, try := range []struct{ name, email, role, password string }{
		{"A", "not an email", simulator.RoleViewer, password},
		{"", "a@example.com", simulator.RoleViewer, password},
		{"A", "a@example.com", "SYS_ADMIN", password},
		{"A", "a@example.com", simulator.RoleViewer, "weak"},
		{"A", "ADMIN@example.com", simulator.RoleViewer, password},
	} {
		if _, err := c.AddMember(try.name, try.email, try.role, try.password); err == nil {
			t.Errorf("%v is taken", try)
		}
	}
	if c.SetRole("no@example.com", simulator.RoleViewer) == nil || c.RemoveMember("no@example.com", "") == nil {
		t.Error("a stranger is found")
	}
	equal(t, "members", len(c.Members()), 1)
}

func TestMember_removedKeepsTheAccount(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	before, _ := c.member("editor@example.com", simulator.RoleEditor)
	c.call("DELETE", c.memberPath(before.ID), c.administrator(), nil).want(200)
	c.call("DELETE", c.memberPath(before.ID), c.administrator(), nil).want(404)
	if _, found := c.Member("editor@example.com"); found {
		t.Fatal("still a member")
	}
	after := must(c.AddMember("Other Name", "editor@example.com", simulator.RoleViewer, ""))(t)
	equal(t, "name", after.Name, "Some One")
	c.session("editor@example.com", password)
}
