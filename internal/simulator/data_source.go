package simulator

import "time"

// What the portal's own data sources get here; source of the status: K2's QGIS plugin. K2 publishes no list of types or statuses.
const (
	fileType    = "FILE"
	readyStatus = "READY"
)

type dataSource struct {
	resource
	name, kind string
}

type dataSourceObject struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Type   string `json:"type"`
	Status string `json:"status"`
	audit
}

func (d *dataSource) object() dataSourceObject {
	return dataSourceObject{d.id, d.name, d.kind, readyStatus, d.audit}
}

// addDataSource makes owner the first owner, whom the audit fields name as the creator.
func (s *Server) addDataSource(o *organization, id, name, kind, owner string) (*dataSource, error) {
	if err := checkText("name", name); err != nil {
		return nil, err
	}
	if err := checkText("type", kind); err != nil {
		return nil, err
	}
	d := &dataSource{resource{id: id, audit: s.audited(o.signature(owner)), isDataSource: true}, name, kind}
	d.grant(owner, PermissionOwner)
	o.dataSources.add(d.id, d)
	return d, nil
}

func (s *Server) listDataSources(c *call) (int, any) {
	visible := []dataSourceObject{}
	for d := range c.organization.dataSources.all() {
		if c.may(&d.resource, PermissionView) == nil {
			visible = append(visible, d.object())
		}
	}
	return ok(visible)
}

func (s *Server) createDataSource(c *call) (int, any) {
	if err := c.mayCreate(); err != nil {
		return refused(err)
	}
	var body struct {
		Name string `json:"name"`
		Type string `json:"type"`
	}
	if err := decode(c.Body, &body); err != nil {
		return refused(err)
	}
	d, err := s.addDataSource(c.organization, newID(), body.Name, body.Type, c.caller.email())
	if err != nil {
		return refused(err)
	}
	return created(d.object())
}

func (s *Server) getDataSource(c *call) (int, any) {
	r, err := c.resource(PermissionView)
	if err != nil {
		return refused(err)
	}
	return ok(c.organization.dataSources.get(r.id).object())
}

func (s *Server) deleteDataSource(c *call) (int, any) {
	r, err := c.resource(PermissionOwner)
	if err != nil {
		return refused(err)
	}
	c.organization.dataSources.remove(r.id)
	return ok(nil)
}

// DataSource is one data source as the portal shows it.
type DataSource struct {
	ID, Name, Type string
	Owners         []string // emails of members and API keys
	CreatedBy      string   // "Full Name <email>", or an API key's email
	CreatedAt      time.Time
}

func (d *dataSource) export() DataSource {
	return DataSource{d.id, d.name, d.kind, d.owners(), d.audit.CreatedBy, time.Time(d.audit.CreationDate)}
}
