package client_test

import (
	"compress/gzip"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

func TestRequest_saysWhatItIs(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	var mu sync.Mutex
	var seen []*http.Request
	api := c.connect(t, withTransport(transportFunc(func(r *http.Request) (*http.Response, error) {
		mu.Lock()
		seen = append(seen, r)
		mu.Unlock()
		return fresh.RoundTrip(r)
	})))
	_, err := api.Members(t.Context())
	must(t, err)
	must(t, api.Close(t.Context()))
	equal(t, "requests", len(seen), 5)
	for _, r := range seen {
		equal(t, "User-Agent", r.Header.Get("User-Agent"), "client_test")
		equal(t, "Accept", r.Header.Get("Accept"), "application/json")
		isPost := r.Method == "POST" // here, the three calls of a session, none of which carries credentials
		equal(t, r.URL.Path+" has a token", strings.HasPrefix(r.Header.Get("Authorization"), "Bearer "), !isPost)
		contentType := ""
		if isPost {
			contentType = "application/json"
		}
		equal(t, "Content-Type", r.Header.Get("Content-Type"), contentType)
	}
}

func TestRequest_goesBelowThePathOfTheEndpoint(t *testing.T) {
	t.Parallel()
	for _, end := range []string{"", "/", "//", "/proxy/jmap", "/proxy/jmap/"} {
		c := newCloud(t)
		prefix := strings.TrimRight(end, "/")
		server := serve(t, http.StripPrefix(prefix, c))
		_, err := connect(t, c.config(func(config *client.Config) { config.Endpoint = server.URL + end })).Members(t.Context())
		must(t, err)
	}
}

// A client with nothing set but where and who uses what the package chooses.
func TestRequest_worksWithEveryDefault(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	account := c.Account()
	api := connect(t, client.Config{Endpoint: c.url, Username: account.Username, Password: account.Password})
	_, err := api.Members(t.Context())
	must(t, err)
}

// Credentials go to the endpoint and to nobody else.
func TestRedirect_toAnotherPlaceIsRefused(t *testing.T) {
	t.Parallel()
	for name, where := range map[string]func(elsewhere, here *url.URL) string{
		"another port":      func(elsewhere, _ *url.URL) string { return elsewhere.String() + "/x" },
		"another host":      func(elsewhere, _ *url.URL) string { return "http://localhost:" + elsewhere.Port() + "/x" },
		"another scheme":    func(_, here *url.URL) string { return "https://" + here.Host + "/x" },
		"protocol-relative": func(elsewhere, _ *url.URL) string { return "//" + elsewhere.Host + "/x" },
	} {
		for _, status := range []int{301, 302, 303, 307, 308} {
			for _, v := range verbs {
				t.Run(fmt.Sprint(name, "/", status, "/", v.method), func(t *testing.T) {
					t.Parallel()
					var reached atomic.Int64
					elsewhere := serve(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Add(1) }))
					c := startCloud(t)
					to := c.targets(t)
					api := c.signedIn(t)
					there, err := url.Parse(elsewhere.URL)
					must(t, err)
					here, err := url.Parse(c.url)
					must(t, err)
					c.Inject(simulator.Fault{Method: v.method, Action: simulator.ActionStatus, Status: status, Headers: map[string]string{"Location": where(there, here)}, Times: -1})
					err = v.make(t.Context(), api, to)
					c.ClearFaults()
					isExactly(t, err, "redirects to", v.uncertain("Unexpected")...)
					equal(t, "requests elsewhere", reached.Load(), 0)
					equal(t, "attempts", c.count(v.operation), 1)
				})
			}
		}
	}
}

func TestRedirect_withinTheHostIsFollowedByAGetOnly(t *testing.T) {
	t.Parallel()
	for _, v := range verbs {
		for _, status := range []int{302, 307, 308} {
			c := startCloud(t)
			to := c.targets(t)
			api := c.signedIn(t)
			moved := "/api/ss/rest/v1/organizations/" + c.Account().OrganizationID + "/members"
			c.Inject(simulator.Fault{Method: v.method, Action: simulator.ActionStatus, Status: status, Headers: map[string]string{"Location": moved}})
			err := v.make(t.Context(), api, to)
			if v.method == "GET" {
				must(t, err)
				equal(t, "requests", c.count("listMembers"), 2)
				continue
			}
			isExactly(t, err, "redirects to", "Unexpected", "Uncertain")
			equal(t, v.method, len(c.Requests()), 1)
		}
	}
}

func TestRedirect_inCirclesEnds(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	api := c.signedIn(t)
	c.Inject(simulator.Fault{Path: members, Action: simulator.ActionStatus, Status: 302, Headers: map[string]string{"Location": "members"}, Times: -1})
	_, err := api.Members(t.Context())
	isExactly(t, err, "too many redirects", "Unexpected")
	equal(t, "requests", c.count("listMembers"), 4)
}

func TestRedirect_ofTheSignInDoesNotTakeThePasswordAlong(t *testing.T) {
	t.Parallel()
	var reached atomic.Int64
	elsewhere := serve(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Add(1) }))
	c := startCloud(t)
	c.Inject(simulator.Fault{Path: authenticate, Action: simulator.ActionStatus, Status: 307, Headers: map[string]string{"Location": elsewhere.URL}, Times: -1})
	_, err := c.connect(t).Members(t.Context())
	isExactly(t, err, "redirects to", "Unexpected")
	equal(t, "requests elsewhere", reached.Load(), 0)
	equalLists(t, "calls", c.calls(), []string{"authenticate"})
}

func TestTLS_ofAnUnknownOrWrongServerIsTriedOnce(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		trusts bool
		host   string
		says   string
	}{
		"unknown authority": {false, "127.0.0.1", "certificate"},
		"another name":      {true, "localhost", "localhost"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var connections, requests atomic.Int64
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { requests.Add(1) }))
			server.Config.ErrorLog = log.New(io.Discard, "", 0)
			server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
				if state == http.StateNew {
					connections.Add(1)
				}
			}
			server.StartTLS()
			t.Cleanup(server.Close)
			config := client.Config{
				Endpoint: strings.Replace(server.URL, "127.0.0.1", test.host, 1), Username: "a@example.com", Password: password, RetryWait: time.Millisecond,
			}
			if test.trusts {
				config.Transport = server.Client().Transport
			}
			_, err := connect(t, config).Members(t.Context())
			isExactly(t, err, test.says, "Unreachable")
			equal(t, "connections", connections.Load(), 1)
			equal(t, "requests", requests.Load(), 0)
		})
	}
}

func TestTLS_whereTheServerSpeaksPlainHTTPIsTriedOnce(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	var connections atomic.Int64
	server := httptest.NewUnstartedServer(c)
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	_, err := connect(t, c.config(func(config *client.Config) {
		config.Endpoint, config.Transport = strings.Replace(server.URL, "http:", "https:", 1), nil
	})).Members(t.Context())
	isExactly(t, err, "the server answers in plain http, not https", "Unreachable")
	equal(t, "connections", connections.Load(), 1)
	equal(t, "requests", len(c.Requests()), 0)
}

func TestTLS_ofAKnownServerWorks(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	server := httptest.NewTLSServer(c)
	t.Cleanup(server.Close)
	_, err := connect(t, c.config(func(config *client.Config) {
		config.Endpoint, config.Transport = server.URL, server.Client().Transport
	})).Members(t.Context())
	must(t, err)
}

func TestAnswer_thatBreaksOffIsAskedForAgainByAGet(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	api := c.signedIn(t)
	c.Inject(simulator.Fault{Path: members, Action: simulator.ActionTruncate, When: simulator.After, Times: 2})
	all, err := api.Members(t.Context())
	must(t, err)
	equal(t, "members", len(all), 1)
	equal(t, "requests", c.count("listMembers"), 3)
}

func TestAnswer_thatBreaksOffAfterACreateIsUncertain(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	api := c.signedIn(t)
	c.Inject(simulator.Fault{Method: "POST", Path: apiKeys, Action: simulator.ActionTruncate, When: simulator.After, Times: -1})
	_, err := api.CreateAPIKey(t.Context(), client.APIKeyRequest{Title: "ci", Role: client.RoleViewer, ExpiresAt: c.Now().Add(day)})
	isExactly(t, err, "broke off", "Uncertain")
	equal(t, "keys", len(c.APIKeys()), 1)
	equal(t, "requests", c.count("createApiKey"), 1)
}

// What is no answer of the API is an error that says so, and never an object, an empty list or "gone".
func TestAnswer_ofAnotherFormIsUnexpected(t *testing.T) {
	t.Parallel()
	type answer struct{ contentType, body, says string }
	html := answer{"text/html; charset=utf-8", "<html>Sign in</html>", "text/html"}
	everywhere := map[string]answer{
		"a page":              html,
		"no content type":     {"", `{"message":"OK","result":[]}`, "no content type"},
		"plain text":          {"text/plain", `{"message":"OK","result":[]}`, "text/plain"},
		"almost JSON":         {"application/json5", `{"message":"OK","result":[]}`, "application/json5"},
		"broken content type": {"application/json; =", ``, ""},
		"an empty body":       {"application/json", "", "not the JSON"},
		"half an object":      {"application/json", `{"message":"OK","result":[`, "not the JSON"},
		"two objects":         {"application/json", `{"message":"OK","result":[]}{}`, "not the JSON"},
		"an array":            {"application/json", `[]`, "not the JSON"},
		"a string":            {"application/json", `"OK"`, "not the JSON"},
		"invalid UTF-8":       {"application/json", "{\"message\":\"OK\",\"result\":\"\xff\"}", "UTF-8"},
		"a million brackets":  {"application/json", `{"result":` + strings.Repeat("[", 1_000_000), "not the JSON"},
	}
	objects := map[string]answer{
		"null":              {"application/json", `null`, "no result"},
		"no result":         {"application/json", `{"message":"OK"}`, "no result"},
		"a null result":     {"application/json", `{"message":"OK","result":null}`, "no result"},
		"a string result":   {"application/json", `{"message":"OK","result":"OK"}`, "another form"},
		"a number as id":    {"application/json", `{"message":"OK","result":{"id":7,"email":"a@example.com"}}`, "another form"},
		"roles as a string": {"application/json", `{"message":"OK","result":{"id":"7","email":"a@example.com","roles":"ORG_ADMIN"}}`, "another form"},
		"no id":             {"application/json", `{"message":"OK","result":{"email":"a@example.com"}}`, `"id"`},
		"a null id":         {"application/json", `{"message":"OK","result":{"id":null,"email":"a@example.com"}}`, `"id"`},
		"no email":          {"application/json", `{"message":"OK","result":{"id":"7"}}`, `mail"`},
	}
	lists := map[string]answer{
		"null":           {"application/json", `null`, "no result"},
		"a null result":  {"application/json", `{"message":"OK","result":null}`, "no result"},
		"an object":      {"application/json", `{"message":"OK","result":{"id":"7","email":"a@example.com"}}`, "another form"},
		"a null in it":   {"application/json", `{"message":"OK","result":[null]}`, `"id"`},
		"one without id": {"application/json", `{"message":"OK","result":[{"id":"7","email":"a@example.com"},{"email":"a@example.com"}]}`, `"id"`},
	}
	for _, v := range verbs {
		for _, answers := range []map[string]answer{everywhere, objects, lists} {
			for name, a := range answers {
				isList := v.method == "GET"
				if _, ofObject := objects[name]; ofObject && isList || v.method == "DELETE" && everywhere[name] != a {
					continue
				}
				if _, ofList := lists[name]; ofList && !isList {
					continue
				}
				t.Run(v.method+"/"+name, func(t *testing.T) {
					t.Parallel()
					c := startCloud(t)
					to := c.targets(t)
					api := c.signedIn(t)
					c.Inject(simulator.Fault{Method: v.method, Action: simulator.ActionStatus, Status: 200, Body: a.body, Headers: map[string]string{"Content-Type": a.contentType}, Times: -1})
					if a.body == "" { // which the simulator would fill in
						api = c.signedInThrough(t, func(r *http.Request) *http.Response {
							if r.Method != v.method {
								return nil
							}
							w := httptest.NewRecorder()
							w.Header().Set("Content-Type", a.contentType)
							w.WriteHeader(http.StatusOK)
							return w.Result()
						})
					}
					err := v.make(t.Context(), api, to)
					c.ClearFaults()
					_, ofObject := objects[name]
					switch {
					case v.method == "PATCH" && ofObject: // says nothing, so the member is read
						isMismatch(t, err, `role: asked for "ORG_VIEWER", got "ORG_EDITOR"`)
					case v.method == "POST" && name == "no email": // is completed by a read, which finds nothing
						isMismatch(t, err, "made no invitation: there is none with the id 7")
					default:
						isExactly(t, err, a.says, v.uncertain("Unexpected")...)
					}
				})
			}
		}
	}
}

// signedInThrough is signedIn with a transport that may answer instead of the cloud, once the session is open.
func (c *cloud) signedInThrough(t *testing.T, instead func(*http.Request) *http.Response) *client.Client {
	t.Helper()
	c.ClearFaults()
	opened := false
	api := c.signedIn(t, withTransport(transportFunc(func(r *http.Request) (*http.Response, error) {
		if opened && !strings.HasSuffix(r.URL.Path, "-token") {
			if resp := instead(r); resp != nil {
				return resp, nil
			}
		}
		return fresh.RoundTrip(r)
	})))
	opened = true
	return api
}

// Any 2xx is a success, for the cloud publishes none; where an object is wanted, there must be one.
func TestAnswer_ofAnySuccessIsTaken(t *testing.T) {
	t.Parallel()
	for _, status := range []int{200, 201, 202, 204} {
		c := startCloud(t)
		to := c.targets(t)
		api := c.signedIn(t)
		c.Inject(simulator.Fault{Action: simulator.ActionStatus, Status: status, Body: `{"message":"OK","result":null}`, Method: "DELETE"})
		must(t, api.DeleteInvitation(t.Context(), to.invitation))
		c.Inject(simulator.Fault{Action: simulator.ActionStatus, Status: status, Body: `{"message":"OK","result":[]}`, Path: members})
		all, err := api.Members(t.Context())
		if status == 204 {
			isExactly(t, err, "(204 No Content)", "Unexpected")
			continue
		}
		must(t, err)
		equal(t, "members", len(all), 0)
	}
}

func TestAnswer_mayCarryACharsetAndUnknownFields(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	api := c.signedIn(t)
	c.Inject(simulator.Fault{
		Path: members, Action: simulator.ActionStatus, Status: 200, Headers: map[string]string{"Content-Type": "application/json; charset=utf-8"},
		Body: `{"more":{},"message":"OK","result":[{"id":"7","email":"a@example.com","name":null,"roles":["ORG_GUEST"],"groups":[1]}]}`,
	})
	all, err := api.Members(t.Context())
	must(t, err)
	equal(t, "role", all[0].Role(), "ORG_GUEST")
	equal(t, "name", all[0].Name, "")
}

// spaces is a body without an end.
type spaces struct{ read *atomic.Int64 }

func (s spaces) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = ' '
	}
	s.read.Add(int64(len(b)))
	return len(b), nil
}

func TestAnswer_withoutAnEndIsUnexpected(t *testing.T) {
	t.Parallel()
	for _, status := range []int{200, 400} {
		c := startCloud(t)
		var read, requests atomic.Int64
		api := c.signedInThrough(t, func(*http.Request) *http.Response {
			requests.Add(1)
			return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(spaces{&read})}
		})
		_, err := api.Members(t.Context())
		isExactly(t, err, "larger than 16 MiB", "Unexpected")
		equal(t, "requests", requests.Load(), 1)
		equal(t, "bytes read", read.Load(), 16<<20+1)
	}
}

// Not parallel, for it looks at the memory of the whole program.
func TestAnswer_thatUnfoldsWithoutAnEndTakesLittleMemory(t *testing.T) {
	c := newCloud(t)
	var requests atomic.Int64
	c.transport = fresh
	c.url = serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/members") {
			c.ServeHTTP(w, r)
			return
		}
		requests.Add(1)
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Encoding", "gzip")
		unfolding := gzip.NewWriter(w)
		var written atomic.Int64
		_, _ = io.CopyBuffer(unfolding, struct{ io.Reader }{spaces{&written}}, make([]byte, 1<<20)) // until the client hangs up
	})).URL
	api := c.signedIn(t)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := api.Members(t.Context())
	runtime.ReadMemStats(&after)
	isExactly(t, err, "larger than 16 MiB", "Unexpected")
	equal(t, "requests", requests.Load(), 1)
	if taken := (after.TotalAlloc - before.TotalAlloc) >> 20; taken > 200 {
		t.Errorf("%d MiB were taken", taken)
	}
}

func TestAnswer_ofJustTheLimitIsRead(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	const result = `{"message":"OK","result":[]}`
	for size, fits := range map[int]bool{16 << 20: true, 16<<20 + 1: false} {
		api := c.signedInThrough(t, func(*http.Request) *http.Response {
			body := result + strings.Repeat(" ", size-len(result))
			return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body))}
		})
		_, err := api.Members(t.Context())
		equal(t, "fits", err == nil, fits)
	}
}
