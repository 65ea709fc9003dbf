package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
)

var _ datasource.DataSourceWithConfigure = (*currentMemberDataSource)(nil)

type currentMemberDataSource struct{ configuredDataSource }

func newCurrentMemberDataSource() datasource.DataSource { return &currentMemberDataSource{} }

func (*currentMemberDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_current_member"
}

func (*currentMemberDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The member that the provider is signed in as.",
		Attributes:          memberAttributes(),
	}
}

func (d *currentMemberDataSource) Read(ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
	self, err := d.directory.CurrentMember(ctx)
	if err != nil {
		addError(&resp.Diagnostics, "read the account in use", err)
		return
	}

	var m memberData
	m.fromAPI(self)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}
