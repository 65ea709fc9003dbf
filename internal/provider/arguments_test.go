package provider_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// What concerns only Terraform is changed in place, from nothing to a value, to another and back, and the cloud hears of none of it.
func TestResource_whatConcernsOnlyTerraformIsChangedInPlace(t *testing.T) {
	t.Parallel()
	const admin = "admin@example.com"
	key := values{"name": "ci", "role": "ORG_EDITOR", "expires_at": "2090-01-01T00:00:00Z"}
	person := values{"email": ada, "role": "ORG_EDITOR"}
	joined := func(t *testing.T, c *cloud) { c.addMember(t, ada, "ORG_EDITOR") }
	for name, test := range map[string]struct {
		typeName string
		config   values
		prepare  func(*testing.T, *cloud)
		steps    []values // each is what is written beside config
		want     []values // each is what the state has then
	}{
		"API key": {typeName: apiKey, config: key, steps: []values{
			{"transfer_ownership_to": lead, "force_destroy": true},
			{"transfer_ownership_to": other, "force_destroy": false},
			{},
		}, want: []values{
			{"transfer_ownership_to": lead, "force_destroy": true},
			{"transfer_ownership_to": other, "force_destroy": false},
			{"transfer_ownership_to": nil, "force_destroy": nil},
		}},
		"organization": {typeName: organization, config: values{"name": "Roads"}, steps: []values{
			{"deletion_protection": false}, {}, {"deletion_protection": false},
		}, want: []values{
			{"deletion_protection": false}, {"deletion_protection": true}, {"deletion_protection": false},
		}},
		"invitation": {typeName: invitation, config: person, steps: []values{{"on_expired": "keep"}, {}}, want: []values{{"on_expired": "keep"}, {"on_expired": "resend"}}},
		"invited member": {typeName: member, config: person, steps: []values{
			{"on_expired_invitation": "keep", "force_destroy": true}, {},
		}, want: []values{
			{"on_expired_invitation": "keep", "force_destroy": true}, {"on_expired_invitation": "resend", "force_destroy": nil},
		}},
		"member": {typeName: member, config: person, prepare: joined, steps: []values{
			{"language": "fr"}, {"on_expired_invitation": "keep"}, {}, {"transfer_ownership_to": admin}, {}, {"force_destroy": true}, {},
		}, want: []values{
			{"language": "fr"},
			{"on_expired_invitation": "keep"}, {"on_expired_invitation": "resend"},
			{"transfer_ownership_to": admin}, {"transfer_ownership_to": nil},
			{"force_destroy": true}, {"force_destroy": nil},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t)
			c.addMember(t, lead, "ORG_EDITOR")
			c.addMember(t, other, "ORG_EDITOR")
			if test.prepare != nil {
				test.prepare(t, c)
			}
			o := c.create(t, test.typeName, test.config)
			c.ClearRequests()
			mails := len(c.Mails())
			for i, more := range test.steps {
				config := maps.Clone(test.config)
				maps.Copy(config, more)
				r := c.run(t, test.typeName, o, config, nil)
				wants(t, "errors", r.errors)
				if r.nothing || r.plan.replace {
					t.Fatalf("step %d: nothing to do %v, replacement %v", i, r.nothing, r.plan.replace)
				}
				mustChangeOnly(t, o.value, r.plan.proposed, test.want[i])
				mustChangeOnly(t, o.value, r.value, test.want[i])
				o = r.object
				if writes := c.writes(); len(writes) > 0 || len(c.Mails()) != mails {
					t.Errorf("step %d wrote %v", i, writes)
				}
			}
		})
	}
}

// mustChangeOnly checks that an object has these values, and that what the cloud has of it is as it was.
func mustChangeOnly(t *testing.T, before, after tftypes.Value, want values) {
	t.Helper()
	was, is := attributesOf(t, before), attributesOf(t, after)
	for _, name := range []string{"id", "email", "name", "role", "status", "key", "invitation_id", "link", "invitation_link", "created_at"} {
		if v, has := was[name]; has && !is[name].Equal(v) {
			t.Errorf("%s was %s and is %s", name, v, is[name])
		}
	}
	for name, value := range want {
		if wanted := tftypes.NewValue(is[name].Type(), value); !is[name].Equal(wanted) {
			t.Errorf("%s is %s, want %s", name, is[name], wanted)
		}
	}
}

// A language that is no longer chosen is fine as it was sent.
func TestMember_languageThatIsNoLongerChosenSendsNothing(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	config := values{"email": ada, "role": "ORG_EDITOR"}
	chosen := maps.Clone(config)
	chosen["language"] = "es"
	o := c.create(t, member, chosen)
	c.written()
	r := c.run(t, member, o, config, nil)
	wants(t, "errors", r.errors)
	wants(t, "warnings", r.warnings)
	if !r.nothing {
		t.Errorf("the plan is %s", r.plan.proposed)
	}
	c.wroteNow(t)
	c.mailedNow(t, 1)
}

// Bad input is refused at its argument before anything is asked of the cloud.
func TestPerson_badInputIsRefused(t *testing.T) {
	t.Parallel()
	for _, typeName := range []string{member, invitation} {
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t)
			w := c.walk(t, nil)
			for _, test := range []struct{ argument, value, says string }{
				{"email", "ada@example.com\r\nBcc: eve@example.com", "contains a line break or another control character"},
				{"email", "ada@example.com\nBcc: eve@example.com", "contains a line break or another control character"},
				{"email", "Ada <ada@example.com>", "without a display name or brackets"},
				{"email", "ada.example.com", "is not an email address"},
				{"email", "ada", "is not an email address"},
				{"email", strings.Repeat("a", 250) + "@example.com", "is longer than 254 bytes"},
				{"email", "", "is not an email address"},
				{"role", "EDITOR", "Attribute role value must be one of"},
				{"role", "SYS_ADMIN", "Attribute role value must be one of"},
				{"language", "de", "Attribute language value must be one of"},
				{"language", "EN", "Attribute language value must be one of"},
				{onExpired[typeName], "ignore", "Attribute " + onExpired[typeName] + " value must be one of"},
				{onExpired[typeName], "", "Attribute " + onExpired[typeName] + " value must be one of"},
				{"transfer_ownership_to", "nobody", "is not an email address"},
			} {
				config := values{"email": ada, "role": "ORG_EDITOR"}
				if typeName == invitation && test.argument == "transfer_ownership_to" {
					continue // which an invitation lacks
				}
				wants(t, "error without "+test.argument, w.validate(t, typeName, config).errors())
				config[test.argument] = test.value
				diags := w.validate(t, typeName, config)
				wants(t, "the error for "+test.value, diags.errors(), test.says)
				if at := diags[0].Attribute.String(); at != `AttributeName("`+test.argument+`")` {
					t.Errorf("the error for %q stands at %s", test.value, at)
				}
			}
			for _, a := range w.schema.ResourceSchemas[typeName].Block.Attributes {
				if required := a.Name == "email" || a.Name == "role"; a.Required != required {
					t.Errorf("%s is required: %v", a.Name, a.Required)
				}
				if a.Name == "force_destroy" && !a.Type.Is(tftypes.Bool) {
					t.Errorf("force_destroy is %s", a.Type)
				}
			}
			if requests := c.Requests(); len(requests) > 0 {
				t.Errorf("the cloud was asked: %v", requests)
			}
		})
	}
}
