package provider

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr/xattr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

func TestEmail_isValidated(t *testing.T) {
	t.Parallel()
	local := strings.Repeat("a", 64)
	domain := strings.Repeat("d", 63) + "." + strings.Repeat("d", 63) + "." + strings.Repeat("d", 58) + ".xy"
	for _, test := range []struct{ email, problem string }{
		{"ada@example.com", ""},
		{"Ada.Lovelace@Example.COM", ""},
		{"  ada@example.com\u00a0", ""},
		{"ada+maps@example.com", ""},
		{"o'brien@example.com", ""},
		{"ada@münchen.example", ""},
		{"ada@xn--mnchen-3ya.example", ""},
		{"žofie@example.com", ""},
		{"ada@localhost", ""},
		{local + "@" + domain, ""}, // 254 bytes

		{"", "is not an email address"},
		{"   ", "is not an email address"},
		{"ada", "is not an email address"},
		{"ada.example.com", "is not an email address"},
		{"@example.com", "is not an email address"},
		{"ada@", "is not an email address"},
		{"ada@@example.com", "is not an email address"},
		{"ada@example.com,grace@example.com", "is not an email address"},
		{"ada@example..com", "is not an email address"},
		{"ada lovelace@example.com", "is not an email address"},
		{"auth0|5f7c8ec7c33c6c004bbafe82", "is not an email address"},
		{"Ada <ada@example.com>", "without a display name"},
		{"<ada@example.com>", "without a display name"},
		{"ada@example.com (Ada)", "without a display name"},
		{"ada @example.com", "is not an email address"},
		{"ada@example.com\n", "line break"},
		{"ada@example.com\r\nBcc: eve@example.com", "line break"},
		{"\tada@example.com", "control character"},
		{"ada\x00@example.com", "control character"},
		{"ada\x1b[31m@example.com", "control character"},
		{"\u202eada@example.com", "control character"},
		{"ada\u200b@example.com", "cannot be seen"},
		{"ada@exa\u00admple.com", "cannot be seen"},
		{"\ufeffada@example.com", "cannot be seen"},
		{local + "@" + domain + "z", "longer than 254 bytes"},
	} {
		got := emailProblem(test.email)
		if test.problem == "" && got != "" || !strings.Contains(got, test.problem) {
			t.Errorf("%q: problem %q, want %q", test.email, got, test.problem)
		}
		if got != "" && !strings.HasSuffix(got, ".") {
			t.Errorf("%q: the problem is no sentence: %q", test.email, got)
		}
	}
}

func TestEmail_problemIsShownAtItsAttribute(t *testing.T) {
	t.Parallel()
	at := path.Root("email")
	for _, quiet := range []emailValue{{types.StringNull()}, {types.StringUnknown()}, newEmail("ada@example.com")} {
		var resp xattr.ValidateAttributeResponse
		quiet.ValidateAttribute(t.Context(), xattr.ValidateAttributeRequest{Path: at}, &resp)
		if len(resp.Diagnostics) > 0 {
			t.Errorf("%s: %v", quiet, resp.Diagnostics)
		}
	}

	var resp xattr.ValidateAttributeResponse
	newEmail("ada\x1b[31m").ValidateAttribute(t.Context(), xattr.ValidateAttributeRequest{Path: at}, &resp)
	if len(resp.Diagnostics) != 1 {
		t.Fatalf("%d diagnostics", len(resp.Diagnostics))
	}
	d := resp.Diagnostics[0]
	if withPath, ok := d.(interface{ Path() path.Path }); !ok || !withPath.Path().Equal(at) {
		t.Errorf("the diagnostic has no path: %v", d)
	}
	if d.Summary() != "Invalid email address" || strings.Contains(d.Detail(), "\x1b") || strings.Contains(d.Detail(), `\x1b`) {
		t.Errorf("the diagnostic is %q, %q", d.Summary(), d.Detail())
	}
}

// spellings are pairs of addresses, and whether they are one person's.
var spellings = []struct {
	a, b string
	same bool
}{
	{"ada@example.com", "ada@example.com", true},
	{"Ada@Example.com", "aDA@eXAMPLE.COM", true},
	{" ada@example.com", "ada@example.com\u00a0", true},
	{"ada@münchen.example", "ada@xn--mnchen-3ya.example", true},
	{"ada@MÜNCHEN.example", "ada@XN--MNCHEN-3YA.EXAMPLE", true},
	{"ada@mu\u0308nchen.example", "ada@m\u00fcnchen.example", true}, // two Unicode forms of one letter
	{"ŽOFIE@example.com", "žofie@example.com", true},
	{"ada+maps@example.com", "ADA+maps@example.com", true},

	{"ada@example.com", "grace@example.com", false},
	{"ada@example.com", "ada@example.org", false},
	{"ada+maps@example.com", "ada@example.com", false},
	{"a.da@example.com", "ada@example.com", false},
	{"ada@münchen.example", "ada@munchen.example", false},
	{"аda@example.com", "ada@example.com", false}, // the first letter is Cyrillic
	{"ada@straße.example", "ada@strasse.example", false},
	{"ada@example.com", "", false},
}

func TestEmail_isComparedAsAPerson(t *testing.T) {
	t.Parallel()
	for _, test := range spellings {
		for _, pair := range [][2]string{{test.a, test.b}, {test.b, test.a}} {
			same, diags := newEmail(pair[0]).StringSemanticEquals(t.Context(), newEmail(pair[1]))
			if same != test.same || diags.HasError() {
				t.Errorf("%q and %q: same is %t %v", pair[0], pair[1], same, diags)
			}
		}
	}
}

func TestEmail_keepsTheSpellingThatIsThere(t *testing.T) {
	t.Parallel()
	for _, test := range spellings {
		want := test.b
		if test.same {
			want = test.a
		}
		if got := newEmail(test.a).keep(test.b).ValueString(); got != want {
			t.Errorf("%q keeps %q as %q", test.a, test.b, got)
		}
	}
	for _, empty := range []emailValue{{types.StringNull()}, {types.StringUnknown()}} {
		if got := empty.keep("Ada@example.com"); got.ValueString() != "Ada@example.com" {
			t.Errorf("%s keeps %s", empty, got)
		}
		if empty.is("") {
			t.Errorf("%s is somebody", empty)
		}
	}
	if got := newEmail(" Ada@example.com ").address(); got != "Ada@example.com" {
		t.Errorf("the address is %q", got)
	}
}

func TestKeepSpelling_plansTheStateForThePersonInIt(t *testing.T) {
	t.Parallel()
	null, unknown := types.StringNull(), types.StringUnknown()
	type pair struct{ state, plan, want types.String }
	tests := []pair{
		{null, types.StringValue("ada@example.com"), types.StringValue("ada@example.com")},
		{types.StringValue("ada@example.com"), unknown, unknown},
		{types.StringValue("ada@example.com"), null, null},
		{null, null, null},
	}
	for _, s := range spellings {
		want := s.b
		if s.same {
			want = s.a
		}
		tests = append(tests, pair{types.StringValue(s.a), types.StringValue(s.b), types.StringValue(want)})
	}
	for _, test := range tests {
		resp := planmodifier.StringResponse{PlanValue: test.plan}
		keepSpelling().PlanModifyString(t.Context(), planmodifier.StringRequest{StateValue: test.state, PlanValue: test.plan, ConfigValue: test.plan}, &resp)
		if !resp.PlanValue.Equal(test.want) {
			t.Errorf("state %s, plan %s: planned %s, want %s", test.state, test.plan, resp.PlanValue, test.want)
		}
	}
}

func TestEmail_isATypeOfItsOwn(t *testing.T) {
	t.Parallel()
	if !(emailType{}).Equal(emailType{}) || (emailType{}).Equal(types.StringType) {
		t.Error("the type equals another, or not itself")
	}
	if newEmail("ada@example.com").Equal(types.StringValue("ada@example.com")) || newEmail("ada@example.com").Equal(newEmail("Ada@example.com")) {
		t.Error("a value equals another type's, or another spelling")
	}
	value, err := emailType{}.ValueFromTerraform(t.Context(), tftypes.NewValue(tftypes.String, "ada@example.com"))
	if err != nil || !value.Equal(newEmail("ada@example.com")) || !value.Type(t.Context()).Equal(emailType{}) {
		t.Errorf("from Terraform: %v, %v", value, err)
	}
	if _, err := (emailType{}).ValueFromTerraform(t.Context(), tftypes.NewValue(tftypes.Bool, true)); err == nil {
		t.Error("a bool is taken for an email")
	}
}
