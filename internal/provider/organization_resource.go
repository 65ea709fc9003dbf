package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

var (
	_ resource.ResourceWithConfigure   = (*organizationResource)(nil)
	_ resource.ResourceWithIdentity    = (*organizationResource)(nil)
	_ resource.ResourceWithImportState = (*organizationResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*organizationResource)(nil)
)

type organizationResource struct{ configuredResource }

func newOrganizationResource() resource.Resource { return &organizationResource{} }

func (*organizationResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_organization"
}

func (*organizationResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"id": identityschema.StringAttribute{Description: "Id of the organization.", RequiredForImport: true},
	}}
}

func (*organizationResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "An organization, with its members, API keys, projects and data sources. Most organizations exist before " +
			"Terraform does: import yours.\n\nDeleting an organization deletes everything in it, permanently, whatever the owner. The members, invitations and API keys of the same state are deleted with it: they leave the state, without an error. " +
			"A member or an API key that is destroyed in the same run keeps its own rules until the organization is deleted: if it owns a project or a data source alone, and has no successor, its destroy is refused, and the plan destroys nothing. " +
			"To delete the organization whatever they own, destroy it alone first, with `-target`, and the rest afterwards.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				MarkdownDescription: "Id of the organization, given by the cloud.",
				Computed:            true,
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"name": schema.StringAttribute{
				MarkdownDescription: "Name of the organization, 1 to 255 characters. It is changed in place.",
				Required:            true,
				Validators:          nameValidators(),
			},
			"deletion_protection": schema.BoolAttribute{
				MarkdownDescription: "Whether a plan that would destroy the organization is refused. To destroy it, set this to `false` and apply that first. It is changed in place, without a call to the cloud. Default: `true`.",
				Optional:            true,
				Computed:            true,
				Default:             booldefault.StaticBool(true),
			},
			"active": schema.BoolAttribute{
				MarkdownDescription: "Whether the organization can be used.",
				Computed:            true,
				PlanModifiers:       []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()},
			},
			"created_at": schema.StringAttribute{
				MarkdownDescription: "When the organization was created, in RFC 3339.",
				CustomType:          timetypes.RFC3339Type{},
				Computed:            true,
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"created_by": schema.StringAttribute{
				MarkdownDescription: "The person who created the organization, as `Full Name <email>`.",
				Computed:            true,
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
		},
	}
}

func (r *organizationResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.run == nil {
		return
	}
	switch {
	case req.Plan.Raw.IsNull():
		var state organizationModel
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
		if !resp.Diagnostics.HasError() {
			state.checkProtection(&resp.Diagnostics)
		}
		if !resp.Diagnostics.HasError() {
			state.warnDeletion(&resp.Diagnostics)
		}
	case req.State.Raw.IsNull() && r.run.client.IsRestricted():
		refuseNewOrganization(&resp.Diagnostics)
	}
}

func (r *organizationResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var m organizationModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}

	o, recovered, err := r.directory.CreateOrganization(ctx, m.Name.ValueString())
	if recovered {
		warnRecovered(o, &resp.Diagnostics)
	}
	if err != nil {
		addError(&resp.Diagnostics, fmt.Sprintf("create the organization %q", m.Name.ValueString()), err, madeOrganizationHint(err, o.ID))
		return
	}

	m.fromAPI(o)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, idIdentity{m.ID})...)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
	keepPlanned(req.Plan, &resp.State, &resp.Diagnostics)
}

func (r *organizationResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var m organizationModel
	resp.Diagnostics.Append(req.State.Get(ctx, &m)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, idIdentity{m.ID})...)
	if resp.Diagnostics.HasError() {
		return
	}

	o, err := r.run.client.Organization(ctx, m.ID.ValueString())
	if client.IsNotFound(err) {
		if !m.Name.IsNull() { // an import knows only an id, and that it may have made up
			warnGone(&resp.Diagnostics, fmt.Sprintf("the organization %q", m.Name.ValueString()))
		}
		resp.State.RemoveResource(ctx)
		return
	}
	if err != nil {
		addError(&resp.Diagnostics, fmt.Sprintf("read the organization %s", m.ID.ValueString()), err)
		return
	}

	m.fromAPI(o)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

func (r *organizationResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var m, state organizationModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &m)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, idIdentity{state.ID})...)
	if resp.Diagnostics.HasError() {
		return
	}

	if !m.Name.Equal(state.Name) {
		o, err := r.run.client.RenameOrganization(ctx, m.ID.ValueString(), m.Name.ValueString())
		if err != nil {
			addError(&resp.Diagnostics, fmt.Sprintf("rename the organization %q", state.Name.ValueString()), err)
			return
		}
		m.fromAPI(o)
	}

	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
	keepPlanned(req.Plan, &resp.State, &resp.Diagnostics)
}

func (r *organizationResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var m organizationModel
	resp.Diagnostics.Append(req.State.Get(ctx, &m)...)
	m.checkProtection(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}

	end := r.run.organizationDeletions.begin(m.ID.ValueString())
	err := r.run.client.DeleteOrganization(ctx, m.ID.ValueString())
	end(err == nil || client.IsNotFound(err))
	if err != nil && !client.IsNotFound(err) {
		addError(&resp.Diagnostics, fmt.Sprintf("delete the organization %q", m.Name.ValueString()), err)
	}
}

// ImportState takes an id, or a name that only one organization of the account has.
func (r *organizationResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	if namesNothing(req, "the id of the organization, or its name where only one of the account's has it", &resp.Diagnostics) {
		return
	}
	var identity idIdentity
	if req.ID == "" {
		resp.Diagnostics.Append(req.Identity.Get(ctx, &identity)...)
	} else {
		id, err := r.directory.FindOrganization(ctx, req.ID)
		if err != nil {
			addError(&resp.Diagnostics, fmt.Sprintf("import the organization %q", req.ID), err)
		}
		identity.ID = types.StringValue(id)
	}
	if resp.Diagnostics.HasError() {
		return
	}

	m := organizationAsFound()
	m.ID = identity.ID
	resp.Diagnostics.Append(resp.Identity.Set(ctx, identity)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}
