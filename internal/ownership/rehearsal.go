package ownership

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/directory"
)

const (
	// rehearsalPrefix begins the name of everything that a rehearsal makes. A random mark follows, so that a name tells the rehearsal.
	rehearsalPrefix = "terraform-rehearsal-"
	// rehearsalLife is how long a key of a rehearsal works.
	rehearsalLife = time.Hour
	// rehearsalTime bounds a rehearsal, and its clean-up apart from it.
	rehearsalTime = 2 * time.Minute
)

// rehearsalName is the exact form of such a name.
var rehearsalName = regexp.MustCompile(`^` + rehearsalPrefix + `[a-z2-7]{26}$`)

// looks are the pauses before each look at what the cloud may do a moment after its answer.
var looks = []time.Duration{0, 500 * time.Millisecond, time.Second, 2 * time.Second}

// trial is the one rehearsal of a run.
type trial struct {
	turn *semaphore.Weighted

	mu    sync.Mutex
	shown *evidence // nil until the rehearsal has ended
}

func (t *trial) ended() (evidence, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.shown == nil {
		return evidence{}, false
	}
	return *t.shown, true
}

func (t *trial) end(shown evidence) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.shown = &shown
}

// evidence is what a rehearsal showed.
type evidence struct {
	result     Rehearsal
	why        string // why it is not RehearsalWorks, in words
	revocation bool   // the cloud takes permissions back
	byEmail    bool   // the transfer takes the successor's email, not the id
	proof      proof
	left       []LeftOver
}

// LeftOver is something that a rehearsal made and could not delete.
type LeftOver struct {
	Noun string // "API key" or "project"
	Name string
	ID   string
}

// rehearse returns what the rehearsal of this run shows, and makes it where that has not happened yet. The rehearsal has a context of its
// own: whoever asked may leave, and what it made is cleaned up all the same. Only the one who began it is told what is left.
func (o *Ownership) rehearse(ctx context.Context) (evidence, error) {
	if err := o.trial.turn.Acquire(ctx, 1); err != nil {
		return evidence{}, err
	}
	defer o.trial.turn.Release(1)
	shown, ended := o.trial.ended()
	shown.left = nil
	if !ended {
		names := []string{rehearsalPrefix + strings.ToLower(rand.Text()), rehearsalPrefix + strings.ToLower(rand.Text())}
		one := &rehearsal{Ownership: o, stop: ctx, names: names, shown: evidence{proof: newProof()}}
		shown = one.run(context.WithoutCancel(ctx))
		o.reader.learn(shown.proof)
		o.trial.end(shown)
	}
	return shown, nil
}

// rehearsal is a rehearsal under way.
type rehearsal struct {
	*Ownership
	stop    context.Context // of whoever asked: after its end no further step begins
	names   []string        // of what it makes: of the first key and its projects, and of the control's
	account client.Member
	before  []client.Resource // the projects that were there
	shown   evidence

	keys     []client.APIKey // made, and not deleted yet
	projects []client.Resource
	made     bool // something was made, or may have been
	lost     bool // an answer was lost, so that something may be there that is in neither list
}

// ending is a result that ends a rehearsal early.
type ending struct {
	result Rehearsal
	why    string
}

func (e ending) Error() string { return e.why }

func inconclusive(format string, values ...any) error {
	return ending{RehearsalInconclusive, fmt.Sprintf(format, values...)}
}

// run makes the rehearsal and cleans up after it.
func (t *rehearsal) run(ctx context.Context) evidence {
	playing, cancel := context.WithTimeout(ctx, rehearsalTime)
	err := t.play(playing)
	cancel()
	var early ending
	switch {
	case err == nil:
		t.shown.result = RehearsalWorks
	case errors.As(err, &early):
		t.shown.result, t.shown.why = early.result, early.why
	default:
		t.shown.result, t.shown.why = RehearsalInconclusive, err.Error()
	}
	cleaning, cancel := context.WithTimeout(ctx, rehearsalTime)
	defer cancel()
	t.cleanUp(cleaning)
	return t.shown
}

// play is the order of the rehearsal. Each step that does not go as expected ends it.
func (t *rehearsal) play(ctx context.Context) error {
	var err error
	if t.account, err = t.client.CurrentMember(ctx); err != nil {
		return err
	}
	for _, step := range []func(context.Context) error{t.lookForLeftOvers, t.makeOwnedProject, t.grantAndRevoke, t.control, t.transfer} {
		if t.stop.Err() != nil {
			return inconclusive("the run was stopped")
		}
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// lookForLeftOvers lists what is there, and deletes what an earlier rehearsal of this account left, where it is certain to be that. While
// something is left, there is no new rehearsal.
func (t *rehearsal) lookForLeftOvers(ctx context.Context) error {
	keys, err := t.directory.APIKeys(ctx, directory.Fresh)
	if err != nil {
		return err
	}
	if t.before, err = t.client.List(ctx, client.Project); err != nil {
		return err
	}
	account := memberParty(t.account)
	left := map[string]bool{} // the marks of what may be deleted
	for _, k := range keys {
		if !rehearsalName.MatchString(k.Title) || !account.made(k.CreatedBy) {
			continue
		}
		if k.CreatedAt.IsZero() || t.client.Now().Sub(k.CreatedAt.Time) < rehearsalLife {
			return inconclusive("the API key %q (%s) of an earlier or another rehearsal is still there; it is deleted once it is an hour old", k.Title, k.ID)
		}
		left[k.Title] = true
		t.keys = append(t.keys, k)
	}
	for _, p := range t.before {
		switch {
		case left[p.Name]:
			t.projects = append(t.projects, p)
		case rehearsalName.MatchString(p.Name) && t.isOwn(ctx, p):
			return inconclusive("the project %q (%s) of an earlier rehearsal is still there; delete it in the portal", p.Name, p.ID)
		}
	}
	if len(t.keys) == 0 {
		return nil
	}
	t.cleanUp(ctx)
	if len(t.shown.left) > 0 {
		return inconclusive("what an earlier rehearsal left could not be deleted: %s", t.shown.left[0].ID)
	}
	t.before = slices.DeleteFunc(t.before, func(p client.Resource) bool { return left[p.Name] })
	return nil
}

// isOwn reports whether the account is an owner of the project.
func (t *rehearsal) isOwn(ctx context.Context, p client.Resource) bool {
	permissions, err := t.client.Permissions(ctx, p.Kind, p.ID)
	return err == nil && memberParty(t.account).isIn(ownersIn(permissions))
}

// makeOwnedProject makes a key, and as that key a project. The list of projects must grow by exactly that one, and the key alone own it.
func (t *rehearsal) makeOwnedProject(ctx context.Context) error {
	k, err := t.makeKey(ctx, t.names[0])
	if err != nil {
		return err
	}
	p, err := t.makeProject(ctx, k)
	if err != nil {
		return err
	}
	after, err := t.client.List(ctx, client.Project)
	if err != nil {
		return err
	}
	if err := t.compare(ctx, after, p); err != nil {
		return err
	}
	permissions, err := t.client.Permissions(ctx, client.Project, p.ID)
	if err != nil {
		return err
	}
	owners := ownersIn(permissions)
	if len(owners) != 1 || !keyParty(k).is(owners[0]) {
		return inconclusive("the permissions of a project that an API key made do not name that key alone as its owner")
	}
	t.shown.proof.forms.learn(client.APIKeyOwner, keyParty(k).formIn(owners[0]))
	return nil
}

// compare compares the list of projects with that before p was made.
func (t *rehearsal) compare(ctx context.Context, after []client.Resource, p client.Resource) error {
	isIn := map[string]bool{}
	for _, r := range after {
		isIn[r.ID] = true
	}
	isUncut := len(after) == len(t.before)+1
	for _, r := range t.before {
		if isIn[r.ID] {
			continue
		}
		isUncut = false // or it would have shrunk
		if gone, err := t.hasGone(ctx, r); err != nil {
			return err
		} else if !gone {
			t.shown.proof.refuted |= OpenCut
			return inconclusive("the list of projects lost %q when a project was made, and the project is still there: the list is cut", r.Name)
		}
	}
	switch {
	case !isIn[p.ID] && isPageLength(len(t.before)):
		t.shown.proof.refuted |= OpenCut
		return inconclusive("a project that an API key made is missing from the list, which has %d entries: the list is cut, or the account does not see what is not shared with it", len(after))
	case !isIn[p.ID]:
		t.shown.proof.refuted |= OpenHidden
		return inconclusive("a project that an API key made is missing from the list: the account does not see what is not shared with it")
	case isUncut:
		t.shown.proof.uncut = len(t.before)
	}
	return nil
}

// grantAndRevoke grants the account ownership of the project, reads that back, and takes it back where the cloud can.
func (t *rehearsal) grantAndRevoke(ctx context.Context) error {
	p, account := t.projects[0], memberParty(t.account)
	// Where the cloud has not been seen to write a member, it may write one as it wrote the key.
	seen := t.reader.proved().forms
	best := seen.best(client.MemberOwner)
	if best == noForm {
		best = t.shown.proof.forms.best(client.APIKeyOwner)
	}
	text := account.written(best)
	if err := t.client.Grant(ctx, p.Kind, p.ID, text); err != nil {
		return inconclusive("the account cannot be made an owner of a project: %s", err)
	}
	permissions, err := t.client.Permissions(ctx, p.Kind, p.ID)
	if err != nil {
		return err
	}
	written := func(all []client.Permission) bool {
		return slices.ContainsFunc(ownersIn(all), func(who principal) bool { return who.text == text || account.is(who) })
	}
	if !written(permissions) {
		return inconclusive("the account was made an owner of a project, and its permissions do not say so")
	}
	if err := t.client.Revoke(ctx, p.Kind, p.ID, text); err == nil {
		if permissions, err = t.client.Permissions(ctx, p.Kind, p.ID); err != nil {
			return err
		}
		t.shown.revocation = !written(permissions) && keyParty(t.keys[0]).isIn(ownersIn(permissions))
	}
	if t.shown.revocation {
		return nil
	}
	// The account remains an owner of this project, which would prove nothing of a transfer: that is tried on another.
	_, err = t.makeProject(ctx, t.keys[0])
	return err
}

// control deletes a key without a successor: what it made has to go with it. Otherwise the cloud has another rule, and a project that
// survives its owner proves nothing.
func (t *rehearsal) control(ctx context.Context) error {
	k, err := t.makeKey(ctx, t.names[1])
	if err != nil {
		return err
	}
	p, err := t.makeProject(ctx, k)
	if err != nil {
		return err
	}
	if err := t.deleteKey(ctx, k, nil); err != nil {
		return err
	}
	gone, err := t.looked(ctx, func() (bool, error) {
		_, err := t.client.Permissions(ctx, p.Kind, p.ID)
		if client.IsNotFound(err) {
			return true, nil
		}
		return false, err
	})
	switch {
	case err != nil:
		return err
	case !gone:
		return inconclusive("a project outlived the API key that alone owned it, without a successor: the cloud has another rule for what a deleted key owned")
	}
	t.projects = slices.DeleteFunc(t.projects, func(one client.Resource) bool { return one.ID == p.ID })
	return nil
}

// hasGone reports whether the cloud has no such project.
func (t *rehearsal) hasGone(ctx context.Context, p client.Resource) (bool, error) {
	_, err := t.client.Project(ctx, p.ID)
	if client.IsNotFound(err) {
		return true, nil
	}
	return false, err
}

// transfer deletes the key with the account as the successor. The project must remain, and the account be an owner of it.
func (t *rehearsal) transfer(ctx context.Context) error {
	k, p := t.keys[0], t.projects[len(t.projects)-1]
	err := t.deleteKey(ctx, k, &t.account)
	if client.IsInvalid(err) {
		if _, unread := t.client.APIKey(ctx, k.ID); unread != nil {
			return inconclusive("the deletion of an API key with a successor was refused, and the key is not there any more: %s", err)
		}
		t.shown.byEmail = true
		err = t.deleteKey(ctx, k, &t.account)
	}
	if err != nil {
		return inconclusive("the deletion of an API key with a successor failed: %s", err)
	}
	account := memberParty(t.account)
	isGone := false
	owned, err := t.looked(ctx, func() (bool, error) {
		permissions, err := t.client.Permissions(ctx, p.Kind, p.ID)
		if client.IsNotFound(err) {
			isGone, err = t.hasGone(ctx, p)
			return isGone, err // there is nothing to wait for
		}
		for _, who := range ownersIn(permissions) {
			if written := account.formIn(who); written != noForm {
				t.shown.proof.forms.learn(client.MemberOwner, written)
				return true, nil
			}
		}
		return false, err
	})
	switch {
	case err != nil:
		return err
	case isGone:
		t.projects = slices.DeleteFunc(t.projects, func(one client.Resource) bool { return one.ID == p.ID })
		return ending{RehearsalRefuted, "an API key was deleted with the account as the successor, and the project that it owned went with it"}
	case !owned:
		return inconclusive("an API key was deleted with the account as the successor, and the account is not an owner of the project that the key owned")
	}
	return nil
}

// isNamed reports whether a name is one of this rehearsal's.
func (t *rehearsal) isNamed(name string) bool { return slices.Contains(t.names, name) }

// looked asks until the answer is yes, in the pauses of looks.
func (o *Ownership) looked(ctx context.Context, ask func() (bool, error)) (yes bool, err error) {
	for _, pause := range looks {
		if pause > 0 {
			if err := o.config.Wait(ctx, pause); err != nil {
				return false, err
			}
		}
		if yes, err = ask(); yes || err != nil {
			return yes, err
		}
	}
	return false, nil
}

// makeKey makes an API key, which must be as it was asked for.
func (t *rehearsal) makeKey(ctx context.Context, name string) (client.APIKey, error) {
	t.made = true
	k, err := t.client.CreateAPIKey(ctx, client.APIKeyRequest{
		Title: name, Role: client.RoleEditor, ExpiresAt: t.client.Now().Add(rehearsalLife).Truncate(time.Second),
	})
	if k.ID != "" {
		t.keys = append(t.keys, k) // the error may be about what it is
	}
	t.directory.InvalidateAPIKeys() // the list has changed
	switch {
	case client.IsRefused(err):
		return client.APIKey{}, ending{RehearsalImpossible, "no API key can be made: " + err.Error()}
	case err != nil:
		t.lost = t.lost || client.IsUncertain(err)
		return client.APIKey{}, err
	}
	return k, nil
}

// makeProject makes a project as the key k, with the key's name.
func (t *rehearsal) makeProject(ctx context.Context, k client.APIKey) (client.Resource, error) {
	p, err := t.client.AsKey(k.Secret).CreateProject(ctx, k.Title)
	switch {
	case err == nil:
		t.projects = append(t.projects, p)
		return p, nil
	case client.IsRefused(err):
		return client.Resource{}, ending{RehearsalImpossible, "an API key may not make a project: " + err.Error()}
	}
	t.lost = t.lost || client.IsUncertain(err)
	return client.Resource{}, err
}

// deleteKey deletes a key of the rehearsal, with a permit of the rule. After a lost answer, and where the cloud says that there is no such key,
// the key is looked up.
func (t *rehearsal) deleteKey(ctx context.Context, k client.APIKey, successor *client.Member) error {
	f := Facts{Owner: Owner{Kind: client.APIKeyOwner, ID: k.ID, Name: k.Title}, Exemption: ForRehearsal}
	if successor != nil {
		f.Successor, f.Fitness = *successor, FitSuccessor
	}
	p := rule(f).permit
	p.byEmail = t.shown.byEmail
	err := t.delete(ctx, p)
	if client.IsUncertain(err) || client.IsNotFound(err) {
		if _, unread := t.client.APIKey(ctx, k.ID); client.IsNotFound(unread) {
			err = nil
		}
	}
	if err == nil {
		t.keys = slices.DeleteFunc(t.keys, func(one client.APIKey) bool { return one.ID == k.ID })
	}
	return err
}

// cleanUp deletes what is still there, the projects first: a key takes along what it owns.
func (t *rehearsal) cleanUp(ctx context.Context) {
	if t.lost {
		t.findLost(ctx)
	}
	undeleted := slices.DeleteFunc(t.projects, func(p client.Resource) bool {
		err := t.client.DeleteProject(ctx, p.ID)
		return err == nil || client.IsNotFound(err)
	})
	for _, k := range slices.Clone(t.keys) {
		if err := t.deleteKey(ctx, k, nil); err != nil {
			t.shown.left = append(t.shown.left, LeftOver{string(client.APIKeyOwner), k.Title, k.ID})
		}
	}
	for _, p := range undeleted {
		if gone, err := t.hasGone(ctx, p); err != nil || !gone { // with its key
			t.shown.left = append(t.shown.left, LeftOver{string(client.Project), p.Name, p.ID})
		}
	}
	t.projects, t.keys = nil, nil
	if t.made && t.shown.result != RehearsalWorks {
		t.findFallen(ctx)
	}
}

// findFallen deletes what is still there although its deletion was answered well: keys, and projects that were hidden as long as their key was
// there, or that a deleted key left to someone else.
func (t *rehearsal) findFallen(ctx context.Context) {
	isKnown := func(id string) bool {
		return slices.ContainsFunc(t.shown.left, func(left LeftOver) bool { return left.ID == id })
	}
	keys, err := t.client.APIKeys(ctx)
	if err != nil {
		return // what is known to be left is named already
	}
	for _, k := range keys {
		if t.isNamed(k.Title) && !isKnown(k.ID) && t.deleteKey(ctx, k, nil) != nil {
			t.shown.left = append(t.shown.left, LeftOver{string(client.APIKeyOwner), k.Title, k.ID})
		}
	}
	projects, err := t.client.List(ctx, client.Project)
	if err != nil {
		return
	}
	for _, p := range projects {
		if t.isNamed(p.Name) && !isKnown(p.ID) && t.client.DeleteProject(ctx, p.ID) != nil {
			t.shown.left = append(t.shown.left, LeftOver{string(client.Project), p.Name, p.ID})
		}
	}
}

// findLost looks for what a lost answer made. The random name is this rehearsal's alone.
func (t *rehearsal) findLost(ctx context.Context) {
	keys, unreadKeys := t.client.APIKeys(ctx)
	projects, unreadProjects := t.client.List(ctx, client.Project)
	if unreadKeys != nil || unreadProjects != nil {
		t.shown.left = append(t.shown.left, LeftOver{Noun: string(client.APIKeyOwner), Name: t.names[0]})
		return
	}
	for _, k := range keys {
		if t.isNamed(k.Title) && !slices.ContainsFunc(t.keys, func(known client.APIKey) bool { return known.ID == k.ID }) {
			t.keys = append(t.keys, k)
		}
	}
	for _, p := range projects {
		if t.isNamed(p.Name) && !slices.ContainsFunc(t.projects, func(known client.Resource) bool { return known.ID == p.ID }) {
			t.projects = append(t.projects, p)
		}
	}
}
