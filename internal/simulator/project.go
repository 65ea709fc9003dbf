package simulator

import (
	"net/http"
	"time"
)

type project struct {
	resource
	name, description map[string]string // by language
	language, crs     string
	extent            *extent // nil where the creation gave none
}

// extent is a rectangle by two corners, in the project's coordinate system; source: K2's QGIS plugin.
type extent struct {
	X1 float64 `json:"x1"`
	Y1 float64 `json:"y1"`
	X2 float64 `json:"x2"`
	Y2 float64 `json:"y2"`
}

type projectObject struct {
	ID              string            `json:"id"`
	Name            map[string]string `json:"name"`
	Description     map[string]string `json:"description"`
	DefaultLanguage string            `json:"defaultLanguage"`
	MapCRS          string            `json:"mapCrs"`
	InitialExtent   *extent           `json:"initialExtent,omitempty"`
	audit
}

func (p *project) object() projectObject {
	return projectObject{p.id, p.name, p.description, p.language, p.crs, p.extent, p.audit}
}

// newProject is what a creation may say: the five that it must, and what K2's QGIS plugin sends beside them.
type newProject struct {
	Name            map[string]string `json:"name"`
	Description     map[string]string `json:"description"`
	DefaultLanguage string            `json:"defaultLanguage"`
	DisplayUnit     string            `json:"displayUnit"`
	DistanceUnit    string            `json:"distanceUnit"`
	MapUnit         string            `json:"mapUnit"`
	MapCRS          string            `json:"mapCrs"`
	InitialExtent   *extent           `json:"initialExtent"`

	// What follows is taken and not kept.
	BackgroundColor       string   `json:"backgroundColor"`
	DefaultSelectionColor string   `json:"defaultSelectionColor"`
	MeasurementCRS        string   `json:"measurementCrs"`
	Rotation              float64  `json:"rotation"`
	Tags                  []string `json:"tags"`
	ID                    *string  `json:"id"` // always null
}

// plainProject is one as the portal makes it.
func plainProject(name map[string]string) newProject {
	return newProject{
		Name: name, DefaultLanguage: "en", DisplayUnit: "METER", DistanceUnit: "METER", MapUnit: "METER", MapCRS: "EPSG:3857",
	}
}

func (n newProject) check() error {
	for field, text := range map[string]string{
		"displayUnit": n.DisplayUnit, "distanceUnit": n.DistanceUnit, "mapUnit": n.MapUnit, "mapCrs": n.MapCRS,
	} {
		if err := checkText(field, text); err != nil {
			return err
		}
	}
	if err := checkLanguage(n.DefaultLanguage); err != nil {
		return err
	}
	for language, text := range n.Name {
		if err := checkLanguage(language); err != nil {
			return err
		}
		if err := checkText("name", text); err != nil {
			return err
		}
	}
	for language := range n.Description {
		if err := checkLanguage(language); err != nil {
			return err
		}
	}
	if n.ID != nil {
		return refuse(http.StatusBadRequest, "The cloud chooses the id.")
	}
	return nil
}

// addProject makes owner the first owner, whom the audit fields name as the creator.
func (s *Server) addProject(o *organization, id string, n newProject, owner string) (*project, error) {
	if err := n.check(); err != nil {
		return nil, err
	}
	p := &project{
		resource: resource{id: id, audit: s.audited(o.signature(owner))},
		name:     orEmpty(n.Name), description: orEmpty(n.Description), language: n.DefaultLanguage, crs: n.MapCRS, extent: n.InitialExtent,
	}
	p.grant(owner, PermissionOwner)
	o.projects.add(p.id, p)
	return p, nil
}

// orEmpty keeps null off the wire.
func orEmpty(texts map[string]string) map[string]string {
	if texts == nil {
		return map[string]string{}
	}
	return texts
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
	if c.caller.key != nil && s.speaks(keysCreateNoProjects) {
		return refused(refuse(http.StatusForbidden, "An API key may not do this."))
	}
	var body newProject
	if err := decode(c.Body, &body); err != nil {
		return refused(err)
	}
	p, err := s.addProject(c.organization, newID(), body, c.caller.email())
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
