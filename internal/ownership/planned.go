package ownership

import (
	"sync"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// planned is whom one plan deletes or demotes, and who is their successor, so that objects which Terraform plans one at a time are considered
// together. Members stand in it by id. The zero value is empty.
type planned struct {
	mu         sync.Mutex
	deletions  map[string]bool
	demotions  map[string]bool    // no longer fit to own
	successors map[string][]Owner // whose holdings a member receives
}

// delete enters a planned deletion, and returns those whose successor the owner is.
func (p *planned) delete(o Owner) (dependents []Owner) {
	if o.Kind != client.MemberOwner {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.deletions == nil {
		p.deletions = map[string]bool{}
	}
	p.deletions[o.ID] = true
	return p.successors[o.ID]
}

func (p *planned) isDeleted(member client.Member) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.deletions[member.ID]
}

// demote enters that a member becomes less than an editor, and returns those whose successor they are.
func (p *planned) demote(member Owner) (dependents []Owner) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.demotions == nil {
		p.demotions = map[string]bool{}
	}
	p.demotions[member.ID] = true
	return p.successors[member.ID]
}

func (p *planned) isDemoted(member client.Member) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.demotions[member.ID]
}

// expect enters that the successor receives what o owns, or is to receive it one day. No one succeeds themselves.
func (p *planned) expect(successor client.Member, o Owner) {
	if successor.ID == o.ID {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.successors == nil {
		p.successors = map[string][]Owner{}
	}
	p.successors[successor.ID] = append(p.successors[successor.ID], o)
}
