package client_test

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

func TestSession_opensAtTheFirstCallAndOnce(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	api := c.connect(t)
	equalLists(t, "calls of New", c.calls(), []string{})
	for range 3 {
		id, err := api.OrganizationID(t.Context())
		must(t, err)
		equal(t, "organization", id, c.Account().OrganizationID)
	}
	self, err := api.CurrentMember(t.Context())
	must(t, err)
	equal(t, "member", self.ID, c.Account().MemberID)
	equal(t, "email", self.Email, c.Account().Username)
	equalLists(t, "calls", c.calls(), opening)
}

func TestSession_opensOnceForAllCallers(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	api := c.connect(t)
	for _, err := range together(30, func(int) error { _, err := api.Members(t.Context()); return err }) {
		must(t, err)
	}
	equal(t, "sessions", c.Sessions(), simulator.SessionCount{Opened: 1, Open: 1})
	equal(t, "lists", c.count("listMembers"), 30)
	equal(t, "requests", len(c.Requests()), 33)
}

func TestSession_bindsToTheChosenOrganization(t *testing.T) {
	t.Parallel()
	for name, edit := range map[string]func(c *cloud, config *client.Config){
		"the only one": func(_ *cloud, config *client.Config) { config.OrganizationID = "" },
		"the only one, allowed": func(c *cloud, config *client.Config) {
			config.OrganizationID, config.AllowedOrganizationIDs = "", []string{"x", c.Account().OrganizationID}
		},
		"one of two": func(c *cloud, _ *client.Config) {
			_, _ = c.AddOrganization("Other", c.Account().Username)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t)
			id, err := c.connect(t, func(config *client.Config) { edit(c, config) }).OrganizationID(t.Context())
			must(t, err)
			equal(t, "organization", id, c.Account().OrganizationID)
		})
	}
}

// A session that cannot be used is ended at once, and signing in is not tried again where that would change nothing.
func TestSession_isRefusedForGood(t *testing.T) {
	t.Parallel()
	home := func(c *cloud) string { return c.Account().OrganizationID }
	for name, test := range map[string]struct {
		edit  func(t *testing.T, c *cloud, config *client.Config)
		is    string
		says  func(c *cloud) []string
		calls []string
		// beside may be called while the account's own membership is asked for.
		beside string
	}{
		"wrong password": {
			edit:  func(_ *testing.T, _ *cloud, config *client.Config) { config.Password = "Wrong-Horse.7" },
			is:    "WrongCredentials",
			says:  func(c *cloud) []string { return []string{c.Account().Username, "wrong"} },
			calls: opening[:1],
		},
		"unknown username": {
			edit:  func(_ *testing.T, _ *cloud, config *client.Config) { config.Username = "nobody@example.com" },
			is:    "WrongCredentials",
			says:  func(*cloud) []string { return []string{"nobody@example.com"} },
			calls: opening[:1],
		},
		"several organizations and none chosen": {
			edit: func(t *testing.T, c *cloud, config *client.Config) {
				c.addOrganization(t, "Other One")
				config.OrganizationID = ""
			},
			is: "WrongOrganization",
			says: func(c *cloud) []string {
				said := []string{"2 organizations"}
				for _, o := range c.Organizations() {
					said = append(said, o.ID, `"`+o.Name+`"`)
				}
				return said
			},
			calls: []string{"authenticate", "getUserSelf", "revokeToken"},
		},
		"unknown organization": {
			edit: func(_ *testing.T, _ *cloud, config *client.Config) { config.OrganizationID = "no-such-organization" },
			is:   "WrongOrganization",
			says: func(c *cloud) []string {
				return []string{`"no-such-organization"`, home(c), `"Simulated Organization"`}
			},
			calls: []string{"authenticate", "refreshToken", "getUserSelf", "revokeToken"},
		},
		"organization not allowed": {
			edit: func(_ *testing.T, _ *cloud, config *client.Config) {
				config.AllowedOrganizationIDs = []string{"allowed-one"}
			},
			is:    "WrongOrganization",
			says:  func(c *cloud) []string { return []string{home(c), "allowed-one"} },
			calls: []string{"authenticate", "revokeToken"},
		},
		"no organization": {
			edit: func(t *testing.T, c *cloud, config *client.Config) {
				c.addMember(t, "left@example.com", simulator.RoleEditor)
				must(t, c.RemoveMember("left@example.com", ""))
				config.OrganizationID, config.Username, config.Password = "", "left@example.com", password
			},
			is:    "WrongOrganization",
			says:  func(*cloud) []string { return []string{"no organization"} },
			calls: []string{"authenticate", "getUserSelf", "revokeToken"},
		},
		"another's organization": {
			edit: func(t *testing.T, c *cloud, config *client.Config) {
				c.addMember(t, "lead@example.com", simulator.RoleAdministrator)
				foreign, err := c.AddOrganization("Foreign", "lead@example.com")
				must(t, err)
				config.OrganizationID = foreign.ID
			},
			is:    "WrongOrganization",
			says:  func(c *cloud) []string { return []string{"does not belong", home(c), `"Simulated Organization"`} },
			calls: []string{"authenticate", "refreshToken", "getUserSelf", "revokeToken"},
		},
		"an editor": {
			edit: func(t *testing.T, c *cloud, config *client.Config) {
				c.addMember(t, "editor@example.com", simulator.RoleEditor)
				config.Username, config.Password = "editor@example.com", password
			},
			is:    "NotAdministrator",
			says:  func(c *cloud) []string { return []string{"editor@example.com", "ORG_EDITOR", "ORG_ADMIN", home(c)} },
			calls: append(slices.Clone(opening), "revokeToken"), beside: "listMembers",
		},
		"a viewer": {
			edit: func(t *testing.T, c *cloud, config *client.Config) {
				c.addMember(t, "viewer@example.com", simulator.RoleViewer)
				config.Username, config.Password = "viewer@example.com", password
			},
			is:    "NotAdministrator",
			says:  func(*cloud) []string { return []string{"ORG_VIEWER"} },
			calls: append(slices.Clone(opening), "revokeToken"), beside: "listMembers",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t)
			api := c.connect(t, func(config *client.Config) { test.edit(t, c, config) })
			for range 2 {
				_, err := api.Members(t.Context())
				for _, part := range test.says(c) {
					isExactly(t, err, part, test.is)
				}
			}
			must(t, api.Close(t.Context())) // it waits for a revocation that is under way
			calls := slices.DeleteFunc(c.calls(), func(call string) bool { return call == test.beside })
			equalLists(t, "calls", calls, test.calls)
			equal(t, "sessions left open", c.Sessions().Open, 0)
		})
	}
}

func TestSession_wrongPasswordIsTriedOnce(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	api := c.connect(t, withPassword("Wrong-Horse.7"))
	for _, err := range together(50, func(i int) error {
		if i%2 == 0 {
			_, err := api.Organization(t.Context(), c.Account().OrganizationID)
			return err
		}
		_, err := api.Member(t.Context(), "some-member")
		return err
	}) {
		isExactly(t, err, "refuses to sign in", "WrongCredentials")
	}
	_, err := api.APIKeys(t.Context())
	isExactly(t, err, "refuses to sign in", "WrongCredentials")
	equalLists(t, "calls", c.calls(), []string{"authenticate"})
}

// What fails on the way is told as it is, never as something about the object or the change that was asked for; the session
// is ended, and the next call tries again.
func TestSession_thatFailsHalfWayIsRevoked(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault simulator.Fault
		is    []string
		lost  int
		and   string // another path that is 404
	}{
		"authenticate is refused":       {fault: simulator.Fault{Path: authenticate, Action: simulator.ActionStatus, Status: 500}},
		"authenticate's answer is lost": {fault: simulator.Fault{Path: authenticate, Action: simulator.ActionClose, When: simulator.After}, is: []string{"Unanswered"}, lost: 1},
		"users/self fails":              {fault: simulator.Fault{Path: userSelf, Action: simulator.ActionStatus, Status: 500, Times: -1}},
		"users/self is missing":         {fault: simulator.Fault{Path: userSelf, Action: simulator.ActionStatus, Status: 404}},
		"users/self is unauthorized":    {fault: simulator.Fault{Path: userSelf, Action: simulator.ActionStatus, Status: 401}},
		"users/self is a proxy's page":  {fault: simulator.Fault{Path: userSelf, Action: simulator.ActionHTML}, is: []string{"Unexpected"}},
		"users/self is of another form": {
			fault: simulator.Fault{Path: userSelf, Action: simulator.ActionStatus, Status: 200, Body: `{"message":"OK","result":[]}`},
			is:    []string{"Unexpected"},
		},
		"users/self hangs":                {fault: simulator.Fault{Path: userSelf, Action: simulator.ActionHang, Times: -1}, is: []string{"Unanswered"}},
		"refresh fails":                   {fault: simulator.Fault{Path: refreshToken, Action: simulator.ActionStatus, Status: 500}},
		"refresh is forbidden":            {fault: simulator.Fault{Path: refreshToken, Action: simulator.ActionStatus, Status: 403}},
		"refresh breaks off":              {fault: simulator.Fault{Path: refreshToken, Action: simulator.ActionClose}, is: []string{"Unanswered"}},
		"refresh hangs":                   {fault: simulator.Fault{Path: refreshToken, Action: simulator.ActionHang, Times: -1}, is: []string{"Unanswered"}},
		"refresh's answer is lost":        {fault: simulator.Fault{Path: refreshToken, Action: simulator.ActionClose, When: simulator.After}, is: []string{"Unanswered"}, lost: 1},
		"members/self is missing":         {fault: simulator.Fault{Path: memberSelf, Action: simulator.ActionStatus, Status: 404, Times: -1}, and: members},
		"members/self is forbidden":       {fault: simulator.Fault{Path: memberSelf, Action: simulator.ActionStatus, Status: 403, Times: -1}},
		"members/self conflicts":          {fault: simulator.Fault{Path: memberSelf, Action: simulator.ActionStatus, Status: 409, Times: -1}},
		"members/self is throttled":       {fault: simulator.Fault{Path: memberSelf, Action: simulator.ActionStatus, Status: 429, Times: -1}},
		"members/self hangs":              {fault: simulator.Fault{Path: memberSelf, Action: simulator.ActionHang, Times: -1}, is: []string{"Unanswered"}},
		"members/self has no member's id": {fault: simulator.Fault{Path: memberSelf, Action: simulator.ActionStatus, Status: 200, Times: -1, Body: `{"message":"OK","result":{"id":""}}`}, is: []string{"Unexpected"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := bubbleCloud(t)
				c.lost = test.lost
				api := c.connect(t, func(config *client.Config) {
					if test.fault.Path == userSelf {
						config.OrganizationID = ""
					}
				})
				c.Inject(test.fault)
				if test.and != "" {
					c.Inject(simulator.Fault{Path: test.and, Action: simulator.ActionStatus, Status: 404, Times: -1})
				}
				_, err := api.CreateAPIKey(t.Context(), client.APIKeyRequest{Title: "ci", Role: client.RoleViewer, ExpiresAt: c.Now().Add(day)})
				isExactly(t, err, "", test.is...)
				// Each caller leaves with its own budget, a moment before the sign-in that they share.
				synctest.Wait()
				time.Sleep(time.Minute)
				equal(t, "sessions left open", c.Sessions().Open, test.lost)
				equal(t, "creates", c.count("createApiKey"), 0)

				c.ClearFaults()
				_, err = api.Members(t.Context())
				must(t, err)
			})
		})
	}
}

func TestSession_thatTheCloudEndsIsRefreshedOnceForAllCallers(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	api := c.signedIn(t)
	c.ExpireSessions()
	for _, err := range together(30, func(i int) error {
		if i%3 == 0 { // even a create: a 401 is an outright refusal
			_, err := api.CreateAPIKey(t.Context(), client.APIKeyRequest{Title: "ci", Role: client.RoleViewer, ExpiresAt: c.Now().Add(day)})
			return err
		}
		_, err := api.Members(t.Context())
		return err
	}) {
		must(t, err)
	}
	equal(t, "refreshes", c.count("refreshToken"), 1)
	equal(t, "keys", len(c.APIKeys()), 10)
	equal(t, "sessions", c.Sessions(), simulator.SessionCount{Opened: 1, Open: 1})
}

func TestSession_thatIsRefusedTwiceIsAnError(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	api := c.signedIn(t)
	c.Inject(simulator.Fault{Path: members, Action: simulator.ActionStatus, Status: 401, Times: -1})
	_, err := api.Members(t.Context())
	isExactly(t, err, "", "Unauthorized")
	equalLists(t, "calls", c.calls(), []string{"listMembers", "refreshToken", "listMembers"})
}

func TestSession_whoseRefreshFailsSignsInAgain(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		end   func(c *cloud)
		calls []string
		lost  int
	}{
		"refused": {
			end:   func(c *cloud) { c.RevokeSessions() },
			calls: opening,
		},
		"answer lost": {
			end: func(c *cloud) {
				c.ExpireSessions()
				c.Inject(simulator.Fault{Path: refreshToken, Action: simulator.ActionClose, When: simulator.After})
			},
			calls: append([]string{"revokeToken"}, opening...), lost: 1,
		},
		"connection broken before": {
			end: func(c *cloud) {
				c.ExpireSessions()
				c.Inject(simulator.Fault{Path: refreshToken, Action: simulator.ActionClose})
			},
			calls: append([]string{"revokeToken"}, opening...),
		},
		"a proxy's page": {
			end: func(c *cloud) {
				c.ExpireSessions()
				c.Inject(simulator.Fault{Path: refreshToken, Action: simulator.ActionHTML})
			},
			calls: append([]string{"revokeToken"}, opening...),
		},
		"server error": {
			end: func(c *cloud) {
				c.ExpireSessions()
				c.Inject(simulator.Fault{Path: refreshToken, Action: simulator.ActionStatus, Status: 503})
			},
			calls: append([]string{"revokeToken"}, opening...),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t)
			c.lost = test.lost
			api := c.signedIn(t)
			test.end(c)
			_, err := api.Members(t.Context())
			must(t, err)
			want := append([]string{"listMembers", "refreshToken"}, test.calls...)
			equalLists(t, "calls", c.calls(), append(want, "listMembers"))
			equal(t, "sessions left open", c.Sessions().Open, 1+test.lost)
		})
	}
}

// The account had one organization when the run began, and has two when it must sign in again.
func TestSession_signingInAgainStaysWithTheOrganization(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	api := c.signedIn(t, withOrganization(""))
	_, err := api.CreateOrganization(t.Context(), "Second")
	must(t, err)
	c.RevokeSessions()
	_, err = api.Members(t.Context())
	must(t, err)
	id, err := api.OrganizationID(t.Context())
	must(t, err)
	equal(t, "organization", id, c.Account().OrganizationID)
}

// Two callers are refused together. The first fails to sign in again; the second comes with its refusal only then.
func TestSession_lateCallerSignsInAgainAfterAnothersFailure(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	type late struct{}
	arrived, release := make(chan struct{}), make(chan struct{})
	var refused sync.Once
	api := c.connect(t, withTransport(transportFunc(func(r *http.Request) (*http.Response, error) {
		if r.Header.Get("Authorization") == "" && r.Method == http.MethodGet {
			t.Errorf("%s without a token", r.URL.Path)
		}
		resp, err := fresh.RoundTrip(r)
		if r.Context().Value(late{}) != nil && err == nil && resp.StatusCode == http.StatusUnauthorized {
			refused.Do(func() {
				close(arrived)
				<-release
			})
		}
		return resp, err
	})))
	_, err := api.CurrentMember(t.Context())
	must(t, err)
	c.RevokeSessions()
	c.Inject(simulator.Fault{Path: authenticate, Action: simulator.ActionStatus, Status: 500})

	second := make(chan error)
	go func() {
		_, err := api.Members(context.WithValue(t.Context(), late{}, true))
		second <- err
	}()
	<-arrived
	_, err = api.Members(t.Context())
	isExactly(t, err, "refuses the session")
	close(release)
	must(t, <-second)
}

func TestSession_isRenewedBeforeItEnds(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		left  time.Duration
		calls []string
	}{
		"a moment before": {30 * time.Second, []string{"refreshToken", "listMembers"}},
		"long before":     {5 * time.Minute, []string{"listMembers"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t)
			api := c.signedIn(t)
			c.Advance(day - test.left)
			_, err := api.Organizations(t.Context()) // from whose Date the client learns the time
			must(t, err)
			c.ClearRequests()
			for _, err := range together(10, func(int) error { _, err := api.OrganizationID(t.Context()); return err }) {
				must(t, err)
			}
			_, err = api.Members(t.Context())
			must(t, err)
			equalLists(t, "calls", c.calls(), test.calls)
		})
	}
}

func TestSession_ofAnAccessTokenIsNeitherBoundNorRevoked(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	for _, id := range []string{"", c.Account().OrganizationID} {
		api := c.connect(t, withAccessToken(c.accessToken(t)), withOrganization(id))
		_, err := api.Members(t.Context())
		must(t, err)
		must(t, api.Close(t.Context()))
		equalLists(t, "calls", c.calls(), []string{"getUserSelf", "getMemberSelf", "listMembers"})
		_, err = api.Members(t.Context())
		isExactly(t, err, "shutting down")
	}
}

// Another program can use the token until the client is closed.
func TestSession_givesItsAccessTokenAway(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	api := c.connect(t)
	for range 2 {
		token, expires, err := api.AccessToken(t.Context())
		must(t, err)
		c.direct(t, http.MethodGet, userSelf, token, nil)
		if left := expires.Sub(c.Now()); left < time.Hour || left > day {
			t.Errorf("the token ends in %v", left)
		}
	}
	equalLists(t, "calls", c.calls(), append(slices.Clone(opening), "getUserSelf", "getUserSelf"))
	must(t, api.Close(t.Context()))
	_, _, err := api.AccessToken(t.Context())
	isExactly(t, err, "shutting down")

	given := c.accessToken(t)
	token, expires, err := c.connect(t, withAccessToken(given)).AccessToken(t.Context())
	must(t, err)
	equal(t, "token", token, given)
	equal(t, "an end that nobody told", expires.IsZero(), true)
}

func TestSession_ofADeadAccessTokenIsAnErrorAndNoMore(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	for name, test := range map[string]struct {
		call  func(api *client.Client) error
		calls []string
	}{
		"at the first call": {func(api *client.Client) error {
			_, err := api.Members(t.Context())
			return err
		}, []string{"getUserSelf"}},
		"for a given organization": {func(api *client.Client) error {
			_, err := api.Organization(t.Context(), "11111111-1111-4111-8111-111111111111")
			return err
		}, []string{"getMemberSelf", "getOrganization"}},
	} {
		api := c.connect(t, withAccessToken("no-such-token"))
		c.ClearRequests()
		for range 2 {
			isExactly(t, test.call(api), "access token", "DeadAccessToken")
		}
		equalLists(t, name, c.calls(), test.calls)
	}
}

func TestSession_ofAnAccessTokenThatEndsInMidRunIsNotRefreshed(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	api := c.connect(t, withAccessToken(c.accessToken(t)))
	_, err := api.Members(t.Context())
	must(t, err)
	c.ClearRequests()
	c.ExpireSessions()
	_, err = api.Members(t.Context())
	isExactly(t, err, "access token", "DeadAccessToken")
	equalLists(t, "calls", c.calls(), []string{"listMembers"})
}

// A password is often read from a file or pasted, with what stands around it.
func TestSession_refusalSaysWhatIsOddAboutThePassword(t *testing.T) {
	t.Parallel()
	for sent, says := range map[string]string{
		"Wrong-Horse.7\n":   "with a password that holds a line break: ",
		"Wrong-Horse.7\r\n": "with a password that holds a line break: ",
		"Wrong\nHorse.7":    "with a password that holds a line break: ",
		" Wrong-Horse.7":    "with a password that begins or ends with a space: ",
		"Wrong-Horse.7\t":   "with a password that begins or ends with a space: ",
		"Wrong Horse.7":     `"admin@example.com": `,
		"Wrong-Horse.7":     `"admin@example.com": `,
	} {
		c := startCloud(t)
		_, err := c.connect(t, withPassword(sent)).Members(t.Context())
		isExactly(t, err, says, "WrongCredentials")
		if strings.Contains(err.Error(), "Horse") {
			t.Error(err)
		}
	}
}

// An endpoint with a path that is not the API's answers in the API's form, but knows none of its calls.
func TestSession_ofAWrongEndpointSaysSoAndIsTriedOnce(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		edit func(t *testing.T, c *cloud) func(*client.Config)
		path string
		call string
	}{
		"password":     {func(*testing.T, *cloud) func(*client.Config) { return func(*client.Config) {} }, authenticate, "authenticate"},
		"access token": {func(t *testing.T, c *cloud) func(*client.Config) { return withAccessToken(c.accessToken(t)) }, userSelf, "getUserSelf"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t)
			api := c.connect(t, test.edit(t, c))
			c.Inject(simulator.Fault{Path: test.path, Action: simulator.ActionStatus, Status: 404, Times: -1})
			for range 2 {
				_, err := api.Members(t.Context())
				isExactly(t, err, "the endpoint has no "+test.path, "WrongEndpoint")
			}
			equalLists(t, "calls", c.calls(), []string{test.call})
		})
	}
}

func TestSession_ofAnAccessTokenThatIsNoneMakesNoCall(t *testing.T) {
	t.Parallel()
	for _, token := range []string{"ey.ab\ncd", "ey.ab cd", "ey.abcd\n", "ey.ab\x00cd"} {
		c := startCloud(t)
		api := c.connect(t, withAccessToken(token))
		for range 2 {
			_, err := api.Members(t.Context())
			isExactly(t, err, "the access token holds a space or a line break", "MalformedAccessToken")
		}
		equalLists(t, "calls", c.calls(), []string{})
	}
}

// A token that was not traded for one of an organization is bound to none.
func TestSession_ofAnUnboundAccessTokenIsRefused(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	account := c.Account()
	var held tokens
	must(t, json.Unmarshal(c.direct(t, "POST", authenticate, "", object{"username": account.Username, "password": account.Password}), &held))
	api := c.connect(t, withAccessToken(held.AccessToken))
	_, err := api.Members(t.Context())
	isExactly(t, err, "the access token is not bound to the organization "+account.OrganizationID+", but to another or to none: ", "UnboundAccessToken", "WrongOrganization")
	c.direct(t, "POST", revokeToken, "", object{"refreshToken": held.RefreshToken})
}

func TestSession_ofAnAccessTokenForAnotherOrganizationIsRefused(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	other := c.addOrganization(t, "Other")
	api := c.connect(t, withAccessToken(c.accessToken(t)), withOrganization(other.ID))
	for range 2 {
		_, err := api.Members(t.Context())
		isExactly(t, err, "not bound to the organization "+other.ID, "UnboundAccessToken", "WrongOrganization")
	}
	equalLists(t, "calls", c.calls(), []string{"getUserSelf", "getMemberSelf", "listMembers"})
}

func TestSession_ofAnotherOrganizationIsItsOwn(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	other := c.addOrganization(t, "Other")
	api := c.signedIn(t)
	for range 2 {
		o, err := api.Organization(t.Context(), other.ID)
		must(t, err)
		equal(t, "name", o.Name, "Other")
	}
	equalLists(t, "calls", c.calls(), []string{"authenticate", "refreshToken", "getMemberSelf", "getOrganization", "getOrganization"})
	id, err := api.OrganizationID(t.Context())
	must(t, err)
	equal(t, "organization", id, c.Account().OrganizationID)
}

func TestSession_ofTheOrganizationInUseIsShared(t *testing.T) {
	t.Parallel()
	for _, configured := range []bool{true, false} {
		c := startCloud(t)
		home := c.Account().OrganizationID
		id := home
		if !configured {
			id = ""
		}
		api := c.signedIn(t, withOrganization(id))
		_, err := api.Organization(t.Context(), home)
		must(t, err)
		c.RevokeSessions()
		for _, err := range together(10, func(int) error { _, err := api.Organization(t.Context(), home); return err }) {
			must(t, err)
		}
		equal(t, "sessions", c.Sessions(), simulator.SessionCount{Opened: 2, Revoked: 1, Open: 1})
	}
}

func TestSession_ofAnotherOrganizationMustBeAllowed(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	other := c.addOrganization(t, "Other")
	api := c.signedIn(t, withAllowed(c.Account().OrganizationID))
	_, err := api.Organization(t.Context(), other.ID)
	isExactly(t, err, other.ID, "WrongOrganization")
	equalLists(t, "calls", c.calls(), []string{"authenticate", "revokeToken"})
	_, err = api.Members(t.Context())
	must(t, err)
}

func TestSession_ofAnotherOrganizationMustBeAnAdministrators(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	c.addMember(t, "lead@example.com", simulator.RoleAdministrator)
	foreign, err := c.AddOrganization("Foreign", "lead@example.com")
	must(t, err)
	api := c.signedIn(t)
	_, err = api.Organization(t.Context(), foreign.ID)
	isExactly(t, err, "no member") // neither gone nor forbidden: there is no session to tell from
	equal(t, "sessions left open", c.Sessions().Open, 1)
}

func TestClose_revokesEverySession(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	others := []simulator.Organization{c.addOrganization(t, "Second"), c.addOrganization(t, "Third")}
	api := c.signedIn(t)
	for _, o := range others {
		_, err := api.Organization(t.Context(), o.ID)
		must(t, err)
	}
	must(t, api.DeleteOrganization(t.Context(), others[1].ID))
	c.ClearRequests()
	must(t, api.Close(t.Context()))
	equalLists(t, "calls", c.calls(), []string{"revokeToken", "revokeToken", "revokeToken"})
	equal(t, "sessions", c.Sessions(), simulator.SessionCount{Opened: 3, Revoked: 3})
}

func TestClose_refusesLaterCalls(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	api := c.signedIn(t)
	must(t, api.Close(t.Context()))
	c.ClearRequests()
	must(t, api.Close(t.Context()))
	for _, call := range everyCall(t.Context(), api) {
		isExactly(t, call(), "shutting down")
	}
	equalLists(t, "calls", c.calls(), []string{})
}

func TestClose_ofAClientThatMadeNoCallMakesNone(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	must(t, c.connect(t).Close(t.Context()))
	must(t, client.Unavailable("unknown").Close(t.Context()))
	equalLists(t, "calls", c.calls(), []string{})
}

func TestClose_triesOnce(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]simulator.Fault{
		"asked to wait":     {Action: simulator.ActionStatus, Status: 429, Headers: map[string]string{"Retry-After": "0"}},
		"unavailable":       {Action: simulator.ActionStatus, Status: 503, Headers: map[string]string{"Retry-After": "0"}},
		"connection broken": {Action: simulator.ActionClose},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t)
			c.lost = 1
			api := c.signedIn(t)
			fault := fault
			fault.Path, fault.Times = revokeToken, -1
			c.Inject(fault)
			if err := api.Close(t.Context()); err == nil {
				t.Error("no error")
			}
			equalLists(t, "calls", c.calls(), []string{"revokeToken"})
		})
	}
}

func TestClose_endsWithItsContext(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]simulator.Fault{
		"revocation hangs": {Path: revokeToken, Action: simulator.ActionHang},
		"sign-in hangs":    {Path: memberSelf, Action: simulator.ActionHang, Times: -1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := bubbleCloud(t)
				api := c.connect(t)
				if fault.Path == revokeToken {
					c.lost = 1
					_, err := api.OrganizationID(t.Context())
					must(t, err)
				}
				c.Inject(fault)
				if fault.Path == memberSelf {
					go func() { _, _ = api.OrganizationID(t.Context()) }()
					synctest.Wait()
				}
				ctx, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond)
				defer cancel()
				start := time.Now()
				_ = api.Close(ctx)
				equal(t, "duration", time.Since(start), 1500*time.Millisecond)
				synctest.Wait() // what was being opened drops itself, without waiting for the cloud
				equal(t, "sessions left open", c.Sessions().Open, c.lost)
				c.ClearFaults()
				time.Sleep(time.Minute)
			})
		})
	}
}

func TestClose_revokesTheOthersWhileOneHangs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := bubbleCloud(t)
		c.lost = 1
		other := c.addOrganization(t, "Other")
		api := c.signedIn(t)
		c.Inject(simulator.Fault{Path: authenticate, Action: simulator.ActionHang, When: simulator.After})
		go func() { _, _ = api.Organization(t.Context(), other.ID) }()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond)
		defer cancel()
		if err := api.Close(ctx); err == nil {
			t.Error("no error")
		}
		equal(t, "sessions", c.Sessions(), simulator.SessionCount{Opened: 2, Revoked: 1, Open: 1})
	})
}

// Logging out does not wait for the cloud to take other requests again: Terraform would not.
func TestClose_isNotHeldBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := bubbleCloud(t)
		api := c.signedIn(t)
		c.Inject(simulator.Fault{Path: members, Action: simulator.ActionStatus, Status: 429, Headers: map[string]string{"Retry-After": "3600"}})
		_, err := api.Members(t.Context())
		isExactly(t, err, "1h0m0s", "Throttled", "Unreachable")
		start := time.Now()
		must(t, api.Close(t.Context()))
		equal(t, "duration", time.Since(start), 0)
	})
}

func TestClose_waitsForASignInUnderWay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := bubbleCloud(t)
		c.SetLatency(time.Second)
		api := c.connect(t)
		go func() { _, _ = api.OrganizationID(t.Context()) }()
		synctest.Wait()
		start := time.Now()
		must(t, api.Close(t.Context()))
		equal(t, "duration", time.Since(start), 4*time.Second) // three calls to open the session, one to revoke it
		equal(t, "sessions", c.Sessions(), simulator.SessionCount{Opened: 1, Revoked: 1})
	})
}

func TestSession_outlivesTheCallerThatOpensIt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := bubbleCloud(t)
		c.SetLatency(time.Second)
		api := c.connect(t)
		impatient, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond)
		defer cancel()
		left := make(chan error)
		go func() {
			_, err := api.Members(impatient)
			left <- err
		}()
		synctest.Wait()
		start := time.Now()
		_, err := api.Members(t.Context())
		must(t, err)
		equal(t, "duration", time.Since(start), 3*time.Second)
		isExactly(t, <-left, "in the time that was left", "Unanswered")
		equalLists(t, "calls", c.calls(), append(slices.Clone(opening), "listMembers"))
	})
}

// An organization that is deleted in the portal is gone; what was in it cannot be told.
func TestSession_ofADeletedOrganizationTellsNothingOfWhatWasInIt(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(c *cloud){
		"token still good": func(*cloud) {},
		"token expired":    func(c *cloud) { c.ExpireSessions() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t)
			key := c.addKey(t, "ci", simulator.RoleEditor)
			p, err := c.AddProject("Map")
			must(t, err)
			api := c.signedIn(t)
			home := c.Account().OrganizationID
			member := c.Account().MemberID
			must(t, c.DeleteOrganization(home))
			end(c)
			for call, about := range map[string]func() error{
				"Members":            func() error { _, err := api.Members(t.Context()); return err },
				"Member":             func() error { _, err := api.Member(t.Context(), member); return err },
				"SetMemberRole":      func() error { _, err := api.SetMemberRole(t.Context(), member, client.RoleEditor); return err },
				"DeleteOwner":        func() error { return api.DeleteOwner(t.Context(), deleteMember(member, "")) },
				"APIKeys":            func() error { _, err := api.APIKeys(t.Context()); return err },
				"APIKey":             func() error { _, err := api.APIKey(t.Context(), key.ID); return err },
				"DeleteOwner, key":   func() error { return api.DeleteOwner(t.Context(), deleteKey(key.ID, "")) },
				"Invitation":         func() error { _, err := api.Invitation(t.Context(), "some-id"); return err },
				"Invitations":        func() error { _, err := api.Invitations(t.Context()); return err },
				"DeleteInvitation":   func() error { return api.DeleteInvitation(t.Context(), "some-id") },
				"List":               func() error { _, err := api.List(t.Context(), client.Project); return err },
				"List, data sources": func() error { _, err := api.List(t.Context(), client.DataSource); return err },
				"Project":            func() error { _, err := api.Project(t.Context(), p.ID); return err },
				"DeleteProject":      func() error { return api.DeleteProject(t.Context(), p.ID) },
				"AsKey, List":        func() error { _, err := api.AsKey(key.Secret).List(t.Context(), client.Project); return err },
				"AsKey, OwnPermissions": func() error {
					_, err := api.AsKey(key.Secret).OwnPermissions(t.Context(), client.Project, p.ID)
					return err
				},
				"AsKey, CreateProject": func() error { _, err := api.AsKey(key.Secret).CreateProject(t.Context(), "Map"); return err },
				"CreateAPIKey": func() error {
					_, err := api.CreateAPIKey(t.Context(), client.APIKeyRequest{Title: "ci", Role: client.RoleViewer, ExpiresAt: c.Now().Add(day)})
					return err
				},
				"CreateInvitation": func() error {
					_, err := api.CreateInvitation(t.Context(), client.InvitationRequest{Email: "a@example.com", Language: "en", Role: client.RoleViewer})
					return err
				},
			} {
				err := about()
				if err == nil || client.IsNotFound(err) || client.IsUncertain(err) {
					t.Errorf("%s: %v", call, err)
				}
			}
			// A call about permissions does not look for the resource: internal/ownership does, once for many.
			for call, about := range map[string]func() error{
				"Permissions":              func() error { _, err := api.Permissions(t.Context(), client.Project, p.ID); return err },
				"Permissions, data source": func() error { _, err := api.Permissions(t.Context(), client.DataSource, p.ID); return err },
				"Grant":                    func() error { return api.Grant(t.Context(), client.Project, p.ID, "a@example.com") },
				"Revoke":                   func() error { return api.Revoke(t.Context(), client.Project, p.ID, "a@example.com") },
			} {
				if err := about(); err == nil || client.IsUncertain(err) {
					t.Errorf("%s: %v", call, err)
				}
			}
			_, err = api.Organization(t.Context(), home)
			isExactly(t, err, "", "NotFound")
			_, err = api.RenameOrganization(t.Context(), home, "New")
			isExactly(t, err, "", "NotFound")
			isExactly(t, api.DeleteOrganization(t.Context(), home), "", "NotFound")
		})
	}
}

func TestUnavailable_saysWhyAtEveryCall(t *testing.T) {
	t.Parallel()
	api := client.Unavailable("the endpoint is not known yet")
	for _, call := range everyCall(t.Context(), api) {
		isExactly(t, call(), "the endpoint is not known yet", "NotConfigured")
	}
}

// everyCall makes each kind of call.
func everyCall(ctx context.Context, api *client.Client) []func() error {
	return []func() error{
		func() error { _, err := api.OrganizationID(ctx); return err },
		func() error { _, err := api.CurrentMember(ctx); return err },
		func() error { _, err := api.Organizations(ctx); return err },
		func() error { _, err := api.Organization(ctx, "id"); return err },
		func() error { _, err := api.CreateOrganization(ctx, "name"); return err },
		func() error { _, err := api.RenameOrganization(ctx, "id", "name"); return err },
		func() error { return api.DeleteOrganization(ctx, "id") },
		func() error { _, err := api.Members(ctx); return err },
		func() error { _, err := api.Member(ctx, "id"); return err },
		func() error { _, err := api.SetMemberRole(ctx, "id", client.RoleViewer); return err },
		func() error { _, err := api.APIKeys(ctx); return err },
		func() error { _, err := api.APIKey(ctx, "id"); return err },
		func() error { _, err := api.CreateAPIKey(ctx, client.APIKeyRequest{}); return err },
		func() error { return api.DeleteOwner(ctx, deleteMember("id", "")) },
		func() error { return api.DeleteOwner(ctx, deleteKey("id", "")) },
		func() error { _, err := api.Invitations(ctx); return err },
		func() error { _, err := api.Invitation(ctx, "id"); return err },
		func() error { _, err := api.CreateInvitation(ctx, client.InvitationRequest{}); return err },
		func() error { return api.DeleteInvitation(ctx, "id") },
		func() error { _, err := api.List(ctx, client.Project); return err },
		func() error { _, err := api.Permissions(ctx, client.Project, "id"); return err },
		func() error { return api.Grant(ctx, client.Project, "id", "a@example.com") },
		func() error { return api.Revoke(ctx, client.Project, "id", "a@example.com") },
		func() error { _, err := api.Project(ctx, "id"); return err },
		func() error { return api.DeleteProject(ctx, "id") },
		func() error { _, err := api.AsKey("secret-of-a-key").List(ctx, client.Project); return err },
		func() error {
			_, err := api.AsKey("secret-of-a-key").OwnPermissions(ctx, client.Project, "id")
			return err
		},
		func() error { _, err := api.AsKey("secret-of-a-key").CreateProject(ctx, "Map"); return err },
	}
}

// transportFunc is a function as a transport.
type transportFunc func(*http.Request) (*http.Response, error)

func (f transportFunc) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestSession_tellsNothingOfItsTokens(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	account := c.Account()
	held := c.session(t, account.OrganizationID, account.Username, account.Password)
	api := c.connect(t, withAccessToken(held.AccessToken))
	c.Inject(simulator.Fault{Path: members, Action: simulator.ActionStatus, Status: 400, Body: `{"message":"Authorization: Bearer ` + held.AccessToken + `"}`})
	_, err := api.Members(t.Context())
	isExactly(t, err, "Bearer (secret)", "Invalid")
	if strings.Contains(err.Error(), held.AccessToken) {
		t.Error(err)
	}
	c.direct(t, "POST", revokeToken, "", object{"refreshToken": held.RefreshToken})
}
