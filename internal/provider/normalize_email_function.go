package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/client"
)

var _ function.Function = (*normalizeEmailFunction)(nil)

type normalizeEmailFunction struct{}

func newNormalizeEmailFunction() function.Function { return &normalizeEmailFunction{} }

func (*normalizeEmailFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "normalize_email"
}

func (*normalizeEmailFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "One form for every spelling of an email",
		MarkdownDescription: "Returns the form in which two spellings of one email are equal: in lower case letter by letter, in one Unicode form, without surrounding space, with an internationalised domain in ASCII. `ß` and `ss` stay two. " +
			"The provider compares emails in this form, so that it is the right map key for people: `for_each` keeps its addresses when an email is written in another case. It makes no call, and fails for a text that is not an email.",
		Parameters: []function.Parameter{
			function.StringParameter{Name: "email", MarkdownDescription: "The email, such as ` Ana@Example.com`."},
		},
		Return: function.StringReturn{},
	}
}

func (*normalizeEmailFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var email string
	if resp.Error = req.Arguments.Get(ctx, &email); resp.Error != nil {
		return
	}

	if problem := emailProblem(email); problem != "" {
		text := fmt.Sprintf("%q %s", client.Printable(email), problem)
		resp.Error = function.NewArgumentFuncError(0, strings.TrimSuffix(text, ".")) // Terraform adds a full stop
		return
	}
	resp.Error = resp.Result.Set(ctx, client.NormalizeEmail(email))
}
