package provider_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// speaking is a cloud in these dialects.
func speaking(t *testing.T, dialects ...string) *foreignCloud {
	t.Helper()
	c := startForeignCloud(t)
	must(t, c.Speak(dialects...))
	c.ClearRequests()
	return c
}

// posts counts the creations of a noun.
func (c *foreignCloud) posts(noun string) (n int) {
	for _, r := range c.Requests() {
		if r.Method == http.MethodPost && strings.HasSuffix(r.Path, "/"+noun) {
			n++
		}
	}
	return n
}

// refuseDeletions makes the cloud refuse to delete anything of a noun.
func (c *foreignCloud) refuseDeletions(noun string) {
	c.Inject(simulator.Fault{
		Method: http.MethodDelete, Path: "/api/ss/rest/v1/organizations/*/" + noun + "/*", Times: -1,
		Action: simulator.ActionStatus, Status: http.StatusForbidden, Body: `{"message":"Not today."}`,
	})
}

func TestAnswers_whatCannotBeDeletedAgainIsNamed(t *testing.T) {
	t.Parallel()
	c := speaking(t, "key-role-ignored", "invitation-role-ignored")
	c.refuseDeletions("api-keys")
	c.refuseDeletions("invitations")
	r := c.run(t, apiKey, object{}, values{"name": "ci", "role": "ORG_VIEWER", "expires_at": c.inDays(30)}, nil)
	wants(t, "the error", r.errors, `role: asked for "ORG_VIEWER", got "ORG_EDITOR"`, c.onlyKey(t).ID, "is still there", "Not today", "in the portal, Organization > API Keys")
	r = c.run(t, invitation, object{}, values{"email": ada, "role": "ORG_VIEWER"}, nil)
	i, _ := c.Invitation(ada)
	wants(t, "the error", r.errors, `role: asked for "ORG_VIEWER", got "ORG_EDITOR"`, i.ID, "is still there", "Not today", "in the portal, Organization > Invitations")
}

// An upsert would answer with what is there: it is not for the provider to delete.
func TestAnswers_whatWasThereBeforeIsNotDeleted(t *testing.T) {
	t.Parallel()
	c := speaking(t)
	k := c.addKey(t, "ci", "ORG_EDITOR", 30)
	c.Advance(pastExpiry)
	c.Inject(simulator.Fault{
		Method: http.MethodPost, Path: "/api/ss/rest/v1/organizations/*/api-keys", Action: simulator.ActionStatus, Status: http.StatusOK,
		Body: fmt.Sprintf(`{"message":"OK","result":{"id":%q,"title":"ci","roles":["ORG_EDITOR"],"email":"x@apikey.jmapcloud.io","apiKey":"a-secret-of-another-key","createdBy":"x","expirationDate":"2030-01-01T00:00:00Z","creationDate":%q}}`,
			k.ID, c.Now().Add(-pastExpiry).UTC().Format("2006-01-02T15:04:05Z")),
	})
	r := c.run(t, apiKey, object{}, values{"name": "ci", "role": "ORG_VIEWER", "expires_at": c.inDays(30)}, nil)
	wants(t, "the error", r.errors, `role: asked for "ORG_VIEWER", got "ORG_EDITOR"`, "it was there before, so it is not deleted")
	if c.onlyKey(t).ID != k.ID {
		t.Error("the key is gone")
	}
}

// The cloud would give no secret the second time either.
func TestAnswers_keyWithoutItsSecretIsMadeOnce(t *testing.T) {
	t.Parallel()
	for name, dialects := range map[string][]string{"with an id": {"key-secret-missing"}, "of another role": {"key-secret-missing", "key-role-ignored"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := speaking(t, dialects...)
			r := c.run(t, apiKey, object{}, values{"name": "ci", "role": "ORG_VIEWER", "expires_at": c.inDays(30)}, nil)
			wants(t, "the error", r.errors, "is deleted again", "Make the key in the portal, which shows its secret")
			w := c.walk(t, nil)
			defer w.factory.Close(context.Background())
			_, diags := w.open(t, apiKey, values{"name": "ci", "role": "ORG_EDITOR"})
			wants(t, "the error", diags.errors(), "is deleted again")
			if n := c.posts("api-keys"); n != 2 || len(c.APIKeys()) != 0 {
				t.Errorf("%d keys were made, and %d are left", n, len(c.APIKeys()))
			}
		})
	}
}

// An organization is never deleted without being asked to: the id could be another's.
func TestAnswers_organizationOfAnotherNameIsNotDeleted(t *testing.T) {
	t.Parallel()
	c := speaking(t)
	id := c.Account().OrganizationID
	c.Inject(simulator.Fault{
		Method: http.MethodPost, Path: "/api/ss/rest/v1/organizations", Action: simulator.ActionStatus, Status: http.StatusCreated,
		Body: fmt.Sprintf(`{"message":"OK","result":{"id":%q,"name":"Simulated Organization","active":true,"createdBy":"x","creationDate":"2026-01-01T00:00:00Z"}}`, id),
	})
	r := c.run(t, organization, object{}, values{"name": "Roads", "deletion_protection": true}, nil)
	wants(t, "the error", r.errors, `name: asked for "Roads", got "Simulated Organization"`, "The organization is not deleted again", "terraform import jmapcloud_organization.<name> "+id)
	if len(c.Organizations()) != 1 {
		t.Error(c.Organizations())
	}
}

// What an invitation was replaced by is not sent; the error says that the person has none any more.
func TestAnswers_invitationThatCannotBeReplacedIsSaidToBeWithdrawn(t *testing.T) {
	t.Parallel()
	c := speaking(t)
	config := values{"email": ada, "role": "ORG_EDITOR", "language": "en", "on_expired_invitation": "resend"}
	o := c.run(t, member, object{}, config, nil).object
	must(t, c.Speak("invitation-role-ignored"))
	config["role"] = "ORG_VIEWER"
	r := c.run(t, member, o, config, nil)
	wants(t, "the error", r.errors, `role: asked for "ORG_VIEWER", got "ORG_EDITOR"`, "is deleted again", `The earlier invitation to ada@example.com, as ORG_EDITOR in "en", is withdrawn`)
	if len(c.Invitations()) != 0 {
		t.Error(c.Invitations())
	}
}

// The cloud takes a second invitation for a replacement of the first, or invites a member: the provider does not ask it to.
func TestInvitation_isNotSentToWhoIsThereAlready(t *testing.T) {
	t.Parallel()
	for dialect, prepare := range map[string]func(*testing.T, *foreignCloud){
		"second-invitation-replaces": func(t *testing.T, c *foreignCloud) { c.invite(t, ada, "ORG_VIEWER", "en") },
		"members-can-be-invited":     func(t *testing.T, c *foreignCloud) { c.addMember(t, ada, "ORG_VIEWER") },
	} {
		c := speaking(t, dialect)
		prepare(t, c)
		before := fmt.Sprint(c.Invitations(), c.Members(), c.Mails())
		p := c.walk(t, nil).plan(t, invitation, object{}, values{"email": ada, "role": "ORG_ADMIN"})
		wants(t, "the warning", p.diags.warnings(), ada+" cannot be invited")
		_, diags := c.walk(t, nil).apply(t, p)
		wants(t, "the error", diags.errors(), "already has something that this collides with", "terraform import jmapcloud_invitation.<name> "+ada)
		if after := fmt.Sprint(c.Invitations(), c.Members(), c.Mails()); after != before {
			t.Errorf("%s: the cloud has %s, and had %s", dialect, after, before)
		}
	}
}

// An expired invitation that the cloud deletes by itself is expired, and not withdrawn by a person.
func TestExpiry_ofAnInvitationThatVanishes(t *testing.T) {
	t.Parallel()
	for _, typeName := range []string{member, invitation} {
		for policy, mails := range map[string]int{"keep": 1, "resend": 2} {
			t.Run(typeName+"/"+policy, func(t *testing.T) {
				t.Parallel()
				c := speaking(t, "expired-invitations-vanish")
				config := values{"email": ada, "role": "ORG_VIEWER", "language": "en", onExpired[typeName]: policy}
				o := c.run(t, typeName, object{}, config, nil).object
				c.Advance(pastExpiry)
				r := c.run(t, typeName, o, config, nil)
				wants(t, "the error", r.errors)
				wants(t, "the warning", r.warnings, "The invitation to ada@example.com has expired")
				if strings.Contains(r.warnings, "Gone") {
					t.Error(r.warnings)
				}
				again := c.run(t, typeName, r.object, config, nil)
				wants(t, "the error", again.errors)
				if !again.nothing || len(c.Mails()) != mails {
					t.Errorf("there is nothing to do: %v, after %d mails", again.nothing, len(c.Mails()))
				}
				if gone := c.run(t, typeName, again.object, nil, nil); gone.errors != "" || len(c.Invitations()) != 0 {
					t.Errorf("%s %v", gone.errors, c.Invitations())
				}
			})
		}
	}
}

// A list that lacks what can be read by its id is no proof that anything is gone or absent.
func TestCutList_isNoProofOfAbsence(t *testing.T) {
	t.Parallel()
	c := speaking(t)
	c.addMember(t, ana, "ORG_VIEWER")
	configs := map[string]values{
		member:     {"email": ana, "role": "ORG_VIEWER", "on_expired_invitation": "resend"},
		invitation: {"email": ada, "role": "ORG_VIEWER", "language": "en", "on_expired": "resend"},
		apiKey:     {"name": "ci", "role": "ORG_VIEWER", "expires_at": c.inDays(30)},
	}
	c.addKey(t, "first", "ORG_VIEWER", 30)
	c.invite(t, "first@example.com", "ORG_VIEWER", "en")
	objects := map[string]object{}
	for typeName, config := range configs {
		r := c.run(t, typeName, object{}, config, nil)
		wants(t, "the error", r.errors)
		objects[typeName] = r.object
	}
	invited := c.run(t, member, object{}, values{"email": lead, "role": "ORG_VIEWER", "language": "en", "on_expired_invitation": "resend"}, nil).object
	must(t, c.Speak("access-lists-keep-oldest:1"))
	mails := len(c.Mails())

	w := c.walk(t, nil)
	said := ""
	for round := range 2 {
		for typeName, o := range objects {
			read, diags := w.read(t, typeName, o)
			wants(t, "the error", diags.errors())
			said += diags.warnings()
			if isNothing(read.value) {
				t.Fatalf("the %s is taken for gone: %s", typeName, diags.warnings())
			}
			if round > 0 {
				continue
			}
			p := w.plan(t, typeName, read, configs[typeName])
			said += p.diags.warnings()
			if p.diags.mustBeFree(t); !p.isEmpty() {
				t.Errorf("the plan of the %s is not empty", typeName)
			}
		}
	}
	if read, diags := w.read(t, member, invited); isNothing(read.value) || read.text(t, "status") != "INVITED" {
		t.Errorf("the invited person is taken for gone: %s", diags.errors()+diags.warnings())
	}
	for _, noun := range []string{"members", "API keys", "invitations"} {
		if n := strings.Count(said, "The list of "+noun+" lacks"); n != 1 {
			t.Errorf("the list of %s is said to be cut %d times:\n%s", noun, n, said)
		}
	}

	p := w.plan(t, member, object{}, values{"email": "new@example.com", "role": "ORG_VIEWER"})
	wants(t, "the error", p.diags.errors(), "It cannot be told whether new@example.com is a member or invited", "import it by its id")
	if n := len(c.Mails()) - mails; n != 0 {
		t.Errorf("%d mails went out", n)
	}
}

// The way that the error names works, for a member and for an invited person.
func TestCutList_importByID(t *testing.T) {
	t.Parallel()
	c := speaking(t)
	m := c.addMember(t, ana, "ORG_VIEWER")
	c.invite(t, "first@example.com", "ORG_VIEWER", "en")
	i := c.invite(t, ada, "ORG_VIEWER", "en")
	must(t, c.Speak("access-lists-keep-oldest:1"))
	for id, email := range map[string]string{m.ID: ana, i.ID: ada} {
		o, diags := c.imported(t, nil, member, id, nil)
		diags.mustBeFree(t)
		if isNothing(o.value) || o.text(t, "email") != email {
			t.Errorf("%s: %s", email, o.value)
		}
	}
}

// A person whom a list that is cut does not show, without anything that proves that it is cut, is not invited: the cloud refuses, and the error says
// how to go on.
func TestCutList_thatTheRefusalOfAnInvitationShows(t *testing.T) {
	t.Parallel()
	c := speaking(t)
	c.addMember(t, ana, "ORG_VIEWER")
	must(t, c.Speak("access-lists-keep-oldest:1"))
	r := c.run(t, member, object{}, values{"email": ana, "role": "ORG_VIEWER"}, nil)
	wants(t, "the error", r.errors, "JMap Cloud says that they are a member or invited, and neither of its lists names them", "import it by its id")
}

func TestAccessToken_thatEndsIsExplainedOnceForAllObjects(t *testing.T) {
	t.Parallel()
	c := speaking(t)
	token, err := c.SingleSignOn(c.Account().Username)
	must(t, err)
	w := c.walk(t, values{"username": nil, "password": nil, "access_token": token})
	var explained, short int
	for n, id := range []string{c.addKey(t, "a", "ORG_VIEWER", 30).ID, c.addKey(t, "b", "ORG_VIEWER", 30).ID, c.addKey(t, "c", "ORG_VIEWER", 30).ID} {
		_, diags := w.data(t, apiKey, values{"id": id})
		switch {
		case n == 0:
			diags.mustBeFree(t)
			c.ExpireSessions()
		case strings.Contains(diags.errors(), "Sign in to JMap Cloud, get a new access token"):
			explained++
		case strings.Contains(diags.errors(), `see the error "JMap Cloud sign-in failed for the access token"`):
			short++
		default:
			t.Errorf("%s", diags.errors())
		}
	}
	if explained != 1 || short != 1 {
		t.Errorf("explained %d times, and referred to %d times", explained, short)
	}
	if n := c.counted("authenticate") + c.counted("refresh-token"); n != 0 {
		t.Errorf("signed in %d times", n)
	}
}

// Answers of several other forms at once disturb no more than one does.
func TestAnswers_ofOtherFormsTogetherAreNoBug(t *testing.T) {
	t.Parallel()
	for _, dialects := range [][]string{
		{"create-answers-id-only", "change-answers-null"},
		{"create-answers-without-roles", "change-answers-nothing", "deletion-answers-nothing"},
		{"change-answers-old", "lower-roles-listed", "emails-lower-cased", "extra-fields", "link-missing", "username-missing"},
	} {
		t.Run(strings.Join(dialects, "+"), func(t *testing.T) {
			t.Parallel()
			c := speaking(t, dialects...)
			c.addMember(t, ana, "ORG_VIEWER")
			for _, s := range []subject{
				{typeName: member, config: values{"email": "Ana@example.com", "role": "ORG_EDITOR"}, change: values{"role": "ORG_VIEWER"}},
				{typeName: invitation, config: values{"email": "Ada@Example.com", "role": "ORG_EDITOR", "language": "fr"}, change: values{"role": "ORG_VIEWER"}},
				subjects["rotation"],
				subjects["organization"],
			} {
				o := object{}
				for _, more := range []values{nil, s.change} {
					config := maps.Clone(s.config)
					maps.Copy(config, more)
					r := c.run(t, s.typeName, o, config, nil)
					wants(t, s.typeName+": the error", r.errors)
					again := c.run(t, s.typeName, r.object, config, nil)
					wants(t, s.typeName+": the error of the next run", again.errors)
					if !again.nothing {
						t.Errorf("%s: the next plan is %s", s.typeName, again.plan.proposed)
					}
					o = again.object
				}
				wants(t, s.typeName+": the error of the deletion", c.run(t, s.typeName, o, nil, nil).errors)
			}
			must(t, c.isLeftWith())
			if left := len(c.APIKeys()) + len(c.Organizations()); left != 1 {
				t.Errorf("the cloud has %+v %+v", c.APIKeys(), c.Organizations())
			}
		})
	}
}

// Real Terraform compares what it planned with what came, and finds no bug in the provider.
func TestAccAnswers_ofAnotherFormAreNoBug(t *testing.T) {
	c := speaking(t, "create-answers-id-only", "change-answers-null", "lower-roles-listed", "emails-lower-cased", "extra-fields", "link-missing", "username-missing")
	c.addMember(t, ana, "ORG_VIEWER")
	config := func(role, name string) string {
		return c.config(block(member, `email = "Ana@example.com"`, fmt.Sprintf("role = %q", role)) +
			block(invitation, `email = "Ada@Example.com"`, fmt.Sprintf("role = %q", role), `language = "fr"`) +
			block(apiKey, `name = "ci"`, `role = "ORG_VIEWER"`, `lifetime = "720h"`, `rotate_before = "24h"`, fmt.Sprintf("rotate_when_changed = { name = %q }", name)) +
			block(organization, fmt.Sprintf("name = %q", name), "deletion_protection = false"))
	}
	c.inTerraform(t, nil, resource.TestStep{Config: config("ORG_EDITOR", "Roads")}, resource.TestStep{Config: config("ORG_VIEWER", "Streets")})
}
