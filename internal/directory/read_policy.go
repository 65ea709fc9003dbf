package directory

import (
	"context"
	"sync/atomic"
)

const (
	// alone is how many look-ups of a run go without a list, which may have thousands of elements for the one that is wanted.
	alone = 1
	// many is how many look-ups make it likely that each noun will be looked up. Terraform begins as many at once.
	many = 10
)

// readPolicy counts the look-ups of a run, over all nouns, and decides by their number whether they use the lists.
type readPolicy struct {
	oneByOne bool
	signIn   func(context.Context)
	prefetch func(context.Context) // begins to fetch every list

	lookUps   atomic.Int64
	fromLists atomic.Int64 // look-ups that a list has answered
}

// count counts a look-up, and reports whether it may use a list. The many look-ups of a large run do not wait for one list
// after the other.
func (p *readPolicy) count(ctx context.Context) bool {
	if p.lookUps.Add(1) == many && !p.oneByOne {
		p.prefetch(ctx)
	}
	return !p.oneByOne
}

// usesLists counts a look-up, and reports whether lists are worth their calls in this run. That is decided only when the
// session is open: of the many look-ups that Terraform begins at once, most are counted by then, and all of them use the
// lists.
func (p *readPolicy) usesLists(ctx context.Context) bool {
	if !p.count(ctx) {
		return false
	}
	if p.lookUps.Load() <= alone {
		p.signIn(ctx)
	}
	return p.lookUps.Load() > alone
}

// lookUp finds an element in its list, where the policy or a list that is there already allows that. Asked tells whether the list was.
func lookUp[T any](ctx context.Context, p *readPolicy, l *list[T], name string) (element T, found, asked bool) {
	if !p.usesLists(ctx) && (p.oneByOne || !l.isFetched()) {
		return element, false, false
	}
	if element, found = l.tryFind(ctx, name); found {
		p.fromLists.Add(1)
	}
	return element, found, l.isFetched()
}

// lookUpOrRead is lookUp, and reads by itself what the list lacks or what is not looked up in it.
func lookUpOrRead[T any](ctx context.Context, p *readPolicy, l *list[T], id string, read func(context.Context, string) (T, error)) (T, error) {
	element, found, asked := lookUp(ctx, p, l, id)
	if found {
		return element, nil
	}
	element, err := read(ctx, id)
	if err == nil && asked {
		l.suspect(ctx, id, read)
	}
	return element, err
}

// LookUps is how many objects this run has looked up, and how many of them a list has answered.
func (d *Directory) LookUps() (all, fromLists int) {
	return int(d.policy.lookUps.Load()), int(d.policy.fromLists.Load())
}
