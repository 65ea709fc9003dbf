package client_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// On a connection that was kept, net/http repeats by itself what could not be sent, and what may be sent twice. A create that may
// have arrived is neither.
func TestConnection_keptOneDoesNotRepeatACreate(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	pooled := client.Pooled()
	t.Cleanup(pooled.CloseIdleConnections)
	api := c.signedIn(t, withTransport(pooled))
	c.Inject(simulator.Fault{Method: "POST", Path: apiKeys, Action: simulator.ActionClose, When: simulator.After})
	_, err := api.CreateAPIKey(t.Context(), client.APIKeyRequest{Title: "ci", Role: client.RoleViewer, ExpiresAt: c.Now().Add(day)})
	isExactly(t, err, "", "Uncertain")
	equal(t, "creates", c.count("createApiKey"), 1)
	equal(t, "keys", len(c.APIKeys()), 1)
}

// pipes listens for connections without a socket, for a whole HTTP stack in a bubble of synctest.
type pipes struct {
	made   chan net.Conn
	closed chan struct{}
}

func (p pipes) Accept() (net.Conn, error) {
	select {
	case conn := <-p.made:
		return conn, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p pipes) Close() error {
	close(p.closed)
	return nil
}

func (pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipes", Net: "unix"} }

func (p pipes) dial(context.Context, string, string) (net.Conn, error) {
	here, there := net.Pipe()
	select {
	case p.made <- there:
		return here, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

// An answer whose body comes a byte a second is not waited for longer than one that does not come.
func TestConnection_thatDripsEndsWithItsAttempt(t *testing.T) {
	t.Parallel()
	for _, v := range verbs {
		t.Run(v.method, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := newCloud(t)
				to := c.targets(t)
				var drips atomic.Int64
				listener := pipes{make(chan net.Conn), make(chan struct{})}
				server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.Method != v.method || !strings.Contains(r.URL.Path, "/organizations/") || strings.HasSuffix(r.URL.Path, "/self") {
						c.ServeHTTP(w, r)
						return
					}
					drips.Add(1)
					_, _ = io.Copy(io.Discard, r.Body) // or the server would not notice that its client goes away
					w.Header().Set("Content-Type", "application/json")
					for range 600 {
						_, err := io.WriteString(w, " ")
						if err == nil {
							err = http.NewResponseController(w).Flush()
						}
						select {
						case <-time.After(time.Second):
						case <-r.Context().Done():
							return
						}
						if err != nil {
							return
						}
					}
				})}
				go func() { _ = server.Serve(listener) }()
				t.Cleanup(func() { _ = server.Close() })
				c.url, c.transport = "http://127.0.0.1:1", &http.Transport{DialContext: listener.dial, DisableKeepAlives: true}
				api := c.signedIn(t, withBudget(2*time.Minute+40*time.Second))
				attempts := int64(5)
				if v.method == "POST" {
					attempts = 1
				}
				start := time.Now()
				isExactly(t, v.make(t.Context(), api, to), "", v.unanswered())
				equal(t, "attempts", drips.Load(), attempts)
				if took := time.Since(start); took > time.Duration(attempts)*30*time.Second+10*time.Second {
					t.Errorf("took %s", took)
				}
			})
		})
	}
}

// Not parallel, for it counts what the whole program holds.
func TestConnection_aThousandCallsHoldNothing(t *testing.T) {
	c := startCloud(t)
	pooled := client.Pooled()
	defer pooled.CloseIdleConnections()
	api := c.signedIn(t, withTransport(pooled))
	to := c.targets(t)
	call := func(n int) {
		for _, err := range together(n, func(i int) error {
			if i%10 == 0 {
				return verbs[1].make(t.Context(), api, to)
			}
			return verbs[0].make(t.Context(), api, to)
		}) {
			must(t, err)
		}
	}
	held := func() (goroutines, files int) {
		open, err := os.ReadDir("/dev/fd")
		if err != nil {
			t.Skip("this system does not list the open files")
		}
		return runtime.NumGoroutine(), len(open)
	}
	call(50)
	goroutines, files := held()
	for range 20 {
		call(50)
	}
	if g, f := held(); g > goroutines+20 || f > files+20 {
		t.Errorf("%d goroutines and %d files became %d and %d", goroutines, files, g, f)
	}
}
