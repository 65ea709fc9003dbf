package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/directory"
)

var _ list.ListResourceWithConfigure = (*apiKeyListResource)(nil)

type apiKeyListResource struct{ configuredResource }

func newAPIKeyListResource() list.ListResource { return &apiKeyListResource{} }

func (*apiKeyListResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_api_key"
}

func (*apiKeyListResource) ListResourceConfigSchema(ctx context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Finds the API keys of the organization for `terraform query`, those that fit every filter given. It does not have their secrets. " +
			"A key that has expired cannot be adopted: `expired = false` leaves such keys out.",
		Attributes: filtersOf(ctx, newAPIKeysDataSource()),
	}
}

func (l *apiKeyListResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	filter := &apiKeyFilter{}
	if diags := req.Config.Get(ctx, &filter); diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}

	keys := func(ctx context.Context) ([]client.APIKey, error) { return l.directory.APIKeys(ctx, directory.Current) }
	stream.Results = results(ctx, req, "API keys", []source[client.APIKey]{keys}, func(k client.APIKey) bool {
		return filter.fits(k, l.directory.Now())
	}, func(k client.APIKey, result *list.ListResult) {
		m := apiKeyAsFound(k)
		result.DisplayName = m.displayed(l.directory.Now())
		result.Diagnostics.Append(setKeyIdentity(ctx, l.directory, result.Identity, m.ID)...)
		fill(ctx, req, result, m)
	})
}

// apiKeyAsFound is a key that Terraform did not make. Nothing rotates it.
func apiKeyAsFound(k client.APIKey) apiKeyModel {
	m := apiKeyModel{rotationModel: rotationModel{RotateWhenChanged: types.MapNull(types.StringType)}}
	m.fromAPI(k)
	return m
}
