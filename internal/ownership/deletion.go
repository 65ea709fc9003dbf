package ownership

import (
	"context"
	"slices"
	"sync"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/directory"
)

// Found is what a look at an owner found.
type Found struct {
	Facts
	Misfit Misfit
	// Unclear are the resources whose permissions could not be read or name no owner, and Unread why, where there is an error.
	Unclear []client.Resource
	Unread  error

	isAlone bool // by the key's own lists alone
}

// Plan is what a deletion would find, and what its apply keeps to.
type Plan struct {
	Found
	Verdict
	// Dependents are those whose successor the owner is, in the same plan.
	Dependents []Owner
	// Announcement is for the apply. It is nil where the deletion is refused.
	Announcement *Announcement
}

// Plan decides what a plan says of a deletion. The error is that of a look-up without which nothing can be said.
func (o *Ownership) Plan(ctx context.Context, d Deletion) (Plan, error) {
	var p Plan
	if !d.Hidden {
		if p.Dependents = o.planned.delete(d.Owner); len(p.Dependents) > 0 {
			return p, nil
		}
	}
	var err error
	if p.Found, err = o.gather(ctx, d, o.reader.planned); err != nil {
		return p, err
	}
	if !o.config.Rehearse {
		p.Rehearsal = RehearsalForbidden
	}
	p.Force, p.Announced = d.Force, !d.Hidden
	p.Verdict = rule(p.Facts)
	if p.Fitness == FitSuccessor && (len(p.Holdings) > 0 || p.Open != 0) {
		o.planned.expect(p.Successor, d.Owner)
	}
	announced, ok := p.announced()
	if !ok {
		return p, nil
	}
	organization, err := o.client.OrganizationID(ctx)
	p.Announcement = &Announcement{
		Version: announcementVersion, Run: o.run, Organization: organization,
		Kind: d.Owner.Kind, ID: d.Owner.ID, Principal: d.Owner.Email,
		Announced: announced, Resources: announcedNames(p.Holdings), Successor: p.successor(), Force: d.Force, Open: p.Open,
	}
	return p, err
}

// announced is what the verdict means for whoever reads the plan. Ok is false where the plan refuses.
func (p *Plan) announced() (a Announced, ok bool) {
	owns := len(p.Holdings) > 0
	switch {
	case p.Reason == Destruction, p.Step == Rehearse && p.Fitness == NoSuccessor && owns:
		return AnnouncedDestruction, true
	case p.Step == Delete:
		return AnnouncedNothing, true
	case p.Step == Refuse && p.Reason != SuccessorOpen:
		return "", false
	case owns:
		return AnnouncedTransfer, true
	default:
		return AnnouncedCheck, true
	}
}

func (p *Plan) successor() *AnnouncedSuccessor {
	switch p.Fitness {
	case FitSuccessor:
		return &AnnouncedSuccessor{p.Successor.ID, p.Successor.Email}
	case UnknownSuccessor:
		return &AnnouncedSuccessor{}
	case NoSuccessor, UnfitSuccessor:
	}
	return nil
}

// PlanDemotion enters that a member becomes less than an editor, and returns those whose successor they are in the same plan.
func (o *Ownership) PlanDemotion(member Owner) []Owner { return o.planned.demote(member) }

// PlanSuccessor enters that the member with this email is to receive one day what the owner owns, and reports why they could not now.
func (o *Ownership) PlanSuccessor(ctx context.Context, owner Owner, email string) (client.Member, Misfit, error) {
	m, why, err := o.qualify(owner, email, o.listed(ctx, directory.Current))
	if err == nil && m.ID != "" {
		o.planned.expect(m, owner)
	}
	return m, why, err
}

// gather reads what the rule decides by, the steps of the apply aside.
func (o *Ownership) gather(ctx context.Context, d Deletion, read func(context.Context) (*Reading, error)) (f Found, err error) {
	f.Owner = d.Owner
	if f.Exemption, err = o.exemption(ctx, d); err != nil || f.Exemption != NotExempt {
		return f, err
	}
	if isAsked, err := o.gatherAlone(ctx, d, &f); isAsked || err != nil {
		return f, err
	}
	r, err := read(ctx)
	if err != nil {
		return f, err
	}
	p := r.partyOf(d.Owner)
	f.Open, f.Holdings = r.open(p), r.holdings(p)
	if f.Open != 0 && d.Owner.canBeAsked(o.client.Now()) {
		if view, known := o.askKey(ctx, d.Owner, r); known {
			f.Open, f.Holdings = view.open, view.holdings
		}
	}
	f.Unread, f.Unclear = r.Err(), r.Unclear()
	find := r.member
	if r.unread != nil {
		find = o.listed(ctx, directory.Current)
	}
	f.Successor, f.Fitness, f.Misfit, err = o.choose(d, find)
	return f, err
}

// gatherAlone reads what the rule decides by of an ephemeral key. At the exit there is no other way.
func (o *Ownership) gatherAlone(ctx context.Context, d Deletion, f *Found) (isAsked bool, err error) {
	var view ownView
	f.isAlone = true
	if d.Baseline != nil && d.Owner.canBeAsked(o.client.Now()) {
		view, isAsked = o.askAlone(ctx, d.Owner, *d.Baseline)
	}
	switch {
	case isAsked:
		f.Open, f.Holdings = view.open, view.holdings
	case d.atExit:
		f.Open = OpenUnread
	default:
		f.isAlone = false
		return false, nil
	}
	freshness := directory.Current
	if !d.again && (len(f.Holdings) > 0 || f.Open != 0) { // the successor is to receive something, and may have gone since the list was read
		freshness = directory.Fresh
	}
	if f.Successor, f.Fitness, f.Misfit, err = o.choose(d, o.listed(ctx, freshness)); err != nil {
		return false, err
	}
	return true, nil
}

// exemption is why an owner needs no reading. A key that the cloud's list, in this run, calls a Viewer and nothing else never owned
// anything: its role cannot be changed. A member may have been more before.
func (o *Ownership) exemption(ctx context.Context, d Deletion) (Exemption, error) {
	if d.Owner.Kind != client.APIKeyOwner {
		return NotExempt, nil
	}
	switch {
	case d.Unused:
		return Unused, nil
	case d.Baseline.isKnown():
		return NotExempt, nil // only an Editor's key is asked when it is made
	}
	roles, err := o.roles.of(ctx, d.Owner.ID, o.directory)
	if err == nil && slices.Equal(roles, []client.Role{client.RoleViewer}) {
		return NeverOwned, nil
	}
	return NotExempt, err
}

// keyRoles are the roles of the keys that this run has listed. They cannot be changed. The zero value is empty.
type keyRoles struct {
	mu    sync.Mutex
	known map[string][]client.Role // by id
}

// of returns the roles of a key, nil where none has the id. It lists the keys where this run has not listed that one yet.
func (k *keyRoles) of(ctx context.Context, id string, d *directory.Directory) ([]client.Role, error) {
	k.mu.Lock()
	roles, known := k.known[id]
	k.mu.Unlock()
	if known {
		return roles, nil
	}
	keys, err := d.APIKeys(ctx, directory.Current)
	if err != nil {
		return nil, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.known == nil {
		k.known = map[string][]client.Role{}
	}
	for _, one := range keys {
		k.known[one.ID] = one.Roles
	}
	return k.known[id], nil
}

// Result is what became of a deletion.
type Result struct {
	Found
	Verdict
	// Deleted means that the cloud said so, of this deletion or of an earlier one.
	Deleted bool
	// Moved are the holdings that the owner no longer owned when it was deleted, or when the deletion was refused; Given those of which
	// the successor became an owner beside it.
	Moved, Given []client.Resource
	// NotAnnounced are the holdings that no plan announced for destruction.
	NotAnnounced []client.Resource
	// Failed is the holding whose hand-over failed, and Cause why.
	Failed *client.Resource
	Cause  error
	// Lost are the holdings that are gone after the deletion, and NotTransferred those that the successor does not own. Unverified is why
	// some could not be read back.
	Lost, NotTransferred []client.Resource
	Unverified           error
	// Evidence is what the rehearsal showed, in words, where it did not show that a transfer works. LeftOvers are what it could not delete.
	Evidence  string
	LeftOvers []LeftOver
}
