package provider_test

import (
	"fmt"
	"net/http"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// A CI system stops a job by a signal to all its processes; a person does by Ctrl-C.
func TestCLI_stoppedRunKeepsItsStateAndLogsOut(t *testing.T) {
	t.Parallel()
	const late = "\nresource \"jmapcloud_invitation\" \"late\" {\n  email      = \"late@example.com\"\n  role       = \"ORG_VIEWER\"\n  depends_on = [jmapcloud_api_key.ci]\n}\n"
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		for name, stopped := range map[string]struct {
			before, after        string // configurations
			method, noun, moment string
			kept, left           []string // the state then, and everything in the end
		}{
			"creation": {
				"", late, http.MethodPost, "invitations", simulator.Before,
				[]string{"key ci"}, []string{"key ci", "late@example.com is invited as ORG_VIEWER"},
			},
			"creation, made": {
				"", late, http.MethodPost, "invitations", simulator.After,
				[]string{"key ci", "late@example.com is invited as ORG_VIEWER"}, []string{"key ci", "late@example.com is invited as ORG_VIEWER"},
			},
			"creation of a key, made": { // whose secret is lost, and which so is deleted at once
				memberBlock("ana", "ORG_EDITOR"), memberBlock("ana", "ORG_EDITOR") + "KEY", http.MethodPost, "api-keys", simulator.After,
				[]string{"ana@example.com is ORG_EDITOR", "key ci"}, []string{"ana@example.com is ORG_EDITOR", "key ci", "key late"},
			},
			"change": {
				memberBlock("ana", "ORG_EDITOR"), memberBlock("ana", "ORG_VIEWER"), http.MethodPatch, "members", simulator.After,
				[]string{"ana@example.com is ORG_EDITOR", "key ci"}, []string{"ana@example.com is ORG_VIEWER", "key ci"},
			},
			"deletion": {
				memberBlock("ana", "ORG_EDITOR"), "", http.MethodDelete, "members", simulator.Before,
				[]string{"ana@example.com is ORG_EDITOR", "key ci"}, []string{"key ci"},
			},
			"deletion, made": {
				memberBlock("ana", "ORG_EDITOR"), "", http.MethodDelete, "members", simulator.After,
				[]string{"ana@example.com is ORG_EDITOR", "key ci"}, []string{"key ci"},
			},
		} {
			t.Run(signal.String()+"/"+name, func(t *testing.T) {
				t.Parallel()
				c := startCloud(t).withOthersMaps(t)
				x := c.cli(t)
				key := c.ciKey("ci")
				if stopped.before != "" {
					c.addMember(t, ana, "ORG_EDITOR")
					x.write(t, key+stopped.before).apply(t, false)
				}
				x.write(t, key+strings.Replace(stopped.after, "KEY", c.keyBlock("late"), 1))
				out := x.cut(t, c.stopAt(stopped.method, stopped.noun, stopped.moment), func(run *exec.Cmd) { must(t, signalGroup(run.Process, signal)) })
				lacks(t, out, "did not respond")
				sameLists(t, "the state", x.standing(t), stopped.kept)
				if open := c.Sessions().Open; open != 0 {
					t.Errorf("%d sessions are left open\n%s", open, out)
				}
				x.apply(t, false)
				reads(t, x.plan(t, false), "No changes.")
				sameLists(t, "the cloud in the end", c.standing(), stopped.left)
				sameLists(t, "the state in the end", x.standing(t), stopped.left)
			})
		}
	}
}

// The provider is killed while the one call that changes something is on its way: reading calls change nothing.
func TestCLI_killedProviderLeavesNothingThatTheNextRunDoesNotFind(t *testing.T) {
	t.Parallel()
	for _, noun := range []string{"api-keys", "member", "invitation"} {
		for _, method := range []string{http.MethodPost, http.MethodDelete} {
			for _, when := range []string{simulator.Before, simulator.After} {
				t.Run(fmt.Sprint(noun, "/", method, "/", when), func(t *testing.T) {
					t.Parallel()
					c := startCloud(t).withOthersMaps(t)
					x := c.cli(t).watched(t)
					path, config := "invitations", memberBlock("ana", "ORG_EDITOR")
					switch noun {
					case "api-keys":
						path, config = noun, c.ciKey("ci")
					case "invitation":
						config = strings.Replace(config, "jmapcloud_member", "jmapcloud_invitation", 1)
					}
					x.write(t, config)
					if method == http.MethodDelete {
						x.apply(t, false)
						x.write(t, "")
					}
					state := x.standing(t)
					x.cut(t, c.stopAt(method, path, when), func(*exec.Cmd) { x.signalProviders(t, syscall.SIGKILL) })
					sameLists(t, "the state", x.standing(t), state)
					made := c.standing()

					if noun == "invitation" && method == http.MethodPost && when == simulator.After {
						reads(t, x.plan(t, false), "ana@example.com cannot be invited", "terraform import jmapcloud_invitation.<name> ana@example.com")
						if out, err := x.run(t, "import", "jmapcloud_invitation.ana", ana); err != nil {
							t.Fatal(out)
						}
					}
					left := c.APIKeys()
					again := x.apply(t, false)
					reads(t, x.plan(t, false), "No changes.")
					want := []string{}
					switch {
					case method == http.MethodDelete:
					case noun == "api-keys":
						// The state knows nothing of a key whose creation was killed, and its secret is lost.
						want = append(made, "key ci")
						for _, k := range left {
							reads(t, again, `Warning: The apply will create a SECOND API key "ci"`, k.ID)
						}
					default:
						want = append(want, "ana@example.com is invited as ORG_EDITOR")
						c.mailedNow(t, 1)
					}
					sameLists(t, "the cloud in the end", c.standing(), want)
					if open := c.Sessions().Open; open != 1 {
						t.Errorf("%d sessions are open, and one was killed", open)
					}
				})
			}
		}
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
	reads(t, x.plan(t, false), "No changes.")
	want := []string{"ana@example.com is ORG_EDITOR", "late@example.com is invited as ORG_VIEWER"}
	sameLists(t, "the cloud", c.standing(), want)
	sameLists(t, "the state", x.standing(t), want)
	c.mailedNow(t, 1)
}
