package provider_test

import (
	"fmt"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// many makes n objects of each kind of a configuration, and half of the members accept.
func (c *cloud) many(t tb, n int) map[string][]object {
	t.Helper()
	objects := map[string][]object{}
	for i := range n {
		objects["jmapcloud_api_key"] = append(objects["jmapcloud_api_key"], c.create(t, "jmapcloud_api_key", values{"name": fmt.Sprint("key-", i), "role": "ORG_VIEWER", "expires_at": c.inDays(30)}))
		objects["jmapcloud_member"] = append(objects["jmapcloud_member"], c.create(t, "jmapcloud_member", values{"email": fmt.Sprintf("member-%d@example.com", i), "role": "ORG_VIEWER"}))
		objects["jmapcloud_invitation"] = append(objects["jmapcloud_invitation"], c.create(t, "jmapcloud_invitation", values{"email": fmt.Sprintf("invitee-%d@example.com", i), "role": "ORG_VIEWER"}))
		if i%2 == 0 {
			if _, err := c.Accept(fmt.Sprintf("member-%d@example.com", i), "Somebody", password); err != nil {
				t.Fatal(err)
			}
			objects["jmapcloud_member"][i] = c.reread(t, "jmapcloud_member", objects["jmapcloud_member"][i])
		}
	}
	return objects
}

func (c *cloud) reread(t tb, typeName string, o object) object {
	t.Helper()
	o, diags := c.walk(t, nil).read(t, typeName, o)
	diags.mustBeFree(t)
	return o
}

// refresh reads everything at once, ten at a time as Terraform does.
func (w *walk) refresh(t *testing.T, objects map[string][]object) {
	t.Helper()
	var wait sync.WaitGroup
	turn := make(chan struct{}, 10)
	for typeName, all := range objects {
		for _, o := range all {
			wait.Go(func() {
				turn <- struct{}{}
				defer func() { <-turn }()
				got, diags := w.read(t, typeName, o)
				diags.mustBeFree(t)
				if !got.value.Equal(o.value) {
					t.Errorf("%s changed: %s", typeName, got.value)
				}
			})
		}
	}
	wait.Wait()
}

func TestRefresh_costsAConstant(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	objects := c.many(t, 30)
	c.ClearRequests()
	w := c.walk(t, nil)
	w.refresh(t, objects)
	w.factory.Close(t.Context())
	// Three to sign in, three lists, and one to sign out.
	if got := len(c.Requests()); got > 8 {
		t.Errorf("%d calls: %v", got, c.Requests())
	}

	c.ClearRequests()
	c.walk(t, values{"bulk_read": false}).refresh(t, objects)
	if got := len(c.Requests()); got < 90 {
		t.Errorf("with bulk_read = false there were only %d calls", got)
	}
}

// While the lists are read, Terraform waits: each answers here only when all three were asked for.
func TestRefresh_ofManyReadsTheListsTogether(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	objects := c.many(t, 12)
	var lists sync.WaitGroup
	lists.Add(3)
	c.Use(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if slices.Contains([]string{"members", "api-keys", "invitations"}, path.Base(r.URL.Path)) {
				lists.Done()
				lists.Wait()
			}
			next.ServeHTTP(w, r)
		})
	})
	c.walk(t, nil).refresh(t, map[string][]object{"jmapcloud_api_key": objects["jmapcloud_api_key"]})
}

// One object is read by itself: a list of thousands for one would be a bad bargain.
func TestRefresh_ofOneObjectReadsNoList(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	key := c.create(t, "jmapcloud_api_key", values{"name": "ci", "role": "ORG_VIEWER", "expires_at": c.inDays(30)})
	c.ClearRequests()
	c.reread(t, "jmapcloud_api_key", key)
	if slices.ContainsFunc(c.Requests(), func(r simulator.Request) bool { return strings.HasSuffix(r.Path, "/api-keys") }) {
		t.Errorf("the list was read: %v", c.Requests())
	}
}

func TestRefresh_missIsAskedForByItself(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	objects := c.many(t, 4)
	w := c.walk(t, nil)
	w.refresh(t, objects)
	late := c.create(t, "jmapcloud_api_key", values{"name": "late", "role": "ORG_VIEWER", "expires_at": c.inDays(30)})
	got, diags := w.read(t, "jmapcloud_api_key", late)
	diags.mustBeFree(t)
	if got.value.IsNull() {
		t.Error("a key that was made after the list was read counts as gone")
	}
}

func TestRefresh_unreadableListIsNoLoss(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	objects := c.many(t, 6)
	delete(objects, "jmapcloud_invitation")
	objects["jmapcloud_member"] = objects["jmapcloud_member"][:1] // the one that is active
	c.Inject(simulator.Fault{Method: http.MethodGet, Path: "/api/ss/rest/v1/organizations/*/api-keys", Times: -1, Action: simulator.ActionStatus, Status: http.StatusForbidden})
	c.walk(t, nil).refresh(t, objects)
}

func TestCreate_costsACallForEachObject(t *testing.T) {
	t.Parallel()
	keys, members, invitations := "jmapcloud_api_key", "jmapcloud_member", "jmapcloud_invitation"
	for name, typeNames := range map[string][]string{"keys": {keys}, "members": {members}, "invitations": {invitations}, "all": {keys, members, invitations}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t)
			w := c.walk(t, nil)
			const n = 21
			for i := range n {
				typeName := typeNames[i%len(typeNames)]
				config := values{"email": fmt.Sprintf("person-%d@example.com", i), "role": "ORG_VIEWER"}
				if typeName == keys {
					config = values{"name": fmt.Sprint("key-", i), "role": "ORG_VIEWER", "expires_at": c.inDays(30)}
				}
				p := w.plan(t, typeName, object{}, config) // as Terraform plans again while it applies
				p.diags.mustBeFree(t)
				_, diags := w.apply(t, p)
				diags.mustBeFree(t)
			}
			w.factory.Close(t.Context())
			if got := len(c.Requests()); got > n+8 {
				t.Errorf("%d calls for %d objects", got, n)
			}
			if got := len(c.writes()); got != n {
				t.Errorf("%d writes for %d objects", got, n)
			}
		})
	}
}

// The cloud answers a write with the object: to read it then would double the calls. Only a read shows that an invitation was sent at all, so the
// first one of a run is read.
func TestWrite_isFollowedByNoRead(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	made := map[string]object{}
	for _, step := range []struct {
		typeName string
		config   values
	}{
		{"jmapcloud_organization", values{"name": "Roads"}},
		{"jmapcloud_organization", values{"name": "Streets"}},
		{"jmapcloud_api_key", values{"name": "ci", "role": "ORG_VIEWER", "expires_at": c.inDays(30)}},
		{"jmapcloud_api_key", values{"name": "ci", "role": "ORG_VIEWER", "expires_at": c.inDays(30), "force_destroy": true}},
		{"jmapcloud_invitation", values{"email": "invitee@example.com", "role": "ORG_VIEWER"}},
		{"jmapcloud_member", values{"email": ana, "role": "ORG_VIEWER"}},
		{"jmapcloud_member", values{"email": ana, "role": "ORG_EDITOR"}},
		{"jmapcloud_member", values{"email": ana, "role": "ORG_EDITOR", "force_destroy": true}},
	} {
		w := c.walk(t, nil)
		p := w.plan(t, step.typeName, made[step.typeName], step.config)
		p.diags.mustBeFree(t)
		c.ClearRequests()
		o, diags := w.apply(t, p)
		diags.mustBeFree(t)
		made[step.typeName] = o
		written, invitationRead := false, false
		for _, r := range c.Requests() {
			session := slices.Contains([]string{"authenticate", "refresh-token"}, path.Base(r.Path)) || path.Base(r.Path) == "self"
			switch {
			case session:
			case r.Method != http.MethodGet:
				written = true
			case written && r.Method == http.MethodGet && path.Base(path.Dir(r.Path)) == "invitations" && !invitationRead:
				invitationRead = true
			case written:
				t.Errorf("%s %v: read after the write: %s", step.typeName, step.config, r.Path)
			}
		}
		if _, changed := step.config["force_destroy"]; written == changed {
			t.Errorf("%s %v: written is %v", step.typeName, step.config, written)
		}
	}
}

// The walk's lists do not know who came since; the cloud does.
func TestCreate_adoptsWhoCameSinceTheListsWereRead(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	w := c.walk(t, nil)
	p := w.plan(t, "jmapcloud_member", object{}, values{"email": ana, "role": "ORG_EDITOR"})
	wants(t, "warning", p.diags.warnings())
	c.addMember(t, ana, "ORG_VIEWER")
	o, diags := w.apply(t, p)
	wants(t, "error", diags.errors())
	wants(t, "warning", diags.warnings(), "is a member already, with the role ORG_VIEWER, and gets the role ORG_EDITOR")
	if o.text(t, "status") != "ACTIVE" || len(c.Mails()) != 0 {
		t.Errorf("the status is %s, and %d mails went out", o.text(t, "status"), len(c.Mails()))
	}
}
