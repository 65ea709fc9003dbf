package portal

import (
	"net/http"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

var roles = []string{simulator.RoleAdministrator, simulator.RoleEditor, simulator.RoleViewer}

func (p *portal) members() map[string]handle {
	return map[string]handle{
		"GET ":             p.listMembers,
		"GET /{id}":        p.showMember,
		"GET /{id}/edit":   p.editMember,
		"POST /{id}/edit":  p.editMember,
		"GET /{id}/delete": p.deleteMember, "POST /{id}/delete": p.deleteMember,
	}
}

func (p *portal) listMembers(r *request) (answer, error) {
	type member = simulator.Member
	email := func(m member) string { return m.Email }
	t := table[member]{
		path: Path + "members",
		columns: []column[member]{
			{key: "name", kind: text, text: func(m member) string { return m.Name }},
			{key: "username", kind: text, text: email},
			{key: "email", kind: text, text: email},
			{
				key: "role", kind: text, choices: roles,
				text: func(m member) string { return r.Word(m.Role) }, value: func(m member) string { return m.Role },
			},
		},
		id:      func(m member) string { return m.ID },
		name:    func(m member) string { return m.Name },
		actions: []action{{"information", ""}, {"edit", "edit"}, {"delete", "delete"}},
	}
	v := t.view(r, p.cloud.Members())
	v.Actions = []action{{"invite", r.Link(Path + "invitations/new")}}
	return answer{view: "table", data: v}, nil
}

func (r *request) memberFacts(m simulator.Member) []fact {
	return []fact{
		{Label: "name", Text: m.Name, Kind: text}, {Label: "email", Text: m.Email, Kind: text, Copy: true},
		{Label: "role", Text: r.Word(m.Role), Kind: text},
	}
}

func (p *portal) showMember(r *request) (answer, error) {
	m, err := p.cloud.MemberByID(r.PathValue("id"))
	if err != nil {
		return answer{}, err
	}
	return answer{view: "information", title: "member-information", data: informationView{
		Facts: r.memberFacts(m),
		Actions: []action{
			{"edit", r.Link(below("members", m.ID, "edit"))}, {"delete", r.Link(below("members", m.ID, "delete"))},
		},
		Back: r.Link(Path + "members"),
	}}, nil
}

func (p *portal) editMember(r *request) (answer, error) {
	m, err := p.cloud.MemberByID(r.PathValue("id"))
	if err != nil {
		return answer{}, err
	}
	a, role := answer{view: "form", title: "edit-member"}, m.Role
	if r.Method == http.MethodPost {
		role = r.PostForm.Get("role")
		if a.refusal = p.cloud.SetRole(m.Email, role); a.refusal == nil {
			return answer{to: r.Link(Path+"members", "done", "saved")}, nil
		}
	}
	a.data = formView{
		Facts:  []fact{{Label: "name", Text: m.Name, Kind: text}, {Label: "email", Text: m.Email, Kind: text}},
		Fields: []field{{Name: "role", Label: "role", Type: "select", Options: r.choose(role, roles...)}},
		Submit: "save", Cancel: r.Link(Path + "members"),
	}
	return a, nil
}

func (p *portal) deleteMember(r *request) (answer, error) {
	m, err := p.cloud.MemberByID(r.PathValue("id"))
	if err != nil {
		return answer{}, err
	}
	v := deleteView{Facts: r.memberFacts(m), CheckBox: true}
	v.owned(r, p.cloud, m.Email)
	return r.deletion(Path+"members", "delete-member", v, func(transferTo string) error { return p.cloud.RemoveMember(m.Email, transferTo) })
}
