package provider

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// notOneError says that a look-up found nothing, or more than one.
type notOneError struct{ message string }

func (e notOneError) Error() string { return e.message }

// mostCandidates is how many candidates an error names.
const mostCandidates = 10

// among is what is looked through, in words, for one element and for several.
type among struct{ one, several string }

func inOrganization(noun string) among {
	return among{noun + " in the organization", noun + "s in the organization"}
}

// only returns the one element that matches; having says in words what was looked for. With several, the error tells by
// what else, their ids, each can be named.
func only[T any](all []T, place among, having, instead string, matches func(T) bool, id func(T) string) (T, error) {
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
		return *new(T), notOneError{fmt.Sprintf("no %s has %s", place.one, having)}
	}
	var ids []string
	for _, candidate := range found[:min(len(found), mostCandidates)] {
		ids = append(ids, id(candidate))
	}
	if more := len(found) - mostCandidates; more > 0 {
		ids = append(ids, fmt.Sprintf("and %d more", more))
	}
	return *new(T), notOneError{fmt.Sprintf("%d %s have %s; use the %s of one: %s", len(found), place.several, having, instead, strings.Join(ids, ", "))}
}

// absent says of a 404 what was looked for.
func absent(err error, noun, id string) error {
	if client.IsNotFound(err) {
		return notOneError{fmt.Sprintf("no %s in the organization has the id %q", noun, client.Printable(id))}
	}
	return err
}

func isNotOne(err error) bool { return errors.As(err, new(notOneError)) }

// keyBy finds an API key by id or, if that is empty, the one that has the name.
func (c *cloud) keyBy(ctx context.Context, id, name string) (client.APIKey, error) {
	if id != "" {
		k, err := c.recallKey(ctx, id)
		return k, absent(err, "API key", id)
	}
	all, err := c.keys.get(ctx)
	if err != nil {
		return client.APIKey{}, err
	}
	return only(all, inOrganization("API key"), fmt.Sprintf("the name %q", client.Printable(name)), "id",
		func(k client.APIKey) bool { return k.Title == name },
		func(k client.APIKey) string { return k.ID })
}

// memberBy finds a member by id or, if that is empty, by email.
func (c *cloud) memberBy(ctx context.Context, id, email string) (client.Member, error) {
	if id != "" {
		if m, found := c.members.findIfItPays(ctx, id); found {
			return m, nil
		}
		m, err := c.client.Member(ctx, id)
		return m, absent(err, "member", id)
	}
	all, err := c.members.get(ctx)
	if err != nil {
		return client.Member{}, err
	}
	return only(all, inOrganization("member"), "the email "+client.Printable(email), "id",
		func(m client.Member) bool { return client.SameEmail(m.Email, email) },
		func(m client.Member) string { return m.ID })
}

// invitationBy finds an invitation by id or, if that is empty, by email.
func (c *cloud) invitationBy(ctx context.Context, id, email string) (client.Invitation, error) {
	if id != "" {
		if i, found := c.invitations.findIfItPays(ctx, id); found {
			return i, nil
		}
		i, err := c.client.Invitation(ctx, id)
		return i, absent(err, "invitation", id)
	}
	all, err := c.invitations.get(ctx)
	if err != nil {
		return client.Invitation{}, err
	}
	return only(all, inOrganization("invitation"), "the email "+client.Printable(email), "id",
		func(i client.Invitation) bool { return client.SameEmail(i.Email, email) },
		func(i client.Invitation) string { return i.ID })
}

// organizationID is the id of the organization that has it, or that alone has it as its name.
func (c *cloud) organizationID(ctx context.Context, idOrName string) (string, error) {
	o, err := c.client.Organization(ctx, idOrName)
	if !client.IsNotFound(err) {
		return o.ID, err
	}
	all, err := c.client.Organizations(ctx)
	if err != nil {
		return "", err
	}
	o, err = only(all, among{"organization of the account", "organizations of the account"}, fmt.Sprintf("the id or the name %q", client.Printable(idOrName)), "id",
		func(o client.Organization) bool { return o.Name == idOrName },
		func(o client.Organization) string { return o.ID })
	return o.ID, err
}

// idOrEmail tells which of the two the argument of an import is.
func idOrEmail(wanted string) (id, email string) {
	if emailProblem(wanted) == "" {
		return "", wanted
	}
	return wanted, ""
}
