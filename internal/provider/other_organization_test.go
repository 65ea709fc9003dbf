package provider_test

import (
	"encoding/json"
	"maps"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// rivers is a second organization of the account.
func (c *cloud) rivers(t *testing.T) string {
	t.Helper()
	o, err := c.AddOrganization("Rivers", c.Account().Username)
	must(t, err)
	return o.ID
}

// memories are the ways in which an object remembers its organization: Terraform stores identities from version 1.12 on.
var memories = map[string]func(object) object{
	"identity and private state": func(o object) object { return o },
	"private state":              func(o object) object { o.identity = nil; return o },
	"identity":                   func(o object) object { o.private = nil; return o },
}

func inOtherOrganization(test func(t *testing.T, typeName string, c *cloud, o object, config values, other string)) func(*testing.T) {
	return func(t *testing.T) {
		t.Parallel()
		for typeName, with := range identityCases {
			if typeName == organization {
				continue // its identity is the organization
			}
			for how, remembers := range memories {
				t.Run(typeName+", "+how, func(t *testing.T) {
					t.Parallel()
					c := startCloud(t)
					other := c.rivers(t)
					config := with.config(c)
					o := remembers(c.create(t, typeName, config))
					c.ClearRequests()
					test(t, typeName, c, o, config, other)
					if writes := c.writes(); len(writes) > 0 {
						t.Errorf("it wrote %v", writes)
					}
				})
			}
		}
	}
}

// isElsewhere checks an error about an object of another organization: it names both, and says what to do.
func (c *cloud) isElsewhere(t *testing.T, diags diagnostics, other string) {
	t.Helper()
	wants(t, "the error", diags.errors(), "belongs to another organization",
		`"Simulated Organization" (`+c.Account().OrganizationID+")", `"Rivers" (`+other+")",
		"Set organization_id, or JMAPCLOUD_ORGANIZATION_ID, to "+c.Account().OrganizationID, "another workspace")
	if warnings := diags.warnings(); warnings != "" {
		t.Errorf("it warns as well:\n%s", warnings)
	}
}

func TestOtherOrganization_isNotReadAsGone(t *testing.T) {
	inOtherOrganization(func(t *testing.T, typeName string, c *cloud, o object, _ values, other string) {
		after, diags := c.walk(t, values{"organization_id": other}).read(t, typeName, o)
		c.isElsewhere(t, diags, other)
		if !after.value.Equal(o.value) {
			t.Errorf("the state became %s", after.value)
		}
	})(t)
}

// With -refresh=false nothing is read before.
func TestOtherOrganization_isNotPlanned(t *testing.T) {
	inOtherOrganization(func(t *testing.T, typeName string, c *cloud, o object, config values, other string) {
		changed := maps.Clone(config)
		maps.Copy(changed, identityCases[typeName].changes)
		for _, wanted := range []values{nil, config, changed} {
			c.isElsewhere(t, c.walk(t, values{"organization_id": other}).plan(t, typeName, o, wanted).diags, other)
		}
	})(t)
}

// A saved plan is applied with what the environment says then.
func TestOtherOrganization_isNotChangedByASavedPlan(t *testing.T) {
	inOtherOrganization(func(t *testing.T, typeName string, c *cloud, o object, config values, other string) {
		changed := maps.Clone(config)
		maps.Copy(changed, identityCases[typeName].changes)
		for _, wanted := range []values{nil, changed} {
			p := c.walk(t, nil).plan(t, typeName, o, wanted)
			p.diags.mustBeFree(t)
			after, diags := c.walk(t, values{"organization_id": other}).apply(t, p)
			c.isElsewhere(t, diags, other)
			if !after.value.Equal(o.value) {
				t.Errorf("the state became %s", after.value)
			}
		}
	})(t)
}

// What an object belongs to is learned where it is found: by an import, and by the first refresh of a state that does not tell.
func TestOtherOrganization_isLearnedWhereTheObjectIsFound(t *testing.T) {
	t.Parallel()
	for typeName, with := range identityCases {
		if typeName == organization {
			continue
		}
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t)
			other := c.rivers(t)
			o := c.create(t, typeName, with.config(c))
			imported, diags := c.imported(t, nil, typeName, o.text(t, key(typeName)), nil)
			diags.mustBeFree(t)
			for how, learned := range map[string]object{"import": imported, "refresh of an old state": c.refreshed(t, typeName, object{value: o.value})} {
				for _, remembers := range memories {
					_, diags := c.walk(t, values{"organization_id": other}).read(t, typeName, remembers(learned))
					if c.isElsewhere(t, diags, other); t.Failed() {
						t.Fatal(how)
					}
				}
			}
			gone, diags := c.walk(t, values{"organization_id": other}).read(t, typeName, object{value: o.value})
			diags.mustBeFree(t)
			back, diags := c.walk(t, nil).read(t, typeName, object{value: o.value, private: gone.private})
			if diags.mustBeFree(t); back.value.IsNull() {
				t.Error("a refresh that did not find it has learned where it belongs")
			}
		})
	}
}

// The organization is known by its id, whichever the provider works on.
func TestOtherOrganization_isReadByItsResource(t *testing.T) {
	t.Parallel()
	c := startCloud(t)
	other := c.rivers(t)
	o := c.create(t, organization, values{"name": "Roads", "deletion_protection": true})
	after, diags := c.walk(t, values{"organization_id": other}).read(t, organization, o)
	diags.mustBeFree(t)
	if !after.value.Equal(o.value) {
		t.Errorf("the state became %s", after.value)
	}
}

// A move from an invitation to a membership takes along what the invitation remembers.
func TestOtherOrganization_isRememberedThroughAMove(t *testing.T) {
	t.Parallel()
	for how, remembers := range memories {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t)
			other := c.rivers(t)
			o := remembers(c.create(t, invitation, identityCases[invitation].config(c)))
			w := c.walk(t, values{"organization_id": other})
			request := movedInvitation(t, c, w, o)
			resp, err := w.server.MoveResourceState(t.Context(), request)
			must(t, err)
			diagnostics(resp.Diagnostics).mustBeFree(t)
			_, diags := w.read(t, member, object{undynamic(t, w.typeOf(member), resp.TargetState), resp.TargetPrivate, resp.TargetIdentity})
			c.isElsewhere(t, diags, other)
		})
	}
}

// A run that was cut after the organization was deleted leaves people and keys in the state. The next run finds them gone, with or without a refresh,
// whether or not the organization is named, and by a token that is bound to it.
func TestOtherOrganization_ifDeletedTookItsObjectsAlong(t *testing.T) {
	t.Parallel()
	for typeName, with := range identityCases {
		if typeName == organization {
			continue
		}
		for how, remembers := range memories {
			for signedIn, block := range map[string]func(*testing.T, *cloud) values{
				"named":     func(*testing.T, *cloud) values { return nil },
				"not named": func(*testing.T, *cloud) values { return values{"organization_id": nil} },
				"by token": func(t *testing.T, c *cloud) values {
					token, err := c.SingleSignOn(c.Account().Username)
					must(t, err)
					return values{"access_token": token, "username": nil, "password": nil, "organization_id": nil}
				},
			} {
				t.Run(typeName+", "+how+", "+signedIn, func(t *testing.T) {
					t.Parallel()
					c := startCloud(t)
					o := remembers(c.create(t, typeName, with.config(c)))
					arguments := block(t, c)
					p := c.walk(t, nil).plan(t, typeName, o, nil)
					p.diags.mustBeFree(t)
					must(t, c.DeleteOrganization(c.Account().OrganizationID))

					after, diags := c.walk(t, arguments).read(t, typeName, o)
					diags.mustBeFree(t)
					if !after.value.IsNull() {
						t.Error("it is still there")
					}
					wants(t, "the warning", diags.warnings(), "Gone: ", "The organization "+c.Account().OrganizationID+", to which it belonged, was deleted")
					for _, p := range []planned{p, c.walk(t, arguments).plan(t, typeName, o, nil)} {
						p.diags.mustBeFree(t)
						after, diags := c.walk(t, arguments).apply(t, p)
						diags.mustBeFree(t)
						if !after.value.IsNull() {
							t.Error("it is still there after its deletion")
						}
					}
				})
			}
		}
	}
}

// An organization that another cloud has is not gone for being unknown here, nor one that the account no longer sees.
func TestOtherOrganization_ifNotSeenIsNotGone(t *testing.T) {
	t.Parallel()
	for typeName, with := range identityCases {
		if typeName == organization {
			continue
		}
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t)
			o := c.create(t, typeName, with.config(c))
			stays := func(what string, w *walk) {
				t.Helper()
				after, diags := w.read(t, typeName, o)
				if wants(t, what+": the error", diags.errors(), "organization"); !diags.hasError() || !after.value.Equal(o.value) {
					t.Errorf("%s: the state became %s", what, after.value)
				}
				if p := w.plan(t, typeName, o, nil); !p.diags.hasError() {
					t.Errorf("%s: the deletion is planned", what)
				}
			}
			elsewhere := startCloud(t)
			stays("another cloud", elsewhere.walk(t, values{"organization_id": c.Account().OrganizationID}))

			c.addMember(t, lead, "ORG_ADMIN")
			must(t, c.RemoveMember(c.Account().Username, lead))
			for _, named := range []any{c.Account().OrganizationID, nil} {
				stays("an account that was removed", c.walk(t, values{"organization_id": named}))
			}
		})
	}
}

// movedInvitation is how Terraform asks for an invitation to become a membership.
func movedInvitation(t *testing.T, c *cloud, w *walk, o object) *tfprotov6.MoveResourceStateRequest {
	t.Helper()
	state := map[string]*string{}
	for name, value := range attributesOf(t, o.value) {
		var text *string
		must(t, value.As(&text))
		state[name] = text
	}
	raw := func(v any) *tfprotov6.RawState {
		encoded, err := json.Marshal(v)
		must(t, err)
		return &tfprotov6.RawState{JSON: encoded}
	}
	request := &tfprotov6.MoveResourceStateRequest{
		SourceProviderAddress: "registry.terraform.io/jmapcloud/jmapcloud", SourceTypeName: invitation, TargetTypeName: member,
		SourceState: raw(state), SourcePrivate: o.private,
	}
	if o.identity != nil {
		request.SourceIdentity = raw(c.identified(t, invitation, o.identity))
	}
	return request
}
