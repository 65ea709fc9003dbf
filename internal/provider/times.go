package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// timeValue is a time of the cloud, null where it gave none.
func timeValue(t client.Time) timetypes.RFC3339 {
	if t.IsZero() {
		return timetypes.NewRFC3339Null()
	}
	return timetypes.NewRFC3339ValueMust(t.String())
}

// keepTime returns v where it is the moment t, and the cloud's spelling otherwise. The cloud keeps whole seconds.
func keepTime(v timetypes.RFC3339, t client.Time) timetypes.RFC3339 {
	if known, ok := moment(v); ok && known.Truncate(time.Second).Equal(t.Truncate(time.Second)) {
		return v
	}
	return timeValue(t)
}

// moment is the time that v stands for; ok is false where it is null or unknown.
func moment(v timetypes.RFC3339) (t time.Time, ok bool) {
	if v.IsNull() || v.IsUnknown() {
		return time.Time{}, false
	}
	t, diags := v.ValueRFC3339Time()
	return t, !diags.HasError()
}

// hasPassed reports whether v is known and not after now.
func hasPassed(v timetypes.RFC3339, now time.Time) bool {
	t, known := moment(v)
	return known && !now.Before(t)
}

// duration is the length of time that v stands for, zero where it is null or unknown.
func duration(v durationValue) time.Duration {
	d, _ := v.ValueGoDuration()
	return d
}

// readable is a moment as plans and errors show it.
func readable(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// keepMoment plans no change where only the spelling of a time differs.
func keepMoment() planmodifier.String { return keepMomentModifier{} }

type keepMomentModifier struct{}

func (keepMomentModifier) Description(context.Context) string {
	return "Another spelling of the same moment is no change."
}

func (m keepMomentModifier) MarkdownDescription(ctx context.Context) string {
	return m.Description(ctx)
}

func (keepMomentModifier) PlanModifyString(_ context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	state, hasState := moment(timetypes.RFC3339{StringValue: req.StateValue})
	plan, hasPlan := moment(timetypes.RFC3339{StringValue: req.PlanValue})
	if hasState && hasPlan && state.Truncate(time.Second).Equal(plan.Truncate(time.Second)) {
		resp.PlanValue = req.StateValue
	}
}
