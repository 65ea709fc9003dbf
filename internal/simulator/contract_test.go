package simulator_test

import (
	"maps"
	"net/http"
	"slices"
	"testing"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/contract"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// checked fails the test on an exchange that the contract forbids.
func checked(t *testing.T) func(http.Handler) http.Handler {
	return contract.Middleware(func(violation error) { t.Error(violation) })
}

func TestContract_namesEveryDialect(t *testing.T) {
	t.Parallel()
	var spoken []string
	for _, d := range simulator.Dialects() {
		spoken = append(spoken, d.Name)
	}
	slices.Sort(spoken)
	if named := slices.Sorted(maps.Keys(contract.Dialects())); !slices.Equal(spoken, named) {
		t.Fatalf("spoken %q, named %q", spoken, named)
	}
}

func TestContract_isServedAndNothingElse(t *testing.T) {
	t.Parallel()
	var promised []string
	for _, operation := range contract.Operations() {
		promised = append(promised, operation.Method+" "+operation.Path)
	}
	served := simulator.New().Routes()
	slices.Sort(promised)
	slices.Sort(served)
	if !slices.Equal(promised, served) {
		t.Fatalf("served %q, promised %q", served, promised)
	}
}
