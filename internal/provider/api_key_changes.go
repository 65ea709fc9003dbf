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
)

// makeKey makes the key that m asks for. One whose secret is not stored is handed over in this run or never.
func (r *apiKeyResource) makeKey(ctx context.Context, m *apiKeyModel) (client.APIKey, error) {
	if _, err := r.client.OrganizationID(ctx); err != nil { // which also sets the clock that a lifetime counts from
		return client.APIKey{}, err
	}
	k, err := r.createKey(ctx, m.toAPI(r.client.Now()))
	if err == nil && !m.isStored() {
		r.handover.offer(lease{ID: k.ID, Title: k.Title, Email: k.Email, ExpiresAt: k.ExpiresAt.Time}, k.Secret)
	}
	return k, err
}

// unmade is what state holds of a key that may have been made: Terraform takes it for tainted.
func (m *apiKeyModel) unmade() apiKeyModel {
	left := *m
	left.ID, left.Email, left.Key, left.KeyFingerprint, left.CreatedBy = types.StringNull(), types.StringNull(), types.StringNull(), types.StringNull(), types.StringNull()
	left.CreatedAt, left.RotatesAt = timetypes.NewRFC3339Null(), timetypes.NewRFC3339Null()
	if left.ExpiresAt.IsUnknown() {
		left.ExpiresAt = timetypes.NewRFC3339Null()
	}
	left.forgetPrevious()
	return left
}

// lostHint says what becomes of a key that a lost answer may have left.
func lostHint(err error) []string {
	if !errors.As(err, new(lostKeyError)) {
		return nil
	}
	return []string{"Terraform keeps a note of it: the next apply looks for the key and deletes it before it makes another."}
}

// keepLost leaves a note of a key that may have been made, and saves the state that carries the note.
func (*apiKeyResource) keepLost(ctx context.Context, err error, private privateWriter, diags *diag.Diagnostics, save func()) {
	var lost lostKeyError
	if errors.As(err, &lost) {
		writePrivate(ctx, private, lostKeyKey, lost.lost, diags)
		save()
	}
}

// settleLost deletes the key that a lost answer of an earlier run left, if there is a note of one.
func (r *apiKeyResource) settleLost(ctx context.Context, private privateReader, diags *diag.Diagnostics) bool {
	var lost lostKey
	if !readPrivate(ctx, private, lostKeyKey, &lost, diags) {
		return !diags.HasError()
	}
	if _, err := r.deleteLostKey(ctx, lost); err != nil {
		addError(diags, fmt.Sprintf("delete the API key %q that a lost answer left", lost.Title), err)
		return false
	}
	return true
}

// findAgain refreshes the key and the one before it. Found is false where the resource is gone.
func (r *apiKeyResource) findAgain(ctx context.Context, m *apiKeyModel, before privateReader, after privateWriter, diags *diag.Diagnostics) (found bool) {
	if m.ID.IsNull() {
		return r.findLost(ctx, m, before, diags)
	}
	k, err := r.recallKey(ctx, m.ID.ValueString())
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
	case gone: // the one before would be forgotten with the resource
		writePrivate(ctx, after, goneKey, m.ID.ValueString(), diags)
	default:
		m.fromAPI(k)
		m.schedule()
	}
	diags.Append(m.noteTime(ctx, r.client.Now(), after)...)
	return true
}

// warnKeyGone says why the plan makes a key anew.
func warnKeyGone(m *apiKeyModel, diags *diag.Diagnostics) {
	if m.isStored() {
		warnGone(diags, m.owner().String())
		return
	}
	diags.AddWarning(fmt.Sprintf("Gone: %s", m.owner()),
		"It was deleted outside Terraform; or store_key is false, and its secret did not arrive in the run that made it: no jmapcloud_api_key_secret took it, or what took it failed. The provider deletes such a key at the end of that run, for nobody could use it. "+
			"While it is in the configuration, the plan makes it anew and hands it over again.")
}

// findLost looks for a key of which only a note was saved. Found, it is still of no use to anybody, and Terraform replaces
// it: the state is tainted.
func (r *apiKeyResource) findLost(ctx context.Context, m *apiKeyModel, private privateReader, diags *diag.Diagnostics) (found bool) {
	var lost lostKey
	if !readPrivate(ctx, private, lostKeyKey, &lost, diags) {
		return false
	}
	all, err := r.keys.get(ctx)
	if err != nil {
		addError(diags, fmt.Sprintf("look for the API key %q that a lost answer left", lost.Title), err)
		return true
	}
	switch candidates := lost.among(all); len(candidates) {
	case 0:
		return false
	case 1:
		m.fromAPI(candidates[0])
	default:
		diags.AddWarning(fmt.Sprintf("An API key %q that nobody can use was left by a lost answer", client.Printable(lost.Title)), sentence(ambiguousError(candidates).Error()))
	}
	return true
}

// rotate makes the next key and then, where the present one is not kept, deletes that. It returns what is to be saved,
// which is the state where no key was made.
func (r *apiKeyResource) rotate(ctx context.Context, state, m apiKeyModel, before privateReader, after privateWriter, diags *diag.Diagnostics) apiKeyModel {
	gone := isMarked(ctx, before, goneKey, state.ID.ValueString(), diags)
	keep := duration(m.KeepPreviousFor)
	wish := m.wish().ofRotation()
	if !gone && keep == 0 && !r.mayDeleteOwner(ctx, state.owner(), wish, before, diags) {
		return state
	}
	if !r.settleLost(ctx, before, diags) {
		return state
	}
	clearPrivate(ctx, after, diags, lostKeyKey)
	if !gone || m.PreviousID.IsNull() {
		if !r.endPrevious(ctx, state, wish, before, diags) {
			return state
		}
		state.forgetPrevious()
	}

	k, err := r.makeKey(ctx, &m)
	if err != nil {
		hints := lostHint(err)
		if !gone && !state.isExpired(r.client.Now()) {
			hints = append(hints, "The present key still works.")
		}
		addError(diags, fmt.Sprintf("rotate the API key %q", m.Name.ValueString()), err, hints...)
		r.keepLost(ctx, err, after, diags, func() {})
		return state
	}
	m.fromCreation(k)
	clearPrivate(ctx, after, diags, goneKey)
	if gone {
		m.PreviousID, m.PreviousExpiresAt = state.PreviousID, state.PreviousExpiresAt
		return m
	}
	m.follow(state, r.client.Now().Add(keep))
	if keep == 0 && r.endPrevious(ctx, m, wish, before, diags) {
		m.forgetPrevious()
	}
	return m
}

// follow makes old the previous key, until its own end or the given one, whichever comes first.
func (m *apiKeyModel) follow(old apiKeyModel, until time.Time) {
	m.PreviousID, m.PreviousExpiresAt = old.ID, old.ExpiresAt
	if end, known := moment(old.ExpiresAt); !known || until.Before(end) {
		m.PreviousExpiresAt = timetypes.NewRFC3339TimeValue(until.UTC().Truncate(time.Second))
	}
}

// endPrevious deletes the previous key, if there is one.
func (r *apiKeyResource) endPrevious(ctx context.Context, m apiKeyModel, w wish, private privateReader, diags *diag.Diagnostics) (done bool) {
	previous, found := r.previousKey(ctx, &m, diags)
	if !found {
		return !diags.HasError()
	}
	var problems diag.Diagnostics
	r.deleteOwner(ctx, previous, w, private, func(ctx context.Context, transferTo string) error {
		return r.deleteKey(ctx, previous.id, transferTo)
	}, &problems)
	diags.Append(problems...)
	return !problems.HasError()
}
