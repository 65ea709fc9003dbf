package provider

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/directory"
)

// create creates the key that m asks for. A secret that is not stored is handed over in this run or never.
func (r *apiKeyResource) create(ctx context.Context, m *apiKeyModel, diags *diag.Diagnostics) (client.APIKey, error) {
	if _, err := r.directory.OrganizationID(ctx); err != nil { // which also sets the clock that a lifetime counts from
		return client.APIKey{}, err
	}
	k, err := r.directory.CreateAPIKey(ctx, m.toAPI(r.directory.Now()))
	if err == nil && len(k.Doubtful) > 0 {
		warnDoubtful(m, k.Doubtful, diags)
	}
	if err == nil && !m.isStored() {
		r.run.unstored.add(k.APIKey)
	}
	return k.APIKey, err
}

// withoutKey is what state holds of a key that may have been created: Terraform takes it for tainted.
func (m *apiKeyModel) withoutKey() apiKeyModel {
	left := *m
	left.ID, left.Email, left.Key, left.KeyFingerprint, left.CreatedBy = types.StringNull(), types.StringNull(), types.StringNull(), types.StringNull(), types.StringNull()
	left.CreatedAt, left.RotatesAt = timetypes.NewRFC3339Null(), timetypes.NewRFC3339Null()
	if left.ExpiresAt.IsUnknown() {
		left.ExpiresAt = timetypes.NewRFC3339Null()
	}
	left.forgetPrevious()
	return left
}

// saveLost keeps in private state what is known of a key that may have been created, and saves the state that carries it.
func (*apiKeyResource) saveLost(ctx context.Context, err error, private privateWriter, diags *diag.Diagnostics, save func()) {
	var lost directory.LostKeyError
	if errors.As(err, &lost) {
		writePrivate(ctx, private, lostKeyKey, lost.Lost, diags)
		save()
	}
}

// deleteLost deletes the key that a lost answer of an earlier run left, if private state tells of one. A key that may be another run's is kept, and
// named once more: from here on Terraform no longer tracks it.
func (r *apiKeyResource) deleteLost(ctx context.Context, private privateReader, diags *diag.Diagnostics) bool {
	var lost directory.LostKey
	if !readPrivate(ctx, private, lostKeyKey, &lost, diags) {
		return !diags.HasError()
	}
	_, err := r.directory.DeleteLostKey(ctx, lost)
	var unproven directory.UnprovenKeyError
	switch {
	case errors.As(err, &unproven):
		warnUnproven(lost, unproven.Candidates, diags)
	case err != nil:
		addError(diags, fmt.Sprintf("delete the API key %q that a lost answer left", lost.Title), err)
		return false
	}
	return true
}

// refresh refreshes the key and the previous key. Found is false where the resource is gone.
func (r *apiKeyResource) refresh(ctx context.Context, m *apiKeyModel, before privateReader, after privateWriter, diags *diag.Diagnostics) (found bool) {
	if m.ID.IsNull() {
		return r.findLost(ctx, m, before, diags)
	}
	k, err := r.directory.APIKey(ctx, m.ID.ValueString())
	gone := client.IsNotFound(err)
	if err != nil && !gone {
		addError(diags, fmt.Sprintf("read the API key %s", m.ID.ValueString()), err)
		return true
	}
	if _, alive := r.previousKey(ctx, m, diags); !alive {
		m.forgetPrevious()
	}
	switch {
	case gone && m.PreviousID.IsNull():
		warnKeyGone(m, diags)
		return false
	case gone: // the previous key would be forgotten with the resource
		writePrivate(ctx, after, goneKey, m.ID.ValueString(), diags)
	default:
		clearPrivate(ctx, after, diags, goneKey)
		asked := m.ExpiresAt
		m.fromAPI(k)
		if k.IsExpiryUntold && !r.tellsExpiry(ctx, diags) {
			m.ExpiresAt = asked
		}
		m.schedule()
	}
	keepRefreshTime(ctx, r.directory.Now(), after, diags)
	return true
}

// isStillGone reports whether the key, which the last refresh did not find, is not there now either. It is false for one that is there after all:
// no plan has shown its deletion.
func (r *apiKeyResource) isStillGone(ctx context.Context, m apiKeyModel, private privateReader, diags *diag.Diagnostics) bool {
	if !isWritten(ctx, private, goneKey, m.ID.ValueString(), diags) {
		return false
	}
	_, err := r.directory.APIKey(ctx, m.ID.ValueString())
	return client.IsNotFound(err)
}

func (r *apiKeyResource) tellsExpiry(ctx context.Context, diags *diag.Diagnostics) bool {
	tells, err := r.directory.TellsExpiry(ctx)
	if err != nil {
		addError(diags, "list the API keys, to learn whether JMap Cloud tells when they expire", err)
	}
	return tells
}

// findLost looks for a key of which only private state tells. Found, it is of no use without its secret, and Terraform replaces it: the state is
// tainted. A key that may be another run's is not taken into the state, or the replacement would delete it.
func (r *apiKeyResource) findLost(ctx context.Context, m *apiKeyModel, private privateReader, diags *diag.Diagnostics) (found bool) {
	var lost directory.LostKey
	if !readPrivate(ctx, private, lostKeyKey, &lost, diags) {
		return false
	}
	all, err := r.directory.APIKeys(ctx, directory.Current)
	if err != nil {
		addError(diags, fmt.Sprintf("look for the API key %q that a lost answer left", lost.Title), err)
		return true
	}
	candidates := lost.Candidates(all)
	if len(candidates) == 0 {
		return false
	}
	if k, proven := lost.Proven(candidates); proven {
		m.fromAPI(k)
		return true
	}
	warnUnproven(lost, candidates, diags)
	return true
}

// rotate creates the next key and deletes what is not kept, in the order in which a failure harms least:
//
//  1. Ask whether the current key may be deleted, if it is to be deleted in this run.
//  2. Delete the key of a lost answer of an earlier run, if it is proven to be that.
//  3. Delete the previous key. The current one takes its place.
//  4. Create the next key.
//  5. Delete the key that was current, if it is not kept.
//
// It returns what is to be saved, which is the state where no key was created. A key that was deleted outside Terraform leaves
// the previous key in its place.
func (r *apiKeyResource) rotate(ctx context.Context, state, m apiKeyModel, before privateReader, after privateWriter, diags *diag.Diagnostics) apiKeyModel {
	gone := isWritten(ctx, before, goneKey, state.ID.ValueString(), diags)
	keep := duration(m.KeepPreviousFor)
	options := m.deleteOptions().ofRotation()
	if !gone && keep == 0 && !r.run.deletions.mayDelete(ctx, state.owner(), options, diags) {
		return state
	}
	if !r.deleteLost(ctx, before, diags) {
		return state
	}
	clearPrivate(ctx, after, diags, lostKeyKey)
	if !gone || m.PreviousID.IsNull() {
		if !r.deletePrevious(ctx, state, "", options, nil, diags) {
			return state
		}
		state.forgetPrevious()
	}

	k, err := r.create(ctx, &m, diags)
	if err != nil {
		hints := lostHint(err)
		if !gone && !state.isExpired(r.directory.Now()) {
			hints = append(hints, "The current key still works.")
		}
		addError(diags, fmt.Sprintf("rotate the API key %q", m.Name.ValueString()), err, hints...)
		r.saveLost(ctx, err, after, diags, func() {})
		return state
	}
	m.fromCreation(k)
	clearPrivate(ctx, after, diags, goneKey)
	if gone {
		m.PreviousID, m.PreviousExpiresAt = state.PreviousID, state.PreviousExpiresAt
		return m
	}
	m.setPrevious(state, r.directory.Now().Add(keep))
	if keep == 0 && r.deletePrevious(ctx, m, state.Key.ValueString(), options, nil, diags) {
		m.forgetPrevious()
	}
	return m
}

// setPrevious makes old the previous key, until its own end or the given one, whichever comes first.
func (m *apiKeyModel) setPrevious(old apiKeyModel, until time.Time) {
	m.PreviousID, m.PreviousExpiresAt = old.ID, old.ExpiresAt
	if end, known := moment(old.ExpiresAt); !known || until.Before(end) {
		m.PreviousExpiresAt = timetypes.NewRFC3339TimeValue(until.UTC().Truncate(time.Second))
	}
}

// deletePrevious deletes the previous key, if there is one. Its secret is at hand only while it is being rotated; empty stands for none.
func (r *apiKeyResource) deletePrevious(ctx context.Context, m apiKeyModel, secret string, options deleteOptions, announced announcements, diags *diag.Diagnostics) (done bool) {
	previous, found := r.previousKey(ctx, &m, diags)
	if !found {
		return !diags.HasError()
	}
	previous.Secret, options.previous = secret, true
	return r.run.deletions.delete(ctx, previous, options, announced, diags)
}
