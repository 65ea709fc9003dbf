package simulator_test

import (
	"slices"
	"testing"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

func TestProject_isCreatedReadAndDeletedByItsOwner(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	m, who := c.member("editor@example.com", simulator.RoleEditor)
	p := c.call("POST", c.maps+"/projects", who, fields{"name": fields{"en": "Trees", "fr": "Arbres"}}).want(201).object()
	equal(t, "fields", len(p), 7)
	equal(t, "description", len(p["description"].(fields)), 0)
	equal(t, "creator", p["createdBy"], any("Some One <editor@example.com>"))
	path := c.maps + "/projects/" + p["id"].(string)
	equal(t, "name", c.call("GET", path, who, nil).want(200).object()["name"].(fields)["fr"], any("Arbres"))
	equal(t, "listed", len(c.call("GET", c.maps+"/projects", who, nil).want(200).list()), 1)
	entry := c.call("GET", path+"/permissions", who, nil).want(200).list()[0]
	if entry["principal"] != m.Email || entry["permissions"].([]any)[0] != "OWNER" {
		t.Fatalf("entry %v", entry)
	}
	equal(t, "result", string(c.call("DELETE", path, who, nil).want(200).Result), "null")
	c.call("GET", path, who, nil).want(404)
	c.call("GET", path+"/permissions", who, nil).want(404)
	c.call("DELETE", path, who, nil).want(404)
}

func TestDataSource_isCreatedReadAndDeletedByItsOwner(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	_, who := c.member("editor@example.com", simulator.RoleEditor)
	d := c.call("POST", c.maps+"/datasources", who, fields{"name": "Trees", "type": "POSTGIS"}).want(201).object()
	equal(t, "fields", len(d), 8)
	path := c.maps + "/datasources/" + d["id"].(string)
	equal(t, "type", c.call("GET", path, who, nil).want(200).object()["type"], any("POSTGIS"))
	equal(t, "listed", len(c.call("GET", c.maps+"/datasources", who, nil).want(200).list()), 1)
	equal(t, "entries", len(c.call("GET", path+"/permissions", who, nil).want(200).list()), 1)
	c.call("DELETE", path, who, nil).want(200)
	c.call("GET", path, who, nil).want(404)
	equal(t, "left", len(c.DataSources()), 0)
}

func TestPortal_deletesProjectsAndDataSources(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	p, d := must(c.AddProject("Trees"))(t), must(c.AddDataSource("Trees"))(t)
	if c.DeleteProject(d.ID) == nil || c.DeleteDataSource(p.ID) == nil {
		t.Fatal("not refused")
	}
	mustDo(t, c.DeleteProject(p.ID))
	mustDo(t, c.DeleteDataSource(d.ID))
	equal(t, "left", len(c.Projects())+len(c.DataSources()), 0)
}

func TestProject_badOnesAreRefused(t *testing.T) {
	t.Parallel()
	c := newLooseCloud(t)
	who := c.administrator()
	for _, body := range []fields{
		{}, {"name": fields{}}, {"name": "Trees"}, {"name": fields{"de": "Bäume"}}, {"name": fields{"en": ""}},
		{"name": fields{"en": "Trees"}, "description": fields{"de": "Bäume"}},
	} {
		c.call("POST", c.maps+"/projects", who, body).want(400)
	}
	for _, body := range []fields{{}, {"name": "Trees"}, {"type": "FILE"}, {"name": "Trees", "type": ""}} {
		c.call("POST", c.maps+"/datasources", who, body).want(400)
	}
}

func TestPermission_decidesWhoSeesAndWhoManages(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	must(c.AddMember("Owner", "owner@example.com", simulator.RoleEditor, password))(t)
	_, editor := c.member("editor@example.com", simulator.RoleEditor)
	_, viewer := c.member("viewer@example.com", simulator.RoleViewer)
	p := must(c.AddProject("Trees", "OWNER@example.com"))(t)
	path := c.maps + "/projects/" + p.ID

	for _, who := range []credential{editor, viewer} {
		equal(t, "listed", len(c.call("GET", c.maps+"/projects", who, nil).want(200).list()), 0)
		for _, sub := range []string{"", "/permissions", "/permissions/self"} {
			c.call("GET", path+sub, who, nil).want(403)
		}
		c.call("DELETE", path, who, nil).want(403)
	}
	c.call("POST", c.maps+"/projects", viewer, fields{"name": fields{"en": "Mine"}}).want(403)
	c.call("POST", c.maps+"/datasources", viewer, fields{"name": "Mine", "type": "FILE"}).want(403)

	mustDo(t, c.Grant(p.ID, "viewer@example.com", simulator.PermissionView))
	mustDo(t, c.Grant(p.ID, "editor@example.com", simulator.PermissionModify))
	self := func(who credential) []string {
		var mine []string
		c.call("GET", path+"/permissions/self", who, nil).want(200).into(&mine)
		return mine
	}
	if mine := self(viewer); !slices.Equal(mine, []string{"VIEW"}) {
		t.Fatalf("viewer %v", mine)
	}
	if mine := self(editor); !slices.Equal(mine, []string{"MODIFY", "VIEW"}) {
		t.Fatalf("editor %v", mine)
	}
	c.call("GET", path, viewer, nil).want(200)
	c.call("DELETE", path, editor, nil).want(403)
	c.call("POST", path+"/permissions", editor, fields{"principal": "viewer@example.com", "permission": "OWNER"}).want(403)

	// An administrator reads and manages what they have no permission on.
	who := c.administrator()
	if mine := self(who); len(mine) != 0 {
		t.Fatalf("administrator %v", mine)
	}
	entry := c.call("POST", path+"/permissions", who, fields{"principal": "EDITOR@example.com", "permission": "OWNER"}).want(201).object()
	equal(t, "principal", entry["principal"], any("editor@example.com"))
	c.call("DELETE", path, editor, nil).want(200)
}

func TestPermission_addingNeverTakes(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	d := must(c.AddDataSource("Trees"))(t)
	mustDo(t, c.Grant(d.ID, "admin@example.com", simulator.PermissionView))
	equal(t, "owner", c.Owners(d.ID)[0], "admin@example.com")
	if c.Ungrant(d.ID, "ADMIN@example.com") == nil {
		t.Fatal("the last owner is gone")
	}
	must(c.AddMember("Owner", "owner@example.com", simulator.RoleEditor, password))(t)
	mustDo(t, c.Grant(d.ID, "owner@example.com", simulator.PermissionOwner))
	mustDo(t, c.Ungrant(d.ID, "admin@example.com"))
	equal(t, "owner", c.Owners(d.ID)[0], "owner@example.com")
}

func TestPermission_badOnesAreRefused(t *testing.T) {
	t.Parallel()
	c := newLooseCloud(t)
	d := must(c.AddDataSource("Trees"))(t)
	for _, body := range []fields{
		{"principal": "stranger@example.com", "permission": "VIEW"},
		{"principal": "admin@example.com", "permission": "view"},
		{"principal": "admin@example.com"},
	} {
		c.call("POST", c.maps+"/datasources/"+d.ID+"/permissions", c.administrator(), body).want(400)
	}
	c.call("GET", c.maps+"/projects/"+d.ID+"/permissions", c.administrator(), nil).want(404)
	if c.Grant("no-such-resource", "admin@example.com", "VIEW") == nil || c.Ungrant("no-such-resource", "admin@example.com") == nil {
		t.Fatal("not refused")
	}
	if c.Owners("no-such-resource") != nil {
		t.Fatal("owners of nothing")
	}
}
