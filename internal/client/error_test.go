package client_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

func TestError_isWhatTheStatusSays(t *testing.T) {
	t.Parallel()
	for status, is := range map[int][]string{
		400: {"Invalid"}, 401: {"Unauthorized"}, 402: {}, 403: {"Forbidden"}, 404: {"Unexpected"}, 405: {}, 409: {"Conflict"}, 410: {},
		418: {}, 422: {}, 429: {"Throttled"}, 500: {"Uncertain"}, 501: {"Uncertain"}, 502: {"Uncertain"}, 503: {"Uncertain"}, 504: {"Uncertain"},
		300: {}, 304: {"Unexpected", "Uncertain"},
	} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			c := startCloud(t)
			api := c.signedIn(t)
			for _, path := range []string{members, members + "/*"} {
				c.Inject(simulator.Fault{Path: path, Action: simulator.ActionStatus, Status: status, Times: -1, Body: `{"message":"Because of this."}`})
			}
			_, err := api.Members(t.Context())
			part := "Because of this."
			if status == 304 { // which has no body
				part = "not the API's own error"
			}
			ofRead := slices.DeleteFunc(slices.Clone(is), func(name string) bool { return name == "Uncertain" })
			isExactly(t, err, part, ofRead...)
			isExactly(t, err, fmt.Sprintf("(%d %s)", status, http.StatusText(status)), ofRead...)
			isExactly(t, err, "GET "+ss+"/organizations/"+c.Account().OrganizationID+"/members: ", ofRead...)
			_, err = api.SetMemberRole(t.Context(), c.Account().MemberID, client.RoleAdmin)
			isExactly(t, err, "PATCH "+ss+"/organizations/"+c.Account().OrganizationID+"/members/", is...)
		})
	}
}

func TestError_predicatesAreFalseOfEveryOtherError(t *testing.T) {
	t.Parallel()
	for _, err := range []error{nil, errors.New("404 Not Found"), io.EOF, context.Canceled} {
		for name, ask := range predicates {
			if ask(err) {
				t.Errorf("%v is %s", err, name)
			}
		}
	}
}

func TestError_predicatesLookThroughWrapping(t *testing.T) {
	t.Parallel()
	err := fmt.Errorf("while reading: %w", &client.Error{Failure: client.Refused, Status: 409, Message: "Twice."})
	if !client.IsConflict(err) || client.IsNotFound(err) {
		t.Error("it is a conflict")
	}
}

func TestError_withoutAMessageHasThatOfTheStatus(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	api := c.signedIn(t)
	c.Inject(simulator.Fault{Path: members, Action: simulator.ActionStatus, Status: 403, Body: `{"message":""}`})
	_, err := api.Members(t.Context())
	isExactly(t, err, "members: Forbidden (403", "Forbidden")
}

func TestError_ofAnotherFormIsNotTheAPIs(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	api := c.signedIn(t)
	for _, body := range []string{`{}`, `{"message":null}`, `{"message":7}`, `{"message":{"en":"No"}}`, `[]`, `"No"`, `null`, `{"message":"No"`, ` `, "{\"message\":\"\xff\"}"} {
		c.Inject(simulator.Fault{Path: members, Action: simulator.ActionStatus, Status: 403, Body: body})
		_, err := api.Members(t.Context())
		isExactly(t, err, "(403 Forbidden)", "Unexpected")
	}
}

func TestError_mayHoldMoreFieldsThanAreKnown(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	api := c.signedIn(t)
	c.Inject(simulator.Fault{Path: members, Action: simulator.ActionStatus, Status: 403, Body: `{"message":"No.","code":7,"details":["x"]}`})
	_, err := api.Members(t.Context())
	isExactly(t, err, "No.", "Forbidden")
}

func TestError_isCleanAndShort(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	api := c.signedIn(t)
	for _, text := range []string{
		"line\nbreak\r\x00\x1b[31mred\u202eback\u2066",
		strings.Repeat("é", 499), strings.Repeat("é", 500), strings.Repeat("é", 501), strings.Repeat("🗺", 100_000),
		strings.Repeat("\u0007", 2000),
	} {
		encoded, err := json.Marshal(object{"message": text})
		must(t, err)
		c.Inject(simulator.Fault{Path: members, Action: simulator.ActionStatus, Status: 400, Body: string(encoded)})
		_, err = api.Members(t.Context())
		var e *client.Error
		if !errors.As(err, &e) {
			t.Fatal(err)
		}
		runes := utf8.RuneCountInString(e.Message)
		equal(t, "characters", runes, min(utf8.RuneCountInString(text), 500))
		equal(t, "cut", strings.HasSuffix(e.Message, "…"), utf8.RuneCountInString(text) > 500)
		if strings.ContainsFunc(err.Error(), client.IsUnprintable) {
			t.Errorf("%q", err)
		}
	}
}

func TestError_ofSigningInIsCleanAndShort(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	for range 20 {
		c.addOrganization(t, strings.Repeat("long name ", 20))
	}
	_, err := c.connect(t, withOrganization("no\x1b[31m-such")).Members(t.Context())
	isExactly(t, err, "does not belong", "WrongOrganization")
	if n := utf8.RuneCountInString(err.Error()); n > 500 || strings.ContainsFunc(err.Error(), client.IsUnprintable) {
		t.Errorf("%d characters: %q", n, err)
	}
}

// eavesdropper keeps every body and header that passes through it, and may answer instead of the cloud.
type eavesdropper struct {
	answer func(r *http.Request, heard string) *http.Response // nil, or a nil answer, for the cloud's
	base   http.RoundTripper

	mu     sync.Mutex
	heard  bytes.Buffer
	tokens []string
}

func newEavesdropper() *eavesdropper { return &eavesdropper{base: fresh} }

func (e *eavesdropper) RoundTrip(r *http.Request) (*http.Response, error) {
	var sent []byte
	if r.Body != nil {
		sent, _ = io.ReadAll(r.Body)
		r = r.Clone(r.Context())
		r.Body = io.NopCloser(bytes.NewReader(sent))
	}
	e.mu.Lock()
	fmt.Fprintf(&e.heard, "%s %s %v %s", r.Method, r.URL, r.Header, sent)
	heard := e.heard.String()
	e.mu.Unlock()
	if e.answer != nil {
		if resp := e.answer(r, heard); resp != nil {
			return resp, nil
		}
	}
	resp, err := e.base.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	resp.Body = io.NopCloser(bytes.NewReader(body))
	var envelope struct {
		Result struct{ AccessToken, RefreshToken, APIKey string }
	}
	_ = json.Unmarshal(body, &envelope)
	e.mu.Lock()
	defer e.mu.Unlock()
	fmt.Fprintf(&e.heard, " %v %s\n", resp.Header, body)
	for _, secret := range []string{envelope.Result.AccessToken, envelope.Result.RefreshToken, envelope.Result.APIKey} {
		if secret != "" {
			e.tokens = append(e.tokens, secret)
		}
	}
	return resp, err
}

// secrets are the tokens and keys that passed, of which there must be some.
func (e *eavesdropper) secrets(t *testing.T) []string {
	t.Helper()
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.tokens) < 5 { // of the first session, of the bound one, and a key
		t.Fatalf("only %d secrets passed", len(e.tokens))
	}
	return append([]string{}, e.tokens...)
}

// The cloud repeats, in its error, everything that it was ever told and told itself.
func TestError_holdsNoSecretEvenIfTheCloudRepeatsIt(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	seen := newEavesdropper()
	var step int
	seen.answer = func(r *http.Request, heard string) *http.Response {
		if !strings.HasSuffix(r.URL.Path, "/members") {
			return nil
		}
		w := httptest.NewRecorder()
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		encoded, _ := json.Marshal(object{"message": heard[min(step, len(heard)):]})
		_, _ = w.Write(encoded)
		return w.Result()
	}
	api := c.connect(t, withTransport(seen))
	_, err := api.CreateAPIKey(t.Context(), client.APIKeyRequest{Title: "ci", Role: client.RoleEditor, ExpiresAt: c.Now().Add(day)})
	must(t, err)
	secrets := append(seen.secrets(t), c.Account().Password)
	told := ""
	for step = 0; step < 6000; step += 300 { // for the message is cut short, and each secret must be met
		_, err := api.Members(t.Context())
		isExactly(t, err, "", "Invalid")
		told += fmt.Sprintf("%v %+v %q\n", err, err, err)
	}
	for _, secret := range secrets {
		if strings.Contains(told, secret) {
			t.Errorf("%q is in:\n%s", secret, told)
		}
	}
	if strings.Count(told, "(secret)") < 2*len(secrets) {
		t.Errorf("the secrets were never met:\n%s", told)
	}
}

func TestError_ofAWrongPasswordDoesNotHoldIt(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	c.Inject(simulator.Fault{Path: authenticate, Action: simulator.ActionStatus, Status: 401, Body: `{"message":"Wrong-Horse.7 is not the password"}`})
	_, err := c.connect(t, withPassword("Wrong-Horse.7")).Members(t.Context())
	isExactly(t, err, "(secret) is not the password", "WrongCredentials")
}

func TestError_doesNotHoldTheQuery(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	api := c.signedIn(t, withBudget(10*time.Second))
	c.Inject(simulator.Fault{Method: "DELETE", Action: simulator.ActionClose, Times: -1})
	err := api.DeleteOwner(t.Context(), deleteMember("auth0|a", "auth0|successor"))
	isExactly(t, err, "DELETE ", "Uncertain")
	if strings.Contains(err.Error(), "successor") || strings.Contains(err.Error(), c.url) {
		t.Error(err)
	}
}
