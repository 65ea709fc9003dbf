package provider_test

import (
	"maps"
	"strings"
	"testing"
)

// Terraform stores identities from version 1.12 on, and imports by them; the tests ask the protocol.

// identityCase is a resource with what happens to it.
type identityCase struct {
	config  func(*cloud) values
	changes values // in place
	// identity is what it must be, given the object.
	identity func(*testing.T, *cloud, object) map[string]string
	vanish   func(*testing.T, *cloud, object)
}

var identityCases = map[string]identityCase{
	organization: {
		config:  func(*cloud) values { return values{"name": "Roads", "deletion_protection": true} },
		changes: values{"name": "Rivers"},
		identity: func(t *testing.T, _ *cloud, o object) map[string]string {
			return map[string]string{"id": o.text(t, "id")}
		},
		vanish: func(t *testing.T, c *cloud, o object) { must(t, c.DeleteOrganization(o.text(t, "id"))) },
	},
	apiKey: {
		config: func(c *cloud) values {
			return values{"name": "ci", "role": "ORG_EDITOR", "expires_at": c.inDays(30)}
		},
		changes: values{"force_destroy": true},
		identity: func(t *testing.T, c *cloud, o object) map[string]string {
			return map[string]string{"organization_id": c.Account().OrganizationID, "id": o.text(t, "id")}
		},
		vanish: func(t *testing.T, c *cloud, o object) { must(t, c.DeleteAPIKey(o.text(t, "id"))) },
	},
	member: {
		config: func(*cloud) values {
			return values{"email": "Ada@Example.com", "role": "ORG_EDITOR", "language": "en", "on_expired_invitation": "resend"}
		},
		changes:  values{"role": "ORG_VIEWER"},
		identity: personIdentity,
		vanish:   func(t *testing.T, c *cloud, _ object) { must(t, c.WithdrawInvitation(ada)) },
	},
	invitation: {
		config: func(*cloud) values {
			return values{"email": "Ada@Example.com", "role": "ORG_EDITOR", "language": "en", "on_expired": "resend"}
		},
		changes:  values{"on_expired": "keep"},
		identity: personIdentity,
		vanish:   func(t *testing.T, c *cloud, _ object) { must(t, c.WithdrawInvitation(ada)) },
	},
}

func personIdentity(_ *testing.T, c *cloud, _ object) map[string]string {
	return map[string]string{"organization_id": c.Account().OrganizationID, "email": ada}
}

// Terraform refuses an object without an identity, even one that a refresh found to be gone.
func TestIdentity_isSetInEveryStep(t *testing.T) {
	t.Parallel()
	for typeName, test := range identityCases {
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t)
			check := func(when string, o object, want map[string]string) {
				t.Helper()
				if got := c.identified(t, typeName, o.identity); len(got) == 0 || !maps.Equal(got, want) {
					t.Errorf("%s: the identity is %v, want %v", when, got, want)
				}
			}
			config := test.config(c)
			o := c.create(t, typeName, config)
			want := test.identity(t, c, o)
			check("create", o, want)

			o = c.refreshed(t, typeName, o)
			check("read", o, want)
			backfilled := o
			backfilled.identity = nil // from a state that an older Terraform wrote
			check("read without one", c.refreshed(t, typeName, backfilled), want)

			for name, value := range test.changes {
				config[name] = value
			}
			p := c.walk(t, nil).plan(t, typeName, backfilled, config) // as with -refresh=false
			p.diags.mustBeFree(t)
			if p.replace || p.isEmpty() {
				t.Fatal("the change is none in place")
			}
			p.identity = nil
			o, diags := c.walk(t, nil).apply(t, p)
			diags.mustBeFree(t)
			check("update", o, want)

			test.vanish(t, c, o)
			for when, before := range map[string]object{"read of what is gone": o, "read of what is gone, without one": {value: o.value, private: o.private}} {
				gone := c.refreshed(t, typeName, before)
				if !gone.value.IsNull() {
					t.Fatal("it is still there")
				}
				check(when, gone, want)
			}
		})
	}
}

// Import by identity finds the same object as import by id, whether or not the identity names the organization.
func TestIdentity_imports(t *testing.T) {
	t.Parallel()
	for typeName, test := range identityCases {
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t)
			config := test.config(c)
			o := c.create(t, typeName, config)
			full := values{}
			for name, value := range test.identity(t, c, o) {
				full[name] = value
			}
			byIdentity, diags := c.imported(t, nil, typeName, "", full)
			diags.mustBeFree(t)
			byID, diags := c.imported(t, nil, typeName, o.text(t, key(typeName)), nil)
			diags.mustBeFree(t)
			if byIdentity.value.IsNull() || !byIdentity.value.Equal(byID.value) {
				t.Errorf("by identity: %s\nby id: %s", byIdentity.value, byID.value)
			}
			if got, want := c.identified(t, typeName, byIdentity.identity), test.identity(t, c, o); !maps.Equal(got, want) {
				t.Errorf("the identity became %v, want %v", got, want)
			}
			if got, want := c.identified(t, typeName, byID.identity), test.identity(t, c, o); !maps.Equal(got, want) {
				t.Errorf("by id: the identity became %v, want %v", got, want)
			}
			c.mustBeEmpty(t, typeName, byIdentity, config)

			if _, has := full["organization_id"]; has == (typeName == organization) {
				t.Fatalf("the identity has an organization: %v", has)
			}
			if typeName == organization {
				return
			}
			delete(full, "organization_id")
			short, diags := c.imported(t, nil, typeName, "", full)
			diags.mustBeFree(t)
			if !short.value.Equal(byIdentity.value) {
				t.Errorf("without the organization: %s", short.value)
			}
			if got, want := c.identified(t, typeName, short.identity), test.identity(t, c, o); !maps.Equal(got, want) {
				t.Errorf("without the organization: the identity became %v, want %v", got, want)
			}
		})
	}
}

// key is the attribute by which terraform import names an object.
func key(typeName string) string {
	if typeName == member {
		return "email"
	}
	return "id"
}

func TestIdentity_ofAnotherOrganizationIsRefused(t *testing.T) {
	t.Parallel()
	for typeName, test := range identityCases {
		if typeName == organization {
			continue // its identity is the organization
		}
		c := startCloud(t)
		roads, err := c.AddOrganization("Roads", c.Account().Username)
		must(t, err)
		o := c.create(t, typeName, test.config(c))
		identity := values{}
		for name, value := range test.identity(t, c, o) {
			identity[name] = value
		}
		identity["organization_id"] = roads.ID
		_, diags := c.imported(t, nil, typeName, "", identity)
		wants(t, typeName+": the error", diags.errors(), "Another organization",
			"The identity names the organization "+roads.ID+", and the provider works on "+c.Account().OrganizationID)
	}
}

// What an identity names and is not there is an error, and nothing else is imported in its place.
func TestIdentity_ofNothingIsRefused(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	c.addKey(t, unknownID, "ORG_EDITOR", 30) // a name is no identity
	for typeName, test := range map[string]struct {
		identity values
		says     string
	}{
		apiKey:     {values{"id": unknownID}, `No API key in the organization has the id "` + unknownID + `"`},
		member:     {values{"email": ada}, `has the email or id "ada@example.com"`},
		invitation: {values{"email": ada}, "No invitation in the organization has the email ada@example.com"},
	} {
		_, diags := c.imported(t, nil, typeName, "", test.identity)
		wants(t, typeName+": the error", diags.errors(), test.says)
	}
	gone, diags := c.imported(t, nil, organization, "", values{"id": unknownID})
	wants(t, "error", diags.errors())
	wants(t, "warning", diags.warnings()) // Terraform says that it does not exist
	if !gone.value.IsNull() {
		t.Error("an organization that does not exist was imported")
	}
}

// An email is one person's however it is written, and the identity has one form.
func TestIdentity_ofAPersonIsInLowerCase(t *testing.T) {
	t.Parallel()
	for _, typeName := range []string{member, invitation} {
		c := startCloud(t)
		c.invite(t, "Ada@Example.com", "ORG_EDITOR", "en")
		o, diags := c.imported(t, nil, typeName, "", values{"email": "ADA@EXAMPLE.COM"})
		diags.mustBeFree(t)
		if got := c.identified(t, typeName, o.identity)["email"]; got != strings.ToLower(ada) {
			t.Errorf("%s: the identity has %q", typeName, got)
		}
	}
}

// A key that is created again has another identity: Terraform is told that it may change.
func TestIdentity_ofAKeyChangesWithTheKey(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	config := values{"name": "ci", "role": "ORG_EDITOR", "expires_at": c.inDays(30)}
	first := c.create(t, apiKey, config)
	must(t, c.DeleteAPIKey(first.text(t, "id")))
	second := c.create(t, apiKey, config)
	before, after := c.identified(t, apiKey, first.identity)["id"], c.identified(t, apiKey, second.identity)["id"]
	if before == after || after != second.text(t, "id") {
		t.Errorf("the identity was %s and is %s", before, after)
	}
}

func TestIdentity_importOfNothingSaysWhatToGive(t *testing.T) {
	t.Parallel()
	for typeName := range identityCases {
		c := startCloud(t)
		_, diags := c.imported(t, nil, typeName, "", nil)
		wants(t, "the error", diags.errors(), "Nothing to import", "Give the")
	}
}
