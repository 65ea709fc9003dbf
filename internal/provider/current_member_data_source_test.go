package provider_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
)

const currentMemberData = "jmapcloud_current_member"

func TestAccCurrentMemberData_isTheAccount(t *testing.T) {
	c := startCloud(t)
	m, _ := c.Member(c.Account().Username)
	c.looks(t, c.shows(currentMemberData, nil, memberFacts(m, m.Email)))
}

func TestAccCurrentMemberData_isWhoeverSignsIn(t *testing.T) {
	c := startCloud(t)
	m := c.addMember(t, grace, "ORG_ADMIN")
	config := fmt.Sprintf("provider \"jmapcloud\" {\n  endpoint = %q\n  username = %q\n  password = %q\n}\n", c.url, "Grace@EXAMPLE.com", password)
	c.looks(t, resource.TestStep{
		Config:            config + dataBlock(currentMemberData, "test"),
		ConfigStateChecks: []statecheck.StateCheck{wholly("data."+currentMemberData, memberFacts(m, grace))},
	})
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
	wants(t, "the error", diags.errors(), "Unable to read the account in use", "refuses to sign in", "Check JMAPCLOUD_USERNAME and JMAPCLOUD_PASSWORD")
}
