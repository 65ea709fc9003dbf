package provider

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/directory"
)

var _ action.ActionWithConfigure = (*resendInvitationAction)(nil)

type resendInvitationAction struct{ configuredAction }

func newResendInvitationAction() action.Action { return &resendInvitationAction{} }

type resendInvitationModel struct {
	Email            emailValue    `tfsdk:"email"`
	UnlessSentWithin durationValue `tfsdk:"unless_sent_within"`
}

// defaultUnlessSentWithin lets a run be repeated after a failure without a second mail.
const defaultUnlessSentWithin = 10 * time.Minute

func (*resendInvitationAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_resend_invitation"
}

func (*resendInvitationAction) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Sends the invitation of a person again, pending or expired. JMap Cloud cannot repeat a mail. The action withdraws the invitation, whose link then no longer works, and sends another with the same role and language, valid for seven days. " +
			"For a person who has accepted it does nothing.\n\n" +
			"It may be repeated: an invitation that went out within `unless_sent_within` is not sent again. A `jmapcloud_member` or `jmapcloud_invitation` of the same person finds the new invitation at the next refresh, and its plan is empty.",
		Attributes: map[string]schema.Attribute{
			"email": schema.StringAttribute{
				MarkdownDescription: "Email of the invited person; case does not matter.",
				CustomType:          emailType{},
				Required:            true,
			},
			"unless_sent_within": schema.StringAttribute{
				MarkdownDescription: "How old a pending invitation must be to be sent again, as a duration such as `24h`. `0s` always sends; `168h` sends expired invitations only. Default: `10m`.",
				CustomType:          durationType{},
				Optional:            true,
				Validators:          []validator.String{notNegative{}},
			},
		},
	}
}

func (a *resendInvitationAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var m resendInvitationModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}

	say := progress(resp)
	found, err := a.directory.Membership(ctx, "", m.Email.address(), directory.Fresh)
	if err == nil && found.IsAbsent() {
		err = directory.NotOneError{Message: "no person invited to the organization, and no member of it, has the email " + client.Printable(m.Email.address())}
	}
	if err != nil {
		addError(&resp.Diagnostics, "resend the invitation to "+m.Email.address(), err)
		return
	}
	if why := m.spares(found, a.directory.Now()); why != "" {
		say("%s: nothing is sent.", why)
		return
	}

	say("Withdrawing the invitation to %s that was sent at %s.", found.Invitation.Email, found.Invitation.CreatedAt)
	now, err := a.directory.Repeat(ctx, *found.Invitation)
	switch {
	case err != nil:
		addError(&resp.Diagnostics, "resend the invitation to "+m.Email.address(), err,
			fmt.Sprintf("The earlier invitation, as %s in %q, may have been withdrawn already. If it has been, apply the jmapcloud_member or jmapcloud_invitation of the person, or invite them in the portal.", found.Invitation.Role(), found.Invitation.Language))
	case now.Member != nil:
		say("%s has accepted meanwhile: nothing is sent.", now.Member.Email)
	default:
		say("Sent an invitation to %s as %s, in %q, good until %s.", now.Invitation.Email, now.Invitation.Role(), now.Invitation.Language, now.Invitation.ExpiresAt)
	}
}

// spares says why nothing is to be sent to the person, or nothing.
func (m *resendInvitationModel) spares(found directory.Membership, now time.Time) string {
	if found.Member != nil {
		return found.Member.Email + " has accepted and is a member"
	}
	grace := defaultUnlessSentWithin
	if !m.UnlessSentWithin.IsNull() {
		grace = duration(m.UnlessSentWithin)
	}
	i := found.Invitation
	if sent := now.Sub(i.CreatedAt.Time); !i.IsExpired(now) && !i.CreatedAt.IsZero() && sent < grace {
		return fmt.Sprintf("The invitation to %s went out %s ago", i.Email, roughly(sent))
	}
	return ""
}
