package provider

import (
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/directory"
)

// waysAround is what to do about a member, and about a person with a pending invitation, who cannot be invited.
func waysAround(email string) [2]string {
	return [2]string{
		"To manage a member, use a jmapcloud_member resource, which adopts them.",
		"To manage the pending invitation, import it:\n\n  terraform import jmapcloud_invitation.<name> " + email +
			"\n\nWhere it is this resource's own, create_before_destroy, which a resource also gets from those that depend on it, cannot work here: the old invitation has to be withdrawn first. Leave it out.",
	}
}

func warnIsMember(email string, diags *diag.Diagnostics) {
	who := client.Printable(email)
	diags.AddWarning(who+" cannot be invited", "They are a member already, so the apply will fail. "+waysAround(who)[0])
}

func warnIsInvited(email string, diags *diag.Diagnostics) {
	who := client.Printable(email)
	diags.AddWarning(who+" cannot be invited", "They have a pending invitation already, so the apply will fail. Only where this resource is tainted, that invitation is withdrawn and sent again. "+waysAround(who)[1])
}

// inviteHints says what to do about a person who is a member, or was invited, already.
func inviteHints(err error, m invitationModel) []string {
	if !directory.IsTaken(err) || errors.As(err, new(directory.CutListError)) {
		return nil
	}
	ways := waysAround(m.Email.address())
	return []string{"A person who is a member already, or has a pending invitation, cannot be invited. " + ways[0] + " " + ways[1]}
}

func warnMemberStays(m client.Member, diags *diag.Diagnostics) {
	diags.AddWarning(fmt.Sprintf("The member %s stays", client.Printable(m.Email)),
		"They accepted the invitation, so destroying it changes nothing at the cloud. To remove a member with Terraform, manage them as a jmapcloud_member.")
}

func warnAccepted(email emailValue, diags *diag.Diagnostics) {
	diags.AddWarning(fmt.Sprintf("%s has accepted the invitation", client.Printable(email.address())),
		"Its role and language no longer apply: nothing is sent, and the member keeps the role that they have. To manage it with Terraform, turn the invitation into a jmapcloud_member with a moved block.")
}

// warnAcceptedAs says that a person accepted an invitation with another role than the configuration has.
func warnAcceptedAs(email emailValue, role client.Role, configured string, diags *diag.Diagnostics) {
	diags.AddWarning(fmt.Sprintf("%s has accepted the invitation as %s", client.Printable(email.address()), role),
		fmt.Sprintf("They accepted before Terraform could send the invitation as %s, so they are a member with the role %s. To give a member another role with Terraform, turn the invitation into a jmapcloud_member with a moved block.", configured, role))
}
