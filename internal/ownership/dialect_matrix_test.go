package ownership

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// nouns are the owners of the matrix; treatments are what is configured for them.
var (
	nouns      = []string{"member", "idle member", "key", "rotated key", "ephemeral key"}
	treatments = []string{"no successor", "successor", "force_destroy", "rehearsal forbidden"}
)

// How a cell ends. The small letters delete nothing.
var endingLetters = map[string]string{
	"delete: Exempted": "E", "delete: OwnsNothing": "N", "delete: Transferred": "T", "delete: Destruction": "D",
	"refuse: NotUnderstood": "u", "refuse: NotVisible": "v", "refuse: MaybeCut": "c", "refuse: NeedsSuccessor": "s", "refuse: NotAnnounced": "a",
	"refuse: SuccessorUnfit": "m", "refuse: SuccessorOpen": "o", "refuse: NotTransferable": "t", "refuse: HandOverNotShown": "h",
}

const (
	movedFirst = "M" // delete: OwnsNothing, after every holding has moved
	failed     = "f" // the cloud refused a look-up or the deletion
)

// cell is one deletion of the matrix.
type cell struct {
	noun, treatment string
	dialects        []string
}

// cellWorld is an organization with thirteen projects and as many data sources: no length of a page, and more than the lists of the dialects
// that cut them show.
type cellWorld struct {
	*cloud
	owner, idle, successor, other simulator.Member
	key                           simulator.APIKey
	secret                        string // of the ephemeral key
	baseline                      Baseline
}

func newCellWorld(t *testing.T, cell cell) *cellWorld {
	w := &cellWorld{cloud: newCloud(t, cell.dialects...)}
	w.owner = w.member("owner@example.com", simulator.RoleEditor)
	w.key = w.cloud.key("ci", simulator.RoleEditor)
	w.own("first")
	w.successor = w.member("successor@example.com", simulator.RoleEditor)
	w.other = w.member("other@example.com", simulator.RoleEditor)
	w.idle = w.member("idle@example.com", simulator.RoleEditor)
	otherKey := w.cloud.key("other", simulator.RoleEditor)
	for _, who := range []string{w.other.Email, otherKey.Email, "", w.successor.Email} {
		w.both("of "+who, who)
	}
	w.both("other's, with the member", w.other.Email, w.owner.Email)
	w.both("the member's, with other", w.owner.Email, w.other.Email)
	w.both("the key's, with other", w.key.Email, w.other.Email)
	w.both("the key's, with the member", w.key.Email, w.owner.Email)
	w.both("the account's, with the key", w.Account().Username, w.key.Email)
	w.own("last")
	return w
}

func (w *cellWorld) both(name string, owners ...string) {
	if owners[0] == "" {
		owners = nil
	}
	w.project("project "+name, owners...)
	w.dataSource("source "+name, owners...)
}

// own makes something of each owner alone.
func (w *cellWorld) own(name string) {
	w.both(name+" of the member", w.owner.Email)
	w.both(name+" of the key", w.key.Email)
}

// truth is who owns each project and data source, by the kind and the id.
func (w *cellWorld) truth() map[string]string {
	all := map[string]string{}
	for _, p := range w.Projects() {
		all[announcedName(client.Resource{Kind: client.Project, ID: p.ID})] = strings.Join(p.Owners, " ")
	}
	for _, d := range w.DataSources() {
		all[announcedName(client.Resource{Kind: client.DataSource, ID: d.ID})] = strings.Join(d.Owners, " ")
	}
	return all
}

// subject is the owner as the provider knows it: from what the cloud tells, where it tells it.
func (w *cellWorld) subject(t *testing.T, noun string, api *client.Client) (owner Owner, email string) {
	switch noun {
	case "member":
		return asOwner(w.owner), w.owner.Email
	case "idle member":
		return asOwner(w.idle), w.idle.Email
	case "ephemeral key":
		made, err := api.CreateAPIKey(t.Context(), client.APIKeyRequest{Title: "ephemeral", Role: client.RoleEditor, ExpiresAt: w.Now().Add(24 * 60 * 60e9)})
		must(t, err)
		w.secret = made.Secret
		k, _ := w.APIKeyByTitle("ephemeral")
		return Owner{Kind: client.APIKeyOwner, ID: made.ID, Email: made.Email, Name: made.Title, Secret: made.Secret, ExpiresAt: made.ExpiresAt.Time}, k.Email
	}
	owner = asKeyOwner(w.key)
	if k, err := api.APIKey(t.Context(), w.key.ID); err == nil {
		owner.Email = k.Email
	}
	if noun == "rotated key" {
		owner.Secret = w.key.Secret
	}
	return owner, w.key.Email
}

// play carries out a cell, checks that nothing is lost but what was announced, and returns the letter of its ending.
func (c cell) play(t *testing.T) string {
	w := newCellWorld(t, c)
	must(t, w.speak(c.dialects...))
	var edits []func(*Config)
	if c.treatment == "rehearsal forbidden" {
		edits = append(edits, withoutRehearsal)
	}
	planning := w.newRun(edits...)
	owner, email := w.subject(t, c.noun, planning.directory.client)
	d := Deletion{Owner: owner, Force: c.treatment == "force_destroy", Hidden: strings.HasSuffix(c.noun, " key")}
	if c.treatment == "successor" || c.treatment == "rehearsal forbidden" {
		d.Successor = to(w.successor)
	}
	apply := w.newRun(edits...)
	if c.noun == "ephemeral key" {
		baseline, err := apply.Opened(t.Context(), w.secret)
		if err == nil {
			d.Baseline = &baseline
		}
		w.both("of the ephemeral key", email)
		w.both("of the ephemeral key, with other", email, w.other.Email)
	}
	before := w.truth()

	var announcement *Announcement
	if c.noun != "ephemeral key" {
		planned, err := planning.Plan(t.Context(), d)
		if err != nil {
			return failed
		}
		c.checkReading(t, planned.Facts, before, email)
		if planned.Announcement == nil {
			return endingLetters[verdictName(planned.Verdict)]
		}
		announcement = planned.Announcement
	}
	result, err := apply.Delete(t.Context(), d, announcement)
	w.Settle()
	c.checkNothingIsLost(t, before, w.truth(), announcement)
	c.checkNothingIsLeft(t, w, result)
	if len(result.Lost)+len(result.NotTransferred) > 0 {
		t.Errorf("lost %v, not transferred %v", result.Lost, result.NotTransferred)
	}
	switch {
	case err != nil:
		return failed
	case result.Deleted && result.Reason == OwnsNothing && len(result.Moved) > 0:
		return movedFirst
	}
	return endingLetters[verdictName(result.Verdict)]
}

// checkReading holds a reading that counts as whole to what the simulator knows.
func (c cell) checkReading(t *testing.T, f Facts, truth map[string]string, email string) {
	if f.Exemption != NotExempt || f.Open != 0 {
		return
	}
	var want []string
	for name, owners := range truth {
		if slices.Contains(strings.Fields(owners), email) {
			want = append(want, name)
		}
	}
	got := announcedNames(f.Holdings)
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%v: a whole reading sees %v, and the owner owns %v", c, got, want)
	}
}

func (c cell) checkNothingIsLost(t *testing.T, before, after map[string]string, a *Announcement) {
	for name, owners := range before {
		switch _, is := after[name]; {
		case is && after[name] != "" || owners == "":
		case a != nil && a.Announced == AnnouncedDestruction && slices.Contains(a.Resources, name) && c.treatment == "force_destroy":
		default:
			t.Errorf("%v: %s, which %s owned, was lost, and that was not announced", c, name, owners)
		}
	}
}

// checkNothingIsLeft looks for what a rehearsal made.
func (c cell) checkNothingIsLeft(t *testing.T, w *cellWorld, result Result) {
	named := len(result.LeftOvers) > 0
	for _, p := range w.Projects() {
		if strings.HasPrefix(p.Name["en"], rehearsalPrefix) && !named {
			t.Errorf("%v: the rehearsal left the project %v", c, p)
		}
	}
	for _, k := range w.APIKeys() {
		if strings.HasPrefix(k.Title, rehearsalPrefix) && !named {
			t.Errorf("%v: the rehearsal left the key %v", c, k.Title)
		}
	}
}

// spokenAs are the dialects as the matrix speaks them: lists are cut where the world has more.
func spokenAs() []string {
	var names []string
	for _, d := range simulator.Dialects() {
		name := d.Name
		switch {
		case strings.HasPrefix(name, "resource-lists"):
			name += ":10"
		case strings.HasPrefix(name, "access-lists"):
			name += ":3"
		}
		names = append(names, name)
	}
	return names
}

func row(t *testing.T, dialects ...string) string {
	var groups []string
	for _, noun := range nouns {
		var letters string
		for _, treatment := range treatments {
			letters += cell{noun, treatment, dialects}.play(t)
		}
		groups = append(groups, letters)
	}
	return strings.Join(groups, " ")
}

func TestZ(t *testing.T) {
	fmt.Println("contract", row(t))
	for _, name := range spokenAs() {
		fmt.Printf("%-40s %s   %s\n", name, row(t, name), row(t, name, "transfer-ignored"))
	}
	_ = maps.Keys[map[string]string]
}

func TestY(t *testing.T) {
	all := spokenAs()
	for i, a := range all {
		for _, b := range all[:i] {
			t.Run(a+" "+b, func(t *testing.T) {
				t.Parallel()
				fmt.Println(a, b, row(t, a, b))
			})
		}
	}
}
