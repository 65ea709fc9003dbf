package simulator_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

func sharedOnly(status int) func(t *testing.T, f foreign) {
	return func(t *testing.T, f foreign) {
		listed := f.get(f.maps + "/projects").want(200).list()
		equal(t, "listed", len(listed), 1)
		equal(t, "listed", listed[0]["id"], any(f.shared.ID))
		equal(t, "data sources", len(f.get(f.maps+"/datasources").want(200).list()), 0)
		f.get(f.projectPath(f.alone.ID)).want(status)
		f.get(f.projectPath(f.alone.ID) + "/permissions").want(status)
		f.grant(f.alone.ID, f.successor.Email, "OWNER").want(status)
		f.get(f.projectPath(f.shared.ID) + "/permissions").want(200)
	}
}

// destroys deletes an owner with a successor, and finds the projects or data sources of these ids gone.
func destroys(deletion func(foreign) reply, gone func(foreign) []string) func(t *testing.T, f foreign) {
	return func(t *testing.T, f foreign) {
		deletion(f).want(200)
		for _, id := range gone(f) {
			f.wantOwners(id)
		}
	}
}

var _ = showsDialects(map[string]func(t *testing.T, f foreign){
	"administrator-sees-shared-only": sharedOnly(403),
	"unshared-is-missing":            sharedOnly(404),
	"projects-elsewhere": func(_ *testing.T, f foreign) {
		f.get(f.maps + "/projects").want(404)
		f.get(f.projectPath(f.alone.ID) + "/permissions").want(404)
		f.get(f.maps + "/datasources").want(200)
	},
	"data-sources-elsewhere": func(_ *testing.T, f foreign) {
		f.get(f.maps + "/datasources").want(404)
		f.get(f.maps + "/datasources/" + f.source.ID + "/permissions/self").want(404)
		f.get(f.maps + "/projects").want(200)
	},
	"keys-create-no-projects": func(_ *testing.T, f foreign) {
		f.call("POST", f.maps+"/projects", apiKey(f.key.Secret), newProject(nil)).want(403)
		f.call("POST", f.maps+"/projects", f.who, newProject(nil)).want(201)
	},

	"transfer-ignored": func(t *testing.T, f foreign) {
		destroys(foreign.deleteMember, func(f foreign) []string { return []string{f.alone.ID, f.source.ID} })(t, f)
		f.wantOwners(f.shared.ID, f.Account().Username)
		destroys(foreign.deleteKey, func(f foreign) []string { return []string{f.ofKey.ID} })(t, f)
	},
	"transfer-ignored-for-members": func(t *testing.T, f foreign) {
		destroys(foreign.deleteMember, func(f foreign) []string { return []string{f.alone.ID} })(t, f)
		f.deleteKey().want(200)
		f.wantOwners(f.ofKey.ID, f.successor.Email)
	},
	"transfer-ignored-for-keys": func(t *testing.T, f foreign) {
		destroys(foreign.deleteKey, func(f foreign) []string { return []string{f.ofKey.ID} })(t, f)
		f.deleteMember().want(200)
		f.wantOwners(f.alone.ID, f.successor.Email)
	},
	"transfer-ignored-for-data-sources": func(t *testing.T, f foreign) {
		destroys(foreign.deleteMember, func(f foreign) []string { return []string{f.source.ID} })(t, f)
		f.wantOwners(f.alone.ID, f.successor.Email)
	},
	"transfer-wants-email": func(_ *testing.T, f foreign) {
		f.deleteMember().want(400)
		f.wantOwners(f.alone.ID, f.owner.Email)
		f.call("DELETE", f.memberPath(f.owner.ID)+"?transferOwnershipTo="+f.successor.Email, f.who, nil).want(200)
		f.wantOwners(f.alone.ID, f.successor.Email)
	},
	"unfit-successor-ignored": func(_ *testing.T, f foreign) {
		f.call("DELETE", f.keyPath()+"?transferOwnershipTo=no-such-member", f.who, nil).want(200)
		f.wantOwners(f.ofKey.ID)
	},
	"transfer-later": func(_ *testing.T, f foreign) {
		f.deleteMember().want(200)
		f.get(f.memberPath(f.owner.ID)).want(404)
		f.wantOwners(f.alone.ID, f.successor.Email) // done once that request was answered

		f.deleteKey().want(200)
		f.wantEntries(f.ofKey.ID, f.key.Email+"[OWNER]") // the next request still sees it as it was
		f.wantOwners(f.ofKey.ID, f.successor.Email)
	},
	"deletion-later": func(_ *testing.T, f foreign) {
		f.deleteMember().want(202)
		f.get(f.memberPath(f.owner.ID)).want(200)
		f.get(f.memberPath(f.owner.ID)).want(404)
		f.wantOwners(f.alone.ID, f.successor.Email)
		f.deleteKey().want(202)
		f.wantOwners(f.ofKey.ID, f.key.Email)
		f.Advance(time.Second)
		f.wantOwners(f.ofKey.ID, f.successor.Email)
	},
	"deletion-takes-shared": func(_ *testing.T, f foreign) {
		f.call("DELETE", f.memberPath(f.owner.ID), f.who, nil).want(200)
		f.wantOwners(f.shared.ID)
	},
	"key-things-fall-to-creator": func(_ *testing.T, f foreign) {
		f.call("DELETE", f.keyPath(), f.who, nil).want(200)
		f.wantOwners(f.ofKey.ID, f.Account().Username)
	},
	"soft-deletion": func(t *testing.T, f foreign) {
		f.deleteMember().want(200)
		f.deleteKey().want(200)
		for _, path := range []string{f.memberPath(f.owner.ID), f.keyPath()} {
			equal(t, "active", f.get(path).want(200).object()["active"], any(false))
		}
		listed := f.get(f.org + "/members").want(200).list()
		equal(t, "last", listed[len(listed)-1]["id"], any(f.owner.ID))
		equal(t, "keys", len(f.get(f.org+"/api-keys").want(200).list()), 1)
		equal(t, "members", len(f.Members()), 3)
		f.get(f.memberPath("no-such-member")).want(404)
	},
	"expired-keys-purged": func(t *testing.T, f foreign) {
		f.Advance(2 * day)
		equal(t, "keys", len(f.APIKeys()), 0)
		f.wantOwners(f.ofKey.ID)
	},

	"key-without-email": func(t *testing.T, f foreign) {
		_, told := f.get(f.keyPath()).want(200).object()["email"]
		equal(t, "told", told, false)
	},
	"key-email-no-principal": func(t *testing.T, f foreign) {
		email := f.get(f.org + "/api-keys").want(200).list()[0]["email"]
		equal(t, "email", email, any("key-"+f.key.ID[:8]+"@keys.jmapcloud.io"))
		f.wantEntries(f.ofKey.ID, f.key.Email+"[OWNER]", f.owner.Email+"[VIEW]")
	},

	"grants-refused": func(_ *testing.T, f foreign) {
		f.grant(f.alone.ID, f.successor.Email, "OWNER").want(403)
		f.wantOwners(f.alone.ID, f.owner.Email)
	},
	"grants-do-nothing": func(t *testing.T, f foreign) {
		entry := f.grant(f.alone.ID, f.successor.Email, "OWNER").want(201).object()
		equal(t, "principal", entry["principal"], any(f.successor.Email))
		f.wantEntries(f.alone.ID, f.owner.Email+"[OWNER]")
	},
	"any-principal-taken": func(_ *testing.T, f foreign) {
		f.grant(f.alone.ID, f.successor.ID, "OWNER").want(201)
		f.wantEntries(f.alone.ID, f.owner.Email+"[OWNER]", f.successor.ID+"[OWNER]")
		f.wantOwners(f.alone.ID, f.owner.Email) // for no member has that text
		f.revoke(f.alone.ID, f.owner.Email).want(409)
		f.deleteMember().want(200)
		f.wantOwners(f.alone.ID, f.successor.Email)
		f.revoke(f.alone.ID, f.successor.ID).want(200)
		f.wantEntries(f.alone.ID, f.successor.Email+"[OWNER]")
	},
	"revocation-elsewhere": func(_ *testing.T, f foreign) {
		f.revoke(f.shared.ID, f.owner.Email).want(404)
		f.call("PUT", f.projectPath(f.shared.ID)+"/permissions/"+f.owner.Email, f.who, fields{"permission": "VIEW"}).want(404)
		f.get(f.projectPath(f.shared.ID) + "/permissions").want(200)
		f.wantOwners(f.shared.ID, f.owner.Email, f.Account().Username)
	},
	"revocations-do-nothing": func(_ *testing.T, f foreign) {
		f.revoke(f.shared.ID, f.owner.Email).want(200)
		f.wantOwners(f.shared.ID, f.owner.Email, f.Account().Username)
	},
	"last-owner-can-be-revoked": func(t *testing.T, f foreign) {
		f.revoke(f.alone.ID, f.owner.Email).want(200)
		f.wantOwners(f.alone.ID)
		equal(t, "projects", len(f.Projects()), 3)
	},

	"own-entry-only": func(_ *testing.T, f foreign) {
		f.wantEntries(f.shared.ID, f.Account().Username+"[OWNER]")
		f.wantEntries(f.alone.ID)
	},
	"administrators-listed-as-owners": func(_ *testing.T, f foreign) {
		f.wantEntries(f.alone.ID, f.owner.Email+"[OWNER]", f.Account().Username+"[OWNER]")
		f.wantOwners(f.alone.ID, f.owner.Email)
	},
	"shared-with-a-group": func(_ *testing.T, f foreign) {
		f.wantEntries(f.alone.ID, f.owner.Email+"[OWNER]", "Cartographers[MODIFY]")
	},
	"shared-with-the-organization": func(_ *testing.T, f foreign) {
		f.wantEntries(f.alone.ID, f.owner.Email+"[OWNER]", f.Account().OrganizationID+"[VIEW]")
	},
	"principals-as-ids": func(_ *testing.T, f foreign) {
		f.wantEntries(f.ofKey.ID, f.key.ID+"[OWNER]", f.owner.ID+"[VIEW]")
		f.grant(f.ofKey.ID, f.successor.Email, "OWNER").want(400)
		f.grant(f.ofKey.ID, f.successor.ID, "OWNER").want(201)
		f.wantOwners(f.ofKey.ID, f.key.Email, f.successor.Email)
		f.revoke(f.ofKey.ID, f.key.Email).want(404)
		f.revoke(f.ofKey.ID, f.key.ID).want(200)
		f.wantOwners(f.ofKey.ID, f.successor.Email)
	},
	"principals-as-name-and-email": func(_ *testing.T, f foreign) {
		f.wantEntries(f.ofKey.ID, "Key <"+f.key.Email+">[OWNER]", "Owner <"+f.owner.Email+">[VIEW]")
		f.grant(f.ofKey.ID, f.successor.Email, "OWNER").want(400)
		f.grant(f.ofKey.ID, "Successor <"+f.successor.Email+">", "OWNER").want(201)
		f.wantOwners(f.ofKey.ID, f.key.Email, f.successor.Email)
	},
	"principals-as-objects": func(t *testing.T, f foreign) {
		entry := f.get(f.projectPath(f.alone.ID) + "/permissions").want(200).list()[0]
		equal(t, "principal", encoded(t, entry["principal"]), encoded(t, fields{"id": f.owner.ID, "email": f.owner.Email, "type": "MEMBER"}))
		f.grant(f.alone.ID, f.successor.Email, "OWNER").want(400)
		f.grant(f.alone.ID, fields{"id": f.successor.ID}, "OWNER").want(201)
		f.grant(f.alone.ID, fields{"email": f.key.Email}, "OWNER").want(201)
		f.wantOwners(f.alone.ID, f.owner.Email, f.successor.Email, f.key.Email)
	},
	"another-word-for-owner": func(_ *testing.T, f foreign) {
		f.wantEntries(f.ofKey.ID, f.key.Email+"[FULL_CONTROL]", f.owner.Email+"[VIEW]")
		f.grant(f.ofKey.ID, f.successor.Email, "OWNER").want(400)
		f.grant(f.ofKey.ID, f.successor.Email, "FULL_CONTROL").want(201)
		f.wantOwners(f.ofKey.ID, f.key.Email, f.successor.Email)
	},
	"permissions-of-another-shape": func(t *testing.T, f foreign) {
		entry := f.get(f.projectPath(f.alone.ID) + "/permissions").want(200).list()[0]
		equal(t, "entry", encoded(t, entry), encoded(t, fields{"grantee": f.owner.Email, "access": []any{fields{"right": "OWNER"}}}))
	},
	"permissions-missing": func(_ *testing.T, f foreign) {
		f.get(f.projectPath(f.alone.ID) + "/permissions").want(404)
		f.get(f.projectPath(f.alone.ID)).want(200)
	},
	"permissions-empty": func(_ *testing.T, f foreign) { f.wantEntries(f.alone.ID) },
	"permissions-null": func(t *testing.T, f foreign) {
		equal(t, "result", string(f.get(f.projectPath(f.alone.ID)+"/permissions").want(200).Result), "null")
	},
	"self-permissions-missing": func(_ *testing.T, f foreign) { f.get(f.projectPath(f.shared.ID) + "/permissions/self").want(404) },
	"self-permissions-null": func(t *testing.T, f foreign) {
		equal(t, "result", string(f.get(f.projectPath(f.shared.ID)+"/permissions/self").want(200).Result), `[{"permissions":null}]`)
	},
})

// What a dialect does later is done by FinishLater, whatever was put off while it was done.
func TestDialect_latersFollowEachOther(t *testing.T) {
	t.Parallel()
	f := speaking(t, "deletion-later", "transfer-later")
	f.deleteMember().want(202)
	f.deleteMember().want(202)
	f.FinishLater()
	f.wantOwners(f.alone.ID, f.successor.Email)
	equal(t, "members", len(f.Members()), 3)
}

func TestDialect_anyTextIsTakenInEveryForm(t *testing.T) {
	t.Parallel()
	for form, refused := range map[string]any{
		"principals-as-ids": "successor@example.com", "principals-as-name-and-email": "successor@example.com", "principals-as-objects": "successor@example.com",
	} {
		f := speaking(t, form, "any-principal-taken")
		f.grant(f.alone.ID, refused, "OWNER").want(201)
		f.wantOwners(f.alone.ID, f.owner.Email)
		if entries := strings.Join(f.entries(f.alone.ID), " "); !strings.Contains(entries, "successor@example.com") {
			t.Errorf("%s: %s", form, entries)
		}
		f.call("DELETE", f.memberPath(f.owner.ID), f.who, nil).want(200)
		f.wantOwners(f.alone.ID)
		if slices.ContainsFunc(f.Projects(), func(p simulator.Project) bool { return p.ID == f.alone.ID }) {
			t.Errorf("%s: a text that stands for no one keeps the project", form)
		}
	}
}
