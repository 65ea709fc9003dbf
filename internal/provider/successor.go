package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/directory"
)

// successor is who receives what a deleted owner owned.
type successor struct {
	isNamed bool
	unknown bool // by a value that is known only after apply
	member  client.Member
}

// deleteOptions is what the configuration says about the deletion of an owner.
type deleteOptions struct {
	successor emailValue // the resource's transfer_ownership_to
	force     bool       // its force_destroy
	rotation  bool       // the owner is a key that is rotated
	ephemeral bool       // the owner is a key that lives for one run
}

// deletionModel is the arguments by which a member or an API key says what may be deleted with it.
type deletionModel struct {
	TransferOwnershipTo emailValue `tfsdk:"transfer_ownership_to"`
	ForceDestroy        types.Bool `tfsdk:"force_destroy"`
}

func (m deletionModel) deleteOptions() deleteOptions {
	return deleteOptions{successor: m.TransferOwnershipTo, force: m.ForceDestroy.ValueBool()}
}

// ofRotation is the options for a key that is rotated: its deletion was in no plan that the apply knows of.
func (options deleteOptions) ofRotation() deleteOptions {
	options.rotation, options.force = true, false
	return options
}

// successorEmail is the resource's successor, nil where none is known.
func (options deleteOptions) successorEmail() *string {
	if options.successor.IsNull() || options.successor.IsUnknown() {
		return nil
	}
	address := options.successor.address()
	return &address
}

// isDeletedToo is the problem of a successor that matters only to an owner who owns something.
const isDeletedToo = "They are deleted in the same run."

// findSuccessor looks up who is to receive what o owns: the resource's successor, else the provider's. Problem says why the one
// named does not qualify, or nothing.
func (d *deletions) findSuccessor(ctx context.Context, o owner, options deleteOptions, members []client.Member) (to successor, problem string) {
	named := options.successor
	if named.IsNull() {
		named = d.successor
	}
	if named.IsNull() || named.IsUnknown() {
		return successor{isNamed: named.IsUnknown(), unknown: named.IsUnknown()}, ""
	}
	found, problem := d.qualify(ctx, o, named.ValueString(), members)
	return successor{isNamed: true, member: found}, problem
}

// refuseSuccessor reports that the successor does not qualify, at the place that names them.
func (d *deletions) refuseSuccessor(o owner, options deleteOptions, problem string, diags *diag.Diagnostics) {
	if !options.successor.IsNull() {
		diags.AddAttributeError(path.Root("transfer_ownership_to"), fmt.Sprintf("%s cannot receive what %s owns", client.Printable(options.successor.address()), o),
			problem+" Name another member in transfer_ownership_to. Nothing was deleted.")
		return
	}
	diags.AddError(fmt.Sprintf("%s cannot receive what %s owns", client.Printable(d.successor.address()), o),
		problem+" Name another member in the provider's transfer_ownership_to, or in "+successorVariable+". Nothing was deleted.")
}

// qualify says why the member with this email cannot receive what o owns, or nothing.
func (d *deletions) qualify(ctx context.Context, o owner, email string, members []client.Member) (m client.Member, problem string) {
	if client.SameEmail(email, o.email) {
		return client.Member{}, "It is the one that is deleted."
	}
	for _, m := range members {
		switch {
		case !client.SameEmail(m.Email, email):
		case !m.Role().MayOwn():
			return client.Member{}, fmt.Sprintf("They are %s, and only %s or %s may own projects and data sources: raise their role first.", m.Role(), client.RoleEditor, client.RoleAdmin)
		case d.planned.isDeleted(email):
			return client.Member{}, isDeletedToo
		default:
			return m, ""
		}
	}
	if _, invited, _ := d.directory.LatestInvitation(ctx, email, directory.Current); invited { // or it is not known
		return client.Member{}, "They were invited and have not accepted: only a member can own something."
	}
	return client.Member{}, "Nobody in the organization has this email."
}

// checkSuccessor is for a plan that keeps o and names a successor: it refuses one who is deleted in the same run, and says
// early what a deletion would refuse. That is a warning, for the successor may be invited or promoted in the same run.
func (d *deletions) checkSuccessor(ctx context.Context, o owner, plan, state emailValue, diags *diag.Diagnostics) {
	if plan.IsNull() || plan.IsUnknown() {
		return
	}
	if d.planned.isDeleted(plan.ValueString()) {
		diags.AddAttributeError(path.Root("transfer_ownership_to"), fmt.Sprintf("%s is deleted and remains the successor of %s", client.Printable(plan.address()), o),
			"Name another member in transfer_ownership_to, or leave it out.")
		return
	}
	d.planned.succeed(plan.ValueString(), o)
	if plan.Equal(state) {
		return
	}
	members, err := d.directory.Members(ctx, directory.Current)
	if client.IsNotConfigured(err) {
		return // the deletion will look it up
	}
	if err != nil {
		addError(diags, "list the members, to look up transfer_ownership_to", err)
		return
	}
	if _, problem := d.qualify(ctx, o, plan.ValueString(), members); problem != "" {
		diags.AddAttributeWarning(path.Root("transfer_ownership_to"), "The successor could not receive anything yet",
			fmt.Sprintf("If %s were deleted now, %s could not receive what it owns, and the deletion would be refused: %s", o, client.Printable(plan.address()), problem))
	}
}

// successorAtOpening looks up who is to receive what an ephemeral key will own, so that at the end of the run one call is enough to delete
// it. It says early what the deletion would refuse.
func (d *deletions) successorAtOpening(ctx context.Context, o owner, options deleteOptions, diags *diag.Diagnostics) client.Member {
	named := options.successor
	if named.IsNull() {
		named = d.successor
	}
	if named.IsNull() || named.IsUnknown() {
		return client.Member{}
	}
	d.checkSuccessor(ctx, o, named, emailValue{}, diags)
	members, err := d.directory.Members(ctx, directory.Current)
	if err != nil || diags.HasError() {
		return client.Member{}
	}
	to, problem := d.findSuccessor(ctx, o, options, members)
	if problem != "" {
		return client.Member{}
	}
	return to.member
}
