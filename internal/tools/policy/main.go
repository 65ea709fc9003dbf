// Policy holds plans, as JSON, against a folder of policies as conftest does: it prints each sentence of data.main.deny, and fails if there is
// one. It is a module of its own, so that the provider's has no policy engine in it.
//
//	policy examples/policy plan.json
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/open-policy-agent/opa/v1/rego"
)

func main() {
	denied, err := run(context.Background(), os.Args[1:])
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "policy:", err)
		os.Exit(2)
	case denied:
		os.Exit(1)
	}
}

func run(ctx context.Context, arguments []string) (denied bool, err error) {
	if len(arguments) < 2 {
		return false, errors.New("name a folder of policies and a plan")
	}
	query, err := rego.New(rego.Query("data.main.deny"), rego.Load(arguments[:1], nil), rego.StrictBuiltinErrors(false)).PrepareForEval(ctx)
	if err != nil {
		return false, err
	}
	for _, file := range arguments[1:] {
		text, err := os.ReadFile(file)
		if err != nil {
			return false, err
		}
		var plan any
		if err := json.Unmarshal(text, &plan); err != nil {
			return false, fmt.Errorf("%s: %w", file, err)
		}
		results, err := query.Eval(ctx, rego.EvalInput(plan))
		if err != nil {
			return false, fmt.Errorf("%s: %w", file, err)
		}
		if len(results) != 1 {
			return false, fmt.Errorf("%s has no deny in package main", arguments[0])
		}
		reasons, isSet := results[0].Expressions[0].Value.([]any)
		if !isSet {
			return false, fmt.Errorf("deny in %s is no set", arguments[0])
		}
		for _, reason := range reasons {
			denied = true
			fmt.Println(reason)
		}
	}
	return denied, nil
}
