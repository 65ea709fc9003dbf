package provider_test

import (
	"net/http"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// stop is a moment at which a run is stopped.
type stop struct {
	before, after      string // configurations; KEY stands for a key with a lifetime
	method, noun, when string
	kept, left         []string // the state then, and everything in the end
	by                 syscall.Signal
}

const lateInvitation = "\nresource \"jmapcloud_invitation\" \"late\" {\n  email      = \"late@example.com\"\n  role       = \"ORG_VIEWER\"\n  depends_on = [jmapcloud_api_key.ci]\n}\n"

// stops are moments of each kind of call, before the cloud looks at it and after the change. Each signal meets a creation, and one that was made.
var stops = map[string]stop{
	"creation": {
		"", lateInvitation, http.MethodPost, "invitations", simulator.Before,
		[]string{"key ci"}, []string{"key ci", "late@example.com is invited as ORG_VIEWER"}, syscall.SIGTERM,
	},
	"creation, made": {
		"", lateInvitation, http.MethodPost, "invitations", simulator.After,
		[]string{"key ci", "late@example.com is invited as ORG_VIEWER"}, []string{"key ci", "late@example.com is invited as ORG_VIEWER"}, syscall.SIGINT,
	},
	"creation of a key, made": { // whose secret is lost, and which so is deleted at once
		memberBlock("ana", "ORG_EDITOR"), memberBlock("ana", "ORG_EDITOR") + "KEY", http.MethodPost, "api-keys", simulator.After,
		[]string{"ana@example.com is ORG_EDITOR", "key ci"}, []string{"ana@example.com is ORG_EDITOR", "key ci", "key late"}, syscall.SIGTERM,
	},
	"change": {
		memberBlock("ana", "ORG_EDITOR"), memberBlock("ana", "ORG_VIEWER"), http.MethodPatch, "members", simulator.After,
		[]string{"ana@example.com is ORG_EDITOR", "key ci"}, []string{"ana@example.com is ORG_VIEWER", "key ci"}, syscall.SIGINT,
	},
	"deletion": {
		memberBlock("ana", "ORG_EDITOR"), "", http.MethodDelete, "members", simulator.Before,
		[]string{"ana@example.com is ORG_EDITOR", "key ci"}, []string{"key ci"}, syscall.SIGINT,
	},
	"deletion, made": {
		memberBlock("ana", "ORG_EDITOR"), "", http.MethodDelete, "members", simulator.After,
		[]string{"ana@example.com is ORG_EDITOR", "key ci"}, []string{"key ci"}, syscall.SIGTERM,
	},
}

// strikes stops a run at that moment and runs again.
func (s stop) strikes(t *testing.T, c *cloud, x runner, stopped func(there <-chan struct{}) string) {
	t.Helper()
	key := c.ciKey("ci")
	if s.before != "" {
		c.addMember(t, ana, "ORG_EDITOR")
		x.rewrite(t, key+s.before)
		x.apply(t, false)
	}
	x.rewrite(t, key+strings.Replace(s.after, "KEY", c.keyBlock("late"), 1))
	out := stopped(c.stopAt(s.method, s.noun, s.when))
	sameLists(t, "the state", x.standing(t), s.kept)
	if open := c.Sessions().Open; open != 0 {
		t.Errorf("%d sessions are left open\n%s", open, out)
	}
	x.apply(t, false)
	sameLists(t, "the cloud in the end", c.standing(), s.left)
	sameLists(t, "the state in the end", x.standing(t), s.left)
}

func TestStop_keepsTheStateAndLogsOut(t *testing.T) {
	t.Parallel()
	for name, s := range stops {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t).withOthersMaps(t)
			x := c.runs()
			s.strikes(t, c, x, func(there <-chan struct{}) string { return x.stopped(t, there) })
			reads(t, x.plan(t, false), "No changes.")
		})
	}
}

// A CI system stops a job by a signal to all its processes; a person does by Ctrl-C.
func TestCLI_stoppedRunKeepsItsStateAndLogsOut(t *testing.T) {
	t.Parallel()
	for name, s := range stops {
		t.Run(s.by.String()+"/"+name, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t).withOthersMaps(t)
			x := c.cli(t)
			s.strikes(t, c, x, func(there <-chan struct{}) string {
				out := x.cut(t, there, func(run *exec.Cmd) { must(t, signalGroup(run.Process, s.by)) })
				lacks(t, out, "did not respond")
				return out
			})
		})
	}
}

// kill is the moment at which a provider is killed: while the one call that changes something is on its way, for reading calls change nothing.
type kill struct{ noun, method, when string }

func (k kill) String() string { return k.noun + "/" + k.method + "/" + k.when }

// strikes kills a provider at that moment and runs again.
func (k kill) strikes(t *testing.T, c *cloud, x runner, killed func(there <-chan struct{})) {
	t.Helper()
	path, config := "invitations", memberBlock("ana", "ORG_EDITOR")
	switch k.noun {
	case "api-keys":
		path, config = k.noun, c.ciKey("ci")
	case "invitation":
		config = strings.Replace(config, "jmapcloud_member", "jmapcloud_invitation", 1)
	}
	x.rewrite(t, config)
	if k.method == http.MethodDelete {
		x.apply(t, false)
		x.rewrite(t, "")
	}
	state := x.standing(t)
	killed(c.stopAt(k.method, path, k.when))
	sameLists(t, "the state", x.standing(t), state)
	made := c.standing()

	if k.noun == "invitation" && k.method == http.MethodPost && k.when == simulator.After {
		reads(t, x.plan(t, false), "ana@example.com cannot be invited", "terraform import jmapcloud_invitation.<name> ana@example.com")
		x.adopt(t, "jmapcloud_invitation.ana", ana)
	}
	left := c.APIKeys()
	again := x.apply(t, false)
	want := []string{}
	switch {
	case k.method == http.MethodDelete:
	case k.noun == "api-keys":
		// The state knows nothing of a key whose creation was killed, and its secret is lost.
		want = append(made, "key ci")
		for _, k := range left {
			reads(t, again, `The apply will create a SECOND API key "ci"`, k.ID)
		}
	default:
		want = append(want, "ana@example.com is invited as ORG_EDITOR")
		c.mailedNow(t, 1)
	}
	sameLists(t, "the cloud in the end", c.standing(), want)
	if open := c.Sessions().Open; open != 1 {
		t.Errorf("%d sessions are open, and one was killed", open)
	}
}

func TestKill_leavesNothingThatTheNextRunDoesNotFind(t *testing.T) {
	t.Parallel()
	for _, noun := range []string{"api-keys", "member", "invitation"} {
		for _, method := range []string{http.MethodPost, http.MethodDelete} {
			for _, when := range []string{simulator.Before, simulator.After} {
				k := kill{noun, method, when}
				t.Run(k.String(), func(t *testing.T) {
					t.Parallel()
					c := startCloud(t).withOthersMaps(t)
					x := c.runs()
					k.strikes(t, c, x, func(there <-chan struct{}) { x.killed(t, there) })
					reads(t, x.plan(t, false), "No changes.")
				})
			}
		}
	}
}

// Terraform keeps the state when a provider of its is killed.
func TestCLI_killedProviderLeavesNothingThatTheNextRunDoesNotFind(t *testing.T) {
	t.Parallel()
	for _, k := range []kill{
		{"api-keys", http.MethodPost, simulator.After}, {"invitation", http.MethodPost, simulator.After}, {"member", http.MethodPost, simulator.Before},
		{"member", http.MethodDelete, simulator.After},
	} {
		t.Run(k.String(), func(t *testing.T) {
			t.Parallel()
			c := startCloud(t).withOthersMaps(t)
			x := c.cli(t).watched(t)
			k.strikes(t, c, x, func(there <-chan struct{}) {
				x.cut(t, there, func(*exec.Cmd) { x.signalProviders(t, syscall.SIGKILL) })
			})
		})
	}
}

// Terraform loses what it has done when it is killed. Its providers end with it.
func TestCLI_killedTerraformLeavesNoProvider(t *testing.T) {
	t.Parallel()
	c := startCloud(t).withOthersMaps(t)
	c.addMember(t, ana, "ORG_EDITOR")
	late := strings.Replace(memberBlock("late", "ORG_VIEWER"), "}", "  depends_on = [jmapcloud_member.ana]\n}", 1)
	x := c.cli(t).watched(t).write(t, memberBlock("ana", "ORG_EDITOR")+late)
	var orphans []int
	x.cut(t, c.stopAt(http.MethodPost, "invitations", simulator.After), func(run *exec.Cmd) {
		orphans = x.providers(t)
		must(t, run.Process.Kill())
	})
	deadline, ticker := time.After(20*time.Second), time.NewTicker(50*time.Millisecond)
	defer ticker.Stop()
	for len(orphans) > 0 {
		select {
		case <-ticker.C:
			orphans = slices.DeleteFunc(orphans, func(pid int) bool { return !x.lives(t, pid) })
		case <-deadline:
			t.Fatalf("the providers %v go on", orphans)
		}
	}
	if open := c.Sessions().Open; open != 0 {
		t.Errorf("%d sessions are left open", open)
	}
	x.apply(t, false)
	want := []string{"ana@example.com is ORG_EDITOR", "late@example.com is invited as ORG_VIEWER"}
	sameLists(t, "the cloud", c.standing(), want)
	sameLists(t, "the state", x.standing(t), want)
	c.mailedNow(t, 1)
}
