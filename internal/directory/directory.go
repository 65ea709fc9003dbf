// Package directory is what one run knows of an organization. It fetches the list of each noun (members, API keys,
// invitations) once, looks objects up in it, and fetches it again after a write of this run. It makes the writes,
// finds out what became of one whose answer was lost, and tells where a person stands. It knows nothing of Terraform, of the
// rules of ownership, or of the words in which a user is told.
package directory

import (
	"context"
	"time"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// Freshness says how old an answer may be.
type Freshness int

const (
	// Cached takes the list that this run fetched last, whatever the run has written since. It is for a question whose wrong
	// answer the cloud itself corrects, such as whether a person may be invited.
	Cached Freshness = iota
	// Current fetches the list once, and again after a write of this run. What is looked up by id and is not in the list is
	// asked for by itself. It is for what a plan or a refresh shows.
	Current
	// Fresh asks the cloud now. It is for what an apply decides by.
	Fresh
)

// Options choose how a Directory reads.
type Options struct {
	// OneByOne asks for each object by itself, where an object can be asked for by id, instead of fetching lists.
	OneByOne bool
}

// Directory is one organization in one run. Safe for concurrent use.
type Directory struct {
	client *client.Client
	policy readPolicy

	members     list[client.Member]
	keys        list[client.APIKey]
	invitations list[client.Invitation]

	creations    keyCreations
	deleteUnused func(context.Context, client.APIKey) error
}

// New returns the directory of the organization that c works on. It makes no call.
func New(c *client.Client, options Options) *Directory {
	d := &Directory{client: c}
	d.members = list[client.Member]{
		call:  c.Members,
		id:    func(m client.Member) string { return m.ID },
		email: func(m client.Member) string { return m.Email },
	}
	d.keys = list[client.APIKey]{
		call: c.APIKeys,
		id:   func(k client.APIKey) string { return k.ID },
	}
	d.invitations = list[client.Invitation]{
		call:   c.Invitations,
		id:     func(i client.Invitation) string { return i.ID },
		email:  func(i client.Invitation) string { return i.Email },
		prefer: expiresLater,
	}
	d.policy = readPolicy{
		oneByOne: options.OneByOne,
		signIn:   func(ctx context.Context) { _, _ = c.OrganizationID(ctx) }, // the look-up will meet the error
		prefetch: func(ctx context.Context) {
			d.members.choose(ctx, Current)
			d.keys.choose(ctx, Current)
			d.invitations.choose(ctx, Current)
		},
	}
	return d
}

// DeleteUnusedKeysWith says how an API key is deleted whose secret was lost with the answer that had it. The directory itself deletes no member and
// no key: that is for the rules of ownership. Call it before the first CreateAPIKey.
func (d *Directory) DeleteUnusedKeysWith(remove func(context.Context, client.APIKey) error) {
	d.deleteUnused = remove
}

// Now is the cloud's time. It is this machine's time until the cloud has answered once.
func (d *Directory) Now() time.Time { return d.client.Now() }

// OrganizationID is the id of the organization. It signs in where that has not happened yet, and so sets the clock.
func (d *Directory) OrganizationID(ctx context.Context) (string, error) {
	return d.client.OrganizationID(ctx)
}

// CurrentMember is the member whose account is in use. It signs in where that has not happened yet, and so sets the clock.
func (d *Directory) CurrentMember(ctx context.Context) (client.Member, error) {
	return d.client.CurrentMember(ctx)
}
