package provider_test

import (
	"fmt"
	"net/http"
	"path"
	"strings"
	"sync"
	"testing"
)

// adopted is an organization with its people and keys in one state, as the guide on adoption writes it, and deletion_protection off.
func (c *cloud) adopted(t *testing.T) *cli {
	t.Helper()
	home := c.Organizations()[0]
	x := c.cli(t)
	organization := fmt.Sprintf("resource \"jmapcloud_organization\" \"home\" {\n  name                = %q\n  deletion_protection = false\n}\n", home.Name)
	config := organization + c.ciKey("ci") + memberBlock("ana", "ORG_EDITOR") + memberBlock("grace", "ORG_VIEWER") +
		strings.Replace(memberBlock("ada", "ORG_VIEWER"), "_member", "_invitation", 1)
	x.write(t, config+fmt.Sprintf("import {\n  to = jmapcloud_organization.home\n  id = %q\n}\n", home.ID)).apply(t, false)
	x.write(t, config) // Terraform before 1.7 imports again at the plan that finds the organization gone
	c.accept(t, ana)
	return x
}

// orderDeletions lets the organization be deleted before or after everything that is in it.
func (c *cloud) orderDeletions(organizationFirst bool) {
	ready := make(chan struct{})
	var once sync.Once
	c.Use(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			isOrganization := path.Base(path.Dir(r.URL.Path)) == "organizations"
			if r.Method == http.MethodDelete && isOrganization != organizationFirst {
				select {
				case <-ready:
				case <-r.Context().Done():
				}
			}
			next.ServeHTTP(w, r)
			if r.Method == http.MethodDelete && isOrganization == organizationFirst && (isOrganization || len(c.standing()) == 0) {
				once.Do(func() { close(ready) })
			}
		})
	})
}

// isLeftEmpty checks that nothing is left in the state or in the cloud.
func (x *cli) isLeftEmpty(t *testing.T) {
	t.Helper()
	sameLists(t, "the state", x.standing(t), []string{})
	if left := x.cloud.Organizations(); len(left) > 0 {
		t.Errorf("the cloud has %+v", left)
	}
}

// Terraform deletes the organization beside what is in it, in any order.
func TestCLI_deletedOrganizationTakesItsPeopleAndKeysAlong(t *testing.T) {
	t.Parallel()
	for _, first := range []bool{true, false} {
		t.Run(fmt.Sprintf("the organization first: %v", first), func(t *testing.T) {
			t.Parallel()
			c := startCloud(t).withOthersMaps(t)
			x := c.adopted(t)
			c.orderDeletions(first)
			x.apply(t, false, "-destroy")
			x.isLeftEmpty(t)
		})
	}
}

// Whom the plan refuses to remove, for only they own a map, goes with the organization when that is deleted by itself, as the plan says.
func TestCLI_refusedMemberGoesWithTheOrganization(t *testing.T) {
	t.Parallel()
	c := startCloud(t).withOthersMaps(t)
	x := c.adopted(t)
	roads := c.project(t, "Roads", ana)
	out := x.plan(t, true, "-destroy")
	reads(t, out, "Roads", "Deleting the organization \"Simulated Organization\" deletes everything in it", "terraform destroy -target=<the organization's address>")
	if !hasProject(c, roads) {
		t.Fatal("the map is gone")
	}
	x.apply(t, false, "-destroy", "-target=jmapcloud_organization.home")
	x.apply(t, false, "-destroy")
	x.isLeftEmpty(t)
}

// An account that belongs to no organization is told what to do. That the account does not see an organization does not show that it is gone.
func TestCLI_accountWithoutAnOrganizationIsToldWhatToDo(t *testing.T) {
	t.Parallel()
	c := startCloud(t).withOthersMaps(t)
	x := c.cli(t).write(t, memberBlock("ana", "ORG_EDITOR"))
	x.apply(t, false)
	c.addMember(t, lead, "ORG_ADMIN")
	must(t, c.RemoveMember(c.Account().Username, lead))
	for _, organization := range []string{c.Account().OrganizationID, ""} {
		x.environ = append(x.environ, "JMAPCLOUD_ORGANIZATION_ID="+organization)
		out := x.apply(t, true, "-destroy")
		reads(t, out, "belongs to no organization", "Let an Administrator of the organization invite", "terraform apply -refresh-only")
		sameLists(t, "the state", x.standing(t), []string{ana + " is invited as ORG_EDITOR"})
	}
}
