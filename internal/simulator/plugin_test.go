package simulator_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"testing"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// plugin does what K2's QGIS plugin does: it decodes a body only if the content type is application/json to the letter.
type plugin struct {
	t     *testing.T
	url   string
	token string
}

func (p *plugin) ask(method, path string, body any) any {
	p.t.Helper()
	var reader io.Reader
	if body != nil {
		encoded := must(json.Marshal(body))(p.t)
		reader = bytes.NewReader(encoded)
	}
	r := must(http.NewRequestWithContext(p.t.Context(), method, p.url+path, reader))(p.t)
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if p.token != "" {
		r.Header.Set("Authorization", "Bearer "+p.token)
	}
	response := must(http.DefaultClient.Do(r))(p.t)
	defer response.Body.Close()
	raw := must(io.ReadAll(response.Body))(p.t)
	if got := response.Header["Content-Type"]; response.StatusCode/100 != 2 || len(got) != 1 || got[0] != "application/json" {
		p.t.Fatalf("%s %s: %d %v %s", method, path, response.StatusCode, got, raw)
	}
	var envelope map[string]any
	mustDo(p.t, json.Unmarshal(raw, &envelope))
	if _, told := envelope["message"].(string); !told || len(envelope) != 2 {
		p.t.Fatalf("%s", raw)
	}
	return envelope["result"]
}

func TestPlugin_signsInChoosesReadsAndLogsOut(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	must(c.AddOrganization("Second", c.Account().Username))(t)
	must(c.AddProject("Trees"))(t)
	p := &plugin{t: t, url: c.url}

	all := p.ask("POST", ss+"/authenticate", fields{"username": c.Account().Username, "password": c.Account().Password}).(fields)
	equal(t, "fields", len(all), 4)
	p.token = all["accessToken"].(string)
	self := p.ask("GET", ss+"/users/self", nil).(fields)
	equal(t, "name", self["name"], any("Simulated Administrator"))
	first := self["organizations"].([]any)[0].(fields)
	equal(t, "organization", first["name"], any("Simulated Organization"))
	equal(t, "organizations", len(self["organizations"].([]any)), 2)

	p.token = ""
	id := first["id"].(string)
	all = p.ask("POST", ss+"/refresh-token", fields{"refreshToken": all["refreshToken"], "organizationId": id}).(fields)
	for _, name := range []string{"accessToken", "refreshToken", "accessTokenExpireAt"} {
		if text, ok := all[name].(string); !ok || text == "" {
			t.Fatalf("%s is %v", name, all[name])
		}
	}
	equal(t, "seconds", all["accessTokenExpiration"], any(86400.0))
	p.token = all["accessToken"].(string)
	equal(t, "role", p.ask("GET", ss+"/organizations/"+id+"/members/self", nil).(fields)["roles"].([]any)[0], any("ORG_ADMIN"))
	projects := p.ask("GET", mcs+"/organizations/"+id+"/projects", nil).([]any)
	equal(t, "project", projects[0].(fields)["name"].(fields)["en"], any("Trees"))

	p.token = ""
	if result := p.ask("POST", ss+"/revoke-token", fields{"refreshToken": all["refreshToken"]}); result != nil {
		t.Fatalf("result %v", result)
	}
	equal(t, "sessions", c.Sessions(), simulator.SessionCount{Opened: 1, Revoked: 1})
}
