package ownership

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// guarded are what the sources may mention only in the places that are listed, each with its folder. Whoever adds a place answers for the rule
// that no member and no key is deleted without a permit of the rule.
var guarded = map[string]struct {
	mentions func(ast.Node) bool
	released bool // only what is released counts
	places   []string
}{
	"the deletion of an owner": {
		isNamed("DeleteOwner"), false,
		[]string{"internal/client DeleteOwner", "internal/ownership delete"},
	},
	"what makes a type a permit": {
		isNamed("Permitted"), false,
		[]string{"internal/client DeleteOwner", "internal/client Permit", "internal/ownership Permitted"},
	},
	"what makes a permit valid": {
		grants, false,
		[]string{"internal/ownership Permitted", "internal/ownership mayDelete"},
	},
	"the method DELETE": {
		isDelete, true,
		[]string{
			"internal/client DeleteInvitation", "internal/client DeleteOrganization", "internal/client DeleteOwner",
			"internal/client DeleteProject", "internal/client Revoke",
		},
	},
}

func isNamed(name string) func(ast.Node) bool {
	return func(n ast.Node) bool {
		ident, ok := n.(*ast.Ident)
		return ok && ident.Name == name
	}
}

// grants reports whether n reads or sets the field of a permit that makes it valid, or makes a permit without naming its fields.
func grants(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.SelectorExpr:
		return n.Sel.Name == "granted"
	case *ast.KeyValueExpr:
		return isNamed("granted")(n.Key)
	case *ast.CompositeLit:
		isUnnamed := func(e ast.Expr) bool { _, named := e.(*ast.KeyValueExpr); return !named }
		return n.Type != nil && isNamed("permit")(n.Type) && slices.ContainsFunc(n.Elts, isUnnamed)
	}
	return false
}

func isDelete(n ast.Node) bool {
	literal, ok := n.(*ast.BasicLit)
	return isNamed("MethodDelete")(n) || ok && strings.EqualFold(strings.Trim(literal.Value, "\"`"), "delete")
}

// file is a source file with its folder.
type file struct {
	folder string
	*ast.File
}

// isReleased reports whether the provider's program holds the file.
func (f file) isReleased() bool {
	return !slices.ContainsFunc([]string{"internal/simulator", "internal/contract", "internal/tools"}, func(folder string) bool {
		return f.folder == folder || strings.HasPrefix(f.folder, folder+"/")
	})
}

// places are the folders and declarations that have such a node.
func places(files []file, mentions func(ast.Node) bool) []string {
	found := []string{}
	for _, f := range files {
		for _, declaration := range f.Decls {
			for name, node := range declared(declaration) {
				ast.Inspect(node, func(n ast.Node) bool {
					if n != nil && mentions(n) {
						found = append(found, f.folder+" "+name)
					}
					return true
				})
			}
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// declared are the nodes of one declaration by their names.
func declared(d ast.Decl) map[string]ast.Node {
	if function, ok := d.(*ast.FuncDecl); ok {
		return map[string]ast.Node{function.Name.Name: function}
	}
	all := map[string]ast.Node{}
	for _, spec := range d.(*ast.GenDecl).Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			all[spec.Name.Name] = spec
		case *ast.ValueSpec:
			all[spec.Names[0].Name] = spec
		}
	}
	return all
}

// sources are all files of the module but the tests.
func sources(t *testing.T) (files []file) {
	t.Helper()
	root := filepath.Join("..", "..")
	set := token.NewFileSet()
	must(t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		name := entry.Name()
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (name == "testdata" || strings.HasPrefix(name, ".") && path != root):
			return fs.SkipDir
		case entry.IsDir() || filepath.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		parsed, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		folder, err := filepath.Rel(root, filepath.Dir(path))
		files = append(files, file{filepath.ToSlash(folder), parsed})
		return err
	}))
	return files
}

// Only the rule allows a deletion, and only this package asks for one.
func TestPermit_isNeededForEveryDeletion(t *testing.T) {
	t.Parallel()
	all := sources(t)
	released := slices.DeleteFunc(slices.Clone(all), func(f file) bool { return !f.isReleased() })
	for what, g := range guarded {
		searched := all
		if g.released {
			searched = released
		}
		equalLists(t, what, places(searched, g.mentions), g.places)
	}
}

// The test above fails for each of these.
func TestPermit_everyViolationIsFound(t *testing.T) {
	t.Parallel()
	for source, what := range map[string]string{
		`func f(c *client.Client) { c.DeleteOwner(nil, nil) }`:                    "the deletion of an owner",
		`func f(c *client.Client) { do := c.DeleteOwner; do(nil, nil) }`:          "the deletion of an owner",
		`func f(ctx context.Context) { (*client.Client).DeleteOwner(c, ctx, p) }`: "the deletion of an owner",
		`type f interface{ DeleteOwner(context.Context, client.Permit) error }`:   "the deletion of an owner",
		`var f = api.DeleteOwner(nil, nil)`:                                       "the deletion of an owner",
		`func (anyone) Permitted() (client.OwnerKind, string, string, bool) {}`:   "what makes a type a permit",
		`var f = permit{owner: o, granted: true}`:                                 "what makes a permit valid",
		`func f(p permit) { p.granted = true }`:                                   "what makes a permit valid",
		`func f() permit { return permit{o, m, false, true} }`:                    "what makes a permit valid",
		`var f = request{method: http.MethodDelete, path: path}`:                  "the method DELETE",
		`func f() { http.NewRequest("DELETE", url, nil) }`:                        "the method DELETE",
		"var f = `delete`": "the method DELETE",
	} {
		parsed, err := parser.ParseFile(token.NewFileSet(), "", "package provider\n"+source, 0)
		must(t, err)
		for name, g := range guarded {
			equal(t, source+": "+name, len(places([]file{{"internal/provider", parsed}}, g.mentions)) > 0, name == what)
		}
	}
}
