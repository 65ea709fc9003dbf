package provider

import (
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// Messages about a person that jmapcloud_member and jmapcloud_invitation share.

// report says what is wrong between two objects of one person, each thing once.
func report(conflicts []conflict, email emailValue, diags *diag.Diagnostics) {
	who := client.Printable(email.address())
	slices.Sort(conflicts)
	for _, c := range slices.Compact(conflicts) {
		switch c {
		case noConflict:
		case managedTwice:
			diags.AddAttributeWarning(path.Root("email"), "Two resources for "+who,
				"Two resources of the state have the same person: they were imported twice, or a run that was cut short left both. Each undoes what the other changes. Remove one of the two blocks: the person stays with the other.")
		case twoResources:
			diags.AddAttributeError(path.Root("email"), "Two resources for "+who,
				"Another jmapcloud_member or jmapcloud_invitation of this configuration manages the same person, perhaps in another spelling: case does not matter. Keep one of the two. "+
					"To let a jmapcloud_member take over from a jmapcloud_invitation, use a moved block.")
		case oneOfTwoGoes:
			diags.AddError("Two resources for "+who+", and one of them is destroyed",
				"Terraform asked about the one that is destroyed before the provider knew of the other, so the apply would remove the person, who should stay. "+
					"Run the command again with -parallelism=100 and without -refresh=false: the provider then knows of both in time. "+
					"Or forget the resource that is not in the configuration, and keep the person:\n\n  terraform state rm <its address>")
		case renamed:
			refuseRemovedAndAdded(who, "One resource that manages them is destroyed, and another is created: it was renamed, or the key of its for_each was written in another case. "+anyOrder+
				"Keep the old name or key, or tell Terraform the new one:\n\n  moved {\n    from = <the old address>\n    to   = <the new address>\n  }", diags)
		case toInvitation:
			refuseRemovedAndAdded(who, "A jmapcloud_member is destroyed, and a jmapcloud_invitation to the same person is created. "+anyOrder+
				"Keep the jmapcloud_member. Or, while they have not accepted, forget it and import their invitation; there is no moved block for this. A removed block with lifecycle { destroy = false } forgets, too:\n\n"+
				"  terraform state rm <the address of the jmapcloud_member>\n  terraform import jmapcloud_invitation.<name> "+who, diags)
		case emailMoved:
			refuseRemovedAndAdded(who, "One resource that manages them gets another email, and another resource gets theirs. "+anyOrder+
				"Keep each email where it was, or move the resources as the emails have moved, which a moved block cannot do while both addresses are in use. For two that change places:\n\n"+
				"  terraform state mv <the first address> jmapcloud_member.temporary\n  terraform state mv <the second address> <the first address>\n  terraform state mv jmapcloud_member.temporary <the second address>\n\n"+
				"Where only one has moved:\n\n  terraform state mv <its old address> <its new address>", diags)
		}
	}
}

// anyOrder is why a removal and an addition of one person cannot be applied together.
const anyOrder = "Terraform would do the two in any order, and could leave them removed. "

func refuseRemovedAndAdded(who, why string, diags *diag.Diagnostics) {
	diags.AddError(who+" is removed and added in the same run", why)
}

// warnLeft says that the end of a resource removes no person.
func warnLeft(email emailValue, diags *diag.Diagnostics) {
	diags.AddWarning(fmt.Sprintf("%s stays with another resource", client.Printable(email.address())),
		"Two resources of the state have the same person. The one that is removed is forgotten, and nothing changes at the cloud: they stay with the other.")
}

// warnUnknownEmail says what it means for the person of the state that the email is known only after apply.
func warnUnknownEmail(email emailValue, diags *diag.Diagnostics) {
	diags.AddAttributeWarning(path.Root("email"), fmt.Sprintf("%s is removed even if the email stays the same", client.Printable(email.address())),
		"The email is known only after apply, and Terraform destroys the resource before that. If it is the same email then, they are invited again, by another mail. "+
			"To avoid that, first apply what the email comes from:\n\n  terraform apply -target=<its address>")
}

// warnPersonGone gives the reason for a plan that invites a person again: how they went, and what else to do.
func warnPersonGone(what, how, otherwise string, diags *diag.Diagnostics) {
	diags.AddWarning(fmt.Sprintf("Gone: %s", client.Printable(what)), how+" While they are in the configuration, the apply will send a NEW invitation."+otherwise)
}

// warnInvitedAgain says what it means to change the role or the language of an invitation.
func warnInvitedAgain(email string, diags *diag.Diagnostics) {
	diags.AddWarning(client.Printable(email)+" will be invited again",
		"The cloud cannot change an invitation. The one that was sent is withdrawn and its link no longer works; a second mail goes out, with the role and language of the configuration.")
}

// warnAcceptedSince says that a person is a member whom the state still calls invited.
func warnAcceptedSince(m client.Member, role types.String, diags *diag.Diagnostics) {
	then := "They keep the role " + string(m.Role()) + "."
	switch {
	case role.IsUnknown():
		then = "They get the role that is known after apply, at once."
	case role.ValueString() != string(m.Role()):
		then = fmt.Sprintf("They get the role %s, at once.", role.ValueString())
	}
	diags.AddWarning(client.Printable(m.Email)+" has accepted the invitation", "No mail goes out. "+then)
}

// warnExpiredResent says that an invitation has expired and is sent again; argument is the one that decides.
func warnExpiredResent(email emailValue, expired timetypes.RFC3339, argument string, diags *diag.Diagnostics) {
	diags.AddWarning(fmt.Sprintf("The invitation to %s has expired and will be sent again", client.Printable(email.address())),
		fmt.Sprintf("It expired at %s. Set %s = %q to leave it as it is.", expired.ValueString(), argument, keepExpired))
}

// warnExpiredKept says that an invitation has expired and stays so.
func warnExpiredKept(email emailValue, expired timetypes.RFC3339, argument string, diags *diag.Diagnostics) {
	diags.AddWarning(fmt.Sprintf("The invitation to %s has expired", client.Printable(email.address())),
		fmt.Sprintf("It expired at %s, and stays as it is because %s is %q. Set it to %q to send it again.", expired.ValueString(), argument, keepExpired, resendExpired))
}
