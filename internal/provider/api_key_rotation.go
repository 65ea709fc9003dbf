package provider

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// rotationModel is when a key is rotated, and the previous key.
type rotationModel struct {
	Lifetime          timetypes.GoDuration `tfsdk:"lifetime"`
	RotateBefore      timetypes.GoDuration `tfsdk:"rotate_before"`
	KeepPreviousFor   timetypes.GoDuration `tfsdk:"keep_previous_for"`
	RotateWhenChanged types.Map            `tfsdk:"rotate_when_changed"`
	RotatesAt         timetypes.RFC3339    `tfsdk:"rotates_at"`
	PreviousID        types.String         `tfsdk:"previous_id"`
	PreviousExpiresAt timetypes.RFC3339    `tfsdk:"previous_expires_at"`
}

// isUndecided reports whether something that a rotation hangs on is known only after apply.
func (m *rotationModel) isUndecided() bool {
	if m.Lifetime.IsUnknown() || m.RotateBefore.IsUnknown() || m.RotateWhenChanged.IsUnknown() {
		return true
	}
	return slices.ContainsFunc(slices.Collect(maps.Values(m.RotateWhenChanged.Elements())), attr.Value.IsUnknown)
}

// forgetPrevious sets that there is no previous key.
func (m *rotationModel) forgetPrevious() {
	m.PreviousID, m.PreviousExpiresAt = types.StringNull(), timetypes.NewRFC3339Null()
}

// schedule sets when the key is due.
func (m *apiKeyModel) schedule() {
	m.RotatesAt = timetypes.NewRFC3339Null()
	expires, known := moment(m.ExpiresAt)
	switch {
	case m.ExpiresAt.IsUnknown() || m.Lifetime.IsUnknown() || m.RotateBefore.IsUnknown():
		m.RotatesAt = timetypes.NewRFC3339Unknown()
	case known && !m.Lifetime.IsNull():
		m.RotatesAt = timetypes.NewRFC3339TimeValue(expires.Add(-duration(m.RotateBefore)))
	}
}

// whyRotate says why the plan replaces the key of the state in place at the time now, or nothing. Gone tells that it was
// deleted outside Terraform, imported that no run has applied it yet.
func (m *apiKeyModel) whyRotate(plan apiKeyModel, now time.Time, gone, imported bool) string {
	lifetime, before := duration(plan.Lifetime), duration(m.Lifetime)
	expires, ends := moment(m.ExpiresAt)
	changes := changed(m.RotateWhenChanged, plan.RotateWhenChanged)
	switch {
	case lifetime == 0:
		return ""
	case gone:
		return "it was deleted outside Terraform"
	case hasPassed(m.ExpiresAt, now):
		return "it expired at " + m.ExpiresAt.ValueString()
	case ends && !now.Before(expires.Add(-duration(plan.RotateBefore))):
		return fmt.Sprintf("it expires %s, inside the %s window", m.ExpiresAt.ValueString(), plan.RotateBefore.ValueString())
	case lifetime < before && (!ends || expires.After(now.Add(lifetime))):
		return fmt.Sprintf("lifetime: %s → %s, and it would outlive that", m.Lifetime.ValueString(), plan.Lifetime.ValueString())
	case changes != "" && !imported:
		return "rotate_when_changed: " + changes
	case m.lacksSecret(plan):
		return "store_key is true, and its secret was not kept"
	}
	return ""
}

// longestShown is the length of the longest value that a message repeats.
const longestShown = 40

// changed says which values of a map differ, or nothing.
func changed(before, after types.Map) string {
	if before.Equal(after) {
		return ""
	}
	old, now := before.Elements(), after.Elements()
	names := slices.Sorted(maps.Keys(old))
	for _, name := range slices.Sorted(maps.Keys(now)) {
		if _, had := old[name]; !had {
			names = append(names, name)
		}
	}
	var changes []string
	for _, name := range names {
		was, had := old[name]
		is, has := now[name]
		switch {
		case !had:
			changes = append(changes, client.Printable(name)+" added")
		case !has:
			changes = append(changes, client.Printable(name)+" removed")
		case !was.Equal(is):
			changes = append(changes, fmt.Sprintf("%s %s → %s", client.Printable(name), shortened(was), shortened(is)))
		}
	}
	return strings.Join(changes, ", ")
}

func shortened(v attr.Value) string {
	s, ok := v.(types.String)
	if !ok || s.IsNull() {
		return "null"
	}
	runes := []rune(client.Printable(s.ValueString()))
	if len(runes) > longestShown {
		return string(runes[:longestShown]) + "…"
	}
	return string(runes)
}

// isPreviousOver reports whether the time of the previous key is over at the time now.
func (m *rotationModel) isPreviousOver(now time.Time) bool {
	_, ends := moment(m.PreviousExpiresAt)
	return !m.PreviousID.IsNull() && (!ends || hasPassed(m.PreviousExpiresAt, now))
}

// Terraform plans an update twice, the second time while it applies. Should a key become due between the two, the second
// plan would differ, and Terraform would take that for a bug. So both use the time of the refresh, where a key was nearly due
// by then; a refresh writes the time into private state only there, or each would change the state.
const (
	// nearly is how close to its time a key is nearly due, and the longest that a refresh counts.
	nearly = 24 * time.Hour
)

// keepRefreshTime is a refresh's part.
func (m *apiKeyModel) keepRefreshTime(ctx context.Context, now time.Time, private privateWriter) (diags diag.Diagnostics) {
	for _, due := range []timetypes.RFC3339{m.RotatesAt, m.PreviousExpiresAt} {
		if at, known := moment(due); known && now.Sub(at).Abs() < nearly {
			writePrivate(ctx, private, refreshedAtKey, now.UTC().Truncate(time.Second), &diags)
			return diags
		}
	}
	return nil
}

// refreshTime is a plan's part: the time by which keys are due in it, at most now.
func refreshTime(ctx context.Context, now time.Time, private privateReader, diags *diag.Diagnostics) time.Time {
	var at time.Time
	if !readPrivate(ctx, private, refreshedAtKey, &at, diags) || now.Before(at) || now.Sub(at) >= nearly {
		return now
	}
	return at
}
