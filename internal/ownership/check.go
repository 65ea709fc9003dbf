package ownership

import (
	"context"
	"fmt"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// Look finds what the owner owns and who would receive it, by the reading that a plan shows.
func (o *Ownership) Look(ctx context.Context, d Deletion) (Found, error) {
	return o.gather(ctx, d, o.reader.planned)
}

// Check asks the rule as Delete does, and rehearses where that decides, but neither transfers nor deletes anything. It is for a rotation,
// which creates a key before it deletes the previous one.
func (o *Ownership) Check(ctx context.Context, d Deletion) (Result, error) {
	t := &attempt{o: o, deletion: d}
	for {
		if err := t.ask(ctx, o.reader.fresh); err != nil || t.Step != Rehearse {
			return t.Result, err
		}
		if err := t.rehearse(ctx); err != nil {
			return t.Result, err
		}
	}
}

// DeleteUnused deletes a key of this very process whose secret was never given out.
func (o *Ownership) DeleteUnused(ctx context.Context, k client.APIKey) error {
	done, err := o.Delete(ctx, Deletion{Owner: Owner{Kind: client.APIKeyOwner, ID: k.ID, Email: k.Email, Name: k.Title}, Unused: true}, nil)
	if err == nil && !done.Deleted {
		err = fmt.Errorf("the API key %s is not deleted", k.ID)
	}
	return err
}

// Qualify looks up the member with this email, and reports why they may not receive what the owner owns.
func (o *Ownership) Qualify(ctx context.Context, owner Owner, email string) (client.Member, Misfit, error) {
	members, err := o.directory.FreshMembers(ctx)
	if err != nil {
		return client.Member{}, Fits, err
	}
	m, why := o.qualify(owner, email, members)
	return m, why, nil
}
