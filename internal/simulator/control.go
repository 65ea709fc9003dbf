package simulator

import (
	"cmp"
	"net/http"
	"time"
)

// control answers below /_simulator/: the Go controls over HTTP, without authentication and without a place in the record.
func (s *Server) control(w http.ResponseWriter, r *http.Request) {
	r, err := buffered(w, r)
	if err != nil {
		status, body := refused(err)
		s.write(w, status, body)
		return
	}
	controls := map[string]func(*http.Request) (any, error){
		"GET /_simulator/requests":      func(*http.Request) (any, error) { return s.Requests(), nil },
		"DELETE /_simulator/requests":   func(*http.Request) (any, error) { s.ClearRequests(); return nil, nil },
		"GET /_simulator/sessions":      func(*http.Request) (any, error) { return s.Sessions(), nil },
		"GET /_simulator/mails":         func(*http.Request) (any, error) { return s.Mails(), nil },
		"GET /_simulator/clock":         func(*http.Request) (any, error) { return s.tell(), nil },
		"POST /_simulator/clock":        s.controlClock,
		"POST /_simulator/faults":       s.controlFault,
		"DELETE /_simulator/faults":     func(*http.Request) (any, error) { s.ClearFaults(); return nil, nil },
		"POST /_simulator/members":      s.controlMember,
		"POST /_simulator/projects":     controlMap(s.AddProject),
		"POST /_simulator/data-sources": controlMap(s.AddDataSource),
	}
	answer, ok := controls[r.Method+" "+r.URL.Path]
	if !ok {
		s.write(w, http.StatusNotFound, refusal{Message: "There is no such control."})
		return
	}
	body, err := answer(r)
	switch {
	case err != nil:
		status, body := refused(err)
		s.write(w, status, body)
	case body == nil:
		s.stamp(w.Header())
		w.WriteHeader(http.StatusNoContent)
	default:
		s.write(w, http.StatusOK, body)
	}
}

type clockObject struct {
	Now string `json:"now"` // RFC 3339
}

func (s *Server) tell() clockObject { return clockObject{s.Now().Format(time.RFC3339)} }

func (s *Server) controlClock(r *http.Request) (any, error) {
	var body struct {
		Advance string `json:"advance"`
	}
	if err := decode(r.Body, &body); err != nil {
		return nil, err
	}
	d, err := time.ParseDuration(body.Advance)
	if err != nil {
		return nil, refuse(http.StatusBadRequest, `The advance %q is not a duration such as "192h".`, body.Advance)
	}
	s.Advance(d)
	return s.tell(), nil
}

func (s *Server) controlFault(r *http.Request) (any, error) {
	var f Fault
	if err := decode(r.Body, &f); err != nil {
		return nil, err
	}
	if err := f.check(); err != nil {
		return nil, refuse(http.StatusBadRequest, "%v.", err)
	}
	s.Inject(f)
	return nil, nil
}

// controlMember adds a member without an invitation, with the email as the name where the order has none.
func (s *Server) controlMember(r *http.Request) (any, error) {
	var body struct {
		Name  string `json:"name"`
		Email string `json:"email"`
		Role  string `json:"role"`
	}
	if err := decode(r.Body, &body); err != nil {
		return nil, err
	}
	_, err := s.AddMember(cmp.Or(body.Name, body.Email), body.Email, body.Role, "")
	return nil, err
}

// controlMap adds a project or a data source of one owner: the administrator, where the order names none.
func controlMap[T any](add func(name string, ownerEmails ...string) (T, error)) func(*http.Request) (any, error) {
	return func(r *http.Request) (any, error) {
		var body struct {
			Name  string `json:"name"`
			Owner string `json:"owner"`
		}
		if err := decode(r.Body, &body); err != nil {
			return nil, err
		}
		var owners []string
		if body.Owner != "" {
			owners = []string{body.Owner}
		}
		_, err := add(body.Name, owners...)
		return nil, err
	}
}
