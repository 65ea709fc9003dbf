package ownership

import (
	"sync"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// planned is whom one plan deletes or demotes, and who is their successor, so that objects which Terraform plans one at a time are judged
// together. The zero value is empty.
type planned struct {
	mu         sync.Mutex
	deletions  map[string]Owner   // by normalized email
	demotions  map[string]bool    // by normalized email: no longer fit to own
	successors map[string][]Owner // by the successor's normalized email: whose holdings they receive
}

// delete notes a planned deletion, and returns those whose successor the owner is.
func (p *planned) delete(o Owner) (dependents []Owner) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.deletions == nil {
		p.deletions = map[string]Owner{}
	}
	email := client.NormalizeEmail(o.Email)
	p.deletions[email] = o
	return p.successors[email]
}

func (p *planned) isDeleted(email string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, deleted := p.deletions[client.NormalizeEmail(email)]
	return deleted
}

// demote notes that a member becomes less than an editor, and returns those whose successor they are.
func (p *planned) demote(email string) (dependents []Owner) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.demotions == nil {
		p.demotions = map[string]bool{}
	}
	email = client.NormalizeEmail(email)
	p.demotions[email] = true
	return p.successors[email]
}

func (p *planned) isDemoted(email string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.demotions[client.NormalizeEmail(email)]
}

// expect notes that the successor receives what o owns, or is to receive it one day. No one succeeds themselves.
func (p *planned) expect(successor string, o Owner) {
	if client.SameEmail(successor, o.Email) {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.successors == nil {
		p.successors = map[string][]Owner{}
	}
	email := client.NormalizeEmail(successor)
	p.successors[email] = append(p.successors[email], o)
}
