// Inert is the provider without a cloud, as the floor that a benchmark stands on: it has the same schemas, validates and
// plans with the same code, and calls nothing. What is read is what was there, and what is created gets values of no meaning.
package main

import (
	"context"
	"log"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/provider"
)

func main() {
	provider.SpareLog()
	err := tf6server.Serve("registry.terraform.io/jmapcloud/jmapcloud", func() tfprotov6.ProviderServer {
		whole := providerserver.NewProtocol6((&provider.Factory{Version: "inert"}).New())()
		return &inert{ProviderServer: whole, schema: sync.OnceValues(func() (*tfprotov6.GetProviderSchemaResponse, error) {
			return whole.GetProviderSchema(context.Background(), &tfprotov6.GetProviderSchemaRequest{})
		})}
	})
	if err != nil {
		log.Fatal(err)
	}
}

// inert is never configured, so that nothing in the provider has a cloud to ask.
type inert struct {
	tfprotov6.ProviderServer
	schema func() (*tfprotov6.GetProviderSchemaResponse, error)
}

func (*inert) ConfigureProvider(context.Context, *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	return &tfprotov6.ConfigureProviderResponse{}, nil
}

// GetResourceIdentitySchemas tells of none, for nothing would set one.
func (*inert) GetResourceIdentitySchemas(context.Context, *tfprotov6.GetResourceIdentitySchemasRequest) (*tfprotov6.GetResourceIdentitySchemasResponse, error) {
	return &tfprotov6.GetResourceIdentitySchemasResponse{}, nil
}

func (*inert) ReadResource(_ context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return &tfprotov6.ReadResourceResponse{NewState: req.CurrentState, Private: req.Private}, nil
}

func (i *inert) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	resp, err := i.ProviderServer.PlanResourceChange(ctx, req)
	if resp != nil {
		resp.PlannedIdentity = nil
	}
	return resp, err
}

// ApplyResourceChange makes what is planned the state.
func (i *inert) ApplyResourceChange(_ context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	schema, err := i.schema()
	if err != nil {
		return nil, err
	}
	ty := schema.ResourceSchemas[req.TypeName].ValueType()
	planned, err := req.PlannedState.Unmarshal(ty)
	if err != nil {
		return nil, err
	}
	made, err := tftypes.Transform(planned, func(_ *tftypes.AttributePath, v tftypes.Value) (tftypes.Value, error) {
		switch {
		case v.IsKnown():
			return v, nil
		case v.Type().Is(tftypes.String):
			return tftypes.NewValue(tftypes.String, "2035-01-01T00:00:00Z"), nil // a time, for some must be one
		}
		return tftypes.NewValue(v.Type(), nil), nil
	})
	if err != nil {
		return nil, err
	}
	state, err := tfprotov6.NewDynamicValue(ty, made)
	return &tfprotov6.ApplyResourceChangeResponse{NewState: &state, Private: req.PlannedPrivate}, err
}
