package provider

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// Messages about a person that jmapcloud_member and jmapcloud_invitation share.

func refuseTwoResources(email emailValue, diags *diag.Diagnostics) {
	diags.AddAttributeError(path.Root("email"), fmt.Sprintf("Two resources for %s", client.Printable(email.address())),
		"Another jmapcloud_member or jmapcloud_invitation of this configuration manages the same person, perhaps in another spelling: case does not matter. Keep one of the two. "+
			"To let a jmapcloud_member take over from a jmapcloud_invitation, use a moved block.")
}

func refuseRemovedAndAdded(email emailValue, diags *diag.Diagnostics) {
	diags.AddError(client.Printable(email.address())+" is removed and added in the same run",
		"One resource that manages them is destroyed, and another is created: it was renamed, or the key of its for_each was written in another case. Terraform would do the two in any order, and could leave them removed. "+
			"Keep the old name or key, or tell Terraform the new one:\n\n  moved {\n    from = <the old address>\n    to   = <the new address>\n  }")
}

// warnPersonGone gives the reason for a plan that invites a person again.
func warnPersonGone(what string, diags *diag.Diagnostics) {
	diags.AddWarning(fmt.Sprintf("Gone: %s", client.Printable(what)),
		"They were removed, or the invitation was withdrawn, outside Terraform. While they are in the configuration, the plan invites them again.")
}

// warnInvitedAgain says what it means to change the role or the language of an invitation.
func warnInvitedAgain(email string, diags *diag.Diagnostics) {
	diags.AddWarning(client.Printable(email)+" will be invited again",
		"The cloud cannot change an invitation. The one that was sent is withdrawn and its link no longer works; a second mail goes out, with the role and language of the configuration.")
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
