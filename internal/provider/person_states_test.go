package provider_test

import (
	"errors"
	"strings"
	"testing"
)

// A person's life as Terraform sees it: from every state, everything that can happen in the cloud or in the
// configuration. Each row says what the next plan is, what its apply does, and how many mails go out. The rule behind all
// rows: nobody is sent a mail that the plan did not announce.

// scene is one person, the resource that manages them, and its configuration.
type scene struct {
	*cloud
	typeName string
	object   object
	config   values // nil once the resource is gone from the configuration
}

// states are how a scene begins.
var states = map[string]func(*testing.T, *scene){
	"absent":  func(*testing.T, *scene) {},
	"invited": func(t *testing.T, s *scene) { s.object = s.create(t, s.typeName, s.config) },
	"expired": func(t *testing.T, s *scene) {
		s.object = s.create(t, s.typeName, s.config)
		s.Advance(pastExpiry)
	},
	"expired, kept": func(t *testing.T, s *scene) {
		s.config[s.onExpired()] = "keep"
		s.object = s.create(t, s.typeName, s.config)
		s.Advance(pastExpiry)
	},
	"active": func(t *testing.T, s *scene) {
		s.object = s.create(t, s.typeName, s.config)
		s.accept(t, ada)
	},
}

// onExpired is the name of the argument that says what becomes of an expired invitation.
func (s *scene) onExpired() string {
	if s.typeName == member {
		return "on_expired_invitation"
	}
	return "on_expired"
}

// begin makes a cloud in which Ada is in the given state, and the resource knows it.
func begin(t *testing.T, typeName, state string) *scene {
	t.Helper()
	s := &scene{cloud: startCloud(t).withOthersMaps(t), typeName: typeName, config: values{"email": ada, "role": "ORG_EDITOR"}}
	states[state](t, s)
	if s.exists() {
		s.object = s.refreshed(t, typeName, s.object)
	}
	return s
}

func (s *scene) exists() bool { return s.object.value.Type() != nil && !s.object.value.IsNull() }

// What people do in the portal, and what time does. An error says that it cannot be, as things stand.
func passesTime(s *scene) error { s.Advance(pastExpiry); return nil }
func accepts(s *scene) error    { return ignore(s.Accept(ada, "Ada", password)) }
func withdraws(s *scene) error  { return s.WithdrawInvitation(ada) }
func removes(s *scene) error    { return s.RemoveMember(ada, "") }
func promotes(s *scene) error   { return s.SetRole(ada, "ORG_ADMIN") }

func invites(role, language string) func(*scene) error {
	return func(s *scene) error { return ignore(s.Invite(ada, role, language)) }
}

func joins(role string) func(*scene) error {
	return func(s *scene) error { return ignore(s.AddMember("Ada", ada, role, password)) }
}

// inTurn is one thing after the other.
func inTurn(events ...func(*scene) error) func(*scene) error {
	return func(s *scene) error {
		for _, event := range events {
			if err := event(s); err != nil {
				return err
			}
		}
		return nil
	}
}

// configures gives an argument another value.
func configures(argument, value string) func(*scene) error {
	return func(s *scene) error { s.config[argument] = value; return nil }
}

// events are what can happen.
var events = map[string]func(*scene) error{
	"nothing": inTurn(),

	// in the cloud
	"accepted":                   accepts,
	"accepted, promoted":         inTurn(accepts, promotes),
	"accepted, removed":          inTurn(accepts, removes),
	"time passes":                passesTime,
	"withdrawn":                  withdraws,
	"withdrawn, invited":         inTurn(withdraws, invites("ORG_EDITOR", "en")),
	"withdrawn, invited to view": inTurn(withdraws, invites("ORG_VIEWER", "en")),
	"invited":                    invites("ORG_EDITOR", "en"),
	"invited to view":            invites("ORG_VIEWER", "en"),
	"invited in French":          invites("ORG_EDITOR", "fr"),
	"invited, accepted":          inTurn(invites("ORG_EDITOR", "en"), accepts),
	"promoted":                   promotes,
	"removed":                    removes,
	"removed, invited":           inTurn(removes, invites("ORG_EDITOR", "en")),
	"removed, invited to view":   inTurn(removes, invites("ORG_VIEWER", "en")),
	"removed, joined":            inTurn(removes, joins("ORG_EDITOR")),
	"removed, joined to view":    inTurn(removes, joins("ORG_VIEWER")),

	// in the configuration
	"role changed":        configures("role", "ORG_VIEWER"),
	"language changed":    configures("language", "fr"),
	"email in other case": configures("email", " ADA@Example.com"),
	"somebody else":       configures("email", grace),
	"a member instead": inTurn(configures("email", grace), func(s *scene) error {
		return ignore(s.AddMember("Grace", grace, "ORG_EDITOR", password))
	}),
	"other policy": func(s *scene) error {
		other := "keep"
		if s.config[s.onExpired()] == other {
			other = "resend"
		}
		s.config[s.onExpired()] = other
		return nil
	},
	"block removed": func(s *scene) error {
		if !s.exists() {
			return errors.New("there is no resource")
		}
		s.config = nil
		return nil
	},
}

// inConfiguration tells the events that are no event of the cloud.
var inConfiguration = map[string]bool{
	"role changed": true, "language changed": true, "other policy": true, "email in other case": true,
	"somebody else": true, "a member instead": true, "block removed": true,
}

// step is a plan and what it said.
type step struct {
	planned
	does string   // create, none, update, replace, destroy
	says []string // the summaries of its warnings
}

// plan refreshes and plans, as one run of terraform plan does.
func (s *scene) plan(t *testing.T) step {
	t.Helper()
	w := s.walk(t, nil)
	var all diagnostics
	if s.exists() {
		read, diags := w.read(t, s.typeName, s.object)
		diags.mustBeFree(t)
		s.object, all = read, diags
		if !s.exists() {
			s.object = object{}
		}
	}
	var p planned
	does := "none"
	if s.exists() || s.config != nil {
		p = w.plan(t, s.typeName, s.object, s.config)
		all = append(all, p.diags...)
		all.mustBeFree(t)
		switch {
		case s.config == nil:
			does = "destroy"
		case !s.exists():
			does = "create"
		case p.replace:
			does = "replace"
			second := w.plan(t, s.typeName, object{private: p.private}, s.config)
			second.diags.mustBeFree(t)
			all = append(all, second.diags...)
		case !p.isEmpty():
			does = "update"
		}
	}
	p.diags = all
	var says []string
	for _, d := range all {
		says = append(says, d.Summary)
	}
	return step{p, does, says}
}

// apply applies a plan in a walk of its own, and checks that no mail goes out which the plan did not announce.
func (s *scene) apply(t *testing.T, p step) (mails int, diags diagnostics) {
	t.Helper()
	before := len(s.Mails())
	w := s.walk(t, nil)
	switch p.does {
	case "none":
		return 0, nil
	case "replace":
		gone, d := w.apply(t, w.destroyed(p.planned))
		diags = d
		if d.hasError() {
			break
		}
		s.object = gone
		created := w.plan(t, s.typeName, object{}, s.config)
		if diags = append(diags, created.diags...); !diags.hasError() {
			s.object, d = w.apply(t, created)
			diags = append(diags, d...)
		}
	default:
		after, d := w.apply(t, p.planned)
		s.object, diags = after, d
	}
	sent := s.Mails()[before:]
	for _, mail := range sent {
		if s.config == nil || !strings.EqualFold(mail.To, strings.TrimSpace(s.config["email"].(string))) {
			t.Errorf("a mail went to %s", mail.To)
		}
	}
	if announced := p.announced(t, s.config); len(sent) > announced {
		t.Errorf("%d mails went out, and the plan announced %d: %s, %q", len(sent), announced, p.does, p.says)
	}
	return len(sent), diags
}

// announced is how many mails a reader of the plan expects.
func (p step) announced(t *testing.T, config values) int {
	t.Helper()
	warnings := p.diags.warnings()
	switch {
	case p.does == "create",
		p.does == "replace" && !strings.EqualFold(p.prior.text(t, "email"), config["email"].(string)),
		strings.Contains(warnings, "will be invited again"), strings.Contains(warnings, "will be sent again"):
		return 1
	}
	return 0
}

// mustSettle runs Terraform until nothing is left to do, at most so many times. A person who cannot be invited is left to
// the user, if the plan says so.
func (s *scene) mustSettle(t *testing.T, runs int) {
	t.Helper()
	for range runs {
		p := s.plan(t)
		_, diags := s.apply(t, p)
		if strings.Contains(p.diags.warnings(), "cannot be invited") {
			return
		}
		diags.mustBeFree(t)
	}
	if p := s.plan(t); p.does != "none" {
		t.Errorf("the plan afterwards is not empty: %s\n%s\n%s", p.does, p.prior.value, p.proposed)
	}
}

// status is what the resource says of the person; empty where there is no resource.
func (s *scene) status(t *testing.T) string {
	t.Helper()
	if !s.exists() {
		return ""
	}
	return s.object.text(t, "status")
}

// outcome is what comes of an event: what the next plan does, how many mails its apply sends, the status afterwards, and
// what the plan warns of, by its summaries.
type outcome struct {
	does   string
	mails  int
	status string
	says   string
}

// What plans warn of.
const (
	again     = "ada@example.com will be invited again"
	expired   = "The invitation to ada@example.com has expired and will be sent again"
	kept      = "The invitation to ada@example.com has expired"
	uninvited = "Gone: the invitation to ada@example.com"
	gone      = "Gone: the member ada@example.com"
	adopts    = "Adopting ada@example.com"
	adoptsHer = "Adopting grace@example.com"
	refuses   = "ada@example.com cannot be invited"
	refuseHer = "grace@example.com cannot be invited"
	stays     = "The member ada@example.com stays"
	accepted  = "ada@example.com has accepted the invitation"
)

// transitions are outcomes by state and event. What is not in them cannot happen.
type transitions map[string]map[string]outcome

var memberTransitions = transitions{
	"absent": {
		"nothing":     {"create", 1, "INVITED", ""},
		"time passes": {"create", 1, "INVITED", ""},

		"invited":           {"create", 0, "INVITED", adopts},
		"invited to view":   {"create", 1, "INVITED", adopts},
		"invited in French": {"create", 1, "INVITED", adopts},
		"invited, accepted": {"create", 0, "ACTIVE", adopts},

		"role changed":        {"create", 1, "INVITED", ""},
		"language changed":    {"create", 1, "INVITED", ""},
		"other policy":        {"create", 1, "INVITED", ""},
		"email in other case": {"create", 1, "INVITED", ""},
		"somebody else":       {"create", 1, "INVITED", ""},
		"a member instead":    {"create", 0, "ACTIVE", adoptsHer},
	},
	"invited": {
		"nothing":     {"none", 0, "INVITED", ""},
		"time passes": {"update", 1, "INVITED", expired},

		"accepted":                   {"none", 0, "ACTIVE", ""},
		"accepted, promoted":         {"update", 0, "ACTIVE", ""},
		"accepted, removed":          {"create", 1, "INVITED", uninvited},
		"withdrawn":                  {"create", 1, "INVITED", uninvited},
		"withdrawn, invited":         {"none", 0, "INVITED", ""},
		"withdrawn, invited to view": {"update", 1, "INVITED", again},

		"role changed":        {"update", 1, "INVITED", again},
		"language changed":    {"update", 1, "INVITED", again},
		"other policy":        {"update", 0, "INVITED", ""},
		"email in other case": {"none", 0, "INVITED", ""},
		"somebody else":       {"replace", 1, "INVITED", ""},
		"a member instead":    {"replace", 0, "ACTIVE", adoptsHer},
		"block removed":       {"destroy", 0, "", ""},
	},
	"expired": {
		"nothing":     {"update", 1, "INVITED", expired},
		"time passes": {"update", 1, "INVITED", expired},

		"withdrawn":                  {"create", 1, "INVITED", uninvited},
		"withdrawn, invited":         {"none", 0, "INVITED", ""},
		"withdrawn, invited to view": {"update", 1, "INVITED", again},
		"invited":                    {"none", 0, "INVITED", ""},
		"invited to view":            {"update", 1, "INVITED", again},
		"invited in French":          {"none", 0, "INVITED", ""}, // no language is configured
		"invited, accepted":          {"none", 0, "ACTIVE", ""},

		"role changed":        {"update", 1, "INVITED", again},
		"language changed":    {"update", 1, "INVITED", again},
		"other policy":        {"update", 0, "EXPIRED", kept},
		"email in other case": {"update", 1, "INVITED", expired},
		"somebody else":       {"replace", 1, "INVITED", ""},
		"a member instead":    {"replace", 0, "ACTIVE", adoptsHer},
		"block removed":       {"destroy", 0, "", ""},
	},
	"expired, kept": {
		"nothing":     {"none", 0, "EXPIRED", kept},
		"time passes": {"none", 0, "EXPIRED", kept},

		"withdrawn":                  {"create", 1, "INVITED", uninvited},
		"withdrawn, invited":         {"none", 0, "INVITED", ""},
		"withdrawn, invited to view": {"update", 1, "INVITED", again},
		"invited":                    {"none", 0, "INVITED", ""},
		"invited to view":            {"update", 1, "INVITED", again},
		"invited in French":          {"none", 0, "INVITED", ""},
		"invited, accepted":          {"none", 0, "ACTIVE", ""},

		"role changed":        {"update", 1, "INVITED", again},
		"language changed":    {"update", 1, "INVITED", again},
		"other policy":        {"update", 1, "INVITED", expired},
		"email in other case": {"none", 0, "EXPIRED", kept},
		"somebody else":       {"replace", 1, "INVITED", ""},
		"a member instead":    {"replace", 0, "ACTIVE", adoptsHer},
		"block removed":       {"destroy", 0, "", ""},
	},
	"active": {
		"nothing":     {"none", 0, "ACTIVE", ""},
		"time passes": {"none", 0, "ACTIVE", ""},

		"promoted":                 {"update", 0, "ACTIVE", ""},
		"removed":                  {"create", 1, "INVITED", gone},
		"removed, invited":         {"none", 0, "INVITED", ""},
		"removed, invited to view": {"update", 1, "INVITED", again},
		"removed, joined":          {"none", 0, "ACTIVE", ""},
		"removed, joined to view":  {"update", 0, "ACTIVE", ""},

		"role changed":        {"update", 0, "ACTIVE", ""},
		"language changed":    {"update", 0, "ACTIVE", ""},
		"other policy":        {"update", 0, "ACTIVE", ""},
		"email in other case": {"none", 0, "ACTIVE", ""},
		"somebody else":       {"replace", 1, "INVITED", ""},
		"a member instead":    {"replace", 0, "ACTIVE", adoptsHer},
		"block removed":       {"destroy", 0, "", ""},
	},
}

var invitationTransitions = transitions{
	"absent": {
		"nothing":     {"create", 1, "PENDING", ""},
		"time passes": {"create", 1, "PENDING", ""},

		"invited":           {"create", 0, "", refuses},
		"invited to view":   {"create", 0, "", refuses},
		"invited in French": {"create", 0, "", refuses},
		"invited, accepted": {"create", 0, "", refuses},

		"role changed":        {"create", 1, "PENDING", ""},
		"language changed":    {"create", 1, "PENDING", ""},
		"other policy":        {"create", 1, "PENDING", ""},
		"email in other case": {"create", 1, "PENDING", ""},
		"somebody else":       {"create", 1, "PENDING", ""},
		"a member instead":    {"create", 0, "", refuseHer},
	},
	"invited": {
		"nothing":     {"none", 0, "PENDING", ""},
		"time passes": {"update", 1, "PENDING", expired},

		"accepted":                   {"none", 0, "ACCEPTED", ""},
		"accepted, promoted":         {"none", 0, "ACCEPTED", ""},
		"accepted, removed":          {"create", 1, "PENDING", uninvited},
		"withdrawn":                  {"create", 1, "PENDING", uninvited},
		"withdrawn, invited":         {"none", 0, "PENDING", ""},
		"withdrawn, invited to view": {"replace", 1, "PENDING", again},

		"role changed":        {"replace", 1, "PENDING", again},
		"language changed":    {"replace", 1, "PENDING", again},
		"other policy":        {"update", 0, "PENDING", ""},
		"email in other case": {"none", 0, "PENDING", ""},
		"somebody else":       {"replace", 1, "PENDING", ""},
		"a member instead":    {"replace", 0, "", refuseHer},
		"block removed":       {"destroy", 0, "", ""},
	},
	"expired": {
		"nothing":     {"update", 1, "PENDING", expired},
		"time passes": {"update", 1, "PENDING", expired},

		"withdrawn":                  {"create", 1, "PENDING", uninvited},
		"withdrawn, invited":         {"none", 0, "PENDING", ""},
		"withdrawn, invited to view": {"replace", 1, "PENDING", again},
		"invited":                    {"none", 0, "PENDING", ""},
		"invited to view":            {"replace", 1, "PENDING", again},
		"invited in French":          {"replace", 1, "PENDING", again},
		"invited, accepted":          {"none", 0, "ACCEPTED", ""},

		"role changed":        {"replace", 1, "PENDING", again},
		"language changed":    {"replace", 1, "PENDING", again},
		"other policy":        {"update", 0, "EXPIRED", kept},
		"email in other case": {"update", 1, "PENDING", expired},
		"somebody else":       {"replace", 1, "PENDING", ""},
		"a member instead":    {"replace", 0, "", refuseHer},
		"block removed":       {"destroy", 0, "", ""},
	},
	"expired, kept": {
		"nothing":     {"none", 0, "EXPIRED", kept},
		"time passes": {"none", 0, "EXPIRED", kept},

		"withdrawn":                  {"create", 1, "PENDING", uninvited},
		"withdrawn, invited":         {"none", 0, "PENDING", ""},
		"withdrawn, invited to view": {"replace", 1, "PENDING", again},
		"invited":                    {"none", 0, "PENDING", ""},
		"invited to view":            {"replace", 1, "PENDING", again},
		"invited in French":          {"replace", 1, "PENDING", again},
		"invited, accepted":          {"none", 0, "ACCEPTED", ""},

		"role changed":        {"replace", 1, "PENDING", again},
		"language changed":    {"replace", 1, "PENDING", again},
		"other policy":        {"update", 1, "PENDING", expired},
		"email in other case": {"none", 0, "EXPIRED", kept},
		"somebody else":       {"replace", 1, "PENDING", ""},
		"a member instead":    {"replace", 0, "", refuseHer},
		"block removed":       {"destroy", 0, "", ""},
	},
	"active": { // what becomes of the member is no longer the invitation's business
		"nothing":     {"none", 0, "ACCEPTED", ""},
		"time passes": {"none", 0, "ACCEPTED", ""},

		"promoted":                 {"none", 0, "ACCEPTED", ""},
		"removed":                  {"none", 0, "ACCEPTED", ""},
		"removed, invited":         {"none", 0, "ACCEPTED", ""},
		"removed, invited to view": {"none", 0, "ACCEPTED", ""},
		"removed, joined":          {"none", 0, "ACCEPTED", ""},
		"removed, joined to view":  {"none", 0, "ACCEPTED", ""},

		"role changed":        {"update", 0, "ACCEPTED", accepted},
		"language changed":    {"update", 0, "ACCEPTED", accepted},
		"other policy":        {"update", 0, "ACCEPTED", ""},
		"email in other case": {"none", 0, "ACCEPTED", ""},
		"somebody else":       {"replace", 1, "PENDING", stays},
		"a member instead":    {"replace", 0, "", stays + "; " + refuseHer},
		"block removed":       {"destroy", 0, "", stays},
	},
}

func TestMember_everyTransitionIsPlannedAsItIsApplied(t *testing.T) {
	t.Parallel()
	memberTransitions.test(t, member)
}

func TestInvitation_everyTransitionIsPlannedAsItIsApplied(t *testing.T) {
	t.Parallel()
	invitationTransitions.test(t, invitation)
}

func (all transitions) test(t *testing.T, typeName string) {
	t.Helper()
	for state := range states {
		for event, happen := range events {
			t.Run(state+"/"+event, func(t *testing.T) {
				t.Parallel()
				s := begin(t, typeName, state)
				err := happen(s)
				want, listed := all[state][event]
				if possible := err == nil; possible != listed {
					t.Fatalf("listed as possible %v, and the cloud says %v", listed, err)
				}
				if !listed {
					return
				}
				p := s.plan(t)
				mails, diags := s.apply(t, p)
				got := outcome{p.does, mails, s.status(t), strings.Join(p.says, "; ")}
				if got != want {
					t.Errorf("got %+v, want %+v", got, want)
				}
				refused := strings.Contains(want.says, "cannot be invited")
				if refused != diags.hasError() {
					t.Errorf("the apply says: %s", diags.errors())
				}
				if !refused {
					s.mustSettle(t, 0)
					s.mustBeAsConfigured(t)
				}
			})
		}
	}
}

// mustBeAsConfigured checks that the cloud has what the configuration says, and nobody whom it no longer names.
func (s *scene) mustBeAsConfigured(t *testing.T) {
	t.Helper()
	m, isMember := s.Member(ada)
	i, isInvited := s.Invitation(ada)
	managed := s.typeName == member || s.status(t) != "ACCEPTED"
	switch {
	case s.config == nil || s.config["email"] == grace:
		if isInvited || isMember && s.typeName == member {
			t.Errorf("Ada is there still: %+v %+v", m, i)
		}
	case isMember && s.typeName == member && m.Role != s.config["role"],
		isInvited && !isMember && managed && i.Role != s.config["role"] && s.exists():
		t.Errorf("the cloud has %+v %+v, and the configuration %v", m, i, s.config)
	}
}

// overtaken is a plan that something in the cloud overtakes before it is applied.
type overtaken struct {
	state, planned, meanwhile string
	mails                     int
	status                    string // afterwards
	fails                     string // with these words
}

const (
	left     = "after Terraform planned"
	conflict = "409 Conflict"
)

func TestMember_overtakenPlanSendsNoSurplusMail(t *testing.T) {
	t.Parallel()
	for _, o := range []overtaken{
		{"absent", "nothing", "invited", 0, "INVITED", ""},
		{"absent", "nothing", "invited to view", 1, "INVITED", ""},
		{"absent", "nothing", "invited, accepted", 0, "ACTIVE", ""},

		{"invited", "role changed", "accepted", 0, "ACTIVE", ""},
		{"invited", "role changed", "accepted, removed", 0, "INVITED", left},
		{"invited", "role changed", "withdrawn", 0, "INVITED", left},
		{"invited", "role changed", "withdrawn, invited", 1, "INVITED", ""},
		{"invited", "role changed", "withdrawn, invited to view", 0, "INVITED", ""}, // just what was planned
		{"invited", "role changed", "time passes", 1, "INVITED", ""},
		{"invited", "somebody else", "accepted", 1, "INVITED", ""},
		{"invited", "somebody else", "withdrawn", 1, "INVITED", ""},
		{"invited", "block removed", "accepted", 0, "", ""},
		{"invited", "block removed", "accepted, removed", 0, "", ""},
		{"invited", "block removed", "withdrawn", 0, "", ""},
		{"invited", "block removed", "withdrawn, invited", 0, "", ""},

		{"expired", "nothing", "withdrawn", 0, "EXPIRED", left},
		{"expired", "nothing", "invited", 0, "INVITED", ""},
		{"expired", "nothing", "invited to view", 1, "INVITED", ""},
		{"expired", "nothing", "invited, accepted", 0, "ACTIVE", ""},
		{"expired", "somebody else", "withdrawn", 1, "INVITED", ""},
		{"expired", "block removed", "withdrawn", 0, "", ""},

		{"active", "role changed", "removed", 0, "ACTIVE", left},
		{"active", "role changed", "removed, invited", 0, "ACTIVE", left},
		{"active", "role changed", "removed, joined", 0, "ACTIVE", left},
		{"active", "role changed", "promoted", 0, "ACTIVE", ""},
		{"active", "somebody else", "removed", 1, "INVITED", ""},
		{"active", "block removed", "removed", 0, "", ""},
		{"active", "block removed", "removed, invited", 0, "", ""},
		{"active", "block removed", "removed, joined", 0, "", ""},
	} {
		o.test(t, member)
	}
}

func TestInvitation_overtakenPlanSendsNoSurplusMail(t *testing.T) {
	t.Parallel()
	for _, o := range []overtaken{
		{"absent", "nothing", "invited", 0, "", conflict},
		{"absent", "nothing", "invited, accepted", 0, "", conflict},

		{"invited", "role changed", "accepted", 0, "ACCEPTED", ""},
		{"invited", "role changed", "accepted, removed", 1, "PENDING", ""},
		{"invited", "role changed", "withdrawn", 1, "PENDING", ""},
		{"invited", "role changed", "withdrawn, invited", 1, "PENDING", ""},
		{"invited", "role changed", "withdrawn, invited to view", 0, "PENDING", ""},
		{"invited", "role changed", "time passes", 1, "PENDING", ""},
		{"invited", "somebody else", "accepted", 1, "PENDING", ""},
		{"invited", "somebody else", "withdrawn", 1, "PENDING", ""},
		{"invited", "block removed", "accepted", 0, "", ""},
		{"invited", "block removed", "accepted, removed", 0, "", ""},
		{"invited", "block removed", "withdrawn", 0, "", ""},

		{"expired", "nothing", "withdrawn", 1, "PENDING", ""},
		{"expired", "nothing", "invited", 0, "PENDING", ""},
		{"expired", "nothing", "invited to view", 1, "PENDING", ""},
		{"expired", "nothing", "invited, accepted", 0, "ACCEPTED", ""},
		{"expired", "role changed", "invited", 1, "PENDING", ""},
		{"expired", "role changed", "invited, accepted", 0, "ACCEPTED", ""},
		{"expired", "block removed", "withdrawn", 0, "", ""},

		{"active", "role changed", "removed", 0, "ACCEPTED", ""},
		{"active", "somebody else", "removed", 1, "PENDING", ""},
		{"active", "block removed", "removed", 0, "", ""},
	} {
		o.test(t, invitation)
	}
}

func (o overtaken) test(t *testing.T, typeName string) {
	t.Helper()
	t.Run(o.state+"/"+o.planned+"/"+o.meanwhile, func(t *testing.T) {
		t.Parallel()
		s := begin(t, typeName, o.state)
		must(t, events[o.planned](s))
		p := s.plan(t)
		must(t, events[o.meanwhile](s))
		mails, diags := s.apply(t, p)
		if mails != o.mails || s.status(t) != o.status {
			t.Errorf("%d mails, %q; want %d, %q", mails, s.status(t), o.mails, o.status)
		}
		if o.fails != "" {
			wants(t, "the error", diags.errors(), o.fails)
		} else {
			diags.mustBeFree(t)
		}
		s.mustSettle(t, 1)
	})
}

// Every change in the configuration, overtaken by everything that can happen in the cloud: the apply may fail, but no mail
// goes out that was not announced, and the next run puts things right.
func TestPerson_nextRunPutsRightWhatOvertookAPlan(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("some hundred combinations")
	}
	for _, typeName := range []string{member, invitation} {
		for _, state := range []string{"absent", "invited", "expired", "active"} {
			for _, change := range []string{"nothing", "role changed", "somebody else", "block removed"} {
				for event := range events {
					if inConfiguration[event] {
						continue
					}
					t.Run(strings.Join([]string{typeName, state, change, event}, "/"), func(t *testing.T) {
						t.Parallel()
						s := begin(t, typeName, state)
						if events[change](s) != nil {
							return
						}
						p := s.plan(t)
						if p.does == "none" || events[event](s) != nil {
							return
						}
						s.apply(t, p)
						s.mustSettle(t, 2)
					})
				}
			}
		}
	}
}
