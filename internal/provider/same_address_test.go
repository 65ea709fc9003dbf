package provider_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// Two people may have addresses that differ in a letter which case folding joins with others. Each is adopted, and demoted, as themselves.
func TestMember_addressThatFoldsAlikeIsAnotherPerson(t *testing.T) {
	t.Parallel()
	for _, pair := range [][2]string{
		{"strauß@example.com", "strauss@example.com"},
		{"ſam@example.com", "sam@example.com"},
		{"İpek@example.com", "ipek@example.com"},
	} {
		for i, email := range pair {
			beside := pair[1-i]
			config := values{"email": email, "role": "ORG_VIEWER", onExpired[member]: "resend"}
			t.Run(email+" beside "+beside, func(t *testing.T) {
				t.Parallel()
				c := startCloud(t)
				c.addMember(t, beside, "ORG_ADMIN") // the first in the list
				c.addMember(t, email, "ORG_ADMIN")
				o := c.create(t, member, config)
				c.hasRole(t, email, "ORG_VIEWER")
				c.hasRole(t, beside, "ORG_ADMIN")
				c.mustBeEmpty(t, member, o, config)
			})
			t.Run(email+" where only "+beside+" is a member", func(t *testing.T) {
				t.Parallel()
				c := startCloud(t)
				c.addMember(t, beside, "ORG_ADMIN")
				o := c.create(t, member, config)
				if got := o.text(t, "status"); got != "INVITED" {
					t.Errorf("the status is %s", got)
				}
				c.hasRole(t, beside, "ORG_ADMIN")
			})
		}
	}
}

// hasRole checks what a member may do.
func (c *cloud) hasRole(t *testing.T, email, role string) {
	t.Helper()
	if m, _ := c.Member(email); m.Role != role {
		t.Errorf("%s is %q, want %s", email, m.Role, role)
	}
}

// A cloud that minds the case of an address may list two members whose emails differ in nothing else.
const small, capital, stored = "ana@example.com", "Ana@example.com", "other-ana@example.com"

// mindsCase makes the provider see the member whom the cloud stores as stored under the email capital.
func (c *cloud) mindsCase(t *testing.T) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		asked = bytes.ReplaceAll(asked, []byte(capital), []byte(stored))
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(asked)), int64(len(asked))
		answered := httptest.NewRecorder()
		c.ServeHTTP(answered, r)
		for name, value := range answered.Header() {
			w.Header()[name] = value
		}
		w.Header().Del("Content-Length")
		w.WriteHeader(answered.Code)
		_, _ = w.Write(bytes.ReplaceAll(answered.Body.Bytes(), []byte(stored), []byte(capital)))
	}))
	t.Cleanup(server.Close)
	c.url = server.URL
}

func TestMember_verySpellingIsFoundBeforeAnother(t *testing.T) {
	t.Parallel()
	inCloud := map[string]string{small: small, capital: stored}
	for _, first := range []string{small, capital} {
		for _, email := range []string{small, capital} {
			beside := map[string]string{small: capital, capital: small}[email]
			t.Run(email+", and the first in the list is "+first, func(t *testing.T) {
				t.Parallel()
				c := startCloud(t).withOthersMaps(t)
				c.mindsCase(t)
				c.addMember(t, inCloud[first], "ORG_ADMIN")
				for _, one := range inCloud {
					if one != inCloud[first] {
						c.addMember(t, one, "ORG_ADMIN")
					}
				}
				c.project(t, "Roads", inCloud[email])
				o := c.create(t, member, values{"email": email, "role": "ORG_EDITOR"})
				c.hasRole(t, inCloud[email], "ORG_EDITOR")
				c.hasRole(t, inCloud[beside], "ORG_ADMIN")

				// What the one owns, the other does not.
				p := c.walk(t, nil).plan(t, member, o, nil)
				wants(t, "the error", p.diags.errors(), "Roads")
				neighbour := c.create(t, member, values{"email": beside, "role": "ORG_ADMIN"})
				p = c.walk(t, nil).plan(t, member, neighbour, nil)
				p.diags.mustBeFree(t)
				wants(t, "the warning", p.diags.warnings())

				// The one receives what the other owns.
				w := c.walk(t, values{"transfer_ownership_to": beside})
				p = w.plan(t, member, c.refreshed(t, member, o), nil)
				p.diags.mustBeFree(t)
				wants(t, "the warning", p.diags.warnings(), "Roads", beside)
			})
		}
	}
	t.Run("another spelling than both", func(t *testing.T) {
		t.Parallel()
		c := startCloud(t)
		c.mindsCase(t)
		c.addMember(t, small, "ORG_ADMIN")
		c.addMember(t, stored, "ORG_ADMIN")
		p := c.walk(t, nil).plan(t, member, object{}, values{"email": "ANA@example.com", "role": "ORG_VIEWER"})
		wants(t, "the error", p.diags.errors(), "2 members in the organization have the email ANA@example.com", small, capital)
	})
}

// A look at each member for each member is half a minute in a large organization. On a machine that is busy with other tests, a report may take
// long by itself, but not out of proportion to a small one.
func TestAccessReport_ofALargeOrganizationIsQuick(t *testing.T) {
	t.Parallel()
	const small, large, limit, proportion = 2_000, 20_000, 5 * time.Second, 40 // a hundred where each is compared with each
	quick := fastestReport(t, small)
	if took := fastestReport(t, large); took > limit && took > proportion*quick {
		t.Errorf("a report on %d members took %s, and one on %d took %s", large, took, small, quick)
	}
}

// fastestReport is how long the report on so many members takes, of whom all but one are expected.
func fastestReport(t *testing.T, people int) (fastest time.Duration) {
	t.Helper()
	c := startDialect(t) // of none: to check so long an answer against the contract takes longer than the report
	c.Seed(simulator.Seed{Members: people})
	expected := mapped(c.Members(), func(m simulator.Member) string { return m.Email })
	for range 3 {
		w := c.walk(t, nil)
		begun := time.Now()
		value, diags := w.data(t, accessReport, values{"expected_emails": expected[1:]})
		took := time.Since(begun)
		diags.mustBeFree(t)
		if got := column(t, value, "unexpected_members", "email"); len(got) != 1 || got[0] != expected[0] {
			t.Errorf("%d members are unexpected", len(got))
		}
		if fastest == 0 || took < fastest {
			fastest = took
		}
	}
	return fastest
}
