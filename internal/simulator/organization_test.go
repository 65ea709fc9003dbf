package simulator_test

import (
	"strings"
	"testing"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

func TestOrganization_isCreatedRenamedAndDeleted(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	who := c.administrator()
	o := c.call("POST", ss+"/organizations", who, fields{"name": "City"}).want(201).object()
	signature := "Simulated Administrator <admin@example.com>"
	if o["name"] != "City" || o["active"] != true || o["createdBy"] != signature || o["lastModifiedBy"] != signature {
		t.Fatalf("created %v", o)
	}
	equal(t, "fields", len(o), 7)
	equal(t, "organizations", len(c.call("GET", ss+"/organizations", who, nil).want(200).list()), 2)

	path := ss + "/organizations/" + o["id"].(string)
	c.call("GET", path, who, nil).want(403)
	var bound tokens
	c.refresh(c.authenticate(c.Account().Username, c.Account().Password).RefreshToken, o["id"].(string)).want(200).into(&bound)
	there := bearer(bound.AccessToken)
	equal(t, "role", c.call("GET", path+"/members/self", there, nil).want(200).object()["roles"].([]any)[0], any("ORG_ADMIN"))
	equal(t, "name", c.call("PATCH", path, there, fields{"name": "Town"}).want(200).object()["name"], any("Town"))
	equal(t, "name", c.call("GET", path, there, nil).want(200).object()["name"], any("Town"))
	equal(t, "result", string(c.call("DELETE", path, there, nil).want(200).Result), "null")
	c.call("GET", path, there, nil).want(404)
	c.call("GET", path+"/members/self", there, nil).want(404)
	equal(t, "organizations", len(c.Organizations()), 1)
}

func TestOrganization_badNamesAreRefused(t *testing.T) {
	t.Parallel()
	c := newLooseCloud(t)
	who := c.administrator()
	for _, name := range []string{"", "  ", strings.Repeat("é", 256), "a\x1bb", "a\nb"} {
		c.call("PATCH", c.org, who, fields{"name": name}).want(400)
		c.call("POST", ss+"/organizations", who, fields{"name": name}).want(400)
		if c.RenameOrganization(c.Account().OrganizationID, name) == nil {
			t.Errorf("%q is taken", name)
		}
	}
	c.call("PATCH", c.org, who, fields{"name": strings.Repeat("é", 255)}).want(200)
}

func TestOrganization_deletedTakesItsKeysAndInvitationsAlong(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	key := must(c.AddAPIKey("Key", simulator.RoleViewer, c.Now().Add(day)))(t)
	invitation := must(c.Invite("guest@example.com", simulator.RoleViewer, "fr"))(t)
	mustDo(t, c.DeleteOrganization(c.Account().OrganizationID))
	c.call("GET", c.maps+"/projects", apiKey(key.Secret), nil).want(401)
	equal(t, "link", c.call("GET", invitation.Link, nobody, nil).status, 410)
	if _, err := c.Invite("other@example.com", simulator.RoleViewer, "fr"); err == nil {
		t.Fatal("a deleted organization invites")
	}
}
