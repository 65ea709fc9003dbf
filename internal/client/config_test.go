package client_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

func TestEndpoint_isHTTPSOrThisMachine(t *testing.T) {
	t.Parallel()
	for endpoint, says := range map[string]string{
		"":                                       "",
		client.DefaultEndpoint:                   "",
		"https://cloud.example":                  "",
		"HTTPS://Cloud.Example/":                 "",
		"https://cloud.example:8443/base/":       "",
		"https://[2001:db8::1]:8443":             "",
		"http://127.0.0.1:8080":                  "",
		"http://127.8.9.10":                      "",
		"http://[::1]:8080":                      "",
		"http://localhost":                       "",
		"http://LOCALHOST:8080":                  "",
		"http://cloud.example":                   "use https",
		"http://localhost.example":               "use https",
		"http://127.0.0.1.example":               "use https",
		"http://0.0.0.0":                         "use https",
		"http://10.0.0.1":                        "use https",
		"http://[::ffff:10.0.0.1]":               "use https",
		"ftp://cloud.example":                    `"ftp": use https`,
		"file:///etc/passwd":                     "is not a URL",
		"cloud.example":                          "is not a URL",
		"//cloud.example":                        `"": use https`,
		"localhost:8080":                         "is not a URL",
		"127.0.0.1:8080":                         "is not a URL",
		"https://":                               "is not a URL",
		"https:///api":                           "is not a URL",
		"https://:443":                           "is not a URL",
		"https:cloud.example":                    "is not a URL",
		"https://cloud.example:port":             "is not a URL",
		"https://cloud .example":                 "is not a URL",
		" https://cloud.example":                 "is not a URL",
		"https://cloud.example\n":                "is not a URL",
		"https://cloud.example/%zz":              "is not a URL",
		"\x1b[31m":                               "is not a URL",
		"https://cloud.example?key=value":        "no query",
		"https://cloud.example?":                 "no query",
		"https://cloud.example#part":             "no query or fragment",
		"https://user:Hunter-22@cloud.example":   "no user",
		"https://user:Hunter-22@cloud.example:x": "no user",
		"https://user@cloud.example":             "no user",
		"http://user:Hunter-22@10.0.0.1":         "no user",
	} {
		api, err := client.New(client.Config{Endpoint: endpoint})
		switch {
		case says == "" && err != nil:
			t.Errorf("%q: %v", endpoint, err)
		case says == "" && api == nil:
			t.Errorf("%q: no client", endpoint)
		case says != "" && err == nil:
			t.Errorf("%q is accepted", endpoint)
		case says != "" && !strings.Contains(err.Error(), says):
			t.Errorf("%q: %v, want %s", endpoint, err, says)
		case err != nil && (strings.Contains(err.Error(), "Hunter-22") || strings.ContainsFunc(err.Error(), client.IsUnprintable)):
			t.Errorf("%q: %q", endpoint, err)
		}
	}
}

func TestPackage_knowsNothingOfTerraformNorOfTheSimulator(t *testing.T) {
	t.Parallel()
	listed, err := exec.CommandContext(t.Context(), "go", "list", "-deps", ".").Output()
	must(t, err)
	dependencies := strings.Fields(string(listed))
	if len(dependencies) < 50 {
		t.Fatalf("only %v", dependencies)
	}
	for _, dependency := range dependencies {
		for _, forbidden := range []string{"terraform-plugin", "/internal/provider", "/internal/simulator", "/internal/contract", "kin-openapi", "goleak"} {
			// The module's own name has Terraform's in it.
			if strings.Contains(strings.TrimPrefix(dependency, "github.com/jmapcloud/terraform-provider-jmapcloud"), forbidden) {
				t.Errorf("the package imports %s", dependency)
			}
		}
	}
}
