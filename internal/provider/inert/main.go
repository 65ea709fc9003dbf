// Inert is the provider without a cloud, as the floor that a benchmark stands on: its resources have the same schemas, and
// call nothing. What is read is what was there, and what is created gets values of no meaning.
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
	jmapcloud.SpareLog()
	factory := &jmapcloud.Factory{Version: "inert"}
	err := providerserver.Serve(context.Background(), func() provider.Provider { return inertProvider{factory.New()} },
		providerserver.ServeOpts{Address: "registry.terraform.io/jmapcloud/jmapcloud"})
	if err != nil {
		log.Fatal(err)
	}
}

// inertProvider is never configured.
type inertProvider struct{ provider.Provider }

func (inertProvider) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {
}

func (p inertProvider) Resources(ctx context.Context) []func() resource.Resource {
	var all []func() resource.Resource
	for _, whole := range p.Provider.Resources(ctx) {
		all = append(all, func() resource.Resource { return inertResource{whole()} })
	}
	return all
}

// inertResource is a resource of which only the schema is left.
type inertResource struct{ resource.Resource }

func (inertResource) Create(_ context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	made, err := tftypes.Transform(req.Plan.Raw, func(_ *tftypes.AttributePath, v tftypes.Value) (tftypes.Value, error) {
		switch {
		case v.IsKnown():
			return v, nil
		case v.Type().Is(tftypes.String):
			return tftypes.NewValue(tftypes.String, "2035-01-01T00:00:00Z"), nil // a time, for some must be one
		}
		return tftypes.NewValue(v.Type(), nil), nil
	})
	if err != nil {
		resp.Diagnostics.AddError("Unable to make values", err.Error())
		return
	}
	resp.State.Raw = made
}

func (inertResource) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

func (inertResource) Update(_ context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	resp.State.Raw = req.Plan.Raw
}

func (inertResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}
