package client_test

import (
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

func TestClock_followsTheCloudsWhereItIsFarOff(t *testing.T) {
	t.Parallel()
	for ahead, follows := range map[time.Duration]bool{
		0: false, 4 * time.Second: false, -4 * time.Second: false, 10 * time.Second: true, -10 * time.Second: true,
		24 * time.Hour: true, -24 * time.Hour: true, 400 * day: true,
	} {
		t.Run(ahead.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := bubbleCloud(t)
				c.Advance(ahead)
				api := c.connect(t)
				equal(t, "before any answer", api.Now(), time.Now())
				_, err := api.Members(t.Context())
				must(t, err)
				want := time.Duration(0)
				if follows {
					want = ahead
				}
				equal(t, "ahead", time.Until(api.Now()), want)

				// It comes back, and follows a later move too.
				c.Advance(-ahead + time.Hour)
				_, _ = api.Organizations(t.Context())
				equal(t, "ahead, moved", time.Until(api.Now()), time.Hour)
				c.Advance(-time.Hour)
				_, _ = api.Organizations(t.Context())
				equal(t, "ahead, moved back", time.Until(api.Now()), 0)
			})
		})
	}
}

func TestClock_learnsFromARefusalToo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := bubbleCloud(t)
		c.Advance(time.Hour)
		api := c.connect(t, withPassword("Wrong-Horse.7"))
		_, err := api.Members(t.Context())
		isExactly(t, err, "", "WrongCredentials")
		equal(t, "ahead", time.Until(api.Now()), time.Hour)
	})
}

func TestClock_keepsItsTimeWhereTheCloudTellsNone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := bubbleCloud(t)
		c.Advance(time.Hour)
		api := c.signedIn(t)
		for _, date := range []string{"", "soon", "0"} {
			c.Inject(simulator.Fault{Path: members, Action: simulator.ActionStatus, Status: 200, Body: `{"message":"OK","result":[]}`, Headers: map[string]string{"Date": date}})
			_, err := api.Members(t.Context())
			must(t, err)
			equal(t, "ahead after "+date, time.Until(api.Now()), time.Hour)
		}
	})
}

// slowly is a body whose first byte comes after a while.
type slowly struct {
	io.ReadCloser
	after time.Duration
}

func (s *slowly) Read(b []byte) (int, error) {
	time.Sleep(s.after)
	s.after = 0
	return s.ReadCloser.Read(b)
}

// The Date is the time at which the cloud began to answer, however long the body then takes.
func TestClock_doesNotGoBackWhenABodyIsSlow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for _, ahead := range []time.Duration{0, time.Hour} {
			c := bubbleCloud(t)
			c.Advance(ahead)
			var wait time.Duration
			api := c.signedIn(t, withTransport(transportFunc(func(r *http.Request) (*http.Response, error) {
				resp, err := c.transport.RoundTrip(r)
				if err == nil {
					resp.Body = &slowly{resp.Body, wait}
				}
				return resp, err
			})))
			wait = 10 * time.Second
			start := time.Now()
			_, err := api.Members(t.Context())
			must(t, err)
			equal(t, "duration", time.Since(start), wait)
			equal(t, "ahead", time.Until(api.Now()), ahead)
			wait = 0
		}
	})
}

func TestClock_ofAnUnavailableClientIsThisMachines(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		equal(t, "now", client.Unavailable("unknown").Now(), time.Now())
	})
}
