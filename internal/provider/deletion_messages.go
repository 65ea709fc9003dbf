package provider

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/ownership"
)

// The words for what internal/ownership decides. Each verdict has its message here, for plan and apply alike.

// deletionWords is what the messages of one deletion need beside the verdict.
type deletionWords struct {
	owner     string // such as: the API key "ci"
	successor namedSuccessor
	rotation  bool // another key follows
	ephemeral bool // the key lives for one run
	demotion  bool // the owner is not deleted, and becomes less than an Editor
}

// announce says what a plan would do, or why it refuses.
func (w deletionWords) announce(p ownership.Plan, diags *diag.Diagnostics) {
	switch a := p.Announcement; {
	case len(p.Dependents) > 0:
		w.refuseDependents(p.Dependents, diags)
	case a == nil:
		w.refuse(p.Found, p.Verdict, refusal{}, diags)
	case a.Announced == ownership.AnnouncedTransfer:
		successor := "the successor that is known after apply"
		if p.Fitness == ownership.FitSuccessor {
			successor = client.Printable(p.Successor.Email)
		}
		diags.AddWarning(fmt.Sprintf("Deleting %s transfers %s to %s", w.owner, counted(p.Holdings), successor),
			fmt.Sprintf("Transferred: %s. The apply makes the successor an owner of each, reads that back, and only then deletes %s.", names(p.Holdings), w.owner))
	case a.Announced == ownership.AnnouncedDestruction:
		diags.AddWarning(fmt.Sprintf("Deleting %s PERMANENTLY deletes %s", w.owner, counted(p.Holdings)),
			fmt.Sprintf("Deleted: %s. force_destroy is true, and there is no successor. What other members own too is named as well: JMap Cloud may delete it all the same.", names(p.Holdings)))
	}
}

// refusal is what a refusal names beside the facts.
type refusal struct {
	notAnnounced []client.Resource
	moved        []client.Resource
	failed       *client.Resource
	cause        error
	evidence     string
}

// refuse says why an owner is not deleted, and the ways out.
func (w deletionWords) refuse(f ownership.Found, v ownership.Verdict, r refusal, diags *diag.Diagnostics) {
	switch v.Reason {
	case ownership.SuccessorUnfit:
		w.refuseSuccessor(f.Misfit, f.Successor, diags)
	case ownership.SuccessorOpen:
		diags.AddError(fmt.Sprintf("The successor of %s is not known", w.owner),
			"The plan announced a successor that would be known after apply, and transfer_ownership_to has no value even now. "+nothingDeleted+
				" Give it a value that does not depend on other resources, or name a successor for this run: "+successorVariable+"=<email>.")
	case ownership.NeedsSuccessor:
		w.wouldDelete(f.Holdings, "", diags)
	case ownership.NotAnnounced:
		lost, why := r.notAnnounced, " The plan did not announce that: they came since, or Terraform keeps the deletion out of the plan, as with -replace and create_before_destroy, where force_destroy does not apply."
		if w.rotation {
			lost, why = f.Holdings, ""
		}
		w.wouldDelete(lost, why, diags)
	case ownership.NotUnderstood, ownership.NotVisible, ownership.MaybeCut:
		diags.AddError("Unable to tell what "+w.owner+" owns", paragraphs(w.openPoints(f), nothingDeleted, w.evidence(f.Rehearsal, r.evidence), w.waysOutOfDoubt(v.Reason)))
	case ownership.NotTransferable:
		diags.AddError(fmt.Sprintf("Unable to show that %s would receive what %s owns", client.Printable(f.Successor.Email), w.owner),
			paragraphs(w.ownsNow(f.Holdings), w.evidence(f.Rehearsal, r.evidence), nothingDeleted, w.waysOutOfDoubt(v.Reason)))
	case ownership.HandOverNotShown:
		where := ""
		if r.failed != nil {
			where = fmt.Sprintf("It stopped at the %s %q. ", noun(r.failed.Kind), client.Printable(label(*r.failed)))
		}
		diags.AddError(fmt.Sprintf("Unable to transfer what %s owns to %s", w.owner, client.Printable(f.Successor.Email)),
			paragraphs(where+causeOf(r.cause), movedAlready(r.moved, f.Successor), nothingDeleted, w.waysOutOfDoubt(v.Reason)))
	case ownership.NoReason, ownership.OwnsNothing, ownership.Transferred, ownership.Destruction, ownership.Exempted, ownership.AlreadyGone, ownership.MayNeedProof:
		diags.AddError("Unable to delete "+w.owner, nothingDeleted+" This is a bug in the provider: please report it.")
	}
}

const nothingDeleted = "Nothing was deleted."

func paragraphs(parts ...string) string {
	var text []string
	for _, part := range parts {
		if part != "" {
			text = append(text, part)
		}
	}
	return strings.Join(text, "\n\n")
}

func causeOf(err error) string {
	if err == nil {
		return ""
	}
	return sentence(err.Error())
}

func (w deletionWords) ownsNow(holdings []client.Resource) string {
	if len(holdings) == 0 {
		return ""
	}
	return fmt.Sprintf("It owns %s: %s.", counted(holdings), names(holdings))
}

func movedAlready(moved []client.Resource, to client.Member) string {
	if len(moved) == 0 {
		return ""
	}
	return fmt.Sprintf("%s received %s: %s. They stay there.", client.Printable(to.Email), counted(moved), names(moved))
}

// wouldDelete refuses a deletion without a successor.
func (w deletionWords) wouldDelete(lost []client.Resource, why string, diags *diag.Diagnostics) {
	if slices.ContainsFunc(lost, func(r client.Resource) bool { return len(r.Owners) > 1 }) {
		why += " Others own it, too, or some of it, which may not save it: they may be deleted as well, and JMap Cloud does not publish what it spares."
	}
	diags.AddError(fmt.Sprintf("%s would also delete %s", w.act(), counted(lost)),
		paragraphs(fmt.Sprintf("It owns them: %s.%s %s", names(lost), why, nothingDeleted), w.waysOutOfDestruction()))
}

// act is what is refused, as the beginning of a sentence.
func (w deletionWords) act() string {
	switch {
	case w.demotion:
		return "Changing the role of " + w.owner
	case w.rotation:
		return "Rotating " + w.owner
	}
	return "Deleting " + w.owner
}

// waysOutOfDestruction is what to do about holdings without a successor.
func (w deletionWords) waysOutOfDestruction() string {
	const portal = "In the portal, make another member an owner of each, and take the ownership from the one that is deleted."
	switch {
	case w.ephemeral:
		return "Name a successor, an active ORG_EDITOR or ORG_ADMIN: transfer_ownership_to on the ephemeral resource or in the provider block, or " + successorVariable + "=<email>. For what the key owns now: " + portal
	case w.rotation:
		return numbered("There are two ways out; force_destroy does not apply to a rotation:",
			"Name a successor, an active ORG_EDITOR or ORG_ADMIN: transfer_ownership_to on the resource or in the provider block, or "+successorVariable+"=<email> for this run.",
			portal)
	default:
		return numbered("There are three ways out:",
			"Name a successor, an active ORG_EDITOR or ORG_ADMIN: "+successorVariable+"=<email> for this run, transfer_ownership_to in the provider block, or transfer_ownership_to on the resource (applied before its block is removed).",
			"Set force_destroy = true on the resource and apply that first, to delete them with it.",
			portal)
	}
}

// waysOutOfDoubt is what to do where the provider cannot tell what would be lost.
func (w deletionWords) waysOutOfDoubt(why ownership.Reason) string {
	portal := "Delete it in the portal, where you choose who receives what it owns. The next plan finds it gone."
	if w.rotation {
		portal = "Delete the previous key in the portal, where you choose who receives what it owns. The next plan continues from there."
	}
	ways := []string{portal}
	if why == ownership.NotVisible {
		name := "Name a successor, an active ORG_EDITOR or ORG_ADMIN: " + successorVariable + "=<email> for this run."
		if w.rotation {
			name = "Set transfer_ownership_to on the resource or in the provider block, for this rotation and every later one, to the email of an active ORG_EDITOR or ORG_ADMIN; or " + successorVariable + "=<email> for this run."
		}
		ways = append([]string{name + " They then receive whatever it owns, which the apply tries first on an API key and a project of its own."}, ways...)
	}
	if !w.rotation && !w.ephemeral {
		ways = append(ways, "Stop managing it and keep it: a removed block with lifecycle { destroy = false }, or terraform state rm.")
	}
	if len(ways) == 1 {
		return ways[0]
	}
	return numbered("Ways out:", ways...)
}

// numbered lists ways out.
func numbered(head string, ways ...string) string {
	text := head + "\n"
	for i, way := range ways {
		text += fmt.Sprintf("\n  %d. %s", i+1, way)
	}
	return text
}

// openPoints says what a reading of who owns what leaves open.
func (w deletionWords) openPoints(f ownership.Found) string {
	var points []string
	for _, point := range []struct {
		of   ownership.Open
		text string
	}{
		{ownership.OpenUnread, "Who owns what could not be read: " + causeOf(f.Unread)},
		{ownership.OpenNoOwner, fmt.Sprintf("JMap Cloud names no owner of %s, although every project and data source has one: %s.", counted(f.Unclear), names(f.Unclear))},
		{ownership.OpenForm, "JMap Cloud writes some owners in a form that the provider does not know, and one of them could be " + w.owner + "."},
		{ownership.OpenHidden, "The account in use does not see what is not shared with it."},
		{ownership.OpenCut, "JMap Cloud does not list all projects in one answer."},
		{ownership.OpenDataSourcesLength, "The list of data sources has a round number of entries, at which lists are often cut."},
		{ownership.OpenProjectsLength, "The list of projects has a round number of entries, at which lists are often cut."},
		{ownership.OpenVisibility, "No project, or no data source, is listed that other members made and share only among themselves, so that nothing shows that the account in use sees everything."},
	} {
		if f.Open.Has(point.of) {
			points = append(points, point.text)
		}
	}
	return strings.Join(points, " ")
}

// evidence says what the rehearsal showed, where it did not show that a transfer works.
func (w deletionWords) evidence(result ownership.Rehearsal, why string) string {
	switch result {
	case ownership.RehearsalForbidden:
		return "rehearse_deletions is false, so that the apply may not try the deletion on an API key and a project of its own first. Set it to true, or " + rehearseVariable + "=true for this run."
	case ownership.RehearsalRefuted, ownership.RehearsalInconclusive, ownership.RehearsalImpossible:
		return "The apply tried the deletion on an API key and a project of its own. " + sentence(why)
	case ownership.NotRehearsed, ownership.RehearsalWorks:
	}
	return ""
}

// refuseSuccessor says why the successor may not receive anything, at the place that names them.
func (w deletionWords) refuseSuccessor(why ownership.Misfit, found client.Member, diags *diag.Diagnostics) {
	summary := fmt.Sprintf("%s cannot receive what %s owns", client.Printable(w.successor.email), w.owner)
	detail := paragraphs(misfitSentence(why, found)+" "+nothingDeleted, w.successor.change())
	if w.successor.from == fromResource && !w.ephemeral {
		diags.AddAttributeError(path.Root("transfer_ownership_to"), summary, detail)
		return
	}
	diags.AddError(summary, detail)
}

// misfitSentence says why a member may not receive anything.
func misfitSentence(why ownership.Misfit, found client.Member) string {
	switch why {
	case ownership.IsOwner:
		return "An owner cannot be their own successor."
	case ownership.MayNotOwn:
		return fmt.Sprintf("They are %s, and only %s or %s may own projects and data sources: raise their role first.", found.Role(), client.RoleEditor, client.RoleAdmin)
	case ownership.IsDeletedToo:
		return "They are deleted in the same run."
	case ownership.IsDemotedToo:
		return "The same run takes the role from them that they need to own anything."
	case ownership.IsAnotherMember:
		return "The member whom the plan announced is gone, and another member has the email now. Plan again."
	case ownership.IsSeveral:
		return "Several members have this email in other spellings. Write it as one of them."
	case ownership.IsNoMember, ownership.Fits:
	}
	return "No active member of the organization has this email. An invited person has to accept first."
}

// refuseDependents says that an owner is deleted or demoted who is the successor of others.
func (w deletionWords) refuseDependents(dependents []ownership.Owner, diags *diag.Diagnostics) {
	var called []string
	for _, o := range dependents {
		called = append(called, ownerName(o))
	}
	lost, apart := "deleted", "Delete in two runs: the others first, for example with -target."
	if w.demotion {
		lost, apart = "demoted", "Do it in two runs: first what this member is the successor for, for example with -target, and then the change of the role."
	}
	diags.AddError(fmt.Sprintf("%s is %s in this run but is the successor of %s", capitalized(w.owner), lost, strings.Join(called, ", ")),
		numbered("A provider cannot choose the order in which Terraform makes its changes. Ways out:",
			"Name another member in their transfer_ownership_to, in the provider's, or in "+successorVariable+".", apart))
}

// announceDemotion says what becomes of what a member owns whose role falls below ORG_EDITOR.
func (w deletionWords) announceDemotion(f ownership.Facts, diags *diag.Diagnostics) {
	switch {
	case len(f.Holdings) == 0:
	case f.Fitness == ownership.FitSuccessor:
		diags.AddWarning(fmt.Sprintf("%s transfers %s to %s", w.act(), counted(f.Holdings), client.Printable(f.Successor.Email)),
			fmt.Sprintf("The apply makes the successor an owner of each first: %s.", names(f.Holdings)))
	case f.Fitness == ownership.NoSuccessor:
		diags.AddWarning(fmt.Sprintf("%s owns %s, and will no longer be an Editor", capitalized(w.owner), counted(f.Holdings)),
			fmt.Sprintf("Owned: %s. JMap Cloud does not publish what becomes of it. To transfer it first, set transfer_ownership_to on the resource or in the provider block, or %s=<email>.", names(f.Holdings), successorVariable))
	}
}

// capitalized is text with a capital at its beginning.
func capitalized(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

// report says what became of a deletion.
func (w deletionWords) report(r ownership.Result, diags *diag.Diagnostics) {
	for _, left := range r.LeftOvers {
		diags.AddWarning(fmt.Sprintf("A rehearsal left the %s %q", left.Noun, client.Printable(left.Name)),
			fmt.Sprintf("The apply tried a deletion on things of its own, and could not delete this one (id %q). It is safe to delete it in the portal. While it is there, no deletion is rehearsed.", client.Printable(left.ID)))
	}
	if !r.Deleted {
		w.refuse(r.Found, r.Verdict, refusal{
			notAnnounced: r.NotAnnounced, moved: append(r.Moved, r.Given...), failed: r.Failed, cause: r.Cause, evidence: r.Evidence,
		}, diags)
		return
	}
	var problems []string
	if len(r.Lost) > 0 {
		problems = append(problems, fmt.Sprintf("No longer there: %s, %s. Ask JMap Cloud's support at once: a deletion cannot be undone.", counted(r.Lost), names(r.Lost)))
	}
	if len(r.NotTransferred) > 0 {
		problems = append(problems, fmt.Sprintf("There, but not owned by %s: %s, %s. Make them an owner in the portal.", client.Printable(r.Successor.Email), counted(r.NotTransferred), names(r.NotTransferred)))
	}
	if len(problems) > 0 {
		diags.AddError("Ownership transfer incomplete: "+w.owner,
			fmt.Sprintf("It was deleted with %s as the successor, and JMap Cloud reported success. %s", client.Printable(r.Successor.Email), strings.Join(problems, " ")))
	}
	if r.Unverified != nil {
		diags.AddWarning(fmt.Sprintf("The transfer of ownership from %s could not be verified", w.owner),
			fmt.Sprintf("%s %s should now own %s: %s. Look in the portal that they do.", sentence(r.Unverified.Error()), client.Printable(r.Successor.Email), counted(r.Given), names(r.Given)))
	}
}
