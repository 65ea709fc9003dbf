package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// heir is who receives what a deleted owner owned.
type heir struct {
	set     bool // somebody is named
	unknown bool // by a value that is known only after apply
	member  client.Member
}

// wish is what the configuration says about the ownership of a deleted owner.
type wish struct {
	successor emailValue // the resource's transfer_ownership_to
	force     bool       // its force_destroy
	rotation  bool       // the owner is a key that another follows
	lease     bool       // the owner is a key that lives for one run
}

// ofRotation is w for a key that another follows: its deletion was in no plan that the apply knows of.
func (w wish) ofRotation() wish {
	w.rotation, w.force = true, false
	return w
}

// named is the resource's successor, nil where none is known.
func (w wish) named() *string {
	if w.successor.IsNull() || w.successor.IsUnknown() {
		return nil
	}
	address := w.successor.address()
	return &address
}

// isLeavingToo is the problem of a successor that matters only to those who have something to leave.
const isLeavingToo = "They are deleted in the same run."

// findHeir looks up who is to receive what o owns: the resource's successor, else the provider's. Problem says why the one
// named does not qualify, or nothing.
func (c *cloud) findHeir(ctx context.Context, o owner, w wish, members []client.Member) (h heir, problem string) {
	named := w.successor
	if named.IsNull() {
		named = c.successor
	}
	if named.IsNull() || named.IsUnknown() {
		return heir{set: named.IsUnknown(), unknown: named.IsUnknown()}, ""
	}
	found, problem := c.qualify(ctx, o, named.ValueString(), members)
	return heir{set: true, member: found}, problem
}

// refuseHeir reports that the successor does not qualify, at the place that names them.
func (c *cloud) refuseHeir(o owner, w wish, problem string, diags *diag.Diagnostics) {
	if !w.successor.IsNull() {
		diags.AddAttributeError(path.Root("transfer_ownership_to"), fmt.Sprintf("%s cannot receive what %s owns", client.Printable(w.successor.address()), o),
			problem+" Name another member in transfer_ownership_to. Nothing was deleted.")
		return
	}
	diags.AddError(fmt.Sprintf("%s cannot receive what %s owns", client.Printable(c.successor.address()), o),
		problem+" Name another member in the provider's transfer_ownership_to, or in "+successorVariable+". Nothing was deleted.")
}

// qualify says why the member with this email cannot receive what o owns, or nothing.
func (c *cloud) qualify(ctx context.Context, o owner, email string, members []client.Member) (m client.Member, problem string) {
	if client.SameEmail(email, o.email) {
		return client.Member{}, "It is the one that is deleted."
	}
	for _, m := range members {
		switch {
		case !client.SameEmail(m.Email, email):
		case !m.Role().MayOwn():
			return client.Member{}, fmt.Sprintf("They are %s, and only %s or %s may own projects and data sources: raise their role first.", m.Role(), client.RoleEditor, client.RoleAdmin)
		case c.leavers.isLeaving(email):
			return client.Member{}, isLeavingToo
		default:
			return m, ""
		}
	}
	if _, invited := c.invitations.find(ctx, client.NormalizeEmail(email)); invited {
		return client.Member{}, "They were invited and have not accepted: only a member can own something."
	}
	return client.Member{}, "Nobody in the organization has this email."
}

// checkSuccessor is for a plan that keeps o and names a successor: it refuses one who is deleted in the same run, and says
// early what a deletion would refuse. That is a warning, for the successor may be invited or promoted in the same run.
func (c *cloud) checkSuccessor(ctx context.Context, o owner, plan, state emailValue, diags *diag.Diagnostics) {
	if plan.IsNull() || plan.IsUnknown() {
		return
	}
	if c.leavers.isLeaving(plan.ValueString()) {
		diags.AddAttributeError(path.Root("transfer_ownership_to"), fmt.Sprintf("%s is deleted and remains the successor of %s", client.Printable(plan.address()), o),
			"Name another member in transfer_ownership_to, or leave it out.")
		return
	}
	c.leavers.inherit(plan.ValueString(), o)
	if plan.Equal(state) {
		return
	}
	members, err := c.members.get(ctx)
	if client.IsNotConfigured(err) {
		return // the deletion will look it up
	}
	if err != nil {
		addError(diags, "list the members, to look up transfer_ownership_to", err)
		return
	}
	if _, problem := c.qualify(ctx, o, plan.ValueString(), members); problem != "" {
		diags.AddAttributeWarning(path.Root("transfer_ownership_to"), "The successor could not receive anything yet",
			fmt.Sprintf("If %s were deleted now, %s could not receive what it owns, and the deletion would be refused: %s", o, client.Printable(plan.address()), problem))
	}
}
