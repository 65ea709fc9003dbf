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

// handedOver is what a hand-over did with each resource.
type handedOver struct {
	moved []client.Resource // the owner owns it no longer
	given []client.Resource // the successor is an owner, read back; the owner still is one
	gone  []client.Resource // deleted meanwhile
	err   error             // of the first that failed
	at    client.Resource   // which one that was
}

// handOver gives every holding to the successor, and takes the owner's own entry back where revoke says so. Each step is read back. After
// one that fails, no other begins.
func (o *Ownership) handOver(ctx context.Context, r *Reading, owner Owner, successor client.Member, holdings []client.Resource, revoke bool) handedOver {
	var mu sync.Mutex
	var done handedOver
	hasFailed := func() bool {
		mu.Lock()
		defer mu.Unlock()
		return done.err != nil
	}
	seen := r.forms()
	var group errgroup.Group
	group.SetLimit(parallel)
	for _, resource := range holdings {
		group.Go(func() error {
			if hasFailed() {
				return nil
			}
			moved, err := o.handOverOne(ctx, r, seen, owner, successor, resource, revoke)
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

var errGone = errors.New("the resource was deleted meanwhile")

func (o *Ownership) handOverOne(ctx context.Context, r *Reading, seen forms, owner Owner, successor client.Member, resource client.Resource, revoke bool) (moved bool, err error) {
	permissions, err := o.give(ctx, r, seen, successor, resource)
	if err != nil || !revoke {
		return false, err
	}
	p := owner.party()
	for _, entry := range permissions {
		if !p.is(entry.Principal) {
			continue
		}
		err := o.call(ctx, func() error { return o.client.Revoke(ctx, resource.Kind, resource.ID, entry.Principal) })
		if err != nil {
			return false, ctx.Err() // the successor is an owner, and so is the owner still
		}
	}
	permissions, err = o.readBack(ctx, resource, "")
	if err != nil {
		return false, err
	}
	after := listed{Resource: resource, permissions: permissions}
	if !isOwnedInForm(after, memberParty(successor), seen) {
		return false, fmt.Errorf("after the owner's permissions were taken back, %w", errNotOwner)
	}
	return !slices.ContainsFunc(permissions, func(entry client.Permission) bool { return p.is(entry.Principal) }), nil
}

// give makes the successor an owner of one resource, and reads that back in a form that the cloud has written by itself: a text that this
// run wrote proves nothing.
func (o *Ownership) give(ctx context.Context, r *Reading, seen forms, successor client.Member, resource client.Resource) ([]client.Permission, error) {
	p := memberParty(successor)
	if one, known := r.find(resource); known && isOwnedInForm(one, p, seen) {
		return one.permissions, nil
	}
	principal := p.written(seen.best(client.MemberOwner))
	if principal == "" {
		return nil, errNoForm
	}
	err := o.call(ctx, func() error { return o.client.Grant(ctx, resource.Kind, resource.ID, principal) })
	if client.IsNotFound(err) {
		if gone := o.isGone(ctx, resource); gone {
			o.reader.forget(resource)
			return nil, errGone
		}
	}
	if err != nil && !client.IsUncertain(err) {
		return nil, err
	}
	permissions, unread := o.readBack(ctx, resource, principal)
	switch {
	case unread != nil:
		return nil, unread
	case isOwnedInForm(listed{permissions: permissions}, p, seen):
		return permissions, nil
	case err != nil:
		return nil, err
	}
	return nil, errNotOwner
}

// isOwnedInForm reports whether p is an owner, in a form that the cloud has written by itself for another of p's kind.
func isOwnedInForm(one listed, p party, seen forms) bool {
	return slices.ContainsFunc(one.owners(), func(principal string) bool { return seen[p.kind][p.formIn(principal)] })
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
func (o *Ownership) call(ctx context.Context, make func() error) error {
	if err := o.calls.Acquire(ctx, 1); err != nil {
		return err
	}
	defer o.calls.Release(1)
	return make()
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
			case !(listed{permissions: permissions}).isOwnedBy(p):
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
	Given  []client.Resource
	Failed *client.Resource
	Cause  error
}

// HandOver makes the successor an owner of everything that the owner is seen to own, beside the owner, and reads that back.
func (o *Ownership) HandOver(ctx context.Context, d Deletion) (given Given, facts Facts, why Misfit, err error) {
	var seen Plan
	if facts, why, err = o.gather(ctx, d, o.reader.fresh, &seen); err != nil || facts.Fitness != FitSuccessor {
		return given, facts, why, err
	}
	r, err := o.reader.fresh(ctx)
	if err != nil {
		return given, facts, why, err
	}
	done := o.handOver(ctx, r, d.Owner, facts.Successor, facts.Holdings, false)
	given.Given = done.given
	if done.err != nil {
		given.Failed, given.Cause = &done.at, done.err
	}
	return given, facts, why, nil
}

// Give makes a member an owner of one resource, and reads that back in a form that the cloud has written by itself. Gone is true where the
// resource was deleted meanwhile.
func (o *Ownership) Give(ctx context.Context, to client.Member, resource client.Resource) (gone bool, err error) {
	r, err := o.reader.planned(ctx)
	if err != nil {
		return false, err
	}
	_, err = o.give(ctx, r, r.forms(), to, resource)
	if errors.Is(err, errGone) {
		return true, nil
	}
	return false, err
}

// Read returns a reading for what only shows or reports.
func (o *Ownership) Read(ctx context.Context) (*Reading, error) { return o.reader.planned(ctx) }
