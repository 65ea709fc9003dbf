package simulator

import "net/http"

// AddProject makes a project with an English name. Its owners are members or keys; with none, the administrator owns it. The first of them
// is its creator.
func (s *Server) AddProject(name string, ownerEmails ...string) (Project, error) {
	return act(s, func(o *organization) (Project, error) {
		owners, err := s.owners(o, ownerEmails)
		if err != nil {
			return Project{}, err
		}
		p, err := s.addProject(o, newID(), plainProject(map[string]string{"en": name}), owners[0])
		if err != nil {
			return Project{}, err
		}
		for _, owner := range owners {
			p.grant(owner, PermissionOwner)
		}
		return p.export(), nil
	})
}

// AddDataSource makes a data source. Its owners are members or keys; with none, the administrator owns it. The first of them is its creator.
func (s *Server) AddDataSource(name string, ownerEmails ...string) (DataSource, error) {
	return act(s, func(o *organization) (DataSource, error) {
		owners, err := s.owners(o, ownerEmails)
		if err != nil {
			return DataSource{}, err
		}
		d, err := s.addDataSource(o, newID(), name, fileType, owners[0])
		if err != nil {
			return DataSource{}, err
		}
		for _, owner := range owners {
			d.grant(owner, PermissionOwner)
		}
		return d.export(), nil
	})
}

// owners returns at least one principal of o.
func (s *Server) owners(o *organization, emails []string) ([]string, error) {
	if len(emails) == 0 {
		emails = []string{s.administrator.email}
	}
	var owners []string
	for _, email := range emails {
		owner, err := o.principal(email)
		if err != nil {
			return nil, err
		}
		owners = append(owners, owner)
	}
	return owners, nil
}

// Grant gives a member or a key a permission on a project or a data source; principal is its email.
func (s *Server) Grant(resourceID, principal, permission string) error {
	return onResource(s, resourceID, func(o *organization, r *resource) error {
		known, err := o.principal(principal)
		if err != nil {
			return err
		}
		return r.share(known, permission)
	})
}

// Share gives any principal a permission on a project or a data source: a group, the whole organization, a person of another organization,
// or text that stands for no one. With PermissionOwner it is an owner like the others.
func (s *Server) Share(resourceID, principal, permission string) error {
	return onResource(s, resourceID, func(_ *organization, r *resource) error {
		if principal == "" {
			return refuse(http.StatusBadRequest, "The principal is empty.")
		}
		return r.share(principal, permission)
	})
}

func (r *resource) share(principal, permission string) error {
	if err := r.checkPermission(permission); err != nil {
		return err
	}
	r.grant(principal, permission)
	return nil
}

// Ungrant takes every permission on a project or a data source from principal, but never from the last owner.
func (s *Server) Ungrant(resourceID, principal string) error {
	return onResource(s, resourceID, func(_ *organization, r *resource) error {
		if err := r.keepsAnOwner(principal); err != nil {
			return err
		}
		r.ungrant(principal)
		return nil
	})
}

func onResource(s *Server, id string, f func(*organization, *resource) error) error {
	return do(s, func(o *organization) error {
		r := o.resourceByID(id)
		if r == nil {
			return unknown("resource")
		}
		return f(o, r)
	})
}

// DeleteProject deletes a project by its id.
func (s *Server) DeleteProject(id string) error {
	return do(s, func(o *organization) error {
		if o.projects.get(id) == nil {
			return unknown("project")
		}
		o.projects.remove(id)
		return nil
	})
}

// DeleteDataSource deletes a data source by its id.
func (s *Server) DeleteDataSource(id string) error {
	return do(s, func(o *organization) error {
		if o.dataSources.get(id) == nil {
			return unknown("data source")
		}
		o.dataSources.remove(id)
		return nil
	})
}
