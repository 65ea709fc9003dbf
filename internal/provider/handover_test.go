package provider

import (
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/contract"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
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

// A key whose secret nobody took is of no use to anybody.
func TestHandover_untakenKeyIsDeletedAtTheEnd(t *testing.T) {
	t.Parallel()
	simulated := simulator.New()
	simulated.Use(contract.Middleware(func(err error) { t.Error(err) }))
	server := httptest.NewServer(simulated)
	defer server.Close()
	account := simulated.Account()
	api, err := client.New(client.Config{Endpoint: server.URL, Username: account.Username, Password: account.Password})
	if err != nil {
		t.Fatal(err)
	}
	c := newCloud(api, emailValue{}, true)
	var ids []string
	for _, title := range []string{"taken", "untaken", "kept in state"} {
		k, err := c.createKey(t.Context(), client.APIKeyRequest{Title: title, Role: client.RoleEditor, ExpiresAt: simulated.Now().Add(time.Hour)})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, k.ID)
	}
	c.handover.offer(ids[0], "first")
	c.handover.offer(ids[1], "second")
	c.handover.take(ids[0])

	(&Factory{clouds: []*cloud{c}}).Close(t.Context())
	var left []string
	for _, k := range simulated.APIKeys() {
		left = append(left, k.Title)
	}
	slices.Sort(left)
	if !slices.Equal(left, []string{"kept in state", "taken"}) {
		t.Errorf("left are %q", left)
	}
	if open := simulated.Sessions().Open; open != 0 {
		t.Errorf("%d sessions are left open", open)
	}
}
