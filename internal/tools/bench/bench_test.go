package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestMain lets the test stand in the provider's place, as the benchmark does.
func TestMain(m *testing.M) {
	if metered := os.Getenv(meteredVariable); metered != "" {
		os.Exit(meter(metered))
	}
	os.Exit(m.Run())
}

func TestMeter_notesThePeakOfWhatItRuns(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "peaks")
	if peak, err := highest(file); peak != 0 || err != nil {
		t.Errorf("before anything ran: %d %v", peak, err)
	}
	for range 2 {
		cmd := exec.CommandContext(t.Context(), self, "-c", "read line; echo $line; exit 3")
		cmd.Env = []string{meteredVariable + "=/bin/sh", peaksVariable + "=" + file}
		cmd.Stdin = strings.NewReader("spoken\n")
		out, _ := cmd.Output() // of an exit code that is wanted
		if string(out) != "spoken\n" || cmd.ProcessState.ExitCode() != 3 {
			t.Errorf("%q, exit code %d", out, cmd.ProcessState.ExitCode())
		}
	}
	if peak, err := highest(file); peak < 100<<10 || peak > 1<<30 || err != nil {
		t.Errorf("%d bytes, %v", peak, err)
	}
}

func TestReport_saysWhichTargetsAreReached(t *testing.T) {
	t.Parallel()
	of := func(took time.Duration, mebibytes int64, posts int) []sample {
		return []sample{{took: took, peak: mebibytes << 20, calls: callCount{"GET": 4, "POST": posts}}}
	}
	b := &bench{
		options: options{cli: os.Args[0], rounds: 1, objects: 1000, crowd: 5000},
		planned: map[string][]sample{"floor": of(3*time.Second, 30, 0), "0 ms": of(3*time.Second, 33, 3), "100 ms": of(3600*time.Millisecond, 36, 3)},
		applied: map[string][]sample{"floor": of(3*time.Second, 30, 0), "0 ms": of(3*time.Second, 33, 1004), "100 ms": of(9*time.Second, 40, 1005)},
		crowded: map[string][]sample{"100": of(time.Second, 30, 3), "5000": of(2*time.Second, 200, 3)},
		destroyed: map[string][]sample{
			destructions[0].name(): of(destructions[0].ideal(), 30, 3),
			destructions[1].name(): of(2*destructions[1].ideal(), 30, 3),
		},
	}
	var said []string
	for _, target := range b.targets() {
		verdict := "MISS"
		if target.reached {
			verdict = "PASS"
		}
		said = append(said, target.measured+" "+verdict)
	}
	want := "7 PASS, 9 MISS, 1.20 × MISS, 1.20 × PASS, 1.00 × PASS, 2.00 × MISS, 1.20 × PASS, 1.33 × MISS, 1.00 s PASS, 200 MiB MISS"
	if got := strings.Join(said, ", "); got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
}

func TestMedian_isTheLowerOfTwoInTheMiddle(t *testing.T) {
	t.Parallel()
	var samples []sample
	for i, want := range []time.Duration{9, 3, 5, 3, 5} {
		samples = append(samples, sample{took: []time.Duration{9, 3, 5, 1, 7}[i]})
		if got := took(samples); got != want {
			t.Errorf("of %d: %d, want %d", i+1, got, want)
		}
	}
}
