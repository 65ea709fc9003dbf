package ownership

// Step is what the rule lets the apply do next. A plan announces it.
type Step int

// The steps.
const (
	// Refuse deletes nothing; the verdict's reason says which fact is missing.
	Refuse Step = iota
	// Rehearse tries the deletion on things of the rehearsal's own, and asks the rule again.
	Rehearse
	// Transfer hands the holdings over to the successor, and asks the rule again.
	Transfer
	// Delete deletes the owner.
	Delete
)

// Reason is why a deletion is refused, or by which row of the rule it goes on.
type Reason int

// The reasons of a deletion.
const (
	NoReason     Reason = iota
	OwnsNothing         // row 1
	Transferred         // row 2
	Destruction         // row 3
	Exempted            // the exemptions
	MayNeedProof        // a step before the verdict
	AlreadyGone         // nothing is left to delete: no answer of the rule, but of the cloud
)

// The reasons of a refusal.
const (
	NotUnderstood    Reason = iota + 100 // the reading contradicts what is known of the cloud: see Facts.Open
	NotVisible                           // nothing shows that the account sees what others own, and there is no successor
	MaybeCut                             // the list of projects may be cut, and no rehearsal could show that it is not
	NeedsSuccessor                       // the owner has holdings, no successor and no permission to destroy
	NotAnnounced                         // force_destroy is set, and no plan announced the destruction
	SuccessorUnfit                       // see Fitness and the misfit
	SuccessorOpen                        // the successor is known only after apply
	NotTransferable                      // the rehearsal did not show that a transfer works: see Facts.Rehearsal
	HandOverNotShown                     // the hand-over could not be read back
)

// Verdict is the rule's answer.
type Verdict struct {
	Step   Step
	Reason Reason
	permit permit
}

// rule decides. It is a pure function of the facts:
//
//	row | the owner                                | what must be shown                                    | the apply
//	----|------------------------------------------|-------------------------------------------------------|-----------------------------
//	 0  | is exempt                                | a key that owns nothing by what it is                 | deletes
//	 1  | owns nothing                             | a whole, fresh reading                                | deletes; a fit successor is sent along
//	 2  | owns something, or the reading is        | a fit successor; the transfer rehearsed; every        | deletes, with the successor; reads back
//	    | partial without a contradiction          | visible holding handed over and read back             |
//	 3  | owns something, in a whole reading       | no successor, force, and every holding announced      | deletes
//	 4  | anything else                            |                                                       | refuses
//
// Before row 2 come its steps: the rehearsal, and the hand-over. A holding whose hand-over took the owner's own entry back has moved: it
// is no holding any more, and row 1 applies once all have.
func rule(f Facts) Verdict {
	whole, owns := f.Open == 0, len(f.Holdings) > 0
	switch {
	case f.Exemption != NotExempt:
		return f.mayDelete(Exempted)
	case whole && !owns:
		return f.mayDelete(OwnsNothing)
	case f.Open.Has(openContradicted):
		return refusal(NotUnderstood)
	case f.Fitness == UnfitSuccessor:
		return refusal(SuccessorUnfit)
	case f.Fitness == UnknownSuccessor:
		return refusal(SuccessorOpen)
	case f.Fitness == FitSuccessor:
		return f.transfer(whole, owns)
	case owns && !f.Force:
		return refusal(NeedsSuccessor)
	case owns && !f.Announced:
		return refusal(NotAnnounced)
	case !whole:
		return f.withoutSuccessor()
	default:
		return f.mayDelete(Destruction)
	}
}

// transfer is row 2, for a fit successor.
func (f Facts) transfer(whole, owns bool) Verdict {
	works := f.Rehearsal == RehearsalWorks
	switch {
	case f.HandOver == HandOverFailed:
		return refusal(HandOverNotShown)
	case f.Rehearsal == NotRehearsed:
		return Verdict{Step: Rehearse, Reason: MayNeedProof}
	case f.Open.Has(OpenProjectsLength):
		return refusal(MaybeCut)
	case owns && f.HandOver == NotHandedOver && (works || whole && f.Revocation):
		return Verdict{Step: Transfer, Reason: MayNeedProof}
	case works:
		return f.mayDelete(Transferred)
	default:
		return refusal(NotTransferable)
	}
}

// withoutSuccessor is for an owner without a successor that is not seen to own anything that may not be deleted with it, by a reading that leaves
// something open.
func (f Facts) withoutSuccessor() Verdict {
	switch {
	case f.Open.Has(OpenVisibility):
		return refusal(NotVisible) // a rehearsal can refute that the account sees everything, not prove it
	case f.Rehearsal == NotRehearsed:
		return Verdict{Step: Rehearse, Reason: MayNeedProof}
	default:
		return refusal(MaybeCut)
	}
}

func refusal(why Reason) Verdict { return Verdict{Step: Refuse, Reason: why} }

func (f Facts) mayDelete(why Reason) Verdict {
	p := permit{owner: f.Owner, granted: true}
	if f.Fitness == FitSuccessor && why != Destruction {
		p.successor = f.Successor
	}
	return Verdict{Step: Delete, Reason: why, permit: p}
}
