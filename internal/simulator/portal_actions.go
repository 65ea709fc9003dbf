package simulator

import (
	"errors"
	"net/http"
)

// What follows is for the pages of the portal, in which the seeded administrator is signed in.

// Admit returns what the API would answer the seeded administrator: nil while the organization exists and they administer it.
func (s *Server) Admit() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &call{Request: &http.Request{}, caller: caller{account: s.administrator, organization: s.home.id}}
	c.SetPathValue("organization", s.home.id)
	return s.allow(c, administrators)
}

// RefusalStatus returns the status with which the API would answer err, such as 409.
func RefusalStatus(err error) int {
	var r *refusal
	if errors.As(err, &r) {
		return r.status
	}
	return http.StatusBadRequest
}

// find returns the row with the id as the portal shows it, or the API's refusal.
func find[T, O any](s *Server, rows func(o *organization) *table[T], id, noun string, export func(*T) O) (O, error) {
	return act(s, func(o *organization) (O, error) {
		row := rows(o).get(id)
		if row == nil {
			var none O
			return none, unknown(noun)
		}
		return export(row), nil
	})
}

// MemberByID returns a member of the seeded organization.
func (s *Server) MemberByID(id string) (Member, error) {
	return find(s, func(o *organization) *table[member] { return &o.members }, id, "member", (*member).export)
}

// APIKeyByID returns an API key of the seeded organization.
func (s *Server) APIKeyByID(id string) (APIKey, error) {
	return find(s, func(o *organization) *table[apiKey] { return &o.apiKeys }, id, "API key", (*apiKey).export)
}

// InvitationByID returns an invitation to the seeded organization.
func (s *Server) InvitationByID(id string) (Invitation, error) {
	return find(s, func(o *organization) *table[invitation] { return &o.invitations }, id, "invitation",
		func(i *invitation) Invitation { return i.export(s.baseURL) })
}

// WithdrawInvitationByID deletes one invitation.
func (s *Server) WithdrawInvitationByID(id string) error {
	return do(s, func(o *organization) error {
		i := o.invitations.get(id)
		if i == nil {
			return unknown("invitation")
		}
		o.removeInvitation(i, withdrawn)
		return nil
	})
}

// RemoveAPIKey deletes a key by its id. What it owns goes to the member with the email transferTo; with an empty one, what only the key
// owns is deleted.
func (s *Server) RemoveAPIKey(id, transferTo string) error {
	return do(s, func(o *organization) error {
		k := o.apiKeys.get(id)
		if k == nil {
			return unknown("API key")
		}
		successor, err := o.successor(transferTo)
		if err != nil {
			return err
		}
		s.removeAPIKey(k, successor)
		return nil
	})
}

// successor returns the member who receives what a deleted owner owned: nil for an empty email.
func (o *organization) successor(email string) (*member, error) {
	if email == "" {
		return nil, nil
	}
	return mayReceive(o.memberByEmail(email))
}

// Successors returns the members who may receive what the owner with the email owns, oldest first.
func (s *Server) Successors(owner string) []Member {
	return look(s, func(o *organization) []Member {
		var fit []Member
		for m := range o.members.all() {
			if _, err := mayReceive(m); err == nil && m != o.memberByEmail(owner) {
				fit = append(fit, m.export())
			}
		}
		return fit
	})
}

// Holding is a project or a data source that a member or an API key owns.
type Holding struct {
	ID      string
	Project map[string]string // its name by language; nil for a data source
	Name    string            // of a data source
	Alone   bool              // true if there is no other owner, so that it is deleted with its owner
}

// Holdings returns what the member or the API key with the email owns: projects first, then data sources, oldest first.
func (s *Server) Holdings(owner string) []Holding {
	return look(s, func(o *organization) []Holding {
		var owned []Holding
		for p := range o.projects.all() {
			if p.owns(owner) {
				owned = append(owned, Holding{ID: p.id, Project: p.name, Alone: len(p.owners()) == 1})
			}
		}
		for d := range o.dataSources.all() {
			if d.owns(owner) {
				owned = append(owned, Holding{ID: d.id, Name: d.name, Alone: len(d.owners()) == 1})
			}
		}
		return owned
	})
}

// Activities returns what Requests does, with who made each request and when.
func (s *Server) Activities() []Activity {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]Activity, 0, len(s.record))
	for _, a := range s.record {
		all = append(all, *a)
	}
	return all
}

// Organization returns the seeded organization, or the API's refusal once it was deleted.
func (s *Server) Organization() (Organization, error) {
	return act(s, func(o *organization) (Organization, error) { return o.export(), nil })
}
