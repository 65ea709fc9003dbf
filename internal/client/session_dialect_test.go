package client_test

import (
	"strings"
	"testing"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// foreignCloud speaks dialects, so that nothing is checked against the contract.
func foreignCloud(t *testing.T, dialects ...string) *cloud {
	t.Helper()
	c := &cloud{Server: simulator.New(), transport: fresh}
	t.Cleanup(func() { _ = c.Close() })
	must(t, c.Speak(dialects...))
	c.url = serve(t, c).URL
	c.SetBaseURL(c.url)
	return c
}

// The account finds itself in the list of members where the cloud does not tell who has signed in.
func TestSession_ofACloudWithoutMembersSelf(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		dialects []string
		token    bool
		says     string // empty where it works
	}{
		{[]string{"members-self-missing"}, true, ""},
		{[]string{"members-self-missing"}, false, ""},
		{[]string{"members-self-missing", "signs-in-elsewhere"}, true, ""},
		{[]string{"members-self-missing", "signs-in-elsewhere"}, false, "the endpoint has no /api/ss/rest/v1/authenticate"},
		{[]string{"members-self-missing", "user-without-id"}, true, ""},
		{[]string{"members-self-missing", "user-without-id"}, false, ""},
		{[]string{"members-self-missing", "user-without-email"}, true, "none of its members has the id or the email of the account"},
		{[]string{"members-self-missing", "user-without-email"}, false, ""},
		{[]string{"members-self-missing", "user-without-id", "user-without-email"}, true, "tells neither the id nor the email of the account"},
		{[]string{"members-self-missing", "user-without-id", "user-without-email"}, false, ""},
		{[]string{"members-self-missing", "members-elsewhere"}, true, "refuses the session"},
		{[]string{"members-self-missing", "members-elsewhere"}, false, "refuses the session"},
		{[]string{"user-without-id", "user-without-email"}, true, ""},
		{[]string{"emails-lower-cased", "members-self-missing"}, true, ""},
		{[]string{"token-bound-from-start"}, false, ""},
	} {
		t.Run(strings.Join(test.dialects, "+")+map[bool]string{true: "/token", false: "/password"}[test.token], func(t *testing.T) {
			t.Parallel()
			c := foreignCloud(t, test.dialects...)
			c.addMember(t, "other@example.com", simulator.RoleAdministrator)
			var edits []func(*client.Config)
			if test.token {
				token, err := c.SingleSignOn(c.Account().Username)
				must(t, err)
				edits = append(edits, withAccessToken(token), withOrganization(""))
			}
			api := c.connect(t, edits...)
			self, err := api.CurrentMember(t.Context())
			if test.says != "" {
				if err == nil || !strings.Contains(err.Error(), test.says) {
					t.Errorf("%v, want an error that says %q", err, test.says)
				}
			} else {
				must(t, err)
				equal(t, "member", self.ID, c.Account().MemberID)
			}
			if test.token {
				for _, call := range []string{"authenticate", "refreshToken", "revokeToken"} {
					must(t, api.Close(t.Context()))
					equal(t, call, c.count(call), 0)
				}
			}
		})
	}
}

// Two members with the account's email, as two accounts of one person with different sign-ins would be.
func TestSession_ofAnAccountThatIsSeveralMembersIsRefused(t *testing.T) {
	t.Parallel()
	c := foreignCloud(t, "members-self-missing")
	c.Inject(simulator.Fault{Path: members, Action: simulator.ActionStatus, Status: 200, Times: -1, Body: `{"message":"OK","result":[
		{"id":"auth0|1","email":"admin@example.com","roles":["ORG_ADMIN"]},{"id":"google|1","email":"Admin@Example.com","roles":["ORG_VIEWER"]}]}`})
	_, err := c.connect(t).CurrentMember(t.Context())
	isExactly(t, err, "2 of its members have the id or the email of the account: auth0|1 and google|1")
	if !client.IsUnknownAccount(err) {
		t.Error(err)
	}
}

func TestAccessToken_ofAnotherOrganizationIsRefusedBeforeAnything(t *testing.T) {
	t.Parallel()
	for _, dialects := range [][]string{nil, {"members-self-missing"}} {
		c := foreignCloud(t, dialects...)
		token, err := c.SingleSignOn(c.Account().Username)
		must(t, err)
		second := c.addOrganization(t, "Second")
		api := c.connect(t, withAccessToken(token), withOrganization(second.ID))
		_, err = api.CreateAPIKey(t.Context(), client.APIKeyRequest{Title: "ci", Role: client.RoleViewer, ExpiresAt: c.Now().Add(day)})
		isExactly(t, err, "is not bound to the organization "+second.ID, "UnboundAccessToken", "WrongOrganization")
		equal(t, "creates", c.count("createApiKey"), 0)

		other := c.connect(t, withAccessToken(token), withOrganization("")) // the account has two now, and the token does not say which
		_, err = other.OrganizationID(t.Context())
		isExactly(t, err, "belongs to 2 organizations and none is chosen", "WrongOrganization")
	}
}

// A token that ends in mid-run fails every call that follows, without asking the cloud again, and what to do is said once.
func TestAccessToken_thatEndsIsExplainedOnce(t *testing.T) {
	t.Parallel()
	c := foreignCloud(t)
	token, err := c.SingleSignOn(c.Account().Username)
	must(t, err)
	api := c.signedIn(t, withAccessToken(token))
	_, err = api.Members(t.Context())
	must(t, err)
	c.ExpireSessions()
	c.ClearRequests()
	first := 0
	for _, err := range together(20, func(int) error { _, err := api.APIKeys(t.Context()); return err }) {
		if !client.IsDeadAccessToken(err) {
			t.Errorf("%v", err)
		}
		if _, wasSaid, _ := client.FailedSignIn(err); !wasSaid {
			first++
		}
	}
	equal(t, "errors that explain", first, 1)
	asked := len(c.Requests())
	_, err = api.Members(t.Context())
	if _, wasSaid, _ := client.FailedSignIn(err); !wasSaid || len(c.Requests()) != asked {
		t.Errorf("%v after %d more calls", err, len(c.Requests())-asked)
	}
	equal(t, "sign-ins", c.count("authenticate")+c.count("refreshToken"), 0)
}
