package provider_test

import "testing"

// With -minimal-refresh, Terraform plans a key that changes, reads it, and plans it again. People are in managed_people_test.go.
func TestAPIKey_isPlannedAgainAfterARead(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]values{"role": {"role": "ORG_VIEWER"}, "name": {"name": "ci-2"}, "successor": {"transfer_ownership_to": lead}, "none": {}} {
		for _, gone := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				c := startCloud(t).withOthersMaps(t)
				c.addMember(t, lead, "ORG_EDITOR")
				o := c.owner(t, "api_key", nil)
				config := values{}
				for _, from := range []values{o.config, change} {
					for argument, value := range from {
						config[argument] = value
					}
				}
				if gone {
					must(t, c.DeleteAPIKey(o.object.text(t, "id")))
				}
				w := c.walkOf(t, "1.17.0", nil)
				first := w.plan(t, apiKey, o.object, config)
				wants(t, "the error", first.diags.errors())
				after, diags := w.read(t, apiKey, o.object)
				diags.mustBeFree(t)
				if isNothing(after.value) != gone {
					t.Fatal("gone:", isNothing(after.value))
				}
				if gone {
					after = object{}
				}
				second := w.plan(t, apiKey, after, config)
				wants(t, "the error of the second plan", second.diags.errors())
				if !gone && (second.replace != first.replace || second.isEmpty() != first.isEmpty()) {
					t.Error("the second plan does something else than the first")
				}
			})
		}
	}
}
