package provider

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"strconv"
	"strings"

	"github.com/hashicorp/go-version"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/directory"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/ownership"
)

// The environment variables that stand in for what the provider block leaves out.
const (
	endpointVariable     = "JMAPCLOUD_ENDPOINT"
	organizationVariable = "JMAPCLOUD_ORGANIZATION_ID"
	usernameVariable     = "JMAPCLOUD_USERNAME"
	passwordVariable     = "JMAPCLOUD_PASSWORD"
	rehearseVariable     = "JMAPCLOUD_REHEARSE_DELETIONS"
	accessTokenVariable  = "JMAPCLOUD_ACCESS_TOKEN"
	successorVariable    = "JMAPCLOUD_TRANSFER_OWNERSHIP_TO"
)

type providerModel struct {
	Endpoint               types.String `tfsdk:"endpoint"`
	OrganizationID         types.String `tfsdk:"organization_id"`
	AllowedOrganizationIDs types.List   `tfsdk:"allowed_organization_ids"`
	Username               types.String `tfsdk:"username"`
	Password               types.String `tfsdk:"password"`
	AccessToken            types.String `tfsdk:"access_token"`
	TransferOwnershipTo    emailValue   `tfsdk:"transfer_ownership_to"`
	RehearseDeletions      types.Bool   `tfsdk:"rehearse_deletions"`
	BulkRead               types.Bool   `tfsdk:"bulk_read"`
}

func (*jmapcloudProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Manages the people and API keys of a JMap Cloud organization. The provider signs in as an Administrator of " +
			"the organization at the first call it makes, and signs out when Terraform ends.",
		Attributes: map[string]schema.Attribute{
			"endpoint": schema.StringAttribute{
				MarkdownDescription: "Base URL of the JMap Cloud API. Plain `http` is accepted for this machine only. " +
					"Environment: `" + endpointVariable + "`. Default: `" + client.DefaultEndpoint + "`.",
				Optional:   true,
				Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"organization_id": schema.StringAttribute{
				MarkdownDescription: "Id of the organization to manage. Needed if the account belongs to several. " +
					"Environment: `" + organizationVariable + "`. Default: the only organization of the account.",
				Optional:   true,
				Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"allowed_organization_ids": schema.ListAttribute{
				MarkdownDescription: "Ids of the organizations that this configuration may touch. With any other, the provider refuses to run. " +
					"It guards against the credentials of the wrong organization. Default: any organization.",
				ElementType: types.StringType,
				Optional:    true,
				Validators:  []validator.List{listvalidator.SizeAtLeast(1), noNulls{"allowed_organization_ids"}, listvalidator.ValueStringsAre(stringvalidator.LengthAtLeast(1))},
			},
			"username": schema.StringAttribute{
				MarkdownDescription: "Email of the account to sign in with. It must be an Administrator (`ORG_ADMIN`) of the organization. " +
					"Environment: `" + usernameVariable + "`.",
				Optional: true,
			},
			"password": schema.StringAttribute{
				MarkdownDescription: "Password of the account. Better left out of the configuration and set in the environment: `" + passwordVariable + "`.",
				Optional:            true,
				Sensitive:           true,
			},
			"access_token": schema.StringAttribute{
				MarkdownDescription: "Access token of an Administrator's session, instead of `username` and `password`: for accounts that use " +
					"single sign-on. The provider neither renews nor revokes it. Environment: `" + accessTokenVariable + "`.",
				Optional:  true,
				Sensitive: true,
			},
			"transfer_ownership_to": schema.StringAttribute{
				MarkdownDescription: "Email of the member who receives what a deleted member or API key owned, where the resource names no successor itself. " +
					"It applies although the resource's block is removed. The member must be active, and an `ORG_EDITOR` or `ORG_ADMIN`. " +
					"Environment: `" + successorVariable + "`.",
				CustomType: emailType{},
				Optional:   true,
			},
			"rehearse_deletions": schema.BoolAttribute{
				MarkdownDescription: "Whether an apply may try a deletion on things of its own, where that decides whether a member or an API key is deleted: it creates two API keys and up to three projects, deletes the keys, looks who owns the projects then, and deletes those too. " +
					"It happens at most once in a run, and never in a plan. With `false`, a deletion that would need it is refused. " +
					"Environment: `" + rehearseVariable + "`. Default: `true`.",
				Optional: true,
			},
			"bulk_read": schema.BoolAttribute{
				MarkdownDescription: "Whether a refresh reads members, API keys and invitations from their lists, in three calls however many there are, instead of each by a call of its own. Default: `true`.",
				Optional:            true,
			},
		},
	}
}

// Configure prepares a client and calls nothing: the session opens when something needs it.
func (p *jmapcloudProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var m providerModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}

	from := m.applyEnvironment(os.Getenv)
	m.checkRehearsal(os.Getenv, &resp.Diagnostics)
	var c *client.Client
	if unknown := m.unknown(); len(unknown) > 0 {
		c = client.Unavailable(fmt.Sprintf("the provider's %s will be known only after apply", strings.Join(unknown, ", ")))
	} else {
		c = p.connect(ctx, m, req.TerraformVersion, &resp.Diagnostics)
	}
	if resp.Diagnostics.HasError() {
		return
	}

	d := directory.New(c, directory.Options{OneByOne: !m.BulkRead.IsNull() && !m.BulkRead.ValueBool()})
	o := ownership.New(c, d, ownership.Config{Rehearse: m.RehearseDeletions.IsNull() || m.RehearseDeletions.ValueBool(), Wait: p.factory.Wait})
	run := newRun(c, d, o, m.TransferOwnershipTo, from)
	run.terraform, _ = version.NewVersion(req.TerraformVersion)
	run.people.twice = run.terraform != nil && run.terraform.Core().GreaterThanOrEqual(withMinimalRefresh)
	p.factory.add(run)
	resp.ResourceData, resp.DataSourceData, resp.EphemeralResourceData = run, run, run
	resp.ListResourceData, resp.ActionData = run, run
}

// withMinimalRefresh is the first version of Terraform that may plan an object before it refreshes it.
var withMinimalRefresh = version.Must(version.NewVersion("1.17.0"))

// applyEnvironment fills what the block leaves out, and tells where the successor is named. An empty variable counts as none.
func (m *providerModel) applyEnvironment(getenv func(string) string) (from successorSource) {
	for variable, value := range map[string]*types.String{
		endpointVariable:     &m.Endpoint,
		organizationVariable: &m.OrganizationID,
	} {
		if set := getenv(variable); value.IsNull() && set != "" {
			*value = types.StringValue(set)
		}
	}
	// Credentials come from one place: a block that names some is not mixed with those of the environment.
	if m.AccessToken.IsNull() && m.Username.IsNull() && m.Password.IsNull() {
		if set := getenv(accessTokenVariable); set != "" {
			m.AccessToken = types.StringValue(set)
		}
	}
	if m.AccessToken.IsNull() {
		for variable, value := range map[string]*types.String{usernameVariable: &m.Username, passwordVariable: &m.Password} {
			if set := getenv(variable); value.IsNull() && set != "" {
				*value = types.StringValue(set)
			}
		}
	}
	if !m.TransferOwnershipTo.IsNull() {
		return fromBlock
	}
	if set := getenv(successorVariable); set != "" {
		m.TransferOwnershipTo = newEmail(set)
		return fromEnvironment
	}
	return fromNowhere
}

// checkRehearsal fills in rehearse_deletions from the environment.
func (m *providerModel) checkRehearsal(getenv func(string) string, diags *diag.Diagnostics) {
	set := getenv(rehearseVariable)
	if !m.RehearseDeletions.IsNull() || set == "" {
		return
	}
	may, err := strconv.ParseBool(set)
	if err != nil {
		diags.AddAttributeError(path.Root("rehearse_deletions"), "Invalid "+rehearseVariable,
			fmt.Sprintf("%q is neither true nor false. Correct %s in the environment.", client.Printable(set), rehearseVariable))
		return
	}
	m.RehearseDeletions = types.BoolValue(may)
}

// unknown names the arguments without which no call can be made and that other resources have yet to give.
func (m *providerModel) unknown() []string {
	var names []string
	for _, argument := range []struct {
		name    string
		unknown bool
	}{
		{"endpoint", m.Endpoint.IsUnknown()},
		{"organization_id", m.OrganizationID.IsUnknown()},
		{"allowed_organization_ids", !isWhollyKnown(m.AllowedOrganizationIDs)},
		{"username", m.Username.IsUnknown()},
		{"password", m.Password.IsUnknown()},
		{"access_token", m.AccessToken.IsUnknown()},
	} {
		if argument.unknown {
			names = append(names, argument.name)
		}
	}
	return names
}

func isWhollyKnown(list types.List) bool {
	if list.IsUnknown() {
		return false
	}
	for _, element := range list.Elements() {
		if element.IsUnknown() {
			return false
		}
	}
	return true
}

// connect makes the client. What is wrong with the configuration is shown at its argument.
func (p *jmapcloudProvider) connect(ctx context.Context, m providerModel, terraformVersion string, diags *diag.Diagnostics) *client.Client {
	m.checkCredentials(diags)
	m.checkSuccessor(diags)
	var allowed []string
	diags.Append(m.AllowedOrganizationIDs.ElementsAs(ctx, &allowed, false)...)
	if diags.HasError() {
		return nil
	}
	c, err := client.New(client.Config{
		Endpoint:               m.Endpoint.ValueString(),
		OrganizationID:         m.OrganizationID.ValueString(),
		AllowedOrganizationIDs: allowed,
		Username:               m.Username.ValueString(),
		Password:               m.Password.ValueString(),
		AccessToken:            strings.TrimSpace(m.AccessToken.ValueString()), // a file often ends in a line break
		UserAgent:              userAgent(p.factory.Version, terraformVersion),
		Log:                    slog.New(logHandler{}),
		Transport:              p.factory.Transport,
		RetryWait:              p.factory.RetryWait,
	})
	if err != nil {
		diags.AddAttributeError(path.Root("endpoint"), "Unusable endpoint",
			sentence(err.Error())+" Correct endpoint in the provider block, or "+endpointVariable+" in the environment.")
		return nil
	}
	return c
}

func userAgent(version, terraformVersion string) string {
	agent := "terraform-provider-jmapcloud/" + version
	if terraformVersion != "" {
		agent += " Terraform/" + terraformVersion
	}
	return agent
}

func (m *providerModel) checkCredentials(diags *diag.Diagnostics) {
	hasToken := m.AccessToken.ValueString() != ""
	hasUsername, hasPassword := m.Username.ValueString() != "", m.Password.ValueString() != ""
	switch {
	case hasToken && (hasUsername || hasPassword):
		diags.AddAttributeError(path.Root("access_token"), "Two ways to sign in",
			"An access token replaces username and password. Remove one or the other.")
	case hasToken || hasUsername && hasPassword:
	case hasUsername:
		diags.AddAttributeError(path.Root("password"), "Missing password",
			"There is a username but no password. Set "+passwordVariable+" in the environment, or password in the provider block.")
	case hasPassword:
		diags.AddAttributeError(path.Root("username"), "Missing username",
			"There is a password but no username. Set "+usernameVariable+" in the environment, or username in the provider block. It is the account's email.")
	default:
		diags.AddError("Missing credentials",
			"The provider does not know which account to sign in with. Set "+usernameVariable+" and "+passwordVariable+
				" in the environment to those of an Administrator of the organization. For an account with single sign-on, set "+accessTokenVariable+" instead.")
	}
}

// checkSuccessor covers the environment; what stands in the block was validated with it.
func (m *providerModel) checkSuccessor(diags *diag.Diagnostics) {
	if problem := emailProblem(m.TransferOwnershipTo.ValueString()); !m.TransferOwnershipTo.IsNull() && !m.TransferOwnershipTo.IsUnknown() && problem != "" {
		diags.AddAttributeError(path.Root("transfer_ownership_to"), "Invalid email address",
			fmt.Sprintf("%q %s Correct %s.", client.Printable(m.TransferOwnershipTo.ValueString()), problem, successorVariable))
	}
}
