package provider_test

import (
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator/portal"
)

// portalPages are the portal's pages of a cloud, as a browser without JavaScript uses them.
type portalPages struct {
	t   *testing.T
	url string
}

func (c *cloud) portal(t *testing.T) portalPages {
	t.Helper()
	server := httptest.NewServer(portal.Handler(c.Server))
	t.Cleanup(server.Close)
	return portalPages{t, server.URL}
}

// edits opens a tab, follows the link of the one row that the filter leaves, and sends the form there. Fields are pairs of names and values.
func (p portalPages) edits(tab, filter, link string, fields ...string) {
	p.t.Helper()
	list, _ := p.answer(http.Get(p.url + portal.Path + tab + "?" + url.Values{"filter": {filter}}.Encode()))
	links := regexp.MustCompile(`<a href="([^"]+/`+link+`)">`).FindAllStringSubmatch(list, -1)
	if len(links) != 1 {
		p.t.Fatalf("%d rows of %s can be changed by the link %q, want 1, that of %s", len(links), tab, link, filter)
	}
	p.sends(html.UnescapeString(links[0][1]), fields...)
}

// sends opens the page with a form, and sends it. The portal has to say that it is done.
func (p portalPages) sends(path string, fields ...string) {
	p.t.Helper()
	shown, _ := p.answer(http.Get(p.url + path))
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		if !strings.Contains(shown, ` name="`+fields[i]+`"`) {
			p.t.Fatalf("the form of %s has no field %q:\n%s", path, fields[i], shown)
		}
		form.Set(fields[i], fields[i+1])
	}
	text, at := p.answer(http.PostForm(p.url+path, form))
	if !at.Query().Has("done") {
		p.t.Fatalf("%s is not done:\n%s", path, text)
	}
}

// answer is a page as it came, and where the redirections led.
func (p portalPages) answer(response *http.Response, err error) (text string, at *url.URL) {
	p.t.Helper()
	must(p.t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	must(p.t, err)
	return string(body), response.Request.URL
}
