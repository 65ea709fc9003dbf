package provider

import (
	"fmt"
	"strings"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// How messages name projects and data sources.

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
