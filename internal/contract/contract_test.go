package contract_test

import "testing"
import "github.com/jmapcloud/terraform-provider-jmapcloud/internal/contract"

func TestX(t *testing.T) { t.Log(len(contract.Operations())); for _, o := range contract.Operations() { t.Log(o) } }
