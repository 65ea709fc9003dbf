package ownership

import (
	"context"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// ordinary are the permissions that are known not to be ownership. Source: K2's guides and its QGIS plugin.
var ordinary = []string{
	"VIEW", "MODIFY", "EXTRACT_ROW", "CREATE_ROW", "EDIT_ROW", "DELETE_ROW", "EXTRACT_FEATURE", "CREATE_FEATURE", "EDIT_FEATURE", "DELETE_FEATURE",
}

// Baseline is what an API key saw right after it was made: all of it belongs to others. The zero value is that of a key that was not asked.
type Baseline struct{ seen map[key]bool }

func (b *Baseline) isKnown() bool { return b != nil && b.seen != nil }

// Opened asks the API key with this secret what it sees, right after it was made and before it is given out. Two calls.
func (o *Ownership) Opened(ctx context.Context, secret string) (Baseline, error) {
	seen, err := listsOf(ctx, o.client.AsKey(secret))
	b := Baseline{map[key]bool{}}
	for _, resource := range seen {
		b.seen[keyOf(resource)] = true
	}
	return b, err
}

// ownView is what a key says of itself.
type ownView struct {
	holdings []client.Resource
	open     Open
}

// askKey asks the key what it owns: its own lists, and what it may do with each resource in them. That needs neither the account's
// sight nor the form of principals. Known is false where the key could not be asked, or its lists lack what the account sees it in.
func (o *Ownership) askKey(ctx context.Context, owner Owner, r *Reading) (view ownView, known bool) {
	access := o.client.AsKey(owner.Secret)
	seen, err := listsOf(ctx, access)
	if err != nil {
		return ownView{}, false
	}
	p := r.partyOf(owner)
	isSeen := map[key]bool{}
	for _, resource := range seen {
		isSeen[keyOf(resource)] = true
	}
	for _, one := range r.resources {
		isIn := slices.ContainsFunc(one.permissions, func(entry client.Permission) bool { return p.is(readPrincipal(entry.Principal)) })
		if isIn && !isSeen[keyOf(one.Resource)] {
			return ownView{}, false
		}
	}
	judged, err := ownPermissions(ctx, access, owner, seen)
	if err != nil {
		return ownView{}, false
	}
	view = ownView{holdings: r.holdings(p), open: r.proof.lengths(kindsOf(seen))}
	isTrusted := !r.open(p).Has(openContradicted)
	for i, resource := range seen {
		one, isListed := r.find(resource)
		switch {
		case isListed && p.isIn(one.owners): // which is among the holdings
		case judged[i] == owns:
			view.holdings = append(view.holdings, resource)
		case judged[i] == unclear && (!isListed || !isTrusted || !r.isClearlyOthers(one, p)):
			view.open |= OpenForm
		}
	}
	return view, true
}

// askAlone judges a key by its own lists alone: only what has come since the baseline can be its own. Two calls, and one for each
// resource that is new.
func (o *Ownership) askAlone(ctx context.Context, owner Owner, b Baseline) (view ownView, known bool) {
	access := o.client.AsKey(owner.Secret)
	seen, err := listsOf(ctx, access)
	if err != nil {
		return ownView{}, false
	}
	view.open = o.reader.proved().lengths(kindsOf(seen))
	fresh := slices.DeleteFunc(seen, func(resource client.Resource) bool { return b.seen[keyOf(resource)] })
	judged, err := ownPermissions(ctx, access, owner, fresh)
	if err != nil {
		return ownView{}, false
	}
	for i, resource := range fresh {
		switch judged[i] {
		case owns:
			view.holdings = append(view.holdings, resource)
		case unclear:
			view.open |= OpenForm
		case ownsNot:
		}
	}
	return view, true
}

// listsOf are the projects and data sources that the key sees.
func listsOf(ctx context.Context, access *client.KeyAccess) ([]client.Resource, error) {
	var projects, sources []client.Resource
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() (err error) { projects, err = access.List(ctx, client.Project); return err })
	group.Go(func() (err error) { sources, err = access.List(ctx, client.DataSource); return err })
	err := group.Wait()
	return slices.Concat(projects, sources), err
}

func kindsOf(resources []client.Resource) func(yield func(client.ResourceKind) bool) {
	return func(yield func(client.ResourceKind) bool) {
		for _, resource := range resources {
			if !yield(resource.Kind) {
				return
			}
		}
	}
}

// judgement is what a key's own permissions say of one resource.
type judgement int

const (
	unclear judgement = iota
	owns
	ownsNot
)

// ownPermissions judges each resource by what the key may do with it, ten at a time. The error is the end of ctx: what cannot be read is
// unclear, unless the key made it.
func ownPermissions(ctx context.Context, access *client.KeyAccess, owner Owner, seen []client.Resource) ([]judgement, error) {
	judged := make([]judgement, len(seen))
	p := owner.party()
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(parallel)
	for i, resource := range seen {
		group.Go(func() error {
			own, err := access.OwnPermissions(ctx, resource.Kind, resource.ID)
			if err == nil {
				judged[i] = judge(own)
			}
			if judged[i] == unclear && p.made(resource.CreatedBy) {
				judged[i] = owns
			}
			return ctx.Err()
		})
	}
	err := group.Wait()
	return judged, err
}

// judge reads the answer to permissions/self, which has one entry or none.
func judge(own []client.Permission) judgement {
	if len(own) == 0 {
		return unclear
	}
	judged := ownsNot
	for _, entry := range own {
		switch {
		case entry.IsOwner():
			return owns
		case len(entry.Permissions) == 0 || slices.ContainsFunc(entry.Permissions, func(word string) bool { return !slices.Contains(ordinary, word) }):
			judged = unclear
		}
	}
	return judged
}

// isClearlyOthers reports whether every owner of the resource is a known member or key, and none of them p.
func (r *Reading) isClearlyOthers(one listed, p party) bool {
	return len(one.owners) > 0 && !slices.ContainsFunc(one.owners, func(who principal) bool {
		other, known := r.parties.find(who)
		return !known || other.isSame(p)
	})
}
