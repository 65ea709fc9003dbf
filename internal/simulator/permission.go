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

// grant is one principal's permission on a resource.
type grant struct {
	principal string // the email of a member or of an API key
	level     int    // index into permissions
}

// resource is what a project and a data source have in common.
type resource struct {
	id     string
	audit  audit
	grants []grant
}

// level is -1 for a principal without a permission.
func (r *resource) level(principal string) int {
	for _, g := range r.grants {
		if fold(g.principal) == fold(principal) {
			return g.level
		}
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

// grant only ever adds: who is an owner stays one.
func (r *resource) grant(principal, permission string) {
	level := slices.Index(permissions, permission)
	for i, g := range r.grants {
		if fold(g.principal) == fold(principal) {
			r.grants[i].level = max(g.level, level)
			return
		}
	}
	r.grants = append(r.grants, grant{principal, level})
}

func (r *resource) ungrant(principal string) {
	r.grants = slices.DeleteFunc(r.grants, func(g grant) bool { return fold(g.principal) == fold(principal) })
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

func (o *organization) addGrant(r *resource, email, permission string) (string, error) {
	if !slices.Contains(permissions, permission) {
		return "", refuse(http.StatusBadRequest, "There is no permission %q.", permission)
	}
	principal, err := o.principal(email)
	if err != nil {
		return "", err
	}
	r.grant(principal, permission)
	return principal, nil
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
	return permissionObject{g.principal, []string{permissions[g.level]}}
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
	principal, err := c.organization.addGrant(r, body.Principal, body.Permission)
	if err != nil {
		return refused(err)
	}
	return created(grant{principal, r.level(principal)}.object())
}

// getPermissionsSelf tells the caller's own permissions with all that they include, highest first.
func (s *Server) getPermissionsSelf(c *call) (int, any) {
	r, err := c.resource(PermissionView)
	if err != nil {
		return refused(err)
	}
	mine := slices.Clone(permissions[:r.level(c.caller.email())+1])
	slices.Reverse(mine)
	return ok(mine)
}
