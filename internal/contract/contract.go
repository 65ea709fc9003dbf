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
