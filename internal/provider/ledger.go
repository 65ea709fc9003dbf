package provider

import (
	"context"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

const (
	// ledgerAge is how old a reading of who owns what may be when something is deleted by it. Deletions of one run share
	// a reading, and each is entered into it.
	ledgerAge = 30 * time.Second
	// verifications is how many resources are read back at once.
	verifications = 10
)

// ledger is who owns what during an apply. Whoever has begun, and only they, may use it.
type ledger struct {
	client *client.Client
	turn   chan struct{} // holds one element while somebody works

	resources []client.Resource
	readAt    time.Time
}

// begin waits for its turn, or for the end of ctx.
func (l *ledger) begin(ctx context.Context) (done func(), err error) {
	select {
	case l.turn <- struct{}{}:
		return func() { <-l.turn }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (l *ledger) read(ctx context.Context) ([]client.Resource, error) {
	if !l.readAt.IsZero() && time.Since(l.readAt) < ledgerAge {
		return l.resources, nil
	}
	start := time.Now()
	resources, err := l.client.Resources(ctx)
	if err != nil {
		l.forget()
		return nil, err
	}
	l.resources, l.readAt = resources, start
	return resources, nil
}

// renew forgets what was read before the time t.
func (l *ledger) renew(ctx context.Context, t time.Time) error {
	done, err := l.begin(ctx)
	if err != nil {
		return err
	}
	defer done()
	if l.readAt.Before(t) {
		l.forget()
	}
	return nil
}

func (l *ledger) forget() { l.resources, l.readAt = nil, time.Time{} }

// settle enters a deletion: email owns nothing any more, and heir, unless empty, owns it instead.
func (l *ledger) settle(email, heir string) {
	for i, r := range l.resources {
		if !r.IsOwnedBy(email) {
			continue
		}
		owners := slices.DeleteFunc(slices.Clone(r.Owners), func(o string) bool { return client.SameEmail(o, email) })
		if heir != "" && !r.IsOwnedBy(heir) {
			owners = append(owners, heir)
		}
		l.resources[i].Owners = owners
	}
	l.resources = slices.DeleteFunc(l.resources, func(r client.Resource) bool { return len(r.Owners) == 0 })
}

// check reads resources back: lost are no longer there, astray are there and not heir's.
func (l *ledger) check(ctx context.Context, heir string, resources []client.Resource) (lost, astray []client.Resource, err error) {
	var mu sync.Mutex
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(verifications)
	for _, r := range resources {
		group.Go(func() error {
			owners, err := l.client.Owners(ctx, r.Kind, r.ID)
			mu.Lock()
			defer mu.Unlock()
			r.Owners = owners
			switch {
			case client.IsNotFound(err):
				lost = append(lost, r)
			case err != nil:
				return err
			case !r.IsOwnedBy(heir):
				astray = append(astray, r)
			}
			return nil
		})
	}
	return lost, astray, group.Wait()
}
