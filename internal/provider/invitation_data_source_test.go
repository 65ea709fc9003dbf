package provider_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
)

const invitationData = "jmapcloud_invitation"

func TestAccInvitationData_isFoundByIDOrEmail(t *testing.T) {
	c := startCloud(t)
	c.invite(t, grace, "ORG_ADMIN", "en")
	i := c.invite(t, ada, "ORG_VIEWER", "fr")
	byEmail := c.shows(invitationData, []string{`email = "Ada@Example.com"`}, invitationFacts(i, "PENDING", "Ada@Example.com"))
	byEmail.ConfigStateChecks = append(byEmail.ConfigStateChecks, statecheck.ExpectSensitiveValue("data."+tested(invitationData), tfjsonpath.New("link")))
	c.looks(t,
		c.shows(invitationData, []string{fmt.Sprintf("id = %q", i.ID)}, invitationFacts(i, "PENDING", ada)),
		byEmail,
	)
}

func TestAccInvitationData_expiredIsStillThere(t *testing.T) {
	c := startCloud(t)
	i := c.invite(t, ada, "ORG_VIEWER", "es")
	c.Advance(pastExpiry)
	c.looks(t, c.shows(invitationData, []string{fmt.Sprintf("email = %q", ada)}, invitationFacts(i, "EXPIRED", ada)))
}

func TestAccInvitationData_isNamedOnce(t *testing.T) {
	c := startCloud(t)
	refuses := func(words string, arguments ...string) resource.TestStep {
		return resource.TestStep{Config: c.config(dataBlock(invitationData, "test", arguments...)), ExpectError: says(words)}
	}
	const exactly = "Exactly one of these attributes must be configured: [id,email]"
	c.looks(t,
		refuses(exactly), refuses(exactly, `id = "1"`, `email = "ada@example.com"`),
		refuses("No invitation in the organization has the email ada@example.com", `email = "ada@example.com"`),
	)
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
