package directory

import (
	"context"
	"sync"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// list is the list of one noun, fetched once for all that ask, until a write invalidates it.
type list[T any] struct {
	call func(context.Context) ([]T, error)
	id   func(T) string
	// email is nil where elements are looked up by id alone. Of several elements with one email, in whatever spelling, the one that prefer likes
	// best counts. Where there is no prefer, they are several, unless one has the very spelling.
	email  func(T) string
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
	done   chan struct{}
	all    []T
	ids    map[string]int
	emails client.ByEmail[int]
	err    error
}

// get returns the list. Those who come while it is fetched share the call, each until the end of its ctx. An error is shared
// by those who wait for it, and not kept: whoever comes next fetches again.
func (l *list[T]) get(ctx context.Context, freshness Freshness) (*fetched[T], error) {
	if freshness == Fresh {
		all, err := l.call(ctx)
		got := &fetched[T]{}
		l.index(got, all)
		return got, err
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

// find looks an element up by its id.
func (l *list[T]) find(ctx context.Context, id string, freshness Freshness) (element T, found bool, err error) {
	got, err := l.get(ctx, freshness)
	if err != nil {
		return element, false, err
	}
	i, found := got.ids[id]
	if !found {
		return element, false, nil
	}
	return got.all[i], true, nil
}

// findByEmail looks an element up by its email. The error is a NotOneError where it cannot be told which of several is meant.
func (l *list[T]) findByEmail(ctx context.Context, email string, freshness Freshness) (element T, found bool, err error) {
	got, err := l.get(ctx, freshness)
	if err != nil {
		return element, false, err
	}
	return l.byEmail(got, email)
}

// byEmail looks an element up in what was fetched.
func (l *list[T]) byEmail(got *fetched[T], email string) (element T, found bool, err error) {
	at := got.emails.Find(email)
	if l.prefer != nil {
		at = l.preferred(got, email)
	}
	switch len(at) {
	case 0:
		return element, false, nil
	case 1:
		return got.all[at[0]], true, nil
	}
	return element, false, spelledAlike(email, got.with(at), l.email)
}

// preferred is the place of the element that counts of those with the email, empty where none has it.
func (l *list[T]) preferred(got *fetched[T], email string) (at []int) {
	for _, candidate := range got.emails.Spellings(email) {
		if at == nil || l.prefer(got.all[candidate], got.all[at[0]]) {
			at = []int{candidate}
		}
	}
	return at
}

// with are the elements at the places.
func (f *fetched[T]) with(at []int) []T {
	var elements []T
	for _, i := range at {
		elements = append(elements, f.all[i])
	}
	return elements
}

// tryFind looks an element up for a caller who has another way to find it. A list that could not be fetched is not tried
// again for that: a refresh of many objects would try it for each of them.
func (l *list[T]) tryFind(ctx context.Context, id string) (element T, found bool) {
	if l.hasFailed() {
		return element, false
	}
	element, found, _ = l.find(ctx, id, Current)
	return element, found
}

// tryFindByEmail is tryFind by email.
func (l *list[T]) tryFindByEmail(ctx context.Context, email string) (element T, found bool) {
	if l.hasFailed() {
		return element, false
	}
	element, found, _ = l.findByEmail(ctx, email, Current)
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
	all, err := l.call(ctx)
	begun.err = err
	l.index(begun, all)
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

// index enters what was fetched.
func (l *list[T]) index(got *fetched[T], all []T) {
	got.all, got.ids = all, make(map[string]int, len(all))
	for i, element := range all {
		if _, taken := got.ids[l.id(element)]; !taken {
			got.ids[l.id(element)] = i
		}
		if l.email != nil {
			got.emails.Add(l.email(element), i)
		}
	}
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
	got := &fetched[T]{done: closed}
	if l.index(got, all); got.has(id) {
		l.replace(got)
		return
	}
	if _, err := read(ctx, id); err == nil {
		l.cutAt(id)
	}
}

// closed is the done of what needed no fetch.
var closed = func() chan struct{} { c := make(chan struct{}); close(c); return c }()

func (f *fetched[T]) has(id string) bool {
	_, found := f.ids[id]
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
