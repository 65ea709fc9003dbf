package provider_test

import (
	"fmt"
	"testing"
)

const invitationData = "jmapcloud_invitation"

func TestInvitationData_isFoundByIDOrEmail(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	c.invite(t, grace, "ORG_ADMIN", "en")
	i := c.invite(t, ada, "ORG_VIEWER", "fr")
	c.looks(t,
		c.shows(invitationData, []string{fmt.Sprintf("id = %q", i.ID)}, invitationFacts(i, "PENDING", ada)),
		c.shows(invitationData, []string{`email = "Ada@Example.com"`}, invitationFacts(i, "PENDING", "Ada@Example.com")),
	)
}

func TestInvitationData_expiredIsStillThere(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	i := c.invite(t, ada, "ORG_VIEWER", "es")
	c.Advance(pastExpiry)
	c.looks(t, c.shows(invitationData, []string{fmt.Sprintf("email = %q", ada)}, invitationFacts(i, "EXPIRED", ada)))
}

func TestInvitationData_isNamedOnce(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	const exactly = "Exactly one of these attributes must be configured: [id,email]"
	c.looks(t, []look{
		refused(invitationData, exactly),
		refused(invitationData, exactly, `id = "1"`, `email = "ada@example.com"`),
		refused(invitationData, "No invitation in the organization has the email ada@example.com", `email = "ada@example.com"`),
	})
}

func TestInvitationData_thatIsNotOne(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	c.badData(t, invitationData, values{"id": unknownID}, fmt.Sprintf("No invitation in the organization has the id %q", unknownID))
	c.badData(t, invitationData, values{"id": ""}, "must be at least 1")
	c.badData(t, invitationData, values{"email": "ada"}, "is not an email address")

	// An expired one and another that was sent since are both listed.
	first := c.invite(t, ada, "ORG_VIEWER", "en")
	c.Advance(pastExpiry)
	second := c.invite(t, ada, "ORG_VIEWER", "en")
	c.badData(t, invitationData, values{"email": "ADA@example.com"},
		"2 invitations in the organization have the email ADA@example.com; use the id of one: "+first.ID+", "+second.ID)

	// Who has accepted is invited no more.
	c.accept(t, ada)
	c.badData(t, invitationData, values{"id": second.ID}, "No invitation in the organization")

	c.refuseLists("invitations")
	c.badData(t, invitationData, values{"id": first.ID}, "Unable to read the invitation "+first.ID, "Not today.")
}
