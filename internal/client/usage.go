package client

import (
	"maps"
	"net/http"
	"sync"
	"time"
)

// Usage is what a client has asked of the cloud.
type Usage struct {
	Calls   map[string]int // attempts, by method
	Retries int
	Waited  time.Duration // before retries and in cool-downs, summed over parallel calls
}

// Usage returns what the client has asked of the cloud so far.
func (c *Client) Usage() Usage {
	c.usage.mu.Lock()
	defer c.usage.mu.Unlock()
	u := c.usage.Usage
	u.Calls = maps.Clone(u.Calls)
	return u
}

// usage counts as the calls are made.
type usage struct {
	mu sync.Mutex
	Usage
}

func (u *usage) call(method string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.Calls == nil {
		u.Calls = map[string]int{}
	}
	u.Calls[method]++
}

func (u *usage) retry() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.Retries++
}

func (u *usage) wait(d time.Duration) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.Waited += d
}

// counted counts every attempt.
func (c *Client) counted(next http.RoundTripper) http.RoundTripper {
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		c.usage.call(r.Method)
		return next.RoundTrip(r)
	})
}
