package provider

import "testing"

var (
	allParts = []part{has, keeps, takes, destroys, abandons, leaves}
	allNouns = []personNoun{membershipNoun, invitationNoun}
)

// What is wrong between two objects of one person does not depend on the order in which Terraform plans them, and only what the apply could not
// do in any order is refused.
func TestConflict_everyPairInBothOrders(t *testing.T) {
	t.Parallel()
	want := map[[2]part]conflict{
		{keeps, keeps}:    managedTwice,
		{keeps, takes}:    twoResources,
		{takes, takes}:    twoResources,
		{destroys, keeps}: oneOfTwoGoes,
		{abandons, keeps}: oneOfTwoGoes,
		{destroys, takes}: renamed,
		{abandons, takes}: emailMoved,
	}
	for _, a := range allParts {
		for _, b := range allParts {
			for _, ofA := range allNouns {
				for _, ofB := range allNouns {
					expected := want[[2]part{a, b}]
					if expected == noConflict {
						expected = want[[2]part{b, a}]
					}
					if a == destroys && ofA == membershipNoun && b == takes && ofB == invitationNoun || b == destroys && ofB == membershipNoun && a == takes && ofA == invitationNoun {
						expected = toInvitation
					}
					if got := conflictOf(claim{part: a, noun: ofA}, claim{part: b, noun: ofB}); got != expected {
						t.Errorf("%d of %d beside %d of %d: %d, want %d", a, ofA, b, ofB, got, expected)
					}
				}
			}
		}
	}
}

// A member stays where a fact says so; without one, the deletion of the object removes them.
func TestRemoval_everyCombinationOfFacts(t *testing.T) {
	t.Parallel()
	bools := []bool{false, true}
	for _, keeps := range bools {
		for _, leaves := range bools {
			for _, deposed := range bools {
				for _, shared := range bools {
					for _, admitted := range bools {
						f := removalFacts{keeps, leaves, deposed, shared, admitted}
						stays, keepsInvitation := true, true
						switch {
						case admitted, leaves, deposed && shared: // another object has them
						case keeps: // this one has them again: a membership stays, an invitation is sent again
							keepsInvitation = false
						default:
							stays, keepsInvitation = false, false
						}
						if f.stays() != stays || f.keepsInvitation() != keepsInvitation {
							t.Errorf("%+v: %t, %t; want %t, %t", f, f.stays(), f.keepsInvitation(), stays, keepsInvitation)
						}
					}
				}
			}
		}
	}
}
