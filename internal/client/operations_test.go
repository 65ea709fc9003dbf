package client_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/contract"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// stage is what an operation is exercised on.
type stage struct {
	*cloud
	api                                      *client.Client
	token                                    string // for what the client does not use
	home, maps                               string // the organization's paths in the two services
	member, key, invitation, project, source string // ids
	secret, keyEmail                         string // of the key
}

func newStage(t *testing.T) *stage {
	t.Helper()
	c := startCloud(t)
	p, err := c.AddProject("Map")
	must(t, err)
	d, err := c.AddDataSource("Pipes")
	must(t, err)
	i, err := c.Invite("invitee@example.com", simulator.RoleViewer, "en")
	must(t, err)
	key := c.addKey(t, "ci", simulator.RoleEditor)
	s := &stage{
		cloud: c, member: c.addMember(t, "editor@example.com", simulator.RoleEditor).ID, key: key.ID, secret: key.Secret, keyEmail: key.Email,
		invitation: i.ID, project: p.ID, source: d.ID,
		home: ss + "/organizations/" + c.Account().OrganizationID, maps: mcs + "/organizations/" + c.Account().OrganizationID,
	}
	s.token = c.accessToken(t)
	s.api = c.signedIn(t)
	return s
}

// direct is an exerciser for an operation that the client does not use.
func direct(method string, path func(s *stage) string, body any, check func(t *testing.T, result json.RawMessage)) func(*testing.T, *stage) {
	return func(t *testing.T, s *stage) {
		t.Helper()
		result := s.direct(t, method, path(s), s.token, body)
		if check != nil {
			check(t, result)
		}
	}
}

func hasResult(want string) func(*testing.T, json.RawMessage) {
	return func(t *testing.T, result json.RawMessage) {
		t.Helper()
		equal(t, "result", string(result), want)
	}
}

// newProject is the body of a creation: the five fields that it needs, and more.
func newProject(more object) object {
	body := object{"defaultLanguage": "en", "displayUnit": "METER", "distanceUnit": "METER", "mapUnit": "METER", "mapCrs": "EPSG:3857"}
	maps.Copy(body, more)
	return body
}

func hasID(t *testing.T, result json.RawMessage) {
	t.Helper()
	var made struct{ ID string }
	must(t, json.Unmarshal(result, &made))
	if made.ID == "" {
		t.Errorf("no id in %s", result)
	}
}

// exercisers says, by the ids of the contract, how each operation is exercised.
var exercisers = map[string]func(t *testing.T, s *stage){
	"authenticate": func(t *testing.T, s *stage) {
		must(t, s.connect(t).Close(t.Context()))
		_, err := s.connect(t).Members(t.Context())
		must(t, err)
	},
	"refreshToken": func(t *testing.T, s *stage) { s.ExpireSessions(); _, err := s.api.Members(t.Context()); must(t, err) },
	"revokeToken":  func(t *testing.T, s *stage) { must(t, s.api.Close(t.Context())) },
	"getUserSelf": func(t *testing.T, s *stage) {
		_, err := s.connect(t, withOrganization("")).OrganizationID(t.Context())
		must(t, err)
	},
	"getMemberSelf": func(t *testing.T, s *stage) {
		self, err := s.connect(t).CurrentMember(t.Context())
		must(t, err)
		equal(t, "self", self.ID, s.Account().MemberID)
	},

	"listOrganizations":  func(t *testing.T, s *stage) { _, err := s.api.Organizations(t.Context()); must(t, err) },
	"createOrganization": func(t *testing.T, s *stage) { _, err := s.api.CreateOrganization(t.Context(), "New"); must(t, err) },
	"getOrganization": func(t *testing.T, s *stage) {
		_, err := s.api.Organization(t.Context(), s.Account().OrganizationID)
		must(t, err)
	},
	"updateOrganization": func(t *testing.T, s *stage) {
		_, err := s.api.RenameOrganization(t.Context(), s.Account().OrganizationID, "New")
		must(t, err)
	},
	"deleteOrganization": func(t *testing.T, s *stage) {
		must(t, s.api.DeleteOrganization(t.Context(), s.Account().OrganizationID))
	},

	"listMembers": func(t *testing.T, s *stage) { _, err := s.api.Members(t.Context()); must(t, err) },
	"getMember":   func(t *testing.T, s *stage) { _, err := s.api.Member(t.Context(), s.member); must(t, err) },
	"updateMember": func(t *testing.T, s *stage) {
		_, err := s.api.SetMemberRole(t.Context(), s.member, client.RoleViewer)
		must(t, err)
	},
	"deleteMember": func(t *testing.T, s *stage) {
		must(t, s.api.DeleteOwner(t.Context(), deleteMember(s.member, s.Account().MemberID)))
	},

	"listApiKeys": func(t *testing.T, s *stage) { _, err := s.api.APIKeys(t.Context()); must(t, err) },
	"createApiKey": func(t *testing.T, s *stage) {
		_, err := s.api.CreateAPIKey(t.Context(), client.APIKeyRequest{Title: "new", Role: client.RoleViewer, ExpiresAt: s.Now().Add(day)})
		must(t, err)
	},
	"getApiKey":    func(t *testing.T, s *stage) { _, err := s.api.APIKey(t.Context(), s.key); must(t, err) },
	"deleteApiKey": func(t *testing.T, s *stage) { must(t, s.api.DeleteOwner(t.Context(), deleteKey(s.key, s.member))) },

	"listInvitations": func(t *testing.T, s *stage) { _, err := s.api.Invitations(t.Context()); must(t, err) },
	"createInvitation": func(t *testing.T, s *stage) {
		_, err := s.api.CreateInvitation(t.Context(), client.InvitationRequest{Email: "new@example.com", Language: "fr", Role: client.RoleAdmin})
		must(t, err)
	},
	"getInvitation":    func(t *testing.T, s *stage) { _, err := s.api.Invitation(t.Context(), s.invitation); must(t, err) },
	"deleteInvitation": func(t *testing.T, s *stage) { must(t, s.api.DeleteInvitation(t.Context(), s.invitation)) },

	"listProjects":    func(t *testing.T, s *stage) { _, err := s.api.List(t.Context(), client.Project); must(t, err) },
	"listDataSources": func(t *testing.T, s *stage) { _, err := s.api.List(t.Context(), client.DataSource); must(t, err) },
	"listProjectPermissions": func(t *testing.T, s *stage) {
		_, err := s.api.Permissions(t.Context(), client.Project, s.project)
		must(t, err)
	},
	"listDataSourcePermissions": func(t *testing.T, s *stage) {
		_, err := s.api.Permissions(t.Context(), client.DataSource, s.source)
		must(t, err)
	},

	"createProject": func(t *testing.T, s *stage) {
		made, err := s.api.AsKey(s.secret).CreateProject(t.Context(), "New")
		must(t, err)
		equal(t, "name", made.Name, "New")
		// The client sends only the fields that a creation requires, and the name.
		direct("POST", func(s *stage) string { return s.maps + "/projects" }, newProject(object{"name": object{"en": "New"}, "description": object{"fr": "Neuf"}}), hasID)(t, s)
	},
	"getProject": func(t *testing.T, s *stage) {
		p, err := s.api.Project(t.Context(), s.project)
		must(t, err)
		equal(t, "id", p.ID, s.project)
	},
	"deleteProject": func(t *testing.T, s *stage) {
		must(t, s.api.DeleteProject(t.Context(), s.project))
		equal(t, "projects left", len(s.Projects()), 0)
	},
	"addProjectPermission": func(t *testing.T, s *stage) {
		must(t, s.api.Grant(t.Context(), client.Project, s.project, "editor@example.com"))
	},
	"getProjectPermissionsSelf": func(t *testing.T, s *stage) {
		must(t, s.Grant(s.project, s.keyEmail, simulator.PermissionModify))
		own, err := s.api.AsKey(s.secret).OwnPermissions(t.Context(), client.Project, s.project)
		must(t, err)
		equal(t, "permissions", fmt.Sprint(own), "[{"+s.keyEmail+" [MODIFY VIEW]}]")
		direct("GET", func(s *stage) string { return s.maps + "/projects/" + s.project + "/permissions/self" },
			nil, hasResult(`[{"principal":"admin@example.com","permissions":["OWNER","MODIFY","VIEW"]}]`))(t, s)
	},
	"setProjectPermission": direct("PUT", func(s *stage) string { return s.maps + "/projects/" + s.project + "/permissions/admin@example.com" },
		object{"permission": "OWNER"}, hasResult(`{"principal":"admin@example.com","permissions":["OWNER"]}`)),
	"removeProjectPermission": func(t *testing.T, s *stage) {
		must(t, s.Grant(s.project, "editor@example.com", simulator.PermissionView))
		must(t, s.api.Revoke(t.Context(), client.Project, s.project, "editor@example.com"))
	},
	"setDataSourcePermission": direct("PUT", func(s *stage) string { return s.maps + "/datasources/" + s.source + "/permissions/admin@example.com" },
		object{"permission": "OWNER"}, hasResult(`{"principal":"admin@example.com","permissions":["OWNER"]}`)),
	"removeDataSourcePermission": func(t *testing.T, s *stage) {
		must(t, s.Grant(s.source, "editor@example.com", simulator.PermissionView))
		must(t, s.api.Revoke(t.Context(), client.DataSource, s.source, "editor@example.com"))
	},
	"createDataSource": direct("POST", func(s *stage) string { return s.maps + "/datasources" }, object{"name": "New", "type": "FILE"}, hasID),
	"getDataSource":    direct("GET", func(s *stage) string { return s.maps + "/datasources/" + s.source }, nil, hasID),
	"deleteDataSource": direct("DELETE", func(s *stage) string { return s.maps + "/datasources/" + s.source }, nil, hasResult("null")),
	"addDataSourcePermission": func(t *testing.T, s *stage) {
		must(t, s.api.Grant(t.Context(), client.DataSource, s.source, "editor@example.com"))
	},
	"getDataSourcePermissionsSelf": func(t *testing.T, s *stage) {
		must(t, s.Grant(s.source, s.keyEmail, simulator.PermissionView))
		own, err := s.api.AsKey(s.secret).OwnPermissions(t.Context(), client.DataSource, s.source)
		must(t, err)
		equal(t, "permissions", fmt.Sprint(own), "[{"+s.keyEmail+" [VIEW]}]")
		direct("GET", func(s *stage) string { return s.maps + "/datasources/" + s.source + "/permissions/self" },
			nil, hasResult(`[{"principal":"admin@example.com","permissions":["OWNER","MODIFY","VIEW"]}]`))(t, s)
	},
}

func TestContract_everyOperationIsExercised(t *testing.T) {
	t.Parallel()
	var promised []string
	for _, operation := range contract.Operations() {
		promised = append(promised, operation.ID)
	}
	slices.Sort(promised)
	equalLists(t, "exercised operations", slices.Sorted(maps.Keys(exercisers)), promised)
	for id, exercise := range exercisers {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			exercise(t, s)
			if answers := s.answers(); !slices.Contains(answers, id+" OK") && !slices.Contains(answers, id+" Created") {
				t.Errorf("%s is not among the successes of %v", id, answers)
			}
		})
	}
}
