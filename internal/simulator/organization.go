package simulator

import (
	"net/http"
	"time"
)

type organization struct {
	id, name    string
	audit       audit
	members     table[member]
	emails      map[string]*member // by folded email
	apiKeys     table[apiKey]
	keyEmails   map[string]*apiKey
	invitations table[invitation]
	invitees    map[string]*invitation // the latest to each folded email
	projects    table[project]
	dataSources table[dataSource]

	// What dialects go on showing of those that are deleted or accepted.
	goneMembers, goneKeys, goneInvitations table[object]
}

// audit is what the cloud notes about who changed an entity.
type audit struct {
	CreatedBy            string `json:"createdBy"`
	CreationDate         date   `json:"creationDate"`
	LastModifiedBy       string `json:"lastModifiedBy"`
	LastModificationDate date   `json:"lastModificationDate"`
}

func (s *Server) audited(by string) audit {
	now := date(s.clock.second())
	return audit{by, now, by, now}
}

type organizationObject struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Active bool   `json:"active"`
	audit
}

func (o *organization) object() organizationObject {
	return organizationObject{o.id, o.name, true, o.audit}
}

// addOrganization makes creator its administrator.
func (s *Server) addOrganization(name string, creator *account) *organization {
	o := &organization{
		id: newID(), name: name, audit: s.audited(creator.signature()),
		emails: map[string]*member{}, keyEmails: map[string]*apiKey{}, invitees: map[string]*invitation{},
	}
	s.organizations.add(o.id, o)
	o.addMember(newMemberID(), creator, RoleAdministrator)
	return o
}

// removeOrganization takes everything in it along.
func (s *Server) removeOrganization(o *organization) {
	for k := range o.apiKeys.all() {
		delete(s.secrets, k.secret)
	}
	for i := range o.invitations.all() {
		i.state = withdrawn
	}
	s.organizations.remove(o.id)
}

func (s *Server) renameOrganization(o *organization, name, by string) error {
	if err := checkText("name", name); err != nil {
		return err
	}
	o.name, o.audit.LastModifiedBy, o.audit.LastModificationDate = name, by, date(s.clock.second())
	return nil
}

type organizationChange struct {
	Name string `json:"name"`
}

func (s *Server) listOrganizations(c *call) (int, any) {
	mine := []organizationObject{}
	for o := range s.organizations.all() {
		if k := c.caller.key; k != nil && k.organization == o || k == nil && s.roleIn(o, c.caller) != "" {
			mine = append(mine, o.object())
		}
	}
	return ok(mine)
}

func (s *Server) createOrganization(c *call) (int, any) {
	bound := s.organizations.get(c.caller.organization)
	if bound == nil || s.roleIn(bound, c.caller) != RoleAdministrator {
		return refused(refuse(http.StatusForbidden, "Only an administrator of the organization that the session is bound to may do this."))
	}
	var body organizationChange
	if err := decode(c.Body, &body); err != nil {
		return refused(err)
	}
	if err := checkText("name", body.Name); err != nil {
		return refused(err)
	}
	o := s.addOrganization(body.Name, c.caller.account)
	if s.speaks(creatorIsNoMember) {
		creator := o.memberByEmail(c.caller.email())
		o.members.remove(creator.id)
		delete(o.emails, fold(c.caller.email()))
	}
	return created(o.object())
}

func (s *Server) getOrganization(c *call) (int, any) { return ok(c.organization.object()) }

func (s *Server) updateOrganization(c *call) (int, any) {
	var body organizationChange
	if err := decode(c.Body, &body); err != nil {
		return refused(err)
	}
	before := c.organization.object()
	if s.speaks(renameIgnored) {
		return ok(before)
	}
	if err := s.renameOrganization(c.organization, body.Name, c.caller.signature()); err != nil {
		return refused(err)
	}
	if s.speaks(changeAnswersOld) {
		return ok(before)
	}
	return ok(c.organization.object())
}

func (s *Server) deleteOrganization(c *call) (int, any) {
	s.removeOrganization(c.organization)
	return ok(nil)
}

// Organization is one organization as the portal shows it.
type Organization struct {
	ID, Name  string
	CreatedBy string // "Full Name <email>"
	CreatedAt time.Time
}

func (o *organization) export() Organization {
	return Organization{o.id, o.name, o.audit.CreatedBy, time.Time(o.audit.CreationDate)}
}
