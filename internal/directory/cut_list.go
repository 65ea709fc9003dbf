package directory

import (
	"context"
	"fmt"
	"strings"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// A list is cut if it lacks what can be read by itself: the cloud may end its lists after some number of elements. A list that is known to be cut
// shows what is there, and never that something is not there.

// CutListError says that a list cannot tell what was asked of it, because it is cut.
type CutListError struct {
	Open string // what cannot be told
	Why  string // what shows that the list is cut
	err  error
}

func (e CutListError) Error() string {
	return fmt.Sprintf("it cannot be told %s: %s", e.Open, e.Why)
}

func (e CutListError) Unwrap() error { return e.err }

// The nouns whose lists may be cut, in the plural.
const (
	membersNoun     = "members"
	keysNoun        = "API keys"
	invitationsNoun = "invitations"
)

// lacking is what the list of a noun lacks although it exists, empty where the list is not known to be cut.
func (d *Directory) lacking(noun string) string {
	lacked := map[string]func() string{membersNoun: d.members.lacked, keysNoun: d.keys.lacked, invitationsNoun: d.invitations.lacked}
	return lacked[noun]()
}

func (l *list[T]) lacked() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lacks
}

// CutLists says of each list that is known to be cut what shows it.
func (d *Directory) CutLists() (why []string) {
	for _, noun := range []string{membersNoun, keysNoun, invitationsNoun} {
		if lacks := d.lacking(noun); lacks != "" {
			why = append(why, fmt.Sprintf("the list of %s lacks %s, which JMap Cloud has", noun, client.Printable(lacks)))
		}
	}
	return why
}

// cut is an error if the list of one of the nouns is known to be cut; open is what cannot be told then.
func (d *Directory) cut(open string, nouns ...string) error {
	var why []string
	for _, noun := range nouns {
		if lacks := d.lacking(noun); lacks != "" {
			why = append(why, fmt.Sprintf("the list of %s that JMap Cloud answers with is cut, for it lacks %s", noun, client.Printable(lacks)))
		}
	}
	if len(why) == 0 {
		return nil
	}
	return CutListError{Open: open, Why: strings.Join(why, ", and ")}
}

// checkAbsent is an error where the lists do not show that the person is absent. The account in use is a member, so a list without it is cut.
func (d *Directory) checkAbsent(ctx context.Context, email string, members *fetched[client.Member]) error {
	self, err := d.CurrentMember(ctx)
	if err != nil {
		return err
	}
	if !members.has(self.ID) && len(members.emails.Spellings(self.Email)) == 0 {
		d.members.cutAt(self.Email)
	}
	return d.cut(fmt.Sprintf("whether %s is a member or invited", client.Printable(email)), membersNoun, invitationsNoun)
}

// collided is the error of a person whom the cloud refuses to invite, for it has them, although neither list names them.
func collided(email string, refused error) error {
	return CutListError{
		Open: fmt.Sprintf("where %s stands", client.Printable(email)),
		Why:  "JMap Cloud says that they are a member or invited, and neither of its lists names them: " + refused.Error(),
		err:  refused,
	}
}

// orCut is err, or that nothing was found in a list that cannot show that.
func (d *Directory) orCut(err error, open string, noun string) error {
	if err == nil {
		return nil
	}
	if cut := d.cut(open, noun); cut != nil {
		return cut
	}
	return err
}
