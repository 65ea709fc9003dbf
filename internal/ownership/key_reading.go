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

// ownView is what a key says of itself.
type ownView struct {
	holdings []client.Resource
	open     Open
}

// askKey asks the key what it owns: its own lists, and what it may do with each resource in them. That needs neither the account's
// sight nor the form of principals. Known is false where the key could not be asked, or its lists lack what the account sees it in.
func (o *Ownership) askKey(ctx context.Context, owner Owner, r *Reading) (view ownView, known bool) {
	access := o.client.AsKey(owner.Secret)
	seen, err := o.listsOf(ctx, access)
	if err != nil {
		return ownView{}, false
	}
	p := owner.party()
	for _, one := range r.resources {
		isIn := slices.ContainsFunc(one.permissions, func(entry client.Permission) bool { return p.is(entry.Principal) })
		isListed := slices.ContainsFunc(seen, func(resource client.Resource) bool { return keyOf(resource) == keyOf(one.Resource) })
		if isIn && !isListed {
			return ownView{}, false
		}
	}
	judged, err := o.ownPermissions(ctx, access, seen)
	if err != nil {
		return ownView{}, false
	}
	view = ownView{holdings: r.holdings(p), open: lengthsOf(seen)}
	if r.projectsWhole {
		view.open &^= OpenProjectsLength
	}
	for i, resource := range seen {
		one, isListed := r.find(resource)
		switch {
		case isListed && one.isOwnedBy(p): // which is among the holdings
		case judged[i] == owns:
			view.holdings = append(view.holdings, resource)
		case judged[i] == unclear && !(isListed && r.isClearlyOthers(one, p)):
			view.open |= OpenForm
		}
	}
	return view, true
}

// listsOf are the projects and data sources that the key sees.
func (o *Ownership) listsOf(ctx context.Context, access *client.KeyAccess) ([]client.Resource, error) {
	var projects, sources []client.Resource
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() (err error) { projects, err = access.List(ctx, client.Project); return err })
	group.Go(func() (err error) { sources, err = access.List(ctx, client.DataSource); return err })
	err := group.Wait()
	return slices.Concat(projects, sources), err
}

// judgement is what a key's own permissions say of one resource.
type judgement int

const (
	unclear judgement = iota
	owns
	ownsNot
	isGone
)

func (o *Ownership) ownPermissions(ctx context.Context, access *client.KeyAccess, seen []client.Resource) ([]judgement, error) {
	judged := make([]judgement, len(seen))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(parallel)
	for i, resource := range seen {
		group.Go(func() error {
			own, err := access.OwnPermissions(ctx, resource.Kind, resource.ID)
			if err == nil {
				judged[i] = judge(own)
			}
			return ctx.Err() // one that cannot be read is unclear
		})
	}
	return judged, group.Wait()
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
	owners := one.owners()
	return len(owners) > 0 && !slices.ContainsFunc(owners, func(principal string) bool {
		other, known := r.parties.find(principal)
		return !known || other.kind == p.kind && other.id == p.id
	})
}

func (r *Reading) find(resource client.Resource) (listed, bool) {
	i := slices.IndexFunc(r.resources, func(one listed) bool { return keyOf(one.Resource) == keyOf(resource) })
	if i < 0 {
		return listed{}, false
	}
	return r.resources[i], true
}

func lengthsOf(seen []client.Resource) (open Open) {
	count := map[client.ResourceKind]int{}
	for _, resource := range seen {
		count[resource.Kind]++
	}
	if isPageLength(count[client.Project]) {
		open |= OpenProjectsLength
	}
	if isPageLength(count[client.DataSource]) {
		open |= OpenDataSourcesLength
	}
	return open
}
