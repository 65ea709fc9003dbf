package provider_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

func TestAccInvitation_isSent(t *testing.T) {
	c := startCloud(t)
	config := c.config(block(invitation,
		`email      = "Ada@Example.com"`,
		`role       = "ORG_VIEWER"`,
		`language   = "es"`,
		`on_expired = "keep"`))
	imported := resource.TestStep{
		ResourceName: tested(invitation), ImportState: true, ImportStateVerify: true,
		ImportStateVerifyIgnore: []string{"on_expired"}, // it concerns only Terraform: the cloud does not know it
	}
	byEmail := imported
	byEmail.ImportStateId = " ADA@example.com"
	c.inTerraform(t, nil,
		resource.TestStep{
			Config:           config,
			ConfigPlanChecks: action(invitation, plancheck.ResourceActionCreate),
			ConfigStateChecks: []statecheck.StateCheck{
				wholly(invitation, map[string]knownvalue.Check{ // member_id is null
					"id":         c.ofInvitation(ada, invitationID),
					"email":      is("Ada@Example.com"),
					"role":       is("ORG_VIEWER"),
					"language":   is("es"),
					"on_expired": is("keep"),
					"status":     is("PENDING"),
					"link":       c.ofInvitation(ada, invitationLink),
					"invited_by": is(c.Account().Username),
					"created_at": c.ofInvitation(ada, invitationSent),
					"expires_at": c.ofInvitation(ada, invitationEnd),
				}),
				statecheck.ExpectSensitiveValue(tested(invitation), tfjsonpath.New("link")),
				c.wrote("POST invitations"),
				c.mailed(1),
				happens(func() error {
					if m := c.Mails()[0]; m.To != "Ada@Example.com" || m.Language != "es" {
						return fmt.Errorf("the mail is %+v", m)
					}
					return nil
				}),
			},
		},
		resource.TestStep{
			Config:            config,
			ConfigPlanChecks:  plans(plancheck.ExpectEmptyPlan()),
			ConfigStateChecks: []statecheck.StateCheck{c.wrote(), c.mailed(1)},
		},
		imported,
		byEmail,
		resource.TestStep{
			ResourceName: tested(invitation), ImportState: true, ImportStateId: "nobody@example.com",
			ExpectError: says("in the organization has the email nobody@example.com"),
		},
		resource.TestStep{
			ResourceName: tested(invitation), ImportState: true, ImportStateId: "no-such-id",
			ExpectError: says(`in the organization has the id "no-such-id"`),
		},
	)
}

func TestAccInvitation_defaults(t *testing.T) {
	c := startCloud(t)
	c.inTerraform(t, nil, resource.TestStep{
		Config: c.config(block(invitation, `email = "ada@example.com"`, `role = "ORG_VIEWER"`)),
		ConfigStateChecks: []statecheck.StateCheck{
			attribute(invitation, "language", is("en")),
			attribute(invitation, "on_expired", is("resend")),
			c.wrote("POST invitations"),
		},
	})
}

// An import block plans the import and nothing else, whichever key names the invitation.
func TestAccInvitation_importBlockChangesNothing(t *testing.T) {
	c := startCloud(t)
	config := c.config(block(invitation, `email = "ada@example.com"`, `role = "ORG_VIEWER"`))
	c.inTerraform(t, nil,
		resource.TestStep{Config: config},
		resource.TestStep{
			Config: config, ResourceName: tested(invitation), ImportState: true, ImportStateKind: resource.ImportBlockWithID,
			ImportStateIdFunc: func(*terraform.State) (string, error) { return c.Invitations()[0].ID, nil },
		},
		resource.TestStep{
			Config: config, ResourceName: tested(invitation), ImportState: true, ImportStateKind: resource.ImportBlockWithID,
			ImportStateId: "Ada@EXAMPLE.com",
		},
	)
}

// An invitation sent in the portal stays as it is when the configuration says the same, in a spelling of its own.
func TestAccInvitation_isImportedAndThePlanIsEmpty(t *testing.T) {
	c := startCloud(t)
	sent := c.invite(t, ada, "ORG_EDITOR", "fr")
	c.inTerraform(t, nil, resource.TestStep{
		Config: c.config(block(invitation, `email = "Ada@example.com"`, `role = "ORG_EDITOR"`, `language = "fr"`) +
			fmt.Sprintf("import {\n  to = jmapcloud_invitation.test\n  id = %q\n}\n", sent.ID)),
		ConfigPlanChecks:  action(invitation, plancheck.ResourceActionNoop),
		ConfigStateChecks: []statecheck.StateCheck{attribute(invitation, "id", is(sent.ID)), c.wrote(), c.mailed(1)},
	})
}

func TestAccInvitation_isReplacedByAnotherEmailRoleOrLanguage(t *testing.T) {
	c := startCloud(t)
	of := func(email, role, language string) string {
		return c.config(block(invitation, fmt.Sprintf("email = %q", email), fmt.Sprintf("role = %q", role), fmt.Sprintf("language = %q", language)))
	}
	replaced := func(email, role, language string, mails int) resource.TestStep {
		return resource.TestStep{
			Config:           of(email, role, language),
			ConfigPlanChecks: action(invitation, plancheck.ResourceActionDestroyBeforeCreate),
			ConfigStateChecks: []statecheck.StateCheck{
				attribute(invitation, "id", c.ofInvitation(email, invitationID)),
				c.wrote("DELETE invitations", "POST invitations"),
				c.mailed(mails),
				happens(func() error {
					if sent := c.Invitations(); len(sent) != 1 || sent[0].Email != email || sent[0].Role != role || sent[0].Language != language {
						return fmt.Errorf("the cloud has the invitations %+v", sent)
					}
					return nil
				}),
			},
		}
	}
	c.inTerraform(t, nil,
		resource.TestStep{
			Config:            of(ada, "ORG_VIEWER", "en"),
			ConfigStateChecks: []statecheck.StateCheck{c.wrote("POST invitations")},
		},
		replaced(grace, "ORG_VIEWER", "en", 2),
		replaced(grace, "ORG_ADMIN", "en", 3),
		replaced(grace, "ORG_ADMIN", "fr", 4),
	)
}

func TestAccInvitation_onExpiredIsUpdatedInPlace(t *testing.T) {
	c := startCloud(t)
	of := func(more ...string) string {
		return c.config(block(invitation, append([]string{`email = "ada@example.com"`, `role = "ORG_VIEWER"`}, more...)...))
	}
	changed := func(want string, more ...string) resource.TestStep {
		return resource.TestStep{
			Config:           of(more...),
			ConfigPlanChecks: action(invitation, plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{
				attribute(invitation, "on_expired", is(want)),
				attribute(invitation, "id", c.ofInvitation(ada, invitationID)),
				c.wrote(),
				c.mailed(1),
			},
		}
	}
	c.inTerraform(t, nil,
		resource.TestStep{Config: of(), ConfigStateChecks: []statecheck.StateCheck{c.wrote("POST invitations")}},
		changed("keep", `on_expired = "keep"`),
		changed("resend"),
	)
}

func TestAccInvitation_spellingOfAnEmailIsNoChange(t *testing.T) {
	c := startCloud(t)
	spelled := func(email string) string {
		return c.config(block(invitation, fmt.Sprintf("email = %q", email), `role = "ORG_VIEWER"`))
	}
	c.inTerraform(t, nil,
		resource.TestStep{
			Config: spelled(" Ada+Maps@münchen.example"),
			ConfigStateChecks: []statecheck.StateCheck{
				attribute(invitation, "email", is(" Ada+Maps@münchen.example")),
				c.wrote("POST invitations"),
			},
		},
		resource.TestStep{
			Config:           spelled("ada+maps@xn--mnchen-3ya.example "),
			ConfigPlanChecks: plans(plancheck.ExpectEmptyPlan()),
			ConfigStateChecks: []statecheck.StateCheck{
				attribute(invitation, "email", is(" Ada+Maps@münchen.example")),
				c.wrote(),
				c.mailed(1),
			},
		},
	)
}

func TestAccInvitation_isPlannedAnewWhenItDisappears(t *testing.T) {
	c := startCloud(t)
	c.inTerraform(t, nil, resource.TestStep{
		Config:             c.config(block(invitation, `email = "ada@example.com"`, `role = "ORG_VIEWER"`)),
		ConfigStateChecks:  []statecheck.StateCheck{happens(func() error { return c.WithdrawInvitation(ada) })},
		ExpectNonEmptyPlan: true,
		ConfigPlanChecks: resource.ConfigPlanChecks{
			PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectResourceAction(tested(invitation), plancheck.ResourceActionCreate)},
		},
	})
}

// An invitation cannot be changed in the portal, but withdrawn and sent with another role.
func TestAccInvitation_driftIsPutRight(t *testing.T) {
	c := startCloud(t)
	config := c.config(block(invitation, `email = "ada@example.com"`, `role = "ORG_VIEWER"`))
	c.inTerraform(t, nil,
		resource.TestStep{Config: config, ConfigStateChecks: []statecheck.StateCheck{c.wrote("POST invitations")}},
		resource.TestStep{
			PreConfig: func() {
				must(t, c.WithdrawInvitation(ada))
				c.invite(t, ada, "ORG_VIEWER", "en")
			},
			Config:           config,
			ConfigPlanChecks: plans(plancheck.ExpectEmptyPlan()),
			ConfigStateChecks: []statecheck.StateCheck{
				attribute(invitation, "id", c.ofInvitation(ada, invitationID)),
				c.wrote(),
				c.mailed(2),
			},
		},
		resource.TestStep{
			PreConfig: func() {
				must(t, c.WithdrawInvitation(ada))
				c.invite(t, ada, "ORG_ADMIN", "en")
			},
			Config:           config,
			ConfigPlanChecks: action(invitation, plancheck.ResourceActionDestroyBeforeCreate),
			ConfigStateChecks: []statecheck.StateCheck{
				attribute(invitation, "role", is("ORG_VIEWER")),
				attribute(invitation, "id", c.ofInvitation(ada, invitationID)),
				c.wrote("DELETE invitations", "POST invitations"),
				c.mailed(4),
			},
		},
	)
}

// Once accepted it has served its purpose: it stays in the state, whatever becomes of the member, and is not sent again.
func TestAccInvitation_acceptedIsNotSentAgain(t *testing.T) {
	c := startCloud(t)
	config := c.config(block(invitation, `email = "Ada@example.com"`, `role = "ORG_VIEWER"`, `language = "fr"`))
	var sent simulator.Invitation
	var accepted simulator.Member
	exactly := func(want func() string) knownvalue.Check {
		return knownvalue.StringFunc(func(got string) error {
			if got != want() {
				return fmt.Errorf("got %q, want %q", got, want())
			}
			return nil
		})
	}
	stays := []statecheck.StateCheck{
		wholly(invitation, map[string]knownvalue.Check{ // the link is dead, so it is null
			"id":         exactly(func() string { return sent.ID }),
			"email":      is("Ada@example.com"),
			"role":       is("ORG_VIEWER"),
			"language":   is("fr"),
			"on_expired": is("resend"),
			"status":     is("ACCEPTED"),
			"invited_by": is(c.Account().Username),
			"created_at": exactly(func() string { return invitationSent(sent) }),
			"expires_at": exactly(func() string { return invitationEnd(sent) }),
			"member_id":  exactly(func() string { return accepted.ID }),
		}),
		c.wrote(),
		c.mailed(1),
	}
	c.inTerraform(t, nil,
		resource.TestStep{
			Config: config,
			ConfigStateChecks: []statecheck.StateCheck{
				c.wrote("POST invitations"),
				happens(func() error { sent, _ = c.Invitation(ada); return nil }),
			},
		},
		resource.TestStep{
			PreConfig: func() {
				c.accept(t, ada)
				accepted, _ = c.Member(ada)
			},
			Config:            config,
			ConfigPlanChecks:  plans(plancheck.ExpectEmptyPlan()),
			ConfigStateChecks: stays,
		},
		resource.TestStep{ // promoted, and past the day when the invitation would have run out
			PreConfig: func() {
				must(t, c.SetRole(ada, "ORG_ADMIN"))
				c.Advance(pastExpiry)
			},
			Config:            config,
			ConfigPlanChecks:  plans(plancheck.ExpectEmptyPlan()),
			ConfigStateChecks: stays,
		},
		resource.TestStep{
			PreConfig:         func() { must(t, c.RemoveMember(ada, "")) },
			Config:            config,
			ConfigPlanChecks:  plans(plancheck.ExpectEmptyPlan()),
			ConfigStateChecks: stays,
		},
	)
}

func TestAccInvitation_destroyOfAnAcceptedOneLeavesTheMember(t *testing.T) {
	c := startCloud(t)
	c.inTerraform(t, []string{ada}, resource.TestStep{
		Config: c.config(block(invitation, `email = "ada@example.com"`, `role = "ORG_VIEWER"`)),
		ConfigStateChecks: []statecheck.StateCheck{happens(func() error {
			_, err := c.Accept(ada, "Ada", password)
			return err
		})},
	})
}

func TestInvitation_destroyWithdrawsUntilItIsAccepted(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		between func(*testing.T, *cloud)
		status  string
		writes  []string
		left    []string
	}{
		{"pending", func(*testing.T, *cloud) {}, "PENDING", []string{"DELETE invitations"}, nil},
		{"expired", func(_ *testing.T, c *cloud) { c.Advance(pastExpiry) }, "EXPIRED", []string{"DELETE invitations"}, nil},
		{"accepted", func(t *testing.T, c *cloud) { c.accept(t, ada) }, "ACCEPTED", nil, []string{ada}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t)
			o := c.create(t, invitation, values{"email": ada, "role": "ORG_EDITOR"})
			test.between(t, c)
			o = c.refreshed(t, invitation, o)
			if got := o.text(t, "status"); got != test.status {
				t.Fatalf("status is %s", got)
			}
			c.written()
			p := c.walk(t, nil).plan(t, invitation, o, nil)
			p.diags.mustBeFree(t)
			_, diags := c.walk(t, nil).apply(t, p)
			diags.mustBeFree(t)
			c.wroteNow(t, test.writes...)
			must(t, c.isLeftWith(test.left...))

			// What is gone already is no error.
			_, diags = c.walk(t, nil).apply(t, p)
			diags.mustBeFree(t)
			must(t, c.isLeftWith(test.left...))
		})
	}
}

// A person may accept at any moment between a plan and its apply, and remains a member.
func TestInvitation_isAcceptedBetweenPlanAndApply(t *testing.T) {
	t.Parallel()
	config := values{"email": ada, "role": "ORG_VIEWER", "language": "en", "on_expired": "resend"}

	t.Run("of a create", func(t *testing.T) {
		t.Parallel()
		c := startCloud(t)
		c.invite(t, ada, "ORG_VIEWER", "en")
		p := c.walk(t, nil).plan(t, invitation, object{}, config)
		p.diags.mustBeFree(t)
		c.accept(t, ada)
		_, diags := c.walk(t, nil).apply(t, p)
		wants(t, "the error", diags.errors(), "Unable to invite ada@example.com", "jmapcloud_member resource, which adopts them")
		c.mailedNow(t, 1)
	})

	t.Run("of a change that concerns only Terraform", func(t *testing.T) {
		t.Parallel()
		c := startCloud(t)
		o := c.create(t, invitation, config)
		kept := maps.Clone(config)
		kept["on_expired"] = "keep"
		p := c.walk(t, nil).plan(t, invitation, o, kept)
		p.diags.mustBeFree(t)
		c.accept(t, ada)
		c.written()
		o, diags := c.walk(t, nil).apply(t, p)
		diags.mustBeFree(t)
		c.wroteNow(t)
		if got := c.refreshed(t, invitation, o).text(t, "status"); got != "ACCEPTED" {
			t.Errorf("status is %s", got)
		}
		c.mustBeEmpty(t, invitation, o, kept)
	})

	// An expired invitation cannot be accepted, but a newer one of the portal's.
	for _, test := range []struct {
		name      string
		overtaken func(*testing.T, *cloud)
		status    string
		mails     int
	}{
		{"withdrawn, sent again and accepted", func(t *testing.T, c *cloud) {
			must(t, c.WithdrawInvitation(ada))
			c.invite(t, ada, "ORG_VIEWER", "en")
			c.accept(t, ada)
		}, "ACCEPTED", 2},
		{"sent again beside it and accepted", func(t *testing.T, c *cloud) {
			c.invite(t, ada, "ORG_VIEWER", "en")
			c.accept(t, ada)
		}, "ACCEPTED", 2},
		{"sent again beside it with another role", func(t *testing.T, c *cloud) {
			c.invite(t, ada, "ORG_ADMIN", "en")
		}, "PENDING", 3},
		{"withdrawn", func(t *testing.T, c *cloud) { must(t, c.WithdrawInvitation(ada)) }, "PENDING", 2},
	} {
		t.Run("of a second sending, "+test.name, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t)
			o := c.create(t, invitation, config)
			c.Advance(pastExpiry)
			p := c.walk(t, nil).plan(t, invitation, c.refreshed(t, invitation, o), config)
			p.diags.mustBeFree(t)
			test.overtaken(t, c)
			o, diags := c.walk(t, nil).apply(t, p)
			diags.mustBeFree(t)
			c.mailedNow(t, test.mails)
			if m, _ := c.Member(ada); o.text(t, "status") != test.status || o.text(t, "member_id") != m.ID {
				t.Errorf("the state is %s", o.value)
			}
			c.mustBeEmpty(t, invitation, o, config)
		})
	}

	t.Run("of a second sending, while the old one is withdrawn", func(t *testing.T) {
		t.Parallel()
		c := startCloud(t)
		o := c.create(t, invitation, config)
		c.Advance(pastExpiry)
		p := c.walk(t, nil).plan(t, invitation, c.refreshed(t, invitation, o), config)
		p.diags.mustBeFree(t)
		c.Advance(-pastExpiry)
		c.Use(acceptingFirst(c))
		o, diags := c.walk(t, nil).apply(t, p)
		diags.mustBeFree(t)
		c.mailedNow(t, 1)
		if got := o.text(t, "status"); got != "ACCEPTED" {
			t.Errorf("status is %s", got)
		}
		c.mustBeEmpty(t, invitation, o, config)
	})

	t.Run("of a destroy", func(t *testing.T) {
		t.Parallel()
		c := startCloud(t)
		o := c.create(t, invitation, config)
		p := c.walk(t, nil).plan(t, invitation, o, nil)
		p.diags.mustBeFree(t)
		c.accept(t, ada)
		_, diags := c.walk(t, nil).apply(t, p)
		diags.mustBeFree(t)
		must(t, c.isLeftWith(ada))
	})
}

// An expired invitation stays listed, and the portal can send another beside it. What counts is the latest.
func TestInvitation_expiredIsOvertakenByANewerOne(t *testing.T) {
	t.Parallel()
	config := values{"email": ada, "role": "ORG_VIEWER", "language": "en", "on_expired": "resend"}
	for _, test := range []struct {
		name   string
		accept bool
		status string
	}{
		{"pending", false, "PENDING"},
		{"accepted", true, "ACCEPTED"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t)
			o := c.create(t, invitation, config)
			c.Advance(pastExpiry)
			o = c.refreshed(t, invitation, o)
			newer := c.invite(t, ada, "ORG_VIEWER", "en")
			if test.accept {
				c.accept(t, ada)
			}
			c.written()
			o = c.refreshed(t, invitation, o)
			if got := o.text(t, "status"); got != test.status {
				t.Errorf("status is %s", got)
			}
			if !test.accept && o.text(t, "id") != newer.ID {
				t.Errorf("the state has the invitation %s, want %s", o.text(t, "id"), newer.ID)
			}
			c.mustBeEmpty(t, invitation, o, config)
			c.wroteNow(t)
			c.mailedNow(t, 2)
		})
	}
}

func TestAccInvitation_expiredIsSentAgain(t *testing.T) {
	c := startCloud(t)
	config := c.config(block(invitation, `email = "ada@example.com"`, `role = "ORG_VIEWER"`))
	c.inTerraform(t, nil,
		resource.TestStep{Config: config, ConfigStateChecks: []statecheck.StateCheck{c.wrote("POST invitations")}},
		resource.TestStep{
			PreConfig:        func() { c.Advance(pastExpiry) },
			Config:           config,
			ConfigPlanChecks: action(invitation, plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{
				wholly(invitation, map[string]knownvalue.Check{
					"id":         c.ofInvitation(ada, invitationID),
					"email":      is(ada),
					"role":       is("ORG_VIEWER"),
					"language":   is("en"),
					"on_expired": is("resend"),
					"status":     is("PENDING"),
					"link":       c.ofInvitation(ada, invitationLink),
					"invited_by": is(c.Account().Username),
					"created_at": c.ofInvitation(ada, invitationSent),
					"expires_at": c.ofInvitation(ada, invitationEnd),
				}),
				c.wrote("DELETE invitations", "POST invitations"),
				c.mailed(2),
			},
		},
	)
}

func TestAccInvitation_expiredIsKept(t *testing.T) {
	c := startCloud(t)
	config := c.config(block(invitation, `email = "ada@example.com"`, `role = "ORG_VIEWER"`, `on_expired = "keep"`))
	c.inTerraform(t, nil,
		resource.TestStep{Config: config, ConfigStateChecks: []statecheck.StateCheck{c.wrote("POST invitations")}},
		resource.TestStep{
			PreConfig:        func() { c.Advance(pastExpiry) },
			Config:           config,
			ConfigPlanChecks: plans(plancheck.ExpectEmptyPlan()),
			ConfigStateChecks: []statecheck.StateCheck{
				attribute(invitation, "status", is("EXPIRED")),
				c.wrote(),
				c.mailed(1),
			},
		},
	)
}

// What a plan says to the user about an expired invitation, which the CLI's test library does not show.
func TestInvitation_planSaysSinceWhenItHasExpired(t *testing.T) {
	t.Parallel()
	for policy, warning := range map[string][]string{
		"resend": {"The invitation to ada@example.com has expired and will be sent again", `on_expired = "keep"`},
		"keep":   {"The invitation to ada@example.com has expired", "stays as it is", `on_expired is "keep"`, `"resend"`},
	} {
		t.Run(policy, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t)
			config := values{"email": ada, "role": "ORG_VIEWER", "language": "en", "on_expired": policy}
			o := c.create(t, invitation, config)
			p := c.walk(t, nil).plan(t, invitation, c.refreshed(t, invitation, o), config)
			wants(t, "the warning while it is pending", p.diags.warnings())

			end := invitationEnd(c.Invitations()[0])
			c.Advance(pastExpiry)
			p = c.walk(t, nil).plan(t, invitation, c.refreshed(t, invitation, o), config)
			p.diags.mustBeFree(t)
			wants(t, "the warning", p.diags.warnings(), append(warning, "It expired at "+end)...)
			if p.isEmpty() != (policy == "keep") || p.replace {
				t.Errorf("the plan is %s", p.proposed)
			}
		})
	}
}

// Nobody is invited twice, and the error says what to do instead.
func TestAccInvitation_refusesWhoIsThereAlready(t *testing.T) {
	c := startCloud(t)
	c.addMember(t, ada, "ORG_VIEWER")
	c.invite(t, grace, "ORG_VIEWER", "en")
	of := func(email string) string {
		return c.config(block(invitation, fmt.Sprintf("email = %q", email), `role = "ORG_VIEWER"`))
	}
	c.inTerraform(t, nil,
		resource.TestStep{Config: of(ada), ExpectError: says("use a jmapcloud_member resource, which adopts them")},
		resource.TestStep{Config: of(grace), ExpectError: says("terraform import jmapcloud_invitation.<name> grace@example.com")},
	)
	c.mailedNow(t, 1)
	if writes := slices.DeleteFunc(c.writes(), func(r simulator.Request) bool { return r.Status == 409 }); len(writes) > 0 {
		t.Errorf("written: %v", writes)
	}
}

func TestAccInvitation_refusesWhatIsNotValid(t *testing.T) {
	c := startCloud(t)
	var steps []resource.TestStep
	for _, test := range []struct {
		arguments []string
		says      string
	}{
		{[]string{`email = "ada@example.com\r\nBcc: eve@example.com"`, `role = "ORG_VIEWER"`}, "contains a line break or another control character"},
		{[]string{`email = "Ada <ada@example.com>"`, `role = "ORG_VIEWER"`}, "without a display name or brackets"},
		{[]string{`email = "ada"`, `role = "ORG_VIEWER"`}, "is not an email address"},
		{[]string{`email = "` + strings.Repeat("a", 250) + `@example.com"`, `role = "ORG_VIEWER"`}, "is longer than 254 bytes"},
		{[]string{`email = ""`, `role = "ORG_VIEWER"`}, "is not an email address"},
		{[]string{`email = "ada@example.com"`, `role = "SYS_ADMIN"`}, `Attribute role value must be one of`},
		{[]string{`email = "ada@example.com"`, `role = "ORG_VIEWER"`, `language = "EN"`}, `Attribute language value must be one of`},
		{[]string{`email = "ada@example.com"`, `role = "ORG_VIEWER"`, `on_expired = ""`}, `Attribute on_expired value must be one of`},
		{[]string{`email = "ada@example.com"`}, `The argument "role" is required`},
		{[]string{`role = "ORG_VIEWER"`}, `The argument "email" is required`},
	} {
		steps = append(steps, resource.TestStep{Config: c.config(block(invitation, test.arguments...)), ExpectError: says(test.says)})
	}
	c.inTerraform(t, nil, steps...)
	if sent := c.Requests(); len(sent) > 0 {
		t.Errorf("the cloud was asked: %v", sent)
	}
}

// Values from another resource are unknown while Terraform plans.
func TestAccInvitation_takesValuesThatAreKnownAfterApply(t *testing.T) {
	c := startCloud(t)
	from := func(email, role, language string) string {
		return c.config(fmt.Sprintf("resource \"terraform_data\" \"from\" {\n  input = [%q, %q, %q]\n}\n", email, role, language) +
			block(invitation, "email = terraform_data.from.output[0]", "role = terraform_data.from.output[1]", "language = terraform_data.from.output[2]"))
	}
	sent := func(email, role, language string, writes ...string) []statecheck.StateCheck {
		return []statecheck.StateCheck{
			attribute(invitation, "email", is(email)),
			attribute(invitation, "role", is(role)),
			attribute(invitation, "language", is(language)),
			attribute(invitation, "id", c.ofInvitation(email, invitationID)),
			c.wrote(writes...),
		}
	}
	c.inTerraform(t, nil,
		resource.TestStep{
			Config: from(ada, "ORG_VIEWER", "fr"),
			ConfigPlanChecks: plans(
				plancheck.ExpectUnknownValue(tested(invitation), tfjsonpath.New("email")),
				plancheck.ExpectUnknownValue(tested(invitation), tfjsonpath.New("role")),
				plancheck.ExpectUnknownValue(tested(invitation), tfjsonpath.New("language")),
			),
			ConfigStateChecks: sent(ada, "ORG_VIEWER", "fr", "POST invitations"),
		},
		resource.TestStep{
			Config:            from(grace, "ORG_EDITOR", "es"),
			ConfigPlanChecks:  action(invitation, plancheck.ResourceActionDestroyBeforeCreate),
			ConfigStateChecks: sent(grace, "ORG_EDITOR", "es", "DELETE invitations", "POST invitations"),
		},
	)
}

func TestAccInvitation_isOneOfMany(t *testing.T) {
	c := startCloud(t)
	guests := func(n int) string {
		var emails []string
		for i := range n {
			emails = append(emails, fmt.Sprintf("%q", fmt.Sprintf("Guest%d@example.com", i)))
		}
		return c.config("resource \"jmapcloud_invitation\" \"guests\" {\n  for_each = toset([" + strings.Join(emails, ", ") +
			"])\n  email    = each.key\n  role     = \"ORG_VIEWER\"\n}\n")
	}
	c.inTerraform(t, nil,
		resource.TestStep{
			Config: guests(10),
			ConfigStateChecks: []statecheck.StateCheck{
				c.wrote(slices.Repeat([]string{"POST invitations"}, 10)...),
				happens(func() error {
					for i := range 5 {
						if _, err := c.Accept(fmt.Sprintf("guest%d@example.com", i), "Guest", password); err != nil {
							return err
						}
					}
					return nil
				}),
			},
		},
		resource.TestStep{
			Config:            guests(10),
			ConfigPlanChecks:  plans(plancheck.ExpectEmptyPlan()),
			ConfigStateChecks: []statecheck.StateCheck{c.wrote(), c.mailed(10)},
		},
		resource.TestStep{ // the library cannot destroy what for_each made, so this step does
			Config: guests(0),
			ConfigStateChecks: []statecheck.StateCheck{
				c.wrote(slices.Repeat([]string{"DELETE invitations"}, 5)...),
				happens(func() error {
					return c.isLeftWith("Guest0@example.com", "Guest1@example.com", "Guest2@example.com", "Guest3@example.com", "Guest4@example.com")
				}),
			},
		},
	)
}
