package client

import (
	"context"
	"net/http"
	"slices"
)

// ResourceKind tells what can be owned.
type ResourceKind string

// What members and API keys own. Source: docs.jmapcloud.io, ownership.
const (
	Project    ResourceKind = "project"
	DataSource ResourceKind = "data_source"
)

// Resource is a project or a data source.
type Resource struct {
	Kind ResourceKind
	ID   string
	// Name is the resource's name, in English where it has several.
	Name string
	// Names are a project's names by language: en, fr, es. A data source has none.
	Names map[string]string
	// Owners are the emails of the members and API keys that own it. A list does not tell them: internal/ownership adds them.
	Owners []string
	// CreatedBy is who made it: "Full Name <email>" for a person, its email for an API key; empty where the cloud does not tell.
	CreatedBy string
}

// IsOwnedBy reports whether the person or key with this email is an owner.
func (r Resource) IsOwnedBy(email string) bool {
	return slices.ContainsFunc(r.Owners, func(owner string) bool { return SameEmail(owner, email) })
}

// project is what the Map Configuration Service tells of a project.
type project struct {
	ID        string            `json:"id"`
	Name      map[string]string `json:"name"`
	CreatedBy string            `json:"createdBy"`
}

func (p project) missing() string { return missingID(p.ID) }

func (p project) resource() Resource {
	return Resource{Kind: Project, ID: p.ID, Name: inEnglish(p.Name), Names: p.Name, CreatedBy: p.CreatedBy}
}

// projectRequest has the fields that the creation of a project requires, and its name.
// Source: jmapcloud.readme.io.
type projectRequest struct {
	DefaultLanguage string            `json:"defaultLanguage"`
	DisplayUnit     string            `json:"displayUnit"`
	DistanceUnit    string            `json:"distanceUnit"`
	MapUnit         string            `json:"mapUnit"`
	MapCRS          string            `json:"mapCrs"`
	Name            map[string]string `json:"name"`
}

func newProject(name string) projectRequest {
	const metre = "METER"
	return projectRequest{
		DefaultLanguage: "en", DisplayUnit: metre, DistanceUnit: metre, MapUnit: metre, MapCRS: "EPSG:3857",
		Name: map[string]string{"en": name},
	}
}

// dataSource is what the Map Configuration Service tells of a data source.
type dataSource struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	CreatedBy string `json:"createdBy"`
}

func (d dataSource) missing() string { return missingID(d.ID) }

func (d dataSource) resource() Resource {
	return Resource{Kind: DataSource, ID: d.ID, Name: d.Name, CreatedBy: d.CreatedBy}
}

func missingID(id string) string {
	if !usable(id) {
		return "id"
	}
	return ""
}

// inEnglish picks the English name, or the first there is in the order of the languages.
func inEnglish(names map[string]string) string {
	for _, language := range []string{"en", "fr", "es"} {
		if names[language] != "" {
			return names[language]
		}
	}
	return ""
}

// Source: jmapcloud.readme.io has the operations; the paths are observed in K2's QGIS plugin.
func projectPath(organization string, id ...string) string {
	return join(mcsRoot, append([]string{"organizations", organization, "projects"}, id...)...)
}

func dataSourcePath(organization string, id ...string) string {
	return join(mcsRoot, append([]string{"organizations", organization, "datasources"}, id...)...)
}

// pathOf is where resources of a kind are.
func pathOf(kind ResourceKind) pathTo {
	if kind == Project {
		return projectPath
	}
	return dataSourcePath
}

// List lists the projects or the data sources that the account sees, without their owners, in one call.
func (c *Client) List(ctx context.Context, kind ResourceKind) ([]Resource, error) {
	if kind == Project {
		projects, err := listBound[project](ctx, c, projectPath)
		return resourcesOf(projects), err
	}
	sources, err := listBound[dataSource](ctx, c, dataSourcePath)
	return resourcesOf(sources), err
}

func resourcesOf[T interface{ resource() Resource }](listed []T) []Resource {
	resources := make([]Resource, 0, len(listed))
	for _, one := range listed {
		resources = append(resources, one.resource())
	}
	return resources
}

// Project reads one project as the account. IsNotFound tells that there is none.
func (c *Client) Project(ctx context.Context, id string) (Resource, error) {
	p, err := getBound[project](ctx, c, projectPath, id)
	return p.resource(), err
}

// DeleteProject deletes a project as the account, for ever. IsNotFound tells that there is none.
func (c *Client) DeleteProject(ctx context.Context, id string) error {
	_, err := onObject[none](ctx, c, projectPath, id, request{method: http.MethodDelete})
	return err
}
