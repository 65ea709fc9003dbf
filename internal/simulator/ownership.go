package simulator

import "net/http"

// successor returns the member that transferOwnershipTo names, nil if the request does not have it. The deleted one is a member or a key.
func (s *Server) successor(c *call, isKey bool) (*member, error) {
	if s.speaks(transferIgnored) || isKey && s.speaks(transferIgnoredForKeys) || !isKey && s.speaks(transferIgnoredForMembers) {
		return nil, nil
	}
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
	m := c.organization.members.get(values[0])
	if s.speaks(transferWantsEmail) {
		m = c.organization.memberByEmail(values[0])
	}
	m, err := mayReceive(m)
	if err != nil && s.speaks(unfitSuccessorIgnored) {
		return nil, nil
	}
	return m, err
}

// mayReceive wants a member who may own.
func mayReceive(m *member) (*member, error) {
	if m == nil {
		return nil, refuse(http.StatusBadRequest, "transferOwnershipTo names no member of the organization.")
	}
	if !atLeast(m.role, RoleEditor) {
		return nil, refuse(http.StatusBadRequest, "transferOwnershipTo names a member who may not own anything.")
	}
	return m, nil
}

// transfer takes the permissions of a principal that is deleted. What it owned goes to the successor; with none, what only it owned is
// deleted for ever. Source: K2's guide to members and API keys. By whom a key was created is its creator, nil for a member.
func (s *Server) transfer(o *organization, principal string, successor, creator *member, isKey bool) {
	if successor != nil && s.speaks(transferLater) {
		s.later = append(s.later, func() { s.transferNow(o, principal, successor, creator, isKey) })
		return
	}
	s.transferNow(o, principal, successor, creator, isKey)
}

func (s *Server) transferNow(o *organization, principal string, successor, creator *member, isKey bool) {
	var orphans []string
	for r := range o.resources() {
		owned, to := r.owns(principal), successor
		r.ungrant(principal)
		if r.isDataSource && s.speaks(transferIgnoredForDataSources) {
			to = nil
		}
		if to == nil && s.speaks(keyThingsFallToCreator) {
			to = creator
		}
		if owned && to != nil {
			r.grant(to.account.email, PermissionOwner)
		}
		takesShared := to == nil && !isKey && s.speaks(deletionTakesShared)
		if owned && (takesShared || len(r.owners()) == 0) {
			orphans = append(orphans, r.id)
		}
	}
	for _, id := range orphans {
		o.projects.remove(id)
		o.dataSources.remove(id)
	}
}

// afterwards does it now, or once the next request is answered.
func (s *Server) afterwards(do func()) (int, any) {
	if s.speaks(deletionLater) {
		s.later = append(s.later, do)
		return http.StatusAccepted, envelope{"Accepted", nil}
	}
	do()
	return ok(nil)
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
