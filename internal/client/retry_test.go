package client_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// invitee is who the calls of verbs are about.
const invitee = "invitee@example.com"

// verb is a call of one HTTP method.
type verb struct {
	method, operation string
	make              func(ctx context.Context, api *client.Client, target target) error
}

// target is what the calls of verbs change.
type target struct{ member, invitation string }

var verbs = []verb{
	{"GET", "listMembers", func(ctx context.Context, api *client.Client, _ target) error {
		_, err := api.Members(ctx)
		return err
	}},
	{"PATCH", "updateMember", func(ctx context.Context, api *client.Client, to target) error {
		_, err := api.SetMemberRole(ctx, to.member, client.RoleViewer)
		return err
	}},
	{"DELETE", "deleteInvitation", func(ctx context.Context, api *client.Client, to target) error {
		return api.DeleteInvitation(ctx, to.invitation)
	}},
	{"POST", "createInvitation", func(ctx context.Context, api *client.Client, _ target) error {
		_, err := api.CreateInvitation(ctx, client.InvitationRequest{Email: invitee, Language: "en", Role: client.RoleViewer})
		return err
	}},
}

// uncertain is how a failure is called that leaves open whether the call changed something. A read never does.
func (v verb) uncertain(more ...string) []string {
	if v.method == http.MethodGet {
		return more
	}
	return append(more, "Uncertain")
}

// unanswered is how a call is called whose answer does not come.
func (v verb) unanswered() string {
	if v.method == http.MethodGet {
		return "Unanswered"
	}
	return "Uncertain"
}

// targets makes what the calls of verbs change.
func (c *cloud) targets(t *testing.T) target {
	t.Helper()
	i, err := c.Invite("other@example.com", simulator.RoleViewer, "en")
	must(t, err)
	return target{c.addMember(t, "editor@example.com", simulator.RoleEditor).ID, i.ID}
}

// A create is repeated only after an outright refusal; what does no more when made twice, also where it may have been made.
func TestRetry_dependsOnTheMethodAndTheFailure(t *testing.T) {
	t.Parallel()
	const always = 5 // attempts
	wait := map[string]string{"Retry-After": "1"}
	for name, test := range map[string]struct {
		fault     simulator.Fault
		harmless  int // attempts of GET, PATCH and DELETE
		post      int // attempts of POST
		uncertain bool
	}{
		"400":                    {simulator.Fault{Action: simulator.ActionStatus, Status: 400}, 1, 1, false},
		"403":                    {simulator.Fault{Action: simulator.ActionStatus, Status: 403}, 1, 1, false},
		"404":                    {simulator.Fault{Action: simulator.ActionStatus, Status: 404}, 1, 1, false},
		"408":                    {simulator.Fault{Action: simulator.ActionStatus, Status: 408}, 1, 1, false},
		"409":                    {simulator.Fault{Action: simulator.ActionStatus, Status: 409}, 1, 1, false},
		"429":                    {simulator.Fault{Action: simulator.ActionStatus, Status: 429}, always, always, false},
		"429 with Retry-After":   {simulator.Fault{Action: simulator.ActionStatus, Status: 429, Headers: wait}, always, always, false},
		"429 of a proxy":         {simulator.Fault{Action: simulator.ActionHTML, Status: 429}, always, always, true},
		"500":                    {simulator.Fault{Action: simulator.ActionStatus, Status: 500}, always, 1, true},
		"500 with Retry-After":   {simulator.Fault{Action: simulator.ActionStatus, Status: 500, Headers: wait}, always, 1, true},
		"501":                    {simulator.Fault{Action: simulator.ActionStatus, Status: 501}, 1, 1, true},
		"502":                    {simulator.Fault{Action: simulator.ActionStatus, Status: 502}, always, 1, true},
		"503":                    {simulator.Fault{Action: simulator.ActionStatus, Status: 503}, always, 1, true},
		"503 with Retry-After":   {simulator.Fault{Action: simulator.ActionStatus, Status: 503, Headers: wait}, always, always, true},
		"503 with half a second": {simulator.Fault{Action: simulator.ActionStatus, Status: 503, Headers: map[string]string{"Retry-After": "0.5"}}, always, 1, true},
		"504":                    {simulator.Fault{Action: simulator.ActionStatus, Status: 504}, always, 1, true},
		"504 after the work":     {simulator.Fault{Action: simulator.ActionStatus, Status: 504, When: simulator.After}, always, 1, true},
		"broken connection":      {simulator.Fault{Action: simulator.ActionClose}, always, 1, true},
		"lost answer":            {simulator.Fault{Action: simulator.ActionClose, When: simulator.After}, always, 1, true},
		"a page":                 {simulator.Fault{Action: simulator.ActionHTML}, 1, 1, true},
	} {
		for _, v := range verbs {
			t.Run(name+"/"+v.method, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					c := bubbleCloud(t)
					to := c.targets(t)
					api := c.signedIn(t)
					fault := test.fault
					fault.Method, fault.Times = v.method, -1
					c.Inject(fault)
					err := v.make(t.Context(), api, to)
					c.ClearFaults()
					if err == nil {
						t.Fatal("no error")
					}
					want := test.harmless
					if v.method == "POST" {
						want = test.post
					}
					equal(t, "attempts", c.count(v.operation), want)
					equal(t, "uncertain", client.IsUncertain(err), test.uncertain && v.method != "GET")
					equal(t, "throttled", client.IsThrottled(err), strings.HasPrefix(name, "429") && test.fault.Action == simulator.ActionStatus)
					_, invited := c.Invitation(invitee)
					equal(t, "made", invited, v.method == "POST" && test.fault.When == simulator.After)
				})
			})
		}
	}
}

func TestRetry_goesOnWhenTheFailureEnds(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]simulator.Fault{
		"429":               {Action: simulator.ActionStatus, Status: 429, Headers: map[string]string{"Retry-After": "1"}},
		"503":               {Action: simulator.ActionStatus, Status: 503, Headers: map[string]string{"Retry-After": "1"}},
		"500":               {Action: simulator.ActionStatus, Status: 500},
		"broken connection": {Action: simulator.ActionClose},
	} {
		for _, v := range verbs {
			if v.method == "POST" && (name == "500" || name == "broken connection") {
				continue
			}
			t.Run(name+"/"+v.method, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					c := bubbleCloud(t)
					to := c.targets(t)
					api := c.signedIn(t)
					fault := fault
					fault.Method, fault.Times = v.method, 4
					c.Inject(fault)
					must(t, v.make(t.Context(), api, to))
					equal(t, "attempts", c.count(v.operation), 5)
					if v.method == "POST" {
						equal(t, "mails", len(c.Mails()), 2)
					}
				})
			})
		}
	}
}

// The second attempt finds done what the first did, before its answer was lost.
func TestRetry_ofADeletionThatWasMadeIsNotFound(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	to := c.targets(t)
	api := c.signedIn(t)
	c.Inject(simulator.Fault{Method: "DELETE", Action: simulator.ActionClose, When: simulator.After})
	isExactly(t, api.DeleteInvitation(t.Context(), to.invitation), "", "NotFound")
	equalLists(t, "calls", c.calls(), []string{"deleteInvitation", "deleteInvitation", "listInvitations"})
}

func TestRetry_waitsAsLongAsItIsAsked(t *testing.T) {
	t.Parallel()
	const ownChoice = 10 * time.Millisecond // at most, for pauses that begin at a millisecond
	in := func(d time.Duration) func(now time.Time) string {
		return func(now time.Time) string { return now.Add(d).UTC().Format(http.TimeFormat) }
	}
	say := func(value string) func(time.Time) string { return func(time.Time) string { return value } }
	for name, test := range map[string]struct {
		value       func(now time.Time) string
		least, most time.Duration
	}{
		"seconds":          {say("2"), 2 * time.Second, 2 * time.Second},
		"seconds, spaced":  {say(" 2 "), 2 * time.Second, 2 * time.Second},
		"most of a budget": {say("59"), 59 * time.Second, 59 * time.Second},
		"zero":             {say("0"), time.Millisecond, ownChoice},
		"negative":         {say("-1"), 0, ownChoice},
		"a fraction":       {say("1.5"), 0, ownChoice},
		"words":            {say("soon"), 0, ownChoice},
		"empty":            {say(""), 0, ownChoice},
		"beyond an int64":  {say("99999999999999999999"), 0, ownChoice},
		"date":             {in(3 * time.Second), 3 * time.Second, 3 * time.Second},
		"past date":        {in(-time.Hour), time.Millisecond, ownChoice},
	} {
		for _, ahead := range []time.Duration{0, time.Hour, -time.Hour} {
			t.Run(fmt.Sprint(name, "/", ahead), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					c := bubbleCloud(t)
					c.Advance(ahead)
					api := c.signedIn(t)
					c.Inject(simulator.Fault{Method: "GET", Action: simulator.ActionStatus, Status: 429, Headers: map[string]string{"Retry-After": test.value(c.Now())}})
					start := time.Now()
					_, err := api.Members(t.Context())
					must(t, err)
					if waited := time.Since(start); waited < test.least || waited > test.most {
						t.Errorf("waited %v, want %v to %v", waited, test.least, test.most)
					}
				})
			})
		}
	}
}

func TestRetry_withADateAndNoClockOfTheCloudCountsFromThisMachines(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := bubbleCloud(t)
		api := c.signedIn(t)
		c.Inject(simulator.Fault{Method: "GET", Action: simulator.ActionStatus, Status: 429, Headers: map[string]string{
			"Date": "", "Retry-After": time.Now().Add(3 * time.Second).UTC().Format(http.TimeFormat),
		}})
		start := time.Now()
		_, err := api.Members(t.Context())
		must(t, err)
		equal(t, "waited", time.Since(start), 3*time.Second)
	})
}

func TestRetry_thatWouldWaitBeyondTheBudgetFailsAtOnce(t *testing.T) {
	t.Parallel()
	for value, says := range map[string]string{"61": "1m1s", "10000000000000": "8760h0m0s", "9223372036854775807": "8760h0m0s"} {
		for _, status := range []int{429, 503} {
			for _, v := range verbs {
				t.Run(fmt.Sprint(value, "/", status, "/", v.method), func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) {
						c := bubbleCloud(t)
						to := c.targets(t)
						api := c.signedIn(t)
						c.Inject(simulator.Fault{Method: v.method, Action: simulator.ActionStatus, Status: status, Headers: map[string]string{"Retry-After": value}, Times: -1})
						start := time.Now()
						isExactly(t, v.make(t.Context(), api, to), "asks to wait "+says, "Throttled", "Unreachable")
						c.ClearFaults()
						equal(t, "waited", time.Since(start), 0)
						equal(t, "attempts", c.count(v.operation), 1)
					})
				})
			}
		}
	}
}

// Only 429 and 503 say how long to wait.
func TestRetry_ignoresRetryAfterOfOtherErrors(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := bubbleCloud(t)
		api := c.signedIn(t)
		c.Inject(simulator.Fault{Method: "GET", Action: simulator.ActionStatus, Status: 500, Headers: map[string]string{"Retry-After": "10000000000000"}})
		start := time.Now()
		_, err := api.Members(t.Context())
		must(t, err)
		if waited := time.Since(start); waited > time.Second {
			t.Errorf("waited %v", waited)
		}
	})
}

func TestRetry_pausesGrow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := bubbleCloud(t)
		var times []time.Time
		api := c.signedIn(t, func(config *client.Config) { config.RetryWait = time.Second }, withTransport(transportFunc(func(r *http.Request) (*http.Response, error) {
			times = append(times, time.Now())
			return c.transport.RoundTrip(r)
		})))
		c.Inject(simulator.Fault{Method: "GET", Action: simulator.ActionStatus, Status: 500, Times: -1})
		times = nil
		_, err := api.Members(t.Context())
		isExactly(t, err, "")
		equal(t, "attempts", len(times), 5)
		for i := 1; i < len(times); i++ {
			pause, most := times[i].Sub(times[i-1]), 500*time.Millisecond+time.Second<<(i-1)
			if pause < 500*time.Millisecond || pause > most {
				t.Errorf("pause %d is %v, want half a second to %v", i, pause, most)
			}
		}
	})
}

// Whatever a call waits for, it ends with its context; and a change is uncertain only where it may have been made.
func TestRetry_everyWaitEndsWithTheContext(t *testing.T) {
	t.Parallel()
	wait := map[string]string{"Retry-After": "30"}
	for name, test := range map[string]struct {
		fault simulator.Fault
		is    map[string][]string // by method; where there is none, the session is what was not answered
		fresh bool                // the session is not open yet
	}{
		"the pause that was asked for": {
			fault: simulator.Fault{Action: simulator.ActionStatus, Status: 429, Headers: wait},
			is:    map[string][]string{"GET": {"Unanswered"}, "PATCH": {"Uncertain"}, "DELETE": {"Uncertain"}, "POST": {"Unanswered"}},
		},
		"an answer": {
			fault: simulator.Fault{Action: simulator.ActionHang},
			is:    map[string][]string{"GET": {"Unanswered"}, "PATCH": {"Uncertain"}, "DELETE": {"Uncertain"}, "POST": {"Uncertain"}},
		},
		"a session":             {fault: simulator.Fault{Path: memberSelf, Action: simulator.ActionHang}, fresh: true},
		"a session's pause":     {fault: simulator.Fault{Path: authenticate, Action: simulator.ActionStatus, Status: 503, Headers: wait}, fresh: true},
		"a session, in refresh": {fault: simulator.Fault{Path: refreshToken, Action: simulator.ActionHang}},
	} {
		for _, v := range verbs {
			for end, stop := range map[string]func(context.Context) (context.Context, context.CancelFunc){
				"stopped before the cloud answered": func(ctx context.Context) (context.Context, context.CancelFunc) {
					ctx, cancel := context.WithCancel(ctx)
					time.AfterFunc(time.Second, cancel)
					return ctx, cancel
				},
				"no answer in the time that was left": func(ctx context.Context) (context.Context, context.CancelFunc) {
					return context.WithTimeout(ctx, time.Second)
				},
			} {
				if name == "the pause that was asked for" && end == "no answer in the time that was left" {
					continue // a pause beyond the deadline is not begun
				}
				t.Run(name+"/"+v.method+"/"+end, func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) {
						c := bubbleCloud(t)
						to := c.targets(t)
						api := c.connect(t)
						if !test.fresh {
							_, err := api.OrganizationID(t.Context())
							must(t, err)
						}
						fault := test.fault
						fault.Times = -1
						if fault.Path == "" {
							fault.Method = v.method
						} else if !test.fresh {
							c.ExpireSessions()
						}
						c.Inject(fault)
						ctx, cancel := stop(t.Context())
						defer cancel()
						start := time.Now()
						is := []string{"Unanswered"}
						if test.is != nil {
							is = test.is[v.method]
						}
						isExactly(t, v.make(ctx, api, to), end, is...)
						equal(t, "waited", time.Since(start), time.Second)
						c.ClearFaults()
						time.Sleep(2 * time.Minute)
					})
				})
			}
		}
	}
}

func TestRetry_ofACallWhoseContextHasEndedMakesNone(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	api := c.signedIn(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := api.CreateAPIKey(ctx, client.APIKeyRequest{Title: "ci", Role: client.RoleViewer, ExpiresAt: c.Now().Add(day)})
	isExactly(t, err, "stopped", "Unreachable")
	equalLists(t, "calls", c.calls(), []string{})
}

func TestRetry_endsWithTheBudget(t *testing.T) {
	t.Parallel()
	for _, v := range verbs {
		for budget, test := range map[time.Duration]struct {
			attempts map[string]int
			waits    map[string]time.Duration
			says     map[string]string
		}{
			10 * time.Second: {
				map[string]int{"POST": 1, "GET": 1}, map[string]time.Duration{"POST": 10 * time.Second, "GET": 10 * time.Second},
				map[string]string{"POST": "no answer within 10s", "GET": "no answer within 10s"},
			},
			// Each attempt lasts half a minute.
			time.Minute + 45*time.Second: {
				map[string]int{"POST": 1, "GET": 4}, map[string]time.Duration{"POST": 30 * time.Second, "GET": time.Minute + 45*time.Second},
				map[string]string{"POST": "no answer within 30s", "GET": "no answer within 1m45s"},
			},
		} {
			t.Run(fmt.Sprint(v.method, "/", budget), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					c := bubbleCloud(t)
					to := c.targets(t)
					api := c.signedIn(t, withBudget(budget))
					c.Inject(simulator.Fault{Method: v.method, Action: simulator.ActionHang, Times: -1})
					start := time.Now()
					err := v.make(t.Context(), api, to)
					c.ClearFaults()
					kind := v.method
					if kind != "POST" {
						kind = "GET"
					}
					isExactly(t, err, test.says[kind], v.unanswered())
					equal(t, "waited", time.Since(start), test.waits[kind])
					equal(t, "attempts", c.count(v.operation), test.attempts[kind])
				})
			})
		}
	}
}

// One request is asked to wait; the others, of whatever kind, are held back with it, but not for longer than a while.
func TestRetry_coolDownIsShared(t *testing.T) {
	t.Parallel()
	for asked, held := range map[string]time.Duration{"10": 10 * time.Second, "40": 15 * time.Second} {
		t.Run(asked, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := bubbleCloud(t)
				to := c.targets(t)
				var mu sync.Mutex
				var arrivals []time.Duration
				var start time.Time
				api := c.signedIn(t, withTransport(transportFunc(func(r *http.Request) (*http.Response, error) {
					mu.Lock()
					arrivals = append(arrivals, time.Since(start))
					mu.Unlock()
					return c.transport.RoundTrip(r)
				})))
				start, arrivals = time.Now(), nil
				c.Inject(simulator.Fault{Path: members, Action: simulator.ActionStatus, Status: 429, Headers: map[string]string{"Retry-After": asked}})
				first := make(chan error)
				go func() {
					_, err := api.Members(t.Context())
					first <- err
				}()
				time.Sleep(time.Second)
				for _, err := range together(4, func(i int) error { return verbs[i].make(t.Context(), api, to) }) {
					must(t, err)
				}
				must(t, <-first)
				mu.Lock()
				defer mu.Unlock()
				slices.Sort(arrivals)
				equal(t, "requests", len(arrivals), 7) // the last one reads the invitation
				equal(t, "the one that is refused", arrivals[0], 0)
				for _, at := range arrivals[1:5] {
					equal(t, "held back until", at, held)
				}
			})
		})
	}
}

// Who would wait in vain does not wait: a pause that no operation can take is told to each at once.
func TestRetry_coolDownIsNotForAPauseBeyondTheBudget(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := bubbleCloud(t)
		to := c.targets(t)
		api := c.signedIn(t)
		c.Inject(simulator.Fault{Action: simulator.ActionStatus, Status: 429, Headers: map[string]string{"Retry-After": "10000000000000"}, Times: 8})
		start := time.Now()
		for range 2 {
			for _, v := range verbs {
				isExactly(t, v.make(t.Context(), api, to), "asks to wait", "Throttled", "Unreachable")
			}
		}
		equal(t, "waited", time.Since(start), 0)
	})
}

// A request that is held back for longer than it has was not sent.
func TestRetry_heldBackIsNotSent(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := bubbleCloud(t)
		to := c.targets(t)
		api := c.signedIn(t)
		c.Inject(simulator.Fault{Path: members, Action: simulator.ActionStatus, Status: 429, Headers: map[string]string{"Retry-After": "10"}})
		go func() { _, _ = api.Members(t.Context()) }()
		time.Sleep(time.Second)
		for _, v := range verbs {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			isExactly(t, v.make(ctx, api, to), "in the time that was left", "Unreachable")
			cancel()
		}
		equalLists(t, "calls", c.calls(), []string{"listMembers"})
		time.Sleep(time.Minute)
	})
}

// In a hurry, nothing is repeated, and nothing waits for what the cloud asked of others.
func TestRetry_onceIsOnce(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusTooManyRequests, http.StatusServiceUnavailable} {
		synctest.Test(t, func(t *testing.T) {
			c := bubbleCloud(t)
			to := c.targets(t)
			api := c.signedIn(t)
			c.Inject(simulator.Fault{Times: -1, Action: simulator.ActionStatus, Status: status, Headers: map[string]string{"Retry-After": "10"}})
			start := time.Now()
			for _, v := range verbs {
				if v.make(client.Once(t.Context()), api, to) == nil {
					t.Errorf("%s succeeded", v.method)
				}
				equal(t, v.method, c.count(v.operation), 1)
			}
			equal(t, "time", time.Since(start), 0)
			c.ClearFaults()
		})
	}
}

func TestRetry_ofWhatNeverLeftIsHarmless(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	closed := listener.Addr().String()
	must(t, listener.Close())
	proxy := &url.URL{Scheme: "http", Host: closed}
	for name, dial := range map[string]func(*http.Transport){
		"connection refused": func(*http.Transport) {},
		"name unknown": func(transport *http.Transport) {
			transport.DialContext = func(context.Context, string, string) (net.Conn, error) {
				return nil, &net.DNSError{Err: "no such host", Name: "cloud.example", IsNotFound: true}
			}
		},
		"proxy away": func(transport *http.Transport) { transport.Proxy = http.ProxyURL(proxy) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			transport := &http.Transport{DisableKeepAlives: true}
			dial(transport)
			attempts := 0
			api := connect(t, client.Config{
				Endpoint: "http://" + closed, Username: "a@example.com", Password: password, RetryWait: time.Millisecond,
				Transport: transportFunc(func(r *http.Request) (*http.Response, error) {
					attempts++
					return transport.RoundTrip(r)
				}),
			})
			_, err := api.CreateOrganization(t.Context(), "name")
			isExactly(t, err, "POST /api/ss/rest/v1/authenticate: ", "Unreachable")
			equal(t, "attempts", attempts, 5)
		})
	}
}
