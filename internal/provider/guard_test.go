package provider_test

import (
	"fmt"
	"slices"
	"testing"
)

// administrator makes an administrator, whom Terraform manages.
func (c *cloud) administrator(t *testing.T, email string) object {
	t.Helper()
	if _, found := c.Member(email); !found {
		c.addMember(t, email, "ORG_ADMIN")
	}
	return c.create(t, member, values{"email": email, "role": "ORG_ADMIN"})
}

// as is a provider block that signs in as a member whom addMember made.
func as(email string) values { return values{"username": email, "password": password} }

// The ways to end the role of an administrator: nil removes them.
var ways = []struct {
	name    string
	attempt string
	config  func(email string) values
	write   string
}{
	{"removed", "remove", func(string) values { return nil }, "DELETE members"},
	{"replaced", "remove", func(email string) values { return values{"email": "new." + email, "role": "ORG_ADMIN"} }, "DELETE members"},
	{"demoted", "demote", func(email string) values { return values{"email": email, "role": "ORG_EDITOR"} }, "PATCH members"},
}

// inUse is what the refusal about the account in use says.
func inUse(attempt string) []string {
	return []string{
		"Refusing to " + attempt + " the account in use",
		"run with the credentials of another Administrator",
		"removed block with lifecycle { destroy = false }",
	}
}

func TestGuard_accountInUseIsNeitherRemovedNorDemoted(t *testing.T) {
	t.Parallel()
	for _, way := range ways {
		t.Run(way.name, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t)
			c.addMember(t, ada, "ORG_ADMIN") // so that it is not the only administrator
			self := c.Account().Username
			o := c.administrator(t, self)
			c.written()
			p := c.walk(t, nil).plan(t, member, o, way.config(self))
			wants(t, "the plan's error", p.diags.errors(), inUse(way.attempt)...)
			c.wroteNow(t)
		})
	}
}

// A plan that another account made is no way around it.
func TestGuard_accountInUseIsRefusedAtApplyToo(t *testing.T) {
	t.Parallel()
	for _, way := range ways {
		t.Run(way.name, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t).withOthersMaps(t)
			o := c.administrator(t, ada)
			p := c.walk(t, nil).plan(t, member, o, way.config(ada))
			p.diags.mustBeFree(t)
			w := c.walk(t, as(ada))
			if p.replace {
				p = w.destroyed(p)
			}
			c.written()
			_, diags := w.apply(t, p)
			wants(t, "the apply's error", diags.errors(), inUse(way.attempt)...)
			c.wroteNow(t)
		})
	}

	t.Run("promoted since the plan", func(t *testing.T) {
		t.Parallel()
		c := startCloud(t).withOthersMaps(t)
		c.addMember(t, ada, "ORG_VIEWER")
		o := c.create(t, member, values{"email": ada, "role": "ORG_VIEWER"})
		p := c.walk(t, nil).plan(t, member, o, nil)
		p.diags.mustBeFree(t)
		must(t, c.SetRole(ada, "ORG_ADMIN"))
		_, diags := c.walk(t, as(ada)).apply(t, p)
		wants(t, "the apply's error", diags.errors(), inUse("remove")...)
		c.wroteNow(t)
	})

	t.Run("adopted with a lower role", func(t *testing.T) {
		t.Parallel()
		c := startCloud(t).withOthersMaps(t)
		c.addMember(t, ada, "ORG_ADMIN")
		config := values{"email": c.Account().Username, "role": "ORG_EDITOR"}
		p := c.walk(t, nil).plan(t, member, object{}, config)
		wants(t, "the plan's error", p.diags.errors(), inUse("demote")...)
		p = c.walk(t, as(ada)).plan(t, member, object{}, config)
		p.diags.mustBeFree(t)
		o, diags := c.walk(t, nil).apply(t, p)
		wants(t, "the apply's error", diags.errors(), inUse("demote")...)
		if !o.value.IsNull() {
			t.Errorf("the state is %s", o.value)
		}
		c.wroteNow(t)
	})

	t.Run("invited, and an administrator since the plan", func(t *testing.T) {
		t.Parallel()
		c := startCloud(t).withOthersMaps(t)
		o := c.create(t, member, values{"email": ada, "role": "ORG_ADMIN"})
		p := c.walk(t, nil).plan(t, member, o, nil)
		p.diags.mustBeFree(t)
		_, err := c.Accept(ada, "Ada", password)
		must(t, err)
		c.written()
		_, diags := c.walk(t, as(ada)).apply(t, p)
		wants(t, "the apply's error", diags.errors(), inUse("remove")...)
		c.wroteNow(t)
	})
}

// The account in use is an Administrator that no run removes or demotes, so no run leaves the organization without one: in
// whatever order Terraform plans everybody's end, the account is refused, and the run ends there.
func TestGuard_noRunEndsTheLastAdministrator(t *testing.T) {
	t.Parallel()
	for _, way := range ways {
		for _, accountFirst := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, the account first: %t", way.name, accountFirst), func(t *testing.T) {
				t.Parallel()
				c := startCloud(t)
				c.addMember(t, grace, "ORG_EDITOR")
				self := c.Account().Username
				administrators := []string{self, ada}
				objects := map[string]object{self: c.administrator(t, self), ada: c.administrator(t, ada)}
				if !accountFirst {
					slices.Reverse(administrators)
				}
				c.written()
				w := c.walk(t, nil)
				for _, email := range administrators {
					p := w.plan(t, member, objects[email], way.config(email))
					if email == self {
						wants(t, "the plan's error", p.diags.errors(), inUse(way.attempt)...)
					}
				}
				c.wroteNow(t)
			})
		}
	}
}

func TestGuard_anotherAdministratorMayGo(t *testing.T) {
	t.Parallel()
	for _, way := range ways {
		t.Run(way.name, func(t *testing.T) {
			t.Parallel()
			c := startCloud(t).withOthersMaps(t)
			one, two := c.administrator(t, ada), c.administrator(t, grace)
			planning, applying := c.walk(t, nil), c.walk(t, nil)
			for email, o := range map[string]object{ada: one, grace: two} { // both in one run
				p := planning.plan(t, member, o, way.config(email))
				p.diags.mustBeFree(t)
				if p.replace {
					p = applying.destroyed(p)
				}
				c.written()
				_, diags := applying.apply(t, p)
				diags.mustBeFree(t)
				c.wroteNow(t, way.write)
			}
		})
	}
}
