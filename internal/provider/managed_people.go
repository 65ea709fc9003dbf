package provider

import (
	"slices"
	"sync"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// managedPeople is which objects of a walk have to do with which person. Two objects for one person would undo each other's work.
// The zero value is empty.
//
// Terraform plans one object in several calls, and tells its address in none of them:
//
//	plan:   read ─► plan                      an update: one call
//	        read ─► plan ─► plan              a replacement: the second call has no prior state, and the first one's private state
//	        read ─► plan                      a tainted object: one call, with neither prior nor private state
//	        plan ─► read                      the end of a block that is gone, up to Terraform 1.11: the plan knows the state before the refresh
//	        plan ─► read ─► plan              with -minimal-refresh: the last call has the private state that the refresh gave
//	apply:  plan ─► apply                     in another process, where a creation has no private state
//	        plan ─► apply, plan ─► apply      create_before_destroy: the creation, then the destruction of the deposed object
//
// So an object has a random name, which stays in its private state. What one object says of a person, in however many calls, is one claim.
// With -minimal-refresh, a tainted object is created twice, under two names. So where Terraform has the flag, a creation that was planned
// before a refresh gives way to a later one.
//
// An object without a name makes no claim: it is one that an earlier version of the provider made and that no refresh has met yet.
type managedPeople struct {
	mu        sync.Mutex
	claims    map[string][]claim   // by the person's normalized email
	emails    map[string][]string  // by the object's name: where it has claims
	admitted  map[string]admission // by normalized email: this walk has created or changed an object for them
	refreshed map[string]bool      // the objects that this walk has refreshed, by name
	reads     int                  // how many objects this walk has refreshed
	twice     bool                 // Terraform may plan before it refreshes
	replaced  map[string]bool      // by normalized email: this walk has destroyed an object that another follows, and has left the person; true is out
}

// claim is what one object of a walk has to do with one person.
type claim struct {
	object string // its name
	noun   personNoun
	part   part
	isNew  bool // there is no prior state
	reads  int  // how many objects this walk had refreshed by then
}

// admission is what this walk has created or changed for a person, by noun.
type admission [invitationNoun + 1]bool

type personNoun int

const (
	membershipNoun personNoun = iota
	invitationNoun
)

// part is what becomes of the person by the plan of one object.
type part int

const (
	has      part = iota // the object is in the state, and not planned yet
	keeps                // the object is in the state and stays
	takes                // the object is created for the person, or gets their email
	destroys             // the object is destroyed, and the person removed
	abandons             // the object gets another email, and the person is removed
	leaves               // the object goes, and the person stays with another
)

func (p part) holds() bool   { return p == keeps || p == takes }
func (p part) removes() bool { return p == destroys || p == abandons }

// conflict is why two objects of one person cannot be applied together.
type conflict int

const (
	noConflict   conflict = iota
	managedTwice          // both are in the state, and stay: they undo each other's changes
	twoResources          // another object has the person already
	oneOfTwoGoes          // both are in the state, and the removal of one was planned before the other was known
	renamed               // one is destroyed, and another created
	toInvitation          // a membership is destroyed, and an invitation created
	emailMoved            // one gets another email, and another gets the person's
)

// conflictOf tells what is wrong between two objects of one person. The order of the two does not matter.
func conflictOf(a, b claim) conflict {
	switch {
	case a.part == keeps && b.part == keeps:
		return managedTwice
	case a.part.holds() && b.part.holds():
		return twoResources
	case b.part.removes():
		a, b = b, a
	}
	switch {
	case !a.part.removes() || !b.part.holds():
		return noConflict
	case b.part == keeps:
		return oneOfTwoGoes
	case a.part == abandons:
		return emailMoved
	case a.noun == membershipNoun && b.noun == invitationNoun:
		return toInvitation
	default:
		return renamed
	}
}

// read keeps that the object is in the state, with the person. What its plan has said before stands until the next plan.
func (p *managedPeople) read(email string, c claim) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.reads++
	if p.refreshed == nil {
		p.refreshed = map[string]bool{}
	}
	p.refreshed[c.object] = true
	if len(p.emails[c.object]) == 0 {
		c.part = has
		p.add(email, c)
	}
}

// isShared reports whether another object in the state has the person and stays.
func (p *managedPeople) isShared(email, object string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.hasOther(email, object)
}

// holder reports whether an object of the noun that has the person is in the state, and is not planned.
func (p *managedPeople) holder(email string, n personNoun) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.ContainsFunc(p.claims[client.NormalizeEmail(email)], func(c claim) bool { return c.part == has && c.noun == n })
}

// begin takes back what the object said before: it is gone, or Terraform plans it again.
func (p *managedPeople) begin(object string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.forget(object)
}

// hold makes the object one that has the person from now on, and returns what is wrong with it.
func (p *managedPeople) hold(email string, c claim) []conflict {
	p.mu.Lock()
	defer p.mu.Unlock()
	c.reads = p.reads
	key := client.NormalizeEmail(email)
	if all, found := p.claims[key]; found && p.twice && c.isNew {
		p.claims[key] = slices.DeleteFunc(all, func(other claim) bool { return other.isNew && other.reads < p.reads })
	}
	return p.claim(email, c)
}

// release makes the object one that goes and takes the person along or, where another has them, leaves them. Shared tells that the last refresh
// found another. After an admission, Terraform plans the end of a deposed object: it is no conflict that the object which follows has the person.
//
// The deletion of a deposed object knows only what its refresh knew, which comes before its plan. So another object that this walk knows counts for an
// object that has not been refreshed, while others have: it is not deposed.
func (p *managedPeople) release(email string, c claim, shared bool) (stays bool, conflicts []conflict) {
	p.mu.Lock()
	defer p.mu.Unlock()
	isDeposed := p.refreshed[c.object] || p.reads == 0 || p.twice // or may be
	stays = p.hasOther(email, c.object) && (shared || !isDeposed)
	if _, applying := p.admitted[client.NormalizeEmail(email)]; applying || stays {
		c.part = leaves
	}
	return stays, p.claim(email, c)
}

// claim adds c and returns its conflicts. The caller holds the lock.
func (p *managedPeople) claim(email string, c claim) (conflicts []conflict) {
	if c.object == "" {
		return nil
	}
	for _, other := range p.claims[client.NormalizeEmail(email)] {
		if k := conflictOf(c, other); other.object != c.object && k != noConflict {
			conflicts = append(conflicts, k)
		}
	}
	p.add(email, c)
	return conflicts
}

// add adds c in place of what its object said of the person before. The caller holds the lock.
func (p *managedPeople) add(email string, c claim) {
	if c.object == "" {
		return
	}
	if p.claims == nil {
		p.claims, p.emails = map[string][]claim{}, map[string][]string{}
	}
	email = client.NormalizeEmail(email)
	p.claims[email] = append(slices.DeleteFunc(p.claims[email], func(other claim) bool { return other.object == c.object }), c)
	if !slices.Contains(p.emails[c.object], email) {
		p.emails[c.object] = append(p.emails[c.object], email)
	}
}

// forget removes the claims of an object. The caller holds the lock.
func (p *managedPeople) forget(object string) {
	for _, email := range p.emails[object] {
		p.claims[email] = slices.DeleteFunc(p.claims[email], func(c claim) bool { return c.object == object })
	}
	delete(p.emails, object)
}

// hasOther reports whether another object than the named one is in the state, has the person and stays. The caller holds the lock.
func (p *managedPeople) hasOther(email, object string) bool {
	return object != "" && slices.ContainsFunc(p.claims[client.NormalizeEmail(email)], func(c claim) bool {
		return c.object != object && (c.part == has || c.part == keeps)
	})
}

// admit keeps that this walk has created or changed an object for the person.
func (p *managedPeople) admit(email string, n personNoun) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.admitted == nil {
		p.admitted = map[string]admission{}
	}
	email = client.NormalizeEmail(email)
	made := p.admitted[email]
	made[n] = true
	p.admitted[email] = made
}

func (p *managedPeople) isAdmitted(email string, n personNoun) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.admitted[client.NormalizeEmail(email)][n]
}

// replace keeps that this walk has destroyed an object that another for the same person follows. Out tells that the person is neither a member
// nor invited, and is to stay so.
func (p *managedPeople) replace(email string, out bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.replaced == nil {
		p.replaced = map[string]bool{}
	}
	p.replaced[client.NormalizeEmail(email)] = out
}

func (p *managedPeople) isReplaced(email string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, is := p.replaced[client.NormalizeEmail(email)]
	return is
}

// isKeptOut reports whether this walk has destroyed an object whose person was kept out, and that another follows.
func (p *managedPeople) isKeptOut(email string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.replaced[client.NormalizeEmail(email)]
}
