//go:build !windows

package provider

import (
	"context"
	"os"
	"time"
)

// parentEnds waits for the end of the parent process or of ctx, whose error it returns. Unix gives an orphan another parent.
func parentEnds(ctx context.Context) error {
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
	return nil
}
