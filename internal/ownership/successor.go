package ownership

import (
	"slices"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// Misfit is why the member who is named as the successor may not receive anything.
type Misfit int

// The reasons why a successor is unfit.
const (
	Fits            Misfit = iota
	IsOwner                // the owner cannot succeed themselves
	IsNoMember             // no member has the email
	MayNotOwn              // the role is less than ORG_EDITOR
	IsDeletedToo           // the same run deletes them
	IsDemotedToo           // the same run takes the role that they need
	IsAnotherMember        // the email belongs to another member than the one that was announced
)

// qualify looks up the successor among the members. The misfit says why the one that is named may not receive what o owns.
func (o *Ownership) qualify(owner Owner, email string, members []client.Member) (client.Member, Misfit) {
	if client.SameEmail(email, owner.Email) {
		return client.Member{}, IsOwner
	}
	i := slices.IndexFunc(members, func(m client.Member) bool { return client.SameEmail(m.Email, email) })
	switch {
	case i < 0:
		return client.Member{}, IsNoMember
	case members[i].ID == owner.ID:
		return members[i], IsOwner
	case !members[i].Role().MayOwn():
		return members[i], MayNotOwn
	case o.planned.isDeleted(email) || o.departures.isLeaving(email):
		return members[i], IsDeletedToo
	case o.planned.isDemoted(email):
		return members[i], IsDemotedToo
	}
	return members[i], Fits
}

// choose looks up the successor of a deletion.
func (o *Ownership) choose(d Deletion, members []client.Member) (m client.Member, fitness Fitness, why Misfit) {
	switch {
	case d.Successor.Unknown:
		return client.Member{}, UnknownSuccessor, Fits
	case d.Successor.isNone():
		return client.Member{}, NoSuccessor, Fits
	}
	m, why = o.qualify(d.Owner, d.Successor.Email, members)
	switch {
	case why != Fits:
		return m, UnfitSuccessor, why
	case d.Successor.id != "" && m.ID != d.Successor.id:
		return m, UnfitSuccessor, IsAnotherMember
	}
	return m, FitSuccessor, Fits
}
