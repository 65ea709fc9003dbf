package provider

import (
	"maps"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// What becomes of a key and of its previous key in a plan that keeps the resource. It is decided here and nowhere else, from facts of which
// each may be known only after apply: what hangs on such a fact is left open, and the second plan, which the apply makes, decides it.

// certainty is a fact that a plan may not know yet.
type certainty int

const (
	certainlyNot certainty = iota
	notKnown               // until apply
	certainly
)

func certain(is bool) certainty {
	if is {
		return certainly
	}
	return certainlyNot
}

// rotationReason is why another key is created. Of several, the first in this order is told.
type rotationReason int

const (
	noReason rotationReason = iota
	deletedOutside
	hasExpired
	insideWindow
	outlivesLifetime
	valueChanged
	secretNotKept

	rotationReasons // how many there are
)

// previousKey is whether there is a previous key.
type previousKey int

const (
	noPreviousKey previousKey = iota
	previousKeyWorks
	previousKeyIsOver
)

// keyFacts are what decides about a key in place.
type keyFacts struct {
	why      [rotationReasons]certainty
	keeps    certainty // whether the current key is kept beside the next one
	previous previousKey
}

// keyFate is what becomes of a key.
type keyFate int

const (
	keyAbsent keyFate = iota // there is none
	keyStays
	keyIsDeleted
	keyBecomesPrevious
	keyIsOpen // until apply
)

// keyDecision is what a plan does with a key in place.
type keyDecision struct {
	rotates           certainty
	reason            rotationReason // the first that is certain, else the first that is not known
	current, previous keyFate
}

// decide is the one decision about a key in place.
func (f keyFacts) decide() keyDecision {
	d := keyDecision{current: keyStays, previous: keyAbsent}
	for reason := deletedOutside; reason < rotationReasons; reason++ {
		if f.why[reason] > d.rotates {
			d.rotates, d.reason = f.why[reason], reason
		}
	}
	switch f.previous {
	case noPreviousKey:
	case previousKeyWorks:
		d.previous = keyStays
	case previousKeyIsOver:
		d.previous = keyIsDeleted
	}
	switch {
	case d.rotates == certainlyNot:
	case d.rotates == notKnown:
		d.current, d.previous = keyIsOpen, keyIsOpen
	case f.why[deletedOutside] == certainly: // the previous key remains the previous key
		d.current = keyAbsent
	default:
		d.current = map[certainty]keyFate{certainlyNot: keyIsDeleted, notKnown: keyIsOpen, certainly: keyBecomesPrevious}[f.keeps]
		if f.previous != noPreviousKey { // a key has one predecessor at the most
			d.previous = keyIsDeleted
		}
	}
	return d
}

// facts gathers what decides about the key of the state at the time now. Gone tells that it was deleted outside Terraform, imported that no run
// has applied it yet. A key with a fixed end is never rotated, only replaced; but where it is gone and its previous key works, it is created again.
func (m *apiKeyModel) facts(plan apiKeyModel, now time.Time, gone, imported bool) keyFacts {
	f := keyFacts{previous: m.previousAt(now)}
	f.why[deletedOutside] = certain(gone)
	if plan.Lifetime.IsNull() {
		return f
	}
	expires, ends := moment(m.ExpiresAt)
	f.why[hasExpired] = certain(hasPassed(m.ExpiresAt, now))
	switch {
	case plan.RotateBefore.IsUnknown() && ends:
		f.why[insideWindow] = notKnown
	case ends:
		f.why[insideWindow] = certain(!now.Before(expires.Add(-duration(plan.RotateBefore))))
	}
	switch lifetime, before := duration(plan.Lifetime), duration(m.Lifetime); {
	case before == 0: // it had a fixed end
	case plan.Lifetime.IsUnknown():
		f.why[outlivesLifetime] = notKnown
	default:
		f.why[outlivesLifetime] = certain(lifetime < before && (!ends || expires.After(now.Add(lifetime))))
	}
	if !imported {
		f.why[valueChanged] = isChanged(m.RotateWhenChanged, plan.RotateWhenChanged)
	}
	f.why[secretNotKept] = m.lacksSecret(plan)
	f.keeps = certain(duration(plan.KeepPreviousFor) > 0)
	if plan.KeepPreviousFor.IsUnknown() {
		f.keeps = notKnown
	}
	return f
}

func (m *rotationModel) previousAt(now time.Time) previousKey {
	_, ends := moment(m.PreviousExpiresAt)
	switch {
	case m.PreviousID.IsNull():
		return noPreviousKey
	case !ends || hasPassed(m.PreviousExpiresAt, now):
		return previousKeyIsOver
	}
	return previousKeyWorks
}

// isChanged reports whether a value of a map differs. One that is known later differs only perhaps.
func isChanged(before, after types.Map) certainty {
	if after.IsUnknown() {
		return notKnown
	}
	old, now := before.Elements(), after.Elements()
	for name, was := range old {
		if is, has := now[name]; !has || !is.IsUnknown() && !was.Equal(is) {
			return certainly
		}
	}
	switch {
	case len(now) > len(old):
		return certainly
	case slices.ContainsFunc(slices.Collect(maps.Values(now)), attr.Value.IsUnknown):
		return notKnown
	}
	return certainlyNot
}

// lacksSecret reports whether the plan wants a secret in state that was not kept. Only a new key has another.
func (m *apiKeyModel) lacksSecret(plan apiKeyModel) certainty {
	switch {
	case m.isStored():
		return certainlyNot
	case plan.StoreKey.IsUnknown():
		return notKnown
	}
	return certain(plan.isStored())
}
