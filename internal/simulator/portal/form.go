package portal

import (
	"net/http"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// formView is a form that posts to its own page.
type formView struct {
	Facts  []fact // of what the form changes
	Fields []field
	Submit string // the key of its words
	Cancel string // a path
}

type field struct {
	Name, Label, Type string // Label is the key of its words; Type is select, or that of an input
	Value             string
	Options           []option
	Hint              string // the key of its words
}

// informationView is what there is to know of one row.
type informationView struct {
	Facts   []fact
	Actions []action
	Back    string
}

type fact struct {
	Label, Text, Note string // Label is the key of its words
	Kind              kind
	Copy              bool // true if a button copies the text
}

// choose makes the options of a list, of values that are keys of the words.
func (r *request) choose(chosen string, values ...string) []option {
	var options []option
	for _, value := range values {
		options = append(options, option{value, r.Word(value), value == chosen})
	}
	return options
}

// deleteView asks before a deletion. Where the owner owns something, or may, a member can be chosen who receives it.
type deleteView struct {
	Facts      []fact
	Lost, Kept []string // the names of what is deleted with the owner, and of what has other owners
	More       int      // how many more there are than are named
	CheckBox   bool     // true if a check box says that ownership is transferred, as for members
	Checked    bool
	Successors []option
	Unsure     bool // true if the box and the list contradict each other
	Cancel     string
}

const namedHoldings = 50

// owned fills in what the owner with the email owns, and who may receive it.
func (v *deleteView) owned(r *request, cloud *simulator.Server, owner string) {
	for i, h := range cloud.Holdings(owner) {
		switch {
		case i >= namedHoldings:
			v.More++
		case h.Alone:
			v.Lost = append(v.Lost, r.holding(h))
		default:
			v.Kept = append(v.Kept, r.holding(h))
		}
	}
	for _, m := range cloud.Successors(owner) {
		v.Successors = append(v.Successors, option{m.Email, m.Name + " <" + m.Email + ">", m.Email == r.PostForm.Get("to")})
	}
}

// Owns reports whether the owner owns anything.
func (v deleteView) Owns() bool { return len(v.Lost)+len(v.Kept) > 0 }

func (r *request) holding(h simulator.Holding) string {
	if h.Project != nil {
		return r.Word("project") + " " + r.translated(h.Project)
	}
	return r.Word("data-source") + " " + h.Name
}

// translated is a name in r's language, else in another that it has.
func (r *request) translated(name map[string]string) string {
	for _, code := range append([]string{r.Language}, "en", "fr", "es") {
		if name[code] != "" {
			return name[code]
		}
	}
	return ""
}

// deletion shows the question, and on POST deletes and goes back to the list.
func (r *request) deletion(list, title string, v deleteView, remove func(transferTo string) error) (answer, error) {
	v.Cancel = r.Link(list)
	for i := range v.Facts {
		v.Facts[i].Copy = false // they are to be read here
	}
	a := answer{view: "delete", title: title}
	if r.Method == http.MethodPost {
		to := r.PostForm.Get("to")
		v.Checked = r.PostForm.Has("transfer")
		if v.CheckBox && v.Checked != (to != "") {
			// One of the two is a mistake, and the other one may cost a map.
			v.Unsure, a.status = true, http.StatusUnprocessableEntity
		} else if a.refusal = remove(to); a.refusal == nil {
			return answer{to: r.Link(list, "done", "deleted")}, nil
		}
	}
	a.data = v
	return a, nil
}
