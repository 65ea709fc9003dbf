package provider_test

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// secrets are what must not be written down: the values, each with what it is.
type secrets struct {
	mu    sync.Mutex
	kinds map[string]string
}

// toldSecrets are in the bodies that pass through the cloud. An API key's own field is the cloud's only one with that name.
var toldSecrets = regexp.MustCompile(`"(accessToken|refreshToken|apiKey|invitationLink|password)":"([^"]+)"`)

var secretKinds = map[string]string{
	"accessToken": "access token", "refreshToken": "refresh token", "apiKey": "key", "invitationLink": "link", "password": "password",
}

// watchSecrets collects the secrets that pass through the cloud from now on, whatever the code that sends them does.
func (c *cloud) watchSecrets() *secrets {
	s := &secrets{kinds: map[string]string{c.Account().Password: "password"}}
	c.Use(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			r.Body = io.NopCloser(bytes.NewReader(body))
			answer := httptest.NewRecorder()
			next.ServeHTTP(answer, r)
			s.mu.Lock()
			for _, found := range append(toldSecrets.FindAllSubmatch(body, -1), toldSecrets.FindAllSubmatch(answer.Body.Bytes(), -1)...) {
				s.kinds[string(found[2])] = secretKinds[string(found[1])]
			}
			s.mu.Unlock()
			maps.Copy(w.Header(), answer.Header())
			w.WriteHeader(answer.Code)
			_, _ = w.Write(answer.Body.Bytes())
		})
	})
	return s
}

// all are the secrets of the given kinds, or of all.
func (s *secrets) all(kinds ...string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []string
	for secret, kind := range s.kinds {
		if len(kinds) == 0 || slices.Contains(kinds, kind) {
			found = append(found, secret)
		}
	}
	return found
}

// forms are how a secret may stand in a text or a file.
func forms(secret string) map[string]string {
	quoted := func(text string) string {
		encoded, _ := json.Marshal(text)
		return string(encoded[1 : len(encoded)-1])
	}
	all := map[string]string{
		"plain": secret, "in JSON": quoted(secret), "in JSON in JSON": quoted(quoted(secret)), "in a query": url.QueryEscape(secret), "in a path": url.PathEscape(secret),
		"in hex": hex.EncodeToString([]byte(secret)),
	}
	for before := range 3 { // bytes of something else, which base64 mixes in
		text := append(make([]byte, before), secret...)
		from, to := (before*8+5)/6, len(text)*8/6
		all[fmt.Sprint("in base64 after ", before)] = base64.StdEncoding.EncodeToString(text)[from:to]
		all[fmt.Sprint("in base64 for URLs after ", before)] = base64.URLEncoding.EncodeToString(text)[from:to]
	}
	return all
}

// in says which secrets of the given kinds, or of all, the content holds, and in what form.
func (s *secrets) in(content []byte, kinds ...string) []string {
	var found []string
	for _, secret := range s.all(kinds...) {
		for form, text := range forms(secret) {
			if bytes.Contains(content, []byte(text)) {
				found = append(found, fmt.Sprintf("a %s %s", s.kinds[secret], form))
				break
			}
		}
	}
	return found
}

// leftBehind is everything that the runs printed or left in their folder, by name; what is in an archive stands by itself. The
// configuration is the user's own.
func (x *cli) leftBehind(t *testing.T) map[string][]byte {
	t.Helper()
	all := map[string][]byte{"output": bytes.Clone(x.printed.Bytes())}
	must(t, filepath.WalkDir(x.dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() || strings.HasSuffix(path, ".tf") {
			return err
		}
		content, err := os.ReadFile(path)
		name := strings.TrimPrefix(path, x.dir+"/")
		all[name] = content
		archive, notZip := zip.NewReader(bytes.NewReader(content), int64(len(content)))
		if notZip != nil {
			return err
		}
		for _, file := range archive.File {
			inside, err := file.Open()
			if err != nil {
				return err
			}
			if all[name+"/"+file.Name], err = io.ReadAll(inside); err != nil {
				return err
			}
		}
		return nil
	}))
	return all
}

// tellsNo checks that nothing of what the runs left holds a secret of these kinds.
func (x *cli) tellsNo(t *testing.T, kinds ...string) {
	t.Helper()
	for name, content := range x.leftBehind(t) {
		for _, found := range x.secrets.in(content, kinds...) {
			t.Errorf("%s holds %s", name, found)
		}
	}
}

func TestSecrets_plantedOnesAreFound(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	x := &cli{dir: t.TempDir(), secrets: c.watchSecrets()}
	const canary = `Canary-"7"/&=?-bird ünd more`
	x.secrets.kinds[canary] = "key"
	plant := func(name, form string, content []byte) {
		must(t, os.WriteFile(filepath.Join(x.dir, "planted"), content, 0o600))
		holders := ""
		for where, content := range x.leftBehind(t) {
			if len(x.secrets.in(content)) > 0 {
				holders += where
			}
		}
		if holders != name {
			t.Errorf("%s: found in %q, not in %q", form, holders, name)
		}
	}
	for form, text := range forms(canary) {
		plant("planted", form, []byte("something before "+text+" and after"))

		var archive bytes.Buffer
		w := zip.NewWriter(&archive)
		entry, err := w.Create("inside")
		must(t, err)
		_, err = io.WriteString(entry, strings.Repeat("so that it is compressed ", 100)+text)
		must(t, err)
		must(t, w.Close())
		plant("planted/inside", form+", in an archive", archive.Bytes())
	}
	for before := range 4 {
		plant("planted", "in base64", []byte(base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", before)+canary+" and after"))))
	}
	plant("", "nothing", []byte("Canary"))
	x.printed.WriteString(canary)
	plant("output", "printed", nil)
}
