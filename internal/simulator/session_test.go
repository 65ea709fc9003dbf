package simulator_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

func TestSession_wrongPasswordAndUnknownUserAreRefusedAlike(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	wrong := c.call("POST", ss+"/authenticate", nobody, fields{"username": c.Account().Username, "password": "no"}).want(401)
	unknown := c.call("POST", ss+"/authenticate", nobody, fields{"username": "no@example.com", "password": c.Account().Password}).want(401)
	equal(t, "message", unknown.Message, wrong.Message)
	equal(t, "sessions", c.Sessions(), simulator.SessionCount{})
}

func TestSession_usernameIsAnEmailWithoutCase(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	all := c.authenticate("ADMIN@Example.COM", c.Account().Password)
	equal(t, "seconds", all.AccessTokenExpiration, 86400)
	expires := must(time.Parse("2006-01-02T15:04:05.000-07:00", all.AccessTokenExpireAt))(t)
	if left := expires.Sub(c.Now()); left > day || left < day-time.Minute {
		t.Fatalf("expires in %v", left)
	}
}

func TestSession_isBoundByItsRefresh(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	first := c.authenticate(c.Account().Username, c.Account().Password)
	c.call("GET", ss+"/users/self", bearer(first.AccessToken), nil).want(200)
	c.call("GET", ss+"/organizations", bearer(first.AccessToken), nil).want(200)
	c.call("GET", c.org+"/members/self", bearer(first.AccessToken), nil).want(403)
	c.call("POST", ss+"/organizations", bearer(first.AccessToken), fields{"name": "Other"}).want(403)

	var second tokens
	c.refresh(first.RefreshToken, c.Account().OrganizationID).want(200).into(&second)
	c.call("GET", c.org+"/members/self", bearer(second.AccessToken), nil).want(200)
	c.call("GET", c.org+"/members/self", bearer(first.AccessToken), nil).want(401)
	equal(t, "sessions", c.Sessions(), simulator.SessionCount{Opened: 1, Open: 1})
}

func TestSession_ofAnotherOrganizationIsForbidden(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	other := must(c.AddOrganization("Other", c.Account().Username))(t)
	who := c.administrator()
	for _, path := range []string{
		ss + "/organizations/" + other.ID, ss + "/organizations/" + other.ID + "/members", mcs + "/organizations/" + other.ID + "/projects",
		ss + "/organizations/no-such-organization",
	} {
		c.call("GET", path, who, nil).want(403)
	}
}

func TestSession_refreshTokenWorksOnce(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	first := c.authenticate(c.Account().Username, c.Account().Password)
	c.refresh(first.RefreshToken, c.Account().OrganizationID).want(200)
	c.refresh(first.RefreshToken, c.Account().OrganizationID).want(401)
	c.refresh("no-such-token", c.Account().OrganizationID).want(401)
}

func TestSession_refusedRefreshDoesNotUseTheTokenUp(t *testing.T) {
	t.Parallel()
	c := newLooseCloud(t)
	must(c.AddMember("Else", "else@example.com", simulator.RoleViewer, password))(t)
	foreign := must(c.AddOrganization("Foreign", "else@example.com"))(t)
	first := c.authenticate(c.Account().Username, c.Account().Password)
	c.refresh(first.RefreshToken, "no-such-organization").want(404)
	c.refresh(first.RefreshToken, foreign.ID).want(403)
	c.refresh(first.RefreshToken, "").want(400)
	c.refresh(first.RefreshToken, c.Account().OrganizationID).want(200)
}

func TestSession_expiresByTheCloudsClock(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	all := c.session(c.Account().Username, c.Account().Password)
	c.Advance(day)
	c.call("GET", ss+"/users/self", bearer(all.AccessToken), nil).want(401)
	c.refresh(all.RefreshToken, c.Account().OrganizationID).want(200).into(&all)
	c.call("GET", ss+"/users/self", bearer(all.AccessToken), nil).want(200)
	equal(t, "open", c.Sessions().Open, 1)
	c.Advance(30 * day)
	c.refresh(all.RefreshToken, c.Account().OrganizationID).want(401)
	equal(t, "open", c.Sessions().Open, 0)
}

func TestSession_revokedIsDead(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	all := c.session(c.Account().Username, c.Account().Password)
	revoke := fields{"refreshToken": all.RefreshToken}
	r := c.call("POST", ss+"/revoke-token", nobody, revoke).want(200)
	equal(t, "result", string(r.Result), "null")
	c.call("POST", ss+"/revoke-token", nobody, revoke).want(401)
	c.call("GET", ss+"/users/self", bearer(all.AccessToken), nil).want(401)
	c.refresh(all.RefreshToken, c.Account().OrganizationID).want(401)
	equal(t, "sessions", c.Sessions(), simulator.SessionCount{Opened: 1, Revoked: 1})
}

func TestSession_portalEndsAccessOrAll(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	all := c.session(c.Account().Username, c.Account().Password)
	c.ExpireSessions()
	c.call("GET", ss+"/users/self", bearer(all.AccessToken), nil).want(401)
	c.refresh(all.RefreshToken, c.Account().OrganizationID).want(200).into(&all)
	c.RevokeSessions()
	c.call("GET", ss+"/users/self", bearer(all.AccessToken), nil).want(401)
	c.refresh(all.RefreshToken, c.Account().OrganizationID).want(401)
	equal(t, "sessions", c.Sessions(), simulator.SessionCount{Opened: 1, Revoked: 1})
}

func TestSession_changedPasswordReplacesTheOld(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	before := c.Account()
	mustDo(t, c.ChangePassword(before.Username, password))
	c.call("POST", ss+"/authenticate", nobody, fields{"username": before.Username, "password": before.Password}).want(401)
	c.authenticate(before.Username, password)
	equal(t, "password", c.Account().Password, password)
	if c.ChangePassword(before.Username, "weak") == nil || c.ChangePassword("no@example.com", password) == nil {
		t.Fatal("not refused")
	}
}

func TestSession_withoutAnyTokenIsUnauthorized(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	for _, who := range []credential{nobody, bearer("no-such-token"), {"Authorization", "Basic YTpi"}, apiKey("no-such-key")} {
		c.call("GET", ss+"/users/self", who, nil).want(401)
		c.call("GET", c.org+"/members", who, nil).want(401)
		c.call("GET", c.maps+"/projects", who, nil).want(401)
	}
}

func TestSession_removedMemberIsForbidden(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	_, who := c.member("editor@example.com", simulator.RoleEditor)
	mustDo(t, c.RemoveMember("editor@example.com", ""))
	c.call("GET", c.org+"/members/self", who, nil).want(403)
	var self struct {
		ID, Name, Email string
		Organizations   []fields
	}
	c.call("GET", ss+"/users/self", who, nil).want(200).into(&self)
	equal(t, "organizations", len(self.Organizations), 0)
}

func TestRole_isNeededForTheOrganization(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	_, viewer := c.member("viewer@example.com", simulator.RoleViewer)
	_, editor := c.member("editor@example.com", simulator.RoleEditor)
	key := must(c.AddAPIKey("Key", simulator.RoleEditor, c.Now().Add(day)))(t)
	for _, who := range []credential{viewer, editor, apiKey(key.Secret)} {
		c.call("GET", ss+"/organizations", who, nil).want(200)
		c.call("POST", ss+"/organizations", who, fields{"name": "Other"}).want(403)
		c.call("PATCH", c.org, who, fields{"name": "Other"}).want(403)
		c.call("DELETE", c.org, who, nil).want(403)
		for _, path := range []string{"", "/members", "/api-keys", "/invitations", "/members/" + c.Account().MemberID} {
			c.call("GET", c.org+path, who, nil).want(403)
		}
		c.call("POST", c.org+"/invitations", who, fields{"inviteeEmail": "a@example.com", "language": "en", "roles": []string{"ORG_VIEWER"}}).want(403)
	}
}

func TestAPI_unknownOperationIsRefusedInJSON(t *testing.T) {
	t.Parallel()
	c := newLooseCloud(t)
	c.call("GET", ss+"/no-such-operation", nobody, nil).want(404)
	c.call("PUT", ss+"/users/self", nobody, nil).want(404)
}

func TestAPI_everyAnswerCarriesTheCloudsDate(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	c.Advance(100 * day)
	for _, path := range []string{ss + "/users/self", "/_simulator/clock", "/invitations/no-such-token"} {
		r := c.call("GET", path, nobody, nil)
		told := must(http.ParseTime(r.header.Get("Date")))(t)
		if off := c.Now().Sub(told); off < 0 || off > time.Minute {
			t.Fatalf("%s is off by %v", path, off)
		}
	}
}

func TestBody_isReadToTheLetter(t *testing.T) {
	t.Parallel()
	c := newLooseCloud(t)
	who := c.administrator()
	for name, body := range map[string]string{
		"empty":         ``,
		"not JSON":      `name`,
		"an array":      `[]`,
		"null":          `null`,
		"a number":      `{"name":7}`,
		"field unknown": `{"name":"A","color":"red"}`,
		"field in caps": `{"Name":"A"}`,
		"trailing data": `{"name":"A"} {}`,
		"too long":      `{"name":"` + string(make([]byte, 1<<20)) + `"}`,
	} {
		if r := c.call("PATCH", c.org, who, body); r.status != 400 || r.Message == "" {
			t.Errorf("%s: %d %s", name, r.status, r.body)
		}
	}
	c.call("PATCH", c.org, who, `{"name":"A"}`).want(200)
}
