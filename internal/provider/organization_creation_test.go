package provider_test

import (
	"net/http"
	"testing"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

const organizationsPath = "/api/ss/rest/v1/organizations"

// A lost answer leaves an organization that is found by its name, its creator and its time, and taken over. Where two could be it, the error names both.
func TestOrganization_lostAnswerIsRecovered(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		made   int // organizations of the name that are there when the provider looks
		before int // of the name that were there long before
		when   string
		errors []string
	}{
		"done":                     {made: 1, when: simulator.After},
		"done, beside an old one":  {made: 1, before: 1, when: simulator.After},
		"not done":                 {when: simulator.Before, errors: []string{"may or may not have been made"}},
		"not done, beside an old":  {before: 1, when: simulator.Before, errors: []string{"may or may not have been made"}},
		"done twice at one moment": {made: 2, when: simulator.After, errors: []string{"2 organizations with the name", "terraform import jmapcloud_organization"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t)
			for range test.before {
				_, err := c.AddOrganization("Roads", c.Account().Username)
				must(t, err)
			}
			c.Advance(pastExpiry)
			config := values{"name": "Roads", "deletion_protection": true}
			p := c.walk(t, nil).plan(t, organization, object{}, config)
			p.diags.mustBeFree(t)
			for range test.made - 1 {
				_, err := c.AddOrganization("Roads", c.Account().Username)
				must(t, err)
			}
			c.Inject(simulator.Fault{Method: http.MethodPost, Path: organizationsPath, When: test.when, Action: simulator.ActionClose})
			o, diags := c.walk(t, nil).apply(t, p)
			if len(test.errors) > 0 {
				wants(t, "the error", diags.errors(), test.errors...)
				if !diags.hasError() {
					t.Error("it was created")
				}
				return
			}
			diags.mustBeFree(t)
			wants(t, "the warning", diags.warnings(), "The answer to the creation was lost", c.newest().ID)
			if o.text(t, "id") != c.newest().ID || len(c.Organizations()) != 1+test.before+test.made {
				t.Errorf("%s of %+v", o.text(t, "id"), c.Organizations())
			}
			c.mustBeEmpty(t, organization, o, config)
		})
	}
}

// An import by name binds no session to an organization that has the name as its id.
func TestOrganization_importByNameSignsInToNoOther(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	roads, err := c.AddOrganization("Roads", c.Account().Username)
	must(t, err)
	c.ClearRequests()
	o, diags := c.imported(t, nil, organization, "Roads", nil)
	diags.mustBeFree(t)
	if got := o.text(t, "id"); got != roads.ID {
		t.Errorf("it is %s", got)
	}
	if got := c.counted("refresh-token"); got != 2 { // the provider's own organization, and this
		t.Errorf("%d sessions were bound", got)
	}
}
