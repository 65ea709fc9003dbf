package provider

import (
	"testing"
)

var certainties = []certainty{certainlyNot, notKnown, certainly}

// everyKeyFacts calls f with all facts that there can be. Whether a key is gone and whether it has expired is always known.
func everyKeyFacts(f func(keyFacts)) {
	var fill func(facts keyFacts, reason rotationReason)
	fill = func(facts keyFacts, reason rotationReason) {
		if reason == rotationReasons {
			for _, facts.keeps = range certainties {
				for _, facts.previous = range []previousKey{noPreviousKey, previousKeyWorks, previousKeyIsOver} {
					f(facts)
				}
			}
			return
		}
		for _, facts.why[reason] = range certainties {
			if facts.why[reason] != notKnown || reason > hasExpired {
				fill(facts, reason+1)
			}
		}
	}
	fill(keyFacts{}, deletedOutside)
}

// known are the ways in which what is not known may turn out.
func (f keyFacts) known() []keyFacts {
	open := []*certainty{&f.keeps}
	for reason := range f.why {
		open = append(open, &f.why[reason])
	}
	for _, fact := range open {
		if *fact == notKnown {
			*fact = certainlyNot
			all := f.known()
			*fact = certainly
			return append(all, f.known()...)
		}
	}
	return []keyFacts{f}
}

// Whatever a plan says for certain holds however what is not known turns out: its apply never contradicts it. And it leaves open no more than it must.
func TestKeyDecision_leavesOpenWhatHangsOnTheUnknown(t *testing.T) {
	t.Parallel()
	all := 0
	everyKeyFacts(func(f keyFacts) {
		all++
		d := f.decide()
		currents, previous, rotates := map[keyFate]bool{}, map[keyFate]bool{}, map[certainty]bool{}
		for _, known := range f.known() {
			later := known.decide()
			if later.rotates == notKnown || later.current == keyIsOpen || later.previous == keyIsOpen {
				t.Fatalf("%+v is still open: %+v", known, later)
			}
			currents[later.current], previous[later.previous], rotates[later.rotates] = true, true, true
		}
		if open := d.current == keyIsOpen; open != (len(currents) > 1) || !open && !currents[d.current] {
			t.Errorf("%+v: the current key is planned as %v, and becomes %v", f, d.current, currents)
		}
		if open := d.rotates == notKnown; open != (len(rotates) > 1) || !open && !rotates[d.rotates] {
			t.Errorf("%+v: rotates is planned as %v, and becomes %v", f, d.rotates, rotates)
		}
		if d.previous != keyIsOpen && (len(previous) > 1 || !previous[d.previous]) {
			t.Errorf("%+v: the previous key is planned as %v, and becomes %v", f, d.previous, previous)
		}
	})
	if all != 2*2*81*9 {
		t.Errorf("%d facts", all)
	}
}

func TestKeyDecision_deletesOnlyWhatItMay(t *testing.T) {
	t.Parallel()
	everyKeyFacts(func(f keyFacts) {
		d := f.decide()
		isGone := f.why[deletedOutside] == certainly
		if d.current == keyIsDeleted && (d.rotates != certainly || f.keeps != certainlyNot || isGone) {
			t.Errorf("%+v: the current key is deleted", f)
		}
		if d.previous == keyIsDeleted && f.previous != previousKeyIsOver && (d.rotates != certainly || isGone) {
			t.Errorf("%+v: the previous key is deleted before its time", f)
		}
		if d.rotates == notKnown && (d.current != keyIsOpen || d.previous != keyIsOpen) {
			t.Errorf("%+v: something is decided before it is known whether there is another key: %+v", f, d)
		}
		if isGone != (d.current == keyAbsent) {
			t.Errorf("%+v: the current key is %v", f, d.current)
		}
		if d.rotates == certainlyNot != (d.reason == noReason) || d.rotates != f.why[d.reason] && d.reason != noReason {
			t.Errorf("%+v: the reason is %v of %v", f, d.reason, d.rotates)
		}
		for reason := deletedOutside; reason < d.reason; reason++ {
			if f.why[reason] >= d.rotates {
				t.Errorf("%+v: the reason is %v, not %v", f, d.reason, reason)
			}
		}
	})
}
