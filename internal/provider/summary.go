package provider

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"
)

// summarize writes one debug line about what this run asked of the cloud, if anything.
func (f *Factory) summarize(ctx context.Context) {
	var lookUps, listed, retries int
	var waited time.Duration
	calls := map[string]int{}
	for _, r := range f.runs {
		used := r.client.Usage()
		for method, n := range used.Calls {
			calls[method] += n
		}
		retries += used.Retries
		waited += used.Waited
		all, fromLists := r.directory.LookUps()
		lookUps += all
		listed += fromLists
	}
	if len(calls) == 0 {
		return
	}
	var verbs []string
	for _, method := range slices.Sorted(maps.Keys(calls)) {
		verbs = append(verbs, fmt.Sprintf("%s %d", method, calls[method]))
	}
	tflog.Debug(ctx, "End of the run", map[string]any{
		"read_from_lists": listed, "read_one_by_one": lookUps - listed,
		"calls": strings.Join(verbs, ", "), "retries": retries, "waited": waited.Round(time.Millisecond).String(),
	})
}
