package portal

import "net/http"

// general is the organization: its name, to change, and its id, to copy.
func (p *portal) general() map[string]handle {
	page := func(r *request) (answer, error) {
		o, err := p.cloud.Organization()
		if err != nil {
			return answer{}, err
		}
		a := answer{view: "general"}
		if r.Method == http.MethodPost {
			o.Name = r.PostForm.Get("name")
			if a.refusal = p.cloud.RenameOrganization(o.ID, o.Name); a.refusal == nil {
				return answer{to: r.Link(Path+"general", "done", "saved")}, nil
			}
		}
		a.data = formView{
			Facts:  []fact{{Label: "id", Text: o.ID, Kind: code, Copy: true}},
			Fields: []field{{Name: "name", Label: "name", Type: "text", Value: o.Name}},
			Submit: "save",
		}
		return a, nil
	}
	return map[string]handle{"GET ": page, "POST ": page}
}
