package provider

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/directory"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/ownership"
)

var (
	_ ephemeral.EphemeralResourceWithConfigure = (*apiKeyEphemeralResource)(nil)
	_ ephemeral.EphemeralResourceWithClose     = (*apiKeyEphemeralResource)(nil)
)

const (
	// ephemeralPrefix is how the titles of ephemeral keys begin, so that people find what a killed run has left.
	ephemeralPrefix = "terraform-ephemeral-"
	// ephemeralMark is the length of what ends such a title. It tells the keys of two runs apart.
	ephemeralMark = 8

	ephemeralLifetime = time.Hour
	shortestLifetime  = time.Minute
	longestLifetime   = 24 * time.Hour
)

type apiKeyEphemeralResource struct{ configuredEphemeral }

func newAPIKeyEphemeralResource() ephemeral.EphemeralResource { return &apiKeyEphemeralResource{} }

type apiKeyEphemeralModel struct {
	Name                types.String  `tfsdk:"name"`
	Role                types.String  `tfsdk:"role"`
	Lifetime            durationValue `tfsdk:"lifetime"`
	TransferOwnershipTo emailValue    `tfsdk:"transfer_ownership_to"`
	Mint                types.Bool    `tfsdk:"mint"`

	ID        types.String      `tfsdk:"id"`
	Email     types.String      `tfsdk:"email"`
	Key       types.String      `tfsdk:"key"`
	ExpiresAt timetypes.RFC3339 `tfsdk:"expires_at"`
}

// toAPI asks for a key that lives from now on. Its title is another one each time, which marks it.
func (m *apiKeyEphemeralModel) toAPI(now time.Time) directory.KeyRequest {
	lifetime := ephemeralLifetime
	if !m.Lifetime.IsNull() {
		lifetime = duration(m.Lifetime)
	}
	return directory.KeyRequest{APIKeyRequest: client.APIKeyRequest{
		Title:     ephemeralPrefix + m.Name.ValueString() + "-" + strings.ToLower(rand.Text()[:ephemeralMark]),
		Role:      client.Role(m.Role.ValueString()),
		ExpiresAt: now.Add(lifetime),
	}, IsMarked: true}
}

func (m *apiKeyEphemeralModel) fromAPI(k client.APIKey) {
	m.ID = types.StringValue(k.ID)
	m.Email = textValue(k.Email)
	m.Key = types.StringValue(k.Secret)
	m.ExpiresAt = timeValue(k.ExpiresAt)
}

// ownSuccessor is the resource's successor, nil where it names none.
func (m *apiKeyEphemeralModel) ownSuccessor() *string {
	if m.TransferOwnershipTo.IsNull() || m.TransferOwnershipTo.IsUnknown() {
		return nil
	}
	address := m.TransferOwnershipTo.address()
	return &address
}

func (*apiKeyEphemeralResource) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_api_key"
}

func (*apiKeyEphemeralResource) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "An API key for one run. The provider creates it when a block of the run needs it, and deletes it after the last one. It reaches neither state nor plan (Terraform 1.10, OpenTofu 1.11).\n\n" +
			"Terraform opens ephemeral resources in every plan and again in the apply, so that each creates a key. With `mint = terraform.applying` only the apply creates one.\n\n" +
			"The successor receives what the key owns when the key is deleted. Without a successor, a key that owns anything is not deleted: the run says so, and the key stops working when `lifetime` is over. " +
			"After a failure or a stop, Terraform closes nothing; the provider then deletes the key when it ends, within two seconds. A run that is killed leaves the key until `lifetime` is over. " +
			"In the portal, the key's *Title* is `" + ephemeralPrefix + "<name>-` and eight letters and digits.",
		Attributes: map[string]schema.Attribute{
			"name": schema.StringAttribute{
				MarkdownDescription: fmt.Sprintf("What the key is for, 1 to %d characters. It is a part of the key's *Title* in the portal.", longestEphemeralName),
				Required:            true,
				Validators:          []validator.String{stringvalidator.UTF8LengthBetween(1, longestEphemeralName), newName{}},
			},
			"role": schema.StringAttribute{
				MarkdownDescription: "What the key may do: `ORG_EDITOR` (the portal's *Editor*: creates and owns projects and data sources) or `ORG_VIEWER` (*Viewer*: sees them).",
				Required:            true,
				Validators:          []validator.String{stringvalidator.OneOf(string(client.RoleEditor), string(client.RoleViewer))},
			},
			"lifetime": schema.StringAttribute{
				MarkdownDescription: "How long the key works at most, as a duration such as `2h`: from `1m` to `24h`. It must be longer than the run, because the key is not renewed. Default: `1h`.",
				CustomType:          durationType{},
				Optional:            true,
				Validators:          []validator.String{durationBetween{shortestLifetime, longestLifetime}},
			},
			"transfer_ownership_to": schema.StringAttribute{
				MarkdownDescription: "Email of the member who receives what the key owns when it is deleted. They must be an active member, `ORG_EDITOR` or `ORG_ADMIN`. Default: the provider's `transfer_ownership_to`.",
				CustomType:          emailType{},
				Optional:            true,
			},
			"mint": schema.BoolAttribute{
				MarkdownDescription: "Whether to create a key. With `false` the provider creates and calls nothing, and the other values are null. With `terraform.applying`, plans create none. Default: `true`.",
				Optional:            true,
			},
			"id": schema.StringAttribute{
				MarkdownDescription: "Id of the key, given by the cloud.",
				Computed:            true,
			},
			"email": schema.StringAttribute{
				MarkdownDescription: "Generated address that identifies the key as an owner or in permissions.",
				Computed:            true,
			},
			"key": schema.StringAttribute{
				MarkdownDescription: "The secret of the key, to send in the `Api-Key` header.",
				Computed:            true,
				Sensitive:           true,
			},
			"expires_at": schema.StringAttribute{
				MarkdownDescription: "When the key stops working at the latest, in RFC 3339.",
				CustomType:          timetypes.RFC3339Type{},
				Computed:            true,
			},
		},
	}
}

const longestEphemeralName = longestName - len(ephemeralPrefix) - 1 - ephemeralMark

func (e *apiKeyEphemeralResource) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	var m apiKeyEphemeralModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if !m.Mint.IsNull() && !m.Mint.ValueBool() {
		resp.Diagnostics.Append(resp.Result.Set(ctx, m)...)
		return
	}

	if _, err := e.directory.OrganizationID(ctx); err != nil { // which also sets the clock
		addError(&resp.Diagnostics, fmt.Sprintf("create the ephemeral API key %q", m.Name.ValueString()), err)
		return
	}
	wanted := m.toAPI(e.directory.Now())
	if successor := e.run.deletions.value(m.TransferOwnershipTo); client.RoleEditor == wanted.Role {
		e.run.deletions.planSuccessor(ctx, ownership.Owner{Kind: client.APIKeyOwner, Name: wanted.Title}, successor, emailValue{}, &resp.Diagnostics)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	k, err := e.directory.CreateAPIKey(ctx, wanted)
	if err != nil {
		addError(&resp.Diagnostics, fmt.Sprintf("create the API key %q", wanted.Title), err)
		return
	}

	opened := ephemeralKey{ID: k.ID, Title: wanted.Title, Email: k.Email, ExpiresAt: wanted.ExpiresAt, Successor: m.ownSuccessor(), secret: k.Secret}
	if wanted.Role == client.RoleEditor {
		if baseline, err := e.run.ownership.Opened(ctx, k.Secret); err == nil {
			opened.baseline = &baseline
		}
	}
	e.run.ephemeralKeys.add(opened)
	m.fromAPI(k.APIKey)
	resp.Diagnostics.Append(resp.Result.Set(ctx, m)...)
	writePrivate(ctx, resp.Private, ephemeralKeyKey, opened, &resp.Diagnostics)
}

func (e *apiKeyEphemeralResource) Close(ctx context.Context, req ephemeral.CloseRequest, resp *ephemeral.CloseResponse) {
	var opened ephemeralKey
	if mustReadPrivate(ctx, req.Private, ephemeralKeyKey, &opened, "which key is to be deleted", &resp.Diagnostics) { // or no key was made
		e.run.closeEphemeralKey(ctx, opened, &resp.Diagnostics)
	}
}
