package simulator

import (
	"net/http"
	"slices"
)

// The permissions, lowest first: each includes those before it; source: K2's guide to permissions.
const (
	PermissionView   = "VIEW"
	PermissionModify = "MODIFY"
	PermissionOwner  = "OWNER"
)

var permissions = []string{PermissionView, PermissionModify, PermissionOwner}

// further are the permissions that only data sources have; source: K2's QGIS plugin. The cloud may have more.
var further = []string{
	"EXTRACT_ROW", "CREATE_ROW", "EDIT_ROW", "DELETE_ROW", "EXTRACT_FEATURE", "CREATE_FEATURE", "EDIT_FEATURE", "DELETE_FEATURE",
}

// grant is one principal's entry on a resource.
type grant struct {
	principal string   // the email of a member or of an API key; after Share, any text
	level     int      // index into permissions
	further   []string // in the order of their granting
}

// resource is what a project and a data source have in common.
type resource struct {
	id      string
	audit   audit
	grants  []grant
	further []string // the permissions that it knows beside the three
}

// entry returns nil for a principal without one.
func (r *resource) entry(principal string) *grant {
	for i := range r.grants {
		if fold(r.grants[i].principal) == fold(principal) {
			return &r.grants[i]
		}
	}
	return nil
}

// level is -1 for a principal without a permission.
func (r *resource) level(principal string) int {
	if g := r.entry(principal); g != nil {
		return g.level
	}
	return -1
}

func (r *resource) owns(principal string) bool {
	return r.level(principal) == slices.Index(permissions, PermissionOwner)
}

func (r *resource) owners() []string {
	owners := []string{}
	for _, g := range r.grants {
		if r.owns(g.principal) {
			owners = append(owners, g.principal)
		}
	}
	return owners
}

// grant only ever adds: who is an owner stays one. A permission that is none of the three comes with VIEW.
func (r *resource) grant(principal, permission string) {
	g := r.entry(principal)
	if g == nil {
		r.grants = append(r.grants, grant{principal: principal})
		g = &r.grants[len(r.grants)-1]
	}
	g.level = max(g.level, slices.Index(permissions, permission))
	if slices.Contains(further, permission) && !slices.Contains(g.further, permission) {
		g.further = append(g.further, permission)
	}
}

func (r *resource) ungrant(principal string) {
	r.grants = slices.DeleteFunc(r.grants, func(g grant) bool { return fold(g.principal) == fold(principal) })
}

// keepsAnOwner is nil unless principal is the only owner.
func (r *resource) keepsAnOwner(principal string) error {
	if r.owns(principal) && len(r.owners()) == 1 {
		return refuse(http.StatusConflict, "The last owner keeps the permission.")
	}
	return nil
}

// checkPermission wants a permission that r knows.
func (r *resource) checkPermission(permission string) error {
	if !slices.Contains(permissions, permission) && !slices.Contains(r.further, permission) {
		return refuse(http.StatusBadRequest, "There is no permission %q.", permission)
	}
	return nil
}

// principal returns an email of the organization as its member or key spells it.
func (o *organization) principal(email string) (string, error) {
	if m := o.memberByEmail(email); m != nil {
		return m.account.email, nil
	}
	if k := o.keyEmails[fold(email)]; k != nil {
		return k.email, nil
	}
	return "", refuse(http.StatusBadRequest, "%q is neither a member nor an API key of the organization.", email)
}

// signature is how audit fields name a principal.
func (o *organization) signature(principal string) string {
	if m := o.memberByEmail(principal); m != nil {
		return m.account.signature()
	}
	return principal
}

// may is nil if the caller has the permission on r; an administrator may read and manage everything.
func (c *call) may(r *resource, permission string) error {
	if c.caller.role == RoleAdministrator || r.level(c.caller.email()) >= slices.Index(permissions, permission) {
		return nil
	}
	return refuse(http.StatusForbidden, "The permission %s is needed.", permission)
}

// resource returns the project or the data source that the path names, if the caller has the permission on it.
func (c *call) resource(permission string) (*resource, error) {
	var r *resource
	if p := c.organization.projects.get(c.PathValue("project")); p != nil {
		r = &p.resource
	} else if d := c.organization.dataSources.get(c.PathValue("dataSource")); d != nil {
		r = &d.resource
	} else if c.PathValue("project") != "" {
		return nil, unknown("project")
	} else {
		return nil, unknown("data source")
	}
	return r, c.may(r, permission)
}

// mayCreate is nil for an editor, person or key, and above.
func (c *call) mayCreate() error {
	if atLeast(c.caller.role, RoleEditor) {
		return nil
	}
	return refuse(http.StatusForbidden, "Only an editor may do this.")
}

type permissionObject struct {
	Principal   string   `json:"principal"`
	Permissions []string `json:"permissions"`
}

func (g grant) object() permissionObject {
	return permissionObject{g.principal, append([]string{permissions[g.level]}, g.further...)}
}

func (s *Server) listPermissions(c *call) (int, any) {
	r, err := c.resource(PermissionView)
	if err != nil {
		return refused(err)
	}
	entries := []permissionObject{}
	for _, g := range r.grants {
		entries = append(entries, g.object())
	}
	return ok(entries)
}

func (s *Server) addPermission(c *call) (int, any) {
	r, err := c.resource(PermissionOwner)
	if err != nil {
		return refused(err)
	}
	var body struct {
		Principal  string `json:"principal"`
		Permission string `json:"permission"`
	}
	if err := decode(c.Body, &body); err != nil {
		return refused(err)
	}
	if err := r.checkPermission(body.Permission); err != nil {
		return refused(err)
	}
	principal, err := c.organization.principal(body.Principal)
	if err != nil {
		return refused(err)
	}
	r.grant(principal, body.Permission)
	return created(r.entry(principal).object())
}

// entry returns the resource that the path names and the entry of its principal, if the caller may change it.
func (c *call) entry() (*resource, *grant, error) {
	r, err := c.resource(PermissionOwner)
	if err != nil {
		return nil, nil, err
	}
	g := r.entry(c.PathValue("principal"))
	if g == nil {
		return nil, nil, unknown("permission")
	}
	return r, g, nil
}

func (s *Server) setPermission(c *call) (int, any) {
	r, g, err := c.entry()
	if err != nil {
		return refused(err)
	}
	var body struct {
		Permission string `json:"permission"`
	}
	if err := decode(c.Body, &body); err != nil {
		return refused(err)
	}
	if err := r.checkPermission(body.Permission); err != nil {
		return refused(err)
	}
	if body.Permission != PermissionOwner {
		if err := r.keepsAnOwner(g.principal); err != nil {
			return refused(err)
		}
	}
	g.level, g.further = 0, nil
	r.grant(g.principal, body.Permission)
	return ok(g.object())
}

func (s *Server) removePermission(c *call) (int, any) {
	r, g, err := c.entry()
	if err == nil {
		err = r.keepsAnOwner(g.principal)
	}
	if err != nil {
		return refused(err)
	}
	r.ungrant(g.principal)
	return ok(nil)
}

// getPermissionsSelf tells the caller's own permissions with all that they include, highest first, in the one element of a list. The
// list is empty for an administrator without an entry.
func (s *Server) getPermissionsSelf(c *call) (int, any) {
	r, err := c.resource(PermissionView)
	if err != nil {
		return refused(err)
	}
	mine := []permissionObject{}
	if g := r.entry(c.caller.email()); g != nil {
		included := slices.Clone(permissions[:g.level+1])
		slices.Reverse(included)
		mine = append(mine, permissionObject{g.principal, append(included, g.further...)})
	}
	return ok(mine)
}
