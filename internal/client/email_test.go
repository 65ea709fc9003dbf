package client_test

import (
	"fmt"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// Every letter of Unicode, beside every other that case folding takes for the same. Folding knows no language and joins what two people may
// have in their addresses: ß and ss, ſ and s, ς and σ. Only a capital and its own small letter are one.
func TestSameEmail_joinsACapitalAndItsSmallLetterAndNothingElse(t *testing.T) {
	t.Parallel()
	count := 0
	for r := rune(0); r <= unicode.MaxRune; r++ {
		for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
			count++
			want := smallForms(r) == smallForms(other)
			if got := client.SameEmail(address(r), address(other)); got != want {
				t.Errorf("%c (%U) and %c (%U): same is %t", r, r, other, other, got)
			}
		}
	}
	if count < 2800 {
		t.Errorf("only %d pairs were compared", count)
	}
}

func address(r rune) string { return fmt.Sprintf("x%cx@example.com", r) }

// smallForms is the small letter of a letter, as Unicode's table has it. A sign that Unicode itself takes for a letter in another form, such as
// the sign of the unit kelvin for K, is that letter.
func smallForms(r rune) string {
	letters := []rune(norm.NFC.String(string(r)))
	for i := range letters {
		letters[i] = unicode.ToLower(letters[i])
	}
	return string(letters)
}

func TestSameEmail_byExample(t *testing.T) {
	t.Parallel()
	one := [][]string{
		{"ẞ", "ß"},
		{"É", "é", "e\u0301", "E\u0301"},
		{"K", "k", "\u212a"},            // the kelvin sign is K in another form of Unicode
		{"Å", "å", "\u212b", "A\u030a"}, // as is the sign of the ångström
		{"Ω", "ω", "\u2126"},            // and that of the ohm
		{"İ", "I\u0307", "i\u0307"},     // a capital I with its dot written: the dot stays
		{"Σ", "σ"},                      // the small letter does not depend on its place in the word
		{"Ǆ", "ǅ", "ǆ"},                 // one letter in three cases
		{"ᲀ"}, {"в"},                    // an old form of a letter, and the letter
		{"ſ"}, {"s"}, {"ss"}, {"i"}, {"ı"}, {"ς"}, {"µ"}, {"μ"}, {"ﬁ"}, {"fi"}, {"ａ"}, {"a"},
	}
	for i, spellings := range one {
		for j, others := range one {
			for _, a := range spellings {
				for _, b := range others {
					equal(t, fmt.Sprintf("%q and %q", a, b), client.SameEmail(a+"@example.com", b+"@example.com"), i == j)
				}
			}
		}
	}
}

// A domain is one in all its spellings, as the name system has it; ß there is a letter of its own, too.
func TestSameEmail_takesADomainAsTheNameSystemDoes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"a@straße.example", "a@strasse.example", false},
		{"a@straße.example", "a@xn--strae-oqa.example", true},
		{"a@BÜCHER.example", "a@XN--BCHER-KVA.Example", true},
		{"a@bücher。example", "a@bücher.example", true},
	} {
		equal(t, c.a+" and "+c.b, client.SameEmail(c.a, c.b), c.same)
	}
}
