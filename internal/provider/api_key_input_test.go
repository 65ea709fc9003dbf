package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// A length of time in another form is refused with the form that is wanted, converted where that is possible.
func TestAPIKey_lengthOfTimeInAnotherFormIsConverted(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	w := c.walk(t, nil)
	for given, says := range map[string]string{
		"90d": "2160h", "90 days": "2160h", "1day": "24h", "2w": "336h", "1.5d": "36h", "P90D": "2160h", "PT2160H": "2160h", "2160": "2160h", "2160 hours": "2160h",
		"": "such as 2160h", "soon": "such as 2160h", "9999999h": "such as 2160h", "90d12": "such as 2160h",
	} {
		for _, argument := range []string{"lifetime", "rotate_before", "keep_previous_for"} {
			diags := w.validate(t, apiKey, rotating(values{argument: given}))
			wants(t, "errors", diags.errors(), "Not a length of time", fmt.Sprintf("%q", given), says)
			if said := diags.errors(); strings.Contains(said, `\n`) || strings.Contains(said, "time: ") || strings.Contains(said, "Go ") {
				t.Errorf("the error for the %s %q is raw: %s", argument, given, said)
			}
			if at := diags[0].Attribute.String(); at != fmt.Sprintf("AttributeName(%q)", argument) {
				t.Errorf("the error for the %s %q stands at %s", argument, given, at)
			}
		}
	}
}

// What the cloud could only refuse is refused before anything is done.
func TestAPIKey_lifeThatNoKeyCanHaveIsRefusedEarly(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	w := c.walk(t, nil)
	for _, lifetime := range []string{"1ns", "1s", "59s"} {
		wants(t, "errors", w.validate(t, apiKey, rotating(values{"lifetime": lifetime, "rotate_before": nil})).errors(), "lifetime must be at least 1m")
	}
	wants(t, "errors", w.validate(t, apiKey, rotating(values{"lifetime": "1m", "rotate_before": nil})).errors())
	for expires, says := range map[string]string{
		"9999-12-31T23:59:59Z": "", "9999-12-31T23:59:59-05:00": "outside the years", "0000-01-01T00:00:00+05:00": "outside the years",
	} {
		config := values{"name": "ci", "role": "ORG_EDITOR", "expires_at": expires}
		said := w.validate(t, apiKey, config).errors()
		if says == "" {
			wants(t, "errors", said)
			continue
		}
		wants(t, "errors of "+expires, said, says)
	}
}

// A key of the portal may have any name. Odd ones are refused for a new key only.
func TestAPIKey_oddNameOfThePortalIsAdopted(t *testing.T) {
	t.Parallel()
	const decomposed = "Re\u0301seau"
	for name, test := range map[string]struct{ title, configured, imported string }{
		"a space at the end":         {"ci ", "ci ", "ci "},
		"a space that is left out":   {"ci ", "ci", "ci"},
		"a space before":             {" ci", " ci", "ci"},
		"decomposed":                 {decomposed, "Réseau", "Réseau"},
		"a zero-width space":         {"c\u200bi", "c\u200bi", "c\u200bi"},
		"a zero-width space is left": {"c\u200bi", "ci", "ci"},
		"a change of direction":      {"c\u202ei", "c\u202ei", "c\u202ei"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t)
			k := c.addKey(t, test.title, "ORG_EDITOR", 30)
			for _, id := range []string{k.ID, test.imported} {
				o, diags := c.imported(t, nil, apiKey, id, nil)
				diags.mustBeFree(t)
				config := values{"name": test.configured, "role": "ORG_EDITOR", "expires_at": o.text(t, "expires_at")}
				w := c.walk(t, nil)
				wants(t, "errors", w.validate(t, apiKey, config).errors())
				p := w.plan(t, apiKey, asTerraformStores(t, o), config)
				p.diags.mustBeFree(t)
				if p.replace {
					t.Fatalf("%q is replaced by %q", test.title, test.configured)
				}
			}
		})
	}
}

// asTerraformStores is the object with its name in Unicode's composed form, as Terraform keeps every text.
func asTerraformStores(t tb, o object) object {
	t.Helper()
	o.value = withText(t, o.value, "name", strings.ReplaceAll(o.text(t, "name"), "e\u0301", "é"))
	return o
}

// Two names that read the same are told apart by their spelling, where one of them is spelt as it was asked for.
func TestAPIKey_nameIsFirstTakenToTheLetter(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	plain, spaced := c.addKey(t, "ci", "ORG_EDITOR", 30), c.addKey(t, "ci ", "ORG_EDITOR", 30)
	for id, want := range map[string]string{"ci": plain.ID, "ci ": spaced.ID} {
		o, diags := c.imported(t, nil, apiKey, id, nil)
		diags.mustBeFree(t)
		if got := o.text(t, "id"); got != want {
			t.Errorf("%q is %s", id, got)
		}
	}
	_, diags := c.imported(t, nil, apiKey, "c\u200bi", nil)
	wants(t, "errors", diags.errors(), "2 API keys in the organization have the name")
}

// A new key has a name that reads the same everywhere.
func TestAPIKey_oddNameOfANewKeyIsRefused(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	existing := c.create(t, apiKey, values{"name": "ci", "role": "ORG_EDITOR", "expires_at": c.inDays(30)})
	c.ClearRequests()
	for name, says := range map[string]string{
		"ci\u200b": "cannot be seen", "\ufeffci": "cannot be seen", "c\u00adi": "cannot be seen", " cd": "begins or ends with a space", "a\nb": "cannot be printed",
		"": "between 1 and 255", strings.Repeat("é", 256): "between 1 and 255", strings.Repeat("é", 255): "", `quotes " and \ and ${} and 🗺️ and العربية`: "",
		"a\x1b[2Jb": "Control character", "a\x00b": "Control character", "a\u0085b": "Control character", "invoice\u202egpj.exe": "Control character",
		"a\u2066b": "Control character", "a\u200fb": "Control character", "ci\u00a0": "begins or ends with a space", "   ": "begins or ends with a space",
		"👨\u200d👩\u200d👧": "", "می\u200cخواهم": "", "Réseau": "",
	} {
		config := values{"name": name, "role": "ORG_EDITOR", "expires_at": existing.text(t, "expires_at")}
		c.ClearRequests()
		p := c.walk(t, nil).plan(t, apiKey, object{}, config)
		if says == "" {
			wants(t, "errors", p.diags.errors())
			continue
		}
		wants(t, "the error of a new key", p.diags.errors(), says)
		if at := p.diags[0].Attribute.String(); at != `AttributeName("name")` {
			t.Errorf("the error for %q stands at %s", name, at)
		}
		if said := p.diags.errors(); strings.ContainsAny(said, "\x00\x1b\u200b\u202e\u2066\u200f\u0085") {
			t.Errorf("the error repeats what steers a terminal or hides: %q", said)
		}
		if writes := c.writes(); len(writes) > 0 {
			t.Errorf("the cloud was asked for %v", writes)
		}
		if !client.SameName(name, "ci") {
			wants(t, "the error of another name", c.walk(t, nil).plan(t, apiKey, existing, config).diags.errors(), says)
		}
	}
}
