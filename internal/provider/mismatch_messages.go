package provider

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/directory"
)

// Messages about a cloud that answers otherwise than it was asked, or with lists that are cut.

const pleaseReport = " Please report it: what the provider knows of the API is wrong there."

// mismatchAdvice is what to do about something that the cloud did otherwise than it was asked to.
func mismatchAdvice(err error) string {
	var unwanted directory.UnwantedError
	var mismatch *client.MismatchError
	errors.As(err, &mismatch)
	switch {
	case errors.As(err, &unwanted) && unwanted.Left != nil:
		return fmt.Sprintf("Look at it in the portal, Organization > %s, and delete it there unless it is in use, before you run again.", portalPage(unwanted.Noun)) + pleaseReport
	case errors.As(err, &unwanted) && mismatch == nil:
		return "Nothing is left of it. Make the key in the portal, which shows its secret." + pleaseReport
	case errors.As(err, &unwanted):
		return "Nothing is left of it. Set the configuration to what JMap Cloud does, where that is acceptable." + pleaseReport
	case mismatch.IsNothing():
		return "Do it in the portal and import it, or run again later." + pleaseReport
	default:
		return "Make the change in the portal, or set the configuration to what JMap Cloud does, and run terraform plan." + pleaseReport
	}
}

// portalPage is where the portal shows the objects of a noun.
func portalPage(noun string) string {
	if noun == "invitation" {
		return "Invitations"
	}
	return "API Keys"
}

// madeOrganizationHint says how to go on with an organization that was created otherwise than it was asked for. The provider never deletes one by
// itself: the id could be that of another organization.
func madeOrganizationHint(err error, id string) string {
	if !errors.As(err, new(*client.MismatchError)) || id == "" {
		return importHint
	}
	return "The organization is not deleted again: the provider never does that by itself. To manage it, import it and rename it; or delete it in the portal.\n\n" +
		"  terraform import jmapcloud_organization.<name> " + client.Printable(id)
}

const cutListAdvice = "JMap Cloud does not show all that there is, so the provider takes nothing for gone or absent because a list lacks it. Nothing was changed. " +
	"If it is there, import it by its id, which is read by itself:\n\n" +
	"  terraform import <address> <id of the member, the invitation or the API key>\n\n" +
	"If it is not there, make it in the portal first, and import it then."

// warnCutLists says once in a run which lists are cut.
func (r *run) warnCutLists(diags *diag.Diagnostics) {
	for _, why := range r.directory.CutLists() {
		if _, said := r.cutLists.LoadOrStore(why, true); !said {
			diags.AddWarning("JMap Cloud answers with a list that is cut", strings.ToUpper(why[:1])+why[1:]+". "+
				"From here on, the provider asks for each object by its id, and takes nothing for gone or absent because that list lacks it. Where only the list could tell, it refuses and says how to continue."+pleaseReport)
		}
	}
}
