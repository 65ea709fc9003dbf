package simulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
)

const maxBody = 1 << 20 // bytes of a request

// call is one request, with who asks and about which organization where the route wants to know.
type call struct {
	*http.Request
	caller       caller
	organization *organization

	// By dialect: an administrator sees only what is shared with them, and the rest is missing and not forbidden.
	seesSharedOnly, unsharedIsMissing bool
}

// handler answers one call with a status and a body to encode. It runs with s.mu held, and what it returns must stay true without it.
type handler func(*call) (status int, body any)

type envelope struct {
	Message string `json:"message"`
	Result  any    `json:"result"`
}

func ok(result any) (int, any) { return http.StatusOK, envelope{"OK", result} }

func created(result any) (int, any) { return http.StatusCreated, envelope{"Created", result} }

// refusal is the error of everything that the cloud does not do.
type refusal struct {
	status  int
	Message string `json:"message"`
}

func (r *refusal) Error() string { return r.Message }

func refuse(status int, format string, args ...any) error {
	return &refusal{status, fmt.Sprintf(format, args...)}
}

var errNoOperation = refuse(http.StatusNotFound, "There is no such operation.")

func unknown(noun string) error { return refuse(http.StatusNotFound, "There is no such %s.", noun) }

func refused(err error) (int, any) {
	var r *refusal
	if errors.As(err, &r) {
		return r.status, r
	}
	return http.StatusBadRequest, &refusal{Message: err.Error()}
}

func (s *Server) serve(who access, handle handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		status, body := s.answer(r, who, handle)
		s.write(w, status, body)
	})
}

func (s *Server) answer(r *http.Request, who access, handle handler) (int, any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.catchUp()()
	s.purge()
	c := &call{Request: r, unsharedIsMissing: s.speaks(unsharedIsMissing)}
	c.seesSharedOnly = c.unsharedIsMissing || s.speaks(administratorSeesSharedOnly)
	if s.lacks(r.Pattern) {
		return refused(errNoOperation)
	}
	if err := s.admit(c, who); err != nil {
		return refused(err)
	}
	status, body := handle(c)
	return s.rewritten(c, status, body)
}

// nothing is an answer without a body.
type nothing struct{}

func (s *Server) write(w http.ResponseWriter, status int, body any) {
	if _, is := body.(nothing); is {
		s.stamp(w.Header())
		w.WriteHeader(status)
		return
	}
	encoded, err := json.Marshal(body)
	if err != nil {
		panic(err) // every body is made of strings
	}
	s.stamp(w.Header())
	// To the letter, without a charset: K2's QGIS plugin compares it before it decodes.
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(encoded)))
	w.WriteHeader(status)
	_, _ = w.Write(encoded)
}

// decode reads a JSON object with no field but those of body, which must be a pointer to a struct; names count to the letter.
func decode(r io.Reader, body any) error {
	var fields map[string]json.RawMessage
	decoder := json.NewDecoder(r)
	if err := decoder.Decode(&fields); err != nil {
		return refuse(http.StatusBadRequest, "The body is not a JSON object: %v.", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return refuse(http.StatusBadRequest, "The body goes on after its JSON object.")
	}
	// encoding/json takes "Roles" for "roles"; the names are what a simulator is for.
	var known map[string]json.RawMessage
	empty, err := json.Marshal(body)
	if err == nil {
		err = json.Unmarshal(empty, &known)
	}
	if err != nil {
		return err
	}
	for name := range fields {
		if _, ok := known[name]; !ok {
			return refuse(http.StatusBadRequest, "The body has the unknown field %q.", name)
		}
	}
	whole, err := json.Marshal(fields)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(whole, body); err != nil {
		return refuse(http.StatusBadRequest, "The body does not fit: %v.", err)
	}
	return nil
}

// buffered reads the whole body, so that the server behind r notices when its client goes away.
func buffered(w http.ResponseWriter, r *http.Request) (*http.Request, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		return nil, refuse(http.StatusBadRequest, "The body cannot be read: %v.", err)
	}
	r = r.Clone(r.Context())
	r.Body = io.NopCloser(bytes.NewReader(body))
	return r, nil
}

// serveAPI is the order of what happens to an API request: recorded, delayed, made to fail, answered.
func (s *Server) serveAPI(w http.ResponseWriter, r *http.Request) {
	w = s.recorded(w, r)
	r, err := buffered(w, r)
	if err != nil {
		status, body := refused(err)
		s.write(w, status, body)
		return
	}
	s.mu.Lock()
	latency, api := s.latency, s.api
	s.mu.Unlock()
	if !s.wait(r.Context(), latency) {
		panic(http.ErrAbortHandler)
	}
	if fault, ok := s.takeFault(r); ok {
		s.fail(w, r, api, fault)
		return
	}
	api.ServeHTTP(w, r)
}
