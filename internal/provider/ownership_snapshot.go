package provider

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

const (
	// snapshotAge is how old a snapshot may be when something is deleted by it. Deletions of one run share a snapshot, and
	// each is recorded in it.
	snapshotAge = 30 * time.Second
	// verifications is how many resources are read back at once.
	verifications = 10
)

// ownershipSnapshot is who owns what during an apply. Only who holds its lock may use it.
type ownershipSnapshot struct {
	directory *directory.Directory
	mutex     *semaphore.Weighted

	resources []client.Resource
	readAt    time.Time
}

// lock waits for the end of other deletions, or for the end of ctx.
func (s *ownershipSnapshot) lock(ctx context.Context) (unlock func(), err error) {
	if err := s.mutex.Acquire(ctx, 1); err != nil {
		return nil, err
	}
	return func() { s.mutex.Release(1) }, nil
}

func (s *ownershipSnapshot) read(ctx context.Context) ([]client.Resource, error) {
	if !s.readAt.IsZero() && time.Since(s.readAt) < snapshotAge {
		return s.resources, nil
	}
	start := time.Now()
	resources, err := s.directory.Resources(ctx, directory.Fresh)
	if err != nil {
		s.forget()
		return nil, err
	}
	s.resources, s.readAt = resources, start
	return resources, nil
}

// renew forgets what was read before the time t.
func (s *ownershipSnapshot) renew(ctx context.Context, t time.Time) error {
	unlock, err := s.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	if s.readAt.Before(t) {
		s.forget()
	}
	return nil
}

func (s *ownershipSnapshot) forget() { s.resources, s.readAt = nil, time.Time{} }

// recordTransfer records a deletion: email owns nothing any more, and the successor, unless empty, owns it instead.
func (s *ownershipSnapshot) recordTransfer(email, successor string) {
	for i, r := range s.resources {
		if !r.IsOwnedBy(email) {
			continue
		}
		owners := slices.DeleteFunc(slices.Clone(r.Owners), func(o string) bool { return client.SameEmail(o, email) })
		if successor != "" && !r.IsOwnedBy(successor) {
			owners = append(owners, successor)
		}
		s.resources[i].Owners = owners
	}
	s.resources = slices.DeleteFunc(s.resources, func(r client.Resource) bool { return len(r.Owners) == 0 })
}

// check reads resources back: lost are no longer there, notTransferred are there and not the successor's.
func (s *ownershipSnapshot) check(ctx context.Context, successor string, resources []client.Resource) (lost, notTransferred []client.Resource, err error) {
	var mu sync.Mutex
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(verifications)
	for _, r := range resources {
		group.Go(func() error {
			owners, err := s.directory.Owners(ctx, r)
			mu.Lock()
			defer mu.Unlock()
			r.Owners = owners
			switch {
			case client.IsNotFound(err):
				lost = append(lost, r)
			case err != nil:
				return err
			case !r.IsOwnedBy(successor):
				notTransferred = append(notTransferred, r)
			}
			return nil
		})
	}
	return lost, notTransferred, group.Wait()
}
