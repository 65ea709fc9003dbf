package provider_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
)

const invitationsData = "jmapcloud_invitations"

func TestInvitationsData_listsWhatIsNotAccepted(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	old := c.invite(t, ada, "ORG_VIEWER", "fr")
	c.Advance(pastExpiry)
	fresh := c.invite(t, grace, "ORG_ADMIN", "en")
	c.invite(t, other, "ORG_EDITOR", "en")
	c.accept(t, other)
	c.looks(t, c.shows(invitationsData, nil, map[string]knownvalue.Check{"invitations": knownvalue.ListExact([]knownvalue.Check{
		knownvalue.ObjectExact(invitationFacts(old, "EXPIRED", ada)), knownvalue.ObjectExact(invitationFacts(fresh, "PENDING", grace)),
	})}))
}

func TestInvitationsData_areFiltered(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	c.invite(t, "dead@example.com", "ORG_EDITOR", "en")
	c.Advance(pastExpiry)
	c.addMember(t, grace, "ORG_ADMIN")
	c.invite(t, "edits@example.com", "ORG_EDITOR", "fr")
	c.invite(t, "views@example.com", "ORG_VIEWER", "en")
	c.Advance(24 * time.Hour)
	w := c.walk(t, byGrace)
	_, diags := w.apply(t, w.plan(t, invitation, object{}, values{"email": "hers@example.com", "role": "ORG_EDITOR"}))
	diags.mustBeFree(t)

	const (
		dead, edits, views, hers = "dead@example.com", "edits@example.com", "views@example.com", "hers@example.com"
		editors, pending         = `role = "ORG_EDITOR"`, `status = "PENDING"`
		fromGrace, fromAdmin     = `invited_by = "GRACE@example.com"`, `invited_by = "admin@example.com"`
	)
	before := fmt.Sprintf("expires_before = %q", c.Now().Add(6*24*time.Hour+12*time.Hour).Format(time.RFC3339))
	c.looks(t, c.finds(invitationsData, "invitations", "email", map[string]filter{
		"all":            {"", []string{dead, edits, views, hers}},
		"email":          {`email = "EDITS@example.com"`, []string{edits}},
		"nobody":         {`email = "nobody@example.com"`, nil},
		"editors":        {editors, []string{dead, edits, hers}},
		"viewers":        {`role = "ORG_VIEWER"`, []string{views}},
		"admins":         {`role = "ORG_ADMIN"`, nil},
		"pending":        {pending, []string{edits, views, hers}},
		"expired":        {`status = "EXPIRED"`, []string{dead}},
		"from_grace":     {fromGrace, []string{hers}},
		"from_admin":     {fromAdmin, []string{dead, edits, views}},
		"before":         {before, []string{dead, edits, views}},
		"before_pending": {both(before, pending), []string{edits, views}},
		"admins_editors": {both(fromAdmin, editors, pending), []string{edits}},
		"graces_viewers": {both(fromGrace, `role = "ORG_VIEWER"`), nil},
		"everything":     {both(`email = "edits@example.com"`, editors, pending, fromAdmin, before), []string{edits}},
	}))
}

func TestInvitationsData_linksAreSensitive(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	for _, a := range c.walk(t, nil).schema.DataSourceSchemas[invitationsData].Block.Attributes {
		if a.Name != "invitations" {
			continue
		}
		for _, nested := range a.NestedType.Attributes {
			if nested.Name == "link" && nested.Sensitive {
				return
			}
		}
	}
	t.Error("the links are not sensitive")
}

func TestInvitationsData_filtersAreValidated(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	c.badData(t, invitationsData, values{"role": "viewer"}, "value must be one of")
	c.badData(t, invitationsData, values{"status": "ACCEPTED"}, "value must be one of")
	c.badData(t, invitationsData, values{"email": "ada"}, "is not an email address")
	c.badData(t, invitationsData, values{"invited_by": "ada"}, "is not an email address")
	c.badData(t, invitationsData, values{"expires_before": "soon"}, "not valid RFC3339")
	c.refuseLists("invitations")
	c.badData(t, invitationsData, nil, "Unable to list the invitations", "Not today.")
}
