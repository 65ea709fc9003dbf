package provider

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/directory"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/ownership"
)

func (r *apiKeyResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.run == nil {
		return
	}
	var state, plan *apiKeyModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}

	if r.run.isAwayAtPlan(ctx, cmp.Or(state, plan).called(), req, resp) {
		return
	}
	if plan == nil {
		r.planRemoval(ctx, state, state.deleteOptions(), resp.Private, &resp.Diagnostics)
		return
	}
	r.run.deletions.forgetPlanned(ctx, req.Private, resp.Private, state == nil, &resp.Diagnostics)
	now, proposed := r.directory.Now(), *plan
	switch {
	case state == nil:
		plan.checkExpiry(now, "", &resp.Diagnostics)
		r.run.deletions.planSuccessor(ctx, plan.owner(), plan.TransferOwnershipTo, emailValue{}, &resp.Diagnostics)
		if !resp.Diagnostics.HasError() {
			r.warnLeftover(ctx, plan, &resp.Diagnostics)
		}
		plan.forgetPrevious()
	case state.isReplacedBy(*plan):
		plan.checkExpiry(now, "", &resp.Diagnostics)
		r.planRemoval(ctx, state, plan.deleteOptions(), resp.Private, &resp.Diagnostics)
		if state.isExpired(now) {
			warnKeyExpired(state, &resp.Diagnostics)
		}
		plan.forgetPrevious()
	default:
		r.planChange(ctx, state, plan, req.Private, &resp.Diagnostics)
	}
	switch {
	case plan.StoreKey.IsUnknown():
		plan.Key = types.StringUnknown()
	case !plan.isStored():
		plan.Key = types.StringNull()
		r.refuseUnreachableSecret(&resp.Diagnostics)
	}
	plan.schedule()
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(setChanged(ctx, &resp.Plan, proposed, *plan)...)
	}
}

// planRemoval says what the deletion of the key, and of the previous one, takes with it.
func (r *apiKeyResource) planRemoval(ctx context.Context, state *apiKeyModel, options deleteOptions, private privateWriter, diags *diag.Diagnostics) {
	if previous, found := r.previousKey(ctx, state, diags); found {
		ofPrevious := options
		ofPrevious.previous = true
		r.run.deletions.announce(ctx, previous, ofPrevious, private, diags)
	}
	if !state.ID.IsNull() {
		r.run.deletions.announce(ctx, state.owner(), options, private, diags)
	}
}

// planChange is for a plan that keeps the resource: it may be time for another key, or for the end of the previous one.
func (r *apiKeyResource) planChange(ctx context.Context, state, plan *apiKeyModel, private privateReader, diags *diag.Diagnostics) {
	r.run.deletions.planSuccessor(ctx, plan.owner(), plan.TransferOwnershipTo, state.TransferOwnershipTo, diags)
	if plan.Lifetime.IsNull() {
		plan.checkExpiry(r.directory.Now(), fmt.Sprintf("The key %q has expired and cannot be created again as it is: ", client.Printable(plan.Name.ValueString())), diags)
	}
	if plan.Lifetime.IsNull() && state.PreviousID.IsNull() {
		return
	}
	now := refreshTime(ctx, r.cloudTime(ctx, diags), private, diags)
	gone, imported := isWritten(ctx, private, goneKey, state.ID.ValueString(), diags), isWritten(ctx, private, importedKey, state.ID.ValueString(), diags)
	why := state.whyRotate(*plan, now, gone, imported)
	over := state.isPreviousOver(now)
	switch {
	case diags.HasError():
	case why != "":
		r.planRotation(ctx, state, plan, why, gone, over, diags)
	case plan.isUndecided():
		plan.renew()
		plan.PreviousID, plan.PreviousExpiresAt = types.StringUnknown(), timetypes.NewRFC3339Unknown()
	case over:
		r.planPreviousDeleted(ctx, state, plan, "its time is over", diags)
		plan.forgetPrevious()
	}
}

// cloudTime is the cloud's time. It signs in where nothing has been asked yet, for this machine's clock may be wrong.
func (r *apiKeyResource) cloudTime(ctx context.Context, diags *diag.Diagnostics) time.Time {
	if _, err := r.directory.OrganizationID(ctx); err != nil && !client.IsNotConfigured(err) {
		addError(diags, "sign in to JMap Cloud", err)
	}
	return r.directory.Now()
}

// renew plans that the cloud gives another key.
func (m *apiKeyModel) renew() {
	m.ID, m.Email, m.KeyFingerprint, m.CreatedBy = types.StringUnknown(), types.StringUnknown(), types.StringUnknown(), types.StringUnknown()
	m.ExpiresAt, m.CreatedAt = timetypes.NewRFC3339Unknown(), timetypes.NewRFC3339Unknown()
	m.Key = types.StringUnknown()
}

// planRotation says why another key is created and what becomes of the current one. What that one alone owns needs a
// successor, before anything is done.
func (r *apiKeyResource) planRotation(ctx context.Context, state, plan *apiKeyModel, why string, gone, over bool, diags *diag.Diagnostics) {
	keep := duration(plan.KeepPreviousFor)
	fate := fmt.Sprintf("The current key, %s, is kept for %s more.", state.ID.ValueString(), plan.KeepPreviousFor.ValueString())
	switch {
	case gone && over:
		r.planPreviousDeleted(ctx, state, plan, "its time is over", diags)
		plan.forgetPrevious()
		fate = "It is gone, so there is nothing to delete."
	case gone:
		plan.PreviousID, plan.PreviousExpiresAt = state.PreviousID, state.PreviousExpiresAt
		fate = fmt.Sprintf("The previous key, %s, still works until %s.", state.PreviousID.ValueString(), state.PreviousExpiresAt.ValueString())
	default:
		r.planPreviousDeleted(ctx, state, plan, "a key has one predecessor at the most", diags)
		if keep == 0 {
			fate = fmt.Sprintf("The current key, %s, is deleted in the same run.", state.ID.ValueString())
			plan.forgetPrevious()
			r.run.deletions.announceRotation(ctx, state.owner(), plan.deleteOptions(), false, diags)
		} else {
			plan.PreviousID, plan.PreviousExpiresAt = state.ID, timetypes.NewRFC3339Unknown()
			r.run.deletions.announceRotation(ctx, state.owner(), plan.deleteOptions(), true, diags)
		}
	}
	plan.renew()
	warnRotated(state, why, fate, diags)
}

// planPreviousDeleted says that the previous key is deleted, if there is one, and why.
func (r *apiKeyResource) planPreviousDeleted(ctx context.Context, state, plan *apiKeyModel, why string, diags *diag.Diagnostics) {
	previous, found := r.previousKey(ctx, state, diags)
	if !found {
		return
	}
	warnPreviousDeleted(state, previous, why, diags)
	options := plan.deleteOptions()
	options.previous = true
	r.run.deletions.announceRotation(ctx, previous, options, false, diags)
}

// previousKey is the previous key as an owner; found is false where there is none, or none any more.
func (r *apiKeyResource) previousKey(ctx context.Context, state *apiKeyModel, diags *diag.Diagnostics) (o ownership.Owner, found bool) {
	if state.PreviousID.IsNull() {
		return ownership.Owner{}, false
	}
	k, err := r.directory.APIKey(ctx, state.PreviousID.ValueString())
	switch {
	case client.IsNotFound(err):
		return ownership.Owner{}, false
	case err != nil:
		addError(diags, "read the previous API key "+state.PreviousID.ValueString(), err)
		return ownership.Owner{}, false
	}
	return ownership.Owner{Kind: client.APIKeyOwner, ID: k.ID, Email: k.Email, Name: k.Title, ExpiresAt: k.ExpiresAt.Time}, true
}

// warnLeftover names the keys that a run may have left which was killed before it could tell Terraform of them. No key
// tells for certain which run made it, so none is touched.
func (r *apiKeyResource) warnLeftover(ctx context.Context, plan *apiKeyModel, diags *diag.Diagnostics) {
	all, err := r.directory.APIKeys(ctx, directory.Cached)
	if client.IsNotConfigured(err) {
		return
	}
	if err != nil {
		addError(diags, "list the API keys, to plan a new one", err)
		return
	}
	self, err := r.directory.CurrentMember(ctx)
	if err != nil {
		addError(diags, "sign in to JMap Cloud", err)
		return
	}
	var left []string
	for _, k := range all {
		if plan.couldHaveMade(k) && k.WasCreatedBy(self.Email) && !r.directory.IsKnownAPIKey(k.ID) {
			left = append(left, k.ID)
		}
	}
	if len(left) == 0 {
		return
	}
	slices.Sort(left)
	warnSameKey(plan, left, diags)
}

// couldHaveMade reports whether k is just what the plan would make.
func (m *apiKeyModel) couldHaveMade(k client.APIKey) bool {
	if m.Name.ValueString() != k.Title || m.Role.ValueString() != string(k.Role()) {
		return false
	}
	if !m.Lifetime.IsNull() {
		return (k.ExpiresAt.Sub(k.CreatedAt.Time) - duration(m.Lifetime)).Abs() < nearlySame
	}
	expires, known := moment(m.ExpiresAt)
	return known && k.ExpiresAt.Equal(expires.Truncate(time.Second))
}

// nearlySame is how far a key's life at the cloud may be from its lifetime: clocks differ, and requests take time.
const nearlySame = time.Minute
