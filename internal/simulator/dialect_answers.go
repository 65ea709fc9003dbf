package simulator

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

// The dialects of answers that the rules ask for.
const (
	tokenBoundFromStart       = "token-bound-from-start"
	revokedTokenLives         = "revoked-token-lives"
	noDate                    = "no-date"
	noRetryAfter              = "no-retry-after"
	renameIgnored             = "organization-rename-ignored"
	creatorIsNoMember         = "creator-is-no-member"
	everyoneReadsAccess       = "everyone-reads-access"
	roleChangeIgnored         = "role-change-ignored"
	roleChangeLater           = "role-change-later"
	lastAdministratorCanGo    = "last-administrator-can-go"
	keyRoleIgnored            = "key-role-ignored"
	keyExpiryIgnored          = "key-expiry-ignored"
	keyExpiryAYear            = "key-expiry-a-year"
	keyTitleUpperCased        = "key-title-upper-cased"
	keyTitlesUnique           = "key-titles-unique"
	invitationRoleIgnored     = "invitation-role-ignored"
	invitationLanguageIgnored = "invitation-language-ignored"
	invitationNotMade         = "invitation-not-made"
	acceptedStay              = "accepted-invitations-stay"
	expiredVanish             = "expired-invitations-vanish"
	secondReplaces            = "second-invitation-replaces"
	membersCanBeInvited       = "members-can-be-invited"
	changeAnswersOld          = "change-answers-old"
)

const (
	ofSessions      = "Sessions"
	ofOrganizations = "Organizations"
	ofMembers       = "Members"
	ofInvitations   = "Invitations"
	ofAnswers       = "Answers"
	ofLists         = "Lists"
)

// resourceLists and accessLists are the lists that a dialect may cut.
var (
	resourceLists = []string{"GET /projects", "GET /datasources"}
	accessLists   = []string{"GET /members", "GET /api-keys", "GET /invitations"}
)

var answerDialects = []dialect{
	{Dialect: Dialect{Name: "signs-in-elsewhere", About: ofSessions, Says: "There are no token calls, as with single sign-on: authenticate, refresh-token and revoke-token are 404."}, lacks: func(pattern string) bool {
		return among(pattern, "POST /authenticate", "POST /refresh-token", "POST /revoke-token")
	}},
	{Dialect: Dialect{Name: tokenBoundFromStart, About: ofSessions, Says: "A new session is bound to the account's first organization already."}},
	{Dialect: Dialect{Name: revokedTokenLives, About: ofSessions, Says: "Revoking a session ends its refresh token alone; the access token works until it expires."}},
	{Dialect: Dialect{Name: "user-without-id", About: ofSessions, Says: "users/self does not tell the account's id."}, rewrite: without("users", "id")},
	{Dialect: Dialect{Name: "user-without-email", About: ofSessions, Says: "users/self does not tell the account's email."}, rewrite: without("users", "email")},
	{Dialect: Dialect{Name: "members-self-missing", About: ofSessions, Says: "members/self is 404."}, lacks: func(pattern string) bool { return among(pattern, "GET /members/self") }},
	{Dialect: Dialect{Name: noDate, About: ofAnswers, Says: "Answers carry no Date."}},
	{Dialect: Dialect{Name: noRetryAfter, About: ofAnswers, Says: "A 429 or 503 carries no Retry-After."}},

	{Dialect: Dialect{Name: "organizations-elsewhere", About: ofOrganizations, Says: "Organizations are at another path; the contract's is 404."}, lacks: func(pattern string) bool {
		return among(pattern, "* "+securityService+"/organizations", "* "+aboutOrganization)
	}},
	{Dialect: Dialect{Name: renameIgnored, About: ofOrganizations, Says: "Renaming an organization is answered well, with the old name, and does nothing."}},
	{Dialect: Dialect{Name: creatorIsNoMember, About: ofOrganizations, Says: "The account that creates an organization is no member of it."}},

	{Dialect: Dialect{Name: "members-elsewhere", About: ofMembers, Says: "Members are at another path; the contract's is 404, but for members/self."}, lacks: func(pattern string) bool {
		return among(pattern, "* /members", "* /members/{member}")
	}},
	{Dialect: Dialect{Name: everyoneReadsAccess, About: ofMembers, Says: "Every member and every key may read the members and the keys."}},
	{Dialect: Dialect{Name: "username-missing", About: ofMembers, Says: "A member has no username."}, rewrite: without("members", "username")},
	{Dialect: Dialect{Name: roleChangeIgnored, About: ofMembers, Says: "Changing a member's role is answered well, with the old role, and does nothing."}},
	{Dialect: Dialect{Name: roleChangeLater, About: ofMembers, Says: "A role that changes holds once the next request is answered, or the clock moves."}},
	{Dialect: Dialect{Name: lastAdministratorCanGo, About: ofMembers, Says: "The last administrator can be deleted and demoted."}},

	{Dialect: Dialect{Name: "keys-elsewhere", About: ofKeys, Says: "API keys are at another path; the contract's is 404."}, lacks: elsewhere("api-keys")},
	{Dialect: Dialect{Name: keyRoleIgnored, About: ofKeys, Says: "A new key's role is ignored: every key is an Editor's."}},
	{Dialect: Dialect{Name: keyExpiryIgnored, About: ofKeys, Says: "A new key's expirationDate is ignored: the key never expires, and its expirationDate is null."}, rewrite: func(r *reply) {
		for k := range r.objects("api-keys") {
			if text, _ := k["expirationDate"].(string); strings.HasPrefix(text, "9999-") {
				k["expirationDate"] = nil
			}
		}
	}},
	{Dialect: Dialect{Name: keyExpiryAYear, About: ofKeys, Says: "A new key's expirationDate is ignored: every key lives a year."}},
	{Dialect: Dialect{Name: keyTitleUpperCased, About: ofKeys, Says: "A new key's title is written in upper case."}},
	{Dialect: Dialect{Name: keyTitlesUnique, About: ofKeys, Says: "A second key with the title of another is 409."}},
	{Dialect: Dialect{Name: "key-secret-missing", About: ofKeys, Says: "The answer to a key's creation does not tell its secret."}, rewrite: without("api-keys", "apiKey")},

	{Dialect: Dialect{Name: "invitations-elsewhere", About: ofInvitations, Says: "Invitations are at another path; the contract's is 404."}, lacks: elsewhere("invitations")},
	{Dialect: Dialect{Name: invitationRoleIgnored, About: ofInvitations, Says: "A new invitation's role is ignored: every invitee becomes an Editor."}},
	{Dialect: Dialect{Name: invitationLanguageIgnored, About: ofInvitations, Says: "A new invitation's language is ignored: every mail is in English."}},
	{Dialect: Dialect{Name: invitationNotMade, About: ofInvitations, Says: "Inviting is answered well and does nothing."}},
	{Dialect: Dialect{Name: "link-missing", About: ofInvitations, Says: "An invitation has no invitationLink."}, rewrite: without("invitations", "invitationLink")},
	{Dialect: Dialect{Name: acceptedStay, About: ofInvitations, Says: "An accepted invitation stays listed and readable."}, rewrite: keepAccepted},
	{Dialect: Dialect{Name: expiredVanish, About: ofInvitations, Says: "An expired invitation is deleted by itself."}},
	{Dialect: Dialect{Name: secondReplaces, About: ofInvitations, Says: "A second invitation to a person replaces the first, whose link no longer works."}},
	{Dialect: Dialect{Name: membersCanBeInvited, About: ofInvitations, Says: "A member can be invited again."}},

	{Dialect: Dialect{Name: "lower-roles-listed", About: ofAnswers, Says: "Roles are listed with the lower ones that they include."}, rewrite: rewriteAccess(func(o object) {
		if roles, _ := o["roles"].([]any); len(roles) == 1 {
			lower := ranks[:slices.IndexFunc(ranks, func(rank string) bool { return rank == roles[0] })]
			for _, rank := range slices.Backward(lower) {
				roles = append(roles, rank)
			}
			o["roles"] = roles
		}
	})},
	{Dialect: Dialect{Name: "emails-lower-cased", About: ofAnswers, Says: "Emails are written in lower case, however they were given."}, rewrite: rewriteAccess(func(o object) {
		for name, value := range o {
			if text, is := value.(string); is && strings.HasSuffix(strings.ToLower(name), "email") {
				o[name] = strings.ToLower(text)
			}
		}
	})},
	{Dialect: Dialect{Name: "create-answers-without-roles", About: ofAnswers, Says: "The answer to a creation does not tell the roles."}, rewrite: rewriteCreated(func(o object) {
		delete(o, "roles")
	})},
	{Dialect: Dialect{Name: "create-answers-id-only", About: ofAnswers, Says: "The answer to a creation tells the id alone, and of a key the secret."}, rewrite: rewriteCreated(func(o object) {
		maps.DeleteFunc(o, func(name string, _ any) bool { return name != "id" && name != "apiKey" })
	})},
	{Dialect: Dialect{Name: "creates-are-200", About: ofAnswers, Says: "A creation is answered with 200, not 201."}, rewrite: func(r *reply) {
		if r.status == http.StatusCreated {
			r.status = http.StatusOK
		}
	}},
	{Dialect: Dialect{Name: changeAnswersOld, About: ofAnswers, Says: "The answer to a change shows what was there before, and the change is made."}},
	{Dialect: Dialect{Name: "change-answers-null", About: ofAnswers, Says: "The result of a change is null."}, rewrite: func(r *reply) {
		if r.succeeded() && r.Method == http.MethodPatch {
			r.result = nil
		}
	}},
	{Dialect: Dialect{Name: "change-answers-nothing", About: ofAnswers, Says: "A change is answered with 204 and no body."}, rewrite: emptyAfter(http.MethodPatch)},
	{Dialect: Dialect{Name: "deletion-answers-nothing", About: ofAnswers, Says: "A deletion is answered with 204 and no body."}, rewrite: emptyAfter(http.MethodDelete)},
	{Dialect: Dialect{Name: "deletion-answers-object", About: ofAnswers, Says: "The result of a deletion is an object."}, rewrite: func(r *reply) {
		if r.succeeded() && r.Method == http.MethodDelete {
			r.result = object{"deleted": true}
		}
	}},
	{Dialect: Dialect{Name: "extra-fields", About: ofAnswers, Says: "Every object has fields that the contract does not know."}, rewrite: rewriteAny(func(o object) {
		o["tenantId"], o["links"] = "tenant-1", object{"self": "/"}
	})},
	{Dialect: Dialect{Name: "member-names-differ", About: ofMembers, Says: "Every field of a member has another name, as memberId and memberEmail."}, rewrite: renamed("members", "member")},
	{Dialect: Dialect{Name: "key-names-differ", About: ofKeys, Says: "Every field of a key has another name, as keyId and keyTitle."}, rewrite: renamed("api-keys", "key")},
	{Dialect: Dialect{Name: "invitation-names-differ", About: ofInvitations, Says: "Every field of an invitation has another name, as invitationId and invitationRoles."}, rewrite: renamed("invitations", "invitation")},
}

// without leaves a field out of the objects of a noun.
func without(noun, field string) func(*reply) {
	return func(r *reply) {
		for o := range r.objects(noun) {
			delete(o, field)
		}
	}
}

// renamed writes the fields of a noun's objects under names that begin with a prefix.
func renamed(noun, prefix string) func(*reply) {
	return func(r *reply) {
		for o := range r.objects(noun) {
			for name, value := range maps.Clone(o) {
				delete(o, name)
				o[prefix+strings.ToUpper(name[:1])+name[1:]] = value
			}
		}
	}
}

// rewriteAccess changes the accounts, members, keys and invitations of an answer.
func rewriteAccess(f func(object)) func(*reply) {
	return func(r *reply) {
		for _, noun := range []string{"users", "members", "api-keys", "invitations"} {
			for o := range r.objects(noun) {
				f(o)
			}
		}
	}
}

// rewriteAny changes every object of an answer.
func rewriteAny(f func(object)) func(*reply) {
	return func(r *reply) {
		for o := range r.objects(nounOf(r.Pattern)) {
			f(o)
		}
	}
}

// rewriteCreated changes the object that answers a creation, of whatever was created but a permission.
func rewriteCreated(f func(object)) func(*reply) {
	return func(r *reply) {
		if o, is := r.result.(object); is && r.status == http.StatusCreated && nounOf(r.Pattern) != "permissions" {
			f(o)
		}
	}
}

func emptyAfter(method string) func(*reply) {
	return func(r *reply) {
		if r.succeeded() && r.Method == method {
			r.status, r.empty = http.StatusNoContent, true
		}
	}
}

// keepAccepted shows the invitations that were accepted.
func keepAccepted(r *reply) {
	if r.organization == nil || r.Method != http.MethodGet || nounOf(r.Pattern) != "invitations" {
		return
	}
	r.show(&r.organization.goneInvitations)
}

// listForms come last, for they change what the others look into.
var listForms = []dialect{
	{Dialect: Dialect{Name: "resource-lists-keep-oldest", About: ofLists, Number: 50, Says: "The lists of projects and of data sources end after the 50 oldest."}, rewrite: keepOldest(resourceLists)},
	{Dialect: Dialect{Name: "resource-lists-keep-newest", About: ofLists, Number: 50, Says: "The lists of projects and of data sources begin with the newest and end after 50."}, rewrite: keepNewest(resourceLists)},
	{Dialect: Dialect{Name: "access-lists-keep-oldest", About: ofLists, Number: 50, Says: "The lists of members, keys and invitations end after the 50 oldest."}, rewrite: keepOldest(accessLists)},
	{Dialect: Dialect{Name: "access-lists-keep-newest", About: ofLists, Number: 50, Says: "The lists of members, keys and invitations begin with the newest and end after 50."}, rewrite: keepNewest(accessLists)},
	{Dialect: Dialect{Name: "lists-in-envelope", About: ofLists, Says: "The result of a list is {\"items\", \"total\"}, not a bare array."}, rewrite: func(r *reply) {
		if items, is := r.result.([]any); is && r.succeeded() {
			r.result = object{"items": items, "total": len(items)}
		}
	}},
}

func keepOldest(lists []string) func(*reply) {
	return func(r *reply) {
		if all, is := r.result.([]any); is && r.is(lists...) {
			r.result = all[:min(r.number, len(all))]
		}
	}
}

func keepNewest(lists []string) func(*reply) {
	return func(r *reply) {
		if all, is := r.result.([]any); is && r.is(lists...) {
			slices.Reverse(all)
			r.result = all[:min(r.number, len(all))]
		}
	}
}
