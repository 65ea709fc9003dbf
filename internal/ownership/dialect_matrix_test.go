package ownership

import (
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

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

// dialectEndings says how each cell ends, for a reader to check. A group of four letters is a noun, in the order of nouns: member, idle member, key,
// rotated key, ephemeral key. A letter is a treatment, in the order of treatments: no successor, successor, force_destroy, a successor while the
// rehearsal is forbidden. The second row of groups is for the same dialect where the parameter of the transfer is ignored, too; dialects that say nothing of ownership
// have none.
//
// A capital deletes: N the owner owns nothing, M every holding has moved to the successor, T every holding was handed over and the transfer
// rehearsed, D the holdings are destroyed as announced. A small letter deletes nothing: s a successor is needed, a the destruction was not
// announced, u the reading contradicts what is known of the cloud, v nothing shows that the account sees what others own, c the list may be
// cut, t no rehearsal showed that a transfer works, h the hand-over could not be read back, f a look-up failed.
const dialectEndings = `
dialect                                  | alone                    | with transfer-ignored
the contract                             | sMDt NNNN sMDt sMat sMat | sMDt NNNN sMDt sMat sMat
administrator-sees-shared-only           | vuvt vuvt suvt stat stat | vuvt vuvt suvt stat stat
unshared-is-missing                      | vuvt vuvt suvt stat stat | vuvt vuvt suvt stat stat
projects-elsewhere                       | uuuu uuuu uuuu uuuu uuuu | uuuu uuuu uuuu uuuu uuuu
data-sources-elsewhere                   | uuuu uuuu uuuu uuuu uuuu | uuuu uuuu uuuu uuuu uuuu
keys-create-no-projects                  | stDt NNNN stDt stat stat | stDt NNNN stDt stat stat
transfer-ignored                         | sMDt NNNN sMDt sMat sMat | sMDt NNNN sMDt sMat sMat
transfer-ignored-for-members             | sMDt NNNN sMDt sMat sMat | sMDt NNNN sMDt sMat sMat
transfer-ignored-for-keys                | sMDt NNNN sMDt sMat sMat | sMDt NNNN sMDt sMat sMat
transfer-ignored-for-data-sources        | sMDt NNNN sMDt sMat sMat | sMDt NNNN sMDt sMat sMat
transfer-wants-email                     | sMDt NNNN sMDt sMat sMat | sMDt NNNN sMDt sMat sMat
unfit-successor-ignored                  | sMDt NNNN sMDt sMat sMat | sMDt NNNN sMDt sMat sMat
transfer-later                           | sMDt NNNN sMDt sMat sMat | sMDt NNNN sMDt sMat sMat
deletion-later                           | sMDt NNNN sMDt sMat sMat | sMDt NNNN sMDt sMat sMat
deletion-takes-shared                    | sMDt NNNN sMDt sMat sMat | sMDt NNNN sMDt sMat sMat
key-things-fall-to-creator               | sMDt NNNN sMDt sMat sMat | sMDt NNNN sMDt sMat sMat
soft-deletion                            | sMDt NNNN sMDt sMat sMat | sMDt NNNN sMDt sMat sMat
expired-keys-purged                      | sMDt NNNN sMDt sMat sMat | sMDt NNNN sMDt sMat sMat
key-without-email                        | stDt NNNN uuuu stat stat | stDt NNNN uuuu stat stat
key-email-no-principal                   | stDt NNNN uuuu stat stat | stDt NNNN uuuu stat stat
grants-refused                           | stDt NNNN stDt stat stat | stDt NNNN stDt stat stat
grants-do-nothing                        | stDt NNNN stDt stat stat | stDt NNNN stDt stat stat
any-principal-taken                      | sMDt NNNN sMDt sMat sMat | sMDt NNNN sMDt sMat sMat
revocation-elsewhere                     | sTDt NNNN sTDt sTat sTat | stDt NNNN stDt stat stat
revocations-do-nothing                   | sTDt NNNN sTDt sTat sTat | stDt NNNN stDt stat stat
last-owner-can-be-revoked                | sMDt NNNN sMDt sMat sMat | sMDt NNNN sMDt sMat sMat
own-entry-only                           | uuuu uuuu uuuu stat stat | uuuu uuuu uuuu stat stat
administrators-listed-as-owners          | stvt vtvt stvt stat stat | stvt vtvt stvt stat stat
shared-with-a-group                      | sTvt vTvt sTvt sMat sMat | stvt vtvt stvt sMat sMat
shared-with-the-organization             | sTvt vTvt sTvt sMat sMat | stvt vtvt stvt sMat sMat
principals-as-ids                        | sMDt NNNN sMDt sMat sMat | sMDt NNNN sMDt sMat sMat
principals-as-name-and-email             | sMDt NNNN sMDt sMat sMat | sMDt NNNN sMDt sMat sMat
principals-as-objects                    | uuuu uuuu uuuu uuuu stat | uuuu uuuu uuuu uuuu stat
another-word-for-owner                   | uuuu uuuu uuuu uuuu stat | uuuu uuuu uuuu uuuu stat
permissions-of-another-shape             | uuuu uuuu uuuu stat stat | uuuu uuuu uuuu stat stat
permissions-missing                      | uuuu uuuu uuuu stat stat | uuuu uuuu uuuu stat stat
permissions-empty                        | uuuu uuuu uuuu stat stat | uuuu uuuu uuuu stat stat
permissions-null                         | uuuu uuuu uuuu stat stat | uuuu uuuu uuuu stat stat
self-permissions-missing                 | sMDt NNNN sMDt sMat sMat | sMDt NNNN sMDt sMat sMat
self-permissions-null                    | sMDt NNNN sMDt sMat sMat | sMDt NNNN sMDt sMat sMat
resource-lists-keep-oldest:10            | uuuu uuuu uuuu stat stat | uuuu uuuu uuuu stat stat
resource-lists-keep-newest:10            | uuuu uuuu uuuu stat stat | uuuu uuuu uuuu stat stat
access-lists-keep-oldest:3               | sMDt NNNN sMDt sMat sMat | sMDt NNNN sMDt sMat sMat
access-lists-keep-newest:3               | sMDt NNNN sMDt sMat sMat | sMDt NNNN sMDt sMat sMat
lists-in-envelope                        | ufuf ufuf ffff ffff ffff | ufuf ufuf ffff ffff ffff
key-expiry-a-year                        | stDt NNNN stDt stat ffff |
key-expiry-ignored                       | stDt NNNN stDt stat ffff |
key-names-differ                         | uuuu uuuu ffff ffff ffff |
key-secret-missing                       | stDt NNNN stDt stat ffff |
key-title-upper-cased                    | stDt NNNN stDt stat ffff |
keys-elsewhere                           | uuuu uuuu ffff ffff ffff |
member-names-differ                      | ffff ffff ffff ffff ffff |
members-elsewhere                        | ufuf ufuf ufuf sfaf sfaf |
signs-in-elsewhere                       | ffff ffff ffff ffff ffff |
`

// indifferent are the dialects that change nothing of how a deletion ends: they speak of other things.
const indifferent = `
create-answers-id-only members-self-missing
accepted-invitations-stay change-answers-nothing change-answers-null change-answers-old create-answers-without-roles
creates-are-200 creator-is-no-member deletion-answers-nothing deletion-answers-object emails-lower-cased everyone-reads-access
expired-invitations-vanish extra-fields invitation-language-ignored invitation-names-differ invitation-not-made
invitation-role-ignored invitations-elsewhere key-role-ignored key-titles-unique last-administrator-can-go link-missing
lower-roles-listed members-can-be-invited members-self-missing no-date no-retry-after organization-rename-ignored organizations-elsewhere
revoked-token-lives role-change-ignored role-change-later second-invitation-replaces token-bound-from-start user-without-email
user-without-id username-missing
`

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
		expires := w.Now().Add(24 * time.Hour)
		made, err := api.CreateAPIKey(t.Context(), client.APIKeyRequest{Title: "ephemeral", Role: client.RoleEditor, ExpiresAt: expires})
		if err != nil {
			return Owner{}, ""
		}
		w.secret = made.Secret
		keys := w.APIKeys()
		return Owner{Kind: client.APIKeyOwner, ID: made.ID, Email: made.Email, Name: "ephemeral", Secret: made.Secret, ExpiresAt: expires}, keys[len(keys)-1].Email
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
	if _, err := w.signIn(w.Account().Username); err != nil {
		return failed
	}
	var edits []func(*Config)
	if c.treatment == "rehearsal forbidden" {
		edits = append(edits, withoutRehearsal)
	}
	planning := w.newRun(edits...)
	owner, email := w.subject(t, c.noun, planning.client)
	if owner.ID == "" {
		return failed // there is no such key
	}
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
	w.FinishLater()
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
		if strings.HasPrefix(strings.ToLower(p.Name["en"]), rehearsalPrefix) && !named {
			t.Errorf("%v: the rehearsal left the project %v", c, p)
		}
	}
	for _, k := range w.APIKeys() {
		if strings.HasPrefix(strings.ToLower(k.Title), rehearsalPrefix) && !named {
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

// row plays the cells of one cloud.
func row(t *testing.T, dialects ...string) string {
	t.Helper()
	var groups []string
	for _, noun := range nouns {
		var letters string
		for _, treatment := range treatments {
			c := cell{noun, treatment, dialects}
			t.Run(noun+", "+treatment, func(t *testing.T) { letters += c.play(t) })
		}
		groups = append(groups, letters)
	}
	return strings.Join(groups, " ")
}

func TestDialects_endAsExpected(t *testing.T) {
	t.Parallel()
	expected := map[string][2]string{}
	for _, line := range strings.Split(strings.TrimSpace(dialectEndings), "\n")[1:] {
		cells := strings.Split(line, "|")
		if len(cells) == 3 {
			expected[strings.TrimSpace(cells[0])] = [2]string{strings.TrimSpace(cells[1]), strings.TrimSpace(cells[2])}
		}
	}
	for _, name := range strings.Fields(indifferent) {
		expected[name] = [2]string{}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, noun := range []string{"member", "key", "ephemeral key"} {
				equal(t, noun, cell{noun, "successor", []string{name}}.play(t), movedFirst)
			}
		})
	}
	for _, name := range append(spokenAs(), "the contract") {
		if slices.Contains(strings.Fields(indifferent), name) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want, is := expected[name]
			if !is {
				t.Error("the table has no row for this dialect")
			}
			spoken := []string{name}
			if name == "the contract" {
				spoken = nil
			}
			equal(t, "alone", row(t, spoken...), want[0])
			if want[1] == "" {
				return // it says nothing of ownership
			}
			equal(t, "where transfers are ignored", row(t, append(spoken, "transfer-ignored")...), want[1])
		})
	}
	if len(expected) != len(spokenAs())+1 {
		t.Errorf("the table has %d rows, for %d dialects and the contract", len(expected), len(spokenAs()))
	}
}

// sampledPairs is how many pairs of dialects are tried in an ordinary run; in one of manyStories or more, as every week, all are.
const (
	sampledPairs = 20
	manyStories  = 1000
)

func TestDialects_pairsLoseNothing(t *testing.T) {
	t.Parallel()
	all := spokenAs()
	var pairs [][2]string
	for i, first := range all {
		for _, second := range all[:i] {
			pairs = append(pairs, [2]string{second, first})
		}
	}
	if stories, _ := strconv.Atoi(os.Getenv("RANDOM_STORIES")); stories < manyStories {
		seed := rand.Uint64()
		t.Logf("the sample has the seed %d; RANDOM_STORIES=%d tries every pair", seed, manyStories)
		dice := rand.New(rand.NewPCG(seed, 0))
		dice.Shuffle(len(pairs), func(i, j int) { pairs[i], pairs[j] = pairs[j], pairs[i] })
		pairs = pairs[:sampledPairs]
	}
	for _, pair := range pairs {
		t.Run(strings.Join(pair[:], "+"), func(t *testing.T) {
			t.Parallel()
			row(t, pair[:]...)
		})
	}
}
