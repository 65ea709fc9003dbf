package provider

import (
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

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

// warnReplaced says what the replacement of a tainted membership means for its person.
func warnReplaced(email, adoption string, diags *diag.Diagnostics) {
	diags.AddWarning("Replacing the membership of "+client.Printable(email), "The replacement removes no person. "+client.Printable(adoption))
}

// refuseAccountInUse says why the account that the provider signs in with is neither removed nor demoted, as attempt says.
func refuseAccountInUse(attempt string, m client.Member, diags *diag.Diagnostics) {
	diags.AddError(fmt.Sprintf("Refusing to %s the account in use", attempt),
		fmt.Sprintf("The provider is signed in as %s, and would lock itself out half way. To %s it, run with the credentials of another Administrator. "+
			"To stop managing it and leave it as it is, use a removed block with lifecycle { destroy = false }, or terraform state rm.", m.Email, attempt))
}
