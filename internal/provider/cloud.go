package provider

import (
	"context"
	"crypto/rand"
	"sync"

	"github.com/hashicorp/go-version"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// cloud is what the provider hands to its resources and data sources: the client, and what must be known of the whole run
// before one member or key may be deleted. Terraform makes one for each walk, so a plan and its apply have two.
type cloud struct {
	client    *client.Client
	successor emailValue       // the provider's transfer_ownership_to; null or unknown where it is
	walk      string           // tells this walk's notes from those of another
	terraform *version.Version // or OpenTofu's; nil where it is not told

	tally       tally
	members     roll[client.Member]
	keys        roll[client.APIKey]
	invitations roll[client.Invitation]
	resources   roll[client.Resource]
	applied     ledger
	leavers     leavers
	claims      claims
	births      births
	handover    handover
	leases      leases
	withdrawn   sync.Map // what the withdrawn invitations were: invitationData by normalized email
	adoptions   sync.Map // what was said of who is adopted: text by normalized email
}

func newCloud(c *client.Client, successor emailValue, bulkRead bool) *cloud {
	made := &cloud{
		client: c, successor: successor, walk: rand.Text(),
		tally:       tally{client: c, perObject: !bulkRead},
		members:     roll[client.Member]{read: c.Members, names: func(m client.Member) []string { return []string{m.ID, client.NormalizeEmail(m.Email)} }},
		keys:        roll[client.APIKey]{read: c.APIKeys, names: func(k client.APIKey) []string { return []string{k.ID} }},
		invitations: roll[client.Invitation]{read: c.Invitations, names: func(i client.Invitation) []string { return []string{i.ID, client.NormalizeEmail(i.Email)} }, prefer: outlives},
		resources:   roll[client.Resource]{read: c.Resources},
		applied:     ledger{turn: make(chan struct{}, 1), client: c},
	}
	made.tally.readAhead = func(ctx context.Context) {
		made.members.reading(ctx)
		made.keys.reading(ctx)
		made.invitations.reading(ctx)
	}
	made.members.tally, made.keys.tally, made.invitations.tally = &made.tally, &made.tally, &made.tally
	return made
}

// outlives reports whether the invitation a can be accepted longer than b.
func outlives(a, b client.Invitation) bool { return a.ExpiresAt.After(b.ExpiresAt.Time) }
