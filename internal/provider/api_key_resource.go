package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

var (
	_ resource.ResourceWithConfigure   = (*apiKeyResource)(nil)
	_ resource.ResourceWithIdentity    = (*apiKeyResource)(nil)
	_ resource.ResourceWithImportState = (*apiKeyResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*apiKeyResource)(nil)
)

type apiKeyResource struct{ resourceWithCloud }

func newAPIKeyResource() resource.Resource { return &apiKeyResource{} }

func (*apiKeyResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_api_key"
	resp.ResourceBehavior.MutableIdentity = true // an expired key that is made anew has another id
}

func (*apiKeyResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"organization_id": identityschema.StringAttribute{
			Description:       "Id of the organization. Default: the one that the provider works on.",
			OptionalForImport: true,
		},
		"id": identityschema.StringAttribute{Description: "Id of the API key.", RequiredForImport: true},
	}}
}

func (*apiKeyResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	replaced := []planmodifier.String{stringplanmodifier.RequiresReplace()}
	kept := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	resp.Schema = schema.Schema{
		MarkdownDescription: "An API key lets a program act in the organization. The cloud can change nothing about a key, so another name, role or expiry replaces it.\n\n" +
			"A key owns what the program makes with it. Deleting the key deletes every project and data source that only it owns, unless a successor takes them: see `transfer_ownership_to`.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				MarkdownDescription: "Id of the key, given by the cloud.",
				Computed:            true,
				PlanModifiers:       kept,
			},
			"name": schema.StringAttribute{
				MarkdownDescription: "Name of the key, 1 to 255 characters; the portal's *Title*. It need not be unique. Another name replaces the key.",
				Required:            true,
				Validators:          nameValidators(),
				PlanModifiers:       replaced,
			},
			"role": schema.StringAttribute{
				MarkdownDescription: "What the key may do: `ORG_EDITOR` (the portal's *Editor*: makes and owns projects and data sources) or `ORG_VIEWER` (*Viewer*: sees them). " +
					"A key cannot be an Administrator. Another role replaces the key.",
				Required:      true,
				Validators:    []validator.String{stringvalidator.OneOf(string(client.RoleEditor), string(client.RoleViewer))},
				PlanModifiers: replaced,
			},
			"expires_at": schema.StringAttribute{
				MarkdownDescription: "When the key stops working, in RFC 3339, such as `2030-01-31T00:00:00Z`; whole seconds. It must be in the future when the key is made. Another time replaces the key.",
				CustomType:          timetypes.RFC3339Type{},
				Required:            true,
				PlanModifiers:       []planmodifier.String{keepMoment(), stringplanmodifier.RequiresReplace()},
			},
			"transfer_ownership_to": transferOwnershipToAttribute("the key"),
			"force_destroy":         forceDestroyAttribute("the key"),
			"email": schema.StringAttribute{
				MarkdownDescription: "Email by which the key is known where it owns something or is given a permission.",
				Computed:            true,
				PlanModifiers:       kept,
			},
			"key": schema.StringAttribute{
				MarkdownDescription: "The key itself, to send in the `Api-Key` header. The cloud tells it once, to the run that makes the key; it is kept in state. Null after an import.",
				Computed:            true,
				Sensitive:           true,
				PlanModifiers:       kept,
			},
			"created_at": schema.StringAttribute{
				MarkdownDescription: "When the key was made, in RFC 3339.",
				CustomType:          timetypes.RFC3339Type{},
				Computed:            true,
				PlanModifiers:       kept,
			},
			"created_by": schema.StringAttribute{
				MarkdownDescription: "Who made the key, as `Full Name <email>`.",
				Computed:            true,
				PlanModifiers:       kept,
			},
		},
	}
}

func (r *apiKeyResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.cloud == nil {
		return
	}
	var state, plan *apiKeyModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}

	now := r.client.Now()
	switch {
	case plan == nil:
		r.announceDeletion(ctx, state.owner(), state.wish(), resp.Private, &resp.Diagnostics)
	case state == nil:
		plan.checkExpiry(now, "", &resp.Diagnostics)
		r.checkSuccessor(ctx, plan.owner(), plan.TransferOwnershipTo, emailValue{}, &resp.Diagnostics)
	case state.isReplacedBy(*plan):
		plan.checkExpiry(now, "", &resp.Diagnostics)
		r.announceDeletion(ctx, state.owner(), plan.wish(), resp.Private, &resp.Diagnostics)
		if state.isExpired(now) {
			resp.Diagnostics.AddWarning(fmt.Sprintf("The API key %q has expired and is made anew", client.Printable(state.Name.ValueString())),
				fmt.Sprintf("It stopped working at %s.", state.ExpiresAt.ValueString()))
		}
	default:
		plan.checkExpiry(now, fmt.Sprintf("The key %q has expired and cannot be made anew as it is: ", client.Printable(plan.Name.ValueString())), &resp.Diagnostics)
		r.checkSuccessor(ctx, plan.owner(), plan.TransferOwnershipTo, state.TransferOwnershipTo, &resp.Diagnostics)
	}
}

func (r *apiKeyResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var m apiKeyModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}

	k, err := r.createKey(ctx, m.toAPI())
	if err != nil {
		addError(&resp.Diagnostics, fmt.Sprintf("create the API key %q", m.Name.ValueString()), err)
		return
	}

	m.fromAPI(k)
	m.Key = types.StringValue(k.Secret)
	resp.Diagnostics.Append(r.setKeyIdentity(ctx, resp.Identity, m.ID)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

func (r *apiKeyResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var m apiKeyModel
	resp.Diagnostics.Append(req.State.Get(ctx, &m)...)
	resp.Diagnostics.Append(r.setKeyIdentity(ctx, resp.Identity, m.ID)...)
	if resp.Diagnostics.HasError() {
		return
	}

	k, err := r.recallKey(ctx, m.ID.ValueString())
	if client.IsNotFound(err) {
		warnGone(&resp.Diagnostics, m.owner().String())
		resp.State.RemoveResource(ctx)
		return
	}
	if err != nil {
		addError(&resp.Diagnostics, fmt.Sprintf("read the API key %s", m.ID.ValueString()), err)
		return
	}

	m.fromAPI(k)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

// Update takes over what concerns only Terraform: everything else replaces the key.
func (r *apiKeyResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var m apiKeyModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &m)...)
	resp.Diagnostics.Append(r.setKeyIdentity(ctx, resp.Identity, m.ID)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

func (r *apiKeyResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var m apiKeyModel
	resp.Diagnostics.Append(req.State.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}

	r.deleteOwner(ctx, m.owner(), m.wish(), req.Private, func(ctx context.Context, transferTo string) error {
		return r.deleteKey(ctx, m.ID.ValueString(), transferTo)
	}, &resp.Diagnostics)
}

// ImportState takes an id, or a name that only one key has.
func (r *apiKeyResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	if namesNothing(req, "the key's id, or its name where only one key has it", &resp.Diagnostics) {
		return
	}
	id := req.ID
	if id == "" {
		var identity keyIdentity
		resp.Diagnostics.Append(req.Identity.Get(ctx, &identity)...)
		r.checkOrganization(ctx, identity.OrganizationID, &resp.Diagnostics)
		id = identity.ID.ValueString()
	}
	if resp.Diagnostics.HasError() {
		return
	}
	k, err := r.keyBy(ctx, id, "")
	if isNotOne(err) && req.ID != "" {
		k, err = r.keyBy(ctx, "", id)
	}
	if err != nil {
		addError(&resp.Diagnostics, fmt.Sprintf("import the API key %q", id), err)
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), k.ID)...)
	resp.Diagnostics.Append(r.setKeyIdentity(ctx, resp.Identity, types.StringValue(k.ID))...)
}
