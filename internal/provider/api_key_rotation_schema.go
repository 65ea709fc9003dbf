package provider

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/resourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

func lifetimeAttribute() schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: "How long a key lives, as hours, minutes and seconds such as `2160h`, which is 90 days; `1m` at least. Give this or `expires_at`. The key then rotates: " +
			"a plan within `rotate_before` of its expiry shows an in-place change, and the apply creates a new key. " +
			"A key ends up to a thousandth of that earlier, 30 minutes at the most: by the random number of seconds the provider tells its own key from another run's. " +
			"A change is made in place and applies to the next key. A lifetime that is shorter than the current key has left rotates the key.",
		CustomType: durationType{},
		Optional:   true,
	}
}

func rotateBeforeAttribute() schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: "How long before its expiry a key is rotated, such as `336h`, which is 14 days: longer than your longest pipeline outage, and shorter than `lifetime`. " +
			"It is changed in place, without a call to the cloud. Default: none, and the key is rotated by the first run after it has expired.",
		CustomType: durationType{},
		Optional:   true,
		Validators: []validator.String{stringvalidator.AlsoRequires(path.MatchRoot("lifetime"))},
	}
}

func keepPreviousForAttribute() schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: "How long the previous key still works after a rotation, such as `24h`, so that programs that use it have time to change; shorter than `rotate_before`. " +
			"The first run after that transfers what it owns and deletes it. It is changed in place, for the next rotation. Default: `0s`, and it is deleted in the run that rotates.",
		CustomType: durationType{},
		Optional:   true,
		Validators: []validator.String{stringvalidator.AlsoRequires(path.MatchRoot("rotate_before"))},
	}
}

func rotateWhenChangedAttribute() schema.MapAttribute {
	return schema.MapAttribute{
		MarkdownDescription: "Values of your own choice: when any of them changes, the key is rotated at once. Raise a number here when a secret has become known to others. " +
			"The plan shows the values, so put no secrets here. The first values of an imported key cause no rotation. Default: none.",
		ElementType: types.StringType,
		Optional:    true,
		Validators:  []validator.Map{mapvalidator.AlsoRequires(path.MatchRoot("lifetime"))},
	}
}

func storeKeyAttribute() schema.BoolAttribute {
	return schema.BoolAttribute{
		MarkdownDescription: "Whether the key itself is kept in state, as `key`. With `false` it never reaches state, plan or disk: in the run that creates or rotates the key, " +
			"`ephemeral \"jmapcloud_api_key_secret\"` hands it to write-only arguments of other providers, and afterwards it cannot be read again (Terraform 1.11, OpenTofu 1.11). " +
			"From `true` to `false` it is taken out of the current state, in place; older versions of the state still have it, so rotate the key too. " +
			"From `false` to `true` needs another key: it is rotated, or with `expires_at` replaced. Default: `true`.",
		Optional:      true,
		PlanModifiers: []planmodifier.Bool{boolplanmodifier.RequiresReplaceIf(replaceForSecret, replaceForSecretWhy, replaceForSecretWhy)},
	}
}

const replaceForSecretWhy = "Where nothing rotates the key, only a replacement has a secret that can be stored."

func replaceForSecret(ctx context.Context, req planmodifier.BoolRequest, resp *boolplanmodifier.RequiresReplaceIfFuncResponse) {
	var lifetime durationValue
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("lifetime"), &lifetime)...)
	wasKept := req.StateValue.IsNull() || req.StateValue.ValueBool()
	isKept := req.PlanValue.IsUnknown() || req.PlanValue.IsNull() || req.PlanValue.ValueBool() // an unknown value replaces, as in every attribute that does
	resp.RequiresReplace = lifetime.IsNull() && !wasKept && isKept
}

func (*apiKeyResource) ConfigValidators(context.Context) []resource.ConfigValidator {
	return []resource.ConfigValidator{resourcevalidator.ExactlyOneOf(path.MatchRoot("expires_at"), path.MatchRoot("lifetime"))}
}

// shortWindow is the rotate_before below which an apply that is late by a night is too late.
const shortWindow = 24 * time.Hour

// ValidateConfig holds the durations against each other. Terraform asks again while it applies, when all are known.
func (*apiKeyResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var m apiKeyModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	m.checkDurations(&resp.Diagnostics)
	m.checkYear(&resp.Diagnostics)
	if !resp.Diagnostics.HasError() {
		m.warnDurations(&resp.Diagnostics)
	}
}

// checkYear refuses an end that the cloud's form of a date cannot have.
func (m *apiKeyModel) checkYear(diags *diag.Diagnostics) {
	if end, known := moment(m.ExpiresAt); known && (end.UTC().Year() < 1 || end.UTC().Year() > 9999) {
		diags.AddAttributeError(path.Root("expires_at"), "expires_at is outside the years 1 to 9999",
			fmt.Sprintf("%s is %s in UTC. Write a time such as 2030-01-31T00:00:00Z.", m.ExpiresAt.ValueString(), end.UTC().Format("2006-01-02T15:04:05Z")))
	}
}

func (m *rotationModel) checkDurations(diags *diag.Diagnostics) {
	lifetime, early, keep := duration(m.Lifetime), duration(m.RotateBefore), duration(m.KeepPreviousFor)
	hasLifetime, hasEarly, hasKeep := isKnown(m.Lifetime), isKnown(m.RotateBefore), isKnown(m.KeepPreviousFor)
	refuse := func(name, summary, detail string) { diags.AddAttributeError(path.Root(name), summary, detail) }
	switch {
	case hasLifetime && lifetime < shortestLifetime:
		refuse("lifetime", "lifetime must be at least 1m", fmt.Sprintf("It is %s. Write how long a key lives, such as 2160h, which is 90 days.", m.Lifetime.ValueString()))
	case hasEarly && early <= 0:
		refuse("rotate_before", "rotate_before must be positive", fmt.Sprintf("It is %s. Write how long before its expiry a key is rotated, such as 336h, or leave it out.", m.RotateBefore.ValueString()))
	case hasKeep && keep < 0:
		refuse("keep_previous_for", "keep_previous_for must not be negative", fmt.Sprintf("It is %s. Write how long the previous key is kept, such as 24h, or 0s.", m.KeepPreviousFor.ValueString()))
	case hasLifetime && hasEarly && early >= lifetime:
		refuse("rotate_before", "rotate_before must be shorter than lifetime", fmt.Sprintf("rotate_before is %s, and lifetime is %s: every plan would rotate the key.", m.RotateBefore.ValueString(), m.Lifetime.ValueString()))
	case hasEarly && hasKeep && keep >= early:
		refuse("keep_previous_for", "keep_previous_for must be shorter than rotate_before", fmt.Sprintf("keep_previous_for is %s. A key is rotated %s before it expires, so that the previous key would expire before it is deleted.", m.KeepPreviousFor.ValueString(), m.RotateBefore.ValueString()))
	}
}

// warnDurations warns of what is allowed and may leave the user without a key. Terraform merges equal titles, so each names the key.
func (m *apiKeyModel) warnDurations(diags *diag.Diagnostics) {
	name := "(name known after apply)"
	if !m.Name.IsUnknown() {
		name = strconv.Quote(client.Printable(m.Name.ValueString()))
	}
	switch early := duration(m.RotateBefore); {
	case isKnown(m.Lifetime) && m.RotateBefore.IsNull():
		diags.AddAttributeWarning(path.Root("lifetime"), fmt.Sprintf("The API key %s is rotated only after it has expired", name),
			"rotate_before is not set. Set it to longer than you ever go without an apply, such as 336h, so that there is a valid key at all times.")
	case isKnown(m.RotateBefore) && early < shortWindow:
		diags.AddAttributeWarning(path.Root("rotate_before"), fmt.Sprintf("The API key %s is rotated less than a day before it expires", name),
			fmt.Sprintf("Only an apply within %s before it expires rotates it. If there is none, the key expires first. Make rotate_before longer than you ever go without an apply.", m.RotateBefore.ValueString()))
	}
}

// isKnown reports whether v is a duration: neither null, nor unknown, nor what its type refuses.
func isKnown(v durationValue) bool {
	_, diags := v.ValueGoDuration()
	return !diags.HasError()
}
