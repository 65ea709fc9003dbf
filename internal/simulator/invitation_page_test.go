package simulator_test

import (
	"html"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// browse returns the status and the text of an invitation's page; with a form it posts it.
func (c *cloud) browse(link string, form url.Values) (int, string) {
	c.t.Helper()
	r := c.request("GET", strings.TrimPrefix(link, c.url), nobody, nil)
	if form != nil {
		r = c.request("POST", strings.TrimPrefix(link, c.url), nobody, form.Encode())
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer response.Body.Close()
	page := must(io.ReadAll(response.Body))(c.t)
	equal(c.t, "content type", response.Header.Get("Content-Type"), "text/html; charset=utf-8")
	equal(c.t, "referrer policy", response.Header.Get("Referrer-Policy"), "no-referrer")
	if policy := response.Header.Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'none'; style-src 'nonce-") {
		c.t.Fatalf("policy %q", policy)
	}
	if strings.Contains(string(page), "<script") {
		c.t.Fatal("the page has a script")
	}
	return response.StatusCode, html.UnescapeString(string(page))
}

// pageShows fails the test unless the page has the status and all the words.
func (c *cloud) pageShows(link string, form url.Values, status int, words ...string) string {
	c.t.Helper()
	got, page := c.browse(link, form)
	equal(c.t, "status", got, status)
	for _, word := range words {
		if !strings.Contains(page, word) {
			c.t.Fatalf("no %q in %s", word, page)
		}
	}
	return page
}

func fill(name, password string) url.Values {
	return url.Values{"name": {name}, "password": {password}}
}

func TestInvitationPage_speaksTheLanguageOfTheInvitation(t *testing.T) {
	t.Parallel()
	for language, words := range map[string]struct{ lead, role, weak, done, expired, withdrawn, used string }{
		"en": {"invites you to join the organization", "Editor", "too weak", "Welcome", "has expired", "was withdrawn", "accepted already"},
		"fr": {"vous invite à rejoindre l’organisation", "Éditeur", "trop faible", "Bienvenue", "a expiré", "a été retirée", "déjà été acceptée"},
		"es": {"le invita a unirse a la organización", "Editor", "demasiado débil", "bienvenida", "ha caducado", "fue retirada", "ya fue aceptada"},
	} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			c := newCloud(t)
			lang := `lang="` + language + `"`
			first := must(c.Invite("first@example.com", simulator.RoleEditor, language))(t)
			second := must(c.Invite("second@example.com", simulator.RoleEditor, language))(t)
			third := must(c.Invite("third@example.com", simulator.RoleEditor, language))(t)

			c.pageShows(first.Link, nil, 200, lang, words.lead, words.role, "Simulated Organization",
				"Simulated Administrator <admin@example.com>", `<label for="name">`, `autocomplete="new-password"`, "first@example.com")
			page := c.pageShows(first.Link, fill("Zoë & Co", "weak"), 422, lang, words.weak, `value="Zoë & Co"`)
			if strings.Contains(page, `value="weak"`) {
				t.Fatal("the page repeats the password")
			}
			c.pageShows(first.Link, fill("  ", password), 422, lang, `role="alert"`)
			equal(t, "members", len(c.Members()), 1)
			c.pageShows(first.Link, fill("Zoë & Co", password), 200, lang, words.done, "Simulated Organization")
			m, _ := c.Member("first@example.com")
			equal(t, "name", m.Name, "Zoë & Co")
			c.pageShows(first.Link, nil, 410, lang, words.used)
			c.pageShows(first.Link, fill("Zoë & Co", password), 410, lang, words.used)

			mustDo(t, c.WithdrawInvitation("second@example.com"))
			c.pageShows(second.Link, nil, 410, lang, words.withdrawn)
			c.pageShows(second.Link, fill("Two", password), 410, lang, words.withdrawn)

			c.Advance(7 * day)
			c.pageShows(third.Link, nil, 410, lang, words.expired)
			c.pageShows(third.Link, fill("Three", password), 410, lang, words.expired)
			equal(t, "members", len(c.Members()), 2)
		})
	}
}

func TestInvitationPage_asksWhoHasAnAccountForItsPassword(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	must(c.AddMember("Guest", "guest@example.com", simulator.RoleViewer, password))(t)
	mustDo(t, c.RemoveMember("guest@example.com", ""))
	i := must(c.Invite("Guest@example.com", simulator.RoleEditor, "en"))(t)
	page := c.pageShows(i.Link, nil, 200, "You have an account already", `autocomplete="current-password"`)
	if strings.Contains(page, `name="name"`) {
		t.Fatal("the page asks for a name that it knows")
	}
	c.pageShows(i.Link, fill("", "Wrong-Password.3"), 422, "not the password of your account")
	c.pageShows(i.Link, fill("Ignored", password), 200, "Welcome")
	m, _ := c.Member("guest@example.com")
	if m.Name != "Guest" || m.Role != simulator.RoleEditor {
		t.Fatalf("member %v", m)
	}
}

func TestInvitationPage_escapesWhatPeopleWrite(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	mustDo(t, c.RenameOrganization(c.Account().OrganizationID, `<script>alert(1)</script>`))
	i := must(c.Invite("guest@example.com", simulator.RoleEditor, "en"))(t)
	r := c.call("POST", i.Link, nobody, nil)
	equal(t, "status", r.status, 422)
	if strings.Contains(string(r.body), "<script") {
		t.Fatalf("%s", r.body)
	}
}

func TestInvitationPage_unknownLinkIsNotFound(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	c.pageShows("/invitations/no-such-token", nil, 404, "no such invitation")
	c.pageShows("/invitations/", nil, 404)
	c.pageShows("/invitations/no-such-token", fill("A", password), 404)
	equal(t, "other verbs", c.call("DELETE", "/invitations/no-such-token", nobody, nil).status, 405)
	equal(t, "record", len(c.Requests()), 0)
}

func TestInvitationPage_linkBeginsWhereTheCloudIsSaidToBe(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	i := must(c.Invite("guest@example.com", simulator.RoleEditor, "en"))(t)
	if !strings.HasPrefix(i.Link, "/invitations/") {
		t.Fatalf("link %q", i.Link)
	}
	c.SetBaseURL("https://cloud.example.com/")
	i, _ = c.Invitation("guest@example.com")
	told := c.call("GET", c.org+"/invitations/"+i.ID, c.administrator(), nil).want(200).object()["invitationLink"]
	equal(t, "link", told, any(i.Link))
	if !strings.HasPrefix(i.Link, "https://cloud.example.com/invitations/") {
		t.Fatalf("link %q", i.Link)
	}
}
