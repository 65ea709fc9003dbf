package ownership

import (
	"slices"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

var kinds = []client.ResourceKind{client.Project, client.DataSource}

// key names a resource within an organization.
type key struct {
	kind client.ResourceKind
	id   string
}

func keyOf(r client.Resource) key { return key{r.Kind, r.ID} }

// listed is a resource with its permission list.
type listed struct {
	client.Resource
	permissions []client.Permission
	ours        []string // principals that this run has written: they prove nothing about the cloud's forms
	err         error    // why the permission list could not be read
}

// owners are the principals that own the resource.
func (l listed) owners() []string {
	var owners []string
	for _, p := range l.permissions {
		if p.IsOwner() {
			owners = append(owners, p.Principal)
		}
	}
	return owners
}

func (l listed) isOwnedBy(p party) bool { return slices.ContainsFunc(l.owners(), p.is) }

// Reading is one pass over all permission lists, with the people and keys of that moment.
type Reading struct {
	resources []listed // the projects, then the data sources, each in the cloud's order
	members   []client.Member
	keys      []client.APIKey
	parties   parties
	self      party
	unread    error // why a list could not be read

	projectsWhole bool  // the rehearsal showed that the list of projects is not cut
	refuted       Open  // what the rehearsal refuted
	learned       forms // what the rehearsal showed
}

// Err is why something could not be read, nil where everything was.
func (r *Reading) Err() error {
	if r.unread != nil {
		return r.unread
	}
	for _, one := range r.resources {
		if one.err != nil {
			return one.err
		}
	}
	return nil
}

// Unclear are the resources whose permissions could not be read or name no owner.
func (r *Reading) Unclear() []client.Resource {
	var unclear []client.Resource
	for _, one := range r.resources {
		if one.err != nil || len(one.owners()) == 0 {
			unclear = append(unclear, one.Resource)
		}
	}
	return unclear
}

// Resources are all that were listed, with the emails of their owners, or the principals as the cloud writes them where no email is known.
func (r *Reading) Resources() []client.Resource {
	all := make([]client.Resource, 0, len(r.resources))
	for _, one := range r.resources {
		all = append(all, r.shown(one))
	}
	return all
}

func (r *Reading) shown(one listed) client.Resource {
	resource := one.Resource
	resource.Owners = nil
	for _, principal := range one.owners() {
		if p, known := r.parties.find(principal); known && p.email != "" {
			principal = p.email
		}
		resource.Owners = append(resource.Owners, principal)
	}
	return resource
}

// holdings are the resources of which the owner is seen to be an owner.
func (r *Reading) holdings(p party) []client.Resource {
	var held []client.Resource
	for _, one := range r.resources {
		if one.isOwnedBy(p) {
			held = append(held, r.shown(one))
		}
	}
	return held
}

// open is what the reading leaves open about the owner. The four points are those of the design.
func (r *Reading) open(p party) Open {
	if r.unread != nil {
		return OpenUnread | r.refuted
	}
	open := r.refuted
	seen := r.forms()
	count := map[client.ResourceKind]int{}
	visible := map[client.ResourceKind]bool{}
	for _, one := range r.resources {
		count[one.Kind]++
		visible[one.Kind] = visible[one.Kind] || r.showsVisibility(one)
		owners := one.owners()
		switch {
		case one.err != nil:
			open |= OpenUnread
		case len(owners) == 0:
			open |= OpenNoOwner
		case slices.ContainsFunc(owners, func(principal string) bool { return r.couldBe(principal, p, seen) }):
			open |= OpenForm
		}
	}
	for _, kind := range kinds {
		if !visible[kind] {
			open |= OpenVisibility
		}
	}
	if isPageLength(count[client.Project]) && !r.projectsWhole {
		open |= OpenProjectsLength
	}
	if isPageLength(count[client.DataSource]) {
		open |= OpenDataSourcesLength
	}
	return open
}

// couldBe reports whether principal, which stands for no member and no key that is known, could be p in a form that is not understood. It
// could not once the cloud has been seen to write another of p's kind. An email is never another member's.
func (r *Reading) couldBe(principal string, p party, seen forms) bool {
	if _, known := r.parties.find(principal); known || seen.isLearned(p.kind) {
		return false
	}
	return p.kind == client.APIKeyOwner || !isAddress(principal)
}

// showsVisibility reports whether the listed resource shows that the account sees what is not shared with it: neither the account nor
// a key of its making created the resource, and every entry is another member or key.
func (r *Reading) showsVisibility(one listed) bool {
	author, known := r.parties.author(one.CreatedBy)
	if !known || r.isOurs(author) || len(one.permissions) == 0 {
		return false
	}
	for _, entry := range one.permissions {
		if p, known := r.parties.find(entry.Principal); !known || r.isOurs(p) {
			return false
		}
	}
	return true
}

// isOurs reports whether p is the account in use, or a key of its making.
func (r *Reading) isOurs(p party) bool {
	return p.kind == client.MemberOwner && p.id == r.self.id || p.kind == client.APIKeyOwner && r.self.made(p.author)
}

// forms are the forms in which the cloud has written members and keys by itself: the entry of whoever created a resource is the
// cloud's own, where this run has not written it.
func (r *Reading) forms() forms {
	seen := forms{}
	for kind, known := range r.learned {
		for f := range known {
			seen.learn(kind, f)
		}
	}
	for _, one := range r.resources {
		author, known := r.parties.author(one.CreatedBy)
		if !known {
			continue
		}
		for _, principal := range one.owners() {
			if f := author.formIn(principal); f != noForm && !slices.Contains(one.ours, principal) {
				seen.learn(author.kind, f)
			}
		}
	}
	return seen
}

// isPageLength reports whether a list of n entries may be the first page of a longer one: the cloud documents no paging, so that a list
// is suspect only where its length is one that people choose for pages.
func isPageLength(n int) bool {
	isPower := n&(n-1) == 0
	return n >= 10 && (n%10 == 0 || n%25 == 0 || isPower)
}
