package provider

import (
	"context"
	"errors"
	"maps"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// setter is a state or a plan.
type setter interface {
	Set(ctx context.Context, model any) diag.Diagnostics
}

// setChanged sets the state or plan that was read as before to now, unless they are the same: for a thousand objects of which
// none has changed, the framework would take longer to write them than the cloud to tell of them.
func setChanged[T any](ctx context.Context, to setter, before, now T) diag.Diagnostics {
	if reflect.DeepEqual(before, now) {
		return nil
	}
	return to.Set(ctx, now)
}

// keepPlanned gives what was planned as known its planned value. What the cloud answers to a change may lack a field, or show one that was changed
// elsewhere a moment ago; Terraform takes both for a bug in the provider, and the next refresh shows what there is. That the cloud did what it was
// asked to was compared before.
func keepPlanned(plan tfsdk.Plan, state *tfsdk.State, diags *diag.Diagnostics) {
	if diags.HasError() || plan.Raw.IsNull() || state.Raw.IsNull() {
		return
	}
	planned, now := map[string]tftypes.Value{}, map[string]tftypes.Value{}
	if err := errors.Join(plan.Raw.As(&planned), state.Raw.As(&now)); err != nil {
		diags.AddError("Unable to read the plan", err.Error()+". This is a bug in the provider: please report it.")
		return
	}
	now = maps.Clone(now) // As gives out the value's own
	for name, value := range planned {
		if value.IsFullyKnown() {
			now[name] = value
		}
	}
	state.Raw = tftypes.NewValue(state.Raw.Type(), now)
}

// told is a text that the cloud tells; what it does not tell stays as it was.
func told(now string, before types.String) types.String {
	if now == "" && !before.IsUnknown() {
		return before
	}
	return types.StringValue(now)
}

// toldRole is the role that the cloud tells.
func toldRole(now client.Role, before types.String) types.String { return told(string(now), before) }
