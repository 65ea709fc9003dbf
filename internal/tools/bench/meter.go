package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strconv"
	"strings"
)

// Terraform starts the provider itself, so this program stands in the provider's place, runs it, and writes down how much
// memory it took at its peak.
const (
	meteredVariable = "JMAPCLOUD_BENCH_PROVIDER" // the program to run; tells that this is to be a meter
	peaksVariable   = "JMAPCLOUD_BENCH_PEAKS"    // the file to add the peak to
)

// meter runs the provider and returns its exit code.
func meter(provider string) int {
	signal.Ignore(os.Interrupt) // as a provider does
	cmd := exec.CommandContext(context.Background(), provider, os.Args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	err := cmd.Run()
	if cmd.ProcessState == nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	peak, err := peakOf(cmd.ProcessState)
	if err == nil {
		err = note(os.Getenv(peaksVariable), peak)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return cmd.ProcessState.ExitCode()
}

// note adds a line to a file.
func note(file string, peak int64) error {
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(f, peak); err != nil {
		return err
	}
	return f.Close()
}

// highest reads the highest of the peaks, for Terraform starts several processes in a run, or 0 where it started none.
func highest(file string) (int64, error) {
	content, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, err
	}
	peaks := []int64{0}
	for _, line := range strings.Fields(string(content)) {
		peak, err := strconv.ParseInt(line, 10, 64)
		if err != nil {
			return 0, err
		}
		peaks = append(peaks, peak)
	}
	return slices.Max(peaks), nil
}
