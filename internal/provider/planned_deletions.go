package provider

import (
	"sync"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// plannedDeletions is whom one plan deletes, and who succeeds whom, so that one rule covers objects which Terraform plans one
// at a time. The zero value is empty.
type plannedDeletions struct {
	mu         sync.Mutex
	deleted    map[string]owner   // by normalized email
	successors map[string][]owner // by the successor's normalized email: whose holdings they receive
}

// delete keeps that o is deleted, and returns those whose successor o is.
func (p *plannedDeletions) delete(o owner) (dependents []owner) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.deleted == nil {
		p.deleted = map[string]owner{}
	}
	email := client.NormalizeEmail(o.email)
	p.deleted[email] = o
	return p.successors[email]
}

func (p *plannedDeletions) isDeleted(email string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, deleted := p.deleted[client.NormalizeEmail(email)]
	return deleted
}

// succeed keeps that the successor receives what o owns, or is to receive it one day.
func (p *plannedDeletions) succeed(successor string, o owner) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.successors == nil {
		p.successors = map[string][]owner{}
	}
	email := client.NormalizeEmail(successor)
	p.successors[email] = append(p.successors[email], o)
}
