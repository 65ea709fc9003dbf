package provider

import (
	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// organizationData is what the cloud tells of an organization.
type organizationData struct {
	ID        types.String      `tfsdk:"id"`
	Name      types.String      `tfsdk:"name"`
	Active    types.Bool        `tfsdk:"active"`
	CreatedAt timetypes.RFC3339 `tfsdk:"created_at"`
	CreatedBy types.String      `tfsdk:"created_by"`
}

func (m *organizationData) fromAPI(o client.Organization) {
	m.ID = types.StringValue(o.ID)
	m.Name = told(o.Name, m.Name)
	m.Active = types.BoolValue(o.Active)
	m.CreatedAt = timeValue(o.CreatedAt)
	m.CreatedBy = textValue(o.CreatedBy)
}

type organizationModel struct {
	organizationData
	DeletionProtection types.Bool `tfsdk:"deletion_protection"`
}

// organizationAsFound is an organization that Terraform did not make. It is protected, as one that it made.
func organizationAsFound() organizationModel {
	return organizationModel{DeletionProtection: types.BoolValue(true)}
}

// textValue is a text of the cloud, null where it gave none.
func textValue(text string) types.String {
	if text == "" {
		return types.StringNull()
	}
	return types.StringValue(text)
}
