package provider

import (
	"context"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/diag"
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
