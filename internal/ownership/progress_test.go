package ownership

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// recordedLog keeps the lines that a log of level INFO has.
type recordedLog struct {
	mu   sync.Mutex
	kept []string
}

func (*recordedLog) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelInfo }
func (l *recordedLog) WithAttrs([]slog.Attr) slog.Handler             { return l }
func (l *recordedLog) WithGroup(string) slog.Handler                  { return l }

func (l *recordedLog) Handle(_ context.Context, r slog.Record) error {
	line := r.Message
	r.Attrs(func(a slog.Attr) bool {
		line += " " + a.String()
		return true
	})
	l.mu.Lock()
	defer l.mu.Unlock()
	l.kept = append(l.kept, line)
	return nil
}

// lines are those since the last call.
func (l *recordedLog) lines() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	defer func() { l.kept = nil }()
	return slices.Clone(l.kept)
}

// crowd is a transport that counts how many requests for permissions are under way.
type crowd struct {
	http.RoundTripper
	now, peak atomic.Int64
}

func (c *crowd) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasSuffix(r.URL.Path, "/permissions") {
		reading := c.now.Add(1)
		defer c.now.Add(-1)
		for most := c.peak.Load(); reading > most && !c.peak.CompareAndSwap(most, reading); most = c.peak.Load() {
		}
	}
	return c.RoundTripper.RoundTrip(r)
}

// newLoggedRun is newRun with a client that logs and that goes through the transport.
func (c *cloud) newLoggedRun(log *recordedLog, transport http.RoundTripper) *run {
	c.t.Helper()
	r := c.newRun()
	account := c.Account()
	api, err := client.New(client.Config{
		Endpoint: "http://127.0.0.1:1", OrganizationID: account.OrganizationID, Username: account.Username, Password: account.Password,
		UserAgent: "ownership_test", RetryWait: time.Millisecond, Budget: time.Minute, Transport: transport, Log: slog.New(log),
	})
	must(c.t, err)
	c.t.Cleanup(func() { _ = api.Close(context.WithoutCancel(c.t.Context())) })
	_, err = api.CurrentMember(c.t.Context())
	must(c.t, err)
	r.Ownership = New(api, r.directory, r.config)
	c.ClearRequests()
	return r
}

func TestReader_readsTenPermissionListsAtOnceAndSaysHowFarItIs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(t)
		c.Seed(simulator.Seed{Members: 4, Projects: 70}) // and 35 data sources
		through := &crowd{RoundTripper: c}
		var log recordedLog
		run := c.newLoggedRun(&log, through)
		c.SetLatency(time.Second)
		start := time.Now()
		r := run.read()
		must(t, r.Err())
		equal(t, "resources", len(r.Resources()), 105)
		equal(t, "at once", through.peak.Load(), 10)
		equal(t, "duration", time.Since(start), 12*time.Second) // the lists together, and eleven rounds of ten
		equal(t, "requests", len(c.Requests()), 4+105)
		equalLists(t, "lines", log.lines(), []string{
			"Reading who owns what resources=105",
			"Reading who owns what read=100 resources=105",
		})
	})
}

// A later reading says how much of it is new.
func TestReader_saysHowMuchItReadsAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var log recordedLog
	run := w.newLoggedRun(&log, w)
	run.read()
	equalLists(t, "first", log.lines(), []string{"Reading who owns what resources=11"})
	run.read()
	equalLists(t, "at once after it", log.lines(), nil)
	run.pass(time.Minute)
	run.read()
	equalLists(t, "when nothing is new", log.lines(), nil)
	w.project("new", w.other.Email)
	run.pass(time.Minute)
	run.read()
	equalLists(t, "when a project is new", log.lines(), []string{"Reading who owns what resources=1"})
	for i := range 200 {
		w.project(fmt.Sprint("project ", i), w.other.Email)
	}
	run.pass(time.Minute)
	run.read()
	equalLists(t, "when many are new", log.lines(), []string{
		"Reading who owns what resources=200", "Reading who owns what read=100 resources=200", "Reading who owns what read=200 resources=200",
	})
}
