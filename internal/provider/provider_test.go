package provider_test

import (
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/contract"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/provider"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// scratch is a folder for what all tests share. It is removed at the end.
var scratch string

// TestMain keeps the tests apart from the machine they run on: its CLI configuration, and an account in its environment.
func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "jmapcloud-test")
		if err != nil {
			panic(err)
		}
		defer os.RemoveAll(dir)
		scratch = dir
		cliConfig := filepath.Join(dir, "cli.tfrc")
		if err := os.WriteFile(cliConfig, nil, 0o600); err != nil {
			panic(err)
		}
		liveFromEnvironment = readLiveAccount()
		os.Setenv("TF_CLI_CONFIG_FILE", cliConfig)
		os.Setenv("CHECKPOINT_DISABLE", "1")
		for _, variable := range []string{"ENDPOINT", "ORGANIZATION_ID", "USERNAME", "PASSWORD", "ACCESS_TOKEN", "TRANSFER_OWNERSHIP_TO"} {
			os.Unsetenv("JMAPCLOUD_" + variable)
		}
		return m.Run()
	}())
}

// cloud is a simulated cloud of a test's own, whose every exchange is checked against the contract.
type cloud struct {
	*simulator.Server
	url string
}

func startCloud(t *testing.T) *cloud {
	t.Helper()
	c := &cloud{Server: simulator.New()}
	c.Use(contract.Middleware(func(err error) { t.Error(err) }))
	c.serve(t)
	return c
}

// serve puts the cloud on a socket.
func (c *cloud) serve(t testing.TB) {
	t.Helper()
	server := httptest.NewServer(c)
	t.Cleanup(func() {
		_ = c.Close()
		server.Close()
	})
	c.url = server.URL
	c.SetBaseURL(server.URL)
}

// config puts a provider block that reaches the cloud before hcl. Each of arguments is one more line in the block.
func (c *cloud) config(hcl string, arguments ...string) string {
	account := c.Account()
	block := fmt.Sprintf("provider \"jmapcloud\" {\n  endpoint        = %q\n  organization_id = %q\n  username        = %q\n  password        = %q\n",
		c.url, account.OrganizationID, account.Username, account.Password)
	for _, line := range arguments {
		block += "  " + line + "\n"
	}
	return block + "}\n" + hcl
}

// factories makes a provider for each of Terraform's walks, as Terraform does.
func factories() map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){
		"jmapcloud": func() (tfprotov6.ProviderServer, error) {
			return providerserver.NewProtocol6WithError((&provider.Factory{Version: "test"}).New())()
		},
	}
}

// addMember makes an active member, as if they had accepted an invitation.
func (c *cloud) addMember(t *testing.T, email, role string) simulator.Member {
	t.Helper()
	m, err := c.AddMember("Member "+email, email, role, password)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// password satisfies the cloud's rule for passwords.
const password = "Correct-Horse.7"

// must stops the test when something that was done in the portal failed.
func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// inDays is a time of the cloud as HCL wants it.
func (c *cloud) inDays(n int) string {
	return c.Now().AddDate(0, 0, n).UTC().Truncate(time.Second).Format(time.RFC3339)
}

// writes are the requests since the last ClearRequests that change something in the organization: sessions do not count.
func (c *cloud) writes() []simulator.Request {
	return slices.DeleteFunc(c.Requests(), func(r simulator.Request) bool {
		return r.Method == "GET" || slices.Contains([]string{"authenticate", "refresh-token", "revoke-token"}, filepath.Base(r.Path))
	})
}
