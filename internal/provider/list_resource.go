package provider

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	datasourceschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
)

// filtersOf are the arguments of a plural data source, for a list block: both choose from the same list.
func filtersOf(ctx context.Context, source datasource.DataSource) map[string]schema.Attribute {
	var described datasource.SchemaResponse
	source.Schema(ctx, datasource.SchemaRequest{}, &described)
	filters := map[string]schema.Attribute{}
	for name, attribute := range described.Schema.Attributes {
		switch a := attribute.(type) {
		case datasourceschema.StringAttribute:
			filters[name] = schema.StringAttribute{MarkdownDescription: a.MarkdownDescription, CustomType: a.CustomType, Optional: true, Validators: a.Validators}
		case datasourceschema.BoolAttribute:
			filters[name] = schema.BoolAttribute{MarkdownDescription: a.MarkdownDescription, Optional: true, Validators: a.Validators}
		}
	}
	return filters
}

// source is one call that lists something.
type source[T any] func(context.Context) ([]T, error)

// results shows what the sources list, one after the other, up to the limit: the framework leaves that to the provider. A
// source is not asked when the limit was reached before it. A failure ends the list as a diagnostic of the stream, and what
// was found before it stays.
func results[T any](ctx context.Context, req list.ListRequest, noun string, sources []source[T], fits func(T) bool, show func(T, *list.ListResult)) iter.Seq[list.ListResult] {
	return func(push func(list.ListResult) bool) {
		var pushed int64
		for _, list := range sources {
			found, err := list(ctx)
			for _, one := range found {
				if !fits(one) {
					continue
				}
				result := req.NewListResult(ctx)
				show(one, &result)
				if pushed++; !push(result) || pushed == req.Limit {
					return
				}
			}
			if err != nil {
				push(failed(noun, err))
				return
			}
		}
	}
}

func failed(noun string, err error) list.ListResult {
	var diags diag.Diagnostics
	addError(&diags, "list the "+noun, err)
	return list.ListResult{Diagnostics: diags}
}

// fill gives a result the whole resource, where Terraform asks for it.
func fill(ctx context.Context, req list.ListRequest, result *list.ListResult, model any) {
	if req.IncludeResource {
		result.Diagnostics.Append(result.Resource.Set(ctx, model)...)
	}
}
