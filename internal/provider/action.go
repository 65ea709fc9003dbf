package provider

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/action"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// progress tells the user, in one sentence each, what an action does.
func progress(resp *action.InvokeResponse) func(format string, values ...any) {
	return func(format string, values ...any) {
		resp.SendProgress(action.InvokeProgressEvent{Message: client.Printable(fmt.Sprintf(format, values...))})
	}
}
