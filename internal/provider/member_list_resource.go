package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/directory"
)

var _ list.ListResourceWithConfigure = (*memberListResource)(nil)

type memberListResource struct{ configuredResource }

func newMemberListResource() list.ListResource { return &memberListResource{} }

type memberFilter struct {
	Email  emailValue   `tfsdk:"email"`
	Role   types.String `tfsdk:"role"`
	Status types.String `tfsdk:"status"`
}

func (*memberListResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_member"
}

func (*memberListResource) ListResourceConfigSchema(ctx context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	filters := filtersOf(ctx, newMembersDataSource())
	filters["status"] = schema.StringAttribute{
		MarkdownDescription: "Only people who are `INVITED`, `EXPIRED` (their invitation has expired) or `ACTIVE`.",
		Optional:            true,
		Validators:          []validator.String{stringvalidator.OneOf(statusInvited, statusExpired, statusActive)},
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Finds the people of the organization for `terraform query`, those that fit every filter given: members, and invited persons who have not accepted. " +
			"Each person is listed once, as a `jmapcloud_member`.",
		Attributes: filters,
	}
}

func (l *memberListResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	filter := &memberFilter{}
	if diags := req.Config.Get(ctx, &filter); diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}

	stream.Results = results(ctx, req, "members and invitations", []source[directory.Membership]{l.directory.ActivePeople, l.directory.InvitedPeople}, func(s directory.Membership) bool {
		return filter.fits(asFound(s, l.directory.Now()))
	}, func(s directory.Membership, result *list.ListResult) {
		m := asFound(s, l.directory.Now())
		result.DisplayName = m.displayed(l.directory.Now())
		setPersonIdentity(ctx, l.directory, result.Identity, m.Email.ValueString(), &result.Diagnostics)
		fill(ctx, req, result, m)
	})
}

// fits reports whether m passes the filter. There is none where the list block has no config.
func (f *memberFilter) fits(m memberModel) bool {
	return f == nil ||
		sameEmail(f.Email, m.Email.ValueString()) &&
			equals(f.Role, m.Role.ValueString()) &&
			equals(f.Status, m.Status.ValueString())
}
