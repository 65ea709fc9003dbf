package provider

import (
	"context"
	"crypto/rand"
	"sync"
	"sync/atomic"

	"github.com/hashicorp/go-version"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/directory"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/ownership"
)

// run is what the resources of one provider block share from Configure to the end of the process. Terraform makes one for
// each walk, so a plan and its apply have two.
type run struct {
	client    *client.Client // for what is not of the organization: the account's organizations, the session
	directory *directory.Directory
	terraform *version.Version // or OpenTofu's; nil where it is not told
	walk      string           // tells what this walk leaves in private state from what another left

	ownership             *ownership.Ownership
	deletions             *deletions
	people                managedPeople
	adoptions             announcedAdoptions
	withdrawals           withdrawals
	ephemeralKeys         ephemeralKeys
	unstored              unstoredSecrets
	cutLists              sync.Map // what was said of lists that are cut
	organizationDeletions organizationDeletions
	named                 namedOrganizations
	saidElsewhere         atomic.Bool // what to do about an object of another organization
	saidNowhere           atomic.Bool // that there is no organization in which anything could be created
}

func newRun(c *client.Client, d *directory.Directory, o *ownership.Ownership, successor emailValue, from successorSource) *run {
	d.DeleteUnusedKeysWith(o.DeleteUnused)
	return &run{client: c, directory: d, walk: rand.Text(), ownership: o, deletions: &deletions{directory: d, ownership: o, successor: successor, from: from}}
}

// announcedAdoptions are what this walk has said of those who are adopted. The zero value is empty.
type announcedAdoptions struct{ texts sync.Map } // by normalized email

// isNew keeps what is said of the person, and reports whether it was not said before.
func (a *announcedAdoptions) isNew(email, text string) bool {
	said, _ := a.texts.Swap(client.NormalizeEmail(email), text)
	return said != text
}

// withdrawals are what the invitations were that this walk has withdrawn. The zero value is empty.
type withdrawals struct{ invitations sync.Map } // withdrawal by normalized email

// withdrawal is an invitation that was to be withdrawn. It may have been gone already: accepted, or withdrawn elsewhere.
type withdrawal struct {
	invitationData
	wasGone bool
}

func (w *withdrawals) add(m invitationData, wasGone bool) {
	w.invitations.Store(client.NormalizeEmail(m.Email.ValueString()), withdrawal{m, wasGone})
}

func (w *withdrawals) find(email emailValue) (was withdrawal, found bool) {
	stored, _ := w.invitations.Load(client.NormalizeEmail(email.ValueString()))
	was, found = stored.(withdrawal)
	return was, found
}

// resources are the projects and data sources of the organization with their owners. The error is that of the first that could not be read.
func (r *run) resources(ctx context.Context) ([]client.Resource, error) {
	reading, err := r.ownership.Read(ctx)
	if err == nil {
		err = reading.Err()
	}
	if err != nil {
		return nil, err
	}
	return reading.Resources(), nil
}
