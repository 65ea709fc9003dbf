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
	_ resource.ResourceWithConfigure   = (*memberResource)(nil)
	_ resource.ResourceWithIdentity    = (*memberResource)(nil)
	_ resource.ResourceWithImportState = (*memberResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*memberResource)(nil)
)

type memberResource struct{ configuredResource }

func newMemberResource() resource.Resource { return &memberResource{} }

func (*memberResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_member"
	resp.ResourceBehavior.MutableIdentity = true // the cloud may change the email
}

func (*memberResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	personIdentitySchema(resp)
}

func (*memberResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	kept := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	resp.Schema = schema.Schema{
		MarkdownDescription: "The membership of one person, from invitation to removal. Creating it invites the person; when they accept, `status` becomes `ACTIVE` and the plan stays empty. " +
			"If the person is already a member or invited, the resource takes over that membership.\n\n" +
			"Destroying it withdraws the invitation or removes the member. Removing a member deletes every project and data source that has no other owner, unless a successor receives them: see `transfer_ownership_to`.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				MarkdownDescription: "Id of the member, given by the cloud. Null until the invitation is accepted.",
				Computed:            true,
				PlanModifiers:       kept,
			},
			"email": schema.StringAttribute{
				MarkdownDescription: "Email of the person. Case and surrounding space do not matter. Changing `email` to another address replaces the membership: another address is another person. " +
					"Where JMap Cloud itself has changed a member's email, set the new one here: the member stays the same, and the plan refuses the former address.",
				CustomType:    emailType{},
				Required:      true,
				PlanModifiers: []planmodifier.String{keepSpelling(), stringplanmodifier.RequiresReplace()},
			},
			"role": schema.StringAttribute{
				MarkdownDescription: "What the person may do: `ORG_ADMIN` (the portal's *Administrator*: manages the organization), `ORG_EDITOR` (*Editor*: creates and owns projects and data sources) or `ORG_VIEWER` (*Viewer*). " +
					"A member's role is changed in place, at once. While the person is invited, changing `role` withdraws the invitation and sends a second one.",
				Required:   true,
				Validators: []validator.String{stringvalidator.OneOf(string(client.RoleAdmin), string(client.RoleEditor), string(client.RoleViewer))},
			},
			"language": schema.StringAttribute{
				MarkdownDescription: "Language of the invitation: `en`, `fr` or `es`. While the person is invited, changing `language` withdraws the invitation and sends a second one. Afterwards it has no effect. Default: `en`.",
				Optional:            true,
				Computed:            true,
				Validators:          []validator.String{stringvalidator.OneOf("en", "fr", "es")},
				PlanModifiers:       kept,
			},
			"on_expired_invitation": schema.StringAttribute{
				MarkdownDescription: "What to do when the invitation expires, seven days after it was sent: `resend` plans to send it again, `keep` leaves it and warns. It is changed in place, and sends a mail only if the invitation has expired and is now to be sent again. Default: `resend`.",
				Optional:            true,
				Computed:            true,
				Default:             stringdefault.StaticString(resendExpired),
				Validators:          []validator.String{stringvalidator.OneOf(resendExpired, keepExpired)},
			},
			"on_departure": schema.StringAttribute{
				MarkdownDescription: "What to do about a person who is neither a member nor invited any more, because they left, were removed or had their invitation withdrawn outside Terraform. `invite` plans to send a new invitation, and says so. " +
					"`keep_out` leaves them out: the resource stays with the status `REMOVED`, the plan is empty and warns, and no mail is sent. The provider uses the value of the last apply, so apply `keep_out` before the person leaves, or once with `-refresh=false`. " +
					"Changing it to `invite` invites a person who is `REMOVED`. A person who comes back by themselves is managed as before. It is changed in place. Default: `invite`.",
				Optional:   true,
				Validators: []validator.String{stringvalidator.OneOf(inviteDeparted, keepDepartedOut)},
			},
			"transfer_ownership_to": transferOwnershipToAttribute("the member"),
			"force_destroy":         forceDestroyAttribute("the member"),
			"status": schema.StringAttribute{
				MarkdownDescription: "`INVITED`, `EXPIRED` (the invitation has expired), `ACTIVE`, or `REMOVED` (neither a member nor invited any more, with `on_departure = \"keep_out\"`).",
				Computed:            true,
				PlanModifiers:       kept,
			},
			"name": schema.StringAttribute{
				MarkdownDescription: "Full name, as the member gave it. Null until the invitation is accepted.",
				Computed:            true,
				PlanModifiers:       kept,
			},
			"username": schema.StringAttribute{
				MarkdownDescription: "Name with which the member signs in. Null until the invitation is accepted.",
				Computed:            true,
				PlanModifiers:       kept,
			},
			"invitation_id": schema.StringAttribute{
				MarkdownDescription: "Id of the invitation. Null for a member.",
				Computed:            true,
				PlanModifiers:       kept,
			},
			"invitation_link": schema.StringAttribute{
				MarkdownDescription: "Link in the invitation. A person who has it can become a member in the invited person's place. Null for a member.",
				Computed:            true,
				Sensitive:           true,
				PlanModifiers:       kept,
			},
			"invitation_expires_at": schema.StringAttribute{
				MarkdownDescription: "When the invitation expires, in RFC 3339. Null for a member.",
				CustomType:          timetypes.RFC3339Type{},
				Computed:            true,
				PlanModifiers:       kept,
			},
		},
	}
}

func (r *memberResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.run == nil {
		return
	}
	defer r.run.warnCutLists(&resp.Diagnostics)
	var state, plan *memberModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}

	if r.run.isAwayAtPlan(ctx, cmp.Or(state, plan).called(), req, resp) {
		return
	}
	if r.planEmail(ctx, state, plan, req, resp); resp.Diagnostics.HasError() {
		return
	}
	change := personChange{noun: membershipNoun, isNew: state == nil}
	var proposed memberModel
	if plan != nil {
		proposed, change.becomes = *plan, plan.Email
		r.run.deletions.forgetPlanned(ctx, req.Private, resp.Private, state == nil, &resp.Diagnostics)
	}
	if state != nil {
		change.was = state.Email
	}
	if state != nil && !change.isSame() {
		r.awaitOthers(ctx)
	}
	fate := r.run.planPerson(ctx, change, req.Private, resp.Private, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	switch {
	case plan == nil:
		r.planRemoval(ctx, state, state.deleteOptions(), fate, resp.Private, &resp.Diagnostics)
		return
	case state == nil:
		plan.chooseLanguage(ctx, req.Config, &resp.Diagnostics)
		if !fate.replaces { // Terraform shows no warning of that plan
			r.planAdmission(ctx, plan, fate, &resp.Diagnostics)
		}
	case !plan.Email.Equal(state.Email):
		r.planRemoval(ctx, state, plan.deleteOptions(), fate, resp.Private, &resp.Diagnostics)
		if plan.Email.IsUnknown() && !fate.leaves {
			warnUnknownEmail(state.Email, &resp.Diagnostics)
		}
		next := *plan
		next.Language = types.StringUnknown()
		next.chooseLanguage(ctx, req.Config, &resp.Diagnostics)
		r.planAdmission(ctx, &next, fate, &resp.Diagnostics)
		return
	case state.isRemoved():
		r.planReturn(ctx, plan, &resp.Diagnostics)
	case !state.isActive():
		r.planInvited(ctx, plan, state, &resp.Diagnostics)
	case plan.Role.ValueString() != string(client.RoleAdmin) && !plan.Role.IsUnknown():
		r.planDemotion(ctx, state, plan, &resp.Diagnostics)
	}
	r.run.deletions.planSuccessor(ctx, plan.owner(), plan.TransferOwnershipTo, state.successor(), &resp.Diagnostics)
	resp.Diagnostics.Append(setChanged(ctx, &resp.Plan, proposed, *plan)...)
}

func (r *memberResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	defer r.run.warnCutLists(&resp.Diagnostics)
	var m memberModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}

	if m.keepsOut() && r.run.people.isKeptOut(m.Email.ValueString()) {
		m.depart()
	} else {
		s, err := r.admit(ctx, m, &resp.Diagnostics)
		if err != nil {
			addError(&resp.Diagnostics, "invite "+m.Email.address(), err)
		}
		if resp.Diagnostics.HasError() {
			return
		}
		m.fromAPI(s, r.directory.Now())
	}
	r.run.createPerson(ctx, membershipNoun, m.Email, resp.Private, &resp.Diagnostics)
	setPersonIdentity(ctx, r.directory, resp.Identity, m.Email.ValueString(), &resp.Diagnostics)
	r.run.remember(ctx, resp.Private, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
	keepPlanned(req.Plan, &resp.State, &resp.Diagnostics)
}

func (r *memberResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	defer r.run.warnCutLists(&resp.Diagnostics)
	var m memberModel
	resp.Diagnostics.Append(req.State.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}

	object := r.run.refreshPerson(ctx, membershipNoun, m.Email, req.Private, resp.Private, &resp.Diagnostics)
	if r.run.isAwayAtRead(ctx, m.called(), req, resp) {
		r.run.people.begin(object)
		return
	}
	s, err := r.directory.MembershipOf(ctx, m.known(), directory.Current)
	if err != nil {
		addError(&resp.Diagnostics, "read the membership of "+m.Email.address(), err)
		return
	}
	setPersonIdentity(ctx, r.directory, resp.Identity, m.Email.ValueString(), &resp.Diagnostics)
	before := m
	switch {
	case !s.IsAbsent():
		m.fromAPI(s, r.directory.Now())
		r.readEmail(ctx, before, m, resp)
		forgetVanished(ctx, req.Private, resp.Private, &resp.Diagnostics)
	case m.hasVanished(ctx, r.directory.Now(), req.Private, &resp.Diagnostics):
		m.Status, m.InvitationLink = types.StringValue(statusExpired), types.StringNull()
		writePrivate(ctx, resp.Private, vanishedKey, m.InvitationID.ValueString(), &resp.Diagnostics)
	case m.keepsOut():
		m.depart()
		forgetVanished(ctx, req.Private, resp.Private, &resp.Diagnostics)
	default:
		m.warnGone(&resp.Diagnostics)
		r.run.people.begin(object)
		resp.State.RemoveResource(ctx)
		return
	}

	r.run.remember(ctx, resp.Private, &resp.Diagnostics)
	r.run.keepShared(ctx, m.Email, object, req.Private, resp.Private, &resp.Diagnostics)
	r.run.deletions.forget(ctx, req.Private, resp.Private, &resp.Diagnostics)
	resp.Diagnostics.Append(setChanged(ctx, &resp.State, before, m)...)
}

func (r *memberResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var m, state memberModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &m)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() || r.run.isAwayAtUpdate(ctx, state.called(), req, resp) {
		return
	}
	setPersonIdentity(ctx, r.directory, resp.Identity, m.Email.ValueString(), &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}

	switch {
	case state.isRemoved() && m.keepsOut():
		m.depart()
	case state.isRemoved(), m.changesCloud(state):
		vanished := isWritten(ctx, req.Private, vanishedKey, state.InvitationID.ValueString(), &resp.Diagnostics)
		s, err := r.change(ctx, m, state, vanished, &resp.Diagnostics)
		if err != nil {
			addError(&resp.Diagnostics, "change the membership of "+m.Email.address(), err)
		}
		if resp.Diagnostics.HasError() {
			return
		}
		m.fromAPI(s, r.directory.Now())
		clearPrivate(ctx, resp.Private, &resp.Diagnostics, vanishedKey)
	}

	r.run.remember(ctx, resp.Private, &resp.Diagnostics)
	r.run.keepPerson(ctx, membershipNoun, m.Email, resp.Private, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
	keepPlanned(req.Plan, &resp.State, &resp.Diagnostics)
}

func (r *memberResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var m memberModel
	resp.Diagnostics.Append(req.State.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}

	announced := r.run.deletions.take(ctx, req.Private, resp.Private, &resp.Diagnostics)
	removal := r.run.removalOf(ctx, m.Email, req.Private, &resp.Diagnostics)
	if r.run.isAwayAtDelete(ctx, m.called(), req, resp, removal.stays()) {
		return
	}
	defer r.run.orGoneAlong(ctx, req, resp)
	if removal.stays() {
		r.run.people.replace(m.Email.ValueString(), m.isRemoved() && m.keepsOut())
	}
	if removal.stays() || m.isRemoved() {
		return
	}
	s, err := r.withdraw(ctx, m)
	if err != nil {
		addError(&resp.Diagnostics, "withdraw the invitation to "+m.Email.address(), err)
		return
	}
	if s.Member != nil {
		r.remove(ctx, *s.Member, m, announced, &resp.Diagnostics)
	}
}

// ImportState takes an email, a member's id or an invitation's id.
func (r *memberResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	id, email, ok := importedPerson(ctx, r.directory, req, "the email of a member or of an invited person, or the id of a member or of an invitation", &resp.Diagnostics)
	if !ok {
		return
	}
	s, err := r.directory.Membership(ctx, id, email, directory.Current)
	if client.IsNotFound(err) {
		if i, unread := r.directory.FindInvitation(ctx, id, ""); unread == nil {
			s, err = directory.Membership{Invitation: &i}, nil
		}
	}
	if client.IsNotFound(err) || err == nil && s.IsAbsent() {
		err = directory.NotOneError{Message: fmt.Sprintf("no member of the organization, and no person invited to it, has the email or id %q", client.Printable(id+email))}
	}
	if err != nil {
		addError(&resp.Diagnostics, fmt.Sprintf("import the member %q", id+email), err)
		return
	}

	m := asFound(s, r.directory.Now())
	setPersonIdentity(ctx, r.directory, resp.Identity, m.Email.ValueString(), &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}
