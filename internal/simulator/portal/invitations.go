package portal

import (
	"net/http"
	"strings"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

func (p *portal) invitations() map[string]handle {
	return map[string]handle{
		"GET ":             p.listInvitations,
		"GET /new":         p.invite,
		"POST /new":        p.invite,
		"GET /{id}":        p.showInvitation,
		"GET /{id}/delete": p.deleteInvitation, "POST /{id}/delete": p.deleteInvitation,
	}
}

func (p *portal) listInvitations(r *request) (answer, error) {
	type invitation = simulator.Invitation
	t := table[invitation]{
		path: Path + "invitations",
		columns: []column[invitation]{
			{key: "id", kind: code, text: func(i invitation) string { return i.ID }},
			{key: "sender", kind: text, text: func(i invitation) string { return i.InvitedBy }},
			{key: "invited", kind: text, text: func(i invitation) string { return i.Email }},
			{key: "created", kind: moment, text: func(i invitation) string { return minute(i.CreatedAt) }},
			{
				key: "expires", kind: moment,
				text: func(i invitation) string { return minute(i.ExpiresAt) },
				note: func(i invitation) string { return p.expired(r, i.ExpiresAt) },
			},
			{
				key: "role", hidden: true, choices: roles,
				text: func(i invitation) string { return r.Word(i.Role) }, value: func(i invitation) string { return i.Role },
			},
		},
		id:      func(i invitation) string { return i.ID },
		name:    func(i invitation) string { return i.Email },
		actions: []action{{"information", ""}, {"delete", "delete"}},
	}
	v := t.view(r, p.cloud.Invitations())
	v.Actions = []action{{"invite", r.Link(Path + "invitations/new")}}
	return answer{view: "table", data: v}, nil
}

func (p *portal) invite(r *request) (answer, error) {
	a := answer{view: "form", title: "invite"}
	email, role, language := "", simulator.RoleViewer, r.Language
	if r.Method == http.MethodPost {
		email, role, language = r.PostForm.Get("email"), r.PostForm.Get("role"), r.PostForm.Get("language")
		i, err := p.cloud.Invite(email, role, language)
		if err == nil {
			return answer{to: r.Link(below("invitations", i.ID), "done", "invited")}, nil
		}
		a.refusal = err
	}
	a.data = formView{
		Fields: []field{
			{Name: "email", Label: "email", Type: "email", Value: email},
			{Name: "role", Label: "role", Type: "select", Options: r.choose(role, roles...)},
			{Name: "language", Label: "language", Type: "select", Options: r.choose(language, languageCodes...)},
		},
		Submit: "create", Cancel: r.Link(Path + "invitations"),
	}
	return a, nil
}

// link is where the invitation leads, at the host that the reader asked.
func (r *request) link(i simulator.Invitation) string {
	if strings.HasPrefix(i.Link, "/") {
		return "http://" + r.Host + i.Link
	}
	return i.Link
}

func (p *portal) invitationFacts(r *request, i simulator.Invitation) []fact {
	return []fact{
		{Label: "invited", Text: i.Email, Kind: text}, {Label: "sender", Text: i.InvitedBy, Kind: text},
		{Label: "created", Text: minute(i.CreatedAt), Kind: moment},
		{Label: "expires", Text: minute(i.ExpiresAt), Note: p.expired(r, i.ExpiresAt), Kind: moment},
		{Label: "language", Text: r.Word(i.Language), Kind: text}, {Label: "role", Text: r.Word(i.Role), Kind: text},
	}
}

func (p *portal) showInvitation(r *request) (answer, error) {
	i, err := p.cloud.InvitationByID(r.PathValue("id"))
	if err != nil {
		return answer{}, err
	}
	return answer{view: "information", title: "invitation-information", data: informationView{
		Facts:   append(p.invitationFacts(r, i), fact{Label: "link", Text: r.link(i), Kind: address, Copy: true}),
		Actions: []action{{"delete", r.Link(below("invitations", i.ID, "delete"))}},
		Back:    r.Link(Path + "invitations"),
	}}, nil
}

func (p *portal) deleteInvitation(r *request) (answer, error) {
	i, err := p.cloud.InvitationByID(r.PathValue("id"))
	if err != nil {
		return answer{}, err
	}
	v := deleteView{Facts: p.invitationFacts(r, i)}
	return r.deletion(Path+"invitations", "delete-invitation", v, func(string) error { return p.cloud.WithdrawInvitationByID(i.ID) })
}
