package client

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"
)

const (
	// attemptTimeout bounds one attempt, its body included.
	attemptTimeout = 30 * time.Second
	// maxBody is the largest answer that is read, after decompression.
	maxBody = 16 << 20
	// maxRedirects is how many steps a GET may be sent on within the host.
	maxRedirects = 3
)

var errTooLarge = fmt.Errorf("the answer is larger than %d MiB", maxBody>>20)

// roundTripper is a function as an http.RoundTripper.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// transport is what one attempt goes through, outermost first.
func (c *Client) transport(base http.RoundTripper) http.RoundTripper {
	return c.counted(c.logged(whole(c.dated(base))))
}

// coolDown holds back every request while the cloud has asked any one of them to wait. A pause longer than patience holds back
// nobody: each request would spend its time on it, only to be told the same.
func (c *Client) coolDown(next http.RoundTripper, patience time.Duration) http.RoundTripper {
	var mu sync.Mutex
	var until time.Time
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		mu.Lock()
		wait := time.Until(until)
		mu.Unlock()
		start := time.Now()
		err := pause(r.Context(), wait)
		if wait > 0 {
			c.usage.wait(time.Since(start))
		}
		if err != nil {
			return nil, heldBackError{err}
		}
		resp, err := next.RoundTrip(r)
		if err == nil && resp.StatusCode == http.StatusTooManyRequests {
			asked, _ := retryAfter(resp)
			mu.Lock()
			if end := time.Now().Add(min(asked, attemptTimeout/2)); asked <= patience && end.After(until) {
				until = end
			}
			mu.Unlock()
		}
		return resp, err
	})
}

// heldBackError says that a request's time was over before the cool-down was.
type heldBackError struct{ err error }

func (e heldBackError) Error() string {
	return "held back until the cloud takes requests again: " + e.err.Error()
}
func (e heldBackError) Unwrap() error { return e.err }

// pause waits for d or for the end of ctx, whichever comes first.
func pause(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// logged writes one line per attempt. Headers, bodies and the query stay out of it.
func (c *Client) logged(next http.RoundTripper) http.RoundTripper {
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		start := time.Now()
		resp, err := next.RoundTrip(r)
		status := "none"
		if err == nil {
			status = resp.Status
		}
		c.config.Log.LogAttrs(r.Context(), slog.LevelDebug, "API call",
			slog.String("method", r.Method), slog.String("path", r.URL.Path),
			slog.String("status", status), slog.Duration("duration", time.Since(start)))
		return resp, err
	})
}

// dated sets the clock by the Date of each answer. It comes before the body is read, which may take as long as an attempt.
func (c *Client) dated(next http.RoundTripper) http.RoundTripper {
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		resp, err := next.RoundTrip(r)
		if err == nil {
			c.clock.observe(resp.Header)
		}
		return resp, err
	})
}

// whole reads the body within the attempt, so that a truncated answer is a failed attempt and never half an object.
func whole(next http.RoundTripper) http.RoundTripper {
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		resp, err := next.RoundTrip(r)
		if err != nil {
			return nil, err
		}
		defer resp.Body.Close()
		body, err := readAll(resp)
		if err != nil {
			return nil, answerError{err}
		}
		resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		return resp, nil
	})
}

// readAll reads a body of maxBody bytes at most.
func readAll(resp *http.Response) ([]byte, error) {
	if resp.ContentLength > maxBody {
		return nil, errTooLarge
	}
	var body bytes.Buffer
	body.Grow(int(max(resp.ContentLength, 0)) + bytes.MinRead) // a list of megabytes is not to be copied as it grows
	if _, err := body.ReadFrom(io.LimitReader(resp.Body, maxBody+1)); err != nil {
		return nil, err
	}
	if body.Len() > maxBody {
		return nil, errTooLarge
	}
	return body.Bytes(), nil
}

// answerError says that the cloud began to answer, and so had the request.
type answerError struct{ err error }

func (e answerError) Error() string { return "the answer broke off: " + e.err.Error() }
func (e answerError) Unwrap() error { return e.err }

// redirectError says that the cloud sent a request on to a place where it must not go.
type redirectError struct{ host string }

func (e redirectError) Error() string {
	return fmt.Sprintf("the answer redirects to %q, and credentials are not sent there", e.host)
}

// checkRedirect follows a GET within its host. Go would turn a redirected POST into a GET.
func checkRedirect(next *http.Request, via []*http.Request) error {
	first := via[0]
	if first.Method != http.MethodGet || next.URL.Host != first.URL.Host || next.URL.Scheme != first.URL.Scheme {
		return redirectError{next.URL.Host}
	}
	if len(via) > maxRedirects {
		return errors.Join(redirectError{next.URL.Host}, errors.New("too many redirects"))
	}
	return nil
}
