package client_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// canned is a cloud that opens a session and then gives one answer to everything. Its JSON has the envelope's form only if the
// answer does.
type canned struct {
	status int
	body   atomic.Pointer[[]byte]
}

const (
	cannedOrganization = "b7a9f0d2-0000-4000-8000-000000000001"
	cannedMember       = `{"id":"auth0|1","name":"A","username":"a@example.com","email":"a@example.com","roles":["ORG_ADMIN"]}`
)

func (c *canned) RoundTrip(r *http.Request) (*http.Response, error) {
	status := http.StatusOK
	var body string
	switch path := r.URL.Path; {
	case path == authenticate || path == refreshToken:
		body = `{"message":"OK","result":{"accessToken":"access-token","refreshToken":"refresh-token"}}`
	case path == revokeToken:
		body = `{"message":"OK","result":null}`
	case path == userSelf:
		body = `{"message":"OK","result":{"organizations":[{"id":"` + cannedOrganization + `","name":"A"}]}}`
	case strings.HasSuffix(path, "/members/self"):
		body = `{"message":"OK","result":` + cannedMember + `}`
	default:
		status, body = c.status, string(*c.body.Load())
	}
	return &http.Response{
		StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body)), Request: r,
	}, nil
}

// newCanned returns a signed-in client of a canned cloud, and what sets the answer.
func newCanned(f *testing.F, status int) (api *client.Client, answer func([]byte)) {
	f.Helper()
	c := &canned{status: status}
	api, err := client.New(client.Config{
		Endpoint: "http://127.0.0.1:1", Username: "a@example.com", Password: password, Transport: c, RetryWait: time.Nanosecond, Budget: time.Minute,
	})
	if err == nil {
		_, err = api.OrganizationID(context.Background())
	}
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = api.Close(context.Background()) })
	return api, func(body []byte) { c.body.Store(&body) }
}

// seeds are whole envelopes.
func seeds(f *testing.F, results ...string) {
	f.Helper()
	for _, result := range results {
		f.Add([]byte(`{"message":"OK","result":` + result + `}`))
		f.Add([]byte(`{"message":"OK","result":[` + result + `,` + result + `]}`))
		f.Add([]byte(result))
	}
	f.Add([]byte(`{"message":"OK","result":null}`))
	f.Add([]byte(``))
	f.Add([]byte("\xff"))
}

// sane fails the test unless err is an *Error that is fit to print, and never one of the API's refusals.
func sane(t *testing.T, err error) {
	t.Helper()
	var e *client.Error
	switch {
	case err == nil:
	case !errors.As(err, &e) || !client.IsUnexpected(err):
		t.Errorf("%T %v", err, err)
	case strings.ContainsFunc(err.Error(), client.IsUnprintable) || !utf8.ValidString(err.Error()) || utf8.RuneCountInString(e.Message) > 500:
		t.Errorf("%q", err)
	}
}

// matched is err, or nil if it is a mismatch that is fit to print.
func matched(t *testing.T, err error) error {
	t.Helper()
	var mismatch *client.MismatchError
	if !errors.As(err, &mismatch) {
		return err
	}
	if strings.ContainsFunc(err.Error(), client.IsUnprintable) || !utf8.ValidString(err.Error()) {
		t.Errorf("%q", err)
	}
	return nil
}

// usable fails the test if an id cannot be worked with.
func usable(t *testing.T, err error, ids ...string) {
	t.Helper()
	sane(t, err)
	for _, id := range ids {
		if err == nil && (id == "" || strings.ContainsFunc(id, client.IsUnprintable) || !utf8.ValidString(id)) {
			t.Errorf("the id %q", id)
		}
	}
}

func FuzzOrganization(f *testing.F) {
	api, answer := newCanned(f, http.StatusOK)
	seeds(f, `{"id":"1","name":"A","active":true,"createdBy":"A <a@example.com>","creationDate":"2024-07-22T18:26:57Z","lastModifiedBy":"","lastModificationDate":null}`)
	f.Fuzz(func(t *testing.T, body []byte) {
		answer(body)
		one, err := api.Organization(t.Context(), cannedOrganization)
		usable(t, err, one.ID)
		all, err := api.Organizations(t.Context())
		usable(t, err)
		for _, o := range all {
			usable(t, err, o.ID)
		}
	})
}

func FuzzMember(f *testing.F) {
	api, answer := newCanned(f, http.StatusOK)
	seeds(f, cannedMember, `{"id":"1","email":"a@example.com","roles":null}`, `{"id":"1","email":"a@example.com","roles":["ORG_GUEST","ORG_VIEWER"]}`)
	f.Fuzz(func(t *testing.T, body []byte) {
		answer(body)
		one, err := api.Member(t.Context(), "id")
		usable(t, err, one.ID)
		_ = one.Role()
		all, err := api.Members(t.Context())
		usable(t, err)
		for _, m := range all {
			usable(t, err, m.ID)
		}
	})
}

func FuzzAPIKey(f *testing.F) {
	api, answer := newCanned(f, http.StatusCreated)
	seeds(f, `{"id":"1","title":"ci","roles":["ORG_EDITOR"],"expirationDate":"2024-07-22T18:26:57Z","email":"1@apikey.jmapcloud.io","apiKey":"secret-of-the-key","createdBy":"A <a@example.com>","creationDate":"2022-12-24T17:31:33.429+00:00"}`)
	f.Fuzz(func(t *testing.T, body []byte) {
		answer(body)
		asked := client.APIKeyRequest{Title: "ci", Role: client.RoleEditor, ExpiresAt: time.Date(2024, 7, 22, 18, 26, 57, 0, time.UTC)}
		made, err := api.CreateAPIKey(t.Context(), asked)
		usable(t, matched(t, err), made.ID)
		if err == nil && (made.Secret == "" || made.Title != asked.Title || made.Role() != asked.Role || !made.ExpiresAt.Equal(asked.ExpiresAt)) {
			t.Errorf("%+v", made)
		}
		one, err := api.APIKey(t.Context(), "id")
		usable(t, err, one.ID)
		_ = one.Role()
		all, err := api.APIKeys(t.Context())
		usable(t, err)
		for _, k := range all {
			usable(t, err, k.ID)
		}
	})
}

func FuzzInvitation(f *testing.F) {
	api, answer := newCanned(f, http.StatusOK)
	seeds(f, `{"id":"1","inviteeEmail":"a@example.com","language":"fr","roles":["ORG_EDITOR"],"inviterEmail":"b@example.com","invitationLink":"https://cloud.example/i/1","creationDate":"2024-07-22","expirationDate":"2024-07-29T00:00:00Z"}`)
	f.Fuzz(func(t *testing.T, body []byte) {
		answer(body)
		asked := client.InvitationRequest{Email: "a@example.com", Language: "fr", Role: client.RoleEditor}
		sent, err := api.CreateInvitation(t.Context(), asked)
		usable(t, matched(t, err), sent.ID)
		if err == nil && (!client.SameEmail(sent.Email, asked.Email) || sent.Role() != asked.Role || sent.Language != asked.Language) {
			t.Errorf("%+v", sent)
		}
		one, err := api.Invitation(t.Context(), "id")
		usable(t, err, one.ID)
		_, _ = one.Role(), one.IsExpired(time.Now())
		all, err := api.Invitations(t.Context())
		usable(t, err)
		for _, i := range all {
			usable(t, err, i.ID)
		}
		sane(t, api.DeleteInvitation(t.Context(), "id"))
	})
}

func FuzzResource(f *testing.F) {
	api, answer := newCanned(f, http.StatusOK)
	seeds(f, `{"id":"1","name":{"en":"A","fr":"B"}}`, `{"id":"1","name":"A"}`, `{"principal":"a@example.com","permissions":["OWNER","VIEW"]}`,
		`{"id":"1","principal":"a@example.com","permissions":["OWNER"]}`)
	f.Fuzz(func(t *testing.T, body []byte) {
		answer(body)
		key := api.AsKey("secret-of-the-key")
		for _, kind := range []client.ResourceKind{client.Project, client.DataSource} {
			for _, list := range []func(context.Context, client.ResourceKind) ([]client.Resource, error){api.List, key.List} {
				all, err := list(t.Context(), kind)
				usable(t, err)
				for _, r := range all {
					usable(t, err, r.ID)
					equal(t, "kind", r.Kind, kind)
				}
			}
			for _, permissions := range []func(context.Context, client.ResourceKind, string) ([]client.Permission, error){api.Permissions, key.OwnPermissions} {
				granted, err := permissions(t.Context(), kind, "id")
				sane(t, err)
				for _, p := range granted {
					equal(t, "ownership", p.IsOwner(), slices.Contains(p.Permissions, "OWNER"))
				}
			}
			sane(t, api.Grant(t.Context(), kind, "id", "a@example.com"))
			sane(t, api.Revoke(t.Context(), kind, "id", "a@example.com"))
		}
		one, err := api.Project(t.Context(), "id")
		usable(t, err, one.ID)
		made, err := key.CreateProject(t.Context(), "A")
		usable(t, err, made.ID)
		sane(t, api.DeleteProject(t.Context(), "id"))
	})
}

// The calls of a session decode tokens, organizations and a member. No token may be taken that is none.
func FuzzSession(f *testing.F) {
	for _, body := range []string{
		`{"message":"OK","result":{"accessToken":"access-token","refreshToken":"refresh-token","accessTokenExpireAt":"2022-12-24T17:31:33.429+00:00"}}`,
		`{"message":"OK","result":{"accessToken":"","refreshToken":null}}`, `{"message":"OK","result":{"organizations":[{"id":"1","name":"A"}]}}`,
		`{"message":"OK","result":{"organizations":null}}`, `{"message":"OK","result":` + cannedMember + `}`, `{"message":"OK","result":[]}`, ``, "\xff",
	} {
		for path := range opening {
			f.Add(path, []byte(body))
		}
	}
	f.Fuzz(func(t *testing.T, path int, body []byte) {
		paths := []string{authenticate, userSelf, refreshToken, "/members/self"}
		instead := paths[uint(path)%uint(len(paths))]
		cloud := &canned{status: http.StatusOK}
		cloud.body.Store(&body)
		api, err := client.New(client.Config{
			Endpoint: "http://127.0.0.1:1", Username: "a@example.com", Password: password, RetryWait: time.Nanosecond, Budget: time.Minute,
			Transport: transportFunc(func(r *http.Request) (*http.Response, error) {
				if strings.HasSuffix(r.URL.Path, instead) {
					r = r.Clone(r.Context())
					r.URL.Path = "/anything"
				}
				return cloud.RoundTrip(r)
			}),
		})
		must(t, err)
		defer func() { _ = api.Close(context.Background()) }()
		id, err := api.OrganizationID(t.Context())
		if err == nil && (id == "" || strings.ContainsFunc(id, client.IsUnprintable)) {
			t.Errorf("the organization %q", id)
		}
		if err != nil && (strings.ContainsFunc(err.Error(), client.IsUnprintable) || utf8.RuneCountInString(err.Error()) > 1000) {
			t.Errorf("%q", err)
		}
	})
}

func FuzzError(f *testing.F) {
	api, answer := newCanned(f, http.StatusForbidden)
	for _, body := range []string{
		`{"message":"No."}`, `{"message":""}`, `{"message":null}`, `{"message":7}`, `{"error":"No."}`, `[]`, `No.`, ``, `{"message":"\u001b[31m\u202e"}`,
		`{"message":"Bearer access-token refresh-token ` + password + `"}`,
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		answer(body)
		_, err := api.Members(t.Context())
		var e *client.Error
		if !errors.As(err, &e) || client.IsForbidden(err) == client.IsUnexpected(err) || client.IsNotFound(err) {
			t.Fatalf("%T %v", err, err)
		}
		for _, secret := range []string{"access-token", "refresh-token", password} {
			if strings.Contains(err.Error(), secret) {
				t.Errorf("%q", err)
			}
		}
		if strings.ContainsFunc(err.Error(), client.IsUnprintable) || utf8.RuneCountInString(e.Message) > 500 || e.Message == "" {
			t.Errorf("%q", err)
		}
	})
}

func FuzzRetryAfter(f *testing.F) {
	for _, value := range []string{"", "0", "2", "-1", "1.5", "10000000000000", "99999999999999999999", " 7 ", "Mon, 22 Jul 2024 18:26:57 GMT", "Monday, 22-Jul-24 18:26:57 GMT"} {
		f.Add(value, "Mon, 22 Jul 2024 18:26:50 GMT")
		f.Add(value, "")
	}
	f.Fuzz(func(t *testing.T, value, date string) {
		wait, told := client.RetryAfter(&http.Response{Header: http.Header{"Retry-After": {value}, "Date": {date}}})
		if wait < 0 || !told && wait != 0 {
			t.Errorf("%v, %v", wait, told)
		}
		var seconds int64
		if n, err := fmt.Sscanf(value, "%d", &seconds); n == 1 && err == nil && fmt.Sprint(seconds) == value && seconds >= 0 && seconds < 1e6 && wait != time.Duration(seconds)*time.Second {
			t.Errorf("%s is %v", value, wait)
		}
	})
}

func FuzzTime(f *testing.F) {
	for _, text := range []string{
		`"2024-07-22T18:26:57Z"`, `"2022-12-24T17:31:33.429+00:00"`, `"2022-12-24T17:31:33.429+0000"`, `"2024-02-29"`, `null`, `""`, `7`, `"soon"`,
		`"9999-12-31T23:59:59-01:00"`, `"0000-01-01T00:00:00+01:00"`, `"0001-01-01T00:00:00Z"`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var read, again client.Time
		if json.Unmarshal(text, &read) != nil {
			return
		}
		written, err := json.Marshal(read)
		must(t, err)
		must(t, json.Unmarshal(written, &again))
		// The wire has whole seconds, and the very first of them stands for none.
		if !again.Equal(read.Truncate(time.Second)) {
			t.Errorf("%s is read as %v, written as %s and read again as %v", text, read, written, again)
		}
	})
}

func FuzzNormalizeEmail(f *testing.F) {
	for _, email := range []string{"a@example.com", " A+x@Example.COM ", "jürgen@müller.example", "zoe\u0301@xn--mller-kva.example", "a@b@c", "@", "", "\u01f0@\u01f0.example", "ß@ß.example", "İ@İ.example", "a@\xff"} {
		f.Add(email)
	}
	f.Fuzz(func(t *testing.T, email string) {
		once := client.NormalizeEmail(email)
		if twice := client.NormalizeEmail(once); twice != once {
			t.Errorf("%q becomes %q and then %q", email, once, twice)
		}
		if !client.SameEmail(email, once) || !client.SameEmail(once, email) || !client.SameEmail(email, email) {
			t.Errorf("%q is not %q", email, once)
		}
		if utf8.ValidString(email) && !client.SameEmail(strings.ToUpper(email), strings.ToUpper(email)+" ") {
			t.Errorf("%q in capitals is two", email)
		}
	})
}
