// Schemajson prints the provider's schemas as `terraform providers schema -json` does, for the generator of docs/. It asks
// the provider itself, so that it needs no Terraform, and leaves nothing out that an older Terraform does not know.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/provider"
)

func main() {
	described, err := describe(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	// The generator looks for the bare name, or for one in HashiCorp's namespace, but for no other address.
	all := tfjson.ProviderSchemas{FormatVersion: "1.0", Schemas: map[string]*tfjson.ProviderSchema{"jmapcloud": described}}
	out := json.NewEncoder(os.Stdout)
	out.SetIndent("", "  ")
	if err := out.Encode(all); err != nil {
		log.Fatal(err)
	}
}

func describe(ctx context.Context) (*tfjson.ProviderSchema, error) {
	server := providerserver.NewProtocol6((&provider.Factory{}).New())()
	schemas, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return nil, err
	}
	identities, err := server.GetResourceIdentitySchemas(ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		return nil, err
	}
	for _, d := range append(schemas.Diagnostics, identities.Diagnostics...) {
		return nil, fmt.Errorf("%s: %s", d.Summary, d.Detail)
	}

	var p tfjson.ProviderSchema
	if p.ConfigSchema, err = schema(schemas.Provider); err != nil {
		return nil, err
	}
	if p.ResourceSchemas, err = each(schemas.ResourceSchemas, schema); err != nil {
		return nil, err
	}
	if p.DataSourceSchemas, err = each(schemas.DataSourceSchemas, schema); err != nil {
		return nil, err
	}
	if p.EphemeralResourceSchemas, err = each(schemas.EphemeralResourceSchemas, schema); err != nil {
		return nil, err
	}
	if p.ListResourceSchemas, err = each(schemas.ListResourceSchemas, schema); err != nil {
		return nil, err
	}
	if p.ActionSchemas, err = each(schemas.ActionSchemas, action); err != nil {
		return nil, err
	}
	if p.Functions, err = each(schemas.Functions, function); err != nil {
		return nil, err
	}
	p.ResourceIdentitySchemas, err = each(identities.IdentitySchemas, identity)
	return &p, err
}

func each[From, To any](all map[string]*From, convert func(*From) (*To, error)) (map[string]*To, error) {
	converted := map[string]*To{}
	for name, one := range all {
		var err error
		if converted[name], err = convert(one); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return converted, nil
}

func action(a *tfprotov6.ActionSchema) (*tfjson.ActionSchema, error) {
	s, err := schema(a.Schema)
	if err != nil {
		return nil, err
	}
	return &tfjson.ActionSchema{Block: s.Block}, nil
}

func function(f *tfprotov6.Function) (*tfjson.FunctionSignature, error) {
	if f.VariadicParameter != nil {
		return nil, fmt.Errorf("its last parameter is variadic, which is not described")
	}
	described := &tfjson.FunctionSignature{Description: f.Description, Summary: f.Summary, DeprecationMessage: f.DeprecationMessage}
	for _, p := range f.Parameters {
		d := &tfjson.FunctionParameter{Name: p.Name, Description: p.Description, IsNullable: p.AllowNullValue}
		if err := copyType(&d.Type, p.Type); err != nil {
			return nil, fmt.Errorf("%s: %w", p.Name, err)
		}
		described.Parameters = append(described.Parameters, d)
	}
	return described, copyType(&described.ReturnType, f.Return.Type)
}

func schema(s *tfprotov6.Schema) (*tfjson.Schema, error) {
	if len(s.Block.BlockTypes) > 0 {
		return nil, fmt.Errorf("it has nested blocks, which are not described: use nested attributes")
	}
	attributes, err := attributes(s.Block.Attributes)
	if err != nil {
		return nil, err
	}
	return &tfjson.Schema{Version: uint64(s.Version), Block: &tfjson.SchemaBlock{
		Attributes:      attributes,
		Description:     s.Block.Description,
		DescriptionKind: kind(s.Block.DescriptionKind),
		Deprecated:      s.Block.Deprecated,
	}}, nil
}

func attributes(all []*tfprotov6.SchemaAttribute) (map[string]*tfjson.SchemaAttribute, error) {
	described := map[string]*tfjson.SchemaAttribute{}
	for _, a := range all {
		d := &tfjson.SchemaAttribute{
			Description:     a.Description,
			DescriptionKind: kind(a.DescriptionKind),
			Deprecated:      a.Deprecated,
			Required:        a.Required,
			Optional:        a.Optional,
			Computed:        a.Computed,
			Sensitive:       a.Sensitive,
			WriteOnly:       a.WriteOnly,
		}
		var err error
		if a.NestedType == nil {
			err = copyType(&d.AttributeType, a.Type)
		} else {
			d.AttributeNestedType = &tfjson.SchemaNestedAttributeType{
				NestingMode: tfjson.SchemaNestingMode(strings.ToLower(a.NestedType.Nesting.String())),
			}
			d.AttributeNestedType.Attributes, err = attributes(a.NestedType.Attributes)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", a.Name, err)
		}
		described[a.Name] = d
	}
	return described, nil
}

func identity(s *tfprotov6.ResourceIdentitySchema) (*tfjson.IdentitySchema, error) {
	described := &tfjson.IdentitySchema{Version: uint64(s.Version), Attributes: map[string]*tfjson.IdentityAttribute{}}
	for _, a := range s.IdentityAttributes {
		d := &tfjson.IdentityAttribute{Description: a.Description, RequiredForImport: a.RequiredForImport, OptionalForImport: a.OptionalForImport}
		if err := copyType(&d.IdentityType, a.Type); err != nil {
			return nil, fmt.Errorf("%s: %w", a.Name, err)
		}
		described.Attributes[a.Name] = d
	}
	return described, nil
}

// copyType carries a type over from one library to the other: in JSON it is the same in both.
func copyType(to, from any) error {
	encoded, err := json.Marshal(from)
	if err != nil {
		return err
	}
	return json.Unmarshal(encoded, to)
}

func kind(k tfprotov6.StringKind) tfjson.SchemaDescriptionKind {
	return tfjson.SchemaDescriptionKind(strings.ToLower(k.String()))
}
