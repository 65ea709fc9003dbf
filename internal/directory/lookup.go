package directory

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// NotOneError says that a look-up found nothing, or more than one object.
type NotOneError struct {
	Message string
	Noun    string // of what was looked up, such as "API key"; empty where there are several
}

func (e NotOneError) Error() string { return e.Message }

// mostCandidates is how many candidates an error names.
const mostCandidates = 10

// place is what is looked through, in words, for one element and for several.
type place struct{ noun, one, several string }

func inOrganization(noun string) place {
	return place{noun, noun + " in the organization", noun + "s in the organization"}
}

// matching are the elements that match.
func matching[T any](all []T, matches func(T) bool) []T {
	return slices.DeleteFunc(slices.Clone(all), func(candidate T) bool { return !matches(candidate) })
}

// only returns the one element that was found; having says in words what was looked for. With several, the error tells the ids
// by which each can be named.
func only[T any](found []T, where place, having string, id func(T) string) (T, error) {
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return *new(T), NotOneError{fmt.Sprintf("no %s has %s", where.one, having), where.noun}
	}
	return *new(T), NotOneError{fmt.Sprintf("%d %s have %s; use the id of one: %s", len(found), where.several, having, candidates(found, id)), where.noun}
}

// candidates names each of what was found.
func candidates[T any](found []T, name func(T) string) string {
	var names []string
	for _, candidate := range found[:min(len(found), mostCandidates)] {
		names = append(names, client.Printable(name(candidate)))
	}
	if more := len(found) - mostCandidates; more > 0 {
		names = append(names, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(names, ", ")
}

// spelledAlike says that several members have an email, and none in the very spelling.
func spelledAlike[T any](email string, found []T, spelling func(T) string) error {
	return NotOneError{fmt.Sprintf("%d members in the organization have the email %s in other spellings; write it as one of them: %s",
		len(found), client.Printable(email), candidates(found, spelling)), "member"}
}

// absent says of a 404 what was looked for.
func absent(err error, noun, id string) error {
	if client.IsNotFound(err) {
		return NotOneError{fmt.Sprintf("no %s in the organization has the id %q", noun, client.Printable(id)), noun}
	}
	return err
}
