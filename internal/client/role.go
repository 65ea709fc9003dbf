package client

// Role is what a member or an API key may do in its organization.
type Role string

// The roles, lowest last. Each may do what those below it may.
// Source: jmapcloud.readme.io, the roles of an organization.
const (
	RoleAdmin  Role = "ORG_ADMIN"
	RoleEditor Role = "ORG_EDITOR"
	RoleViewer Role = "ORG_VIEWER"
)

var ranks = map[Role]int{RoleAdmin: 3, RoleEditor: 2, RoleViewer: 1}

// MayOwn reports whether the role allows owning projects and data sources.
func (r Role) MayOwn() bool { return ranks[r] >= ranks[RoleEditor] }

// highest is the role that counts: the field is a list, and may or may not name the lower roles too.
func highest(roles []Role) Role {
	var top Role
	for _, r := range roles {
		if top == "" || ranks[r] > ranks[top] {
			top = r
		}
	}
	return top
}

// rolesRequest is the body of an update of a member's role.
type rolesRequest struct {
	Roles []Role `json:"roles"`
}
