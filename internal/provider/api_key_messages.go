package provider

import (
	"errors"
	"fmt"

	"github.com/hashicorp/go-version"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/directory"
)

// lostHint says what becomes of a key that a lost answer may have left.
func lostHint(err error) []string {
	if !errors.As(err, new(directory.LostKeyError)) {
		return nil
	}
	return []string{"Terraform keeps a note of it: the next apply looks for the key and deletes it before it makes another."}
}

// warnAmbiguous says that one of several keys was left by a lost answer.
func warnAmbiguous(lost directory.LostKey, candidates []client.APIKey, diags *diag.Diagnostics) {
	diags.AddWarning(fmt.Sprintf("An API key %q that nobody can use was left by a lost answer", client.Printable(lost.Title)), sentence(directory.Ambiguity(candidates)))
}

// warnKeyGone says why the plan makes a key anew.
func warnKeyGone(m *apiKeyModel, diags *diag.Diagnostics) {
	if m.isStored() {
		warnGone(diags, ownerName(m.owner()))
		return
	}
	diags.AddWarning("Gone: "+ownerName(m.owner()),
		"It was deleted outside Terraform; or store_key is false, and its secret did not arrive in the run that made it: no jmapcloud_api_key_secret took it, or what took it failed. The provider deletes such a key at the end of that run, for nobody could use it. "+
			"While it is in the configuration, the plan makes it anew and hands it over again.")
}

// writeOnlyVersion is the first version of Terraform, and of OpenTofu, with write-only arguments.
var writeOnlyVersion = version.Must(version.NewVersion("1.11.0"))

// refuseUnreachableSecret refuses a key that nobody could ever get.
func (r *apiKeyResource) refuseUnreachableSecret(diags *diag.Diagnostics) {
	if r.run.terraform != nil && r.run.terraform.Core().LessThan(writeOnlyVersion) {
		diags.AddAttributeError(path.Root("store_key"), "The key would be nobody's",
			fmt.Sprintf("With store_key = false only ephemeral resources and write-only arguments can receive the key. Terraform and OpenTofu have both from version %s on, and this is %s. Upgrade, or leave store_key out and protect the state.", writeOnlyVersion, r.run.terraform))
	}
}
