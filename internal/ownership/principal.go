package ownership

import (
	"net/mail"
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

// party is a member or an API key that may be a principal.
type party struct {
	kind            client.OwnerKind
	id, email, name string
	author          string // who made a key, as an audit field has it
}

func memberParty(m client.Member) party {
	return party{kind: client.MemberOwner, id: m.ID, email: m.Email, name: m.Name}
}

func keyParty(k client.APIKey) party {
	return party{kind: client.APIKeyOwner, id: k.ID, email: k.Email, name: k.Title, author: k.CreatedBy}
}

func (o Owner) party() party { return party{kind: o.Kind, id: o.ID, email: o.Email, name: o.Name} }

// formIn is the form in which principal stands for p, noForm where it does not.
func (p party) formIn(principal string) form {
	switch {
	case p.id != "" && principal == p.id:
		return idForm
	case p.email == "":
		return noForm
	case client.SameEmail(principal, p.email):
		return emailForm
	}
	if address, ok := named(principal); ok && client.SameEmail(address, p.email) {
		return namedForm
	}
	return noForm
}

func (p party) is(principal string) bool { return p.formIn(principal) != noForm }

// written is p as a principal in the form f.
func (p party) written(f form) string {
	switch f {
	case idForm:
		return p.id
	case namedForm:
		return p.name + " <" + p.email + ">"
	case emailForm:
		return p.email
	default:
		return ""
	}
}

// made reports whether p is the author in an audit field: "Full Name <email>" of a person, the email of a key.
func (p party) made(author string) bool { return author != "" && p.is(author) }

// named takes the address out of "Full Name <email>". The name is as the person wrote it, with commas and brackets and all, so that
// this is no address of a mail.
func named(text string) (address string, ok bool) {
	start := strings.LastIndexByte(text, '<')
	if start < 0 || !strings.HasSuffix(text, ">") {
		return "", false
	}
	return text[start+1 : len(text)-1], true
}

// isAddress reports whether a principal is an email address, alone or after a name.
func isAddress(principal string) bool {
	if address, ok := named(principal); ok {
		principal = address
	}
	parsed, err := mail.ParseAddress(principal)
	return err == nil && parsed.Address == principal
}

// parties are the members and keys of an organization, by every text that may stand for one.
type parties struct {
	byID, byEmail map[string]party
}

func newParties(members []client.Member, keys []client.APIKey) parties {
	all := parties{map[string]party{}, map[string]party{}}
	for _, m := range members {
		all.add(memberParty(m))
	}
	for _, k := range keys {
		all.add(keyParty(k))
	}
	return all
}

func (all parties) add(p party) {
	all.byID[p.id] = p
	if p.email != "" {
		all.byEmail[client.NormalizeEmail(p.email)] = p
	}
}

// find looks up whom a principal stands for.
func (all parties) find(principal string) (p party, known bool) {
	if p, known = all.byID[principal]; known {
		return p, true
	}
	if address, ok := named(principal); ok {
		principal = address
	}
	p, known = all.byEmail[client.NormalizeEmail(principal)]
	return p, known
}

// author looks up who stands in an audit field.
func (all parties) author(field string) (p party, known bool) {
	if field == "" {
		return party{}, false
	}
	return all.find(field)
}

// has reports whether the party is still a member or a key.
func (all parties) has(p party) bool {
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
