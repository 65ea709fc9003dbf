package directory

import (
	"fmt"
	"strings"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// NotOneError says that a look-up found nothing, or more than one object.
type NotOneError struct{ Message string }

func (e NotOneError) Error() string { return e.Message }

// mostCandidates is how many candidates an error names.
const mostCandidates = 10

// place is what is looked through, in words, for one element and for several.
type place struct{ one, several string }

func inOrganization(noun string) place {
	return place{noun + " in the organization", noun + "s in the organization"}
}

// only returns the one element that matches; having says in words what was looked for. With several, the error tells the ids
// by which each can be named.
func only[T any](all []T, where place, having string, matches func(T) bool, id func(T) string) (T, error) {
	var found []T
	for _, candidate := range all {
		if matches(candidate) {
			found = append(found, candidate)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return *new(T), NotOneError{fmt.Sprintf("no %s has %s", where.one, having)}
	}
	var ids []string
	for _, candidate := range found[:min(len(found), mostCandidates)] {
		ids = append(ids, id(candidate))
	}
	if more := len(found) - mostCandidates; more > 0 {
		ids = append(ids, fmt.Sprintf("and %d more", more))
	}
	return *new(T), NotOneError{fmt.Sprintf("%d %s have %s; use the id of one: %s", len(found), where.several, having, strings.Join(ids, ", "))}
}

// absent says of a 404 what was looked for.
func absent(err error, noun, id string) error {
	if client.IsNotFound(err) {
		return NotOneError{fmt.Sprintf("no %s in the organization has the id %q", noun, client.Printable(id))}
	}
	return err
}
