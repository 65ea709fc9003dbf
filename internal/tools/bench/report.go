package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"time"
)

// callCount is calls by method.
type callCount map[string]int

func (t callCount) sum() int {
	n := 0
	for _, calls := range t {
		n += calls
	}
	return n
}

func (t callCount) String() string {
	if len(t) == 0 {
		return "none"
	}
	var verbs []string
	for _, method := range slices.Sorted(maps.Keys(t)) {
		verbs = append(verbs, fmt.Sprintf("%s %d", method, t[method]))
	}
	return strings.Join(verbs, ", ")
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.2f s", d.Seconds()) }
func mebibytes(n int64) string       { return fmt.Sprintf("%.0f MiB", float64(n)/(1<<20)) }

// target is what is to be reached.
type target struct {
	what, limit, measured string
	reached               bool
}

func ratio(what string, limit, measured float64) target {
	return target{what, fmt.Sprintf("≤ %.2f ×", limit), fmt.Sprintf("%.2f ×", measured), measured <= limit}
}

func atMost(what string, limit, measured int) target {
	return target{what, fmt.Sprintf("≤ %d", limit), fmt.Sprint(measured), measured <= limit}
}

func (b *bench) targets() []target {
	floor, near, far := b.planned["floor"], b.planned["0 ms"], b.planned["100 ms"]
	of := func(a, b time.Duration) float64 { return a.Seconds() / b.Seconds() }
	size := func(a, b int64) float64 { return float64(a) / float64(b) }
	small, crowd := b.crowded[fmt.Sprint(village)], b.crowded[fmt.Sprint(b.crowd)]
	extra := took(crowd) - took(small)
	const mostExtra, mostMemory = 2 * time.Second, 200 << 20
	return []target{
		atMost("API calls of a plan", 8, max(most(near).sum(), most(far).sum())),
		atMost("API calls of an apply, beyond one for each object", 8, max(most(b.applied["0 ms"]).sum(), most(b.applied["100 ms"]).sum())-b.total()),
		ratio("time of a plan at 100 ms to that at 0 ms", 1.12, of(took(far), took(near))),
		ratio("time of a plan at 100 ms to that of the floor", 1.3, of(took(far), took(floor))),
		ratio("time of "+destructions[0].name()+" to the ideal", 1.3, of(took(b.destroyed[destructions[0].name()]), destructions[0].ideal())),
		ratio("time of "+destructions[1].name()+" to the ideal", 1.3, of(took(b.destroyed[destructions[1].name()]), destructions[1].ideal())),
		ratio("memory of a plan to that of the floor", 1.3, size(max(peak(near), peak(far)), peak(floor))),
		ratio("memory of an apply to that of the floor", 1.3, size(max(peak(b.applied["0 ms"]), peak(b.applied["100 ms"])), peak(b.applied["floor"]))),
		{"time of a plan in the large organization, beyond that in the small one", "≤ 2.00 s", seconds(extra), extra <= mostExtra},
		{"memory of a plan in the large organization", "< 200 MiB", mebibytes(peak(crowd)), peak(crowd) < mostMemory},
	}
}

// report is all that was measured, in Markdown.
func (b *bench) report(ctx context.Context) (string, error) {
	var r strings.Builder
	machine, err := b.machine(ctx)
	if err != nil {
		return "", err
	}
	fmt.Fprintf(&r, "# Benchmark\n\n`make bench` wrote this on %s: %s.\n", time.Now().UTC().Format("2 January 2006"), machine)
	fmt.Fprintf(&r, "Medians (rounds: %d; for the columns “one by one”: 1); everything was measured in turn, in one go.\n", b.rounds)
	r.WriteString("The floor is the same configuration with a provider of the same schemas that calls nothing: what Terraform itself takes.\n" +
		"Memory is the provider's, at its peak. “One by one” is `bulk_read = false`.\n\n")

	fmt.Fprintf(&r, "## %d objects: %d API keys, %d members, %d invitations\n\n", b.total(), b.keys(), b.members(), b.invitations())
	var header, line []string
	for _, w := range ways {
		header, line = append(header, w.name), append(line, "---:")
	}
	row(&r, "", header...)
	row(&r, "---", line...)
	for _, part := range []struct {
		what    string
		samples map[string][]sample
		tell    func([]sample) string
	}{
		{"plan, nothing to do", b.planned, tellTime},
		{"API calls", b.planned, tellCalls},
		{"memory", b.planned, tellPeak},
		{"plan and apply, everything new", b.applied, tellTime},
		{"API calls of the apply", b.applied, tellCalls},
		{"memory", b.applied, tellPeak},
	} {
		var cells []string
		for _, w := range ways {
			cells = append(cells, part.tell(part.samples[w.name]))
		}
		row(&r, part.what, cells...)
	}

	r.WriteString("\n## A large organization\n\n")
	row(&r, "", fmt.Sprintf("%d members", village), fmt.Sprintf("%d members", b.crowd))
	row(&r, "---", "---:", "---:")
	small, crowd := b.crowded[fmt.Sprint(village)], b.crowded[fmt.Sprint(b.crowd)]
	row(&r, fmt.Sprintf("plan of %d of them", managed), tellTime(small), tellTime(crowd))
	row(&r, "API calls", tellCalls(small), tellCalls(crowd))
	row(&r, "memory", tellPeak(small), tellPeak(crowd))

	b.reportDestroy(&r)

	r.WriteString("\n## Start\n\n")
	row(&r, "", "floor", "provider")
	row(&r, "---", "---:", "---:")
	row(&r, "`providers schema -json`", tellTime(b.schema["floor"]), tellTime(b.schema["provider"]))
	row(&r, "`version`, which starts no provider", tellTime(b.version["floor"]), tellTime(b.version["provider"]))
	row(&r, "memory", tellPeak(b.schema["floor"]), tellPeak(b.schema["provider"]))
	row(&r, "binary", sizeOf(b.floor), sizeOf(b.provider))

	r.WriteString("\n## Targets\n\n")
	row(&r, "", "target", "measured", "")
	row(&r, "---", "---:", "---:", "---")
	for _, t := range b.targets() {
		verdict := "MISS"
		if t.reached {
			verdict = "PASS"
		}
		row(&r, t.what, t.limit, t.measured, verdict)
	}
	return r.String(), nil
}

func row(r *strings.Builder, first string, cells ...string) {
	r.WriteString("| " + strings.Join(append([]string{first}, cells...), " | ") + " |\n")
}

func tellTime(samples []sample) string  { return seconds(took(samples)) }
func tellPeak(samples []sample) string  { return mebibytes(peak(samples)) }
func tellCalls(samples []sample) string { return most(samples).String() }

func sizeOf(file string) string {
	info, err := os.Stat(file)
	if err != nil {
		return "unknown"
	}
	return mebibytes(info.Size())
}

// machine says what was measured with.
func (b *bench) machine(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, b.cli, "version").Output()
	if err != nil {
		return "", err
	}
	version, _, _ := strings.Cut(string(out), "\n")
	parts := []string{version, runtime.Version(), runtime.GOOS + "/" + runtime.GOARCH, fmt.Sprintf("%d cores", runtime.NumCPU())}
	if model := processor(); model != "" {
		parts = append(parts, model)
	}
	return strings.Join(parts, ", "), nil
}

// processor is the name of the machine's processor, where Linux tells it.
func processor() string {
	content, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(content)) {
		if name, value, _ := strings.Cut(line, ":"); strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
