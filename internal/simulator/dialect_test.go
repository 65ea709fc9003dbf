package simulator_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// foreign is a cloud that speaks dialects, with what a member and a key own in it, and its administrator to ask it.
type foreign struct {
	holdings
	who credential
}

func speaking(t *testing.T, names ...string) foreign {
	t.Helper()
	f := foreign{holdings: newHoldings(t, newLooseCloud(t))}
	f.who = f.administrator()
	mustDo(t, f.Speak(names...))
	return f
}

func (f foreign) get(path string) reply { f.t.Helper(); return f.call("GET", path, f.who, nil) }

func (f foreign) projectPath(id string) string { return f.maps + "/projects/" + id }

func (f foreign) keyPath() string { return f.org + "/api-keys/" + f.key.ID }

// deleteMember deletes the owner, and hands over to the successor's id.
func (f foreign) deleteMember() reply {
	f.t.Helper()
	return f.call("DELETE", f.memberPath(f.owner.ID)+f.toSuccessor(), f.who, nil)
}

// deleteKey deletes the key, and hands over to the successor's id.
func (f foreign) deleteKey() reply {
	f.t.Helper()
	return f.call("DELETE", f.keyPath()+f.toSuccessor(), f.who, nil)
}

func (f foreign) toSuccessor() string {
	return "?transferOwnershipTo=" + url.QueryEscape(f.successor.ID)
}

// entries are the principals of a project with their permissions, as the wire has them.
func (f foreign) entries(project string) []string {
	f.t.Helper()
	all := []string{}
	for _, entry := range f.get(f.projectPath(project) + "/permissions").want(200).list() {
		all = append(all, fmt.Sprint(entry["principal"], entry["permissions"]))
	}
	return all
}

func (f foreign) wantEntries(project string, want ...string) {
	f.t.Helper()
	if got := f.entries(project); !slices.Equal(got, want) {
		f.t.Fatalf("entries %q, want %q", got, want)
	}
}

func (f foreign) grant(project string, principal any, permission string) reply {
	f.t.Helper()
	return f.call("POST", f.projectPath(project)+"/permissions", f.who, fields{"principal": principal, "permission": permission})
}

func (f foreign) revoke(project, principal string) reply {
	f.t.Helper()
	return f.call("DELETE", f.projectPath(project)+"/permissions/"+url.PathEscape(principal), f.who, nil)
}

// dialectTests shows the effect of each dialect through HTTP.
var dialectTests = map[string]func(t *testing.T, f foreign){}

func showsDialects(more map[string]func(t *testing.T, f foreign)) struct{} {
	maps.Copy(dialectTests, more)
	return struct{}{}
}

func TestDialect_eachIsShown(t *testing.T) {
	t.Parallel()
	names := []string{}
	for _, d := range simulator.Dialects() {
		if slices.Contains(names, d.Name) {
			t.Errorf("%s stands twice", d.Name)
		}
		names = append(names, d.Name)
		if d.About == "" || !strings.HasSuffix(d.Says, ".") || !regexp.MustCompile(`^[a-z0-9-]+$`).MatchString(d.Name) {
			t.Errorf("%+v", d)
		}
		show := dialectTests[d.Name]
		if show == nil {
			t.Errorf("no test shows %s", d.Name)
			continue
		}
		t.Run(d.Name, func(t *testing.T) {
			t.Parallel()
			name := d.Name
			if d.Number > 0 {
				name += ":2"
			}
			show(t, speaking(t, name))
		})
	}
	for name := range dialectTests {
		if !slices.Contains(names, name) {
			t.Errorf("a test shows %s, which is not spoken", name)
		}
	}
}

func TestDialect_unknownOnesAreRefused(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	mustDo(t, c.Speak("permissions-empty"))
	for _, name := range []string{"", "klingon", "transfer-ignored:3", "resource-lists-keep-oldest:0", "resource-lists-keep-oldest:many", "resource-lists-keep-oldest:"} {
		if c.Speak("transfer-ignored", name) == nil {
			t.Errorf("%q is taken", name)
		}
	}
	mustDo(t, c.Speak())
	must(c.AddProject("Trees"))(t)
	equal(t, "entries", len(c.call("GET", c.maps+"/projects/"+c.Projects()[0].ID+"/permissions", c.administrator(), nil).want(200).list()), 1)
}

func TestDialect_severalAreSpokenAtOnce(t *testing.T) {
	t.Parallel()
	f := speaking(t, "lists-in-envelope", "another-word-for-owner", "principals-as-ids", "resource-lists-keep-newest:1", "transfer-ignored")
	result := f.get(f.maps + "/projects").want(200).object()
	equal(t, "total", result["total"], any(1.0))
	equal(t, "id", result["items"].([]any)[0].(fields)["id"], any(f.ofKey.ID))
	result = f.get(f.projectPath(f.alone.ID) + "/permissions").want(200).object()
	equal(t, "entries", fmt.Sprint(result["items"]), fmt.Sprintf("[map[permissions:[FULL_CONTROL] principal:%s]]", f.owner.ID))
	f.grant(f.alone.ID, f.successor.ID, "FULL_CONTROL").want(201)
	f.wantOwners(f.alone.ID, f.owner.Email, f.successor.Email)
	f.deleteMember().want(200)
	f.wantOwners(f.alone.ID, f.successor.Email)
	equal(t, "data sources", len(f.DataSources()), 0)
}

// Whatever the cloud speaks, the Go methods know who really owns what.
func TestDialect_goMethodsTellTheTruth(t *testing.T) {
	t.Parallel()
	for _, d := range simulator.Dialects() {
		f := speaking(t, d.Name)
		f.get(f.maps + "/projects")
		f.get(f.projectPath(f.alone.ID) + "/permissions")
		f.wantOwners(f.alone.ID, f.owner.Email)
		f.wantOwners(f.shared.ID, f.owner.Email, f.Account().Username)
		f.wantOwners(f.source.ID, f.owner.Email)
		f.wantOwners(f.ofKey.ID, f.key.Email)
		equal(t, d.Name+": projects", len(f.Projects()), 3)
		equal(t, d.Name+": members", len(f.Members()), 4)
		equal(t, d.Name+": keys", len(f.APIKeys()), 1)
	}
}

var _ = showsDialects(map[string]func(t *testing.T, f foreign){
	"resource-lists-keep-oldest": func(t *testing.T, f foreign) {
		listed := f.get(f.maps + "/projects").want(200).list()
		equal(t, "listed", len(listed), 2)
		equal(t, "first", listed[0]["id"], any(f.alone.ID))
		equal(t, "data sources", len(f.get(f.maps+"/datasources").want(200).list()), 1)
		equal(t, "members", len(f.get(f.org+"/members").want(200).list()), 4)
	},
	"resource-lists-keep-newest": func(t *testing.T, f foreign) {
		listed := f.get(f.maps + "/projects").want(200).list()
		equal(t, "listed", len(listed), 2)
		equal(t, "first", listed[0]["id"], any(f.ofKey.ID))
	},
	"access-lists-keep-oldest": func(t *testing.T, f foreign) {
		listed := f.get(f.org + "/members").want(200).list()
		equal(t, "listed", len(listed), 2)
		equal(t, "first", listed[0]["email"], any(f.Account().Username))
		equal(t, "projects", len(f.get(f.maps+"/projects").want(200).list()), 3)
	},
	"access-lists-keep-newest": func(t *testing.T, f foreign) {
		listed := f.get(f.org + "/members").want(200).list()
		equal(t, "listed", len(listed), 2)
		equal(t, "first", listed[0]["email"], any(f.viewer.Email))
	},
	"lists-in-envelope": func(t *testing.T, f foreign) {
		result := f.get(f.org + "/members").want(200).object()
		equal(t, "items", len(result["items"].([]any)), 4)
		equal(t, "total", result["total"], any(4.0))
	},
})

// entry is how the wire writes an entry, as JSON.
func encoded(t *testing.T, value any) string { t.Helper(); return string(must(json.Marshal(value))(t)) }
