// Package portal shows the simulated cloud as pages, as JMap Cloud's portal shows an organization; it knows only what the simulator exports.
//
// Whoever opens it acts as the administrator of the seeded organization, under the rules of the API. The pages are for people, and no part
// of the contract: of the provider's tests, only those depend on them that make drift as a reader of the guides does.
package portal

import (
	"bytes"
	"embed"
	"html/template"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/language"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// Path is where the portal begins.
const Path = "/portal/"

const maxForm = 1 << 16 // bytes

//go:embed templates
var files embed.FS

// templates are the views by the name of their file, each inside the layout.
var templates = func() map[string]*template.Template {
	views := map[string]*template.Template{}
	layout := template.Must(template.New("layout.html").Funcs(template.FuncMap{"visible": visible, "lines": lines}).
		ParseFS(files, "templates/layout.html"))
	for _, name := range []string{"home", "general", "table", "information", "form", "delete", "secret", "problem"} {
		views[name] = template.Must(template.Must(layout.Clone()).ParseFS(files, "templates/"+name+".html"))
	}
	return views
}()

// portal is what the pages of one cloud have in common.
type portal struct {
	cloud *simulator.Server

	mu      sync.Mutex
	secrets map[string]string // of API keys by id, until they are shown
}

// Handler answers / and what is below Path. Everything else is cloud's.
func Handler(cloud *simulator.Server) http.Handler {
	p := &portal{cloud: cloud, secrets: map[string]string{}}
	pages := p.pages()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" || strings.HasPrefix(r.URL.Path+"/", Path) {
			pages.ServeHTTP(w, r)
			return
		}
		cloud.ServeHTTP(w, r)
	})
}

// handle answers one request; an error is a refusal of the cloud.
type handle func(*request) (answer, error)

func (p *portal) pages() http.Handler {
	mux := http.NewServeMux()
	for pattern, file := range map[string]string{"GET /portal/style.css": "text/css", "GET /portal/script.js": "text/javascript"} {
		mux.Handle(pattern, asset(strings.TrimPrefix(pattern, "GET /portal/"), file))
	}
	mux.Handle("/", p.show("", func(*request) (answer, error) {
		return answer{status: http.StatusNotFound, view: "problem", title: "problem"}, nil
	}))
	mux.Handle("GET /{$}", p.show("", home))
	mux.Handle("GET /portal", p.show("", toGeneral))
	mux.Handle("GET /portal/{$}", p.show("", toGeneral))
	for _, tab := range tabs {
		for pattern, handle := range tab.pages(p) {
			method, path, _ := strings.Cut(pattern, " ")
			mux.Handle(method+" "+Path+tab.name+path, p.show(tab.name, handle))
		}
	}
	return guarded(mux)
}

// tab is one tab of the portal with its pages, by method and what follows the tab's own path.
type tab struct {
	name  string
	pages func(*portal) map[string]handle
}

var tabs = []tab{
	{"general", (*portal).general},
	{"api-keys", (*portal).apiKeys},
	{"members", (*portal).members},
	{"invitations", (*portal).invitations},
	{"projects", (*portal).projects},
	{"activity", (*portal).activity},
}

// guarded refuses other machines, other names for this machine, which any site can make, and the forms of other sites.
func guarded(next http.Handler) http.Handler {
	origins := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("X-Content-Type-Options", "nosniff")
		if !loopback(r.RemoteAddr) || !loopback(r.Host) {
			http.Error(w, "The portal is for this machine only: open it at 127.0.0.1, [::1] or localhost.", http.StatusForbidden)
			return
		}
		if err := origins.Check(r); err != nil {
			http.Error(w, "The portal takes forms from its own pages only.", http.StatusForbidden)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		next.ServeHTTP(w, r)
	})
}

// loopback tells whether an address, with or without a port, is this machine's.
func loopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = strings.Trim(address, "[]")
	}
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

func asset(name, kind string) http.Handler {
	content, err := files.ReadFile("templates/" + name)
	if err != nil {
		panic(err) // the names are ours
	}
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind+"; charset=utf-8")
		_, _ = w.Write(content)
	})
}

// request is one request with its language.
type request struct {
	*http.Request
	Language string
}

// answer is a redirection, if to is set, or a view in the layout.
type answer struct {
	to      string
	status  int // 200 if not set
	view    string
	title   string // the key of its words; the tab's name if not set
	refusal error  // of what the form asked, which the view shows again
	data    any
}

var matcher = language.NewMatcher([]language.Tag{language.English, language.French, language.Spanish})

// newRequest takes the language from ?lang=, else from the browser.
func newRequest(r *http.Request) *request {
	asked := r.URL.Query().Get("lang")
	if slices.Contains(languageCodes, asked) {
		return &request{r, asked}
	}
	tag, _ := language.MatchStrings(matcher, r.Header.Get("Accept-Language"))
	base, _ := tag.Base()
	return &request{r, base.String()}
}

// Link keeps the language that the reader chose. Pairs of names and values follow the path.
func (r *request) Link(path string, pairs ...string) string {
	query := url.Values{}
	if asked := r.URL.Query().Get("lang"); asked == r.Language {
		query.Set("lang", asked)
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		query.Set(pairs[i], pairs[i+1])
	}
	if len(query) == 0 {
		return path
	}
	return path + "?" + query.Encode()
}

// show is the order of what happens to a request for a page: its form is read, the cloud admits the administrator, the page answers.
func (p *portal) show(tab string, answerTo handle) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			http.Error(w, "The form cannot be read.", http.StatusBadRequest)
			return
		}
		in := newRequest(r)
		err := error(nil)
		if tab != "" {
			err = p.cloud.Admit()
		}
		var a answer
		if err == nil {
			a, err = answerTo(in)
		}
		if err != nil {
			a = answer{status: simulator.RefusalStatus(err), view: "problem", title: "problem", refusal: err}
		}
		if a.to != "" {
			http.Redirect(w, r, a.to, http.StatusSeeOther)
			return
		}
		p.write(w, in, tab, a)
	})
}

// page is what the layout shows.
type page struct {
	*request
	Tab, Title   string
	Organization string
	Account      string // the name of who is signed in
	Notice       string // the key of its words
	Refusal      string // as the API words it
	Status       int
	Data         any
}

func (p *portal) write(w http.ResponseWriter, r *request, tab string, a answer) {
	shown := page{request: r, Tab: tab, Title: a.title, Account: p.cloud.Account().Name, Status: a.status, Data: a.data}
	if o, err := p.cloud.Organization(); err == nil {
		shown.Organization = o.Name
	}
	if a.refusal != nil {
		shown.Refusal = a.refusal.Error()
		shown.Status = simulator.RefusalStatus(a.refusal)
	}
	if shown.Title == "" {
		shown.Title = tab
	}
	if done := "done-" + r.URL.Query().Get("done"); isWord(done) && r.Method == http.MethodGet {
		shown.Notice = done
	}
	if shown.Status == 0 {
		shown.Status = http.StatusOK
	}
	var rendered bytes.Buffer
	if err := templates[a.view].Execute(&rendered, shown); err != nil {
		panic(err) // templates and data are both ours
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", r.Language)
	w.WriteHeader(shown.Status)
	_, _ = w.Write(rendered.Bytes())
}

// Tabs returns the names of the tabs, in their order.
func (page) Tabs() []string {
	var names []string
	for _, t := range tabs {
		names = append(names, t.name)
	}
	return names
}

// Languages returns the codes of the languages, in their order.
func (page) Languages() []string { return languageCodes }

// Kept returns the parameters that a new filter leaves alone, by name and value.
func (p page) Kept() []option {
	var kept []option
	for _, name := range []string{"lang", "sort"} {
		if value := p.URL.Query().Get(name); value != "" {
			kept = append(kept, option{Value: name, Label: value})
		}
	}
	return kept
}

// factsView is a list of facts and the page that it is on.
type factsView struct {
	Page  page
	Facts []fact
}

// With is what the template of facts shows.
func (p page) With(facts []fact) factsView { return factsView{p, facts} }

// In returns the link to this page in another language.
func (p page) In(code string) string {
	query := p.URL.Query()
	query.Set("lang", code)
	return p.URL.EscapedPath() + "?" + query.Encode()
}

func home(*request) (answer, error) { return answer{view: "home", title: "home"}, nil }

func toGeneral(r *request) (answer, error) { return answer{to: r.Link(Path + "general")}, nil }

// below is the path of one row of a tab, and of what is below it.
func below(tab, id string, more ...string) string {
	return Path + tab + "/" + strings.Join(append([]string{url.PathEscape(id)}, more...), "/")
}

// visible writes out the characters that turn the direction of what follows them: those of a name could otherwise reorder the page.
func visible(text string) string { return bidiControls.Replace(text) }

var bidiControls = strings.NewReplacer(
	"\u202a", "‹U+202A›", "\u202b", "‹U+202B›", "\u202c", "‹U+202C›", "\u202d", "‹U+202D›", "\u202e", "‹U+202E›",
	"\u2066", "‹U+2066›", "\u2067", "‹U+2067›", "\u2068", "‹U+2068›", "\u2069", "‹U+2069›",
)

func lines(text string) []string { return strings.Split(text, "\n") }
