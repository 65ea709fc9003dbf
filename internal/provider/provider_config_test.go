package provider_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/provider"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// environment sets variables without their prefix.
func environment(t *testing.T, variables map[string]string) {
	t.Helper()
	for name, value := range variables {
		t.Setenv("JMAPCLOUD_"+name, value)
	}
}

// accessToken signs in as another account would; with an empty organization the session is bound to none.
func (c *cloud) accessToken(t tb, username, password, organization string) string {
	t.Helper()
	var answer struct {
		Result struct{ AccessToken, RefreshToken string } `json:"result"`
	}
	post := func(operation string, body map[string]string) {
		encoded, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := http.Post(c.url+"/api/ss/rest/v1/"+operation, "application/json", bytes.NewReader(encoded))
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil || resp.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s %v", operation, resp.Status, err)
		}
	}
	post("authenticate", map[string]string{"username": username, "password": password})
	if organization != "" {
		post("refresh-token", map[string]string{"refreshToken": answer.Result.RefreshToken, "organizationId": organization})
	}
	return answer.Result.AccessToken
}

func TestAccProvider_isConfiguredByTheEnvironmentAlone(t *testing.T) {
	c := startCloud(t)
	a := c.Account()
	environment(t, map[string]string{"ENDPOINT": c.url, "ORGANIZATION_ID": a.OrganizationID, "USERNAME": a.Username, "PASSWORD": a.Password})
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories(t),
		Steps: []resource.TestStep{{
			Config:            dataBlock(currentMemberData, "test"),
			ConfigStateChecks: []statecheck.StateCheck{attribute("data."+currentMemberData, "email", is(a.Username))},
		}},
	})
}

func TestProvider_environmentStandsInForTheBlock(t *testing.T) {
	c := startCloud(t)
	roads, err := c.AddOrganization("Roads", c.Account().Username) // so that one must be chosen
	must(t, err)
	full := c.account(nil)
	variables := map[string]string{"endpoint": "ENDPOINT", "organization_id": "ORGANIZATION_ID", "username": "USERNAME", "password": "PASSWORD"}
	for argument, variable := range variables {
		t.Run(argument, func(t *testing.T) {
			environment(t, map[string]string{variable: full[argument].(string)})
			if as, diags := started(t, c.account(values{argument: nil})); as != c.Account().Username {
				t.Errorf("signed in as %q: %s", as, diags.errors())
			}
		})
	}
	t.Run("which organization", func(t *testing.T) {
		environment(t, map[string]string{"ORGANIZATION_ID": roads.ID})
		w, diags := configured(t, newFactory(), c.account(values{"organization_id": nil}))
		diags.mustBeFree(t)
		got, diags := w.data(t, organizationData, nil)
		diags.mustBeFree(t)
		if id := (object{value: got}).text(t, "id"); id != roads.ID {
			t.Errorf("it works on %s", id)
		}
	})
	t.Run("access_token", func(t *testing.T) {
		environment(t, map[string]string{"ACCESS_TOKEN": c.accessToken(t, full["username"].(string), full["password"].(string), full["organization_id"].(string))})
		if as, diags := started(t, c.account(values{"username": nil, "password": nil})); as != c.Account().Username {
			t.Errorf("signed in as %q: %s", as, diags.errors())
		}
	})
}

func TestProvider_blockStandsBeforeTheEnvironment(t *testing.T) {
	c, trap := startCloud(t), startCloud(t)
	environment(t, map[string]string{
		"ENDPOINT": trap.url, "ORGANIZATION_ID": trap.Account().OrganizationID, "USERNAME": "nobody@example.com", "PASSWORD": "Wrong-Horse.7",
		"ACCESS_TOKEN": "not-a-token", "TRANSFER_OWNERSHIP_TO": other,
	})
	if as, diags := started(t, c.account(nil)); as != c.Account().Username {
		t.Errorf("signed in as %q: %s", as, diags.errors())
	}
	a := c.Account()
	token := c.accessToken(t, a.Username, a.Password, a.OrganizationID)
	if as, diags := started(t, c.account(values{"username": nil, "password": nil, "access_token": token})); as != a.Username {
		t.Errorf("signed in as %q: %s", as, diags.errors())
	}
	if requests := trap.Requests(); len(requests) > 0 {
		t.Errorf("the environment's endpoint was asked for %v", requests)
	}

	c.addMember(t, lead, "ORG_EDITOR")
	o := c.owner(t, "api_key", nil)
	must(t, ignore(c.AddProject("Roads", o.email)))
	p := c.walk(t, values{"transfer_ownership_to": lead}).plan(t, o.typeName, o.object, nil)
	wants(t, "error", p.diags.errors())
	wants(t, "the warning", p.diags.warnings(), "to "+lead)
	c.addMember(t, other, "ORG_EDITOR")
	p = c.walk(t, nil).plan(t, o.typeName, o.object, nil)
	wants(t, "the warning", p.diags.warnings(), "to "+other)
}

// What CI sets from a secret that does not exist is an empty variable.
func TestProvider_emptyVariableIsNone(t *testing.T) {
	c := startCloud(t)
	environment(t, map[string]string{"ENDPOINT": "", "ORGANIZATION_ID": "", "USERNAME": "", "PASSWORD": "", "ACCESS_TOKEN": "", "TRANSFER_OWNERSHIP_TO": ""})
	if as, diags := started(t, c.account(values{"organization_id": nil})); as != c.Account().Username {
		t.Errorf("signed in as %q: %s", as, diags.errors())
	}
	_, diags := started(t, values{"endpoint": c.url})
	wants(t, "the error", diags.errors(), "Missing credentials")
}

// Credentials come from one place: a block that names some is not mixed with another kind from the environment.
func TestProvider_credentialsOfTwoKindsAreNotMixed(t *testing.T) {
	c := startCloud(t)
	a := c.Account()
	none := values{"username": nil, "password": nil}
	t.Run("username in the block, password in the environment", func(t *testing.T) {
		environment(t, map[string]string{"PASSWORD": a.Password, "ACCESS_TOKEN": "not-a-token"})
		if as, diags := started(t, c.account(values{"password": nil})); as != a.Username {
			t.Errorf("signed in as %q: %s", as, diags.errors())
		}
	})
	t.Run("both in the environment", func(t *testing.T) {
		environment(t, map[string]string{"USERNAME": "nobody@example.com", "PASSWORD": "Wrong-Horse.7", "ACCESS_TOKEN": c.accessToken(t, a.Username, a.Password, a.OrganizationID)})
		if as, diags := started(t, c.account(none)); as != a.Username {
			t.Errorf("signed in as %q: %s", as, diags.errors())
		}
	})
	t.Run("half in the environment", func(t *testing.T) {
		environment(t, map[string]string{"USERNAME": a.Username})
		_, diags := started(t, c.account(none))
		wants(t, "the error", diags.errors(), "Missing password", "JMAPCLOUD_PASSWORD")
	})
	t.Run("successor that is no email", func(t *testing.T) {
		environment(t, map[string]string{"TRANSFER_OWNERSHIP_TO": "lead\x1b[2J"})
		_, diags := started(t, c.account(nil))
		wants(t, "the error", diags.errors(), "Invalid email address", "Correct JMAPCLOUD_TRANSFER_OWNERSHIP_TO")
		if strings.Contains(diags.errors(), "\x1b") {
			t.Error("the error repeats what steers a terminal")
		}
	})
	t.Run("endpoint that is none", func(t *testing.T) {
		environment(t, map[string]string{"ENDPOINT": "nonsense"})
		_, diags := started(t, c.account(values{"endpoint": nil}))
		wants(t, "the error", diags.errors(), "Unusable endpoint", `"nonsense" is not a URL`, "JMAPCLOUD_ENDPOINT in the environment")
	})
}

// What is wrong with the block is said at its argument, before anything is called.
func TestProvider_badBlockIsRefused(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	for name, test := range map[string]struct {
		changes values
		at      string
		says    []string
	}{
		"no credentials":         {values{"username": nil, "password": nil}, "", []string{"Missing credentials", "JMAPCLOUD_USERNAME and JMAPCLOUD_PASSWORD", "JMAPCLOUD_ACCESS_TOKEN"}},
		"empty credentials":      {values{"username": "", "password": ""}, "", []string{"Missing credentials"}},
		"no password":            {values{"password": nil}, "password", []string{"Missing password", "JMAPCLOUD_PASSWORD"}},
		"no username":            {values{"username": nil}, "username", []string{"Missing username", "JMAPCLOUD_USERNAME"}},
		"both kinds":             {values{"access_token": "token"}, "access_token", []string{"Two ways to sign in", "Remove one or the other"}},
		"token and username":     {values{"access_token": "token", "password": nil}, "access_token", []string{"Two ways to sign in"}},
		"http":                   {values{"endpoint": "http://api.jmapcloud.io"}, "endpoint", []string{"Unusable endpoint", "unencrypted", "use https", "plain http is for this machine"}},
		"http of a private host": {values{"endpoint": "http://10.0.0.1:8080"}, "endpoint", []string{"unencrypted"}},
		"http that looks local":  {values{"endpoint": "http://127.0.0.1.example.com"}, "endpoint", []string{"unencrypted"}},
		"http on every address":  {values{"endpoint": "http://0.0.0.0:8080"}, "endpoint", []string{"unencrypted"}},
		"another scheme":         {values{"endpoint": "ftp://api.jmapcloud.io"}, "endpoint", []string{`has the scheme "ftp": use https`}},
		"no scheme":              {values{"endpoint": "api.jmapcloud.io"}, "endpoint", []string{"is not a URL such as https://api.jmapcloud.io"}},
		"no host":                {values{"endpoint": "https://"}, "endpoint", []string{"is not a URL"}},
		"junk":                   {values{"endpoint": "https://api\x7f.jmapcloud.io"}, "endpoint", []string{"is not a URL"}},
		"user in the endpoint":   {values{"endpoint": "https://me:hunter2@api.jmapcloud.io"}, "endpoint", []string{"holds no user name or password"}},
		"query in the endpoint":  {values{"endpoint": "https://api.jmapcloud.io?x=1"}, "endpoint", []string{"no query or fragment"}},
		"empty endpoint":         {values{"endpoint": ""}, "endpoint", []string{"must be at least 1"}},
		"empty organization":     {values{"organization_id": ""}, "organization_id", []string{"must be at least 1"}},
		"nothing allowed":        {values{"allowed_organization_ids": []string{}}, "allowed_organization_ids", []string{"at least 1"}},
		"null allowed":           {values{"allowed_organization_ids": []tftypes.Value{tftypes.NewValue(tftypes.String, nil)}}, "allowed_organization_ids", []string{"Null in allowed_organization_ids", "coalesce"}},
		"bad successor":          {values{"transfer_ownership_to": "lead"}, "transfer_ownership_to", []string{"is not an email address"}},
	} {
		_, diags := started(t, c.account(test.changes))
		wants(t, name+": the error", diags.errors(), test.says...)
		if !diags.hasError() {
			t.Errorf("%s is accepted", name)
			continue
		}
		at := ""
		if test.at != "" {
			at = fmt.Sprintf("AttributeName(%q)", test.at)
		}
		if got := diags[0].Attribute.String(); got != at {
			t.Errorf("%s: the error stands at %q", name, got)
		}
		if said := diags.errors(); strings.Contains(said, "hunter2") || strings.Contains(said, c.Account().Password) || strings.Contains(said, "\x7f") {
			t.Errorf("%s: the error repeats what it should not: %s", name, said)
		}
	}
	if requests := c.Requests(); len(requests) > 0 {
		t.Errorf("the cloud was asked for %v", requests)
	}
}

// Whatever is wrong with signing in is said with what to do, and leaves no session open.
func TestProvider_thatCannotSignInSaysWhatToDo(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	own := c.Account().OrganizationID
	c.addMember(t, lead, "ORG_EDITOR")
	c.addMember(t, grace, "ORG_ADMIN")
	c.addMember(t, other, "ORG_ADMIN")
	roads, err := c.AddOrganization("Roads", grace)
	must(t, err)
	must(t, c.RemoveMember(other, ""))
	graceIs := func(more values) values {
		block := values{"username": grace, "password": password}
		for name, value := range more {
			block[name] = value
		}
		return block
	}
	for name, test := range map[string]struct {
		changes values
		says    []string
	}{
		"wrong password":        {values{"password": "Wrong-Horse.7"}, []string{`refuses to sign in "admin@example.com"`, "JMAPCLOUD_USERNAME and JMAPCLOUD_PASSWORD"}},
		"unknown account":       {values{"username": "nobody@example.com"}, []string{`refuses to sign in "nobody@example.com"`}},
		"unknown organization":  {graceIs(values{"organization_id": unknownID}), []string{fmt.Sprintf("does not belong to the organization %q", unknownID), fmt.Sprintf(`"Simulated Organization" (%s), "Roads" (%s)`, own, roads.ID), "Set organization_id in the provider block"}},
		"organization's name":   {values{"organization_id": "Simulated Organization"}, []string{`does not belong to the organization "Simulated Organization"`, fmt.Sprintf(`It belongs to: "Simulated Organization" (%s)`, own)}},
		"none chosen":           {graceIs(values{"organization_id": nil}), []string{"belongs to 2 organizations and none is chosen", fmt.Sprintf(`"Simulated Organization" (%s), "Roads" (%s)`, own, roads.ID), "JMAPCLOUD_ORGANIZATION_ID"}},
		"not allowed":           {values{"allowed_organization_ids": []string{roads.ID}}, []string{"The organization " + own + " is not among the allowed ones: " + roads.ID, "If allowed_organization_ids is set, the id must be in it"}},
		"only one, not allowed": {values{"organization_id": nil, "allowed_organization_ids": []string{roads.ID}}, []string{"is not among the allowed ones"}},
		"no administrator":      {values{"username": lead, "password": password}, []string{lead + " is ORG_EDITOR in the organization " + own, "let an Administrator raise this account's role to ORG_ADMIN"}},
		"member of nothing":     {values{"username": other, "password": password, "organization_id": nil}, []string{"The account belongs to no organization"}},
	} {
		_, diags := started(t, c.account(test.changes))
		said := diags.errors()
		wants(t, name+": the error", said, test.says...)
		if !diags.hasError() {
			t.Errorf("%s is accepted", name)
		}
		if strings.Contains(said, password) || strings.Contains(said, "Wrong-Horse.7") {
			t.Errorf("%s: the error holds the password: %s", name, said)
		}
	}
	if sessions := c.Sessions(); sessions.Open != 0 || sessions.Opened == 0 {
		t.Errorf("the sessions are %+v", sessions)
	}
	if writes := c.writes(); len(writes) > 0 {
		t.Errorf("the cloud was asked for %v", writes)
	}

	// Where there is a choice, the allowed one may be chosen.
	if as, diags := started(t, c.account(graceIs(values{"organization_id": roads.ID, "allowed_organization_ids": []string{own, roads.ID}}))); as != grace {
		t.Errorf("signed in as %q: %s", as, diags.errors())
	}
}

// Ten resources do not lock an account with ten wrong passwords.
func TestProvider_wrongPasswordIsTriedOnce(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	w := c.walk(t, values{"password": "Wrong-Horse.7"})
	var group sync.WaitGroup
	for range 10 {
		group.Go(func() {
			if _, diags := w.data(t, membersData, nil); !diags.hasError() {
				t.Error("it was read")
			}
		})
	}
	group.Wait()
	if n := c.counted("authenticate"); n != 1 {
		t.Errorf("%d attempts to sign in", n)
	}
}

// A token of another account's session is used as it is, and outlives the run.
func TestProvider_accessTokenIsNeitherRenewedNorRevoked(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	a := c.Account()
	token := c.accessToken(t, a.Username, a.Password, a.OrganizationID)
	c.ClearRequests()
	block := c.account(values{"username": nil, "password": nil, "access_token": token, "organization_id": nil})
	for range 2 {
		if as, diags := started(t, block); as != a.Username {
			t.Fatalf("signed in as %q: %s", as, diags.errors())
		}
	}
	for _, operation := range []string{"authenticate", "refresh-token", "revoke-token"} {
		if n := c.counted(operation); n > 0 {
			t.Errorf("%s was called", operation)
		}
	}
	if sessions := c.Sessions(); sessions.Open != 1 {
		t.Errorf("the sessions are %+v", sessions)
	}
}

func TestProvider_unusableAccessTokenSaysWhatToDo(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	a := c.Account()
	c.addMember(t, lead, "ORG_EDITOR")
	roads, err := c.AddOrganization("Roads", a.Username)
	must(t, err)
	token := func(username, password, organization string) string {
		return c.accessToken(t, username, password, organization)
	}
	for name, test := range map[string]struct {
		token string
		says  []string
	}{
		"junk":                          {"not-a-token-at-all", []string{"The access token is not valid, or no longer", "set it in JMAPCLOUD_ACCESS_TOKEN"}},
		"bound to another organization": {token(a.Username, a.Password, roads.ID), []string{"The access token is not bound to the organization " + a.OrganizationID, "set organization_id"}},
		"bound to none":                 {token(a.Username, a.Password, ""), []string{"but to another or to none", "get a new access token"}},
		"broken into lines":             {"ey.not-a\ntoken", []string{"The access token holds a space or a line break", "JMAPCLOUD_ACCESS_TOKEN or access_token to the token alone"}},
		"no administrator's":            {token(lead, password, a.OrganizationID), []string{lead + " is ORG_EDITOR"}},
	} {
		_, diags := started(t, c.account(values{"username": nil, "password": nil, "access_token": test.token}))
		wants(t, name+": the error", diags.errors(), test.says...)
		if strings.Contains(diags.errors(), test.token) {
			t.Errorf("%s: the error holds the token", name)
		}
	}

	// It may expire while it is in use.
	w, diags := configured(t, newFactory(), c.account(values{"username": nil, "password": nil, "access_token": token(a.Username, a.Password, a.OrganizationID)}))
	diags.mustBeFree(t)
	_, diags = w.data(t, organizationData, nil)
	diags.mustBeFree(t)
	c.ExpireSessions()
	_, diags = w.data(t, organizationData, nil)
	wants(t, "the error", diags.errors(), "The access token is not valid, or no longer", "get a new access token")
}

// A session that expires in mid-run is renewed once, for all who need it.
func TestProvider_sessionIsRenewedInMidRun(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	w := c.walk(t, nil)
	_, diags := w.data(t, organizationData, nil)
	diags.mustBeFree(t)
	c.ExpireSessions()
	c.ClearRequests()
	var group sync.WaitGroup
	for range 10 {
		group.Go(func() {
			if _, diags := w.data(t, organizationData, nil); diags.hasError() {
				t.Error(diags.errors())
			}
		})
	}
	group.Wait()
	if refreshes, signIns := c.counted("refresh-token"), c.counted("authenticate"); refreshes != 1 || signIns != 0 {
		t.Errorf("%d refreshes and %d sign-ins", refreshes, signIns)
	}
}

func TestProvider_everyArgumentMayBeKnownLater(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	for _, argument := range []string{"endpoint", "organization_id", "allowed_organization_ids", "username", "password", "access_token"} {
		w := c.walk(t, values{argument: unknown})
		p := w.plan(t, apiKey, object{}, values{"name": "ci", "role": "ORG_EDITOR", "expires_at": c.inDays(30), "transfer_ownership_to": lead})
		wants(t, argument+": error", p.diags.errors())
		wants(t, argument+": warning", p.diags.warnings())
		for typeName, config := range map[string]values{
			membersData: nil, currentMemberData: nil, organizationData: nil, organizationsData: nil, ownedResourcesData: nil, apiKeyData: {"name": "ci"},
		} {
			_, diags := w.data(t, typeName, config)
			wants(t, argument+": the error of "+typeName, diags.errors(), "The provider's "+argument+" will be known only after apply.",
				"Give the provider values that are known when it plans, or create first what they come from: terraform apply -target=….")
		}
	}
	w := c.walk(t, values{"endpoint": unknown, "password": unknown})
	_, diags := w.data(t, membersData, nil)
	wants(t, "the error", diags.errors(), "The provider's endpoint, password will be known only after apply")
	if requests := c.Requests(); len(requests) > 0 {
		t.Errorf("the cloud was asked for %v", requests)
	}

	// The successor is needed only when something is deleted.
	w = c.walk(t, values{"transfer_ownership_to": unknown})
	_, diags = w.data(t, membersData, nil)
	wants(t, "error", diags.errors())
}

// validate and schema call nothing, and neither does configuring.
func TestProvider_signsInAtTheFirstCall(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	factory := newFactory()
	w, diags := configured(t, factory, c.account(nil))
	diags.mustBeFree(t)
	w.validate(t, apiKey, values{"name": "ci", "role": "ORG_EDITOR", "expires_at": c.inDays(30)}).mustBeFree(t)
	w.validate(t, member, values{"email": ada, "role": "ORG_EDITOR"}).mustBeFree(t)
	factory.Close(t.Context())
	if requests := c.Requests(); len(requests) > 0 {
		t.Errorf("the cloud was asked for %v", requests)
	}
}

func TestProvider_namesItselfInEveryRequest(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	var mu sync.Mutex
	agents := map[string]bool{}
	c.Use(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			agents[r.UserAgent()] = true
			mu.Unlock()
			next.ServeHTTP(w, r)
		})
	})
	factory := &provider.Factory{Version: "1.2.3"}
	w, diags := configured(t, factory, c.account(nil))
	diags.mustBeFree(t)
	_, diags = w.data(t, ownedResourcesData, nil)
	diags.mustBeFree(t)
	factory.Close(t.Context())
	if want := "terraform-provider-jmapcloud/1.2.3 Terraform/1.11.4"; len(agents) != 1 || !agents[want] {
		t.Errorf("the agents are %v, want %q", agents, want)
	}
}

// Every session is revoked: that of each walk, and that of each organization.
func TestProvider_closesEverySession(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	roads, err := c.AddOrganization("Roads", c.Account().Username)
	must(t, err)
	factory := newFactory()
	for range 2 {
		w, diags := configured(t, factory, c.account(nil))
		diags.mustBeFree(t)
		_, diags = w.data(t, organizationData, values{"id": roads.ID})
		diags.mustBeFree(t)
		_, diags = w.data(t, membersData, nil)
		diags.mustBeFree(t)
	}
	if sessions := c.Sessions(); sessions.Open != 4 {
		t.Errorf("before: %+v", sessions)
	}
	factory.Close(t.Context())
	if sessions := c.Sessions(); sessions.Open != 0 || sessions.Opened != 4 || sessions.Revoked != 4 {
		t.Errorf("after: %+v", sessions)
	}
	c.ClearRequests()
	factory.Close(t.Context())
	if requests := c.Requests(); len(requests) > 0 {
		t.Errorf("a second Close asked for %v", requests)
	}
}

// A cloud that does not answer delays the end of the run no longer than it is given.
func TestProvider_closeEndsWithItsContext(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	factory := newFactory()
	w, diags := configured(t, factory, c.account(nil))
	diags.mustBeFree(t)
	_, diags = w.data(t, membersData, nil)
	diags.mustBeFree(t)
	c.Inject(simulator.Fault{Path: "/api/ss/rest/v1/revoke-token", Times: -1, Action: simulator.ActionHang})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	start := time.Now()
	factory.Close(ctx)
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("it took %s", took)
	}
	if n := c.counted("revoke-token"); n != 1 {
		t.Errorf("%d attempts to revoke", n)
	}
}

// Two configurations of one provider are two sessions that do not mix.
func TestCLI_providerWithAnAliasWorksOnAnotherOrganization(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	own := c.Account().OrganizationID
	roads, err := c.AddOrganization("Roads", c.Account().Username)
	must(t, err)
	alias := strings.Replace(c.config("", `alias = "roads"`), own, roads.ID, 1)
	outputs := "output \"of\" {\n  value = \"${data.jmapcloud_organization.test.name} and ${data.jmapcloud_organization.roads.name}\"\n}\n"
	x := c.cli(t).write(t, c.config(alias+dataBlock(organizationData, "test")+dataBlock(organizationData, "roads", "provider = jmapcloud.roads")+outputs))
	reads(t, x.apply(t, false), `of = "Simulated Organization and Roads"`)
	if sessions := c.Sessions(); sessions.Open != 0 || sessions.Opened != sessions.Revoked {
		t.Errorf("the sessions are %+v", sessions)
	}
}
