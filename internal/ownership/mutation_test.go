package ownership

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// mutants are the rule with one condition negated each. Only the overlay of TestRule_everyConditionCounts fills it.
var mutants map[string]func(Facts) Verdict

// fewestMutants keeps the search for conditions from finding fewer than there are.
const fewestMutants = 32

// TestRule_everyConditionCounts negates each condition of the rule in turn, and each part of one, and expects the table to tell the
// difference. All mutants are one program, so that it is compiled once.
func TestRule_everyConditionCounts(t *testing.T) {
	t.Parallel()
	if mutants != nil {
		return // this is the program of the mutants
	}
	source, count := mutated(t, "rule.go")
	if count < fewestMutants {
		t.Errorf("%d mutants, want at least %d", count, fewestMutants)
	}
	folder := t.TempDir()
	written := filepath.Join(folder, "mutants.go")
	must(t, os.WriteFile(written, source, 0o600))
	here, err := os.Getwd()
	must(t, err)
	replace := map[string]string{filepath.Join(here, "mutants_test.go"): written}
	tests, err := filepath.Glob("*_test.go")
	must(t, err)
	for _, name := range tests {
		if !slices.Contains([]string{"rule_test.go", "mutation_test.go", "must_test.go"}, name) {
			replace[filepath.Join(here, name)] = "" // the others are not compiled
		}
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	must(t, err)
	list := filepath.Join(folder, "overlay.json")
	must(t, os.WriteFile(list, overlay, 0o600))
	out, err := exec.CommandContext(t.Context(), "go", "test", "-count=1", "-vet=off", "-overlay", list, "-run", "^TestRule_mutantsAreCaught$", "-v", ".").CombinedOutput()
	if err != nil || !strings.Contains(string(out), fmt.Sprintf("%d mutants were caught", count)) {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestRule_mutantsAreCaught(t *testing.T) {
	t.Parallel()
	if mutants == nil {
		t.Skip("TestRule_everyConditionCounts runs this test in a program of its own")
	}
	rows, caught := readEndings(t), 0
	for name, mutant := range mutants {
		if ruleMistake(rows, mutant) == "" {
			t.Errorf("nothing tells the rule from the one with the condition of %s negated", name)
			continue
		}
		caught++
	}
	t.Logf("%d mutants were caught", caught)
}

// mutated is the source of all mutants of the functions in a file.
func mutated(t *testing.T, path string) (source []byte, count int) {
	t.Helper()
	original, err := os.ReadFile(path)
	must(t, err)
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, path, original, 0)
	must(t, err)
	offset := func(p token.Pos) int { return files.Position(p).Offset }

	var conditions [][2]int
	negate := func(e ast.Expr) { conditions = append(conditions, [2]int{offset(e.Pos()), offset(e.End())}) }
	var parts func(ast.Expr)
	parts = func(e ast.Expr) {
		negate(e)
		if both, is := e.(*ast.BinaryExpr); is && (both.Op == token.LAND || both.Op == token.LOR) {
			parts(both.X)
			parts(both.Y)
		}
	}
	functions := map[string]bool{}
	var body bytes.Buffer // of the functions alone
	var spans [][2]int
	for _, declaration := range file.Decls {
		function, is := declaration.(*ast.FuncDecl)
		if !is {
			continue
		}
		functions[function.Name.Name] = true
		spans = append(spans, [2]int{offset(function.Pos()), offset(function.End())})
		ast.Inspect(function, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CaseClause:
				for _, e := range n.List {
					parts(e)
				}
			case *ast.IfStmt:
				parts(n.Cond)
			case *ast.AssignStmt:
				for _, e := range n.Rhs {
					if comparison, is := e.(*ast.BinaryExpr); is && comparison.Op.Precedence() <= token.EQL.Precedence() {
						parts(e)
					}
				}
			}
			return true
		})
	}
	// Names of functions get the mutant's number, wherever they stand.
	var names [][2]int
	ast.Inspect(file, func(n ast.Node) bool {
		if name, is := n.(*ast.Ident); is && functions[name.Name] && name.Obj == nil || is && name.Obj != nil && name.Obj.Kind == ast.Fun {
			names = append(names, [2]int{offset(n.Pos()), offset(n.End())})
		}
		return true
	})
	fmt.Fprint(&body, "package ownership\n\nfunc init() { mutants = map[string]func(Facts) Verdict{\n")
	for i, c := range conditions {
		line := 1 + bytes.Count(original[:c[0]], []byte("\n"))
		fmt.Fprintf(&body, "%q: rule%d,\n", fmt.Sprintf("line %d: %s", line, original[c[0]:c[1]]), i)
	}
	fmt.Fprint(&body, "}}\n")
	for i, c := range conditions {
		for _, span := range spans {
			for at := span[0]; at <= span[1]; at++ {
				if at == c[0] {
					body.WriteString("!(")
				}
				if at == c[1] {
					body.WriteString(")")
				}
				if slices.ContainsFunc(names, func(n [2]int) bool { return n[1] == at }) {
					fmt.Fprint(&body, i)
				}
				if at < span[1] {
					body.WriteByte(original[at])
				}
			}
			body.WriteString("\n")
		}
	}
	source = bytes.Replace(body.Bytes(), []byte("package ownership\n"), []byte("package ownership\n\nimport \"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client\"\n\nvar _ client.Member\n"), 1)
	formatted, err := format.Source(source)
	if err != nil {
		t.Fatalf("%v in\n%s", err, source)
	}
	return formatted, len(conditions)
}
