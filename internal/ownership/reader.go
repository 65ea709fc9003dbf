package ownership

import (
	"context"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// maxAge is how old a reading may be when something is deleted by it. An older one is brought up to date for all that wait.
const maxAge = 10 * time.Second

// reader keeps the reading of a run. The first look reads everything: four lists, and the permissions of each resource. Later looks
// read the lists again, and only the permissions of what is new, of what belonged to a member or key that has gone, and of what could
// not be read. A modification date is no proof, since it is not published whether a permission moves it.
type reader struct {
	client    *client.Client
	directory Directory
	now       func() time.Time
	turn      *semaphore.Weighted // of whoever reads

	mu      sync.Mutex
	current *Reading // nil until something was read
	readAt  time.Time
}

// planned returns the reading that a plan shows, which is made once.
func (r *reader) planned(ctx context.Context) (*Reading, error) {
	return r.get(ctx, func(time.Time) bool { return true })
}

// fresh returns a reading that is not older than maxAge.
func (r *reader) fresh(ctx context.Context) (*Reading, error) {
	return r.get(ctx, func(readAt time.Time) bool { return r.now().Sub(readAt) < maxAge })
}

// since returns a reading that was begun at the time t or later.
func (r *reader) since(ctx context.Context, t time.Time) (*Reading, error) {
	return r.get(ctx, func(readAt time.Time) bool { return !readAt.Before(t) })
}

// get returns the current reading where it suffices, and brings it up to date otherwise. Those who wait share it. The error is that of
// the end of ctx or of the sign-in; what could not be read is in the reading.
func (r *reader) get(ctx context.Context, suffices func(readAt time.Time) bool) (*Reading, error) {
	if err := r.turn.Acquire(ctx, 1); err != nil {
		return nil, err
	}
	defer r.turn.Release(1)
	r.mu.Lock()
	before, readAt := r.current, r.readAt
	r.mu.Unlock()
	if before != nil && before.unread == nil && suffices(readAt) {
		return before.copied(&r.mu), nil
	}
	begun := r.now()
	after, err := r.read(ctx, before)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.current, r.readAt = after, begun
	return after.clone(), nil
}

func (r *Reading) copied(mu *sync.Mutex) *Reading {
	mu.Lock()
	defer mu.Unlock()
	return r.clone()
}

func (r *Reading) clone() *Reading {
	view := *r
	view.resources = slices.Clone(r.resources)
	return &view
}

// read makes a reading. What before knows and nothing has put in doubt is not asked again.
func (r *reader) read(ctx context.Context, before *Reading) (*Reading, error) {
	self, err := r.client.CurrentMember(ctx)
	if err != nil {
		return nil, err
	}
	after := &Reading{self: memberParty(self)}
	if before != nil {
		after.projectsWhole, after.refuted, after.learned = before.projectsWhole, before.refuted, before.learned
	}
	lists, err := r.lists(ctx, before != nil)
	if err != nil {
		after.unread = err
		return after, ctx.Err()
	}
	after.members, after.keys, after.parties = lists.members, lists.keys, newParties(lists.members, lists.keys)
	known := map[key]listed{}
	if before != nil {
		for _, one := range before.resources {
			if one.err == nil && len(one.owners()) > 0 && !before.lostAnOwner(one, after.parties) {
				known[keyOf(one.Resource)] = one
			}
		}
	}
	for _, resource := range slices.Concat(lists.resources[client.Project], lists.resources[client.DataSource]) {
		one := known[keyOf(resource)]
		one.Resource = resource
		after.resources = append(after.resources, one)
	}
	if err := r.readPermissions(ctx, after, known); err != nil {
		return nil, err
	}
	return after, nil
}

// lostAnOwner reports whether a resource had an owner who is no longer a member or a key: the cloud may have changed its permissions.
func (r *Reading) lostAnOwner(one listed, now parties) bool {
	return slices.ContainsFunc(one.permissions, func(entry client.Permission) bool {
		p, known := r.parties.find(entry.Principal)
		return known && !now.has(p)
	})
}

// lists are the four lists that a reading begins with.
type lists struct {
	members   []client.Member
	keys      []client.APIKey
	resources map[client.ResourceKind][]client.Resource
}

func (r *reader) lists(ctx context.Context, again bool) (l lists, err error) {
	members, keys := r.directory.Members, r.directory.APIKeys
	if again {
		members, keys = r.directory.FreshMembers, r.directory.FreshAPIKeys
	}
	var projects, sources []client.Resource
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() (err error) { l.members, err = members(ctx); return err })
	group.Go(func() (err error) { l.keys, err = keys(ctx); return err })
	group.Go(func() (err error) { projects, err = r.client.List(ctx, client.Project); return err })
	group.Go(func() (err error) { sources, err = r.client.List(ctx, client.DataSource); return err })
	err = group.Wait()
	l.resources = map[client.ResourceKind][]client.Resource{client.Project: projects, client.DataSource: sources}
	return l, err
}

// readPermissions reads the permission lists that are not known, ten at a time. A list that is missing or names no owner may be that of a
// resource which has gone since it was listed, so that the kinds concerned are listed once more.
func (r *reader) readPermissions(ctx context.Context, to *Reading, known map[key]listed) error {
	group, reading := errgroup.WithContext(ctx)
	group.SetLimit(parallel)
	for i := range to.resources {
		if _, ok := known[keyOf(to.resources[i].Resource)]; ok {
			continue
		}
		group.Go(func() error {
			one := &to.resources[i]
			one.permissions, one.err = r.client.Permissions(reading, one.Kind, one.ID)
			return reading.Err()
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	for _, kind := range kinds {
		isUnclear := func(one listed) bool {
			return one.Kind == kind && (client.IsNotFound(one.err) || one.err == nil && len(one.owners()) == 0)
		}
		if !slices.ContainsFunc(to.resources, isUnclear) {
			continue
		}
		now, err := r.client.List(ctx, kind)
		if err != nil {
			to.unread = err
			return ctx.Err()
		}
		to.resources = slices.DeleteFunc(to.resources, func(one listed) bool {
			return isUnclear(one) && !slices.ContainsFunc(now, func(there client.Resource) bool { return there.ID == one.ID })
		})
	}
	return nil
}

// record enters what a hand-over has read back of one resource; written is the principal that this run wrote, empty where it wrote none.
func (r *reader) record(resource client.Resource, permissions []client.Permission, written string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.current == nil {
		return
	}
	for i, one := range r.current.resources {
		if keyOf(one.Resource) == keyOf(resource) {
			r.current.resources[i].permissions = permissions
			if written != "" {
				r.current.resources[i].ours = append(slices.Clone(one.ours), written)
			}
			return
		}
	}
}

// forget drops a resource that has gone.
func (r *reader) forget(resource client.Resource) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.current != nil {
		r.current.resources = slices.DeleteFunc(slices.Clone(r.current.resources), func(one listed) bool { return keyOf(one.Resource) == keyOf(resource) })
	}
}

// learn enters what the rehearsal showed.
func (r *reader) learn(shown evidence) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.current == nil {
		return
	}
	r.current.projectsWhole = shown.projectsWhole
	r.current.refuted |= shown.refuted
	r.current.learned = shown.learned
}
