package provider_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/querycheck"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// Terraform lists from version 1.14 on; the tests ask the protocol.

// listing is what a list block asks for. A nil config is a block without one.
type listing struct {
	typeName string
	config   values
	whole    bool // include_resource
	limit    int64
}

// found is one result of a list.
type found struct {
	name     string
	identity *tfprotov6.ResourceIdentityData
	resource tftypes.Value // null unless the whole was asked for
}

// list runs a list block: it is validated and read to the end, or to the first error.
func (w *walk) list(t tb, l listing) ([]found, diagnostics) {
	t.Helper()
	server := w.server.(tfprotov6.ListResourceServer)
	ctx := context.Background()
	var config *tfprotov6.DynamicValue
	if l.config != nil {
		config = dynamic(t, valueOf(t, w.schema.ListResourceSchemas[l.typeName].ValueType(), l.config))
		valid, err := server.ValidateListResourceConfig(ctx, &tfprotov6.ValidateListResourceConfigRequest{TypeName: l.typeName, Config: config})
		if err != nil {
			t.Fatal(err)
		}
		if diags := diagnostics(valid.Diagnostics); diags.hasError() {
			return nil, diags
		}
	}
	stream, err := server.ListResource(ctx, &tfprotov6.ListResourceRequest{TypeName: l.typeName, Config: config, IncludeResource: l.whole, Limit: l.limit})
	if err != nil {
		t.Fatal(err)
	}
	var all []found
	var diags diagnostics
	for r := range stream.Results {
		diags = append(diags, r.Diagnostics...)
		if !diagnostics(r.Diagnostics).hasError() {
			all = append(all, found{r.DisplayName, r.Identity, undynamic(t, w.typeOf(l.typeName), r.Resource)})
		}
	}
	return all, diags
}

// names are how the results are called.
func names(all []found) []string {
	list := []string{}
	for _, f := range all {
		list = append(list, f.name)
	}
	return list
}

// listed runs a list block that must succeed, in a walk of its own.
func (c *cloud) listed(t tb, l listing) []found {
	t.Helper()
	all, diags := c.walk(t, nil).list(t, l)
	diags.mustBeFree(t)
	if diags.warnings() != "" {
		t.Fatal(diags.warnings())
	}
	return all
}

func (c *cloud) lists(t *testing.T, typeName string, config values, want ...string) {
	t.Helper()
	if got := names(c.listed(t, listing{typeName: typeName, config: config, limit: 100})); !slices.Equal(got, append([]string{}, want...)) {
		t.Errorf("%s with %v lists %q, want %q", typeName, config, got, want)
	}
}

// crowd fills an organization with one of each kind, some days into its life.
func crowd(t *testing.T) *cloud {
	t.Helper()
	c := startCloud(t)
	c.invite(t, "stale@example.com", "ORG_VIEWER", "es")
	c.invite(t, "Lapsed@example.com", "ORG_EDITOR", "fr")
	_, err := c.AddAPIKey("old", "ORG_VIEWER", c.Now().Add(24*time.Hour))
	must(t, err)
	c.Advance(pastExpiry)
	c.addMember(t, "stale@example.com", "ORG_VIEWER") // whose invitation stays behind
	c.addMember(t, "Ana@Example.com", "ORG_EDITOR")
	c.invite(t, "lapsed@example.com", "ORG_EDITOR", "en")
	c.Advance(pastExpiry)
	c.invite(t, "ben@example.com", "ORG_ADMIN", "fr")
	c.addKey(t, "ci", "ORG_EDITOR", 1)
	c.addKey(t, "ci", "ORG_VIEWER", 400)
	return c
}

func dayOf(at time.Time) string { return at.UTC().Format(time.DateOnly) }

func TestList_membersAreFilteredAndNamed(t *testing.T) {
	t.Parallel()
	c := crowd(t)
	const (
		admin  = "admin@example.com (Simulated Administrator, ORG_ADMIN)"
		stale  = "stale@example.com (Member stale@example.com, ORG_VIEWER)"
		ana    = "Ana@Example.com (Member Ana@Example.com, ORG_EDITOR)"
		ben    = "ben@example.com (invited, expires in 6 days)"
		lapsed = "lapsed@example.com (invited, expired 24 hours ago)"
	)
	c.Advance(time.Minute) // ben's week has begun
	c.lists(t, member, nil, admin, stale, ana, lapsed, ben)
	c.lists(t, member, values{}, admin, stale, ana, lapsed, ben)
	c.lists(t, member, values{"role": "ORG_ADMIN"}, admin, ben)
	c.lists(t, member, values{"status": "ACTIVE"}, admin, stale, ana)
	c.lists(t, member, values{"status": "INVITED"}, ben)
	c.lists(t, member, values{"status": "EXPIRED"}, lapsed)
	c.lists(t, member, values{"email": " ANA@example.com"}, ana)
	c.lists(t, member, values{"email": "ben@example.com", "role": "ORG_EDITOR"})
}

func TestList_invitationsAreFilteredAndNamed(t *testing.T) {
	t.Parallel()
	c := crowd(t)
	const (
		stale  = "stale@example.com (ORG_VIEWER, expired 9 days ago)"
		lapsed = "lapsed@example.com (ORG_EDITOR, expired 24 hours ago)"
		ben    = "ben@example.com (ORG_ADMIN, expires in 6 days)"
	)
	c.Advance(time.Minute)
	c.lists(t, invitation, nil, stale, lapsed, ben)
	c.lists(t, invitation, values{"status": "PENDING"}, ben)
	c.lists(t, invitation, values{"status": "EXPIRED"}, stale, lapsed)
	c.lists(t, invitation, values{"email": "LAPSED@example.com"}, lapsed)
	c.lists(t, invitation, values{"role": "ORG_ADMIN"}, ben)
	c.lists(t, invitation, values{"expires_before": c.inDays(0)}, stale, lapsed)
	c.lists(t, invitation, values{"invited_by": "admin@example.com"}, stale, lapsed, ben)
	c.lists(t, invitation, values{"invited_by": "ana@example.com"})
}

func TestList_keysAreFilteredAndNamed(t *testing.T) {
	t.Parallel()
	c := crowd(t)
	var (
		old   = "old (ORG_VIEWER, expired " + dayOf(c.Now().AddDate(0, 0, -15)) + ")"
		short = "ci (ORG_EDITOR, expires " + dayOf(c.Now().AddDate(0, 0, 1)) + ")"
		long  = "ci (ORG_VIEWER, expires " + dayOf(c.Now().AddDate(0, 0, 400)) + ")"
	)
	c.lists(t, apiKey, nil, old, short, long)
	c.lists(t, apiKey, values{"name": "ci"}, short, long)
	c.lists(t, apiKey, values{"role": "ORG_EDITOR"}, short)
	c.lists(t, apiKey, values{"expired": true}, old)
	c.lists(t, apiKey, values{"expired": false, "expires_before": c.inDays(30)}, short)
	c.lists(t, apiKey, values{"created_by": "admin@example.com"}, old, short, long)
	c.lists(t, apiKey, values{"created_by": "ana@example.com"})
}

func TestList_organizationsAreThoseThatMayBeTouched(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	roads, err := c.AddOrganization("Roads", c.Account().Username)
	must(t, err)
	c.lists(t, organization, nil, "Simulated Organization", "Roads")
	c.lists(t, organization, values{}, "Simulated Organization", "Roads")
	all, diags := c.walk(t, values{"allowed_organization_ids": []string{c.Account().OrganizationID}}).list(t, listing{typeName: organization})
	diags.mustBeFree(t)
	if got := names(all); !slices.Equal(got, []string{"Simulated Organization"}) {
		t.Errorf("with allowed_organization_ids it lists %q, and %s is not among them", got, roads.ID)
	}
}

// A name of the cloud must not steer the terminal in which it is shown.
func TestList_namesAreCleaned(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	nouns := "/api/ss/rest/v1/organizations"
	for path, result := range map[string]string{
		nouns + "/*/members":  `{"id":"m","name":"Ana\u001b[2J\u202e","username":"ana","email":"ana@example.com","roles":["ORG_EDITOR"]}`,
		nouns + "/*/api-keys": `{"id":"k","title":"ci\u0007","roles":["ORG_EDITOR"],"email":"k@apikey.jmapcloud.io"}`,
		nouns:                 `{"id":"o","name":"Roads\u009b","active":true}`,
	} {
		c.Inject(simulator.Fault{Method: http.MethodGet, Path: path, Action: simulator.ActionStatus, Status: http.StatusOK, Body: `{"message":"","result":[` + result + `]}`})
	}
	c.lists(t, member, nil, "ana@example.com (Ana\uFFFD[2J\uFFFD, ORG_EDITOR)")
	c.lists(t, apiKey, nil, "ci\uFFFD (ORG_EDITOR, never expires)")
	c.lists(t, organization, nil, "Roads\uFFFD")
}

// Terraform stops reading at its limit, but counts on the provider to stop, too.
func TestList_stopsAtTheLimit(t *testing.T) {
	t.Parallel()
	c := crowd(t)
	for typeName, total := range map[string]int{member: 5, invitation: 3, apiKey: 3, organization: 1} {
		for limit := range int64(7) {
			want := min(int(limit), total)
			if limit == 0 {
				want = total // none was set
			}
			if got := c.listed(t, listing{typeName: typeName, limit: limit}); len(got) != want {
				t.Errorf("%s, limit %d: %d results, want %d", typeName, limit, len(got), want)
			}
		}
	}
	c.ClearRequests()
	c.listed(t, listing{typeName: member, limit: 2})
	if n := c.asked("invitations"); n != 0 {
		t.Errorf("the limit was reached among the members, and the invitations were read %d times", n)
	}
	if got := names(c.listed(t, listing{typeName: member, config: values{"status": "INVITED"}, limit: 1})); len(got) != 1 {
		t.Errorf("what the filter drops counts: %q", got)
	}
}

// asked counts the requests for a path's last segment.
func (c *cloud) asked(segment string) (n int) {
	for _, r := range c.Requests() {
		if strings.HasSuffix(r.Path, "/"+segment) {
			n++
		}
	}
	return n
}

func TestList_everyResultHasTheIdentityOfItsResource(t *testing.T) {
	t.Parallel()
	c := crowd(t)
	home := c.Account().OrganizationID
	for _, typeName := range everyResource {
		seen := map[string]bool{}
		for _, whole := range []bool{false, true} {
			clear(seen)
			for _, f := range c.listed(t, listing{typeName: typeName, whole: whole}) {
				identity := c.identified(t, typeName, f.identity)
				key := fmt.Sprint(identity)
				if seen[key] {
					t.Errorf("%s: two results have the identity %s", typeName, key)
				}
				seen[key] = true
				switch email, person := identity["email"]; {
				case person && (email != strings.ToLower(email) || identity["organization_id"] != home):
					t.Errorf("%s: %s has the identity %v", typeName, f.name, identity)
				case !person && identity["id"] == "":
					t.Errorf("%s: %s has the identity %v", typeName, f.name, identity)
				}
				if f.resource.IsNull() == whole {
					t.Errorf("%s: include_resource is %v, and the resource is %s", typeName, whole, f.resource)
				}
			}
		}
		if len(seen) == 0 {
			t.Errorf("%s: nothing was listed", typeName)
		}
	}
}

// adopted does with a result what terraform query -generate-config-out, plan and apply do: it has the configuration
// generated, imports by identity, refreshes and plans. The plan must have nothing to change.
func (w *walk) adopted(t tb, typeName string, f found) {
	t.Helper()
	generated, err := w.server.GenerateResourceConfig(context.Background(), &tfprotov6.GenerateResourceConfigRequest{TypeName: typeName, State: dynamic(t, f.resource)})
	if err != nil {
		t.Fatal(err)
	}
	diagnostics(generated.Diagnostics).mustBeFree(t)
	config := undynamic(t, w.typeOf(typeName), generated.Config)
	valid, err := w.server.ValidateResourceConfig(context.Background(), &tfprotov6.ValidateResourceConfigRequest{TypeName: typeName, Config: dynamic(t, config)})
	if err != nil {
		t.Fatal(err)
	}
	diagnostics(valid.Diagnostics).mustBeFree(t)

	o, diags := w.imported(t, &tfprotov6.ImportResourceStateRequest{TypeName: typeName, Identity: f.identity})
	diags.mustBeFree(t)
	if !o.value.Equal(f.resource) {
		t.Fatalf("%s was listed as\n%s\nand imported as\n%s", f.name, f.resource, o.value)
	}
	p := w.planValue(t, typeName, o, config)
	p.diags.mustBeFree(t)
	if !p.isEmpty() {
		t.Fatalf("the plan for %s is not empty:\n%s\n%s", f.name, p.prior.value, p.proposed)
	}
}

func TestList_generatedConfigurationPlansNothing(t *testing.T) {
	t.Parallel()
	c := crowd(t)
	c.addMember(t, "${danger}@example.com", "ORG_VIEWER")
	c.addKey(t, "deploy ${env} \"%{quoted}\"", "ORG_EDITOR", 30)
	c.ClearRequests()
	for typeName, config := range map[string]values{organization: nil, member: nil, apiKey: {"expired": false}, invitation: {"status": "PENDING"}} {
		all := c.listed(t, listing{typeName: typeName, config: config, whole: true})
		w := c.walk(t, nil)
		for _, f := range all {
			w.adopted(t, typeName, f)
		}
	}
	if written := c.writes(); len(written) > 0 {
		t.Errorf("listing and planning wrote %v", written)
	}
}

// No invitee gets a mail because their invitation, which had expired, was adopted.
func TestList_expiredInvitationIsAdoptedAsItIs(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	c.invite(t, ana, "ORG_EDITOR", "fr")
	c.Advance(pastExpiry)
	for typeName, argument := range onExpired {
		w := c.walk(t, nil)
		all, diags := w.list(t, listing{typeName: typeName, config: values{"status": "EXPIRED"}, whole: true})
		diags.mustBeFree(t)
		if len(all) != 1 || (object{value: all[0].resource}).text(t, argument) != "keep" {
			t.Fatalf("%s: listed %v", typeName, all)
		}
		w.adopted(t, typeName, all[0])

		o, diags := c.imported(t, nil, typeName, ana, nil)
		diags.mustBeFree(t)
		p := c.walk(t, nil).plan(t, typeName, o, values{"email": ana, "role": "ORG_EDITOR", "language": "fr", argument: "resend"})
		wants(t, "the warning to those who want it sent", p.diags.warnings(), "The invitation to ana@example.com has expired and will be sent again")
	}
}

func TestList_failureIsADiagnosticOfTheStream(t *testing.T) {
	t.Parallel()
	for typeName, test := range map[string]struct {
		segment, says string
		before        int // results that came before it
	}{
		member:       {"invitations", "Unable to list the members and invitations", 3},
		invitation:   {"invitations", "Unable to list the invitations", 0},
		apiKey:       {"api-keys", "Unable to list the API keys", 0},
		organization: {"", "Unable to list the organizations", 0},
	} {
		c := crowd(t)
		path := "/api/ss/rest/v1/organizations"
		if test.segment != "" {
			path += "/*/" + test.segment
		}
		c.Inject(simulator.Fault{Method: http.MethodGet, Path: path, Action: simulator.ActionStatus, Status: http.StatusForbidden, Times: -1})
		all, diags := c.walk(t, nil).list(t, listing{typeName: typeName, whole: true})
		wants(t, typeName+": the error", diags.errors(), test.says, "403 Forbidden")
		if len(all) != test.before {
			t.Errorf("%s: %d results came before the error, want %d", typeName, len(all), test.before)
		}
	}
}

func TestList_wrongFilterIsRefusedAtItsArgument(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	for _, l := range []struct {
		listing
		says string
	}{
		{listing{typeName: member, config: values{"status": "PENDING"}}, `"INVITED" "EXPIRED" "ACTIVE"`},
		{listing{typeName: member, config: values{"role": "ADMIN"}}, "ORG_ADMIN"},
		{listing{typeName: member, config: values{"email": "ana"}}, "is not an email address"},
		{listing{typeName: invitation, config: values{"status": "ACCEPTED"}}, "PENDING"},
		{listing{typeName: invitation, config: values{"expires_before": "tomorrow"}}, "RFC3339"},
		{listing{typeName: apiKey, config: values{"role": "ORG_ADMIN"}}, "ORG_EDITOR"},
	} {
		_, diags := c.walk(t, nil).list(t, l.listing)
		wants(t, "the error", diags.errors(), l.says)
	}
}

// A cloud that was never reached leaves one diagnostic, and no panic for want of an identity.
func TestList_withoutASessionSaysWhy(t *testing.T) {
	t.Parallel()
	c := crowd(t)
	for _, typeName := range everyResource {
		all, diags := c.walk(t, values{"password": "Wrong-Horse.7"}).list(t, listing{typeName: typeName, whole: true})
		wants(t, typeName+": the error", diags.errors(), "JMap Cloud sign-in failed for admin@example.com", "JMAPCLOUD_PASSWORD")
		if len(all) > 0 {
			t.Errorf("%s: %d results", typeName, len(all))
		}
		_, diags = c.walk(t, values{"organization_id": unknown}).list(t, listing{typeName: typeName})
		wants(t, typeName+": the error", diags.errors(), "will be known only after apply")
	}
}

// From Terraform 1.14 on, the same by the CLI.
func TestAccList_terraformQueries(t *testing.T) {
	t.Parallel()
	c := crowd(t)
	query := ` # the provider block is that of the step before: Terraform reads both files as one configuration
list "jmapcloud_member" "invited" {
  provider = jmapcloud

  config {
    status = "INVITED"
  }
}

list "jmapcloud_api_key" "all" {
  provider         = jmapcloud
  include_resource = true
  limit            = 2
}
`
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories(t),
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_14_0)},
		Steps: []resource.TestStep{
			{Config: c.config("")},
			{
				Query:  true,
				Config: query,
				QueryResultChecks: []querycheck.QueryResultCheck{
					querycheck.ExpectLength("jmapcloud_member.invited", 1),
					querycheck.ExpectIdentity("jmapcloud_member.invited", map[string]knownvalue.Check{
						"organization_id": knownvalue.StringExact(c.Account().OrganizationID), "email": knownvalue.StringExact("ben@example.com"),
					}),
					querycheck.ExpectLength("jmapcloud_api_key.all", 2),
				},
			},
		},
	})
}
