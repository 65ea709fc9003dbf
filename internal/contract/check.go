package contract

import (
	"bytes"
	"io"
	"net/http"
	"strings"
)

// Middleware returns what wraps the cloud's API to check each exchange against the document. The exchange passes unchanged.
//
// Each violation is reported with method, path and reason; a body or the value of a header is never part of it. An exchange that breaks off
// is not checked further, for a broken connection violates nothing. The calls of report may be concurrent.
func Middleware(report func(error)) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if outside(r) {
				next.ServeHTTP(w, r)
				return
			}
			r, body, whole := peekRequest(r)
			if !whole {
				next.ServeHTTP(w, r)
				return
			}
			e := begin(r, body, report)
			answer := &recorder{ResponseWriter: w}
			next.ServeHTTP(answer, r) // if it panics, there is no answer to check
			answer.began(http.StatusOK)
			e.answered(answer.status, answer.header, answer.body.Bytes())
		})
	}
}

// Transport is Middleware on the client's side: it checks what goes through next, or through [http.DefaultTransport] if next is nil.
func Transport(report func(error), next http.RoundTripper) http.RoundTripper {
	if next == nil {
		next = http.DefaultTransport
	}
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		if outside(r) {
			return next.RoundTrip(r)
		}
		r, body, whole := peekRequest(r)
		if !whole {
			return next.RoundTrip(r)
		}
		e := begin(r, body, report)
		response, err := next.RoundTrip(r)
		if err != nil {
			return response, err
		}
		if response.Body, body, whole = peek(response.Body); whole {
			e.answered(response.StatusCode, response.Header, body)
		}
		return response, nil
	})
}

// outside is true of what the simulator serves beside the API.
func outside(r *http.Request) bool {
	return strings.HasPrefix(r.URL.Path, "/_simulator/") || strings.HasPrefix(r.URL.Path, "/invitations/")
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// peekRequest returns r with its body to be read again; r itself belongs to the caller and loses only what is read.
func peekRequest(r *http.Request) (again *http.Request, body []byte, whole bool) {
	if r.Body == nil || r.Body == http.NoBody {
		return r, nil, true
	}
	again = r.WithContext(r.Context())
	again.Body, body, whole = peek(r.Body)
	return again, body, whole
}

// peek reads a body and returns one that gives the same, its error included. It is whole if there was none.
func peek(body io.ReadCloser) (again io.ReadCloser, read []byte, whole bool) {
	read, err := io.ReadAll(body)
	reader := io.Reader(bytes.NewReader(read))
	if err != nil {
		reader = io.MultiReader(reader, failing{err})
	}
	return struct {
		io.Reader
		io.Closer
	}{reader, body}, read, err == nil
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// recorder keeps a copy of the answer that passes through it.
type recorder struct {
	http.ResponseWriter
	status int // 0 until it is known
	header http.Header
	body   bytes.Buffer
}

// Unwrap lets [http.ResponseController] through to the true writer.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

func (r *recorder) WriteHeader(status int) {
	if status >= http.StatusOK { // those below come before the answer
		r.began(status)
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(b []byte) (int, error) {
	r.began(http.StatusOK)
	r.body.Write(b)
	return r.ResponseWriter.Write(b)
}

// began notes the first status, and the headers as they were then: later ones are not sent.
func (r *recorder) began(status int) {
	if r.status == 0 {
		r.status, r.header = status, r.Header().Clone()
	}
}
