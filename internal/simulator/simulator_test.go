package simulator_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

func TestSimulator_takesManyAtOnce(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	who := c.administrator()
	var all sync.WaitGroup
	for worker := range 8 {
		all.Go(func() {
			for n := range 10 {
				email := fmt.Sprintf("guest-%d-%d@example.com", worker, n)
				if _, err := c.Invite(email, simulator.RoleEditor, "en"); err != nil {
					t.Error(err)
				}
				if _, err := c.Accept(email, "Guest", password); err != nil {
					t.Error(err)
				}
				if _, err := c.AddProject("Map", email); err != nil {
					t.Error(err)
				}
				c.Inject(simulator.Fault{Path: "/nowhere", Action: simulator.ActionClose})
				if r := c.call("GET", c.org+"/members", who, nil); r.status != 200 {
					t.Error(r.status)
				}
				c.Requests()
				c.Sessions()
				c.Advance(1)
				if err := c.RemoveMember(email, ""); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	equal(t, "members", len(c.Members()), 1)
	equal(t, "projects", len(c.Projects()), 0)
	equal(t, "mails", len(c.Mails()), 80)
}

func TestSimulator_refreshTokenWorksOnceForAllAtOnce(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	token := c.authenticate(c.Account().Username, c.Account().Password).RefreshToken
	statuses := make(chan int, 8)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() { statuses <- c.refresh(token, c.Account().OrganizationID).status })
	}
	all.Wait()
	close(statuses)
	count := map[int]int{}
	for status := range statuses {
		count[status]++
	}
	if count[200] != 1 || count[401] != 7 {
		t.Fatalf("%v", count)
	}
}

func TestSimulator_tellsItsRoutes(t *testing.T) {
	t.Parallel()
	routes := simulator.New().Routes()
	equal(t, "routes", len(routes), 40)
	if !slices.Contains(routes, "PATCH /api/ss/rest/v1/organizations/{organization}/members/{member}") {
		t.Fatalf("%v", routes)
	}
}
