package provider

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// Keys of private state. What is written there is JSON, travels from a plan to its apply and on to later runs, and is no
// secret: Terraform keeps it readable in the state.
const (
	organizationKey = "organization"  // a belonging, of every object but an organization
	formerKey       = "former_emails" // the emails that a member had before, normalized
	objectKey       = "object"        // the name of a member's or an invitation's object, for as long as it is in the state
	sharedKey       = "shared"        // true, while another object of the state has the same person
	plannedKey      = "planned"       // a plannedPerson, of a member or an invitation, until it is applied
	acceptedRoleKey = "accepted_role" // the role with which a person accepted before their invitation could be replaced
	vanishedKey     = "vanished"      // the id of an invitation that was pending when it was last seen, and is not there after its end
	lostKeyKey      = "lost_key"      // a directory.LostKey, of an API key
	goneKey         = "gone"          // the id of an API key that was deleted outside Terraform while the previous key still works
	importedKey     = "imported"      // the id of an API key, while nothing has been applied to it since the import
	refreshedAtKey  = "refreshed_at"  // when an API key was refreshed, until it is changed
	ephemeralKeyKey = "ephemeral_key" // an ephemeralKey, until it is closed
	takenKey        = "taken"         // a takenSecret, until jmapcloud_api_key_secret is closed
)

// privateReader and privateWriter are the private state that the framework gives.
type privateReader interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

type privateWriter interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

func writePrivate(ctx context.Context, private privateWriter, key string, value any, diags *diag.Diagnostics) {
	encoded, err := json.Marshal(value)
	if err != nil {
		diags.AddError("Unable to write private state", err.Error()+". This is a bug in the provider: please report it.")
		return
	}
	diags.Append(private.SetKey(ctx, key, encoded)...)
}

// readPrivate decodes what is written under key into value, and reports whether there is something of its form.
func readPrivate(ctx context.Context, private privateReader, key string, value any, diags *diag.Diagnostics) bool {
	written, err := decodePrivate(ctx, private, key, value, diags)
	return written && err == nil
}

// mustReadPrivate is readPrivate for what the provider cannot do without: another form is an error. Attempt says in words
// what it is read for.
func mustReadPrivate(ctx context.Context, private privateReader, key string, value any, attempt string, diags *diag.Diagnostics) bool {
	written, err := decodePrivate(ctx, private, key, value, diags)
	if err != nil {
		diags.AddError("Unable to read "+attempt, err.Error()+". This is a bug in the provider: please report it.")
	}
	return written && !diags.HasError()
}

func decodePrivate(ctx context.Context, private privateReader, key string, value any, diags *diag.Diagnostics) (written bool, err error) {
	encoded, found := private.GetKey(ctx, key)
	diags.Append(found...)
	if len(encoded) == 0 {
		return false, nil
	}
	return true, json.Unmarshal(encoded, value)
}

func clearPrivate(ctx context.Context, private privateWriter, diags *diag.Diagnostics, keys ...string) {
	for _, key := range keys {
		diags.Append(private.SetKey(ctx, key, nil)...)
	}
}

// isWritten reports whether the id that is written under key is this one.
func isWritten(ctx context.Context, private privateReader, key, id string, diags *diag.Diagnostics) bool {
	var written string
	return readPrivate(ctx, private, key, &written, diags) && written == id
}
