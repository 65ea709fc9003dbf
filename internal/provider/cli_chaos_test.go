package provider_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// One request in ten is refused, on every path but that of logging out, which is tried once and never awaited.
func (c *cloud) refuseOneInTen() {
	for _, path := range []string{"/api/ss/rest/v1/authenticate", "/api/ss/rest/v1/refresh-token", "/api/ss/rest/v1/users/self", anyList, anyObject, "/api/mcs/rest/v1/organizations/*/*"} {
		for _, status := range []int{http.StatusTooManyRequests, http.StatusServiceUnavailable} {
			c.Inject(simulator.Fault{Path: path, Times: -1, Action: simulator.ActionStatus, Status: status, Headers: map[string]string{"Retry-After": "0"}, Probability: 0.05})
		}
	}
}

func TestCLI_twoHundredObjectsComeThroughRefusals(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	const each = 67
	var want []string
	for i := range each {
		joined := fmt.Sprintf("joined-%d@example.com", i)
		c.addMember(t, joined, "ORG_EDITOR")
		want = append(want, joined+" is ORG_VIEWER", fmt.Sprintf("key ci-%d", i), fmt.Sprintf("invited-%d@example.com is invited as ORG_VIEWER", i))
	}
	slices.Sort(want)
	count := func(block, old, numbered string) string {
		return strings.Replace(strings.Replace(block, old, numbered, 1), "{\n", fmt.Sprintf("{\n  count      = %d\n", each), 1)
	}
	x := c.cli(t).write(t, count(c.ciKey("ci-#"), "#", "${count.index}")+
		count(memberBlock("joined", "ORG_VIEWER"), "joined@", "joined-${count.index}@")+
		count(strings.Replace(memberBlock("invited", "ORG_VIEWER"), "jmapcloud_member", "jmapcloud_invitation", 1), "invited@", "invited-${count.index}@"))

	c.refuseOneInTen()
	// Five refusals in a row are rare, and an error; two runs are enough for a client that repeats.
	if out, err := x.run(t, "apply", "-auto-approve", "-parallelism=30"); err != nil {
		reads(t, out, "The simulator was told to fail")
		x.apply(t, false, "-parallelism=30")
	}
	refused := c.refused()
	c.ClearFaults()
	if refused < 20 {
		t.Errorf("only %d requests were refused", refused)
	}
	sameLists(t, "the cloud", c.standing(), want)
	sameLists(t, "the state", x.standing(t), want)
	c.mailedNow(t, each)
	reads(t, x.plan(t, false, "-parallelism=30"), "No changes.")
	if open := c.Sessions().Open; open != 0 {
		t.Errorf("%d sessions are left open", open)
	}
}

// refused counts the requests that were throttled or put off.
func (c *cloud) refused() int {
	return len(slices.DeleteFunc(c.Requests(), func(r simulator.Request) bool {
		return r.Status != http.StatusTooManyRequests && r.Status != http.StatusServiceUnavailable
	}))
}
