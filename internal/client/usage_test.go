package client_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

func TestUsage_countsCallsRetriesAndWaiting(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := bubbleCloud(t)
		api := c.connect(t)
		equal(t, "calls before the first", len(api.Usage().Calls), 0)
		c.Inject(simulator.Fault{Path: members, Action: simulator.ActionStatus, Status: 429, Headers: map[string]string{"Retry-After": "10"}})
		_, err := api.CurrentMember(t.Context()) // or two would wait
		must(t, err)
		_, err = api.Members(t.Context())
		must(t, err)
		_, err = api.CreateInvitation(t.Context(), client.InvitationRequest{Email: "a@example.com", Language: "en", Role: client.RoleViewer})
		must(t, err)
		must(t, api.Close(t.Context()))

		used := api.Usage()
		equal(t, "GETs", used.Calls["GET"], 4)   // members/self, the list twice, and the first invitation
		equal(t, "POSTs", used.Calls["POST"], 4) // authenticate, refresh-token, the invitation, revoke-token
		equal(t, "verbs", len(used.Calls), 2)
		equal(t, "retries", used.Retries, 1)
		equal(t, "waited", used.Waited, 10*time.Second)
	})
}
