// Evidence prints what the contract says of how well the cloud's API is known, as a page of the documentation:
//
//	go run ./internal/tools/evidence >templates/guides/api-evidence.md
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"os"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/contract"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

func main() {
	if err := write(os.Stdout); err != nil {
		log.Fatal(err)
	}
}

type node = map[string]any

// page is the document, with references as they stand in it.
type page struct {
	root node
	to   io.Writer
}

func write(to io.Writer) error {
	loaded, err := openapi3.NewLoader().LoadFromData(contract.Document())
	if err != nil {
		return err
	}
	encoded, err := json.Marshal(loaded)
	if err != nil {
		return err
	}
	p := page{to: to}
	if err := json.Unmarshal(encoded, &p.root); err != nil {
		return err
	}
	p.printf("%s", introduction)
	p.summary()
	nouns := p.nouns()
	for _, tag := range loaded.Tags {
		p.printf("\n## %s\n", plural(tag.Name))
		p.operations(tag.Name)
		p.fields(func(name string) bool { return slices.Equal(nouns[name], []string{tag.Name}) })
		p.rules(tag.Name)
	}
	p.printf("\n## Ownership\n")
	p.rules("Ownership")
	p.printf("\n## What several nouns share\n")
	p.parts()
	p.fields(func(name string) bool { return len(nouns[name]) > 1 })
	p.rules("Answers")
	p.dialects()
	return nil
}

const introduction = `---
page_title: "What is known of the API"
subcategory: ""
description: |-
  Each call and each field of the cloud's API that the provider or its simulator relies on, how it is known, and where from.
---

# What is known of the API

K2 Geospatial publishes a part of JMap Cloud's API. The rest is read off its own programs, or decided here. **Nothing was tried
against the live service.** So the project grades all that it relies on:

| grade | means |
|---|---|
| documented | K2 states it: in the API reference, in the guides, or in comments of its code |
| observed | K2's own programs do it, or an answer of the cloud is kept in their repositories |
| decided | published nowhere; chosen here after the nearest sibling, and perhaps wrong |

For everything that is decided, the section [Where the cloud may differ](#where-the-cloud-may-differ) names at least one way in which it may be
wrong, and what the provider does then. If you meet one, report it, with the log (` + "`TF_LOG=DEBUG`" + `, which holds no secret): each such name
is in one place of the code.

Status codes are decided throughout, because K2 publishes none. The provider takes any 2xx for success.

This page is made from the contract, ` + "`internal/contract/openapi.yaml`" + `, which every test of the provider is held to. In a path,
` + "`/…`" + ` means ` + "`/rest/v1/organizations/{organization}`" + `. A success is an object with a ` + "`message`" + ` and a ` + "`result`" + `, both
observed in K2's QGIS plugin; the tables list what is in the result.
`

const differences = `
## Where the cloud may differ

Each row is a dialect: a way in which the real cloud may differ from what this page says. The tests of the provider try them all on its
[simulator](testing.md), alone and in pairs; ` + "`go run ./internal/simulator/serve -dialect NAME,NAME`" + ` speaks them to you.

What no dialect and no rehearsal can show: the deletion of a member is a sibling of the deletion of a key, and is not tried itself; and layers, tables
and uploaded files are not read. So the provider never says that nothing is lost, but that no project and no data source is.
`

// dialects prints where the cloud may differ, for each part of the cloud in the simulator's order.
func (p page) dialects() {
	p.printf("%s", differences)
	touched, then, about := p.touched(), contract.Dialects(), ""
	for _, d := range simulator.Dialects() {
		if d.About != about {
			about = d.About
			p.printf("\n### %s\n\n| otherwise than decided here | in the dialect | the cloud then | the provider then |\n|---|---|---|---|\n", about)
		}
		p.printf("| %s | `%s` | %s | %s |\n", strings.Join(touched[d.Name], " "), d.Name, d.Says, then[d.Name])
	}
}

// touched says what each dialect makes otherwise: names, as the tables have them, and then rules.
func (p page) touched() map[string][]string {
	found := map[string][]string{}
	add := func(name string, of any) {
		graded, _ := of.(node)
		for text(graded, "$ref") != "" {
			graded = p.at(text(graded, "$ref"))
		}
		listed, _ := graded["x-dialects"].([]any)
		for _, one := range listed {
			dialect, _ := one.(string)
			found[dialect] = append(found[dialect], "`"+name+"`")
		}
	}
	for path, item := range p.root["paths"].(node) { //nolint:forcetypeassert // the loader has validated the document
		add(short(path), item)
	}
	for _, kind := range []string{"parameters", "headers"} {
		for name, part := range p.at("#/components/" + kind) {
			add(name, part)
		}
	}
	for _, kind := range []string{"responses", "schemas"} {
		for name, component := range p.at("#/components/" + kind) {
			eachProperty(component, func(property string, schema any) { add(name+"."+property, schema) })
		}
	}
	for dialect, names := range found {
		slices.Sort(names)
		found[dialect] = slices.Compact(names)
	}
	for _, rule := range contract.Rules() {
		for _, dialect := range rule.Dialects {
			found[dialect] = append(found[dialect], rule.Says)
		}
	}
	return found
}

// eachProperty calls f with the properties of every object that stands in part itself.
func eachProperty(part any, f func(name string, schema any)) {
	switch part := part.(type) {
	case []any:
		for _, one := range part {
			eachProperty(one, f)
		}
	case node:
		named, _ := part["properties"].(node)
		for name, schema := range named {
			f(name, schema)
		}
		for _, one := range part {
			eachProperty(one, f)
		}
	}
}

// rules prints the rules about a noun.
func (p page) rules(about string) {
	title := "\n| rule | is | from |\n|---|---|---|\n"
	for _, rule := range contract.Rules() {
		if rule.About == about {
			p.printf("%s| %s | %s | %s |\n", title, rule.Says, rule.Evidence, dash(rule.Source))
			title = ""
		}
	}
}

// short is a path without what all have in common.
func short(path string) string {
	return strings.Replace(path, "/rest/v1/organizations/{organization}", "/…", 1)
}

func (p page) printf(format string, arguments ...any) {
	fmt.Fprintf(p.to, format, arguments...)
}

func plural(noun string) string { return noun + "s" }

// call is one operation with its grades.
type call struct {
	verb, path, summary, tag string
	known, source            string // of the operation: that it exists, with its verb
	pathKnown, pathSource    string
	references               []string // the components that it refers to, directly or not
}

func (p page) calls() []call {
	var all []call
	for path, item := range p.root["paths"].(node) { //nolint:forcetypeassert // the loader has validated the document
		item, _ := item.(node)
		for verb, operation := range item {
			o, isOperation := operation.(node)
			if !isOperation || o["operationId"] == nil {
				continue
			}
			c := call{verb: strings.ToUpper(verb), path: path, summary: text(o, "summary"), known: text(o, "x-evidence"), source: text(o, "x-source"),
				pathKnown: text(item, "x-evidence"), pathSource: text(item, "x-source")}
			if tags, _ := o["tags"].([]any); len(tags) > 0 {
				c.tag, _ = tags[0].(string)
			}
			c.references = p.references(o, nil)
			all = append(all, c)
		}
	}
	slices.SortFunc(all, func(a, b call) int { return strings.Compare(a.path+" "+a.verb, b.path+" "+b.verb) })
	return all
}

func text(of node, name string) string {
	value, _ := of[name].(string)
	return value
}

// references appends every component below part, those of components included.
func (p page) references(part any, found []string) []string {
	switch part := part.(type) {
	case []any:
		for _, one := range part {
			found = p.references(one, found)
		}
	case node:
		if to := text(part, "$ref"); to != "" && !slices.Contains(found, to) {
			found = p.references(p.at(to), append(found, to))
		}
		for _, one := range part {
			found = p.references(one, found)
		}
	}
	return found
}

// at follows a reference such as "#/components/schemas/Id".
func (p page) at(reference string) node {
	at := p.root
	for name := range strings.SplitSeq(strings.TrimPrefix(reference, "#/"), "/") {
		at, _ = at[name].(node)
	}
	return at
}

// nouns are the tags of the operations that speak of an object, by its name, sorted.
func (p page) nouns() map[string][]string {
	found := map[string][]string{}
	for _, c := range p.calls() {
		for _, reference := range c.references {
			name := reference[strings.LastIndexByte(reference, '/')+1:]
			if !slices.Contains(found[name], c.tag) {
				found[name] = append(found[name], c.tag)
			}
		}
	}
	for _, tags := range found {
		slices.Sort(tags)
	}
	return found
}

func (p page) summary() {
	count := map[string]int{}
	for _, c := range p.calls() {
		count[c.known]++
	}
	fields := map[string]int{}
	for _, g := range p.graded() {
		fields[g.known] += len(g.fields)
	}
	p.printf("\n| | documented | observed | decided |\n|---|---|---|---|\n")
	p.printf("| calls | %d | %d | %d |\n", count["documented"], count["observed"], count["decided"])
	p.printf("| fields | %d | %d | %d |\n", fields["documented"], fields["observed"], fields["decided"])
}

func (p page) operations(tag string) {
	p.printf("\n| call | to | the call is | its path is | from |\n|---|---|---|---|---|\n")
	for _, c := range p.calls() {
		if c.tag == tag {
			source := c.source
			if !strings.HasPrefix(source, c.pathSource) {
				source += "; " + c.pathSource
			}
			p.printf("| `%s %s` | %s | %s | %s | %s |\n", c.verb, short(c.path), lower(c.summary), c.known, c.pathKnown, dash(source))
		}
	}
}

func lower(sentence string) string { return strings.ToLower(sentence[:1]) + sentence[1:] }

func dash(source string) string {
	if source == "" {
		return "–"
	}
	return source
}

// group is the fields of one object that are known in the same way.
type group struct {
	object, known, source string
	fields                []string
}

// graded returns the fields of all objects.
func (p page) graded() []group {
	var all []group
	for _, kind := range []string{"requestBodies", "responses", "schemas"} {
		components := p.at("#/components/" + kind)
		for name, component := range components {
			all = p.objects(name, component, all)
		}
	}
	for _, g := range all {
		slices.Sort(g.fields)
	}
	slices.SortFunc(all, func(a, b group) int {
		return strings.Compare(a.object+" "+a.fields[0]+a.known+a.source, b.object+" "+b.fields[0]+b.known+b.source)
	})
	return all
}

// objects appends the fields of every object that stands in part itself; those that it refers to stand elsewhere.
func (p page) objects(name string, part any, all []group) []group {
	switch part := part.(type) {
	case []any:
		for _, one := range part {
			all = p.objects(name, one, all)
		}
	case node:
		within, _ := part["properties"].(node)
		isEnvelope := within["result"] != nil
		for property, schema := range within {
			if !isEnvelope { // which the introduction describes
				all = p.add(name, property, schema, all)
			}
		}
		for _, one := range part {
			all = p.objects(name, one, all)
		}
	}
	return all
}

func (p page) add(object, property string, schema any, all []group) []group {
	graded, _ := schema.(node)
	for text(graded, "$ref") != "" {
		graded = p.at(text(graded, "$ref"))
	}
	g := group{object, text(graded, "x-evidence"), text(graded, "x-source"), nil}
	at := slices.IndexFunc(all, func(other group) bool {
		return other.object == object && other.known == g.known && other.source == g.source
	})
	if at < 0 {
		at, all = len(all), append(all, g)
	}
	if !slices.Contains(all[at].fields, property) {
		all[at].fields = append(all[at].fields, property)
	}
	return all
}

func (p page) fields(isWanted func(object string) bool) {
	title := "\n| object | fields | are | from |\n|---|---|---|---|\n"
	for _, g := range p.graded() {
		if isWanted(g.object) {
			p.printf("%s| %s | `%s` | %s | %s |\n", title, g.object, strings.Join(g.fields, "`, `"), g.known, dash(g.source))
			title = ""
		}
	}
}

// parts prints what stands in the address and the headers.
func (p page) parts() {
	p.printf("\n| part of a call | name | is | from |\n|---|---|---|---|\n")
	for _, kind := range []struct{ of, is string }{{"securitySchemes", "credential"}, {"parameters", "parameter"}, {"headers", "header"}} {
		components := p.at("#/components/" + kind.of)
		var names []string
		for name := range components {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			part, _ := components[name].(node)
			p.printf("| %s | `%s` | %s | %s |\n", kind.is, name, text(part, "x-evidence"), dash(text(part, "x-source")))
		}
	}
}
