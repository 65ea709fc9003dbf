package client

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

const (
	retries      = 4
	retryWaitMax = 20 * time.Second
)

// retrying is go-retryablehttp with this package's policy: its own would repeat a create and lose the API's error.
func (c *Client) retrying(attempt http.RoundTripper, policy retryablehttp.CheckRetry) *retryablehttp.Client {
	return &retryablehttp.Client{
		HTTPClient:   &http.Client{Transport: attempt, CheckRedirect: checkRedirect, Timeout: attemptTimeout},
		RetryMax:     retries,
		RetryWaitMin: c.config.RetryWait,
		RetryWaitMax: retryWaitMax,
		CheckRetry:   policy,
		Backoff: func(shortest, longest time.Duration, attempt int, resp *http.Response) time.Duration {
			wait := backoff(shortest, longest, attempt, resp)
			c.usage.wait(wait)
			return wait
		},
		PrepareRetry: func(r *http.Request) error {
			c.usage.retry()
			beforeRepeating(r.Context())
			return nil
		},
		ErrorHandler: retryablehttp.PassthroughErrorHandler,
	}
}

// onceKey marks a context in which no request is repeated.
type onceKey struct{}

// Once returns a context in which each request is made once, without waiting for its turn: for when the time is nearly over,
// and a second attempt would take it from something else.
func Once(ctx context.Context) context.Context { return context.WithValue(ctx, onceKey{}, true) }

func isOnce(ctx context.Context) bool { return ctx.Value(onceKey{}) != nil }

// repetitionKey is for what is to be done before a creation is repeated.
type repetitionKey struct{}

type repetition struct {
	look      func(context.Context)
	wasHeeded bool // the cloud has answered the last attempt, and so may have done what was asked
}

// BeforeRepeating returns a context in which look is called before a creation is repeated that the cloud has refused for the time being: with a
// 401, a 429 or a 503. It may have been done all the same.
func BeforeRepeating(ctx context.Context, look func(context.Context)) context.Context {
	return context.WithValue(ctx, repetitionKey{}, &repetition{look: look})
}

func beforeRepeating(ctx context.Context) {
	if r, asked := ctx.Value(repetitionKey{}).(*repetition); asked && r.wasHeeded {
		r.wasHeeded = false
		r.look(context.WithValue(ctx, repetitionKey{}, nil)) // the look itself repeats nothing
	}
}

// heeded keeps that the cloud has answered an attempt at a creation.
func heeded(ctx context.Context) {
	if r, asked := ctx.Value(repetitionKey{}).(*repetition); asked {
		r.wasHeeded = true
	}
}

func retryNever(context.Context, *http.Response, error) (bool, error) { return false, nil }

// retryHarmless is for requests that do no more when made twice than once: GET, DELETE, and PATCH, which sets values.
func retryHarmless(ctx context.Context, resp *http.Response, err error) (bool, error) {
	if retry, tooLong := retryRefused(ctx, resp, err); retry || tooLong != nil || ctx.Err() != nil {
		return retry, tooLong
	}
	if err != nil {
		return !isFinal(err), nil
	}
	return resp.StatusCode >= 500 && resp.StatusCode != http.StatusNotImplemented, nil
}

// retryRefused repeats a request only when it provably did nothing: it was never sent, or was refused outright.
func retryRefused(ctx context.Context, resp *http.Response, err error) (bool, error) {
	if ctx.Err() != nil {
		return false, nil // an answer that came just in time still counts
	}
	if err != nil {
		return isNotSent(err) && !isFinal(err), nil
	}
	wait, told := retryAfter(resp)
	if resp.StatusCode != http.StatusTooManyRequests && (resp.StatusCode != http.StatusServiceUnavailable || !told) {
		return false, nil
	}
	if deadline, ok := ctx.Deadline(); ok && told && wait > time.Until(deadline) {
		return false, tooLongError{wait}
	}
	heeded(ctx)
	return true, nil
}

// tooLongError says that the cloud asks for a longer pause than the operation may take.
type tooLongError struct{ wait time.Duration }

func (e tooLongError) Error() string {
	return fmt.Sprintf("the cloud asks to wait %s before the next request, longer than one operation may take", e.wait.Round(time.Second))
}

// backoff waits as long as the cloud asks, else twice as long each time, with jitter so that parallel requests spread.
func backoff(shortest, longest time.Duration, attempt int, resp *http.Response) time.Duration {
	if resp != nil && (resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode == http.StatusServiceUnavailable) {
		if wait, told := retryAfter(resp); told {
			return max(wait, shortest)
		}
	}
	ceiling := min(shortest<<attempt, longest)
	return shortest/2 + rand.N(ceiling)
}

// retryAfter reads the Retry-After of a refusal: seconds, or a date that is counted from the answer's own Date. Told is
// false where there is none or it makes no sense.
func retryAfter(resp *http.Response) (wait time.Duration, told bool) {
	value := strings.TrimSpace(resp.Header.Get("Retry-After"))
	if seconds, err := strconv.ParseInt(value, 10, 64); err == nil {
		if seconds < 0 {
			return 0, false
		}
		const most = int64(365 * 24 * time.Hour / time.Second) // keeps the multiplication from overflowing
		return time.Duration(min(seconds, most)) * time.Second, true
	}
	until, err := http.ParseTime(value)
	if err != nil {
		return 0, false
	}
	now, err := http.ParseTime(resp.Header.Get("Date"))
	if err != nil {
		now = time.Now()
	}
	return max(until.Sub(now), 0), true
}

// isNotSent reports whether the request failed before a byte of it left.
func isNotSent(err error) bool {
	var op *net.OpError
	var dns *net.DNSError
	return errors.As(err, &dns) || errors.As(err, new(heldBackError)) || errors.As(err, new(proxyError)) ||
		errors.As(err, &op) && (op.Op == "dial" || op.Op == "proxyconnect")
}

// isFinal reports whether repeating could not help: the other side is not who it should be, or the answer is unusable.
func isFinal(err error) bool {
	var certificate *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	var hostname x509.HostnameError
	var record tls.RecordHeaderError
	var redirect redirectError
	var proxy proxyError
	return errors.As(err, &certificate) || errors.As(err, &authority) || errors.As(err, &hostname) ||
		errors.As(err, &record) || errors.Is(err, http.ErrSchemeMismatch) || errors.As(err, &redirect) || errors.As(err, &proxy) && proxy.isFinal() || errors.Is(err, errTooLarge)
}
