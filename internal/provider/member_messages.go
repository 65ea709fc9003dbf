package provider

import (
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/directory"
)

// adoption says what becomes of a person who is there already when a membership is created.
func adoption(found directory.Membership, r client.InvitationRequest, now time.Time) string {
	switch m, i := found.Member, found.Invitation; {
	case m != nil && m.Role() != r.Role:
		return fmt.Sprintf("%s is a member already, with the role %s, and gets the role %s. The resource manages them, and destroying the resource removes them.", m.Email, m.Role(), r.Role)
	case m != nil:
		return fmt.Sprintf("%s is a member already, with the role %s, and stays one. The resource manages them, and destroying the resource removes them.", m.Email, m.Role())
	case found.Agrees(r, now):
		return fmt.Sprintf("%s has a pending invitation already. The resource manages it, and no second mail goes out.", r.Email)
	case i.IsExpired(now):
		return fmt.Sprintf("An invitation to %s expired at %s. It is withdrawn, and another is sent.", r.Email, i.ExpiresAt)
	default:
		return fmt.Sprintf("%s has a pending invitation as %s in %q. It is withdrawn and its link no longer works; a second mail goes out.", r.Email, i.Role(), i.Language)
	}
}

// warnAdopted says whom a creation adopts, once in a walk: Terraform plans again as it applies.
func (r *memberResource) warnAdopted(email, adoption string, diags *diag.Diagnostics) {
	if r.run.adoptions.isNew(email, adoption) {
		diags.AddWarning("Adopting "+client.Printable(email), client.Printable(adoption))
	}
}

// refuseFormerEmail says why a plan does not take a member's former email for another person.
func refuseFormerEmail(former, now emailValue, diags *diag.Diagnostics) {
	diags.AddAttributeError(path.Root("email"), fmt.Sprintf("The member %s is now %s", client.Printable(former.address()), client.Printable(now.address())),
		fmt.Sprintf("JMap Cloud has changed their email; they are the same member, by their id. Set email = %q, and the membership stays as it is. With the former address, the plan would remove them and invite the former address.\n\n"+
			"If another person has the former address now, invite them in another resource.", client.Printable(now.address())))
}

// refuseUnreadEmail says why a plan without a refresh does not take a member's new email for another person.
func refuseUnreadEmail(former, now emailValue, diags *diag.Diagnostics) {
	diags.AddAttributeError(path.Root("email"), fmt.Sprintf("The member %s is now %s", client.Printable(former.address()), client.Printable(now.address())),
		"JMap Cloud has changed their email, and the state does not have it yet: the plan would remove them and invite them again. Plan without -refresh=false: then the membership stays as it is.")
}

// warnReplaced says what the replacement of a tainted membership means for its person.
func warnReplaced(email, adoption string, diags *diag.Diagnostics) {
	diags.AddWarning("Replacing the membership of "+client.Printable(email), "The replacement removes no person. "+client.Printable(adoption))
}

// warnGone gives the reason for a plan that invites a person again, as far as the cloud tells it.
func (m *memberModel) warnGone(diags *diag.Diagnostics) {
	how := "The invitation was withdrawn outside Terraform, and they are no longer invited."
	if m.isActive() {
		how = "They left, or were removed, outside Terraform, and are no longer a member."
	}
	warnPersonGone(m.called(), how, fmt.Sprintf(" To leave them out, take them out of the configuration; or set on_departure = %q and run terraform apply -refresh=false once.", keepDepartedOut), diags)
}

// warnKeptOut says that a person who is neither a member nor invited is left so.
func warnKeptOut(email emailValue, diags *diag.Diagnostics) {
	who := client.Printable(email.address())
	diags.AddWarning(who+" is kept out",
		fmt.Sprintf("They are neither a member nor invited any more, and on_departure is %q: no mail goes out. Set it to %q to send a new invitation, or take them out of the configuration.", keepDepartedOut, inviteDeparted))
}

// warnReturns says that a person who was kept out is invited.
func warnReturns(email emailValue, diags *diag.Diagnostics) {
	diags.AddWarning(client.Printable(email.address())+" is no longer a member", "They are not invited either. The apply will send a NEW invitation.")
}

// refuseAccountInUse says why the account that the provider signs in with is neither removed nor demoted, as attempt says.
func refuseAccountInUse(attempt string, m client.Member, diags *diag.Diagnostics) {
	diags.AddError(fmt.Sprintf("Refusing to %s the account in use", attempt),
		fmt.Sprintf("The provider is signed in as %s, and would lock itself out half way. To %s it, run with the credentials of another Administrator. "+
			"To stop managing it and leave it as it is, use a removed block with lifecycle { destroy = false }, or terraform state rm.", m.Email, attempt))
}
