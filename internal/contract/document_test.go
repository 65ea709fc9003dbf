package contract_test

import (
	"encoding/json"
	"iter"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/contract"
)

type node = map[string]any

// graded is something in the document that carries a grade.
type graded struct {
	name string // such as "path /x", "getMember", "parameter member", "header Date" or "Member.roles"
	node
}

func document(t *testing.T) node {
	t.Helper()
	loaded, err := openapi3.NewLoader().LoadFromData(contract.Document())
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := json.Marshal(loaded)
	if err != nil {
		t.Fatal(err)
	}
	var root node
	if err := json.Unmarshal(encoded, &root); err != nil {
		t.Fatal(err)
	}
	return root
}

// at follows a reference such as "#/components/schemas/Id".
func at(root node, reference string) node {
	for name := range strings.SplitSeq(strings.TrimPrefix(reference, "#/"), "/") {
		root, _ = root[name].(node)
	}
	return root
}

// all returns what must carry a grade, sorted by name.
func all(root node) []graded {
	var found []graded
	add := func(name string, of any) {
		n := of.(node)
		for n["$ref"] != nil {
			n = at(root, n["$ref"].(string))
		}
		found = append(found, graded{name, n})
	}
	for path, item := range root["paths"].(node) {
		add("path "+path, item)
		for _, operation := range operations(item) {
			add(operation["operationId"].(string), operation)
		}
	}
	for kind, one := range map[string]string{"parameters": "parameter ", "headers": "header ", "securitySchemes": "scheme "} {
		for name, part := range at(root, "#/components/"+kind) {
			add(one+name, part)
		}
	}
	for name, within := range objects(root) {
		for property, schema := range within["properties"].(node) {
			add(name+"."+property, schema)
		}
	}
	slices.SortFunc(found, func(a, b graded) int { return strings.Compare(a.name, b.name) })
	return found
}

func operations(item any) []node {
	var found []node
	for _, part := range item.(node) {
		if operation, ok := part.(node); ok && operation["operationId"] != nil {
			found = append(found, operation)
		}
	}
	return found
}

// objects yields every schema of an object, under the name of the component that it is in.
func objects(root node) iter.Seq2[string, node] {
	return func(yield func(string, node) bool) {
		var walk func(name string, within any) bool
		walk = func(name string, within any) bool {
			switch within := within.(type) {
			case []any:
				for _, one := range within {
					if !walk(name, one) {
						return false
					}
				}
			case node:
				if within["type"] == "object" && !yield(name, within) {
					return false
				}
				for _, one := range within {
					if !walk(name, one) {
						return false
					}
				}
			}
			return true
		}
		for _, components := range root["components"].(node) {
			for name, one := range components.(node) {
				if !walk(name, one) {
					return
				}
			}
		}
		walk("paths", root["paths"])
	}
}

func TestDocument_gradesEverything(t *testing.T) {
	t.Parallel()
	found := all(document(t))
	for _, g := range found {
		source, _ := g.node["x-source"].(string)
		switch g.node["x-evidence"] {
		case "documented", "observed":
			if !strings.Contains(source, "K2") && !strings.Contains(source, "jmapcloud.") {
				t.Errorf("%s has the source %q", g.name, source)
			}
		case "decided":
			if source != "" {
				t.Errorf("%s is decided and has the source %q", g.name, source)
			}
		default:
			t.Errorf("%s has the grade %v", g.name, g.node["x-evidence"])
		}
	}
	if len(found) < 150 {
		t.Errorf("the walk finds only %d things", len(found))
	}
}

// TestDocument_decidedNames lists what may be wrong. A change here is a change of what the project claims to know.
func TestDocument_decidedNames(t *testing.T) {
	t.Parallel()
	var got []string
	for _, g := range all(document(t)) {
		if g.node["x-evidence"] == "decided" {
			got = append(got, strings.NewReplacer("/api/ss/rest/v1/organizations", "…", "/api/mcs/rest/v1/organizations/{organization}", "{mcs}").Replace(g.name))
		}
	}
	want := strings.Fields(`
		ApiKey.email ApiKey.expirationDate ApiKey.id ApiKey.roles ApiKey.title
		CreatedApiKey.apiKey CreatedApiKey.email CreatedApiKey.expirationDate CreatedApiKey.id CreatedApiKey.roles CreatedApiKey.title
		Done.result
		Invitation.creationDate Invitation.expirationDate Invitation.id Invitation.invitationLink Invitation.inviteeEmail
		Invitation.inviterEmail Invitation.language
		Member.email Member.id Member.name Member.roles Member.username
		MemberChange.roles
		MemberSelf.email MemberSelf.id MemberSelf.name MemberSelf.username
		NewApiKey.expirationDate NewApiKey.roles NewApiKey.title
		NewInvitation.inviteeEmail NewInvitation.language
		PermissionChange.permission
		UserSelf.email UserSelf.id
		header Date header RetryAfter
		parameter apiKey parameter invitation parameter member parameter principal parameter transferOwnershipTo
		path {mcs}/datasources/{dataSource}/permissions/{principal} path {mcs}/projects/{project}/permissions/{principal}
		path … path …/{organization}
		path …/{organization}/api-keys path …/{organization}/api-keys/{apiKey}
		path …/{organization}/invitations path …/{organization}/invitations/{invitation}
		path …/{organization}/members path …/{organization}/members/{member}
	`)
	if joined := strings.Fields(strings.Join(got, " ")); !slices.Equal(joined, want) {
		t.Errorf("decided is\n%s", strings.Join(got, "\n"))
	}
}

// dialectsOf are the names that something graded has in x-dialects.
func dialectsOf(of node) []string {
	var names []string
	listed, _ := of["x-dialects"].([]any)
	for _, name := range listed {
		names = append(names, name.(string))
	}
	return names
}

// What is decided may be wrong, so the document names at least one way in which the cloud may differ.
func TestDocument_decidedThingsHaveDialects(t *testing.T) {
	t.Parallel()
	root := document(t)
	check := func(name, evidence string, dialects []string) {
		if evidence == "decided" && len(dialects) == 0 {
			t.Errorf("%s is decided and names no dialect", name)
		}
	}
	for _, g := range all(root) {
		evidence, _ := g.node["x-evidence"].(string)
		check(g.name, evidence, dialectsOf(g.node))
	}
	for _, r := range contract.Rules() {
		check("rule "+r.Name, r.Evidence, r.Dialects)
	}
}

func TestDocument_dialectsAreNamedAndAnswered(t *testing.T) {
	t.Parallel()
	named := map[string]bool{}
	for _, g := range all(document(t)) {
		for _, name := range dialectsOf(g.node) {
			named[name] = true
		}
	}
	for _, r := range contract.Rules() {
		for _, name := range r.Dialects {
			named[name] = true
		}
	}
	answered := contract.Dialects()
	for name := range named {
		if !strings.HasSuffix(answered[name], ".") {
			t.Errorf("%s: the provider then does %q", name, answered[name])
		}
	}
	for name := range answered {
		if !named[name] {
			t.Errorf("nothing in the document may differ by %s", name)
		}
	}
	if len(answered) < 80 {
		t.Errorf("only %d dialects", len(answered))
	}
}

func TestDocument_gradesRules(t *testing.T) {
	t.Parallel()
	for _, r := range contract.Rules() {
		if !strings.HasSuffix(r.Says, ".") || r.About == "" || (r.Evidence == "decided") != (r.Source == "") {
			t.Errorf("%+v", r)
		}
		if !slices.Contains([]string{"documented", "observed", "decided"}, r.Evidence) {
			t.Errorf("%s has the grade %q", r.Name, r.Evidence)
		}
	}
	if len(contract.Rules()) < 30 {
		t.Errorf("only %d rules", len(contract.Rules()))
	}
}

func TestDocument_operationIsWhole(t *testing.T) {
	t.Parallel()
	root := document(t)
	ids := map[string]bool{}
	for path, item := range root["paths"].(node) {
		for _, operation := range operations(item) {
			id := operation["operationId"].(string)
			if ids[id] {
				t.Errorf("%s stands twice", id)
			}
			ids[id] = true
			for _, field := range []string{"summary", "description", "tags"} {
				if operation[field] == nil {
					t.Errorf("%s has no %s", id, field)
				}
			}
			answers := operation["responses"].(node)
			want := map[string]bool{
				"200": !strings.HasPrefix(id, "create") && !strings.HasPrefix(id, "add"),
				"201": strings.HasPrefix(id, "create") || strings.HasPrefix(id, "add"),
				"400": operation["requestBody"] != nil || operation["parameters"] != nil,
				"401": true,
				"429": true,
				"503": true,
			}
			if strings.Contains(path, "{organization}") {
				want["403"], want["404"] = true, true
			}
			for status, wanted := range want {
				if (answers[status] != nil) != wanted {
					t.Errorf("%s: answer %s is %v", id, status, answers[status])
				}
			}
		}
	}
	if len(ids) != len(contract.Operations()) {
		t.Errorf("%d operations in the document, %d in Go", len(ids), len(contract.Operations()))
	}
}

func TestDocument_objectsAreClosedButErrors(t *testing.T) {
	t.Parallel()
	for name, object := range objects(document(t)) {
		if open := object["additionalProperties"] != false; open != (name == "Error") {
			t.Errorf("%s has additionalProperties %v", name, object["additionalProperties"])
		}
	}
}

// What is not referred to is promised to nobody, and nothing checks it.
func TestDocument_componentsAreUsed(t *testing.T) {
	t.Parallel()
	root := document(t)
	encoded, err := json.Marshal(root)
	if err != nil {
		t.Fatal(err)
	}
	for kind, components := range root["components"].(node) {
		for name := range components.(node) {
			if kind != "securitySchemes" && !strings.Contains(string(encoded), `"#/components/`+kind+`/`+name+`"`) {
				t.Errorf("%s/%s is not used", kind, name)
			}
		}
	}
}

func TestOperations_areSortedAndFound(t *testing.T) {
	t.Parallel()
	previous := ""
	for _, o := range contract.Operations() {
		if at := o.Path + " " + o.Method; at <= previous {
			t.Errorf("%s comes after %s", at, previous)
		} else {
			previous = at
		}
		path := regexp.MustCompile(`{\w+}`).ReplaceAllString(o.Path, "a%7Cb")
		id, ok := contract.Lookup(httptest.NewRequest(o.Method, path, nil))
		if !ok || id != o.ID || o.Evidence == "" || o.PathEvidence == "" {
			t.Errorf("%+v is found as %q", o, id)
		}
	}
}
