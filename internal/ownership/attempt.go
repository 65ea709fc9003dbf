package ownership

import (
	"context"
	"fmt"
	"slices"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// steps bounds how often the rule is asked in one deletion: each answer but the last is a step that changes the facts.
const steps = 12

// attempt is a deletion under way.
type attempt struct {
	o            *Ownership
	deletion     Deletion
	announcement *Announcement
	tries        int  // how often the cloud was asked to delete
	byEmail      bool // the cloud refused a deletion for the successor's id
	Result
}

// Delete deletes an owner as far as the rule allows, and keeps to the announcement of the plan, nil where there is none. The error is that of
// the look-ups and of the deletion itself; a refusal is in the result.
func (o *Ownership) Delete(ctx context.Context, d Deletion, a *Announcement) (Result, error) {
	organization, err := o.client.OrganizationID(ctx)
	if err != nil {
		return Result{}, err
	}
	d, a = d.asAnnounced(a, organization, o.run)
	t := &attempt{o: o, deletion: d, announcement: a}
	err = t.run(ctx)
	return t.Result, err
}

// AtExit deletes an ephemeral key in the last seconds of a run, where there is time for its own lists, and for a transfer where the rehearsal
// of this run, if there was one, showed that it works. Otherwise the successor becomes an owner of what the key owns, and the key is left
// to expire.
func (o *Ownership) AtExit(ctx context.Context, d Deletion) (Result, error) {
	d.atExit, d.Force = true, false
	t := &attempt{o: o, deletion: d}
	err := t.run(ctx)
	if err == nil && t.Step == Refuse && t.Fitness == FitSuccessor && len(t.Holdings) > 0 && t.HandOver == NotHandedOver {
		err = t.transfer(ctx)
	}
	return t.Result, err
}

// run asks the rule, takes the step that it answers, and asks again.
func (t *attempt) run(ctx context.Context) error {
	if owner := t.deletion.Owner; owner.Kind == client.MemberOwner {
		if err := t.o.departures.leave(ctx, owner.Email); err != nil {
			return err
		}
		defer func() {
			if !t.Deleted {
				t.o.departures.stay(owner.Email)
			}
		}()
	}
	defer t.o.departures.receive(t.deletion.Successor.Email)()
	read := t.o.reader.fresh
	for range steps {
		err := t.ask(ctx, read)
		if err != nil {
			return err
		}
		t.deletion.again = true
		read = t.o.reader.fresh
		switch t.Step {
		case Refuse:
			if !t.deletion.atExit && !t.o.exists(ctx, t.deletion.Owner) {
				t.Deleted, t.Verdict = true, Verdict{Step: Delete, Reason: AlreadyGone}
			}
			return nil
		case Rehearse:
			err = t.rehearse(ctx)
		case Transfer:
			err = t.transfer(ctx)
		case Delete:
			if err = t.carryOut(ctx); err == nil && t.Deleted {
				return nil
			}
			read = t.o.reader.after(t.o.config.Now()) // what was read before the failure is no ground for another try
		}
		if err != nil {
			return err
		}
	}
	return fmt.Errorf("what %q owns changed again and again while it was handed over: nothing was deleted", t.deletion.Owner.Name)
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
func (t *attempt) ask(ctx context.Context, read func(context.Context) (*Reading, error)) error {
	found, err := t.o.gather(ctx, t.deletion, read)
	if err != nil {
		return err
	}
	found.HandOver = t.HandOver
	if found.HandOver == HandedOver && !sameResources(found.Holdings, t.Given) {
		found.HandOver = NotHandedOver // something has come since
	}
	shown, ended := t.o.trial.ended()
	switch {
	case ended:
		found.Rehearsal, found.Revocation, t.Evidence = shown.result, shown.revocation && !t.deletion.atExit, shown.why
	case !t.o.config.Rehearse || t.deletion.atExit:
		found.Rehearsal = RehearsalForbidden
	}
	found.Force, found.Announced = t.deletion.Force, t.announcement.covers(found.Holdings)
	t.Found, t.NotAnnounced = found, t.announcement.missing(found.Holdings)
	t.Verdict = rule(found.Facts)
	return nil
}

func sameResources(a, b []client.Resource) bool {
	is := map[key]bool{}
	for _, r := range a {
		is[keyOf(r)] = true
	}
	return len(a) == len(b) && !slices.ContainsFunc(b, func(r client.Resource) bool { return !is[keyOf(r)] })
}

func (t *attempt) rehearse(ctx context.Context) error {
	shown, err := t.o.rehearse(ctx)
	t.LeftOvers = append(t.LeftOvers, shown.left...)
	return err
}

// transfer hands the holdings over to the successor.
func (t *attempt) transfer(ctx context.Context) error {
	r := &Reading{proof: t.o.reader.proved()}
	if isShown := r.proof.forms.isLearned(client.MemberOwner); !t.isAlone || !isShown && !t.deletion.atExit {
		var err error
		if r, err = t.o.reader.fresh(ctx); err != nil {
			return err
		}
	}
	done := handOver{
		Ownership: t.o, reading: r, owner: t.deletion.Owner, successor: t.Successor,
		revoke: t.Revocation, lastResort: t.Step == Refuse,
	}.all(ctx, t.Holdings)
	t.Moved = append(t.Moved, done.moved...)
	t.Given, t.HandOver = done.given, HandedOver
	if done.err != nil {
		t.HandOver, t.Failed, t.Cause = HandOverFailed, &done.at, done.err
	}
	return ctx.Err()
}

// carryOut asks the cloud to delete the owner of a permit. A lost answer, or a refusal of the moment, is no error until there have been enough
// of them: what the successor has is read again before the deletion is asked for again.
func (t *attempt) carryOut(ctx context.Context) error {
	shown, _ := t.o.trial.ended()
	t.permit.byEmail = shown.byEmail || t.byEmail
	err := t.o.delete(ctx, t.permit)
	t.tries++
	isOpen := client.IsUncertain(err) || client.IsUnreachable(err) || client.IsThrottled(err)
	switch {
	case err == nil:
	case (client.IsUncertain(err) || client.IsNotFound(err)) && !t.o.exists(ctx, t.permit.owner):
	case client.IsInvalid(err) && t.Reason == OwnsNothing && t.permit.successor.ID != "" && !t.permit.byEmail:
		t.byEmail = true // nothing has changed, and which of the two names the successor is not published
		return nil
	case isOpen && t.tries < len(looks) && !t.deletion.atExit:
		if t.o.config.Wait(ctx, looks[t.tries]) != nil {
			return err
		}
		if t.HandOver == HandedOver {
			t.HandOver = NotHandedOver
		}
		return nil
	default:
		return err
	}
	t.Deleted = true
	t.verify(ctx)
	return nil
}

// exists reports whether the owner is still there, although its deletion was answered as if it was not, or not answered at all. What cannot be
// read is still there.
func (o *Ownership) exists(ctx context.Context, owner Owner) bool {
	var err error
	if owner.Kind == client.APIKeyOwner {
		_, err = o.client.APIKey(ctx, owner.ID)
	} else {
		_, err = o.client.Member(ctx, owner.ID)
	}
	return !client.IsNotFound(err)
}

// delete is the one place where a member or a key is deleted.
func (o *Ownership) delete(ctx context.Context, p permit) error {
	defer o.invalidate(p.owner.Kind)
	return o.client.DeleteOwner(ctx, p)
}

// invalidate makes the list be fetched again that the deletion of an owner of the kind changes.
func (o *Ownership) invalidate(kind client.OwnerKind) {
	if kind == client.MemberOwner {
		o.directory.InvalidateMembers()
		return
	}
	o.directory.InvalidateAPIKeys()
}

// verify reads back what the owner still owned when it was deleted with a successor.
func (t *attempt) verify(ctx context.Context) {
	if t.Reason != Transferred || len(t.Given) == 0 {
		return
	}
	t.Lost, t.NotTransferred, t.Unverified = t.o.check(ctx, t.Successor, t.Given)
}
