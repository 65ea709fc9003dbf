package provider

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/go-version"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/directory"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/ownership"
)

// lostHint says what becomes of a key that a lost answer may have left.
func lostHint(err error) []string {
	if !errors.As(err, new(directory.LostKeyError)) {
		return nil
	}
	return []string{"Terraform keeps track of it: the next apply looks for the key and deletes it before it makes another."}
}

// warnAmbiguous says that one of several keys was left by a lost answer.
func warnAmbiguous(lost directory.LostKey, candidates []client.APIKey, diags *diag.Diagnostics) {
	diags.AddWarning(fmt.Sprintf("An API key %q that nobody can use was left by a lost answer", client.Printable(lost.Title)), sentence(directory.Ambiguity(candidates)))
}

// warnKeyGone says why the plan creates a key again.
func warnKeyGone(m *apiKeyModel, diags *diag.Diagnostics) {
	if m.isStored() {
		warnGone(diags, ownerName(m.owner()))
		return
	}
	diags.AddWarning("Gone: "+ownerName(m.owner()),
		"It was deleted outside Terraform; or store_key is false, and its secret did not arrive in the run that made it: no jmapcloud_api_key_secret took it, or what took it failed. The provider deletes such a key at the end of that run, for its secret is lost. "+
			"While it is in the configuration, the plan creates it again and hands it over again.")
}

// writeOnlyVersion is the first version of Terraform, and of OpenTofu, with write-only arguments.
var writeOnlyVersion = version.Must(version.NewVersion("1.11.0"))

// refuseUnreachableSecret refuses a key whose secret nothing could receive.
func (r *apiKeyResource) refuseUnreachableSecret(diags *diag.Diagnostics) {
	if r.run.terraform != nil && r.run.terraform.Core().LessThan(writeOnlyVersion) {
		diags.AddAttributeError(path.Root("store_key"), "Nothing could receive the key",
			fmt.Sprintf("With store_key = false only ephemeral resources and write-only arguments can receive the key. Terraform and OpenTofu have both from version %s on, and this is %s. Upgrade, or leave store_key out and protect the state.", writeOnlyVersion, r.run.terraform))
	}
}

// warnKeyExpired says why a key is replaced that has expired.
func warnKeyExpired(state *apiKeyModel, diags *diag.Diagnostics) {
	diags.AddWarning(fmt.Sprintf("The API key %q has expired and is created again", client.Printable(state.Name.ValueString())),
		fmt.Sprintf("It stopped working at %s.", state.ExpiresAt.ValueString()))
}

// refuseExpired says that a key would have expired before it is created; context is a sentence's beginning, or empty.
func refuseExpired(m *apiKeyModel, now time.Time, context string, diags *diag.Diagnostics) {
	diags.AddAttributeError(path.Root("expires_at"), "An API key cannot expire in the past",
		fmt.Sprintf("%sexpires_at is %s, and at the cloud it is %s. Set a later time.", context, m.ExpiresAt.ValueString(), readable(now)))
}

// warnRotated says why a key is rotated, and the fate of the current one.
func warnRotated(state *apiKeyModel, why, fate string, diags *diag.Diagnostics) {
	diags.AddWarning(fmt.Sprintf("The API key %q is rotated", client.Printable(state.Name.ValueString())),
		fmt.Sprintf("Why: %s. Another key is made first. %s", why, fate))
}

func warnPreviousDeleted(state *apiKeyModel, previous ownership.Owner, why string, diags *diag.Diagnostics) {
	diags.AddWarning(fmt.Sprintf("The previous API key %q is deleted", client.Printable(state.Name.ValueString())),
		fmt.Sprintf("It is %s, and %s.", previous.ID, why))
}

// warnSameKey names the keys that are just like the one that the plan creates.
func warnSameKey(plan *apiKeyModel, ids []string, diags *diag.Diagnostics) {
	diags.AddWarning(fmt.Sprintf("There is an API key %q already", client.Printable(plan.Name.ValueString())),
		fmt.Sprintf("This account made it with the same role and expiry: %s. If it belongs to another configuration, all is well, and the plan makes one more. "+
			"If a run was killed while it made this key, its secret is lost: delete it in the portal, Organization > API Keys, or take it over with terraform import and replace it.", strings.Join(ids, ", ")))
}
