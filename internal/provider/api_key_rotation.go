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
	Lifetime          durationValue     `tfsdk:"lifetime"`
	RotateBefore      durationValue     `tfsdk:"rotate_before"`
	KeepPreviousFor   durationValue     `tfsdk:"keep_previous_for"`
	RotateWhenChanged types.Map         `tfsdk:"rotate_when_changed"`
	RotatesAt         timetypes.RFC3339 `tfsdk:"rotates_at"`
	PreviousID        types.String      `tfsdk:"previous_id"`
	PreviousExpiresAt timetypes.RFC3339 `tfsdk:"previous_expires_at"`
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

// because says why the plan replaces the key of the state in place.
func (m *apiKeyModel) because(plan apiKeyModel, reason rotationReason) string {
	switch reason {
	case deletedOutside:
		return "it was deleted outside Terraform"
	case hasExpired:
		return "it expired at " + m.ExpiresAt.ValueString()
	case insideWindow:
		return fmt.Sprintf("it expires %s, inside the %s window", m.ExpiresAt.ValueString(), plan.RotateBefore.ValueString())
	case outlivesLifetime:
		return fmt.Sprintf("lifetime: %s → %s, and it would outlive that", m.Lifetime.ValueString(), plan.Lifetime.ValueString())
	case valueChanged:
		return "rotate_when_changed: " + changed(m.RotateWhenChanged, plan.RotateWhenChanged)
	case secretNotKept:
		return "store_key is true, and its secret was not kept"
	case noReason, rotationReasons:
	}
	return ""
}

// hangsOn names the arguments that are known only after apply and that may rotate the key.
func (f keyFacts) hangsOn() (arguments []string) {
	for reason, argument := range map[rotationReason]string{
		insideWindow: "rotate_before", outlivesLifetime: "lifetime", valueChanged: "rotate_when_changed", secretNotKept: "store_key",
	} {
		if f.why[reason] == notKnown {
			arguments = append(arguments, argument)
		}
	}
	slices.Sort(arguments)
	return arguments
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
	switch {
	case v.IsUnknown():
		return "(known after apply)"
	case !ok || s.IsNull():
		return "null"
	}
	runes := []rune(client.Printable(s.ValueString()))
	if len(runes) > longestShown {
		return string(runes[:longestShown]) + "…"
	}
	return string(runes)
}

// Terraform plans an update twice, the second time while it applies, which may be weeks later. Should something become due between the two, the
// second plan would differ, and Terraform would take that for a bug. Nothing of the first plan reaches the second one but the private state of the
// refresh before it. So a refresh writes its time there, and both plans decide by it. What became due later waits for the next run.
//
// A plan without a refresh (-refresh=false, and what -minimal-refresh does not read) cannot be told from a second plan. It decides by the last
// refresh that the state has, too, and says what has become due since. An update takes the time out of the state, so that such a plan decides by
// the clock where there was no refresh since the last change.

// keepRefreshTime is a refresh's part.
func keepRefreshTime(ctx context.Context, now time.Time, private privateWriter, diags *diag.Diagnostics) {
	writePrivate(ctx, private, refreshedAtKey, now.UTC().Truncate(time.Second), diags)
}

// decisionTime is a plan's part: the time by which it decides, and whether that is the time of a refresh.
func (r *apiKeyResource) decisionTime(ctx context.Context, private privateReader, diags *diag.Diagnostics) (at time.Time, isRefresh bool) {
	if readPrivate(ctx, private, refreshedAtKey, &at, diags) {
		return at, true
	}
	return r.cloudTime(ctx, diags), false
}
