package client

import (
	"net/http"
	"sync"
	"time"
)

// clockTolerance is how far the cloud's clock may be from this machine's before it counts. The Date header has whole
// seconds and is as old as the answer.
const clockTolerance = 5 * time.Second

// clock follows the cloud's time.
type clock struct {
	mu    sync.Mutex
	ahead time.Duration // of this machine's clock
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.ahead)
}

// observe learns the time from an answer's Date, if it has one.
func (c *clock) observe(header http.Header) {
	date, err := http.ParseTime(header.Get("Date"))
	if err != nil {
		return
	}
	ahead := time.Until(date)
	if ahead.Abs() < clockTolerance {
		ahead = 0
	}
	c.mu.Lock()
	c.ahead = ahead
	c.mu.Unlock()
}
