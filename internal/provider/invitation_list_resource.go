package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/directory"
)

var _ list.ListResourceWithConfigure = (*invitationListResource)(nil)

type invitationListResource struct{ configuredResource }

func newInvitationListResource() list.ListResource { return &invitationListResource{} }

func (*invitationListResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_invitation"
}

func (*invitationListResource) ListResourceConfigSchema(ctx context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Finds the invitations to the organization for `terraform query`, those that fit every filter given. A person with several invitations is listed once, with the one that expires last. " +
			"To manage a person after they accept, list them as `jmapcloud_member` instead.",
		Attributes: filtersOf(ctx, newInvitationsDataSource()),
	}
}

func (l *invitationListResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	filter := &invitationFilter{}
	if diags := req.Config.Get(ctx, &filter); diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}

	latest := func(ctx context.Context) ([]client.Invitation, error) {
		return l.directory.LatestInvitations(ctx, directory.Current)
	}
	stream.Results = results(ctx, req, "invitations", []source[client.Invitation]{latest}, func(i client.Invitation) bool {
		return filter.fits(i, l.directory.Now())
	}, func(i client.Invitation, result *list.ListResult) {
		m := invitationAsFound(i, l.directory.Now())
		result.DisplayName = m.displayed(l.directory.Now())
		setPersonIdentity(ctx, l.directory, result.Identity, m.Email.ValueString(), &result.Diagnostics)
		fill(ctx, req, result, m)
	})
}
