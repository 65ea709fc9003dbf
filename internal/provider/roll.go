package provider

import (
	"context"
	"sync"
)

// roll is a noun's list, read once for all that ask during a walk, until a write of the noun drops it. It is for what a
// walk reads to show or to plan; what an apply decides by, it reads anew.
type roll[T any] struct {
	read func(context.Context) ([]T, error)
	// names are by what an element is looked up. Of two with one name, the one that prefer likes better than the other
	// counts, or else the first.
	names  func(T) []string
	prefer func(a, b T) bool
	// tally tells when to read the list for an object that can be read by itself.
	tally *tally

	mu      sync.Mutex
	current *reading[T]
	last    *reading[T] // current, or the one that was dropped
}

// reading is one reading of a list.
type reading[T any] struct {
	done  chan struct{} // closed when what follows is set
	all   []T
	index map[string]int
	err   error
}

// get returns the list, reading it if nobody has. Those who come while it is read wait for it together, each until the end
// of its ctx. An error is kept like a list: a plan must not say different things about different objects.
func (r *roll[T]) get(ctx context.Context) ([]T, error) {
	return r.reading(ctx).wait(ctx)
}

// getEarly is get of the list as this walk read it before its own writes, if it has, for those who need not know of them.
func (r *roll[T]) getEarly(ctx context.Context) ([]T, error) {
	return r.early(ctx).wait(ctx)
}

// findEarly is find in the list that getEarly returns.
func (r *roll[T]) findEarly(ctx context.Context, name string) (element T, found bool, err error) {
	return r.early(ctx).find(ctx, name)
}

func (r *roll[T]) early(ctx context.Context) *reading[T] {
	r.mu.Lock()
	last := r.last
	r.mu.Unlock()
	if last == nil {
		last = r.reading(ctx)
	}
	return last
}

// reading returns the current reading, and begins one if there is none.
func (r *roll[T]) reading(ctx context.Context) *reading[T] {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.current == nil {
		now := &reading[T]{done: make(chan struct{})}
		r.current, r.last = now, now
		go func() {
			now.all, now.err = r.read(context.WithoutCancel(ctx))
			now.index = r.indexed(now.all)
			close(now.done)
		}()
	}
	return r.current
}

// wait waits for the end of the reading or of ctx.
func (r *reading[T]) wait(ctx context.Context) ([]T, error) {
	select {
	case <-r.done:
		return r.all, r.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (r *roll[T]) indexed(all []T) map[string]int {
	index := make(map[string]int, len(all))
	if r.names == nil {
		return index
	}
	for i, element := range all {
		for _, name := range r.names(element) {
			if first, taken := index[name]; !taken || r.prefer != nil && r.prefer(element, all[first]) {
				index[name] = i
			}
		}
	}
	return index
}

// find looks an element up by one of its names. Who finds nothing, for whatever reason, asks for the element by itself.
func (r *roll[T]) find(ctx context.Context, name string) (element T, found bool) {
	element, found, _ = r.reading(ctx).find(ctx, name)
	return element, found
}

func (r *reading[T]) find(ctx context.Context, name string) (element T, found bool, err error) {
	all, err := r.wait(ctx)
	if err != nil {
		return element, false, err
	}
	i, found := r.index[name]
	if !found {
		return element, false, nil
	}
	return all[i], true, nil
}

// findIfItPays is find, but for the first look-up of a walk while nobody has read the list.
func (r *roll[T]) findIfItPays(ctx context.Context, name string) (element T, found bool) {
	if !r.tally.pays(ctx) && (r.tally.perObject || !r.isRead()) {
		return element, false
	}
	if element, found = r.find(ctx, name); found {
		r.tally.listed.Add(1)
	}
	return element, found
}

// isRead reports whether the list has been read, or is being.
func (r *roll[T]) isRead() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.current != nil
}

// drop forgets the list, for something of the noun was written.
func (r *roll[T]) drop() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.current = nil
}
