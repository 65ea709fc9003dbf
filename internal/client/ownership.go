package client

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// permissionReads is how many permission lists are read at once.
const permissionReads = 10

// progressEvery is after how many of them the log says how far the reading is.
const progressEvery = 100

// ResourceKind tells what can be owned.
type ResourceKind string

// What members and API keys own. Source: docs.jmapcloud.io, ownership.
const (
	Project    ResourceKind = "project"
	DataSource ResourceKind = "data_source"
)

// Resource is a project or a data source, with its owners.
type Resource struct {
	Kind ResourceKind
	ID   string
	// Name is the resource's name, in English where it has several.
	Name string
	// Names are a project's names by language: en, fr, es. A data source has none.
	Names map[string]string
	// Owners are the emails of the members and API keys that own it.
	Owners []string
	// CreatedBy is who made it: "Full Name <email>" for a person, its email for an API key; empty where the cloud does not tell.
	CreatedBy string
}

// IsOwnedBy reports whether the person or key with this email is an owner.
func (r Resource) IsOwnedBy(email string) bool {
	return slices.ContainsFunc(r.Owners, func(owner string) bool { return SameEmail(owner, email) })
}

// project and dataSource are what the Map Configuration Service lists.
type project struct {
	ID        string            `json:"id"`
	Name      map[string]string `json:"name"`
	CreatedBy string            `json:"createdBy"`
}

func (p project) missing() string { return missingID(p.ID) }

func (p project) resource() Resource {
	return Resource{Kind: Project, ID: p.ID, Name: inEnglish(p.Name), Names: p.Name, CreatedBy: p.CreatedBy}
}

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

// permission is what one member or API key may do with a resource. OWNER includes the others.
// Source: K2's NG typings.
type permission struct {
	Principal   string   `json:"principal"`
	Permissions []string `json:"permissions"`
}

const ownerPermission = "OWNER"

func (p permission) missing() string {
	if p.Principal == "" {
		return "principal"
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

// Resources lists every project and data source of the organization with its owners. It makes a call for each of them,
// ten at a time, and one for each kind. The error is that of the first call that failed: there is no half list.
func (c *Client) Resources(ctx context.Context) ([]Resource, error) {
	projects, err := listBound[project](ctx, c, projectPath)
	if err != nil {
		return nil, err
	}
	dataSources, err := listBound[dataSource](ctx, c, dataSourcePath)
	if err != nil {
		return nil, err
	}
	resources := make([]Resource, 0, len(projects)+len(dataSources))
	for _, p := range projects {
		resources = append(resources, p.resource())
	}
	for _, d := range dataSources {
		resources = append(resources, d.resource())
	}
	c.config.Log.LogAttrs(ctx, slog.LevelInfo, "Reading who owns what", slog.Int("resources", len(resources)))

	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(permissionReads)
	var read atomic.Int64
	for i := range resources {
		group.Go(func() error {
			owners, err := c.Owners(ctx, resources[i].Kind, resources[i].ID)
			if IsNotFound(err) {
				resources[i].ID, err = "", nil // deleted since it was listed
			}
			resources[i].Owners = owners
			if n := read.Add(1); n%progressEvery == 0 {
				c.config.Log.LogAttrs(ctx, slog.LevelInfo, "Reading who owns what", slog.Int64("read", n), slog.Int("resources", len(resources)))
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(resources, func(r Resource) bool { return r.ID == "" }), nil
}

// Owners lists the emails of the members and API keys that own one resource. IsNotFound tells that it does not exist.
func (c *Client) Owners(ctx context.Context, kind ResourceKind, id string) ([]string, error) {
	granted, err := onObject[list[permission]](ctx, c, pathOf(kind), id, request{method: http.MethodGet, path: "/permissions"})
	if err != nil {
		return nil, err
	}
	var owners []string
	for _, p := range granted {
		if slices.Contains(p.Permissions, ownerPermission) {
			owners = append(owners, p.Principal)
		}
	}
	return owners, nil
}

type permissionRequest struct {
	Principal  string `json:"principal"`
	Permission string `json:"permission"`
}

// ownership is a permission that must be OWNER.
type ownership struct{ permission }

func (o ownership) missing() string {
	if !slices.Contains(o.Permissions, ownerPermission) {
		return "permissions"
	}
	return o.permission.missing()
}

// AddOwner makes the member or API key with this email an owner of one resource, beside those it has. Whoever is an owner
// already stays one. IsNotFound tells that the resource does not exist.
func (c *Client) AddOwner(ctx context.Context, kind ResourceKind, id, email string) error {
	_, err := onObject[ownership](ctx, c, pathOf(kind), id, request{
		method: http.MethodPost, path: "/permissions", body: permissionRequest{Principal: email, Permission: ownerPermission},
	})
	if IsUncertain(err) {
		if owners, unread := c.Owners(ctx, kind, id); unread == nil && (Resource{Owners: owners}).IsOwnedBy(email) {
			return nil // it was done, and only the answer was lost
		}
	}
	return err
}
