package simulator_test

import (
	"net/url"
	"slices"
	"testing"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// holdings are what a member and a key own, alone and together.
type holdings struct {
	*cloud
	owner, successor, viewer simulator.Member
	key                      simulator.APIKey
	alone, shared            simulator.Project
	source                   simulator.DataSource
	ofKey                    simulator.Project
}

func newHoldings(t *testing.T, c *cloud) holdings {
	t.Helper()
	e := holdings{cloud: c}
	e.owner = must(c.AddMember("Owner", "owner@example.com", simulator.RoleEditor, password))(t)
	e.successor = must(c.AddMember("Successor", "successor@example.com", simulator.RoleEditor, password))(t)
	e.viewer = must(c.AddMember("Viewer", "viewer@example.com", simulator.RoleViewer, password))(t)
	e.key = must(c.AddAPIKey("Key", simulator.RoleEditor, c.Now().Add(day)))(t)
	e.alone = must(c.AddProject("Alone", e.owner.Email))(t)
	e.shared = must(c.AddProject("Shared", e.owner.Email, c.Account().Username))(t)
	e.source = must(c.AddDataSource("Source", e.owner.Email))(t)
	e.ofKey = must(c.AddProject("Of the key", e.key.Email))(t)
	mustDo(t, c.Grant(e.ofKey.ID, e.owner.Email, simulator.PermissionView))
	return e
}

func (e holdings) wantOwners(id string, owners ...string) {
	e.t.Helper()
	if got := e.Owners(id); !slices.Equal(got, owners) {
		e.t.Fatalf("owners %v, want %v", got, owners)
	}
}

func (e holdings) principals(project string) []string {
	e.t.Helper()
	var all []string
	for _, entry := range e.call("GET", e.maps+"/projects/"+project+"/permissions", e.administrator(), nil).want(200).list() {
		all = append(all, entry["principal"].(string))
	}
	return all
}

func TestOwnership_ofDeletedMemberDiesWithThem(t *testing.T) {
	t.Parallel()
	e := newHoldings(t, newCloud(t))
	e.call("DELETE", e.memberPath(e.owner.ID), e.administrator(), nil).want(200)
	e.wantOwners(e.alone.ID)
	e.wantOwners(e.source.ID)
	e.wantOwners(e.shared.ID, e.Account().Username)
	e.wantOwners(e.ofKey.ID, e.key.Email)
	equal(t, "projects", len(e.Projects()), 2)
	equal(t, "data sources", len(e.DataSources()), 0)
	if slices.Contains(e.principals(e.ofKey.ID), e.owner.Email) {
		t.Fatal("the entry of the deleted member stays")
	}
}

func TestOwnership_ofDeletedMemberGoesToTheSuccessor(t *testing.T) {
	t.Parallel()
	e := newHoldings(t, newCloud(t))
	e.call("DELETE", e.memberPath(e.owner.ID)+"?transferOwnershipTo="+url.QueryEscape(e.successor.ID), e.administrator(), nil).want(200)
	e.wantOwners(e.alone.ID, e.successor.Email)
	e.wantOwners(e.source.ID, e.successor.Email)
	e.wantOwners(e.shared.ID, e.Account().Username, e.successor.Email)
	e.wantOwners(e.ofKey.ID, e.key.Email)
	if slices.Contains(e.principals(e.ofKey.ID), e.successor.Email) {
		t.Fatal("what was only seen is handed over")
	}
}

func TestOwnership_ofDeletedKeyDiesOrGoesToTheSuccessor(t *testing.T) {
	t.Parallel()
	e := newHoldings(t, newCloud(t))
	e.call("DELETE", e.org+"/api-keys/"+e.key.ID+"?transferOwnershipTo="+url.QueryEscape(e.successor.ID), e.administrator(), nil).want(200)
	e.wantOwners(e.ofKey.ID, e.successor.Email)

	e = newHoldings(t, newCloud(t))
	e.call("DELETE", e.org+"/api-keys/"+e.key.ID, e.administrator(), nil).want(200)
	e.wantOwners(e.ofKey.ID)
	equal(t, "projects", len(e.Projects()), 2)
}

func TestOwnership_badSuccessorIsRefusedAndNothingHappens(t *testing.T) {
	t.Parallel()
	e := newHoldings(t, newLooseCloud(t))
	for name, query := range map[string]string{
		"unknown":       "?transferOwnershipTo=no-such-member",
		"empty":         "?transferOwnershipTo=",
		"an email":      "?transferOwnershipTo=" + url.QueryEscape(e.successor.Email),
		"a viewer":      "?transferOwnershipTo=" + url.QueryEscape(e.viewer.ID),
		"the owner":     "?transferOwnershipTo=" + url.QueryEscape(e.owner.ID),
		"an API key":    "?transferOwnershipTo=" + e.key.ID,
		"two":           "?transferOwnershipTo=" + url.QueryEscape(e.successor.ID) + "&transferOwnershipTo=" + url.QueryEscape(e.successor.ID),
		"a typing slip": "?transferOwnership=" + url.QueryEscape(e.successor.ID),
	} {
		if r := e.call("DELETE", e.memberPath(e.owner.ID)+query, e.administrator(), nil); r.status != 400 {
			t.Errorf("%s: %d %s", name, r.status, r.body)
		}
		if name == "the owner" {
			continue
		}
		if r := e.call("DELETE", e.org+"/api-keys/"+e.key.ID+query, e.administrator(), nil); r.status != 400 {
			t.Errorf("%s: %d %s", name, r.status, r.body)
		}
	}
	equal(t, "members", len(e.Members()), 4)
	equal(t, "keys", len(e.APIKeys()), 1)
	equal(t, "projects", len(e.Projects()), 3)
	e.wantOwners(e.alone.ID, e.owner.Email)
}

func TestOwnership_portalHandsOverByEmail(t *testing.T) {
	t.Parallel()
	e := newHoldings(t, newCloud(t))
	if e.RemoveMember(e.owner.Email, e.viewer.Email) == nil || e.RemoveMember(e.owner.Email, "no@example.com") == nil {
		t.Fatal("not refused")
	}
	mustDo(t, e.RemoveMember(e.owner.Email, e.successor.Email))
	e.wantOwners(e.alone.ID, e.successor.Email)
}
