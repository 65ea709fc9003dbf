package provider

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
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
		r.planRemoval(ctx, state, state.deleteOptions(), req.Private, resp.Private, &resp.Diagnostics)
		return
	}
	r.run.deletions.forgetPlanned(ctx, req.Private, resp.Private, state == nil, &resp.Diagnostics)
	proposed := *plan
	switch {
	case state == nil:
		r.planCreation(ctx, plan, &resp.Diagnostics)
	case state.isReplacedBy(*plan):
		r.directory.KnowAPIKey(state.ID.ValueString())
		r.planReplacement(ctx, state, plan, req.Private, resp.Private, &resp.Diagnostics)
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

// planRemoval says what the deletion of the key, and of the previous one, takes with it. One that is gone takes nothing.
func (r *apiKeyResource) planRemoval(ctx context.Context, state *apiKeyModel, options deleteOptions, before privateReader, after privateWriter, diags *diag.Diagnostics) (hasPrevious bool) {
	previous, hasPrevious := r.previousKey(ctx, state, diags)
	if hasPrevious {
		ofPrevious := options
		ofPrevious.previous = true
		r.run.deletions.announce(ctx, previous, ofPrevious, after, diags)
	}
	if !state.ID.IsNull() && !isWritten(ctx, before, goneKey, state.ID.ValueString(), diags) {
		r.run.deletions.announce(ctx, state.owner(), options, after, diags)
	}
	return hasPrevious
}

// planCreation is for a key that there is not yet. What is wrong with the configuration alone is said before the cloud is asked.
func (r *apiKeyResource) planCreation(ctx context.Context, plan *apiKeyModel, diags *diag.Diagnostics) {
	plan.forgetPrevious()
	if !plan.checkName(diags) {
		return
	}
	plan.checkExpiry(r.cloudTime(ctx, diags), "", diags)
	if diags.HasError() {
		return
	}
	r.run.deletions.planSuccessor(ctx, plan.owner(), plan.TransferOwnershipTo, emailValue{}, diags)
	if !diags.HasError() {
		r.warnSameName(ctx, plan, diags)
	}
}

// planReplacement is for a change that only another resource can make: this one is deleted, and with it the previous key.
func (r *apiKeyResource) planReplacement(ctx context.Context, state, plan *apiKeyModel, before privateReader, after privateWriter, diags *diag.Diagnostics) {
	plan.forgetPrevious()
	if !plan.Name.Equal(state.Name) && !plan.checkName(diags) {
		return
	}
	now := r.cloudTime(ctx, diags)
	plan.checkExpiry(now, "", diags)
	hasPrevious := r.planRemoval(ctx, state, plan.deleteOptions(), before, after, diags)
	if at, _ := r.decisionTime(ctx, before, diags); hasPrevious && state.previousAt(at) == previousKeyWorks {
		warnPreviousEndsEarly(state, diags)
	}
	if state.isExpired(now) {
		warnKeyExpired(state, diags)
	}
}

// planChange is for a plan that keeps the resource: it may be time for another key, or for the end of the previous one.
func (r *apiKeyResource) planChange(ctx context.Context, state, plan *apiKeyModel, private privateReader, diags *diag.Diagnostics) {
	r.run.deletions.planSuccessor(ctx, plan.owner(), plan.TransferOwnershipTo, state.TransferOwnershipTo, diags)
	now, isRefresh := r.decisionTime(ctx, private, diags)
	plan.checkExpiry(now, fmt.Sprintf("The key %q has expired and cannot be created again as it is: ", client.Printable(plan.Name.ValueString())), diags)
	gone, imported := isWritten(ctx, private, goneKey, state.ID.ValueString(), diags), isWritten(ctx, private, importedKey, state.ID.ValueString(), diags)
	if diags.HasError() {
		return
	}
	facts := state.facts(*plan, now, gone, imported)
	decision := facts.decide()
	if isRefresh && (!plan.Lifetime.IsNull() || facts.previous != noPreviousKey) {
		warnDueSince(state, plan, now, decision, state.facts(*plan, r.cloudTime(ctx, diags), gone, imported).decide(), diags)
	}
	why := "its time is over"
	if facts.previous == previousKeyWorks {
		why = "a key has one predecessor at the most"
	}
	if decision.previous == keyIsDeleted {
		r.planPreviousDeleted(ctx, state, plan, why, diags)
	}
	r.planCurrent(ctx, state, plan, decision, diags)
	plan.followDecision(state, decision)
	switch {
	case diags.HasError(): // a plan that is refused announces nothing
	case decision.rotates == certainly:
		warnRotated(state, plan, decision, diags)
	case decision.rotates == notKnown:
		warnMayRotate(state, facts.hangsOn(), diags)
	}
}

// planCurrent says what the deletion of the current key takes with it, now or when its time as the previous key is over. What it alone owns needs
// a successor, before anything is done.
func (r *apiKeyResource) planCurrent(ctx context.Context, state, plan *apiKeyModel, d keyDecision, diags *diag.Diagnostics) {
	if d.rotates == certainly && d.current != keyAbsent {
		r.run.deletions.announceRotation(ctx, state.owner(), plan.deleteOptions(), d.current == keyBecomesPrevious, diags)
	}
}

// followDecision plans what the decision says of the two keys.
func (m *apiKeyModel) followDecision(state *apiKeyModel, d keyDecision) {
	if d.rotates != certainlyNot {
		m.renew()
	}
	switch {
	case d.current == keyIsOpen:
		m.PreviousID, m.PreviousExpiresAt = types.StringUnknown(), timetypes.NewRFC3339Unknown()
	case d.current == keyBecomesPrevious:
		m.PreviousID, m.PreviousExpiresAt = state.ID, timetypes.NewRFC3339Unknown()
	case d.previous == keyIsDeleted, d.previous == keyAbsent:
		m.forgetPrevious()
	default:
		m.PreviousID, m.PreviousExpiresAt = state.PreviousID, state.PreviousExpiresAt
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
	m.Key, m.CreatedAt = types.StringUnknown(), timetypes.NewRFC3339Unknown()
	if !m.Lifetime.IsNull() {
		m.ExpiresAt = timetypes.NewRFC3339Unknown()
	}
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

// warnSameName names the keys that have the name of the one that the plan creates, and that no resource of this run has. They may be what is left
// of a lost state or of a run that was killed before it could tell Terraform of the key. No key tells for certain, so none is touched.
func (r *apiKeyResource) warnSameName(ctx context.Context, plan *apiKeyModel, diags *diag.Diagnostics) {
	if plan.Name.IsUnknown() {
		return
	}
	all, err := r.directory.APIKeys(ctx, directory.Cached)
	if client.IsNotConfigured(err) {
		return
	}
	if err != nil {
		addError(diags, "list the API keys, to plan a new one", err)
		return
	}
	now := r.directory.Now()
	same := slices.DeleteFunc(slices.Clone(all), func(k client.APIKey) bool {
		return !client.SameName(k.Title, plan.Name.ValueString()) || k.ExpiresAt.HasPassed(now) || r.directory.IsKnownAPIKey(k.ID)
	})
	if len(same) > 0 {
		slices.SortFunc(same, func(a, b client.APIKey) int { return strings.Compare(a.ID, b.ID) })
		warnSecondKey(plan, same, diags)
	}
}
