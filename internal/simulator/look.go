package simulator

import "slices"

// look runs f on the seeded organization, with the lock held, even after it was deleted.
func look[T any](s *Server, f func(o *organization) T) T {
	s.mu.Lock()
	defer s.mu.Unlock()
	return f(s.home)
}

// Member returns the member with the email, false if there is none.
func (s *Server) Member(email string) (Member, bool) {
	m := look(s, func(o *organization) *Member {
		if m := o.memberByEmail(email); m != nil {
			found := m.export()
			return &found
		}
		return nil
	})
	if m == nil {
		return Member{}, false
	}
	return *m, true
}

// Members returns the members, oldest first.
func (s *Server) Members() []Member {
	return look(s, func(o *organization) []Member { return list(&o.members, (*member).export) })
}

// APIKeyByTitle returns the newest key with the title, false if there is none.
func (s *Server) APIKeyByTitle(title string) (APIKey, bool) {
	for _, k := range slices.Backward(s.APIKeys()) {
		if k.Title == title {
			return k, true
		}
	}
	return APIKey{}, false
}

// APIKeys returns the API keys, oldest first, expired ones too.
func (s *Server) APIKeys() []APIKey {
	return look(s, func(o *organization) []APIKey { return list(&o.apiKeys, (*apiKey).export) })
}

// Invitation returns the newest invitation to email that is listed, false if there is none.
func (s *Server) Invitation(email string) (Invitation, bool) {
	for _, i := range slices.Backward(s.Invitations()) {
		if fold(i.Email) == fold(email) {
			return i, true
		}
	}
	return Invitation{}, false
}

// Invitations returns the invitations, oldest first, expired ones too.
func (s *Server) Invitations() []Invitation {
	return look(s, func(o *organization) []Invitation {
		return list(&o.invitations, func(i *invitation) Invitation { return i.export(s.baseURL) })
	})
}

// Projects returns the projects, oldest first.
func (s *Server) Projects() []Project {
	return look(s, func(o *organization) []Project { return list(&o.projects, (*project).export) })
}

// DataSources returns the data sources, oldest first.
func (s *Server) DataSources() []DataSource {
	return look(s, func(o *organization) []DataSource { return list(&o.dataSources, (*dataSource).export) })
}

// Owners returns the emails of who owns a project or a data source, nil for an unknown id.
func (s *Server) Owners(resourceID string) []string {
	return look(s, func(o *organization) []string {
		if r := o.resourceByID(resourceID); r != nil {
			return r.owners()
		}
		return nil
	})
}

// Organizations returns every organization, oldest first.
func (s *Server) Organizations() []Organization {
	s.mu.Lock()
	defer s.mu.Unlock()
	return list(&s.organizations, (*organization).export)
}
