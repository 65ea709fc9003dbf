package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/directory"
)

// configured is what a resource, a data source or an action uses of the provider's configuration. Both fields are nil until
// the provider is configured: Terraform asks for schemas earlier.
type configured struct {
	directory *directory.Directory
	run       *run
}

func (c *configured) take(data any, diags *diag.Diagnostics) {
	if data == nil {
		return
	}
	shared, ok := data.(*run)
	if !ok {
		diags.AddError("Unexpected provider data", fmt.Sprintf("Got %T. This is a bug in the provider: please report it.", data))
		return
	}
	c.directory, c.run = shared.directory, shared
}

// configuredResource is for resources and list resources.
type configuredResource struct{ configured }

func (r *configuredResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.take(req.ProviderData, &resp.Diagnostics)
}

// configuredDataSource is for data sources.
type configuredDataSource struct{ configured }

func (d *configuredDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.take(req.ProviderData, &resp.Diagnostics)
}

// configuredEphemeral is for ephemeral resources.
type configuredEphemeral struct{ configured }

func (e *configuredEphemeral) Configure(_ context.Context, req ephemeral.ConfigureRequest, resp *ephemeral.ConfigureResponse) {
	e.take(req.ProviderData, &resp.Diagnostics)
}

// configuredAction is for actions.
type configuredAction struct{ configured }

func (a *configuredAction) Configure(_ context.Context, req action.ConfigureRequest, resp *action.ConfigureResponse) {
	a.take(req.ProviderData, &resp.Diagnostics)
}
