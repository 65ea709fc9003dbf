package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/directory"
)

var _ datasource.DataSourceWithConfigure = (*membersDataSource)(nil)

type membersDataSource struct{ configuredDataSource }

func newMembersDataSource() datasource.DataSource { return &membersDataSource{} }

type membersModel struct {
	Email   emailValue   `tfsdk:"email"`
	Role    types.String `tfsdk:"role"`
	Members []memberData `tfsdk:"members"`
}

func (*membersDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_members"
}

func (*membersDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The members of the organization, those that fit every filter given. An invited person who has not accepted is in `jmapcloud_invitations`.",
		Attributes: map[string]schema.Attribute{
			"email": schema.StringAttribute{MarkdownDescription: "Only the member with this email; case does not matter.", CustomType: emailType{}, Optional: true},
			"role": schema.StringAttribute{
				MarkdownDescription: "Only members with this role: `ORG_ADMIN`, `ORG_EDITOR` or `ORG_VIEWER`.",
				Optional:            true,
				Validators:          []validator.String{stringvalidator.OneOf(string(client.RoleAdmin), string(client.RoleEditor), string(client.RoleViewer))},
			},
			"members": schema.ListNestedAttribute{
				MarkdownDescription: "The members, in the cloud's order.",
				Computed:            true,
				NestedObject:        schema.NestedAttributeObject{Attributes: memberAttributes()},
			},
		},
	}
}

func (d *membersDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	defer d.run.warnCutLists(&resp.Diagnostics)
	var m membersModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}

	all, err := d.directory.Members(ctx, directory.Current)
	if err != nil {
		addError(&resp.Diagnostics, "list the members", err)
		return
	}

	m.Members = []memberData{}
	for _, a := range all {
		if sameEmail(m.Email, a.Email) && equals(m.Role, string(a.Role())) {
			var found memberData
			found.fromAPI(a)
			m.Members = append(m.Members, found)
		}
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}
