package ownership

import (
	"context"
	"fmt"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/directory"
)

// Evidence is what the rehearsal of a run showed.
type Evidence struct {
	Result Rehearsal
	// Why says in words why the result is not RehearsalWorks.
	Why string
	// Revocation means that the cloud takes permissions back, and ByEmail that the transfer takes the successor's email, not the id.
	Revocation, ByEmail bool
	// LeftOvers are what the rehearsal could not delete.
	LeftOvers []LeftOver
}

// Rehearse tries a deletion on things of its own, where this run has not done so yet, and returns what that shows.
func (o *Ownership) Rehearse(ctx context.Context) (Evidence, error) {
	shown, err := o.rehearse(ctx)
	return Evidence{shown.result, shown.why, shown.revocation, shown.byEmail, shown.left}, err
}

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
	return o.qualify(owner, email, o.listed(ctx, directory.Fresh))
}
