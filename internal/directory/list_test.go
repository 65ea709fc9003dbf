package directory

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// stubbed is a list whose calls take a second and answer what is in answers, one after the other.
func stubbed(answers ...any) (l *list[string], calls *int) {
	calls = new(int)
	call := func(ctx context.Context) ([]string, error) {
		answer := answers[min(*calls, len(answers)-1)]
		*calls++
		time.Sleep(time.Second)
		if err, failed := answer.(error); failed {
			return nil, err
		}
		return answer.([]string), ctx.Err()
	}
	return &list[string]{call: call, id: func(s string) string { return s[:1] }}, calls
}

var errStubbed = errors.New("the list failed")

func check(t *testing.T, l *list[string], freshness Freshness, want ...string) {
	t.Helper()
	got, err := l.elements(t.Context(), freshness)
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("the elements are %q, %v, want %q", got, err, want)
	}
}

func TestList_isAsFreshAsAskedFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l, calls := stubbed([]string{"a1"}, []string{"a2"}, []string{"a3"}, []string{"a4"})
		for _, step := range []struct {
			about      string
			freshness  Freshness
			invalidate bool
			want       string
			calls      int
		}{
			{"nothing is cached", Cached, false, "a1", 1},
			{"what was cached is current", Current, false, "a1", 1},
			{"fresh asks", Fresh, false, "a2", 2},
			{"fresh is for one caller", Current, false, "a1", 2},
			{"a write does not count for what is cached", Cached, true, "a1", 2},
			{"a write counts for what is current", Current, false, "a3", 3},
			{"what was fetched last is cached", Cached, false, "a3", 3},
		} {
			if step.invalidate {
				l.invalidate()
			}
			got, found, err := l.find(t.Context(), "a", step.freshness)
			if !found || err != nil || got != step.want || *calls != step.calls {
				t.Errorf("%s: %q, %t, %v after %d calls, want %q after %d", step.about, got, found, err, *calls, step.want, step.calls)
			}
		}
	})
}

// Those who wait share a call and its error; whoever comes next calls again.
func TestList_keepsNoError(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l, calls := stubbed(errStubbed, errStubbed, []string{"a"})
		for round := 1; round <= 2; round++ {
			failed := make(chan error, 20)
			for n := range cap(failed) {
				go func() {
					_, err := l.elements(t.Context(), Freshness(n%2))
					failed <- err
				}()
			}
			for range cap(failed) {
				if err := <-failed; !errors.Is(err, errStubbed) {
					t.Errorf("round %d: %v", round, err)
				}
			}
			if *calls != round {
				t.Errorf("round %d: %d calls", round, *calls)
			}
			if _, found := l.tryFind(t.Context(), "a"); found || *calls != round {
				t.Errorf("round %d: who has another way called the failed list again", round)
			}
		}
		check(t, l, Current, "a")
		check(t, l, Cached, "a")
		if got, found := l.tryFind(t.Context(), "a"); !found || got != "a" || *calls != 3 {
			t.Errorf("after the list was fetched: %q, %t, %d calls", got, found, *calls)
		}
	})
}

// A caller who leaves takes the call from nobody else.
func TestList_goesOnForThoseWhoWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l, calls := stubbed([]string{"a"})
		ctx, leave := context.WithCancel(t.Context())
		left := make(chan error)
		go func() {
			_, err := l.elements(ctx, Current)
			left <- err
		}()
		synctest.Wait()
		leave()
		if err := <-left; !errors.Is(err, context.Canceled) {
			t.Errorf("who left got %v", err)
		}
		check(t, l, Current, "a")
		if *calls != 1 {
			t.Errorf("%d calls", *calls)
		}
	})
}

// What is written while a list is fetched may be missing in it.
func TestList_isFetchedAgainAfterAWriteInBetween(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l, _ := stubbed([]string{"old"}, []string{"new"})
		l.choose(t.Context(), Current)
		synctest.Wait()
		l.invalidate()
		check(t, l, Cached, "old")
		check(t, l, Current, "new")
	})
}

func TestList_findsByEmail(t *testing.T) {
	t.Parallel()
	for _, prefers := range []bool{false, true} {
		l, _ := stubbed([]string{"1 ana@x", "2 Ana@x", "4 bo@x", "3 BO@x", "5 cy@x"})
		l.email = func(s string) string { return s[2:] }
		if prefers {
			l.prefer = func(a, b string) bool { return a > b }
		}
		for email, want := range map[string]map[bool]string{
			"ana@x": {false: "1 ana@x", true: "2 Ana@x"}, "Ana@x": {false: "2 Ana@x", true: "2 Ana@x"}, "ANA@X": {false: "several", true: "2 Ana@x"},
			"BO@x": {false: "3 BO@x", true: "4 bo@x"}, " CY@x ": {false: "5 cy@x", true: "5 cy@x"}, "di@x": {},
		} {
			got, found, err := l.findByEmail(t.Context(), email, Fresh)
			if errors.As(err, new(NotOneError)) {
				got, err = "several", nil
			}
			if got != want[prefers] || found != (got != "" && got != "several") || err != nil {
				t.Errorf("%s, with preference %t: %q, %t, %v, want %q", email, prefers, got, found, err, want[prefers])
			}
		}
	}
}
