package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/directory"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/ownership"
)

// The deletions of members and keys, between Terraform and internal/ownership: what the configuration says goes there as facts, what a
// plan announced travels in private state, and what was decided comes back as words.

// Where a plan leaves its announcement in private state. A key may be deleted together with its previous one.
const (
	announcementKey         = "deletion"
	previousAnnouncementKey = "deletion_previous"
)

var announcementKeys = []string{announcementKey, previousAnnouncementKey}

// deleteOptions is what the configuration says about the deletion of an owner, and why it is deleted.
type deleteOptions struct {
	successor emailValue // the resource's transfer_ownership_to
	force     bool       // its force_destroy
	rotation  bool       // another key follows
	previous  bool       // the owner is the previous key of a resource
	ephemeral bool       // the key lives for one run
	baseline  *ownership.Baseline
}

// deletionModel is the arguments by which a member or an API key says what becomes of what it owns.
type deletionModel struct {
	TransferOwnershipTo emailValue `tfsdk:"transfer_ownership_to"`
	ForceDestroy        types.Bool `tfsdk:"force_destroy"`
}

func (m deletionModel) deleteOptions() deleteOptions {
	return deleteOptions{successor: m.TransferOwnershipTo, force: m.ForceDestroy.ValueBool()}
}

// ofRotation is what counts for a key that another follows: no plan shows its deletion by itself.
func (w deleteOptions) ofRotation() deleteOptions {
	w.rotation, w.force = true, false
	return w
}

func (w deleteOptions) key() string {
	if w.previous {
		return previousAnnouncementKey
	}
	return announcementKey
}

// successorSource is where a successor is named.
type successorSource int

const (
	fromNowhere successorSource = iota
	fromResource
	fromBlock
	fromEnvironment
)

// namedSuccessor is who is to receive what a deleted owner owns, and where they are named.
type namedSuccessor struct {
	email string
	from  successorSource
	ownership.Choice
}

// change says how to name another successor.
func (s namedSuccessor) change() string {
	switch s.from {
	case fromResource:
		return "Name another member in transfer_ownership_to. If the resource's block is gone, the value is that of the last apply: restore the block, change transfer_ownership_to, apply, then remove it."
	case fromBlock:
		return "Change transfer_ownership_to in the provider block; it overrides " + successorVariable + "."
	case fromEnvironment, fromNowhere:
	}
	return "Set " + successorVariable + " to the email of another member."
}

// deletions deletes members and keys for the resources of one provider block.
type deletions struct {
	directory *directory.Directory
	ownership *ownership.Ownership
	successor emailValue      // the provider's transfer_ownership_to; null or unknown where it is
	from      successorSource // where the provider's successor is named
}

// value is the resource's successor, else the provider's.
func (d *deletions) value(own emailValue) emailValue {
	if own.IsNull() {
		return d.successor
	}
	return own
}

// named is value with the place where it is named.
func (d *deletions) named(own emailValue) namedSuccessor {
	value, from := d.value(own), fromResource
	if own.IsNull() {
		from = d.from
	}
	switch {
	case value.IsNull():
		return namedSuccessor{}
	case value.IsUnknown():
		return namedSuccessor{from: from, Choice: ownership.Choice{Unknown: true}}
	}
	return namedSuccessor{email: value.address(), from: from, Choice: ownership.Choice{Email: value.address()}}
}

func (d *deletions) question(o ownership.Owner, w deleteOptions) (ownership.Deletion, deletionWords) {
	successor := d.named(w.successor)
	name := ownerName(o)
	if w.previous {
		name = "the previous " + name[len("the "):]
	}
	return ownership.Deletion{Owner: o, Successor: successor.Choice, Force: w.force, Hidden: w.rotation || w.ephemeral, Baseline: w.baseline},
		deletionWords{owner: name, successor: successor, rotation: w.rotation, ephemeral: w.ephemeral}
}

// ownerName is what messages call an owner.
func ownerName(o ownership.Owner) string {
	if o.Kind == client.MemberOwner {
		return "the member " + client.Printable(o.Name)
	}
	return fmt.Sprintf("the API key %q", client.Printable(o.Name))
}

// announce is a plan's part: it says what the deletion of o transfers or destroys, refuses what must not be, and leaves an announcement for
// the apply.
func (d *deletions) announce(ctx context.Context, o ownership.Owner, w deleteOptions, private privateWriter, diags *diag.Diagnostics) {
	question, words := d.question(o, w)
	p, err := d.ownership.Plan(ctx, question)
	if err != nil {
		addError(diags, "plan the deletion of "+words.owner, err)
		return
	}
	words.announce(p, diags)
	if p.Announcement != nil && !question.Hidden {
		writePrivate(ctx, private, w.key(), p.Announcement, diags)
	}
}

// announceRotation is announce for a key that another follows: it is deleted at once or, with later, when its time is over. What must not be
// deleted then is refused now, before there is another key.
func (d *deletions) announceRotation(ctx context.Context, o ownership.Owner, w deleteOptions, later bool, diags *diag.Diagnostics) {
	question, words := d.question(o, w.ofRotation())
	p, err := d.ownership.Plan(ctx, question)
	if err != nil {
		addError(diags, "plan the deletion of "+words.owner, err)
		return
	}
	if !later || p.Announcement == nil {
		words.announce(p, diags)
	}
}

// forget is for a refresh and for a deletion, which has read it: an announcement is good for the next apply only.
func (*deletions) forget(ctx context.Context, private privateReader, to privateWriter, diags *diag.Diagnostics) {
	for _, key := range announcementKeys {
		encoded, d := private.GetKey(ctx, key)
		diags.Append(d...)
		if len(encoded) > 0 {
			clearPrivate(ctx, to, diags, key)
		}
	}
}

// forgetPlanned is forget for a plan that keeps or creates an object. Terraform plans a replacement twice, the second time as a creation, and the
// private state goes on from the first: what this very walk has announced there stays.
func (d *deletions) forgetPlanned(ctx context.Context, private privateReader, to privateWriter, creates bool, diags *diag.Diagnostics) {
	for _, key := range announcementKeys {
		var announced ownership.Announcement
		if creates && readPrivate(ctx, private, key, &announced, diags) && d.ownership.Wrote(announced) {
			return
		}
	}
	d.forget(ctx, private, to, diags)
}

// announcements are what a plan left for its apply, by their keys in private state. Nil means that no plan showed the deletion.
type announcements map[string]*ownership.Announcement

// take is for the begin of a deletion: it reads what the plan announced, and takes it out of what is kept. That comes before the first call:
// should one fail, no later run destroys by what this one's plan has said.
func (d *deletions) take(ctx context.Context, private privateReader, to privateWriter, diags *diag.Diagnostics) announcements {
	taken := announcements{}
	for _, key := range announcementKeys {
		var announced ownership.Announcement
		if readPrivate(ctx, private, key, &announced, diags) {
			taken[key] = &announced
		}
	}
	d.forget(ctx, private, to, diags)
	return taken
}

// mayDelete reports early whether delete would refuse, as far as that can be told without a change to what o owns.
func (d *deletions) mayDelete(ctx context.Context, o ownership.Owner, w deleteOptions, diags *diag.Diagnostics) bool {
	question, words := d.question(o, w)
	result, err := d.ownership.Check(ctx, question)
	if err != nil {
		addError(diags, "check what "+words.owner+" owns", err)
		return false
	}
	if result.Step == ownership.Refuse {
		words.report(result, diags)
		return false
	}
	return true
}

// delete is an apply's part: it keeps to the announcement that was taken out of private state.
func (d *deletions) delete(ctx context.Context, o ownership.Owner, w deleteOptions, announced announcements, diags *diag.Diagnostics) (deleted bool) {
	question, words := d.question(o, w)
	var a *ownership.Announcement
	if !question.Hidden {
		a = announced[w.key()]
	}
	result, err := d.ownership.Delete(ctx, question, a)
	if err != nil {
		addError(diags, "delete "+words.owner, err)
		return false
	}
	words.report(result, diags)
	return result.Deleted
}

// atExit deletes an ephemeral key when the run ends, as far as the time allows. Nobody reads what is left; it expires.
func (d *deletions) atExit(ctx context.Context, o ownership.Owner, w deleteOptions) {
	question, _ := d.question(o, w)
	_, _ = d.ownership.AtExit(ctx, question)
}

// planSuccessor is for a plan that keeps o and names a successor: it refuses one who is deleted or demoted in the same run, and says early what a
// deletion would refuse. That is a warning, since the successor may be invited or promoted in the same run.
func (d *deletions) planSuccessor(ctx context.Context, o ownership.Owner, plan, state emailValue, diags *diag.Diagnostics) {
	if plan.IsNull() || plan.IsUnknown() {
		return
	}
	found, why, err := d.ownership.PlanSuccessor(ctx, o, plan.address())
	switch {
	case client.IsNotConfigured(err): // the deletion will look it up
	case err != nil:
		addError(diags, "list the members, to look up transfer_ownership_to", err)
	case why == ownership.IsDeletedToo, why == ownership.IsDemotedToo:
		lost := map[ownership.Misfit]string{ownership.IsDeletedToo: "deleted", ownership.IsDemotedToo: "demoted"}[why]
		diags.AddAttributeError(path.Root("transfer_ownership_to"), fmt.Sprintf("%s is %s in this run but is the successor of %s", client.Printable(plan.address()), lost, ownerName(o)),
			"Name another member in transfer_ownership_to, or leave it out.")
	case why != ownership.Fits && !plan.Equal(state):
		diags.AddAttributeWarning(path.Root("transfer_ownership_to"), client.Printable(plan.address())+" could not receive anything yet",
			fmt.Sprintf("If %s were deleted now, and owned something, the deletion would be refused. %s", ownerName(o), misfitSentence(why, found)))
	}
}

// planDemotion says what becomes of what a member owns who becomes less than an Editor, and refuses where others count on them.
func (d *deletions) planDemotion(ctx context.Context, o ownership.Owner, w deleteOptions, diags *diag.Diagnostics) {
	question, words := d.question(o, w)
	words.demotion = true
	if dependents := d.ownership.PlanDemotion(o); len(dependents) > 0 {
		words.refuseDependents(dependents, diags)
		return
	}
	found, err := d.ownership.Look(ctx, question)
	if err != nil {
		addError(diags, "plan the demotion of "+words.owner, err)
		return
	}
	words.announceDemotion(found.Facts, diags)
}

// handOver is the apply's part of a demotion: where there is a successor, they become an owner of everything first.
func (d *deletions) handOver(ctx context.Context, o ownership.Owner, w deleteOptions, diags *diag.Diagnostics) bool {
	question, words := d.question(o, w)
	words.demotion = true
	if question.Successor == (ownership.Choice{}) {
		return true
	}
	given, err := d.ownership.HandOver(ctx, question)
	switch {
	case err != nil:
		addError(diags, "transfer what "+words.owner+" owns, before their role is changed", err)
		return false
	case len(given.Holdings) > 0 && given.Fitness == ownership.UnfitSuccessor:
		words.refuseSuccessor(given.Misfit, given.Successor, diags)
		return false
	case given.Failed != nil:
		words.refuse(given.Found, ownership.Verdict{Reason: ownership.HandOverNotShown}, refusal{moved: given.Given, failed: given.Failed, cause: given.Cause}, diags)
		return false
	}
	return true
}
