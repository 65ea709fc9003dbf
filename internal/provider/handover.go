package provider

import (
	"slices"
	"sync"
)

// handover is the secrets of this walk's new keys that no state keeps. The resource that made a key offers its secret, and
// jmapcloud_api_key_secret takes it. The zero value is empty.
type handover struct {
	mu      sync.Mutex
	secrets map[string]string // by the key's id
	untaken []string          // ids
}

// offer holds the secret of the new key id until the walk ends. A key that nobody takes is deleted then: its secret would
// be nobody's.
func (h *handover) offer(id, secret string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.secrets == nil {
		h.secrets = map[string]string{}
	}
	h.secrets[id] = secret
	h.untaken = append(h.untaken, id)
}

// take returns the secret of the key id, as often as it is asked for. Found is false where this walk did not make the key.
func (h *handover) take(id string) (secret string, found bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.untaken = slices.DeleteFunc(h.untaken, func(other string) bool { return other == id })
	secret, found = h.secrets[id]
	return secret, found
}

// orphans are the keys whose secret nobody took.
func (h *handover) orphans() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.untaken)
}
