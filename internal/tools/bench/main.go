// Bench measures what a plan and an apply cost: real Terraform, or OpenTofu, with the built provider against a simulated
// cloud, beside the same with a provider that calls nothing. It prints a table and writes it to a file:
//
//	make bench
//	make bench ROUNDS=1
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
)

// options are what the command line chooses.
type options struct {
	cli      string // terraform or tofu
	provider string // the built provider
	floor    string // the one that calls nothing
	to       string // where the table goes; empty for nowhere
	rounds   int
	objects  int // of them, two in five are API keys, two members, and one an invitation
	crowd    int // the members of a large organization
}

func main() {
	if metered := os.Getenv(meteredVariable); metered != "" {
		os.Exit(meter(metered))
	}
	var o options
	flag.StringVar(&o.cli, "cli", "terraform", "the `program` to run: terraform or tofu")
	flag.StringVar(&o.provider, "provider", "", "the built provider, a `file`")
	flag.StringVar(&o.floor, "floor", "", "the built provider that calls nothing, a `file`")
	flag.StringVar(&o.to, "to", "", "the `file` to write the table to")
	flag.IntVar(&o.rounds, "rounds", 5, "how often each thing is measured, for the median")
	flag.IntVar(&o.objects, "objects", 1000, "how many objects are managed")
	flag.IntVar(&o.crowd, "crowd", 100_000, "how many members the large organization has")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o, os.Stdout, os.Stderr); err != nil {
		stop()
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// run measures, and writes the table to out; progress tells what is being measured.
func run(ctx context.Context, o options, out, progress io.Writer) (err error) {
	base, err := os.MkdirTemp("", "jmapcloud-bench")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(base)) }()
	b := &bench{options: o, base: base, progress: progress}
	if b.cli, err = exec.LookPath(o.cli); err != nil {
		return err
	}
	for _, file := range []*string{&b.cli, &b.provider, &b.floor} {
		if *file, err = filepath.Abs(*file); err != nil {
			return err
		}
	}
	for _, measure := range []func(context.Context) error{b.measureStart, b.measureApply, b.measurePlan, b.measureCrowd, b.measureDestroy} {
		if err := measure(ctx); err != nil {
			return err
		}
	}
	report, err := b.report(ctx)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(out, report); err != nil || o.to == "" {
		return err
	}
	return os.WriteFile(o.to, []byte(report), 0o644)
}
