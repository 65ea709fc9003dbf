package provider

import (
	"context"
	"time"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// A create is never sent twice blindly. When its answer is lost, the cloud is asked whether the object is there.

const (
	// recoveryTime bounds the look for what a lost answer was about, even when the run is being stopped.
	recoveryTime = 20 * time.Second
	// slack is how much earlier than the request the object may have been made: the cloud keeps whole seconds.
	slack = 2 * time.Second
)

// recovering is a context for looking after what a lost answer was about.
func recovering(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), recoveryTime)
}

// lostInvitation returns the invitation that a request whose answer was lost has sent after all.
func (c *cloud) lostInvitation(ctx context.Context, r client.InvitationRequest, since time.Time) (client.Invitation, bool) {
	ctx, cancel := recovering(ctx)
	defer cancel()
	i, found, err := c.client.InvitationByEmail(ctx, r.Email)
	if err != nil || !found || i.CreatedAt.Before(since.Add(-slack)) || !(membership{invitation: &i}).agrees(r, c.client.Now()) {
		return client.Invitation{}, false
	}
	return i, true
}
