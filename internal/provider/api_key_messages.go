package provider

import (
	"cmp"
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
	var lost directory.LostKeyError
	switch {
	case !errors.As(err, &lost):
		return nil
	case lost.IsUnproven():
		return []string{"The next apply creates another key and leaves that one as it is. With lifetime instead of expires_at the provider can prove which key is its own, and deletes it by itself."}
	}
	return []string{"Terraform keeps track of it: the next apply looks for the key and deletes it before it makes another."}
}

// warnUnproven names the keys of which one may have been left by a lost answer.
func warnUnproven(lost directory.LostKey, candidates []client.APIKey, diags *diag.Diagnostics) {
	diags.AddWarning(fmt.Sprintf("A lost answer may have left a second API key %q", client.Printable(lost.Title)), sentence(directory.Doubt(candidates)))
}

// warnDoubtful names the keys that may have been created by a request that JMap Cloud refused.
func warnDoubtful(m *apiKeyModel, candidates []client.APIKey, diags *diag.Diagnostics) {
	diags.AddWarning(fmt.Sprintf("There may be a second API key %q", client.Printable(m.Name.ValueString())),
		"JMap Cloud refused to create the key, and took the same request a moment later. "+sentence(directory.Doubt(candidates)))
}

// warnKeyGone says why the plan creates a key again.
func warnKeyGone(m *apiKeyModel, diags *diag.Diagnostics) {
	if m.isStored() {
		warnGone(diags, ownerName(m.owner()))
		return
	}
	diags.AddWarning("Gone: "+ownerName(m.owner()),
		"It was deleted outside Terraform; or store_key is false, and its secret did not arrive in the run that made it: no jmapcloud_api_key_secret took it, or what took it failed. The provider deletes such a key at the end of that run, because its secret is lost. "+
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

// warnRotated says why a key is rotated, and what becomes of the current one.
func warnRotated(state, plan *apiKeyModel, d keyDecision, diags *diag.Diagnostics) {
	id := state.ID.ValueString()
	name, why := client.Printable(state.Name.ValueString()), fmt.Sprintf("Why: %s. The apply creates a new key first, ", state.because(*plan, d.reason))
	switch {
	case d.current == keyAbsent && d.previous == keyStays:
		diags.AddWarning(fmt.Sprintf("The API key %q will be created again", name),
			why+fmt.Sprintf("and the previous one (%s) still works until %s.", state.PreviousID.ValueString(), state.PreviousExpiresAt.ValueString()))
	case d.current == keyAbsent:
		diags.AddWarning(fmt.Sprintf("The API key %q will be created again", name), why+fmt.Sprintf("and there is nothing to delete, for the current one (%s) is gone.", id))
	default:
		diags.AddWarning(fmt.Sprintf("The API key %q will be rotated", name), why+map[keyFate]string{
			keyIsDeleted:       fmt.Sprintf("and then deletes the current one (%s).", id),
			keyBecomesPrevious: fmt.Sprintf("and keeps the current one (%s) for %s.", id, plan.KeepPreviousFor.ValueString()),
			keyIsOpen:          fmt.Sprintf("and keeps the current one (%s) for as long as keep_previous_for says, which is known after apply. Without it, the current key is deleted in the same run.", id),
		}[d.current])
	}
}

// warnMayRotate says what it hangs on whether a key is rotated.
func warnMayRotate(state *apiKeyModel, arguments []string, diags *diag.Diagnostics) {
	diags.AddWarning(fmt.Sprintf("The API key %q may be rotated", client.Printable(state.Name.ValueString())),
		fmt.Sprintf("That hangs on %s, known after apply. The apply decides, and says why. To see it in a plan, give values that do not depend on other resources, or apply those first with -target.", strings.Join(arguments, " and ")))
}

// warnDueSince says what has become due after the refresh by which a plan decides.
func warnDueSince(state, plan *apiKeyModel, refreshed time.Time, decided, by keyDecision, diags *diag.Diagnostics) {
	name := client.Printable(state.Name.ValueString())
	const next = "The plan is from %s, the time of the last refresh, and keeps to what was due then. The next run that refreshes, which is every run without -refresh=false and -minimal-refresh, continues from there."
	switch {
	case decided.rotates == certainlyNot && by.rotates == certainly:
		diags.AddWarning(fmt.Sprintf("The API key %q has become due for rotation since the last refresh", name),
			fmt.Sprintf("%s. "+next, sentenceOf(state.because(*plan, by.reason)), readable(refreshed)))
	case decided.rotates == certainlyNot && decided.previous == keyStays && by.previous == keyIsDeleted:
		diags.AddWarning(fmt.Sprintf("The previous API key %q has become due for deletion since the last refresh", name),
			fmt.Sprintf("Its time was over at %s. "+next, state.PreviousExpiresAt.ValueString(), readable(refreshed)))
	}
}

func sentenceOf(text string) string { return strings.TrimSuffix(sentence(text), ".") }

func warnPreviousDeleted(state *apiKeyModel, previous ownership.Owner, why string, diags *diag.Diagnostics) {
	diags.AddWarning(fmt.Sprintf("The previous API key %q is deleted", client.Printable(state.Name.ValueString())),
		fmt.Sprintf("It is %s, and %s.", previous.ID, why))
}

// warnPreviousEndsEarly says that a replacement deletes the previous key before its time.
func warnPreviousEndsEarly(state *apiKeyModel, diags *diag.Diagnostics) {
	diags.AddWarning(fmt.Sprintf("Replacing the API key %q ends its previous key early", client.Printable(state.Name.ValueString())),
		fmt.Sprintf("The previous key, %s, was to work until %s. A replacement deletes both keys in the same run. If programs still use the previous key, apply this change after %[2]s.",
			state.PreviousID.ValueString(), state.PreviousExpiresAt.ValueString()))
}

// warnSecondKey names the keys that have the name of the one that the plan creates.
func warnSecondKey(plan *apiKeyModel, same []client.APIKey, diags *diag.Diagnostics) {
	var called []string
	for _, k := range same[:min(len(same), mostNamed)] {
		called = append(called, fmt.Sprintf("%s (%s, expires %s, created by %s)", client.Printable(k.ID), client.Printable(string(k.Role())), cmp.Or(k.ExpiresAt.String(), "never"), client.Printable(k.CreatedBy)))
	}
	if more := len(same) - mostNamed; more > 0 {
		called = append(called, fmt.Sprintf("and %d more", more))
	}
	diags.AddWarning(fmt.Sprintf("The apply will create a SECOND API key %q", client.Printable(plan.Name.ValueString())),
		fmt.Sprintf("JMap Cloud has this name already: %s.\n\nIf your state was lost, stop, and restore it or import the key: terraform import <address> <id>. "+
			"If a run was killed while it created the key, nothing has its secret: delete it in the portal, Organization > API Keys. If it belongs to another configuration, continue.", strings.Join(called, ", ")))
}

// mostNamed is how many keys a warning names.
const mostNamed = 5
