package provider

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/attr/xattr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

var (
	_ basetypes.StringTypable                    = durationType{}
	_ basetypes.StringValuableWithSemanticEquals = durationValue{}
	_ xattr.ValidateableAttribute                = durationValue{}
)

// durationType is a length of time as timetypes has it, with an error that says the form and converts what was meant.
type durationType struct{ timetypes.GoDurationType }

func (durationType) String() string { return "duration" }

func (t durationType) Equal(o attr.Type) bool {
	other, ok := o.(durationType)
	return ok && t.GoDurationType.Equal(other.GoDurationType)
}

func (durationType) ValueFromString(_ context.Context, in basetypes.StringValue) (basetypes.StringValuable, diag.Diagnostics) {
	return durationValue{timetypes.GoDuration{StringValue: in}}, nil
}

func (t durationType) ValueFromTerraform(ctx context.Context, in tftypes.Value) (attr.Value, error) {
	value, err := t.GoDurationType.ValueFromTerraform(ctx, in)
	if err != nil {
		return nil, err
	}
	return durationValue{value.(timetypes.GoDuration)}, nil //nolint:forcetypeassert // what GoDurationType makes
}

func (durationType) ValueType(context.Context) attr.Value { return durationValue{} }

type durationValue struct{ timetypes.GoDuration }

func (durationValue) Type(context.Context) attr.Type { return durationType{} }

func (v durationValue) Equal(o attr.Value) bool {
	other, ok := o.(durationValue)
	return ok && v.GoDuration.Equal(other.GoDuration)
}

func (v durationValue) StringSemanticEquals(ctx context.Context, o basetypes.StringValuable) (bool, diag.Diagnostics) {
	other, ok := o.(durationValue)
	if !ok {
		return false, nil
	}
	return v.GoDuration.StringSemanticEquals(ctx, other.GoDuration)
}

func (v durationValue) ValidateAttribute(_ context.Context, req xattr.ValidateAttributeRequest, resp *xattr.ValidateAttributeResponse) {
	if v.IsNull() || v.IsUnknown() {
		return
	}
	text := v.ValueString()
	if _, err := time.ParseDuration(text); err == nil {
		return
	}
	detail := fmt.Sprintf("%q is not hours (h), minutes (m) and seconds (s), such as 2160h or 1h30m, or it is longer than 290 years.", client.Printable(text))
	if converted, found := inHours(text); found {
		detail = fmt.Sprintf("%q is not hours (h), minutes (m) and seconds (s). Write %s.", client.Printable(text), converted)
	}
	resp.Diagnostics.AddAttributeError(req.Path, "Not a length of time", detail)
}

// daysAndHours is a length of time as people and ISO 8601 write it: a number and one unit, or none.
var daysAndHours = regexp.MustCompile(`(?i)^\s*p?t?\s*([0-9]{1,6}(?:\.[0-9]{1,3})?)\s*(d|days?|w|weeks?|h|hrs?|hours?|)\s*$`)

// inHours converts what was meant; found is false where that cannot be told. A number without a unit is taken for hours, which the reader can see.
func inHours(text string) (converted string, found bool) {
	parts := daysAndHours.FindStringSubmatch(text)
	if parts == nil {
		return "", false
	}
	number, err := strconv.ParseFloat(parts[1], 64)
	if err != nil {
		return "", false
	}
	switch unit := strings.ToLower(parts[2]); {
	case strings.HasPrefix(unit, "d"):
		number *= 24
	case strings.HasPrefix(unit, "w"):
		number *= 7 * 24
	}
	return shortly(time.Duration(number * float64(time.Hour)).Round(time.Second)), true
}
