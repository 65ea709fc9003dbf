package simulator_test

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

const (
	ss  = "/api/ss/rest/v1"
	mcs = "/api/mcs/rest/v1"

	password = "Another-Secret.2"
	day      = 24 * time.Hour
)

// cloud is a simulator behind a real socket, and who asks it.
type cloud struct {
	*simulator.Server
	t    *testing.T
	url  string
	org  string // path of the seeded organization below ss
	maps string // and below mcs
}

func newCloud(t *testing.T) *cloud {
	t.Helper()
	s := simulator.New()
	s.Use(checked(t))
	return serve(t, s)
}

// newLooseCloud takes requests that the contract forbids.
func newLooseCloud(t *testing.T) *cloud {
	t.Helper()
	return serve(t, simulator.New())
}

func serve(t *testing.T, s *simulator.Server) *cloud {
	t.Helper()
	server := httptest.NewServer(s)
	t.Cleanup(func() {
		_ = s.Close()
		server.Close()
	})
	id := s.Account().OrganizationID
	return &cloud{s, t, server.URL, ss + "/organizations/" + id, mcs + "/organizations/" + id}
}

// credential is a header: a bearer token or an API key.
type credential struct{ name, value string }

var nobody credential

func bearer(token string) credential { return credential{"Authorization", "Bearer " + token} }

func apiKey(secret string) credential { return credential{"Api-Key", secret} }

type reply struct {
	t       *testing.T
	status  int
	header  http.Header
	body    []byte
	Message string          `json:"message"`
	Result  json.RawMessage `json:"result"`
}

func (c *cloud) request(method, path string, who credential, body any) *http.Request {
	c.t.Helper()
	var reader io.Reader
	switch body := body.(type) {
	case nil:
	case string:
		reader = bytes.NewBufferString(body)
	default:
		encoded, err := json.Marshal(body)
		if err != nil {
			c.t.Fatal(err)
		}
		reader = bytes.NewReader(encoded)
	}
	r, err := http.NewRequestWithContext(c.t.Context(), method, c.url+path, reader)
	if err != nil {
		c.t.Fatal(err)
	}
	if reader != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if who != nobody {
		r.Header.Set(who.name, who.value)
	}
	return r
}

func (c *cloud) call(method, path string, who credential, body any) reply {
	c.t.Helper()
	response, err := http.DefaultClient.Do(c.request(method, path, who, body))
	if err != nil {
		c.t.Fatal(err)
	}
	defer response.Body.Close()
	r := reply{t: c.t, status: response.StatusCode, header: response.Header}
	if r.body, err = io.ReadAll(response.Body); err != nil {
		c.t.Fatal(err)
	}
	if err := json.Unmarshal(r.body, &r); err != nil && len(r.body) > 0 && r.body[0] == '{' {
		c.t.Fatalf("%s %s: %v in %s", method, path, err, r.body)
	}
	return r
}

// want fails the test unless the status is this one and the answer is the cloud's own.
func (r reply) want(status int) reply {
	r.t.Helper()
	if r.status != status {
		r.t.Fatalf("status %d, want %d: %s", r.status, status, r.body)
	}
	if got := r.header.Get("Content-Type"); got != "application/json" {
		r.t.Fatalf("content type %q", got)
	}
	if r.Message == "" {
		r.t.Fatalf("no message in %s", r.body)
	}
	return r
}

func (r reply) into(result any) {
	r.t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(r.Result))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(result); err != nil {
		r.t.Fatalf("%v in %s", err, r.body)
	}
}

// fields is an object as the wire has it.
type fields = map[string]any

func (r reply) object() fields {
	r.t.Helper()
	var f fields
	r.into(&f)
	return f
}

func (r reply) list() []fields {
	r.t.Helper()
	f := []fields{}
	r.into(&f)
	return f
}

// newProject is the body of a creation: the five fields that it needs, and more.
func newProject(more fields) fields {
	body := fields{"defaultLanguage": "fr", "displayUnit": "METER", "distanceUnit": "METER", "mapUnit": "METER", "mapCrs": "EPSG:2950"}
	maps.Copy(body, more)
	return body
}

type tokens struct {
	AccessToken           string `json:"accessToken"`
	RefreshToken          string `json:"refreshToken"`
	AccessTokenExpireAt   string `json:"accessTokenExpireAt"`
	AccessTokenExpiration int    `json:"accessTokenExpiration"`
}

func (c *cloud) authenticate(username, password string) tokens {
	c.t.Helper()
	var all tokens
	c.call("POST", ss+"/authenticate", nobody, fields{"username": username, "password": password}).want(200).into(&all)
	return all
}

func (c *cloud) refresh(token, organization string) reply {
	c.t.Helper()
	return c.call("POST", ss+"/refresh-token", nobody, fields{"refreshToken": token, "organizationId": organization})
}

// session signs in and binds to the seeded organization.
func (c *cloud) session(username, password string) tokens {
	c.t.Helper()
	var all tokens
	c.refresh(c.authenticate(username, password).RefreshToken, c.Account().OrganizationID).want(200).into(&all)
	return all
}

func (c *cloud) administrator() credential {
	c.t.Helper()
	return bearer(c.session(c.Account().Username, c.Account().Password).AccessToken)
}

// member adds one and signs in as it.
func (c *cloud) member(email, role string) (simulator.Member, credential) {
	c.t.Helper()
	m := must(c.AddMember("Some One", email, role, password))(c.t)
	return m, bearer(c.session(email, password).AccessToken)
}

func must[T any](value T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

func mustDo(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Fatalf("%s: %v, want %v", what, got, want)
	}
}
