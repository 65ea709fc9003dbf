package ownership

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// Plan is what a deletion would find, and what its apply keeps to.
type Plan struct {
	Facts
	Verdict
	Misfit Misfit
	// Dependents are those whose successor the owner is, in the same plan.
	Dependents []Owner
	// Unclear are the resources whose permissions could not be read or name no owner, and Unread why, where there is an error.
	Unclear []client.Resource
	Unread  error
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
	if p.Facts, p.Misfit, err = o.gather(ctx, d, o.reader.planned, &p); err != nil {
		return p, err
	}
	if !o.config.Rehearse {
		p.Rehearsal = RehearsalForbidden
	}
	p.Force, p.Announced = d.Force, !d.Hidden
	p.Verdict = rule(p.Facts)
	if p.Fitness == FitSuccessor && (len(p.Holdings) > 0 || p.Open != 0) {
		o.planned.expect(p.Successor.Email, d.Owner)
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
	switch {
	case p.Reason == Destruction:
		return AnnouncedDestruction, true
	case p.Step == Delete:
		return AnnouncedNothing, true
	case p.Step == Refuse && p.Reason != SuccessorOpen:
		return "", false
	case len(p.Holdings) > 0:
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
	default:
		return nil
	}
}

// IsPlanned reports whether the member with this email is deleted in the same plan.
func (o *Ownership) IsPlanned(email string) bool { return o.planned.isDeleted(email) }

// PlanDemotion notes that a member becomes less than an editor, and returns those whose successor they are in the same plan.
func (o *Ownership) PlanDemotion(email string) []Owner { return o.planned.demote(email) }

// PlanSuccessor notes that the member with this email is to receive one day what the owner owns, and reports why they could not now.
func (o *Ownership) PlanSuccessor(ctx context.Context, owner Owner, email string) (Misfit, error) {
	members, err := o.directory.Members(ctx)
	if err != nil {
		return Fits, err
	}
	o.planned.expect(email, owner)
	_, why := o.qualify(owner, email, members)
	return why, nil
}

// gather reads what the rule decides by, the steps of the apply aside. Where p is given, it takes what messages name.
func (o *Ownership) gather(ctx context.Context, d Deletion, read func(context.Context) (*Reading, error), p *Plan) (f Facts, why Misfit, err error) {
	f.Owner = d.Owner
	if f.Exemption, err = o.exemption(ctx, d); err != nil || f.Exemption != NotExempt {
		return f, Fits, err
	}
	r, err := read(ctx)
	if err != nil {
		return f, Fits, err
	}
	f.Open, f.Holdings = r.open(d.Owner.party()), r.holdings(d.Owner.party())
	if f.Open != 0 && d.Owner.canBeAsked(o.client.Now()) {
		if view, known := o.askKey(ctx, d.Owner, r); known {
			f.Open, f.Holdings = view.open, view.holdings
		}
	}
	members := r.members
	if r.unread != nil && !d.Successor.isNone() {
		if members, err = o.directory.Members(ctx); err != nil {
			return f, Fits, err
		}
	}
	f.Successor, f.Fitness, why = o.choose(d, members)
	if p != nil {
		p.Unread, p.Unclear = r.Err(), r.Unclear()
	}
	return f, why, nil
}

// exemption is why an owner needs no reading. A key that the cloud's list, in this run, calls a Viewer and nothing else never owned
// anything: its role cannot be changed. A member may have been more before.
func (o *Ownership) exemption(ctx context.Context, d Deletion) (Exemption, error) {
	if d.Owner.Kind != client.APIKeyOwner {
		return NotExempt, nil
	}
	if d.Unused {
		return Unused, nil
	}
	keys, err := o.directory.APIKeys(ctx)
	if err != nil {
		return NotExempt, err
	}
	for _, k := range keys {
		if k.ID == d.Owner.ID && slices.Equal(k.Roles, []client.Role{client.RoleViewer}) {
			return NeverOwned, nil
		}
	}
	return NotExempt, nil
}

// Result is what became of a deletion.
type Result struct {
	Facts
	Verdict
	Misfit Misfit
	// Deleted means that the cloud said so.
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
	// Unclear are the resources whose permissions could not be read or name no owner, and Unread why, where there is an error.
	Unclear []client.Resource
	Unread  error
	// Evidence is what the rehearsal showed, in words, where it did not show that a transfer works. LeftOvers are what it could not delete.
	Evidence  string
	LeftOvers []LeftOver
}

// steps bounds how often the rule is asked in one deletion: each answer but the last is a step that changes the facts.
const steps = 8

// Delete deletes an owner as far as the rule allows, and keeps to the announcement of the plan, nil where there is none. The error is that of
// the look-ups and of the deletion itself; a refusal is in the result.
func (o *Ownership) Delete(ctx context.Context, d Deletion, a *Announcement) (result Result, err error) {
	organization, err := o.client.OrganizationID(ctx)
	if err != nil {
		return result, err
	}
	d, a = d.asAnnounced(a, organization, o.run)
	for range steps {
		before := result
		if result, err = o.ask(ctx, d, a, before); err != nil {
			return result, err
		}
		switch result.Step {
		case Refuse:
			return result, nil
		case Rehearse:
			err = o.takeRehearsal(ctx, &result)
		case Transfer:
			err = o.takeTransfer(ctx, d, &result)
		case Delete:
			return o.carryOut(ctx, result)
		}
		if err != nil {
			return result, err
		}
	}
	return result, fmt.Errorf("what %q owns changed again and again while it was handed over: nothing was deleted", d.Owner.Name)
}

// asAnnounced is the deletion that was announced: its successor, whatever the configuration says now, and its permission to destroy.
// Where nothing was announced, what is configured counts, and nothing may be destroyed.
func (d Deletion) asAnnounced(a *Announcement, organization, run string) (Deletion, *Announcement) {
	if !a.isAbout(d.Owner, organization, run) {
		return d, nil
	}
	d.Force = a.Force
	switch {
	case a.Successor == nil:
		d.Successor = Choice{}
	case !a.Successor.isUnknown():
		d.Successor = Choice{Email: a.Successor.Email, id: a.Successor.ID}
	case d.Successor.isNone():
		d.Successor = Choice{Unknown: true} // the plan promised one
	}
	return d, a
}

// ask gathers the facts again, joins them with what earlier steps have shown, and asks the rule.
func (o *Ownership) ask(ctx context.Context, d Deletion, a *Announcement, before Result) (Result, error) {
	result := before
	var seen Plan
	facts, why, err := o.gather(ctx, d, o.reader.fresh, &seen)
	if err != nil {
		return result, err
	}
	facts.HandOver, facts.Rehearsal, facts.Revocation = before.HandOver, before.Rehearsal, before.Revocation
	if facts.HandOver == HandedOver && !sameResources(facts.Holdings, before.Given) {
		facts.HandOver = NotHandedOver // something has come since
	}
	if shown, done := o.rehearsed(ctx); done && facts.Rehearsal == NotRehearsed {
		facts.Rehearsal, facts.Revocation, result.Evidence = shown.result, shown.revocation, shown.why
	}
	facts.Force, facts.Announced = d.Force, a.covers(facts.Holdings)
	result.Facts, result.Misfit, result.NotAnnounced = facts, why, a.missing(facts.Holdings)
	result.Unread, result.Unclear = seen.Unread, seen.Unclear
	result.Verdict = rule(facts)
	return result, nil
}

func sameResources(a, b []client.Resource) bool {
	return len(a) == len(b) && !slices.ContainsFunc(a, func(r client.Resource) bool {
		return !slices.ContainsFunc(b, func(other client.Resource) bool { return keyOf(other) == keyOf(r) })
	})
}

func (o *Ownership) takeRehearsal(ctx context.Context, result *Result) error {
	r, err := o.reader.fresh(ctx)
	if err != nil {
		return err
	}
	shown, err := o.rehearse(ctx, r)
	if err != nil {
		return err
	}
	result.Rehearsal, result.Revocation, result.Evidence = shown.result, shown.revocation, shown.why
	result.LeftOvers = append(result.LeftOvers, shown.left...)
	return nil
}

func (o *Ownership) takeTransfer(ctx context.Context, d Deletion, result *Result) error {
	r, err := o.reader.fresh(ctx)
	if err != nil {
		return err
	}
	done := o.handOver(ctx, r, d.Owner, result.Successor, result.Holdings, result.Revocation)
	result.Moved = append(result.Moved, done.moved...)
	result.Given = done.given
	result.HandOver = HandedOver
	if done.err != nil {
		result.HandOver, result.Failed, result.Cause = HandOverFailed, &done.at, done.err
	}
	return ctx.Err()
}

// carryOut deletes the owner of a permit. An answer that is lost, or a refusal of the moment, is followed by another look before
// the deletion is asked for again: what the successor has must still be theirs.
func (o *Ownership) carryOut(ctx context.Context, result Result) (Result, error) {
	shown, _ := o.rehearsed(ctx)
	transferTo := result.permit.successor.ID
	if shown.byEmail {
		transferTo = result.permit.successor.Email
	}
	var err error
	for _, pause := range looks {
		if pause > 0 {
			if err := o.config.Wait(ctx, pause); err != nil {
				return result, err
			}
			if !o.stillGiven(ctx, result) {
				return result, err
			}
		}
		err = o.delete(ctx, result.permit, transferTo)
		if err == nil || client.IsNotFound(err) && !o.exists(ctx, result.permit.owner) {
			result.Deleted = true
			o.verify(ctx, &result)
			return result, nil
		}
		if !client.IsUncertain(err) && !client.IsThrottled(err) {
			return result, err
		}
	}
	return result, err
}

// exists reports whether the owner is still there, although its deletion was answered as if it was not.
func (o *Ownership) exists(ctx context.Context, owner Owner) bool {
	var err error
	if owner.Kind == client.APIKeyOwner {
		_, err = o.client.APIKey(ctx, owner.ID)
	} else {
		_, err = o.client.Member(ctx, owner.ID)
	}
	return !client.IsNotFound(err)
}

// stillGiven reports whether the successor still is an owner of everything that was handed over.
func (o *Ownership) stillGiven(ctx context.Context, result Result) bool {
	lost, not, err := o.check(ctx, result.Successor, slices.Concat(result.Given, result.Moved))
	return err == nil && len(lost)+len(not) == 0
}

// errNoPermit says that a deletion was asked for that the rule did not allow. It is a bug.
var errNoPermit = errors.New("the deletion was not permitted: this is a bug in the provider, please report it")

// delete is the one place where a member or a key is deleted.
func (o *Ownership) delete(ctx context.Context, permit Permit, transferTo string) error {
	if !permit.granted {
		return errNoPermit
	}
	defer o.directory.Deleted(permit.owner.Kind)
	return o.client.DeleteOwner(ctx, permit.owner.Kind, permit.owner.ID, transferTo)
}

// verify reads back what the owner still owned when it was deleted with a successor.
func (o *Ownership) verify(ctx context.Context, result *Result) {
	if result.Reason != Transferred || len(result.Given) == 0 {
		return
	}
	result.Lost, result.NotTransferred, result.Unverified = o.check(ctx, result.Successor, result.Given)
}
