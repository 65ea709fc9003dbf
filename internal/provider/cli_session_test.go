package provider_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

func TestCLI_everyRunLogsOut(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	x := c.cli(t).write(t, c.ciKey("ci"))
	x.apply(t, false)
	c.Inject(simulator.Fault{Path: "/api/ss/rest/v1/organizations/*/api-keys/*", Times: -1, Action: simulator.ActionStatus, Status: http.StatusForbidden})
	reads(t, x.plan(t, true), "Unable to read the API key")
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

func TestCLI_runCostsAHandfulOfCallsAndSaysSo(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	x := c.cli(t)
	const each = 12
	x.write(t, fmt.Sprintf(`
resource "jmapcloud_api_key" "all" {
  count      = %[1]d
  name       = "key-${count.index}"
  role       = "ORG_VIEWER"
  expires_at = %[2]q
}

resource "jmapcloud_member" "all" {
  count = %[1]d
  email = "member-${count.index}@example.com"
  role  = "ORG_VIEWER"
}

resource "jmapcloud_invitation" "all" {
  count = %[1]d
  email = "invitee-${count.index}@example.com"
  role  = "ORG_VIEWER"
}
`, each, c.inDays(30)))
	x.plan(t, false, "-out=saved")
	c.ClearRequests()
	x.apply(t, false, "saved")
	// Signing in and out, the lists, and the first invitations, as many as Terraform sends before one has been read back.
	const session, lists, parallelism = 4, 3, 10
	if got := len(c.Requests()); got > 3*each+session+lists+parallelism {
		t.Errorf("%d calls to make %d objects", got, 3*each)
	}
	for i := range each / 2 {
		_, err := c.Accept(fmt.Sprintf("member-%d@example.com", i), "Somebody", password)
		must(t, err)
	}

	x.environ = append(x.environ, "TF_LOG=DEBUG")
	c.ClearRequests()
	out := x.plan(t, false)
	requests := c.Requests()
	if len(requests) > 8 {
		t.Errorf("%d calls to plan %d objects: %v", len(requests), 3*each, requests)
	}
	verbs := map[string]int{}
	for _, r := range requests {
		verbs[r.Method]++
	}
	last := regexp.MustCompile(`.*End of the run.*`).FindString(out)
	for _, said := range []string{fmt.Sprintf(`calls="GET %d, POST %d"`, verbs["GET"], verbs["POST"]), "retries=0", "waited=0s"} {
		if !strings.Contains(last, said) {
			t.Errorf("the last line of the log lacks %s: %s", said, last)
		}
	}
	if !regexp.MustCompile(fmt.Sprintf(`read_from_lists=(%d|%d)\b`, 3*each-1, 3*each)).MatchString(last) {
		t.Errorf("the last line of the log counts wrong: %s", last)
	}
}

// What the libraries log without TF_LOG, Terraform reads and drops; a folder in the provider's place sees it.
func TestCLI_unusedLogsAreSilenced(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	x := c.cli(t).write(t, c.ciKey("ci"))
	log := filepath.Join(t.TempDir(), "heard")
	x.wrap(t, fmt.Sprintf("exec \"$provider\" \"$@\" 2>>%q", log))
	heard := func() string {
		content, err := os.ReadFile(log)
		must(t, err)
		return string(content)
	}

	x.apply(t, false)
	if strings.Contains(heard(), `"@module"`) {
		t.Errorf("what is logged:\n%.2000s", heard())
	}
	x.environ = append(x.environ, "TF_LOG_PROVIDER=DEBUG")
	x.plan(t, false)
	for _, wanted := range []string{"API call", "End of the run", `"@module":"sdk.framework"`} {
		if !strings.Contains(heard(), wanted) {
			t.Errorf("with TF_LOG_PROVIDER, the log lacks %s", wanted)
		}
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
