package simulator_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// try is a call whose connection may be cut, on a connection of its own so that net/http does not repeat it.
func (c *cloud) try(ctx context.Context, method, path string, who credential, body any) (*http.Response, string, error) {
	c.t.Helper()
	r := c.request(method, path, who, body).WithContext(ctx)
	transport := &http.Transport{DisableKeepAlives: true}
	response, err := transport.RoundTrip(r)
	if err != nil {
		return nil, "", err
	}
	defer response.Body.Close()
	read, err := io.ReadAll(response.Body)
	return response, string(read), err
}

func TestFault_statusAnswersInsteadOfWorking(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	who := c.administrator()
	c.Inject(simulator.Fault{
		Method: "PATCH", Path: ss + "/organizations/*", Times: 2, Action: simulator.ActionStatus, Status: 503,
		Headers: map[string]string{"Retry-After": "7"},
	})
	c.call("GET", c.org, who, nil).want(200)
	for range 2 {
		r := c.call("PATCH", c.org, who, fields{"name": "Other"}).want(503)
		equal(t, "Retry-After", r.header.Get("Retry-After"), "7")
	}
	equal(t, "name", c.Organizations()[0].Name, "Simulated Organization")
	c.call("PATCH", c.org, who, fields{"name": "Other"}).want(200)
}

func TestFault_bodyAndHeadersAreTheFaults(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	c.Inject(simulator.Fault{Action: simulator.ActionStatus, Status: 502, Body: "<h1>Bad gateway</h1>", Headers: map[string]string{"Content-Type": "text/html"}})
	r := c.call("GET", ss+"/users/self", nobody, nil)
	equal(t, "status", r.status, 502)
	equal(t, "body", string(r.body), "<h1>Bad gateway</h1>")
	equal(t, "content type", r.header.Get("Content-Type"), "text/html")
}

func TestFault_afterMakesTheChange(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	who := c.administrator()
	c.Inject(simulator.Fault{Method: "POST", Path: c.org + "/api-keys", When: simulator.After, Action: simulator.ActionStatus, Status: 500})
	c.call("POST", c.org+"/api-keys", who, keyBody("Lost", "ORG_VIEWER", c.Now().Add(day))).want(500)
	if _, found := c.APIKeyByTitle("Lost"); !found {
		t.Fatal("the change was not made")
	}
}

func TestFault_closeCutsTheConnection(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	who := c.administrator()
	c.ClearRequests()
	for _, when := range []string{simulator.Before, simulator.After} {
		c.Inject(simulator.Fault{Method: "POST", When: when, Action: simulator.ActionClose})
		if _, _, err := c.try(t.Context(), "POST", c.org+"/api-keys", who, keyBody(when, "ORG_VIEWER", c.Now().Add(day))); err == nil {
			t.Fatal("answered")
		}
		_, made := c.APIKeyByTitle(when)
		equal(t, when, made, when == simulator.After)
	}
	for _, request := range c.Requests() {
		equal(t, "status", request.Status, 0)
	}
}

func TestFault_truncateSendsHalf(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	who := c.administrator()
	whole := string(c.call("GET", c.org, who, nil).want(200).body)
	c.Inject(simulator.Fault{When: simulator.After, Action: simulator.ActionTruncate})
	response, half, err := c.try(t.Context(), "GET", c.org, who, nil)
	if !errors.Is(err, io.ErrUnexpectedEOF) || half != whole[:len(whole)/2] {
		t.Fatalf("%v %q", err, half)
	}
	equal(t, "length", response.ContentLength, int64(len(whole)))
	equal(t, "content type", response.Header.Get("Content-Type"), "application/json")

	c.Inject(simulator.Fault{Method: "PATCH", Action: simulator.ActionTruncate, Body: `{"message":""}`})
	_, half, err = c.try(t.Context(), "PATCH", c.org, who, fields{"name": "Other"})
	if !errors.Is(err, io.ErrUnexpectedEOF) || half != `{"messa` {
		t.Fatalf("%v %q", err, half)
	}
	equal(t, "name", c.Organizations()[0].Name, "Simulated Organization")
}

func TestFault_hangEndsWithTheClient(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	who := c.administrator()
	c.ClearRequests()
	c.Inject(simulator.Fault{Method: "PATCH", When: simulator.After, Action: simulator.ActionHang})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() {
		_, _, err := c.try(ctx, "PATCH", c.org, who, fields{"name": "Other"})
		done <- err
	}()
	// The lock is free while it hangs.
	for c.Organizations()[0].Name != "Other" {
		runtime.Gosched()
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	equal(t, "record", c.Requests()[0], simulator.Request{Method: "PATCH", Path: c.org, Status: 0})
}

func TestFault_hangEndsWithTheCloud(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	c.Inject(simulator.Fault{Action: simulator.ActionHang})
	done := make(chan error)
	go func() {
		_, _, err := c.try(t.Context(), "GET", ss+"/users/self", nobody, nil)
		done <- err
	}()
	for len(c.Requests()) == 0 {
		runtime.Gosched()
	}
	mustDo(t, c.Close())
	mustDo(t, c.Close())
	if err := <-done; err == nil {
		t.Fatal("answered")
	}
}

func TestFault_htmlIsASignInPage(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	c.Inject(simulator.Fault{Action: simulator.ActionHTML})
	r := c.call("GET", ss+"/users/self", nobody, nil)
	equal(t, "status", r.status, 200)
	if !strings.HasPrefix(r.header.Get("Content-Type"), "text/html") || !strings.Contains(string(r.body), "Sign in") {
		t.Fatalf("%v %s", r.header, r.body)
	}
	c.Inject(simulator.Fault{Action: simulator.ActionHTML, Status: 404})
	equal(t, "status", c.call("GET", ss+"/users/self", nobody, nil).status, 404)
}

func TestFault_untilCleared(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	c.Inject(simulator.Fault{Times: -1, Action: simulator.ActionStatus, Status: 429})
	for range 5 {
		c.call("GET", ss+"/users/self", nobody, nil).want(429)
	}
	c.ClearFaults()
	c.call("GET", ss+"/users/self", nobody, nil).want(401)
}

func TestFault_strikesAShareOfTheRequests(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	c.Inject(simulator.Fault{Times: -1, Action: simulator.ActionStatus, Status: 429, Probability: 0.1})
	c.Inject(simulator.Fault{Times: -1, Action: simulator.ActionStatus, Status: 503, Probability: 0.1})
	count := map[int]int{}
	for range 300 {
		count[c.call("GET", ss+"/users/self", nobody, nil).status]++
	}
	if count[429] < 10 || count[503] < 10 || count[401] < 200 {
		t.Fatalf("%v", count)
	}
}

func TestFault_staysOutsideOfMiddleware(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	seen := make(chan int, 9)
	c.Use(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			seen <- 1
			next.ServeHTTP(w, r)
			equal(t, "content type", w.Header().Get("Content-Type"), "application/json")
		})
	})
	c.Inject(simulator.Fault{Action: simulator.ActionHTML})
	c.Inject(simulator.Fault{When: simulator.After, Action: simulator.ActionHTML})
	for range 3 {
		c.call("GET", ss+"/users/self", nobody, nil)
	}
	c.call("GET", "/_simulator/clock", nobody, nil)
	c.call("GET", "/invitations/no-such-token", nobody, nil)
	equal(t, "seen", len(seen), 2)
}

func TestFault_senselessOnePanics(t *testing.T) {
	t.Parallel()
	for _, f := range []simulator.Fault{
		{}, {Action: "explode"}, {Action: "status"}, {Action: "status", Status: 99}, {Action: "close", When: "now"},
		{Action: "close", Path: "api"}, {Action: "close", Probability: 2},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%v is taken", f)
				}
			}()
			simulator.New().Inject(f)
		}()
	}
}

func TestLatency_isWaitedForAndEndsWithTheClient(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	c.SetLatency(20 * time.Millisecond)
	start := time.Now()
	c.call("GET", ss+"/users/self", nobody, nil).want(401)
	if took := time.Since(start); took < 20*time.Millisecond {
		t.Fatalf("took %v", took)
	}
	c.SetLatency(time.Hour)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := c.try(ctx, "GET", ss+"/users/self", nobody, nil); err == nil {
		t.Fatal("answered")
	}
}

func TestLatency_endsWithTheCloud(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	c.SetLatency(time.Hour)
	mustDo(t, c.Close())
	if _, _, err := c.try(t.Context(), "GET", ss+"/users/self", nobody, nil); err == nil {
		t.Fatal("answered")
	}
}
