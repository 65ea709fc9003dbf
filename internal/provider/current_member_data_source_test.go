package provider_test

import (
	"testing"
)

const currentMemberData = "jmapcloud_current_member"

func TestCurrentMemberData_isTheAccount(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	m, _ := c.Member(c.Account().Username)
	c.looks(t, c.shows(currentMemberData, nil, memberFacts(m, m.Email)))
}

func TestCurrentMemberData_isWhoeverSignsIn(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	m := c.addMember(t, grace, "ORG_ADMIN")
	look := c.shows(currentMemberData, nil, memberFacts(m, grace))
	look[0].provider = values{"username": "Grace@EXAMPLE.com", "password": password, "organization_id": nil}
	c.looks(t, look)
}

// Signing in tells who it is: nothing more is asked.
func TestCurrentMemberData_costsNoCall(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	w := c.walk(t, nil)
	_, diags := w.data(t, organizationData, nil)
	diags.mustBeFree(t)
	c.ClearRequests()
	got, diags := w.data(t, currentMemberData, nil)
	diags.mustBeFree(t)
	if email := (object{value: got}).text(t, "email"); email != c.Account().Username {
		t.Errorf("it is %q", email)
	}
	if requests := c.Requests(); len(requests) > 0 {
		t.Errorf("it asked for %v", requests)
	}
}

func TestCurrentMemberData_ofWrongCredentials(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	_, diags := c.walk(t, values{"password": "Wrong-Horse.7"}).data(t, currentMemberData, nil)
	wants(t, "the error", diags.errors(), "JMap Cloud sign-in failed for admin@example.com", "refuses to sign in", "Check JMAPCLOUD_USERNAME and JMAPCLOUD_PASSWORD")
}
