package client_test

import (
	"testing"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

func TestMember_isReadInFull(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	made := c.addMember(t, "Editor@Example.com", simulator.RoleEditor)
	api := c.signedIn(t)
	m, err := api.Member(t.Context(), made.ID)
	must(t, err)
	equal(t, "id", m.ID, made.ID)
	equal(t, "name", m.Name, made.Name)
	equal(t, "username", m.Username, made.Email)
	equal(t, "email", m.Email, "Editor@Example.com")
	equalLists(t, "roles", m.Roles, []client.Role{client.RoleEditor})

	all, err := api.Members(t.Context())
	must(t, err)
	equal(t, "members", len(all), 2)
	equal(t, "first", all[0].Role(), client.RoleAdmin)
	equal(t, "second", all[1].ID, made.ID)
	equalLists(t, "calls", c.calls(), []string{"getMember", "listMembers"})
}

func TestMember_changesRoleAtOnce(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	made := c.addMember(t, "editor@example.com", simulator.RoleEditor)
	api := c.signedIn(t)
	for _, role := range []client.Role{client.RoleAdmin, client.RoleViewer, client.RoleEditor} {
		m, err := api.SetMemberRole(t.Context(), made.ID, role)
		must(t, err)
		equal(t, "answer", m.Role(), role)
		now, _ := c.Member(made.Email)
		equal(t, "cloud", now.Role, string(role))
	}
	equal(t, "changes", c.count("updateMember"), 3)
}

func TestMember_lastAdministratorIsInConflict(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	api := c.signedIn(t)
	_, err := api.SetMemberRole(t.Context(), c.Account().MemberID, client.RoleViewer)
	isExactly(t, err, "last administrator", "Conflict")
	isExactly(t, api.DeleteOwner(t.Context(), deleteMember(c.Account().MemberID, "")), "last administrator", "Conflict")
}

func TestMember_unknownIsNotFoundWhateverIsAsked(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	api := c.signedIn(t)
	_, err := api.Member(t.Context(), "auth0|000000000000000000000000")
	isExactly(t, err, "/members/auth0%7C000000000000000000000000: ", "NotFound")
	_, err = api.SetMemberRole(t.Context(), "auth0|000000000000000000000000", client.RoleViewer)
	isExactly(t, err, "PATCH", "NotFound")
	isExactly(t, api.DeleteOwner(t.Context(), deleteMember("auth0|000000000000000000000000", "")), "DELETE", "NotFound")
}

func TestMember_deletionHandsOverOrDestroys(t *testing.T) {
	t.Parallel()
	for name, transfer := range map[string]bool{"hands over": true, "destroys": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t)
			owner := c.addMember(t, "owner@example.com", simulator.RoleEditor)
			successor := c.addMember(t, "successor@example.com", simulator.RoleEditor)
			p, err := c.AddProject("Map", owner.Email)
			must(t, err)
			api := c.signedIn(t)
			to, owners := "", []string(nil)
			if transfer {
				to, owners = successor.ID, []string{successor.Email}
			}
			must(t, api.DeleteOwner(t.Context(), deleteMember(owner.ID, to)))
			if _, there := c.Member(owner.Email); there {
				t.Error("still a member")
			}
			equalLists(t, "owners", c.Owners(p.ID), owners)
			equalLists(t, "calls", c.calls(), []string{"deleteMember"})
		})
	}
}

func TestMember_deletionWithAnUnfitSuccessorDoesNothing(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	owner := c.addMember(t, "owner@example.com", simulator.RoleEditor)
	viewer := c.addMember(t, "viewer@example.com", simulator.RoleViewer)
	api := c.signedIn(t)
	for name, id := range map[string]string{"unknown": "auth0|none", "a viewer": viewer.ID, "the owner": owner.ID} {
		isExactly(t, api.DeleteOwner(t.Context(), deleteMember(owner.ID, id)), "", "Invalid")
		if _, there := c.Member(owner.Email); !there {
			t.Errorf("%s: the member is gone", name)
		}
	}
}
