package simulator

import "net/http"

// heir returns the member that transferOwnershipTo names, nil if the request does not have it.
func (c *call) heir() (*member, error) {
	query := c.URL.Query()
	values, asked := query["transferOwnershipTo"]
	delete(query, "transferOwnershipTo")
	// A misspelt parameter would delete for ever what it meant to save.
	for name := range query {
		return nil, refuse(http.StatusBadRequest, "There is no parameter %q.", name)
	}
	if !asked {
		return nil, nil
	}
	if len(values) != 1 {
		return nil, refuse(http.StatusBadRequest, "transferOwnershipTo is given more than once.")
	}
	return c.organization.heir(c.organization.members.get(values[0]))
}

// heir wants a member who may own.
func (o *organization) heir(m *member) (*member, error) {
	if m == nil {
		return nil, refuse(http.StatusBadRequest, "transferOwnershipTo names no member of the organization.")
	}
	if !atLeast(m.role, RoleEditor) {
		return nil, refuse(http.StatusBadRequest, "transferOwnershipTo names a member who may not own anything.")
	}
	return m, nil
}

// settle takes the permissions of a principal that is deleted. What it owned goes to heir; with none, what only it owned is deleted
// for ever. Source: K2's guide to members and API keys.
func (o *organization) settle(principal string, heir *member) {
	var orphans []string
	for r := range o.resources() {
		owned := r.owns(principal)
		r.ungrant(principal)
		if owned && heir != nil {
			r.grant(heir.account.email, PermissionOwner)
		}
		if owned && len(r.owners()) == 0 {
			orphans = append(orphans, r.id)
		}
	}
	for _, id := range orphans {
		o.projects.remove(id)
		o.dataSources.remove(id)
	}
}

// resources yields the projects, then the data sources.
func (o *organization) resources() func(yield func(*resource) bool) {
	return func(yield func(*resource) bool) {
		for p := range o.projects.all() {
			if !yield(&p.resource) {
				return
			}
		}
		for d := range o.dataSources.all() {
			if !yield(&d.resource) {
				return
			}
		}
	}
}

// resourceByID returns nil for an unknown id.
func (o *organization) resourceByID(id string) *resource {
	if p := o.projects.get(id); p != nil {
		return &p.resource
	}
	if d := o.dataSources.get(id); d != nil {
		return &d.resource
	}
	return nil
}
