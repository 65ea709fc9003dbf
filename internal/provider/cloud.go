package provider

import (
	"context"
	"crypto/rand"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// cloud is what the provider hands to its resources and data sources: the client, and what must be known of the whole run
// before one member or key may be deleted. Terraform makes one for each walk, so a plan and its apply have two.
type cloud struct {
	client    *client.Client
	successor emailValue // the provider's transfer_ownership_to; null or unknown where it is
	walk      string     // tells this walk's notes from those of another

	resources   once[[]client.Resource]
	members     once[[]client.Member]
	invitations once[[]client.Invitation]
	applied     ledger
	leavers     leavers
	claims      claims
}

func newCloud(c *client.Client, successor emailValue) *cloud {
	return &cloud{
		client: c, successor: successor, walk: rand.Text(),
		resources:   once[[]client.Resource]{read: c.Resources},
		members:     once[[]client.Member]{read: c.Members},
		invitations: once[[]client.Invitation]{read: c.Invitations},
		applied:     ledger{turn: make(chan struct{}, 1), client: c},
	}
}

// once reads something at the first call, for all callers of a plan. An error is kept too: what the cloud refuses to one
// it refuses to all, and a plan must not say different things about different objects.
type once[T any] struct {
	read func(context.Context) (T, error)

	mu    sync.Mutex
	done  chan struct{} // closed when value and err are set
	value T
	err   error
}

func (o *once[T]) get(ctx context.Context) (T, error) {
	o.mu.Lock()
	if o.done == nil {
		o.done = make(chan struct{})
		go func() {
			o.value, o.err = o.read(context.WithoutCancel(ctx))
			close(o.done)
		}()
	}
	o.mu.Unlock()
	select {
	case <-o.done:
		return o.value, o.err
	case <-ctx.Done():
		return *new(T), ctx.Err()
	}
}

// identity models. Terraform stores them from version 1.12 on; the framework wants them set on every version.
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
func (c *cloud) setPersonIdentity(ctx context.Context, identity *tfsdk.ResourceIdentity, email string, diags *diag.Diagnostics) {
	organization, err := c.client.OrganizationID(ctx)
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
func (c *cloud) checkOrganization(ctx context.Context, wanted types.String, diags *diag.Diagnostics) {
	if wanted.IsNull() {
		return
	}
	organization, err := c.client.OrganizationID(ctx)
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
func (c *cloud) setKeyIdentity(ctx context.Context, identity *tfsdk.ResourceIdentity, id types.String) (diags diag.Diagnostics) {
	organization, err := c.client.OrganizationID(ctx)
	if err != nil {
		addError(&diags, "sign in to JMap Cloud", err)
		return diags
	}
	diags.Append(identity.Set(ctx, keyIdentity{OrganizationID: types.StringValue(organization), ID: id})...)
	return diags
}
