package provider_test

import (
	"encoding/json"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/zclconf/go-cty/cty"
)

// Data sources at the protocol. Real Terraform reads each in its example.

// look is one reading of a data source.
type look struct {
	typeName  string
	provider  values // what its block has beside the account
	arguments string // as HCL
	shows     func(*testing.T, tftypes.Value)
	without   []string // texts that it must not hold
	fails     string   // a text of the error; empty when there is none
}

// looks reads data sources, one after the other. The cloud must not be changed by it.
func (c *cloud) looks(t *testing.T, groups ...[]look) {
	t.Helper()
	c.ClearRequests()
	for _, l := range slices.Concat(groups...) {
		value, diags := c.walk(t, l.provider).data(t, l.typeName, argumentsOf(t, l.arguments))
		if l.fails != "" {
			wants(t, "the error", diags.errors(), l.fails)
			continue
		}
		diags.mustBeFree(t)
		if l.shows != nil {
			l.shows(t, value)
		}
		whole, err := json.Marshal(plain(t, value))
		must(t, err)
		for _, text := range l.without {
			if text == "" || strings.Contains(string(whole), text) {
				t.Errorf("the data source holds %q", text)
			}
		}
	}
	if writes := c.writes(); len(writes) > 0 {
		t.Errorf("the data sources wrote %v", writes)
	}
}

// shows is a look that finds exactly this: an attribute that is left out must be null.
func (c *cloud) shows(typeName string, arguments []string, want map[string]knownvalue.Check) []look {
	return []look{{typeName: typeName, arguments: strings.Join(arguments, "\n"), shows: func(t *testing.T, v tftypes.Value) {
		t.Helper()
		mustHave(t, typeName, v, want)
	}}}
}

// mustHave checks every attribute of an object or a data source: one that is left out must be null.
func mustHave(t *testing.T, what string, v tftypes.Value, want map[string]knownvalue.Check) {
	t.Helper()
	for name, value := range attributesOf(t, v) {
		check := want[name]
		if check == nil {
			check = knownvalue.Null()
		}
		if err := check.CheckValue(plain(t, value)); err != nil {
			t.Errorf("%s of %s: %v", name, what, err)
		}
	}
}

// refused is a look that fails.
func refused(typeName, words string, arguments ...string) look {
	return look{typeName: typeName, arguments: strings.Join(arguments, "\n"), fails: words}
}

// filter is a look at a plural data source: its arguments, and what it finds, in the cloud's order.
type filter struct {
	arguments string
	finds     []string
}

// finds are looks that differ in their arguments. Each must find these, by one attribute of the list.
func (c *cloud) finds(typeName, list, by string, filters map[string]filter) (all []look) {
	for label, f := range filters {
		all = append(all, look{typeName: typeName, arguments: f.arguments, shows: func(t *testing.T, v tftypes.Value) {
			t.Helper()
			if got := column(t, v, list, by); !slices.Equal(got, f.finds) {
				t.Errorf("%s finds %q, want %q", label, got, f.finds)
			}
		}})
	}
	return all
}

// argumentsOf are the values of arguments in HCL.
func argumentsOf(t *testing.T, text string) values {
	t.Helper()
	parsed, diags := hclsyntax.ParseConfig([]byte(text), "arguments", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	attributes, diags := parsed.Body.JustAttributes()
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	arguments := values{}
	for name, a := range attributes {
		value, diags := a.Expr.Value(nil)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		arguments[name] = argumentOf(t, value)
	}
	return arguments
}

func argumentOf(t *testing.T, v cty.Value) any {
	t.Helper()
	switch {
	case v.IsNull():
		return nil
	case v.Type() == cty.String:
		return v.AsString()
	case v.Type() == cty.Bool:
		return v.True()
	case v.Type() == cty.Number:
		return v.AsBigFloat()
	case v.CanIterateElements():
		texts := []string{}
		for _, e := range v.AsValueSlice() {
			texts = append(texts, e.AsString())
		}
		return texts
	}
	t.Fatalf("an argument is a %s", v.Type().FriendlyName())
	return nil
}

// plain is a value as terraform show -json would have it, which the checks of the CLI's test library expect.
func plain(t *testing.T, v tftypes.Value) any {
	t.Helper()
	if v.IsNull() {
		return nil
	}
	switch ty := v.Type(); {
	case ty.Is(tftypes.String):
		var s string
		must(t, v.As(&s))
		return s
	case ty.Is(tftypes.Bool):
		var b bool
		must(t, v.As(&b))
		return b
	case ty.Is(tftypes.Number):
		n := new(big.Float)
		must(t, v.As(n))
		return json.Number(n.Text('f', -1))
	case ty.Is(tftypes.List{}), ty.Is(tftypes.Set{}), ty.Is(tftypes.Tuple{}):
		var elements []tftypes.Value
		must(t, v.As(&elements))
		list := []any{}
		for _, e := range elements {
			list = append(list, plain(t, e))
		}
		return list
	default:
		fields := map[string]tftypes.Value{}
		must(t, v.As(&fields))
		object := map[string]any{}
		for name, f := range fields {
			object[name] = plain(t, f)
		}
		return object
	}
}
