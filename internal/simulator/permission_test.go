package simulator_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

func TestProject_isCreatedReadAndDeletedByItsOwner(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	m, who := c.member("editor@example.com", simulator.RoleEditor)
	p := c.call("POST", c.maps+"/projects", who, newProject(fields{"name": fields{"en": "Trees", "fr": "Arbres"}})).want(201).object()
	equal(t, "fields", len(p), 9)
	equal(t, "language", p["defaultLanguage"], any("fr"))
	equal(t, "coordinates", p["mapCrs"], any("EPSG:2950"))
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
		{}, {"name": fields{"en": "Trees"}},
		newProject(fields{"defaultLanguage": ""}), newProject(fields{"displayUnit": ""}), newProject(fields{"distanceUnit": nil}),
		newProject(fields{"mapUnit": ""}), newProject(fields{"mapCrs": ""}), newProject(fields{"defaultLanguage": "de"}),
		newProject(fields{"name": "Trees"}), newProject(fields{"name": fields{"de": "Bäume"}}), newProject(fields{"name": fields{"en": ""}}),
		newProject(fields{"description": fields{"de": "Bäume"}}), newProject(fields{"id": "mine"}), newProject(fields{"title": "Trees"}),
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
	c.call("POST", c.maps+"/projects", viewer, newProject(nil)).want(403)
	c.call("POST", c.maps+"/datasources", viewer, fields{"name": "Mine", "type": "FILE"}).want(403)

	mustDo(t, c.Grant(p.ID, "viewer@example.com", simulator.PermissionView))
	mustDo(t, c.Grant(p.ID, "editor@example.com", simulator.PermissionModify))
	self := func(who credential) []string {
		var mine []struct {
			Principal   string   `json:"principal"`
			Permissions []string `json:"permissions"`
		}
		c.call("GET", path+"/permissions/self", who, nil).want(200).into(&mine)
		if len(mine) == 0 {
			return nil
		}
		return append([]string{mine[0].Principal}, mine[0].Permissions...)
	}
	if mine := self(viewer); !slices.Equal(mine, []string{"viewer@example.com", "VIEW"}) {
		t.Fatalf("viewer %v", mine)
	}
	if mine := self(editor); !slices.Equal(mine, []string{"editor@example.com", "MODIFY", "VIEW"}) {
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

func TestPermission_isChangedAndTakenAway(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	who := c.administrator()
	m, member := c.member("editor+maps@example.com", simulator.RoleEditor)
	for _, path := range []string{
		c.maps + "/projects/" + must(c.AddProject("Trees"))(t).ID, c.maps + "/datasources/" + must(c.AddDataSource("Trees"))(t).ID,
	} {
		id := path[strings.LastIndex(path, "/")+1:]
		of := func(email string) string { return path + "/permissions/" + url.PathEscape(email) }
		c.call("DELETE", of(m.Email), who, nil).want(404)
		c.call("PUT", of(m.Email), who, fields{"permission": "VIEW"}).want(404)
		c.call("DELETE", of("admin@example.com"), who, nil).want(409)
		c.call("PUT", of("admin@example.com"), who, fields{"permission": "MODIFY"}).want(409)

		mustDo(t, c.Grant(id, m.Email, simulator.PermissionModify))
		c.call("DELETE", of(m.Email), member, nil).want(403)
		entry := c.call("PUT", of("EDITOR+maps@example.com"), who, fields{"permission": "OWNER"}).want(200).object()
		equal(t, "principal", entry["principal"], any(m.Email))
		equal(t, "owners", len(c.Owners(id)), 2)
		equal(t, "result", string(c.call("DELETE", of("ADMIN@example.com"), member, nil).want(200).Result), "null")
		equal(t, "owner", strings.Join(c.Owners(id), " "), m.Email)
		c.call("PUT", of(m.Email), who, fields{"permission": "OWNER"}).want(200)
		c.call("PUT", of(m.Email), who, fields{"permission": "MANAGE"}).want(400)
	}
}

func TestPermission_ofDataSourceGoesFurther(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	who := c.administrator()
	must(c.AddMember("Viewer", "viewer@example.com", simulator.RoleViewer, password))(t)
	path := c.maps + "/datasources/" + must(c.AddDataSource("Trees"))(t).ID + "/permissions"
	entry := c.call("POST", path, who, fields{"principal": "viewer@example.com", "permission": "EXTRACT_ROW"}).want(201).object()
	equal(t, "permissions", fmt.Sprint(entry["permissions"]), "[VIEW EXTRACT_ROW]")
	entry = c.call("PUT", path+"/viewer@example.com", who, fields{"permission": "MODIFY"}).want(200).object()
	equal(t, "permissions", fmt.Sprint(entry["permissions"]), "[MODIFY]")
	ofProject := c.maps + "/projects/" + must(c.AddProject("Trees"))(t).ID + "/permissions"
	c.call("POST", ofProject, who, fields{"principal": "viewer@example.com", "permission": "EXTRACT_ROW"}).want(400)
}

func TestPermission_mayBeAnyonesAndAnythings(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	k := must(c.AddAPIKey("Key", simulator.RoleEditor, c.Now().Add(day)))(t)
	p := must(c.AddProject("Trees", k.Email))(t)
	equal(t, "creator", p.CreatedBy, k.Email)
	mustDo(t, c.Share(p.ID, "Gardeners", simulator.PermissionView))
	mustDo(t, c.Share(p.ID, "stranger@elsewhere.example", simulator.PermissionOwner))
	mustDo(t, c.Ungrant(p.ID, k.Email))
	equal(t, "owner", strings.Join(c.Owners(p.ID), " "), "stranger@elsewhere.example")
	entries := c.call("GET", c.maps+"/projects/"+p.ID+"/permissions", c.administrator(), nil).want(200).list()
	equal(t, "entries", fmt.Sprint(entries[0]["principal"], " and ", entries[1]["principal"]), "Gardeners and stranger@elsewhere.example")
	if c.Share(p.ID, "", simulator.PermissionView) == nil || c.Share(p.ID, "Gardeners", "WATER") == nil || c.Share("no-such-resource", "Gardeners", "VIEW") == nil {
		t.Fatal("not refused")
	}
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
