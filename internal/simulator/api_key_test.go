package simulator_test

import (
	"strings"
	"testing"
	"time"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

func keyBody(title, role string, expires time.Time) fields {
	return fields{"title": title, "roles": []string{role}, "expirationDate": expires.UTC().Format("2006-01-02T15:04:05Z")}
}

func TestAPIKey_secretIsToldOnce(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	who := c.administrator()
	k := c.call("POST", c.org+"/api-keys", who, keyBody("Tiles", "ORG_VIEWER", c.Now().Add(day))).want(201).object()
	id := k["id"].(string)
	equal(t, "fields", len(k), 10)
	equal(t, "email", k["email"], any(id[:8]+"@apikey.jmapcloud.io"))
	secret, found := c.APIKeyByTitle("Tiles")
	equal(t, "found", found, true)
	equal(t, "secret", k["apiKey"], any(secret.Secret))
	for _, read := range []fields{
		c.call("GET", c.org+"/api-keys/"+id, who, nil).want(200).object(),
		c.call("GET", c.org+"/api-keys", who, nil).want(200).list()[0],
	} {
		equal(t, "fields", len(read), 9)
		if _, told := read["apiKey"]; told || read["title"] != "Tiles" || read["expirationDate"] != k["expirationDate"] {
			t.Fatalf("read %v", read)
		}
	}
	c.call("GET", c.org+"/api-keys/no-such-key", who, nil).want(404)
}

func TestAPIKey_titlesNeedNotBeUnique(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	for range 2 {
		c.call("POST", c.org+"/api-keys", c.administrator(), keyBody("Tiles", "ORG_VIEWER", c.Now().Add(day))).want(201)
	}
	equal(t, "keys", len(c.APIKeys()), 2)
}

func TestAPIKey_badOnesAreRefused(t *testing.T) {
	t.Parallel()
	c := newLooseCloud(t)
	who, tomorrow := c.administrator(), c.Now().Add(day)
	local := keyBody("A", "ORG_VIEWER", tomorrow)
	local["expirationDate"] = "2999-01-01"
	two := keyBody("A", "ORG_VIEWER", tomorrow)
	two["roles"] = []string{"ORG_VIEWER", "ORG_EDITOR"}
	for name, body := range map[string]fields{
		"administrator": keyBody("A", "ORG_ADMIN", tomorrow),
		"unknown role":  keyBody("A", "EDITOR", tomorrow),
		"two roles":     two,
		"in the past":   keyBody("A", "ORG_VIEWER", c.Now().Add(-day)),
		"now":           keyBody("A", "ORG_VIEWER", c.Now()),
		"a date only":   local,
		"no title":      keyBody("", "ORG_VIEWER", tomorrow),
		"long title":    keyBody(strings.Repeat("a", 256), "ORG_VIEWER", tomorrow),
		"escape":        keyBody("a\x1b[2Jb", "ORG_VIEWER", tomorrow),
		"nothing":       {},
	} {
		if r := c.call("POST", c.org+"/api-keys", who, body); r.status != 400 {
			t.Errorf("%s: %d %s", name, r.status, r.body)
		}
	}
	equal(t, "keys", len(c.APIKeys()), 0)
}

func TestAPIKey_signsInAndOwns(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	editor := must(c.AddAPIKey("Editor", simulator.RoleEditor, c.Now().Add(day)))(t)
	viewer := must(c.AddAPIKey("Viewer", simulator.RoleViewer, c.Now().Add(day)))(t)
	p := c.call("POST", c.maps+"/projects", apiKey(editor.Secret), newProject(fields{"name": fields{"en": "Trees"}})).want(201).object()
	equal(t, "creator", p["createdBy"], any(editor.Email))
	equal(t, "owner", c.Owners(p["id"].(string))[0], editor.Email)
	c.call("POST", c.maps+"/projects", apiKey(viewer.Secret), newProject(nil)).want(403)
	equal(t, "visible", len(c.call("GET", c.maps+"/projects", apiKey(viewer.Secret), nil).want(200).list()), 0)
	c.call("GET", c.org+"/members/self", apiKey(editor.Secret), nil).want(403)
	c.call("GET", ss+"/users/self", apiKey(editor.Secret), nil).want(403)

	other := must(c.AddOrganization("Other", c.Account().Username))(t)
	c.call("GET", mcs+"/organizations/"+other.ID+"/projects", apiKey(editor.Secret), nil).want(403)
	equal(t, "organizations", len(c.call("GET", ss+"/organizations", apiKey(editor.Secret), nil).want(200).list()), 1)
}

func TestAPIKey_expiredStaysListedAndIsDead(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	k := must(c.AddAPIKey("Editor", simulator.RoleEditor, c.Now().Add(day)))(t)
	c.call("GET", c.maps+"/projects", apiKey(k.Secret), nil).want(200)
	c.Advance(day)
	c.call("GET", c.maps+"/projects", apiKey(k.Secret), nil).want(401)
	equal(t, "listed", len(c.call("GET", c.org+"/api-keys", c.administrator(), nil).want(200).list()), 1)
	c.call("DELETE", c.org+"/api-keys/"+k.ID, c.administrator(), nil).want(200)
	c.call("DELETE", c.org+"/api-keys/"+k.ID, c.administrator(), nil).want(404)
}

func TestAPIKey_deletedIsDead(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	k := must(c.AddAPIKey("Editor", simulator.RoleEditor, c.Now().Add(day)))(t)
	mustDo(t, c.DeleteAPIKey(k.ID))
	c.call("GET", c.maps+"/projects", apiKey(k.Secret), nil).want(401)
	if c.DeleteAPIKey(k.ID) == nil {
		t.Fatal("deleted twice")
	}
}
