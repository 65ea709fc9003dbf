package client

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// NormalizeEmail gives the form in which two spellings of one address are equal: without surrounding space, in small letters, in one Unicode
// form, and with an internationalised domain in ASCII. That case does not count is decided.
//
// A capital becomes its own small letter, and nothing else is changed. Case folding is no way to compare addresses: it is made for finding text,
// knows no language, and joins ß with ss, ſ with s and ς with σ, which may be two people's.
func NormalizeEmail(email string) string {
	email = strings.TrimSpace(email)
	at := strings.LastIndexByte(email, '@')
	if domain, ok := domainName(email[at+1:]); ok && at >= 0 {
		return smallLetters(email[:at+1]) + domain
	}
	return smallLetters(email)
}

// SameEmail reports whether two addresses are one person's.
func SameEmail(a, b string) bool { return a == b || NormalizeEmail(a) == NormalizeEmail(b) }

// domainName is a domain as the name system has it. Ok is false where it is none.
func domainName(domain string) (name string, ok bool) {
	if small := strings.ToLower(domain); isASCII(small) && !strings.Contains(small, "xn--") {
		return small, true
	}
	name, err := idna.Lookup.ToASCII(domain)
	return name, err == nil
}

// smallLetters puts each letter in its small form, as Unicode's table of letters has it.
func smallLetters(text string) string {
	if isASCII(text) {
		return strings.ToLower(text)
	}
	text = norm.NFC.String(text)
	// The dot of a Turkish İ stays, as where it is written by itself: without it, the table makes it the i of others.
	text = strings.ReplaceAll(text, "İ", "i\u0307")
	return norm.NFC.String(strings.Map(unicode.ToLower, text))
}

func isASCII(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r >= utf8.RuneSelf })
}
