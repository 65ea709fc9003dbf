package provider_test

import "testing"

// A list that is cut shows no departure: the refresh fails, and the report does not tell.
func TestDeparture_isNotTakenFromAListThatIsCut(t *testing.T) {
	t.Parallel()
	c := startForeignCloud(t)
	config := memberOf(ana)
	config["on_departure"] = "keep_out"
	o := c.create(t, member, config)
	c.accept(t, ana)
	o = c.refreshed(t, member, o)
	must(t, c.RemoveMember(ana, ""))
	c.addMember(t, lead, "ORG_EDITOR")
	must(t, c.Speak("access-lists-keep-newest:1"))
	_, diags := c.walk(t, nil).read(t, member, o)
	wants(t, "the error", diags.errors(), "It cannot be told whether ana@example.com is a member or invited")
	value, diags := c.walk(t, nil).data(t, accessReport, values{"expected_emails": []string{ana}})
	diags.mustBeFree(t)
	if departed := attributesOf(t, value)["departed"]; !departed.IsNull() {
		t.Errorf("departed are %s", departed)
	}
	must(t, c.Speak())
	if o = c.refreshed(t, member, o); o.text(t, "status") != "REMOVED" {
		t.Errorf("the status is %q", o.text(t, "status"))
	}
}

// The end of a removed person's resource makes no call that writes, and a replacement leaves them out.
func TestDeparture_removedPersonIsReplacedAndDestroyedWithoutAWord(t *testing.T) {
	t.Parallel()
	c := startCloud(t).withOthersMaps(t)
	config := memberOf(ana)
	config["on_departure"] = "keep_out"
	o := c.create(t, member, config)
	c.accept(t, ana)
	o = c.refreshed(t, member, o)
	must(t, c.RemoveMember(ana, ""))
	o = c.refreshed(t, member, o)
	c.written()
	r := c.replace(t, member, o, config, "-replace")
	if got := r.text(t, "status"); got != "REMOVED" {
		t.Errorf("the status is %q", got)
	}
	c.mustBeEmpty(t, member, r.object, config)
	p := c.walk(t, nil).plan(t, member, r.object, nil)
	wants(t, "the warning", p.diags.warnings())
	requests := len(c.Requests())
	_, diags := c.walk(t, nil).apply(t, p)
	diags.mustBeFree(t)
	if made := len(c.Requests()); made != requests {
		t.Errorf("the deletion made %d requests", made-requests)
	}
	c.wroteNow(t)
	c.mailedNow(t, 1)
}
