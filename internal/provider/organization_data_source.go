package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/directory"
)

var _ datasource.DataSourceWithConfigure = (*organizationDataSource)(nil)

type organizationDataSource struct{ configuredDataSource }

func newOrganizationDataSource() datasource.DataSource { return &organizationDataSource{} }

func (*organizationDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_organization"
}

// organizationAttributes describes organizationData, all computed.
func organizationAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":         schema.StringAttribute{MarkdownDescription: "Id of the organization.", Computed: true},
		"name":       schema.StringAttribute{MarkdownDescription: "Name of the organization.", Computed: true},
		"active":     schema.BoolAttribute{MarkdownDescription: "Whether the organization can be used.", Computed: true},
		"created_at": schema.StringAttribute{MarkdownDescription: "When the organization was made, in RFC 3339.", CustomType: timetypes.RFC3339Type{}, Computed: true},
		"created_by": schema.StringAttribute{MarkdownDescription: "Who made the organization, as `Full Name <email>`.", Computed: true},
	}
}

func (*organizationDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := organizationAttributes()
	attributes["id"] = schema.StringAttribute{
		MarkdownDescription: "Id of the organization. Default: the one that the provider works on.",
		Optional:            true,
		Computed:            true,
		Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "An organization that the account manages: by default, the one that the provider works on.",
		Attributes:          attributes,
	}
}

func (d *organizationDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m organizationData
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}

	id := m.ID.ValueString()
	if m.ID.IsNull() {
		var err error
		if id, err = d.directory.OrganizationID(ctx); err != nil {
			addError(&resp.Diagnostics, "sign in to JMap Cloud", err)
			return
		}
	}
	o, err := d.run.client.Organization(ctx, id)
	if client.IsNotFound(err) {
		err = directory.NotOneError{Message: fmt.Sprintf("the organization %q does not exist", client.Printable(id)), Noun: "organization"}
	}
	if err != nil {
		addError(&resp.Diagnostics, fmt.Sprintf("read the organization %s", id), err)
		return
	}

	m.fromAPI(o)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}
