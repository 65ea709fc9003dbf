package provider

import (
	"context"
	"crypto/rand"
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
	leaving map[string]bool   // by normalized email: a resource that manages the person is destroyed
}

// take makes the holder of mark the one that manages email. Free tells that nobody else does, stays that nobody else
// destroys them.
func (c *claims) take(email, mark string) (free, stays bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.holders == nil {
		c.holders = map[string]string{}
	}
	email = client.NormalizeEmail(email)
	if holder, taken := c.holders[email]; taken && holder != mark {
		return false, true
	}
	c.holders[email] = mark
	return true, !c.leaving[email]
}

// leave notes that a resource that manages email is destroyed. Free tells that no other takes over.
func (c *claims) leave(email string) (free bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.leaving == nil {
		c.leaving = map[string]bool{}
	}
	email = client.NormalizeEmail(email)
	c.leaving[email] = true
	_, taken := c.holders[email]
	return !taken
}

// markKey is where a resource's mark is in private state.
const markKey = "claim"

// mark tells a resource from others within one walk: Terraform plans a replacement in two calls, and does not tell the
// resource's address in either.
type mark struct {
	Walk string `json:"walk"`
	Name string `json:"name"`
}

// claim makes the resource that is planned the one that manages email, or reports that another does.
func (c *cloud) claim(ctx context.Context, email emailValue, before privateReader, after privateWriter, diags *diag.Diagnostics) {
	if email.IsNull() || email.IsUnknown() {
		return
	}
	var m mark
	if !readPrivate(ctx, before, markKey, &m, diags) || m.Walk != c.walk {
		m = mark{Walk: c.walk, Name: rand.Text()}
		writePrivate(ctx, after, markKey, m, diags)
	}
	free, stays := c.claims.take(email.ValueString(), m.Name)
	if !stays {
		diags.Append(goesAndComes(email))
	}
	if !free {
		diags.AddAttributeError(path.Root("email"), fmt.Sprintf("Two resources for %s", client.Printable(email.address())),
			"Another jmapcloud_member or jmapcloud_invitation of this configuration manages the same person, perhaps in another spelling: case does not matter. Keep one of the two. "+
				"To let a jmapcloud_member take over from a jmapcloud_invitation, use a moved block.")
	}
}

// release notes that the resource with email is destroyed, or reports that another takes the person over: Terraform would
// do the two in any order.
func (c *cloud) release(email emailValue, diags *diag.Diagnostics) {
	if !c.claims.leave(email.ValueString()) {
		diags.Append(goesAndComes(email))
	}
}

func goesAndComes(email emailValue) diag.Diagnostic {
	who := client.Printable(email.address())
	return diag.NewErrorDiagnostic(who+" is removed and added in the same run",
		"A resource that manages them goes, and another comes: it was renamed, or the key of its for_each was written in another case. Terraform would do the two in any order, and could leave them removed. "+
			"Keep the old name or key, or tell Terraform the new one:\n\n  moved {\n    from = <the old address>\n    to   = <the new address>\n  }")
}
