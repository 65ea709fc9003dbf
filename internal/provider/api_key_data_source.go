package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

var (
	_ datasource.DataSourceWithConfigure        = (*apiKeyDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*apiKeyDataSource)(nil)
)

type apiKeyDataSource struct{ configuredDataSource }

func newAPIKeyDataSource() datasource.DataSource { return &apiKeyDataSource{} }

func (*apiKeyDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_api_key"
}

// apiKeyAttributes describes apiKeyData, all computed.
func apiKeyAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":         schema.StringAttribute{MarkdownDescription: "Id of the key.", Computed: true},
		"name":       schema.StringAttribute{MarkdownDescription: "Name of the key; the portal's *Title*.", Computed: true},
		"role":       schema.StringAttribute{MarkdownDescription: "What the key may do: `ORG_EDITOR` or `ORG_VIEWER`.", Computed: true},
		"email":      schema.StringAttribute{MarkdownDescription: "Generated address that identifies the key as an owner or in permissions.", Computed: true},
		"expires_at": schema.StringAttribute{MarkdownDescription: "When the key stops working, in RFC 3339. Null if it never does.", CustomType: timetypes.RFC3339Type{}, Computed: true},
		"created_at": schema.StringAttribute{MarkdownDescription: "When the key was created, in RFC 3339.", CustomType: timetypes.RFC3339Type{}, Computed: true},
		"created_by": schema.StringAttribute{MarkdownDescription: "The person who created the key, as `Full Name <email>`.", Computed: true},
	}
}

func (*apiKeyDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := apiKeyAttributes()
	attributes["id"] = schema.StringAttribute{
		MarkdownDescription: "Id of the key. Give this or `name`.",
		Optional:            true,
		Computed:            true,
		Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
	}
	attributes["name"] = schema.StringAttribute{
		MarkdownDescription: "Name of the key; the portal's *Title*. Give this or `id`. Only one key may have it.",
		Optional:            true,
		Computed:            true,
		Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "One API key of the organization, by id or by name. It does not have the secret: JMap Cloud shows that only once, when the key is created.",
		Attributes:          attributes,
	}
}

func (*apiKeyDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{datasourcevalidator.ExactlyOneOf(path.MatchRoot("id"), path.MatchRoot("name"))}
}

func (d *apiKeyDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	defer d.run.warnCutLists(&resp.Diagnostics)
	var m apiKeyData
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}

	k, err := d.directory.FindAPIKey(ctx, m.ID.ValueString(), m.Name.ValueString())
	if err != nil {
		addError(&resp.Diagnostics, "read the API key "+m.ID.ValueString()+m.Name.ValueString(), err)
		return
	}

	m.fromAPI(k)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}
