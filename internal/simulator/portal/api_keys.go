package portal

import (
	"fmt"
	"net/http"
	"time"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// apiKeyRoles are those that a key can have.
var apiKeyRoles = []string{simulator.RoleEditor, simulator.RoleViewer}

func (p *portal) apiKeys() map[string]handle {
	return map[string]handle{
		"GET ":             p.listAPIKeys,
		"GET /new":         p.createAPIKey,
		"POST /new":        p.createAPIKey,
		"GET /{id}":        p.showAPIKey,
		"GET /{id}/secret": p.showSecret,
		"GET /{id}/delete": p.deleteAPIKey, "POST /{id}/delete": p.deleteAPIKey,
	}
}

// expired is the note beside a time that is past.
func (p *portal) expired(r *request, at time.Time) string {
	if p.cloud.Now().Before(at) {
		return ""
	}
	return r.Word("expired")
}

func (p *portal) listAPIKeys(r *request) (answer, error) {
	type key = simulator.APIKey
	t := table[key]{
		path: Path + "api-keys",
		columns: []column[key]{
			{key: "title", kind: text, text: func(k key) string { return k.Title }},
			{key: "id", kind: code, text: func(k key) string { return k.ID }},
			{key: "creator", kind: text, text: func(k key) string { return k.CreatedBy }},
			{key: "created", kind: moment, text: func(k key) string { return minute(k.CreatedAt) }},
			{
				key: "expires", kind: moment,
				text: func(k key) string { return minute(k.ExpiresAt) }, note: func(k key) string { return p.expired(r, k.ExpiresAt) },
			},
			{
				key: "role", hidden: true, choices: apiKeyRoles,
				text: func(k key) string { return r.Word(k.Role) }, value: func(k key) string { return k.Role },
			},
		},
		id:      func(k key) string { return k.ID },
		name:    func(k key) string { return k.Title },
		actions: []action{{"information", ""}, {"delete", "delete"}},
	}
	v := t.view(r, p.cloud.APIKeys())
	v.Actions = []action{{"create-key", r.Link(Path + "api-keys/new")}}
	return answer{view: "table", data: v}, nil
}

// createAPIKey takes a day, at whose beginning the key expires, or a time as the API has it.
func (p *portal) createAPIKey(r *request) (answer, error) {
	a := answer{view: "form", title: "create-key"}
	title, day, role := "", p.cloud.Now().AddDate(0, 3, 0).Format(time.DateOnly), simulator.RoleViewer
	if r.Method == http.MethodPost {
		title, day, role = r.PostForm.Get("title"), r.PostForm.Get("expires"), r.PostForm.Get("role")
		expires, err := time.Parse(time.DateOnly, day)
		if err != nil {
			a.refusal = fmt.Errorf("The day %q is not like 2024-07-22.", day) //nolint:staticcheck // it is shown as the refusals of the cloud are
		} else if k, err := p.cloud.AddAPIKey(title, role, expires); err != nil {
			a.refusal = err
		} else {
			p.keep(k)
			return answer{to: r.Link(below("api-keys", k.ID, "secret"))}, nil
		}
	}
	a.data = formView{
		Fields: []field{
			{Name: "title", Label: "title", Type: "text", Value: title},
			{Name: "expires", Label: "expires", Type: "date", Value: day, Hint: "expires-hint"},
			{Name: "role", Label: "role", Type: "select", Options: r.choose(role, apiKeyRoles...)},
		},
		Submit: "create", Cancel: r.Link(Path + "api-keys"),
	}
	return a, nil
}

func (p *portal) keep(k simulator.APIKey) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.secrets[k.ID] = k.Secret
}

// take returns a secret once, and "" ever after.
func (p *portal) take(id string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	secret := p.secrets[id]
	delete(p.secrets, id)
	return secret
}

// showSecret shows the secret of a new key once. Loading the page again leads to what may always be seen.
func (p *portal) showSecret(r *request) (answer, error) {
	k, err := p.cloud.APIKeyByID(r.PathValue("id"))
	if err != nil {
		return answer{}, err
	}
	var secret string
	if r.Method != http.MethodHead {
		secret = p.take(k.ID)
	}
	if secret == "" {
		return answer{to: r.Link(below("api-keys", k.ID))}, nil
	}
	return answer{view: "secret", title: "key-created", data: informationView{
		Facts: append([]fact{{Label: "secret", Text: secret, Kind: code, Copy: true}}, r.apiKeyFacts(p, k)...),
		Back:  r.Link(Path + "api-keys"),
	}}, nil
}

func (r *request) apiKeyFacts(p *portal, k simulator.APIKey) []fact {
	return []fact{
		{Label: "title", Text: k.Title, Kind: text}, {Label: "creator", Text: k.CreatedBy, Kind: text},
		{Label: "role", Text: r.Word(k.Role), Kind: text}, {Label: "email", Text: k.Email, Kind: text, Copy: true},
		{Label: "expires", Text: minute(k.ExpiresAt), Note: p.expired(r, k.ExpiresAt), Kind: moment},
	}
}

func (p *portal) showAPIKey(r *request) (answer, error) {
	k, err := p.cloud.APIKeyByID(r.PathValue("id"))
	if err != nil {
		return answer{}, err
	}
	return answer{view: "information", title: "key-information", data: informationView{
		Facts:   r.apiKeyFacts(p, k),
		Actions: []action{{"delete", r.Link(below("api-keys", k.ID, "delete"))}},
		Back:    r.Link(Path + "api-keys"),
	}}, nil
}

func (p *portal) deleteAPIKey(r *request) (answer, error) {
	k, err := p.cloud.APIKeyByID(r.PathValue("id"))
	if err != nil {
		return answer{}, err
	}
	v := deleteView{Facts: r.apiKeyFacts(p, k)}
	v.owned(r, p.cloud, k.Email)
	return r.deletion(Path+"api-keys", "delete-key", v, func(transferTo string) error {
		err := p.cloud.RemoveAPIKey(k.ID, transferTo)
		if err == nil {
			p.take(k.ID)
		}
		return err
	})
}
