package provider

import (
	"context"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

var _ datasource.DataSourceWithConfigure = (*accessReportDataSource)(nil)

type accessReportDataSource struct{ dataSourceWithCloud }

func newAccessReportDataSource() datasource.DataSource { return &accessReportDataSource{} }

type accessReportModel struct {
	ExpectedEmails       []emailValue         `tfsdk:"expected_emails"`
	ExpectedAPIKeyIDs    []types.String       `tfsdk:"expected_api_key_ids"`
	InvitationsOlderThan timetypes.GoDuration `tfsdk:"invitations_older_than"`
	APIKeysExpiringIn    timetypes.GoDuration `tfsdk:"api_keys_expiring_within"`
	CheckOwners          types.Bool           `tfsdk:"check_owners"`

	UnexpectedMembers     []memberData     `tfsdk:"unexpected_members"`
	UnexpectedInvitations []invitationData `tfsdk:"unexpected_invitations"`
	UnexpectedAPIKeys     []apiKeyData     `tfsdk:"unexpected_api_keys"`
	StaleInvitations      []invitationData `tfsdk:"stale_invitations"`
	ExpiringAPIKeys       []apiKeyData     `tfsdk:"expiring_api_keys"`
	Administrators        []memberData     `tfsdk:"administrators"`
	AbsentOwners          []types.String   `tfsdk:"absent_owners"`
}

func (*accessReportDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_access_report"
}

func (*accessReportDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	list := func(description string, attributes map[string]schema.Attribute) schema.Attribute {
		return schema.ListNestedAttribute{
			MarkdownDescription: description,
			Computed:            true,
			NestedObject:        schema.NestedAttributeObject{Attributes: attributes},
		}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Who has access to the organization that should not, or not for long. It is made for `check` blocks, which warn without stopping a run (Terraform 1.5 and later).",
		Attributes: map[string]schema.Attribute{
			"expected_emails": schema.SetAttribute{
				MarkdownDescription: "Emails of those who should be members or invited; case does not matter. Default: nobody is unexpected.",
				ElementType:         emailType{},
				Optional:            true,
			},
			"expected_api_key_ids": schema.SetAttribute{
				MarkdownDescription: "Ids of the API keys that should exist. Default: none is unexpected.",
				ElementType:         types.StringType,
				Optional:            true,
			},
			"invitations_older_than": schema.StringAttribute{
				MarkdownDescription: "How old an invitation that nobody accepted must be to count as stale, as a duration such as `72h`. Default: only expired invitations are stale.",
				CustomType:          timetypes.GoDurationType{},
				Optional:            true,
			},
			"api_keys_expiring_within": schema.StringAttribute{
				MarkdownDescription: "How long before its end an API key counts as expiring, as a duration such as `336h`. Expired keys always count. Default: `0s`.",
				CustomType:          timetypes.GoDurationType{},
				Optional:            true,
			},
			"check_owners": schema.BoolAttribute{
				MarkdownDescription: "Whether to look for owners who are no longer there. It makes one call for each project and data source of the organization, ten at once. Default: `false`.",
				Optional:            true,
			},
			"unexpected_members":     list("Members whose email is not in `expected_emails`.", memberAttributes()),
			"unexpected_invitations": list("Invitations, pending or expired, to an email that is not in `expected_emails`.", invitationAttributes()),
			"unexpected_api_keys":    list("API keys whose id is not in `expected_api_key_ids`.", apiKeyAttributes()),
			"stale_invitations":      list("Invitations that nobody accepted and that are expired or older than `invitations_older_than`.", invitationAttributes()),
			"expiring_api_keys":      list("API keys that have expired, or will within `api_keys_expiring_within`.", apiKeyAttributes()),
			"administrators":         list("Members who are `ORG_ADMIN`.", memberAttributes()),
			"absent_owners": schema.ListAttribute{
				MarkdownDescription: "Emails that own a project or a data source and belong to no member and no API key. Empty unless `check_owners` is `true`.",
				ElementType:         types.StringType,
				Computed:            true,
			},
		},
	}
}

func (d *accessReportDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m accessReportModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}

	seen, err := d.inspect(ctx, m.CheckOwners.ValueBool())
	if err != nil {
		addError(&resp.Diagnostics, "report who has access", err)
		return
	}

	m.fromAPI(seen, d.client.Now())
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

// inspection is all that a report is made from.
type inspection struct {
	members     []client.Member
	keys        []client.APIKey
	invitations []client.Invitation
	resources   []client.Resource
}

func (c *cloud) inspect(ctx context.Context, withOwners bool) (seen inspection, err error) {
	if seen.members, err = c.members.get(ctx); err != nil {
		return seen, err
	}
	if seen.keys, err = c.keys.get(ctx); err != nil {
		return seen, err
	}
	if seen.invitations, err = c.invitations.get(ctx); err != nil || !withOwners {
		return seen, err
	}
	seen.resources, err = c.resources.get(ctx)
	return seen, err
}

func (m *accessReportModel) fromAPI(seen inspection, now time.Time) {
	m.UnexpectedMembers, m.Administrators = []memberData{}, []memberData{}
	for _, a := range seen.members {
		var data memberData
		data.fromAPI(a)
		if !m.expects(a.Email) {
			m.UnexpectedMembers = append(m.UnexpectedMembers, data)
		}
		if a.Role() == client.RoleAdmin {
			m.Administrators = append(m.Administrators, data)
		}
	}
	m.UnexpectedInvitations, m.StaleInvitations = []invitationData{}, []invitationData{}
	for _, i := range seen.invitations {
		var data invitationData
		data.fromAPI(i, now)
		if !m.expects(i.Email) {
			m.UnexpectedInvitations = append(m.UnexpectedInvitations, data)
		}
		if m.isStale(i, now) {
			m.StaleInvitations = append(m.StaleInvitations, data)
		}
	}
	m.UnexpectedAPIKeys, m.ExpiringAPIKeys = []apiKeyData{}, []apiKeyData{}
	for _, k := range seen.keys {
		var data apiKeyData
		data.fromAPI(k)
		if m.ExpectedAPIKeyIDs != nil && !slices.Contains(m.ExpectedAPIKeyIDs, data.ID) {
			m.UnexpectedAPIKeys = append(m.UnexpectedAPIKeys, data)
		}
		if isExpired(k.ExpiresAt, now.Add(duration(m.APIKeysExpiringIn))) {
			m.ExpiringAPIKeys = append(m.ExpiringAPIKeys, data)
		}
	}
	m.AbsentOwners = []types.String{}
	for _, email := range seen.absentOwners() {
		m.AbsentOwners = append(m.AbsentOwners, types.StringValue(email))
	}
}

// expects reports whether the email is in the list, or there is no list.
func (m *accessReportModel) expects(email string) bool {
	return m.ExpectedEmails == nil || slices.ContainsFunc(m.ExpectedEmails, func(e emailValue) bool { return e.is(email) })
}

func (m *accessReportModel) isStale(i client.Invitation, now time.Time) bool {
	limit := duration(m.InvitationsOlderThan)
	return i.IsExpired(now) || limit > 0 && now.Sub(i.CreatedAt.Time) > limit
}

// absentOwners are the owners whom nobody in the organization is, sorted.
func (seen inspection) absentOwners() []string {
	present := map[string]bool{}
	for _, m := range seen.members {
		present[client.NormalizeEmail(m.Email)] = true
	}
	for _, k := range seen.keys {
		present[client.NormalizeEmail(k.Email)] = true
	}
	var absent []string
	for _, r := range seen.resources {
		for _, email := range r.Owners {
			if !present[client.NormalizeEmail(email)] && !slices.Contains(absent, email) {
				absent = append(absent, email)
			}
		}
	}
	slices.Sort(absent)
	return absent
}

// duration is zero where v is null.
func duration(v timetypes.GoDuration) time.Duration {
	d, _ := v.ValueGoDuration()
	return d
}
