package simulator

import (
	"encoding/json"
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
	dead      bool     // it stands for no one: see the dialect any-principal-taken
	level     int      // index into permissions
	further   []string // in the order of their granting
}

// resource is what a project and a data source have in common.
type resource struct {
	id           string
	isDataSource bool
	audit        audit
	grants       []grant
}

// entry returns nil for a principal without one.
func (r *resource) entry(principal string) *grant { return r.find(principal, false) }

func (r *resource) find(principal string, dead bool) *grant {
	for i, g := range r.grants {
		if fold(g.principal) == fold(principal) && g.dead == dead {
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
		if !g.dead && r.owns(g.principal) {
			owners = append(owners, g.principal)
		}
	}
	return owners
}

// grant only ever adds: who is an owner stays one. A permission that is none of the three comes with VIEW.
func (r *resource) grant(principal, permission string) { r.add(principal, false, permission) }

func (r *resource) add(principal string, dead bool, permission string) *grant {
	g := r.find(principal, dead)
	if g == nil {
		r.grants = append(r.grants, grant{principal: principal, dead: dead})
		g = &r.grants[len(r.grants)-1]
	}
	g.level = max(g.level, slices.Index(permissions, permission))
	if slices.Contains(further, permission) && !slices.Contains(g.further, permission) {
		g.further = append(g.further, permission)
	}
	return g
}

func (r *resource) ungrant(principal string) {
	r.grants = slices.DeleteFunc(r.grants, func(g grant) bool { return !g.dead && fold(g.principal) == fold(principal) })
}

func (r *resource) remove(g *grant) {
	r.grants = slices.DeleteFunc(r.grants, func(other grant) bool { return other.principal == g.principal && other.dead == g.dead })
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
	if !slices.Contains(permissions, permission) && (!r.isDataSource || !slices.Contains(further, permission)) {
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
	if c.caller.role == RoleAdministrator && !c.seesSharedOnly || r.level(c.caller.email()) >= slices.Index(permissions, permission) {
		return nil
	}
	if c.unsharedIsMissing {
		return unknown("resource")
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
	Principal   any      `json:"principal"` // a text, but in the dialect principals-as-objects
	Permissions []string `json:"permissions"`
}

func (s *Server) permissionObject(o *organization, g grant) permissionObject {
	return permissionObject{s.written(o, g), append([]string{permissions[g.level]}, g.further...)}
}

// written is a principal as the cloud writes it.
func (s *Server) written(o *organization, g grant) any {
	if g.dead {
		return g.principal
	}
	return s.principalForm()(o, g.principal)
}

func (s *Server) listPermissions(c *call) (int, any) {
	r, err := c.resource(PermissionView)
	if err != nil {
		return refused(err)
	}
	entries := []permissionObject{}
	for _, g := range r.grants {
		entries = append(entries, s.permissionObject(c.organization, g))
	}
	return ok(entries)
}

func (s *Server) addPermission(c *call) (int, any) {
	r, err := c.resource(PermissionOwner)
	if err != nil {
		return refused(err)
	}
	var body struct {
		Principal  json.RawMessage `json:"principal"`
		Permission string          `json:"permission"`
	}
	if err := decode(c.Body, &body); err != nil {
		return refused(err)
	}
	permission, err := s.permissionOf(r, body.Permission)
	if err != nil {
		return refused(err)
	}
	principal, dead, err := s.principalOf(c.organization, body.Principal)
	switch {
	case err != nil:
		return refused(err)
	case s.speaks(grantsRefused):
		return refused(refuse(http.StatusForbidden, "Permissions cannot be given."))
	case s.speaks(grantsDoNothing):
		return created(permissionObject{s.written(c.organization, grant{principal: principal, dead: dead}), []string{permission}})
	}
	return created(s.permissionObject(c.organization, *r.add(principal, dead, permission)))
}

// entry returns the resource that the path names and the entry of its principal, if the caller may change it.
func (s *Server) entry(c *call) (*resource, *grant, error) {
	r, err := c.resource(PermissionOwner)
	if err != nil {
		return nil, nil, err
	}
	text := c.PathValue("principal")
	principal, err := s.understood(c.organization, text)
	g := r.entry(principal)
	if err != nil {
		g = r.find(text, true)
		if _, known := c.organization.principal(text); g == nil && known != nil {
			g = r.entry(text) // of a group, or of a person of another organization
		}
	}
	if g == nil {
		return nil, nil, unknown("permission")
	}
	return r, g, nil
}

// keepsAnOwner is nil if the permission of g may be lowered or taken away.
func (s *Server) keepsAnOwner(r *resource, g *grant) error {
	if g.dead || s.speaks(lastOwnerCanGo) {
		return nil
	}
	return r.keepsAnOwner(g.principal)
}

func (s *Server) setPermission(c *call) (int, any) {
	r, g, err := s.entry(c)
	if err != nil {
		return refused(err)
	}
	var body struct {
		Permission string `json:"permission"`
	}
	if err := decode(c.Body, &body); err != nil {
		return refused(err)
	}
	permission, err := s.permissionOf(r, body.Permission)
	if err != nil {
		return refused(err)
	}
	if permission != PermissionOwner {
		if err := s.keepsAnOwner(r, g); err != nil {
			return refused(err)
		}
	}
	switch {
	case s.speaks(grantsRefused):
		return refused(refuse(http.StatusForbidden, "Permissions cannot be changed."))
	case s.speaks(grantsDoNothing):
		return ok(permissionObject{s.written(c.organization, *g), []string{permission}})
	}
	g.level, g.further = 0, nil
	return ok(s.permissionObject(c.organization, *r.add(g.principal, g.dead, permission)))
}

func (s *Server) removePermission(c *call) (int, any) {
	r, g, err := s.entry(c)
	if err == nil {
		err = s.keepsAnOwner(r, g)
	}
	if err != nil {
		return refused(err)
	}
	if !s.speaks(revocationsDoNothing) {
		r.remove(g)
	}
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
		mine = append(mine, permissionObject{s.written(c.organization, *g), append(included, g.further...)})
	}
	return ok(mine)
}
