package directory

import (
	"context"
	"errors"
	"fmt"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// UnwantedError says that the cloud made something else than was asked for, and what became of it: what may do more, or lives longer, than was
// asked must not stay.
type UnwantedError struct {
	*client.MismatchError
	// Left is why it could not be deleted again, nil where it is gone.
	Left error
}

func (e UnwantedError) Error() string {
	if e.Left != nil {
		return fmt.Sprintf("%s. The %s that it made (%s) is still there, for it could not be deleted: %s", e.MismatchError, e.Noun, client.Printable(e.ID), e.Left)
	}
	return fmt.Sprintf("%s. The %s that it made (%s) is deleted again", e.MismatchError, e.Noun, client.Printable(e.ID))
}

func (e UnwantedError) Unwrap() error { return e.MismatchError }

// removeUnwanted deletes what was made in another way than it was asked for, even when the run is being stopped. Err is that of the creation.
func removeUnwanted(ctx context.Context, err error, remove func(context.Context) error) error {
	var mismatch *client.MismatchError
	if !errors.As(err, &mismatch) {
		return err
	}
	ctx, cancel := recovering(ctx)
	defer cancel()
	left := remove(ctx)
	if client.IsNotFound(left) {
		left = nil
	}
	return UnwantedError{mismatch, left}
}
