package ownership

import (
	"context"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/directory"
)

// A reading by which something is deleted may be as old as maxAge, or as agePerList times what its lists took, where those take long. An older
// one is brought up to date for all that wait: another run may have handed something over meanwhile.
const (
	maxAge     = 2 * time.Second
	agePerList = 5
)

// reader keeps the reading of a run. The first look reads everything: four lists, and the permissions of each resource. Later looks
// read the lists again, and only the permissions of what is new, of what belonged to a member or key that has gone, and of what could
// not be read. A modification date is no proof, since it is not published whether a permission moves it.
type reader struct {
	client    *client.Client
	directory *directory.Directory
	now       func() time.Time
	turn      *semaphore.Weighted // of whoever reads

	mu      sync.Mutex
	current *Reading // the last whose lists could be read, nil until there is one
	readAt  time.Time
	listing time.Duration // what its lists took
	proof   proof
	// late are the changes that were entered while a reading was made: they are entered into that one, too.
	late []func(*Reading)
}

func newReader(c *client.Client, d *directory.Directory, now func() time.Time) *reader {
	return &reader{client: c, directory: d, now: now, turn: semaphore.NewWeighted(1), proof: newProof()}
}

// planned returns the reading that a plan shows, which is made once.
func (r *reader) planned(ctx context.Context) (*Reading, error) {
	return r.get(ctx, false, func(time.Time) bool { return true })
}

// fresh returns a reading that has not aged.
func (r *reader) fresh(ctx context.Context) (*Reading, error) {
	return r.get(ctx, true, func(readAt time.Time) bool { return r.now().Sub(readAt) < max(maxAge, agePerList*r.listing) })
}

// after returns a reading that was begun after the time t.
func (r *reader) after(t time.Time) func(context.Context) (*Reading, error) {
	return func(ctx context.Context) (*Reading, error) {
		return r.get(ctx, true, func(readAt time.Time) bool { return readAt.After(t) })
	}
}

// proved is what is proved by now.
func (r *reader) proved() proof {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.proof.clone()
}

// view is the current reading with all that is proved by now. It wants r.mu.
func (r *reader) view() *Reading {
	view := r.current.clone()
	view.proof = r.proof.clone()
	return view
}

// get returns the current reading where it suffices, and brings it up to date otherwise. Those who wait share it. The error is that of
// the end of ctx or of the sign-in; what could not be read is in the reading. Where it is not to be fresh, the list of members may be one
// that this run has read before.
func (r *reader) get(ctx context.Context, fresh bool, suffices func(readAt time.Time) bool) (*Reading, error) {
	if err := r.turn.Acquire(ctx, 1); err != nil {
		return nil, err
	}
	defer r.turn.Release(1)
	if view := r.ifIt(suffices); view != nil {
		return view, nil
	}
	r.mu.Lock()
	before := r.current
	if before != nil {
		before = r.view()
	}
	r.late = nil
	r.mu.Unlock()

	begun := r.now()
	made, listing, err := r.read(ctx, before, fresh)
	if err != nil {
		return nil, err
	}
	if made.unread != nil {
		return made, nil // what was read before stays, for the next look
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, enter := range r.late {
		enter(made)
	}
	r.proof.add(made.proof)
	r.current, r.readAt, r.listing, r.late = made, begun, listing, nil
	if !fresh {
		r.readAt = time.Time{} // nothing is deleted by it
	}
	return r.view(), nil
}

// ifIt returns the current reading where it suffices, else nil.
func (r *reader) ifIt(suffices func(readAt time.Time) bool) *Reading {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.current == nil || !suffices(r.readAt) {
		return nil
	}
	return r.view()
}

// read makes a reading, and says how long its lists took. What before knows and nothing has put in doubt is not asked again.
func (r *reader) read(ctx context.Context, before *Reading, fresh bool) (made *Reading, listing time.Duration, err error) {
	self, err := r.client.CurrentMember(ctx)
	if err != nil {
		return nil, 0, err
	}
	made = &Reading{self: memberParty(self), proof: newProof()}
	begun := r.now()
	lists, err := r.lists(ctx, fresh, before != nil)
	if err != nil {
		made.unread = err
		return made, 0, ctx.Err()
	}
	listing = r.now().Sub(begun)
	made.members, made.keys, made.parties = lists.members, lists.keys, newParties(lists.members, lists.keys)
	made.resources = slices.Grow(made.resources, len(lists.projects)+len(lists.sources))
	known := map[key]bool{}
	for _, resource := range slices.Concat(lists.projects, lists.sources) {
		one := listed{}
		if before != nil {
			one, _ = before.find(resource)
			known[keyOf(resource)] = one.isClear() && !before.lostAnOwner(one, made.parties)
		}
		one.Resource = resource
		made.resources = append(made.resources, one)
	}
	if err := r.readPermissions(ctx, made, known); err != nil {
		return nil, 0, err
	}
	for _, one := range made.resources {
		made.observe(one)
	}
	return made, listing, nil
}

// lostAnOwner reports whether a resource had an owner who is no longer a member or a key: the cloud may have changed its permissions.
func (r *Reading) lostAnOwner(one listed, now parties) bool {
	return slices.ContainsFunc(one.owners, func(who principal) bool {
		p, known := r.parties.find(who)
		return known && !now.has(p)
	})
}

// lists are the four lists that a reading begins with.
type lists struct {
	members           []client.Member
	keys              []client.APIKey
	projects, sources []client.Resource
}

// lists reads the four lists. A fresh one looks again who is a member, since the successor must be one; a later one, which keys have gone.
func (r *reader) lists(ctx context.Context, fresh, later bool) (l lists, err error) {
	members, keys := directory.Current, directory.Current
	if fresh || later {
		members = directory.Fresh
	}
	if later {
		keys = directory.Fresh
	}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() (err error) { l.members, err = r.directory.Members(ctx, members); return err })
	group.Go(func() (err error) { l.keys, err = r.directory.APIKeys(ctx, keys); return err })
	group.Go(func() (err error) { l.projects, err = r.client.List(ctx, client.Project); return err })
	group.Go(func() (err error) { l.sources, err = r.client.List(ctx, client.DataSource); return err })
	err = group.Wait()
	return l, err
}

// readPermissions reads the permission lists that are not known, ten at a time. A list that is missing or names no owner may be that of a
// resource which has gone since it was listed, so that the kinds concerned are listed once more.
func (r *reader) readPermissions(ctx context.Context, to *Reading, known map[key]bool) error {
	var unread []*listed
	for i := range to.resources {
		if one := &to.resources[i]; !known[keyOf(one.Resource)] {
			unread = append(unread, one)
		}
	}
	report := progress{log: r.client.Log(), resources: len(unread)}
	report.begin(ctx)
	group, reading := errgroup.WithContext(ctx)
	group.SetLimit(parallel)
	for _, one := range unread {
		group.Go(func() error {
			permissions, err := r.client.Permissions(reading, one.Kind, one.ID)
			*one = one.with(permissions)
			one.err = err
			report.step(ctx)
			return reading.Err()
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	isUnclear := func(one listed) bool { return client.IsNotFound(one.err) || one.err == nil && len(one.owners) == 0 }
	gone := map[key]bool{}
	for _, kind := range kinds {
		if !slices.ContainsFunc(to.resources, func(one listed) bool { return one.Kind == kind && isUnclear(one) }) {
			continue
		}
		now, err := r.client.List(ctx, kind)
		if err != nil {
			to.unread = err
			return ctx.Err()
		}
		there := map[key]bool{}
		for _, resource := range now {
			there[keyOf(resource)] = true
		}
		for _, one := range to.resources {
			if one.Kind == kind && isUnclear(one) && !there[keyOf(one.Resource)] {
				gone[keyOf(one.Resource)] = true
			}
		}
	}
	to.keep(func(one listed) bool { return !gone[keyOf(one.Resource)] })
	return nil
}

// enter makes a change of the current reading, and of the one that is being made.
func (r *reader) enter(change func(*Reading)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.late = append(r.late, change)
	if r.current != nil {
		change(r.current)
	}
}

// record enters what a hand-over has read back of one resource; written is the principal that this run wrote, empty where it wrote none.
func (r *reader) record(resource client.Resource, permissions []client.Permission, written string) {
	r.enter(func(to *Reading) {
		i, known := to.places[keyOf(resource)]
		if !known {
			return
		}
		one := to.resources[i].with(permissions)
		if written != "" {
			one.ours = append(slices.Clone(one.ours), written)
		}
		to.resources[i] = one
	})
}

// forget drops a resource that has gone.
func (r *reader) forget(resource client.Resource) {
	r.enter(func(to *Reading) {
		to.keep(func(one listed) bool { return keyOf(one.Resource) != keyOf(resource) })
	})
}

// learn enters what the rehearsal showed.
func (r *reader) learn(shown proof) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.proof.add(shown)
}
