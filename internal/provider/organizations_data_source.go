package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
)

var _ datasource.DataSourceWithConfigure = (*organizationsDataSource)(nil)

type organizationsDataSource struct{ configuredDataSource }

func newOrganizationsDataSource() datasource.DataSource { return &organizationsDataSource{} }

type organizationsModel struct {
	Organizations []organizationData `tfsdk:"organizations"`
}

func (*organizationsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_organizations"
}

func (*organizationsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The organizations that the account belongs to.",
		Attributes: map[string]schema.Attribute{
			"organizations": schema.ListNestedAttribute{
				MarkdownDescription: "The organizations, in the cloud's order.",
				Computed:            true,
				NestedObject:        schema.NestedAttributeObject{Attributes: organizationAttributes()},
			},
		},
	}
}

func (d *organizationsDataSource) Read(ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
	all, err := d.run.client.Organizations(ctx)
	if err != nil {
		addError(&resp.Diagnostics, "list the organizations", err)
		return
	}

	m := organizationsModel{Organizations: make([]organizationData, len(all))}
	for i, o := range all {
		m.Organizations[i].fromAPI(o)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}
