package provider

import (
	"strings"
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

// wroteBy compares with an audit field: "Full Name <email>" for a person, an email alone for an API key. The name is as
// the person wrote it, with commas and brackets and all, so this is no address of a mail.
func wroteBy(filter emailValue, author string) bool {
	if filter.IsNull() {
		return true
	}
	if start := strings.LastIndexByte(author, '<'); start >= 0 && strings.HasSuffix(author, ">") {
		author = author[start+1 : len(author)-1]
	}
	return filter.is(author)
}

// isBefore is false for what never expires.
func isBefore(t client.Time, filter timetypes.RFC3339) bool {
	limit, given := moment(filter)
	return !given || !t.IsZero() && t.Before(limit)
}

func isExpired(t client.Time, now time.Time) bool { return !t.IsZero() && !now.Before(t.Time) }
