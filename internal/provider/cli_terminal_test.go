package provider_test

import (
	"bytes"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// rewrite replaces a text in the cloud's answers, for what the simulator itself would never say.
func (c *cloud) rewrite(old, replacement string) {
	c.Use(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			answer := httptest.NewRecorder()
			next.ServeHTTP(answer, r)
			maps.Copy(w.Header(), answer.Header())
			w.Header().Del("Content-Length")
			w.WriteHeader(answer.Code)
			_, _ = w.Write(bytes.ReplaceAll(answer.Body.Bytes(), []byte(old), []byte(replacement)))
		})
	})
}

// What could clear the screen, forge a line or turn the direction of writing, as JSON has it.
const (
	steering  = `\u001b[2J\r\u202e\u009b`
	steersNot = "\ufffd[2J\ufffd\ufffd\ufffd" // how it is printed
)

func TestCLI_nothingFromTheCloudSteersTheTerminal(t *testing.T) {
	t.Parallel()
	c := startCloud(t).withOthersMaps(t)
	c.addMember(t, ana, "ORG_EDITOR")
	x := c.cli(t).write(t, c.ciKey("ci")+memberBlock("ana", "ORG_EDITOR")+"output \"name\" {\n  value = jmapcloud_member.ana.name\n}\n")
	x.apply(t, false)
	c.ownedByKey(t, "ci", "Roads")
	c.rewrite("Roads", "Ro"+steering+"ads")
	printed := x.plan(t, true, "-destroy")
	reads(t, printed, `It owns them: "Ro`+steersNot+`ads"`)

	c.rewrite(`"name":"Member`, `"name":"`+steering)
	printed += x.plan(t, false) // where the CLI shows an attribute, it is quoted

	// An id is printed by Terraform itself, as it is.
	key, _ := c.APIKeyByTitle("ci")
	c.rewrite(key.ID, key.ID+steering)
	printed += x.plan(t, true)
	reads(t, printed, `the answer's "id" is missing or unusable`)
	x.write(t, c.ciKey("ci")+c.keyBlock("other"))
	c.rewrite(`"id":"`, `"id":"`+steering)
	printed += x.apply(t, true, "-refresh=false")

	if i := strings.IndexAny(printed, "\x1b\r\u202e\u009b"); i >= 0 {
		t.Errorf("a character that steers the terminal is printed: %q", printed[max(0, i-100):i+10])
	}
}
