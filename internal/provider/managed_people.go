package provider

import (
	"context"
	"crypto/rand"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// managedPeople is which resource of a walk manages which person. Two resources for one person would undo each other's work.
// The zero value is empty.
//
// Terraform plans one object in several calls, and tells its address in none of them:
//
//	refresh ─► plan                     an update: one call
//	refresh ─► plan ─► plan             a replacement: the second call has no prior state, and the first one's private state
//	apply:  ─► plan ─► (plan) ─► apply  Terraform plans again as it applies, in another walk
//
// So a plan writes a random name into private state. A later call of the same walk that brings the name is the same object.
type managedPeople struct {
	mu      sync.Mutex
	planned map[string]string // the name of the resource that manages the person, by normalized email
	removed map[string]bool   // by normalized email: a resource that manages the person is destroyed
}

// plan makes the resource of that name the one that manages email. Alone tells that no other manages the person, stays that no
// other destroys them.
func (p *managedPeople) plan(email, name string) (alone, stays bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.planned == nil {
		p.planned = map[string]string{}
	}
	email = client.NormalizeEmail(email)
	if other, taken := p.planned[email]; taken && other != name {
		return false, true
	}
	p.planned[email] = name
	return true, !p.removed[email]
}

// remove keeps that a resource that manages email is destroyed. Alone tells that no other manages the person.
func (p *managedPeople) remove(email string) (alone bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.removed == nil {
		p.removed = map[string]bool{}
	}
	email = client.NormalizeEmail(email)
	p.removed[email] = true
	_, taken := p.planned[email]
	return !taken
}

// plannedBy tells a resource from others within one walk.
type plannedBy struct {
	Walk string `json:"walk"`
	Name string `json:"name"`
}

// planPerson makes the resource that is planned the one that manages email, or reports that another does.
func (r *run) planPerson(ctx context.Context, email emailValue, before privateReader, after privateWriter, diags *diag.Diagnostics) {
	if email.IsNull() || email.IsUnknown() {
		return
	}
	var by plannedBy
	if !readPrivate(ctx, before, plannedByKey, &by, diags) || by.Walk != r.walk {
		by = plannedBy{Walk: r.walk, Name: rand.Text()}
		writePrivate(ctx, after, plannedByKey, by, diags)
	}
	alone, stays := r.people.plan(email.ValueString(), by.Name)
	if !stays {
		refuseRemovedAndAdded(email, diags)
	}
	if !alone {
		refuseTwoResources(email, diags)
	}
}

// planPersonRemoved keeps that the resource with email is destroyed, or reports that another manages the person from now on:
// Terraform would do the two in any order.
func (r *run) planPersonRemoved(email emailValue, diags *diag.Diagnostics) {
	if !r.people.remove(email.ValueString()) {
		refuseRemovedAndAdded(email, diags)
	}
}
