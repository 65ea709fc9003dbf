package provider

import (
	"slices"
	"testing"
)

func TestHandover_isForThisWalksKeys(t *testing.T) {
	t.Parallel()
	var h handover
	if secret, found := h.take("old"); found || secret != "" {
		t.Errorf("a secret came from nowhere: %q", secret)
	}
	for _, id := range []string{"a", "b", "c"} {
		h.offer(lease{ID: id}, "secret of "+id)
	}
	for range 2 {
		if secret, found := h.take("a"); !found || secret != "secret of a" {
			t.Errorf("took %q, %v", secret, found)
		}
	}
	h.take("b")
	h.close("a")
	h.close("old")
	for interrupted, want := range map[bool][]string{false: {"c", "b"}, true: {"c"}} {
		var failed []string
		untaken, unarrived := h.failed(interrupted)
		for _, l := range append(untaken, unarrived...) {
			failed = append(failed, l.ID)
		}
		if !slices.Equal(failed, want) {
			t.Errorf("interrupted: %t: failed are %q", interrupted, failed)
		}
	}
}
