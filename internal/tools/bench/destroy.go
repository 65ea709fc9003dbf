package main

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

// destruction is a destroy of owners, each of whom owns some of the organization's projects and data sources, with a successor for all.
type destruction struct {
	owners, resources int
	latency           time.Duration
}

// The numbers of resources are round, those of projects and of data sources are not: a list of a round length may be cut, and the provider
// would refuse.
var destructions = []destruction{
	{owners: 100, resources: 200, latency: 50 * time.Millisecond},
	{owners: 50, resources: 2000, latency: 100 * time.Millisecond},
}

const (
	successor = "successor@example.com"
	atOnce    = 10 // calls, as many as Terraform deletes at once
	rehearsal = 16 // calls, one after the other
)

// ideal is how long the calls of the bound take: a reading, ten calls at a time, the rehearsal, and for each owner one call and four for
// each holding.
func (d destruction) ideal() time.Duration {
	calls := 4 + d.resources + d.owners + 4*d.resources
	return time.Duration(calls/atOnce+rehearsal) * d.latency
}

func (d destruction) name() string {
	return fmt.Sprintf("%d owners, %d resources, %d ms", d.owners, d.resources, d.latency.Milliseconds())
}

func (d destruction) configuration() string {
	return requiredProviders + fmt.Sprintf(`
provider "jmapcloud" {
  transfer_ownership_to = %q
}

resource "jmapcloud_member" "all" {
  count = %d
  email = "owner-${count.index}@example.com"
  role  = "ORG_EDITOR"
}
`, successor, d.owners)
}

// seed makes the owners and what they own.
func (d destruction) seed(c *simulator.Server) error {
	const password = "Correct-Horse.7"
	if _, err := c.AddMember("Successor", successor, simulator.RoleEditor, password); err != nil {
		return err
	}
	for i := range d.owners {
		if _, err := c.AddMember(fmt.Sprintf("Owner %d", i), fmt.Sprintf("owner-%d@example.com", i), simulator.RoleEditor, password); err != nil {
			return err
		}
	}
	const uneven = 3
	for i := range d.resources {
		owner := fmt.Sprintf("owner-%d@example.com", i%d.owners)
		var err error
		if i < d.resources/2+uneven {
			_, err = c.AddProject(fmt.Sprintf("Project %d", i), owner)
		} else {
			_, err = c.AddDataSource(fmt.Sprintf("Data source %d", i), owner)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// measureDestroy applies the saved plan of each destruction once: it takes long, and is far from the noise.
func (b *bench) measureDestroy(ctx context.Context) error {
	for _, d := range destructions {
		if err := b.destroyOnce(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) destroyOnce(ctx context.Context, d destruction) (err error) {
	c, err := startCloud(ctx)
	if err != nil {
		return err
	}
	defer func() { err = cmp.Or(err, c.close()) }()
	if err := d.seed(c.Server); err != nil {
		return err
	}
	x, err := b.prepare(b.provider, c, d.configuration())
	if err != nil {
		return err
	}
	if _, err := x.apply(ctx, fmt.Sprintf("%d added", d.owners)); err != nil {
		return err
	}
	if _, err := x.run(ctx, fmt.Sprintf("%d to destroy", d.owners), "plan", "-destroy", "-input=false", "-no-color", "-out=saved"); err != nil {
		return err
	}
	c.SetLatency(d.latency)
	s, err := x.apply(ctx, fmt.Sprintf("%d destroyed", d.owners), "saved")
	if err != nil {
		return err
	}
	if left := len(c.Projects()) + len(c.DataSources()); left != d.resources {
		return fmt.Errorf("%d of %d resources are left", left, d.resources)
	}
	b.note(&b.destroyed, "destroy", d.name(), s)
	return nil
}

// reportDestroy writes the table of the destructions.
func (b *bench) reportDestroy(r *strings.Builder) {
	r.WriteString("\n## Deletions with a successor\n\nThe apply of a saved plan that deletes every owner, measured once. The ideal is the time of its calls, ten at a time but for those of the\n" +
		"rehearsal: a reading, 16 calls for the rehearsal, and for each owner one call and four for each project or data source.\n\n")
	row(r, "", "measured", "ideal", "ratio", "API calls")
	row(r, "---", "---:", "---:", "---:", "---:")
	for _, d := range destructions {
		s := b.destroyed[d.name()]
		row(r, d.name(), tellTime(s), seconds(d.ideal()), fmt.Sprintf("%.2f ×", took(s).Seconds()/d.ideal().Seconds()), tellCalls(s))
	}
}
