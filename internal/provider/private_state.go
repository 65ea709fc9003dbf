package provider

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// privateReader and privateWriter are the private state that the framework gives. What is written there is JSON, travels from
// a plan to its apply and on to later runs, and is no secret: Terraform keeps it readable in the state.
type privateReader interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

type privateWriter interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

func writePrivate(ctx context.Context, private privateWriter, key string, value any, diags *diag.Diagnostics) {
	encoded, err := json.Marshal(value)
	if err != nil {
		diags.AddError("Unable to keep a note in private state", err.Error()+". This is a bug in the provider: please report it.")
		return
	}
	diags.Append(private.SetKey(ctx, key, encoded)...)
}

// readPrivate decodes what is written under key into value, and reports whether there is something of its form.
func readPrivate(ctx context.Context, private privateReader, key string, value any, diags *diag.Diagnostics) bool {
	encoded, d := private.GetKey(ctx, key)
	diags.Append(d...)
	return len(encoded) > 0 && json.Unmarshal(encoded, value) == nil
}

func clearPrivate(ctx context.Context, private privateWriter, diags *diag.Diagnostics, keys ...string) {
	for _, key := range keys {
		diags.Append(private.SetKey(ctx, key, nil)...)
	}
}
