package provider_test

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// The schema is a promise to the users' configurations and states.

// everything is what the provider offers. A name that is missing here is a promise that was not reviewed; one that is missing in
// the provider is a promise broken.
var (
	everyResource   = []string{"jmapcloud_api_key", "jmapcloud_invitation", "jmapcloud_member", "jmapcloud_organization"}
	everyDataSource = []string{
		"jmapcloud_access_report", "jmapcloud_api_key", "jmapcloud_api_keys", "jmapcloud_current_member", "jmapcloud_invitation", "jmapcloud_invitations",
		"jmapcloud_member", "jmapcloud_members", "jmapcloud_organization", "jmapcloud_organizations", "jmapcloud_owned_resources",
	}
	everyEphemeralResource = []string{"jmapcloud_access_token", "jmapcloud_api_key", "jmapcloud_api_key_secret"}
	everyAction            = []string{"jmapcloud_resend_invitation", "jmapcloud_transfer_ownership"}
	everyFunction          = []string{"normalize_email"}
)

// secretName is how an attribute is called that must not be shown.
var secretName = regexp.MustCompile(`secret|token|password|credential|^key$|link`)

func schemas(t *testing.T) *tfprotov6.GetProviderSchemaResponse {
	t.Helper()
	schema, err := providerSchema()
	must(t, err)
	diagnostics(schema.Diagnostics).mustBeFree(t)
	return schema
}

// eachSchema visits every schema of the provider, by where it is.
func eachSchema(t *testing.T, visit func(where string, s *tfprotov6.Schema)) {
	t.Helper()
	all := schemas(t)
	visit("provider", all.Provider)
	for name, s := range all.ResourceSchemas {
		visit("resource "+name, s)
	}
	for name, s := range all.DataSourceSchemas {
		visit("data source "+name, s)
	}
	for name, s := range all.EphemeralResourceSchemas {
		visit("ephemeral resource "+name, s)
	}
	for name, s := range all.ListResourceSchemas {
		visit("list "+name, s)
	}
	for name, a := range all.ActionSchemas {
		visit("action "+name, a.Schema)
	}
}

// eachAttribute visits every attribute, nested ones included.
func eachAttribute(attributes []*tfprotov6.SchemaAttribute, where string, visit func(where string, a *tfprotov6.SchemaAttribute)) {
	for _, a := range attributes {
		at := where + "." + a.Name
		visit(at, a)
		if a.NestedType != nil {
			eachAttribute(a.NestedType.Attributes, at, visit)
		}
	}
}

func TestSchema_offersWhatWasReviewed(t *testing.T) {
	t.Parallel()
	all := schemas(t)
	if got := slices.Sorted(maps.Keys(all.ResourceSchemas)); !slices.Equal(got, everyResource) {
		t.Errorf("the resources are %q", got)
	}
	if got := slices.Sorted(maps.Keys(all.DataSourceSchemas)); !slices.Equal(got, everyDataSource) {
		t.Errorf("the data sources are %q", got)
	}
	if got := slices.Sorted(maps.Keys(all.EphemeralResourceSchemas)); !slices.Equal(got, everyEphemeralResource) {
		t.Errorf("the ephemeral resources are %q", got)
	}
	if got := slices.Sorted(maps.Keys(all.ListResourceSchemas)); !slices.Equal(got, everyResource) {
		t.Errorf("not every resource can be listed, but %q", got)
	}
	if got := slices.Sorted(maps.Keys(all.ActionSchemas)); !slices.Equal(got, everyAction) {
		t.Errorf("the actions are %q", got)
	}
	if got := slices.Sorted(maps.Keys(all.Functions)); !slices.Equal(got, everyFunction) {
		t.Errorf("the functions are %q", got)
	}
}

// What a reader asks of an argument: what if I leave it out, what if I change it, and in which unit.
func TestSchema_argumentsSayDefaultChangeAndUnit(t *testing.T) {
	t.Parallel()
	has := func(text string, some ...string) bool {
		return slices.ContainsFunc(some, func(s string) bool { return strings.Contains(text, s) })
	}
	eachSchema(t, func(where string, s *tfprotov6.Schema) {
		eachAttribute(s.Block.Attributes, where, func(at string, a *tfprotov6.SchemaAttribute) {
			isFilter := strings.HasPrefix(a.Description, "Only ")
			if a.Optional && !isFilter && !has(a.Description, "Default", "Give this or", "nvironment") {
				t.Errorf("%s does not say what holds without it: %s", at, a.Description)
			}
			if strings.HasPrefix(where, "resource") && (a.Required || a.Optional) && !has(a.Description, "in place", "replaces", "withdraws", "rotated") {
				t.Errorf("%s does not say what a change does: %s", at, a.Description)
			}
			isTime := strings.HasSuffix(a.Name, "_at") || strings.HasPrefix(a.Name, "expires_")
			if isTime && !has(a.Description, "RFC 3339") {
				t.Errorf("%s does not say how a time is written: %s", at, a.Description)
			}
			isDuration := has(a.Name, "lifetime", "older_than", "within", "keep_previous_for", "rotate_before")
			if isDuration && !has(a.Description, "such as `") {
				t.Errorf("%s does not say how a duration is written: %s", at, a.Description)
			}
		})
	})
}

func TestSchema_everythingIsDescribedInSentences(t *testing.T) {
	t.Parallel()
	n := 0
	check := func(where, text string, kind tfprotov6.StringKind) {
		n++
		switch {
		case strings.TrimSpace(text) != text || text == "":
			t.Errorf("%s: the description is %q", where, text)
		case kind != tfprotov6.StringKindMarkdown:
			t.Errorf("%s: the description is no Markdown", where)
		case !strings.HasSuffix(text, ".") && !strings.HasSuffix(text, ".)"):
			t.Errorf("%s: the description does not end in a full stop: %q", where, text)
		case strings.Count(text, "`")%2 != 0:
			t.Errorf("%s: a backquote is left open: %q", where, text)
		case strings.Contains(text, "  "):
			t.Errorf("%s: two spaces: %q", where, text)
		}
	}
	eachSchema(t, func(where string, s *tfprotov6.Schema) {
		check(where, s.Block.Description, s.Block.DescriptionKind)
		if len(s.Block.BlockTypes) > 0 {
			t.Errorf("%s: it has blocks, which nothing here walks", where)
		}
		eachAttribute(s.Block.Attributes, where, func(at string, a *tfprotov6.SchemaAttribute) { check(at, a.Description, a.DescriptionKind) })
	})
	for name, f := range schemas(t).Functions {
		check("function "+name, f.Description, f.DescriptionKind)
		for _, p := range f.Parameters {
			check("function "+name+"."+p.Name, p.Description, p.DescriptionKind)
		}
	}
	if n < 100 {
		t.Errorf("only %d descriptions were found", n)
	}
}

func TestSchema_secretsAreSensitive(t *testing.T) {
	t.Parallel()
	found := 0
	eachSchema(t, func(where string, s *tfprotov6.Schema) {
		eachAttribute(s.Block.Attributes, where, func(at string, a *tfprotov6.SchemaAttribute) {
			if !secretName.MatchString(a.Name) {
				return
			}
			found++
			if !a.Sensitive && !a.WriteOnly {
				t.Errorf("%s is not sensitive", at)
			}
		})
	})
	if found < 10 { // password, access_token, four keys and tokens, and four links
		t.Errorf("only %d secrets were found", found)
	}
}

// Every attribute can be given, or is the cloud's; none is both required and computed, and none says that it is deprecated
// without what stands in its place.
func TestSchema_attributesAreGivenOrComputed(t *testing.T) {
	t.Parallel()
	eachSchema(t, func(where string, s *tfprotov6.Schema) {
		eachAttribute(s.Block.Attributes, where, func(at string, a *tfprotov6.SchemaAttribute) {
			switch {
			case a.Required && (a.Optional || a.Computed), !a.Required && !a.Optional && !a.Computed:
				t.Errorf("%s: required %v, optional %v, computed %v", at, a.Required, a.Optional, a.Computed)
			case a.Deprecated && !strings.Contains(a.DeprecationMessage, "`"):
				t.Errorf("%s: deprecated, and nothing is named instead", at)
			}
		})
	})
}

// A version above 0 needs a way up from each version before.
func TestSchema_resourcesHaveTheirFirstVersion(t *testing.T) {
	t.Parallel()
	for name, s := range schemas(t).ResourceSchemas {
		if s.Version != 0 {
			t.Errorf("%s has version %d: test the upgrade from every version before, and say so here", name, s.Version)
		}
	}
}

// golden is every attribute that a configuration may set, R where it must and c where the provider fills it in otherwise.
// A change here is a change to the users' configurations.
var golden = map[string]string{
	"provider":                              "access_token, allowed_organization_ids, bulk_read, endpoint, organization_id, password, rehearse_deletions, transfer_ownership_to, username",
	"resource jmapcloud_api_key":            "expires_at c, force_destroy, keep_previous_for, lifetime, name R, role R, rotate_before, rotate_when_changed, store_key, transfer_ownership_to",
	"resource jmapcloud_invitation":         "email R, language c, on_expired c, role R",
	"resource jmapcloud_member":             "email R, force_destroy, language c, on_departure, on_expired_invitation c, role R, transfer_ownership_to",
	"resource jmapcloud_organization":       "deletion_protection c, name R",
	"data source jmapcloud_access_report":   "api_keys_expiring_within, check_owners, expected_api_key_ids, expected_emails, invitations_older_than",
	"data source jmapcloud_api_key":         "id c, name c",
	"data source jmapcloud_api_keys":        "created_by, expired, expires_before, name, role",
	"data source jmapcloud_invitation":      "email c, id c",
	"data source jmapcloud_invitations":     "email, expires_before, invited_by, role, status",
	"data source jmapcloud_member":          "email c, id c",
	"data source jmapcloud_members":         "email, role",
	"data source jmapcloud_organization":    "id c",
	"data source jmapcloud_organizations":   "",
	"data source jmapcloud_current_member":  "",
	"data source jmapcloud_owned_resources": "email",

	"ephemeral resource jmapcloud_access_token":   "",
	"ephemeral resource jmapcloud_api_key":        "lifetime, mint, name R, role R, transfer_ownership_to",
	"ephemeral resource jmapcloud_api_key_secret": "api_key_id R",
	"list jmapcloud_api_key":                      "created_by, expired, expires_before, name, role",
	"list jmapcloud_invitation":                   "email, expires_before, invited_by, role, status",
	"list jmapcloud_member":                       "email, role, status",
	"list jmapcloud_organization":                 "",
	"action jmapcloud_resend_invitation":          "email R, unless_sent_within",
	"action jmapcloud_transfer_ownership":         "dry_run, from R, to R",
}

func TestSchema_argumentsAreThoseOfTheGoldenList(t *testing.T) {
	t.Parallel()
	eachSchema(t, func(where string, s *tfprotov6.Schema) {
		var arguments []string
		for _, a := range s.Block.Attributes {
			switch {
			case a.Required:
				arguments = append(arguments, a.Name+" R")
			case a.Optional && a.Computed:
				arguments = append(arguments, a.Name+" c")
			case a.Optional:
				arguments = append(arguments, a.Name)
			}
		}
		slices.Sort(arguments)
		if got := strings.Join(arguments, ", "); got != golden[where] {
			t.Errorf("%s takes %s, want %s", where, got, golden[where])
		}
	})
}

func TestSchema_everyResourceHasAnIdentity(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	resp, err := c.walk(t, nil).server.GetResourceIdentitySchemas(t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	must(t, err)
	diagnostics(resp.Diagnostics).mustBeFree(t)
	got := map[string]string{}
	for name, s := range resp.IdentitySchemas {
		var attributes []string
		for _, a := range s.IdentityAttributes {
			attributes = append(attributes, fmt.Sprintf("%s required=%v", a.Name, a.RequiredForImport))
			if !strings.HasSuffix(a.Description, ".") {
				t.Errorf("%s.%s: the description is %q", name, a.Name, a.Description)
			}
			if a.RequiredForImport == a.OptionalForImport {
				t.Errorf("%s.%s: neither required nor optional, or both", name, a.Name)
			}
		}
		slices.Sort(attributes)
		got[name] = fmt.Sprintf("version %d: %s", s.Version, strings.Join(attributes, ", "))
	}
	want := map[string]string{
		"jmapcloud_api_key":      "version 0: id required=true, organization_id required=false",
		"jmapcloud_invitation":   "version 0: email required=true, organization_id required=false",
		"jmapcloud_member":       "version 0: email required=true, organization_id required=false",
		"jmapcloud_organization": "version 0: id required=true",
	}
	if !maps.Equal(got, want) {
		t.Errorf("the identities are %q, want %q", got, want)
	}
}

func TestSchema_everyResourceCanBeImported(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	for _, typeName := range everyResource {
		_, diags := c.imported(t, nil, typeName, unknownID, nil)
		if strings.Contains(diags.errors(), "Not Implemented") || strings.Contains(diags.errors(), "doesn't support import") {
			t.Errorf("%s: %s", typeName, diags.errors())
		}
	}
}
