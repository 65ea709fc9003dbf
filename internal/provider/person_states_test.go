package provider_test

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// A person's life as Terraform sees it: from every state, everything that can happen in the cloud or in the
// configuration. Each row says what the next plan is, what its apply does, and how many mails go out. The rule behind all
// rows: no person is sent a mail that the plan did not announce.

// scene is one person, the resource that manages them, and its configuration.
type scene struct {
	*cloud
	typeName string
	object   object
	config   values               // nil once the resource is gone from the configuration
	accepted string               // the id of the member with whom it begins
	sent     simulator.Invitation // the first one
}

// states are how a scene begins.
var states = map[string]func(*testing.T, *scene){
	"absent":  func(*testing.T, *scene) {},
	"invited": func(t *testing.T, s *scene) { s.invited(t) },
	"expired": func(t *testing.T, s *scene) {
		s.invited(t)
		s.Advance(pastExpiry)
	},
	"expired, kept": func(t *testing.T, s *scene) {
		s.config[s.onExpired()] = "keep"
		s.invited(t)
		s.Advance(pastExpiry)
	},
	"active": func(t *testing.T, s *scene) {
		s.invited(t)
		s.accept(t, ada)
	},
	"invited, to be kept out": func(t *testing.T, s *scene) {
		s.config["on_departure"] = "keep_out"
		s.invited(t)
	},
	"active, to be kept out": func(t *testing.T, s *scene) {
		s.config["on_departure"] = "keep_out"
		s.invited(t)
		s.accept(t, ada)
	},
	"removed": func(t *testing.T, s *scene) {
		s.config["on_departure"] = "keep_out"
		s.invited(t)
		s.accept(t, ada)
		must(t, s.RemoveMember(ada, ""))
	},
}

// ofMembersOnly are the states that an invitation does not have.
var ofMembersOnly = map[string]bool{"invited, to be kept out": true, "active, to be kept out": true, "removed": true}

// invited lets Terraform invite Ada.
func (s *scene) invited(t *testing.T) {
	t.Helper()
	s.object = s.create(t, s.typeName, s.config)
	s.sent, _ = s.Invitation(ada)
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
	m, _ := s.Member(ada)
	s.accepted = m.ID
	return s
}

func (s *scene) exists() bool { return s.object.value.Type() != nil && !s.object.value.IsNull() }

// adaElsewhere is how the portal spells Ada's email.
const adaElsewhere = "Ada@Example.com"

// What people do in the portal, and what time does. An error says that it cannot be, as things stand.
func passesTime(s *scene) error { s.Advance(pastExpiry); return nil }
func accepts(s *scene) error    { return ignore(s.Accept(ada, "Ada", password)) }
func withdraws(s *scene) error  { return s.WithdrawInvitation(ada) }
func removes(s *scene) error    { return s.RemoveMember(ada, "") }
func promotes(s *scene) error   { return s.SetRole(ada, "ORG_ADMIN") }

func invites(role, language string) func(*scene) error {
	return func(s *scene) error { return ignore(s.Invite(adaElsewhere, role, language)) }
}

func joins(role string) func(*scene) error {
	return func(s *scene) error { return ignore(s.AddMember("Ada", adaElsewhere, role, password)) }
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
	"accepted":                      accepts,
	"accepted, promoted":            inTurn(accepts, promotes),
	"accepted, removed":             inTurn(accepts, removes),
	"time passes":                   passesTime,
	"withdrawn":                     withdraws,
	"withdrawn, invited":            inTurn(withdraws, invites("ORG_EDITOR", "en")),
	"withdrawn, invited, accepted":  inTurn(withdraws, invites("ORG_EDITOR", "en"), accepts),
	"withdrawn, invited to view":    inTurn(withdraws, invites("ORG_VIEWER", "en")),
	"invited, time passes":          inTurn(invites("ORG_EDITOR", "en"), passesTime),
	"invited, time passes, invited": inTurn(invites("ORG_EDITOR", "en"), passesTime, invites("ORG_EDITOR", "en")),
	"invited to view, accepted":     inTurn(invites("ORG_VIEWER", "en"), accepts),
	"invited":                       invites("ORG_EDITOR", "en"),
	"invited to view":               invites("ORG_VIEWER", "en"),
	"invited in French":             invites("ORG_EDITOR", "fr"),
	"invited, accepted":             inTurn(invites("ORG_EDITOR", "en"), accepts),
	"promoted":                      promotes,
	"removed":                       removes,
	"removed, invited":              inTurn(removes, invites("ORG_EDITOR", "en")),
	"removed, invited to view":      inTurn(removes, invites("ORG_VIEWER", "en")),
	"removed, joined":               inTurn(removes, joins("ORG_EDITOR")),
	"removed, joined to view":       inTurn(removes, joins("ORG_VIEWER")),

	// in the configuration
	"role changed":        configures("role", "ORG_VIEWER"),
	"language changed":    configures("language", "fr"),
	"email in other case": configures("email", " ADA@Example.com"),
	"another person":      configures("email", grace),
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
	"other departure": func(s *scene) error {
		if s.typeName == invitation {
			return errors.New("there is no such argument")
		}
		other := "keep_out"
		if s.config["on_departure"] == other {
			other = "invite"
		}
		s.config["on_departure"] = other
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
	"role changed": true, "language changed": true, "other policy": true, "other departure": true, "email in other case": true,
	"another person": true, "a member instead": true, "block removed": true,
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

// apply applies a plan in a walk of its own, and checks that no mail goes out which the plan did not announce, and that an invitation
// leaves the members alone.
func (s *scene) apply(t *testing.T, p step) (mails int, diags diagnostics) {
	t.Helper()
	before := len(s.Mails())
	members := s.Members()
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
		if p.does != "destroy" && !d.hasError() {
			mustKeepTo(t, "the apply", p.proposed, after.value)
		}
		s.object, diags = after, d
	}
	if now := s.Members(); s.typeName == invitation && !slices.Equal(now, members) {
		t.Errorf("the members were %v and are %v", members, now)
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
		strings.Contains(warnings, "will send a NEW invitation"), strings.Contains(warnings, "will be invited again"), strings.Contains(warnings, "will be sent again"):
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

// outcome is what comes of an event: what the next plan does, what its apply writes and how many mails that sends, the status
// afterwards, and what the plan warns of, by its summaries.
type outcome struct {
	does   string
	writes string
	mails  int
	status string
	says   string
}

// What an apply writes, in short.
const (
	send     = "POST invitations"
	withdraw = "DELETE invitations"
	resend   = withdraw + ", " + send
	change   = "PATCH members"
	remove   = "DELETE members"
)

// What plans warn of.
const (
	again     = "ada@example.com will be invited again"
	expired   = "The invitation to ada@example.com has expired and will be sent again"
	kept      = "The invitation to ada@example.com has expired"
	uninvited = "Gone: the invitation to ada@example.com"
	gone      = "Gone: the member ada@example.com"
	keptOut   = "ada@example.com is kept out"
	returns   = "ada@example.com is no longer a member"
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
		"nothing":     {"create", send, 1, "INVITED", ""},
		"time passes": {"create", send, 1, "INVITED", ""},

		"invited":                       {"create", "", 0, "INVITED", adopts},
		"invited to view":               {"create", resend, 1, "INVITED", adopts},
		"invited in French":             {"create", resend, 1, "INVITED", adopts},
		"invited, accepted":             {"create", "", 0, "ACTIVE", adopts},
		"invited to view, accepted":     {"create", change, 0, "ACTIVE", adopts},
		"invited, time passes":          {"create", resend, 1, "INVITED", adopts},
		"invited, time passes, invited": {"create", "", 0, "INVITED", adopts},

		"role changed":        {"create", send, 1, "INVITED", ""},
		"language changed":    {"create", send, 1, "INVITED", ""},
		"other departure":     {"create", send, 1, "INVITED", ""},
		"other policy":        {"create", send, 1, "INVITED", ""},
		"email in other case": {"create", send, 1, "INVITED", ""},
		"another person":      {"create", send, 1, "INVITED", ""},
		"a member instead":    {"create", "", 0, "ACTIVE", adoptsHer},
	},
	"invited": {
		"nothing":     {"none", "", 0, "INVITED", ""},
		"time passes": {"update", resend, 1, "INVITED", expired},

		"accepted":                     {"none", "", 0, "ACTIVE", ""},
		"accepted, promoted":           {"update", change, 0, "ACTIVE", ""},
		"accepted, removed":            {"create", send, 1, "INVITED", uninvited},
		"withdrawn":                    {"create", send, 1, "INVITED", uninvited},
		"withdrawn, invited":           {"none", "", 0, "INVITED", ""},
		"withdrawn, invited, accepted": {"none", "", 0, "ACTIVE", ""},
		"withdrawn, invited to view":   {"update", resend, 1, "INVITED", again},

		"role changed":        {"update", resend, 1, "INVITED", again},
		"language changed":    {"update", resend, 1, "INVITED", again},
		"other departure":     {"update", "", 0, "INVITED", ""},
		"other policy":        {"update", "", 0, "INVITED", ""},
		"email in other case": {"none", "", 0, "INVITED", ""},
		"another person":      {"replace", resend, 1, "INVITED", ""},
		"a member instead":    {"replace", withdraw, 0, "ACTIVE", adoptsHer},
		"block removed":       {"destroy", withdraw, 0, "", ""},
	},
	"expired": {
		"nothing":     {"update", resend, 1, "INVITED", expired},
		"time passes": {"update", resend, 1, "INVITED", expired},

		"withdrawn":                     {"create", send, 1, "INVITED", uninvited},
		"withdrawn, invited":            {"none", "", 0, "INVITED", ""},
		"withdrawn, invited, accepted":  {"none", "", 0, "ACTIVE", ""},
		"withdrawn, invited to view":    {"update", resend, 1, "INVITED", again},
		"invited":                       {"none", "", 0, "INVITED", ""},
		"invited to view":               {"update", resend, 1, "INVITED", again},
		"invited in French":             {"none", "", 0, "INVITED", ""}, // no language is configured
		"invited, accepted":             {"none", "", 0, "ACTIVE", ""},
		"invited to view, accepted":     {"update", change, 0, "ACTIVE", ""},
		"invited, time passes":          {"update", resend, 1, "INVITED", expired},
		"invited, time passes, invited": {"none", "", 0, "INVITED", ""},

		"role changed":        {"update", resend, 1, "INVITED", again},
		"language changed":    {"update", resend, 1, "INVITED", again},
		"other departure":     {"update", resend, 1, "INVITED", expired},
		"other policy":        {"update", "", 0, "EXPIRED", kept},
		"email in other case": {"update", resend, 1, "INVITED", expired},
		"another person":      {"replace", resend, 1, "INVITED", ""},
		"a member instead":    {"replace", withdraw, 0, "ACTIVE", adoptsHer},
		"block removed":       {"destroy", withdraw, 0, "", ""},
	},
	"expired, kept": {
		"nothing":     {"none", "", 0, "EXPIRED", kept},
		"time passes": {"none", "", 0, "EXPIRED", kept},

		"withdrawn":                     {"create", send, 1, "INVITED", uninvited},
		"withdrawn, invited":            {"none", "", 0, "INVITED", ""},
		"withdrawn, invited, accepted":  {"none", "", 0, "ACTIVE", ""},
		"withdrawn, invited to view":    {"update", resend, 1, "INVITED", again},
		"invited":                       {"none", "", 0, "INVITED", ""},
		"invited to view":               {"update", resend, 1, "INVITED", again},
		"invited in French":             {"none", "", 0, "INVITED", ""},
		"invited, accepted":             {"none", "", 0, "ACTIVE", ""},
		"invited to view, accepted":     {"update", change, 0, "ACTIVE", ""},
		"invited, time passes":          {"none", "", 0, "EXPIRED", kept},
		"invited, time passes, invited": {"none", "", 0, "INVITED", ""},

		"role changed":        {"update", resend, 1, "INVITED", again},
		"language changed":    {"update", resend, 1, "INVITED", again},
		"other departure":     {"update", "", 0, "EXPIRED", kept},
		"other policy":        {"update", resend, 1, "INVITED", expired},
		"email in other case": {"none", "", 0, "EXPIRED", kept},
		"another person":      {"replace", resend, 1, "INVITED", ""},
		"a member instead":    {"replace", withdraw, 0, "ACTIVE", adoptsHer},
		"block removed":       {"destroy", withdraw, 0, "", ""},
	},
	"active": {
		"nothing":     {"none", "", 0, "ACTIVE", ""},
		"time passes": {"none", "", 0, "ACTIVE", ""},

		"promoted":                 {"update", change, 0, "ACTIVE", ""},
		"removed":                  {"create", send, 1, "INVITED", gone},
		"removed, invited":         {"none", "", 0, "INVITED", ""},
		"removed, invited to view": {"update", resend, 1, "INVITED", again},
		"removed, joined":          {"none", "", 0, "ACTIVE", ""},
		"removed, joined to view":  {"update", change, 0, "ACTIVE", ""},

		"role changed":        {"update", change, 0, "ACTIVE", ""},
		"language changed":    {"update", "", 0, "ACTIVE", ""},
		"other departure":     {"update", "", 0, "ACTIVE", ""},
		"other policy":        {"update", "", 0, "ACTIVE", ""},
		"email in other case": {"none", "", 0, "ACTIVE", ""},
		"another person":      {"replace", remove + ", " + send, 1, "INVITED", ""},
		"a member instead":    {"replace", remove, 0, "ACTIVE", adoptsHer},
		"block removed":       {"destroy", remove, 0, "", ""},
	},
	"removed": {
		"nothing":     {"none", "", 0, "REMOVED", keptOut},
		"time passes": {"none", "", 0, "REMOVED", keptOut},

		"invited":                       {"none", "", 0, "INVITED", ""},
		"invited to view":               {"update", resend, 1, "INVITED", again},
		"invited in French":             {"none", "", 0, "INVITED", ""},
		"invited, accepted":             {"none", "", 0, "ACTIVE", ""},
		"invited to view, accepted":     {"update", change, 0, "ACTIVE", ""},
		"invited, time passes":          {"update", resend, 1, "INVITED", expired},
		"invited, time passes, invited": {"none", "", 0, "INVITED", ""},

		"role changed":        {"update", "", 0, "REMOVED", keptOut},
		"language changed":    {"update", "", 0, "REMOVED", keptOut},
		"other departure":     {"update", send, 1, "INVITED", returns},
		"other policy":        {"update", "", 0, "REMOVED", keptOut},
		"email in other case": {"none", "", 0, "REMOVED", keptOut},
		"another person":      {"replace", send, 1, "INVITED", ""},
		"a member instead":    {"replace", "", 0, "ACTIVE", adoptsHer},
		"block removed":       {"destroy", "", 0, "", ""},
	},
}

func init() {
	leftOut := outcome{"none", "", 0, "REMOVED", keptOut}
	toBeKeptOut := func(state string, departures ...string) {
		rows := maps.Clone(memberTransitions[state])
		for _, event := range departures {
			rows[event] = leftOut
		}
		memberTransitions[state+", to be kept out"] = rows
	}
	toBeKeptOut("invited", "accepted, removed", "withdrawn")
	toBeKeptOut("active", "removed")
}

var invitationTransitions = transitions{
	"absent": {
		"nothing":     {"create", send, 1, "PENDING", ""},
		"time passes": {"create", send, 1, "PENDING", ""},

		"invited":                       {"create", "", 0, "", refuses},
		"invited to view":               {"create", "", 0, "", refuses},
		"invited in French":             {"create", "", 0, "", refuses},
		"invited, accepted":             {"create", "", 0, "", refuses},
		"invited to view, accepted":     {"create", "", 0, "", refuses},
		"invited, time passes":          {"create", send, 1, "PENDING", ""},
		"invited, time passes, invited": {"create", "", 0, "", refuses},

		"role changed":        {"create", send, 1, "PENDING", ""},
		"language changed":    {"create", send, 1, "PENDING", ""},
		"other policy":        {"create", send, 1, "PENDING", ""},
		"email in other case": {"create", send, 1, "PENDING", ""},
		"another person":      {"create", send, 1, "PENDING", ""},
		"a member instead":    {"create", "", 0, "", refuseHer},
	},
	"invited": {
		"nothing":     {"none", "", 0, "PENDING", ""},
		"time passes": {"update", resend, 1, "PENDING", expired},

		"accepted":                     {"none", "", 0, "ACCEPTED", ""},
		"accepted, promoted":           {"none", "", 0, "ACCEPTED", ""},
		"accepted, removed":            {"create", send, 1, "PENDING", uninvited},
		"withdrawn":                    {"create", send, 1, "PENDING", uninvited},
		"withdrawn, invited":           {"none", "", 0, "PENDING", ""},
		"withdrawn, invited, accepted": {"none", "", 0, "ACCEPTED", ""},
		"withdrawn, invited to view":   {"replace", resend, 1, "PENDING", again},

		"role changed":        {"replace", resend, 1, "PENDING", again},
		"language changed":    {"replace", resend, 1, "PENDING", again},
		"other policy":        {"update", "", 0, "PENDING", ""},
		"email in other case": {"none", "", 0, "PENDING", ""},
		"another person":      {"replace", resend, 1, "PENDING", ""},
		"a member instead":    {"replace", withdraw, 0, "", refuseHer},
		"block removed":       {"destroy", withdraw, 0, "", ""},
	},
	"expired": {
		"nothing":     {"update", resend, 1, "PENDING", expired},
		"time passes": {"update", resend, 1, "PENDING", expired},

		"withdrawn":                     {"create", send, 1, "PENDING", uninvited},
		"withdrawn, invited":            {"none", "", 0, "PENDING", ""},
		"withdrawn, invited, accepted":  {"none", "", 0, "ACCEPTED", ""},
		"withdrawn, invited to view":    {"replace", resend, 1, "PENDING", again},
		"invited":                       {"none", "", 0, "PENDING", ""},
		"invited to view":               {"replace", resend, 1, "PENDING", again},
		"invited in French":             {"replace", resend, 1, "PENDING", again},
		"invited, accepted":             {"none", "", 0, "ACCEPTED", ""},
		"invited to view, accepted":     {"none", "", 0, "ACCEPTED", ""},
		"invited, time passes":          {"update", resend, 1, "PENDING", expired},
		"invited, time passes, invited": {"none", "", 0, "PENDING", ""},

		"role changed":        {"replace", resend, 1, "PENDING", again},
		"language changed":    {"replace", resend, 1, "PENDING", again},
		"other policy":        {"update", "", 0, "EXPIRED", kept},
		"email in other case": {"update", resend, 1, "PENDING", expired},
		"another person":      {"replace", resend, 1, "PENDING", ""},
		"a member instead":    {"replace", withdraw, 0, "", refuseHer},
		"block removed":       {"destroy", withdraw, 0, "", ""},
	},
	"expired, kept": {
		"nothing":     {"none", "", 0, "EXPIRED", kept},
		"time passes": {"none", "", 0, "EXPIRED", kept},

		"withdrawn":                     {"create", send, 1, "PENDING", uninvited},
		"withdrawn, invited":            {"none", "", 0, "PENDING", ""},
		"withdrawn, invited, accepted":  {"none", "", 0, "ACCEPTED", ""},
		"withdrawn, invited to view":    {"replace", resend, 1, "PENDING", again},
		"invited":                       {"none", "", 0, "PENDING", ""},
		"invited to view":               {"replace", resend, 1, "PENDING", again},
		"invited in French":             {"replace", resend, 1, "PENDING", again},
		"invited, accepted":             {"none", "", 0, "ACCEPTED", ""},
		"invited to view, accepted":     {"none", "", 0, "ACCEPTED", ""},
		"invited, time passes":          {"none", "", 0, "EXPIRED", kept},
		"invited, time passes, invited": {"none", "", 0, "PENDING", ""},

		"role changed":        {"replace", resend, 1, "PENDING", again},
		"language changed":    {"replace", resend, 1, "PENDING", again},
		"other policy":        {"update", resend, 1, "PENDING", expired},
		"email in other case": {"none", "", 0, "EXPIRED", kept},
		"another person":      {"replace", resend, 1, "PENDING", ""},
		"a member instead":    {"replace", withdraw, 0, "", refuseHer},
		"block removed":       {"destroy", withdraw, 0, "", ""},
	},
	"active": { // what becomes of the member is no longer the invitation's business
		"nothing":     {"none", "", 0, "ACCEPTED", ""},
		"time passes": {"none", "", 0, "ACCEPTED", ""},

		"promoted":                 {"none", "", 0, "ACCEPTED", ""},
		"removed":                  {"none", "", 0, "ACCEPTED", ""},
		"removed, invited":         {"none", "", 0, "ACCEPTED", ""},
		"removed, invited to view": {"none", "", 0, "ACCEPTED", ""},
		"removed, joined":          {"none", "", 0, "ACCEPTED", ""},
		"removed, joined to view":  {"none", "", 0, "ACCEPTED", ""},

		"role changed":        {"update", "", 0, "ACCEPTED", accepted},
		"language changed":    {"update", "", 0, "ACCEPTED", accepted},
		"other policy":        {"update", "", 0, "ACCEPTED", ""},
		"email in other case": {"none", "", 0, "ACCEPTED", ""},
		"another person":      {"replace", send, 1, "PENDING", stays},
		"a member instead":    {"replace", "", 0, "", stays + "; " + refuseHer},
		"block removed":       {"destroy", "", 0, "", stays},
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
		if typeName == invitation && ofMembersOnly[state] {
			continue
		}
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
					return // which the cloud, or the lack of a resource, has just shown
				}
				latest, _ := s.Invitation(ada)
				s.written()
				p := s.plan(t)
				mails, diags := s.apply(t, p)
				got := outcome{p.does, strings.Join(s.written(), ", "), mails, s.status(t), strings.Join(p.says, "; ")}
				if got != want {
					t.Errorf("got %+v, want %+v", got, want)
				}
				s.mustExplain(t, p, event, invitationEnd(latest))
				if strings.Contains(want.says, "cannot be invited") {
					wants(t, "the error", diags.errors(), "cannot be invited. To manage a member, use a jmapcloud_member resource", "terraform import jmapcloud_invitation.<name>")
					return
				}
				diags.mustBeFree(t)
				if strings.Contains(want.says, "Adopting") {
					wants(t, "the warning of the apply", diags.warnings(), want.says)
				} else {
					wants(t, "warning of the apply", diags.warnings())
				}
				if p.does == "destroy" { // what is gone already is no error
					_, diags = s.walk(t, nil).apply(t, p.planned)
					diags.mustBeFree(t)
					if writes := s.written(); typeName == member && len(writes) > 0 {
						t.Errorf("the second deletion wrote %q", writes)
					}
				} else {
					s.mustShowTheCloud(t)
				}
				if p.does == "create" {
					s.mustBeAsWritten(t)
				}
				s.mustSettle(t, 0)
				s.mustBeAsConfigured(t)
				if writes := s.written(); len(writes) > 0 {
					t.Errorf("afterwards it wrote %q", writes)
				}
			})
		}
	}
}

// details are what a warning goes on to say, by its summary. POLICY is the argument about expired invitations, and END the end of
// the latest one.
var details = map[string][]string{
	again:     {"The one that was sent is withdrawn and its link no longer works", "a second mail goes out"},
	expired:   {"It expired at END.", `POLICY = "keep"`},
	kept:      {"It expired at END,", "stays as it is", `POLICY is "keep"`, `"resend"`},
	uninvited: {"withdrawn outside Terraform", "the apply will send a NEW invitation"},
	gone:      {"They left, or were removed, outside Terraform", "the apply will send a NEW invitation", "on_departure", "terraform apply -refresh=false once"},
	keptOut:   {"neither a member nor invited", "no mail goes out", `Set it to "invite"`},
	returns:   {"The apply will send a NEW invitation"},
	adoptsHer: {"is a member already, with the role ORG_EDITOR", "destroying the resource removes them"},
	refuseHer: {"They are a member already, so the apply will fail", "use a jmapcloud_member resource, which adopts them"},
	stays:     {"They accepted the invitation", "manage them as a jmapcloud_member"},
	accepted:  {"Its role and language no longer apply", "with a moved block"},
}

// found is what a plan says of who is there when a person is to be invited, by the event that brought them there: first to adopt them
// as a member, then to refuse a second invitation.
var foundOnCreate = map[string]struct{ adopts, refuses []string }{
	"invited":                       {[]string{"has a pending invitation already", "no second mail goes out"}, []string{"They have a pending invitation already", "import jmapcloud_invitation.<name> " + ada}},
	"invited to view":               {[]string{`as ORG_VIEWER in "en"`, "its link no longer works", "a second mail goes out"}, []string{"They have a pending invitation already"}},
	"invited in French":             {[]string{`as ORG_EDITOR in "fr"`, "a second mail goes out"}, []string{"They have a pending invitation already"}},
	"invited, accepted":             {[]string{"is a member already, with the role ORG_EDITOR", "destroying the resource removes them"}, []string{"They are a member already", "use a jmapcloud_member resource, which adopts them"}},
	"invited to view, accepted":     {[]string{"is a member already, with the role ORG_VIEWER, and gets the role ORG_EDITOR"}, []string{"They are a member already"}},
	"invited, time passes":          {[]string{"expired at END", "another is sent"}, nil},
	"invited, time passes, invited": {[]string{"has a pending invitation already", "no second mail goes out"}, []string{"They have a pending invitation already"}},
}

// mustExplain checks that each warning of the plan says what becomes of the person.
func (s *scene) mustExplain(t *testing.T, p step, event, end string) {
	t.Helper()
	for _, d := range p.diags {
		words := details[d.Summary]
		switch d.Summary {
		case adopts:
			words = foundOnCreate[event].adopts
		case refuses:
			words = foundOnCreate[event].refuses
		}
		if len(words) == 0 {
			t.Errorf("no row says how a plan explains %q", d.Summary)
		}
		for _, w := range words {
			w = strings.NewReplacer("POLICY", s.onExpired(), "END", end).Replace(w)
			wants(t, "the detail of "+d.Summary, d.Detail, w)
		}
	}
}

// mustBeAsWritten checks that what was created has the user's spelling of the email, and a language: the default where none is written.
func (s *scene) mustBeAsWritten(t *testing.T) {
	t.Helper()
	language := "en"
	if configured, is := s.config["language"].(string); is {
		language = configured
	}
	for name, want := range map[string]any{"email": s.config["email"], "role": s.config["role"], "language": language} {
		if got := s.object.text(t, name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if i, found := s.Invitation(s.object.text(t, "email")); found && i.Language != language {
		t.Errorf("the cloud has the invitation %+v", i)
	}
}

// mustShowTheCloud checks every attribute of the resource that is the cloud's: each is what the cloud has, and null where it has none.
func (s *scene) mustShowTheCloud(t *testing.T) {
	t.Helper()
	email := strings.TrimSpace(s.config["email"].(string))
	m, _ := s.Member(email)
	i, _ := s.Invitation(email)
	status := s.status(t)
	want := map[string]string{}
	switch {
	case s.typeName == member && status == "ACTIVE":
		want = map[string]string{"id": m.ID, "name": m.Name, "username": m.Email, "role": m.Role, "invitation_id": "", "invitation_link": "", "invitation_expires_at": ""}
	case s.typeName == member && status == "REMOVED":
		want = map[string]string{"id": "", "name": "", "username": "", "invitation_id": "", "invitation_link": "", "invitation_expires_at": ""}
	case s.typeName == member:
		want = map[string]string{
			"id": "", "name": "", "username": "", "role": i.Role,
			"invitation_id": i.ID, "invitation_link": i.Link, "invitation_expires_at": invitationEnd(i),
		}
	case status == "ACCEPTED":
		want["link"] = ""
		if s.object.text(t, "id") == s.sent.ID {
			want["invited_by"], want["created_at"], want["expires_at"] = s.Account().Username, invitationSent(s.sent), invitationEnd(s.sent)
		}
		want["member_id"] = cmp.Or(s.accepted, m.ID) // whoever accepted, even if they have left since
	default:
		want = map[string]string{
			"id": i.ID, "role": i.Role, "language": i.Language, "link": i.Link, "member_id": "",
			"invited_by": s.Account().Username, "created_at": invitationSent(i), "expires_at": invitationEnd(i),
		}
	}
	for name, value := range want {
		if got := s.object.text(t, name); got != value {
			t.Errorf("%s is %q, want %q", name, got, value)
		}
	}
	if got := s.object.text(t, "email"); !strings.EqualFold(strings.TrimSpace(got), email) {
		t.Errorf("the email is %q, want %q", got, email)
	}
}

// mustBeAsConfigured checks that the cloud has what the configuration says, and no person whom it no longer names.
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
	writes                    string
	mails                     int
	status                    string // afterwards
	fails                     string // with these words
}

const (
	left         = "after Terraform planned"
	whoIsMember  = "Ada@Example.com is a member already"
	whoIsInvited = "An invitation to Ada@Example.com is pending"
)

func TestMember_overtakenPlanSendsNoSurplusMail(t *testing.T) {
	t.Parallel()
	for _, o := range []overtaken{
		{"absent", "nothing", "invited", "", 0, "INVITED", ""},
		{"absent", "nothing", "invited to view", resend, 1, "INVITED", ""},
		{"absent", "nothing", "invited, accepted", "", 0, "ACTIVE", ""},
		{"absent", "invited", "accepted", "", 0, "ACTIVE", ""},
		{"absent", "invited to view", "accepted", change, 0, "ACTIVE", ""},

		{"invited", "role changed", "accepted", change, 0, "ACTIVE", ""},
		{"invited", "role changed", "accepted, removed", "", 0, "INVITED", left},
		{"invited", "role changed", "withdrawn", "", 0, "INVITED", left},
		{"invited", "role changed", "withdrawn, invited", resend, 1, "INVITED", ""},
		{"invited", "role changed", "withdrawn, invited to view", "", 0, "INVITED", ""}, // just what was planned
		{"invited", "role changed", "time passes", resend, 1, "INVITED", ""},
		{"invited", "language changed", "accepted", "", 0, "ACTIVE", ""},
		{"invited", "other policy", "accepted", "", 0, "INVITED", ""}, // which the next refresh shows
		{"invited", "another person", "accepted", remove + ", " + send, 1, "INVITED", ""},
		{"invited", "another person", "withdrawn", send, 1, "INVITED", ""},
		{"invited", "block removed", "accepted", remove, 0, "", ""},
		{"invited", "block removed", "accepted, removed", "", 0, "", ""},
		{"invited", "block removed", "withdrawn", "", 0, "", ""},
		{"invited", "block removed", "withdrawn, invited", withdraw, 0, "", ""},

		{"expired", "nothing", "withdrawn", "", 0, "EXPIRED", left},
		{"expired", "nothing", "invited", "", 0, "INVITED", ""},
		{"expired", "nothing", "invited to view", resend, 1, "INVITED", ""},
		{"expired", "nothing", "invited, accepted", "", 0, "ACTIVE", ""},
		{"expired", "nothing", "withdrawn, invited, accepted", "", 0, "ACTIVE", ""},
		{"expired", "another person", "withdrawn", send, 1, "INVITED", ""},
		{"expired", "block removed", "withdrawn", "", 0, "", ""},

		{"removed", "other departure", "invited", "", 0, "INVITED", ""},
		{"removed", "other departure", "invited to view", resend, 1, "INVITED", ""},
		{"removed", "other departure", "invited, accepted", "", 0, "ACTIVE", ""},
		{"removed", "other departure", "invited to view, accepted", change, 0, "ACTIVE", ""},
		{"removed", "role changed", "invited", "", 0, "REMOVED", ""}, // which the next refresh shows
		{"removed", "block removed", "invited", "", 0, "", ""},       // the plan removed no person
		{"removed", "another person", "invited", send, 1, "INVITED", ""},
		{"active, to be kept out", "role changed", "removed", "", 0, "ACTIVE", left},

		{"active", "role changed", "removed", "", 0, "ACTIVE", left},
		{"active", "role changed", "removed, invited", "", 0, "ACTIVE", left},
		{"active", "role changed", "removed, joined", "", 0, "ACTIVE", left},
		{"active", "role changed", "promoted", change, 0, "ACTIVE", ""},
		{"active", "another person", "removed", send, 1, "INVITED", ""},
		{"active", "block removed", "removed", "", 0, "", ""},
		{"active", "block removed", "removed, invited", withdraw, 0, "", ""},
		{"active", "block removed", "removed, joined", remove, 0, "", ""},
	} {
		o.test(t, member)
	}
}

func TestInvitation_overtakenPlanSendsNoSurplusMail(t *testing.T) {
	t.Parallel()
	for _, o := range []overtaken{
		{"absent", "nothing", "invited", "", 0, "", whoIsInvited},
		{"absent", "nothing", "invited, accepted", "", 0, "", whoIsMember},
		{"absent", "invited", "accepted", "", 0, "", whoIsMember},

		{"invited", "role changed", "accepted", withdraw, 0, "ACCEPTED", ""},
		{"invited", "role changed", "accepted, removed", resend, 1, "PENDING", ""},
		{"invited", "role changed", "withdrawn", resend, 1, "PENDING", ""},
		{"invited", "role changed", "withdrawn, invited", withdraw + ", " + resend, 1, "PENDING", ""},
		{"invited", "role changed", "withdrawn, invited to view", withdraw, 0, "PENDING", ""},
		{"invited", "role changed", "time passes", resend, 1, "PENDING", ""},
		{"invited", "other policy", "accepted", "", 0, "PENDING", ""}, // which the next refresh shows
		{"invited", "another person", "accepted", resend, 1, "PENDING", ""},
		{"invited", "another person", "withdrawn", resend, 1, "PENDING", ""},
		{"invited", "block removed", "accepted", withdraw, 0, "", ""},
		{"invited", "block removed", "accepted, removed", withdraw, 0, "", ""},
		{"invited", "block removed", "withdrawn", withdraw, 0, "", ""},

		{"expired", "nothing", "withdrawn", send, 1, "PENDING", ""},
		{"expired", "nothing", "invited", "", 0, "PENDING", ""},
		{"expired", "nothing", "invited to view", resend, 1, "PENDING", ""},
		{"expired", "nothing", "invited, accepted", "", 0, "ACCEPTED", ""},
		{"expired", "nothing", "withdrawn, invited, accepted", "", 0, "ACCEPTED", ""},
		{"expired", "role changed", "invited", resend + ", " + resend, 1, "PENDING", ""},
		{"expired", "role changed", "invited, accepted", resend, 0, "ACCEPTED", ""},
		{"expired", "block removed", "withdrawn", withdraw, 0, "", ""},

		{"active", "role changed", "removed", "", 0, "ACCEPTED", ""},
		{"active", "another person", "removed", send, 1, "PENDING", ""},
		{"active", "block removed", "removed", "", 0, "", ""},
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
		s.written()
		mails, diags := s.apply(t, p)
		if writes := strings.Join(s.written(), ", "); writes != o.writes || mails != o.mails || s.status(t) != o.status {
			t.Errorf("%q, %d mails, %q; want %q, %d, %q", writes, mails, s.status(t), o.writes, o.mails, o.status)
		}
		switch o.fails {
		case "":
			diags.mustBeFree(t)
		case left:
			wants(t, "the error", diags.errors(), left, "Unable to change the membership of ada@example.com", "Run terraform plan")
		default:
			wants(t, "the error", diags.errors(), o.fails, "Unable to invite ada@example.com", "jmapcloud_member resource, which adopts them")
		}
		if o.state == "absent" && typeName == member {
			_, isMember := s.Member(ada)
			words := "has a pending invitation"
			if isMember {
				words = "is a member already, with the role"
			}
			wants(t, "the warning", diags.warnings(), "Adopting ada@example.com", words)
		}
		s.mustSettle(t, 1)
		if s.exists() {
			s.mustShowTheCloud(t)
		}
	})
}

// Every change in the configuration, overtaken by everything that can happen in the cloud: the apply may fail, but no mail
// goes out that was not announced, and the next run puts things right.
func TestPerson_nextRunPutsRightWhatOvertookAPlan(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("some hundred combinations")
	}
	var inCloud []string
	for event := range events {
		if !inConfiguration[event] {
			inCloud = append(inCloud, event)
		}
	}
	nouns := []string{member, invitation}
	from := []string{"absent", "invited", "expired", "active", "removed"}
	changes := []string{"nothing", "role changed", "another person", "block removed"}
	effective := wantsAtLeast(t, (len(nouns)*len(from)-1)*len(changes)*len(inCloud), 280)
	for _, typeName := range nouns {
		for _, state := range from {
			for _, change := range changes {
				for _, event := range inCloud {
					if typeName == invitation && ofMembersOnly[state] {
						continue
					}
					t.Run(strings.Join([]string{typeName, state, change, event}, "/"), func(t *testing.T) {
						t.Parallel()
						effective.row()
						s := begin(t, typeName, state)
						if err := events[change](s); err != nil {
							t.Skip("it cannot be changed: ", err)
						}
						p := s.plan(t)
						if p.does == "none" {
							t.Skip("there is nothing to apply")
						}
						if err := events[event](s); err != nil {
							t.Skip("it cannot happen: ", err)
						}
						effective.shows()
						s.apply(t, p)
						s.mustSettle(t, 2)
					})
				}
			}
		}
	}
}
