package provider_test

import (
	"net/mail"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// An email that the configuration may have can be printed, is one address, and is the same person's after normalising.
func FuzzEmail(f *testing.F) {
	for _, email := range []string{
		ana, " Ana@Example.com ", "Ana <ana@example.com>", "ana@example.com\n", "jürgen@müller.example", "\"a b\"@example.com", "a@[127.0.0.1]", "a@b@c",
		"a\x1b@example.com", "a\u202e@example.com", "@", "", strings.Repeat("a", 250) + "@example.com", "(c)a@example.com", "a@example.com,b@example.com",
	} {
		f.Add(email)
	}
	c := &cloud{Server: simulator.New()}
	c.serve(f)
	w := c.walk(f, nil)
	f.Fuzz(func(t *testing.T, email string) {
		if !utf8.ValidString(email) {
			t.Skip("Terraform sends none")
		}
		problem := w.validate(t, "jmapcloud_member", values{"email": email, "role": "ORG_VIEWER"}).errors()
		if strings.ContainsFunc(strings.ReplaceAll(problem, "\n", ""), client.IsUnprintable) {
			t.Errorf("%q", problem)
		}
		if problem != "" || email == unknown {
			return
		}
		address, err := mail.ParseAddress(email)
		if err != nil || strings.ContainsFunc(email, client.IsUnprintable) || !client.SameEmail(email, address.Address) {
			t.Errorf("%q is taken: %v", email, err)
		}
	})
}

// Whatever is imported, it is found or the error is fit to print.
func FuzzImportID(f *testing.F) {
	c := &cloud{Server: simulator.New()}
	c.serve(f)
	_, err := c.AddMember("Ana", ana, "ORG_EDITOR", password)
	if err != nil {
		f.Fatal(err)
	}
	key, err := c.AddAPIKey("ci", "ORG_EDITOR", c.Now().AddDate(1, 0, 0))
	if err != nil {
		f.Fatal(err)
	}
	for _, id := range []string{
		ana, key.ID, "ci", c.Account().OrganizationID, "", " ", ".", "..", "../../members", "a/b", "%2F", "?x=1", "#", "a\x00b", "\x1b[2J", "\u202e", "auth0|1", "self",
		strings.Repeat("x", 5000), "{}", "a,b",
	} {
		f.Add(id)
	}
	w := c.walk(f, nil)
	f.Fuzz(func(t *testing.T, id string) {
		if !utf8.ValidString(id) {
			t.Skip("Terraform sends none")
		}
		for _, typeName := range []string{apiKey, "jmapcloud_member", "jmapcloud_invitation", "jmapcloud_organization"} {
			resp, err := w.server.ImportResourceState(t.Context(), &tfprotov6.ImportResourceStateRequest{TypeName: typeName, ID: id})
			if err != nil {
				t.Fatal(err)
			}
			diags := diagnostics(resp.Diagnostics)
			text := diags.errors() + diags.warnings()
			if strings.ContainsFunc(strings.ReplaceAll(text, "\n", ""), client.IsUnprintable) || len(text) > 20_000 {
				t.Errorf("%s %q: %q", typeName, id, text)
			}
			if diags.hasError() {
				continue
			}
			for _, r := range resp.ImportedResources {
				o, _ := w.read(t, typeName, object{undynamic(t, w.typeOf(typeName), r.State), r.Private, r.Identity})
				if o.value.IsNull() && typeName != "jmapcloud_organization" {
					t.Errorf("%s %q was imported and is not there", typeName, id)
				}
			}
		}
	})
}
