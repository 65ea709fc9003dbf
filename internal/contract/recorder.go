package contract

import (
	"bytes"
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
)

// Verdict is what a cloud says to a thing that the document decided.
type Verdict string

// Confirmed things were seen to work, and refuted ones to be missing where they should be. All else is unknown.
const (
	Confirmed Verdict = "confirmed"
	Refuted   Verdict = "refuted"
	Unknown   Verdict = "unknown"
)

// Finding is the verdict on one decided thing.
type Finding struct {
	// Name is such as "path /api/ss/rest/v1/organizations/{organization}/members", "ApiKey.title", for a property of a schema, or
	// "deleteApiKey?transferOwnershipTo", for a parameter of an operation.
	Name    string
	Verdict Verdict
	// Dialects are the ways in which the cloud may differ from the document there.
	Dialects []string
}

// EvidenceRecorder compares what a cloud answers with what the document decided. Use NewEvidenceRecorder.
type EvidenceRecorder struct {
	mu       sync.Mutex
	findings map[string]Verdict
	dialects map[string][]string // by the same name
}

// NewEvidenceRecorder returns a recorder for which the verdict on everything decided is Unknown.
func NewEvidenceRecorder() *EvidenceRecorder {
	e := &EvidenceRecorder{findings: map[string]Verdict{}, dialects: map[string][]string{}}
	document := loaded().document
	for path, item := range document.Paths.Map() {
		if isDecided(item.Extensions) {
			e.await("path "+path, item.Extensions)
		}
		for _, operation := range item.Operations() {
			for _, parameter := range operation.Parameters {
				if parameter.Value.In == openapi3.ParameterInQuery && isDecided(parameter.Value.Extensions) {
					e.await(operation.OperationID+"?"+parameter.Value.Name, parameter.Value.Extensions)
				}
			}
			if operation.RequestBody != nil {
				e.expect(operation.RequestBody.Value.Content.Get(jsonType).Schema)
			}
			e.expect(resultOf(operation))
		}
	}
	return e
}

// Findings returns the verdict on every decided thing, sorted by name.
func (e *EvidenceRecorder) Findings() []Finding {
	e.mu.Lock()
	defer e.mu.Unlock()
	all := make([]Finding, 0, len(e.findings))
	for name, verdict := range e.findings {
		all = append(all, Finding{name, verdict, e.dialects[name]})
	}
	slices.SortFunc(all, func(a, b Finding) int { return cmp.Compare(a.Name, b.Name) })
	return all
}

// Prove enters what no single exchange can show, such as that a parameter does what it says. A name that is not decided is
// ignored.
func (e *EvidenceRecorder) Prove(name string, held bool) {
	verdict := Refuted
	if held {
		verdict = Confirmed
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.find(name, verdict)
}

// Transport records every exchange that goes through next.
func (e *EvidenceRecorder) Transport(next http.RoundTripper) http.RoundTripper {
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		if outside(r) {
			return next.RoundTrip(r)
		}
		r, sent, _ := peekRequest(r)
		response, err := next.RoundTrip(r)
		if err != nil {
			return response, err
		}
		var got []byte
		response.Body, got, _ = peek(response.Body)
		e.record(r, sent, response, got)
		return response, nil
	})
}

func (e *EvidenceRecorder) record(r *http.Request, sent []byte, response *http.Response, got []byte) {
	route, _, err := loaded().router.FindRoute(r)
	if err != nil {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	succeeded := response.StatusCode/100 == 2
	isJSON := strings.HasPrefix(response.Header.Get("Content-Type"), jsonType)
	switch {
	case succeeded && isJSON:
		e.find("path "+route.Path, Confirmed)
	case response.StatusCode == http.StatusNotFound && strings.HasSuffix(route.Path, "}"): // the object may be missing, not the path
	case response.StatusCode == http.StatusNotFound, response.StatusCode == http.StatusMethodNotAllowed:
		e.find("path "+route.Path, Refuted)
	}
	if !succeeded || !isJSON {
		return
	}
	var envelope struct {
		Result any `json:"result"`
	}
	if json.Unmarshal(got, &envelope) != nil {
		return
	}
	e.compare(resultOf(route.Operation), envelope.Result)
	if route.Operation.RequestBody != nil {
		var request map[string]any
		if json.Unmarshal(sent, &request) == nil {
			e.echoed(route.Operation.RequestBody.Value.Content.Get(jsonType).Schema, request, envelope.Result)
		}
	}
}

// await enters a decided thing as unknown.
func (e *EvidenceRecorder) await(name string, extensions map[string]any) {
	e.findings[name], e.dialects[name] = Unknown, texts(extensions["x-dialects"])
}

// find enters a verdict. What was confirmed once stays so: a cloud may leave out what is empty.
func (e *EvidenceRecorder) find(name string, verdict Verdict) {
	if before, decided := e.findings[name]; decided && before != Confirmed {
		e.findings[name] = verdict
	}
}

// expect enters the decided properties of a schema as unknown.
func (e *EvidenceRecorder) expect(schema *openapi3.SchemaRef) {
	properties(schema, func(name string, property *openapi3.SchemaRef) {
		switch {
		case isDecided(property.Extensions):
			e.await(name, property.Extensions)
		case isDecided(property.Value.Extensions):
			e.await(name, property.Value.Extensions)
		}
	})
}

// compare looks for the properties of a schema in an object, or in each of a list.
func (e *EvidenceRecorder) compare(schema *openapi3.SchemaRef, value any) {
	switch value := value.(type) {
	case []any:
		for _, element := range value {
			e.compare(schema, element)
		}
	case map[string]any:
		properties(schema, func(name string, _ *openapi3.SchemaRef) {
			verdict := Refuted
			if _, there := value[property(name)]; there {
				verdict = Confirmed
			}
			e.find(name, verdict)
		})
	}
}

// echoed confirms what was sent and comes back under the same name with the same value: a cloud may take what it does not
// know without a word.
func (e *EvidenceRecorder) echoed(schema *openapi3.SchemaRef, sent map[string]any, result any) {
	got, ok := result.(map[string]any)
	if !ok {
		return
	}
	properties(schema, func(name string, _ *openapi3.SchemaRef) {
		was, err := json.Marshal(sent[property(name)])
		is, err2 := json.Marshal(got[property(name)])
		if err == nil && err2 == nil && sent[property(name)] != nil && bytes.Equal(was, is) {
			e.find(name, Confirmed)
		}
	})
}

// properties calls f with each property of a schema, or of its items, as "Schema.property".
func properties(schema *openapi3.SchemaRef, f func(name string, property *openapi3.SchemaRef)) {
	if schema == nil {
		return
	}
	if schema.Value.Items != nil {
		properties(schema.Value.Items, f)
		return
	}
	for _, part := range schema.Value.AllOf {
		properties(part, f)
	}
	for name, property := range schema.Value.Properties {
		f(schema.Ref[strings.LastIndexByte(schema.Ref, '/')+1:]+"."+name, property)
	}
}

// property is the last part of a name that properties gives.
func property(name string) string { return name[strings.IndexByte(name, '.')+1:] }

// resultOf is the schema of an operation's result in its success, nil where it has none.
func resultOf(operation *openapi3.Operation) *openapi3.SchemaRef {
	for _, status := range []int{http.StatusOK, http.StatusCreated} {
		if response := operation.Responses.Status(status); response != nil {
			return response.Value.Content.Get(jsonType).Schema.Value.Properties["result"]
		}
	}
	return nil
}

func isDecided(extensions map[string]any) bool { return extensions["x-evidence"] == "decided" }
