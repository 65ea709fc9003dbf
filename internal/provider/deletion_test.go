package provider_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// ownerCase is a member or an API key, managed by Terraform and about to be deleted.
type ownerCase struct {
	typeName string
	called   string // in messages
	config   values
	replaced values // a change that replaces it
	object   object
	email    string
}

// owners makes one of each kind, with more of configuration.
func (c *cloud) owner(t tb, kind string, more values) ownerCase {
	t.Helper()
	o := ownerCase{typeName: "jmapcloud_api_key", called: `the API key "ci"`}
	o.config = values{"name": "ci", "role": "ORG_EDITOR", "expires_at": c.inDays(30)}
	o.replaced = values{"name": "ci-2"}
	if kind == "member" {
		o = ownerCase{typeName: "jmapcloud_member", called: "the member " + ana}
		o.config, o.replaced = values{"email": ana, "role": "ORG_EDITOR"}, values{"email": "ana.new@example.com"}
	}
	for name, value := range more {
		o.config[name] = value
	}
	o.object = c.create(t, o.typeName, o.config)
	if kind == "member" {
		if _, err := c.Accept(ana, "Ana", password); err != nil {
			t.Fatal(err)
		}
		var diags diagnostics
		o.object, diags = c.walk(t, nil).read(t, o.typeName, o.object)
		diags.mustBeFree(t)
		o.email = ana
		return o
	}
	o.email = o.object.text(t, "email")
	return o
}

// exists reports whether the cloud still has it.
func (o ownerCase) exists(c *cloud) bool {
	if o.typeName == "jmapcloud_member" {
		_, found := c.Member(o.email)
		return found
	}
	return slices.ContainsFunc(c.APIKeys(), func(k simulator.APIKey) bool { return k.Email == o.email })
}

func (o ownerCase) withReplacement() values {
	config := values{}
	for name, value := range o.config {
		config[name] = value
	}
	for name, value := range o.replaced {
		config[name] = value
	}
	return config
}

// ending is what becomes of a deletion.
type ending string

// The endings. "Said" is by the plan, before anything is done.
const (
	// The plan has nothing to say, and the apply makes one change: the deletion.
	deleted ending = "deleted"
	// The apply deletes the owner, of whom nothing is seen, with a successor: a rehearsal shows first that what is not seen would go there.
	rehearsed ending = "rehearsed"
	// The successor is an owner of the project afterwards, and was before the owner was deleted.
	moved ending = "moved"
	// The project is deleted with the owner, or left to those who own it too.
	destroyed ending = "destroyed"
	// It would take a project along that nobody is to receive.
	wouldDestroy ending = "would also delete 1 project"
	// Nothing shows that the account sees all that the owner owns.
	unseen ending = "Unable to tell what"
)

// endings are those of every deletion. The owner is a key or a member; "in the dark" means that nothing shows that the account sees what is not
// shared with it. A key whose secret is in state tells by itself what it owns, so that the dark is none.
//
// A plan says what it moves or destroys, and refuses what the apply would: all but -replace, of which no plan hears. Then what a plan would
// have said goes unsaid, what it would have refused is refused by the apply, and force_destroy does not count. A member stays then.
var endings = []struct {
	owner, owns, option string
	planned             ending // of a destroy and of a replacement
	replaced            ending // of -replace
}{
	{"key, or member in the light", "nothing", "none", deleted, deleted},
	{"key, or member in the light", "nothing", "successor", deleted, deleted},
	{"key, or member in the light", "nothing", "force", deleted, deleted},
	{"key, or member in the light", "shared", "none", wouldDestroy, wouldDestroy},
	{"key, or member in the light", "shared", "successor", moved, moved},
	{"key, or member in the light", "shared", "force", destroyed, wouldDestroy},
	{"key, or member in the light", "alone", "none", wouldDestroy, wouldDestroy},
	{"key, or member in the light", "alone", "successor", moved, moved},
	{"key, or member in the light", "alone", "force", destroyed, wouldDestroy},

	{"member in the dark", "nothing", "none", unseen, unseen},
	{"member in the dark", "nothing", "successor", rehearsed, rehearsed},
	{"member in the dark", "nothing", "force", unseen, unseen},
	{"member in the dark", "shared", "none", wouldDestroy, wouldDestroy},
	{"member in the dark", "shared", "successor", moved, moved},
	{"member in the dark", "shared", "force", unseen, wouldDestroy},
	{"member in the dark", "alone", "none", wouldDestroy, wouldDestroy},
	{"member in the dark", "alone", "successor", moved, moved},
	{"member in the dark", "alone", "force", unseen, wouldDestroy},
}

// A block that was removed and a destroy are one at the protocol: a plan with a null state.
func TestDeletion_matrix(t *testing.T) {
	t.Parallel()
	for _, row := range endings {
		kinds, lights := []string{"api_key", "member"}, []string{"light", "dark"}
		if row.owner == "member in the dark" {
			kinds, lights = kinds[1:], lights[1:]
		}
		for _, kind := range kinds {
			for _, light := range lights {
				if kind == "member" && light == "dark" && row.owner != "member in the dark" {
					continue
				}
				for _, at := range map[string][]string{"none": {"nowhere"}, "successor": {"resource", "provider"}, "force": {"resource"}}[row.option] {
					for way, want := range map[string]ending{"destroy": row.planned, "replacement": row.planned, "-replace": row.replaced} {
						t.Run(fmt.Sprintf("%s/%s/%s/%s at %s/%s", kind, light, row.owns, row.option, at, way), func(t *testing.T) {
							t.Parallel()
							deletionCase{kind, light == "light", row.owns, row.option, at, way, want}.run(t)
						})
					}
				}
			}
		}
	}
}

// deletionCase is a deletion of the matrix.
type deletionCase struct {
	kind     string
	isLight  bool
	owns     string
	option   string
	optionAt string
	way      string
	want     ending
}

// owned makes what o owns, a project or nothing.
func (d deletionCase) owned(t *testing.T, c *cloud, o ownerCase) (project string) {
	t.Helper()
	switch d.owns {
	case "shared":
		return c.project(t, "Roads", o.email, other)
	case "alone":
		return c.project(t, "Roads", o.email)
	}
	return ""
}

func (d deletionCase) options() (block, more values) {
	switch {
	case d.option == "successor" && d.optionAt == "resource":
		return nil, values{"transfer_ownership_to": "Lead@Example.com"}
	case d.option == "successor":
		return values{"transfer_ownership_to": lead}, nil
	case d.option == "force":
		return nil, values{"force_destroy": true}
	}
	return nil, nil
}

func (d deletionCase) run(t *testing.T) {
	c := startCloud(t)
	if d.isLight {
		c.withOthersMaps(t)
	}
	c.addMember(t, lead, "ORG_EDITOR")
	c.addMember(t, other, "ORG_EDITOR")
	block, more := d.options()
	o := c.owner(t, d.kind, more)
	project := d.owned(t, c, o)
	isRefused := d.want == wouldDestroy || d.want == unseen

	c.ClearRequests()
	plan := planOf(t, c.walk(t, block), o, d.way)
	c.wroteNow(t)
	switch {
	case isRefused && d.way != "-replace":
		wants(t, "warning", plan.diags.warnings())
		d.isRefused(t, plan.diags, o)
		return
	case d.way == "-replace" || d.want == deleted || d.want == rehearsed:
		wants(t, "warning", plan.diags.warnings())
	case d.want == moved:
		wants(t, "warning", plan.diags.warnings(), "Deleting "+o.called+" transfers 1 project to "+lead, `"Roads"`)
	case d.want == destroyed:
		wants(t, "warning", plan.diags.warnings(), "Deleting "+o.called+" PERMANENTLY deletes 1 project", `"Roads"`)
	}
	wants(t, "error", plan.diags.errors())

	applying := c.walk(t, block)
	_, diags := applying.apply(t, applying.destroyed(plan))
	if d.way == "-replace" && d.kind == "member" {
		wants(t, "error", diags.errors())
		c.wroteNow(t)
		if !o.exists(c) {
			t.Error("the member is gone")
		}
		return
	}
	if isRefused {
		d.isRefused(t, diags, o)
		c.wroteNow(t)
		if !o.exists(c) || project != "" && !hasProject(c, project) {
			t.Error("a refused deletion deleted something")
		}
		return
	}
	wants(t, "error", diags.errors())
	wants(t, "warning", diags.warnings())
	if o.exists(c) {
		t.Error("it was not deleted")
	}
	d.hasEnded(t, c, o, project)
}

// isRefused wants the refusal with its reason and the ways out.
func (d deletionCase) isRefused(t *testing.T, diags diagnostics, o ownerCase) {
	t.Helper()
	if d.want == unseen {
		wants(t, "error", diags.errors(), "Unable to tell what "+o.called+" owns", "share only among themselves", "Nothing was deleted.", "JMAPCLOUD_TRANSFER_OWNERSHIP_TO", "in the portal", "terraform state rm")
		return
	}
	wants(t, "error", diags.errors(), "Deleting "+o.called+" would also delete 1 project", `"Roads"`, "Nothing was deleted.", "JMAPCLOUD_TRANSFER_OWNERSHIP_TO", "force_destroy", "In the portal")
}

// hasEnded checks what the cloud has after a deletion, and that a rehearsal, if there was one, left nothing.
func (d deletionCase) hasEnded(t *testing.T, c *cloud, o ownerCase, project string) {
	t.Helper()
	if len(c.APIKeys()) > 0 {
		t.Errorf("the keys are %v", c.APIKeys())
	}
	last := map[string]string{"api_key": "DELETE api-keys", "member": "DELETE members"}[d.kind]
	writes, owners := c.written(), c.Owners(project)
	if writes[len(writes)-1] != last {
		t.Errorf("written: %q, and last of all something else than %s", writes, last)
	}
	isRehearsed := slices.Contains(writes, "POST api-keys")
	if isRehearsed != (d.want == moved || d.want == rehearsed) {
		t.Errorf("rehearsed: %v", isRehearsed)
	}
	switch d.want {
	case rehearsed, wouldDestroy, unseen:
	case deleted:
		if len(writes) != 1 {
			t.Errorf("written: %q", writes)
		}
	case moved:
		slices.Sort(owners)
		want := map[string][]string{"alone": {lead}, "shared": {lead, other}}[d.owns]
		if !slices.Equal(owners, want) {
			t.Errorf("%v own the project, want %v", owners, want)
		}
	case destroyed:
		if left := map[string][]string{"alone": nil, "shared": {other}}[d.owns]; !slices.Equal(owners, left) {
			t.Errorf("%v own the project, want %v", owners, left)
		}
	}
	if left := len(c.projects()); left != map[bool]int{true: 1, false: 0}[d.owns == "shared" || d.want == moved] {
		t.Errorf("%d projects are there", left)
	}
}

// planOf plans the deletion of o in one of three ways. A -replace looks to the provider like no change at all.
func planOf(t tb, w *walk, o ownerCase, way string) planned {
	t.Helper()
	switch way {
	case "replacement":
		p := w.plan(t, o.typeName, o.object, o.withReplacement())
		if !p.replace && !p.diags.hasError() {
			t.Fatal("no replacement")
		}
		return p
	case "-replace":
		p := w.plan(t, o.typeName, o.object, o.config)
		said := p.diags
		p.again(t, w)
		p.diags = said // the creating half speaks of what it finds there, as in every creation
		return p
	default:
		return w.plan(t, o.typeName, o.object, nil)
	}
}

// destroyIn plans in one walk and applies in another, with between in between.
func (c *cloud) destroyIn(t *testing.T, block values, o ownerCase, between func()) (planning, applying diagnostics) {
	t.Helper()
	plan := c.walk(t, block).plan(t, o.typeName, o.object, nil)
	if plan.diags.hasError() {
		return plan.diags, nil
	}
	between()
	_, applying = c.walk(t, block).apply(t, plan)
	return plan.diags, applying
}

func TestDeletion_projectMadeSinceThePlanIsNotDeleted(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"api_key", "member"} {
		for _, force := range []any{nil, true} {
			c := startCloud(t).withOthersMaps(t)
			o := c.owner(t, kind, values{"force_destroy": force})
			if force != nil {
				_, err := c.AddProject("Shown", o.email)
				must(t, err)
			}
			_, diags := c.destroyIn(t, nil, o, func() {
				_, err := c.AddProject("Rivers", o.email)
				must(t, err)
			})
			wants(t, "error", diags.errors(), "would also delete 1 project", `"Rivers"`)
			if !o.exists(c) {
				t.Errorf("%s, force %v: it was deleted", kind, force)
			}
		}
	}
}

func TestDeletion_successorMustQualify(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		prepare func(*testing.T, *cloud)
		says    string
	}{
		"unknown":  {func(*testing.T, *cloud) {}, "No active member of the organization has this email"},
		"viewer":   {func(t *testing.T, c *cloud) { c.addMember(t, lead, "ORG_VIEWER") }, "raise their role first"},
		"invitee":  {func(t *testing.T, c *cloud) { _, err := c.Invite(lead, "ORG_EDITOR", "en"); must(t, err) }, "An invited person has to accept first"},
		"promoted": {func(t *testing.T, c *cloud) { c.addMember(t, lead, "ORG_EDITOR") }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t).withOthersMaps(t)
			o := c.owner(t, "api_key", values{"transfer_ownership_to": lead})
			test.prepare(t, c)
			plan := c.walk(t, nil).plan(t, o.typeName, o.object, nil)
			wants(t, "error", plan.diags.errors()) // there is nothing to receive
			wants(t, "warning", plan.diags.warnings())

			c.project(t, "Roads", o.email)
			plan = c.walk(t, nil).plan(t, o.typeName, o.object, nil)
			if test.says == "" {
				wants(t, "error", plan.diags.errors())
				return
			}
			wants(t, "error", plan.diags.errors(), lead+` cannot receive what the API key "ci" owns`, test.says, "restore the block, change transfer_ownership_to")
			if plan.diags[0].Attribute.String() != `AttributeName("transfer_ownership_to")` {
				t.Errorf("the error stands at %s", plan.diags[0].Attribute)
			}

			fromProvider := c.create(t, "jmapcloud_api_key", values{"name": "cd", "role": "ORG_EDITOR", "expires_at": c.inDays(30)})
			c.project(t, "Rivers", fromProvider.text(t, "email"))
			plan = c.walk(t, values{"transfer_ownership_to": lead}).plan(t, o.typeName, fromProvider, nil)
			wants(t, "error", plan.diags.errors(), test.says, "Change transfer_ownership_to in the provider block; it overrides JMAPCLOUD_TRANSFER_OWNERSHIP_TO.")
			if plan.diags[0].Attribute != nil {
				t.Errorf("the error stands at %s", plan.diags[0].Attribute)
			}
		})
	}
}

func TestDeletion_successorCannotBeTheDeleted(t *testing.T) {
	t.Parallel()
	c := startCloud(t).withOthersMaps(t)
	o := c.owner(t, "member", values{"transfer_ownership_to": "ANA@example.com"})
	c.project(t, "Roads", ana)
	plan := c.walk(t, nil).plan(t, o.typeName, o.object, nil)
	wants(t, "error", plan.diags.errors(), "ANA@example.com cannot receive what the member "+ana+" owns", "An owner cannot be their own successor.")
}

func TestDeletion_successorNamedEarlyIsLookedUp(t *testing.T) {
	t.Parallel()
	c := startCloud(t).withOthersMaps(t)
	plan := c.walk(t, nil).plan(t, "jmapcloud_api_key", object{}, values{"name": "ci", "role": "ORG_EDITOR", "expires_at": c.inDays(30), "transfer_ownership_to": lead})
	wants(t, "error", plan.diags.errors())
	wants(t, "warning", plan.diags.warnings(), lead+" could not receive anything yet", "No active member of the organization has this email")
}

func TestDeletion_unknownSuccessorIsQualifiedAtApply(t *testing.T) {
	t.Parallel()
	c := startCloud(t).withOthersMaps(t)
	o := c.owner(t, "api_key", nil)
	p, err := c.AddProject("Roads", o.email)
	must(t, err)
	plan := c.walk(t, values{"transfer_ownership_to": unknown}).plan(t, o.typeName, o.object, nil)
	wants(t, "error", plan.diags.errors())
	wants(t, "warning", plan.diags.warnings(), "transfers 1 project to the successor that is known after apply")

	_, diags := c.walk(t, values{"transfer_ownership_to": lead}).apply(t, plan)
	wants(t, "error", diags.errors(), "No active member of the organization has this email")
	c.addMember(t, lead, "ORG_EDITOR")
	_, diags = c.walk(t, values{"transfer_ownership_to": lead}).apply(t, plan)
	wants(t, "error", diags.errors())
	if !slices.Equal(c.Owners(p.ID), []string{lead}) {
		t.Error(c.Owners(p.ID))
	}
}

// A successor that is not known yet is no permission to delete without one.
func TestDeletion_successorUnknownAtApplyDeletesNothing(t *testing.T) {
	t.Parallel()
	c := startCloud(t).withOthersMaps(t)
	o := c.owner(t, "api_key", nil)
	_, err := c.AddProject("Roads", o.email)
	must(t, err)
	block := values{"transfer_ownership_to": unknown}
	_, diags := c.destroyIn(t, block, o, func() {})
	wants(t, "error", diags.errors(), `The successor of the API key "ci" is not known`, "Nothing was deleted", "JMAPCLOUD_TRANSFER_OWNERSHIP_TO")
	if !o.exists(c) || len(c.projects()) != 1 {
		t.Error("something was deleted")
	}
}

func TestDeletion_successorRemovedSinceThePlan(t *testing.T) {
	t.Parallel()
	c := startCloud(t).withOthersMaps(t)
	c.addMember(t, lead, "ORG_EDITOR")
	o := c.owner(t, "api_key", values{"transfer_ownership_to": lead})
	_, err := c.AddProject("Roads", o.email)
	must(t, err)
	_, diags := c.destroyIn(t, nil, o, func() { must(t, c.RemoveMember(lead, "")) })
	wants(t, "error", diags.errors(), "No active member of the organization has this email", "Nothing was deleted")
	if !o.exists(c) {
		t.Error("it was deleted")
	}
}

func TestDeletion_successorDeletedInTheSameRun(t *testing.T) {
	t.Parallel()
	c := startCloud(t).withOthersMaps(t)
	c.addMember(t, other, "ORG_EDITOR")
	successor := c.owner(t, "member", nil)
	key := c.owner(t, "api_key", values{"transfer_ownership_to": ana})
	_, err := c.AddProject("Roads", key.email)
	must(t, err)

	w := c.walk(t, nil)
	wants(t, "error", w.plan(t, key.typeName, key.object, nil).diags.errors())
	wants(t, "error", w.plan(t, successor.typeName, successor.object, nil).diags.errors(), "The member "+ana+` is deleted in this run but is the successor of the API key "ci"`, "Delete in two runs")

	w = c.walk(t, nil)
	wants(t, "error", w.plan(t, successor.typeName, successor.object, nil).diags.errors())
	wants(t, "error", w.plan(t, key.typeName, key.object, nil).diags.errors(), "They are deleted in the same run")
}

// The person is removed or demoted while a key that stays names them.
func TestDeletion_successorOfAKeyThatStays(t *testing.T) {
	t.Parallel()
	for name, lost := range successorLosses {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t).withOthersMaps(t)
			successor := c.owner(t, "member", nil)
			prior, config := lost.how(successor)
			key := c.owner(t, "api_key", values{"transfer_ownership_to": ana})

			w := c.walk(t, nil)
			wants(t, "error", w.plan(t, key.typeName, key.object, key.config).diags.errors())
			wants(t, "error", w.plan(t, successor.typeName, prior, config).diags.errors(), "The member "+ana+lost.says+`in this run but is the successor of the API key "ci"`, "in two runs")

			w = c.walk(t, nil)
			wants(t, "error", w.plan(t, successor.typeName, prior, config).diags.errors())
			wants(t, "error", w.plan(t, key.typeName, key.object, key.config).diags.errors(), ana+lost.says+`in this run but is the successor of the API key "ci"`)
		})
	}
}

// To destroy everything, the successor included, is fine while there is nothing to receive.
func TestDeletion_successorGoesWithThoseWhoOwnNothing(t *testing.T) {
	t.Parallel()
	c := startCloud(t).withOthersMaps(t)
	successor := c.owner(t, "member", nil)
	key := c.owner(t, "api_key", values{"transfer_ownership_to": ana})
	planning, applying := c.walk(t, nil), c.walk(t, nil)
	for _, o := range []ownerCase{successor, key} {
		plan := planning.plan(t, o.typeName, o.object, nil)
		wants(t, "error", plan.diags.errors())
		_, diags := applying.apply(t, plan)
		wants(t, "error", diags.errors())
		if o.exists(c) {
			t.Errorf("%s is still there", o.called)
		}
	}
}

// A co-owner is no safety: they may go in the same run, in another one, or in the portal.
func TestDeletion_coOwnerIsNoSafety(t *testing.T) {
	t.Parallel()
	c := startCloud(t).withOthersMaps(t)
	member, key := c.owner(t, "member", nil), c.owner(t, "api_key", nil)
	p := c.project(t, "Roads", member.email, key.email)

	together := c.walk(t, nil)
	for _, o := range []ownerCase{member, key} {
		for _, w := range []*walk{together, c.walk(t, nil)} { // apart, as -target does
			wants(t, "error", w.plan(t, o.typeName, o.object, nil).diags.errors(), "Deleting "+o.called+" would also delete 1 project", `"Roads"`, "Others own it, too")
		}
	}

	// Whoever began to own it since the plan is refused by the apply, in whichever order.
	must(t, c.Ungrant(p, key.email))
	plan := c.walk(t, nil).plan(t, key.typeName, key.object, nil)
	wants(t, "error", plan.diags.errors())
	must(t, c.Grant(p, key.email, "OWNER"))
	_, diags := c.walk(t, nil).apply(t, plan)
	wants(t, "error", diags.errors(), "would also delete 1 project")
	if !hasProject(c, p) || !key.exists(c) {
		t.Error("something was deleted")
	}
}

func TestDeletion_twoKeysOneSuccessor(t *testing.T) {
	t.Parallel()
	c := startCloud(t).withOthersMaps(t)
	c.addMember(t, lead, "ORG_EDITOR")
	block := values{"transfer_ownership_to": lead}
	planning, applying := c.walk(t, block), c.walk(t, block)
	const n = 8
	var keys []object
	for i := range n {
		keys = append(keys, c.create(t, "jmapcloud_api_key", values{"name": fmt.Sprint("ci-", i), "role": "ORG_EDITOR", "expires_at": c.inDays(30)}))
		_, err := c.AddProject(fmt.Sprint("Roads ", i), keys[i].text(t, "email"))
		must(t, err)
	}
	done := make(chan diagnostics)
	for _, key := range keys {
		plan := planning.plan(t, "jmapcloud_api_key", key, nil)
		wants(t, "warning", plan.diags.warnings(), "transfers 1 project to "+lead)
		go func() {
			_, diags := applying.apply(t, plan)
			done <- diags
		}()
	}
	for range n {
		wants(t, "error", (<-done).errors())
	}
	if len(c.projects()) != n {
		t.Errorf("%d projects are left of %d", len(c.projects()), n)
	}
	for _, p := range c.projects() {
		if !slices.Equal(p.Owners, []string{lead}) {
			t.Errorf("%v owns %s", p.Owners, p.ID)
		}
	}
}

func TestDeletion_readsOwnershipOnceHoweverManyGo(t *testing.T) {
	t.Parallel()
	c := startCloud(t).withOthersMaps(t)
	c.addMember(t, lead, "ORG_EDITOR")
	const keys, projects = 12, 30
	var objects []object
	for i := range keys {
		objects = append(objects, c.create(t, "jmapcloud_api_key", values{"name": fmt.Sprint("ci-", i), "role": "ORG_EDITOR", "expires_at": c.inDays(30)}))
	}
	for i := range projects {
		_, err := c.AddProject(fmt.Sprint("Roads ", i), objects[i%keys].text(t, "email"))
		must(t, err)
	}
	block := values{"transfer_ownership_to": lead}

	c.ClearRequests()
	planning := c.walk(t, block)
	var plans []planned
	for _, o := range objects {
		plans = append(plans, planning.plan(t, "jmapcloud_api_key", o, nil))
	}
	// The bounds are those of the design. Others' maps are read, too; the account's first project shows how the cloud writes it.
	const signIn, reading, rehearsal = 4, 4 + projects + 2, 16
	if got, most := len(c.Requests()), signIn+reading; got > most {
		t.Errorf("the plan made %d calls, more than %d", got, most)
	}

	c.ClearRequests()
	applying := c.walk(t, block)
	for _, p := range plans {
		_, diags := applying.apply(t, p)
		wants(t, "error", diags.errors())
	}
	if got, most := len(c.Requests()), signIn+reading+rehearsal+keys+4*projects; got > most {
		t.Errorf("the apply made %d calls, more than %d", got, most)
	}
}

func TestDeletion_transferAnsweredWithAnErrorAfterItWasDone(t *testing.T) {
	t.Parallel()
	for _, action := range []string{simulator.ActionStatus, simulator.ActionClose, simulator.ActionTruncate} {
		c := startCloud(t)
		c.addMember(t, lead, "ORG_EDITOR")
		o := c.owner(t, "api_key", nil)
		p, err := c.AddProject("Roads", o.email)
		must(t, err)
		_, diags := c.destroyIn(t, values{"transfer_ownership_to": lead}, o, func() {
			c.Inject(simulator.Fault{Method: http.MethodDelete, When: simulator.After, Action: action, Status: http.StatusInternalServerError})
		})
		wants(t, "error", diags.errors())
		if o.exists(c) || !slices.Equal(c.Owners(p.ID), []string{lead}) {
			t.Errorf("%s: the key or its project is not where it should be: %v", action, c.Owners(p.ID))
		}
	}
}

// What cannot be read is never taken for nothing, whatever the configuration allows. A key whose secret is in state tells by itself what it owns,
// and what goes to a successor has to be read back all the same.
func TestDeletion_ownershipThatCannotBeRead(t *testing.T) {
	t.Parallel()
	const unread, wouldDelete, untransferred = "Unable to tell what", "would also delete 1 project", "Unable to show that"
	for name, test := range map[string]struct {
		kind        string
		block, more values
		planning    string // the plan's error
		applying    string // the apply's
		deleted     bool
	}{
		"member":                {kind: "member", planning: unread},
		"member with force":     {kind: "member", more: values{"force_destroy": true}, planning: unread},
		"member with successor": {kind: "member", block: values{"transfer_ownership_to": lead}, planning: unread},
		"key":                   {kind: "api_key", planning: wouldDelete},
		"key with force":        {kind: "api_key", more: values{"force_destroy": true}, deleted: true},
		"key with successor":    {kind: "api_key", block: values{"transfer_ownership_to": lead}, applying: untransferred},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t).withOthersMaps(t)
			c.addMember(t, lead, "ORG_EDITOR")
			o := c.owner(t, test.kind, test.more)
			p := c.project(t, "Roads", o.email)
			c.Inject(simulator.Fault{Path: "/api/mcs/rest/v1/organizations/*/projects/*/permissions", Times: -1, When: simulator.Before, Action: simulator.ActionStatus, Status: http.StatusForbidden})
			planning, applying := c.destroyIn(t, test.block, o, func() {})
			for what, one := range map[string]struct{ want, got string }{"the plan's error": {test.planning, planning.errors()}, "the apply's error": {test.applying, applying.errors()}} {
				if one.want == "" {
					wants(t, what, one.got)
				} else {
					wants(t, what, one.got, one.want, o.called, "Nothing was deleted.")
				}
			}
			if o.exists(c) == test.deleted || hasProject(c, p) == test.deleted {
				t.Errorf("the owner is there: %v, its project: %v", o.exists(c), hasProject(c, p))
			}
		})
	}
}

// slowPermissions is a network on which who owns what never arrives in time.
type slowPermissions struct{}

func (slowPermissions) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasSuffix(r.URL.Path, "/permissions") {
		return nil, os.ErrDeadlineExceeded
	}
	return http.DefaultTransport.RoundTrip(r)
}

func TestDeletion_ownershipThatTimesOut(t *testing.T) {
	t.Parallel()
	c := startCloud(t).withOthersMaps(t)
	o := c.owner(t, "member", values{"force_destroy": true})
	c.project(t, "Roads", o.email)
	slow := func() *walk {
		factory := newFactory()
		factory.Transport, factory.RetryWait = slowPermissions{}, time.Millisecond
		w, diags := configured(t, factory, c.account(nil))
		diags.mustBeFree(t)
		return w
	}
	refused := func(diags diagnostics) {
		t.Helper()
		wants(t, "error", diags.errors(), "Unable to tell what the member "+ana+" owns", "i/o timeout", "Nothing was deleted")
	}
	refused(slow().plan(t, o.typeName, o.object, nil).diags)
	plan := c.walk(t, nil).plan(t, o.typeName, o.object, nil)
	plan.diags.mustBeFree(t)
	_, diags := slow().apply(t, plan)
	refused(diags)
	if !o.exists(c) {
		t.Error("it was deleted")
	}
}

func TestDeletion_readableAtPlanOnlyIsRefusedEvenWithForce(t *testing.T) {
	t.Parallel()
	c := startCloud(t).withOthersMaps(t)
	o := c.owner(t, "api_key", values{"force_destroy": true})
	_, err := c.AddProject("Roads", o.email)
	must(t, err)
	_, diags := c.destroyIn(t, nil, o, func() {
		c.Inject(simulator.Fault{Path: "/api/mcs/rest/v1/organizations/*/projects", Times: -1, Action: simulator.ActionStatus, Status: http.StatusForbidden})
	})
	wants(t, "error", diags.errors(), `Unable to tell what the API key "ci" owns`, "Nothing was deleted")
	if !o.exists(c) {
		t.Error("it was deleted")
	}
}

// A cloud that takes no permission back says that it transferred, and did not: the project is gone, or not the successor's.
func TestDeletion_transferIsVerified(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		meddle func(c *cloud, project string) error
		says   string
	}{
		"lost":            {func(c *cloud, project string) error { return c.DeleteProject(project) }, `No longer there: 1 project, "Roads"`},
		"not transferred": {func(c *cloud, project string) error { return c.Ungrant(project, lead) }, `not owned by lead@example.com: 1 project, "Roads"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := startDialect(t, "revocation-elsewhere").withOthersMaps(t)
			c.addMember(t, lead, "ORG_EDITOR")
			o := c.owner(t, "api_key", nil)
			p := c.project(t, "Roads", o.email, anotherOwner(t, c))
			key := "/api-keys/" + o.object.text(t, "id")
			c.Use(func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					next.ServeHTTP(w, r)
					if r.Method == http.MethodDelete && strings.HasSuffix(r.URL.Path, key) {
						if err := test.meddle(c, p); err != nil {
							t.Error(err)
						}
					}
				})
			})
			_, diags := c.destroyIn(t, values{"transfer_ownership_to": lead}, o, func() {})
			wants(t, "error", diags.errors(), `Ownership transfer incomplete: the API key "ci"`, test.says)
		})
	}
}

// One that could not be read back, and one that is lost: both are said.
func TestDeletion_lossIsSaidThoughAnotherIsUnread(t *testing.T) {
	t.Parallel()
	c := startDialect(t, "revocation-elsewhere").withOthersMaps(t)
	c.addMember(t, lead, "ORG_EDITOR")
	o := c.owner(t, "api_key", nil)
	lost, unread := c.project(t, "Roads", o.email), c.project(t, "Rivers", o.email)
	key := "/api-keys/" + o.object.text(t, "id")
	c.Use(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			next.ServeHTTP(w, r)
			if r.Method == http.MethodDelete && strings.HasSuffix(r.URL.Path, key) {
				_ = c.DeleteProject(lost)
				c.Inject(simulator.Fault{Path: "/api/mcs/rest/v1/organizations/*/projects/" + unread + "/permissions", Times: -1, Action: simulator.ActionStatus, Status: http.StatusForbidden})
			}
		})
	})
	_, diags := c.destroyIn(t, values{"transfer_ownership_to": lead}, o, func() {})
	wants(t, "error", diags.errors(), `Ownership transfer incomplete: the API key "ci"`, `No longer there: 1 project, "Roads"`)
	wants(t, "warning", diags.warnings(), `The transfer of ownership from the API key "ci" could not be verified`, "Forbidden")
}

// anotherOwner is there so that a resource may lose one.
func anotherOwner(t *testing.T, c *cloud) string {
	t.Helper()
	return c.addMember(t, other, "ORG_EDITOR").Email
}

func TestDeletion_namesTenAndCountsTheRest(t *testing.T) {
	t.Parallel()
	c := startCloud(t).withOthersMaps(t)
	o := c.owner(t, "api_key", values{"force_destroy": true})
	for i := range 12 {
		_, err := c.AddProject(fmt.Sprintf("Project %02d", i), o.email)
		must(t, err)
	}
	for i := range 2 {
		_, err := c.AddDataSource(fmt.Sprintf("Source %02d", i), o.email)
		must(t, err)
	}
	plan := c.walk(t, nil).plan(t, o.typeName, o.object, nil)
	wants(t, "warning", plan.diags.warnings(), `Deleting the API key "ci" PERMANENTLY deletes 12 projects and 2 data sources`, `"Project 09" and 4 more.`)
}

// Terraform plans the end of a block that is gone by the state as it was stored: here, before the invitation was accepted.
func TestDeletion_planKnowsWhoAcceptedSinceTheLastApply(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	stored := c.create(t, "jmapcloud_member", values{"email": "Ana@example.com", "role": "ORG_EDITOR"})
	_, err := c.Accept(ana, "Ana", password)
	must(t, err)
	_, err = c.AddProject("Roads", ana)
	must(t, err)
	plan := c.walk(t, nil).plan(t, "jmapcloud_member", stored, nil)
	wants(t, "error", plan.diags.errors(), "Deleting the member Ana@example.com would also delete 1 project")
}

func TestDeletion_memberWhoAcceptedSinceThePlanOwnsAlready(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	invited := c.create(t, "jmapcloud_member", values{"email": ana, "role": "ORG_EDITOR", "force_destroy": true})
	plan := c.walk(t, nil).plan(t, "jmapcloud_member", invited, nil)
	wants(t, "warning", plan.diags.warnings())
	_, err := c.Accept(ana, "Ana", password)
	must(t, err)
	_, err = c.AddProject("Roads", ana)
	must(t, err)
	_, diags := c.walk(t, nil).apply(t, plan)
	wants(t, "error", diags.errors(), "would also delete 1 project")
}

// Terraform plans the destruction of what create_before_destroy left behind only when it applies: no user saw that plan.
func TestDeletion_planMadeDuringTheApplyWasNotShown(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	o := c.owner(t, "api_key", values{"force_destroy": true})
	_, err := c.AddProject("Roads", o.email)
	must(t, err)
	applying := c.walk(t, nil)
	_, diags := applying.apply(t, applying.plan(t, o.typeName, o.object, nil))
	wants(t, "error", diags.errors(), "would also delete 1 project", "keeps the deletion out of the plan")
}

// What a plan announced of one key, kept in the private state of another, says nothing about that one.
func TestDeletion_announcementOfAnotherKeyDoesNotCount(t *testing.T) {
	t.Parallel()
	c := startCloud(t).withOthersMaps(t)
	first, second := c.owner(t, "api_key", values{"force_destroy": true}), c.owner(t, "api_key", values{"force_destroy": true})
	p := c.project(t, "Roads", first.email, second.email)
	ofFirst := c.walk(t, nil).plan(t, first.typeName, first.object, nil)
	wants(t, "warning", ofFirst.diags.warnings(), "PERMANENTLY deletes 1 project")

	ofSecond := c.walk(t, nil).plan(t, second.typeName, second.object, nil)
	ofSecond.private = ofFirst.private
	_, diags := c.walk(t, nil).apply(t, ofSecond)
	wants(t, "error", diags.errors(), "would also delete 1 project", "The plan did not announce that")
	if !second.exists(c) || !hasProject(c, p) {
		t.Error("something was deleted")
	}
}

// Announcements.

// announces reports whether private state holds what a plan announced.
func announces(t tb, private []byte) bool {
	t.Helper()
	if len(private) == 0 {
		return false
	}
	var keys map[string]json.RawMessage
	must(t, json.Unmarshal(private, &keys))
	for key := range keys {
		if key == "deletion" || key == "deletion_previous" {
			return true
		}
	}
	return false
}

// announcedTo plans the destruction of o and gives the announcement to the object, as a failed apply would if it did not take it out.
func (c *cloud) announcedTo(t *testing.T, o ownerCase) planned {
	t.Helper()
	plan := c.walk(t, nil).plan(t, o.typeName, o.object, nil)
	plan.diags.mustBeFree(t)
	if !announces(t, plan.private) {
		t.Fatal("the plan announces nothing")
	}
	return plan
}

func TestDeletion_announcementEndsWithEveryPlanThatDeletesNothing(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"api_key", "member"} {
		for name, change := range map[string]values{
			"no change": {}, "another successor": {"transfer_ownership_to": lead}, "no force": {"force_destroy": nil},
		} {
			t.Run(kind+"/"+name, func(t *testing.T) {
				t.Parallel()
				c := startCloud(t).withOthersMaps(t)
				c.addMember(t, lead, "ORG_EDITOR")
				o := c.owner(t, kind, values{"force_destroy": true})
				p := c.project(t, "Roads", o.email)
				o.object.private = c.announcedTo(t, o).private

				config := maps.Clone(o.config)
				maps.Copy(config, change)
				kept := c.walk(t, nil).plan(t, o.typeName, o.object, config)
				kept.diags.mustBeFree(t)
				if announces(t, kept.private) {
					t.Error("a plan that deletes nothing keeps the announcement")
				}
				// As with -replace: the private state is that of the change.
				w := c.walk(t, nil)
				_, diags := w.apply(t, w.destroyed(kept))
				c.mustStillHave(t, p)
				if kind == "member" { // who stays, whatever was announced
					wants(t, "error", diags.errors())
					return
				}
				wants(t, "error", diags.errors(), "would also delete 1 project", "Nothing was deleted")
			})
		}
	}
}

func TestDeletion_announcementEndsWithARefresh(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"api_key", "member"} {
		c := startCloud(t).withOthersMaps(t)
		o := c.owner(t, kind, values{"force_destroy": true})
		c.project(t, "Roads", o.email)
		o.object.private = c.announcedTo(t, o).private
		if after := c.refreshed(t, o.typeName, o.object); announces(t, after.private) {
			t.Errorf("%s: a refresh keeps the announcement", kind)
		}
	}
}

// Whatever becomes of the deletion, and however early it fails, the state that is kept announces nothing.
func TestDeletion_announcementEndsBeforeTheFirstCall(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"api_key", "member", "rotated key"} {
		for name, fault := range map[string]simulator.Fault{
			"signing in": {Path: "/api/ss/rest/v1/authenticate", Status: http.StatusUnauthorized},
			"looking up": {Method: http.MethodGet, Path: "/api/ss/rest/v1/organizations/*/*", Status: http.StatusForbidden},
			"reading":    {Method: http.MethodGet, Path: "/api/mcs/rest/v1/organizations/*/projects", Status: http.StatusForbidden},
			"deleting":   {Method: http.MethodDelete, Status: http.StatusForbidden},
		} {
			t.Run(kind+"/"+name, func(t *testing.T) {
				t.Parallel()
				c := startCloud(t).withOthersMaps(t)
				var o ownerCase
				if kind == "rotated key" {
					config := rotating(values{"keep_previous_for": "300h", "force_destroy": true})
					made := c.mustRun(t, object{}, config, nil).object
					c.Advance(80 * day)
					o = ownerCase{typeName: apiKey, config: config, object: c.mustRun(t, made, config, nil).object}
					o.email = o.object.text(t, "email")
				} else {
					o = c.owner(t, kind, values{"force_destroy": true})
				}
				p := c.project(t, "Roads", o.email)
				plan := c.announcedTo(t, o)
				fault.Action, fault.Times = simulator.ActionStatus, -1
				c.Inject(fault)
				after, diags := c.walk(t, nil).apply(t, plan)
				c.ClearFaults()
				if !diags.hasError() || isNothing(after.value) {
					t.Fatal("the deletion did not fail")
				}
				if announces(t, after.private) {
					t.Error("the state that is kept announces a deletion")
				}
				if !hasProject(c, p) || !o.exists(c) {
					t.Error("something was deleted")
				}
			})
		}
	}
}

// What a plan announced is for one apply of that owner, in that organization, by another walk.
func TestDeletion_announcementIsForOneApply(t *testing.T) {
	t.Parallel()
	c := startCloud(t).withOthersMaps(t)
	o := c.owner(t, "api_key", values{"force_destroy": true})
	p := c.project(t, "Roads", o.email)
	plan := c.announcedTo(t, o)
	c.Inject(simulator.Fault{Method: http.MethodDelete, Path: "/api/ss/rest/v1/organizations/*/api-keys/*", Action: simulator.ActionStatus, Status: http.StatusForbidden})
	failed, diags := c.walk(t, nil).apply(t, plan)
	wants(t, "error", diags.errors(), `Unable to delete the API key "ci"`)

	again := plan
	again.private = failed.private
	_, diags = c.walk(t, nil).apply(t, again)
	wants(t, "error", diags.errors(), "would also delete 1 project", "The plan did not announce that")
	c.mustStillHave(t, p)
}

// Each way of Terraform to delete without a plan of the deletion: force_destroy does not count, and a successor does.
func TestDeletion_withoutAPlanOfItsOwnDestroysNothing(t *testing.T) {
	t.Parallel()
	for name, apply := range map[string]func(t *testing.T, c *cloud, o ownerCase, block values) diagnostics{
		"-replace": func(t *testing.T, c *cloud, o ownerCase, block values) diagnostics {
			plan := planOf(t, c.walk(t, block), o, "-replace")
			w := c.walk(t, block)
			_, diags := w.apply(t, w.destroyed(plan))
			return diags
		},
		"tainted": func(t *testing.T, c *cloud, o ownerCase, block values) diagnostics {
			// Terraform plans the creation of another object, and hands over the private state of that.
			created := c.walk(t, block).plan(t, o.typeName, object{}, o.config)
			created.diags.mustBeFree(t)
			null := tftypes.NewValue(o.object.value.Type(), nil)
			_, diags := c.walk(t, block).apply(t, planned{typeName: o.typeName, prior: o.object, config: null, proposed: null, private: created.private})
			return diags
		},
		"create_before_destroy": func(t *testing.T, c *cloud, o ownerCase, block values) diagnostics {
			plan := planOf(t, c.walk(t, block), o, "replacement")
			plan.diags.mustBeFree(t)
			w := c.walk(t, block) // plans what it deposes while it applies
			deposed := w.plan(t, o.typeName, o.object, nil)
			deposed.diags.mustBeFree(t)
			_, diags := w.apply(t, deposed)
			return diags
		},
		"deposed": func(t *testing.T, c *cloud, o ownerCase, block values) diagnostics {
			shown := c.walk(t, block).plan(t, o.typeName, o.object, nil) // of which Terraform keeps nothing
			shown.diags.mustBeFree(t)
			w := c.walk(t, block)
			_, diags := w.apply(t, w.plan(t, o.typeName, o.object, nil))
			return diags
		},
	} {
		for _, kind := range []string{"api_key", "member"} {
			t.Run(name+"/"+kind, func(t *testing.T) {
				t.Parallel()
				c := startCloud(t).withOthersMaps(t)
				c.addMember(t, lead, "ORG_EDITOR")
				o := c.owner(t, kind, values{"force_destroy": true})
				p := c.project(t, "Roads", o.email)
				if kind == "member" && (name == "-replace" || name == "tainted") {
					wants(t, "error", apply(t, c, o, values{"transfer_ownership_to": lead}).errors())
					if owners := c.Owners(p); !o.exists(c) || !slices.Equal(owners, []string{ana}) {
						t.Errorf("%v own the project", owners)
					}
					return
				}
				wants(t, "error", apply(t, c, o, nil).errors(), "would also delete 1 project", `"Roads"`, "The plan did not announce that", "-replace")
				if !o.exists(c) {
					t.Error("the owner is gone")
				}
				c.mustStillHave(t, p)

				wants(t, "error", apply(t, c, o, values{"transfer_ownership_to": lead}).errors())
				if o.exists(c) || !slices.Equal(c.Owners(p), []string{lead}) {
					t.Errorf("with a successor, %v own the project", c.Owners(p))
				}
			})
		}
	}
}

// Two configurations of the provider are two runs, although in one process: neither knows what the other plans.
func TestDeletion_twoProviderBlocksLoseNothing(t *testing.T) {
	t.Parallel()
	c := startCloud(t).withOthersMaps(t)
	c.addMember(t, lead, "ORG_EDITOR")
	member, key := c.owner(t, "member", nil), c.owner(t, "api_key", nil)
	p := c.project(t, "Roads", key.email)
	const toAna = ana
	for _, order := range [][]string{{"member", "key"}, {"key", "member"}} {
		planning := map[string]*walk{"member": c.walk(t, nil), "key": c.walk(t, values{"transfer_ownership_to": toAna})}
		applying := map[string]*walk{"member": c.walk(t, nil), "key": c.walk(t, values{"transfer_ownership_to": toAna})}
		plans := map[string]planned{
			"member": planning["member"].plan(t, member.typeName, member.object, nil),
			"key":    planning["key"].plan(t, key.typeName, key.object, nil),
		}
		for _, what := range order {
			plans[what].diags.mustBeFree(t)
			_, _ = applying[what].apply(t, plans[what])
		}
		c.mustStillHave(t, p)
		if order[0] == "key" {
			break
		}
		// The member went first: the key could not be deleted, for its successor is no member any more.
		if member.exists(c) || !key.exists(c) {
			t.Fatal("the member should be gone, and the key be there")
		}
		member = c.owner(t, "member", nil)
	}
	// The key went first: the member owns its project now, and no plan announced that it would be destroyed.
	if key.exists(c) || !member.exists(c) || !slices.Equal(c.Owners(p), []string{ana}) {
		t.Errorf("%v own the project", c.Owners(p))
	}
}

// successorLosses are how one run may lose a successor.
var successorLosses = map[string]struct {
	how  func(successor ownerCase) (prior object, config values)
	says string
}{
	"deleted":                      {func(o ownerCase) (object, values) { return o.object, nil }, " is deleted "},
	"demoted":                      {func(o ownerCase) (object, values) { return o.object, o.as("ORG_VIEWER") }, " is demoted "},
	"adopted, and demoted by that": {func(o ownerCase) (object, values) { return object{}, o.as("ORG_VIEWER") }, " is demoted "},
}

// as is the configuration with another role.
func (o ownerCase) as(role string) values {
	config := maps.Clone(o.config)
	config["role"] = role
	return config
}

// The successor is deleted, or loses the role to own anything, in the same run: by a plan that was refused nothing, since it had not
// been made yet, or in the portal between the plan and the apply.
func TestDeletion_successorLostInTheSameRun(t *testing.T) {
	t.Parallel()
	for name, lost := range successorLosses {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t).withOthersMaps(t)
			successor := c.owner(t, "member", nil)
			prior, config := lost.how(successor)
			key := c.owner(t, "api_key", values{"transfer_ownership_to": ana})
			p := c.project(t, "Roads", key.email)

			// In one run, the second plan is refused, whichever it is.
			w := c.walk(t, nil)
			w.plan(t, key.typeName, key.object, nil).diags.mustBeFree(t)
			wants(t, "error", w.plan(t, successor.typeName, prior, config).diags.errors(), "The member "+ana+lost.says+`in this run but is the successor of the API key "ci"`)
			w = c.walk(t, nil)
			w.plan(t, successor.typeName, prior, config).diags.mustBeFree(t)
			wants(t, "error", w.plan(t, key.typeName, key.object, nil).diags.errors(), ana+` cannot receive what the API key "ci" owns`)

			// Apart, the apply finds out.
			ofKey := c.walk(t, nil).plan(t, key.typeName, key.object, nil)
			ofSuccessor := c.walk(t, nil).plan(t, successor.typeName, prior, config)
			applying := c.walk(t, nil)
			_, diags := applying.apply(t, ofSuccessor)
			diags.mustBeFree(t)
			_, diags = applying.apply(t, ofKey)
			wants(t, "error", diags.errors(), ana+` cannot receive what the API key "ci" owns`, "Nothing was deleted")
			c.mustStillHave(t, p)
			if !key.exists(c) {
				t.Error("the key is gone")
			}
		})
	}
}

// The members that an apply listed when it began are not those of the deletion.
func TestDeletion_successorLostDuringTheApply(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"api_key", "member"} {
		c := startCloud(t).withOthersMaps(t)
		c.addMember(t, lead, "ORG_EDITOR")
		o := c.owner(t, kind, values{"transfer_ownership_to": lead})
		c.project(t, "Roads", o.email)
		plan := c.walk(t, nil).plan(t, o.typeName, o.object, nil)
		plan.diags.mustBeFree(t)
		applying := c.walk(t, nil)
		_, diags := applying.data(t, membersData, nil)
		diags.mustBeFree(t)
		_, diags = applying.data(t, apiKeysData, nil)
		diags.mustBeFree(t)
		must(t, c.RemoveMember(lead, ""))
		_, diags = applying.apply(t, plan)
		wants(t, "error", diags.errors(), lead+" cannot receive what "+o.called+" owns", "Nothing was deleted")
		if !o.exists(c) {
			t.Errorf("%s: it was deleted", kind)
		}
	}
}
