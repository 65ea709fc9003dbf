package provider

import (
	"context"
	"sync"
)

// once reads something at the first call, for all callers of a plan. An error is kept too: what the cloud refuses to one
// it refuses to all, and a plan must not say different things about different objects.
type once[T any] struct {
	read func(context.Context) (T, error)

	mu    sync.Mutex
	done  chan struct{} // closed when value and err are set
	value T
	err   error
}

func (o *once[T]) get(ctx context.Context) (T, error) {
	o.mu.Lock()
	if o.done == nil {
		o.done = make(chan struct{})
		go func() {
			o.value, o.err = o.read(context.WithoutCancel(ctx))
			close(o.done)
		}()
	}
	o.mu.Unlock()
	select {
	case <-o.done:
		return o.value, o.err
	case <-ctx.Done():
		return *new(T), ctx.Err()
	}
}
