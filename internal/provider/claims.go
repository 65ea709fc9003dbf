package provider

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

// claims is which resource of a walk manages which person. Two for one person would undo each other's work. The zero
// value is empty.
type claims struct {
	mu      sync.Mutex
	holders map[string]string // the resource's mark, by normalized email
}

// take reports whether nobody but the holder of mark manages email.
func (c *claims) take(email, mark string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.holders == nil {
		c.holders = map[string]string{}
	}
	email = client.NormalizeEmail(email)
	if holder, taken := c.holders[email]; taken && holder != mark {
		return false
	}
	c.holders[email] = mark
	return true
}

// markKey is where a resource's mark is in private state.
const markKey = "claim"

// mark tells a resource from others within one walk: Terraform plans a replacement in two calls, and does not tell the
// resource's address in either.
type mark struct {
	Walk string `json:"walk"`
	Name string `json:"name"`
}

// claim makes the resource that is planned the one that manages email, or reports that another does. Replanned tells that
// another walk has planned it: Terraform plans again as it applies, and the user has read by then what there is to say.
func (c *cloud) claim(ctx context.Context, email emailValue, before privateReader, after privateWriter, diags *diag.Diagnostics) (replanned bool) {
	if email.IsNull() || email.IsUnknown() {
		return false
	}
	var m mark
	encoded, d := before.GetKey(ctx, markKey)
	diags.Append(d...)
	found := len(encoded) > 0 && json.Unmarshal(encoded, &m) == nil
	replanned = found && m.Walk != c.walk
	if !found || replanned {
		m = mark{Walk: c.walk, Name: rand.Text()}
		encoded, _ = json.Marshal(m) //nolint:errchkjson // two strings
		diags.Append(after.SetKey(ctx, markKey, encoded)...)
	}
	if !c.claims.take(email.ValueString(), m.Name) {
		diags.AddAttributeError(path.Root("email"), fmt.Sprintf("Two resources for %s", client.Printable(email.address())),
			"Another jmapcloud_member or jmapcloud_invitation of this configuration manages the same person, perhaps in another spelling: case does not matter. Keep one of the two. "+
				"To let a jmapcloud_member take over from a jmapcloud_invitation, use a moved block.")
	}
	return replanned
}
