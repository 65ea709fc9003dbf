package simulator_test

import (
	"strings"
	"testing"
	"time"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

func invitationBody(email, role, language string) fields {
	return fields{"inviteeEmail": email, "language": language, "roles": []string{role}}
}

func TestInvitation_isSentReadAndWithdrawn(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	who := c.administrator()
	i := c.call("POST", c.org+"/invitations", who, invitationBody("Guest@example.com", "ORG_EDITOR", "fr")).want(201).object()
	equal(t, "fields", len(i), 8)
	if i["inviteeEmail"] != "Guest@example.com" || i["inviterEmail"] != "admin@example.com" || i["language"] != "fr" {
		t.Fatalf("created %v", i)
	}
	if link := i["invitationLink"].(string); !strings.HasPrefix(link, c.url+"/invitations/") {
		t.Fatalf("link %q", link)
	}
	from := must(time.Parse(time.RFC3339, i["creationDate"].(string)))(t)
	to := must(time.Parse(time.RFC3339, i["expirationDate"].(string)))(t)
	equal(t, "life", to.Sub(from), 7*day)

	path := c.org + "/invitations/" + i["id"].(string)
	equal(t, "link", c.call("GET", path, who, nil).want(200).object()["invitationLink"], i["invitationLink"])
	equal(t, "link", c.call("GET", c.org+"/invitations", who, nil).want(200).list()[0]["invitationLink"], i["invitationLink"])
	c.call("DELETE", path, who, nil).want(200)
	c.call("DELETE", path, who, nil).want(404)
	c.call("GET", path, who, nil).want(404)

	mails := c.Mails()
	equal(t, "mails", len(mails), 1)
	if mails[0].To != "Guest@example.com" || mails[0].Language != "fr" || !strings.Contains(mails[0].Subject, "Simulated Organization") {
		t.Fatalf("mail %v", mails[0])
	}
}

func TestInvitation_badOnesAreRefused(t *testing.T) {
	t.Parallel()
	c := newLooseCloud(t)
	who := c.administrator()
	two := invitationBody("a@example.com", "ORG_VIEWER", "en")
	two["roles"] = []string{"ORG_VIEWER", "ORG_ADMIN"}
	for name, body := range map[string]fields{
		"no email":         invitationBody("", "ORG_VIEWER", "en"),
		"not an email":     invitationBody("guest", "ORG_VIEWER", "en"),
		"a named email":    invitationBody("Guest <guest@example.com>", "ORG_VIEWER", "en"),
		"a line break":     invitationBody("guest@example.com\nBcc: b@example.com", "ORG_VIEWER", "en"),
		"unknown role":     invitationBody("a@example.com", "ADMIN", "en"),
		"two roles":        two,
		"unknown language": invitationBody("a@example.com", "ORG_VIEWER", "EN"),
		"no language":      {"inviteeEmail": "a@example.com", "roles": []string{"ORG_VIEWER"}},
	} {
		if r := c.call("POST", c.org+"/invitations", who, body); r.status != 400 {
			t.Errorf("%s: %d %s", name, r.status, r.body)
		}
	}
	equal(t, "invitations", len(c.Invitations()), 0)
	equal(t, "mails", len(c.Mails()), 0)
}

func TestInvitation_secondPendingAndMembersAreConflicts(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	c.call("POST", c.org+"/invitations", c.administrator(), invitationBody("guest@example.com", "ORG_VIEWER", "en")).want(201)
	c.call("POST", c.org+"/invitations", c.administrator(), invitationBody("GUEST@example.com", "ORG_EDITOR", "es")).want(409)
	c.call("POST", c.org+"/invitations", c.administrator(), invitationBody("Admin@Example.com", "ORG_EDITOR", "es")).want(409)
	c.Advance(7 * day)
	c.call("POST", c.org+"/invitations", c.administrator(), invitationBody("guest@example.com", "ORG_EDITOR", "es")).want(201)
	equal(t, "listed", len(c.call("GET", c.org+"/invitations", c.administrator(), nil).want(200).list()), 2)
	mustDo(t, c.WithdrawInvitation("guest@example.com"))
	equal(t, "listed", len(c.Invitations()), 0)
	c.call("POST", c.org+"/invitations", c.administrator(), invitationBody("guest@example.com", "ORG_EDITOR", "es")).want(201)
}

func TestInvitation_acceptedBecomesAMember(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	i := must(c.Invite("guest@example.com", simulator.RoleEditor, "en"))(t)
	if _, err := c.Accept("guest@example.com", "Guest", "weak"); err == nil {
		t.Fatal("a weak password is taken")
	}
	m := must(c.Accept("GUEST@example.com", "Guest", password))(t)
	equal(t, "member", m, simulator.Member{ID: m.ID, Name: "Guest", Email: "guest@example.com", Role: simulator.RoleEditor})
	c.call("GET", c.org+"/invitations/"+i.ID, c.administrator(), nil).want(404)
	if _, found := c.Invitation("guest@example.com"); found {
		t.Fatal("still listed")
	}
	c.session("guest@example.com", password)
	if _, err := c.Accept("guest@example.com", "Guest", password); err == nil {
		t.Fatal("accepted twice")
	}
}

func TestInvitation_expiredCannotBeAccepted(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	must(c.Invite("guest@example.com", simulator.RoleEditor, "en"))(t)
	c.Advance(7 * day)
	if _, err := c.Accept("guest@example.com", "Guest", password); err == nil {
		t.Fatal("accepted")
	}
	if i, listed := c.Invitation("guest@example.com"); !listed || i.ExpiresAt.After(c.Now()) {
		t.Fatalf("%v %v", i, listed)
	}
}
