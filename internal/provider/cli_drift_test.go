package provider_test

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"
)

// One change of each kind is made in the portal. The plan has to show these, with no other attribute, and nothing of what was left alone.
func TestCLI_planShowsExactlyWhatWasChangedInThePortal(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	for _, email := range []string{"ada@example.com", "bruno@example.com", "carla@example.com"} {
		c.addMember(t, email, "ORG_EDITOR")
	}
	x := c.cli(t).write(t, `
import {
  to = jmapcloud_organization.this
  id = "Simulated Organization"
}

resource "jmapcloud_organization" "this" {
  name = "Simulated Organization"
}

resource "jmapcloud_member" "team" {
  for_each = toset(["ada", "bruno", "carla", "dan", "eva"])
  email    = "${each.key}@example.com"
  role     = "ORG_EDITOR"
}

resource "jmapcloud_invitation" "guests" {
  for_each = toset(["finn", "gil"])
  email    = "${each.key}@example.com"
  role     = "ORG_VIEWER"
}

resource "jmapcloud_api_key" "keys" {
  for_each   = toset(["Dashboard", "Exporter"])
  name       = each.key
  role       = "ORG_VIEWER"
  expires_at = "`+c.inDays(90)+`"
}
`)
	x.apply(t, false)

	portal := c.portal(t)
	portal.edits("members", "ada@example.com", "edit", "role", "ORG_VIEWER")
	portal.edits("members", "bruno@example.com", "delete")
	portal.edits("invitations", "dan@example.com", "delete")
	portal.edits("invitations", "finn@example.com", "delete")
	portal.edits("api-keys", "Dashboard", "delete")
	portal.sends("/portal/general", "name", "Renamed")

	x.plan(t, false, "-out=portal.plan")
	shown, err := x.command(t.Context(), "show", "-json", "portal.plan").Output()
	must(t, err)
	var plan tfjson.Plan
	must(t, json.Unmarshal(shown, &plan))
	sameLists(t, "what the plan says that happened", changesOf(plan.ResourceDrift), []string{
		`jmapcloud_api_key.keys["Dashboard"]: delete`,
		`jmapcloud_invitation.guests["finn"]: delete`,
		`jmapcloud_member.team["ada"]: update role`,
		`jmapcloud_member.team["bruno"]: delete`,
		`jmapcloud_member.team["dan"]: delete`,
		`jmapcloud_organization.this: update name`,
	})
	sameLists(t, "what the plan does", changesOf(plan.ResourceChanges), []string{
		`jmapcloud_api_key.keys["Dashboard"]: create`,
		`jmapcloud_api_key.keys["Exporter"]: no-op`,
		`jmapcloud_invitation.guests["finn"]: create`,
		`jmapcloud_invitation.guests["gil"]: no-op`,
		`jmapcloud_member.team["ada"]: update role`,
		`jmapcloud_member.team["bruno"]: create`,
		`jmapcloud_member.team["carla"]: no-op`,
		`jmapcloud_member.team["dan"]: create`,
		`jmapcloud_member.team["eva"]: no-op`,
		`jmapcloud_organization.this: update name`,
	})

	x.apply(t, false, "portal.plan")
	x.plan(t, false, "-detailed-exitcode") // all is put right
}

// changesOf are the changes of a plan in words, each with the attributes that it changes, sorted.
func changesOf(all []*tfjson.ResourceChange) []string {
	lines := []string{}
	for _, one := range all {
		var words []string
		for _, action := range one.Change.Actions {
			words = append(words, string(action))
		}
		before, _ := one.Change.Before.(map[string]any)
		after, _ := one.Change.After.(map[string]any)
		if before != nil && after != nil {
			for _, name := range slices.Sorted(maps.Keys(before)) {
				if !reflect.DeepEqual(before[name], after[name]) {
					words = append(words, name)
				}
			}
		}
		lines = append(lines, one.Address+": "+strings.Join(words, " "))
	}
	slices.Sort(lines)
	return lines
}
