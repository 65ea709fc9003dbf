package ownership

import (
	"context"
	"errors"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/directory"
)

// Misfit is why the member who is named as the successor may not receive anything.
type Misfit int

// The reasons why a successor is unfit.
const (
	Fits            Misfit = iota
	IsOwner                // the owner cannot succeed themselves
	IsNoMember             // no member has the email
	IsSeveral              // several members have the email in other spellings
	MayNotOwn              // the role is less than ORG_EDITOR
	IsDeletedToo           // the same run deletes them
	IsDemotedToo           // the same run takes the role that they need
	IsAnotherMember        // the email belongs to another member than the one that was announced
)

// lookUp finds the member with an email. The error is a directory.NotOneError where several have it in other spellings.
type lookUp func(email string) (m client.Member, found bool, err error)

// listed looks up in the directory's list.
func (o *Ownership) listed(ctx context.Context, freshness directory.Freshness) lookUp {
	return func(email string) (client.Member, bool, error) {
		return o.directory.MemberByEmail(ctx, email, freshness)
	}
}

// qualify looks up the successor. The misfit says why the one that is named may not receive what o owns.
func (o *Ownership) qualify(owner Owner, email string, find lookUp) (client.Member, Misfit, error) {
	m, found, err := find(email)
	switch {
	case errors.As(err, new(directory.NotOneError)):
		return client.Member{}, IsSeveral, nil
	case err != nil:
		return client.Member{}, Fits, err
	case !found && client.SameEmail(email, owner.Email):
		return client.Member{}, IsOwner, nil
	case !found:
		return client.Member{}, IsNoMember, nil
	case m.ID == owner.ID:
		return m, IsOwner, nil
	case o.planned.isDeleted(m) || o.departures.isLeaving(m.Email):
		return m, IsDeletedToo, nil
	case o.planned.isDemoted(m):
		return m, IsDemotedToo, nil
	case !m.Role().MayOwn():
		return m, MayNotOwn, nil
	}
	return m, Fits, nil
}

// choose looks up the successor of a deletion.
func (o *Ownership) choose(d Deletion, find lookUp) (m client.Member, fitness Fitness, why Misfit, err error) {
	switch {
	case d.Successor.Unknown:
		return client.Member{}, UnknownSuccessor, Fits, nil
	case d.Successor.isNone():
		return client.Member{}, NoSuccessor, Fits, nil
	}
	m, why, err = o.qualify(d.Owner, d.Successor.Email, find)
	switch {
	case err != nil || why != Fits:
		return m, UnfitSuccessor, why, err
	case d.Successor.id != "" && m.ID != d.Successor.id:
		return m, UnfitSuccessor, IsAnotherMember, nil
	}
	return m, FitSuccessor, Fits, nil
}
