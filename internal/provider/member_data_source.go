package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

var (
	_ datasource.DataSourceWithConfigure        = (*memberDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*memberDataSource)(nil)
)

type memberDataSource struct{ configuredDataSource }

func newMemberDataSource() datasource.DataSource { return &memberDataSource{} }

// memberData is what the cloud tells of a member.
type memberData struct {
	ID       types.String `tfsdk:"id"`
	Email    emailValue   `tfsdk:"email"`
	Name     types.String `tfsdk:"name"`
	Username types.String `tfsdk:"username"`
	Role     types.String `tfsdk:"role"`
}

func (m *memberData) fromAPI(a client.Member) {
	m.ID = types.StringValue(a.ID)
	m.Email = m.Email.keep(a.Email)
	m.Name = textValue(a.Name)
	m.Username = textValue(a.Username)
	m.Role = types.StringValue(string(a.Role()))
}

// memberAttributes describes memberData, all computed.
func memberAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":       schema.StringAttribute{MarkdownDescription: "Id of the member.", Computed: true},
		"email":    schema.StringAttribute{MarkdownDescription: "Email of the member.", CustomType: emailType{}, Computed: true},
		"name":     schema.StringAttribute{MarkdownDescription: "Full name, as the member gave it.", Computed: true},
		"username": schema.StringAttribute{MarkdownDescription: "Name with which the member signs in.", Computed: true},
		"role":     schema.StringAttribute{MarkdownDescription: "What the member may do: `ORG_ADMIN`, `ORG_EDITOR` or `ORG_VIEWER`.", Computed: true},
	}
}

func (*memberDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_member"
}

func (*memberDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := memberAttributes()
	attributes["id"] = schema.StringAttribute{
		MarkdownDescription: "Id of the member. Give this or `email`.",
		Optional:            true,
		Computed:            true,
		Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
	}
	attributes["email"] = schema.StringAttribute{
		MarkdownDescription: "Email of the member; case does not matter. Give this or `id`.",
		CustomType:          emailType{},
		Optional:            true,
		Computed:            true,
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "One member of the organization, by id or by email. A person who has not accepted the invitation is not a member yet: see `jmapcloud_invitation`.",
		Attributes:          attributes,
	}
}

func (*memberDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{datasourcevalidator.ExactlyOneOf(path.MatchRoot("id"), path.MatchRoot("email"))}
}

func (d *memberDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	defer d.run.warnCutLists(&resp.Diagnostics)
	var m memberData
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}

	found, err := d.directory.FindMember(ctx, m.ID.ValueString(), m.Email.ValueString())
	if err != nil {
		addError(&resp.Diagnostics, "read the member "+m.ID.ValueString()+m.Email.ValueString(), err)
		return
	}

	m.fromAPI(found)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}
