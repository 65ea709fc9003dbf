package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/directory"
)

// Terraform stores identities from version 1.12 on; the framework wants them set on every version.
type (
	idIdentity struct {
		ID types.String `tfsdk:"id"`
	}
	keyIdentity struct {
		OrganizationID types.String `tfsdk:"organization_id"`
		ID             types.String `tfsdk:"id"`
	}
	personIdentity struct {
		OrganizationID types.String `tfsdk:"organization_id"`
		Email          types.String `tfsdk:"email"`
	}
)

// personIdentitySchema is how a member and an invitation are identified: an invitation may be accepted, and a person be
// removed and invited again, and stay the same person.
func personIdentitySchema(resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"organization_id": identityschema.StringAttribute{
			Description:       "Id of the organization. Default: the one that the provider works on.",
			OptionalForImport: true,
		},
		"email": identityschema.StringAttribute{
			Description:       "Email of the person, in lower case.",
			RequiredForImport: true,
		},
	}}
}

// setPersonIdentity sets the identity of a member or an invitation. It signs in where that has not happened yet.
func setPersonIdentity(ctx context.Context, d *directory.Directory, identity *tfsdk.ResourceIdentity, email string, diags *diag.Diagnostics) {
	organization, err := d.OrganizationID(ctx)
	if err != nil {
		addError(diags, "sign in to JMap Cloud", err)
		return
	}
	diags.Append(identity.Set(ctx, personIdentity{
		OrganizationID: types.StringValue(organization),
		Email:          types.StringValue(client.NormalizeEmail(email)),
	})...)
}

// checkOrganization refuses an import from another organization than the one that the provider works on.
func checkOrganization(ctx context.Context, d *directory.Directory, wanted types.String, diags *diag.Diagnostics) {
	if wanted.IsNull() {
		return
	}
	organization, err := d.OrganizationID(ctx)
	if err != nil {
		addError(diags, "sign in to JMap Cloud", err)
		return
	}
	if organization != wanted.ValueString() {
		diags.AddError("Another organization",
			"The identity names the organization "+client.Printable(wanted.ValueString())+", and the provider works on "+organization+
				". Import it with a provider configuration whose organization_id is that of the identity.")
	}
}

// setKeyIdentity sets the identity of an API key.
func setKeyIdentity(ctx context.Context, d *directory.Directory, identity *tfsdk.ResourceIdentity, id types.String) (diags diag.Diagnostics) {
	organization, err := d.OrganizationID(ctx)
	if err != nil {
		addError(&diags, "sign in to JMap Cloud", err)
		return diags
	}
	diags.Append(identity.Set(ctx, keyIdentity{OrganizationID: types.StringValue(organization), ID: id})...)
	return diags
}

// namesNothing reports an import without an id and without an identity.
func namesNothing(req resource.ImportStateRequest, wants string, diags *diag.Diagnostics) bool {
	if req.ID != "" || req.Identity != nil && !req.Identity.Raw.IsNull() {
		return false
	}
	diags.AddError("Nothing to import", "The import has an empty id. Give "+wants+".")
	return true
}

// importedPerson is the id or the email that an import of a member or an invitation gives; wants says in words what it may
// be. Ok is false when something is wrong with it.
func importedPerson(ctx context.Context, d *directory.Directory, req resource.ImportStateRequest, wants string, diags *diag.Diagnostics) (id, email string, ok bool) {
	if namesNothing(req, wants, diags) {
		return "", "", false
	}
	if req.ID != "" {
		id, email = idOrEmail(req.ID)
		return id, email, true
	}
	var identity personIdentity
	diags.Append(req.Identity.Get(ctx, &identity)...)
	checkOrganization(ctx, d, identity.OrganizationID, diags)
	return "", identity.Email.ValueString(), !diags.HasError()
}

// idOrEmail tells which of the two the argument of an import is.
func idOrEmail(wanted string) (id, email string) {
	if emailProblem(wanted) == "" {
		return "", wanted
	}
	return wanted, ""
}
