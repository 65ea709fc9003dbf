package portal

import (
	"bytes"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

const pageLength = 50 // rows

// kind is how a value is shown.
type kind string

const (
	text    kind = "text"   // what people wrote
	code    kind = "code"   // ids and paths
	moment  kind = "moment" // a time
	list    kind = "list"   // lines of text
	number  kind = "number"
	address kind = "address" // a link to open
)

// column is one attribute of the rows. Its key names it in the query and in the words.
type column[T any] struct {
	key     string
	kind    kind
	text    func(T) string // that is shown, sorted by and filtered by
	note    func(T) string // beside it
	choices []string       // the values that it can have, where they are few, as keys of the words
	value   func(T) string // the row's one of the choices
	hidden  bool           // true if it can be filtered by only
}

// table is what one tab lists.
type table[T any] struct {
	path    string
	columns []column[T]
	id      func(T) string
	name    func(T) string // for who cannot see the row that an action is in
	actions []action
}

// action is a link above a table, or in each row of it to what is below the row.
type action struct{ Words, Path string }

// tableView is the page of a table that a query asks for.
type tableView struct {
	Path            string
	Columns         []columnView
	Rows            []rowView
	Actions         []action // above the table
	HasRowActions   bool
	Filter          string
	Filtered        bool // by one of the columns
	Total, From, To int
	Previous, Next  string
	First, Last     string
	Page, Pages     int
	Sort            string
	Live            bool // true if the page refreshes itself
	Now             string
}

type columnView struct {
	Key, Label   string
	Link, Sorted string // Sorted is a value of aria-sort
	Filter       string
	Choices      []option
	Hidden       bool
}

type rowView struct {
	Name    string
	Cells   []cellView
	Actions []action
}

type cellView struct {
	Label, Text, Note string
	Kind              kind
}

type option struct {
	Value, Label string
	Selected     bool
}

// view sorts, filters and cuts rows as r's query says: ?sort=name or ?sort=-name, ?filter= for any column, ?name= for one, ?page=.
func (t table[T]) view(r *request, rows []T) tableView {
	query := r.URL.Query()
	v := tableView{Path: t.path, Filter: query.Get("filter"), Sort: query.Get("sort"), HasRowActions: len(t.actions) > 0}
	rows = slices.DeleteFunc(rows, func(row T) bool { return !t.matches(row, query) })
	sorted, descending := strings.CutPrefix(v.Sort, "-")
	for _, c := range t.columns {
		shown := columnView{Key: c.key, Label: r.Word(c.key), Filter: query.Get(c.key), Hidden: c.hidden}
		for _, choice := range c.choices {
			shown.Choices = append(shown.Choices, option{choice, r.Word(choice), choice == shown.Filter})
		}
		next := c.key
		if c.key == sorted {
			sortRows(rows, c, r.Language, descending)
			shown.Sorted = "ascending"
			if next = "-" + c.key; descending {
				shown.Sorted, next = "descending", c.key
			}
		}
		shown.Link = again(r, query, "sort", next)
		v.Filtered = v.Filtered || shown.Filter != ""
		v.Columns = append(v.Columns, shown)
	}
	v.cut(r, query, len(rows))
	for _, row := range rows[max(v.From-1, 0):v.To] {
		v.Rows = append(v.Rows, t.row(r, row))
	}
	return v
}

func (t table[T]) row(r *request, row T) rowView {
	v := rowView{}
	if t.name != nil {
		v.Name = t.name(row)
	}
	for _, c := range t.columns {
		if c.hidden {
			continue
		}
		cell := cellView{Label: r.Word(c.key), Text: c.text(row), Kind: c.kind}
		if c.note != nil {
			cell.Note = c.note(row)
		}
		v.Cells = append(v.Cells, cell)
	}
	for _, a := range t.actions {
		v.Actions = append(v.Actions, action{a.Words, r.Link(strings.TrimSuffix(t.path+"/"+url.PathEscape(t.id(row))+"/"+a.Path, "/"))})
	}
	return v
}

// matches compares without regard to case. A choice has to be the row's own; of other columns a part is enough.
func (t table[T]) matches(row T, query url.Values) bool {
	everywhere := strings.ToLower(query.Get("filter"))
	found := everywhere == ""
	for _, c := range t.columns {
		wanted := query.Get(c.key)
		if c.value != nil && wanted != "" && c.value(row) != wanted {
			return false
		}
		if found && (wanted == "" || c.value != nil) {
			continue
		}
		has := strings.ToLower(c.text(row))
		if c.value == nil && !strings.Contains(has, strings.ToLower(wanted)) {
			return false
		}
		found = found || !c.hidden && strings.Contains(has, everywhere)
	}
	return found
}

// sortRows keeps the order of rows that are alike. Names are sorted as the language does, and numbers in them by what they count.
func sortRows[T any](rows []T, c column[T], in string, descending bool) {
	type keyed struct {
		key []byte
		row T
	}
	collator := collate.New(language.Make(in), collate.Loose, collate.Numeric)
	var buffer collate.Buffer
	keys := make([]keyed, len(rows))
	for i, row := range rows {
		keys[i] = keyed{[]byte(c.text(row)), row}
		if c.kind != code && c.kind != moment {
			keys[i].key = collator.Key(&buffer, keys[i].key)
		}
	}
	slices.SortStableFunc(keys, func(a, b keyed) int {
		if descending {
			a, b = b, a
		}
		return bytes.Compare(a.key, b.key)
	})
	for i, k := range keys {
		rows[i] = k.row
	}
}

// cut decides which rows of all that match are on the page.
func (v *tableView) cut(r *request, query url.Values, total int) {
	v.Total, v.Pages = total, max(1, (total+pageLength-1)/pageLength)
	asked, err := strconv.Atoi(query.Get("page"))
	if err != nil {
		asked = 1
	}
	v.Page = min(max(asked, 1), v.Pages)
	v.From, v.To = min((v.Page-1)*pageLength+1, total), min(v.Page*pageLength, total)
	if v.Page > 1 {
		v.First, v.Previous = again(r, query, "page", "1"), again(r, query, "page", strconv.Itoa(v.Page-1))
	}
	if v.Page < v.Pages {
		v.Next, v.Last = again(r, query, "page", strconv.Itoa(v.Page+1)), again(r, query, "page", strconv.Itoa(v.Pages))
	}
}

// again is the link to the same page with one parameter changed. A change of anything but the page leads to the first one.
func again(r *request, query url.Values, name, value string) string {
	changed := url.Values{}
	for key, values := range query {
		if key != "page" && key != "done" {
			changed[key] = values
		}
	}
	changed.Set(name, value)
	return r.URL.EscapedPath() + "?" + changed.Encode()
}

func minute(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }

func second(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }
