package directory

import (
	"context"
	"sync"
)

// list is the list of one noun, fetched once for all that ask, until a write invalidates it.
type list[T any] struct {
	call func(context.Context) ([]T, error)
	// names are the texts by which an element is looked up. Of two elements with one name, the one that prefer likes better
	// counts, or else the first.
	names  func(T) []string
	prefer func(a, b T) bool

	proving sync.Mutex // held while it is found out whether the list is cut

	mu      sync.Mutex
	lacks   string      // what exists and is not in the list: the list is cut
	current *fetched[T] // nil where the list must be fetched
	latest  *fetched[T] // current, or what was current until a write invalidated it
	failed  bool        // the last fetch failed
}

// fetched is the outcome of one fetch. What stands under done is set when done is closed.
type fetched[T any] struct {
	done  chan struct{}
	all   []T
	index map[string]int
	err   error
}

// get returns the list. Those who come while it is fetched share the call, each until the end of its ctx. An error is shared
// by those who wait for it, and not kept: whoever comes next fetches again.
func (l *list[T]) get(ctx context.Context, freshness Freshness) (*fetched[T], error) {
	if freshness == Fresh {
		all, err := l.call(ctx)
		return &fetched[T]{all: all, index: l.indexed(all)}, err
	}
	chosen := l.choose(ctx, freshness)
	select {
	case <-chosen.done:
		return chosen, chosen.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// elements are the elements of the list.
func (l *list[T]) elements(ctx context.Context, freshness Freshness) ([]T, error) {
	got, err := l.get(ctx, freshness)
	if err != nil {
		return nil, err
	}
	return got.all, nil
}

// find looks an element up by one of its names.
func (l *list[T]) find(ctx context.Context, name string, freshness Freshness) (element T, found bool, err error) {
	got, err := l.get(ctx, freshness)
	if err != nil {
		return element, false, err
	}
	i, found := got.index[name]
	if !found {
		return element, false, nil
	}
	return got.all[i], true, nil
}

// tryFind looks an element up for a caller who has another way to find it. A list that could not be fetched is not tried
// again for that: a refresh of many objects would try it for each of them.
func (l *list[T]) tryFind(ctx context.Context, name string) (element T, found bool) {
	if l.hasFailed() {
		return element, false
	}
	element, found, _ = l.find(ctx, name, Current)
	return element, found
}

// choose returns the fetch that the freshness allows, and begins one where there is none.
func (l *list[T]) choose(ctx context.Context, freshness Freshness) *fetched[T] {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case freshness == Cached && l.latest != nil:
		return l.latest
	case l.current != nil:
		return l.current
	}
	begun := &fetched[T]{done: make(chan struct{})}
	l.current, l.latest = begun, begun
	go l.fetch(context.WithoutCancel(ctx), begun) // for those who come meanwhile, even if this caller leaves
	return begun
}

func (l *list[T]) fetch(ctx context.Context, begun *fetched[T]) {
	begun.all, begun.err = l.call(ctx)
	begun.index = l.indexed(begun.all)
	l.mu.Lock()
	l.failed = begun.err != nil
	if l.failed && l.current == begun {
		l.current = nil
	}
	if l.failed && l.latest == begun {
		l.latest = nil
	}
	l.mu.Unlock()
	close(begun.done)
}

func (l *list[T]) indexed(all []T) map[string]int {
	index := make(map[string]int, len(all))
	if l.names == nil {
		return index
	}
	for i, element := range all {
		for _, name := range l.names(element) {
			if first, taken := index[name]; !taken || l.prefer != nil && l.prefer(element, all[first]) {
				index[name] = i
			}
		}
	}
	return index
}

// isCut reports whether the list is known to lack what exists. Then it is no proof that anything is absent.
func (l *list[T]) isCut() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lacks != ""
}

func (l *list[T]) cutAt(name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.lacks == "" {
		l.lacks = name
	}
}

// suspect looks into why the list lacks the element with the id, which was read by itself. The list is cut if it lacks the element again, and the
// element is still there afterwards.
func (l *list[T]) suspect(ctx context.Context, id string, read func(context.Context, string) (T, error)) {
	l.proving.Lock()
	defer l.proving.Unlock()
	if l.isCut() {
		return
	}
	all, err := l.call(ctx)
	if err != nil {
		return
	}
	if index := l.indexed(all); has(index, id) {
		l.replace(&fetched[T]{done: closed, all: all, index: index})
		return
	}
	if _, err := read(ctx, id); err == nil {
		l.cutAt(id)
	}
}

// closed is the done of what needed no fetch.
var closed = func() chan struct{} { c := make(chan struct{}); close(c); return c }()

func has(index map[string]int, name string) bool {
	_, found := index[name]
	return found
}

func (l *list[T]) replace(now *fetched[T]) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.current, l.latest, l.failed = now, now, false
}

// isFetched reports whether the list is there, or will be without another call.
func (l *list[T]) isFetched() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.current != nil
}

func (l *list[T]) hasFailed() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.failed
}

// invalidate makes the next Current look-up fetch the list again, for an element of it was written.
func (l *list[T]) invalidate() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.current = nil
}
