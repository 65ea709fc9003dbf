package provider

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// owner is a member or an API key about to be deleted.
type owner struct {
	noun  string // memberNoun, apiKeyNoun or previousKeyNoun
	label string // the member's email, or the key's name, as the user knows it
	id    string
	email string // by which permissions know it
}

func (o owner) String() string {
	if o.noun == memberNoun {
		return fmt.Sprintf("the member %s", o.label)
	}
	return fmt.Sprintf("the %s %q", o.noun, o.label)
}

const (
	memberNoun = "member"
	apiKeyNoun = "API key"

	previousKeyNoun = "previous API key" // the one before the last rotation, while it still works
)

// holdings are what an owner owns.
type holdings struct {
	sole   []client.Resource // no other owns it, or none who stays
	shared []client.Resource
}

// holdingsOf sorts what email owns. Owners for whom isDeleted is true do not count: they are deleted in the same run.
func holdingsOf(email string, resources []client.Resource, isDeleted func(email string) bool) holdings {
	var h holdings
	for _, r := range resources {
		if !r.IsOwnedBy(email) {
			continue
		}
		stays := func(other string) bool { return !client.SameEmail(other, email) && !isDeleted(other) }
		if slices.ContainsFunc(r.Owners, stays) {
			h.shared = append(h.shared, r)
		} else {
			h.sole = append(h.sole, r)
		}
	}
	return h
}

// noOne is an isDeleted for an apply, which does not know the other deletions of its run.
func noOne(string) bool { return false }

func (h holdings) all() []client.Resource { return slices.Concat(h.sole, h.shared) }

// mostNames is how many names one message gives.
const mostNames = 10

// names quotes the resources' names, the first ten and a count of the others.
func names(resources []client.Resource) string {
	var quoted []string
	for _, r := range resources[:min(len(resources), mostNames)] {
		quoted = append(quoted, fmt.Sprintf("%q", client.Printable(label(r))))
	}
	text := strings.Join(quoted, ", ")
	if more := len(resources) - mostNames; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// noun is what a kind of resource is called.
func noun(kind client.ResourceKind) string {
	if kind == client.Project {
		return "project"
	}
	return "data source"
}

func label(r client.Resource) string {
	if r.Name != "" {
		return r.Name
	}
	return r.ID
}

// counted says how many of what: "2 projects and 1 data source".
func counted(resources []client.Resource) string {
	var projects, dataSources int
	for _, r := range resources {
		if r.Kind == client.Project {
			projects++
		} else {
			dataSources++
		}
	}
	var parts []string
	if projects > 0 {
		parts = append(parts, plural(projects, noun(client.Project)))
	}
	if dataSources > 0 {
		parts = append(parts, plural(dataSources, noun(client.DataSource)))
	}
	return strings.Join(parts, " and ")
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// keys names resources for an announcement.
func keys(resources []client.Resource) []string {
	list := make([]string, 0, len(resources))
	for _, r := range resources {
		list = append(list, string(r.Kind)+"/"+r.ID)
	}
	return list
}

// unannounced are the resources that are not in announced.
func unannounced(resources []client.Resource, announced []string) []client.Resource {
	var more []client.Resource
	for i, key := range keys(resources) {
		if !slices.Contains(announced, key) {
			more = append(more, resources[i])
		}
	}
	return more
}
