package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// noteKey is where a plan leaves its note of o in private state. A key may go together with the one before it.
func noteKey(o owner) string {
	if o.noun == previousKeyNoun {
		return "deletion_previous"
	}
	return "deletion"
}

// note is what a plan showed of a deletion. It travels in private state to the apply, which keeps to it.
type note struct {
	ID        string   `json:"id"`                  // of what is deleted: a note of an earlier object does not count
	Walk      string   `json:"walk"`                // in which it was written: one of the apply itself was shown to nobody
	Shown     []string `json:"shown,omitempty"`     // what goes with it
	Successor *string  `json:"successor,omitempty"` // the resource's, which a replacement's Delete does not see
	Force     bool     `json:"force,omitempty"`
}

// announceDeletion is a plan's part: it says what the deletion of o destroys or hands over, refuses what must not be, and
// leaves a note for the apply.
func (c *cloud) announceDeletion(ctx context.Context, o owner, w wish, private privateWriter, diags *diag.Diagnostics) {
	if dependents := c.leavers.leave(o); len(dependents) > 0 {
		diags.AddError(fmt.Sprintf("Deleting %s would leave others without a successor", o),
			fmt.Sprintf("%s is to receive what %s may own, and is deleted in this run. Name another member in their transfer_ownership_to, or in the provider's.", o.label, listed(dependents)))
		return
	}
	e, h, unread, ok := c.foresee(ctx, o, w, diags)
	if !ok {
		return
	}
	c.judge(o, w, h, e, diags)
	writePrivate(ctx, private, noteKey(o), note{ID: o.id, Walk: c.walk, Shown: shownIn(e, unread), Force: w.force, Successor: w.named()}, diags)
}

// announceRotation is announceDeletion for a key that another follows, at once or, with later, when its time is over. What
// must not be deleted then is refused now, before there is another key.
func (c *cloud) announceRotation(ctx context.Context, o owner, w wish, later bool, diags *diag.Diagnostics) {
	w = w.ofRotation()
	if !later {
		c.leavers.leave(o)
	}
	e, h, _, ok := c.foresee(ctx, o, w, diags)
	if ok && (!later || !h.set) {
		c.judge(o, w, h, e, diags)
	}
}

// foresee is what a deletion of o would find; ok is false where it must not be, for a reason that is said.
func (c *cloud) foresee(ctx context.Context, o owner, w wish, diags *diag.Diagnostics) (e estate, h heir, unread error, ok bool) {
	members, err := c.members.get(ctx)
	if err != nil {
		addError(diags, "list the members, to plan the deletion of "+o.String(), err)
		return e, h, nil, false
	}
	resources, unread := c.resources.get(ctx)
	e = estateOf(o.email, resources, c.leavers.isLeaving)
	h, problem := c.findHeir(ctx, o, w, members)
	if problem == isLeavingToo && unread == nil && len(e.all()) == 0 {
		h, problem = heir{}, ""
	}
	if problem != "" {
		c.refuseHeir(o, w, problem, diags)
		return e, h, unread, false
	}
	if unread != nil {
		warnUnread(o, w, h, unread, diags)
	}
	if h.member.Email != "" && (unread != nil || len(e.all()) > 0) {
		c.leavers.inherit(h.member.Email, o)
	}
	return e, h, unread, true
}

// judge applies the rules of ownership to a planned deletion.
func (*cloud) judge(o owner, w wish, h heir, e estate, diags *diag.Diagnostics) {
	switch {
	case h.set && len(e.all()) > 0:
		receiver := "the successor that is known after apply"
		if !h.unknown {
			receiver = h.member.Email
		}
		diags.AddWarning(fmt.Sprintf("Deleting %s hands %s to %s", o, plural(len(e.all()), "resource"), receiver),
			fmt.Sprintf("It owns %s: %s. All of it goes to %s.", counted(e.all()), names(e.all()), receiver))
	case h.set || len(e.sole) == 0:
	case w.force:
		diags.AddWarning(fmt.Sprintf("Deleting %s also deletes %s", o, counted(e.sole)),
			fmt.Sprintf("Only it owns them: %s. They are deleted for ever, because force_destroy is set and no successor is.", names(e.sole)))
	default:
		refuse(o, w, e.sole, "", diags)
	}
}

// refuse says what would be lost, and the ways out. A rotation has no other than a successor and another owner: Terraform
// plans it again while it applies, without what the plan showed, so that force_destroy cannot be held to that.
func refuse(o owner, w wish, lost []client.Resource, why string, diags *diag.Diagnostics) {
	switch {
	case w.lease:
		diags.AddError(fmt.Sprintf("Deleting %s would also delete %s", o, counted(lost)),
			fmt.Sprintf("Only it owns them: %s. Nothing was deleted. Give them another owner in the portal, and delete the key there. "+
				"For the next run, name a successor, an active ORG_EDITOR or ORG_ADMIN: transfer_ownership_to on the ephemeral resource or in the provider block, or %s=<email>.", names(lost), successorVariable))
		return
	case w.rotation:
		diags.AddError(fmt.Sprintf("Rotating %s would delete %s with the old key", o, counted(lost)),
			fmt.Sprintf(`Only the old key owns them: %s.%s Nothing was changed. There are two ways out, and force_destroy is none, for it would be asked at every rotation:

  1. Name a successor, an active ORG_EDITOR or ORG_ADMIN: transfer_ownership_to on the resource or in the provider block, or %s=<email> for this run.
  2. Give them another owner in the portal.`, names(lost), why, successorVariable))
		return
	}
	diags.AddError(fmt.Sprintf("Deleting %s would also delete %s", o, counted(lost)),
		fmt.Sprintf(`Only it owns them: %s.%s Nothing was deleted. There are three ways out:

  1. Name a successor, an active ORG_EDITOR or ORG_ADMIN: %s=<email> for this run, transfer_ownership_to in the provider block, or transfer_ownership_to on the resource (applied before its block is removed).
  2. Set force_destroy = true on the resource and apply that first, to delete them with it.
  3. Give them another owner in the portal.`, names(lost), why, successorVariable))
}

// warnUnread says that a deletion could not be checked. Nothing is guessed.
func warnUnread(o owner, w wish, h heir, err error, diags *diag.Diagnostics) {
	consequence := "The apply refuses to delete it, unless it can be read by then. To go on without, name a successor (" + successorVariable + "=<email>) or set force_destroy."
	switch {
	case w.rotation && !h.set:
		consequence = "The apply refuses to delete the old key, unless it can be read by then. To go on without, name a successor (" + successorVariable + "=<email>)."
	case h.set:
		consequence = "Whatever it owns goes to the successor."
	case w.force:
		consequence = "force_destroy is set, so whatever only it owns is deleted with it, for ever."
	}
	diags.AddWarning(fmt.Sprintf("What %s owns could not be checked", o), sentence(err.Error())+"\n\n"+consequence)
}

// noteUnread stands in a note for "could not be read, and the plan said so".
const noteUnread = "*"

func shownIn(e estate, unread error) []string {
	if unread != nil {
		return []string{noteUnread}
	}
	return keys(e.sole)
}

// readNote returns what a plan noted of o; shown is false where no plan showed its deletion to anybody.
func (c *cloud) readNote(ctx context.Context, o owner, private privateReader, diags *diag.Diagnostics) (n note, shown bool) {
	if !readPrivate(ctx, private, noteKey(o), &n, diags) || n.ID != o.id {
		return note{}, false
	}
	return n, n.Walk != c.walk
}

// deleteOwner is an apply's part: it checks again, deletes o through remove with the heir's member id, and verifies that
// what o owned is still there. It works on one owner at a time, for two that share a project would each count on the other.
func (c *cloud) deleteOwner(ctx context.Context, o owner, w wish, private privateReader, remove func(ctx context.Context, transferTo string) error, diags *diag.Diagnostics) {
	done, err := c.applied.begin(ctx)
	if err != nil {
		addError(diags, "delete "+o.String(), err)
		return
	}
	defer done()

	e, h, unread, ok := c.decide(ctx, o, w, private, diags)
	if !ok {
		return
	}
	if err := remove(ctx, h.member.ID); err != nil && !client.IsNotFound(err) {
		c.applied.forget() // it may have been done
		addError(diags, "delete "+o.String(), err)
		return
	}
	c.applied.settle(o.email, h.member.Email)
	switch {
	case !h.set:
	case unread != nil:
		diags.AddWarning(fmt.Sprintf("What %s owned could not be checked", o),
			fmt.Sprintf("%s It was deleted with %s as the successor. Look in the portal that they have everything.", sentence(unread.Error()), h.member.Email))
	default:
		c.verify(ctx, o, h.member, e.all(), diags)
	}
}

// mayDeleteOwner says early whether deleteOwner would refuse.
func (c *cloud) mayDeleteOwner(ctx context.Context, o owner, w wish, private privateReader, diags *diag.Diagnostics) bool {
	done, err := c.applied.begin(ctx)
	if err != nil {
		addError(diags, "check what "+o.String()+" owns", err)
		return false
	}
	defer done()
	_, _, _, ok := c.decide(ctx, o, w, private, diags)
	return ok
}

// decide reads who owns what, and decides on the deletion of o by it and by what the plan showed.
func (c *cloud) decide(ctx context.Context, o owner, w wish, private privateReader, diags *diag.Diagnostics) (e estate, h heir, unread error, ok bool) {
	var n note
	var shown bool
	if !w.rotation {
		n, shown = c.readNote(ctx, o, private, diags)
	}
	if n.Successor != nil {
		w.successor = newEmail(*n.Successor)
	}
	w.force = w.force || n.Force

	var members []client.Member
	if !w.successor.IsNull() || !c.successor.IsNull() {
		var err error
		if members, err = c.client.Members(ctx); err != nil {
			addError(diags, "list the members, to delete "+o.String(), err)
			return e, h, nil, false
		}
	}
	resources, unread := c.applied.read(ctx)
	e = estateOf(o.email, resources, nobody)
	h, problem := c.findHeir(ctx, o, w, members)
	switch {
	case problem != "" && unread == nil && len(e.all()) == 0:
		h = heir{} // there is nothing to receive
	case problem != "":
		c.refuseHeir(o, w, problem, diags)
		return e, h, unread, false
	case h.unknown:
		diags.AddError(fmt.Sprintf("The successor of %s is not known", o),
			"The provider's transfer_ownership_to has no known value even now, and nothing was deleted. Give it one that does not depend on other resources, or name a successor for this run: "+successorVariable+"=<email>.")
		return e, h, unread, false
	}
	return e, h, unread, h.set || mayDelete(o, w, e, unread, n, shown, diags)
}

// mayDelete decides on a deletion without a successor.
func mayDelete(o owner, w wish, e estate, unread error, n note, shown bool, diags *diag.Diagnostics) bool {
	switch {
	case shown && n.isUnread() && w.force:
		return true // the plan said that it did not know
	case unread != nil:
		diags.AddError(fmt.Sprintf("Unable to check what %s owns", o),
			sentence(unread.Error())+" Nothing was deleted, for what only it owns would be lost. Plan again when it can be read, or name a successor: "+successorVariable+"=<email>.")
		return false
	case len(e.sole) == 0:
		return true
	case !w.force:
		refuse(o, w, e.sole, "", diags)
		return false
	case !shown:
		n.Shown = nil
	}
	if more := unshown(e.sole, n.Shown); len(more) > 0 {
		refuse(o, w, more, " The plan did not show that: it came since, or Terraform keeps the deletion out of the plan, as with -replace and create_before_destroy, where force_destroy cannot count.", diags)
		return false
	}
	return true
}

// isUnread reports whether the plan said that it could not tell what would go.
func (n note) isUnread() bool { return len(n.Shown) == 1 && n.Shown[0] == noteUnread }

// verify reads back that everything is still there and belongs to the heir.
func (c *cloud) verify(ctx context.Context, o owner, h client.Member, owned []client.Resource, diags *diag.Diagnostics) {
	lost, astray, err := c.applied.check(ctx, h.Email, owned)
	if err != nil {
		diags.AddWarning(fmt.Sprintf("The transfer of ownership from %s could not be verified", o),
			fmt.Sprintf("%s %s should now own %s: %s. Look in the portal that they do.", sentence(err.Error()), h.Email, counted(owned), names(owned)))
		return
	}
	var problems []string
	if len(lost) > 0 {
		problems = append(problems, fmt.Sprintf("No longer there: %s, %s.", counted(lost), names(lost)))
	}
	if len(astray) > 0 {
		problems = append(problems, fmt.Sprintf("There, but not owned by %s: %s, %s. Make them an owner in the portal.", h.Email, counted(astray), names(astray)))
	}
	if len(problems) > 0 {
		diags.AddError(fmt.Sprintf("The ownership of %s did not go over whole", o),
			fmt.Sprintf("It was deleted with %s as the successor, and the cloud reported success. %s If something is missing, ask JMap Cloud's support at once: a deletion cannot be undone.", h.Email, strings.Join(problems, " ")))
	}
}

func listed(owners []owner) string {
	var labels []string
	for _, o := range owners {
		labels = append(labels, o.String())
	}
	return strings.Join(labels, ", ")
}
