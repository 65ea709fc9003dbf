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
	_ datasource.DataSourceWithConfigure        = (*invitationDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*invitationDataSource)(nil)
)

type invitationDataSource struct{ configuredDataSource }

func newInvitationDataSource() datasource.DataSource { return &invitationDataSource{} }

func (*invitationDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_invitation"
}

// invitationAttributes describes invitationData, all computed.
func invitationAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":         schema.StringAttribute{MarkdownDescription: "Id of the invitation.", Computed: true},
		"email":      schema.StringAttribute{MarkdownDescription: "Email of the invited person.", CustomType: emailType{}, Computed: true},
		"role":       schema.StringAttribute{MarkdownDescription: "What the person may do as a member: `ORG_ADMIN`, `ORG_EDITOR` or `ORG_VIEWER`.", Computed: true},
		"language":   schema.StringAttribute{MarkdownDescription: "Language of the mail: `en`, `fr` or `es`.", Computed: true},
		"status":     schema.StringAttribute{MarkdownDescription: "`PENDING` or `EXPIRED`, by the cloud's clock.", Computed: true},
		"link":       schema.StringAttribute{MarkdownDescription: "Link in the invitation. A person who has it can become a member in the invited person's place.", Computed: true, Sensitive: true},
		"invited_by": schema.StringAttribute{MarkdownDescription: "Email of the member who sent the invitation.", Computed: true},
		"created_at": schema.StringAttribute{MarkdownDescription: "When the invitation was sent, in RFC 3339.", CustomType: timetypes.RFC3339Type{}, Computed: true},
		"expires_at": schema.StringAttribute{MarkdownDescription: "When the invitation expires, in RFC 3339.", CustomType: timetypes.RFC3339Type{}, Computed: true},
	}
}

func (*invitationDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := invitationAttributes()
	attributes["id"] = schema.StringAttribute{
		MarkdownDescription: "Id of the invitation. Give this or `email`.",
		Optional:            true,
		Computed:            true,
		Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
	}
	attributes["email"] = schema.StringAttribute{
		MarkdownDescription: "Email of the invited person; case does not matter. Give this or `id`.",
		CustomType:          emailType{},
		Optional:            true,
		Computed:            true,
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "One invitation to the organization that is not accepted yet, by id or by email.",
		Attributes:          attributes,
	}
}

func (*invitationDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{datasourcevalidator.ExactlyOneOf(path.MatchRoot("id"), path.MatchRoot("email"))}
}

func (d *invitationDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	defer d.run.warnCutLists(&resp.Diagnostics)
	var m invitationData
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}

	wanted := m.ID.ValueString() + m.Email.ValueString()
	i, err := d.directory.FindInvitation(ctx, m.ID.ValueString(), m.Email.ValueString())
	if err != nil {
		addError(&resp.Diagnostics, "read the invitation "+wanted, err)
		return
	}

	m.fromAPI(i, d.directory.Now())
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}
