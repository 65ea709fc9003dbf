package provider

import (
	"sync"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// unstoredSecrets are the secrets of this walk's new keys that no state keeps. The resource that creates a key adds its secret,
// jmapcloud_api_key_secret takes it, and is closed when everything that wanted it has it. Where the secret does not arrive, the
// key is deleted at the end of the run: its secret is lost. The zero value is empty.
type unstoredSecrets struct {
	mu      sync.Mutex
	pending map[string]*unstoredSecret // by the key's id
}

type unstoredSecret struct {
	key           client.APIKey
	taken, closed bool
}

// add keeps the secret of a new key until the walk ends.
func (u *unstoredSecrets) add(k client.APIKey) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.pending == nil {
		u.pending = map[string]*unstoredSecret{}
	}
	u.pending[k.ID] = &unstoredSecret{key: k}
}

// take returns the secret of the key id, as often as it is asked for. Found is false where this walk did not create the key.
func (u *unstoredSecrets) take(id string) (secret string, found bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	s, found := u.pending[id]
	if !found {
		return "", false
	}
	s.taken, s.closed = true, false
	return s.key.Secret, true
}

// close keeps that whatever took the secret of the key id is done with it. Terraform does not close what failed, and closes
// nothing in a run that was interrupted.
func (u *unstoredSecrets) close(id string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if s, found := u.pending[id]; found {
		s.closed = true
	}
}
