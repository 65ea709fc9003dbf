package provider_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/provider"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// unreadable are the answers to a read that tell nothing about the object.
var unreadable = map[string]simulator.Fault{
	"400":                   {Action: simulator.ActionStatus, Status: http.StatusBadRequest},
	"403":                   {Action: simulator.ActionStatus, Status: http.StatusForbidden},
	"404 of everything":     {Action: simulator.ActionStatus, Status: http.StatusNotFound},
	"404 of a proxy":        {Action: simulator.ActionHTML, Status: http.StatusNotFound},
	"404 without a message": {Action: simulator.ActionStatus, Status: http.StatusNotFound, Body: `{"error":"Not Found"}`},
	"410":                   {Action: simulator.ActionStatus, Status: http.StatusGone},
	"500":                   {Action: simulator.ActionStatus, Status: http.StatusInternalServerError},
	"503":                   {Action: simulator.ActionStatus, Status: http.StatusServiceUnavailable},
	"closed":                {Action: simulator.ActionClose},
	"truncated":             {Action: simulator.ActionTruncate, When: simulator.After},
	"a page":                {Action: simulator.ActionHTML},
	"no content":            {Action: simulator.ActionStatus, Status: http.StatusNoContent},
	"no JSON":               {Action: simulator.ActionStatus, Status: http.StatusOK, Body: "OK"},
	"null":                  {Action: simulator.ActionStatus, Status: http.StatusOK, Body: `{"message":"OK","result":null}`},
	"an empty object":       {Action: simulator.ActionStatus, Status: http.StatusOK, Body: `{"message":"OK","result":{}}`},
	"a list of nothing":     {Action: simulator.ActionStatus, Status: http.StatusOK, Body: `{"message":"OK","result":[null]}`},
	"numbers":               {Action: simulator.ActionStatus, Status: http.StatusOK, Body: `{"message":"OK","result":{"id":7,"email":7,"title":7,"name":7}}`},
	"invalid UTF-8":         {Action: simulator.ActionStatus, Status: http.StatusOK, Body: "{\"message\":\"OK\",\"result\":{\"id\":\"\xff\"}}"},
	"a lone surrogate":      {Action: simulator.ActionStatus, Status: http.StatusOK, Body: `{"message":"OK","result":{"id":"\ud800","email":"\ud800","inviteeEmail":"\ud800"}}`},
}

// A read changes nothing, whatever becomes of it.
func TestRead_thatIsNotAnsweredChangedNothing(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	o := c.create(t, apiKey, values{"name": "ci", "role": "ORG_EDITOR", "expires_at": c.inDays(30)})
	c.Inject(simulator.Fault{Method: http.MethodGet, Path: anyList + "/" + o.text(t, "id"), Action: simulator.ActionClose, Times: -1})
	_, diags := c.walk(t, nil).read(t, apiKey, o)
	wants(t, "the error", diags.errors(), "Nothing was changed by this call")
	if strings.Contains(diags.errors(), "may or may not") {
		t.Error(diags.errors())
	}
}

func TestRead_nothingIsGoneUnlessTheCloudSaysSo(t *testing.T) {
	t.Parallel()
	const organizations = "/api/ss/rest/v1/organizations"
	for name, made := range map[string]func(c *cloud) (typeName string, o object){
		"key": func(c *cloud) (string, object) {
			return apiKey, c.create(t, apiKey, values{"name": "ci", "role": "ORG_EDITOR", "expires_at": c.inDays(30)})
		},
		"member": func(c *cloud) (string, object) {
			c.addMember(t, ana, "ORG_EDITOR")
			return "jmapcloud_member", c.create(t, "jmapcloud_member", values{"email": ana, "role": "ORG_EDITOR"})
		},
		"invited member": func(c *cloud) (string, object) {
			return "jmapcloud_member", c.create(t, "jmapcloud_member", values{"email": ana, "role": "ORG_EDITOR"})
		},
		"invitation": func(c *cloud) (string, object) {
			return "jmapcloud_invitation", c.create(t, "jmapcloud_invitation", values{"email": ana, "role": "ORG_EDITOR"})
		},
		"organization": func(c *cloud) (string, object) {
			return "jmapcloud_organization", c.create(t, "jmapcloud_organization", values{"name": "Other"})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t)
			typeName, o := made(c)
			for what, fault := range unreadable {
				w, diags := configured(t, &provider.Factory{RetryWait: time.Millisecond}, c.account(nil))
				diags.mustBeFree(t)
				fault.Method, fault.Times = http.MethodGet, -1
				paths := []string{organizations, organizations + "/*", anyList, anyList + "/" + o.text(t, "id")}
				if name == "invited member" {
					paths[3] = anyList + "/" + o.text(t, "invitation_id")
				}
				for _, path := range paths {
					fault.Path = path
					c.Inject(fault)
				}
				after, diags := w.read(t, typeName, o)
				c.ClearFaults()
				if !diags.hasError() || strings.Contains(diags.warnings(), "Gone") || !after.value.Equal(o.value) {
					t.Errorf("%s: %v\n%s\n%s", what, after.value, diags.errors(), diags.warnings())
				}
			}
		})
	}
}

func TestRead_ofACloudThatIsAwayKeepsTheState(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	o := c.create(t, apiKey, values{"name": "ci", "role": "ORG_EDITOR", "expires_at": c.inDays(30)})
	account := c.account(nil)
	account["endpoint"] = "http://127.0.0.1:1"
	w, diags := configured(t, &provider.Factory{RetryWait: time.Millisecond}, account)
	diags.mustBeFree(t)
	after, diags := w.read(t, apiKey, o)
	wants(t, "the error", diags.errors(), "JMap Cloud could not be reached")
	if !after.value.Equal(o.value) {
		t.Errorf("the state is %v", after.value)
	}
}

// A cloud, or something before it, may answer that an invitation is not there which is.
func TestInvitation_thatIsStillThereIsNotForgotten(t *testing.T) {
	t.Parallel()
	for _, typeName := range []string{member, invitation} {
		c := startCloud(t)
		o := c.create(t, typeName, values{"email": ada, "role": "ORG_EDITOR"})
		p := c.walk(t, nil).plan(t, typeName, o, nil)
		p.diags.mustBeFree(t)
		c.Inject(simulator.Fault{Method: http.MethodDelete, Path: anyObject, Action: simulator.ActionStatus, Status: http.StatusNotFound, Times: -1})
		_, diags := c.walk(t, nil).apply(t, p)
		wants(t, typeName+": the error", diags.errors(), "Unable to withdraw the invitation to "+ada)
	}
}
