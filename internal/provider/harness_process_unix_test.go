//go:build unix

package provider_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
)

// Processes: groups of them, signals, and which ones run the provider.

// wantsSignals skips a test where the system has no signals.
func wantsSignals(*testing.T) {}

// leadGroup lets a command, once it starts, lead a process group of its own.
func leadGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// signalGroup sends a signal to all processes of the group that a process leads, as a CI system and a terminal do.
func signalGroup(leader *os.Process, signal syscall.Signal) error {
	return syscall.Kill(-leader.Pid, signal)
}

// watched lets each provider that the CLI starts hold a named pipe open for as long as it lives. The name is its process id.
func (x *cli) watched(t *testing.T) *cli {
	t.Helper()
	x.pipes = t.TempDir() // not the CLI's folder, whose files are read
	x.wrap(t, fmt.Sprintf("pipe=%q/$$\nmkfifo \"$pipe\"\nexec \"$provider\" \"$@\" 3<>\"$pipe\"", x.pipes))
	return x
}

// providers are the process ids of the providers that live. There must be one.
func (x *cli) providers(t *testing.T) (living []int) {
	t.Helper()
	pipes, err := filepath.Glob(x.pipes + "/*")
	must(t, err)
	for _, pipe := range pipes {
		pid, err := strconv.Atoi(filepath.Base(pipe))
		must(t, err)
		if x.lives(t, pid) {
			living = append(living, pid)
		}
	}
	if len(living) == 0 {
		t.Fatal("no provider lives")
	}
	return living
}

// lives reports whether a provider still holds its pipe. A process that has ended holds none, even before its parent has noticed.
func (x *cli) lives(t *testing.T, pid int) bool {
	t.Helper()
	pipe, err := syscall.Open(filepath.Join(x.pipes, strconv.Itoa(pid)), syscall.O_RDONLY|syscall.O_NONBLOCK|syscall.O_CLOEXEC, 0)
	must(t, err)
	defer func() { _ = syscall.Close(pipe) }()
	n, err := syscall.Read(pipe, make([]byte, 1))
	if err != nil && !errors.Is(err, syscall.EAGAIN) {
		t.Fatal(err)
	}
	return err != nil || n != 0 // the end of the pipe is there when no process can write any more
}

// signalProviders sends a signal to each provider that lives.
func (x *cli) signalProviders(t *testing.T, signal syscall.Signal) {
	t.Helper()
	for _, pid := range x.providers(t) {
		must(t, syscall.Kill(pid, signal))
	}
}
