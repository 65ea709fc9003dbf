package simulator

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// When a fault strikes, and what it does.
const (
	Before = "before" // instead of the work
	After  = "after"  // the work is done, and its answer is what fails

	ActionStatus   = "status"   // answer with Status, Headers and Body
	ActionClose    = "close"    // cut the connection without an answer
	ActionTruncate = "truncate" // promise the whole answer, send half of it, cut the connection
	ActionHang     = "hang"     // answer nothing until the client goes away or the cloud is closed
	ActionHTML     = "html"     // answer with a sign-in page, as a proxy does
)

// Fault makes API requests fail. Only Action must be set, and Status where the action is ActionStatus.
type Fault struct {
	Method string `json:"method"` // empty for any
	Path   string `json:"path"`   // unescaped, "*" stands for one segment; empty for any
	Times  int    `json:"times"`  // how many requests fail; 0 means 1, below 0 until cleared
	When   string `json:"when"`   // Before (also when empty) or After
	Action string `json:"action"`
	// Status is 200 to 599; the default is 200, or with ActionTruncate the true answer's.
	Status  int               `json:"status"`
	Headers map[string]string `json:"headers"`
	// Body is the answer's; the default is a JSON message, a sign-in page for ActionHTML, and for ActionTruncate After the true answer.
	Body string `json:"body"`
	// Probability is the share of the matching requests that fail, above 0 to 1; 0 means all. The dice are the same in every cloud.
	Probability float64 `json:"probability"`
}

type faults struct {
	waiting []Fault
	dice    *rand.Rand
}

func newFaults() faults { return faults{dice: rand.New(rand.NewPCG(2024, 7))} }

// Inject makes the requests that match f fail, after the faults that were injected before it. It panics if f says nothing sensible.
func (s *Server) Inject(f Fault) {
	if err := f.check(); err != nil {
		panic("simulator: " + err.Error())
	}
	if f.Times == 0 {
		f.Times = 1
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults.waiting = append(s.faults.waiting, f)
}

// ClearFaults takes back every fault. A request that hangs already goes on hanging.
func (s *Server) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults.waiting = nil
}

func (f Fault) check() error {
	switch {
	case !slices.Contains([]string{"", Before, After}, f.When):
		return fmt.Errorf("a fault's when is %q or %q, not %q", Before, After, f.When)
	case !slices.Contains([]string{ActionStatus, ActionClose, ActionTruncate, ActionHang, ActionHTML}, f.Action):
		return fmt.Errorf("a fault's action is status, close, truncate, hang or html, not %q", f.Action)
	case f.Action == ActionStatus && f.Status == 0:
		return fmt.Errorf("a fault whose action is status needs a status")
	case f.Status != 0 && (f.Status < 200 || f.Status > 599):
		return fmt.Errorf("a fault's status is between 200 and 599, not %d", f.Status)
	case f.Path != "" && !strings.HasPrefix(f.Path, "/"):
		return fmt.Errorf("a fault's path begins with a slash, unlike %q", f.Path)
	case f.Probability < 0 || f.Probability > 1:
		return fmt.Errorf("a fault's probability is between 0 and 1, not %v", f.Probability)
	}
	return nil
}

func (f Fault) matches(r *http.Request) bool {
	if f.Method != "" && !strings.EqualFold(f.Method, r.Method) {
		return false
	}
	if f.Path == "" {
		return true
	}
	want, got := strings.Split(f.Path, "/"), strings.Split(r.URL.EscapedPath(), "/")
	return slices.EqualFunc(want, got, func(want, got string) bool {
		plain, err := url.PathUnescape(got)
		return err == nil && (want == plain || want == "*" && plain != "")
	})
}

func (s *Server) takeFault(r *http.Request) (Fault, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, f := range s.faults.waiting {
		if !f.matches(r) || f.Probability > 0 && s.faults.dice.Float64() >= f.Probability {
			continue
		}
		if f.Times > 0 {
			s.faults.waiting[i].Times--
		}
		if f.Times == 1 {
			s.faults.waiting = slices.Delete(s.faults.waiting, i, i+1)
		}
		return f, true
	}
	return Fault{}, false
}

// held keeps the true answer from the client.
type held struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (h *held) Header() http.Header { return h.header }

func (h *held) WriteHeader(status int) {
	if h.status == 0 {
		h.status = status
	}
}

func (h *held) Write(b []byte) (int, error) {
	h.WriteHeader(http.StatusOK)
	return h.body.Write(b)
}

// fail plays f on r; the panics are how net/http is told to cut the connection.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, api http.Handler, f Fault) {
	answer := held{header: http.Header{}}
	if f.When == After {
		api.ServeHTTP(&answer, r)
	}
	switch f.Action {
	case ActionClose:
		panic(http.ErrAbortHandler)
	case ActionHang:
		select {
		case <-r.Context().Done():
		case <-s.closed:
		}
		panic(http.ErrAbortHandler)
	}
	if f.Action != ActionTruncate || answer.status == 0 {
		answer = f.answer()
	} else {
		f.amend(&answer)
	}
	s.stamp(w.Header())
	for name, values := range answer.header {
		w.Header()[name] = values
	}
	for name, value := range f.Headers {
		w.Header().Set(name, value)
	}
	s.mu.Lock()
	if s.speaks(noRetryAfter) {
		w.Header().Del("Retry-After")
	}
	s.mu.Unlock()
	body := answer.body.Bytes()
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(answer.status)
	if f.Action != ActionTruncate {
		_, _ = w.Write(body)
		return
	}
	_, _ = w.Write(body[:len(body)/2])
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

const signInPage = `<!DOCTYPE html>
<html lang="en"><head><title>Sign in</title></head><body><h1>Sign in</h1><p>This network wants to know you first.</p></body></html>
`

// answer is what f says by itself.
func (f Fault) answer() held {
	status, contentType, body := f.Status, "application/json", f.Body
	if status == 0 {
		status = http.StatusOK
	}
	switch {
	case status == http.StatusNoContent || status == http.StatusNotModified:
		body = ""
	case body == "":
		body = `{"message":"The simulator was told to fail."}`
	}
	if f.Action == ActionHTML {
		contentType = "text/html; charset=utf-8"
		if f.Body == "" {
			body = signInPage
		}
	}
	h := held{header: http.Header{"Content-Type": {contentType}}, status: status}
	h.body.WriteString(body)
	return h
}

// amend puts what f gives into the true answer.
func (f Fault) amend(h *held) {
	if f.Status != 0 {
		h.status = f.Status
	}
	if f.Body != "" {
		h.body.Reset()
		h.body.WriteString(f.Body)
	}
}
