package simulator

import (
	"net/http"
	"time"
)

// Request is one API request as the client saw it answered.
type Request struct {
	Method string `json:"method"`
	Path   string `json:"path"`   // unescaped, without its query
	Status int    `json:"status"` // 0 while there is no answer, or when there was none
}

// Activity is a request with who made it, and when.
type Activity struct {
	Request
	At  time.Time // of its arrival, by the cloud's clock
	Who string    // the email of the account or of the API key; empty where the request came without a valid credential
}

// Requests returns the API requests since the last ClearRequests, in the order of arrival; those to the invitation page and to
// /_simulator/ are not among them. What a fault answered is.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	requests := make([]Request, 0, len(s.record))
	for _, request := range s.record {
		requests = append(requests, request.Request)
	}
	return requests
}

// ClearRequests forgets the requests so far.
func (s *Server) ClearRequests() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.record = nil
}

// recorder notes the status before the client can see it.
type recorder struct {
	http.ResponseWriter
	note func(status int)
}

func (s *Server) recorded(w http.ResponseWriter, r *http.Request) http.ResponseWriter {
	request := &Activity{Request: Request{Method: r.Method, Path: r.URL.Path}, At: s.clock.now()}
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := (&call{Request: r}); s.identify(c) == nil {
		request.Who = c.caller.email()
	}
	s.record = append(s.record, request)
	return &recorder{w, func(status int) {
		s.mu.Lock()
		defer s.mu.Unlock()
		if request.Status == 0 {
			request.Status = status
		}
	}}
}

func (w *recorder) WriteHeader(status int) {
	w.note(status)
	w.ResponseWriter.WriteHeader(status)
}

func (w *recorder) Write(b []byte) (int, error) {
	w.note(http.StatusOK)
	return w.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// Mail is an e-mail that the cloud would have sent.
type Mail struct {
	To       string    `json:"to"`
	Subject  string    `json:"subject"`  // in its language
	Language string    `json:"language"` // en, fr or es
	SentAt   time.Time `json:"sentAt"`   // by the cloud's clock
}

// Mails returns what the cloud would have sent: one mail for each invitation, in the order of sending. Seeded invitations sent none.
func (s *Server) Mails() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Mail{}, s.mails...)
}
