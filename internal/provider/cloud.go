package provider

import (
	"crypto/rand"
	"sync"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// cloud is what the provider hands to its resources and data sources: the client, and what must be known of the whole run
// before one member or key may be deleted. Terraform makes one for each walk, so a plan and its apply have two.
type cloud struct {
	client    *client.Client
	successor emailValue // the provider's transfer_ownership_to; null or unknown where it is
	walk      string     // tells this walk's notes from those of another

	resources   once[[]client.Resource]
	members     once[[]client.Member]
	invitations once[[]client.Invitation]
	applied     ledger
	leavers     leavers
	claims      claims
	withdrawn   sync.Map // what the withdrawn invitations were: invitationData by normalized email
}

func newCloud(c *client.Client, successor emailValue) *cloud {
	return &cloud{
		client: c, successor: successor, walk: rand.Text(),
		resources:   once[[]client.Resource]{read: c.Resources},
		members:     once[[]client.Member]{read: c.Members},
		invitations: once[[]client.Invitation]{read: c.Invitations},
		applied:     ledger{turn: make(chan struct{}, 1), client: c},
	}
}
