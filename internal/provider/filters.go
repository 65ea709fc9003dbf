package provider

import (
	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// A filter that is not given lets everything through.

func equals(filter types.String, value string) bool {
	return filter.IsNull() || filter.ValueString() == value
}

func sameEmail(filter emailValue, email string) bool {
	return filter.IsNull() || filter.is(email)
}

// createdBy compares with who made an object.
func createdBy(filter emailValue, a client.Audit) bool {
	return filter.IsNull() || a.WasCreatedBy(filter.ValueString())
}

// isBefore is false for what never expires.
func isBefore(t client.Time, filter timetypes.RFC3339) bool {
	limit, given := moment(filter)
	return !given || !t.IsZero() && t.Before(limit)
}
