package provider

import (
	"context"
	"fmt"
	"net/mail"
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/attr/xattr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

var (
	_ basetypes.StringTypable                    = emailType{}
	_ basetypes.StringValuableWithSemanticEquals = emailValue{}
	_ xattr.ValidateableAttribute                = emailValue{}
)

// emailType is an email address. Case and surrounding space do not matter, and the user's spelling stays in state.
type emailType struct{ basetypes.StringType }

func (emailType) String() string { return "email" }

func (t emailType) Equal(o attr.Type) bool {
	other, ok := o.(emailType)
	return ok && t.StringType.Equal(other.StringType)
}

func (emailType) ValueFromString(_ context.Context, in basetypes.StringValue) (basetypes.StringValuable, diag.Diagnostics) {
	return emailValue{in}, nil
}

func (t emailType) ValueFromTerraform(ctx context.Context, in tftypes.Value) (attr.Value, error) {
	value, err := t.StringType.ValueFromTerraform(ctx, in)
	if err != nil {
		return nil, err
	}
	return emailValue{value.(basetypes.StringValue)}, nil //nolint:forcetypeassert // what StringType makes
}

func (emailType) ValueType(context.Context) attr.Value { return emailValue{} }

type emailValue struct{ basetypes.StringValue }

func newEmail(email string) emailValue { return emailValue{types.StringValue(email)} }

func (emailValue) Type(context.Context) attr.Type { return emailType{} }

func (v emailValue) Equal(o attr.Value) bool {
	other, ok := o.(emailValue)
	return ok && v.StringValue.Equal(other.StringValue)
}

// address is the email as the cloud gets it.
func (v emailValue) address() string { return strings.TrimSpace(v.ValueString()) }

// is reports whether v is known and the same person's as email.
func (v emailValue) is(email string) bool {
	return !v.IsNull() && !v.IsUnknown() && client.SameEmail(v.ValueString(), email)
}

// keep returns v where it is the same person's as email, and the cloud's spelling otherwise.
func (v emailValue) keep(email string) emailValue {
	if v.is(email) {
		return v
	}
	return newEmail(email)
}

func (v emailValue) StringSemanticEquals(_ context.Context, o basetypes.StringValuable) (bool, diag.Diagnostics) {
	other, ok := o.(emailValue)
	return ok && v.is(other.ValueString()), nil
}

func (v emailValue) ValidateAttribute(_ context.Context, req xattr.ValidateAttributeRequest, resp *xattr.ValidateAttributeResponse) {
	if v.IsNull() || v.IsUnknown() {
		return
	}
	if problem := emailProblem(v.ValueString()); problem != "" {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid email address",
			fmt.Sprintf("%q %s", client.Printable(v.ValueString()), problem))
	}
}

// longestEmail is what SMTP carries. Source: RFC 5321, section 4.5.3.1.3.
const longestEmail = 254

// emailProblem says what is wrong with an address, or nothing.
func emailProblem(email string) string {
	trimmed := strings.TrimSpace(email)
	if strings.ContainsFunc(email, client.IsUnprintable) {
		return "contains a line break or another control character. Remove it."
	}
	if strings.ContainsFunc(email, isInvisible) {
		return "contains a character that cannot be seen, such as a zero-width space. Type the address again by hand."
	}
	parsed, err := mail.ParseAddress(trimmed)
	switch {
	case err != nil:
		return "is not an email address. Write it as name@example.com."
	case parsed.Address != trimmed:
		return "has more than the bare address. Write only name@example.com, without a display name or brackets."
	case len(trimmed) > longestEmail:
		return fmt.Sprintf("is longer than %d bytes, the most that mail can carry.", longestEmail)
	}
	return ""
}

// isInvisible reports whether r has no width: two addresses that read alike would be two people's.
func isInvisible(r rune) bool { return unicode.Is(unicode.Cf, r) }

// keepSpelling plans no change where only the spelling of an email differs.
func keepSpelling() planmodifier.String { return keepSpellingModifier{} }

type keepSpellingModifier struct{}

func (keepSpellingModifier) Description(context.Context) string {
	return "Another spelling of the same address is no change."
}

func (m keepSpellingModifier) MarkdownDescription(ctx context.Context) string {
	return m.Description(ctx)
}

func (keepSpellingModifier) PlanModifyString(_ context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	if state := (emailValue{req.StateValue}); !req.PlanValue.IsNull() && !req.PlanValue.IsUnknown() && state.is(req.PlanValue.ValueString()) {
		resp.PlanValue = req.StateValue
	}
}
