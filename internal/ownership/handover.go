package ownership

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// errNoForm says that the cloud has not shown how it writes a member as a principal.
var errNoForm = errors.New("no permission list shows how JMap Cloud writes the member who created something, so that no grant could be read back")

// errNotOwner says that a grant was answered well, and read back did not show.
var errNotOwner = errors.New("JMap Cloud accepted the grant, and the permissions read back do not name the successor as an owner")

// errGone says that a resource was deleted meanwhile.
var errGone = errors.New("the resource was deleted meanwhile")

// handOver gives holdings to a successor.
type handOver struct {
	*Ownership
	reading   *Reading // what is known of the holdings; empty where nothing is
	owner     Owner
	successor client.Member
	// revoke takes the owner's own entry back once the successor is an owner.
	revoke bool
	// lastResort accepts a grant in a form that the cloud has not been seen to write: nothing is deleted after it.
	lastResort bool
}

// handedOver is what a hand-over did with each resource.
type handedOver struct {
	moved []client.Resource // the owner owns it no longer
	given []client.Resource // the successor is an owner, read back; the owner still is one
	gone  []client.Resource // deleted meanwhile
	err   error             // of the first that failed
	at    client.Resource   // which one that was
}

// all gives every holding to the successor. Each step is read back. After one that fails, no other begins.
func (h handOver) all(ctx context.Context, holdings []client.Resource) handedOver {
	var mu sync.Mutex
	var done handedOver
	hasFailed := func() bool {
		mu.Lock()
		defer mu.Unlock()
		return done.err != nil
	}
	var group errgroup.Group
	group.SetLimit(parallel)
	for _, resource := range holdings {
		group.Go(func() error {
			if hasFailed() {
				return nil
			}
			moved, err := h.one(ctx, resource)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case errors.Is(err, errGone):
				done.gone = append(done.gone, resource)
			case err != nil && done.err == nil:
				done.err, done.at = err, resource
			case err != nil:
			case moved:
				done.moved = append(done.moved, resource)
			default:
				done.given = append(done.given, resource)
			}
			return nil
		})
	}
	_ = group.Wait() // the errors are in done
	return done
}

func (h handOver) one(ctx context.Context, resource client.Resource) (moved bool, err error) {
	permissions, err := h.give(ctx, resource)
	if err != nil || !h.revoke {
		return false, err
	}
	p, isIn := h.reading.partyOf(h.owner), false
	for _, entry := range permissions {
		if !p.is(readPrincipal(entry.Principal)) {
			continue
		}
		isIn = true
		err := h.call(ctx, func() error { return h.client.Revoke(ctx, resource.Kind, resource.ID, entry.Principal) })
		if client.IsRefused(err) {
			return false, nil // nothing has changed: the successor is an owner, and so is the owner still
		}
	}
	if !isIn {
		return false, nil // no entry is understood to be the owner's
	}
	permissions, err = h.readBack(ctx, resource, "")
	switch {
	case err != nil:
		return false, err
	case !h.isSuccessorIn(permissions):
		return false, fmt.Errorf("after the owner's permissions were taken back, %w", errNotOwner)
	}
	return !slices.ContainsFunc(permissions, func(entry client.Permission) bool { return p.is(readPrincipal(entry.Principal)) }), nil
}

// give makes the successor an owner of one resource, and reads that back in a form that the cloud has written by itself: a text that this
// run wrote proves nothing. It returns the permissions that were read back.
func (h handOver) give(ctx context.Context, resource client.Resource) ([]client.Permission, error) {
	if one, known := h.reading.find(resource); known && h.isSuccessorIn(one.permissions) {
		permissions, err := h.readBack(ctx, resource, "")
		if err == nil && h.isSuccessorIn(permissions) {
			return permissions, nil
		}
	}
	best := h.reading.proof.forms.best(client.MemberOwner)
	if best == noForm && h.lastResort {
		best = emailForm
	}
	principal := memberParty(h.successor).written(best)
	if principal == "" {
		return nil, errNoForm
	}
	err := h.call(ctx, func() error { return h.client.Grant(ctx, resource.Kind, resource.ID, principal) })
	if client.IsNotFound(err) && h.isGone(ctx, resource) {
		h.reader.forget(resource)
		return nil, errGone
	}
	if err != nil && !client.IsUncertain(err) {
		return nil, err
	}
	permissions, unread := h.readBack(ctx, resource, principal)
	switch {
	case client.IsNotFound(unread) && h.isGone(ctx, resource):
		h.reader.forget(resource)
		return nil, errGone
	case unread != nil:
		return nil, unread
	case h.isSuccessorIn(permissions):
		return permissions, nil
	case err != nil:
		return nil, err
	}
	return nil, errNotOwner
}

// isSuccessorIn reports whether the successor is an owner by these permissions, in a form that the cloud has written by itself for another
// member.
func (h handOver) isSuccessorIn(permissions []client.Permission) bool {
	p, seen := h.reading.parties.member(h.successor), h.reading.proof.forms[client.MemberOwner]
	return slices.ContainsFunc(ownersIn(permissions), func(who principal) bool {
		written := p.formIn(who)
		return seen[written] || h.lastResort && written != noForm
	})
}

// readBack reads the permissions of a resource, and enters them into the reading.
func (o *Ownership) readBack(ctx context.Context, resource client.Resource, written string) (permissions []client.Permission, err error) {
	err = o.call(ctx, func() (err error) {
		permissions, err = o.client.Permissions(ctx, resource.Kind, resource.ID)
		return err
	})
	if err == nil {
		o.reader.record(resource, permissions, written)
	}
	return permissions, err
}

// isGone reports whether a resource is no longer listed.
func (o *Ownership) isGone(ctx context.Context, resource client.Resource) bool {
	now, err := o.client.List(ctx, resource.Kind)
	return err == nil && !slices.ContainsFunc(now, func(there client.Resource) bool { return there.ID == resource.ID })
}

// call makes a call when fewer than ten others of hand-overs are under way.
func (o *Ownership) call(ctx context.Context, ask func() error) error {
	if err := o.calls.Acquire(ctx, 1); err != nil {
		return err
	}
	defer o.calls.Release(1)
	return ask()
}

// check reads resources back: lost are no longer there, notOwned are there and not the successor's. The error is that of the first that
// could not be read; the others are checked all the same.
func (o *Ownership) check(ctx context.Context, successor client.Member, resources []client.Resource) (lost, notOwned []client.Resource, err error) {
	var mu sync.Mutex
	var group errgroup.Group
	group.SetLimit(parallel)
	p := memberParty(successor)
	for _, resource := range resources {
		group.Go(func() error {
			permissions, unread := o.readBack(ctx, resource, "")
			isLost := client.IsNotFound(unread) && o.isGone(ctx, resource)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case isLost:
				lost = append(lost, resource)
			case unread != nil:
				return unread
			case !p.isIn(ownersIn(permissions)):
				notOwned = append(notOwned, resource)
			}
			return nil
		})
	}
	err = group.Wait()
	return lost, notOwned, err
}

// Given is what a hand-over without a deletion did.
type Given struct {
	Found
	// Given are the holdings of which the successor is an owner now, read back.
	Given []client.Resource
	// Failed is the holding whose hand-over failed, and Cause why.
	Failed *client.Resource
	Cause  error
}

// HandOver makes the successor an owner of everything that the owner is seen to own, beside the owner, and reads that back.
func (o *Ownership) HandOver(ctx context.Context, d Deletion) (given Given, err error) {
	if given.Found, err = o.gather(ctx, d, o.reader.fresh); err != nil || given.Fitness != FitSuccessor {
		return given, err
	}
	r, err := o.reader.fresh(ctx)
	if err != nil {
		return given, err
	}
	done := handOver{Ownership: o, reading: r, owner: d.Owner, successor: given.Successor}.all(ctx, given.Holdings)
	given.Given = done.given
	if done.err != nil {
		given.Failed, given.Cause = &done.at, done.err
	}
	return given, nil
}

// Give makes a member an owner of one resource, and reads that back. Gone is true where the resource was deleted meanwhile.
func (o *Ownership) Give(ctx context.Context, to client.Member, resource client.Resource) (gone bool, err error) {
	r, err := o.reader.planned(ctx)
	if err != nil {
		return false, err
	}
	_, err = handOver{Ownership: o, reading: r, successor: to, lastResort: true}.give(ctx, resource)
	if errors.Is(err, errGone) {
		return true, nil
	}
	return false, err
}

// Read returns a reading for what only shows or reports.
func (o *Ownership) Read(ctx context.Context) (*Reading, error) { return o.reader.planned(ctx) }
