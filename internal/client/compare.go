package client

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// A name that the cloud does not know may be ignored in silence, and its default apply. So every answer to a create or a change is compared here
// with what was asked for. What an answer does not tell is asked for once more; what the cloud never tells keeps the asked value.

// MismatchError says that the cloud made or left something else than was asked for. The object that it returns beside the error is what
// there is now.
type MismatchError struct {
	// Noun names the kind of object, such as "API key", and ID the object.
	Noun, ID string
	// Differences are what was asked for and what there is, field by field.
	Differences []Difference

	unread error // why the object could not be read back, where its creation did not tell enough
}

// Difference is one field that is not as it was asked for.
type Difference struct{ Field, Asked, Made string }

func (e *MismatchError) Error() string {
	if e.unread != nil {
		return "JMap Cloud did not tell what it made, and it could not be read back: " + e.unread.Error()
	}
	var parts []string
	for _, d := range e.Differences {
		parts = append(parts, fmt.Sprintf("%s: asked for %s, got %s", d.Field, Printable(d.Asked), Printable(d.Made)))
	}
	return fmt.Sprintf("JMap Cloud did not do what it was asked to (%s)", strings.Join(parts, "; "))
}

// comparison collects differences.
type comparison struct{ differences []Difference }

func (c *comparison) text(field, asked, made string, same bool) {
	if !same {
		c.differences = append(c.differences, Difference{field, fmt.Sprintf("%q", asked), fmt.Sprintf("%q", made)})
	}
}

func (c *comparison) role(asked, made Role) {
	if asked != made {
		c.differences = append(c.differences, Difference{"role", string(asked), string(made)})
	}
}

// moment compares to the second, which is all that the cloud keeps. A zero time that was made never comes.
func (c *comparison) moment(field string, asked time.Time, made Time) {
	if !asked.Truncate(time.Second).Equal(made.Truncate(time.Second)) {
		got := made.String()
		if made.IsZero() {
			got = "never"
		}
		c.differences = append(c.differences, Difference{field, Time{asked}.String(), got})
	}
}

// of is the error of a comparison, nil where nothing differs.
func (c *comparison) of(noun, id string) error {
	if len(c.differences) == 0 {
		return nil
	}
	return &MismatchError{Noun: noun, ID: id, Differences: c.differences}
}

// told is an answer with the names of the fields that it tells.
type told[T any] struct {
	value  T
	fields map[string]json.RawMessage
}

// UnmarshalJSON reads the object and the names of its fields.
func (a *told[T]) UnmarshalJSON(b []byte) error {
	if err := json.Unmarshal(b, &a.value); err != nil {
		return err
	}
	return json.Unmarshal(b, &a.fields)
}

// missing wants the id alone: what else an answer does not tell is asked for again.
func (a told[T]) missing() string {
	if id, _ := a.text("id"); !usable(id) {
		return "id"
	}
	return ""
}

func (a told[T]) text(name string) (text string, ok bool) {
	return text, json.Unmarshal(a.fields[name], &text) == nil
}

// tells reports whether the answer has all of the fields.
func (a told[T]) tells(names ...string) bool {
	for _, name := range names {
		if _, ok := a.fields[name]; !ok {
			return false
		}
	}
	return true
}

// changed is the answer to a change: the object, or nothing that can be read as one.
type changed[T any] struct{ value T }

// UnmarshalJSON takes anything. What is no such object leaves the value empty.
func (a *changed[T]) UnmarshalJSON(b []byte) error {
	var read T
	if json.Unmarshal(b, &read) == nil {
		a.value = read
	}
	return nil
}

func (changed[T]) isOptional() {}

// createdKey completes the answer to the creation of a key, and compares it with what was asked for.
func (c *Client) createdKey(ctx context.Context, asked APIKeyRequest, answer told[APIKey]) (APIKey, error) {
	k := answer.value
	if !answer.tells("title", "roles", "expirationDate", "email") {
		read, err := getBound[told[APIKey]](ctx, c, apiKeyPath, k.ID)
		if err != nil {
			return k, &MismatchError{Noun: "API key", ID: k.ID, unread: err}
		}
		secret := k.Secret
		k, answer.fields = read.value, read.fields
		k.Secret = secret
	}
	if !answer.tells("title") {
		k.Title = asked.Title
	}
	if len(k.Roles) == 0 && !answer.tells("roles") {
		k.Roles = []Role{asked.Role}
	}
	if !answer.tells("expirationDate") {
		others, err := c.tellsExpiry(ctx, k.ID)
		if err != nil {
			return k, &MismatchError{Noun: "API key", ID: k.ID, unread: err}
		}
		if !others {
			k.ExpiresAt = Time{asked.ExpiresAt}
		}
	}
	var same comparison
	same.text("name", asked.Title, k.Title, asked.Title == k.Title)
	same.role(asked.Role, k.Role())
	same.moment("expires_at", asked.ExpiresAt, k.ExpiresAt)
	return k, same.of("API key", k.ID)
}

// tellsExpiry reports whether the cloud tells of any other key when it expires: then a key without an expiry lives for ever.
func (c *Client) tellsExpiry(ctx context.Context, except string) (bool, error) {
	all, err := c.APIKeys(ctx)
	if err != nil {
		return false, err
	}
	for _, k := range all {
		if k.ID != except && !k.ExpiresAt.IsZero() {
			return true, nil
		}
	}
	return false, nil
}

// createdInvitation completes the answer to the creation of an invitation, and compares it with what was asked for.
func (c *Client) createdInvitation(ctx context.Context, asked InvitationRequest, answer told[Invitation]) (Invitation, error) {
	i := answer.value
	if !answer.tells("inviteeEmail", "roles", "language", "expirationDate") {
		read, err := getBound[told[Invitation]](ctx, c, invitationPath, i.ID)
		if err != nil {
			return i, &MismatchError{Noun: "invitation", ID: i.ID, unread: err}
		}
		i, answer.fields = read.value, read.fields
	}
	if !answer.tells("inviteeEmail") {
		i.Email = asked.Email
	}
	if len(i.Roles) == 0 && !answer.tells("roles") {
		i.Roles = []Role{asked.Role}
	}
	if !answer.tells("language") {
		i.Language = asked.Language
	}
	var same comparison
	same.text("email", asked.Email, i.Email, SameEmail(asked.Email, i.Email))
	same.role(asked.Role, i.Role())
	same.text("language", asked.Language, i.Language, asked.Language == i.Language)
	return i, same.of("invitation", i.ID)
}

// changedMember compares a member with the role that was asked for. An answer that is not the member as they should be is no proof of anything:
// the member is read.
func (c *Client) changedMember(ctx context.Context, id string, asked Role) (Member, error) {
	m, err := c.Member(ctx, id)
	if err != nil {
		return m, err
	}
	var same comparison
	same.role(asked, m.Role())
	return m, same.of("member", m.ID)
}

// changedOrganization compares an organization with the name that was asked for.
func (c *Client) changedOrganization(ctx context.Context, id, asked string) (Organization, error) {
	o, err := c.Organization(ctx, id)
	if err != nil {
		return o, err
	}
	var same comparison
	same.text("name", asked, o.Name, asked == o.Name)
	return o, same.of("organization", o.ID)
}
