// Package simulator is the JMap Cloud in memory, for the demo and the tests; it knows nothing of Terraform or of the client.
//
// It is a second, independent reading of the cloud's API: sessions that are bound to one organization, organizations,
// members, API keys, invitations, projects, data sources, permissions, what a deletion takes along, and every refusal.
// It has a clock to move, dialects to speak where the real cloud may differ, faults to inject, latency to set and a record of what was asked.
//
// What it does not simulate: groups, approved organizations, extensions, logs, K2's staff calls (POST …/members, /users),
// the browser part of single sign-on, e-mail (a list of what would have been sent takes its place), maps, layers and the data in a data source,
// what depends on a deleted resource, and rate limits or outages that no fault asked for.
package simulator

import (
	"net/http"
	"strings"
	"sync"
	"time"
)

// Server is the simulated cloud, an http.Handler. Use New.
//
// It serves the API below /api/, the invitation page below /invitations/ and its own controls below /_simulator/.
// All methods are safe for concurrent use.
type Server struct {
	clock    clock
	closed   chan struct{}
	shutdown sync.Once

	mu      sync.Mutex // guards what follows
	api     http.Handler
	baseURL string
	latency time.Duration
	faults  faults
	record  []*Activity
	mails   []Mail

	speaking map[string]int // the dialects, with their numbers
	later    []func()       // what a dialect put off until the next request is answered, or the clock moves

	accounts      map[string]*account // by folded email
	sessions      sessions
	organizations table[organization]
	home          *organization // the seeded one
	administrator *account      // of the seeded one
	secrets       map[string]*apiKey
	invited       map[string]*invitation // by the link's token, the used and the withdrawn ones too
	seeded        Seed
}

// New returns a cloud with one organization, "Simulated Organization", and its one administrator; see Account.
func New() *Server {
	s := &Server{
		closed:   make(chan struct{}),
		faults:   newFaults(),
		accounts: map[string]*account{},
		sessions: newSessions(),
		secrets:  map[string]*apiKey{},
		invited:  map[string]*invitation{},
	}
	s.api = s.routes()
	s.administrator = s.addAccount("Simulated Administrator", "admin@example.com", seededPassword)
	s.home = s.addOrganization("Simulated Organization", s.administrator)
	return s
}

const (
	securityService  = "/api/ss/rest/v1"
	mapConfiguration = "/api/mcs/rest/v1"

	aboutOrganization = securityService + "/organizations/{organization}"
	projects          = mapConfiguration + "/organizations/{organization}/projects"
	dataSources       = mapConfiguration + "/organizations/{organization}/datasources"
)

type route struct {
	pattern string
	who     access
	handle  handler
}

func (s *Server) table() []route {
	return []route{
		{"POST " + securityService + "/authenticate", anyone, s.authenticate},
		{"POST " + securityService + "/refresh-token", anyone, s.refreshToken},
		{"POST " + securityService + "/revoke-token", anyone, s.revokeToken},
		{"GET " + securityService + "/users/self", signedIn, s.getUserSelf},

		{"GET " + securityService + "/organizations", signedIn, s.listOrganizations},
		{"POST " + securityService + "/organizations", signedIn, s.createOrganization},
		{"GET " + aboutOrganization, administrators, s.getOrganization},
		{"PATCH " + aboutOrganization, administrators, s.updateOrganization},
		{"DELETE " + aboutOrganization, administrators, s.deleteOrganization},

		{"GET " + aboutOrganization + "/members", administrators, s.listMembers},
		{"GET " + aboutOrganization + "/members/self", insiders, s.getMemberSelf},
		{"GET " + aboutOrganization + "/members/{member}", administrators, s.getMember},
		{"PATCH " + aboutOrganization + "/members/{member}", administrators, s.updateMember},
		{"DELETE " + aboutOrganization + "/members/{member}", administrators, s.deleteMember},

		{"GET " + aboutOrganization + "/api-keys", administrators, s.listAPIKeys},
		{"POST " + aboutOrganization + "/api-keys", administrators, s.createAPIKey},
		{"GET " + aboutOrganization + "/api-keys/{apiKey}", administrators, s.getAPIKey},
		{"DELETE " + aboutOrganization + "/api-keys/{apiKey}", administrators, s.deleteAPIKey},

		{"GET " + aboutOrganization + "/invitations", administrators, s.listInvitations},
		{"POST " + aboutOrganization + "/invitations", administrators, s.createInvitation},
		{"GET " + aboutOrganization + "/invitations/{invitation}", administrators, s.getInvitation},
		{"DELETE " + aboutOrganization + "/invitations/{invitation}", administrators, s.deleteInvitation},

		{"GET " + projects, insiders, s.listProjects},
		{"POST " + projects, insiders, s.createProject},
		{"GET " + projects + "/{project}", insiders, s.getProject},
		{"DELETE " + projects + "/{project}", insiders, s.deleteProject},
		{"GET " + projects + "/{project}/permissions", insiders, s.listPermissions},
		{"POST " + projects + "/{project}/permissions", insiders, s.addPermission},
		{"PUT " + projects + "/{project}/permissions/{principal}", insiders, s.setPermission},
		{"DELETE " + projects + "/{project}/permissions/{principal}", insiders, s.removePermission},
		{"GET " + projects + "/{project}/permissions/self", insiders, s.getPermissionsSelf},

		{"GET " + dataSources, insiders, s.listDataSources},
		{"POST " + dataSources, insiders, s.createDataSource},
		{"GET " + dataSources + "/{dataSource}", insiders, s.getDataSource},
		{"DELETE " + dataSources + "/{dataSource}", insiders, s.deleteDataSource},
		{"GET " + dataSources + "/{dataSource}/permissions", insiders, s.listPermissions},
		{"POST " + dataSources + "/{dataSource}/permissions", insiders, s.addPermission},
		{"PUT " + dataSources + "/{dataSource}/permissions/{principal}", insiders, s.setPermission},
		{"DELETE " + dataSources + "/{dataSource}/permissions/{principal}", insiders, s.removePermission},
		{"GET " + dataSources + "/{dataSource}/permissions/self", insiders, s.getPermissionsSelf},
	}
}

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	for _, route := range s.table() {
		mux.Handle(route.pattern, s.serve(route.who, route.handle))
	}
	mux.Handle("/api/", s.serve(anyone, func(*call) (int, any) {
		return refused(errNoOperation)
	}))
	return mux
}

// Routes returns what the API serves, as "METHOD /path/{parameter}", in the order of the documentation.
func (s *Server) Routes() []string {
	var routes []string
	for _, route := range s.table() {
		routes = append(routes, route.pattern)
	}
	return routes
}

// Use wraps the API in middleware, inside fault injection: what it sees is each exchange as the API answered it, and what a fault
// does to an answer happens outside. The invitation page and the controls do not go through it. A later Use wraps an earlier one.
func (s *Server) Use(middleware func(http.Handler) http.Handler) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.api = middleware(s.api)
}

// SetBaseURL fixes what invitation links begin with, such as "http://127.0.0.1:8080". Without it a link given in an answer begins with
// the host that the request named, and a link given to Go is a path.
func (s *Server) SetBaseURL(base string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.baseURL = strings.TrimSuffix(base, "/")
}

// SetLatency makes every API request wait for d before it is looked at.
func (s *Server) SetLatency(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.latency = d
}

// Close cuts the requests that hang or wait for the latency, so that the HTTP server around the cloud can close. It always returns nil.
func (s *Server) Close() error {
	s.shutdown.Do(func() { close(s.closed) })
	return nil
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case strings.HasPrefix(r.URL.Path, "/_simulator/"):
		s.control(w, r)
	case strings.HasPrefix(r.URL.Path, "/invitations/"):
		s.invitationPage(w, r)
	default:
		s.serveAPI(w, r)
	}
}
