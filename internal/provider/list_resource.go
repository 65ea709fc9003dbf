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

// results shows what was found, up to the limit: the framework leaves that to the provider. A failure ends the list as a
// diagnostic of the stream, and what was found before it stays.
func results[T any](ctx context.Context, req list.ListRequest, noun string, found iter.Seq2[T, error], fits func(T) bool, show func(T, *list.ListResult)) iter.Seq[list.ListResult] {
	return func(push func(list.ListResult) bool) {
		var shown int64
		for one, err := range found {
			if err != nil {
				var diags diag.Diagnostics
				addError(&diags, "list the "+noun, err)
				push(list.ListResult{Diagnostics: diags})
				return
			}
			if !fits(one) {
				continue
			}
			result := req.NewListResult(ctx)
			show(one, &result)
			if shown++; !push(result) || shown == req.Limit {
				return
			}
		}
	}
}

// fill gives a result the whole resource, where Terraform asks for it.
func fill(ctx context.Context, req list.ListRequest, result *list.ListResult, model any) {
	if req.IncludeResource {
		result.Diagnostics.Append(result.Resource.Set(ctx, model)...)
	}
}

// elements is what one call lists.
func elements[T any](ctx context.Context, read func(context.Context) ([]T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		all, err := read(ctx)
		if err != nil {
			yield(*new(T), err)
			return
		}
		for _, one := range all {
			if !yield(one, nil) {
				return
			}
		}
	}
}
