package client_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// permit allows one deletion, or none.
type permit struct {
	kind     client.OwnerKind
	id, to   string
	declined bool
}

func (p permit) Permitted() (kind client.OwnerKind, id, transferOwnershipTo string, ok bool) {
	return p.kind, p.id, p.to, !p.declined
}

func deleteMember(id, transferOwnershipTo string) permit {
	return permit{kind: client.MemberOwner, id: id, to: transferOwnershipTo}
}

func deleteKey(id, transferOwnershipTo string) permit {
	return permit{kind: client.APIKeyOwner, id: id, to: transferOwnershipTo}
}

func TestDeleteOwner_isAskedOnce(t *testing.T) {
	t.Parallel()
	for _, kind := range []client.OwnerKind{client.MemberOwner, client.APIKeyOwner} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			c := startCloud(t)
			lead := c.addMember(t, "lead@example.com", simulator.RoleEditor)
			editor, key := c.addMember(t, "editor@example.com", simulator.RoleEditor), c.addKey(t, "ci", simulator.RoleEditor)
			p, err := c.AddProject("Water", map[client.OwnerKind]string{client.MemberOwner: editor.Email, client.APIKeyOwner: key.Email}[kind])
			must(t, err)
			asked := permit{kind: kind, id: map[client.OwnerKind]string{client.MemberOwner: editor.ID, client.APIKeyOwner: key.ID}[kind], to: lead.ID}
			api := c.signedIn(t)
			for _, fault := range []simulator.Fault{
				{Action: simulator.ActionClose}, {Action: simulator.ActionStatus, Status: 500}, {Action: simulator.ActionStatus, Status: 503},
				{Action: simulator.ActionStatus, Status: 429},
			} {
				c.Inject(fault)
				err := api.DeleteOwner(t.Context(), asked)
				equal(t, fmt.Sprint(fault.Action, fault.Status), client.IsUncertain(err) || client.IsThrottled(err), true)
			}
			equal(t, "deletions", len(c.calls()), 4)
			must(t, api.DeleteOwner(t.Context(), asked))
			equalLists(t, "owners", c.Owners(p.ID), []string{lead.Email})
			equal(t, "again", client.IsNotFound(api.DeleteOwner(t.Context(), asked)), true)
		})
	}
}

func TestDeleteOwner_needsAPermit(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	api := c.signedIn(t)
	var ofTheAPI *client.Error
	err := api.DeleteOwner(t.Context(), permit{kind: client.APIKeyOwner, id: c.addKey(t, "ci", simulator.RoleEditor).ID, declined: true})
	equal(t, "an error of no call", err != nil && !errors.As(err, &ofTheAPI), true)
	equal(t, "calls", len(c.calls()), 0)
}
