package provider

import (
	"context"
	"os"
	"time"
)

const (
	// orphanCheck is how often a provider looks whether the process that started it is still there.
	orphanCheck = time.Second
	// orphanGrace is for what a change that was under way looks after, such as a key whose answer was lost.
	orphanGrace = 5 * time.Second
)

// Orphaned waits until the process that started this one is gone, as when Terraform is killed, and then for what was under
// way. It returns an error only when ctx ends first. Terraform's death ends the calls, and not the provider: that would go on
// for ever, with its session.
func Orphaned(ctx context.Context) error {
	parent := os.Getppid()
	ticker := time.NewTicker(orphanCheck)
	defer ticker.Stop()
	for os.Getppid() == parent {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
		}
	}
	time.Sleep(orphanGrace)
	return nil
}
