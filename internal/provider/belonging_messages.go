package provider

import (
	"context"
	"fmt"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// namedOrganizations are those of the account, listed at most once in a walk. The zero value is empty.
type namedOrganizations struct {
	once          sync.Once
	organizations []client.Organization
}

// refuseElsewhere says that an object belongs to another organization than the one that the provider works on. What to do is said once in a walk.
func (r *run) refuseElsewhere(ctx context.Context, what string, s surroundings, diags *diag.Diagnostics) {
	own, current := r.organizationName(ctx, s.remembered), r.organizationName(ctx, s.worksOn)
	detail := fmt.Sprintf("It belongs to the organization %s, and the provider works on %s. Nothing is read, planned or changed.", own, current)
	if !r.saidElsewhere.Swap(true) {
		detail += fmt.Sprintf("\n\nSet organization_id, or %s, to %s. To manage the people and keys of the other organization as well, keep them in a state of their own: in another folder, in another workspace, or under another backend key. "+
			"If the organization that the state is of was deleted, set the id all the same and run terraform apply -refresh-only: what went with the organization leaves the state.", organizationVariable, client.Printable(s.remembered))
	}
	diags.AddError(client.Printable(capitalized(what))+" belongs to another organization", detail)
}

// organizationName is an organization in words, with its name where the account sees that.
func (r *run) organizationName(ctx context.Context, id string) string {
	r.named.once.Do(func() { r.named.organizations, _ = r.client.Organizations(ctx) }) // the ids say enough
	for _, o := range r.named.organizations {
		if o.ID == id && o.Name != "" {
			return fmt.Sprintf("%q (%s)", client.Printable(o.Name), client.Printable(id))
		}
	}
	return client.Printable(id)
}

// warnNowhere says that what is planned cannot be created.
func warnNowhere(err error, diags *diag.Diagnostics) {
	diags.AddWarning("There is no organization to create anything in",
		sentence(err.Error())+" An apply that creates people or keys will fail.\n\n"+advice(err))
}

// warnGoneAlong gives the reason for what leaves the state together with its organization.
func warnGoneAlong(what, organization string, diags *diag.Diagnostics) {
	diags.AddWarning(client.Printable("Gone: "+what),
		fmt.Sprintf("The organization %s, to which it belonged, was deleted with everything in it.", client.Printable(organization)))
}

func refuseGoneAlong(what, organization string, diags *diag.Diagnostics) {
	diags.AddError("Unable to change "+client.Printable(what),
		fmt.Sprintf("The organization %s, to which it belonged, was deleted with everything in it. Run terraform plan to see what is there now.", client.Printable(organization)))
}
