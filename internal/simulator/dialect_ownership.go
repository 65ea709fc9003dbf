package simulator

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
)

// The dialects of ownership that the rules ask for.
const (
	administratorSeesSharedOnly   = "administrator-sees-shared-only"
	unsharedIsMissing             = "unshared-is-missing"
	keysCreateNoProjects          = "keys-create-no-projects"
	transferIgnored               = "transfer-ignored"
	transferIgnoredForMembers     = "transfer-ignored-for-members"
	transferIgnoredForKeys        = "transfer-ignored-for-keys"
	transferIgnoredForDataSources = "transfer-ignored-for-data-sources"
	transferWantsEmail            = "transfer-wants-email"
	unfitSuccessorIgnored         = "unfit-successor-ignored"
	transferLater                 = "transfer-later"
	deletionLater                 = "deletion-later"
	deletionTakesShared           = "deletion-takes-shared"
	keyThingsFallToCreator        = "key-things-fall-to-creator"
	softDeletion                  = "soft-deletion"
	expiredKeysPurged             = "expired-keys-purged"
	principalsAsIDs               = "principals-as-ids"
	principalsAsNameAndEmail      = "principals-as-name-and-email"
	principalsAsObjects           = "principals-as-objects"
	anyPrincipalTaken             = "any-principal-taken"
	anotherWordForOwner           = "another-word-for-owner"
	grantsRefused                 = "grants-refused"
	grantsDoNothing               = "grants-do-nothing"
	revocationsDoNothing          = "revocations-do-nothing"
	lastOwnerCanGo                = "last-owner-can-be-revoked"
)

const (
	ofVisibility = "Who sees what"
	ofDeletion   = "Deletion and transfer"
	ofPermission = "Permissions"
	ofKeys       = "API keys"
)

var ownershipDialects = []dialect{
	{Dialect: Dialect{Name: administratorSeesSharedOnly, About: ofVisibility, Says: "An administrator sees only the projects and data sources that are shared with them; the others are 403."}},
	{Dialect: Dialect{Name: unsharedIsMissing, About: ofVisibility, Says: "An administrator sees only the projects and data sources that are shared with them; the others are 404."}},
	{Dialect: Dialect{Name: "projects-elsewhere", About: ofVisibility, Says: "Projects are at another path; the documented one is 404."}, lacks: elsewhere("projects")},
	{Dialect: Dialect{Name: "data-sources-elsewhere", About: ofVisibility, Says: "Data sources are at another path; the documented one is 404."}, lacks: elsewhere("datasources")},
	{Dialect: Dialect{Name: keysCreateNoProjects, About: ofVisibility, Says: "An API key that creates a project is refused with 403."}},

	{Dialect: Dialect{Name: transferIgnored, About: ofDeletion, Says: "The parameter transferOwnershipTo is ignored: what only the deleted one owned is destroyed."}},
	{Dialect: Dialect{Name: transferIgnoredForMembers, About: ofDeletion, Says: "The parameter transferOwnershipTo is ignored when a member is deleted, and works for a key."}},
	{Dialect: Dialect{Name: transferIgnoredForKeys, About: ofDeletion, Says: "The parameter transferOwnershipTo is ignored when a key is deleted, and works for a member."}},
	{Dialect: Dialect{Name: transferIgnoredForDataSources, About: ofDeletion, Says: "The parameter transferOwnershipTo hands over projects; data sources are destroyed."}},
	{Dialect: Dialect{Name: transferWantsEmail, About: ofDeletion, Says: "The parameter transferOwnershipTo wants the member's email; an id is 400, and nothing happens."}},
	{Dialect: Dialect{Name: unfitSuccessorIgnored, About: ofDeletion, Says: "A transferOwnershipTo that names no member who may own is ignored, where the contract has 400."}},
	{Dialect: Dialect{Name: transferLater, About: ofDeletion, Says: "A transfer happens after the answer: once the next request is answered, or the clock moves."}},
	{Dialect: Dialect{Name: deletionLater, About: ofDeletion, Says: "A deletion is answered with 202 and happens once the next request is answered, or the clock moves."}},
	{Dialect: Dialect{Name: deletionTakesShared, About: ofDeletion, Says: "Without a transfer, a member's deletion destroys what others own too."}},
	{Dialect: Dialect{Name: keyThingsFallToCreator, About: ofDeletion, Says: "Without a transfer, the member who created a deleted key becomes the owner of what it owned."}},
	{Dialect: Dialect{Name: softDeletion, About: ofDeletion, Says: "A deleted member or key stays listed and readable, with \"active\": false."}, rewrite: keepDeleted},
	{Dialect: Dialect{Name: expiredKeysPurged, About: ofDeletion, Says: "A key that expires is deleted, with all that only it owned."}},

	{Dialect: Dialect{Name: "key-without-email", About: ofKeys, Says: "No answer tells a key's email."}, rewrite: func(r *reply) {
		for k := range r.objects("api-keys") {
			delete(k, "email")
		}
	}},
	{Dialect: Dialect{Name: "key-email-no-principal", About: ofKeys, Says: "The email that a key's answer tells is not the principal of its permissions."}, rewrite: func(r *reply) {
		for k := range r.objects("api-keys") {
			if id, is := k["id"].(string); is {
				k["email"] = "key-" + id[:8] + "@keys.jmapcloud.io"
			}
		}
	}},

	{Dialect: Dialect{Name: grantsRefused, About: ofPermission, Says: "Giving or changing a permission is refused with 403."}},
	{Dialect: Dialect{Name: grantsDoNothing, About: ofPermission, Says: "Giving or changing a permission is answered well and does nothing."}},
	{Dialect: Dialect{Name: anyPrincipalTaken, About: ofPermission, Says: "Any text is taken as a principal; the entry of a text that the cloud does not understand belongs to no member and no key."}},
	{Dialect: Dialect{Name: "revocation-elsewhere", About: ofPermission, Says: "Permissions are changed and taken away at another path; DELETE and PUT of one are 404."}, lacks: elsewhere("permissions/{principal}")},
	{Dialect: Dialect{Name: revocationsDoNothing, About: ofPermission, Says: "Taking a permission away is answered well and does nothing."}},
	{Dialect: Dialect{Name: lastOwnerCanGo, About: ofPermission, Says: "The last owner's permission can be taken away; the project or data source then has no owner."}},
}

// ownerWord is what the dialect another-word-for-owner calls OWNER.
const ownerWord = "FULL_CONTROL"

// permissionForms change the lists of permissions: first their entries, then the words in them, then their shape.
var permissionForms = []dialect{
	{Dialect: Dialect{Name: "own-entry-only", About: ofPermission, Says: "A list of permissions shows the caller's own entry alone."}, rewrite: onEntries(func(r *reply, entries []any) any {
		mine := r.caller.email()
		return slices.DeleteFunc(entries, func(entry any) bool { return !r.isOf(entry, mine) })
	})},
	{Dialect: Dialect{Name: "administrators-listed-as-owners", About: ofPermission, Says: "Every list of permissions shows every administrator as an owner; they own nothing by that."}, rewrite: onEntries(func(r *reply, entries []any) any {
		for m := range r.organization.members.all() {
			if m.role != RoleAdministrator {
				continue
			}
			email := m.account.email
			entries = slices.DeleteFunc(entries, func(entry any) bool { return r.isOf(entry, email) })
			entries = append(entries, object{"principal": decoded(r.cloud.principalForm()(r.organization, email)), "permissions": []any{PermissionOwner}})
		}
		return entries
	})},
	{Dialect: Dialect{Name: "shared-with-a-group", About: ofPermission, Says: "Every list of permissions has an entry of a group, which is neither a member nor a key."}, rewrite: onEntries(func(_ *reply, entries []any) any {
		return append(entries, object{"principal": "Cartographers", "permissions": []any{PermissionModify}})
	})},
	{Dialect: Dialect{Name: "shared-with-the-organization", About: ofPermission, Says: "Every list of permissions has an entry of the whole organization, under its id."}, rewrite: onEntries(func(r *reply, entries []any) any {
		return append(entries, object{"principal": r.organization.id, "permissions": []any{PermissionView}})
	})},
	{Dialect: Dialect{Name: principalsAsIDs, About: ofPermission, Says: "A principal is the id of a member or of a key; an email is 400."}},
	{Dialect: Dialect{Name: principalsAsNameAndEmail, About: ofPermission, Says: "A principal is written `Name <email>`; the email alone is 400."}},
	{Dialect: Dialect{Name: principalsAsObjects, About: ofPermission, Says: "A principal is an object with id, email and type; a text is 400."}},
	{Dialect: Dialect{Name: anotherWordForOwner, About: ofPermission, Says: "The permission OWNER is called " + ownerWord + "; the word OWNER is 400."}, rewrite: func(r *reply) {
		for entry := range r.objects("permissions") {
			words, _ := entry["permissions"].([]any)
			for i, word := range words {
				if word == PermissionOwner {
					words[i] = ownerWord
				}
			}
		}
	}},
	{Dialect: Dialect{Name: "permissions-of-another-shape", About: ofPermission, Says: "An entry of a list of permissions is {\"grantee\", \"access\": [{\"right\"}]}."}, rewrite: func(r *reply) {
		if r.is("* /permissions/self") {
			return
		}
		for entry := range r.objects("permissions") {
			access := []any{}
			words, _ := entry["permissions"].([]any)
			for _, word := range words {
				access = append(access, object{"right": word})
			}
			entry["grantee"], entry["access"] = entry["principal"], access
			delete(entry, "principal")
			delete(entry, "permissions")
		}
	}},
	{Dialect: Dialect{Name: "permissions-missing", About: ofPermission, Says: "The list of permissions of what is listed is 404."}, rewrite: onEntries(func(r *reply, _ []any) any {
		r.status = http.StatusNotFound
		return nil
	})},
	{Dialect: Dialect{Name: "permissions-empty", About: ofPermission, Says: "Every list of permissions is empty."}, rewrite: onEntries(func(*reply, []any) any { return []any{} })},
	{Dialect: Dialect{Name: "permissions-null", About: ofPermission, Says: "Every list of permissions is null."}, rewrite: onEntries(func(*reply, []any) any { return nil })},
	{Dialect: Dialect{Name: "self-permissions-missing", About: ofPermission, Says: "The caller's own permissions are at another path; the observed one is 404."}, lacks: func(pattern string) bool {
		return among(pattern, "GET /permissions/self")
	}},
	{Dialect: Dialect{Name: "self-permissions-null", About: ofPermission, Says: "The caller's own permissions are one element whose permissions are null."}, rewrite: func(r *reply) {
		if r.succeeded() && r.is("GET /permissions/self") {
			r.result = []any{object{"permissions": nil}}
		}
	}},
}

// onEntries changes the list of permissions of a project or data source; f may set the status.
func onEntries(f func(r *reply, entries []any) any) func(*reply) {
	return func(r *reply) {
		entries, is := r.result.([]any)
		if is && r.succeeded() && r.is("GET /permissions") {
			r.result = f(r, entries)
		}
	}
}

// isOf is true of the entry of a member or a key.
func (r *reply) isOf(entry any, email string) bool {
	o, _ := entry.(object)
	return reflect.DeepEqual(o["principal"], decoded(r.cloud.principalForm()(r.organization, email)))
}

func idForm(o *organization, email string) any {
	if m := o.memberByEmail(email); m != nil {
		return m.id
	}
	if k := o.keyEmails[fold(email)]; k != nil {
		return k.id
	}
	return email
}

func nameForm(o *organization, email string) any {
	if k := o.keyEmails[fold(email)]; k != nil {
		return fmt.Sprintf("%s <%s>", k.title, k.email)
	}
	return o.signature(email)
}

func objectForm(o *organization, email string) any {
	id := idForm(o, email)
	switch {
	case o.memberByEmail(email) != nil:
		return object{"id": id, "email": email, "type": "MEMBER"}
	case o.keyEmails[fold(email)] != nil:
		return object{"id": id, "email": email, "type": "API_KEY"}
	}
	return object{"id": id, "type": "OTHER"}
}

// principalForm is how the cloud writes the principal that is a member or a key.
func (s *Server) principalForm() func(*organization, string) any {
	switch {
	case s.speaks(principalsAsIDs):
		return idForm
	case s.speaks(principalsAsNameAndEmail):
		return nameForm
	case s.speaks(principalsAsObjects):
		return objectForm
	}
	return emailForm
}

func emailForm(_ *organization, email string) any { return email }

// principals yields the emails of the members, then those of the keys.
func (o *organization) principals(yield func(string) bool) {
	for m := range o.members.all() {
		if !yield(m.account.email) {
			return
		}
	}
	for k := range o.apiKeys.all() {
		if !yield(k.email) {
			return
		}
	}
}

// understood returns the email of the member or key that a request calls by text, in the form that the cloud itself writes.
func (s *Server) understood(o *organization, text string) (string, error) {
	if !s.speaks(principalsAsIDs) && !s.speaks(principalsAsNameAndEmail) {
		return o.principal(text)
	}
	form := s.principalForm()
	for email := range o.principals {
		if form(o, email) == text {
			return email, nil
		}
	}
	return "", refuse(http.StatusBadRequest, "%q is neither a member nor an API key of the organization.", text)
}

// described is understood for an object.
func described(o *organization, raw json.RawMessage) (string, error) {
	var body struct{ ID, Email string }
	if json.Unmarshal(raw, &body) == nil {
		for email := range o.principals {
			if idForm(o, email) == body.ID || fold(email) == fold(body.Email) {
				return email, nil
			}
		}
	}
	return "", refuse(http.StatusBadRequest, "The principal is not an object that names a member or an API key.")
}

// principalOf reads the principal of a request's body. It is dead if the cloud takes any text and does not understand this one.
func (s *Server) principalOf(o *organization, raw json.RawMessage) (principal string, dead bool, err error) {
	var text string
	_, writesObjects := s.principalForm()(o, s.administrator.email).(object)
	switch unread := json.Unmarshal(raw, &text); {
	case writesObjects:
		principal, err = described(o, raw)
	case unread != nil:
		err = refuse(http.StatusBadRequest, "The principal is not a text.")
	default:
		principal, err = s.understood(o, text)
	}
	if err != nil && s.speaks(anyPrincipalTaken) && !slices.Contains([]string{"", "null", `""`}, string(raw)) {
		return strings.Trim(string(raw), `"`), true, nil
	}
	return principal, false, err
}

// permissionOf is the contract's word for the permission of a request's body.
func (s *Server) permissionOf(r *resource, word string) (string, error) {
	if s.speaks(anotherWordForOwner) {
		switch word {
		case ownerWord:
			return PermissionOwner, nil
		case PermissionOwner:
			word += " under this name" // which no resource has
		}
	}
	return word, r.checkPermission(word)
}

// keepDeleted shows what deletions left behind.
func keepDeleted(r *reply) {
	if r.organization == nil || r.Method != http.MethodGet {
		return
	}
	var gone *table[object]
	switch nounOf(r.Pattern) {
	case "members":
		gone = &r.organization.goneMembers
	case "api-keys":
		gone = &r.organization.goneKeys
	default:
		return
	}
	r.show(gone)
}

// show adds what is gone to a list, or answers with what of it the path names.
func (r *reply) show(gone *table[object]) {
	id := r.PathValue("member") + r.PathValue("apiKey") + r.PathValue("invitation")
	if all, isList := r.result.([]any); isList {
		for one := range gone.all() {
			all = append(all, maps.Clone(*one))
		}
		r.result = all
	} else if one := gone.get(id); one != nil {
		r.status, r.result = http.StatusOK, maps.Clone(*one)
	}
}

// leaveBehind remembers what a deletion takes, for the dialect soft-deletion.
func (s *Server) leaveBehind(gone *table[object], id string, was any) {
	if !s.speaks(softDeletion) {
		return
	}
	left, _ := decoded(was).(object)
	left["active"] = false
	gone.add(id, &left)
}

// purge deletes what has expired, for the dialects in which that happens by itself.
func (s *Server) purge() {
	keys, invitations := s.speaks(expiredKeysPurged), s.speaks(expiredVanish)
	if !keys && !invitations {
		return
	}
	now := s.clock.now()
	for o := range s.organizations.all() {
		for _, k := range slices.Collect(o.apiKeys.all()) {
			if keys && !now.Before(k.expires) {
				s.removeAPIKey(k, nil)
			}
		}
		for _, i := range slices.Collect(o.invitations.all()) {
			if invitations && i.expired(now) {
				o.removeInvitation(i, withdrawn)
			}
		}
	}
}
