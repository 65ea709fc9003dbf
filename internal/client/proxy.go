package client

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"github.com/hashicorp/go-cleanhttp"
)

// pooled makes connections, through the proxy of the environment where there is one.
func pooled() *http.Transport {
	transport := cleanhttp.DefaultPooledTransport()
	transport.OnProxyConnectResponse = throughProxy
	return transport
}

// throughProxy tells a proxy's refusal to connect from an answer of the cloud, which net/http does not.
func throughProxy(_ context.Context, _ *url.URL, _ *http.Request, resp *http.Response) error {
	if resp.StatusCode == http.StatusOK {
		return nil
	}
	return proxyError{resp.StatusCode}
}

// proxyError says that a proxy did not connect, so that nothing was sent to the cloud.
type proxyError struct{ status int }

func (e proxyError) Error() string {
	return fmt.Sprintf("the proxy refuses to connect: %d %s", e.status, http.StatusText(e.status))
}

// isFinal reports whether the proxy would say the same again: it wants a password, or forbids the host.
func (e proxyError) isFinal() bool { return e.status < http.StatusInternalServerError }
