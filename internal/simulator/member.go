package simulator

import "net/http"

// member is an account in one organization.
type member struct {
	id      string
	account *account
	role    string
}

type memberObject struct {
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	Username string   `json:"username"`
	Email    string   `json:"email"`
	Roles    []string `json:"roles"`
}

func (m *member) object() memberObject {
	return memberObject{m.id, m.account.name, m.account.email, m.account.email, []string{m.role}}
}

func (o *organization) addMember(id string, a *account, role string) *member {
	m := &member{id: id, account: a, role: role}
	o.members.add(m.id, m)
	o.emails[fold(a.email)] = m
	return m
}

// memberByEmail returns nil if the email is no member's.
func (o *organization) memberByEmail(email string) *member { return o.emails[fold(email)] }

func (o *organization) isLastAdministrator(m *member) bool {
	if m.role != RoleAdministrator {
		return false
	}
	for other := range o.members.all() {
		if other != m && other.role == RoleAdministrator {
			return false
		}
	}
	return true
}

// maySetRole is nil unless the last administrator would be no more.
func (s *Server) maySetRole(o *organization, m *member, role string) error {
	if err := checkRole(role); err != nil {
		return err
	}
	if role != RoleAdministrator && o.isLastAdministrator(m) && !s.speaks(lastAdministratorCanGo) {
		return refuse(http.StatusConflict, "The last administrator cannot be given a lower role.")
	}
	return nil
}

func (s *Server) mayRemove(o *organization, m *member, successor *member) error {
	if successor == m {
		return refuse(http.StatusBadRequest, "Ownership cannot go to the member that is deleted.")
	}
	if o.isLastAdministrator(m) && !s.speaks(lastAdministratorCanGo) {
		return refuse(http.StatusConflict, "The last administrator cannot be deleted.")
	}
	return nil
}

// removeMember hands what m owns to the successor, or with none deletes what only m owns. It does nothing once m is gone.
func (s *Server) removeMember(o *organization, m *member, successor *member) {
	if o.members.get(m.id) == nil {
		return
	}
	s.leaveBehind(&o.goneMembers, m.id, m.object())
	o.members.remove(m.id)
	delete(o.emails, fold(m.account.email))
	s.transfer(o, m.account.email, successor, nil, false)
}

func (s *Server) listMembers(c *call) (int, any) {
	return ok(list(&c.organization.members, (*member).object))
}

func (s *Server) getMemberSelf(c *call) (int, any) {
	if c.caller.key != nil {
		return refused(refuse(http.StatusForbidden, "An API key is not a member."))
	}
	return ok(c.organization.memberByEmail(c.caller.account.email).object())
}

func (s *Server) getMember(c *call) (int, any) {
	m := c.organization.members.get(c.PathValue("member"))
	if m == nil {
		return refused(unknown("member"))
	}
	return ok(m.object())
}

func (s *Server) updateMember(c *call) (int, any) {
	m := c.organization.members.get(c.PathValue("member"))
	if m == nil {
		return refused(unknown("member"))
	}
	var body struct {
		Roles []string `json:"roles"`
	}
	if err := decode(c.Body, &body); err != nil {
		return refused(err)
	}
	role, err := oneRole(body.Roles)
	if err != nil {
		return refused(err)
	}
	before := m.object()
	if err := s.maySetRole(c.organization, m, role); err != nil {
		return refused(err)
	}
	after := before
	after.Roles = []string{role}
	switch {
	case s.speaks(roleChangeIgnored):
		return ok(before)
	case s.speaks(roleChangeLater):
		s.later = append(s.later, func() { m.role = role })
	default:
		m.role = role
	}
	if s.speaks(changeAnswersOld) {
		return ok(before)
	}
	return ok(after)
}

func (s *Server) deleteMember(c *call) (int, any) {
	m := c.organization.members.get(c.PathValue("member"))
	if m == nil {
		return refused(unknown("member"))
	}
	successor, err := s.successor(c, false)
	if err == nil {
		err = s.mayRemove(c.organization, m, successor)
	}
	if err != nil {
		return refused(err)
	}
	return s.afterwards(func() { s.removeMember(c.organization, m, successor) })
}

// Member is one member as the portal shows it.
type Member struct {
	ID, Name, Email string
	Role            string // RoleViewer, RoleEditor or RoleAdministrator
}

func (m *member) export() Member { return Member{m.id, m.account.name, m.account.email, m.role} }
