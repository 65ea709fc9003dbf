package simulator

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"strings"
)

//go:embed invitation_page.html
var pageSource string

var pageTemplate = template.Must(template.New("invitation").Parse(pageSource))

// page is what the template shows: a form, or with an empty Action only the heading and the lead.
type page struct {
	Language, Nonce, Heading, Lead string
	Action                         string
	Email, Role, Name              string
	Problem, Wrong                 string // why an answer was refused, and which field is to blame
	HasAccount                     bool
	Words                          translation
}

// invitationPage is where an invitation's link leads: GET shows the form, POST with name and password accepts.
func (s *Server) invitationPage(w http.ResponseWriter, r *http.Request) {
	token := strings.TrimPrefix(r.URL.Path, "/invitations/")
	var status int
	var p page
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		status, p = s.showInvitation(token)
	case http.MethodPost:
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		if err := r.ParseForm(); err != nil {
			http.Error(w, "The form cannot be read.", http.StatusBadRequest)
			return
		}
		status, p = s.acceptInvitation(token, r.PostForm.Get("name"), r.PostForm.Get("password"))
	default:
		w.Header().Set("Allow", "GET, HEAD, POST")
		http.Error(w, "An invitation is read with GET and accepted with POST.", http.StatusMethodNotAllowed)
		return
	}
	s.writePage(w, status, p)
}

func (s *Server) showInvitation(token string) (int, page) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.invited[token]
	if i == nil {
		return unknownPage()
	}
	if err := s.gone(i); err != nil {
		return i.gonePage(err)
	}
	return http.StatusOK, s.form(i)
}

func (s *Server) acceptInvitation(token, name, password string) (int, page) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.invited[token]
	if i == nil {
		return unknownPage()
	}
	if err := s.gone(i); err != nil {
		return i.gonePage(err)
	}
	if _, err := s.accept(i, name, password); err != nil {
		p := s.form(i)
		p.Name, p.Problem, p.Wrong = name, i.say(err), "password"
		if errors.Is(err, problemName) {
			p.Wrong = "name"
		}
		return http.StatusUnprocessableEntity, p
	}
	words := translations[i.language]
	return http.StatusOK, page{
		Language: i.language, Words: words, Heading: words.Done, Lead: fmt.Sprintf(words.DoneLead, i.organization.name),
	}
}

func (s *Server) form(i *invitation) page {
	words := translations[i.language]
	_, hasAccount := s.accounts[fold(i.email)]
	lead := words.Lead
	if hasAccount {
		lead = words.SignInLead
	}
	return page{
		Language: i.language, Words: words, Heading: words.Title,
		Lead:   fmt.Sprintf(lead, i.inviter.signature(), i.organization.name),
		Action: "/invitations/" + i.token,
		Email:  i.email, Role: words.Roles[i.role], HasAccount: hasAccount,
	}
}

func (i *invitation) gonePage(why error) (int, page) {
	words := translations[i.language]
	return http.StatusGone, page{Language: i.language, Words: words, Heading: words.Gone, Lead: i.say(why)}
}

// unknownPage is in English, for nothing tells the language.
func unknownPage() (int, page) {
	words := translations["en"]
	return http.StatusNotFound, page{Language: "en", Words: words, Heading: words.Gone, Lead: "There is no such invitation."}
}

// say is err in the invitation's language.
func (i *invitation) say(err error) string {
	var p problem
	if errors.As(err, &p) {
		return translations[i.language].Problems[p]
	}
	return err.Error()
}

func (s *Server) writePage(w http.ResponseWriter, status int, p page) {
	p.Nonce = newSecret()
	var rendered bytes.Buffer
	if err := pageTemplate.Execute(&rendered, p); err != nil {
		panic(err) // the template and its data are both ours
	}
	s.stamp(w.Header())
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", p.Language)
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Content-Security-Policy",
		"default-src 'none'; style-src 'nonce-"+p.Nonce+"'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	w.WriteHeader(status)
	_, _ = w.Write(rendered.Bytes())
}
