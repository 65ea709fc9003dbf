package simulator

import (
	"context"
	"net/http"
	"sync/atomic"
	"time"
)

// clock is the machine's clock plus what the tests added to it.
type clock struct{ ahead atomic.Int64 }

func (c *clock) now() time.Time { return time.Now().UTC().Add(time.Duration(c.ahead.Load())) }

// Now returns the cloud's time, in UTC. Every expiry, every date and the Date header follow it.
func (s *Server) Now() time.Time { return s.clock.now() }

// Advance moves the cloud's clock by d, so that what expires can be seen to expire; a negative d moves it back. What a dialect does later
// is done then.
func (s *Server) Advance(d time.Duration) {
	s.clock.ahead.Add(int64(d))
	s.FinishLater()
}

// second is now as the cloud writes it on its entities: without fractions.
func (c *clock) second() time.Time { return c.now().Truncate(time.Second) }

// stamp wants s.mu not held.
func (s *Server) stamp(h http.Header) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.speaks(noDate) {
		h["Date"] = nil // keeps net/http from setting it
		return
	}
	h.Set("Date", s.clock.now().Format(http.TimeFormat))
}

// wait returns false if ctx ended or the cloud was closed first.
func (s *Server) wait(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	case <-s.closed:
		return false
	}
}

// date is a time as entities carry it, 2024-07-22T18:26:57Z; source: a payload in K2's repositories.
type date time.Time

func (d date) MarshalText() ([]byte, error) {
	return time.Time(d).UTC().AppendFormat(nil, "2006-01-02T15:04:05Z"), nil
}

// tokenDate is a time as tokens carry it, 2022-12-24T17:31:33.429+00:00; source: the example in K2's API reference.
type tokenDate time.Time

func (d tokenDate) MarshalText() ([]byte, error) {
	return time.Time(d).UTC().AppendFormat(nil, "2006-01-02T15:04:05.000-07:00"), nil
}
