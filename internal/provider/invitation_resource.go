package provider

import (
	"cmp"
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/directory"
)

var (
	_ resource.ResourceWithConfigure   = (*invitationResource)(nil)
	_ resource.ResourceWithIdentity    = (*invitationResource)(nil)
	_ resource.ResourceWithImportState = (*invitationResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*invitationResource)(nil)
)

type invitationResource struct{ configuredResource }

func newInvitationResource() resource.Resource { return &invitationResource{} }

func (*invitationResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_invitation"
}

func (*invitationResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	personIdentitySchema(resp)
}

func (*invitationResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	replaced := stringplanmodifier.RequiresReplace()
	replacedUntilAccepted := stringplanmodifier.RequiresReplaceIf(untilAccepted, "Replaces the invitation until it is accepted.", "Replaces the invitation until it is accepted.")
	kept := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	resp.Schema = schema.Schema{
		MarkdownDescription: "An invitation to a person who will not be managed by Terraform once they accept. To manage them afterwards, use `jmapcloud_member` instead.\n\n" +
			"An accepted invitation stays in state as `ACCEPTED` and is never sent again. Destroying it then leaves the member; destroying it earlier withdraws it, and its link no longer works. A pending one cannot be replaced with `create_before_destroy`.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				MarkdownDescription: "Id of the invitation, given by the cloud.",
				Computed:            true,
				PlanModifiers:       kept,
			},
			"email": schema.StringAttribute{
				MarkdownDescription: "Email of the person to invite. Case and surrounding space do not matter. Changing `email` withdraws the invitation and sends one to the new address.",
				CustomType:          emailType{},
				Required:            true,
				PlanModifiers:       []planmodifier.String{keepSpelling(), replaced},
			},
			"role": schema.StringAttribute{
				MarkdownDescription: "What the person may do as a member: `ORG_ADMIN` (the portal's *Administrator*), `ORG_EDITOR` (*Editor*) or `ORG_VIEWER` (*Viewer*). Changing `role` withdraws the invitation and sends a second one. After the acceptance it has no effect.",
				Required:            true,
				Validators:          []validator.String{stringvalidator.OneOf(string(client.RoleAdmin), string(client.RoleEditor), string(client.RoleViewer))},
				PlanModifiers:       []planmodifier.String{replacedUntilAccepted},
			},
			"language": schema.StringAttribute{
				MarkdownDescription: "Language of the mail: `en`, `fr` or `es`. Changing `language` withdraws the invitation and sends a second one. After the acceptance it has no effect. Default: `en`.",
				Optional:            true,
				Computed:            true,
				Default:             stringdefault.StaticString(defaultLanguage),
				Validators:          []validator.String{stringvalidator.OneOf("en", "fr", "es")},
				PlanModifiers:       []planmodifier.String{replacedUntilAccepted},
			},
			"on_expired": schema.StringAttribute{
				MarkdownDescription: "What to do when the invitation expires, seven days after it was sent: `resend` plans to send it again, `keep` leaves it and warns. It is changed in place, and sends a mail only if the invitation has expired and is now to be sent again. Default: `resend`.",
				Optional:            true,
				Computed:            true,
				Default:             stringdefault.StaticString(resendExpired),
				Validators:          []validator.String{stringvalidator.OneOf(resendExpired, keepExpired)},
			},
			"status": schema.StringAttribute{
				MarkdownDescription: "`PENDING`, `EXPIRED` or `ACCEPTED`.",
				Computed:            true,
				PlanModifiers:       kept,
			},
			"link": schema.StringAttribute{
				MarkdownDescription: "Link in the invitation. A person who has it can become a member in the invited person's place. Null once accepted.",
				Computed:            true,
				Sensitive:           true,
				PlanModifiers:       kept,
			},
			"invited_by": schema.StringAttribute{
				MarkdownDescription: "Email of the member who sent the invitation.",
				Computed:            true,
				PlanModifiers:       kept,
			},
			"created_at": schema.StringAttribute{
				MarkdownDescription: "When the invitation was sent, in RFC 3339.",
				CustomType:          timetypes.RFC3339Type{},
				Computed:            true,
				PlanModifiers:       kept,
			},
			"expires_at": schema.StringAttribute{
				MarkdownDescription: "When the invitation expires, in RFC 3339: seven days after it was sent.",
				CustomType:          timetypes.RFC3339Type{},
				Computed:            true,
				PlanModifiers:       kept,
			},
			"member_id": schema.StringAttribute{
				MarkdownDescription: "Id of the member who accepted the invitation. Null until then.",
				Computed:            true,
				PlanModifiers:       kept,
			},
		},
	}
}

func (r *invitationResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.run == nil {
		return
	}
	defer r.run.warnCutLists(&resp.Diagnostics)
	var plan, state *invitationModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}

	if r.run.isAwayAtPlan(ctx, cmp.Or(state, plan).called(), req, resp) {
		return
	}
	goes := state != nil && (plan == nil || !plan.Email.Equal(state.Email))
	accepted := state != nil && (state.isAccepted() || (goes || plan.differs(*state)) && r.hasAccepted(ctx, state, &resp.Diagnostics))
	change := personChange{noun: invitationNoun, isNew: state == nil}
	if state != nil && !accepted {
		change.was = state.Email
	}
	if plan != nil && (goes || !accepted) {
		change.becomes = plan.Email
	}
	fate := r.run.planPerson(ctx, change, req.Private, resp.Private, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	switch {
	case plan == nil:
		r.planWithdrawal(ctx, state, fate, &resp.Diagnostics)
	case state == nil && fate.replaces: // Terraform shows no warning of that plan
	case state == nil:
		r.planInvitation(ctx, plan, fate, &resp.Diagnostics)
	case goes:
		r.planWithdrawal(ctx, state, fate, &resp.Diagnostics)
		r.planInvitation(ctx, plan, fate, &resp.Diagnostics)
	case accepted:
		plan.planAccepted(ctx, *state, req.Private, &resp.Diagnostics)
	case plan.differs(*state):
		warnInvitedAgain(state.Email.address(), &resp.Diagnostics)
	default:
		proposed := *plan
		plan.planExpiry(&resp.Diagnostics)
		resp.Diagnostics.Append(setChanged(ctx, &resp.Plan, proposed, *plan)...)
	}
}

func (r *invitationResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	defer r.run.warnCutLists(&resp.Diagnostics)
	var m invitationModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}

	s, err := r.send(ctx, &m)
	if err != nil {
		addError(&resp.Diagnostics, "invite "+m.Email.address(), err, inviteHints(err, m)...)
		return
	}

	m.become(s, r.directory.Now())
	r.run.createPerson(ctx, invitationNoun, m.Email, resp.Private, &resp.Diagnostics)
	keepAcceptedRole(ctx, s, m, resp.Private, &resp.Diagnostics)
	setPersonIdentity(ctx, r.directory, resp.Identity, m.Email.ValueString(), &resp.Diagnostics)
	r.run.remember(ctx, resp.Private, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
	keepPlanned(req.Plan, &resp.State, &resp.Diagnostics)
}

func (r *invitationResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	defer r.run.warnCutLists(&resp.Diagnostics)
	var m invitationModel
	resp.Diagnostics.Append(req.State.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	var object string
	if !m.isAccepted() {
		object = r.run.refreshPerson(ctx, invitationNoun, m.Email, req.Private, resp.Private, &resp.Diagnostics)
	}
	if r.run.isAwayAtRead(ctx, m.called(), req, resp) {
		r.run.people.begin(object)
		return
	}
	if m.isAccepted() {
		setPersonIdentity(ctx, r.directory, resp.Identity, m.Email.ValueString(), &resp.Diagnostics)
		return // it has served its purpose, whatever became of the member
	}

	s, err := r.directory.InvitationOutcome(ctx, m.ID.ValueString(), m.Email.address(), directory.Current)
	if err != nil {
		addError(&resp.Diagnostics, "read the invitation to "+m.Email.address(), err)
		return
	}
	setPersonIdentity(ctx, r.directory, resp.Identity, m.Email.ValueString(), &resp.Diagnostics)
	before := m
	switch {
	case !s.IsAbsent():
		m.become(s, r.directory.Now())
		forgetVanished(ctx, req.Private, resp.Private, &resp.Diagnostics)
	case hasVanished(ctx, m.ID, m.Status, m.ExpiresAt, r.directory.Now(), req.Private, &resp.Diagnostics):
		m.Status, m.Link = types.StringValue(statusExpired), types.StringNull()
		writePrivate(ctx, resp.Private, vanishedKey, m.ID.ValueString(), &resp.Diagnostics)
	default:
		warnPersonGone("the invitation to "+m.Email.address(), "It was withdrawn outside Terraform.", "", &resp.Diagnostics)
		r.run.people.begin(object)
		resp.State.RemoveResource(ctx)
		return
	}
	if m.isAccepted() {
		r.run.people.begin(object) // the person is no longer the invitation's business
	}
	r.run.keepShared(ctx, m.Email, object, req.Private, resp.Private, &resp.Diagnostics)

	r.run.remember(ctx, resp.Private, &resp.Diagnostics)
	resp.Diagnostics.Append(setChanged(ctx, &resp.State, before, m)...)
}

// Update sends an expired invitation again, or takes over what concerns only Terraform.
func (r *invitationResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var m, state invitationModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &m)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() || r.run.isAwayAtUpdate(ctx, state.called(), req, resp) {
		return
	}
	setPersonIdentity(ctx, r.directory, resp.Identity, m.Email.ValueString(), &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}

	if m.Status.IsUnknown() {
		s, err := r.directory.Resend(ctx, state.ID.ValueString(), m.toAPI())
		if err != nil {
			addError(&resp.Diagnostics, "invite "+m.Email.address()+" again", err)
			return
		}
		clearPrivate(ctx, resp.Private, &resp.Diagnostics, vanishedKey)
		m.invitationData = state.invitationData // what an invitation accepted just now was
		m.become(s, r.directory.Now())
		keepAcceptedRole(ctx, s, m, resp.Private, &resp.Diagnostics)
	}

	r.run.remember(ctx, resp.Private, &resp.Diagnostics)
	r.run.keepPerson(ctx, invitationNoun, m.Email, resp.Private, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
	keepPlanned(req.Plan, &resp.State, &resp.Diagnostics)
}

func (r *invitationResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var m invitationModel
	resp.Diagnostics.Append(req.State.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() || r.run.isAwayAtDelete(ctx, m.called(), req, resp, false) {
		return
	}
	removal := r.run.removalOf(ctx, m.Email, req.Private, &resp.Diagnostics)
	if resp.Diagnostics.HasError() || m.isAccepted() || removal.keepsInvitation() {
		return
	}

	defer r.run.orGoneAlong(ctx, req, resp)
	if err := r.withdraw(ctx, m); err != nil {
		addError(&resp.Diagnostics, "withdraw the invitation to "+m.Email.address(), err)
	}
}

// ImportState takes an id or an email.
func (r *invitationResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	id, email, ok := importedPerson(ctx, r.directory, req, "the invitation's email or id", &resp.Diagnostics)
	if !ok {
		return
	}
	if req.ID == "" { // an identity is the person's, however many invitations they were sent
		if latest, found, err := r.directory.LatestInvitation(ctx, email, directory.Current); err == nil && found {
			id = latest.ID
		}
	}
	i, err := r.directory.FindInvitation(ctx, id, email)
	if err != nil {
		addError(&resp.Diagnostics, fmt.Sprintf("import the invitation %q", id+email), err)
		return
	}

	m := invitationAsFound(i, r.directory.Now())
	setPersonIdentity(ctx, r.directory, resp.Identity, m.Email.ValueString(), &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}
