package provider

import (
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/directory"
)

// What has become of an invitation.
const (
	statusPending  = "PENDING"
	statusAccepted = "ACCEPTED"
)

// invitationData is what the cloud tells of an invitation.
type invitationData struct {
	ID        types.String      `tfsdk:"id"`
	Email     emailValue        `tfsdk:"email"`
	Role      types.String      `tfsdk:"role"`
	Language  types.String      `tfsdk:"language"`
	Status    types.String      `tfsdk:"status"`
	Link      types.String      `tfsdk:"link"`
	InvitedBy types.String      `tfsdk:"invited_by"`
	CreatedAt timetypes.RFC3339 `tfsdk:"created_at"`
	ExpiresAt timetypes.RFC3339 `tfsdk:"expires_at"`
}

func (m *invitationData) fromAPI(i client.Invitation, now time.Time) {
	m.ID = types.StringValue(i.ID)
	m.Email = m.Email.keep(i.Email)
	m.Role = toldRole(i.Role(), m.Role)
	m.Language = told(i.Language, m.Language)
	m.Status = types.StringValue(invitationStatus(i, now))
	m.Link = textValue(i.Link)
	m.InvitedBy = textValue(i.InvitedBy)
	m.CreatedAt = timeValue(i.CreatedAt)
	m.ExpiresAt = timeValue(i.ExpiresAt)
}

// invitationStatus is that of an invitation that is not accepted.
func invitationStatus(i client.Invitation, now time.Time) string {
	if i.IsExpired(now) {
		return statusExpired
	}
	return statusPending
}

type invitationModel struct {
	invitationData
	OnExpired types.String `tfsdk:"on_expired"`
	MemberID  types.String `tfsdk:"member_id"`
}

func (m *invitationModel) toAPI() client.InvitationRequest {
	return client.InvitationRequest{Email: m.Email.address(), Language: m.Language.ValueString(), Role: client.Role(m.Role.ValueString())}
}

func (m *invitationModel) fromAPI(i client.Invitation, now time.Time) {
	m.invitationData.fromAPI(i, now)
	m.MemberID = types.StringNull()
}

// fromMember keeps what the invitation was, for the cloud no longer tells, and takes over who accepted it. The link is dead.
func (m *invitationModel) fromMember(a client.Member) {
	m.Status = types.StringValue(statusAccepted)
	m.Link = types.StringNull()
	m.MemberID = types.StringValue(a.ID)
}

// invitationAsFound is an invitation that Terraform did not send: the one that has run out is not sent again for being
// imported.
func invitationAsFound(i client.Invitation, now time.Time) invitationModel {
	m := invitationModel{OnExpired: types.StringValue(resendExpired)}
	m.fromAPI(i, now)
	if i.IsExpired(now) {
		m.OnExpired = types.StringValue(keepExpired)
	}
	return m
}

// called is the invitation in words.
func (m *invitationModel) called() string { return "the invitation to " + m.Email.address() }

func (m *invitationModel) isAccepted() bool { return m.Status.ValueString() == statusAccepted }

// planExpiry says what becomes of an invitation that has run out, and sets to unknown what will change.
func (m *invitationModel) planExpiry(diags *diag.Diagnostics) {
	if m.Status.ValueString() != statusExpired {
		return
	}
	if m.OnExpired.ValueString() == keepExpired {
		warnExpiredKept(m.Email, m.ExpiresAt, "on_expired", diags)
		return
	}
	warnExpiredResent(m.Email, m.ExpiresAt, "on_expired", diags)
	m.ID, m.Status, m.Link = types.StringUnknown(), types.StringUnknown(), types.StringUnknown()
	m.InvitedBy, m.MemberID = types.StringUnknown(), types.StringUnknown()
	m.CreatedAt, m.ExpiresAt = timetypes.NewRFC3339Unknown(), timetypes.NewRFC3339Unknown()
}

// become takes over where the invited person stands now.
func (m *invitationModel) become(s directory.Membership, now time.Time) {
	if s.Member != nil {
		m.fromMember(*s.Member)
	} else {
		m.fromAPI(*s.Invitation, now)
	}
}
