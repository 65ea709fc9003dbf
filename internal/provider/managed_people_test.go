package provider_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Terraform plans one object in several calls and tells its address in none. These tests make the calls in every order that
// Terraform makes them in.

func memberOf(email string) values {
	return values{"email": email, "role": "ORG_EDITOR", onExpired[member]: "resend", "language": "en"}
}

func guestOf(email string) values {
	return values{"email": email, "role": "ORG_EDITOR", onExpired[invitation]: "resend", "language": "en"}
}

// configOf is the configuration of a person as a noun.
func configOf(typeName, email string) values {
	if typeName == member {
		return memberOf(email)
	}
	return guestOf(email)
}

func TestPerson_isManagedByOneResource(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	existing := c.create(t, member, memberOf("Ana@example.com"))

	w := c.walk(t, nil)
	wants(t, "error", w.plan(t, member, existing, memberOf("Ana@example.com")).diags.errors())
	wants(t, "error", w.plan(t, member, object{}, memberOf("bob@example.com")).diags.errors())
	for _, second := range []string{member, invitation} {
		wants(t, "error", w.plan(t, second, object{}, configOf(second, "ana@EXAMPLE.com")).diags.errors(), "Two resources for ana@EXAMPLE.com", "Keep one of the two")
		wants(t, "error", w.plan(t, second, object{}, configOf(second, "BOB@example.com")).diags.errors(), "Two resources for BOB@example.com")
	}
}

// A person who accepted may be managed as a member, while the invitation that brought them stays in the configuration.
func TestPerson_acceptedInvitationLeavesThemToAMember(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	o := c.create(t, invitation, guestOf(ana))
	c.accept(t, ana)
	w := c.walk(t, nil)
	o, diags := w.read(t, invitation, o)
	diags.mustBeFree(t)
	wants(t, "error", w.plan(t, invitation, o, guestOf(ana)).diags.errors())
	wants(t, "error", w.plan(t, member, object{}, memberOf(ana)).diags.errors())

	wants(t, "warning", w.plan(t, invitation, o, nil).diags.warnings(), "The member ana@example.com stays")
}

// call is one object that Terraform plans: what it is in the state, and what the configuration makes of it.
type call struct {
	typeName string
	was      string // the person in the state; empty is none
	config   string // the person in the configuration; empty is none
}

// Two objects for one person are refused, or not, whichever Terraform plans first.
func TestPerson_twoObjectsInEitherOrder(t *testing.T) {
	t.Parallel()
	const (
		two     = "Two resources for ana@example.com"
		renamed = "ana@example.com is removed and added in the same run"
	)
	for name, test := range map[string]struct {
		a, b   call
		refuse string
		says   []string // the ways out
	}{
		"two new":                      {call{member, "", ana}, call{member, "", ana}, two, []string{"Keep one of the two"}},
		"a new one beside another":     {call{member, ana, ana}, call{member, "", ana}, two, []string{"Keep one of the two"}},
		"a member and an invitation":   {call{member, ana, ana}, call{invitation, "", ana}, two, nil},
		"two in the state":             {call{member, ana, ana}, call{member, ana, ana}, "", nil},
		"two that go":                  {call{member, ana, ""}, call{member, ana, ""}, "", nil},
		"renamed":                      {call{member, ana, ""}, call{member, "", ana}, renamed, []string{"moved {"}},
		"an invitation becomes one":    {call{invitation, ana, ""}, call{member, "", ana}, renamed, []string{"moved {"}},
		"a member becomes a guest":     {call{member, ana, ""}, call{invitation, "", ana}, renamed, []string{"no moved block", "destroy = false", "terraform import jmapcloud_invitation.<name> ana@example.com"}},
		"another takes over the email": {call{member, ana, grace}, call{member, "", ana}, renamed, []string{"terraform state mv"}},
		"two swap their emails":        {call{member, ana, bob}, call{member, bob, ana}, renamed, []string{"terraform state mv", "a moved block cannot"}},
		"one of two goes":              {call{member, ana, ""}, call{member, ana, ana}, "", nil},
		"one of two gets another":      {call{member, ana, grace}, call{member, ana, ana}, "", nil},
	} {
		for _, order := range []string{"first", "last"} {
			t.Run(name+"/"+order, func(t *testing.T) {
				t.Parallel()
				c := startCloud(t).withOthersMaps(t)
				w := c.walk(t, nil)
				calls := []call{test.a, test.b}
				if order == "last" {
					slices.Reverse(calls)
				}
				objects := make([]object, len(calls))
				for _, i := range []int{0, 1, 0} { // the refreshes overlap
					of := calls[i]
					if of.was == "" {
						continue
					}
					if objects[i].value.Type() == nil {
						objects[i] = c.stateOf(t, of.typeName, of.was)
					}
					var diags diagnostics
					objects[i], diags = w.read(t, of.typeName, objects[i])
					diags.mustBeFree(t)
				}
				var said, second diagnostics
				for i, of := range calls {
					var config values
					if of.config != "" {
						config = configOf(of.typeName, of.config)
					}
					second = w.plan(t, of.typeName, objects[i], config).diags
					said = append(said, second...)
				}
				if test.refuse == "" {
					wants(t, "the error", said.errors())
					return
				}
				wants(t, "the error", said.errors(), append([]string{test.refuse}, test.says...)...)
				for _, d := range second {
					if !strings.HasSuffix(d.Summary, " in the same run") && !strings.HasPrefix(d.Summary, "Two resources for ") {
						t.Errorf("the refused plan also says: %s", d.Summary)
					}
				}
			})
		}
	}
}

// stateOf is an object that has the person, as an import makes one.
func (c *cloud) stateOf(t *testing.T, typeName, email string) object {
	t.Helper()
	if _, invited := c.Invitation(email); !invited {
		c.invite(t, email, "ORG_EDITOR", "en")
	}
	o, diags := c.imported(t, nil, typeName, email, nil)
	diags.mustBeFree(t)
	return o
}

// replacementWays are how Terraform replaces an object.
var replacementWays = []string{"-replace", "tainted", "-replace, create before destroy", "tainted, create before destroy"}

// replacement is what became of an object that Terraform replaced.
type replacement struct {
	object
	planned, applied diagnostics
}

// replace plans and applies a replacement, as Terraform does.
func (c *cloud) replace(t *testing.T, typeName string, o object, config values, way string) replacement {
	t.Helper()
	planning := c.walk(t, nil)
	o, diags := planning.read(t, typeName, o)
	diags.mustBeFree(t)
	var p planned
	isTainted := way[0] == 't'
	if isTainted {
		p = planning.plan(t, typeName, object{}, config)
		p.prior = o
	} else {
		p = planning.plan(t, typeName, o, config)
		if !p.replace {
			p.again(t, planning)
		}
	}
	p.diags.mustBeFree(t)
	r := replacement{planned: p.diags}
	applying := c.walk(t, nil)
	apply := func(p planned) object {
		t.Helper()
		p.diags.mustBeFree(t)
		after, diags := applying.apply(t, p)
		diags.mustBeFree(t)
		r.applied = append(append(r.applied, p.diags...), diags...)
		return after
	}
	if way == replacementWays[0] || way == replacementWays[1] {
		apply(applying.destroyed(p))
		r.object = apply(applying.plan(t, typeName, object{}, config))
		return r
	}
	r.object = apply(applying.plan(t, typeName, object{}, config))
	apply(applying.plan(t, typeName, o, nil)) // the deposed object
	return r
}

// A membership that is replaced by itself removes the person from nothing, and no mail goes out.
func TestMember_replacementRemovesNobody(t *testing.T) {
	t.Parallel()
	for _, status := range []string{"INVITED", "ACTIVE"} {
		for _, way := range replacementWays {
			t.Run(status+"/"+way, func(t *testing.T) {
				t.Parallel()
				c := startCloud(t).withOthersMaps(t)
				o := c.create(t, member, memberOf(ana))
				if status == "ACTIVE" {
					c.accept(t, ana)
				}
				c.written()
				mails := len(c.Mails())
				r := c.replace(t, member, o, memberOf(ana), way)
				c.wroteNow(t)
				c.mailedNow(t, mails)
				if got := r.text(t, "status"); got != status {
					t.Errorf("the status is %q", got)
				}
				for _, diags := range []diagnostics{r.planned, r.applied} {
					if text := diags.warnings(); text != "" {
						wants(t, "the warning", text, "ana@example.com")
						lacks(t, text, "second mail goes out;", "from now on", "will be invited again")
					}
				}
				c.mustBeEmpty(t, member, r.object, memberOf(ana))

				gone := c.walk(t, nil).plan(t, member, r.object, nil)
				gone.diags.mustBeFree(t)
				_, diags := c.walk(t, nil).apply(t, gone)
				diags.mustBeFree(t)
				must(t, c.isLeftWith())
			})
		}
	}
}

// With another role, a replacement changes the role, as an update does.
func TestMember_replacementWithAnotherRole(t *testing.T) {
	t.Parallel()
	for status, writes := range map[string][]string{"INVITED": {"DELETE invitations", "POST invitations"}, "ACTIVE": {"PATCH members"}} {
		for _, way := range replacementWays {
			t.Run(status+"/"+way, func(t *testing.T) {
				t.Parallel()
				c := startCloud(t).withOthersMaps(t)
				o := c.create(t, member, memberOf(ana))
				if status == "ACTIVE" {
					c.accept(t, ana)
				}
				c.written()
				config := memberOf(ana)
				config["role"] = "ORG_VIEWER"
				r := c.replace(t, member, o, config, way)
				c.wroteNow(t, writes...)
				if got := r.text(t, "status") + r.text(t, "role"); got != status+"ORG_VIEWER" {
					t.Errorf("it is %q", got)
				}
				if status == "INVITED" {
					wants(t, "the warning", r.planned.warnings(), "a second mail goes out")
				}
				c.mustBeEmpty(t, member, r.object, config)
			})
		}
	}
}

// Another email is another person: the first one goes, in either order.
func TestMember_replacementByAnotherPersonRemovesTheFirst(t *testing.T) {
	t.Parallel()
	for _, way := range replacementWays {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t).withOthersMaps(t)
			o := c.create(t, member, memberOf(ana))
			c.accept(t, ana)
			c.written()
			r := c.replace(t, member, o, memberOf(grace), way)
			if got := r.text(t, "email"); got != grace {
				t.Errorf("it is %q", got)
			}
			if _, is := c.Member(ana); is {
				t.Error("Ana is still a member")
			}
			c.mustBeEmpty(t, member, r.object, memberOf(grace))
		})
	}
}

// An invitation that is replaced is withdrawn and sent again, and the plan says so.
func TestInvitation_replacementIsSentAgainAsThePlanSays(t *testing.T) {
	t.Parallel()
	for _, way := range replacementWays[:2] {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t).withOthersMaps(t)
			o := c.create(t, invitation, guestOf(ana))
			c.written()
			r := c.replace(t, invitation, o, guestOf(ana), way)
			c.wroteNow(t, "DELETE invitations", "POST invitations")
			lacks(t, r.planned.warnings()+r.applied.warnings(), "cannot be invited", "will fail")
			if way == "tainted" {
				wants(t, "the warning", r.planned.warnings(), "ana@example.com will be invited again", "a second mail goes out")
			}
			c.mustBeEmpty(t, invitation, r.object, guestOf(ana))
		})
	}
}

// A replacement that creates first cannot send the invitation, and says why.
func TestInvitation_cannotBeReplacedCreatingFirst(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	c.create(t, invitation, guestOf(ana))
	c.written()
	w := c.walk(t, nil) // in which Terraform applies, and begins with the creation
	p := w.plan(t, invitation, object{}, guestOf(ana))
	const why = "create_before_destroy, which a resource also gets from those that depend on it, cannot work here: the old invitation has to be withdrawn first"
	wants(t, "the warning", p.diags.warnings(), why)
	_, diags := w.apply(t, p)
	wants(t, "the error", diags.errors(), why)
	c.wroteNow(t)
}

// An object that a run left beside its successor goes, and the person stays.
func TestMember_deposedObjectLeavesThePersonToItsSuccessor(t *testing.T) {
	t.Parallel()
	for _, order := range []string{"the deposed one first", "the deposed one last"} {
		t.Run(order, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t).withOthersMaps(t)
			deposed := c.create(t, member, memberOf(ana))
			c.accept(t, ana)
			p := c.walk(t, nil).plan(t, member, object{}, memberOf(ana))
			current, diags := c.walk(t, nil).apply(t, p)
			diags.mustBeFree(t)
			c.written()

			planning := c.walk(t, nil)
			both := []*object{&deposed, &current}
			if order == "the deposed one last" {
				slices.Reverse(both)
			}
			for _, o := range append(both, both[0]) { // the refreshes overlap
				*o, diags = planning.read(t, member, *o)
				diags.mustBeFree(t)
			}
			for _, o := range both {
				var config values
				if o == &current {
					config = memberOf(ana)
				}
				p := planning.plan(t, member, *o, config)
				p.diags.mustBeFree(t)
				if o == &deposed {
					wants(t, "the warning", p.diags.warnings(), "ana@example.com", "another resource")
				}
			}
			applying := c.walk(t, nil)
			gone := applying.plan(t, member, deposed, nil)
			gone.diags.mustBeFree(t)
			_, diags = applying.apply(t, gone)
			diags.mustBeFree(t)
			c.wroteNow(t)
			c.mustBeEmpty(t, member, current, memberOf(ana))
		})
	}
}

// A refresh that waits for the sign-in counts already: the deposed object's may end first.
func TestMember_deposedObjectKnowsOfARefreshThatWaits(t *testing.T) {
	t.Parallel()
	c := startCloud(t).withOthersMaps(t)
	deposed := c.create(t, member, memberOf(ana))
	c.accept(t, ana)
	current := c.refreshed(t, member, deposed)
	deposed.private = nil // it has a name of its own

	arrived, goOn := make(chan struct{}), make(chan struct{})
	var once sync.Once
	c.Use(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			once.Do(func() { close(arrived); <-goOn })
			next.ServeHTTP(w, r)
		})
	})
	w := c.walk(t, nil)
	var wait sync.WaitGroup
	wait.Go(func() { _, diags := w.read(t, member, current); diags.mustBeFree(t) })
	<-arrived
	wait.Go(func() {
		o, diags := w.read(t, member, deposed)
		diags.mustBeFree(t)
		p := w.plan(t, member, o, nil)
		p.diags.mustBeFree(t)
		wants(t, "the warning", p.diags.warnings(), "ana@example.com stays with another resource")
	})
	close(goOn)
	wait.Wait()
}

// Of two resources for one person, each can go, and the person stays with the other; when both go, the person goes.
func TestMember_twoResourcesForOnePersonCanBeTakenApart(t *testing.T) {
	t.Parallel()
	for _, order := range []string{"first", "last"} {
		for _, left := range []int{1, 0} {
			t.Run(fmt.Sprintf("%s/%d", order, left), func(t *testing.T) {
				t.Parallel()
				c := startCloud(t).withOthersMaps(t)
				c.addMember(t, ana, "ORG_EDITOR")
				objects := []object{c.stateOfMember(t, ana), c.stateOfMember(t, ana)}
				if order == "last" {
					slices.Reverse(objects)
				}
				planning := c.walk(t, nil)
				var plans []planned
				for _, i := range []int{0, 1, 0} { // the refreshes overlap
					var diags diagnostics
					objects[i], diags = planning.read(t, member, objects[i])
					diags.mustBeFree(t)
				}
				for i := range objects {
					var config values
					if left == 1 && (i == 0) == (order == "last") {
						config = memberOf(ana)
					}
					p := planning.plan(t, member, objects[i], config)
					p.diags.mustBeFree(t)
					if config == nil {
						plans = append(plans, p)
					}
				}
				applying := c.walk(t, nil)
				for _, p := range plans {
					_, diags := applying.apply(t, p)
					diags.mustBeFree(t)
				}
				if _, is := c.Member(ana); is != (left == 1) {
					t.Errorf("Ana is a member: %t", is)
				}
			})
		}
	}
}

// Where the removal of one of two is planned before the other is known, the apply would remove the person: it is refused, and the advice works.
func TestMember_removalThatIsPlannedTooEarlyIsRefused(t *testing.T) {
	t.Parallel()
	c := startCloud(t).withOthersMaps(t)
	c.addMember(t, ana, "ORG_EDITOR")
	stays, goes := c.stateOfMember(t, ana), c.stateOfMember(t, ana)
	w := c.walk(t, nil)
	goes, diags := w.read(t, member, goes)
	diags.mustBeFree(t)
	wants(t, "the error", w.plan(t, member, goes, nil).diags.errors())
	stays, diags = w.read(t, member, stays)
	diags.mustBeFree(t)
	wants(t, "the error", w.plan(t, member, stays, memberOf(ana)).diags.errors(), "Two resources for ana@example.com, and one of them is destroyed",
		"-parallelism=100", "terraform state rm <its address>")

	w = c.walk(t, nil) // after terraform state rm
	wants(t, "the error", w.plan(t, member, stays, memberOf(ana)).diags.errors())
}

// Up to Terraform 1.11, the end of a block that is gone is planned before it is refreshed. The plan stands.
func TestMember_planBeforeTheRefreshStands(t *testing.T) {
	t.Parallel()
	for _, first := range []string{"stays", "goes"} {
		t.Run(first, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t).withOthersMaps(t)
			c.addMember(t, ana, "ORG_EDITOR")
			stays, goes := c.stateOfMember(t, ana), c.stateOfMember(t, ana)
			w := c.walk(t, nil)
			var ofGoes, ofStays planned
			end := func() {
				ofGoes = w.plan(t, member, goes, nil)
				_, diags := w.read(t, member, goes)
				diags.mustBeFree(t)
			}
			refresh := func() {
				var diags diagnostics
				stays, diags = w.read(t, member, stays)
				diags.mustBeFree(t)
			}
			if first == "goes" {
				end()
				refresh()
			} else {
				refresh()
				end()
			}
			ofStays = w.plan(t, member, stays, memberOf(ana))
			ofGoes.diags.mustBeFree(t)
			if first == "goes" {
				wants(t, "the error", ofStays.diags.errors(), "Two resources for ana@example.com, and one of them is destroyed")
				return
			}
			ofStays.diags.mustBeFree(t)
			wants(t, "the warning", ofGoes.diags.warnings(), "ana@example.com stays with another resource")
			_, diags := c.walk(t, nil).apply(t, ofGoes)
			diags.mustBeFree(t)
			c.wroteNow(t)
		})
	}
}

func (c *cloud) stateOfMember(t *testing.T, email string) object {
	t.Helper()
	o, diags := c.imported(t, nil, member, email, nil)
	diags.mustBeFree(t)
	return o
}

// With -minimal-refresh, Terraform plans an object that changes, reads it, and plans it again; the second plan has the private state
// that the refresh gives.
func TestPerson_isPlannedAgainAfterARead(t *testing.T) {
	t.Parallel()
	type change struct {
		typeName  string
		config    values
		meanwhile func(*cloud) error
		gone      bool
	}
	for name, test := range map[string]change{
		"role":              {typeName: member, config: values{"role": "ORG_VIEWER"}},
		"language":          {typeName: member, config: values{"language": "fr"}},
		"policy":            {typeName: member, config: values{"on_expired_invitation": "keep"}},
		"email":             {typeName: member, config: values{"email": grace}},
		"gone meanwhile":    {typeName: member, config: values{"role": "ORG_VIEWER"}, meanwhile: func(c *cloud) error { return c.WithdrawInvitation(ana) }, gone: true},
		"joined meanwhile":  {typeName: member, config: values{"role": "ORG_VIEWER"}, meanwhile: func(c *cloud) error { return ignore(c.Accept(ana, "Ana", password)) }},
		"invitation role":   {typeName: invitation, config: values{"role": "ORG_VIEWER"}},
		"invitation email":  {typeName: invitation, config: values{"email": grace}},
		"invitation policy": {typeName: invitation, config: values{"on_expired": "keep"}},
		"accepted":          {typeName: invitation, config: values{"role": "ORG_VIEWER"}, meanwhile: func(c *cloud) error { return ignore(c.Accept(ana, "Ana", password)) }},
	} {
		for _, kind := range []string{"plan", "-replace", "tainted"} {
			t.Run(name+"/"+kind, func(t *testing.T) {
				t.Parallel()
				c := startCloud(t).withOthersMaps(t)
				o := c.create(t, test.typeName, configOf(test.typeName, ana))
				if test.meanwhile != nil {
					must(t, test.meanwhile(c))
				}
				config := configOf(test.typeName, ana)
				for argument, value := range test.config {
					config[argument] = value
				}
				w := c.walkOf(t, "1.17.0", nil)
				plan := func() planned {
					prior := o
					if kind == "tainted" {
						prior = object{value: tftypes.NewValue(w.typeOf(test.typeName), nil)}
					}
					p := w.plan(t, test.typeName, prior, config)
					if kind == "-replace" && !p.replace && !isNothing(o.value) {
						p.again(t, w)
					}
					return p
				}
				wants(t, "the error", plan().diags.errors())
				var diags diagnostics
				o, diags = w.read(t, test.typeName, o)
				diags.mustBeFree(t)
				if isNothing(o.value) != test.gone {
					t.Fatal("gone:", isNothing(o.value))
				}
				if test.gone {
					o = object{}
				}
				wants(t, "the error of the second plan", plan().diags.errors())
			})
		}
	}
}

// A person accepts between the plan of another role and its apply: the invitation has no say any more, and neither the apply nor a later plan
// says that they have the new role.
func TestInvitation_acceptedBeforeItsRoleWasChanged(t *testing.T) {
	t.Parallel()
	c := startCloud(t).withOthersMaps(t)
	config := guestOf(ana)
	config["role"] = "ORG_VIEWER"
	o := c.create(t, invitation, config)
	p := c.walk(t, nil).plan(t, invitation, o, guestOf(ana))
	p.diags.mustBeFree(t)
	c.accept(t, ana)
	applying := c.walk(t, nil)
	_, diags := applying.apply(t, applying.destroyed(p))
	diags.mustBeFree(t)
	o, diags = applying.apply(t, applying.plan(t, invitation, object{}, guestOf(ana)))
	diags.mustBeFree(t)
	wants(t, "the warning", diags.warnings(), "ana@example.com has accepted the invitation as ORG_VIEWER", "a member with the role ORG_VIEWER")
	if got := o.text(t, "status"); got != "ACCEPTED" {
		t.Fatalf("the status is %q", got)
	}
	later := c.walk(t, nil)
	o, diags = later.read(t, invitation, o)
	diags.mustBeFree(t)
	p = later.plan(t, invitation, o, guestOf(ana))
	wants(t, "the warning", p.diags.warnings(), "ana@example.com has accepted the invitation as ORG_VIEWER")
	if !p.isEmpty() {
		t.Error("the next plan is not empty")
	}
	p = later.plan(t, invitation, o, config)
	wants(t, "the warning", p.diags.warnings(), "ana@example.com has accepted the invitation")
}

// Without a refresh, a plan asks the cloud before it says that a mail goes out.
func TestPerson_whoHasAcceptedIsNotSaidToBeInvitedAgain(t *testing.T) {
	t.Parallel()
	for _, typeName := range []string{member, invitation} {
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t).withOthersMaps(t)
			o := c.create(t, typeName, configOf(typeName, ana))
			c.accept(t, ana)
			config := configOf(typeName, ana)
			config["role"] = "ORG_ADMIN"
			text := c.walk(t, nil).plan(t, typeName, o, config).diags.warnings()
			wants(t, "the warning", text, "ana@example.com has accepted the invitation")
			lacks(t, text, "invited again", "a second mail goes out")
		})
	}
}
