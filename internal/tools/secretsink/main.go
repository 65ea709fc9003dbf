// Secretsink is a provider for the tests. It receives secrets in a write-only argument and keeps only their digests, in a
// file.
package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func main() {
	signal.Notify(make(chan os.Signal, 1), syscall.SIGTERM) // Terraform ends its providers itself
	err := providerserver.Serve(context.Background(), func() provider.Provider { return &sinkProvider{} },
		providerserver.ServeOpts{Address: "registry.terraform.io/hashicorp/sink"})
	if err != nil {
		log.Fatal(err)
	}
}

type sinkProvider struct{}

func (*sinkProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "sink"
}

func (*sinkProvider) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}

func (*sinkProvider) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {
}

func (*sinkProvider) DataSources(context.Context) []func() datasource.DataSource { return nil }

func (*sinkProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{
		func() resource.Resource { return &secretResource{} },
		func() resource.Resource { return &vaultResource{} },
	}
}

type secretResource struct{}

type secretModel struct {
	File    types.String `tfsdk:"file"`
	Value   types.String `tfsdk:"value_wo"`
	Version types.String `tfsdk:"value_wo_version"`
	URL     types.String `tfsdk:"url"`
	Body    types.String `tfsdk:"body"`
	Fail    types.Bool   `tfsdk:"fail"`
}

func (*secretResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "sink_secret"
}

func (*secretResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"file":             schema.StringAttribute{Required: true, MarkdownDescription: "Where a line with the digest is added."},
		"value_wo":         schema.StringAttribute{Optional: true, WriteOnly: true, MarkdownDescription: "The secret."},
		"value_wo_version": schema.StringAttribute{Optional: true, MarkdownDescription: "What changes when the secret does."},
		"url":              schema.StringAttribute{Optional: true, MarkdownDescription: "Where the secret is used, in the header Api-Key of a POST."},
		"body":             schema.StringAttribute{Optional: true, MarkdownDescription: "What is posted."},
		"fail":             schema.BoolAttribute{Optional: true, MarkdownDescription: "Whether to fail instead of keeping the digest."},
	}}
}

func (*secretResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	receive(ctx, req.Config, &resp.State, &resp.Diagnostics)
}

func (*secretResource) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

func (*secretResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	receive(ctx, req.Config, &resp.State, &resp.Diagnostics)
}

func (*secretResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}

func receive(ctx context.Context, config tfsdk.Config, state *tfsdk.State, diags *diag.Diagnostics) {
	var m secretModel
	diags.Append(config.Get(ctx, &m)...)
	if diags.HasError() {
		return
	}
	if err := m.use(ctx); err != nil {
		diags.AddAttributeError(path.Root("url"), "Unable to use the secret", err.Error())
		return
	}
	if m.Fail.ValueBool() {
		diags.AddError("The sink fails", "It was told to.")
		return
	}
	if err := m.keep(); err != nil {
		diags.AddAttributeError(path.Root("file"), "Unable to keep the digest", err.Error())
		return
	}
	m.Value = types.StringNull()
	diags.Append(state.Set(ctx, m)...)
}

// use posts with the secret.
func (m *secretModel) use(ctx context.Context) error {
	if m.URL.IsNull() {
		return nil
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, m.URL.ValueString(), strings.NewReader(m.Body.ValueString()))
	if err != nil {
		return err
	}
	r.Header.Set("Api-Key", m.Value.ValueString())
	r.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusCreated {
		said, _ := io.ReadAll(resp.Body)
		return fmt.Errorf("%s %s", resp.Status, said)
	}
	return nil
}

// keep adds the digest of the secret to the file, or "null".
func (m *secretModel) keep() error {
	line := "null\n"
	if !m.Value.IsNull() {
		line = fmt.Sprintf("%x\n", sha256.Sum256([]byte(m.Value.ValueString())))
	}
	f, err := os.OpenFile(m.File.ValueString(), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if _, err := f.WriteString(line); err != nil {
		return err
	}
	return f.Close()
}

// vaultResource stands in the examples for that of the provider hashicorp/vault, with the arguments that they use.
type vaultResource struct{}

type vaultModel struct {
	Mount   types.String `tfsdk:"mount"`
	Name    types.String `tfsdk:"name"`
	Data    types.String `tfsdk:"data_json_wo"`
	Version types.Int64  `tfsdk:"data_json_wo_version"`
}

func (*vaultResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "vault_kv_secret_v2"
}

func (*vaultResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"mount":                schema.StringAttribute{Required: true},
		"name":                 schema.StringAttribute{Required: true},
		"data_json_wo":         schema.StringAttribute{Required: true, WriteOnly: true},
		"data_json_wo_version": schema.Int64Attribute{Required: true},
	}}
}

func (*vaultResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	resp.Diagnostics.Append(keepVersion(ctx, req.Config, &resp.State)...)
}

func (*vaultResource) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

func (*vaultResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	resp.Diagnostics.Append(keepVersion(ctx, req.Config, &resp.State)...)
}

func (*vaultResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}

func keepVersion(ctx context.Context, config tfsdk.Config, state *tfsdk.State) diag.Diagnostics {
	var m vaultModel
	diags := config.Get(ctx, &m)
	if m.Data.ValueString() == `{"key":null}` {
		diags.AddAttributeError(path.Root("data_json_wo"), "There is no secret", "It is null in a run that writes it.")
	}
	if diags.HasError() {
		return diags
	}
	m.Data = types.StringNull()
	return append(diags, state.Set(ctx, m)...)
}
