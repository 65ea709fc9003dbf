package contract

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
)

const jsonType = "application/json"

// exchange is one request, and then its answer, held against the document.
type exchange struct {
	report  func(error)
	request *http.Request
	input   *openapi3filter.RequestValidationInput // nil if the request calls no operation
}

// begin checks a request. Its body is given apart and r.Body stays unread.
func begin(r *http.Request, body []byte, report func(error)) *exchange {
	e := &exchange{report: report, request: r}
	route, params, err := loaded().router.FindRoute(r)
	switch {
	case errors.Is(err, routers.ErrMethodNotAllowed):
		e.violated("the contract has no such method here")
		return e
	case err != nil:
		e.violated("the contract has no such path")
		return e
	}
	// The validator takes hold of the request, so it gets its own.
	checked := r.Clone(r.Context())
	checked.Body, checked.GetBody = io.NopCloser(bytes.NewReader(body)), nil
	e.input = &openapi3filter.RequestValidationInput{
		Request: checked, PathParams: params, Route: route,
		Options: &openapi3filter.Options{
			AuthenticationFunc:      openapi3filter.NoopAuthenticationFunc, // see answered
			MultiError:              true,
			SkipSettingDefaults:     true,
			SchemaValidationOptions: []openapi3.SchemaValidationOption{openapi3.DisableSchemaErrorDetails()},
		},
	}
	e.checkQuery()
	e.checkBody(body)
	if e.signsIn() && (r.Header.Get("Authorization") != "" || r.Header.Get("Api-Key") != "") {
		e.violated("a token call carries no credential")
	}
	if err := openapi3filter.ValidateRequest(r.Context(), e.input); err != nil {
		e.violated(explain(err)...)
	}
	return e
}

// checkQuery looks for what the validator lets pass: it reads the parameters that it knows, and of each the first value.
func (e *exchange) checkQuery() {
	query, err := url.ParseQuery(e.request.URL.RawQuery)
	if err != nil {
		e.violated("the query is malformed")
	}
	for name, values := range query {
		switch {
		case e.input.Route.Operation.Parameters.GetByInAndName(openapi3.ParameterInQuery, name) == nil:
			e.violated(fmt.Sprintf("the contract has no query parameter %q here", name))
		case len(values) > 1:
			e.violated(fmt.Sprintf("the query parameter %q is given %d times", name, len(values)))
		}
	}
}

// checkBody leaves to the validator what is JSON, and only that: about the rest its errors quote what they found.
func (e *exchange) checkBody(body []byte) {
	wanted := e.input.Route.Operation.RequestBody
	switch {
	case wanted == nil && len(body) > 0:
		e.violated("the contract has no request body here")
	case wanted == nil || len(body) == 0:
		return
	case wanted.Value.Content.Get(e.request.Header.Get("Content-Type")) == nil:
		e.violated("the request's Content-Type is not " + jsonType)
	case !json.Valid(body):
		e.violated("the request body is not one JSON value")
	default:
		return
	}
	e.input.Options.ExcludeRequestBody = true
}

// answered checks the answer.
func (e *exchange) answered(status int, header http.Header, body []byte) {
	if e.input == nil {
		return
	}
	switch {
	case e.input.Route.Operation.Responses.Status(status) == nil:
		e.violated(fmt.Sprintf("the contract has no answer %d here", status))
		return
	case !slices.Equal(header.Values("Content-Type"), []string{jsonType}):
		e.violated(fmt.Sprintf("answer %d: the Content-Type is not %s to the letter", status, jsonType))
		return
	case !json.Valid(body):
		e.violated(fmt.Sprintf("answer %d: the body is not one JSON value", status))
		return
	}
	// A call without a credential is allowed, as long as the cloud refuses it.
	if status < http.StatusMultipleChoices && !e.signsIn() && !credential(e.request.Header) {
		e.violated(fmt.Sprintf("answer %d: to a request with neither a bearer token nor an API key", status))
	}
	answer := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: e.input, Status: status, Header: header, Options: e.input.Options,
	}
	if err := openapi3filter.ValidateResponse(e.request.Context(), answer.SetBodyBytes(body)); err != nil {
		for _, reason := range explain(err) {
			e.violated(fmt.Sprintf("answer %d: %s", status, reason))
		}
	}
}

// signsIn is true of the three token calls.
func (e *exchange) signsIn() bool {
	security := e.input.Route.Operation.Security
	return security != nil && len(*security) == 0
}

func credential(h http.Header) bool {
	token, ok := strings.CutPrefix(h.Get("Authorization"), "Bearer ")
	return ok && token != "" || h.Get("Api-Key") != ""
}

func (e *exchange) violated(reasons ...string) {
	for _, reason := range reasons {
		e.report(fmt.Errorf("contract: %s %s: %s", e.request.Method, e.request.URL.EscapedPath(), reason))
	}
}

// explain says what a validation found, one reason for each thing. It picks the parts that cannot hold a value, for the errors' own texts
// may quote a header or a body.
func explain(err error) []string {
	switch err := err.(type) {
	case openapi3.MultiError:
		var reasons []string
		for _, one := range err {
			reasons = append(reasons, explain(one)...)
		}
		return reasons
	case *openapi3filter.RequestError:
		if err.Parameter != nil {
			return details(fmt.Sprintf("%s parameter %q", err.Parameter.In, err.Parameter.Name), " is missing or malformed", err.Err)
		}
		return details("request body", " is missing", err.Err)
	case *openapi3filter.ResponseError:
		return details(err.Reason, "", err.Err)
	}
	return []string{"the contract forbids it"}
}

// details says where within what something is wrong, or otherwise if the trouble is with the whole.
func details(what, otherwise string, err error) []string {
	var reasons []string
	for _, leaf := range leaves(err) {
		reasons = append(reasons, fmt.Sprintf("%s: at /%s: %s", what, strings.Join(leaf.JSONPointer(), "/"), leaf.Reason))
	}
	if len(reasons) == 0 {
		return []string{what + otherwise}
	}
	return reasons
}

// leaves are the innermost schema errors: those around them say only that one of them is there.
func leaves(err error) []*openapi3.SchemaError {
	switch err := err.(type) {
	case nil:
		return nil
	case openapi3.MultiError:
		var all []*openapi3.SchemaError
		for _, one := range err {
			all = append(all, leaves(one)...)
		}
		return all
	case *openapi3.SchemaError:
		if within := leaves(err.Origin); len(within) > 0 {
			return within
		}
		return []*openapi3.SchemaError{err}
	}
	return leaves(errors.Unwrap(err))
}
