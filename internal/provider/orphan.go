package provider

import (
	"context"
	"time"
)

const (
	// orphanCheck is how often a provider looks whether the process that started it still runs.
	orphanCheck = time.Second
	// orphanGrace is the time for changes under way to finish their recovery, such as that of a key whose answer was lost.
	orphanGrace = 5 * time.Second
)

// Orphaned waits until the process that started this one has ended, as when Terraform is killed, and then for changes under
// way. It returns an error only when ctx ends first. Terraform's death ends the calls but not the provider, which would run
// on with its session.
func Orphaned(ctx context.Context) error {
	if err := parentEnds(ctx); err != nil {
		return err
	}
	time.Sleep(orphanGrace)
	return nil
}
