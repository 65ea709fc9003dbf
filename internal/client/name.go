package client

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// SameName reports whether two names read the same: in Unicode's composed form, without space around them and without what cannot be seen.
func SameName(a, b string) bool { return a == b || readable(a) == readable(b) }

func readable(name string) string {
	name = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, name)
	return norm.NFC.String(strings.TrimSpace(name))
}

// SameText reports whether two texts are the same but for the form of Unicode. Terraform keeps every text in the composed form.
func SameText(a, b string) bool { return a == b || norm.NFC.String(a) == norm.NFC.String(b) }

const (
	zeroWidthNonJoiner = '\u200c'
	zeroWidthJoiner    = '\u200d'
	firstTag, lastTag  = '\U000e0020', '\U000e007f'
)

// IsInvisible reports whether r cannot be seen. What joins letters, as in Persian, or the parts of an emoji shows.
func IsInvisible(r rune) bool {
	return unicode.Is(unicode.Cf, r) && r != zeroWidthNonJoiner && r != zeroWidthJoiner && (r < firstTag || r > lastTag)
}
