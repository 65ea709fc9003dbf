package provider_test

import (
	"cmp"
	"context"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"
)

// What the cloud answers may differ from the contract, in each of the simulator's dialects. Every dialect of an answer is tried on every step in
// the life of every noun. Whatever is planned as known comes out as planned: Terraform takes anything else for a bug in the provider.

// answerEnding is how steps end in a dialect that does not just work: with an error that says something. Nothing is left then that was not there before,
// but where mayLeave says so.
type answerEnding struct {
	dialect  string
	cells    string // patterns of "subject/step", separated by commas
	says     string
	isGone   bool // the error says that what was made is deleted again
	mayLeave bool
}

// answerEndings are all endings with an error. A dialect that is not in the table disturbs nothing, nor does one of the table in a cell that it does
// not name: the step works without a warning of Terraform, and the next plan is empty.
var answerEndings = []answerEnding{
	// Who signs in how.
	{dialect: "signs-in-elsewhere", cells: "*/create, */change, */refresh, */import", says: "The endpoint has no /api/ss/rest/v1/authenticate"},
	{dialect: "signs-in-elsewhere", cells: "member/destroy, invit*/destroy, key/destroy, rotation/destroy, organization/destroy", says: "The endpoint has no /api/ss/rest/v1/authenticate"},

	// What is made otherwise than it was asked for is deleted at once.
	{dialect: "key-role-ignored", cells: keyCreations, says: `role: asked for "ORG_VIEWER", got "ORG_EDITOR"`, isGone: true},
	{dialect: "key-expiry-ignored", cells: keyCreations, says: "got never)", isGone: true},
	{dialect: "key-expiry-a-year", cells: keyCreations, says: "expires_at: asked for ", isGone: true},
	{dialect: "key-title-upper-cased", cells: keyCreations, says: "name: asked for ", isGone: true},
	{dialect: "key-secret-missing", cells: keyCreations, says: `the answer's "apiKey" is missing`, isGone: true},
	{dialect: "invitation-role-ignored", cells: "*/create of a person", says: `role: asked for "ORG_VIEWER", got "ORG_EDITOR"`, isGone: true},
	{dialect: "invitation-role-ignored", cells: "invit*/change", says: `role: asked for "ORG_ADMIN", got "ORG_EDITOR"`, isGone: true},
	{dialect: "invitation-language-ignored", cells: "*/create of a person, invit*/change", says: `language: asked for "fr", got "en"`, isGone: true},

	// What is not done although the cloud says so.
	{dialect: "invitation-not-made", cells: "*/create of a person, invit*/change", says: "made no invitation: there is none with the id"},
	{dialect: "role-change-ignored", cells: "member/change", says: `role: asked for "ORG_ADMIN", got "ORG_VIEWER"`},
	{dialect: "organization-rename-ignored", cells: "organization/change", says: `name: asked for "Streets", got "Roads"`},

	// What the cloud does not allow.
	{dialect: "key-titles-unique", cells: "rotation/change", says: "There is a key with this title. (409 Conflict)"},
	{dialect: "creator-is-no-member", cells: "organization/create", says: "the next run: Unable to read the organization", mayLeave: true},

	// What is at another path is never gone.
	{dialect: "organizations-elsewhere", cells: "organization/create", says: "the collection is not there"},
	{dialect: "organizations-elsewhere", cells: "organization/[^c]*, organization/change", says: "neither the object nor its collection is there"},
	{dialect: "members-elsewhere", cells: "*/create of a person, invit*/change, invit*/destroy", says: "/members: the collection is not there"},
	{dialect: "members-elsewhere", cells: "member/import", says: "/members: the collection is not there"},
	{dialect: "members-elsewhere", cells: "member/change, member/refresh, member/destroy", says: "neither the object nor its collection is there"},
	{dialect: "keys-elsewhere", cells: "key/create, rotation/create, ephemeral/create, member/destroy", says: "/api-keys: the collection is not there"},
	{dialect: "keys-elsewhere", cells: "ephemeral/destroy", says: "The key stops working at", mayLeave: true},
	{dialect: "keys-elsewhere", cells: "key/[^c]*, rotation/[^c]*, key/change, rotation/change", says: "neither the object nor its collection is there"},
	{dialect: "invitations-elsewhere", cells: "*/create of a person, invited member/*, invitation/import", says: "/invitations: the collection is not there"},
	{dialect: "invitations-elsewhere", cells: "invitation/change, invitation/refresh, invitation/destroy", says: "neither the object nor its collection is there"},

	// What has another form is never taken for an empty answer. What it may have made is looked for in the portal.
	{dialect: "member-names-differ", cells: "*/create, */change, */refresh, */import", says: `members/self: the answer's "id" is missing`},
	{dialect: "member-names-differ", cells: "member/destroy, invit*/destroy, key/destroy, rotation/destroy, organization/destroy", says: `members/self: the answer's "id" is missing`},
	{dialect: "key-names-differ", cells: "key/create, rotation/create, ephemeral/create", says: "whose secret is lost may be left", mayLeave: true},
	{dialect: "key-names-differ", cells: "key/[^c]*, key/change, rotation/[^c]*, rotation/change", says: `the answer's "id" is missing`},
	{dialect: "key-names-differ", cells: "ephemeral/destroy", says: "The key stops working at", mayLeave: true},
	{dialect: "invitation-names-differ", cells: "*/create of a person", says: "So it may have done what it was asked to", mayLeave: true},
	{dialect: "invitation-names-differ", cells: "invited member/[^c]*, invited member/change, invitation/[^c]*, invitation/change", says: `the answer's "id" is missing`},
	{dialect: "lists-in-envelope", cells: "*/create of a person, key/create, rotation/create", says: "the answer's result has another form"},
	{dialect: "lists-in-envelope", cells: "ephemeral/*, invitation/change, key/change, rotation/change, invited member/[^c]*, invited member/change", says: "the answer's result has another form", mayLeave: true},
	{dialect: "lists-in-envelope", cells: "*/destroy of the rest, */import of a person", says: "the answer's result has another form"},

	// A list that is cut shows what is there, and never what is not. Without proof that it is cut, nothing is found either.
	{dialect: "access-lists-keep-newest:1", cells: "*/create of a person", says: "the list of members that JMap Cloud answers with is cut, for it lacks admin@example.com"},
	{dialect: "access-lists-keep-newest:1", cells: "member/destroy", says: "nothing shows that the account in use sees everything"},
	{dialect: "access-lists-keep-oldest:1", cells: "member/destroy", says: "nothing shows that the account in use sees everything"},
	{dialect: "access-lists-keep-oldest:1", cells: "member/import", says: `has the email or id "ada@example.com"`},
}

// keyCreations are the steps that create a key.
const keyCreations = "key/create, key/change, rotation/create, rotation/change, ephemeral/create"

// sets of cells that have a name in the table.
var cellSets = map[string]string{
	"*/create of a person":  "invited member/create, member/create, invitation/create",
	"*/import of a person":  "invited member/import, member/import, invitation/import",
	"*/destroy of the rest": "member/destroy, invitation/destroy, key/destroy, rotation/destroy",
}

// endingOf is the ending of a cell, empty where it works.
func endingOf(dialect, cell string) answerEnding {
	for _, e := range answerEndings {
		if e.dialect != dialect {
			continue
		}
		for _, pattern := range strings.Split(e.cells, ", ") {
			for _, one := range strings.Split(cmp.Or(cellSets[pattern], pattern), ", ") {
				if matches, _ := path.Match(one, cell); matches {
					return e
				}
			}
		}
	}
	return answerEnding{}
}

// dialectOfAnswers are the parts of the cloud whose dialects are tried here. Those of ownership are tried in internal/ownership.
var dialectOfAnswers = []string{"Sessions", "Organizations", "Members", "Invitations", "Answers", "Lists", "API keys"}

// subject is a noun with what a user does to it.
type subject struct {
	typeName       string
	config, change values
	// prepare makes what the steps after the creation begin with more than created.
	prepare func(t *testing.T, c *foreignCloud)
}

var subjects = map[string]subject{
	"invited member": {typeName: member, config: values{"email": ada, "role": "ORG_VIEWER", "language": "fr", "on_expired_invitation": "resend"}, change: values{"role": "ORG_ADMIN"}},
	"member": {
		typeName: member, config: values{"email": ada, "role": "ORG_VIEWER", "language": "fr", "on_expired_invitation": "resend"}, change: values{"role": "ORG_ADMIN"},
		prepare: func(t *testing.T, c *foreignCloud) { c.accept(t, ada) },
	},
	"invitation":   {typeName: invitation, config: values{"email": ada, "role": "ORG_VIEWER", "language": "fr", "on_expired": "resend"}, change: values{"role": "ORG_ADMIN"}},
	"key":          {typeName: apiKey, config: values{"name": "ci", "role": "ORG_VIEWER", "expires_at": "soon"}, change: values{"name": "cd"}},
	"rotation":     {typeName: apiKey, config: values{"name": "ci", "role": "ORG_VIEWER", "lifetime": "720h", "rotate_before": "24h"}, change: values{"rotate_when_changed": map[string]string{"n": "2"}}},
	"organization": {typeName: organization, config: values{"name": "Roads", "deletion_protection": false}, change: values{"name": "Streets"}},
}

// foreignCloud speaks a dialect, so nothing is checked against the contract.
type foreignCloud struct{ *cloud }

func startForeignCloud(t *testing.T) *foreignCloud {
	t.Helper()
	c := &foreignCloud{&cloud{Server: simulator.New()}}
	c.serve(t)
	c.withOthersMaps(t)
	return c
}

// left is what the cloud has, in words.
func (c *foreignCloud) left() (all []string) {
	for _, k := range c.APIKeys() {
		all = append(all, "key "+k.Title+" "+k.Role)
	}
	for _, i := range c.Invitations() {
		all = append(all, "invitation "+i.Email+" "+i.Role)
	}
	for _, m := range c.Members() {
		all = append(all, "member "+m.Email+" "+m.Role)
	}
	for _, o := range c.Organizations() {
		all = append(all, "organization "+o.Name)
	}
	return all
}

// attempt is one step in the life of a subject.
type attempt struct {
	*foreignCloud
	subject
	config, changed values
	object          object
}

// begin makes the subject while the cloud keeps to the contract, or only its cloud for a creation.
func (s subject) begin(t *testing.T, exists bool) *attempt {
	t.Helper()
	a := &attempt{foreignCloud: startForeignCloud(t), subject: s}
	a.config = maps.Clone(s.config)
	if a.config["expires_at"] != nil {
		a.config["expires_at"] = a.inDays(30)
	}
	a.changed = maps.Clone(a.config)
	maps.Copy(a.changed, s.change)
	if !exists {
		return a
	}
	made := a.run(t, s.typeName, object{}, a.config, nil)
	if made.errors != "" {
		t.Fatal(made.errors)
	}
	a.object = made.object
	if s.prepare != nil {
		s.prepare(t, a.foreignCloud)
		a.object = a.refreshed(t, s.typeName, a.object)
	}
	return a
}

// steps are what is tried; each returns the error.
var steps = map[string]func(t *testing.T, a *attempt) string{
	"create": func(t *testing.T, a *attempt) string {
		return a.apply(t, object{}, a.config)
	},
	"change": func(t *testing.T, a *attempt) string {
		return a.apply(t, a.object, a.changed)
	},
	"refresh": func(t *testing.T, a *attempt) string {
		r := a.run(t, a.typeName, a.object, a.config, nil)
		if r.errors == "" && !r.nothing {
			t.Errorf("the plan is not empty: %s\n%s\n%s", r.warnings, r.plan.prior.value, r.plan.proposed)
		}
		return r.errors
	},
	"import": func(t *testing.T, a *attempt) string {
		id := a.object.text(t, "id")
		if email, is := a.config["email"].(string); is {
			id = email
		}
		o, diags := a.imported(t, nil, a.typeName, id, nil)
		if !diags.hasError() && isNothing(o.value) {
			return "nothing was imported"
		}
		return diags.errors()
	},
	"destroy": func(t *testing.T, a *attempt) string {
		return a.run(t, a.typeName, a.object, nil, nil).errors
	},
}

// apply runs Terraform over the subject, twice where the first run has no error: the second finds nothing to do.
func (a *attempt) apply(t *testing.T, o object, config values) string {
	t.Helper()
	r := a.run(t, a.typeName, o, config, nil)
	if r.errors != "" {
		return r.errors
	}
	again := a.run(t, a.typeName, r.object, config, nil)
	if again.errors != "" {
		return "the next run: " + again.errors
	}
	if !again.nothing {
		t.Errorf("the next run: %s\n%s\n%s", again.warnings, again.plan.prior.value, again.plan.proposed)
	}
	return ""
}

func TestAnswers_everyDialectEndsAsItShould(t *testing.T) {
	t.Parallel()
	for _, dialect := range simulator.Dialects() {
		if !slices.Contains(dialectOfAnswers, dialect.About) {
			continue
		}
		spoken := dialect.Name
		if dialect.Number > 0 {
			spoken += ":1" // the list ends after one
		}
		t.Run(spoken, func(t *testing.T) {
			t.Parallel()
			for noun, s := range subjects {
				for step, try := range steps {
					t.Run(noun+"/"+step, func(t *testing.T) {
						a := s.begin(t, step != "create")
						before := a.left()
						must(t, a.Speak(spoken))
						got := try(t, a)
						must(t, a.Speak())
						endingOf(spoken, noun+"/"+step).check(t, a.foreignCloud, got, before)
					})
				}
			}
			for step, try := range ephemeralSteps {
				t.Run("ephemeral/"+step, func(t *testing.T) {
					c := startForeignCloud(t)
					before := c.left()
					got := try(t, c, spoken)
					must(t, c.Speak())
					endingOf(spoken, "ephemeral/"+step).check(t, c, got, before)
				})
			}
		})
	}
}

// ephemeralSteps are those of a key of one run.
var ephemeralSteps = map[string]func(t *testing.T, c *foreignCloud, dialect string) string{
	"create": func(t *testing.T, c *foreignCloud, dialect string) string {
		must(t, c.Speak(dialect))
		w := c.walk(t, nil)
		defer w.factory.Close(context.Background())
		o, diags := w.open(t, apiKey, values{"name": "ci", "role": "ORG_VIEWER"})
		if diags.hasError() {
			return diags.errors()
		}
		return w.close(context.Background(), t, o).errors()
	},
	"destroy": func(t *testing.T, c *foreignCloud, dialect string) string {
		w := c.walk(t, nil)
		defer w.factory.Close(context.Background())
		o, diags := w.open(t, apiKey, values{"name": "ci", "role": "ORG_VIEWER"})
		diags.mustBeFree(t)
		must(t, c.Speak(dialect))
		return w.close(context.Background(), t, o).errors()
	},
}

// check compares an error, and what is left, with the ending.
func (e answerEnding) check(t *testing.T, c *foreignCloud, got string, before []string) {
	t.Helper()
	switch {
	case e.says == "" && got != "":
		t.Errorf("fails: %s", got)
	case !strings.Contains(got, e.says), e.isGone && !strings.Contains(got, "is deleted again"):
		t.Errorf("want an error that says %q, gone %v: %s", e.says, e.isGone, got)
	case strings.Contains(got, "bug in the provider"):
		t.Error(got)
	}
	if e.says == "" || e.mayLeave {
		return
	}
	for _, one := range c.left() {
		if !slices.Contains(before, one) {
			t.Errorf("left is %s", one)
		}
	}
}

// Every row of the table is met: a dialect and a cell of that name exist.
func TestAnswers_tableNamesWhatExists(t *testing.T) {
	t.Parallel()
	var cells []string
	for noun := range subjects {
		for step := range steps {
			cells = append(cells, noun+"/"+step)
		}
	}
	for step := range ephemeralSteps {
		cells = append(cells, "ephemeral/"+step)
	}
	for _, e := range answerEndings {
		name, _, _ := strings.Cut(e.dialect, ":")
		if !slices.ContainsFunc(simulator.Dialects(), func(d simulator.Dialect) bool { return d.Name == name && slices.Contains(dialectOfAnswers, d.About) }) {
			t.Errorf("there is no dialect %q", e.dialect)
		}
		for _, pattern := range strings.Split(e.cells, ", ") {
			met := slices.ContainsFunc(cells, func(cell string) bool {
				return slices.ContainsFunc(strings.Split(cmp.Or(cellSets[pattern], pattern), ", "), func(one string) bool { matches, _ := path.Match(one, cell); return matches })
			})
			if !met {
				t.Errorf("%s: there is no %q", e.dialect, pattern)
			}
		}
	}
}
