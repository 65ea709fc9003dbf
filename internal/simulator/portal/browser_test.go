package portal_test

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/tools/browser"
)

// tab shows the pages of a visitor's cloud.
type tab struct {
	*visitor
	*browser.Tab
	language string
}

func (b *tab) link(path string) string {
	return path + map[bool]string{true: "&", false: "?"}[strings.Contains(path, "?")] + "lang=" + b.language
}

func (b *tab) opens(path string, status int64) {
	b.t.Helper()
	b.Visit(b.link(path), status)
}

// clicks follows the link or presses the button that has the words, to another page.
func (b *tab) clicks(element, words string, status int64) {
	b.t.Helper()
	b.Opens(status, chromedp.Click(browser.Labelled(element, words)))
}

// sets chooses from a list, or replaces what a field has.
func (b *tab) sets(id, value string) {
	b.t.Helper()
	if got := browser.Ask[string](b.Tab, `(e => { e.value = `+quoted(value)+`; return e.value })(document.getElementById(`+quoted(id)+`))`); got != value {
		b.t.Fatalf("%s cannot be %q", id, value)
	}
}

func quoted(text string) string { return `"` + strings.ReplaceAll(text, `"`, `\"`) + `"` }

// portalWords are what the tests follow and read, in one language.
type portalWords struct {
	headings                                                [6]string // of the tabs, in their order
	lead                                                    string    // of a page, to know its language by
	filter, next, createKey, create, once, ok, invite, sent string
	edit, save, saved, refused, remove, deleted, lost       string
	role                                                    [3]string // as of roles
}

var portalIn = map[string]portalWords{
	"en": {
		[6]string{"General", "API Keys", "Members", "Invitations", "Projects", "Activity"}, "The people of the organization.",
		"Filter", "Next", "Create new API key", "Create", "It cannot be seen again once this page is closed.", "OK", "Invite member", "The email was sent.",
		"Edit", "Save", "Saved.", "The cloud refuses this:", "Delete", "Deleted.", "these are deleted for ever",
		[3]string{"Administrator", "Editor", "Viewer"},
	},
	"fr": {
		[6]string{"Général", "Clés d’API", "Membres", "Invitations", "Projets", "Activité"}, "Les personnes de l’organisation.",
		"Filtrer", "Suivante", "Ajouter une clé", "Créer", "Il ne sera plus possible de la voir", "OK", "Inviter un membre", "Le courriel a été envoyé.",
		"Modifier", "Enregistrer", "Enregistré.", "Le nuage refuse\u00a0:", "Supprimer", "Supprimé.", "ceci est supprimé pour toujours",
		[3]string{"Administrateur", "Éditeur", "Visualisateur"},
	},
	"es": {
		[6]string{"General", "Claves de API", "Miembros", "Invitaciones", "Proyectos", "Actividad"}, "Las personas de la organización.",
		"Filtrar", "Siguiente", "Crear una clave de API", "Crear", "No se podrá volver a ver", "Aceptar", "Invitar a un miembro", "Se envió el correo electrónico.",
		"Modificar", "Guardar", "Guardado.", "La nube lo rechaza:", "Eliminar", "Eliminado.", "esto se elimina para siempre",
		[3]string{"Administrador", "Editor", "Visualizador"},
	},
}

func TestPortal_worksInABrowser(t *testing.T) {
	t.Parallel()
	chromium := browser.ForTest(t)
	for name, c := range map[string]struct {
		language string
		setup    []chromedp.Action[chromedp.Void]
	}{
		"en":                    {"en", nil},
		"fr on a phone":         {"fr", []chromedp.Action[chromedp.Void]{chromedp.EmulateViewport(360, 740, chromedp.EmulateMobile)}},
		"es without JavaScript": {"es", []chromedp.Action[chromedp.Void]{browser.WithoutJavaScript()}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := newVisitor(t)
			b := &tab{v, browser.NewTab(t, chromium, v.url, c.setup...), c.language}
			words := portalIn[c.language]
			b.seesEveryTab(words)
			b.sortsFiltersAndPages(words)
			b.createsAKey(words)
			b.invitesAndEdits(words)
			b.deletes(words)
		})
	}
}

func (b *tab) seesEveryTab(words portalWords) {
	b.opens("/portal/", 200)
	for _, heading := range words.headings {
		b.clicks("nav/a", heading, 200)
		if got := browser.Ask[string](b.Tab, `document.querySelector('h1').innerText + document.documentElement.lang`); got != heading+b.language {
			b.t.Errorf("heading and language are %q, want %q", got, heading+b.language)
		}
		// The style is taken only where the page's policy allows it.
		if browser.Ask[string](b.Tab, `getComputedStyle(document.body).margin`) != "0px" {
			b.t.Errorf("%s has no style", heading)
		}
		b.fits()
	}
}

// fits fails the test unless the page is as wide as the screen.
func (b *tab) fits() {
	b.t.Helper()
	if over := browser.Ask[int](b.Tab, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
		b.t.Errorf("%s is %d pixels too wide: %s", browser.Ask[string](b.Tab, `location.href`), over,
			browser.Ask[string](b.Tab, `[...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML).slice(0, 3).join()`))
	}
}

func (b *tab) names() []string {
	b.t.Helper()
	return browser.Ask[[]string](b.Tab, `[...document.querySelectorAll('tbody tr')].map(row => row.querySelector('td bdi').innerText)`)
}

func (b *tab) sortsFiltersAndPages(words portalWords) {
	for i, name := range []string{"Zoë", "Bob", hostile, "عمر"} {
		b.member(name, fmt.Sprintf("%d@example.org", i), simulator.RoleViewer)
	}
	b.Seed(simulator.Seed{Members: 100})
	b.opens("/portal/members", 200)
	b.Shows(words.lead, words.role[0])
	b.clicks("nav/a", words.next, 200)
	if n := len(b.names()); n != 50 {
		b.t.Errorf("the second page has %d rows", n)
	}
	b.Do(chromedp.SendKeys(chromedp.CSS("#filter"), "example.org"))
	b.clicks("button", words.filter, 200)
	b.Opens(200, chromedp.Click(chromedp.CSS("th:first-child a")))
	up := b.names()
	b.Opens(200, chromedp.Click(chromedp.CSS("th:first-child a")))
	down := b.names()
	slices.Reverse(down)
	if len(up) != 4 || !slices.Equal(up, down) || slices.Index(up, "Bob") > slices.Index(up, "Zoë") {
		b.t.Errorf("sorted %q, and the other way %q", up, down)
	}
	b.Do(chromedp.Click(chromedp.CSS("summary")), chromedp.SendKeys(chromedp.CSS("#filter-name"), "ob"))
	b.sets("filter-role", simulator.RoleViewer)
	b.clicks("button", words.filter, 200)
	if names := b.names(); !slices.Equal(names, []string{"Bob"}) {
		b.t.Errorf("filtered %q", names)
	}

	// The hostile name is text, and what comes after it stays in its place.
	b.opens("/portal/members?filter=%3Cscript", 200)
	if names := b.names(); len(names) != 1 || !strings.HasPrefix(names[0], "<script>alert(1)</script>") {
		b.t.Errorf("the hostile name is %q", names)
	}
	if n := browser.Ask[int](b.Tab, `document.querySelectorAll('main script, main b').length`); n != 0 {
		b.t.Errorf("%d elements came out of a name", n)
	}
	b.fits()
}

func (b *tab) createsAKey(words portalWords) {
	b.opens("/portal/api-keys", 200)
	b.clicks("a", words.createKey, 200)
	b.Do(chromedp.SendKeys(chromedp.CSS("#title"), "Nightly"))
	b.sets("expires", "2999-12-31")
	b.sets("role", simulator.RoleEditor)
	b.clicks("button", words.create, 200)
	k, found := b.APIKeyByTitle("Nightly")
	if !found || k.Role != simulator.RoleEditor {
		b.t.Fatalf("key %+v", k)
	}
	b.Shows(words.once, k.Secret)
	b.fits()
	b.Opens(200, chromedp.Reload())
	if strings.Contains(b.Text(), k.Secret) {
		b.t.Error("the secret is shown again")
	}
	b.clicks("a", words.ok, 200)
	b.Shows("Nightly", k.ID)
}

const (
	guest         = "guest@example.com"
	guestName     = "Zoë O’Brien"
	guestPassword = "Another-Secret.2"
)

func (b *tab) invitesAndEdits(words portalWords) {
	b.opens("/portal/members", 200)
	b.clicks("a", words.invite, 200)
	b.Do(chromedp.SendKeys(chromedp.CSS("#email"), guest))
	b.sets("role", simulator.RoleViewer)
	b.clicks("button", words.create, 200)
	b.Shows(words.sent, guest, words.role[2])
	b.Opens(200, chromedp.Click(chromedp.CSS("#fact-link")))
	b.Do(chromedp.SendKeys(chromedp.CSS("#name"), guestName), chromedp.SendKeys(chromedp.CSS("#password"), guestPassword))
	b.Opens(200, chromedp.Click(chromedp.CSS("button")))

	b.opens("/portal/members?filter="+guest, 200)
	b.Shows(guestName, words.role[2])
	b.Opens(200, chromedp.Click(chromedp.CSS(`a[href*="/edit"]`)))
	b.sets("role", simulator.RoleEditor)
	b.clicks("button", words.save, 200)
	b.Shows(words.saved)
	if m, _ := b.Member(guest); m.Role != simulator.RoleEditor {
		b.t.Errorf("the guest is %+v", m)
	}

	b.opens("/portal/members?role=ORG_ADMIN", 200)
	b.Opens(200, chromedp.Click(chromedp.CSS(`a[href*="/edit"]`)))
	b.sets("role", simulator.RoleViewer)
	b.clicks("button", words.save, 409)
	b.Shows(words.refused, "The last administrator cannot be given a lower role.")
}

func (b *tab) deletes(words portalWords) {
	successor := b.member("Successor", "successor@example.com", simulator.RoleEditor)
	roads := must(b.AddProject("Roads", guest))(b.t)
	rivers := must(b.AddProject("Rivers", successor.Email))(b.t)

	m, _ := b.Member(guest)
	b.opens(memberPath(m, "/delete"), 200)
	b.Shows(words.lost, "Roads")
	b.sets("to", successor.Email)
	b.clicks("button", words.remove, 422) // the box is not ticked
	b.Do(chromedp.Click(chromedp.CSS("#transfer")))
	b.clicks("button", words.remove, 200)
	b.Shows(words.deleted)
	if owners := b.Owners(roads.ID); !slices.Equal(owners, []string{successor.Email}) {
		b.t.Errorf("owners %v", owners)
	}

	b.opens(memberPath(successor, "/delete"), 200)
	b.Shows(words.lost, "Roads", "Rivers")
	b.clicks("button", words.remove, 200)
	if b.Owners(roads.ID) != nil || b.Owners(rivers.ID) != nil {
		b.t.Error("the maps of a member without a successor are still there")
	}
	if n := len(b.Requests()); n != 0 {
		b.t.Errorf("the portal made %d API requests", n)
	}
}

func TestPortal_copiesAndRefreshesWithJavaScript(t *testing.T) {
	t.Parallel()
	chromium := browser.ForTest(t)
	v := newVisitor(t)
	b := &tab{v, browser.NewTab(t, chromium, v.url), "en"}
	b.opens("/portal/general", 200)
	// A browser without a window has no clipboard of its own that can be counted on.
	browser.Ask[bool](b.Tab, `(navigator.clipboard.writeText = async text => { window.copied = text }, true)`)
	b.Do(chromedp.Click(browser.Labelled("button", "Copy to the clipboard")), chromedp.WaitVisible(browser.Labelled("button", "Copied")))
	if copied := browser.Ask[string](b.Tab, `window.copied`); copied != b.Account().OrganizationID {
		t.Errorf("%q was copied", copied)
	}

	b.opens("/portal/activity", 200)
	b.Shows("There is nothing to show.")
	v.send(v.request(http.MethodGet, "/api/none", nil))
	b.Do(chromedp.WaitVisible(browser.Labelled("code", "/api/none")))
	b.Do(chromedp.Click(browser.Labelled("button", "Stop refreshing")), chromedp.WaitVisible(browser.Labelled("button", "Refresh every two seconds")))
}

// axe is where make axe puts what checks a page.
const axe = "../../../.cache/axe/node_modules/axe-core/axe.min.js"

func TestPortal_isAccessible(t *testing.T) {
	t.Parallel()
	script, err := os.ReadFile(axe)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("There is no axe-core: run make axe, which needs npm, to try whether everyone can use the portal.")
	} else if err != nil {
		t.Fatal(err)
	}
	chromium := browser.ForTest(t)
	for _, look := range []struct {
		language, colours string
		width             int64
	}{{"en", "light", 1280}, {"fr", "dark", 1280}, {"es", "light", 360}} {
		t.Run(look.language+" "+look.colours, func(t *testing.T) {
			t.Parallel()
			v := newVisitor(t)
			feature := &emulation.MediaFeature{Name: "prefers-color-scheme", Value: look.colours}
			b := &tab{v, browser.NewTab(t, chromium, v.url, chromedp.EmulateViewport(look.width, 800),
				browser.Command(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{feature}})), look.language}
			for _, page := range v.everyPage() {
				b.opens(page.path, page.status)
				b.isAccessible(string(script))
			}
			words := portalIn[look.language]
			b.opens("/portal/api-keys/new", 200)
			b.sets("title", "Nightly")
			b.clicks("button", words.create, 200)
			b.Shows(words.once)
			b.isAccessible(string(script))
			m, _ := v.Member("member-0001@example.com")
			b.opens(memberPath(m, "/delete"), 200)
			b.sets("to", "member-0003@example.com")
			b.clicks("button", words.remove, 422) // the box is not ticked
			b.isAccessible(string(script))
			b.opens("/portal/invitations/new", 200)
			b.sets("email", m.Email)
			b.clicks("button", words.create, 409)
			b.isAccessible(string(script))
		})
	}
}

// isAccessible fails the test unless axe-core, which is the script, finds nothing on the page, and the page fits the screen.
func (b *tab) isAccessible(script string) {
	b.t.Helper()
	browser.Ask[any](b.Tab, script+`; true`)
	found := browser.Ask[[]string](b.Tab,
		`axe.run().then(r => r.violations.map(v => v.id + ": " + v.nodes.map(n => n.html).slice(0, 3).join(" ")))`, chromedp.EvalAwaitPromise)
	if len(found) > 0 {
		b.t.Errorf("%s: %s", browser.Ask[string](b.Tab, `location.href`), strings.Join(found, "\n"))
	}
	b.fits()
}

type page struct {
	path   string
	status int64
}

// everyPage fills the cloud, and returns the path of each kind of page.
func (v *visitor) everyPage() []page {
	v.Advance(-8 * 24 * time.Hour)
	expired := must(v.Invite("late@example.com", simulator.RoleEditor, "fr"))(v.t)
	v.Advance(8 * 24 * time.Hour)
	v.Seed(simulator.Seed{Members: 60, APIKeys: 2, Invitations: 2, Projects: 4})
	v.send(v.request(http.MethodGet, "/api/none", nil))
	m, _ := v.Member("member-0001@example.com")
	long := v.member(strings.Repeat("Long", 60), strings.Repeat("long", 15)+"@example.com", simulator.RoleEditor)
	k := v.APIKeys()[0]
	return []page{
		{"/", 200}, {"/portal/general?done=saved", 200}, {"/portal/members?page=2", 200}, {"/portal/members?sort=-name&role=ORG_EDITOR", 200}, {memberPath(m, ""), 200},
		{memberPath(m, "/edit"), 200}, {memberPath(m, "/delete"), 200}, {memberPath(long, "/delete"), 200}, {"/portal/api-keys", 200}, {"/portal/api-keys/new", 200}, {"/portal/api-keys/" + k.ID, 200},
		{"/portal/api-keys/" + k.ID + "/delete", 200}, {"/portal/invitations", 200}, {"/portal/invitations/new", 200}, {"/portal/invitations/" + expired.ID, 200},
		{"/portal/invitations/" + expired.ID + "/delete", 200}, {"/portal/projects", 200}, {"/portal/activity", 200}, {"/portal/members/none", 404}, {"/portal/none", 404},
	}
}
