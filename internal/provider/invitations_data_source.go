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

var _ datasource.DataSourceWithConfigure = (*invitationsDataSource)(nil)

type invitationsDataSource struct{ configuredDataSource }

func newInvitationsDataSource() datasource.DataSource { return &invitationsDataSource{} }

type invitationFilter struct {
	Email         emailValue        `tfsdk:"email"`
	Role          types.String      `tfsdk:"role"`
	Status        types.String      `tfsdk:"status"`
	InvitedBy     emailValue        `tfsdk:"invited_by"`
	ExpiresBefore timetypes.RFC3339 `tfsdk:"expires_before"`
}

type invitationsModel struct {
	invitationFilter
	Invitations []invitationData `tfsdk:"invitations"`
}

func (*invitationsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_invitations"
}

func (*invitationsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The invitations to the organization that are not accepted yet, those that fit every filter given.",
		Attributes: map[string]schema.Attribute{
			"email": schema.StringAttribute{MarkdownDescription: "Only invitations to this email; case does not matter.", CustomType: emailType{}, Optional: true},
			"role": schema.StringAttribute{
				MarkdownDescription: "Only invitations with this role: `ORG_ADMIN`, `ORG_EDITOR` or `ORG_VIEWER`.",
				Optional:            true,
				Validators:          []validator.String{stringvalidator.OneOf(string(client.RoleAdmin), string(client.RoleEditor), string(client.RoleViewer))},
			},
			"status": schema.StringAttribute{
				MarkdownDescription: "Only invitations that are `PENDING` or `EXPIRED`, by the cloud's clock.",
				Optional:            true,
				Validators:          []validator.String{stringvalidator.OneOf(statusPending, statusExpired)},
			},
			"invited_by": schema.StringAttribute{MarkdownDescription: "Only invitations that the member with this email sent.", CustomType: emailType{}, Optional: true},
			"expires_before": schema.StringAttribute{
				MarkdownDescription: "Only invitations that expire before this time, in RFC 3339; those that have expired included.",
				CustomType:          timetypes.RFC3339Type{},
				Optional:            true,
			},
			"invitations": schema.ListNestedAttribute{
				MarkdownDescription: "The invitations, in the cloud's order.",
				Computed:            true,
				NestedObject:        schema.NestedAttributeObject{Attributes: invitationAttributes()},
			},
		},
	}
}

func (d *invitationsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	defer d.run.warnCutLists(&resp.Diagnostics)
	var m invitationsModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}

	all, err := d.directory.Invitations(ctx, directory.Current)
	if err != nil {
		addError(&resp.Diagnostics, "list the invitations", err)
		return
	}

	m.Invitations = []invitationData{}
	for _, i := range all {
		if m.fits(i, d.directory.Now()) {
			var found invitationData
			found.fromAPI(i, d.directory.Now())
			m.Invitations = append(m.Invitations, found)
		}
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

// fits reports whether an invitation passes the filter. There is none where a list block has no config.
func (f *invitationFilter) fits(i client.Invitation, now time.Time) bool {
	return f == nil ||
		sameEmail(f.Email, i.Email) &&
			equals(f.Role, string(i.Role())) &&
			equals(f.Status, invitationStatus(i, now)) &&
			sameEmail(f.InvitedBy, i.InvitedBy) &&
			isBefore(i.ExpiresAt, f.ExpiresBefore)
}
