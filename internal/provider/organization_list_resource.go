package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

var _ list.ListResourceWithConfigure = (*organizationListResource)(nil)

type organizationListResource struct{ configuredResource }

func newOrganizationListResource() list.ListResource { return &organizationListResource{} }

func (*organizationListResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_organization"
}

func (*organizationListResource) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Finds the organizations that the account belongs to for `terraform query`. With `allowed_organization_ids` in the provider block, only those in it.",
	}
}

func (l *organizationListResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	stream.Results = results(ctx, req, "organizations", []source[client.Organization]{l.run.client.Organizations}, func(o client.Organization) bool {
		return l.run.client.IsAllowed(o.ID)
	}, func(o client.Organization, result *list.ListResult) {
		m := organizationAsFound()
		m.fromAPI(o)
		result.DisplayName = client.Printable(o.Name)
		result.Diagnostics.Append(result.Identity.Set(ctx, idIdentity{m.ID})...)
		fill(ctx, req, result, m)
	})
}
