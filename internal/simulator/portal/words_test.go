package portal

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

func TestWords_areThereInEveryLanguage(t *testing.T) {
	t.Parallel()
	for key, said := range words {
		for i, text := range said {
			if text == "" {
				t.Errorf("%s has no words in %s", key, languageCodes[i])
			}
		}
	}
}

// Who is invited reads the same word for the role as who invites.
func TestWords_rolesAreCalledTheSameOnTheInvitationPage(t *testing.T) {
	t.Parallel()
	for _, role := range []string{"ORG_ADMIN", "ORG_EDITOR", "ORG_VIEWER"} {
		for i, language := range languageCodes {
			cloud := simulator.New()
			invitation, err := cloud.Invite("guest@example.com", role, language)
			if err != nil {
				t.Fatal(err)
			}
			page := httptest.NewRecorder()
			Handler(cloud).ServeHTTP(page, httptest.NewRequest(http.MethodGet, invitation.Link, nil))
			if page.Code != http.StatusOK || !strings.Contains(page.Body.String(), words[role][i]) {
				t.Errorf("the invitation page in %s (status %d) does not call %s %q", language, page.Code, role, words[role][i])
			}
		}
	}
}
