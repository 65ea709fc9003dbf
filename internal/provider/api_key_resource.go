package provider

import (
	"context"
	"errors"
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
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/directory"
)

var (
	_ resource.ResourceWithConfigure        = (*apiKeyResource)(nil)
	_ resource.ResourceWithConfigValidators = (*apiKeyResource)(nil)
	_ resource.ResourceWithIdentity         = (*apiKeyResource)(nil)
	_ resource.ResourceWithImportState      = (*apiKeyResource)(nil)
	_ resource.ResourceWithModifyPlan       = (*apiKeyResource)(nil)
	_ resource.ResourceWithValidateConfig   = (*apiKeyResource)(nil)
)

type apiKeyResource struct{ configuredResource }

func newAPIKeyResource() resource.Resource { return &apiKeyResource{} }

func (*apiKeyResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_api_key"
	resp.ResourceBehavior.MutableIdentity = true // a rotation changes the id
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
		MarkdownDescription: "An API key lets a program act in the organization. JMap Cloud cannot change an API key: changing `name`, `role` or `expires_at` replaces it. " +
			"With a `lifetime` instead of an expiry the key rotates: the first apply within `rotate_before` of its expiry creates a new key.\n\n" +
			"A key owns the projects and data sources that the program creates with it. Deleting the key deletes every project and data source that has no other owner, unless a successor receives them: see `transfer_ownership_to`.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				MarkdownDescription: "Id of the key, given by the cloud. A rotation changes it.",
				Computed:            true,
				PlanModifiers:       kept,
			},
			"name": schema.StringAttribute{
				MarkdownDescription: "Name of the key, 1 to 255 characters; the portal's *Title*. It need not be unique. Changing `name` replaces the key. " +
					"A new key's name has no space around it and no character that cannot be seen; a key of the portal may be imported with any name, and another spelling of it that reads the same is no change.",
				Required:      true,
				PlanModifiers: []planmodifier.String{keepName(), stringplanmodifier.RequiresReplace()},
			},
			"role": schema.StringAttribute{
				MarkdownDescription: "What the key may do: `ORG_EDITOR` (the portal's *Editor*: creates and owns projects and data sources) or `ORG_VIEWER` (*Viewer*: sees them). " +
					"A key cannot be an Administrator. Changing `role` replaces the key.",
				Required:      true,
				Validators:    []validator.String{stringvalidator.OneOf(string(client.RoleEditor), string(client.RoleViewer))},
				PlanModifiers: replaced,
			},
			"expires_at": schema.StringAttribute{
				MarkdownDescription: "When the key stops working, in RFC 3339, such as `2030-01-31T00:00:00Z`; whole seconds. Give this or `lifetime`. It must be in the future when the key is created. " +
					"Changing `expires_at` replaces the key. With `lifetime` it is when the current key stops working.",
				CustomType:    timetypes.RFC3339Type{},
				Optional:      true,
				Computed:      true,
				PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown(), keepMoment(), stringplanmodifier.RequiresReplaceIfConfigured()},
			},
			"lifetime":            lifetimeAttribute(),
			"rotate_before":       rotateBeforeAttribute(),
			"keep_previous_for":   keepPreviousForAttribute(),
			"rotate_when_changed": rotateWhenChangedAttribute(),
			"rotates_at": schema.StringAttribute{
				MarkdownDescription: "The time from which a plan rotates the key, in RFC 3339: `expires_at` less `rotate_before`. Null without `lifetime`.",
				CustomType:          timetypes.RFC3339Type{},
				Computed:            true,
			},
			"previous_id": schema.StringAttribute{
				MarkdownDescription: "Id of the previous key, while it is kept beside the current one. Null where there is none.",
				Computed:            true,
				PlanModifiers:       kept,
			},
			"previous_expires_at": schema.StringAttribute{
				MarkdownDescription: "The time from which a run deletes the previous key, in RFC 3339: the time of the rotation and `keep_previous_for`, or that key's own expiry, whichever comes first.",
				CustomType:          timetypes.RFC3339Type{},
				Computed:            true,
				PlanModifiers:       kept,
			},
			"transfer_ownership_to": transferOwnershipToAttribute("the key"),
			"force_destroy":         forceDestroyAttribute("the key"),
			"email": schema.StringAttribute{
				MarkdownDescription: "Generated address that identifies the key as an owner or in permissions.",
				Computed:            true,
				PlanModifiers:       kept,
			},
			"store_key": storeKeyAttribute(),
			"key": schema.StringAttribute{
				MarkdownDescription: "The secret of the key, to send in the `Api-Key` header. JMap Cloud shows it once, to the run that creates the key. It is in the state in plain text unless `store_key` is `false`. Null after an import.",
				Computed:            true,
				Sensitive:           true,
				PlanModifiers:       kept,
			},
			"key_fingerprint": schema.StringAttribute{
				MarkdownDescription: "The first 8 hexadecimal digits of the key's SHA-256: enough to tell in a `check` whether a program has the current key, too little to find it. " +
					"`parseint(…, 16)` makes it a number, for a version. Null after an import.",
				Computed:      true,
				PlanModifiers: kept,
			},
			"created_at": schema.StringAttribute{
				MarkdownDescription: "When the key was created, in RFC 3339.",
				CustomType:          timetypes.RFC3339Type{},
				Computed:            true,
				PlanModifiers:       kept,
			},
			"created_by": schema.StringAttribute{
				MarkdownDescription: "The person who created the key, as `Full Name <email>`.",
				Computed:            true,
				PlanModifiers:       kept,
			},
		},
	}
}

func (r *apiKeyResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	defer r.run.warnCutLists(&resp.Diagnostics)
	var m apiKeyModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}

	k, err := r.create(ctx, &m, &resp.Diagnostics)
	if err != nil {
		addError(&resp.Diagnostics, fmt.Sprintf("create the API key %q", m.Name.ValueString()), err, lostHint(err)...)
		r.run.remember(ctx, resp.Private, &resp.Diagnostics)
		r.saveLost(ctx, err, resp.Private, &resp.Diagnostics, func() { resp.Diagnostics.Append(resp.State.Set(ctx, m.withoutKey())...) })
		return
	}

	m.fromCreation(k)
	m.forgetPrevious()
	resp.Diagnostics.Append(setKeyIdentity(ctx, r.directory, resp.Identity, m.ID)...)
	r.run.remember(ctx, resp.Private, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
	keepPlanned(req.Plan, &resp.State, &resp.Diagnostics)
}

func (r *apiKeyResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	defer r.run.warnCutLists(&resp.Diagnostics)
	var m apiKeyModel
	resp.Diagnostics.Append(req.State.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}

	if r.run.isAwayAtRead(ctx, m.called(), req, resp) {
		return
	}
	r.run.deletions.forget(ctx, req.Private, resp.Private, &resp.Diagnostics)
	before := m
	found := r.refresh(ctx, &m, req.Private, resp.Private, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(setKeyIdentity(ctx, r.directory, resp.Identity, before.ID)...)
	if !found {
		resp.State.RemoveResource(ctx)
		return
	}
	r.run.remember(ctx, resp.Private, &resp.Diagnostics)
	resp.Diagnostics.Append(setChanged(ctx, &resp.State, before, m)...)
}

// Update rotates the key, deletes the previous one, and takes over what concerns only Terraform.
func (r *apiKeyResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var state, m apiKeyModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() || r.run.isAwayAtUpdate(ctx, state.called(), req, resp) {
		return
	}
	resp.Diagnostics.Append(setKeyIdentity(ctx, r.directory, resp.Identity, state.ID)...)
	if resp.Diagnostics.HasError() {
		return
	}

	if m.ID.IsUnknown() {
		m = r.rotate(ctx, state, m, req.Private, resp.Private, &resp.Diagnostics)
	} else if m.PreviousID.IsNull() && !r.deletePrevious(ctx, state, "", m.deleteOptions().ofRotation(), nil, &resp.Diagnostics) {
		return
	}
	clearPrivate(ctx, resp.Private, &resp.Diagnostics, importedKey, refreshedAtKey)
	resp.Diagnostics.Append(setKeyIdentity(ctx, r.directory, resp.Identity, m.ID)...)
	r.run.remember(ctx, resp.Private, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
	keepPlanned(req.Plan, &resp.State, &resp.Diagnostics)
}

// Delete deletes the previous key, if it still works, and the key.
func (r *apiKeyResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var m apiKeyModel
	resp.Diagnostics.Append(req.State.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}

	announced := r.run.deletions.take(ctx, req.Private, resp.Private, &resp.Diagnostics)
	if r.run.isAwayAtDelete(ctx, m.called(), req, resp, false) {
		return
	}
	defer r.run.orGoneAlong(ctx, req, resp)
	if !r.deleteLost(ctx, req.Private, &resp.Diagnostics) || !r.deletePrevious(ctx, m, "", m.deleteOptions(), announced, &resp.Diagnostics) || m.ID.IsNull() || r.isStillGone(ctx, m, req.Private, &resp.Diagnostics) {
		return
	}
	r.run.deletions.delete(ctx, m.owner(), m.deleteOptions(), announced, &resp.Diagnostics)
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
		checkOrganization(ctx, r.directory, identity.OrganizationID, &resp.Diagnostics)
		id = identity.ID.ValueString()
	}
	if resp.Diagnostics.HasError() {
		return
	}
	k, err := r.directory.FindAPIKey(ctx, id, "")
	if errors.As(err, new(directory.NotOneError)) && req.ID != "" {
		k, err = r.directory.FindAPIKey(ctx, "", id)
	}
	if err != nil {
		addError(&resp.Diagnostics, fmt.Sprintf("import the API key %q", id), err)
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), k.ID)...)
	writePrivate(ctx, resp.Private, importedKey, k.ID, &resp.Diagnostics)
	resp.Diagnostics.Append(setKeyIdentity(ctx, r.directory, resp.Identity, types.StringValue(k.ID))...)
}
