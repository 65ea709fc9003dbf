package provider_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

const apiKeyData = "jmapcloud_api_key"

func TestAPIKeyData_isFoundByIDOrName(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	c.addKey(t, "twin", "ORG_EDITOR", 10)
	twin := c.addKey(t, "twin", "ORG_VIEWER", 20)
	k := c.addKey(t, "ci", "ORG_EDITOR", 30)
	byName := c.shows(apiKeyData, []string{`name = "ci"`}, keyFacts(k))
	byName[0].without = []string{k.Secret, twin.Secret}
	c.looks(t,
		byName,
		c.shows(apiKeyData, []string{fmt.Sprintf("id = %q", twin.ID)}, keyFacts(twin)), // its name would not do
	)
}

func TestAPIKeyData_expiredIsStillThere(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	k := c.addKey(t, "ci", "ORG_EDITOR", 1)
	c.Advance(2 * 24 * time.Hour)
	c.looks(t, c.shows(apiKeyData, []string{`name = "ci"`}, keyFacts(k)))
}

func TestAPIKeyData_isNamedOnce(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	c.looks(t, []look{
		refused(apiKeyData, "Exactly one of these attributes must be configured: [id,name]"),
		refused(apiKeyData, "Exactly one of these attributes must be configured: [id,name]", `id = "1"`, `name = "ci"`),
		refused(apiKeyData, `No API key in the organization has the name "ci"`, `name = "ci"`),
	})
}

func TestAPIKeyData_thatIsNotOne(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	first, second := c.addKey(t, "twin", "ORG_EDITOR", 10), c.addKey(t, "twin", "ORG_VIEWER", 20)
	c.badData(t, apiKeyData, values{"name": "twin"},
		"Unable to read the API key twin", `2 API keys in the organization have the name "twin"`, "use the id of one: "+first.ID+", "+second.ID, "jmapcloud_api_keys")
	c.badData(t, apiKeyData, values{"name": "Twin"}, `No API key in the organization has the name "Twin"`)
	c.badData(t, apiKeyData, values{"id": unknownID}, "Unable to read the API key "+unknownID, fmt.Sprintf("No API key in the organization has the id %q", unknownID))
	c.badData(t, apiKeyData, values{"id": ""}, "must be at least 1")
	c.badData(t, apiKeyData, values{"name": ""}, "must be at least 1")
	c.badData(t, apiKeyData, values{"id": "../members"}, `has the id "../members"`)
}

// Of many, an error names ten and counts the others.
func TestAPIKeyData_manyCandidatesAreCounted(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	var last simulator.APIKey
	for range 12 {
		last = c.addKey(t, "many", "ORG_EDITOR", 10)
	}
	_, diags := c.walk(t, nil).data(t, apiKeyData, values{"name": "many"})
	wants(t, "the error", diags.errors(), "12 API keys in the organization", "and 2 more")
	if said := diags.errors(); strings.Contains(said, last.ID) {
		t.Errorf("the error names them all: %s", said)
	}
}

func TestAPIKeyData_thatCannotBeRead(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	k := c.addKey(t, "ci", "ORG_EDITOR", 10)
	c.refuseLists("api-keys")
	c.badData(t, apiKeyData, values{"id": k.ID}, "Unable to read the API key "+k.ID, "Not today.")
	c.badData(t, apiKeyData, values{"name": "ci"}, "Unable to read the API key ci", "Not today.")
}
