package provider_test

import (
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/provider"
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

// Every way to delete × what is owned × which successor. A block that was removed and a destroy are one at the protocol: a
// plan with a null state.
func TestDeletion_matrix(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"api_key", "member"} {
		for _, owns := range []string{"nothing", "shared", "alone"} {
			for _, successor := range []string{"none", "resource", "provider", "force"} {
				for _, way := range []string{"destroy", "replacement", "-replace"} {
					t.Run(fmt.Sprintf("%s/%s/%s/%s", kind, owns, successor, way), func(t *testing.T) {
						t.Parallel()
						testDeletion(t, kind, owns, successor, way)
					})
				}
			}
		}
	}
}

func testDeletion(t *testing.T, kind, owns, successor, way string) {
	c := startCloud(t)
	c.addMember(t, lead, "ORG_EDITOR")
	c.addMember(t, other, "ORG_EDITOR")
	var block, more values
	switch successor {
	case "resource":
		more = values{"transfer_ownership_to": "Lead@Example.com"}
	case "provider":
		block = values{"transfer_ownership_to": lead}
	case "force":
		more = values{"force_destroy": true}
	}
	o := c.owner(t, kind, more)
	project := ""
	switch owns {
	case "shared":
		p, err := c.AddProject("Roads", o.email, other)
		must(t, err)
		project = p.ID
	case "alone":
		p, err := c.AddProject("Roads", o.email)
		must(t, err)
		project = p.ID
	}

	plan := planOf(t, c.walk(t, block), o, way)
	hands := successor == "resource" || successor == "provider"
	refusedAtPlan := owns == "alone" && successor == "none" && way != "-replace"
	switch {
	case refusedAtPlan:
		wants(t, "error", plan.diags.errors(), "Deleting "+o.called+" would also delete 1 project", `"Roads"`, "JMAPCLOUD_TRANSFER_OWNERSHIP_TO", "force_destroy", "in the portal")
		if !o.exists(c) || !hasProject(c, project) {
			t.Error("something was deleted by a plan")
		}
		return
	case way == "-replace" || owns == "nothing" || owns == "shared" && !hands:
		wants(t, "warning", plan.diags.warnings())
	case hands:
		wants(t, "warning", plan.diags.warnings(), "Deleting "+o.called+" hands 1 resource to "+lead, `"Roads"`)
	default:
		wants(t, "warning", plan.diags.warnings(), "Deleting "+o.called+" also deletes 1 project", `"Roads"`)
	}
	wants(t, "error", plan.diags.errors())

	applying := c.walk(t, block)
	_, diags := applying.apply(t, applying.destroyed(plan))
	if owns == "alone" && !hands && way == "-replace" {
		wants(t, "error", diags.errors(), "would also delete 1 project", `"Roads"`)
		if !o.exists(c) || !hasProject(c, project) {
			t.Error("something was deleted that no plan showed")
		}
		return
	}
	wants(t, "error", diags.errors())
	if o.exists(c) {
		t.Error("it was not deleted")
	}
	switch {
	case owns == "nothing":
	case owns == "alone" && !hands:
		if hasProject(c, project) {
			t.Error("the project is still there")
		}
	case hands && !slices.Contains(c.Owners(project), lead):
		t.Errorf("the successor does not own the project: %v", c.Owners(project))
	case owns == "shared" && !slices.Contains(c.Owners(project), other):
		t.Errorf("the other owner lost the project: %v", c.Owners(project))
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
		return w.plan(t, o.typeName, o.object, o.config)
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
			c := startCloud(t)
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
		"unknown":  {func(*testing.T, *cloud) {}, "Nobody in the organization has this email"},
		"viewer":   {func(t *testing.T, c *cloud) { c.addMember(t, lead, "ORG_VIEWER") }, "raise their role first"},
		"invitee":  {func(t *testing.T, c *cloud) { _, err := c.Invite(lead, "ORG_EDITOR", "en"); must(t, err) }, "have not accepted"},
		"promoted": {func(t *testing.T, c *cloud) { c.addMember(t, lead, "ORG_EDITOR") }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t)
			o := c.owner(t, "api_key", values{"transfer_ownership_to": lead})
			test.prepare(t, c)
			plan := c.walk(t, nil).plan(t, o.typeName, o.object, nil)
			if test.says == "" {
				wants(t, "error", plan.diags.errors())
				return
			}
			wants(t, "error", plan.diags.errors(), lead+` cannot receive what the API key "ci" owns`, test.says)
			if plan.diags[0].Attribute.String() != `AttributeName("transfer_ownership_to")` {
				t.Errorf("the error stands at %s", plan.diags[0].Attribute)
			}

			fromProvider := c.create(t, "jmapcloud_api_key", values{"name": "cd", "role": "ORG_EDITOR", "expires_at": c.inDays(30)})
			plan = c.walk(t, values{"transfer_ownership_to": lead}).plan(t, o.typeName, fromProvider, nil)
			wants(t, "error", plan.diags.errors(), test.says, "in the provider's transfer_ownership_to, or in JMAPCLOUD_TRANSFER_OWNERSHIP_TO")
		})
	}
}

func TestDeletion_successorCannotBeTheDeleted(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	o := c.owner(t, "member", values{"transfer_ownership_to": "ANA@example.com"})
	plan := c.walk(t, nil).plan(t, o.typeName, o.object, nil)
	wants(t, "error", plan.diags.errors(), "It is the one that is deleted")
}

func TestDeletion_successorNamedEarlyIsLookedUp(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	plan := c.walk(t, nil).plan(t, "jmapcloud_api_key", object{}, values{"name": "ci", "role": "ORG_EDITOR", "expires_at": c.inDays(30), "transfer_ownership_to": lead})
	wants(t, "error", plan.diags.errors())
	wants(t, "warning", plan.diags.warnings(), "The successor could not receive anything yet", "Nobody in the organization has this email")
}

func TestDeletion_unknownSuccessorIsJudgedAtApply(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	o := c.owner(t, "api_key", nil)
	p, err := c.AddProject("Roads", o.email)
	must(t, err)
	plan := c.walk(t, values{"transfer_ownership_to": unknown}).plan(t, o.typeName, o.object, nil)
	wants(t, "error", plan.diags.errors())
	wants(t, "warning", plan.diags.warnings(), "hands 1 resource to the successor that is known after apply")

	_, diags := c.walk(t, values{"transfer_ownership_to": lead}).apply(t, plan)
	wants(t, "error", diags.errors(), "Nobody in the organization has this email")
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
	c := startCloud(t)
	o := c.owner(t, "api_key", nil)
	_, err := c.AddProject("Roads", o.email)
	must(t, err)
	block := values{"transfer_ownership_to": unknown}
	_, diags := c.destroyIn(t, block, o, func() {})
	wants(t, "error", diags.errors(), `The successor of the API key "ci" is not known`, "nothing was deleted", "JMAPCLOUD_TRANSFER_OWNERSHIP_TO")
	if !o.exists(c) || len(c.Projects()) != 1 {
		t.Error("something was deleted")
	}
}

func TestDeletion_successorRemovedSinceThePlan(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	c.addMember(t, lead, "ORG_EDITOR")
	o := c.owner(t, "api_key", values{"transfer_ownership_to": lead})
	_, err := c.AddProject("Roads", o.email)
	must(t, err)
	_, diags := c.destroyIn(t, nil, o, func() { must(t, c.RemoveMember(lead, "")) })
	wants(t, "error", diags.errors(), "Nobody in the organization has this email", "Nothing was deleted")
	if !o.exists(c) {
		t.Error("it was deleted")
	}
}

func TestDeletion_successorDeletedInTheSameRun(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	c.addMember(t, other, "ORG_EDITOR")
	successor := c.owner(t, "member", nil)
	key := c.owner(t, "api_key", values{"transfer_ownership_to": ana})
	_, err := c.AddProject("Roads", key.email)
	must(t, err)

	w := c.walk(t, nil)
	wants(t, "error", w.plan(t, key.typeName, key.object, nil).diags.errors())
	wants(t, "error", w.plan(t, successor.typeName, successor.object, nil).diags.errors(), "would leave others without a successor", `the API key "ci"`)

	w = c.walk(t, nil)
	wants(t, "error", w.plan(t, successor.typeName, successor.object, nil).diags.errors())
	wants(t, "error", w.plan(t, key.typeName, key.object, nil).diags.errors(), "They are deleted in the same run")
}

// The person is removed while a key that stays names them.
func TestDeletion_successorOfAMemberWhoStays(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	successor := c.owner(t, "member", nil)
	key := c.owner(t, "api_key", values{"transfer_ownership_to": ana})

	w := c.walk(t, nil)
	wants(t, "error", w.plan(t, key.typeName, key.object, key.config).diags.errors())
	wants(t, "error", w.plan(t, successor.typeName, successor.object, nil).diags.errors(), "would leave others without a successor", `the API key "ci"`)

	w = c.walk(t, nil)
	wants(t, "error", w.plan(t, successor.typeName, successor.object, nil).diags.errors())
	wants(t, "error", w.plan(t, key.typeName, key.object, key.config).diags.errors(), `is deleted and remains the successor of the API key "ci"`)
}

// To destroy everything, the successor included, is fine while there is nothing to receive.
func TestDeletion_successorGoesWithThoseWhoOwnNothing(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
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

func TestDeletion_twoOwnersOfOneProjectAreJudgedTogether(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	member, key := c.owner(t, "member", nil), c.owner(t, "api_key", nil)
	_, err := c.AddProject("Roads", member.email, key.email)
	must(t, err)

	w := c.walk(t, nil)
	first := w.plan(t, member.typeName, member.object, nil)
	wants(t, "error", first.diags.errors())
	wants(t, "error", w.plan(t, key.typeName, key.object, nil).diags.errors(), "would also delete 1 project")

	// Planned apart, as -target does, the second is refused at apply, in whichever order.
	second := c.walk(t, nil).plan(t, key.typeName, key.object, nil)
	wants(t, "error", second.diags.errors())
	applying := c.walk(t, nil)
	_, diags := applying.apply(t, first)
	wants(t, "error", diags.errors())
	_, diags = applying.apply(t, second)
	wants(t, "error", diags.errors(), "would also delete 1 project")
	if len(c.Projects()) != 1 {
		t.Error("the project is gone")
	}
}

func TestDeletion_twoKeysOneSuccessor(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
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
		wants(t, "warning", plan.diags.warnings(), "hands 1 resource")
		go func() {
			_, diags := applying.apply(t, plan)
			done <- diags
		}()
	}
	for range n {
		wants(t, "error", (<-done).errors())
	}
	if len(c.Projects()) != n {
		t.Errorf("%d projects are left of %d", len(c.Projects()), n)
	}
	for _, p := range c.Projects() {
		if !slices.Equal(p.Owners, []string{lead}) {
			t.Errorf("%v owns %s", p.Owners, p.ID)
		}
	}
}

func TestDeletion_readsOwnershipOnceHoweverManyGo(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
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
	const signIn, lists = 4, 3
	if got, most := len(c.Requests()), signIn+lists+projects; got > most {
		t.Errorf("the plan made %d calls, more than %d", got, most)
	}

	c.ClearRequests()
	applying := c.walk(t, block)
	for _, p := range plans {
		_, diags := applying.apply(t, p)
		wants(t, "error", diags.errors())
	}
	// One reading for all, then for each key the members, the deletion, and what it owned read back.
	if got, most := len(c.Requests()), signIn+lists+projects+2*keys+projects; got > most {
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

func TestDeletion_ownershipThatCannotBeRead(t *testing.T) {
	t.Parallel()
	unreadable := func(c *cloud) {
		c.Inject(simulator.Fault{Path: "/api/mcs/rest/v1/organizations/*/projects/*/permissions", Times: -1, When: simulator.Before, Action: simulator.ActionStatus, Status: http.StatusForbidden})
	}
	for name, test := range map[string]struct {
		block, more  values
		warns, fails []string
		deleted      bool
	}{
		"no successor": {nil, nil, []string{"could not be checked", "refuses to delete"}, []string{"Unable to check", "Nothing was deleted"}, false},
		"force":        {nil, values{"force_destroy": true}, []string{"could not be checked", "force_destroy is set"}, nil, true},
		"successor":    {values{"transfer_ownership_to": lead}, nil, []string{"could not be checked", "goes to the successor"}, nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t)
			c.addMember(t, lead, "ORG_EDITOR")
			o := c.owner(t, "api_key", test.more)
			p, err := c.AddProject("Roads", o.email)
			must(t, err)
			unreadable(c)
			planning, applying := c.destroyIn(t, test.block, o, func() {})
			wants(t, "warning", planning.warnings(), test.warns...)
			wants(t, "error", applying.errors(), test.fails...)
			if o.exists(c) == test.deleted {
				t.Errorf("deleted: %v", test.deleted)
			}
			if test.block != nil && !slices.Equal(c.Owners(p.ID), []string{lead}) {
				t.Error(c.Owners(p.ID))
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
	c := startCloud(t)
	o := c.owner(t, "api_key", nil)
	_, err := c.AddProject("Roads", o.email)
	must(t, err)
	slow := func() *walk {
		w, diags := configured(t, &provider.Factory{Version: "test", Transport: slowPermissions{}, RetryWait: time.Millisecond}, c.account(nil))
		diags.mustBeFree(t)
		return w
	}
	plan := slow().plan(t, o.typeName, o.object, nil)
	wants(t, "error", plan.diags.errors())
	wants(t, "warning", plan.diags.warnings(), "could not be checked", "i/o timeout")
	_, diags := slow().apply(t, plan)
	wants(t, "error", diags.errors(), "Unable to check what", "Nothing was deleted")
	if !o.exists(c) {
		t.Error("it was deleted")
	}
}

func TestDeletion_readableAtPlanOnlyIsRefusedEvenWithForce(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	o := c.owner(t, "api_key", values{"force_destroy": true})
	_, err := c.AddProject("Roads", o.email)
	must(t, err)
	_, diags := c.destroyIn(t, nil, o, func() {
		c.Inject(simulator.Fault{Path: "/api/mcs/rest/v1/organizations/*/projects", Times: -1, Action: simulator.ActionStatus, Status: http.StatusForbidden})
	})
	wants(t, "error", diags.errors(), "Unable to check what", "Nothing was deleted")
	if !o.exists(c) {
		t.Error("it was deleted")
	}
}

// A cloud that says it transferred and did not: the project is gone, or not the successor's.
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
			c := startCloud(t)
			c.addMember(t, lead, "ORG_EDITOR")
			o := c.owner(t, "api_key", nil)
			p, err := c.AddProject("Roads", o.email, anotherOwner(t, c))
			must(t, err)
			c.Use(func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					next.ServeHTTP(w, r)
					if r.Method == http.MethodDelete {
						if err := test.meddle(c, p.ID); err != nil {
							t.Error(err)
						}
					}
				})
			})
			_, diags := c.destroyIn(t, values{"transfer_ownership_to": lead}, o, func() {})
			wants(t, "error", diags.errors(), "did not go over whole", test.says)
		})
	}
}

// anotherOwner is there so that a resource may lose one.
func anotherOwner(t *testing.T, c *cloud) string {
	t.Helper()
	return c.addMember(t, other, "ORG_EDITOR").Email
}

func TestDeletion_namesTenAndCountsTheRest(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
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
	wants(t, "warning", plan.diags.warnings(), "also deletes 12 projects and 2 data sources", `"Project 09" and 4 more.`)
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

// An announcement that a plan left for one key, kept in the private state of the key that replaced it, says nothing about that one.
func TestDeletion_noteOfAnEarlierKeyDoesNotCount(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	first := c.owner(t, "api_key", values{"force_destroy": true})
	c.Inject(simulator.Fault{Path: "/api/mcs/rest/v1/organizations/*/projects", Action: simulator.ActionStatus, Status: http.StatusForbidden})
	plan := c.walk(t, nil).plan(t, first.typeName, first.object, nil)
	wants(t, "warning", plan.diags.warnings(), "could not be checked")

	second := c.owner(t, "api_key", values{"force_destroy": true})
	_, err := c.AddProject("Roads", second.email)
	must(t, err)
	second.object.private = plan.private
	w := c.walk(t, nil)
	_, diags := w.apply(t, w.destroyed(planOf(t, c.walk(t, nil), second, "-replace")))
	wants(t, "error", diags.errors(), "would also delete 1 project")
}
