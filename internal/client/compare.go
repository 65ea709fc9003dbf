package client

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// A name that the cloud does not know may be ignored in silence, and its default apply. So every answer to a create or a change is compared here
// with what was asked for. What an answer does not tell is read once; what the cloud never tells keeps the asked value.

// MismatchError says that the cloud made or left something else than was asked for. The object that a call returns beside the error is what
// there is now.
type MismatchError struct {
	// Noun names the kind of object, such as "API key", and ID the object.
	Noun, ID string
	// Differences are what was asked for and what there is, field by field. There are none where the object could not be read back.
	Differences []Difference

	unread error // why the object could not be read back
}

// IsNothing reports whether the cloud answered well and made nothing: it does not know what it says that it made.
func (e *MismatchError) IsNothing() bool { return IsNotFound(e.unread) }

// Difference is one field that is not as it was asked for.
type Difference struct{ Field, Asked, Made string }

func (e *MismatchError) Error() string {
	if e.IsNothing() {
		return fmt.Sprintf("JMap Cloud answered well and made no %s: there is none with the id %s, which it answered with", e.Noun, Printable(e.ID))
	}
	if e.unread != nil {
		return fmt.Sprintf("JMap Cloud did not tell enough about the %s, and it could not be read back: %s", e.Noun, e.unread)
	}
	var parts []string
	for _, d := range e.Differences {
		parts = append(parts, fmt.Sprintf("%s: asked for %s, got %s", d.Field, d.Asked, d.Made))
	}
	return fmt.Sprintf("JMap Cloud answered well and did something else (%s)", strings.Join(parts, "; "))
}

func (e *MismatchError) Unwrap() error { return e.unread }

// comparison collects differences.
type comparison struct{ differences []Difference }

func (c *comparison) text(field, asked, made string, same bool) {
	if !same {
		c.differences = append(c.differences, Difference{field, fmt.Sprintf("%q", asked), fmt.Sprintf("%q", made)})
	}
}

func (c *comparison) role(asked, made Role) {
	if asked != made {
		c.text("role", string(asked), string(made), false)
	}
}

// moment compares to the second, which is all that the cloud keeps. A zero time that was made never comes.
func (c *comparison) moment(field string, asked time.Time, made Time) {
	if asked.Truncate(time.Second).Equal(made.Truncate(time.Second)) {
		return
	}
	got := made.String()
	if made.IsZero() {
		got = "never"
	}
	c.differences = append(c.differences, Difference{field, Time{asked}.String(), got})
}

// mismatch is the error of a comparison, nil where nothing differs.
func (c *Client) mismatch(noun, id string, compared comparison) error {
	if len(compared.differences) == 0 {
		return nil
	}
	for i := range compared.differences {
		compared.differences[i].Made = c.secrets.clean(compared.differences[i].Made)
	}
	return &MismatchError{Noun: noun, ID: id, Differences: compared.differences}
}

// told is an answer with the fields that it tells.
type told[T any] struct {
	value  T
	fields map[string]json.RawMessage
}

// UnmarshalJSON reads the object and its fields.
func (a *told[T]) UnmarshalJSON(b []byte) error {
	if err := json.Unmarshal(b, &a.value); err != nil {
		return err
	}
	return json.Unmarshal(b, &a.fields)
}

// missing wants the id alone: the other fields that an answer does not tell are read.
func (a told[T]) missing() string {
	var id string
	if json.Unmarshal(a.fields["id"], &id) != nil {
		return "id"
	}
	return missingID(id)
}

// tells reports whether the answer has a value for the field.
func (a told[T]) tells(field string) bool {
	value, told := a.fields[field]
	return told && string(value) != "null"
}

// names reports whether the answer has the field, if only as null.
func (a told[T]) names(field string) bool {
	_, named := a.fields[field]
	return named
}

// changed is the answer to a change: the object, or something that cannot be read as one, which tells nothing.
type changed[T any] struct{ told[T] }

// UnmarshalJSON takes anything.
func (a *changed[T]) UnmarshalJSON(b []byte) error {
	var read told[T]
	if json.Unmarshal(b, &read) == nil {
		a.told = read
	}
	return nil
}

func (changed[T]) isOptional() {}

// missing wants nothing: an answer to a change may be empty.
func (changed[T]) missing() string { return "" }

// untold are the fields that the cloud was asked for once more and did not tell then either. They are not asked for again. The zero value is
// empty.
type untold struct{ fields sync.Map } // by noun and field

// lacks reports whether the answer lacks one of the fields that the cloud may tell.
func (u *untold) lacks(noun string, tells func(string) bool, fields []string) bool {
	return slices.ContainsFunc(fields, func(field string) bool {
		_, never := u.fields.Load(noun + "." + field)
		return !never && !tells(field)
	})
}

// learn keeps which of the fields a read does not tell.
func (u *untold) learn(noun string, tells func(string) bool, fields []string) {
	for _, field := range fields {
		if !tells(field) {
			u.fields.Store(noun+"."+field, true)
		}
	}
}

// completed is the answer to a creation, read once where it lacks one of the fields, or where it must be shown that the object is there. A cloud
// may know of a new object only a moment later.
func completed[T any](ctx context.Context, c *Client, noun string, answer told[T], mustBeThere bool, fields []string, read func() (told[T], error)) (told[T], error) {
	if !mustBeThere && !c.untold.lacks(noun, answer.tells, fields) {
		return answer, nil
	}
	for look := 1; ; look++ {
		whole, err := read()
		if err == nil {
			c.untold.learn(noun, whole.tells, fields)
			return whole, nil
		}
		if !IsNotFound(err) || look == looks {
			return answer, err
		}
		if err := c.pause(ctx, look); err != nil {
			return answer, err
		}
	}
}

// looks is how often what an answer does not show is looked for: the cloud may do it a moment later.
const looks = 3

// What is shown of each noun, by the names of the wire.
var (
	organizationFields = []string{"name", "active", "creationDate", "createdBy"}
	memberFields       = []string{"email", "roles", "name", "username"}
	apiKeyFields       = []string{"title", "roles", "expirationDate", "email", "creationDate", "createdBy"}
	invitationFields   = []string{"inviteeEmail", "roles", "language", "inviterEmail", "invitationLink", "creationDate", "expirationDate"}
)

const (
	organizationNoun = "organization"
	memberNoun       = "member"
	apiKeyNoun       = "API key"
	invitationNoun   = "invitation"
)

// createdKey completes the answer to the creation of a key, and compares it with what was asked for.
func (c *Client) createdKey(ctx context.Context, asked APIKeyRequest, answer told[APIKey]) (APIKey, error) {
	id, secret := answer.value.ID, answer.value.Secret
	whole, err := completed(ctx, c, apiKeyNoun, answer, false, apiKeyFields, func() (told[APIKey], error) {
		return getBound[told[APIKey]](ctx, c, apiKeyPath, id)
	})
	k := whole.value
	k.ID, k.Secret = id, secret
	if err != nil {
		return k, &MismatchError{Noun: apiKeyNoun, ID: id, unread: err}
	}
	if !whole.tells("title") {
		k.Title = asked.Title
	}
	if len(k.Roles) == 0 {
		k.Roles = []Role{asked.Role}
	}
	if !whole.names("expirationDate") {
		others, err := c.tellsExpiry(ctx, id)
		if err != nil {
			return k, &MismatchError{Noun: apiKeyNoun, ID: id, unread: err}
		}
		if !others {
			k.ExpiresAt = Time{asked.ExpiresAt}
		}
	}
	var same comparison
	same.text("name", asked.Title, k.Title, SameText(asked.Title, k.Title))
	same.role(asked.Role, k.Role())
	same.moment("expires_at", asked.ExpiresAt, k.ExpiresAt)
	return k, c.mismatch(apiKeyNoun, id, same)
}

// tellsExpiry reports whether the cloud tells of any other key when it expires: then a key without an expiry lives for ever.
func (c *Client) tellsExpiry(ctx context.Context, except string) (bool, error) {
	all, err := c.APIKeys(ctx)
	return slices.ContainsFunc(all, func(k APIKey) bool { return k.ID != except && !k.ExpiresAt.IsZero() }), err
}

// createdInvitation completes the answer to the creation of an invitation, and compares it with what was asked for. Nothing but a read shows that
// an invitation was sent at all, so the first one of a run is read, and those that are sent beside it wait for that.
func (c *Client) createdInvitation(ctx context.Context, asked InvitationRequest, answer told[Invitation]) (Invitation, error) {
	id := answer.value.ID
	if !c.invites.Load() {
		if err := c.reading.Acquire(ctx, 1); err != nil {
			return answer.value, &MismatchError{Noun: invitationNoun, ID: id, unread: err}
		}
		defer c.reading.Release(1)
	}
	read := func() (told[Invitation], error) { return getBound[told[Invitation]](ctx, c, invitationPath, id) }
	whole, err := completed(ctx, c, invitationNoun, answer, !c.invites.Load(), invitationFields, read)
	i := whole.value
	i.ID = id
	if err != nil {
		return i, &MismatchError{Noun: invitationNoun, ID: id, unread: err}
	}
	c.invites.Store(true)
	if !whole.tells("inviteeEmail") {
		i.Email = asked.Email
	}
	if len(i.Roles) == 0 {
		i.Roles = []Role{asked.Role}
	}
	if !whole.tells("language") {
		i.Language = asked.Language
	}
	var same comparison
	same.text("email", asked.Email, i.Email, SameEmail(asked.Email, i.Email))
	same.role(asked.Role, i.Role())
	same.text("language", asked.Language, i.Language, asked.Language == i.Language)
	return i, c.mismatch(invitationNoun, id, same)
}

// changedMember compares a member with the role that was asked for. An answer that is not the member as they should be is no proof of anything:
// the member is read.
func (c *Client) changedMember(ctx context.Context, id string, asked Role, answer told[Member]) (Member, error) {
	isAsked := func(m Member) bool { return m.Role() == asked }
	m, err := afterChange(ctx, c, memberNoun, id, answer, memberFields, isAsked, func() (told[Member], error) {
		return getBound[told[Member]](ctx, c, memberPath, id)
	})
	if err != nil {
		return m, err
	}
	var same comparison
	same.role(asked, m.Role())
	return m, c.mismatch(memberNoun, id, same)
}

// changedOrganization compares an organization with the name that was asked for.
func (c *Client) changedOrganization(ctx context.Context, id, asked string, answer told[Organization]) (Organization, error) {
	isAsked := func(o Organization) bool { return o.Name == asked }
	o, err := afterChange(ctx, c, organizationNoun, id, answer, organizationFields, isAsked, func() (told[Organization], error) {
		return get[told[Organization]](ctx, c, c.session(id), organizationPath(id))
	})
	if err != nil {
		return o, err
	}
	var same comparison
	same.text("name", asked, o.Name, asked == o.Name)
	return o, c.mismatch(organizationNoun, id, same)
}

// afterChange is the object after a change: as the answer shows it if that is whole and as it was asked for, else as it is read.
func afterChange[T any](ctx context.Context, c *Client, noun, id string, answer told[T], fields []string, isAsked func(T) bool, read func() (told[T], error)) (T, error) {
	if answer.missing() == "" && answer.isOf(id) && isAsked(answer.value) && !c.untold.lacks(noun, answer.tells, fields) {
		return answer.value, nil
	}
	for look := 1; ; look++ {
		whole, err := read()
		if err != nil {
			return whole.value, &MismatchError{Noun: noun, ID: id, unread: err}
		}
		c.untold.learn(noun, whole.tells, fields)
		if isAsked(whole.value) || look == looks {
			return whole.value, nil
		}
		if err := c.pause(ctx, look); err != nil {
			return whole.value, err
		}
	}
}

func (a told[T]) isOf(id string) bool {
	var is string
	return json.Unmarshal(a.fields["id"], &is) == nil && is == id
}

// pause waits as long as before a request that is repeated.
func (c *Client) pause(ctx context.Context, attempt int) error {
	timer := time.NewTimer(backoff(c.config.RetryWait, retryWaitMax, attempt-1, nil))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// createdOrganization completes the answer to the creation of an organization from the account's list, and compares it with what was asked for.
// An account that the list does not show as its member has no other way to read it.
func (c *Client) createdOrganization(ctx context.Context, asked string, answer told[Organization]) (Organization, error) {
	id := answer.value.ID
	whole, err := completed(ctx, c, organizationNoun, answer, false, organizationFields, func() (told[Organization], error) {
		all, err := get[list[told[Organization]]](ctx, c, c.session(""), organizationPath())
		if at := slices.IndexFunc(all, func(o told[Organization]) bool { return o.isOf(id) }); at >= 0 {
			return all[at], nil
		}
		return answer, err
	})
	o := whole.value
	if err != nil {
		return o, &MismatchError{Noun: organizationNoun, ID: id, unread: err}
	}
	if !whole.tells("name") {
		o.Name = asked
	}
	var same comparison
	same.text("name", asked, o.Name, asked == o.Name)
	return o, c.mismatch(organizationNoun, id, same)
}
