package simulator

import (
	"net/http"
	"time"
)

type project struct {
	resource
	name, description map[string]string // by language
}

type projectObject struct {
	ID          string            `json:"id"`
	Name        map[string]string `json:"name"`
	Description map[string]string `json:"description"`
	audit
}

func (p *project) object() projectObject {
	return projectObject{p.id, p.name, p.description, p.audit}
}

func (s *Server) addProject(o *organization, id string, name, description map[string]string, owner, by string) (*project, error) {
	if len(name) == 0 {
		return nil, refuse(http.StatusBadRequest, "The name is missing.")
	}
	for language, text := range name {
		if err := checkLanguage(language); err != nil {
			return nil, err
		}
		if err := checkText("name", text); err != nil {
			return nil, err
		}
	}
	for language := range description {
		if err := checkLanguage(language); err != nil {
			return nil, err
		}
	}
	if description == nil {
		description = map[string]string{}
	}
	p := &project{resource{id: id, audit: s.audited(by)}, name, description}
	p.grant(owner, PermissionOwner)
	o.projects.add(p.id, p)
	return p, nil
}

func (s *Server) listProjects(c *call) (int, any) {
	visible := []projectObject{}
	for p := range c.organization.projects.all() {
		if c.may(&p.resource, PermissionView) == nil {
			visible = append(visible, p.object())
		}
	}
	return ok(visible)
}

func (s *Server) createProject(c *call) (int, any) {
	if err := c.mayCreate(); err != nil {
		return refused(err)
	}
	var body struct {
		Name        map[string]string `json:"name"`
		Description map[string]string `json:"description"`
	}
	if err := decode(c.Body, &body); err != nil {
		return refused(err)
	}
	p, err := s.addProject(c.organization, newID(), body.Name, body.Description, c.caller.email(), c.caller.signature())
	if err != nil {
		return refused(err)
	}
	return created(p.object())
}

func (s *Server) getProject(c *call) (int, any) {
	r, err := c.resource(PermissionView)
	if err != nil {
		return refused(err)
	}
	return ok(c.organization.projects.get(r.id).object())
}

func (s *Server) deleteProject(c *call) (int, any) {
	r, err := c.resource(PermissionOwner)
	if err != nil {
		return refused(err)
	}
	c.organization.projects.remove(r.id)
	return ok(nil)
}

// Project is one project as the portal shows it.
type Project struct {
	ID        string
	Name      map[string]string // by language: en, fr, es
	Owners    []string          // emails of members and API keys
	CreatedBy string            // "Full Name <email>", or an API key's email
	CreatedAt time.Time
}

func (p *project) export() Project {
	return Project{p.id, p.name, p.owners(), p.audit.CreatedBy, time.Time(p.audit.CreationDate)}
}
