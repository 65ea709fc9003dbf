package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var (
	_ ephemeral.EphemeralResourceWithConfigure = (*apiKeySecretEphemeralResource)(nil)
	_ ephemeral.EphemeralResourceWithClose     = (*apiKeySecretEphemeralResource)(nil)
)

type apiKeySecretEphemeralResource struct{ configuredEphemeral }

func newAPIKeySecretEphemeralResource() ephemeral.EphemeralResource {
	return &apiKeySecretEphemeralResource{}
}

type apiKeySecretModel struct {
	APIKeyID types.String `tfsdk:"api_key_id"`
	Key      types.String `tfsdk:"key"`
}

// takenSecret is which secret was taken, and by which of the ephemeral resources that take it. It holds no secret.
type takenSecret struct {
	KeyID string `json:"key_id"`
	Taker string `json:"taker"`
}

func (*apiKeySecretEphemeralResource) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_api_key_secret"
}

func (*apiKeySecretEphemeralResource) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The secret of a `jmapcloud_api_key` that has `store_key = false`, for write-only arguments of other providers (Terraform 1.11, OpenTofu 1.11). " +
			"The cloud tells a secret once, so only the run that makes or rotates the key has it: version the argument that receives it on the key's `id`, and it is written in that run and in no other.\n\n" +
			"Use the same provider configuration, and so the same `alias`, as the key. It calls nothing. The provider deletes a key at the end of the run that made it if nothing took its secret, or if any of the resources that took it did not close because what uses it failed. The next plan creates the key again, for all of them.",
		Attributes: map[string]schema.Attribute{
			"api_key_id": schema.StringAttribute{
				MarkdownDescription: "Id of the API key: the `id` of the `jmapcloud_api_key`.",
				Required:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"key": schema.StringAttribute{
				MarkdownDescription: "The secret of the key, to send in the `Api-Key` header. Null in every run that does not create or rotate the key.",
				Computed:            true,
				Sensitive:           true,
			},
		},
	}
}

func (e *apiKeySecretEphemeralResource) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	var m apiKeySecretModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}

	m.Key = types.StringNull()
	if secret, taker, found := e.run.unstored.take(m.APIKeyID.ValueString()); found {
		m.Key = types.StringValue(secret)
		writePrivate(ctx, resp.Private, takenKey, takenSecret{KeyID: m.APIKeyID.ValueString(), Taker: taker}, &resp.Diagnostics)
	}
	resp.Diagnostics.Append(resp.Result.Set(ctx, m)...)
}

func (e *apiKeySecretEphemeralResource) Close(ctx context.Context, req ephemeral.CloseRequest, resp *ephemeral.CloseResponse) {
	var taken takenSecret
	if readPrivate(ctx, req.Private, takenKey, &taken, &resp.Diagnostics) {
		e.run.unstored.close(taken.KeyID, taken.Taker)
	}
}
