package provider

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/directory"
)

var _ datasource.DataSourceWithConfigure = (*accessReportDataSource)(nil)

type accessReportDataSource struct{ configuredDataSource }

func newAccessReportDataSource() datasource.DataSource { return &accessReportDataSource{} }

type accessReportModel struct {
	ExpectedEmails       []emailValue   `tfsdk:"expected_emails"`
	ExpectedAPIKeyIDs    []types.String `tfsdk:"expected_api_key_ids"`
	InvitationsOlderThan durationValue  `tfsdk:"invitations_older_than"`
	APIKeysExpiringIn    durationValue  `tfsdk:"api_keys_expiring_within"`
	CheckOwners          types.Bool     `tfsdk:"check_owners"`

	UnexpectedMembers     []memberData     `tfsdk:"unexpected_members"`
	UnexpectedInvitations []invitationData `tfsdk:"unexpected_invitations"`
	UnexpectedAPIKeys     []apiKeyData     `tfsdk:"unexpected_api_keys"`
	StaleInvitations      []invitationData `tfsdk:"stale_invitations"`
	ExpiringAPIKeys       []apiKeyData     `tfsdk:"expiring_api_keys"`
	Administrators        []memberData     `tfsdk:"administrators"`
	Departed              []types.String   `tfsdk:"departed"`
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
		MarkdownDescription: "Members, invitations and API keys that are not expected in the organization, or not for long. It is meant for `check` blocks, which warn without stopping a run (Terraform 1.5, OpenTofu 1.6).",
		Attributes: map[string]schema.Attribute{
			// Lists, though their order means nothing: plugin-framework compares each element of a set with each other.
			"expected_emails": schema.ListAttribute{
				MarkdownDescription: "Emails of the persons who should be members or invited; case and order do not matter. Default: every email is expected.",
				ElementType:         emailType{},
				Optional:            true,
			},
			"expected_api_key_ids": schema.ListAttribute{
				MarkdownDescription: "Ids of the API keys that should exist; order does not matter. Default: every key is expected.",
				ElementType:         types.StringType,
				Optional:            true,
			},
			"invitations_older_than": schema.StringAttribute{
				MarkdownDescription: "Age from which a pending invitation is stale, as a duration such as `72h`. Default: only expired invitations are stale.",
				CustomType:          durationType{},
				Optional:            true,
				Validators:          []validator.String{notNegative{}},
			},
			"api_keys_expiring_within": schema.StringAttribute{
				MarkdownDescription: "How long before its expiry an API key is listed as expiring, as a duration such as `336h`. Expired keys are always listed. Default: `0s`.",
				CustomType:          durationType{},
				Optional:            true,
				Validators:          []validator.String{notNegative{}},
			},
			"check_owners": schema.BoolAttribute{
				MarkdownDescription: "Whether to look for owners who are neither a member nor an API key. It makes one call for each project and data source of the organization, ten at once. Default: `false`.",
				Optional:            true,
			},
			"unexpected_members":     list("Members whose email is not in `expected_emails`.", memberAttributes()),
			"unexpected_invitations": list("Invitations, pending or expired, to an email that is not in `expected_emails`.", invitationAttributes()),
			"unexpected_api_keys":    list("API keys whose id is not in `expected_api_key_ids`.", apiKeyAttributes()),
			"stale_invitations":      list("Invitations that are expired or older than `invitations_older_than`. One to a member, or with a later one to the same person, is not among them.", invitationAttributes()),
			"expiring_api_keys":      list("API keys that have expired, or will within `api_keys_expiring_within`.", apiKeyAttributes()),
			"administrators":         list("Members who are `ORG_ADMIN`.", memberAttributes()),
			"departed": schema.ListAttribute{
				MarkdownDescription: "Those of `expected_emails` who are neither members nor invited: they left, were removed, had their invitation withdrawn, or were never invited. A person with an expired invitation is not among them. Null where a list of the cloud is cut and cannot show it.",
				ElementType:         types.StringType,
				Computed:            true,
			},
			"absent_owners": schema.ListAttribute{
				MarkdownDescription: "Emails that own a project or a data source and belong to no member and no API key. Empty unless `check_owners` is `true`.",
				ElementType:         types.StringType,
				Computed:            true,
			},
		},
	}
}

func (d *accessReportDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	defer d.run.warnCutLists(&resp.Diagnostics)
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

	m.fromAPI(seen, d.directory.Now())
	if err := d.reportDeparted(ctx, &m); err != nil {
		addError(&resp.Diagnostics, "report who has departed", err)
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

// reportDeparted finds those who are expected and neither members nor invited. A list that is cut shows no departure: then it is null.
func (d *accessReportDataSource) reportDeparted(ctx context.Context, m *accessReportModel) error {
	m.Departed = []types.String{}
	for _, e := range m.ExpectedEmails {
		found, err := d.directory.Membership(ctx, "", e.address(), directory.Cached)
		if errors.As(err, new(directory.CutListError)) {
			m.Departed = nil
			return nil
		}
		if err != nil {
			return err
		}
		if found.IsAbsent() {
			m.Departed = append(m.Departed, types.StringValue(e.address()))
		}
	}
	slices.SortFunc(m.Departed, func(a, b types.String) int { return cmp.Compare(a.ValueString(), b.ValueString()) })
	return nil
}

// access is all that a report is made from.
type access struct {
	members     []client.Member
	keys        []client.APIKey
	invitations []client.Invitation
	latest      []client.Invitation // the latest to each person
	resources   []client.Resource
	isEphemeral func(keyID string) bool // a key that lives for this run only
}

func (d *accessReportDataSource) inspect(ctx context.Context, withOwners bool) (seen access, err error) {
	seen.isEphemeral = d.run.ephemeralKeys.has
	if seen.members, err = d.directory.Members(ctx, directory.Current); err != nil {
		return seen, err
	}
	if seen.keys, err = d.directory.APIKeys(ctx, directory.Current); err != nil {
		return seen, err
	}
	if seen.invitations, err = d.directory.Invitations(ctx, directory.Current); err != nil {
		return seen, err
	}
	if seen.latest, err = d.directory.LatestInvitations(ctx, directory.Current); err != nil || !withOwners {
		return seen, err
	}
	seen.resources, err = d.run.resources(ctx)
	return seen, err
}

func (m *accessReportModel) fromAPI(seen access, now time.Time) {
	m.membersFromAPI(seen)
	m.invitationsFromAPI(seen, now)
	m.apiKeysFromAPI(seen, now)
	m.AbsentOwners = []types.String{}
	for _, email := range seen.absentOwners() {
		m.AbsentOwners = append(m.AbsentOwners, types.StringValue(email))
	}
}

func (m *accessReportModel) membersFromAPI(seen access) {
	isExpected := m.expected()
	m.UnexpectedMembers, m.Administrators = []memberData{}, []memberData{}
	for _, a := range seen.members {
		var data memberData
		data.fromAPI(a)
		if !isExpected(a.Email) {
			m.UnexpectedMembers = append(m.UnexpectedMembers, data)
		}
		if a.Role() == client.RoleAdmin {
			m.Administrators = append(m.Administrators, data)
		}
	}
}

func (m *accessReportModel) invitationsFromAPI(seen access, now time.Time) {
	isExpected, isOvertaken := m.expected(), seen.overtaken()
	m.UnexpectedInvitations, m.StaleInvitations = []invitationData{}, []invitationData{}
	for _, i := range seen.invitations {
		var data invitationData
		data.fromAPI(i, now)
		if !isExpected(i.Email) {
			m.UnexpectedInvitations = append(m.UnexpectedInvitations, data)
		}
		if m.isStale(i, now) && !isOvertaken(i) {
			m.StaleInvitations = append(m.StaleInvitations, data)
		}
	}
}

func (m *accessReportModel) apiKeysFromAPI(seen access, now time.Time) {
	expected := map[types.String]bool{}
	for _, id := range m.ExpectedAPIKeyIDs {
		expected[id] = true
	}
	m.UnexpectedAPIKeys, m.ExpiringAPIKeys = []apiKeyData{}, []apiKeyData{}
	for _, k := range seen.keys {
		if seen.isEphemeral(k.ID) {
			continue
		}
		var data apiKeyData
		data.fromAPI(k)
		if m.ExpectedAPIKeyIDs != nil && !expected[data.ID] {
			m.UnexpectedAPIKeys = append(m.UnexpectedAPIKeys, data)
		}
		if k.ExpiresAt.HasPassed(now.Add(duration(m.APIKeysExpiringIn))) {
			m.ExpiringAPIKeys = append(m.ExpiringAPIKeys, data)
		}
	}
}

// expected returns whether an email is in the list; every one is where there is no list.
func (m *accessReportModel) expected() func(email string) bool {
	if m.ExpectedEmails == nil {
		return func(string) bool { return true }
	}
	expected := emails{}
	for _, e := range m.ExpectedEmails {
		expected.add(e.ValueString())
	}
	return expected.has
}

func (m *accessReportModel) isStale(i client.Invitation, now time.Time) bool {
	isOld := !m.InvitationsOlderThan.IsNull() && now.Sub(i.CreatedAt.Time) > duration(m.InvitationsOlderThan)
	return isOld || i.IsExpired(now)
}

// overtaken returns whether an invitation has done its work, or a later one does it: expired ones stay listed.
func (seen access) overtaken() func(client.Invitation) bool {
	latest, members := map[string]bool{}, emails{}
	for _, i := range seen.latest {
		latest[i.ID] = true
	}
	for _, m := range seen.members {
		members.add(m.Email)
	}
	return func(i client.Invitation) bool { return members.has(i.Email) || !latest[i.ID] }
}

// absentOwners are the owners who are neither a member nor a key of the organization, sorted.
func (seen access) absentOwners() []string {
	present := emails{}
	for _, m := range seen.members {
		present.add(m.Email)
	}
	for _, k := range seen.keys {
		present.add(k.Email)
	}
	var absent []string
	for _, r := range seen.resources {
		for _, email := range r.Owners {
			if !present.has(email) {
				present.add(email) // once is enough
				absent = append(absent, email)
			}
		}
	}
	slices.Sort(absent)
	return absent
}

// emails is a set in which case does not matter.
type emails map[string]bool

func (e emails) add(email string) { e[client.NormalizeEmail(email)] = true }

func (e emails) has(email string) bool { return e[client.NormalizeEmail(email)] }
