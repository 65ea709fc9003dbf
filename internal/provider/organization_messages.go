package provider

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// checkProtection refuses to delete a protected organization.
func (m *organizationModel) checkProtection(diags *diag.Diagnostics) {
	if m.DeletionProtection.ValueBool() {
		diags.AddAttributeError(path.Root("deletion_protection"), fmt.Sprintf("The organization %q is protected from deletion", client.Printable(m.Name.ValueString())),
			"Deleting it would delete every member, API key, project and data source in it, permanently. If that is meant, set deletion_protection = false, apply, and destroy then. "+
				"To stop managing it and keep it, use a removed block with lifecycle { destroy = false }, or terraform state rm.")
	}
}

// warnDeletion says what the deletion of an organization that is not protected takes with it, and how it does not wait for what is in it.
func (m *organizationModel) warnDeletion(diags *diag.Diagnostics) {
	diags.AddWarning(fmt.Sprintf("Deleting the organization %q deletes everything in it", client.Printable(m.Name.ValueString())),
		"Its members, invitations, API keys, projects and data sources are deleted with it, permanently, whatever the owner. A member or an API key that is destroyed in the same run keeps its own rules: where it alone owns something and has no successor, the plan is refused, and nothing is destroyed. "+
			"To delete the organization whatever they own, destroy it alone first. The rest is gone then, and the second command takes it out of the state:\n\n"+
			"  terraform destroy -target=<the organization's address>\n  terraform destroy")
}

// importHint tells those who may not make an organization how to manage one that exists.
const importHint = "Accounts are often not allowed to make organizations. To manage one that exists, import it: the data source jmapcloud_organizations lists those of the account.\n\n" +
	"  terraform import jmapcloud_organization.<name> <organization id>"

// warnRecovered says that an organization is taken for the one whose creation was not answered.
func warnRecovered(o client.Organization, diags *diag.Diagnostics) {
	diags.AddWarning(fmt.Sprintf("The answer to the creation was lost, and the organization %q is there", client.Printable(o.Name)),
		fmt.Sprintf("This account made one of that name at that moment, and no other: %s. Terraform manages it from now on.", client.Printable(o.ID)))
}

// refuseNewOrganization says why no organization is created where only some are allowed.
func refuseNewOrganization(diags *diag.Diagnostics) {
	diags.AddError("A new organization is not among the allowed ones",
		"allowed_organization_ids is set, and the id of an organization that does not exist yet cannot be in it. Leave the argument out of the run that makes the organization, and add the new id then.")
}
