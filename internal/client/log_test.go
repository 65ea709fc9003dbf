package client_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// recordedLog keeps what is logged.
type recordedLog struct {
	mu   sync.Mutex
	kept []slog.Record
}

func (l *recordedLog) Enabled(context.Context, slog.Level) bool { return true }
func (l *recordedLog) WithAttrs([]slog.Attr) slog.Handler       { return l }
func (l *recordedLog) WithGroup(string) slog.Handler            { return l }

func (l *recordedLog) Handle(_ context.Context, r slog.Record) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.kept = append(l.kept, r)
	return nil
}

func (l *recordedLog) records() []slog.Record {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.kept)
}

func withLog(l *recordedLog) func(*client.Config) {
	return func(config *client.Config) { config.Log = slog.New(l) }
}

func TestLog_hasALineForEachRequestAndNoSecret(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	owner := c.addMember(t, "owner@example.com", simulator.RoleEditor)
	var kept recordedLog
	seen := newEavesdropper()
	api := c.connect(t, withLog(&kept), withTransport(seen))
	_, err := api.CreateAPIKey(t.Context(), client.APIKeyRequest{Title: "Title-in-a-body", Role: client.RoleEditor, ExpiresAt: c.Now().Add(day)})
	must(t, err)
	_, err = api.CreateInvitation(t.Context(), client.InvitationRequest{Email: "body@example.com", Language: "en", Role: client.RoleViewer})
	must(t, err)
	must(t, api.DeleteOwner(t.Context(), deleteMember(owner.ID, c.Account().MemberID)))
	c.Inject(simulator.Fault{Path: members, Action: simulator.ActionClose})
	_, err = api.Members(t.Context())
	must(t, err)
	must(t, api.Close(t.Context()))

	var lines []string
	for _, r := range kept.records() {
		var keys []string
		line := r.Message
		r.Attrs(func(a slog.Attr) bool {
			keys = append(keys, a.Key)
			line += " " + a.Value.String()
			return true
		})
		equalLists(t, "fields", keys, []string{"method", "path", "status", "duration"})
		equal(t, "level", r.Level, slog.LevelDebug)
		lines = append(lines, line)
	}
	equal(t, "lines", len(lines), len(c.Requests()))
	for i, r := range c.Requests() {
		status := "none"
		if r.Status != 0 {
			status = fmt.Sprint(r.Status)
		}
		if !strings.HasPrefix(lines[i], fmt.Sprintf("API call %s %s %s", r.Method, r.Path, status)) {
			t.Errorf("%q for %v", lines[i], r)
		}
	}
	all := strings.Join(lines, "\n")
	for _, secret := range append(seen.secrets(t), c.Account().Password, "transferOwnershipTo", "Bearer", "Title-in-a-body", "body@example.com", "client_test") {
		if strings.Contains(all, secret) {
			t.Errorf("%q is in the log:\n%s", secret, all)
		}
	}
}
