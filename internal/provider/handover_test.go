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
	h.offer("a", "secret of a")
	h.offer("b", "secret of b")
	for range 2 {
		if secret, found := h.take("a"); !found || secret != "secret of a" {
			t.Errorf("took %q, %v", secret, found)
		}
	}
	if left := h.orphans(); !slices.Equal(left, []string{"b"}) {
		t.Errorf("nobody took %q", left)
	}
}
