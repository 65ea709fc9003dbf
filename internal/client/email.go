package client

import (
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// NormalizeEmail gives the form in which two spellings of one address are equal: without surrounding space, case or
// choice of Unicode form, and with an internationalised domain in ASCII. That case does not count is decided.
func NormalizeEmail(email string) string {
	email = norm.NFC.String(strings.TrimSpace(email))
	fold := cases.Fold()
	// A domain is folded as domains are: straße and strasse are two.
	if at := strings.LastIndexByte(email, '@'); at >= 0 {
		if domain, err := idna.Lookup.ToASCII(email[at+1:]); err == nil {
			return fold.String(email[:at+1]) + domain
		}
	}
	return fold.String(email)
}

// SameEmail reports whether two addresses are one person's.
func SameEmail(a, b string) bool { return a == b || NormalizeEmail(a) == NormalizeEmail(b) }
