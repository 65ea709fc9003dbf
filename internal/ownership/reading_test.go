package ownership

import (
	"errors"
	"fmt"
	"testing"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

var (
	account = client.Member{ID: "a", Name: "Account", Email: "account@example.com"}
	mia     = client.Member{ID: "m", Name: "Mia", Email: "mia@example.com"}
	noa     = client.Member{ID: "n", Name: "Noa", Email: "noa@example.com"}
	ourKey  = client.APIKey{ID: "ok", Email: "0@apikey.jmapcloud.io", Audit: client.Audit{CreatedBy: "Account <account@example.com>"}}
	miasKey = client.APIKey{ID: "mk", Email: "1@apikey.jmapcloud.io", Audit: client.Audit{CreatedBy: "Mia <mia@example.com>"}}
)

// entry is a resource with its creator and its permissions, each a principal with a word.
func entry(kind client.ResourceKind, id, createdBy string, permissions ...string) listed {
	one := listed{Resource: client.Resource{Kind: kind, ID: id, Name: id, CreatedBy: createdBy}}
	var all []client.Permission
	for i := 0; i < len(permissions); i += 2 {
		all = append(all, client.Permission{Principal: permissions[i], Permissions: []string{permissions[i+1]}})
	}
	return one.with(all)
}

func readingOf(resources ...listed) *Reading {
	r := &Reading{
		resources: resources, members: []client.Member{account, mia, noa}, keys: []client.APIKey{ourKey, miasKey},
		self: memberParty(account), proof: newProof(),
	}
	r.parties = newParties(r.members, r.keys)
	r.keep(func(listed) bool { return true })
	for _, one := range r.resources {
		r.observe(one)
	}
	return r
}

// ordinaryPair shows that the account sees what others own, and how the cloud writes members.
func ordinaryPair() []listed {
	return []listed{
		entry(client.Project, "p", "Mia <mia@example.com>", "mia@example.com", "OWNER"),
		entry(client.DataSource, "d", "Mia <mia@example.com>", "mia@example.com", "OWNER"),
	}
}

func TestReading_pointsAreOpen(t *testing.T) {
	t.Parallel()
	broken := entry(client.Project, "x", "")
	broken.err = errors.New("broken")
	for name, c := range map[string]struct {
		more  []listed
		owner party
		want  Open
	}{
		"whole":                {nil, memberParty(noa), 0},
		"an unread list":       {[]listed{broken}, memberParty(noa), OpenUnread},
		"an empty list":        {[]listed{entry(client.Project, "x", "")}, memberParty(noa), OpenNoOwner},
		"a list without OWNER": {[]listed{entry(client.DataSource, "x", "", "mia@example.com", "FULL")}, memberParty(noa), OpenNoOwner},
		"a group shares":       {[]listed{entry(client.Project, "x", "", "mia@example.com", "OWNER", "Everyone", "VIEW")}, memberParty(noa), 0},
		"an unknown owner, and members are known": {[]listed{entry(client.Project, "x", "", "group", "OWNER")}, memberParty(noa), 0},
		"an unknown owner, for a key":             {[]listed{entry(client.Project, "x", "", "group", "OWNER")}, keyParty(miasKey), OpenForm},
		"an unknown address, for a key":           {[]listed{entry(client.Project, "x", "", "x@example.com", "OWNER")}, keyParty(miasKey), OpenForm},
		"an unknown owner, and keys are known": {[]listed{
			entry(client.Project, "x", "", "group", "OWNER"), entry(client.Project, "y", "1@apikey.jmapcloud.io", "1@apikey.jmapcloud.io", "OWNER"),
		}, keyParty(ourKey), 0},
		"the owner itself, unlisted": {[]listed{entry(client.Project, "x", "", "9@apikey.jmapcloud.io", "OWNER")}, keyParty(client.APIKey{ID: "9", Email: "9@apikey.jmapcloud.io"}), 0},
	} {
		equal(t, name, readingOf(append(ordinaryPair(), c.more...)...).open(c.owner).String(), c.want.String())
	}
}

// Where the cloud has not been seen to write a member by itself, an owner that is no address could be any member.
func TestReading_formIsOpenUntilOneIsSeen(t *testing.T) {
	t.Parallel()
	group := entry(client.Project, "x", "", "group", "OWNER")
	address := entry(client.Project, "y", "", "x@example.org", "OWNER")
	equal(t, "a text", readingOf(group).open(memberParty(noa)).Has(OpenForm), true)
	equal(t, "another's address", readingOf(address).open(memberParty(noa)).Has(OpenForm), false)
	equal(t, "a creator's own entry", readingOf(group, ordinaryPair()[0]).open(memberParty(noa)).Has(OpenForm), false)
	equal(t, "an entry of someone else", readingOf(group, entry(client.Project, "p", "Mia <mia@example.com>", "noa@example.com", "OWNER")).open(memberParty(noa)).Has(OpenForm), true)
	ours := ordinaryPair()[0]
	ours.ours = []string{"mia@example.com"}
	equal(t, "an entry that this run wrote", readingOf(group, ours).open(memberParty(noa)).Has(OpenForm), true)
}

func TestReading_visibilityIsShownForEachKind(t *testing.T) {
	t.Parallel()
	p, d := ordinaryPair()[0], ordinaryPair()[1]
	for name, c := range map[string]struct {
		all  []listed
		want bool // whether it is open
	}{
		"others' project and data source": {[]listed{p, d}, false},
		"nothing at all":                  {nil, true},
		"no data source":                  {[]listed{p}, true},
		"no project":                      {[]listed{d}, true},
		"shared with the account":         {[]listed{entry(client.Project, "x", "Mia <mia@example.com>", "mia@example.com", "OWNER", "account@example.com", "VIEW"), d}, true},
		"created by the account":          {[]listed{entry(client.Project, "x", "Account <account@example.com>", "mia@example.com", "OWNER"), d}, true},
		"created by a key of the account": {[]listed{entry(client.Project, "x", "0@apikey.jmapcloud.io", "mia@example.com", "OWNER"), d}, true},
		"created by a key of another":     {[]listed{entry(client.Project, "x", "1@apikey.jmapcloud.io", "1@apikey.jmapcloud.io", "OWNER"), d}, false},
		"owned by a key of the account":   {[]listed{entry(client.Project, "x", "Mia <mia@example.com>", "0@apikey.jmapcloud.io", "OWNER"), d}, true},
		"shared with a group":             {[]listed{entry(client.Project, "x", "Mia <mia@example.com>", "mia@example.com", "OWNER", "Everyone", "VIEW"), d}, true},
		"by an unknown creator":           {[]listed{entry(client.Project, "x", "Someone <x@example.com>", "mia@example.com", "OWNER"), d}, true},
		"by no creator that is told":      {[]listed{entry(client.Project, "x", "", "mia@example.com", "OWNER"), d}, true},
		"without an entry":                {[]listed{entry(client.Project, "x", "Mia <mia@example.com>"), d}, true},
	} {
		equal(t, name, readingOf(c.all...).open(memberParty(noa)).Has(OpenVisibility), c.want)
	}
}

func TestReading_lengthOfAPageIsOpen(t *testing.T) {
	t.Parallel()
	var suspect []int
	for n := range 130 {
		if isPageLength(n) {
			suspect = append(suspect, n)
		}
	}
	equalLists(t, "suspect", suspect, []int{10, 16, 20, 25, 32, 50, 64, 100, 128})

	many := func(kind client.ResourceKind, n int) []listed {
		var all []listed
		for i := range n {
			all = append(all, entry(kind, fmt.Sprint(i), "Mia <mia@example.com>", "mia@example.com", "OWNER"))
		}
		return all
	}
	projects := readingOf(append(many(client.Project, 10), ordinaryPair()[1])...)
	equal(t, "ten projects", projects.open(memberParty(noa)), OpenProjectsLength)
	projects.proof.uncut = 9
	equal(t, "ten, where nine are not cut", projects.open(memberParty(noa)), OpenProjectsLength)
	projects.proof.uncut = 10
	equal(t, "ten, where ten are not cut", projects.open(memberParty(noa)), 0)
	sources := readingOf(append(many(client.DataSource, 10), ordinaryPair()[0])...)
	sources.proof.uncut = 10
	equal(t, "ten data sources", sources.open(memberParty(noa)), OpenDataSourcesLength)
}

func TestReading_showsOwnersByTheirEmails(t *testing.T) {
	t.Parallel()
	r := readingOf(entry(client.Project, "x", "", "m", "OWNER", "Noa <noa@example.com>", "OWNER", "group", "OWNER", "account@example.com", "VIEW"))
	equalLists(t, "owners", r.Resources()[0].Owners, []string{"mia@example.com", "noa@example.com", "group"})
	equal(t, "mia's", len(r.holdings(memberParty(mia))), 1)
	equal(t, "the account's", len(r.holdings(memberParty(account))), 0)
}

// What the state tells of an owner may be old, or may lack an email that the cloud's lists tell.
func TestReading_ownerIsKnownByWhatTheListsTellToo(t *testing.T) {
	t.Parallel()
	for name, email := range map[string]string{"no email": "", "a former email": "former@example.com"} {
		w := newWorld(t)
		key, owner := asKeyOwner(w.key), asOwner(w.owner)
		key.Email, owner.Email = email, email
		for _, o := range []Owner{key, owner} {
			result, err := w.newRun().Delete(t.Context(), Deletion{Owner: o}, nil)
			must(t, err)
			equal(t, name+": verdict", verdictName(result.Verdict), "refuse: NeedsSuccessor")
			equal(t, name+": holdings", len(result.Holdings), 4)
			result, err = w.newRun().Delete(t.Context(), Deletion{Owner: o, Successor: to(w.successor)}, nil)
			must(t, err)
			equal(t, name+": moved", len(result.Moved), 4)
		}
	}
}

// The former email of one member may be another's by now.
func TestReading_formerEmailOfAnOwnerIsAnothers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	owner := asOwner(w.owner)
	owner.Email = w.other.Email
	result, err := w.newRun().Delete(t.Context(), Deletion{Owner: owner, Successor: to(w.successor)}, nil)
	must(t, err)
	equal(t, "moved", len(result.Moved), 4)
	equal(t, "other's", w.owners()["other project"], w.other.Email)
	equal(t, "shared", w.owners()["member shared project"], w.other.Email+" "+w.successor.Email)
}
