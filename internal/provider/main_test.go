package provider_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"
)

// scratch is a folder for what all tests share. It is removed at the end.
var scratch string

// childGC makes the CLI and the provider, which end within a second, collect less garbage. It saves a sixth of their time.
const childGC = "400"

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
		if stories := os.Getenv("RANDOM_STORIES"); stories != "" {
			if err := flag.Set("rapid.checks", stories); err != nil {
				panic(err)
			}
		}
		liveFromEnvironment = readLiveAccount()
		os.Setenv("TF_CLI_CONFIG_FILE", cliConfig)
		os.Setenv("CHECKPOINT_DISABLE", "1")
		os.Setenv("GOGC", childGC)
		for _, variable := range []string{"ENDPOINT", "ORGANIZATION_ID", "USERNAME", "PASSWORD", "ACCESS_TOKEN", "TRANSFER_OWNERSHIP_TO", "REHEARSE_DELETIONS"} {
			os.Unsetenv("JMAPCLOUD_" + variable)
		}
		return m.Run()
	}())
}
