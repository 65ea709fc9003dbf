package provider

import (
	"sync"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// leavers is who one plan deletes or demotes, and who inherits from them, so that objects which Terraform plans one at a
// time are judged together. The zero value is empty.
type leavers struct {
	mu      sync.Mutex
	leaving map[string]owner   // by normalized email: deleted
	demoted map[string]bool    // by normalized email: no longer administrators
	heirs   map[string][]owner // by the heir's normalized email: whose things they receive
}

// leave notes that o is deleted, and returns those whose successor o is.
func (l *leavers) leave(o owner) (dependents []owner) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.leaving == nil {
		l.leaving = map[string]owner{}
	}
	email := client.NormalizeEmail(o.email)
	l.leaving[email] = o
	return l.heirs[email]
}

func (l *leavers) isLeaving(email string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	_, leaving := l.leaving[client.NormalizeEmail(email)]
	return leaving
}

// demote notes that the administrator with this email becomes less.
func (l *leavers) demote(email string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.demoted == nil {
		l.demoted = map[string]bool{}
	}
	l.demoted[client.NormalizeEmail(email)] = true
}

// isDemoted reports whether the person stops being an administrator in this run.
func (l *leavers) isDemoted(email string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.demoted[client.NormalizeEmail(email)]
}

// inherit notes that heir receives what o owns, or is to receive it one day.
func (l *leavers) inherit(heir string, o owner) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.heirs == nil {
		l.heirs = map[string][]owner{}
	}
	email := client.NormalizeEmail(heir)
	l.heirs[email] = append(l.heirs[email], o)
}
