//go:build !unix

package provider_test

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
	"testing"
)

// wantsSignals skips a test where the system has no signals.
func wantsSignals(t *testing.T) {
	t.Helper()
	t.Skip("this system has no signals, by which the test cuts a run short")
}

func leadGroup(*exec.Cmd) {}

func signalGroup(leader *os.Process, _ syscall.Signal) error { return leader.Kill() }

func (x *cli) watched(t *testing.T) *cli {
	t.Helper()
	wantsSignals(t)
	return x
}

func (x *cli) providers(*testing.T) []int { return nil }

func (x *cli) lives(*testing.T, int) bool { return false }

func (x *cli) signalProviders(t *testing.T, _ syscall.Signal) {
	t.Helper()
	t.Fatal(errors.ErrUnsupported)
}
