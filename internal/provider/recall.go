package provider

import (
	"context"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// A refresh reads each object from its noun's list where that pays. What the list lacks is asked for by itself before it
// counts as gone.

func (c *cloud) recallKey(ctx context.Context, id string) (client.APIKey, error) {
	c.births.know(id) // or it could be taken for one that a killed run left
	if k, found := c.keys.findIfItPays(ctx, id); found {
		return k, nil
	}
	return c.client.APIKey(ctx, id)
}

// recallMembership looks for the member first, then for the invitation. By email there is no other way than the lists.
func (c *cloud) recallMembership(ctx context.Context, id, email string) (membership, error) {
	if id != "" {
		if m, found := c.members.findIfItPays(ctx, id); found {
			return membership{member: &m}, nil
		}
	} else if c.tally.begin(ctx) {
		if s, found := c.recallPerson(ctx, email); found {
			c.tally.listed.Add(1)
			return s, nil
		}
	}
	return c.findMembership(ctx, id, email)
}

// recallPerson looks somebody up in the lists. Who has no member's id was invited: both lists are read at once.
func (c *cloud) recallPerson(ctx context.Context, email string) (s membership, found bool) {
	c.invitations.reading(ctx)
	if m, found := c.members.find(ctx, client.NormalizeEmail(email)); found {
		return membership{member: &m}, true
	}
	if i, found := c.invitations.find(ctx, client.NormalizeEmail(email)); found {
		return membership{invitation: &i}, true
	}
	return membership{}, false
}

// recallInvitation looks for the invitation by id, and for what has become of it by email.
func (c *cloud) recallInvitation(ctx context.Context, id, email string) (membership, error) {
	i, found := c.invitations.findIfItPays(ctx, id)
	if found && !i.IsExpired(c.client.Now()) {
		return membership{invitation: &i}, nil
	}
	if c.tally.perObject || !c.invitations.isRead() {
		return c.findInvitation(ctx, id, email)
	}
	if s, found := c.recallPerson(ctx, email); found {
		return s, nil
	}
	return c.findMembership(ctx, "", email)
}
