package provider_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// Terraform has actions from version 1.14 on; the tests ask the protocol.

const (
	resendInvitation  = "jmapcloud_resend_invitation"
	transferOwnership = "jmapcloud_transfer_ownership"
)

// invoked runs an action that must succeed, in a walk of its own, and checks what it says.
func (c *cloud) invoked(t *testing.T, typeName string, arguments values, want ...string) {
	t.Helper()
	said, diags := c.walk(t, nil).invoke(t, typeName, arguments)
	diags.mustBeFree(t)
	if !slices.Equal(said, want) {
		t.Errorf("it says\n%s\nwant\n%s", strings.Join(said, "\n"), strings.Join(want, "\n"))
	}
}

func TestResend_pendingInvitationGoesOutAgainAsItWas(t *testing.T) {
	t.Parallel()
	for name, age := range map[string]time.Duration{"pending": 24 * time.Hour, "expired": pastExpiry} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t)
			first := c.invite(t, "Ana@Example.com", "ORG_ADMIN", "es")
			c.Advance(age)
			said, diags := c.walk(t, nil).invoke(t, resendInvitation, values{"email": ana})
			diags.mustBeFree(t)
			second, _ := c.Invitation(ana)
			if second.ID == first.ID || second.Email != first.Email || second.Role != first.Role || second.Language != first.Language || len(c.Invitations()) != 1 {
				t.Errorf("%+v became %+v", first, second)
			}
			c.mailedNow(t, 2)
			want := []string{"Withdrawing the invitation to Ana@Example.com that was sent at ", "Sent an invitation to Ana@Example.com as ORG_ADMIN, in \"es\", good until "}
			if len(said) != 2 || !strings.HasPrefix(said[0], want[0]) || !strings.HasPrefix(said[1], want[1]) {
				t.Errorf("it says %q", said)
			}
		})
	}
}

// An action runs again after a failure: what was sent just now is not sent twice.
func TestResend_mayBeRepeated(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	c.invite(t, ana, "ORG_EDITOR", "en")
	c.Advance(11 * time.Minute)
	again := func(arguments values) {
		t.Helper()
		arguments["email"] = ana
		_, diags := c.walk(t, nil).invoke(t, resendInvitation, arguments)
		diags.mustBeFree(t)
	}
	again(values{})
	c.mailedNow(t, 2)
	c.Advance(9 * time.Minute)
	c.invoked(t, resendInvitation, values{"email": ana}, "The invitation to ana@example.com went out 9 minutes ago: nothing is sent.")
	c.invoked(t, resendInvitation, values{"email": ana, "unless_sent_within": "24h"}, "The invitation to ana@example.com went out 9 minutes ago: nothing is sent.")
	c.mailedNow(t, 2)
	again(values{"unless_sent_within": "5m"})
	again(values{"unless_sent_within": "0s"})
	again(values{"unless_sent_within": "0s"})
	c.mailedNow(t, 5)

	c.Advance(6 * 24 * time.Hour)
	again(values{"unless_sent_within": "168h"}) // only what has expired
	c.mailedNow(t, 5)
	c.Advance(2 * 24 * time.Hour)
	again(values{"unless_sent_within": "168h"})
	c.mailedNow(t, 6)
}

func TestResend_leavesMembersAlone(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	c.addMember(t, ana, "ORG_VIEWER")
	c.ClearRequests()
	c.invoked(t, resendInvitation, values{"email": "ANA@example.com"}, "ana@example.com has accepted and is a member: nothing is sent.")
	c.wroteNow(t)
}

// Between the look and the withdrawal, the person accepts, or another administrator resends.
func TestResend_meetsAnotherHand(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		act  func(*testing.T, *cloud)
		says string
	}{
		"accepted": {func(t *testing.T, c *cloud) { must(t, ignore(c.Accept(ana, "Ana", password))) }, "ana@example.com has accepted meanwhile: nothing is sent."},
		"resent": {func(t *testing.T, c *cloud) {
			must(t, c.WithdrawInvitation(ana))
			c.invite(t, ana, "ORG_EDITOR", "en")
		}, "Sent an invitation to ana@example.com"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t)
			c.invite(t, ana, "ORG_EDITOR", "en")
			c.Advance(time.Hour)
			acted := false
			c.Use(func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.Method == http.MethodDelete && !acted {
						acted = true
						test.act(t, c)
					}
					next.ServeHTTP(w, r)
				})
			})
			said, diags := c.walk(t, nil).invoke(t, resendInvitation, values{"email": ana})
			diags.mustBeFree(t)
			if !strings.HasPrefix(said[len(said)-1], test.says) || !acted {
				t.Errorf("it says %q", said)
			}
			if len(c.Invitations())+len(c.Members()) != 2 {
				t.Errorf("there are %d invitations and %d members", len(c.Invitations()), len(c.Members()))
			}
		})
	}
}

func TestResend_failureSaysWhatTheInvitationWas(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	c.invite(t, ana, "ORG_VIEWER", "fr")
	c.Advance(time.Hour)
	c.Inject(simulator.Fault{Method: http.MethodPost, Path: "/api/ss/rest/v1/organizations/*/invitations", Action: simulator.ActionStatus, Status: http.StatusForbidden})
	_, diags := c.walk(t, nil).invoke(t, resendInvitation, values{"email": ana})
	wants(t, "the error", diags.errors(), "Unable to resend the invitation to ana@example.com", `as ORG_VIEWER in "fr", may have been withdrawn already`, "apply the jmapcloud_member")

	_, diags = c.walk(t, nil).invoke(t, resendInvitation, values{"email": "nobody@example.com"})
	wants(t, "the error", diags.errors(), "No person invited to the organization, and no member of it, has the email nobody@example.com")
	for _, arguments := range []values{{"email": "ana"}, {"email": ana, "unless_sent_within": "-1h"}, {"email": ana, "unless_sent_within": "soon"}} {
		if _, diags = c.walk(t, nil).invoke(t, resendInvitation, arguments); !diags.hasError() {
			t.Errorf("%v is accepted", arguments)
		}
	}
}

// A resource refers to the invitation that the action replaces: the next refresh finds the new one, and the plan is empty.
func TestResend_resourcesFindTheNewInvitation(t *testing.T) {
	t.Parallel()
	for typeName, id := range map[string]string{member: "invitation_id", invitation: "id"} {
		c := startCloud(t)
		config := values{"email": "Ana@Example.com", "role": "ORG_EDITOR", "language": "fr", onExpired[typeName]: "resend"}
		o := c.create(t, typeName, config)
		c.Advance(time.Hour)
		_, diags := c.walk(t, nil).invoke(t, resendInvitation, values{"email": ana})
		diags.mustBeFree(t)
		now := c.refreshed(t, typeName, o)
		sent, _ := c.Invitation(ana)
		if got := now.text(t, id); got != sent.ID || got == o.text(t, id) {
			t.Errorf("%s: the invitation is %s, want %s", typeName, got, sent.ID)
		}
		if now.text(t, "email") != "Ana@Example.com" {
			t.Errorf("%s: the email is %s", typeName, now.text(t, "email"))
		}
		c.mustBeEmpty(t, typeName, o, config)
		c.mailedNow(t, 2)

		// In the same run, too: the provider's process that sent it reads it again.
		w := c.walk(t, nil)
		o, diags = w.read(t, typeName, now)
		diags.mustBeFree(t)
		_, diags = w.invoke(t, resendInvitation, values{"email": ana, "unless_sent_within": "0s"})
		diags.mustBeFree(t)
		o, diags = w.read(t, typeName, o)
		diags.mustBeFree(t)
		if sent, _ = c.Invitation(ana); o.text(t, id) != sent.ID {
			t.Errorf("%s: in the same run the invitation is %s, want %s", typeName, o.text(t, id), sent.ID)
		}
	}
}

// holdings makes ana the owner of two projects, one of them with lead, and of a data source.
func (c *cloud) holdings(t *testing.T) {
	t.Helper()
	c.addMember(t, ana, "ORG_EDITOR")
	c.addMember(t, lead, "ORG_EDITOR")
	_, err := c.AddProject("Street trees", ana)
	must(t, err)
	_, err = c.AddProject("Water mains", ana, lead)
	must(t, err)
	_, err = c.AddProject("Road works", lead)
	must(t, err)
	_, err = c.AddDataSource("Pipes", ana)
	must(t, err)
}

func TestTransfer_givesWhatIsOwnedAndSkipsWhatIsHad(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	c.holdings(t)
	c.ClearRequests()
	c.invoked(t, transferOwnership, values{"from": "ANA@example.com", "to": lead, "dry_run": true},
		`Would make lead@example.com an owner of the project "Street trees".`,
		`Would make lead@example.com an owner of the data source "Pipes".`,
		"lead@example.com would become an owner of 1 project and 1 data source, and owned 1 project already. ANA@example.com remains an owner, too.")
	c.wroteNow(t)
	c.invoked(t, transferOwnership, values{"from": ana, "to": "LEAD@example.com"},
		`Made lead@example.com an owner of the project "Street trees".`,
		`Made lead@example.com an owner of the data source "Pipes".`,
		"lead@example.com has become an owner of 1 project and 1 data source, and owned 1 project already. ana@example.com remains an owner, too.")
	if got := len(c.writes()); got != 2 {
		t.Errorf("%d writes", got)
	}
	c.ClearRequests()
	c.invoked(t, transferOwnership, values{"from": ana, "to": lead}, "lead@example.com owns all that ana@example.com owns already: nothing is changed.")
	c.wroteNow(t)

	// The former owner can go without a successor: nothing is lost.
	must(t, c.RemoveMember(ana, ""))
	for _, p := range c.Projects() {
		if !slices.Equal(p.Owners, []string{lead}) {
			t.Errorf("%v is owned by %v", p.Name, p.Owners)
		}
	}
	if len(c.Projects()) != 3 || len(c.DataSources()) != 1 {
		t.Errorf("%d projects and %d data sources are left", len(c.Projects()), len(c.DataSources()))
	}
	c.ClearRequests()
	said, diags := c.walk(t, nil).invoke(t, transferOwnership, values{"from": ana, "to": lead})
	diags.mustBeFree(t)
	wants(t, "the warning", diags.warnings(), "ana@example.com is neither a member nor an API key of the organization", "Check the spelling of from")
	if want := "ana@example.com owns nothing: nothing is changed."; !slices.Equal(said, []string{want}) {
		t.Errorf("it says %q", said)
	}
	c.wroteNow(t)
}

func TestTransfer_fromAKey(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	c.addMember(t, lead, "ORG_EDITOR")
	key := c.addKey(t, "ci", "ORG_EDITOR", 30)
	_, err := c.AddProject("Imported", key.Email)
	must(t, err)
	c.invoked(t, transferOwnership, values{"from": key.Email, "to": lead},
		`Made lead@example.com an owner of the project "Imported".`,
		fmt.Sprintf("lead@example.com has become an owner of 1 project. %s remains an owner, too.", key.Email))
}

func TestTransfer_onlyToWhoMayOwn(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	c.holdings(t)
	c.addMember(t, other, "ORG_VIEWER")
	c.invite(t, "invited@example.com", "ORG_EDITOR", "en")
	c.ClearRequests()
	for to, says := range map[string]string{
		other:                 "raise their role first",
		"invited@example.com": "An invited person has to accept first",
		"nobody@example.com":  "No active member of the organization has this email",
		" ANA@example.com":    "from and to are the same person",
		"lead":                "is not an email address",
	} {
		_, diags := c.walk(t, nil).invoke(t, transferOwnership, values{"from": ana, "to": to})
		wants(t, to+": the error", diags.errors(), says)
	}
	c.wroteNow(t)
}

// What was handed over before a failure stays, and the next run goes on.
func TestTransfer_goesOnAfterAFailure(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	c.addMember(t, ana, "ORG_EDITOR")
	c.addMember(t, lead, "ORG_EDITOR")
	for n := range 5 {
		_, err := c.AddProject(fmt.Sprintf("Map %d", n), ana)
		must(t, err)
	}
	made := 0
	c.Use(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/permissions") {
				if made++; made == 3 {
					w.Header().Set("Content-Type", "application/json")
					w.WriteHeader(http.StatusForbidden)
					_, _ = w.Write([]byte(`{"message":"Not now."}`))
					return
				}
			}
			next.ServeHTTP(w, r)
		})
	})
	said, diags := c.walk(t, nil).invoke(t, transferOwnership, values{"from": ana, "to": lead})
	wants(t, "the error", diags.errors(), "Unable to hand what ana@example.com owns to lead@example.com", "It stopped at the project \"Map 2\", after 2 of 5 resources", "Run it again for the rest")
	if len(said) != 2 {
		t.Errorf("it says %q", said)
	}
	said, diags = c.walk(t, nil).invoke(t, transferOwnership, values{"from": ana, "to": lead})
	diags.mustBeFree(t)
	if want := "lead@example.com has become an owner of 3 projects, and owned 2 projects already. ana@example.com remains an owner, too."; len(said) != 4 || said[3] != want {
		t.Errorf("it says %q", said)
	}
}

// The answer is lost after the change was made: it counts as made.
func TestTransfer_lostAnswerIsLookedUp(t *testing.T) {
	t.Parallel()
	for name, fault := range lostAnswers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t)
			c.addMember(t, ana, "ORG_EDITOR")
			c.addMember(t, lead, "ORG_EDITOR")
			_, err := c.AddProject("Street trees", ana)
			must(t, err)
			fault.Method, fault.Path, fault.When = http.MethodPost, "/api/mcs/rest/v1/organizations/*/projects/*/permissions", simulator.After
			c.Inject(fault)
			c.invoked(t, transferOwnership, values{"from": ana, "to": lead},
				`Made lead@example.com an owner of the project "Street trees".`,
				"lead@example.com has become an owner of 1 project. ana@example.com remains an owner, too.")
		})
	}
}

func TestTransfer_deletedMeanwhileIsSkipped(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	c.addMember(t, ana, "ORG_EDITOR")
	c.addMember(t, lead, "ORG_EDITOR")
	p, err := c.AddProject("Street trees", ana)
	must(t, err)
	c.Use(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/permissions") {
				_ = c.DeleteProject(p.ID)
			}
			next.ServeHTTP(w, r)
		})
	})
	c.invoked(t, transferOwnership, values{"from": ana, "to": lead}, `Skipped the project "Street trees", which was deleted meanwhile.`,
		"Nothing that ana@example.com owned was left to hand over.")
}

// From Terraform 1.14 on, the same by the CLI: an action runs after a change of a resource.
func TestAccAction_runsAfterAChange(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	c.invite(t, ana, "ORG_EDITOR", "en")
	c.Advance(time.Hour)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories(t),
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_14_0)},
		Steps: []resource.TestStep{{
			Config: c.config(`
action "jmapcloud_resend_invitation" "ana" {
  config {
    email = "ana@example.com"
  }
}

resource "terraform_data" "trigger" {
  lifecycle {
    action_trigger {
      events  = [after_create]
      actions = [action.jmapcloud_resend_invitation.ana]
    }
  }
}
`),
			Check: func(*terraform.State) error {
				if n := len(c.Mails()); n != 2 {
					return fmt.Errorf("%d mails went out", n)
				}
				return nil
			},
		}},
	})
}

// An API key owns things, and cannot be given any.
func TestTransfer_toAnAPIKeySaysWhoItIs(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	c.holdings(t)
	k := c.addKey(t, "ci", "ORG_EDITOR", 30)
	_, diags := c.walk(t, nil).invoke(t, transferOwnership, values{"from": ana, "to": k.Email})
	wants(t, "the error", diags.errors(), `It is the address of the API key "ci"`, "only a member", "Name another member in to")
}
