package client_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

func TestInvitation_livesThroughEveryCall(t *testing.T) {
	t.Parallel()
	for language, role := range map[string]client.Role{"en": client.RoleAdmin, "fr": client.RoleEditor, "es": client.RoleViewer} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t)
			api := c.signedIn(t)
			created, err := api.CreateInvitation(t.Context(), client.InvitationRequest{Email: "New.Person+x@example.com", Language: language, Role: role})
			must(t, err)
			made, _ := c.Invitation("new.person+x@example.com")
			equal(t, "id", created.ID, made.ID)
			equal(t, "email", created.Email, "New.Person+x@example.com")
			equal(t, "language", created.Language, language)
			equal(t, "role", created.Role(), role)
			equal(t, "invited by", created.InvitedBy, c.Account().Username)
			equal(t, "link", created.Link, made.Link)
			equal(t, "created at", created.CreatedAt.Time, made.CreatedAt.UTC())
			equal(t, "expires at", created.ExpiresAt.Time, created.CreatedAt.Add(7*day))
			equal(t, "mails", len(c.Mails()), 1)

			read, err := api.Invitation(t.Context(), created.ID)
			must(t, err)
			equalLists(t, "roles", read.Roles, []client.Role{role})
			read.Roles, created.Roles = nil, nil
			all, err := api.Invitations(t.Context())
			must(t, err)
			equal(t, "invitations", len(all), 1)
			all[0].Roles = nil
			for _, i := range []client.Invitation{read, all[0]} {
				equal(t, "id", i.ID, created.ID)
				equal(t, "email", i.Email, created.Email)
				equal(t, "language", i.Language, created.Language)
				equal(t, "invited by", i.InvitedBy, created.InvitedBy)
				equal(t, "link", i.Link, created.Link)
				equal(t, "dates", [2]client.Time{i.CreatedAt, i.ExpiresAt}, [2]client.Time{created.CreatedAt, created.ExpiresAt})
			}

			must(t, api.DeleteInvitation(t.Context(), created.ID))
			equal(t, "invitations left", len(c.Invitations()), 0)
			_, err = api.Invitation(t.Context(), created.ID)
			isExactly(t, err, created.ID, "NotFound")
			isExactly(t, api.DeleteInvitation(t.Context(), created.ID), created.ID, "NotFound")
		})
	}
}

// That invitations can be read at all is shown by one of them, however many are sent at once.
func TestInvitation_firstOfManyAtOnceIsRead(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	api := c.signedIn(t)
	c.ClearRequests()
	var all sync.WaitGroup
	for n := range 10 {
		all.Go(func() {
			_, err := api.CreateInvitation(t.Context(), client.InvitationRequest{Email: fmt.Sprintf("p%d@example.com", n), Language: "en", Role: client.RoleViewer})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	reads := 0
	for _, r := range c.Requests() {
		if r.Method == http.MethodGet {
			reads++
		}
	}
	equal(t, "reads", reads, 1)
}

func TestInvitation_toAMemberOrTwiceIsInConflict(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	api := c.signedIn(t)
	for _, email := range []string{c.Account().Username, "new@example.com", "NEW@example.com"} {
		_, err := api.CreateInvitation(t.Context(), client.InvitationRequest{Email: email, Language: "en", Role: client.RoleViewer})
		if email == "new@example.com" {
			must(t, err)
			continue
		}
		isExactly(t, err, email, "Conflict")
	}
	equal(t, "mails", len(c.Mails()), 1)
}

func TestInvitation_acceptedLeavesTheList(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	api := c.signedIn(t)
	i, err := api.CreateInvitation(t.Context(), client.InvitationRequest{Email: "new@example.com", Language: "en", Role: client.RoleViewer})
	must(t, err)
	_, err = c.Accept("new@example.com", "New Person", password)
	must(t, err)
	_, err = api.Invitation(t.Context(), i.ID)
	isExactly(t, err, "", "NotFound")
	invitations, err := api.Invitations(t.Context())
	must(t, err)
	equal(t, "invitations", len(invitations), 0)
	members, err := api.Members(t.Context())
	must(t, err)
	equal(t, "name", members[len(members)-1].Name, "New Person")
}

func TestInvitation_expiresAtTheMomentItSays(t *testing.T) {
	t.Parallel()
	end := time.Date(2024, 7, 22, 18, 26, 57, 0, time.UTC)
	i := client.Invitation{ExpiresAt: client.Time{Time: end}}
	for now, expired := range map[time.Time]bool{end.Add(-time.Nanosecond): false, end: true, end.Add(time.Hour): true} {
		equal(t, now.String(), i.IsExpired(now), expired)
	}
	equal(t, "without an end", client.Invitation{}.IsExpired(end), false)
}
