package provider_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

const memberData = "jmapcloud_member"

func TestMemberData_isFoundByIDOrEmail(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	c.addMember(t, lead, "ORG_EDITOR")
	m := c.addMember(t, ada, "ORG_VIEWER")
	c.looks(t,
		c.shows(memberData, []string{fmt.Sprintf("id = %q", m.ID)}, memberFacts(m, ada)),
		c.shows(memberData, []string{`email = "ADA@example.com"`}, memberFacts(m, "ADA@example.com")), // the user's spelling stays
	)
}

// One who was invited is no member: the error does not take them for one, and after they accept there is none.
func TestMemberData_isThereOnceAccepted(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	c.invite(t, ada, "ORG_VIEWER", "en")
	c.looks(t, []look{refused(memberData, "No member in the organization has the email ada@example.com", fmt.Sprintf("email = %q", ada))})
	c.accept(t, ada)
	m, _ := c.Member(ada)
	c.looks(t, c.shows(memberData, []string{fmt.Sprintf("email = %q", ada)}, memberFacts(m, ada)))
}

func TestMemberData_isNamedOnce(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	const exactly = "Exactly one of these attributes must be configured: [id,email]"
	c.looks(t, []look{refused(memberData, exactly), refused(memberData, exactly, `id = "1"`, `email = "ada@example.com"`)})
	if requests := c.Requests(); len(requests) > 0 {
		t.Errorf("validation asked the cloud for %v", requests)
	}
}

func TestMemberData_thatIsNotOne(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	c.badData(t, memberData, values{"email": ada}, "Unable to read the member "+ada, "No member in the organization has the email "+ada)
	c.badData(t, memberData, values{"id": "auth0|0"}, `No member in the organization has the id "auth0|0"`)
	c.badData(t, memberData, values{"id": ""}, "must be at least 1")
	c.badData(t, memberData, values{"email": "ada"}, "is not an email address")
	c.badData(t, memberData, values{"email": "ada@example.com\r\n"}, "line break")
	c.refuseLists("members")
	c.badData(t, memberData, values{"email": ada}, "JMap Cloud sign-in failed for admin@example.com", "Not today.") // members/self, too
}

// The simulated cloud has one member to an email; another cloud may have more.
func TestMemberData_ambiguousNamesTheCandidates(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	c.Inject(simulator.Fault{
		Times: -1, Method: http.MethodGet, Path: "/api/ss/rest/v1/organizations/*/members", Action: simulator.ActionStatus, Status: http.StatusOK,
		Body: `{"message":"OK","result":[
			{"id":"one","name":"Ada","username":"ada","email":"ada@example.com","roles":["ORG_VIEWER"]},
			{"id":"two","name":"Ada","username":"ADA","email":"ADA@example.com","roles":["ORG_VIEWER"]}]}`,
	})
	c.badData(t, memberData, values{"email": "Ada@example.com"}, "2 members in the organization have the email Ada@example.com; use the id of one: one, two")
	value, diags := c.walk(t, nil).data(t, memberData, values{"email": "ADA@example.com"})
	diags.mustBeFree(t)
	if got := (object{value: value}).text(t, "id"); got != "two" {
		t.Errorf("found %q by the very spelling", got)
	}
}
