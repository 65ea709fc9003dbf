package ownership

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// endings is the rule as DESIGN.md has it, for a reader to check: exactly one row fits each combination of facts. A * is anything, and a / stands
// between what a row takes alike.
//
// The reading is whole, or leaves open whether the account sees what others own (sight), whether the list of projects is cut (length), both
// of them, or something that contradicts what is known of the cloud (contradicted). Force is no, unannounced, or announced.
const endings = `
exempt | reading           | owns | successor | force                   | rehearsal        | takes back | handed over | ending
yes    | *                 | *    | *         | *                       | *                | *          | *           | delete: Exempted
no     | whole             | none | *         | *                       | *                | *          | *           | delete: OwnsNothing
no     | contradicted      | *    | *         | *                       | *                | *          | *           | refuse: NotUnderstood
no     | whole             | some | unfit     | *                       | *                | *          | *           | refuse: SuccessorUnfit
no     | sight/length/both | *    | unfit     | *                       | *                | *          | *           | refuse: SuccessorUnfit
no     | whole             | some | unknown   | *                       | *                | *          | *           | refuse: SuccessorOpen
no     | sight/length/both | *    | unknown   | *                       | *                | *          | *           | refuse: SuccessorOpen

no     | whole/sight/length/both | some | none | no                     | *                | *          | *           | refuse: NeedsSuccessor
no     | whole/sight/length/both | some | none | unannounced            | *                | *          | *           | refuse: NotAnnounced
no     | whole             | some | none      | announced               | *                | *          | *           | delete: Destruction
no     | sight/both        | some | none      | announced               | *                | *          | *           | refuse: NotVisible
no     | sight/both        | none | none      | *                       | *                | *          | *           | refuse: NotVisible
no     | length            | some | none      | announced               | not yet          | *          | *           | rehearse
no     | length            | none | none      | *                       | not yet          | *          | *           | rehearse
no     | length            | some | none      | announced               | works/other      | *          | *           | refuse: MaybeCut
no     | length            | none | none      | *                       | works/other      | *          | *           | refuse: MaybeCut

no     | whole             | some | fit       | *                       | *                | *          | failed      | refuse: HandOverNotShown
no     | sight/length/both | *    | fit       | *                       | *                | *          | failed      | refuse: HandOverNotShown
no     | whole             | some | fit       | *                       | not yet          | *          | no/yes      | rehearse
no     | sight/length/both | *    | fit       | *                       | not yet          | *          | no/yes      | rehearse
no     | length/both       | *    | fit       | *                       | works/other      | *          | no/yes      | refuse: MaybeCut
no     | whole/sight       | some | fit       | *                       | works            | *          | no          | transfer
no     | whole             | some | fit       | *                       | other            | yes        | no          | transfer
no     | whole             | some | fit       | *                       | other            | no         | no          | refuse: NotTransferable
no     | sight             | some | fit       | *                       | other            | *          | no          | refuse: NotTransferable
no     | whole/sight       | some | fit       | *                       | works            | *          | yes         | delete: Transferred
no     | sight             | none | fit       | *                       | works            | *          | no/yes      | delete: Transferred
no     | whole/sight       | some | fit       | *                       | other            | *          | yes         | refuse: NotTransferable
no     | sight             | none | fit       | *                       | other            | *          | no/yes      | refuse: NotTransferable
`

var ruleColumns = [][]string{
	{"yes", "no"},
	{"whole", "sight", "length", "both", "contradicted"},
	{"none", "some"},
	{"none", "unknown", "unfit", "fit"},
	{"no", "unannounced", "announced"},
	{"not yet", "works", "other"},
	{"yes", "no"},
	{"no", "yes", "failed"},
}

var stepNames = map[Step]string{Refuse: "refuse: ", Rehearse: "rehearse", Transfer: "transfer", Delete: "delete: "}

var reasonNames = map[Reason]string{
	OwnsNothing: "OwnsNothing", Transferred: "Transferred", Destruction: "Destruction", Exempted: "Exempted", MayNeedProof: "",
	NotUnderstood: "NotUnderstood", NotVisible: "NotVisible", MaybeCut: "MaybeCut", NeedsSuccessor: "NeedsSuccessor", NotAnnounced: "NotAnnounced",
	SuccessorUnfit: "SuccessorUnfit", SuccessorOpen: "SuccessorOpen", NotTransferable: "NotTransferable", HandOverNotShown: "HandOverNotShown",
}

func verdictName(v Verdict) string { return stepNames[v.Step] + reasonNames[v.Reason] }

// ruleRow is a row of endings: for each column, a bit for each value that it takes.
type ruleRow struct {
	takes  [8]uint8
	ending string
}

func readEndings(t *testing.T) []ruleRow {
	t.Helper()
	var rows []ruleRow
	for _, line := range strings.Split(strings.TrimSpace(endings), "\n")[1:] {
		if line == "" {
			continue
		}
		cells := strings.Split(line, "|")
		row := ruleRow{ending: strings.TrimSpace(cells[8])}
		for column, values := range ruleColumns {
			for _, word := range strings.Split(strings.TrimSpace(cells[column]), "/") {
				if word == "*" {
					row.takes[column] = 0xff
					continue
				}
				i := slices.Index(values, word)
				if i < 0 {
					t.Fatalf("%q stands for nothing in %q", word, line)
				}
				row.takes[column] |= 1 << i
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// bits are the facts as values of the columns.
func bits(f Facts) [8]uint8 {
	pick := func(column int, word string) uint8 { return 1 << slices.Index(ruleColumns[column], word) }
	choose := func(is bool, yes, no string) string {
		if is {
			return yes
		}
		return no
	}
	reading := "whole"
	switch {
	case f.Open&^(OpenVisibility|OpenProjectsLength) != 0:
		reading = "contradicted"
	case f.Open == OpenVisibility|OpenProjectsLength:
		reading = "both"
	case f.Open == OpenVisibility:
		reading = "sight"
	case f.Open == OpenProjectsLength:
		reading = "length"
	}
	force := "no"
	if f.Force {
		force = choose(f.Announced, "announced", "unannounced")
	}
	rehearsal := "other"
	switch f.Rehearsal {
	case NotRehearsed:
		rehearsal = "not yet"
	case RehearsalWorks:
		rehearsal = "works"
	case RehearsalForbidden, RehearsalRefuted, RehearsalInconclusive, RehearsalImpossible:
	}
	return [8]uint8{
		pick(0, choose(f.Exemption != NotExempt, "yes", "no")), pick(1, reading), pick(2, choose(len(f.Holdings) > 0, "some", "none")),
		pick(3, map[Fitness]string{NoSuccessor: "none", UnknownSuccessor: "unknown", UnfitSuccessor: "unfit", FitSuccessor: "fit"}[f.Fitness]),
		pick(4, force), pick(5, rehearsal), pick(6, choose(f.Revocation, "yes", "no")),
		pick(7, map[HandOver]string{NotHandedOver: "no", HandedOver: "yes", HandOverFailed: "failed"}[f.HandOver]),
	}
}

// allFacts yields every combination of facts.
func allFacts(yield func(Facts) bool) {
	owner := Owner{Kind: client.MemberOwner, ID: "owner", Email: "owner@example.com"}
	held := []client.Resource{{Kind: client.Project, ID: "held"}}
	yesOrNo := []bool{false, true}
	for exemption := NotExempt; exemption <= ForRehearsal; exemption++ {
		for open := Open(0); open < openEnd; open++ {
			for _, holdings := range [][]client.Resource{nil, held} {
				for fitness := NoSuccessor; fitness <= FitSuccessor; fitness++ {
					for handedOver := NotHandedOver; handedOver <= HandOverFailed; handedOver++ {
						for rehearsal := NotRehearsed; rehearsal <= RehearsalImpossible; rehearsal++ {
							for _, revocation := range yesOrNo {
								for _, force := range yesOrNo {
									for _, announced := range yesOrNo {
										f := Facts{
											Owner: owner, Exemption: exemption, Open: open, Holdings: holdings, Fitness: fitness, HandOver: handedOver,
											Rehearsal: rehearsal, Revocation: revocation, Force: force, Announced: announced,
										}
										if fitness == FitSuccessor {
											f.Successor.ID = "successor"
										}
										if !yield(f) {
											return
										}
									}
								}
							}
						}
					}
				}
			}
		}
	}
}

// ruleMistake compares a rule with the rows, for every combination of facts, and returns the first difference.
func ruleMistake(rows []ruleRow, rule func(Facts) Verdict) string {
	for f := range allFacts {
		got, values := rule(f), bits(f)
		fits, want := 0, ""
		for _, row := range rows {
			is := true
			for column, value := range values {
				is = is && row.takes[column]&value != 0
			}
			if is {
				fits, want = fits+1, row.ending
			}
		}
		switch {
		case fits != 1:
			return fmt.Sprintf("%d rows fit %+v", fits, f)
		case verdictName(got) != want:
			return fmt.Sprintf("%s, want %s, for %+v", verdictName(got), want, f)
		}
		if mistake := permitMistake(f, got); mistake != "" {
			return fmt.Sprintf("%s, for %+v", mistake, f)
		}
	}
	return ""
}

// permitMistake says what is wrong with a permit, whatever the table says.
func permitMistake(f Facts, v Verdict) string {
	whole, owns, fit := f.Open == 0, len(f.Holdings) > 0, f.Fitness == FitSuccessor
	switch {
	case v.permit.granted != (v.Step == Delete):
		return "a permit and a deletion do not go together"
	case v.Step != Delete:
		return ""
	case v.permit.owner.ID != f.Owner.ID:
		return "a permit for another owner"
	case (v.permit.successor.ID != "") != (fit && v.Reason != Destruction):
		return "a fit successor is sent along, but not where the holdings are to go"
	case f.Exemption != NotExempt:
		return ""
	case f.Open.Has(openContradicted):
		return "a deletion by a reading that is contradicted"
	case !whole && (!fit || f.Rehearsal != RehearsalWorks):
		return "a deletion by a partial reading, without a successor and a rehearsal that works"
	case owns && !fit && (!f.Force || !f.Announced || !whole || f.Fitness != NoSuccessor):
		return "holdings are lost that were not announced"
	case owns && fit && (f.HandOver != HandedOver || f.Rehearsal != RehearsalWorks):
		return "holdings are not handed over, or by a transfer that was not shown to work"
	}
	return ""
}

func TestRule_isTheTable(t *testing.T) {
	t.Parallel()
	if mistake := ruleMistake(readEndings(t), rule); mistake != "" {
		t.Error(mistake)
	}
}

func TestRule_everyEndingIsReached(t *testing.T) {
	t.Parallel()
	reached := map[string]bool{}
	for f := range allFacts {
		if f.Exemption <= Unused {
			reached[verdictName(rule(f))] = true
		}
	}
	for _, row := range readEndings(t) {
		if !reached[row.ending] {
			t.Errorf("no facts end in %q", row.ending)
		}
	}
	if len(reached) != len(reasonNames)+1 { // a rehearsal and a transfer have one reason
		t.Errorf("%d endings are reached, and there are %d", len(reached), len(reasonNames)+1)
	}
}
