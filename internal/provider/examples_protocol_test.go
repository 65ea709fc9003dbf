package provider_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"
)

// Examples for a newer Terraform than there may be are read as HCL, and what they ask for is asked at the protocol.

// exampleBlock is a list or an action of an example, with the arguments in its config.
type exampleBlock struct {
	kind, typeName, label string
	arguments             values
}

// blocksOf reads the blocks of a kind out of an example. It must be formatted as terraform fmt does it.
func blocksOf(t *testing.T, file, kind string) []exampleBlock {
	t.Helper()
	text, err := os.ReadFile(file)
	must(t, err)
	if !bytes.Equal(hclwrite.Format(text), text) {
		t.Errorf("%s is not formatted", file)
	}
	parsed, diags := hclsyntax.ParseConfig(text, file, hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	var blocks []exampleBlock
	for _, block := range parsed.Body.(*hclsyntax.Body).Blocks {
		if block.Type != kind {
			continue
		}
		b := exampleBlock{kind: kind, typeName: block.Labels[0], label: block.Labels[1], arguments: values{}}
		for _, nested := range block.Body.Blocks {
			if nested.Type != "config" {
				t.Fatalf("%s: a block %q in %s", file, nested.Type, b.label)
			}
			for name, attribute := range nested.Body.Attributes {
				b.arguments[name] = literal(t, attribute.Expr)
			}
		}
		blocks = append(blocks, b)
	}
	if len(blocks) == 0 {
		t.Fatalf("%s has no %s", file, kind)
	}
	return blocks
}

func literal(t *testing.T, expression hclsyntax.Expression) any {
	t.Helper()
	value, diags := expression.Value(nil)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	if value.Type() == cty.Bool {
		return value.True()
	}
	return value.AsString()
}

func TestExamples_queriesFindWhatTheySay(t *testing.T) {
	t.Parallel()
	for _, typeName := range everyResource {
		c := startCloud(t)
		world := exampleWorlds["list-resources/"+typeName]
		if world.seed != nil {
			world.seed(t, c)
		}
		var shown []string
		for _, b := range blocksOf(t, filepath.Join(examples, "list-resources", typeName, "list-resource.tfquery.hcl"), "list") {
			if b.typeName != typeName {
				t.Errorf("the example of %s lists %s", typeName, b.typeName)
			}
			shown = append(shown, names(c.listed(t, listing{typeName: b.typeName, config: b.arguments, whole: true}))...)
		}
		reads(t, strings.Join(shown, "\n"), world.shows)
	}
}

func TestExamples_actionsRun(t *testing.T) {
	t.Parallel()
	for typeName, says := range map[string][]string{
		resendInvitation:  {"Sent an invitation to ana@example.com", "nothing is sent"},
		transferOwnership: {`Would make gis-lead@example.com an owner of the project "Street trees".`, "gis-lead@example.com has become an owner of 1 project."},
	} {
		c := startCloud(t)
		exampleWorlds["actions/"+typeName].seed(t, c)
		var said []string
		for _, b := range blocksOf(t, filepath.Join(examples, "actions", typeName, "action.tf"), "action") {
			if b.typeName != typeName {
				t.Errorf("the example of %s runs %s", typeName, b.typeName)
			}
			progress, diags := c.walk(t, nil).invoke(t, b.typeName, b.arguments)
			diags.mustBeFree(t)
			said = append(said, progress...)
		}
		reads(t, strings.Join(said, "\n"), says...)
	}
}

// From Terraform 1.14 on, terraform query reads the examples itself.
func TestCLI_examplesAreQueried(t *testing.T) {
	t.Parallel()
	for _, typeName := range everyResource {
		c := startCloud(t)
		x := c.cli(t).write(t, "")
		if !x.knows(t, exampleNeeds["list-resources"]) {
			t.Skip("it takes Terraform 1.14")
		}
		world := exampleWorlds["list-resources/"+typeName]
		if world.seed != nil {
			world.seed(t, c)
		}
		must(t, os.CopyFS(x.dir, os.DirFS(filepath.Join(examples, "list-resources", typeName))))
		out, err := x.run(t, "query", "-no-color")
		must(t, err)
		reads(t, out, world.shows)
	}
}
