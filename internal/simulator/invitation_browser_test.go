package simulator_test

import (
	"context"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// browserLife is more than all that one browser is asked here takes on a busy machine.
const browserLife = 3 * time.Minute

// startBrowser starts one browser without a window, which ends with the test. Where there is none, the test is skipped.
func startBrowser(t *testing.T) context.Context {
	t.Helper()
	var path string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Skip("There is no browser on PATH: install Chromium (on Debian, apt-get install chromium) to try the invitation page in one.")
	}
	bounded, release := context.WithTimeout(t.Context(), browserLife)
	t.Cleanup(release)
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.NoSandbox, // root and containers have none
		chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"), // nothing but loopback
	)
	allocator, closed := chromedp.NewExecAllocator(bounded, options...)
	t.Cleanup(closed)
	browser, closeBrowser := chromedp.NewContext(allocator)
	t.Cleanup(closeBrowser)
	mustDo(t, chromedp.Do(browser))
	return browser
}

// tab is one tab of a browser, with cookies and storage of its own, and the cloud whose pages it shows.
type tab struct {
	*cloud
	ctx context.Context
}

func newTab(t *testing.T, browser context.Context, setup ...chromedp.Action[chromedp.Void]) *tab {
	t.Helper()
	ctx, closeTab := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	t.Cleanup(closeTab)
	// Tabs side by side each have the focus, as if each were in front.
	setup = append(setup, command(emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true}))
	mustDo(t, chromedp.Do(ctx, setup...))
	return &tab{newCloud(t), ctx}
}

func command[P any](c cdp.Command[P, cdp.Empty], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, c, params)
		return err
	})
}

// opens does what leads to another page, waits for that page and fails the test unless it came with the status.
func (b *tab) opens(status int64, steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	response, err := chromedp.RunResponse(b.ctx, steps...)
	if err != nil {
		b.t.Fatalf("waiting for a page: %v; the tab shows %q", err, b.text())
	}
	equal(b.t, "status", response.Status, status)
}

func (b *tab) visit(link string, status int64) {
	b.t.Helper()
	b.opens(status, chromedp.Navigate(b.url+link))
}

// ask evaluates an expression in b's page.
func ask[T any](b *tab, expression string) T {
	b.t.Helper()
	return must(chromedp.Run(b.ctx, chromedp.Evaluate[T](expression)))(b.t)
}

// text is what b shows, as one would read it.
func (b *tab) text() string {
	b.t.Helper()
	return ask[string](b, `document.body.innerText`)
}

func (b *tab) shows(words ...string) {
	b.t.Helper()
	text := b.text()
	for _, word := range words {
		if !strings.Contains(text, word) {
			b.t.Fatalf("no %q in %q", word, text)
		}
	}
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

// fill types into the field that has the label, after a click on the label.
func (b *tab) fill(label, value string) {
	b.t.Helper()
	mustDo(b.t, chromedp.Do(b.ctx, chromedp.Click(labelled("label", label)), chromedp.KeyEvent(value)))
	equal(b.t, label, b.focused("value"), value)
}

func labelled(element, label string) chromedp.Search {
	return chromedp.Search(`//` + element + `[normalize-space()="` + label + `"]`)
}

// focused is a property of what has the focus.
func (b *tab) focused(property string) string {
	b.t.Helper()
	return ask[string](b, `String(document.activeElement.`+property+`)`)
}

func (b *tab) press(key string) {
	b.t.Helper()
	mustDo(b.t, chromedp.Do(b.ctx, chromedp.KeyEvent(key)))
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
		"Invitation à JMap Cloud", "vous invite à rejoindre l’organisation", "Lecteur",
		"Nom complet", "Mot de passe", "Créer mon compte et rejoindre",
		"Le mot de passe est trop faible.", "Bienvenue\u00a0!", "Vous êtes maintenant membre de", "Ce lien ne fonctionne plus", "déjà été acceptée",
	},
	"es": {
		"Invitación a JMap Cloud", "le invita a unirse a la organización", "Lector",
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
	browser := startBrowser(t)
	for language := range invitationIn {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			invitationIsAccepted(newTab(t, browser), language)
		})
		t.Run(language+" on a phone", func(t *testing.T) {
			t.Parallel()
			invitationFitsAPhone(newTab(t, browser, chromedp.EmulateViewport(phoneWidth, 568, chromedp.EmulateMobile)), language)
		})
	}
	t.Run("without a mouse", func(t *testing.T) {
		t.Parallel()
		invitationNeedsNoMouse(newTab(t, browser))
	})
	t.Run("without JavaScript", func(t *testing.T) {
		t.Parallel()
		scriptless := command(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		b := newTab(t, browser, scriptless)
		b.opens(200, chromedp.Navigate(`data:text/html,<title>off</title><script>document.title = "on"</script>`))
		equal(t, "JavaScript", must(chromedp.Run(b.ctx, chromedp.Title()))(t), "off")
		invitationIsAccepted(b, "fr")
	})
}

func invitationIsAccepted(b *tab, language string) {
	b.t.Helper()
	words := invitationIn[language]
	link := must(b.Invite(guest, simulator.RoleViewer, language))(b.t).Link

	b.visit(link, 200)
	b.isIn(language, words.heading)
	b.shows(words.lead, "Simulated Organization", "Simulated Administrator", guest, words.role)

	b.fill(words.name, guestName)
	b.fill(words.password, weakPassword)
	b.opens(422, chromedp.Click(labelled("button", words.join)))
	b.isIn(language, words.heading)
	b.shows(words.weak)
	equal(b.t, "name", ask[string](b, `document.querySelector('#name').value`), guestName)
	equal(b.t, "password", ask[string](b, `document.querySelector('#password').value`), "")
	equal(b.t, "members", len(b.Members()), 1)

	b.fill(words.password, password)
	b.opens(200, chromedp.Click(labelled("button", words.join)))
	b.isIn(language, words.done)
	b.shows(words.member, "Simulated Organization")

	b.visit(link, 410)
	b.isIn(language, words.gone)
	b.shows(words.used)
	equal(b.t, "forms", ask[int](b, `document.forms.length`), 0)

	equal(b.t, "API requests of the page", len(b.Requests()), 0)
	m, found := b.Member(guest)
	if !found || m.Name != guestName || m.Role != simulator.RoleViewer {
		b.t.Fatalf("member %+v", m)
	}
	b.session(guest, password)
}

func invitationNeedsNoMouse(b *tab) {
	b.t.Helper()
	link := must(b.Invite(guest, simulator.RoleEditor, "en"))(b.t).Link

	b.visit(link, 200)
	b.press(kb.Tab)
	equal(b.t, "the first stop", b.focused("id"), "name")
	b.press(guestName)
	b.press(kb.Tab)
	equal(b.t, "the second stop", b.focused("id"), "password")
	// The form itself holds back what is too short.
	b.press("short" + kb.Enter)
	equal(b.t, "too short", ask[bool](b, `document.querySelector('#password').validity.tooShort`), true)
	equal(b.t, "focus", b.focused("id"), "password")
	b.press(weakPassword)
	b.opens(422, chromedp.KeyEvent(kb.Enter))

	equal(b.t, "where the refusal leads", b.focused("id"), "password")
	equal(b.t, "the password is marked", b.focused("ariaInvalid"), "true")
	b.press(password + kb.Tab)
	equal(b.t, "the last stop", b.focused("tagName"), "BUTTON")
	b.opens(200, chromedp.KeyEvent(kb.Enter))
	b.shows("Welcome!")
	if m, _ := b.Member(guest); m.Name != guestName {
		b.t.Fatalf("member %+v", m)
	}
}

// phoneWidth is that of the narrowest phones in use.
const phoneWidth = 320

func invitationFitsAPhone(b *tab, language string) {
	b.t.Helper()
	words := invitationIn[language]
	organization, address := strings.Repeat("Organization", 12), strings.Repeat("guest", 12)+"@example.com"
	mustDo(b.t, b.RenameOrganization(b.Account().OrganizationID, organization))
	link := must(b.Invite(address, simulator.RoleAdministrator, language))(b.t).Link

	b.visit(link, 200)
	b.shows(organization, address)
	b.fits()
	b.fill(words.name, guestName)
	b.fill(words.password, weakPassword)
	b.opens(422, chromedp.Click(labelled("button", words.join)))
	b.shows(words.weak)
	b.fits()
	b.fill(words.password, password)
	b.opens(200, chromedp.Click(labelled("button", words.join)))
	b.shows(organization)
	b.fits()
	b.visit(link, 410)
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
