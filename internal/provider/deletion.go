package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"golang.org/x/sync/semaphore"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/directory"
)

// deletions are the deletions of members and API keys in one run, by the rules of ownership.
type deletions struct {
	directory *directory.Directory
	successor emailValue // the provider's transfer_ownership_to; null or unknown where it is
	walk      string
	planned   plannedDeletions
	snapshot  ownershipSnapshot
}

func newDeletions(d *directory.Directory, successor emailValue, walk string) *deletions {
	return &deletions{directory: d, successor: successor, walk: walk, snapshot: ownershipSnapshot{directory: d, mutex: semaphore.NewWeighted(1)}}
}

// announcementKey is where a plan keeps, in private state, what it announced of o. A key may be deleted
// together with the previous one.
func announcementKey(o owner) string {
	if o.noun == previousKeyNoun {
		return "deletion_previous"
	}
	return "deletion"
}

// announcement is what a plan said of a deletion. It travels in private state to the apply, which keeps to it.
type announcement struct {
	ID        string   `json:"id"`                  // of what is deleted: that of an earlier object does not count
	Walk      string   `json:"walk"`                // in which it was written: what the apply itself plans is announced to no one
	Announced []string `json:"announced,omitempty"` // what is deleted with it
	Successor *string  `json:"successor,omitempty"` // the resource's, which a replacement's Delete does not see
	Force     bool     `json:"force,omitempty"`
}

// announce is a plan's part: it says what the deletion of o destroys or hands over, refuses what must not be, and
// keeps in private state what it said, for the apply.
func (d *deletions) announce(ctx context.Context, o owner, options deleteOptions, private privateWriter, diags *diag.Diagnostics) {
	if dependents := d.planned.delete(o); len(dependents) > 0 {
		diags.AddError(fmt.Sprintf("Deleting %s would leave others without a successor", o),
			fmt.Sprintf("%s is to receive what %s may own, and is deleted in this run. Name another member in their transfer_ownership_to, or in the provider's.", o.label, listed(dependents)))
		return
	}
	owned, to, unread, ok := d.gatherFacts(ctx, o, options, diags)
	if !ok {
		return
	}
	d.rule(o, options, to, owned, diags)
	writePrivate(ctx, private, announcementKey(o), announcement{ID: o.id, Walk: d.walk, Announced: announcedIn(owned, unread), Force: options.force, Successor: options.successorEmail()}, diags)
}

// announceRotation is announce for a key that is rotated: it is deleted at once or, with later, when its time is over. What
// must not be deleted then is refused now, before there is another key.
func (d *deletions) announceRotation(ctx context.Context, o owner, options deleteOptions, later bool, diags *diag.Diagnostics) {
	options = options.ofRotation()
	if !later {
		d.planned.delete(o)
	}
	owned, to, _, ok := d.gatherFacts(ctx, o, options, diags)
	if ok && (!later || !to.isNamed) {
		d.rule(o, options, to, owned, diags)
	}
}

// gatherFacts is what a deletion of o would find; ok is false where it must not be, for a reason that is said.
func (d *deletions) gatherFacts(ctx context.Context, o owner, options deleteOptions, diags *diag.Diagnostics) (owned holdings, to successor, unread error, ok bool) {
	members, err := d.directory.Members(ctx, directory.Current)
	if err != nil {
		addError(diags, "list the members, to plan the deletion of "+o.String(), err)
		return owned, to, nil, false
	}
	resources, unread := d.directory.Resources(ctx, directory.Current)
	owned = holdingsOf(o.email, resources, d.planned.isDeleted)
	to, problem := d.findSuccessor(ctx, o, options, members)
	if problem == isDeletedToo && unread == nil && len(owned.all()) == 0 {
		to, problem = successor{}, ""
	}
	if problem != "" {
		d.refuseSuccessor(o, options, problem, diags)
		return owned, to, unread, false
	}
	if unread != nil {
		warnUnread(o, options, to, unread, diags)
	}
	if to.member.Email != "" && (unread != nil || len(owned.all()) > 0) {
		d.planned.succeed(to.member.Email, o)
	}
	return owned, to, unread, true
}

// rule applies the rules of ownership to a planned deletion.
func (*deletions) rule(o owner, options deleteOptions, to successor, owned holdings, diags *diag.Diagnostics) {
	switch {
	case to.isNamed && len(owned.all()) > 0:
		recipient := "the successor that is known after apply"
		if !to.unknown {
			recipient = to.member.Email
		}
		diags.AddWarning(fmt.Sprintf("Deleting %s hands %s to %s", o, plural(len(owned.all()), "resource"), recipient),
			fmt.Sprintf("It owns %s: %s. All of it goes to %s.", counted(owned.all()), names(owned.all()), recipient))
	case to.isNamed || len(owned.sole) == 0:
	case options.force:
		diags.AddWarning(fmt.Sprintf("Deleting %s also deletes %s", o, counted(owned.sole)),
			fmt.Sprintf("Only it owns them: %s. They are deleted for ever, because force_destroy is set and no successor is.", names(owned.sole)))
	default:
		refuse(o, options, owned.sole, "", diags)
	}
}

// refuse says what would be lost, and the ways out. A rotation has no other than a successor and another owner: Terraform
// plans it again while it applies, without what the plan showed, so that force_destroy cannot be held to that.
func refuse(o owner, options deleteOptions, lost []client.Resource, why string, diags *diag.Diagnostics) {
	switch {
	case options.ephemeral:
		diags.AddError(fmt.Sprintf("Deleting %s would also delete %s", o, counted(lost)),
			fmt.Sprintf("Only it owns them: %s. Nothing was deleted. Give them another owner in the portal, and delete the key there. "+
				"For the next run, name a successor, an active ORG_EDITOR or ORG_ADMIN: transfer_ownership_to on the ephemeral resource or in the provider block, or %s=<email>.", names(lost), successorVariable))
		return
	case options.rotation:
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
func warnUnread(o owner, options deleteOptions, to successor, err error, diags *diag.Diagnostics) {
	consequence := "The apply refuses to delete it, unless it can be read by then. To go on without, name a successor (" + successorVariable + "=<email>) or set force_destroy."
	switch {
	case options.rotation && !to.isNamed:
		consequence = "The apply refuses to delete the old key, unless it can be read by then. To go on without, name a successor (" + successorVariable + "=<email>)."
	case to.isNamed:
		consequence = "Whatever it owns goes to the successor."
	case options.force:
		consequence = "force_destroy is set, so whatever only it owns is deleted with it, for ever."
	}
	diags.AddWarning(fmt.Sprintf("What %s owns could not be checked", o), sentence(err.Error())+"\n\n"+consequence)
}

// announcedUnread stands in an announcement for "could not be read, and the plan said so".
const announcedUnread = "*"

func announcedIn(owned holdings, unread error) []string {
	if unread != nil {
		return []string{announcedUnread}
	}
	return keys(owned.sole)
}

// readAnnouncement returns what a plan announced of o; announced is false where no plan announced its deletion.
func (d *deletions) readAnnouncement(ctx context.Context, o owner, private privateReader, diags *diag.Diagnostics) (said announcement, announced bool) {
	if !readPrivate(ctx, private, announcementKey(o), &said, diags) || said.ID != o.id {
		return announcement{}, false
	}
	return said, said.Walk != d.walk
}

// deleteOwner is an apply's part: it checks again, deletes o through remove with the successor's member id, and verifies that
// what o owned is still there. It works on one owner at a time, for two that share a project would each count on the other.
func (d *deletions) deleteOwner(ctx context.Context, o owner, options deleteOptions, private privateReader, remove func(ctx context.Context, transferTo string) error, diags *diag.Diagnostics) {
	unlock, err := d.snapshot.lock(ctx)
	if err != nil {
		addError(diags, "delete "+o.String(), err)
		return
	}
	defer unlock()

	owned, to, unread, ok := d.ruleAtApply(ctx, o, options, private, diags)
	if !ok {
		return
	}
	if err := remove(ctx, to.member.ID); err != nil && !client.IsNotFound(err) {
		d.snapshot.forget() // it may have been done
		addError(diags, "delete "+o.String(), err)
		return
	}
	d.snapshot.recordTransfer(o.email, to.member.Email)
	switch {
	case !to.isNamed:
	case unread != nil:
		diags.AddWarning(fmt.Sprintf("What %s owned could not be checked", o),
			fmt.Sprintf("%s It was deleted with %s as the successor. Look in the portal that they have everything.", sentence(unread.Error()), to.member.Email))
	default:
		d.verify(ctx, o, to.member, owned.all(), diags)
	}
}

// mayDeleteOwner says early whether deleteOwner would refuse.
func (d *deletions) mayDeleteOwner(ctx context.Context, o owner, options deleteOptions, private privateReader, diags *diag.Diagnostics) bool {
	unlock, err := d.snapshot.lock(ctx)
	if err != nil {
		addError(diags, "check what "+o.String()+" owns", err)
		return false
	}
	defer unlock()
	_, _, _, ok := d.ruleAtApply(ctx, o, options, private, diags)
	return ok
}

// ruleAtApply reads who owns what, and decides on the deletion of o by it and by what the plan showed.
func (d *deletions) ruleAtApply(ctx context.Context, o owner, options deleteOptions, private privateReader, diags *diag.Diagnostics) (owned holdings, to successor, unread error, ok bool) {
	var said announcement
	var announced bool
	if !options.rotation {
		said, announced = d.readAnnouncement(ctx, o, private, diags)
	}
	if said.Successor != nil {
		options.successor = newEmail(*said.Successor)
	}
	options.force = options.force || said.Force

	var members []client.Member
	if !options.successor.IsNull() || !d.successor.IsNull() {
		var err error
		if members, err = d.directory.Members(ctx, directory.Fresh); err != nil {
			addError(diags, "list the members, to delete "+o.String(), err)
			return owned, to, nil, false
		}
	}
	resources, unread := d.snapshot.read(ctx)
	owned = holdingsOf(o.email, resources, noOne)
	to, problem := d.findSuccessor(ctx, o, options, members)
	switch {
	case problem != "" && unread == nil && len(owned.all()) == 0:
		to = successor{} // there is nothing to receive
	case problem != "":
		d.refuseSuccessor(o, options, problem, diags)
		return owned, to, unread, false
	case to.unknown:
		diags.AddError(fmt.Sprintf("The successor of %s is not known", o),
			"The provider's transfer_ownership_to has no known value even now, and nothing was deleted. Give it one that does not depend on other resources, or name a successor for this run: "+successorVariable+"=<email>.")
		return owned, to, unread, false
	}
	return owned, to, unread, to.isNamed || mayDelete(o, options, owned, unread, said, announced, diags)
}

// mayDelete decides on a deletion without a successor.
func mayDelete(o owner, options deleteOptions, owned holdings, unread error, said announcement, announced bool, diags *diag.Diagnostics) bool {
	switch {
	case announced && said.isUnread() && options.force:
		return true // the plan said that it did not know
	case unread != nil:
		diags.AddError(fmt.Sprintf("Unable to check what %s owns", o),
			sentence(unread.Error())+" Nothing was deleted, for what only it owns would be lost. Plan again when it can be read, or name a successor: "+successorVariable+"=<email>.")
		return false
	case len(owned.sole) == 0:
		return true
	case !options.force:
		refuse(o, options, owned.sole, "", diags)
		return false
	case !announced:
		said.Announced = nil
	}
	if more := unannounced(owned.sole, said.Announced); len(more) > 0 {
		refuse(o, options, more, " The plan did not show that: it came since, or Terraform keeps the deletion out of the plan, as with -replace and create_before_destroy, where force_destroy cannot count.", diags)
		return false
	}
	return true
}

// isUnread reports whether the plan said that it could not tell what would go.
func (said announcement) isUnread() bool {
	return len(said.Announced) == 1 && said.Announced[0] == announcedUnread
}

// verify reads back that everything is still there and belongs to the successor.
func (d *deletions) verify(ctx context.Context, o owner, to client.Member, resources []client.Resource, diags *diag.Diagnostics) {
	lost, notTransferred, err := d.snapshot.check(ctx, to.Email, resources)
	if err != nil {
		diags.AddWarning(fmt.Sprintf("The transfer of ownership from %s could not be verified", o),
			fmt.Sprintf("%s %s should now own %s: %s. Look in the portal that they do.", sentence(err.Error()), to.Email, counted(resources), names(resources)))
		return
	}
	var problems []string
	if len(lost) > 0 {
		problems = append(problems, fmt.Sprintf("No longer there: %s, %s.", counted(lost), names(lost)))
	}
	if len(notTransferred) > 0 {
		problems = append(problems, fmt.Sprintf("There, but not owned by %s: %s, %s. Make them an owner in the portal.", to.Email, counted(notTransferred), names(notTransferred)))
	}
	if len(problems) > 0 {
		diags.AddError(fmt.Sprintf("The ownership of %s did not go over whole", o),
			fmt.Sprintf("It was deleted with %s as the successor, and the cloud reported success. %s If something is missing, ask JMap Cloud's support at once: a deletion cannot be undone.", to.Email, strings.Join(problems, " ")))
	}
}

func listed(owners []owner) string {
	var labels []string
	for _, o := range owners {
		labels = append(labels, o.String())
	}
	return strings.Join(labels, ", ")
}
