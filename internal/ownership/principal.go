package ownership

import (
	"net/mail"
	"slices"
	"strings"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// form is a way in which the cloud may write a member or a key as a principal. Which of them it uses is not published.
type form int

const (
	noForm form = iota
	emailForm
	idForm
	namedForm // Full Name <email>, as audit fields have it
)

var allForms = []form{emailForm, idForm, namedForm}

// principal is the text by which an entry of a permission list names a member, a key, or something else.
type principal struct {
	text    string
	email   string // as it is written, alone or after a name
	address string // the email, normalized
	isNamed bool   // the email stands after a name
}

func readPrincipal(text string) principal {
	address, isNamed := named(text)
	if !isNamed {
		address = text
	}
	return principal{text, strings.TrimSpace(address), client.NormalizeEmail(address), isNamed}
}

// isAddress reports whether the principal is an email address, alone or after a name.
func (p principal) isAddress() bool {
	parsed, err := mail.ParseAddress(p.address)
	return err == nil && parsed.Address == p.address
}

// party is a member or an API key that may be a principal.
type party struct {
	kind            client.OwnerKind
	id, email, name string
	address         string // the email, normalized
	former          string // another address that an owner was known by, normalized
	// others are spellings of the address that other members or keys have: the cloud then minds what else it does not.
	others []string
	author string // who made a key, as an audit field has it
}

func memberParty(m client.Member) party {
	return party{kind: client.MemberOwner, id: m.ID, email: m.Email, name: m.Name, address: client.NormalizeEmail(m.Email)}
}

func keyParty(k client.APIKey) party {
	return party{kind: client.APIKeyOwner, id: k.ID, email: k.Email, name: k.Title, address: client.NormalizeEmail(k.Email), author: k.CreatedBy}
}

func (o Owner) party() party {
	return party{kind: o.Kind, id: o.ID, email: o.Email, name: o.Name, address: client.NormalizeEmail(o.Email)}
}

// formIn is the form in which the principal stands for p, noForm where it does not.
func (p party) formIn(who principal) form {
	switch {
	case p.id != "" && who.text == p.id:
		return idForm
	case who.address == "" || who.address != p.address && who.address != p.former || slices.Contains(p.others, who.email):
		return noForm
	case who.isNamed:
		return namedForm
	default:
		return emailForm
	}
}

func (p party) is(who principal) bool { return p.formIn(who) != noForm }

// isIn reports whether one of the principals stands for p.
func (p party) isIn(all []principal) bool { return slices.ContainsFunc(all, p.is) }

// isSame reports whether p and q are one member or key.
func (p party) isSame(q party) bool { return p.kind == q.kind && p.id == q.id }

// written is p as a principal in the form f.
func (p party) written(f form) string {
	switch f {
	case idForm:
		return p.id
	case namedForm:
		return p.name + " <" + p.email + ">"
	case emailForm:
		return p.email
	case noForm:
	}
	return ""
}

// made reports whether p is the author in an audit field: "Full Name <email>" of a person, the email of a key.
func (p party) made(author string) bool { return author != "" && p.is(readPrincipal(author)) }

// named takes the address out of "Full Name <email>". The name is as the person wrote it, with commas and brackets and all, so that
// this is no address of a mail.
func named(text string) (address string, ok bool) {
	start := strings.LastIndexByte(text, '<')
	if start < 0 || !strings.HasSuffix(text, ">") {
		return "", false
	}
	return text[start+1 : len(text)-1], true
}

// parties are the members and keys of an organization, by every text that may stand for one.
type parties struct {
	byID    map[string]party
	byEmail client.ByEmail[party]
	people  client.ByEmail[client.Member]
}

func newParties(members []client.Member, keys []client.APIKey) parties {
	all := parties{byID: map[string]party{}}
	for _, m := range members {
		all.add(memberParty(m))
		all.people.Add(m.Email, m)
	}
	for _, k := range keys {
		all.add(keyParty(k))
	}
	for id, p := range all.byID {
		for _, other := range all.byEmail.Spellings(p.email) {
			if other.email != p.email {
				p.others = append(p.others, strings.TrimSpace(other.email))
				all.byID[id] = p
			}
		}
	}
	return all
}

func (all *parties) add(p party) {
	all.byID[p.id] = p
	if p.address != "" {
		all.byEmail.Add(p.email, p)
	}
}

// find looks up whom a principal stands for.
func (all *parties) find(who principal) (p party, known bool) {
	if p, known = all.byID[who.text]; known {
		return p, true
	}
	return all.withEmail(who.email)
}

// withEmail looks up who has an email. Of several it is not known which is meant.
func (all *parties) withEmail(email string) (p party, known bool) {
	found := all.byEmail.Find(email)
	if len(found) != 1 {
		return party{}, false
	}
	return all.byID[found[0].id], true
}

// member is p where it is not listed, and else as it is listed.
func (all *parties) member(m client.Member) party {
	if p, known := all.byID[m.ID]; known && p.kind == client.MemberOwner {
		return p
	}
	return memberParty(m)
}

// author looks up who stands in an audit field.
func (all *parties) author(field string) (p party, known bool) {
	if field == "" {
		return party{}, false
	}
	return all.find(readPrincipal(field))
}

// has reports whether the party is still a member or a key.
func (all *parties) has(p party) bool {
	_, known := all.byID[p.id]
	return known
}

// forms are the forms of principals that the cloud has been seen to write, for each kind of owner.
type forms map[client.OwnerKind]map[form]bool

func (f forms) learn(kind client.OwnerKind, seen form) {
	if seen == noForm {
		return
	}
	if f[kind] == nil {
		f[kind] = map[form]bool{}
	}
	f[kind][seen] = true
}

func (f forms) add(other forms) {
	for kind, seen := range other {
		for one := range seen {
			f.learn(kind, one)
		}
	}
}

func (f forms) clone() forms {
	clone := forms{}
	clone.add(f)
	return clone
}

func (f forms) isLearned(kind client.OwnerKind) bool { return len(f[kind]) > 0 }

// best is the form in which to write a principal of the kind, noForm where the cloud has shown none.
func (f forms) best(kind client.OwnerKind) form {
	for _, candidate := range allForms {
		if f[kind][candidate] {
			return candidate
		}
	}
	return noForm
}
