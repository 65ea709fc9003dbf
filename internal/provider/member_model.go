package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/directory"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/ownership"
)

// Where a person stands.
const (
	statusInvited = "INVITED"
	statusExpired = "EXPIRED"
	statusActive  = "ACTIVE"
	statusRemoved = "REMOVED" // a member or an invitee before, and neither now
)

// What to do about a person who is neither a member nor invited any more, without Terraform's doing.
const (
	inviteDeparted  = "invite"
	keepDepartedOut = "keep_out"
)

// What to do about an invitation that has run out.
const (
	resendExpired = "resend"
	keepExpired   = "keep"
)

// defaultLanguage is that of an invitation for which none is chosen.
const defaultLanguage = "en"

type memberModel struct {
	deletionModel
	ID                  types.String      `tfsdk:"id"`
	Email               emailValue        `tfsdk:"email"`
	Role                types.String      `tfsdk:"role"`
	Language            types.String      `tfsdk:"language"`
	OnExpiredInvitation types.String      `tfsdk:"on_expired_invitation"`
	OnDeparture         types.String      `tfsdk:"on_departure"`
	Status              types.String      `tfsdk:"status"`
	Name                types.String      `tfsdk:"name"`
	Username            types.String      `tfsdk:"username"`
	InvitationID        types.String      `tfsdk:"invitation_id"`
	InvitationLink      types.String      `tfsdk:"invitation_link"`
	InvitationExpiresAt timetypes.RFC3339 `tfsdk:"invitation_expires_at"`
}

func (m *memberModel) toAPI() client.InvitationRequest {
	return client.InvitationRequest{Email: m.Email.address(), Language: m.Language.ValueString(), Role: client.Role(m.Role.ValueString())}
}

func (m *memberModel) fromAPI(s directory.Membership, now time.Time) {
	if s.Member != nil {
		m.fromMember(*s.Member)
	} else {
		m.fromInvitation(*s.Invitation, now)
	}
}

// fromMember leaves language alone: the cloud does not tell in what language a person was invited.
func (m *memberModel) fromMember(a client.Member) {
	m.ID = types.StringValue(a.ID)
	m.Email = m.Email.keep(a.Email)
	m.Role = toldRole(a.Role(), m.Role)
	m.Status = types.StringValue(statusActive)
	m.Name = textValue(a.Name)
	m.Username = textValue(a.Username)
	m.InvitationID = types.StringNull()
	m.InvitationLink = types.StringNull()
	m.InvitationExpiresAt = timetypes.NewRFC3339Null()
	if m.Language.IsUnknown() {
		m.Language = types.StringNull()
	}
}

func (m *memberModel) fromInvitation(i client.Invitation, now time.Time) {
	m.ID = types.StringNull()
	m.Email = m.Email.keep(i.Email)
	m.Role = toldRole(i.Role(), m.Role)
	m.Language = told(i.Language, m.Language)
	m.Status = types.StringValue(statusInvited)
	if i.IsExpired(now) {
		m.Status = types.StringValue(statusExpired)
	}
	m.Name = types.StringNull()
	m.Username = types.StringNull()
	m.InvitationID = types.StringValue(i.ID)
	m.InvitationLink = textValue(i.Link)
	m.InvitationExpiresAt = timeValue(i.ExpiresAt)
}

// depart makes m a person who is neither a member nor invited any more.
func (m *memberModel) depart() {
	m.Status = types.StringValue(statusRemoved)
	m.ID, m.Name, m.Username = types.StringNull(), types.StringNull(), types.StringNull()
	m.InvitationID, m.InvitationLink = types.StringNull(), types.StringNull()
	m.InvitationExpiresAt = timetypes.NewRFC3339Null()
}

// asFound is a membership that Terraform did not begin: an invitation that has run out is not sent again for being imported.
func asFound(s directory.Membership, now time.Time) memberModel {
	m := memberModel{OnExpiredInvitation: types.StringValue(resendExpired)}
	m.fromAPI(s, now)
	if m.Status.ValueString() == statusExpired {
		m.OnExpiredInvitation = types.StringValue(keepExpired)
	}
	return m
}

// hasVanished reports whether the invitation is not there because it has expired: the cloud may delete expired ones by itself.
func (m *memberModel) hasVanished(ctx context.Context, now time.Time, private privateReader, diags *diag.Diagnostics) bool {
	return hasVanished(ctx, m.InvitationID, m.Status, m.InvitationExpiresAt, now, private, diags)
}

// hasVanished reports whether an invitation that is gone was pending when it was last seen, and has expired since. One that was seen expired was
// kept by the cloud, so it was withdrawn.
func hasVanished(ctx context.Context, id, status types.String, expires timetypes.RFC3339, now time.Time, private privateReader, diags *diag.Diagnostics) bool {
	if id.IsNull() || !hasPassed(expires, now) {
		return false
	}
	return status.ValueString() != statusExpired || isWritten(ctx, private, vanishedKey, id.ValueString(), diags)
}

// forgetVanished removes what hasVanished goes by, for the person is there again.
func forgetVanished(ctx context.Context, from privateReader, to privateWriter, diags *diag.Diagnostics) {
	if written, _ := from.GetKey(ctx, vanishedKey); len(written) > 0 {
		clearPrivate(ctx, to, diags, vanishedKey)
	}
}

// known is what state knows of the person.
func (m *memberModel) known() directory.Known {
	return directory.Known{MemberID: m.ID.ValueString(), InvitationID: m.InvitationID.ValueString(), Email: m.Email.address()}
}

func (m *memberModel) isActive() bool { return m.Status.ValueString() == statusActive }

func (m *memberModel) isRemoved() bool { return m.Status.ValueString() == statusRemoved }

// keepsOut reports whether a person who is neither a member nor invited any more is left so.
func (m *memberModel) keepsOut() bool { return m.OnDeparture.ValueString() == keepDepartedOut }

func (m *memberModel) owner() ownership.Owner {
	return ownership.Owner{Kind: client.MemberOwner, ID: m.ID.ValueString(), Email: m.Email.address(), Name: m.Email.address()}
}

// called is the membership in words.
func (m *memberModel) called() string {
	if m.isActive() {
		return ownerName(m.owner())
	}
	return "the invitation to " + m.Email.address()
}

// ownerAs is the owner by what the cloud says of them now: state may be older than their acceptance.
func (m *memberModel) ownerAs(a client.Member) ownership.Owner {
	o := m.owner()
	o.ID, o.Email = a.ID, a.Email
	return o
}

// successor is the successor named in m, null where there is no m.
func (m *memberModel) successor() emailValue {
	if m == nil {
		return emailValue{}
	}
	return m.TransferOwnershipTo
}

// chooseLanguage makes the language that of an invitation for which none is configured.
func (m *memberModel) chooseLanguage(ctx context.Context, config tfsdk.Config, diags *diag.Diagnostics) {
	if !m.Language.IsUnknown() {
		return
	}
	var configured types.String
	diags.Append(config.GetAttribute(ctx, path.Root("language"), &configured)...)
	if m.Language = configured; configured.IsNull() {
		m.Language = types.StringValue(defaultLanguage)
	}
}

// sendsAgain reports whether the plan m sends another invitation to a person who has not accepted.
func (m *memberModel) sendsAgain(state *memberModel) bool {
	return !m.Role.Equal(state.Role) || !m.Language.Equal(state.Language) ||
		state.Status.ValueString() == statusExpired && m.OnExpiredInvitation.ValueString() == resendExpired
}

// planInvitation says what a plan does to a person who has not accepted yet, and sets to unknown what will change.
func (m *memberModel) planInvitation(state *memberModel, diags *diag.Diagnostics) {
	isExpired := state.Status.ValueString() == statusExpired
	switch sends := m.sendsAgain(state); {
	case !sends && isExpired:
		warnExpiredKept(state.Email, state.InvitationExpiresAt, "on_expired_invitation", diags)
	case !sends:
	case m.Role.Equal(state.Role) && m.Language.Equal(state.Language):
		warnExpiredResent(state.Email, state.InvitationExpiresAt, "on_expired_invitation", diags)
		m.becomesKnownAfterApply()
	default:
		warnInvitedAgain(state.Email.address(), diags)
		m.becomesKnownAfterApply()
	}
}

// becomesKnownAfterApply sets to unknown what a change of where the person stands changes.
func (m *memberModel) becomesKnownAfterApply() {
	m.ID, m.Name, m.Username = types.StringUnknown(), types.StringUnknown(), types.StringUnknown()
	m.Status, m.InvitationID, m.InvitationLink = types.StringUnknown(), types.StringUnknown(), types.StringUnknown()
	m.InvitationExpiresAt = timetypes.NewRFC3339Unknown()
}
