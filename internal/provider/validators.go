package provider

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// longestName is decided: JMap Cloud publishes no limit.
const longestName = 255

// nameValidators are for what people read in lists: 1 to 255 characters that all can be printed.
func nameValidators() []validator.String {
	return []validator.String{stringvalidator.UTF8LengthBetween(1, longestName), printable{}}
}

// printable refuses control characters and those that turn the direction of writing: in a terminal they can hide or forge
// what a plan says.
type printable struct{}

func (printable) Description(context.Context) string {
	return "has no control characters and is not only spaces"
}

func (v printable) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (printable) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	value := req.ConfigValue.ValueString()
	switch {
	case strings.ContainsFunc(value, client.IsUnprintable):
		resp.Diagnostics.AddAttributeError(req.Path, "Control character in a name",
			fmt.Sprintf("%q contains a character that cannot be printed, such as a line break, an escape or a change of the direction of writing. Remove it.", client.Printable(value)))
	case strings.ContainsFunc(value, isFiller):
		resp.Diagnostics.AddAttributeError(req.Path, "Invisible character in a name",
			fmt.Sprintf("%q contains a character without width, such as a zero-width space, so that two names could read alike. Remove it.", value))
	case strings.TrimSpace(value) != value:
		resp.Diagnostics.AddAttributeError(req.Path, "Space around a name",
			fmt.Sprintf("%q begins or ends with a space. Remove it, so that the name reads the same everywhere.", value))
	}
}

// isFiller reports whether r is invisible. What joins and parts letters, as in emoji and in Persian, changes how a name reads and is none.
func isFiller(r rune) bool {
	const zeroWidthNonJoiner, zeroWidthJoiner = '\u200c', '\u200d'
	isTag := r >= 0xe0000 && r <= 0xe007f // of the flags of England, Scotland and Wales
	return isInvisible(r) && r != zeroWidthNonJoiner && r != zeroWidthJoiner && !isTag
}

// noNulls refuses a list with an element that has no value, as a condition or a missing attribute may give.
type noNulls struct{ argument string }

func (noNulls) Description(context.Context) string { return "has no null" }

func (v noNulls) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v noNulls) ValidateList(_ context.Context, req validator.ListRequest, resp *validator.ListResponse) {
	if slices.ContainsFunc(req.ConfigValue.Elements(), attr.Value.IsNull) {
		resp.Diagnostics.AddAttributeError(req.Path, "Null in "+v.argument,
			fmt.Sprintf("An element of %s has no value. Give it one, for example with coalesce, or leave it out, for example with compact.", v.argument))
	}
}

// notNegative refuses durations that point the wrong way. That they are durations is for their type to check.
type notNegative struct{}

func (notNegative) Description(context.Context) string { return "is not negative" }

func (v notNegative) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (notNegative) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if d, err := time.ParseDuration(req.ConfigValue.ValueString()); err == nil && d < 0 {
		resp.Diagnostics.AddAttributeError(req.Path, "Negative duration", fmt.Sprintf("%q is negative. Write a length of time, such as 72h.", req.ConfigValue.ValueString()))
	}
}

// durationBetween bounds a duration, ends included.
type durationBetween struct{ shortest, longest time.Duration }

func (v durationBetween) Description(context.Context) string {
	return fmt.Sprintf("is between %s and %s", shortly(v.shortest), shortly(v.longest))
}

func (v durationBetween) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v durationBetween) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if d, err := time.ParseDuration(req.ConfigValue.ValueString()); err == nil && (d < v.shortest || d > v.longest) {
		resp.Diagnostics.AddAttributeError(req.Path, "Duration out of bounds", fmt.Sprintf("%q is not between %s and %s. Write a length of time, such as 2h.", req.ConfigValue.ValueString(), shortly(v.shortest), shortly(v.longest)))
	}
}

// shortly is a duration without the units that are zero at its end: 24h, not 24h0m0s.
func shortly(d time.Duration) string {
	text := d.String()
	if d%time.Minute == 0 {
		text = strings.TrimSuffix(text, "0s")
	}
	if d%time.Hour == 0 {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
