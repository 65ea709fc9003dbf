package provider

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/directory"
)

// addError reports that an attempt, such as `create the API key "ci"`, failed: what happened, why, and what to do next.
// Hints are added to the general advice.
func addError(diags *diag.Diagnostics, attempt string, err error, hints ...string) {
	summary, paragraphs := "Unable to "+client.Printable(attempt), append([]string{sentence(err.Error()), advice(err)}, hints...)
	if account, wasSaid, ok := client.FailedSignIn(err); ok {
		failed := "JMap Cloud sign-in failed for " + account
		if wasSaid { // one for each object, for Terraform would go on with an object that has none
			paragraphs = []string{fmt.Sprintf("The provider is not signed in: see the error %q.", failed)}
		} else {
			summary, paragraphs = failed, paragraphs[:2]
		}
	}
	diags.AddError(summary, strings.Join(paragraphs, "\n\n"))
}

// warnGone gives the reason for a plan that creates something again.
func warnGone(diags *diag.Diagnostics, what string) {
	diags.AddWarning(fmt.Sprintf("Gone: %s", client.Printable(what)),
		"It was deleted outside Terraform. While it is in the configuration, the plan creates it again.")
}

// advice is the table of what to do about an error of the client.
func advice(err error) string {
	var notOne directory.NotOneError
	switch {
	case errors.As(err, &notOne) && notOne.Noun == "":
		return "Look in the portal at what there is, and correct the name, email or id."
	case errors.As(err, &notOne):
		return fmt.Sprintf("Look at what there is with the data source %s or in the portal, and correct the name, email or id.", pluralDataSource(notOne.Noun))
	case errors.As(err, new(directory.CutListError)):
		return cutListAdvice
	case errors.As(err, new(directory.UnwantedError)), errors.As(err, new(*client.MismatchError)):
		return mismatchAdvice(err)
	case client.IsNotConfigured(err):
		return "Give the provider values that are known when it plans, or create first what they come from: terraform apply -target=…."
	case client.IsWrongCredentials(err):
		return "Check " + usernameVariable + " and " + passwordVariable + ", or username and password in the provider block. " +
			"The username is the account's email. A password that was read from a file may end in a line break: write it without. For an account with single sign-on, set " + accessTokenVariable + " instead."
	case client.IsDeadAccessToken(err):
		return "Sign in to JMap Cloud, get a new access token, set it in " + accessTokenVariable + " and run again: what was done is in the state, and the next run continues from there. " +
			"How long a token lives is for JMap Cloud to decide; a run that takes longer needs fewer changes at once, such as with -target."
	case client.IsUnknownAccount(err):
		return "Sign in with username and password, or report it with what users/self of the API answers: the provider must know its own account, so as not to remove it."
	case client.IsMalformedAccessToken(err):
		return "Set " + accessTokenVariable + " or access_token to the token alone. A token that was copied from a page or a file may have been broken into lines."
	case client.IsWrongEndpoint(err):
		return "Set endpoint in the provider block, or " + endpointVariable + ", to the API's base URL, such as " + client.DefaultEndpoint + ", without the path of a call. " +
			"If it is right, JMap Cloud may have stopped taking usernames and passwords there: set " + accessTokenVariable + " instead."
	case client.IsNotAdministrator(err):
		return "Sign in with an account that is an Administrator of the organization, or let an Administrator raise this account's role to ORG_ADMIN in the portal: Organization > Members."
	case client.IsUnboundAccessToken(err):
		return "Choose the organization in the portal, get a new access token there and set it in " + accessTokenVariable + ". " +
			"Or set organization_id, or " + organizationVariable + ", to the organization that the token is bound to."
	case client.IsNoOrganization(err):
		return "Let an Administrator of the organization invite the account, or sign in with another account. " + goneOrganizationAdvice
	case client.IsGoneOrganization(err):
		return "Set organization_id in the provider block, or " + organizationVariable + " in the environment, to the id of the organization to manage. " + goneOrganizationAdvice
	case client.IsWrongOrganization(err):
		return "Set organization_id in the provider block, or " + organizationVariable + " in the environment, to the id of the organization to manage. " +
			"If allowed_organization_ids is set, the id must be in it."
	case client.IsThrottled(err):
		return "JMap Cloud is limiting requests. Wait and run again, or use a lower -parallelism."
	case client.IsUnauthorized(err):
		return "The session ended while it was in use. Run again; if it happens again, check that the account is still active."
	case client.IsForbidden(err), client.IsForbidden(errors.Unwrap(err)): // the second is a refusal to bind the session
		return "The account may not do this. It must be an Administrator (ORG_ADMIN) of the organization, and the session must be bound to it."
	case client.IsNotFound(err), errors.Is(err, errLeft):
		return "It was changed outside Terraform. Run terraform plan to see what is there now."
	case directory.IsTaken(err):
		return "The organization already has something that this collides with. Run terraform plan to see what is there now."
	case client.IsInvalid(err):
		return "Correct the configuration as the message says."
	case client.IsPlainHTTP(err):
		return "The endpoint begins with https, and its port speaks plain http. Correct the host or the port in endpoint or " + endpointVariable + ". Plain http itself is for this machine only, such as http://127.0.0.1:8080."
	case client.IsUnreachable(err):
		return "JMap Cloud could not be reached, so that this request was not sent. Other resources of this run may have changed. Check endpoint or " + endpointVariable + ", the network and its proxy, and run again."
	case client.IsIncomplete(err) && client.IsUncertain(err):
		return "JMap Cloud answered well, in a form that the provider does not know. So it may have done what it was asked to, and the provider cannot tell: look in the portal, and delete there what is not in use." + pleaseReport
	case client.IsIncomplete(err):
		return "JMap Cloud answered in a form that the provider does not know, or something else answered for it. Check endpoint or " + endpointVariable + "." + pleaseReport
	case client.IsUnexpected(err):
		return "Something other than the JMap Cloud API seems to have answered: a proxy, a login page or a wrong address. Check endpoint or " + endpointVariable + ", and run again."
	case client.IsUncertain(err):
		return "The change may or may not have been made. Run terraform plan to see what is there now."
	case client.IsUnanswered(err):
		return "Nothing was changed by this call. Check the network and its proxy, and run again."
	default:
		return "Run again. If it fails in the same way, report it with the log of TF_LOG=DEBUG, which holds no secrets."
	}
}

// pluralDataSource is the data source that lists a noun, such as "API key".
func pluralDataSource(noun string) string {
	return "jmapcloud_" + strings.ReplaceAll(strings.ToLower(noun), " ", "_") + "s"
}

// goneOrganizationAdvice is for those who have deleted what they managed.
const goneOrganizationAdvice = "If the organization was deleted, run terraform apply -refresh-only, or terraform destroy: what the state has of it is gone with it, and leaves the state. Where data sources fail meanwhile, use terraform destroy -refresh=false."

// sentence gives text a capital and a full stop. What begins with something else than a plain word, such as an email,
// keeps its form.
func sentence(text string) string {
	text = strings.TrimSpace(client.Printable(text))
	word, _, _ := strings.Cut(text, " ")
	if first, size := utf8.DecodeRuneInString(text); size > 0 && !strings.ContainsFunc(word, func(r rune) bool { return !unicode.IsLower(r) }) {
		text = string(unicode.ToUpper(first)) + text[size:]
	}
	if text != "" && !strings.HasSuffix(text, ".") && !strings.HasSuffix(text, "…") {
		text += "."
	}
	return text
}
