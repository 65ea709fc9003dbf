package simulator_test

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"slices"
	"testing"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// plugin does what K2's QGIS plugin does, as the plugin's public code shows it. Each method reads the fields that a dialog reads, and
// fails the test where the dialog would fail.
type plugin struct {
	t              *testing.T
	url            string
	access         string // what its APIHeader authentication sends; "" after the log-out
	refresh        string
	organizationID string
}

// send makes a request. The plugin says that its bodies are JSON even where it has none. Except for the three token calls its
// authentication named APIHeader sets Authorization, which is there and empty after the log-out.
func (p *plugin) send(method, path string, withoutAuthentication bool, body any) *http.Response {
	p.t.Helper()
	var reader io.Reader
	if body != nil {
		reader = bytes.NewReader(must(json.Marshal(body))(p.t))
	}
	r := must(http.NewRequestWithContext(p.t.Context(), method, p.url+path, reader))(p.t)
	r.Header.Set("Content-Type", "application/json")
	switch {
	case withoutAuthentication:
	case p.access == "":
		r.Header.Set("Authorization", "")
	default:
		r.Header.Set("Authorization", "Bearer "+p.access)
	}
	response := must(http.DefaultClient.Do(r))(p.t)
	p.t.Cleanup(func() { _ = response.Body.Close() })
	return response
}

// read decodes a body only if the content type is application/json to the letter, and takes its result.
func (p *plugin) read(response *http.Response) any {
	p.t.Helper()
	raw := must(io.ReadAll(response.Body))(p.t)
	if got := response.Header["Content-Type"]; response.StatusCode/100 != 2 || len(got) != 1 || got[0] != "application/json" {
		p.t.Fatalf("%s: %d %v %s", response.Request.URL.Path, response.StatusCode, got, raw)
	}
	var envelope fields
	mustDo(p.t, json.Unmarshal(raw, &envelope))
	if _, told := envelope["message"].(string); !told || len(envelope) != 2 {
		p.t.Fatalf("%s", raw)
	}
	return envelope["result"]
}

func (p *plugin) ask(method, path string, body any) any {
	p.t.Helper()
	return p.read(p.send(method, path, false, body))
}

// field fails the test unless an object has a field of the type T, as Python's object["name"] does.
func field[T any](t *testing.T, object any, name string) T {
	t.Helper()
	value, is := object.(fields)[name].(T)
	if !is {
		t.Fatalf("%s is %v in %v", name, object.(fields)[name], object)
	}
	return value
}

func (p *plugin) keep(tokens any) {
	p.t.Helper()
	p.access, p.refresh = field[string](p.t, tokens, "accessToken"), field[string](p.t, tokens, "refreshToken")
	field[string](p.t, tokens, "accessTokenExpireAt")
}

// connect is the connection dialog: sign in, show the organizations, choose the one with the name. It returns the names of the account and
// of the organizations.
func (p *plugin) connect(username, password, organization string) (name string, organizations []string) {
	p.t.Helper()
	p.keep(p.read(p.send("POST", ss+"/authenticate", true, fields{"username": username, "password": password})))
	self := p.ask("GET", ss+"/users/self", nil)
	for _, o := range field[[]any](p.t, self, "organizations") {
		organizations = append(organizations, field[string](p.t, o, "name"))
		if id := field[string](p.t, o, "id"); organizations[len(organizations)-1] == organization {
			p.organizationID = id
		}
	}
	p.keep(p.read(p.send("POST", ss+"/refresh-token", true, fields{"refreshToken": p.refresh, "organizationId": p.organizationID})))
	return field[string](p.t, self, "name"), organizations
}

func (p *plugin) roles() []any {
	p.t.Helper()
	return field[[]any](p.t, p.ask("GET", ss+"/organizations/"+p.organizationID+"/members/self", nil), "roles")
}

func (p *plugin) projects() string { return mcs + "/organizations/" + p.organizationID + "/projects" }

// first is the text in the first of the languages that there is, or any text, or otherwise.
func first(texts fields, otherwise string, languages ...string) any {
	for _, language := range languages {
		if text, there := texts[language]; there {
			return text
		}
	}
	for _, text := range texts {
		return text
	}
	return otherwise
}

// openProject is the dialog that opens a project: what it shows of each, by id.
func (p *plugin) openProject(language string) map[string]fields {
	p.t.Helper()
	shown := map[string]fields{}
	for _, project := range p.ask("GET", p.projects(), nil).([]any) {
		own := field[string](p.t, project, "defaultLanguage")
		shown[field[string](p.t, project, "id")] = fields{
			"name":        first(field[fields](p.t, project, "name"), "no name", language, own),
			"description": first(field[fields](p.t, project, "description"), "", language, own),
			"crs":         field[string](p.t, project, "mapCrs"),
			"extent":      project.(fields)["initialExtent"], // the one field that may be missing
		}
	}
	return shown
}

// exportLayer is the dialog that exports a layer: the names of the projects that it may go to, which are those whose permissions/self
// has MODIFY or OWNER in its first element.
func (p *plugin) exportLayer() []any {
	p.t.Helper()
	names := []any{}
	for _, project := range p.ask("GET", p.projects(), nil).([]any) {
		field[string](p.t, project, "defaultLanguage")
		field[fields](p.t, project, "description")
		self := p.ask("GET", p.projects()+"/"+field[string](p.t, project, "id")+"/permissions/self", nil).([]any)
		if len(self) == 0 {
			continue
		}
		permissions, _ := self[0].(fields)["permissions"].([]any) // or null
		if slices.Contains(permissions, any("MODIFY")) || slices.Contains(permissions, any("OWNER")) {
			names = append(names, first(field[fields](p.t, project, "name"), "Unnamed project"))
		}
	}
	return names
}

// createProject is the first step of exporting a project. It sends every field of the plugin's object, empty ones too, and reads the id.
func (p *plugin) createProject(name string, extent any) string {
	p.t.Helper()
	return field[string](p.t, p.ask("POST", p.projects(), fields{
		"name": fields{"fr": name}, "description": fields{"fr": ""}, "mapCrs": "EPSG:2950", "measurementCrs": "EPSG:3857",
		"mapUnit": "METER", "distanceUnit": "METER", "displayUnit": "METER", "initialExtent": extent, "backgroundColor": "#ffffff",
		"defaultSelectionColor": "#ffff00", "defaultLanguage": "fr", "rotation": 0.0, "tags": []string{}, "id": nil,
	}), "id")
}

// logOut revokes, and leaves an authentication with an empty Authorization.
func (p *plugin) logOut() {
	p.t.Helper()
	if result := p.read(p.send("POST", ss+"/revoke-token", true, fields{"refreshToken": p.refresh})); result != nil {
		p.t.Fatalf("result %v", result)
	}
	p.access, p.refresh = "", ""
}

func newPlugin(t *testing.T, c *cloud) *plugin {
	t.Helper()
	p := &plugin{t: t, url: c.url}
	p.connect(c.Account().Username, c.Account().Password, "Simulated Organization")
	return p
}

func TestPlugin_signsInAndChooses(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	must(c.AddOrganization("Second", c.Account().Username))(t)
	p := &plugin{t: t, url: c.url}
	name, organizations := p.connect(c.Account().Username, c.Account().Password, "Simulated Organization")
	equal(t, "name", name, "Simulated Administrator")
	if !slices.Equal(organizations, []string{"Simulated Organization", "Second"}) {
		t.Fatalf("organizations %v", organizations)
	}
	equal(t, "organization", p.organizationID, c.Account().OrganizationID)
	if !slices.Contains(p.roles(), any("ORG_ADMIN")) {
		t.Fatalf("roles %v", p.roles())
	}
}

func TestPlugin_opensProject(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	trees := must(c.AddProject("Trees"))(t)
	p := newPlugin(t, c)
	extent := fields{"x1": -8.5e6, "y1": 5.5e6, "x2": -8.0e6, "y2": 6.0e6}
	sewers := p.createProject("Égouts", extent)
	nameless := c.call("POST", c.maps+"/projects", c.administrator(), newProject(nil)).want(201).object()["id"].(string)

	shown := p.openProject("es")
	equal(t, "projects", len(shown), 3)
	for id, want := range map[string]fields{
		trees.ID: {"name": "Trees", "description": "", "crs": "EPSG:3857", "extent": nil},
		sewers:   {"name": "Égouts", "description": "", "crs": "EPSG:2950", "extent": extent},
		nameless: {"name": "no name", "description": "", "crs": "EPSG:2950", "extent": nil},
	} {
		got := shown[id]
		if box, is := got["extent"].(fields); is && want["extent"] != nil {
			if !maps.Equal(box, want["extent"].(fields)) {
				t.Errorf("extent %v", box)
			}
			delete(got, "extent")
			delete(want, "extent")
		}
		if !maps.Equal(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
	}
}

func TestPlugin_exportsLayer(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	_, _ = c.member("editor@example.com", simulator.RoleEditor)
	must(c.AddProject("Mine"))(t)
	must(c.AddProject("Not mine", "editor@example.com"))(t) // the administrator has no entry, and the list is empty
	changed, seen := must(c.AddProject("Changed", "editor@example.com"))(t), must(c.AddProject("Seen", "editor@example.com"))(t)
	mustDo(t, c.Grant(changed.ID, c.Account().Username, simulator.PermissionModify))
	mustDo(t, c.Grant(seen.ID, c.Account().Username, simulator.PermissionView))
	if names := newPlugin(t, c).exportLayer(); !slices.Equal(names, []any{"Mine", "Changed"}) {
		t.Fatalf("projects %v", names)
	}
}

func TestPlugin_createsProject(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	p := newPlugin(t, c)
	for _, extent := range []any{nil, fields{"x1": 0.0, "y1": 0.0, "x2": 1.0, "y2": 1.0}} {
		id := p.createProject("Égouts", extent)
		equal(t, "owner", c.Owners(id)[0], c.Account().Username)
		field[string](t, p.ask("GET", p.projects()+"/"+id, nil), "mapCrs")
	}
}

func TestPlugin_logsOut(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	p := newPlugin(t, c)
	before := p.access
	p.logOut()
	equal(t, "sessions", c.Sessions(), simulator.SessionCount{Opened: 1, Revoked: 1})
	equal(t, "status after the log-out", p.send("GET", ss+"/users/self", false, nil).StatusCode, http.StatusUnauthorized)
	p.access = before
	equal(t, "status with the old token", p.send("GET", p.projects(), false, nil).StatusCode, http.StatusUnauthorized)
}
