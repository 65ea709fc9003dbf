package client_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

func TestTime_isReadInEveryForm(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`"2024-07-22T18:26:57Z"`:           "2024-07-22T18:26:57Z",
		`"2022-12-24T17:31:33.429+00:00"`:  "2022-12-24T17:31:33Z",
		`"2022-12-24T17:31:33.429+0000"`:   "2022-12-24T17:31:33Z",
		`"2022-12-24T17:31:33-05:00"`:      "2022-12-24T22:31:33Z",
		`"2022-12-24T17:31:33-0500"`:       "2022-12-24T22:31:33Z",
		`"2024-02-29"`:                     "2024-02-29T00:00:00Z",
		`"2024-07-22T18:26:57.999999999Z"`: "2024-07-22T18:26:57Z",
		`null`:                             "",
		`""`:                               "",
	} {
		var read client.Time
		if err := json.Unmarshal([]byte(text), &read); err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		equal(t, text, read.String(), want)
		if !read.IsZero() {
			equal(t, text+": zone", read.Location(), time.UTC)
		}
		written, err := json.Marshal(read)
		must(t, err)
		equal(t, text+": written", string(written), `"`+want+`"`)
	}
	var read client.Time
	must(t, json.Unmarshal([]byte(`"2022-12-24T17:31:33.429+00:00"`), &read))
	equal(t, "fraction", read.Nanosecond(), 429_000_000)
}

func TestTime_ofAnotherFormIsRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`"22/07/2024"`, `"2024-07-22 18:26:57"`, `"2024-13-01"`, `"2023-02-29"`, `"tomorrow"`, `1721672817`, `true`, `{}`, `[]`, `" "`,
		`"9999-12-31T23:59:59-01:00"`, `"0000-01-01T00:00:00+01:00"`,
	} {
		var read client.Time
		if err := json.Unmarshal([]byte(text), &read); err == nil {
			t.Errorf("%s is read as %v", text, read)
		}
	}
}

func TestRole_isTheHighest(t *testing.T) {
	t.Parallel()
	const admin, editor, viewer = client.RoleAdmin, client.RoleEditor, client.RoleViewer
	for _, test := range []struct {
		roles []client.Role
		want  client.Role
	}{
		{nil, ""},
		{[]client.Role{viewer}, viewer},
		{[]client.Role{viewer, editor}, editor},
		{[]client.Role{editor, viewer}, editor},
		{[]client.Role{viewer, editor, admin}, admin},
		{[]client.Role{admin, editor, viewer}, admin},
		{[]client.Role{editor, admin, viewer}, admin},
		{[]client.Role{"ORG_GUEST"}, "ORG_GUEST"},
		{[]client.Role{"ORG_GUEST", viewer}, viewer},
		{[]client.Role{editor, "ORG_GUEST"}, editor},
	} {
		equal(t, "member", client.Member{Roles: test.roles}.Role(), test.want)
		equal(t, "API key", client.APIKey{Roles: test.roles}.Role(), test.want)
		equal(t, "invitation", client.Invitation{Roles: test.roles}.Role(), test.want)
	}
	for role, may := range map[client.Role]bool{admin: true, editor: true, viewer: false, "ORG_GUEST": false, "": false} {
		equal(t, string(role), role.MayOwn(), may)
	}
}

func TestEmail_isComparedAsPeopleMeanIt(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		a, b string
		same bool
	}{
		{"a@example.com", "A@Example.COM", true},
		{" a@example.com\n", "a@example.com", true},
		{"a+x@example.com", "A+X@example.com", true},
		{"a+x@example.com", "a@example.com", false},
		{"a.b@example.com", "ab@example.com", false},
		{"é@example.com", "e\u0301@example.com", true},
		{"É@example.com", "e\u0301@example.com", true},
		{"a@bücher.example", "a@xn--bcher-kva.example", true},
		{"a@BÜCHER.example", "a@bu\u0308cher.example", true},
		{"a@XN--BCHER-KVA.example", "a@bücher.example", true},
		{"a@b@example.com", "a@B@example.com", true},
		{"a@-bad-.example", "A@-BAD-.example", true},
		{"no address", "NO address", true},
		{"a@example.com", "a@example.org", false},
		{"", "", true},
		{"", "a@example.com", false},
	} {
		equal(t, test.a+" and "+test.b, client.SameEmail(test.a, test.b), test.same)
		equal(t, test.b+" and "+test.a, client.SameEmail(test.b, test.a), test.same)
	}
}

func TestPrintable_hasNothingThatSteersATerminal(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"plain Été 🗺":                "plain Été 🗺",
		"a\nb\tc\x00d\x1b[31me":      "a\ufffdb\ufffdc\ufffdd\ufffd[31me",
		"a\u0085b\u009bc":            "a\ufffdb\ufffdc",
		"a\u202eb\u2066c\u200fd":     "a\ufffdb\ufffdc\ufffdd",
		"broken \xff\xfe UTF-8":      "broken \ufffd UTF-8",
		"\U0001F468\u200d\U0001F4BB": "\U0001F468\u200d\U0001F4BB",
	} {
		equal(t, text, client.Printable(text), want)
	}
}
