package provider_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
)

const apiKeysData = "jmapcloud_api_keys"

// byGrace signs the provider in as another administrator.
var byGrace = values{"username": grace, "password": password}

func TestAPIKeysData_listsEveryKeyWithoutItsSecret(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	first, second := c.addKey(t, "ci", "ORG_EDITOR", 10), c.addKey(t, "ci", "ORG_VIEWER", 20)
	step := c.shows(apiKeysData, nil, map[string]knownvalue.Check{
		"api_keys": knownvalue.ListExact([]knownvalue.Check{knownvalue.ObjectExact(keyFacts(first)), knownvalue.ObjectExact(keyFacts(second))}),
	})
	step[0].without = []string{first.Secret, second.Secret}
	c.looks(t, step)
}

func TestAPIKeysData_areFiltered(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	must(t, ignore(c.AddMember("Hopper, G. (\"Amazing\") <grace@navy>", grace, "ORG_ADMIN", password)))
	c.addKey(t, "dead", "ORG_EDITOR", 1)
	c.addKey(t, "soon", "ORG_EDITOR", 10)
	c.addKey(t, "view", "ORG_VIEWER", 20)
	w := c.walk(t, byGrace)
	p := w.plan(t, apiKey, object{}, values{"name": "hers", "role": "ORG_EDITOR", "expires_at": c.inDays(30)})
	_, diags := w.apply(t, p)
	diags.mustBeFree(t)
	c.Advance(2 * 24 * time.Hour)

	const hers, admins = `created_by = "GRACE@example.com"`, `created_by = "admin@example.com"`
	before := func(days int) string { return fmt.Sprintf("expires_before = %q", c.inDays(days)) }
	c.looks(t,
		c.finds(apiKeysData, "api_keys", "name", map[string]filter{
			"all":            {"", []string{"dead", "soon", "view", "hers"}},
			"name":           {`name = "soon"`, []string{"soon"}},
			"name_case":      {`name = "SOON"`, nil},
			"editors":        {`role = "ORG_EDITOR"`, []string{"dead", "soon", "hers"}},
			"viewers":        {`role = "ORG_VIEWER"`, []string{"view"}},
			"hers":           {hers, []string{"hers"}},
			"admins":         {admins, []string{"dead", "soon", "view"}},
			"nobodys":        {`created_by = "nobody@example.com"`, nil},
			"expired":        {"expired = true", []string{"dead"}},
			"alive":          {"expired = false", []string{"soon", "view", "hers"}},
			"before":         {before(12), []string{"dead", "soon"}},
			"before_all":     {before(100), []string{"dead", "soon", "view", "hers"}},
			"before_none":    {`expires_before = "2001-01-01T00:00:00+02:00"`, nil},
			"soon_not_dead":  {both(before(12), "expired = false"), []string{"soon"}},
			"her_editors":    {both(hers, `role = "ORG_EDITOR"`), []string{"hers"}},
			"her_viewers":    {both(hers, `role = "ORG_VIEWER"`), nil},
			"admins_editors": {both(admins, `role = "ORG_EDITOR"`, "expired = false"), []string{"soon"}},
			"everything":     {both(admins, `role = "ORG_EDITOR"`, "expired = true", `name = "dead"`, before(1)), []string{"dead"}},
		}),
	)
}

func TestAPIKeysData_boundOfExpiryIsExclusive(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	k := c.addKey(t, "ci", "ORG_EDITOR", 10)
	for limit, want := range map[time.Time]int{k.ExpiresAt: 0, k.ExpiresAt.Add(time.Second): 1} {
		got, diags := c.walk(t, nil).data(t, apiKeysData, values{"expires_before": limit.Format(time.RFC3339)})
		diags.mustBeFree(t)
		if found := column(t, got, "api_keys", "name"); len(found) != want {
			t.Errorf("before %s: %q", limit, found)
		}
	}
}

func TestAPIKeysData_filtersAreValidated(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	c.badData(t, apiKeysData, values{"role": "ORG_ADMIN"}, "value must be one of")
	c.badData(t, apiKeysData, values{"created_by": "grace"}, "is not an email address")
	c.badData(t, apiKeysData, values{"expires_before": "soon"}, "not valid RFC3339")
	if requests := c.Requests(); len(requests) > 0 {
		t.Errorf("validation asked the cloud for %v", requests)
	}
	c.refuseLists("api-keys")
	c.badData(t, apiKeysData, nil, "Unable to list the API keys", "Not today.")
}
