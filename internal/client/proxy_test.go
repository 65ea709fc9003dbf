package client_test

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// proxy passes connections on, and keeps all that it can read of them.
type proxy struct {
	mu    sync.Mutex
	heard bytes.Buffer
	tells int // the status of its own answer; 0 to connect
}

func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	fmt.Fprintf(&p.heard, "%s %s %v\n", r.Method, r.URL, r.Header)
	p.mu.Unlock()
	if p.tells != 0 {
		http.Error(w, "no", p.tells)
		return
	}
	there, err := net.Dial("tcp", r.Host)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer there.Close()
	here, buffered, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	defer here.Close()
	_, _ = io.WriteString(here, "HTTP/1.1 200 OK\r\n\r\n")
	done := make(chan struct{})
	go func() {
		_, _ = io.Copy(here, there)
		_ = here.Close()
		close(done)
	}()
	_, _ = io.Copy(there, io.TeeReader(buffered, locked{p}))
	_ = there.Close()
	<-done
}

// locked writes into what the proxy heard.
type locked struct{ p *proxy }

func (l locked) Write(b []byte) (int, error) {
	l.p.mu.Lock()
	defer l.p.mu.Unlock()
	return l.p.heard.Write(b)
}

// through makes a client reach the cloud at a TLS server, by p, which wants a password of its own.
func (p *proxy) through(t *testing.T, c *cloud) func(*client.Config) {
	t.Helper()
	server := httptest.NewTLSServer(c)
	t.Cleanup(server.Close)
	at, err := url.Parse(serve(t, p).URL)
	must(t, err)
	at.User = url.UserPassword("somebody", proxyPassword)
	transport := client.Pooled()
	transport.TLSClientConfig = server.Client().Transport.(*http.Transport).TLSClientConfig
	transport.Proxy = http.ProxyURL(at)
	t.Cleanup(transport.CloseIdleConnections)
	return func(config *client.Config) { config.Endpoint, config.Transport = server.URL, transport }
}

const proxyPassword = "Proxy-Horse.9"

func TestProxy_learnsOnlyWhereTheCloudIs(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	var p proxy
	seen := newEavesdropper()
	api := c.connect(t, p.through(t, c), func(config *client.Config) { seen.base, config.Transport = config.Transport, seen })
	_, err := api.CreateAPIKey(t.Context(), client.APIKeyRequest{Title: "ci", Role: client.RoleViewer, ExpiresAt: c.Now().Add(day)})
	must(t, err)
	must(t, api.Close(t.Context()))
	p.mu.Lock()
	defer p.mu.Unlock()
	heard := p.heard.String()
	if !strings.HasPrefix(heard, "CONNECT ") || len(heard) < 1000 {
		t.Fatalf("the proxy heard %q", heard)
	}
	for _, secret := range append(seen.secrets(t), c.Account().Password, c.Account().Username, "Bearer", "/api/") {
		if strings.Contains(heard, secret) {
			t.Errorf("the proxy heard %q", secret)
		}
	}
}

// A refusal of the proxy's own is none of the cloud's, and changes nothing there.
func TestProxy_thatDoesNotConnectIsNamed(t *testing.T) {
	t.Parallel()
	for status, attempts := range map[int]int{http.StatusProxyAuthRequired: 1, http.StatusForbidden: 1, http.StatusBadGateway: 5, http.StatusServiceUnavailable: 5} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			c := newCloud(t)
			p := proxy{tells: status}
			_, err := c.connect(t, p.through(t, c)).CreateOrganization(t.Context(), "name")
			isExactly(t, err, fmt.Sprint("the proxy refuses to connect: ", status), "Unreachable")
			equal(t, "attempts", strings.Count(p.heard.String(), "CONNECT"), attempts)
			if strings.Contains(err.Error(), proxyPassword) {
				t.Error(err)
			}
		})
	}
}

// Go repeats the address of a page that it is sent on from: it is this host's own, and without credentials.
func TestRedirect_withinTheHostTellsNoSecret(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	var headers []http.Header
	api := c.signedIn(t, withTransport(transportFunc(func(r *http.Request) (*http.Response, error) {
		headers = append(headers, r.Header)
		return fresh.RoundTrip(r)
	})))
	headers = nil
	c.Inject(simulator.Fault{Path: members, Action: simulator.ActionStatus, Status: 302, Headers: map[string]string{"Location": "members"}})
	_, err := api.Members(t.Context())
	must(t, err)
	equal(t, "requests", len(headers), 2)
	for name, values := range headers[1] {
		if name != "Authorization" && strings.Contains(strings.Join(values, " "), strings.TrimPrefix(headers[0].Get("Authorization"), "Bearer ")) {
			t.Errorf("the token is in %s", name)
		}
	}
	equal(t, "Referer", headers[1].Get("Referer"), c.url+strings.Replace(members, "*", c.Account().OrganizationID, 1))
}
