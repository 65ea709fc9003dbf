package provider

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// Each member, invitation and API key remembers the organization that it belongs to: in private state, and from Terraform 1.12 on in its identity. It
// learns that where it is created, and where a refresh finds it. Whoever reads, plans, changes or deletes it asks first where it is: in the organization
// that the provider works on, in another, or gone with its own. Only then does "it is not there" say anything about it.

// belonging is what private state keeps of the organization that an object belongs to.
type belonging struct {
	OrganizationID string `json:"id"`
	Endpoint       string `json:"endpoint"` // of the cloud that has the organization
}

// place is where an object is.
type place int

const (
	here      place = iota // where the provider looks
	elsewhere              // in another organization: whatever the provider sees or does not see is not about the object
	goneAlong              // nowhere: its organization does not exist any more
	unplaced               // it cannot be told, for the provider could not sign in
)

// surroundings are the facts by which an object has its place.
type surroundings struct {
	remembered string // the organization that the object belongs to; empty where it has not learned that
	worksOn    string // the organization that the provider works on; empty where it could not sign in
	undecided  bool   // the provider's own arguments are known only after apply
	gone       bool   // the organization that the object belongs to is shown not to exist, by the cloud that has it
}

// place is the one rule about where an object is. While the provider works on an organization, an object of another is never gone: the other may be
// unknown to the cloud or to the account for many reasons.
func (s surroundings) place() place {
	switch {
	case s.remembered == "" || s.undecided:
		return here
	case s.worksOn != "" && s.worksOn != s.remembered:
		return elsewhere
	case s.gone:
		return goneAlong
	case s.worksOn == "":
		return unplaced
	}
	return here
}

// remembered is what an object knows of the organization that it belongs to. An identity tells the organization alone.
func remembered(ctx context.Context, private privateReader, identity *tfsdk.ResourceIdentity, diags *diag.Diagnostics) (b belonging) {
	if readPrivate(ctx, private, organizationKey, &b, diags) && b.OrganizationID != "" {
		return b
	}
	if identity == nil || identity.Raw.IsNull() {
		return belonging{}
	}
	var id types.String
	diags.Append(identity.GetAttribute(ctx, path.Root("organization_id"), &id)...)
	return belonging{OrganizationID: id.ValueString()}
}

// remember lets an object that was created or found remember the organization that it belongs to.
func (r *run) remember(ctx context.Context, private interface {
	privateReader
	privateWriter
}, diags *diag.Diagnostics) {
	id, err := r.directory.OrganizationID(ctx)
	if err != nil {
		return // it was found, so the provider has signed in
	}
	now := belonging{OrganizationID: id, Endpoint: r.client.Endpoint()}
	var before belonging
	if !readPrivate(ctx, private, organizationKey, &before, diags) || before != now {
		writePrivate(ctx, private, organizationKey, now, diags)
	}
}

// rememberedByMove is remember for an object that another resource takes over.
func rememberedByMove(ctx context.Context, req resource.MoveStateRequest, to privateWriter, diags *diag.Diagnostics) {
	var b belonging
	if readPrivate(ctx, req.SourcePrivate, organizationKey, &b, diags) {
		writePrivate(ctx, to, organizationKey, b, diags)
		return
	}
	var identity struct {
		OrganizationID string `json:"organization_id"`
	}
	if req.SourceIdentity != nil && json.Unmarshal(req.SourceIdentity.JSON, &identity) == nil && identity.OrganizationID != "" {
		writePrivate(ctx, to, organizationKey, belonging{OrganizationID: identity.OrganizationID}, diags)
	}
}

// look gathers the facts about an object. With offline it makes no call where the configuration alone can tell.
func (r *run) look(ctx context.Context, b belonging, offline bool) (s surroundings, unsigned error) {
	s = surroundings{remembered: b.OrganizationID, worksOn: r.client.ChosenOrganizationID()}
	if s.remembered == "" || s.worksOn != "" && (offline || s.worksOn != s.remembered) {
		return s, nil
	}
	s.worksOn, unsigned = r.directory.OrganizationID(ctx)
	s.undecided = client.IsNotConfigured(unsigned)
	if r.organizationDeletions.has(b.OrganizationID) || client.IsGoneOrganization(unsigned) || client.IsNoOrganization(unsigned) {
		s.gone = r.isGone(ctx, b)
	}
	return s, unsigned
}

// isGone reports whether the organization is shown not to exist. Only the cloud that had it can show that.
func (r *run) isGone(ctx context.Context, b belonging) bool {
	return (b.Endpoint == "" || b.Endpoint == r.client.Endpoint()) && (r.organizationDeletions.has(b.OrganizationID) || r.client.IsGone(ctx, b.OrganizationID))
}

// whereIs is the place of an object, which what names. It reports why the object is not looked for.
func (r *run) whereIs(ctx context.Context, what string, private privateReader, identity *tfsdk.ResourceIdentity, offline bool, diags *diag.Diagnostics) place {
	b := remembered(ctx, private, identity, diags)
	s, err := r.look(ctx, b, offline)
	p := s.place()
	switch p {
	case elsewhere:
		r.refuseElsewhere(ctx, what, s, diags)
	case unplaced:
		addError(diags, "sign in to JMap Cloud", err)
	case here, goneAlong:
	}
	return p
}

// isAwayAtRead reports whether there is nothing to read, and does what is to be done then.
func (r *run) isAwayAtRead(ctx context.Context, what string, req resource.ReadRequest, resp *resource.ReadResponse) bool {
	p := r.whereIs(ctx, what, req.Private, req.Identity, false, &resp.Diagnostics)
	if p == goneAlong {
		id := remembered(ctx, req.Private, req.Identity, &resp.Diagnostics).OrganizationID
		warnGoneAlong(what, id, &resp.Diagnostics)
		resp.Diagnostics.Append(resp.Identity.SetAttribute(ctx, path.Root("organization_id"), id)...) // Terraform refuses an object without any
		resp.State.RemoveResource(ctx)
	}
	return p != here
}

// isAwayAtPlan reports whether there is nothing more to plan. The deletion of what went with its organization is planned as it is. So is the creation
// of what no organization is there for, with a warning: terraform destroy plans one for all that the configuration has and the state has no longer.
func (r *run) isAwayAtPlan(ctx context.Context, what string, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) bool {
	if req.State.Raw.IsNull() {
		_, err := r.directory.OrganizationID(ctx)
		isNowhere := client.IsGoneOrganization(err) || client.IsNoOrganization(err)
		if isNowhere && !r.saidNowhere.Swap(true) {
			warnNowhere(err, &resp.Diagnostics)
		}
		return isNowhere
	}
	return r.whereIs(ctx, what, req.Private, req.Identity, !req.Plan.Raw.IsNull(), &resp.Diagnostics) != here
}

// isAwayAtUpdate reports whether there is nothing to change.
func (r *run) isAwayAtUpdate(ctx context.Context, what string, req resource.UpdateRequest, resp *resource.UpdateResponse) bool {
	p := r.whereIs(ctx, what, req.Private, req.Identity, false, &resp.Diagnostics)
	if p == goneAlong {
		refuseGoneAlong(what, remembered(ctx, req.Private, req.Identity, &resp.Diagnostics).OrganizationID, &resp.Diagnostics)
	}
	return p != here
}

// isAwayAtDelete reports whether there is nothing to delete. What went with its organization is deleted. Of an object that only leaves the state, the
// cloud is not asked.
func (r *run) isAwayAtDelete(ctx context.Context, what string, req resource.DeleteRequest, resp *resource.DeleteResponse, onlyLeaves bool) bool {
	return r.whereIs(ctx, what, req.Private, req.Identity, onlyLeaves, &resp.Diagnostics) != here
}

// orGoneAlong is for the end of a deletion. One that failed while the organization itself was deleted has not failed: the object went along.
func (r *run) orGoneAlong(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	if !resp.Diagnostics.HasError() {
		return
	}
	var ignored diag.Diagnostics
	b := remembered(ctx, req.Private, req.Identity, &ignored)
	if b.OrganizationID == "" || !r.organizationDeletions.await(ctx, b.OrganizationID) && !r.client.HasLost() || !r.isGone(ctx, b) {
		return
	}
	resp.Diagnostics = resp.Diagnostics.Warnings()
}
