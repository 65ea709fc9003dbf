package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var _ ephemeral.EphemeralResourceWithConfigure = (*accessTokenEphemeralResource)(nil)

type accessTokenEphemeralResource struct{ configuredEphemeral }

func newAccessTokenEphemeralResource() ephemeral.EphemeralResource {
	return &accessTokenEphemeralResource{}
}

type accessTokenModel struct {
	Token          types.String      `tfsdk:"token"`
	OrganizationID types.String      `tfsdk:"organization_id"`
	ExpiresAt      timetypes.RFC3339 `tfsdk:"expires_at"`
}

func (*accessTokenEphemeralResource) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_access_token"
}

func (*accessTokenEphemeralResource) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The bearer token of the provider's own session, for another provider that calls the JMap Cloud API as the same Administrator. It reaches neither state nor plan " +
			"(Terraform 1.10, OpenTofu 1.11).\n\n" +
			"The token ends with the run: the provider revokes the session when Terraform ends, unless the session is that of an `access_token` which the provider was given. " +
			"A plan and its apply have a session each.",
		Attributes: map[string]schema.Attribute{
			"token": schema.StringAttribute{
				MarkdownDescription: "The access token, to send as `Authorization: Bearer <token>`.",
				Computed:            true,
				Sensitive:           true,
			},
			"organization_id": schema.StringAttribute{
				MarkdownDescription: "Id of the organization that the session is bound to.",
				Computed:            true,
			},
			"expires_at": schema.StringAttribute{
				MarkdownDescription: "When the token stops working at the latest, in RFC 3339. Null where the provider was given an `access_token`, whose end it does not know.",
				CustomType:          timetypes.RFC3339Type{},
				Computed:            true,
			},
		},
	}
}

func (e *accessTokenEphemeralResource) Open(ctx context.Context, _ ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	organization, err := e.directory.OrganizationID(ctx)
	if err != nil {
		addError(&resp.Diagnostics, "open the session", err)
		return
	}
	token, expires, err := e.run.client.AccessToken(ctx)
	if err != nil {
		addError(&resp.Diagnostics, "read the session's access token", err)
		return
	}

	resp.Diagnostics.Append(resp.Result.Set(ctx, accessTokenModel{
		Token: types.StringValue(token), OrganizationID: types.StringValue(organization), ExpiresAt: timeValue(expires),
	})...)
}
