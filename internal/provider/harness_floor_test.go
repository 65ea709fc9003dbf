package provider_test

import (
	"sync/atomic"
	"testing"
)

// floor counts the rows of a table that have shown something. A row that finds nothing to do passes, so a table of such rows would
// pass too: the test fails when fewer rows than the floor have shown something.
type floor struct{ rows, shown atomic.Int64 }

// wantsAtLeast watches the rows that the test is about to run. A run of only some of them, by a filter, is not checked.
func wantsAtLeast(t *testing.T, rows, least int) *floor {
	t.Helper()
	f := &floor{}
	t.Cleanup(func() {
		if f.rows.Load() == int64(rows) && f.shown.Load() < int64(least) {
			t.Errorf("of %d rows only %d have shown something, want %d", rows, f.shown.Load(), least)
		}
	})
	return f
}

// row counts a row that runs.
func (f *floor) row() { f.rows.Add(1) }

// shows counts a row that has something to show.
func (f *floor) shows() { f.shown.Add(1) }
