package provider

import "sync"

// handover is the secrets of this walk's new keys that no state keeps. The resource that made a key offers its secret,
// jmapcloud_api_key_secret takes it, and is closed when everything that wanted it has it. The zero value is empty.
type handover struct {
	mu     sync.Mutex
	offers map[string]*offer // by the key's id
}

type offer struct {
	lease         lease
	secret        string
	taken, closed bool
}

// offer holds the secret of a new key until the walk ends. Where it does not arrive, the key is deleted then: its secret
// would be nobody's.
func (h *handover) offer(l lease, secret string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.offers == nil {
		h.offers = map[string]*offer{}
	}
	h.offers[l.ID] = &offer{lease: l, secret: secret}
}

// take returns the secret of the key id, as often as it is asked for. Found is false where this walk did not make the key.
func (h *handover) take(id string) (secret string, found bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	o, found := h.offers[id]
	if !found {
		return "", false
	}
	o.taken, o.closed = true, false
	return o.secret, true
}

// close notes that whatever took the secret of the key id has done with it.
func (h *handover) close(id string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if o, found := h.offers[id]; found {
		o.closed = true
	}
}

// failed are the keys whose secret did not arrive: nobody took it, or something that took it failed, for then Terraform does
// not close it. In a run that was interrupted nothing is closed, and a secret that was taken may well have arrived.
func (h *handover) failed(interrupted bool) (untaken, unarrived []lease) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, o := range h.offers {
		switch {
		case !o.taken:
			untaken = append(untaken, o.lease)
		case !o.closed && !interrupted:
			unarrived = append(unarrived, o.lease)
		}
	}
	return untaken, unarrived
}
