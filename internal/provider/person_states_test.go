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
	s := &scene{cloud: startCloud(t), typeName: typeName, config: values{"email": ada, "role": "ORG_EDITOR"}}
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
		created := w.plan(t, s.typeName, object{private: p.private}, s.config)
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
	if len(sent) > p.announced(t, s.config) {
		t.Errorf("%d mails went out, and the plan announced %d: %s, %q", len(sent), p.announced(t, s.config), p.does, p.says)
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

// settle plans and applies until nothing is left to do, which must be soon.
func (s *scene) settle(t *testing.T, most int) {
	t.Helper()
	for range most {
		p := s.plan(t)
		if p.does == "none" {
			return
		}
		_, diags := s.apply(t, p)
		diags.mustBeFree(t)
	}
	if p := s.plan(t); p.does != "none" {
		t.Errorf("the plan after it is not empty: %s\n%s\n%s", p.does, p.prior.value, p.planned.proposed)
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
