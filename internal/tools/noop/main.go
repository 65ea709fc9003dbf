// Noop is a no-op provider, the floor of the benchmark: its resources have the schemas of the real provider and call nothing.
// A read returns the state as it was, and a create fills unknown values with placeholders.
package main

import (
	"context"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	jmapcloud "github.com/jmapcloud/terraform-provider-jmapcloud/internal/provider"
)

func main() {
	jmapcloud.SilenceUnusedLogs()
	factory := &jmapcloud.Factory{Version: "noop"}
	err := providerserver.Serve(context.Background(), func() provider.Provider { return noopProvider{factory.New()} },
		providerserver.ServeOpts{Address: "registry.terraform.io/jmapcloud/jmapcloud"})
	if err != nil {
		log.Fatal(err)
	}
}

// noopProvider is never configured.
type noopProvider struct{ provider.Provider }

func (noopProvider) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {
}

func (p noopProvider) Resources(ctx context.Context) []func() resource.Resource {
	var all []func() resource.Resource
	for _, newResource := range p.Provider.Resources(ctx) {
		all = append(all, func() resource.Resource { return noopResource{newResource()} })
	}
	return all
}

// noopResource has the schema of a real resource and makes no calls.
type noopResource struct{ resource.Resource }

func (noopResource) Create(_ context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	created, err := tftypes.Transform(req.Plan.Raw, func(_ *tftypes.AttributePath, v tftypes.Value) (tftypes.Value, error) {
		switch {
		case v.IsKnown():
			return v, nil
		case v.Type().Is(tftypes.String):
			return tftypes.NewValue(tftypes.String, "2035-01-01T00:00:00Z"), nil // a time, since some attributes must be one
		}
		return tftypes.NewValue(v.Type(), nil), nil
	})
	if err != nil {
		resp.Diagnostics.AddError("Unable to make values", err.Error())
		return
	}
	resp.State.Raw = created
}

func (noopResource) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

func (noopResource) Update(_ context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	resp.State.Raw = req.Plan.Raw
}

func (noopResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}
