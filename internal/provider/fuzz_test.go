package provider

import (
	"testing"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// Whatever is given: no crash, and a form that is its own and the same person's.
func FuzzNormalizeEmail(f *testing.F) {
	for _, seed := range []string{"ana@example.com", " Ana@Example.com ", "jose\u0301@BÜCHER.example", "a@b@c", "\"a b\"@example.com", "ana@[127.0.0.1]", "İ@example.com", "ß@straße.example", "\u202eana@example.com", "@", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, given string) {
		if !utf8.ValidString(given) {
			t.Skip("Terraform's strings are UTF-8")
		}
		resp := function.RunResponse{Result: function.NewResultData(types.StringUnknown())}
		(&normalizeEmailFunction{}).Run(t.Context(), function.RunRequest{Arguments: function.NewArgumentsData([]attr.Value{types.StringValue(given)})}, &resp)
		if resp.Error != nil {
			return
		}
		got := resp.Result.Value().(types.String).ValueString()
		if !client.SameEmail(got, given) {
			t.Errorf("%q became %q, which is somebody else", given, got)
		}
		if again := client.NormalizeEmail(got); again != got {
			t.Errorf("%q became %q, and that %q", given, got, again)
		}
	})
}
