package contract_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/contract"
)

const keysPath = "/api/ss/rest/v1/organizations/o/api-keys"

// recorded is the verdict on a name after the cloud has answered one request.
func recorded(t *testing.T, method, path, sent string, status int, contentType, got, name string) contract.Verdict {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = w.Write([]byte(got))
	}))
	defer server.Close()
	e := contract.NewEvidenceRecorder()
	r, err := http.NewRequest(method, server.URL+path, strings.NewReader(sent))
	if err != nil {
		t.Fatal(err)
	}
	response, err := e.Transport(http.DefaultTransport).RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	return verdict(t, e, name)
}

func verdict(t *testing.T, e *contract.EvidenceRecorder, name string) contract.Verdict {
	t.Helper()
	for _, f := range e.Findings() {
		if f.Name == name {
			return f.Verdict
		}
	}
	t.Fatalf("%q is not decided", name)
	return ""
}

func TestEvidenceRecorder_givesAVerdictOnWhatWasDecided(t *testing.T) {
	t.Parallel()
	const json = "application/json"
	for _, test := range []struct {
		what, method, path, sent string
		status                   int
		contentType, got         string
		name                     string
		want                     contract.Verdict
	}{
		{"a property that is there", "GET", keysPath, "", 200, json, `{"result":[{"id":"1","title":"ci"}]}`, "ApiKey.title", contract.Confirmed},
		{"a property that is missing", "GET", keysPath, "", 200, json, `{"result":[{"id":"1","name":"ci"}]}`, "ApiKey.title", contract.Refuted},
		{"one of two that has it", "GET", keysPath, "", 200, json, `{"result":[{"id":"1","title":"ci"},{"id":"2"}]}`, "ApiKey.title", contract.Confirmed},
		{"an empty list", "GET", keysPath, "", 200, json, `{"result":[]}`, "ApiKey.title", contract.Unknown},
		{"a page", "GET", keysPath, "", 200, "text/html", `<html>`, "ApiKey.title", contract.Unknown},
		{"a path that answers", "GET", keysPath, "", 200, json, `{"result":[]}`, "path " + strings.Replace(keysPath, "/o/", "/{organization}/", 1), contract.Confirmed},
		{"a path that is not there", "GET", keysPath, "", 404, json, `{"message":"no"}`, "path " + strings.Replace(keysPath, "/o/", "/{organization}/", 1), contract.Refuted},
		{"a path that may not be asked", "GET", keysPath, "", 403, json, `{"message":"no"}`, "path " + strings.Replace(keysPath, "/o/", "/{organization}/", 1), contract.Unknown},
		{"an object that is not there", "GET", keysPath + "/k", "", 404, json, `{"message":"no"}`, "path " + strings.Replace(keysPath, "/o/", "/{organization}/", 1) + "/{apiKey}", contract.Unknown},
		{"what was sent and comes back", "POST", keysPath, `{"title":"ci"}`, 201, json, `{"result":{"title":"ci"}}`, "NewApiKey.title", contract.Confirmed},
		{"what was sent and comes back otherwise", "POST", keysPath, `{"title":"ci"}`, 201, json, `{"result":{"title":"CI"}}`, "NewApiKey.title", contract.Unknown},
		{"what was sent and refused", "POST", keysPath, `{"title":"ci"}`, 400, json, `{"message":"title?"}`, "NewApiKey.title", contract.Unknown},
	} {
		if got := recorded(t, test.method, test.path, test.sent, test.status, test.contentType, test.got, test.name); got != test.want {
			t.Errorf("%s: %s is %s, want %s", test.what, test.name, got, test.want)
		}
	}
}

func TestEvidenceRecorder_isToldWhatNoExchangeShows(t *testing.T) {
	t.Parallel()
	e := contract.NewEvidenceRecorder()
	e.Prove("deleteApiKey?transferOwnershipTo", false)
	if got := verdict(t, e, "deleteApiKey?transferOwnershipTo"); got != contract.Refuted {
		t.Errorf("it is %s", got)
	}
	e.Prove("deleteApiKey?transferOwnershipTo", true)
	e.Prove("nobody decided this", true)
	if got := verdict(t, e, "deleteApiKey?transferOwnershipTo"); got != contract.Confirmed {
		t.Errorf("it is %s", got)
	}
	for _, f := range e.Findings() {
		if f.Name == "nobody decided this" {
			t.Error("it knows of what was not decided")
		}
	}
}
