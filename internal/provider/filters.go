package provider

import (
	"net/mail"
	"time"

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

// wroteBy compares with an audit field: "Full Name <email>" for a person, an email alone for an API key.
func wroteBy(filter emailValue, author string) bool {
	if filter.IsNull() {
		return true
	}
	if parsed, err := mail.ParseAddress(author); err == nil {
		author = parsed.Address
	}
	return filter.is(author)
}

// isBefore is false for what never expires.
func isBefore(t client.Time, filter timetypes.RFC3339) bool {
	limit, given := moment(filter)
	return !given || !t.IsZero() && t.Before(limit)
}

func isExpired(t client.Time, now time.Time) bool { return !t.IsZero() && !now.Before(t.Time) }
