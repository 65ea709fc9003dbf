package contract_test

import (
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/contract"
)

const (
	ss  = "/api/ss/rest/v1"
	org = ss + "/organizations/2f6f1b1e-8a3c-4b5e-9d0f-0c1d2e3f4a5b"
	mcs = "/api/mcs/rest/v1/organizations/2f6f1b1e-8a3c-4b5e-9d0f-0c1d2e3f4a5b"

	secret = "hunter2-do-not-print"

	member = `{"id":"auth0|5f00112233445566778899aa","name":"Ada","username":"ada@example.com","email":"Ada@example.com","roles":["ORG_ADMIN"]}`
	audit  = `"createdBy":"Ada <ada@example.com>","creationDate":"2024-07-22T18:26:57Z","lastModifiedBy":"1a2b3c4d@apikey.jmapcloud.io","lastModificationDate":"2024-07-22T18:26:57Z"`
	key    = `"id":"1a2b3c4d-8a3c-4b5e-9d0f-0c1d2e3f4a5b","title":"CI","roles":["ORG_EDITOR"],"expirationDate":"2030-01-01T00:00:00Z","email":"1a2b3c4d@apikey.jmapcloud.io",` + audit
	five   = `"defaultLanguage":"fr","displayUnit":"METER","distanceUnit":"METER","mapUnit":"METER","mapCrs":"EPSG:3857"`
	tokens = `{"accessToken":"a","refreshToken":"r","accessTokenExpireAt":"2022-12-24T17:31:33.429+00:00","accessTokenExpiration":86400}`
)

// exchange is a request and the answer to it.
type exchange struct {
	method, path, body string
	header             http.Header
	status             int
	answer             string
	answerHeader       http.Header
}

// with returns a copy of e that change has changed.
func (e exchange) with(change func(*exchange)) exchange {
	e.header, e.answerHeader = e.header.Clone(), e.answerHeader.Clone()
	change(&e)
	return e
}

func call(method, path, body string, status int, answer string) exchange {
	e := exchange{
		method: method, path: path, body: body, status: status, answer: answer,
		header:       http.Header{"Authorization": {"Bearer " + secret}},
		answerHeader: http.Header{"Content-Type": {"application/json"}, "Date": {"Mon, 22 Jul 2024 18:26:57 GMT"}},
	}
	if body != "" {
		e.header.Set("Content-Type", "application/json")
	}
	return e
}

func tokenCall(path, body string, status int, answer string) exchange {
	e := call("POST", ss+path, body, status, answer)
	e.header.Del("Authorization")
	return e
}

func success(result string) string { return `{"message":"OK","result":` + result + `}` }

var (
	authenticate = tokenCall("/authenticate", `{"username":"ada@example.com","password":"p"}`, 200, success(tokens))
	updateMember = call("PATCH", org+"/members/auth0%7C5f00112233445566778899aa", `{"roles":["ORG_ADMIN"]}`, 200, success(member))
	deleteMember = call("DELETE", org+"/members/auth0%7C5f00", "", 200, success(`null`)).with(func(e *exchange) { e.path += "?transferOwnershipTo=auth0%7C60" })
	listMembers  = call("GET", org+"/members", "", 200, success(`[`+member+`]`))
)

func (e exchange) request() *http.Request {
	r := httptest.NewRequest(e.method, "https://cloud.example:8443"+e.path, strings.NewReader(e.body))
	if e.body == "" {
		r.Body = http.NoBody
	}
	r.Header = e.header.Clone()
	return r
}

func (e exchange) response(r *http.Request) *http.Response {
	return &http.Response{
		StatusCode: e.status, Header: e.answerHeader.Clone(), Request: r,
		Body: io.NopCloser(iotest.OneByteReader(strings.NewReader(e.answer))),
	}
}

func (e exchange) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	maps.Copy(w.Header(), e.answerHeader)
	w.WriteHeader(e.status)
	for part := range strings.SplitAfterSeq(e.answer, ",") {
		_, _ = io.WriteString(w, part)
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// reports collects what is reported of one exchange after another.
type reports []string

func (r *reports) add(err error) { *r = append(*r, err.Error()) }

// check plays e on both sides and returns what was reported, which must be the same on both.
func (e exchange) check(t *testing.T) reports {
	t.Helper()
	var server, client reports
	contract.Middleware(server.add)(e).ServeHTTP(httptest.NewRecorder(), e.request())
	response, err := contract.Transport(client.add, roundTripper(func(r *http.Request) (*http.Response, error) {
		return e.response(r), nil
	})).RoundTrip(e.request())
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if !slices.Equal(server, client) {
		t.Fatalf("the server's side reports %q and the client's %q", server, client)
	}
	return server
}

func TestExchange_asPromisedPasses(t *testing.T) {
	t.Parallel()
	for name, e := range map[string]exchange{
		"tokens":      authenticate,
		"escaped id":  updateMember,
		"query":       deleteMember,
		"list":        listMembers,
		"empty list":  call("GET", org+"/invitations", "", 200, success(`[]`)),
		"self":        call("GET", org+"/members/self", "", 200, success(member)),
		"null":        tokenCall("/revoke-token", `{"refreshToken":"r"}`, 200, success(`null`)),
		"created key": call("POST", org+"/api-keys", `{"title":"CI","roles":["ORG_EDITOR"],"expirationDate":"2030-01-01T00:00:00Z"}`, 201, success(`{`+key+`,"apiKey":"s"}`)),
		"error":       call("GET", org+"/members/x", "", 404, `{"message":"There is no such member.","code":17}`),
		"no credential, refused": listMembers.with(func(e *exchange) {
			e.header.Del("Authorization")
			e.status, e.answer = 401, `{"message":"An access token is needed."}`
		}),
		"API key": listMembers.with(func(e *exchange) { e.header = http.Header{"Api-Key": {secret}} }),
		"charset of the request": updateMember.with(func(e *exchange) {
			e.header.Set("Content-Type", "application/json; charset=utf-8")
		}),
		"project by language": call("POST", mcs+"/projects", `{"name":{"fr":"Égouts"},`+five+`}`, 201,
			success(`{"id":"p","name":{"fr":"Égouts"},"description":{},"defaultLanguage":"fr","mapCrs":"EPSG:3857",`+audit+`}`)),
		"project with an extent": call("GET", mcs+"/projects/p", "", 200,
			success(`{"id":"p","name":{},"description":{},"defaultLanguage":"fr","mapCrs":"EPSG:3857","initialExtent":{"x1":-1.5,"y1":0,"x2":2,"y2":3},`+audit+`}`)),
		"own permissions":         call("GET", mcs+"/datasources/d/permissions/self", "", 200, success(`[{"principal":"ada@example.com","permissions":["OWNER","EXTRACT_ROW"]}]`)),
		"own permissions, null":   call("GET", mcs+"/projects/p/permissions/self", "", 200, success(`[{"permissions":null}]`)),
		"no own permissions":      call("GET", mcs+"/projects/p/permissions/self", "", 200, success(`[]`)),
		"group":                   call("GET", mcs+"/projects/p/permissions", "", 200, success(`[{"principal":"Gardeners","permissions":["VIEW"]}]`)),
		"permission taken":        call("DELETE", mcs+"/projects/p/permissions/ada%40example.com", "", 200, success(`null`)),
		"permission changed":      call("PUT", mcs+"/datasources/d/permissions/Everyone", `{"permission":"EXTRACT_ROW"}`, 200, success(`{"principal":"Everyone","permissions":["VIEW","EXTRACT_ROW"]}`)),
		"member without username": call("GET", org+"/members/self", "", 200, success(strings.Replace(member, `"username":"ada@example.com",`, "", 1))),
		"the simulator's control": call("PURGE", "/_simulator/requests", "x", 204, ""),
		"an invitation's page":    call("POST", "/invitations/t", "name=Ada", 410, "<html>"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, reported := range e.check(t) {
				t.Error(reported)
			}
		})
	}
}

func TestExchange_otherwiseIsReported(t *testing.T) {
	t.Parallel()
	const noSuchRole = `value is not one of the allowed values ["ORG_ADMIN","ORG_EDITOR","ORG_VIEWER"]`
	for name, test := range map[string]struct {
		exchange
		change func(*exchange)
		want   string
	}{
		"unknown path":          {listMembers, func(e *exchange) { e.path += "/x/y" }, "the contract has no such path"},
		"trailing slash":        {listMembers, func(e *exchange) { e.path += "/" }, "the contract has no such path"},
		"unknown method":        {listMembers, func(e *exchange) { e.method = "PUT" }, "the contract has no such method here"},
		"unknown query":         {listMembers, func(e *exchange) { e.path += "?page=2" }, `the contract has no query parameter "page" here`},
		"query twice":           {deleteMember, func(e *exchange) { e.path += "&transferOwnershipTo=x" }, `the query parameter "transferOwnershipTo" is given 2 times`},
		"query empty":           {deleteMember, func(e *exchange) { e.path, _, _ = strings.Cut(e.path, "auth0%7C60") }, `query parameter "transferOwnershipTo": at /: minimum string length is 1`},
		"query malformed":       {deleteMember, func(e *exchange) { e.path += "%" }, "the query is malformed"},
		"body of a read":        {listMembers, func(e *exchange) { e.body = "{}" }, "the contract has no request body here"},
		"no body":               {updateMember, func(e *exchange) { e.body = "" }, "request body is missing"},
		"body not JSON":         {updateMember, func(e *exchange) { e.body = `{"roles":` }, "the request body is not one JSON value"},
		"two bodies":            {updateMember, func(e *exchange) { e.body += "{}" }, "the request body is not one JSON value"},
		"form":                  {updateMember, func(e *exchange) { e.header.Set("Content-Type", "text/plain") }, "the request's Content-Type is not application/json"},
		"no field":              {updateMember, func(e *exchange) { e.body = `{}` }, `request body: at /roles: property "roles" is missing`},
		"field of another type": {updateMember, func(e *exchange) { e.body = `{"roles":"ORG_ADMIN"}` }, "request body: at /roles: value must be an array"},
		"field too many":        {updateMember, func(e *exchange) { e.body = `{"roles":["ORG_ADMIN"],"name":"A"}` }, `request body: at /: property "name" is unsupported`},
		"role unknown":          {updateMember, func(e *exchange) { e.body = `{"roles":["ADMIN"]}` }, "request body: at /roles/0: " + noSuchRole},
		"two roles":             {updateMember, func(e *exchange) { e.body = `{"roles":["ORG_ADMIN","ORG_EDITOR"]}` }, "request body: at /roles: maximum number of items is 1"},

		"bearer of a token call":  {authenticate, func(e *exchange) { e.header.Set("Authorization", "Bearer x") }, "a token call carries no credential"},
		"API key of a token call": {authenticate, func(e *exchange) { e.header.Set("Api-Key", "x") }, "a token call carries no credential"},
		"no credential":           {listMembers, func(e *exchange) { e.header.Del("Authorization") }, "answer 200: to a request with neither a bearer token nor an API key"},
		"basic credential":        {listMembers, func(e *exchange) { e.header.Set("Authorization", "Basic eA==") }, "answer 200: to a request with neither a bearer token nor an API key"},

		"status unknown":                {listMembers, func(e *exchange) { e.status = 202 }, "the contract has no answer 202 here"},
		"redirect":                      {listMembers, func(e *exchange) { e.status = 301 }, "the contract has no answer 301 here"},
		"error of another call":         {listMembers, func(e *exchange) { e.status, e.answer = 409, `{"message":"x"}` }, "the contract has no answer 409 here"},
		"charset":                       {listMembers, func(e *exchange) { e.answerHeader.Set("Content-Type", "application/json;charset=utf-8") }, "answer 200: the Content-Type is not application/json to the letter"},
		"capitals":                      {listMembers, func(e *exchange) { e.answerHeader.Set("Content-Type", "Application/JSON") }, "answer 200: the Content-Type is not application/json to the letter"},
		"no content type":               {listMembers, func(e *exchange) { e.answerHeader.Del("Content-Type") }, "answer 200: the Content-Type is not application/json to the letter"},
		"no date":                       {listMembers, func(e *exchange) { e.answerHeader.Del("Date") }, `answer 200: response header "Date" missing`},
		"empty answer":                  {listMembers, func(e *exchange) { e.answer = "" }, "answer 200: the body is not one JSON value"},
		"answer of another shape":       {listMembers, func(e *exchange) { e.answer = success(member) }, "at /result: value must be an array"},
		"answer without its envelope":   {listMembers, func(e *exchange) { e.answer = `[]` }, "value must be an object"},
		"answer without a message":      {listMembers, func(e *exchange) { e.answer = `{"result":[]}` }, `at /message: property "message" is missing`},
		"answer without a field":        {updateMember, func(e *exchange) { e.answer = success(`{}`) }, `at /result/email: property "email" is missing`},
		"answer with a field too many":  {authenticate, func(e *exchange) { e.answer = success(strings.Replace(tokens, "{", `{"scope":"",`, 1)) }, `at /result: property "scope" is unsupported`},
		"answer with another type":      {authenticate, func(e *exchange) { e.answer = success(strings.Replace(tokens, "86400", `"86400"`, 1)) }, "at /result/accessTokenExpiration: value must be an integer"},
		"answer with an entity's date":  {authenticate, func(e *exchange) { e.answer = success(strings.Replace(tokens, "33.429+00:00", "33Z", 1)) }, "at /result/accessTokenExpireAt: string doesn't match the regular expression"},
		"answer with a role unknown":    {listMembers, func(e *exchange) { e.answer = strings.Replace(e.answer, "ORG_ADMIN", "ADMIN", 1) }, "at /result/0/roles/0: " + noSuchRole},
		"result where null is promised": {deleteMember, func(e *exchange) { e.answer = success(`"gone"`) }, "at /result: value is not one of the allowed values [null]"},
		"error without a message":       {listMembers, func(e *exchange) { e.status, e.answer = 403, `{"error":"no"}` }, `at /message: property "message" is missing`},
		"secret told twice":             {call("GET", org+"/api-keys/k", "", 200, success(`{`+key+`}`)), func(e *exchange) { e.answer = success(`{` + key + `,"apiKey":"s"}`) }, `at /result: property "apiKey" is unsupported`},
		"token's date on an entity":     {call("GET", org+"/api-keys/k", "", 200, success(`{`+key+`}`)), func(e *exchange) { e.answer = strings.Replace(e.answer, "57Z", "57.000+00:00", 1) }, "at /result/creationDate: string doesn't match the regular expression"},
		"language unknown":              {call("POST", mcs+"/projects", `{"name":{"fr":"A"},`+five+`}`, 403, `{"message":"x"}`), func(e *exchange) { e.body = `{"name":{"de":"A"},` + five + `}` }, `request body: at /name: property "de" is unsupported`},
		"project without its units":     {call("POST", mcs+"/projects", `{`+five+`}`, 403, `{"message":"x"}`), func(e *exchange) { e.body = `{"name":{"fr":"A"}}` }, `request body: at /mapUnit: property "mapUnit" is missing`},
		"own permissions as words":      {call("GET", mcs+"/projects/p/permissions/self", "", 200, success(`[]`)), func(e *exchange) { e.answer = success(`["OWNER"]`) }, "at /result/0: value must be an object"},
		"key that is administrator": {
			call("POST", org+"/api-keys", `{"title":"CI","roles":["ORG_ADMIN"],"expirationDate":"2030-01-01T00:00:00Z"}`, 400, `{"message":"x"}`),
			func(*exchange) {}, `request body: at /roles/0: value is not one of the allowed values ["ORG_EDITOR","ORG_VIEWER"]`,
		},
		"control character in a title": {
			call("POST", org+"/api-keys", `{"title":"a\u001bb","roles":["ORG_EDITOR"],"expirationDate":"2030-01-01T00:00:00Z"}`, 400, `{"message":"x"}`),
			func(*exchange) {}, "request body: at /title: string doesn't match the regular expression",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := test.with(test.change)
			path, _, _ := strings.Cut(e.path, "?")
			prefix := "contract: " + e.method + " " + path + ": "
			reported := e.check(t)
			if !slices.ContainsFunc(reported, func(r string) bool { return strings.HasPrefix(r, prefix) && strings.Contains(r, test.want) }) {
				t.Errorf("reported %q, want %q", reported, prefix+test.want)
			}
		})
	}
}

func TestExchange_everyViolationIsReported(t *testing.T) {
	t.Parallel()
	e := updateMember.with(func(e *exchange) {
		e.path += "?force=true"
		e.body = `{"roles":["ADMIN"],"name":"A"}`
		e.answer = strings.NewReplacer(`"name":"Ada"`, `"name":""`, `ORG_ADMIN`, `ADMIN`).Replace(e.answer)
	})
	if reported := e.check(t); len(reported) != 5 {
		t.Errorf("reported %q", reported)
	}
}

func TestReport_neverHoldsAValue(t *testing.T) {
	t.Parallel()
	for name, e := range map[string]exchange{
		"request, wrong type":    authenticate.with(func(e *exchange) { e.body = `{"username":7,"password":["` + secret + `"]}` }),
		"request, broken format": authenticate.with(func(e *exchange) { e.body = `{"password":"` + secret + `"` }),
		"request, content type":  authenticate.with(func(e *exchange) { e.header.Set("Content-Type", secret) }),
		"request, pattern":       call("POST", org+"/invitations", `{"inviteeEmail":"`+secret+`","language":"`+secret+`","roles":["`+secret+`"]}`, 400, `{"message":"x"}`),
		"request, query":         deleteMember.with(func(e *exchange) { e.path += "&transferOwnershipTo=" + secret + "&x=" + secret + "%" }),
		"credential":             authenticate.with(func(e *exchange) { e.header.Set("Authorization", "Bearer "+secret) }),
		"answer, wrong type": authenticate.with(func(e *exchange) {
			e.answer = success(`{"accessToken":{"a":"` + secret + `"},"refreshToken":["` + secret + `"]}`)
		}),
		"answer, wrong format":   authenticate.with(func(e *exchange) { e.answer = success(strings.Replace(tokens, "2022-12-24", secret, 1)) }),
		"answer, field too many": call("GET", org+"/api-keys/k", "", 200, success(`{`+key+`,"apiKey":"`+secret+`"}`)),
		"answer, not JSON":       authenticate.with(func(e *exchange) { e.answer = secret }),
		"answer, content type":   authenticate.with(func(e *exchange) { e.answerHeader.Set("Content-Type", secret) }),
		"answer, header":         authenticate.with(func(e *exchange) { e.answerHeader.Set("Date", secret) }),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			reported := e.check(t)
			if len(reported) == 0 {
				t.Error("nothing is reported")
			}
			for _, r := range reported {
				if strings.Contains(r, secret) {
					t.Error(r)
				}
			}
		})
	}
}

func TestMiddleware_passesTheExchangeUnchanged(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(contract.Middleware(func(err error) { t.Error(err) })(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || string(body) != updateMember.body || r.URL.Path != org+"/members/auth0|5f00112233445566778899aa" {
			t.Errorf("%s arrives with %q, %v", r.URL.Path, body, err)
		}
		updateMember.ServeHTTP(w, r)
		if err := http.NewResponseController(w).Flush(); err != nil {
			t.Error(err)
		}
	})))
	t.Cleanup(server.Close)
	client := http.Client{Transport: contract.Transport(func(err error) { t.Error(err) }, server.Client().Transport)}
	// A reader of no known length is sent in chunks, without a Content-Length.
	body := io.MultiReader(strings.NewReader(updateMember.body))
	r, err := http.NewRequestWithContext(t.Context(), updateMember.method, server.URL+updateMember.path, body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header = updateMember.header.Clone()
	response, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil || string(answer) != updateMember.answer || response.StatusCode != 200 {
		t.Errorf("answered %d %q, %v", response.StatusCode, answer, err)
	}
}

func TestMiddleware_violatingExchangePassesToo(t *testing.T) {
	t.Parallel()
	var reported reports
	e := updateMember.with(func(e *exchange) { e.body, e.status, e.answer = `{"x":`, 500, `oops` })
	w := httptest.NewRecorder()
	contract.Middleware(reported.add)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if body, err := io.ReadAll(r.Body); err != nil || string(body) != e.body {
			t.Errorf("%q, %v", body, err)
		}
		e.ServeHTTP(w, r)
	})).ServeHTTP(w, e.request())
	if w.Code != 500 || w.Body.String() != "oops" || len(reported) != 2 {
		t.Errorf("%d %q, reported %q", w.Code, w.Body, reported)
	}
}

func TestMiddleware_panicPasses(t *testing.T) {
	t.Parallel()
	defer func() {
		if got := recover(); got != http.ErrAbortHandler {
			t.Errorf("recovered %v", got)
		}
	}()
	contract.Middleware(func(err error) { t.Error(err) })(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		panic(http.ErrAbortHandler)
	})).ServeHTTP(httptest.NewRecorder(), listMembers.request())
}

func TestMiddleware_silentHandlerIsAViolation(t *testing.T) {
	t.Parallel()
	var reported reports
	contract.Middleware(reported.add)(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})).
		ServeHTTP(httptest.NewRecorder(), listMembers.request())
	if len(reported) != 1 {
		t.Errorf("reported %q", reported)
	}
}

func TestMiddleware_brokenRequestBreaksForTheHandler(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	r := updateMember.request()
	r.Body = io.NopCloser(io.MultiReader(strings.NewReader(`{"ro`), iotest.ErrReader(broken)))
	contract.Middleware(func(err error) { t.Error(err) })(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if body, err := io.ReadAll(r.Body); !errors.Is(err, broken) || string(body) != `{"ro` {
			t.Errorf("%q, %v", body, err)
		}
	})).ServeHTTP(httptest.NewRecorder(), r)
}

func TestTransport_brokenAnswerBreaksForTheClient(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	next := roundTripper(func(r *http.Request) (*http.Response, error) {
		response := listMembers.response(r)
		response.Body = io.NopCloser(io.MultiReader(strings.NewReader(`{"mess`), iotest.ErrReader(broken)))
		return response, nil
	})
	response, err := contract.Transport(func(err error) { t.Error(err) }, next).RoundTrip(listMembers.request())
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if body, err := io.ReadAll(response.Body); !errors.Is(err, broken) || string(body) != `{"mess` {
		t.Errorf("%q, %v", body, err)
	}
}

func TestTransport_failedAttemptIsNoViolation(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	next := roundTripper(func(*http.Request) (*http.Response, error) { return nil, broken })
	if _, err := contract.Transport(func(err error) { t.Error(err) }, next).RoundTrip(listMembers.request()); !errors.Is(err, broken) {
		t.Error(err)
	}
}

func TestLookup_namesTheOperation(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		org + "/members/self":                "getMemberSelf",
		org + "/members/auth0%7C5f":          "getMember",
		org + "/members/a%2Fb":               "getMember",
		org + "/members/a/b":                 "",
		mcs + "/projects/p/permissions/self": "getProjectPermissionsSelf",
	} {
		r := httptest.NewRequest("GET", "http://127.0.0.1:8080"+path, nil)
		if got, ok := contract.Lookup(r); got != want || ok != (want != "") {
			t.Errorf("%s: %q, %v, want %q", path, got, ok, want)
		}
	}
}
