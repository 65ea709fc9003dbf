package ownership

import (
	"strings"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// Open is a set of points that a reading leaves open. A reading is whole where the set is empty; otherwise it shows a lower bound.
type Open uint16

// The points that a reading has to show, for projects and for data sources. The first group contradicts the provider's
// understanding of the cloud: only a person can resolve it. The second is not shown yet.
const (
	// OpenUnread means that a list, or the permissions of a listed resource, could not be read.
	OpenUnread Open = 1 << iota
	// OpenNoOwner means that the permissions of a listed resource name no OWNER, although every resource has one.
	OpenNoOwner
	// OpenForm means that an OWNER is known in no form, and could be the owner.
	OpenForm
	// OpenHidden means that the account does not see what is not shared with it: the rehearsal showed it.
	OpenHidden
	// OpenCut means that a list is cut: the rehearsal, or an object that is missing from it, showed it.
	OpenCut
	// OpenDataSourcesLength means that the list of data sources has a length at which lists are cut. Nothing can show that it is not.
	OpenDataSourcesLength

	// OpenVisibility means that nothing is listed that shows that the account sees what others own.
	OpenVisibility
	// OpenProjectsLength means that the list of projects has a length at which lists are cut. The rehearsal can show that it is not.
	OpenProjectsLength

	openEnd
)

const openContradicted = OpenUnread | OpenNoOwner | OpenForm | OpenHidden | OpenCut | OpenDataSourcesLength

// Has reports whether one of the points is open.
func (o Open) Has(points Open) bool { return o&points != 0 }

var openNames = map[Open]string{
	OpenUnread: "unread", OpenNoOwner: "no owner", OpenForm: "unknown form", OpenHidden: "hidden", OpenCut: "cut",
	OpenDataSourcesLength: "length of the data sources", OpenVisibility: "visibility", OpenProjectsLength: "length of the projects",
}

// String names the open points, for logs and tests.
func (o Open) String() string {
	var names []string
	for point := Open(1); point < openEnd; point <<= 1 {
		if o.Has(point) {
			names = append(names, openNames[point])
		}
	}
	return strings.Join(names, ", ")
}

// Fitness says whether there is a successor who may receive something.
type Fitness int

// What may be true of a successor.
const (
	NoSuccessor      Fitness = iota
	UnknownSuccessor         // configured by a value that is known only after apply
	UnfitSuccessor           // named, and may not receive anything; see Misfit
	FitSuccessor
)

// HandOver says how far the hand-over of the holdings has come.
type HandOver int

// How far a hand-over has come. Once every holding has moved, there are none, and the owner owns nothing.
const (
	NotHandedOver HandOver = iota
	HandedOver             // the successor is an owner of each, read back; the owner still is one, too
	HandOverFailed
)

// Rehearsal is what the rehearsal of this run showed of a transfer.
type Rehearsal int

// The results of a rehearsal.
const (
	NotRehearsed Rehearsal = iota
	RehearsalForbidden
	RehearsalWorks
	RehearsalRefuted
	RehearsalInconclusive
	RehearsalImpossible
)

// Exemption is why an owner needs no reading.
type Exemption int

// The exemptions.
const (
	NotExempt    Exemption = iota
	Unused                 // a key of this process whose secret was never given out
	NeverOwned             // a key that the cloud's list, in this run, calls ORG_VIEWER and nothing else
	ForRehearsal           // a key that a rehearsal of this account made, and that nothing else can have used
)

// Facts are all that the rule decides by.
type Facts struct {
	Owner     Owner
	Exemption Exemption
	// Open is what the reading leaves open. It is fresh, or brought up to date.
	Open Open
	// Holdings are what the owner is seen to own.
	Holdings []client.Resource

	Successor client.Member // where Fitness is FitSuccessor
	Fitness   Fitness

	HandOver   HandOver
	Rehearsal  Rehearsal
	Revocation bool // the rehearsal showed that the cloud takes permissions back

	// Force is the user's permission to delete the holdings with the owner.
	Force bool
	// Announced means that the plan which the user approved announced the destruction of every holding.
	Announced bool
}
