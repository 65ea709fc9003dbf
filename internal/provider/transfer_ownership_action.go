package provider

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/directory"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/ownership"
)

var (
	_ action.ActionWithConfigure      = (*transferOwnershipAction)(nil)
	_ action.ActionWithValidateConfig = (*transferOwnershipAction)(nil)
)

type transferOwnershipAction struct{ configuredAction }

func newTransferOwnershipAction() action.Action { return &transferOwnershipAction{} }

type transferOwnershipModel struct {
	From   emailValue `tfsdk:"from"`
	To     emailValue `tfsdk:"to"`
	DryRun types.Bool `tfsdk:"dry_run"`
}

func (*transferOwnershipAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_transfer_ownership"
}

func (*transferOwnershipAction) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Makes one member an owner of every project and data source that another member or an API key owns. It skips what they own already, so that you can repeat it.\n\n" +
			"The former owner remains an owner. A `jmapcloud_member` or `jmapcloud_api_key` transfers by itself what it owns when it is destroyed, to the successor in `transfer_ownership_to`.",
		Attributes: map[string]schema.Attribute{
			"from": schema.StringAttribute{
				MarkdownDescription: "Email of the member or of the API key (its attribute `email`) that owns the projects and data sources; case does not matter.",
				CustomType:          emailType{},
				Required:            true,
			},
			"to": schema.StringAttribute{
				MarkdownDescription: "Email of the member who becomes an owner of them. They must be an active member, `ORG_EDITOR` or `ORG_ADMIN`.",
				CustomType:          emailType{},
				Required:            true,
			},
			"dry_run": schema.BoolAttribute{
				MarkdownDescription: "Whether only to report what would be transferred, and change nothing. Default: `false`.",
				Optional:            true,
			},
		},
	}
}

func (*transferOwnershipAction) ValidateConfig(ctx context.Context, req action.ValidateConfigRequest, resp *action.ValidateConfigResponse) {
	var m transferOwnershipModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if !resp.Diagnostics.HasError() && !m.From.IsUnknown() && m.To.is(m.From.ValueString()) {
		resp.Diagnostics.AddAttributeError(path.Root("to"), "Nothing to hand over",
			"from and to are the same person. Name another member in to.")
	}
}

func (a *transferOwnershipAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var m transferOwnershipModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}

	attempt := fmt.Sprintf("hand what %s owns to %s", m.From.address(), m.To.address())
	from := ownership.Owner{Kind: client.MemberOwner, Email: m.From.address(), Name: m.From.address()}
	to, why, err := a.run.ownership.Qualify(ctx, from, m.To.address())
	if err != nil {
		addError(&resp.Diagnostics, attempt, err)
		return
	}
	if why != ownership.Fits {
		resp.Diagnostics.AddAttributeError(path.Root("to"), fmt.Sprintf("%s cannot own what %s owns", client.Printable(m.To.address()), client.Printable(m.From.address())),
			a.misfitSentence(ctx, m.To, why, to)+" Name another member in to. Nothing was changed.")
		return
	}
	resources, err := a.run.resources(ctx)
	if err != nil {
		addError(&resp.Diagnostics, attempt, err)
		return
	}
	owned := slices.DeleteFunc(resources, func(r client.Resource) bool { return !r.IsOwnedBy(m.From.address()) })
	if len(owned) == 0 {
		a.warnStranger(ctx, m.From, &resp.Diagnostics)
	}
	a.handOver(ctx, m, to, owned, attempt, resp)
}

// misfitSentence says why a member may not own anything, or that the email is that of an API key.
func (a *transferOwnershipAction) misfitSentence(ctx context.Context, email emailValue, why ownership.Misfit, found client.Member) string {
	if keys, err := a.directory.APIKeys(ctx, directory.Current); err == nil {
		if i := slices.IndexFunc(keys, func(k client.APIKey) bool { return email.is(k.Email) }); i >= 0 {
			return fmt.Sprintf("It is the address of the API key %q, and only a member can become an owner.", client.Printable(keys[i].Title))
		}
	}
	return misfitSentence(why, found)
}

// warnStranger says of an owner of nothing that there is no such person or key: the email may be misspelt. It is no
// error, for the action may be repeated after they were deleted.
func (a *transferOwnershipAction) warnStranger(ctx context.Context, from emailValue, diags *diag.Diagnostics) {
	members, err := a.directory.Members(ctx, directory.Current)
	if err != nil {
		addError(diags, "list the members", err)
		return
	}
	keys, err := a.directory.APIKeys(ctx, directory.Current)
	if err != nil {
		addError(diags, "list the API keys", err)
		return
	}
	isKey := slices.ContainsFunc(keys, func(k client.APIKey) bool { return from.is(k.Email) })
	if !isKey && !slices.ContainsFunc(members, func(m client.Member) bool { return from.is(m.Email) }) {
		diags.AddAttributeWarning(path.Root("from"), client.Printable(from.address())+" is neither a member nor an API key of the organization",
			"They own nothing, and nothing is handed over. Check the spelling of from, unless they were deleted already.")
	}
}

// handOver makes to an owner of the holdings, and reports each step.
func (a *transferOwnershipAction) handOver(ctx context.Context, m transferOwnershipModel, to client.Member, owned []client.Resource, attempt string, resp *action.InvokeResponse) {
	say := progress(resp)
	var given, had []client.Resource
	for _, r := range owned {
		what := fmt.Sprintf("the %s %q", noun(r.Kind), label(r))
		switch {
		case r.IsOwnedBy(to.Email):
			had = append(had, r)
			continue
		case m.DryRun.ValueBool():
			say("Would make %s an owner of %s.", to.Email, what)
		default:
			gone, err := a.run.ownership.Give(ctx, to, r)
			if gone {
				say("Skipped %s, which was deleted meanwhile.", what)
				continue
			}
			if err != nil {
				addError(&resp.Diagnostics, attempt, err, fmt.Sprintf("It stopped at %s, after %d of %s. Run it again for the rest: what was handed over is not done twice.", what, len(given), plural(len(owned)-len(had), "resource")))
				return
			}
			say("Made %s an owner of %s.", to.Email, what)
		}
		given = append(given, r)
	}
	say("%s", m.summary(to, owned, given, had))
}

// summary says in the end what was done, or would be.
func (m *transferOwnershipModel) summary(to client.Member, owned []client.Resource, given, had []client.Resource) string {
	from := m.From.address()
	verb := "has become"
	if m.DryRun.ValueBool() {
		verb = "would become"
	}
	switch {
	case len(owned) == 0:
		return fmt.Sprintf("%s owns nothing: nothing is changed.", from)
	case len(given)+len(had) == 0:
		return fmt.Sprintf("Nothing that %s owned was left to hand over.", from)
	case len(given) == 0:
		return fmt.Sprintf("%s owns all that %s owns already: nothing is changed.", to.Email, from)
	case len(had) == 0:
		return fmt.Sprintf("%s %s an owner of %s. %s remains an owner, too.", to.Email, verb, counted(given), from)
	default:
		return fmt.Sprintf("%s %s an owner of %s, and owned %s already. %s remains an owner, too.", to.Email, verb, counted(given), counted(had), from)
	}
}
