package client

import (
	"encoding/json"
	"fmt"
	"time"
)

// layouts are the forms of a date that K2's clients meet: on entities, on tokens, and a bare day.
// RFC3339Nano reads with and without a fraction.
var layouts = []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999Z0700", time.DateOnly}

// Time is a moment as the API writes it. Zero means that the API gave none.
type Time struct{ time.Time }

// HasPassed reports whether there is such a moment, and it is not after now. What has none never ends.
func (t Time) HasPassed(now time.Time) bool { return !t.IsZero() && !now.Before(t.Time) }

// MarshalJSON writes the form that entities have: UTC, whole seconds.
func (t Time) MarshalJSON() ([]byte, error) { return json.Marshal(t.String()) }

// String is the moment in RFC 3339, UTC, whole seconds; empty when there is none.
func (t Time) String() string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05Z")
}

// UnmarshalJSON reads any form of a date that the API is known to use, and null as none.
func (t *Time) UnmarshalJSON(b []byte) error {
	var text *string
	if err := json.Unmarshal(b, &text); err != nil {
		return err
	}
	if text == nil || *text == "" {
		*t = Time{}
		return nil
	}
	for _, layout := range layouts {
		parsed, err := time.Parse(layout, *text)
		if parsed = parsed.UTC(); err == nil && parsed.Year() >= 0 && parsed.Year() <= 9999 { // or it could not be written again
			t.Time = parsed
			return nil
		}
	}
	return fmt.Errorf("a date in none of the API's forms")
}
