package provider

import (
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// How terraform query calls what it finds, in one line each.

func (m *memberModel) displayed(now time.Time) string {
	who := m.Email.ValueString()
	switch {
	case !m.isActive():
		who += fmt.Sprintf(" (invited, %s)", lifetime(m.InvitationExpiresAt, now))
	case m.Name.ValueString() == "":
		who += fmt.Sprintf(" (%s)", m.Role.ValueString())
	default:
		who += fmt.Sprintf(" (%s, %s)", m.Name.ValueString(), m.Role.ValueString())
	}
	return client.Printable(who)
}

func (m *invitationData) displayed(now time.Time) string {
	return client.Printable(fmt.Sprintf("%s (%s, %s)", m.Email.ValueString(), m.Role.ValueString(), lifetime(m.ExpiresAt, now)))
}

// displayed names the day, for a key may live for years.
func (m *apiKeyData) displayed(now time.Time) string {
	end := "never expires"
	if expires, ok := moment(m.ExpiresAt); ok {
		end = "expires "
		if hasPassed(m.ExpiresAt, now) {
			end = "expired "
		}
		end += expires.UTC().Format(time.DateOnly)
	}
	return client.Printable(fmt.Sprintf("%s (%s, %s)", m.Name.ValueString(), m.Role.ValueString(), end))
}

// lifetime says how far off the end of an invitation is.
func lifetime(end timetypes.RFC3339, now time.Time) string {
	expires, ok := moment(end)
	switch {
	case !ok:
		return "never expires"
	case now.Before(expires):
		return "expires in " + roughly(expires.Sub(now))
	default:
		return "expired " + roughly(now.Sub(expires)) + " ago"
	}
}

// roughly is a length of time in its largest whole unit; below two days in hours.
func roughly(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d >= 2*day:
		return plural(int(d/day), "day")
	case d >= time.Hour:
		return plural(int(d/time.Hour), "hour")
	case d >= time.Minute:
		return plural(int(d/time.Minute), "minute")
	default:
		return "less than a minute"
	}
}
