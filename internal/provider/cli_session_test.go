package provider_test

import (
	"net/http"
	"testing"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

func TestCLI_everyRunLogsOut(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	x := c.cli(t).write(t, c.ciKey("ci"))
	x.apply(t, false)
	x.plan(t, false)
	c.Inject(simulator.Fault{Path: "/api/ss/rest/v1/organizations/*/api-keys/*", Times: -1, Action: simulator.ActionStatus, Status: http.StatusForbidden})
	reads(t, x.plan(t, true), "Unable to read the API key")
	c.ClearFaults()
	x.apply(t, false, "-destroy")
	if s := c.Sessions(); s.Opened == 0 || s.Opened != s.Revoked || s.Open != 0 {
		t.Errorf("the sessions are %+v", s)
	}
}

func TestCLI_validateAndSchemaCallNothing(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	x := c.cli(t).write(t, c.ciKey("ci"))
	for _, arguments := range [][]string{{"validate"}, {"providers", "schema", "-json"}} {
		if out, err := x.run(t, arguments...); err != nil {
			t.Fatal(out)
		}
	}
	if requests := c.Requests(); len(requests) > 0 {
		t.Errorf("the requests are %v", requests)
	}
}

// A cloud that does not answer when the run logs out delays it by less than Terraform's two seconds, and fails nothing.
func TestCLI_logoutThatHangsFailsNothing(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	x := c.cli(t).write(t, c.ciKey("ci"))
	c.Inject(simulator.Fault{Path: "/api/ss/rest/v1/revoke-token", Times: -1, Action: simulator.ActionHang})
	x.apply(t, false)
}
