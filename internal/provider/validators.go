package provider

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
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
	if problem := nameProblem(req.Path, req.ConfigValue.ValueString()); problem != nil {
		resp.Diagnostics.Append(problem)
	}
}

// nameProblem says what is wrong with a name, or nothing.
func nameProblem(at path.Path, value string) diag.Diagnostic {
	switch {
	case strings.ContainsFunc(value, client.IsUnprintable):
		return diag.NewAttributeErrorDiagnostic(at, "Control character in a name",
			fmt.Sprintf("%q contains a character that cannot be printed, such as a line break, an escape or a change of the direction of writing. Remove it.", client.Printable(value)))
	case strings.TrimSpace(value) != value:
		return diag.NewAttributeErrorDiagnostic(at, "Space around a name",
			fmt.Sprintf("%q begins or ends with a space. Remove it, so that the name reads the same everywhere.", value))
	}
	return nil
}

// newNameProblem says what is wrong with the name of something that is to be created, or nothing. What the portal has made may have any name.
func newNameProblem(at path.Path, value string) diag.Diagnostic {
	if problem := nameProblem(at, value); problem != nil {
		return problem
	}
	if strings.ContainsFunc(value, client.IsInvisible) {
		return diag.NewAttributeErrorDiagnostic(at, "Invisible character in a name",
			fmt.Sprintf("%+q contains a character that cannot be seen, such as a zero-width space. Write the name again by hand, so that another name cannot look the same.", value))
	}
	if length := utf8.RuneCountInString(value); length < 1 || length > longestName {
		return diag.NewAttributeErrorDiagnostic(at, "Name too short or too long", fmt.Sprintf("It has %s. It must be between 1 and %d.", plural(length, "character"), longestName))
	}
	return nil
}

// newName is newNameProblem as a validator, for what is always created.
type newName struct{ printable }

func (newName) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if problem := newNameProblem(req.Path, req.ConfigValue.ValueString()); problem != nil {
		resp.Diagnostics.Append(problem)
	}
}

// keepName plans no change where only the spelling of a name differs.
func keepName() planmodifier.String { return keepNameModifier{} }

type keepNameModifier struct{}

func (keepNameModifier) Description(context.Context) string {
	return "Another spelling of a name that reads the same is no change."
}

func (m keepNameModifier) MarkdownDescription(ctx context.Context) string { return m.Description(ctx) }

func (keepNameModifier) PlanModifyString(_ context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	if !req.StateValue.IsNull() && !req.PlanValue.IsUnknown() && client.SameName(req.StateValue.ValueString(), req.PlanValue.ValueString()) {
		resp.PlanValue = req.StateValue
	}
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
