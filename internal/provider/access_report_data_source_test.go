package provider_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

const accessReport = "jmapcloud_access_report"

// reports is a step with reports that differ in their arguments. Each must name these in one of its lists.
func (c *cloud) reports(list, by string, filters map[string]filter) []look {
	return c.finds(accessReport, list, by, filters)
}

// objectsOf is a list that holds exactly these.
func objectsOf(facts ...map[string]knownvalue.Check) knownvalue.Check {
	objects := []knownvalue.Check{}
	for _, f := range facts {
		objects = append(objects, knownvalue.ObjectExact(f))
	}
	return knownvalue.ListExact(objects)
}

func TestAccessReport_withoutArgumentsExpectsEverybody(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	admin, _ := c.Member(c.Account().Username)
	c.addMember(t, lead, "ORG_EDITOR")
	stale := c.invite(t, ada, "ORG_VIEWER", "fr")
	ended := c.addKey(t, "ended", "ORG_EDITOR", 1)
	c.Advance(pastExpiry)
	c.invite(t, grace, "ORG_VIEWER", "en")
	c.addKey(t, "lives", "ORG_EDITOR", 1)
	none := knownvalue.ListExact([]knownvalue.Check{})
	step := c.shows(accessReport, nil, map[string]knownvalue.Check{
		"unexpected_members":     none,
		"unexpected_invitations": none,
		"unexpected_api_keys":    none,
		"stale_invitations":      objectsOf(invitationFacts(stale, "EXPIRED", ada)),
		"expiring_api_keys":      objectsOf(keyFacts(ended)),
		"administrators":         objectsOf(memberFacts(admin, admin.Email)),
		"departed":               none,
		"absent_owners":          none,
	})
	step[0].without = []string{ended.Secret}
	c.looks(t, step)
}

func TestAccessReport_namesWhoIsNotExpected(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	admin := c.Account().Username
	c.addMember(t, lead, "ORG_EDITOR")
	c.addMember(t, other, "ORG_ADMIN")
	c.invite(t, ada, "ORG_VIEWER", "en")
	c.Advance(pastExpiry)
	c.invite(t, grace, "ORG_VIEWER", "en")
	ci, ui := c.addKey(t, "ci", "ORG_EDITOR", 30), c.addKey(t, "ui", "ORG_VIEWER", 30)
	expecting := func(emails ...string) string { return fmt.Sprintf("expected_emails = [%s]", quoted(emails...)) }
	expectingKeys := func(ids ...string) string { return fmt.Sprintf("expected_api_key_ids = [%s]", quoted(ids...)) }
	c.looks(t,
		c.reports("unexpected_members", "email", map[string]filter{
			"by_default": {"", nil},
			"nobody":     {expecting(), []string{admin, lead, other}},
			"all":        {expecting(admin, " LEAD@Example.com", other), nil},
			"lead":       {expecting(lead, grace), []string{admin, other}},
			"only_keys":  {expectingKeys(), nil},
		}),
		c.reports("unexpected_invitations", "email", map[string]filter{
			"by_default": {"", nil},
			"nobody":     {expecting(), []string{ada, grace}},
			"ada":        {expecting("ADA@example.com"), []string{grace}},
			"all":        {expecting(ada, grace), nil},
		}),
		c.reports("unexpected_api_keys", "name", map[string]filter{
			"by_default": {"", nil},
			"none":       {expectingKeys(), []string{"ci", "ui"}},
			"ci":         {expectingKeys(ci.ID), []string{"ui"}},
			"all":        {expectingKeys(ci.ID, ui.ID), nil},
			"people":     {expecting(), nil},
		}),
		c.reports("administrators", "email", map[string]filter{
			"by_default": {"", []string{admin, other}},
			"expected":   {expecting(admin, other), []string{admin, other}},
		}),
	)
}

func TestAccessReport_namesWhatIsOldOrAboutToEnd(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	const day = 24 * time.Hour
	c.addKey(t, "ended", "ORG_EDITOR", 1)
	c.addKey(t, "soon", "ORG_EDITOR", 20)
	c.addKey(t, "later", "ORG_VIEWER", 40)
	c.invite(t, "expired@example.com", "ORG_VIEWER", "en")
	c.Advance(5 * day)
	c.invite(t, "old@example.com", "ORG_VIEWER", "en")
	c.Advance(5 * day)
	c.invite(t, "new@example.com", "ORG_VIEWER", "en")
	c.Advance(time.Hour)
	old := func(duration string) string { return fmt.Sprintf("invitations_older_than = %q", duration) }
	ending := func(duration string) string { return fmt.Sprintf("api_keys_expiring_within = %q", duration) }
	const dead, aged, fresh = "expired@example.com", "old@example.com", "new@example.com"
	c.looks(t,
		c.reports("stale_invitations", "email", map[string]filter{
			"by_default": {"", []string{dead}},
			"a_month":    {old("720h"), []string{dead}},
			"four_days":  {old("96h"), []string{dead, aged}},
			"at_once":    {old("0s"), []string{dead, aged, fresh}},
			"keys_only":  {ending("9999h"), []string{dead}},
		}),
		c.reports("expiring_api_keys", "name", map[string]filter{
			"by_default":  {"", []string{"ended"}},
			"a_week":      {ending("168h"), []string{"ended"}},
			"two_weeks":   {ending("336h"), []string{"ended", "soon"}},
			"a_year":      {ending("8760h"), []string{"ended", "soon", "later"}},
			"invitations": {old("0s"), []string{"ended"}},
		}),
	)
}

// An expired invitation stays listed after a later one, and after that one was accepted: it waits for no answer.
func TestAccessReport_staleInvitationsWaitForAnAnswer(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	for _, email := range []string{ada, grace, lead} {
		c.invite(t, email, "ORG_VIEWER", "en")
	}
	c.Advance(pastExpiry)
	c.invite(t, "ADA@example.com", "ORG_VIEWER", "en")
	c.accept(t, ada)
	c.invite(t, "Grace@example.com", "ORG_VIEWER", "en")
	if sent := c.Invitations(); len(sent) != 4 {
		t.Fatalf("the cloud lists %+v", sent)
	}
	c.looks(t, c.reports("stale_invitations", "email", map[string]filter{"by_default": {"", []string{lead}}}))
}

func TestAccessReport_namesOwnersWhoAreGone(t *testing.T) {
	c := startCloud(t)
	key := c.addKey(t, "ci", "ORG_EDITOR", 30)
	p, err := c.AddProject("Roads", key.Email)
	must(t, err)
	must(t, ignore(c.AddDataSource("Parcels")))
	// The simulated cloud takes permissions away with their holder; what the real one may have left is told by a fault.
	c.Inject(simulator.Fault{
		Method: http.MethodGet, Path: "/api/mcs/rest/v1/organizations/*/projects/" + p.ID + "/permissions", Times: -1, Action: simulator.ActionStatus, Status: http.StatusOK,
		Body: fmt.Sprintf(`{"message":"OK","result":[{"principal":"zoe@example.com","permissions":["OWNER"]},{"principal":%q,"permissions":["OWNER"]},`+
			`{"principal":"ADMIN@example.com","permissions":["OWNER"]},{"principal":"viewer@example.com","permissions":["VIEW"]},`+
			`{"principal":"Zoe@example.com","permissions":["OWNER"]},{"principal":"bob@example.com","permissions":["OWNER","MODIFY"]}]}`, key.Email),
	})
	for _, test := range []struct {
		argument string
		want     []string
		asks     bool
	}{
		{"", nil, false},
		{"check_owners = false", nil, false},
		{"check_owners = true", []string{"bob@example.com", "zoe@example.com"}, true},
	} {
		names := []knownvalue.Check{}
		for _, email := range test.want {
			names = append(names, is(email))
		}
		c.looks(t, []look{{typeName: accessReport, arguments: test.argument, shows: func(t *testing.T, v tftypes.Value) {
			t.Helper()
			if err := knownvalue.ListExact(names).CheckValue(plain(t, attributesOf(t, v)["absent_owners"])); err != nil {
				t.Errorf("%q: %v", test.argument, err)
			}
		}}})
		asked := slices.ContainsFunc(c.Requests(), func(r simulator.Request) bool { return strings.Contains(r.Path, "/api/mcs/") })
		if asked != test.asks {
			t.Errorf("%q asked who owns what: %v", test.argument, asked)
		}
	}
}

// Check blocks watch people and keys without managing them: what they find wrong is a warning, and the apply goes on.
func TestAccCheck_blocksWarnAndStopNothing(t *testing.T) {
	c := startCloud(t)
	k := c.addKey(t, "ci", "ORG_EDITOR", 30)
	config := c.config(`
data "jmapcloud_access_report" "this" {
  expected_emails = ["admin@example.com"]
}

check "access" {
  assert {
    condition     = length(data.jmapcloud_access_report.this.unexpected_members) == 0
    error_message = "Not expected: ${join(", ", data.jmapcloud_access_report.this.unexpected_members[*].email)}."
  }
}

check "no_key_expires_soon" {
  data "jmapcloud_api_keys" "expiring" {
    expires_before = timeadd("` + c.inDays(0) + `", "336h")
  }
  assert {
    condition     = length(data.jmapcloud_api_keys.expiring.api_keys) == 0
    error_message = "Renew: ${join(", ", data.jmapcloud_api_keys.expiring.api_keys[*].name)}"
  }
}

resource "jmapcloud_invitation" "ada" {
  email = "ada@example.com"
  role  = "ORG_VIEWER"
}
`)
	checked := func(status tfjson.CheckStatus, problems map[string]string) statecheck.StateCheck {
		return after(func(state *tfjson.State) error {
			found := map[string]string{}
			for _, one := range state.Checks {
				if one.Status != status {
					return fmt.Errorf("the check is %+v, want %s", one, status)
				}
				found[one.Address.Name] = ""
				for _, i := range one.Instances {
					for _, p := range i.Problems {
						found[one.Address.Name] += p.Message
					}
				}
			}
			if !maps.Equal(found, problems) {
				return fmt.Errorf("the checks say %q, want %q", found, problems)
			}
			return nil
		})
	}
	c.inTerraform(t, []string{"Eve@example.com"},
		resource.TestStep{
			Config:             config,
			ConfigStateChecks:  []statecheck.StateCheck{checked(tfjson.CheckStatusPass, map[string]string{"access": "", "no_key_expires_soon": ""}), noMention(k.Secret), c.mailed(1)},
			ExpectNonEmptyPlan: true, // what a check reads is read by every apply
		},
		resource.TestStep{
			PreConfig: func() {
				c.addMember(t, "Eve@example.com", "ORG_VIEWER")
				must(t, c.WithdrawInvitation(ada))
				c.addKey(t, "forgotten", "ORG_VIEWER", 7)
				c.ClearRequests()
			},
			Config: config,
			ConfigStateChecks: []statecheck.StateCheck{
				checked(tfjson.CheckStatusFail, map[string]string{"access": "Not expected: Eve@example.com.", "no_key_expires_soon": "Renew: forgotten"}),
				c.wrote("POST invitations"), c.mailed(2),
			},
			ExpectNonEmptyPlan: true,
		},
	)
}

func TestAccessReport_argumentsAreValidated(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	c.badData(t, accessReport, values{"invitations_older_than": "3 days"}, "Not a length of time", "Write 72h")
	c.badData(t, accessReport, values{"invitations_older_than": "-1h"}, "is negative", "such as 72h")
	c.badData(t, accessReport, values{"api_keys_expiring_within": "-336h"}, "is negative")
	c.badData(t, accessReport, values{"expected_emails": []string{"ada"}}, "is not an email address")
	if requests := c.Requests(); len(requests) > 0 {
		t.Errorf("validation asked the cloud for %v", requests)
	}
	for _, noun := range []string{"members", "api-keys", "invitations"} {
		c.ClearFaults()
		c.refuseLists(noun)
		summary := "Unable to report who has access"
		if noun == "members" { // members/self, too
			summary = "JMap Cloud sign-in failed for admin@example.com"
		}
		c.badData(t, accessReport, nil, summary, "Not today.")
	}
}

// A report is one call for each noun, whatever the size of the organization; owners are extra.
func TestAccessReport_costsThreeCalls(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	for i := range 20 {
		c.addMember(t, fmt.Sprintf("member-%d@example.com", i), "ORG_VIEWER")
		c.invite(t, fmt.Sprintf("guest-%d@example.com", i), "ORG_VIEWER", "en")
	}
	w := c.walk(t, nil)
	c.ClearRequests()
	report, diags := w.data(t, accessReport, values{"expected_emails": []string{"admin@example.com"}})
	diags.mustBeFree(t)
	if found := column(t, report, "unexpected_members", "email"); len(found) != 20 {
		t.Errorf("%d members are unexpected", len(found))
	}
	var asked []string
	for _, r := range c.Requests() {
		if noun := r.Path[strings.LastIndex(r.Path, "/")+1:]; slices.Contains([]string{"members", "api-keys", "invitations", "projects", "datasources", "permissions"}, noun) {
			asked = append(asked, noun)
		}
	}
	if len(asked) != 3 {
		t.Errorf("asked for %q", asked)
	}
}

// Who is expected and neither a member nor invited has departed, unless a list that is cut cannot show it.
func TestAccessReport_namesWhoHasDeparted(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	c.addMember(t, lead, "ORG_EDITOR")
	c.invite(t, ada, "ORG_VIEWER", "en")
	c.Advance(pastExpiry)
	value, diags := c.walk(t, nil).data(t, accessReport, values{"expected_emails": []string{" LEAD@example.com", ada, grace, ana}})
	diags.mustBeFree(t)
	var departed []string
	var list []tftypes.Value
	must(t, attributesOf(t, value)["departed"].As(&list))
	for _, v := range list {
		var email string
		must(t, v.As(&email))
		departed = append(departed, email)
	}
	if !slices.Equal(departed, []string{ana, grace}) {
		t.Errorf("%q have departed", departed)
	}
}
