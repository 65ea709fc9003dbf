package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

var _ datasource.DataSourceWithConfigure = (*ownedResourcesDataSource)(nil)

type ownedResourcesDataSource struct{ configuredDataSource }

func newOwnedResourcesDataSource() datasource.DataSource { return &ownedResourcesDataSource{} }

type ownedResourcesModel struct {
	Email     emailValue      `tfsdk:"email"`
	Resources []ownedResource `tfsdk:"resources"`
}

type ownedResource struct {
	Kind      types.String            `tfsdk:"kind"`
	ID        types.String            `tfsdk:"id"`
	Name      types.String            `tfsdk:"name"`
	Names     map[string]types.String `tfsdk:"names"`
	Owners    []types.String          `tfsdk:"owners"`
	SoleOwner types.Bool              `tfsdk:"sole_owner"`
}

func (m *ownedResource) fromAPI(r client.Resource) {
	m.Kind = types.StringValue(string(r.Kind))
	m.ID = types.StringValue(r.ID)
	m.Name = types.StringValue(r.Name)
	m.Names = map[string]types.String{}
	for language, name := range r.Names {
		m.Names[language] = types.StringValue(name)
	}
	m.Owners = []types.String{}
	for _, owner := range r.Owners {
		m.Owners = append(m.Owners, types.StringValue(owner))
	}
	m.SoleOwner = types.BoolValue(len(r.Owners) == 1)
}

func (*ownedResourcesDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_owned_resources"
}

func (*ownedResourcesDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The projects and data sources that a member or an API key owns; without an `email`, all of the organization, with their owners. " +
			"JMap Cloud deletes what only a deleted member or API key owned, unless a successor receives it.\n\n" +
			"JMap Cloud tells the owners of one resource at a time. This data source therefore makes one call for each project and data source of the organization, ten at once.",
		Attributes: map[string]schema.Attribute{
			"email": schema.StringAttribute{
				MarkdownDescription: "Email of the owner; case does not matter. That of an API key is its `email`. Default: the resources of all owners.",
				CustomType:          emailType{},
				Optional:            true,
			},
			"resources": schema.ListNestedAttribute{
				MarkdownDescription: "The projects, then the data sources, each in the cloud's order.",
				Computed:            true,
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"kind":       schema.StringAttribute{MarkdownDescription: "`project` or `data_source`.", Computed: true},
					"id":         schema.StringAttribute{MarkdownDescription: "Id of the project or data source.", Computed: true},
					"name":       schema.StringAttribute{MarkdownDescription: "Name, in English where there are several.", Computed: true},
					"names":      schema.MapAttribute{MarkdownDescription: "Names of a project by language: `en`, `fr`, `es`. Empty for a data source.", ElementType: types.StringType, Computed: true},
					"owners":     schema.ListAttribute{MarkdownDescription: "Emails of the members and API keys that own it.", ElementType: types.StringType, Computed: true},
					"sole_owner": schema.BoolAttribute{MarkdownDescription: "Whether it has only one owner, and is deleted with that one.", Computed: true},
				}},
			},
		},
	}
}

func (d *ownedResourcesDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m ownedResourcesModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}

	all, err := d.run.resources(ctx)
	if err != nil {
		addError(&resp.Diagnostics, "read who owns what", err)
		return
	}

	m.Resources = []ownedResource{}
	for _, r := range all {
		if m.Email.IsNull() || r.IsOwnedBy(m.Email.ValueString()) {
			var owned ownedResource
			owned.fromAPI(r)
			m.Resources = append(m.Resources, owned)
		}
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}
