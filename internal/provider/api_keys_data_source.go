package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/directory"
)

var _ datasource.DataSourceWithConfigure = (*apiKeysDataSource)(nil)

type apiKeysDataSource struct{ configuredDataSource }

func newAPIKeysDataSource() datasource.DataSource { return &apiKeysDataSource{} }

type apiKeyFilter struct {
	Name          types.String      `tfsdk:"name"`
	Role          types.String      `tfsdk:"role"`
	CreatedBy     emailValue        `tfsdk:"created_by"`
	Expired       types.Bool        `tfsdk:"expired"`
	ExpiresBefore timetypes.RFC3339 `tfsdk:"expires_before"`
}

type apiKeysModel struct {
	apiKeyFilter
	APIKeys []apiKeyData `tfsdk:"api_keys"`
}

func (*apiKeysDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_api_keys"
}

func (*apiKeysDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The API keys of the organization, those that fit every filter given. Secrets are not part of it.",
		Attributes: map[string]schema.Attribute{
			"name": schema.StringAttribute{MarkdownDescription: "Only keys with this name.", Optional: true},
			"role": schema.StringAttribute{
				MarkdownDescription: "Only keys with this role: `ORG_EDITOR` or `ORG_VIEWER`.",
				Optional:            true,
				Validators:          []validator.String{stringvalidator.OneOf(string(client.RoleEditor), string(client.RoleViewer))},
			},
			"created_by": schema.StringAttribute{MarkdownDescription: "Only keys that the member with this email created.", CustomType: emailType{}, Optional: true},
			"expired":    schema.BoolAttribute{MarkdownDescription: "Only keys that have expired (`true`) or have not (`false`), by the cloud's clock.", Optional: true},
			"expires_before": schema.StringAttribute{
				MarkdownDescription: "Only keys that stop working before this time, in RFC 3339; those that have expired included.",
				CustomType:          timetypes.RFC3339Type{},
				Optional:            true,
			},
			"api_keys": schema.ListNestedAttribute{
				MarkdownDescription: "The keys, in the cloud's order.",
				Computed:            true,
				NestedObject:        schema.NestedAttributeObject{Attributes: apiKeyAttributes()},
			},
		},
	}
}

func (d *apiKeysDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	defer d.run.warnCutLists(&resp.Diagnostics)
	var m apiKeysModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}

	all, err := d.directory.APIKeys(ctx, directory.Current)
	if err != nil {
		addError(&resp.Diagnostics, "list the API keys", err)
		return
	}

	m.APIKeys = []apiKeyData{}
	for _, k := range all {
		if m.fits(k, d.directory.Now()) {
			var found apiKeyData
			found.fromAPI(k)
			m.APIKeys = append(m.APIKeys, found)
		}
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

// fits reports whether a key passes the filter. There is none where a list block has no config.
func (f *apiKeyFilter) fits(k client.APIKey, now time.Time) bool {
	return f == nil ||
		equals(f.Name, k.Title) &&
			equals(f.Role, string(k.Role())) &&
			createdBy(f.CreatedBy, k.Audit) &&
			(f.Expired.IsNull() || f.Expired.ValueBool() == k.ExpiresAt.HasPassed(now)) &&
			isBefore(k.ExpiresAt, f.ExpiresBefore)
}
