package provider

import (
	"crypto/rand"
	"sync"

	"github.com/hashicorp/go-version"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/directory"
)

// run is what the resources of one provider block share from Configure to the end of the process. Terraform makes one for
// each walk, so a plan and its apply have two.
type run struct {
	client    *client.Client // for what is not of the organization: the account's organizations, the session
	directory *directory.Directory
	terraform *version.Version // or OpenTofu's; nil where it is not told
	walk      string           // tells what this walk leaves in private state from what another left

	deletions     *deletions
	people        managedPeople
	adoptions     announcedAdoptions
	withdrawals   withdrawals
	ephemeralKeys ephemeralKeys
	unstored      unstoredSecrets
}

func newRun(c *client.Client, d *directory.Directory, successor emailValue) *run {
	walk := rand.Text()
	return &run{client: c, directory: d, walk: walk, deletions: newDeletions(d, successor, walk)}
}

// announcedAdoptions are what this walk has said of those who are adopted. The zero value is empty.
type announcedAdoptions struct{ texts sync.Map } // by normalized email

// isNew keeps what is said of the person, and reports whether it was not said before.
func (a *announcedAdoptions) isNew(email, text string) bool {
	said, _ := a.texts.Swap(client.NormalizeEmail(email), text)
	return said != text
}

// withdrawals are what the invitations were that this walk has withdrawn. The zero value is empty.
type withdrawals struct{ invitations sync.Map } // invitationData by normalized email

func (w *withdrawals) add(m invitationData) {
	w.invitations.Store(client.NormalizeEmail(m.Email.ValueString()), m)
}

func (w *withdrawals) find(email emailValue) (was invitationData, found bool) {
	stored, _ := w.invitations.Load(client.NormalizeEmail(email.ValueString()))
	was, found = stored.(invitationData)
	return was, found
}
