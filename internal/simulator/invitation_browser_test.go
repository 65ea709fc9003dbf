package simulator_test

import (
	"context"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/tools/browser"
)

// tab is one tab of a browser, and the cloud whose pages it shows.
type tab struct {
	*cloud
	*browser.Tab
}

func newTab(t *testing.T, chromium context.Context, setup ...chromedp.Action[chromedp.Void]) *tab {
	t.Helper()
	c := newCloud(t)
	return &tab{c, browser.NewTab(t, chromium, c.url, setup...)}
}

// ask evaluates an expression in b's page.
func ask[T any](b *tab, expression string) T {
	b.t.Helper()
	return browser.Ask[T](b.Tab, expression)
}

// isIn fails the test unless the page is in the language, has the heading and a title, and the browser took its style, which it does only
// where the page's policy allows it.
func (b *tab) isIn(language, heading string) {
	b.t.Helper()
	title := invitationIn[language].heading
	if heading != title {
		title = heading + " · " + title
	}
	equal(b.t, "title", ask[string](b, `document.title`), title)
	equal(b.t, "language", ask[string](b, `document.documentElement.lang`), language)
	equal(b.t, "heading", ask[string](b, `document.querySelector('h1').innerText`), heading)
	equal(b.t, "layout", ask[string](b, `getComputedStyle(document.body).display`), "grid")
}

// weakPassword is long enough for the form, and too simple for the cloud.
const weakPassword = "longenough"

// invitationWords is what the page says in one language.
type invitationWords struct {
	heading, lead, role, name, password, join string
	weak, done, member, gone, used            string
}

var invitationIn = map[string]invitationWords{
	"en": {
		"Invitation to JMap Cloud", "invites you to join the organization", "Viewer",
		"Full name", "Password", "Create my account and join",
		"The password is too weak.", "Welcome!", "You are now a member of", "This link no longer works", "accepted already",
	},
	"fr": {
		"Invitation à JMap Cloud", "vous invite à rejoindre l’organisation", "Visualisateur",
		"Nom complet", "Mot de passe", "Créer mon compte et rejoindre",
		"Le mot de passe est trop faible.", "Bienvenue\u00a0!", "Vous êtes maintenant membre de", "Ce lien ne fonctionne plus", "déjà été acceptée",
	},
	"es": {
		"Invitación a JMap Cloud", "le invita a unirse a la organización", "Visualizador",
		"Nombre completo", "Contraseña", "Crear mi cuenta y unirme",
		"La contraseña es demasiado débil.", "¡Le damos la bienvenida!", "Ya es miembro de", "Este enlace ya no funciona", "ya fue aceptada",
	},
}

const (
	guest     = "guest@example.com"
	guestName = "Zoë O’Brien-Muñoz"
)

func TestInvitationPage_worksInABrowser(t *testing.T) {
	t.Parallel()
	chromium := browser.ForTest(t)
	for language := range invitationIn {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			invitationIsAccepted(newTab(t, chromium), language)
		})
		t.Run(language+" on a phone", func(t *testing.T) {
			t.Parallel()
			invitationFitsAPhone(newTab(t, chromium, chromedp.EmulateViewport(phoneWidth, 568, chromedp.EmulateMobile)), language)
		})
	}
	t.Run("without a mouse", func(t *testing.T) {
		t.Parallel()
		invitationNeedsNoMouse(newTab(t, chromium))
	})
	t.Run("without JavaScript", func(t *testing.T) {
		t.Parallel()
		b := newTab(t, chromium, browser.WithoutJavaScript())
		b.Opens(200, chromedp.Navigate(`data:text/html,<title>off</title><script>document.title = "on"</script>`))
		equal(t, "JavaScript", ask[string](b, `document.title`), "off")
		invitationIsAccepted(b, "fr")
	})
}

func invitationIsAccepted(b *tab, language string) {
	words := invitationIn[language]
	link := must(b.Invite(guest, simulator.RoleViewer, language))(b.t).Link

	b.Visit(link, 200)
	b.isIn(language, words.heading)
	b.Shows(words.lead, "Simulated Organization", "Simulated Administrator", guest, words.role)

	b.Fill(words.name, guestName)
	b.Fill(words.password, weakPassword)
	b.Opens(422, chromedp.Click(browser.Labelled("button", words.join)))
	b.isIn(language, words.heading)
	b.Shows(words.weak)
	equal(b.t, "name", ask[string](b, `document.querySelector('#name').value`), guestName)
	equal(b.t, "password", ask[string](b, `document.querySelector('#password').value`), "")
	equal(b.t, "members", len(b.Members()), 1)

	b.Fill(words.password, password)
	b.Opens(200, chromedp.Click(browser.Labelled("button", words.join)))
	b.isIn(language, words.done)
	b.Shows(words.member, "Simulated Organization")

	b.Visit(link, 410)
	b.isIn(language, words.gone)
	b.Shows(words.used)
	equal(b.t, "forms", ask[int](b, `document.forms.length`), 0)

	equal(b.t, "API requests of the page", len(b.Requests()), 0)
	m, found := b.Member(guest)
	if !found || m.Name != guestName || m.Role != simulator.RoleViewer {
		b.t.Fatalf("member %+v", m)
	}
	b.session(guest, password)
}

func invitationNeedsNoMouse(b *tab) {
	link := must(b.Invite(guest, simulator.RoleEditor, "en"))(b.t).Link

	b.Visit(link, 200)
	b.Press(kb.Tab)
	b.Focuses("#name")
	b.Press("  " + kb.Tab)
	b.Focuses("#password")
	// The form itself holds back what is too short.
	b.Press("short" + kb.Enter)
	equal(b.t, "too short", ask[bool](b, `document.activeElement.validity.tooShort`), true)
	b.Press(weakPassword)
	equal(b.t, "password", ask[string](b, `document.activeElement.value`), "short"+weakPassword)
	b.Opens(422, chromedp.KeyEvent(kb.Enter))

	// Each refusal leads to the field that is to blame.
	b.Focuses("#name[aria-invalid=true]")
	b.Press(kb.Tab)
	b.Focuses("#password")
	b.Do(chromedp.KeyEvent(kb.Tab, chromedp.KeyModifiers(chromedp.ModifierShift))) // which selects the name
	b.Focuses("#name")
	b.Press(guestName + kb.Tab + weakPassword)
	b.Opens(422, chromedp.KeyEvent(kb.Enter))
	b.Focuses("#password[aria-invalid=true]")
	b.Press(password + kb.Tab)
	b.Focuses("button")
	b.Opens(200, chromedp.KeyEvent(kb.Enter))
	b.Shows("Welcome!")
	if m, _ := b.Member(guest); m.Name != guestName {
		b.t.Fatalf("member %+v", m)
	}
}

// phoneWidth is that of the narrowest phones in use.
const phoneWidth = 320

func invitationFitsAPhone(b *tab, language string) {
	words := invitationIn[language]
	organization, address := strings.Repeat("Organization", 12), strings.Repeat("guest", 12)+"@example.com"
	mustDo(b.t, b.RenameOrganization(b.Account().OrganizationID, organization))
	link := must(b.Invite(address, simulator.RoleAdministrator, language))(b.t).Link

	b.Visit(link, 200)
	b.Shows(organization, address)
	b.fits()
	b.Fill(words.name, guestName)
	b.Fill(words.password, weakPassword)
	b.Opens(422, chromedp.Click(browser.Labelled("button", words.join)))
	b.Shows(words.weak)
	b.fits()
	b.Fill(words.password, password)
	b.Opens(200, chromedp.Click(browser.Labelled("button", words.join)))
	b.Shows(organization)
	b.fits()
	b.Visit(link, 410)
	b.fits()
}

// fits fails the test unless b's page is as wide as the phone, and nothing on it is wider than its place.
func (b *tab) fits() {
	b.t.Helper()
	equal(b.t, "width of the page", ask[int](b, `innerWidth`), phoneWidth)
	equal(b.t, "width to scroll", ask[int](b, `document.documentElement.scrollWidth`), phoneWidth)
	equal(b.t, "what overflows", ask[string](b,
		`[...document.querySelectorAll('main, main *')].filter(e => e.scrollWidth > e.clientWidth && e.clientWidth).map(e => e.outerHTML).join()`), "")
}
