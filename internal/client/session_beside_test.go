package client_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// holdSelf lets the cloud tell who has signed in only after the first list of members, or of whatever ends in segment, was asked for.
func (c *cloud) holdSelf(t *testing.T, segment string) {
	asked := make(chan struct{})
	c.Use(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch {
			case strings.HasSuffix(r.URL.Path, "/members/self"):
				select {
				case <-asked:
				case <-time.After(10 * time.Second):
					t.Error("nothing is asked beside it")
				}
			case strings.HasSuffix(r.URL.Path, segment):
				close(asked)
			}
			next.ServeHTTP(w, r)
		})
	})
}

// The round trips that follow each other are to sign in, to bind, and then all reads at once.
func TestSession_asksWhoHasSignedInBesideTheFirstList(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	c.holdSelf(t, "/members")
	api := c.connect(t)
	members, err := api.Members(t.Context())
	must(t, err)
	equal(t, "members", len(members), 1)
}

// What was read before it is known that the account may not manage the organization is not given out.
func TestSession_ofNoAdministratorGivesNothingOut(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	const viewer = "viewer@example.com"
	_, err := c.AddMember("Viewer", viewer, "ORG_VIEWER", "Correct-Horse.7")
	must(t, err)
	c.holdSelf(t, "/projects")
	api := c.connect(t, func(config *client.Config) { config.Username, config.Password = viewer, "Correct-Horse.7" })
	_, err = api.List(t.Context(), client.Project)
	isExactly(t, err, viewer+" is ORG_VIEWER", "NotAdministrator")
}

// A change is not sent before.
func TestSession_changesNothingBeforeItIsKnownWhoHasSignedIn(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	api := c.connect(t)
	_, err := api.CreateInvitation(t.Context(), client.InvitationRequest{Email: "ada@example.com", Language: "en", Role: client.RoleViewer})
	must(t, err)
	calls := c.calls()
	if self, create := slices.Index(calls, "getMemberSelf"), slices.Index(calls, "createInvitation"); self < 0 || create < self {
		t.Errorf("the calls are %v", calls)
	}
}
