package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/action"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// actionWithCloud gives an action what the provider was configured with.
type actionWithCloud struct{ *cloud }

func (a *actionWithCloud) Configure(_ context.Context, req action.ConfigureRequest, resp *action.ConfigureResponse) {
	a.cloud = cloudFrom(req.ProviderData, &resp.Diagnostics)
}

// progress tells the user, in one sentence each, what an action does.
func progress(resp *action.InvokeResponse) func(format string, values ...any) {
	return func(format string, values ...any) {
		resp.SendProgress(action.InvokeProgressEvent{Message: client.Printable(fmt.Sprintf(format, values...))})
	}
}
