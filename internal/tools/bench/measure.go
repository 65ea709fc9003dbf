package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"time"
)

// slow is the latency that a cloud far away has.
const slow = 100 * time.Millisecond

// way is one way of running the same configuration.
type way struct {
	name      string
	latency   time.Duration
	noCloud   bool // the provider calls nothing
	perObject bool // bulk_read = false
}

var ways = []way{
	{name: "floor", noCloud: true},
	{name: "0 ms"},
	{name: "100 ms", latency: slow},
	{name: "one by one, 0 ms", perObject: true},
	{name: "one by one, 100 ms", perObject: true, latency: slow},
}

// roundsOf is how often a way is measured: one that takes long, less often.
func (b *bench) roundsOf(w way) int {
	if w.perObject {
		return min(b.rounds, 1)
	}
	return b.rounds
}

// bench is a benchmark that is going on, with what it has measured so far.
type bench struct {
	options
	base     string
	progress io.Writer

	schema, version  map[string][]sample
	applied, planned map[string][]sample // by the name of the way
	crowded          map[string][]sample
	destroyed        map[string][]sample // by the name of the destruction
}

func (b *bench) say(format string, arguments ...any) {
	fmt.Fprintf(b.progress, format+"\n", arguments...)
}

// note keeps a sample and tells of it.
func (b *bench) note(kept *map[string][]sample, what, name string, s sample) {
	if *kept == nil {
		*kept = map[string][]sample{}
	}
	(*kept)[name] = append((*kept)[name], s)
	b.say("%s, %s: %s, %s, %s", what, name, seconds(s.took), mebibytes(s.peak), s.calls)
}

func (b *bench) measureStart(ctx context.Context) error {
	for range b.rounds {
		for name, provider := range map[string]string{"provider": b.provider, "floor": b.floor} {
			x, err := b.prepare(provider, nil, requiredProviders)
			if err != nil {
				return err
			}
			s, err := x.run(ctx, `"provider_schemas"`, "providers", "schema", "-json")
			if err != nil {
				return err
			}
			b.note(&b.schema, "schema", name, s)
			if s, err = x.run(ctx, "v", "version"); err != nil {
				return err
			}
			b.note(&b.version, "version", name, s)
		}
	}
	return nil
}

// measureApply makes everything, in a new cloud each time.
func (b *bench) measureApply(ctx context.Context) error {
	for round := range b.rounds {
		for _, w := range ways {
			if round >= b.roundsOf(w) {
				continue
			}
			if err := b.applyOnce(ctx, w); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *bench) applyOnce(ctx context.Context, w way) (err error) {
	x, err := b.place(ctx, w)
	if err != nil {
		return err
	}
	defer func() { err = cmp.Or(err, x.cloud.close()) }()
	s, err := x.apply(ctx, fmt.Sprintf("%d added", b.total()), w.arguments()...)
	if err == nil {
		b.note(&b.applied, "apply", w.name, s)
	}
	return err
}

// place prepares a folder for the configuration, and a cloud if the way has one.
func (b *bench) place(ctx context.Context, w way) (*cli, error) {
	if w.noCloud {
		return b.prepare(b.floor, nil, b.configuration())
	}
	c, err := startCloud(ctx)
	if err != nil {
		return nil, err
	}
	c.SetLatency(w.latency)
	return b.prepare(b.provider, c, b.configuration())
}

func (w way) arguments() []string { return []string{fmt.Sprintf("-var=bulk_read=%t", !w.perObject)} }

// measurePlan plans what is there already, each way in turn, in one cloud.
func (b *bench) measurePlan(ctx context.Context) (err error) {
	bare, err := b.place(ctx, ways[0])
	if err != nil {
		return err
	}
	x, err := b.place(ctx, ways[1])
	if err != nil {
		return err
	}
	defer func() { err = cmp.Or(err, x.cloud.close()) }()
	for _, place := range []*cli{bare, x} {
		if _, err := place.apply(ctx, "added"); err != nil {
			return err
		}
	}
	// The members accept, and the state comes to know them.
	for i := range b.members() {
		if _, err := x.cloud.Accept(fmt.Sprintf("member-%d@example.com", i), "Some Body", "Correct-Horse.7"); err != nil {
			return err
		}
	}
	if _, err := x.apply(ctx, "Apply complete", "-refresh-only"); err != nil {
		return err
	}
	for round := range b.rounds {
		for _, w := range ways {
			if round >= b.roundsOf(w) {
				continue
			}
			place := x
			if w.noCloud {
				place = bare
			} else {
				x.cloud.SetLatency(w.latency)
			}
			s, err := place.plan(ctx, w.arguments()...)
			if err != nil {
				return err
			}
			b.note(&b.planned, "plan", w.name, s)
		}
	}
	return nil
}

const (
	village = 100 // the members of a small organization
	managed = 20  // of a small and of a large one
)

// measureCrowd plans a few members of a small organization and of a large one.
func (b *bench) measureCrowd(ctx context.Context) (err error) {
	places := map[int]*cli{}
	sizes := []int{village, b.crowd}
	for _, size := range sizes {
		c, err := startCloud(ctx)
		if err != nil {
			return err
		}
		defer func() { _ = c.close() }()
		c.Seed(seedOf(size))
		if places[size], err = b.prepare(b.provider, c, crowdConfiguration); err != nil {
			return err
		}
		if _, err := places[size].apply(ctx, fmt.Sprintf("%d added", managed)); err != nil { // which adopts them
			return err
		}
	}
	for range b.rounds {
		for _, size := range sizes {
			s, err := places[size].plan(ctx)
			if err != nil {
				return err
			}
			b.note(&b.crowded, "plan in a crowd", fmt.Sprint(size), s)
		}
	}
	return nil
}

// median is that of a measurement of the samples.
func median[T cmp.Ordered](samples []sample, of func(sample) T) T {
	var all []T
	for _, s := range samples {
		all = append(all, of(s))
	}
	slices.Sort(all)
	if len(all) == 0 {
		return *new(T)
	}
	return all[(len(all)-1)/2]
}

func took(samples []sample) time.Duration {
	return median(samples, func(s sample) time.Duration { return s.took })
}
func peak(samples []sample) int64 { return median(samples, func(s sample) int64 { return s.peak }) }

// most is the sample with the most calls.
func most(samples []sample) callCount {
	var found callCount
	for _, s := range samples {
		if s.calls.sum() >= found.sum() {
			found = s.calls
		}
	}
	return found
}
