//go:build unix

package provider_test

import (
	"net/http"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// A terminal that is closed signals all its processes, and Terraform dies of that at once.
func TestCLI_closedTerminalLogsOut(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	x := c.cli(t).write(t, memberBlock("ana", "ORG_EDITOR"))
	x.cut(t, c.stopAt(http.MethodPost, "invitations", simulator.Before), func(run *exec.Cmd) { must(t, syscall.Kill(-run.Process.Pid, syscall.SIGHUP)) })
	deadline, ticker := time.After(time.Minute), time.NewTicker(50*time.Millisecond)
	defer ticker.Stop()
	for c.Sessions().Open > 0 {
		select {
		case <-ticker.C:
		case <-deadline:
			t.Fatalf("the sessions are %+v", c.Sessions())
		}
	}
	if opened := c.Sessions().Opened; opened == 0 {
		t.Error("no session was opened")
	}
}
