// Package contract is what the client and the simulator of the JMap Cloud both promised: an OpenAPI document that grades how well each
// thing in it is known, and a check of every exchange against it. It knows neither of the two, and nothing of Terraform.
package contract

import (
	"bytes"
	"cmp"
	"context"
	_ "embed"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
)

//go:embed openapi.yaml
var document []byte

// Document returns the OpenAPI document, in YAML.
func Document() []byte { return bytes.Clone(document) }

// Operation is one call of the cloud's API.
type Operation struct {
	ID     string // such as "getMember"
	Method string // such as "GET"
	Path   string // a template, such as "/api/ss/rest/v1/organizations/{organization}/members/{member}"
	// How well they are known: "documented", "observed" or "decided". Evidence is that the operation exists, with its verb.
	Evidence, PathEvidence string
}

// Operations returns all operations of the document, sorted by path and method.
func Operations() []Operation {
	var all []Operation
	for path, item := range loaded().document.Paths.Map() {
		for method, operation := range item.Operations() {
			evidence, _ := operation.Extensions["x-evidence"].(string)
			pathEvidence, _ := item.Extensions["x-evidence"].(string)
			all = append(all, Operation{operation.OperationID, method, path, evidence, pathEvidence})
		}
	}
	slices.SortFunc(all, func(a, b Operation) int {
		return cmp.Or(strings.Compare(a.Path, b.Path), strings.Compare(a.Method, b.Method))
	})
	return all
}

// Dialects returns what the provider does in each way in which the cloud may differ from the document, by the dialect's name. What the cloud
// does then is the simulator's to say, which speaks them all.
func Dialects() map[string]string {
	all := map[string]string{}
	for name, then := range object(loaded().document.Extensions["x-dialects"]) {
		all[name], _ = then.(string)
	}
	return all
}

// Rule is what holds beside the names: no path, parameter or property carries it.
type Rule struct {
	Name, About, Says string
	Evidence, Source  string
	Dialects          []string
}

// Rules returns all rules of the document, sorted by name.
func Rules() []Rule {
	var all []Rule
	for name, of := range object(loaded().document.Extensions["x-rules"]) {
		text := func(field string) string { value, _ := object(of)[field].(string); return value }
		all = append(all, Rule{name, text("about"), text("says"), text("x-evidence"), text("x-source"), texts(object(of)["x-dialects"])})
	}
	slices.SortFunc(all, func(a, b Rule) int { return strings.Compare(a.Name, b.Name) })
	return all
}

func object(value any) map[string]any {
	o, _ := value.(map[string]any)
	return o
}

func texts(value any) []string {
	var all []string
	list, _ := value.([]any)
	for _, one := range list {
		text, _ := one.(string)
		all = append(all, text)
	}
	return all
}

// Lookup returns the id of the operation that r calls on whatever host, and false if there is none.
func Lookup(r *http.Request) (operationID string, ok bool) {
	route, _, err := loaded().router.FindRoute(r)
	if err != nil {
		return "", false
	}
	return route.Operation.OperationID, true
}

type contract struct {
	document *openapi3.T
	router   routers.Router
}

// loaded panics if the document is broken, for it is part of the program.
var loaded = sync.OnceValue(func() contract {
	read, err := openapi3.NewLoader().LoadFromData(document)
	if err == nil {
		err = read.Validate(context.Background())
	}
	if err != nil {
		panic("contract: " + err.Error())
	}
	read.Servers = nil // so that the router matches on the path alone, whatever the host
	router, err := gorillamux.NewRouter(read)
	if err != nil {
		panic("contract: " + err.Error())
	}
	return contract{read, router}
})
