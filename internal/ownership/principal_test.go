package ownership

import (
	"testing"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

func TestPrincipal_isKnownInThreeForms(t *testing.T) {
	t.Parallel()
	p := memberParty(client.Member{ID: "auth0|5f", Name: "Ana, B. <3", Email: "Ana@Example.com"})
	for text, want := range map[string]form{
		"auth0|5f": idForm, "ana@example.com": emailForm, " ANA@example.com ": emailForm,
		"Ana <ana@example.com>": namedForm, "Ana, B. <3 <ana@example.com>": namedForm, "<ana@example.com>": namedForm,
		"": noForm, "auth0|5": noForm, "ana@example.org": noForm, "Ana": noForm, "ana@example.com>": noForm, "Ana <ana@example.com> x": noForm,
	} {
		equal(t, text, p.formIn(readPrincipal(text)), want)
	}
	for _, f := range allForms {
		equal(t, "what is written in a form is read in it", p.formIn(readPrincipal(p.written(f))), f)
	}
	equal(t, "no form", p.written(noForm), "")
}

func TestPrincipal_withoutAnEmailOrIDIsNobody(t *testing.T) {
	t.Parallel()
	equal(t, "no email", keyParty(client.APIKey{ID: "1"}).formIn(readPrincipal("")), noForm)
	equal(t, "no id", party{}.formIn(readPrincipal("")), noForm)
	all := newParties([]client.Member{{ID: "m"}}, []client.APIKey{{ID: "k"}})
	_, known := all.find(readPrincipal(""))
	equal(t, "found", known, false)
	_, known = all.author("")
	equal(t, "author", known, false)
}

func TestParties_areFoundByEachForm(t *testing.T) {
	t.Parallel()
	all := newParties(
		[]client.Member{{ID: "m", Name: "Mia", Email: "mia@example.com"}},
		[]client.APIKey{{ID: "k", Title: "ci", Email: "00000000@apikey.jmapcloud.io"}},
	)
	for text, want := range map[string]string{
		"m": "m", "MIA@example.com": "m", "Mia <mia@example.com>": "m", "k": "k", "00000000@apikey.jmapcloud.io": "k",
		"Mia": "", "group": "", "mia@example.org": "",
	} {
		p, known := all.find(readPrincipal(text))
		equal(t, text, p.id, want)
		equal(t, text, known, want != "")
	}
	equal(t, "there", all.has(party{id: "m"}), true)
	equal(t, "gone", all.has(party{id: "x"}), false)
}

func TestForms_preferTheEmail(t *testing.T) {
	t.Parallel()
	f := forms{}
	equal(t, "none", f.best(client.MemberOwner), noForm)
	f.learn(client.MemberOwner, noForm)
	equal(t, "nothing is learned from no form", f.isLearned(client.MemberOwner), false)
	f.learn(client.MemberOwner, namedForm)
	f.learn(client.MemberOwner, idForm)
	equal(t, "best", f.best(client.MemberOwner), idForm)
	equal(t, "members tell nothing of keys", f.isLearned(client.APIKeyOwner), false)
	copied := f.clone()
	copied.learn(client.MemberOwner, emailForm)
	equal(t, "best of the copy", copied.best(client.MemberOwner), emailForm)
	equal(t, "best of the original", f.best(client.MemberOwner), idForm)
}

func TestPrincipal_addressIsToldFromOtherText(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"a@example.com": true, "A <a@example.com>": true, "group": false, "": false, "A <a@example.com": false, "a@b, c@d": false, "everyone@": false,
	} {
		equal(t, text, readPrincipal(text).isAddress(), want)
	}
}

// What K2's audit fields say of a person is "Full Name <email>", and of a key its email.
func TestParty_madeWhatItsAuditFieldSays(t *testing.T) {
	t.Parallel()
	p := memberParty(client.Member{ID: "m", Name: "Mia", Email: "mia@example.com"})
	equal(t, "by a name and an email", p.made("Mia O. <mia@example.com>"), true)
	equal(t, "by another", p.made("Mia <mia@example.org>"), false)
	equal(t, "by no one who is told", p.made(""), false)
}

// A cloud that minds the case of an address lists two members of one. Each is known by the very spelling, and whoever is written in a third one
// could be either.
func TestParties_verySpellingIsOneOfTwo(t *testing.T) {
	t.Parallel()
	members := []client.Member{{ID: "1", Email: "Ana@example.com"}, {ID: "2", Email: "ana@example.com"}, {ID: "3", Email: "Bo@example.com"}}
	all := newParties(members, nil)
	for text, want := range map[string]string{
		"Ana@example.com": "1", "ana@example.com": "2", "ANA@example.com": "", "Ana <ana@example.com>": "2", "bo@EXAMPLE.com": "3",
	} {
		p, _ := all.find(readPrincipal(text))
		equal(t, text, p.id, want)
	}
	for _, c := range []struct {
		text string
		of   []bool
	}{
		{"Ana@example.com", []bool{true, false, false}},
		{"ana@example.com", []bool{false, true, false}},
		{"ANA@example.com", []bool{true, true, false}},
		{"BO@example.com", []bool{false, false, true}},
	} {
		for i, m := range members {
			equal(t, c.text+" is "+m.Email, all.member(m).is(readPrincipal(c.text)), c.of[i])
		}
	}
	equal(t, "one who is not listed", all.member(client.Member{ID: "4", Email: "new@example.com"}).id, "4")
}
