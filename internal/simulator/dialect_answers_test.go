package simulator_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// makeKey asks for a Viewer's key named CI that lives a day.
func (f foreign) makeKey() reply {
	f.t.Helper()
	return f.call("POST", f.org+"/api-keys", f.who, fields{
		"title": "ci", "roles": []string{"ORG_VIEWER"}, "expirationDate": f.Now().Add(day).Format("2006-01-02T15:04:05Z"),
	})
}

// invite asks for a Viewer who reads French.
func (f foreign) invite(email string) reply {
	f.t.Helper()
	return f.call("POST", f.org+"/invitations", f.who, fields{"inviteeEmail": email, "language": "fr", "roles": []string{"ORG_VIEWER"}})
}

func (f foreign) promoteViewer() reply {
	f.t.Helper()
	return f.call("PATCH", f.memberPath(f.viewer.ID), f.who, fields{"roles": []string{"ORG_EDITOR"}})
}

func (f foreign) rename() reply {
	f.t.Helper()
	return f.call("PATCH", f.org, f.who, fields{"name": "Renamed"})
}

func (f foreign) wantRole(email, role string) {
	f.t.Helper()
	m, _ := f.Member(email)
	equal(f.t, "role", m.Role, role)
}

// wantFields fails the test unless an object has exactly these fields.
func (f foreign) wantFields(o fields, names ...string) {
	f.t.Helper()
	if got := slices.Sorted(maps.Keys(o)); !slices.Equal(got, names) {
		f.t.Fatalf("fields %q, want %q", got, names)
	}
}

func (f foreign) wantNothing(r reply) {
	f.t.Helper()
	if r.status != 204 || len(r.body) > 0 {
		f.t.Fatalf("%d %s", r.status, r.body)
	}
}

var _ = showsDialects(map[string]func(t *testing.T, f foreign){
	"signs-in-elsewhere": func(t *testing.T, f foreign) {
		f.call("POST", ss+"/authenticate", nobody, fields{"username": f.Account().Username, "password": f.Account().Password}).want(404)
		f.refresh("any", f.Account().OrganizationID).want(404)
		f.call("POST", ss+"/revoke-token", nobody, fields{"refreshToken": "any"}).want(404)
		who := bearer(must(f.SingleSignOn(f.Account().Username))(t))
		f.call("GET", f.org+"/members", who, nil).want(200)
	},
	"token-bound-from-start": func(_ *testing.T, f foreign) {
		f.call("GET", f.org, bearer(f.authenticate(f.Account().Username, f.Account().Password).AccessToken), nil).want(200)
	},
	"revoked-token-lives": func(_ *testing.T, f foreign) {
		all := f.session(f.Account().Username, f.Account().Password)
		f.call("POST", ss+"/revoke-token", nobody, fields{"refreshToken": all.RefreshToken}).want(200)
		f.call("GET", f.org, bearer(all.AccessToken), nil).want(200)
		f.refresh(all.RefreshToken, f.Account().OrganizationID).want(401)
	},
	"user-without-id": func(_ *testing.T, f foreign) {
		f.wantFields(f.get(ss+"/users/self").object(), "email", "name", "organizations")
	},
	"user-without-email": func(_ *testing.T, f foreign) {
		f.wantFields(f.get(ss+"/users/self").object(), "id", "name", "organizations")
	},
	"members-self-missing": func(_ *testing.T, f foreign) {
		f.get(f.org + "/members/self").want(404)
		f.get(f.org + "/members").want(200)
	},
	"no-date": func(t *testing.T, f foreign) {
		for _, path := range []string{"/members", "/members/none"} {
			if r := f.get(f.org + path); r.header["Date"] != nil {
				t.Errorf("%s: %q", path, r.header["Date"])
			}
		}
	},
	"no-retry-after": func(t *testing.T, f foreign) {
		f.Inject(simulator.Fault{Action: simulator.ActionStatus, Status: 429, Headers: map[string]string{"Retry-After": "1"}})
		if r := f.get(f.org + "/members").want(429); r.header["Retry-After"] != nil {
			t.Errorf("%q", r.header["Retry-After"])
		}
	},

	"organizations-elsewhere": func(_ *testing.T, f foreign) {
		f.get(ss + "/organizations").want(404)
		f.get(f.org).want(404)
		f.get(f.org + "/members").want(200)
	},
	"organization-rename-ignored": func(t *testing.T, f foreign) {
		equal(t, "answer", f.rename().want(200).object()["name"], any("Simulated Organization"))
		equal(t, "name", f.Organizations()[0].Name, "Simulated Organization")
	},
	"creator-is-no-member": func(t *testing.T, f foreign) {
		f.call("POST", ss+"/organizations", f.who, fields{"name": "Second"}).want(201)
		equal(t, "organizations", len(f.get(ss+"/organizations").want(200).list()), 1)
		equal(t, "organizations", len(f.Organizations()), 2)
	},

	"members-elsewhere": func(_ *testing.T, f foreign) {
		f.get(f.org + "/members").want(404)
		f.promoteViewer().want(404)
		f.get(f.org + "/members/self").want(200)
	},
	"everyone-reads-access": func(_ *testing.T, f foreign) {
		for _, who := range []credential{bearer(f.session(f.viewer.Email, password).AccessToken), apiKey(f.key.Secret)} {
			f.call("GET", f.org+"/members", who, nil).want(200)
			f.call("GET", f.keyPath(), who, nil).want(200)
			f.call("DELETE", f.keyPath(), who, nil).want(403)
			f.call("GET", f.org+"/invitations", who, nil).want(403)
		}
	},
	"username-missing": func(_ *testing.T, f foreign) {
		f.wantFields(f.get(f.memberPath(f.viewer.ID)).object(), "email", "id", "name", "roles")
	},
	"role-change-ignored": func(t *testing.T, f foreign) {
		equal(t, "answer", fmt.Sprint(f.promoteViewer().want(200).object()["roles"]), "[ORG_VIEWER]")
		f.wantRole(f.viewer.Email, simulator.RoleViewer)
	},
	"role-change-later": func(t *testing.T, f foreign) {
		equal(t, "answer", fmt.Sprint(f.promoteViewer().want(200).object()["roles"]), "[ORG_EDITOR]")
		equal(t, "read", fmt.Sprint(f.get(f.memberPath(f.viewer.ID)).object()["roles"]), "[ORG_VIEWER]")
		f.wantRole(f.viewer.Email, simulator.RoleEditor)
	},
	"last-administrator-can-go": func(t *testing.T, f foreign) {
		f.call("PATCH", f.memberPath(f.Account().MemberID), f.who, fields{"roles": []string{"ORG_ADMIN"}}).want(200)
		f.call("DELETE", f.memberPath(f.Account().MemberID), f.who, nil).want(200)
		equal(t, "members", len(f.Members()), 3)
	},

	"keys-elsewhere": func(_ *testing.T, f foreign) { f.makeKey().want(404); f.get(f.keyPath()).want(404) },
	"key-role-ignored": func(t *testing.T, f foreign) {
		equal(t, "answer", fmt.Sprint(f.makeKey().want(201).object()["roles"]), "[ORG_EDITOR]")
		k, _ := f.APIKeyByTitle("ci")
		equal(t, "role", k.Role, simulator.RoleEditor)
	},
	"key-expiry-ignored": func(t *testing.T, f foreign) {
		equal(t, "answer", f.makeKey().want(201).object()["expirationDate"], nil)
		k, _ := f.APIKeyByTitle("ci")
		f.Advance(100 * 365 * day)
		f.call("GET", ss+"/organizations", apiKey(k.Secret), nil).want(200)
	},
	"key-expiry-a-year": func(t *testing.T, f foreign) {
		f.makeKey().want(201)
		k, _ := f.APIKeyByTitle("ci")
		if life := k.ExpiresAt.Sub(f.Now()); life < 364*day || life > 367*day {
			t.Errorf("it lives %s", life)
		}
	},
	"key-title-upper-cased": func(t *testing.T, f foreign) {
		equal(t, "answer", f.makeKey().want(201).object()["title"], any("CI"))
		equal(t, "title", f.APIKeys()[1].Title, "CI")
	},
	"key-titles-unique": func(_ *testing.T, f foreign) { f.makeKey().want(201); f.makeKey().want(409) },
	"key-secret-missing": func(t *testing.T, f foreign) {
		made := f.makeKey().want(201).object()
		equal(t, "id", made["id"], any(f.APIKeys()[1].ID))
		equal(t, "secret", made["apiKey"], nil)
	},

	"invitations-elsewhere": func(_ *testing.T, f foreign) { f.invite("new@example.com").want(404) },
	"invitation-role-ignored": func(t *testing.T, f foreign) {
		equal(t, "answer", fmt.Sprint(f.invite("new@example.com").want(201).object()["roles"]), "[ORG_EDITOR]")
		equal(t, "role", f.Invitations()[0].Role, simulator.RoleEditor)
	},
	"invitation-language-ignored": func(t *testing.T, f foreign) {
		equal(t, "answer", f.invite("new@example.com").want(201).object()["language"], any("en"))
		equal(t, "mail", f.Mails()[0].Language, "en")
	},
	"invitation-not-made": func(t *testing.T, f foreign) {
		made := f.invite("new@example.com").want(201).object()
		equal(t, "email", made["inviteeEmail"], any("new@example.com"))
		f.get(f.org + "/invitations/" + made["id"].(string)).want(404)
		equal(t, "mails", len(f.Mails()), 0)
	},
	"link-missing": func(t *testing.T, f foreign) {
		equal(t, "link", f.invite("new@example.com").want(201).object()["invitationLink"], nil)
	},
	"accepted-invitations-stay": func(t *testing.T, f foreign) {
		made := f.invite("new@example.com").want(201).object()
		must(f.Accept("new@example.com", "New", password))(t)
		equal(t, "listed", f.get(f.org + "/invitations").want(200).list()[0]["id"], made["id"])
		f.get(f.org + "/invitations/" + made["id"].(string)).want(200)
		equal(t, "invitations", len(f.Invitations()), 0)
	},
	"expired-invitations-vanish": func(t *testing.T, f foreign) {
		f.invite("new@example.com").want(201)
		f.Advance(8 * day)
		equal(t, "invitations", len(f.Invitations()), 0)
	},
	"second-invitation-replaces": func(t *testing.T, f foreign) {
		first := f.invite("new@example.com").want(201).object()
		second := f.invite("NEW@example.com").want(201).object()
		equal(t, "listed", len(f.get(f.org+"/invitations").want(200).list()), 1)
		f.get(f.org + "/invitations/" + first["id"].(string)).want(404)
		equal(t, "listed", f.Invitations()[0].ID, second["id"].(string))
	},
	"members-can-be-invited": func(_ *testing.T, f foreign) { f.invite(f.viewer.Email).want(201) },

	"lower-roles-listed": func(t *testing.T, f foreign) {
		equal(t, "administrator", fmt.Sprint(f.get(f.org + "/members/self").object()["roles"]), "[ORG_ADMIN ORG_EDITOR ORG_VIEWER]")
		equal(t, "key", fmt.Sprint(f.get(f.keyPath()).object()["roles"]), "[ORG_EDITOR ORG_VIEWER]")
		equal(t, "viewer", fmt.Sprint(f.get(f.memberPath(f.viewer.ID)).object()["roles"]), "[ORG_VIEWER]")
	},
	"emails-lower-cased": func(t *testing.T, f foreign) {
		equal(t, "answer", f.invite("New@Example.com").want(201).object()["inviteeEmail"], any("new@example.com"))
	},
	"create-answers-without-roles": func(t *testing.T, f foreign) {
		_, told := f.makeKey().want(201).object()["roles"]
		equal(t, "told", told, false)
		_, told = f.invite("new@example.com").want(201).object()["roles"]
		equal(t, "told", told, false)
	},
	"create-answers-id-only": func(_ *testing.T, f foreign) {
		f.wantFields(f.makeKey().want(201).object(), "apiKey", "id")
		f.wantFields(f.invite("new@example.com").want(201).object(), "id")
		f.wantFields(f.call("POST", f.maps+"/projects", f.who, newProject(nil)).want(201).object(), "id")
	},
	"creates-are-200": func(_ *testing.T, f foreign) { f.makeKey().want(200); f.invite("new@example.com").want(200) },
	"change-answers-old": func(t *testing.T, f foreign) {
		equal(t, "answer", fmt.Sprint(f.promoteViewer().want(200).object()["roles"]), "[ORG_VIEWER]")
		f.wantRole(f.viewer.Email, simulator.RoleEditor)
		equal(t, "answer", f.rename().want(200).object()["name"], any("Simulated Organization"))
		equal(t, "name", f.Organizations()[0].Name, "Renamed")
	},
	"change-answers-null": func(t *testing.T, f foreign) {
		equal(t, "answer", string(f.promoteViewer().want(200).Result), "null")
		f.wantRole(f.viewer.Email, simulator.RoleEditor)
	},
	"change-answers-nothing": func(_ *testing.T, f foreign) {
		f.wantNothing(f.promoteViewer())
		f.wantRole(f.viewer.Email, simulator.RoleEditor)
	},
	"deletion-answers-nothing": func(t *testing.T, f foreign) {
		f.wantNothing(f.deleteKey())
		equal(t, "keys", len(f.APIKeys()), 0)
	},
	"deletion-answers-object": func(_ *testing.T, f foreign) { f.wantFields(f.deleteKey().want(200).object(), "deleted") },
	"extra-fields": func(_ *testing.T, f foreign) {
		f.wantFields(f.get(f.memberPath(f.viewer.ID)).object(), "email", "id", "links", "name", "roles", "tenantId", "username")
		f.wantFields(f.get(f.projectPath(f.alone.ID) + "/permissions").list()[0], "links", "permissions", "principal", "tenantId")
	},
	"member-names-differ": func(_ *testing.T, f foreign) {
		f.wantFields(f.get(f.org + "/members").list()[0], "memberEmail", "memberId", "memberName", "memberRoles", "memberUsername")
	},
	"key-names-differ": func(t *testing.T, f foreign) {
		equal(t, "title", f.makeKey().want(201).object()["keyTitle"], any("ci"))
	},
	"invitation-names-differ": func(t *testing.T, f foreign) {
		equal(t, "email", f.invite("new@example.com").want(201).object()["invitationInviteeEmail"], any("new@example.com"))
	},
})

// A token of single sign-on ends like the others, and belongs to no session that could be refreshed.
func TestSingleSignOn_givesATokenThatIsBound(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	must(c.AddMember("Editor", "editor@example.com", simulator.RoleEditor, password))(t)
	who := bearer(must(c.SingleSignOn("EDITOR@example.com"))(t))
	equal(t, "email", c.call("GET", c.org+"/members/self", who, nil).want(200).object()["email"], any("editor@example.com"))
	c.call("GET", ss+"/users/self", who, nil).want(200)
	equal(t, "sessions", c.Sessions(), simulator.SessionCount{})
	c.ExpireSessions()
	c.call("GET", ss+"/users/self", who, nil).want(401)
	who = bearer(must(c.SingleSignOn("editor@example.com"))(t))
	c.Advance(25 * time.Hour)
	c.call("GET", ss+"/users/self", who, nil).want(401)
	if _, err := c.SingleSignOn("stranger@example.com"); err == nil || !strings.Contains(err.Error(), "member") {
		t.Errorf("%v", err)
	}
}
