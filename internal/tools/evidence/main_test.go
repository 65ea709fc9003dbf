package main

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/contract"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

func TestPage_hasEveryCallAndIsUpToDate(t *testing.T) {
	t.Parallel()
	var page bytes.Buffer
	if err := write(&page); err != nil {
		t.Fatal(err)
	}
	rows := 0
	for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
		rows += strings.Count(page.String(), "| `"+method+" ")
	}
	if rows != len(contract.Operations()) {
		t.Errorf("%d calls in the page, %d in the contract", rows, len(contract.Operations()))
	}
	for _, decided := range []string{"| NewApiKey | `expirationDate`, `roles`, `title` | decided | – |", "| `POST /api/ss/rest/v1/authenticate` | open a session | documented | documented |"} {
		if !strings.Contains(page.String(), decided) {
			t.Errorf("the page lacks %s", decided)
		}
	}
	for _, d := range simulator.Dialects() {
		if !strings.Contains(page.String(), "| `"+d.Name+"` | "+d.Says+" | "+contract.Dialects()[d.Name]+" |") {
			t.Errorf("the page lacks %s", d.Name)
		}
	}
	if strings.Contains(page.String(), "|  | `") {
		t.Error("a dialect makes nothing otherwise")
	}
	written, err := os.ReadFile("../../../templates/guides/api-evidence.md")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(written, page.Bytes()) {
		t.Error("the page is not that of the contract: make generate")
	}
}
