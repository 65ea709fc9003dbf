package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"net/http"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// buffer is what a program writes while the test reads it.
type buffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

type program struct {
	variables map[string]string
	names     []string
	stderr    *buffer
	stop      func() (rest string, err error)
}

func start(t *testing.T, args ...string) program {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	stdout, writer := io.Pipe()
	p := program{variables: map[string]string{}, stderr: &buffer{}}
	ended := make(chan error, 1)
	go func() {
		err := run(ctx, args, writer, p.stderr)
		_ = writer.Close()
		ended <- err
	}()
	reader := bufio.NewReader(stdout)
	for range 4 {
		line, err := reader.ReadString('\n')
		if err != nil {
			t.Fatalf("%v: %v %s", err, <-ended, p.stderr)
		}
		name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "=")
		p.names, p.variables[name] = append(p.names, name), value
	}
	p.stop = func() (string, error) {
		cancel()
		rest, _ := io.ReadAll(reader)
		return string(rest), <-ended
	}
	t.Cleanup(cancel)
	return p
}

func (p program) post(t *testing.T, path string, body map[string]string) (int, []byte) {
	t.Helper()
	return p.ask(t, http.MethodPost, path, body)
}

func (p program) ask(t *testing.T, method, path string, body map[string]string) (int, []byte) {
	t.Helper()
	encoded, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), method, p.variables["JMAPCLOUD_ENDPOINT"]+path, bytes.NewReader(encoded))
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, answer
}

func TestServe_printsWhatAShellNeedsAndNothingElse(t *testing.T) {
	t.Parallel()
	p := start(t, "-members", "3")
	want := "JMAPCLOUD_ENDPOINT JMAPCLOUD_ORGANIZATION_ID JMAPCLOUD_USERNAME JMAPCLOUD_PASSWORD"
	if got := strings.Join(p.names, " "); got != want {
		t.Fatalf("names %s", got)
	}
	for name, value := range p.variables {
		if !regexp.MustCompile(`^[A-Za-z0-9@:/._+%-]+$`).MatchString(value) {
			t.Errorf("%s=%s means something to a shell", name, value)
		}
	}
	status, answer := p.post(t, "/api/ss/rest/v1/authenticate",
		map[string]string{"username": p.variables["JMAPCLOUD_USERNAME"], "password": p.variables["JMAPCLOUD_PASSWORD"]})
	if status != http.StatusOK {
		t.Fatalf("%d %s", status, answer)
	}
	rest, err := p.stop()
	portal := "The portal of the simulated cloud: " + p.variables["JMAPCLOUD_ENDPOINT"] + "/portal/\n"
	if rest != "" || err != nil || p.stderr.String() != portal {
		t.Fatalf("%q %v %s", rest, err, p.stderr)
	}
}

func TestServe_logsOneLinePerRequestWithoutSecrets(t *testing.T) {
	t.Parallel()
	p := start(t, "-log")
	password := p.variables["JMAPCLOUD_PASSWORD"]
	p.post(t, "/api/ss/rest/v1/authenticate?token=query-secret", map[string]string{"username": p.variables["JMAPCLOUD_USERNAME"], "password": password})
	p.post(t, "/invitations/link-secret", nil)
	if _, err := p.stop(); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(p.stderr.String()), "\n")[1:] // after the portal's address
	if len(lines) != 2 || !regexp.MustCompile(`^POST /api/ss/rest/v1/authenticate 200 \S+s$`).MatchString(lines[0]) || !strings.HasPrefix(lines[1], "POST /invitations/… 404 ") {
		t.Fatalf("%q", lines)
	}
	for _, secret := range []string{password, "query-secret", "link-secret"} {
		if strings.Contains(p.stderr.String(), secret) {
			t.Fatalf("%s is in the log", secret)
		}
	}
}

// Everything secret that a session, a key and an invitation have passes through the cloud, and its log has none of it.
func TestServe_logTellsNoSecretOfAWholeRun(t *testing.T) {
	t.Parallel()
	p := start(t, "-log")
	const service = "/api/ss/rest/v1"
	secrets := []string{p.variables["JMAPCLOUD_PASSWORD"]}
	tell := func(method, path, token string, body map[string]any) map[string]any {
		t.Helper()
		encoded, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		r, err := http.NewRequestWithContext(t.Context(), method, p.variables["JMAPCLOUD_ENDPOINT"]+service+path, bytes.NewReader(encoded))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+token)
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		var answer struct{ Result map[string]any }
		if err := json.NewDecoder(response.Body).Decode(&answer); err != nil || response.StatusCode >= 300 {
			t.Fatalf("%s %s: %s %v", method, path, response.Status, err)
		}
		for _, name := range []string{"accessToken", "refreshToken", "apiKey", "invitationLink"} {
			if secret, told := answer.Result[name].(string); told {
				secrets = append(secrets, secret)
			}
		}
		return answer.Result
	}
	organization := p.variables["JMAPCLOUD_ORGANIZATION_ID"]
	session := tell("POST", "/authenticate", "", map[string]any{"username": p.variables["JMAPCLOUD_USERNAME"], "password": p.variables["JMAPCLOUD_PASSWORD"]})
	session = tell("POST", "/refresh-token", "", map[string]any{"refreshToken": session["refreshToken"], "organizationId": organization})
	token := session["accessToken"].(string)
	tell("POST", "/organizations/"+organization+"/api-keys", token, map[string]any{"title": "ci", "roles": []string{"ORG_EDITOR"}, "expirationDate": "2999-01-01T00:00:00Z"})
	invitation := tell("POST", "/organizations/"+organization+"/invitations", token, map[string]any{"inviteeEmail": "a@example.com", "language": "en", "roles": []string{"ORG_VIEWER"}})
	link := invitation["invitationLink"].(string)
	page, err := http.Get(link)
	if err != nil {
		t.Fatal(err)
	}
	_ = page.Body.Close()
	tell("POST", "/revoke-token", "", map[string]any{"refreshToken": session["refreshToken"]})
	if _, err := p.stop(); err != nil {
		t.Fatal(err)
	}
	log := p.stderr.String()
	if len(secrets) != 7 || strings.Count(log, "\n") != 1+6 {
		t.Fatalf("%d secrets, and %s", len(secrets), log)
	}
	for _, secret := range append(secrets, link[strings.LastIndex(link, "/")+1:]) {
		if strings.Contains(log, secret) {
			t.Errorf("%s is in the log", secret)
		}
	}
}

func TestServe_stopsWhileARequestHangs(t *testing.T) {
	t.Parallel()
	p := start(t, "-log")
	p.post(t, "/_simulator/faults", map[string]string{"action": "hang"})
	hung := make(chan error, 1)
	go func() {
		r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, p.variables["JMAPCLOUD_ENDPOINT"]+"/api/ss/rest/v1/users/self", nil)
		if err == nil {
			var response *http.Response
			if response, err = (&http.Transport{DisableKeepAlives: true}).RoundTrip(r); err == nil {
				_ = response.Body.Close()
			}
		}
		hung <- err
	}()
	for {
		if _, seen := p.ask(t, http.MethodGet, "/_simulator/requests", nil); string(seen) != "[]" {
			break
		}
	}
	if _, err := p.stop(); err != nil {
		t.Fatal(err)
	}
	if err := <-hung; err == nil {
		t.Fatal("answered")
	}
}

func TestServe_refusesWhatMakesNoSense(t *testing.T) {
	t.Parallel()
	for _, args := range []string{
		"-listen :0", "-listen 0.0.0.0:0", "-listen [::]:0", "-listen 192.0.2.1:80", "-listen 127.0.0.1", "-listen 127.0.0.1:no-such-port",
		"-members -1", "-members many", "-latency -1s", "-no-such-flag", "surplus", "-dialect klingon", "-dialect transfer-ignored:3",
	} {
		var stdout bytes.Buffer
		err := run(t.Context(), strings.Fields(args), &stdout, io.Discard)
		var bad usageError
		if !errors.As(err, &bad) || stdout.Len() > 0 {
			t.Errorf("%s: %v %s", args, err, &stdout)
		}
	}
	if err := run(t.Context(), []string{"-listen", "0.0.0.0:0"}, io.Discard, io.Discard); !strings.Contains(err.Error(), "not loopback") {
		t.Error(err)
	}
	if err := run(t.Context(), []string{"-h"}, io.Discard, io.Discard); !errors.Is(err, flag.ErrHelp) {
		t.Error(err)
	}
}

func TestServe_commandHasACloudOfItsOwn(t *testing.T) {
	t.Parallel()
	var stdout, stderr bytes.Buffer
	err := run(t.Context(), []string{"-members", "2", "--", "sh", "-c", `echo "$JMAPCLOUD_ENDPOINT $JMAPCLOUD_ORGANIZATION_ID $JMAPCLOUD_USERNAME $JMAPCLOUD_PASSWORD"; echo oh >&2; exit 3`}, &stdout, &stderr)
	var failed *exec.ExitError
	if !errors.As(err, &failed) || failed.ExitCode() != 3 || stderr.String() != "oh\n" {
		t.Fatalf("%v %s", err, &stderr)
	}
	if !regexp.MustCompile(`^http://127\.0\.0\.1:\d+ [0-9a-f-]{36} \S+@\S+ \S+\n$`).MatchString(stdout.String()) {
		t.Fatalf("%q", &stdout)
	}
	if _, err := http.Get(strings.Fields(stdout.String())[0]); err == nil {
		t.Error("the cloud outlives the command")
	}
	if err := run(t.Context(), []string{"--", "true"}, io.Discard, io.Discard); err != nil {
		t.Error(err)
	}
}

func TestServe_speaksDialects(t *testing.T) {
	t.Parallel()
	p := start(t, "-members", "4", "-dialect", "access-lists-keep-oldest:2,lists-in-envelope")
	tell := func(path string, body map[string]string) string {
		t.Helper()
		status, answer := p.post(t, "/api/ss/rest/v1"+path, body)
		if status != http.StatusOK {
			t.Fatalf("%d %s", status, answer)
		}
		var told struct {
			Result struct{ AccessToken, RefreshToken string }
		}
		if err := json.Unmarshal(answer, &told); err != nil {
			t.Fatal(err)
		}
		return told.Result.RefreshToken + " " + told.Result.AccessToken
	}
	organization := p.variables["JMAPCLOUD_ORGANIZATION_ID"]
	refresh, _, _ := strings.Cut(tell("/authenticate", map[string]string{"username": p.variables["JMAPCLOUD_USERNAME"], "password": p.variables["JMAPCLOUD_PASSWORD"]}), " ")
	_, access, _ := strings.Cut(tell("/refresh-token", map[string]string{"refreshToken": refresh, "organizationId": organization}), " ")
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.variables["JMAPCLOUD_ENDPOINT"]+"/api/ss/rest/v1/organizations/"+organization+"/members", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+access)
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var members struct{ Result struct{ Items []any } }
	if err := json.NewDecoder(response.Body).Decode(&members); err != nil || len(members.Result.Items) != 2 {
		t.Errorf("%d members, %v", len(members.Result.Items), err)
	}
}

func TestServe_listsDialects(t *testing.T) {
	t.Parallel()
	var stdout bytes.Buffer
	if err := run(t.Context(), []string{"-dialects"}, &stdout, io.Discard); err != nil {
		t.Fatal(err)
	}
	for _, d := range simulator.Dialects() {
		if !regexp.MustCompile(`(?m)^  ` + d.Name + `(\[:\d+\])? +` + regexp.QuoteMeta(d.Says) + `$`).MatchString(stdout.String()) {
			t.Errorf("%s is not listed", d.Name)
		}
	}
}

func TestServe_portInUseIsAnError(t *testing.T) {
	t.Parallel()
	p := start(t)
	err := run(t.Context(), []string{"-listen", strings.TrimPrefix(p.variables["JMAPCLOUD_ENDPOINT"], "http://")}, io.Discard, io.Discard)
	var bad usageError
	if err == nil || errors.As(err, &bad) {
		t.Fatal(err)
	}
}
