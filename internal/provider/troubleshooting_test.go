package provider_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The guide has a row for every error and warning, found by its title. What varies in a title is an ellipsis.
func TestTroubleshooting_hasARowForEveryMessage(t *testing.T) {
	t.Parallel()
	titles, err := messageTitles(".")
	must(t, err)
	if len(titles) < 80 {
		t.Errorf("only %d titles were found in the code", len(titles))
	}
	rows := map[string]bool{}
	text, err := os.ReadFile(repository + "/templates/guides/troubleshooting.md")
	must(t, err)
	for _, cells := range messageRows(string(text)) {
		title := cells[0]
		switch {
		case len(cells) != 3 || strings.TrimSpace(cells[1]) == "" || strings.TrimSpace(cells[2]) == "":
			t.Errorf("the row of %q has not a cause and what to do", title)
		case rows[title]:
			t.Errorf("%q has two rows", title)
		case titles[title] == "":
			t.Errorf("no message of the provider has the title %q, which troubleshooting.md explains", title)
		}
		rows[title] = true
	}
	for title, place := range titles {
		if !rows[title] {
			t.Errorf("troubleshooting.md has no row | `%s` | cause | what to do |, of the message at %s", title, place)
		}
	}
}

// messageRows are the rows of the tables whose first column is headed "message", with the title out of its backticks.
func messageRows(text string) [][]string {
	var rows [][]string
	inTable := false
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "| message |"):
			inTable = true
		case !strings.HasPrefix(line, "|"):
			inTable = false
		case inTable && !strings.HasPrefix(line, "|---"):
			cells := strings.Split(strings.Trim(line, "|"), " | ")
			cells[0] = strings.Trim(cells[0], " `")
			rows = append(rows, cells)
		}
	}
	return rows
}

// titleArguments is which argument of a call is the title of a message.
var titleArguments = map[string]int{
	"AddError": 0, "AddWarning": 0, "AddAttributeError": 1, "AddAttributeWarning": 1,
	"NewErrorDiagnostic": 0, "NewWarningDiagnostic": 0, "NewAttributeErrorDiagnostic": 1, "NewAttributeWarningDiagnostic": 1,
}

// messageTitles finds the title of every error and warning that the code of a folder makes, and where.
func messageTitles(folder string) (map[string]string, error) {
	files, err := filepath.Glob(folder + "/*.go")
	if err != nil {
		return nil, err
	}
	s := titleSearch{fset: token.NewFileSet(), found: map[string]string{}}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(s.fset, file, nil, 0)
		if err != nil {
			return nil, err
		}
		s.files = append(s.files, parsed)
	}
	for _, file := range s.files {
		s.search(file)
	}
	return s.found, nil
}

type titleSearch struct {
	fset  *token.FileSet
	files []*ast.File
	found map[string]string // places by title
}

// search looks through a file. The functions around a call tell what a title is that has a name there.
func (s *titleSearch) search(file *ast.File) {
	var around []ast.Node
	ast.Inspect(file, func(n ast.Node) bool {
		if n == nil {
			around = around[:len(around)-1]
			return true
		}
		around = append(around, n)
		if call, ok := n.(*ast.CallExpr); ok {
			switch name := calledName(call); {
			case name == "addError" && len(call.Args) > 2:
				s.add("Unable to ", bound{expr: call.Args[1]}, slices.Clone(around), 0)
			case isTitled(name) && len(call.Args) > titleArguments[name]:
				s.add("", bound{expr: call.Args[titleArguments[name]]}, slices.Clone(around), 0)
			}
		}
		return true
	})
}

func isTitled(name string) bool {
	_, is := titleArguments[name]
	return is
}

func calledName(call *ast.CallExpr) string {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	}
	return ""
}

var manyEllipses = regexp.MustCompile(`…( ?…)+`)

// bound is an expression, or one of the results of a call.
type bound struct {
	expr   ast.Expr
	result int
}

// add records a title. One that is a parameter is what the callers give, one that is a variable is what was assigned to it, and one
// that a function of this package returns is what it returns.
func (s *titleSearch) add(before string, title bound, around []ast.Node, depth int) {
	if name, is := title.expr.(*ast.Ident); is && depth < 6 {
		for i := len(around) - 1; i >= 0; i-- {
			values, argument, function := bindings(around[:i+1], name.Name)
			for _, value := range values {
				s.add(before, value, around[:i+1], depth+1)
			}
			if argument >= 0 {
				s.addFromCallers(before, function, argument, depth+1)
			}
			if len(values) > 0 || argument >= 0 {
				return
			}
		}
	}
	if call, is := title.expr.(*ast.CallExpr); is && depth < 6 && s.addReturned(before, calledName(call), title.result, depth+1) {
		return
	}
	text := manyEllipses.ReplaceAllString(before+titleText(title.expr), "…")
	if text == "…" || text == "Unable to …" && depth == 0 {
		return // of a message that is passed on: its own place has the title
	}
	s.found[text] = s.fset.Position(title.expr.Pos()).String()
}

// addReturned records what a function of this package returns, and reports whether there is such a function.
func (s *titleSearch) addReturned(before, function string, result, depth int) bool {
	found := false
	for _, file := range s.files {
		for _, d := range file.Decls {
			f, is := d.(*ast.FuncDecl)
			if !is || f.Name.Name != function || f.Body == nil {
				continue
			}
			ast.Inspect(f.Body, func(n ast.Node) bool {
				if _, is := n.(*ast.FuncLit); is {
					return false
				}
				if r, is := n.(*ast.ReturnStmt); is && len(r.Results) > result && !isEmptyText(r.Results[result]) {
					found = true
					s.add(before, bound{expr: r.Results[result]}, []ast.Node{f}, depth)
				}
				return true
			})
		}
	}
	return found
}

func isEmptyText(e ast.Expr) bool {
	text, is := e.(*ast.BasicLit)
	return is && text.Value == `""`
}

// bindings is what a name stands for in the innermost of nested functions: the values assigned to it, or an argument of the function.
func bindings(around []ast.Node, name string) (values []bound, argument int, function string) {
	argument = -1
	var kind *ast.FuncType
	var body *ast.BlockStmt
	switch f := around[len(around)-1].(type) {
	case *ast.FuncDecl:
		kind, body, function = f.Type, f.Body, f.Name.Name
	case *ast.FuncLit:
		kind, body = f.Type, f.Body
		if len(around) > 1 {
			if assigned, is := around[len(around)-2].(*ast.AssignStmt); is {
				if to, is := assigned.Lhs[0].(*ast.Ident); is {
					function = to.Name
				}
			}
		}
	default:
		return nil, -1, ""
	}
	position := 0
	for _, field := range kind.Params.List {
		for _, parameter := range field.Names {
			if parameter.Name == name {
				argument = position
			}
			position++
		}
	}
	ast.Inspect(body, func(n ast.Node) bool {
		if assigned, is := n.(*ast.AssignStmt); is {
			for i, to := range assigned.Lhs {
				if to, is := to.(*ast.Ident); !is || to.Name != name {
					continue
				}
				if len(assigned.Lhs) == len(assigned.Rhs) {
					values = append(values, bound{expr: assigned.Rhs[i]})
				} else {
					values = append(values, bound{assigned.Rhs[0], i})
				}
			}
		}
		return true
	})
	return values, argument, function
}

// addFromCallers records what the calls of a function give as an argument.
func (s *titleSearch) addFromCallers(before, function string, argument, depth int) {
	for _, file := range s.files {
		var around []ast.Node
		ast.Inspect(file, func(n ast.Node) bool {
			if n == nil {
				around = around[:len(around)-1]
				return true
			}
			around = append(around, n)
			if call, is := n.(*ast.CallExpr); is && calledName(call) == function && len(call.Args) > argument {
				s.add(before, bound{expr: call.Args[argument]}, slices.Clone(around), depth)
			}
			return true
		})
	}
}

var formatVerb = regexp.MustCompile(`%[-+# 0-9.]*[a-zA-Z]`)

// titleText is a title with an ellipsis for what only the run knows.
func titleText(title ast.Expr) string {
	switch e := title.(type) {
	case *ast.BasicLit:
		if text, err := strconv.Unquote(e.Value); err == nil {
			return text
		}
	case *ast.BinaryExpr:
		if e.Op == token.ADD {
			return titleText(e.X) + titleText(e.Y)
		}
	case *ast.CallExpr:
		if name := calledName(e); (name == "Sprintf" || name == "Printable") && len(e.Args) > 0 {
			if name == "Printable" {
				return titleText(e.Args[0])
			}
			return formatVerb.ReplaceAllStringFunc(strings.ReplaceAll(titleText(e.Args[0]), "%q", `"%s"`), func(string) string { return "…" })
		}
	case *ast.ParenExpr:
		return titleText(e.X)
	}
	return "…"
}

func TestTroubleshooting_titlesAreFound(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	must(t, os.WriteFile(folder+"/a.go", []byte(`package p

func f(diags *diag.Diagnostics, who string, err error) {
	diags.AddError("Plain", "detail")
	diags.AddAttributeWarning(path.Root("x"), fmt.Sprintf("The key %q of %s is %d", who, who, 1), "detail")
	diags.AddWarning("Gone: "+client.Printable(who), "detail")
	addError(diags, "read "+who, err)
	summary := "First"
	if who != "" {
		summary = "Second " + who
	}
	diags.AddError(summary, "detail")
	refuse := func(name, title string) { diags.AddError(title, name) }
	refuse("x", "From a caller")
	helper(diags, "open the session", err)
	if title, detail := problem(who); title != "" {
		diags.AddError(title, detail)
	}
	diags.AddError(lost(who), "detail")
	diags.Append(diag.NewErrorDiagnostic("New", "detail"), diag.NewErrorDiagnostic(d.Summary(), "more"))
}

func problem(who string) (title, detail string) {
	if who == "" {
		return "Returned", "detail"
	}
	return "", ""
}

func lost(who string) string { return who + " is lost" }

func helper(diags *diag.Diagnostics, attempt string, err error) { addError(diags, attempt, err) }
`), 0o600))
	titles, err := messageTitles(folder)
	must(t, err)
	var got []string
	for title := range titles {
		got = append(got, title)
	}
	slices.Sort(got)
	want := []string{"First", "From a caller", "Gone: …", "New", "Plain", "Returned", "Second …", "The key \"…\" of … is …", "Unable to open the session", "Unable to read …", "… is lost"}
	if !slices.Equal(got, want) {
		t.Errorf("found %q", got)
	}
}
