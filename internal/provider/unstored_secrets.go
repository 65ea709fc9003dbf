package provider

import (
	"crypto/rand"
	"sync"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// unstoredSecrets are the secrets of this walk's new keys that no state keeps. The resource that creates a key adds its secret. Each
// jmapcloud_api_key_secret takes it, as a taker of its own, and is closed when everything that wanted the secret from it has it. Where the secret
// does not arrive with every taker, the key is deleted at the end of the run: its secret is lost. The zero value is empty.
type unstoredSecrets struct {
	mu      sync.Mutex
	pending map[string]*unstoredSecret // by the key's id
}

type unstoredSecret struct {
	key    client.APIKey
	closed map[string]bool // by taker
}

func (s *unstoredSecret) isTaken() bool { return len(s.closed) > 0 }

// hasArrived reports whether every taker is done with the secret.
func (s *unstoredSecret) hasArrived() bool {
	for _, closed := range s.closed {
		if !closed {
			return false
		}
	}
	return s.isTaken()
}

// add keeps the secret of a new key until the walk ends.
func (u *unstoredSecrets) add(k client.APIKey) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.pending == nil {
		u.pending = map[string]*unstoredSecret{}
	}
	u.pending[k.ID] = &unstoredSecret{key: k, closed: map[string]bool{}}
}

// take returns the secret of the key id, as often as it is asked for, and who has taken it this time. Found is false where this walk did not
// create the key.
func (u *unstoredSecrets) take(id string) (secret, taker string, found bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	s, found := u.pending[id]
	if !found {
		return "", "", false
	}
	taker = rand.Text()
	s.closed[taker] = false
	return s.key.Secret, taker, true
}

// close keeps that a taker of the secret of the key id is done with it. Terraform does not close what failed, and closes nothing in a run that
// was interrupted.
func (u *unstoredSecrets) close(id, taker string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if s, found := u.pending[id]; found {
		if _, took := s.closed[taker]; took {
			s.closed[taker] = true
		}
	}
}
