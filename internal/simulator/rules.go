package simulator

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/mail"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// The roles, lowest first; source: K2's API reference. SYS_ADMIN is for K2's staff and not simulated.
const (
	RoleViewer        = "ORG_VIEWER"
	RoleEditor        = "ORG_EDITOR"
	RoleAdministrator = "ORG_ADMIN"
)

var ranks = []string{RoleViewer, RoleEditor, RoleAdministrator}

// atLeast is true if role includes other; roles are additive.
func atLeast(role, other string) bool { return slices.Index(ranks, role) >= slices.Index(ranks, other) }

func checkRole(role string) error {
	if !slices.Contains(ranks, role) {
		return refuse(http.StatusBadRequest, "There is no role %q.", role)
	}
	return nil
}

func oneRole(roles []string) (string, error) {
	if len(roles) != 1 {
		return "", refuse(http.StatusBadRequest, "Exactly one role is needed, not %d.", len(roles))
	}
	return roles[0], checkRole(roles[0])
}

var languages = []string{"en", "fr", "es"}

func checkLanguage(language string) error {
	if !slices.Contains(languages, language) {
		return refuse(http.StatusBadRequest, "There is no language %q; it is en, fr or es.", language)
	}
	return nil
}

// checkText wants 1 to 255 characters, not all of them blank, none of them a control character.
func checkText(field, text string) error {
	switch {
	case strings.TrimSpace(text) == "":
		return refuse(http.StatusBadRequest, "The %s is empty.", field)
	case utf8.RuneCountInString(text) > 255:
		return refuse(http.StatusBadRequest, "The %s is longer than 255 characters.", field)
	case strings.ContainsFunc(text, unicode.IsControl):
		return refuse(http.StatusBadRequest, "The %s holds a control character.", field)
	}
	return nil
}

func checkEmail(email string) error {
	address, err := mail.ParseAddress(email)
	if err != nil || address.Address != email || len(email) > 254 || strings.ContainsFunc(email, unicode.IsSpace) {
		return refuse(http.StatusBadRequest, "%q is not an email address.", email)
	}
	return nil
}

// fold is the form in which emails are compared: in small letters, in one Unicode form, and with the domain's name in ASCII. A letter is never
// taken for others than its own capital: ß is not ss.
func fold(email string) string {
	small := func(text string) string {
		var letters strings.Builder
		for _, letter := range norm.NFC.String(text) {
			if letter == 'İ' {
				letters.WriteString("i\u0307") // as İ is in Unicode's full table, where its dot stays
				continue
			}
			letters.WriteRune(unicode.ToLower(letter))
		}
		return norm.NFC.String(letters.String())
	}
	name, domain, _ := strings.Cut(email, "@")
	if ascii, err := idna.Lookup.ToASCII(domain); err == nil {
		domain = ascii
	}
	return small(name) + "@" + small(domain)
}

// goodPassword is K2's rule for a new password: 8 characters, with lower case, upper case, a digit and a special character.
func goodPassword(password string) bool {
	special := func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsSpace(r) }
	return utf8.RuneCountInString(password) >= 8 &&
		strings.ContainsFunc(password, unicode.IsLower) &&
		strings.ContainsFunc(password, unicode.IsUpper) &&
		strings.ContainsFunc(password, unicode.IsDigit) &&
		strings.ContainsFunc(password, special)
}

func newID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // it never fails
	return uuid(b)
}

func uuid(b [16]byte) string {
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

func newMemberID() string {
	var b [12]byte
	_, _ = rand.Read(b[:])
	return "auth0|" + hex.EncodeToString(b[:])
}

func newSecret() string { return rand.Text() + rand.Text() }
