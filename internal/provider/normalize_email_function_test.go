package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"
)

// normalized calls the function in a provider that is not configured: it works offline, and in terraform validate.
func normalized(t *testing.T, argument tftypes.Value) (email, problem string) {
	t.Helper()
	server := providerserver.NewProtocol6(newFactory().New())()
	resp, err := server.CallFunction(t.Context(), &tfprotov6.CallFunctionRequest{Name: "normalize_email", Arguments: []*tfprotov6.DynamicValue{dynamic(t, argument)}})
	if err != nil {
		t.Fatal(err)
	}
	if resp.Error != nil {
		return "", resp.Error.Text
	}
	if err := undynamic(t, tftypes.String, resp.Result).As(&email); err != nil {
		t.Fatal(err)
	}
	return email, ""
}

func text(text string) tftypes.Value { return tftypes.NewValue(tftypes.String, text) }

func TestNormalizeEmail_givesEverySpellingOneForm(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"ana@example.com":                     "ana@example.com",
		" Ana@Example.COM ":                   "ana@example.com",
		"josé@example.com":                    "josé@example.com",
		"jose\u0301@example.com":              "josé@example.com",
		"Ana@Bücher.example":                  "ana@xn--bcher-kva.example",
		"ana+maps@example.com":                "ana+maps@example.com",
		"Ana <ana@example.com>":               "",
		"ana":                                 "",
		"":                                    "",
		strings.Repeat("a", 250) + "@example": "",
	} {
		got, problem := normalized(t, text(given))
		if got != want || (problem == "") != (want != "") {
			t.Errorf("%q became %q %s, want %q", given, got, problem, want)
		}
	}
}

func TestNormalizeEmail_errorNamesTheArgument(t *testing.T) {
	t.Parallel()
	for given, says := range map[string]string{
		"ana":                    `"ana" is not an email address. Write it as name@example.com`,
		"Ana <ana@example.com>":  "has more than the bare address",
		"ana@example.com\x1b[2J": "contains a line break or another control character",
	} {
		_, problem := normalized(t, text(given))
		if !strings.Contains(problem, says) || strings.Contains(problem, "\x1b") || strings.HasSuffix(problem, ".") { // Terraform adds a full stop
			t.Errorf("%q: the problem is %q", given, problem)
		}
	}
	if _, problem := normalized(t, tftypes.NewValue(tftypes.String, nil)); problem == "" {
		t.Error("null has a normal form")
	}
}

func TestAccNormalizeEmail_isAKeyInAMap(t *testing.T) {
	t.Parallel()
	of := func(spellings ...string) string {
		var outputs string
		for n, email := range spellings {
			outputs += fmt.Sprintf("output \"people%d\" {\n  value = { (provider::jmapcloud::normalize_email(%q)) = \"ORG_EDITOR\" }\n}\n", n, email)
		}
		return outputs
	}
	want := knownvalue.MapExact(map[string]knownvalue.Check{ana: is("ORG_EDITOR")})
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: factories(t),
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_8_0)},
		Steps: []resource.TestStep{
			{Config: of("ana"), ExpectError: says("is not an email address")},
			{Config: of("Ana@Example.com", " ana@EXAMPLE.com "), ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownOutputValue("people0", want), statecheck.ExpectKnownOutputValue("people1", want),
			}},
		},
	})
}
