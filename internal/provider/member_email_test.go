package provider_test

import (
	"testing"
)

const renamed = "ana.lovelace@example.com"

// renamedMember is a member whom Terraform manages, and whose email the cloud has changed since.
func renamedMember(t *testing.T) (*cloud, object) {
	t.Helper()
	c := startCloud(t).withOthersMaps(t)
	c.addMember(t, ana, "ORG_EDITOR")
	o := c.create(t, member, memberWith(ana))
	must(t, c.ChangeEmail(ana, renamed))
	c.written()
	return c, o
}

func memberWith(email string) values {
	return values{"email": email, "role": "ORG_EDITOR", "on_expired_invitation": "resend"}
}

// The member is the same by their id. Terraform is told that their identity may change, and reads them on.
func TestMember_whoseEmailChangesIsReadOn(t *testing.T) {
	t.Parallel()
	c, o := renamedMember(t)
	for range 2 {
		o = c.refreshed(t, member, o)
		if got, identity := o.text(t, "email"), c.identified(t, member, o.identity)["email"]; got != renamed || identity != renamed {
			t.Errorf("the email is %s, and in the identity %s", got, identity)
		}
	}
	c.mustBeEmpty(t, member, o, memberWith(renamed))
	c.wroteNow(t)
}

// The configuration still has the former address. Another address is another person, but not this one.
func TestMember_whoseEmailChangesIsNotReplaced(t *testing.T) {
	t.Parallel()
	c, o := renamedMember(t)
	for range 2 {
		o = c.refreshed(t, member, o) // and kept, as with -refresh-only
		p := c.walk(t, nil).plan(t, member, o, memberWith(ana))
		wants(t, "the error", p.diags.errors(), "The member "+ana+" is now "+renamed, `Set email = "`+renamed+`"`, "another resource")
	}
	must(t, c.ChangeEmail(renamed, "a."+renamed))
	o = c.refreshed(t, member, o)
	wants(t, "the error", c.walk(t, nil).plan(t, member, o, memberWith(ana)).diags.errors(), "The member "+ana+" is now a."+renamed)
	p := c.walk(t, nil).plan(t, member, o, memberWith(grace))
	if p.diags.mustBeFree(t); !p.replace {
		t.Error("another person does not replace the membership")
	}
	c.wroteNow(t)
}

// With -refresh=false the state has the former address, and the configuration follows the cloud.
func TestMember_whoseEmailChangesIsNotReplacedUnread(t *testing.T) {
	t.Parallel()
	c, o := renamedMember(t)
	p := c.walk(t, nil).plan(t, member, o, memberWith(renamed))
	wants(t, "the error", p.diags.errors(), "The member "+ana+" is now "+renamed, "Plan without -refresh=false")
	c.mustBeEmpty(t, member, o, memberWith(renamed))
	c.wroteNow(t)
}
