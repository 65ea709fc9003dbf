package portal

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// resource is a project or a data source.
type resource struct {
	kind, name, id, creator string
	owners                  []string
	created                 time.Time
}

// projects are what members and API keys own. Nothing can be changed here.
func (p *portal) projects() map[string]handle { return map[string]handle{"GET ": p.listProjects} }

func (p *portal) listProjects(r *request) (answer, error) {
	var rows []resource
	for _, o := range p.cloud.Projects() {
		rows = append(rows, resource{"project", r.translated(o.Name), o.ID, o.CreatedBy, o.Owners, o.CreatedAt})
	}
	for _, o := range p.cloud.DataSources() {
		rows = append(rows, resource{"data-source", o.Name, o.ID, o.CreatedBy, o.Owners, o.CreatedAt})
	}
	owners := map[string]string{}
	for _, k := range p.cloud.APIKeys() {
		owners[k.Email] = k.Email + " (" + k.Title + ")"
	}
	t := table[resource]{
		path: Path + "projects",
		columns: []column[resource]{
			{key: "name", kind: text, text: func(o resource) string { return o.name }},
			{
				key: "type", kind: text, choices: []string{"project", "data-source"},
				text: func(o resource) string { return r.Word(o.kind) }, value: func(o resource) string { return o.kind },
			},
			{key: "owners", kind: list, text: func(o resource) string { return strings.Join(named(o.owners, owners), "\n") }},
			{key: "creator", kind: text, text: func(o resource) string { return o.creator }},
			{key: "created", kind: moment, text: func(o resource) string { return minute(o.created) }},
			{key: "id", kind: code, text: func(o resource) string { return o.id }},
		},
	}
	return answer{view: "table", data: t.view(r, rows)}, nil
}

// named replaces those emails that have a better name: keys have titles.
func named(emails []string, names map[string]string) []string {
	shown := make([]string, 0, len(emails))
	for _, email := range emails {
		if name, found := names[email]; found {
			email = name
		}
		shown = append(shown, email)
	}
	return shown
}

// activity is the API's requests, the latest first.
func (p *portal) activity() map[string]handle { return map[string]handle{"GET ": p.listActivity} }

func (p *portal) listActivity(r *request) (answer, error) {
	type request = simulator.Activity
	rows := p.cloud.Activities()
	slices.Reverse(rows)
	t := table[request]{
		path: Path + "activity",
		columns: []column[request]{
			{key: "time", kind: moment, text: func(a request) string { return second(a.At) }},
			{key: "method", kind: code, text: func(a request) string { return a.Method }},
			{key: "path", kind: code, text: func(a request) string { return a.Path }},
			{key: "status", kind: number, text: func(a request) string { return strconv.Itoa(a.Status) }},
			{key: "who", kind: text, text: func(a request) string { return a.Who }},
		},
	}
	v := t.view(r, rows)
	v.Live, v.Now = true, second(p.cloud.Now())
	return answer{view: "table", data: v}, nil
}
