package ownership

import (
	"maps"
	"slices"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/directory"
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
	owners      []principal // of the permissions
	ours        []string    // principals that this run has written: they prove nothing about the cloud's forms
	err         error       // why the permission list could not be read
}

// with is the resource with another permission list.
func (l listed) with(permissions []client.Permission) listed {
	l.permissions, l.owners, l.err = permissions, ownersIn(permissions), nil
	return l
}

// ownersIn are the principals that own a resource with these permissions.
func ownersIn(permissions []client.Permission) []principal {
	var owners []principal
	for _, entry := range permissions {
		if entry.IsOwner() {
			owners = append(owners, readPrincipal(entry.Principal))
		}
	}
	return owners
}

// isClear reports whether the permission list was read and names an owner, as it does of every resource.
func (l listed) isClear() bool { return l.err == nil && len(l.owners) > 0 }

// proof is what a run has seen of the cloud itself. It stays true whatever is moved or deleted afterwards.
type proof struct {
	// visible are the kinds of which something is listed that shows that the account sees what is not shared with it.
	visible map[client.ResourceKind]bool
	// forms are those in which the cloud has written members and keys by itself.
	forms forms
	// uncut is the length of a list of projects that the rehearsal showed to be whole: it grew by exactly one.
	uncut int
	// refuted is what the rehearsal refuted.
	refuted Open
}

func newProof() proof { return proof{visible: map[client.ResourceKind]bool{}, forms: forms{}} }

func (p proof) clone() proof {
	p.visible, p.forms = maps.Clone(p.visible), p.forms.clone()
	return p
}

// add joins what two looks have shown.
func (p *proof) add(other proof) {
	for kind, visible := range other.visible {
		p.visible[kind] = p.visible[kind] || visible
	}
	p.forms.add(other.forms)
	p.uncut = max(p.uncut, other.uncut)
	p.refuted |= other.refuted
}

// Reading is one pass over all permission lists, with the people and keys of that moment.
type Reading struct {
	resources []listed    // the projects, then the data sources, each in the cloud's order
	places    map[key]int // in resources
	members   []client.Member
	keys      []client.APIKey
	parties   parties
	self      party
	unread    error // why a list could not be read
	proof     proof
}

func (r *Reading) clone() *Reading {
	view := *r
	view.resources, view.proof = slices.Clone(r.resources), r.proof.clone()
	return &view
}

// keep leaves only the resources of which is says so.
func (r *Reading) keep(is func(listed) bool) {
	kept := make([]listed, 0, len(r.resources))
	places := make(map[key]int, len(r.resources))
	for _, one := range r.resources {
		if is(one) {
			places[keyOf(one.Resource)] = len(kept)
			kept = append(kept, one)
		}
	}
	r.resources, r.places = kept, places // other readings share the old ones
}

func (r *Reading) find(resource client.Resource) (listed, bool) {
	i, known := r.places[keyOf(resource)]
	if !known {
		return listed{}, false
	}
	return r.resources[i], true
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
		if !one.isClear() {
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
	for _, who := range one.owners {
		text := who.text
		if p, known := r.parties.find(who); known && p.email != "" {
			text = p.email
		}
		resource.Owners = append(resource.Owners, text)
	}
	return resource
}

// partyOf is the owner by what the question and the cloud's lists tell of it: the cloud may not tell an email everywhere, and emails change. A
// former one counts as long as it is not another's by now.
func (r *Reading) partyOf(o Owner) party {
	p := o.party()
	listed, known := r.parties.byID[o.ID]
	switch {
	case !known || listed.kind != o.Kind:
		return p
	case listed.address == "":
		listed.email, listed.address = p.email, p.address
	case p.address != listed.address:
		if other, taken := r.parties.withEmail(p.email); !taken || other.isSame(listed) {
			listed.former = p.address
		}
	}
	return listed
}

// member looks up a member by email.
func (r *Reading) member(email string) (m client.Member, found bool, err error) {
	at := r.parties.people.Find(email)
	switch len(at) {
	case 0:
		return client.Member{}, false, nil
	case 1:
		return at[0], true, nil
	}
	return client.Member{}, false, directory.NotOneError{}
}

// holdings are the resources of which the owner is seen to be an owner.
func (r *Reading) holdings(p party) []client.Resource {
	var held []client.Resource
	for _, one := range r.resources {
		if p.isIn(one.owners) {
			held = append(held, r.shown(one))
		}
	}
	return held
}

// open is what the reading leaves open about the owner. The four points are those of the design.
func (r *Reading) open(p party) Open {
	open := r.proof.refuted
	if r.unread != nil {
		return open | OpenUnread
	}
	for _, one := range r.resources {
		switch {
		case one.err != nil:
			open |= OpenUnread
		case len(one.owners) == 0:
			open |= OpenNoOwner
		case slices.ContainsFunc(one.owners, func(who principal) bool { return r.couldBe(who, p) }):
			open |= OpenForm
		}
	}
	for _, kind := range kinds {
		if !r.proof.visible[kind] {
			open |= OpenVisibility
		}
	}
	return open | r.proof.lengths(func(yield func(client.ResourceKind) bool) {
		for _, one := range r.resources {
			if !yield(one.Kind) {
				return
			}
		}
	})
}

// couldBe reports whether who, which stands for no member and no key that is known, could be p in a form that is not understood. It
// could not once the cloud has been seen to write another of p's kind. An email is never another member's.
func (r *Reading) couldBe(who principal, p party) bool {
	if r.proof.forms.isLearned(p.kind) || p.is(who) {
		return false
	}
	if _, known := r.parties.find(who); known {
		return false
	}
	return p.kind == client.APIKeyOwner || !who.isAddress()
}

// lengths are the kinds whose lists have a length at which lists are cut.
func (p proof) lengths(listedKinds func(yield func(client.ResourceKind) bool)) (open Open) {
	count := map[client.ResourceKind]int{}
	for kind := range listedKinds {
		count[kind]++
	}
	if n := count[client.Project]; isPageLength(n) && n > p.uncut {
		open |= OpenProjectsLength
	}
	if isPageLength(count[client.DataSource]) {
		open |= OpenDataSourcesLength
	}
	return open
}

// isPageLength reports whether a list of n entries may be the first page of a longer one. The cloud documents no paging, so that a list is
// suspect only where its length is one that people choose for a page: 1, 2, 2.5 or 5 times a power of ten, or a power of two.
func isPageLength(n int) bool {
	if n < 10 {
		return false
	}
	digits := n
	for digits%10 == 0 {
		digits /= 10
	}
	return n&(n-1) == 0 || slices.Contains([]int{1, 2, 25, 5}, digits)
}

// observe adds to the proof what the resource shows of the cloud.
func (r *Reading) observe(one listed) {
	author, known := r.parties.author(one.CreatedBy)
	if !known {
		return
	}
	// The entry of whoever created a resource is the cloud's own writing, where this run has not written it.
	for _, who := range one.owners {
		if !slices.Contains(one.ours, who.text) {
			r.proof.forms.learn(author.kind, author.formIn(who))
		}
	}
	if !r.proof.visible[one.Kind] && !r.isOurs(author) && len(one.permissions) > 0 && r.isAmongOthers(one) {
		r.proof.visible[one.Kind] = true
	}
}

// isAmongOthers reports whether every entry of the resource is a member or a key that is neither the account nor of its making.
func (r *Reading) isAmongOthers(one listed) bool {
	return !slices.ContainsFunc(one.permissions, func(entry client.Permission) bool {
		p, known := r.parties.find(readPrincipal(entry.Principal))
		return !known || r.isOurs(p)
	})
}

// isOurs reports whether p is the account in use, or a key of its making.
func (r *Reading) isOurs(p party) bool {
	return p.isSame(r.self) || p.kind == client.APIKeyOwner && r.self.made(p.author)
}
