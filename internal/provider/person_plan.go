package provider

import (
	"context"
	"crypto/rand"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// What the plan of a member or an invitation says of the person, between Terraform's calls: see managedPeople.

// plannedPerson is what a plan leaves in private state for the second call of a replacement, and for the deletion.
type plannedPerson struct {
	Walk   string `json:"walk"`
	Object string `json:"object,omitempty"`
	// Keeps is the normalized email of the person whom the object has afterwards; empty is no person, or one who is not known yet.
	Keeps string `json:"keeps,omitempty"`
	// Leaves means that the object goes and another has the person, by what this walk knew; Shared, by what the refresh knew.
	Leaves bool `json:"leaves,omitempty"`
	Shared bool `json:"shared,omitempty"`
}

// personChange is what a plan makes of an object: whom it has in the state, and whom it has afterwards. An email is null where it has no
// person, and where the person is none of its business any more.
type personChange struct {
	noun         personNoun
	was, becomes emailValue
	isNew        bool // there is no prior state
}

func (c personChange) isSame() bool {
	return !c.was.IsNull() && !c.becomes.IsNull() && !c.becomes.IsUnknown() && c.was.is(c.becomes.ValueString())
}

// plannedFate is what a plan knows of an object and its person.
type plannedFate struct {
	replaces bool // this is the second call of a replacement
	tainted  bool // the object is in the state, and is created again
	leaves   bool // the object goes, and another has the person
}

// planPerson keeps what the plan of an object makes of its person, and reports what another object makes of them.
func (r *run) planPerson(ctx context.Context, change personChange, before privateReader, after privateWriter, diags *diag.Diagnostics) (fate plannedFate) {
	var object string
	var first plannedPerson
	isNamed := readPrivate(ctx, before, objectKey, &object, diags)
	fate.replaces = change.isNew && readPrivate(ctx, before, plannedKey, &first, diags) && first.Walk == r.walk
	next := plannedPerson{Walk: r.walk, Leaves: first.Leaves}
	switch {
	case fate.replaces:
		object = first.Object
	case change.isNew:
		object = rand.Text()
	default:
		r.people.begin(object)
		next.Leaves = false
	}
	if object != "" && !isNamed {
		writePrivate(ctx, after, objectKey, object, diags)
	}
	next.Object = object

	if !change.was.IsNull() && !change.isSame() {
		goes := destroys
		if !change.becomes.IsNull() {
			goes = abandons
		}
		_ = readPrivate(ctx, before, sharedKey, &next.Shared, diags)
		stays, conflicts := r.people.release(change.was.ValueString(), claim{object: object, noun: change.noun, part: goes}, next.Shared)
		next.Leaves, fate.leaves = stays, stays
		report(conflicts, change.was, diags)
	}
	if email := change.becomes; !email.IsNull() && !email.IsUnknown() {
		next.Keeps = client.NormalizeEmail(email.ValueString())
		fate.tainted = change.isNew && !fate.replaces && r.people.holder(email.ValueString(), change.noun)
		if !fate.replaces || first.Keeps != next.Keeps {
			part := takes
			if change.isSame() {
				part = keeps
			}
			report(r.people.hold(email.ValueString(), claim{object: object, noun: change.noun, part: part, isNew: change.isNew}), email, diags)
		}
	}
	writePrivate(ctx, after, plannedKey, next, diags)
	return fate
}

// refreshPerson begins the refresh of an object that has the person, before anything waits for the cloud: the refresh of another object of the same
// person may end first. The object gets a name where it has none.
func (r *run) refreshPerson(ctx context.Context, n personNoun, email emailValue, before privateReader, after privateWriter, diags *diag.Diagnostics) (object string) {
	if !readPrivate(ctx, before, objectKey, &object, diags) {
		object = rand.Text()
		writePrivate(ctx, after, objectKey, object, diags)
	}
	r.people.read(email.ValueString(), claim{object: object, noun: n})
	return object
}

// keepShared ends the refresh of an object whose person is there: it keeps whether another object of the state has them, for the deletion
// of a deposed object, which Terraform plans only as it applies.
func (r *run) keepShared(ctx context.Context, email emailValue, object string, before privateReader, after privateWriter, diags *diag.Diagnostics) {
	var was bool
	_ = readPrivate(ctx, before, sharedKey, &was, diags)
	switch now := r.people.isShared(email.ValueString(), object); {
	case now && !was:
		writePrivate(ctx, after, sharedKey, true, diags)
	case was && !now:
		clearPrivate(ctx, after, diags, sharedKey)
	}
}

// createPerson is for an object that this walk has created: it gets a name, for Terraform gives a creation nothing of what its plan has
// written, and its person stays, whatever other object goes.
func (r *run) createPerson(ctx context.Context, n personNoun, email emailValue, after privateWriter, diags *diag.Diagnostics) {
	r.people.admit(email.ValueString(), n)
	writePrivate(ctx, after, objectKey, rand.Text(), diags)
}

// keepPerson is for an object that this walk has changed.
func (r *run) keepPerson(ctx context.Context, n personNoun, email emailValue, after privateWriter, diags *diag.Diagnostics) {
	r.people.admit(email.ValueString(), n)
	clearPrivate(ctx, after, diags, plannedKey)
}

// removalFacts are what decides whether the person goes with an object that is destroyed.
type removalFacts struct {
	keeps    bool // the object that follows has the same person: a replacement
	leaves   bool // another object has the person, by the plan
	deposed  bool // the plan is of this very walk: Terraform plans so only a deposed object, and has shown it to no user
	shared   bool // another object has the person, by the last refresh
	admitted bool // this walk has created or changed a membership of the person
}

// stays reports whether a member stays. The last refresh counts only for a deposed object: of any other, the plan itself knew.
func (f removalFacts) stays() bool {
	return f.keeps || f.leaves || f.admitted || f.deposed && f.shared
}

// keepsInvitation reports whether an invitation stays: the object that follows one by itself sends another.
func (f removalFacts) keepsInvitation() bool {
	f.keeps = false
	return f.stays()
}

// removalOf gathers the facts of an object that is destroyed.
func (r *run) removalOf(ctx context.Context, email emailValue, private privateReader, diags *diag.Diagnostics) removalFacts {
	f := removalFacts{admitted: r.people.isAdmitted(email.ValueString(), membershipNoun)}
	var plan plannedPerson
	if readPrivate(ctx, private, plannedKey, &plan, diags) {
		f.keeps = plan.Keeps == client.NormalizeEmail(email.ValueString())
		f.leaves, f.shared, f.deposed = plan.Leaves, plan.Shared, plan.Walk == r.walk
	}
	return f
}
