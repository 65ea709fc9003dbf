package directory

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// What the cloud made otherwise than it was asked to may do more, or live longer, than the user wants. It is deleted at once.

// UnwantedError says that the cloud made something else than was asked for, and what became of it.
type UnwantedError struct {
	Noun, ID string
	// Left is why it is still there, nil where it is gone.
	Left error

	err error // what is wrong with it
}

func (e UnwantedError) Error() string {
	made := fmt.Sprintf("The %s that it made (%s)", e.Noun, client.Printable(e.ID))
	if e.Left != nil {
		return fmt.Sprintf("%s. %s is still there: %s", e.err, made, e.Left)
	}
	return fmt.Sprintf("%s. %s is deleted again", e.err, made)
}

func (e UnwantedError) Unwrap() error { return e.err }

// errWasThere is why something stays that the cloud gave for new.
var errWasThere = errors.New("it was there before, so it is not deleted")

// longBefore is how much older than the request an object is that the request cannot have made. Clocks may differ.
const longBefore = 5 * time.Minute

// wasThere reports whether an object was there long before the request for it.
func wasThere(created client.Time, since time.Time) bool {
	return !created.IsZero() && created.Before(since.Add(-longBefore))
}

// removeUnwanted deletes what was made in another way than it was asked for, even when the run is being stopped. Err is that of the creation.
func removeUnwanted(ctx context.Context, err error, wasThere bool, remove func(context.Context) error) error {
	var mismatch *client.MismatchError
	if !errors.As(err, &mismatch) || mismatch.IsNothing() {
		return err
	}
	return removed(ctx, UnwantedError{Noun: mismatch.Noun, ID: mismatch.ID, err: err}, wasThere, remove)
}

func removed(ctx context.Context, e UnwantedError, wasThere bool, remove func(context.Context) error) UnwantedError {
	if wasThere {
		e.Left = errWasThere
		return e
	}
	ctx, cancel := recovering(ctx)
	defer cancel()
	if e.Left = remove(ctx); client.IsNotFound(e.Left) {
		e.Left = nil
	}
	return e
}
