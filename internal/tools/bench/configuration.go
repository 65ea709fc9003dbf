package main

import (
	"fmt"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
)

const requiredProviders = `terraform {
  required_providers {
    jmapcloud = {
      source = "jmapcloud/jmapcloud"
    }
  }
}
`

func (b *bench) keys() int        { return b.objects * 2 / 5 }
func (b *bench) members() int     { return b.objects * 2 / 5 }
func (b *bench) invitations() int { return b.objects / 5 }
func (b *bench) total() int       { return b.keys() + b.members() + b.invitations() }

// configuration uses count: for_each over a set that is built takes Terraform itself a time that grows with the square.
func (b *bench) configuration() string {
	return requiredProviders + fmt.Sprintf(`
variable "bulk_read" {
  type    = bool
  default = true
}

provider "jmapcloud" {
  bulk_read = var.bulk_read
}

resource "jmapcloud_api_key" "all" {
  count      = %d
  name       = "key-${count.index}"
  role       = "ORG_VIEWER"
  expires_at = "2040-01-01T00:00:00Z"
}

resource "jmapcloud_member" "all" {
  count = %d
  email = "member-${count.index}@example.com"
  role  = "ORG_EDITOR"
}

resource "jmapcloud_invitation" "all" {
  count = %d
  email = "invitee-${count.index}@example.com"
  role  = "ORG_VIEWER"
}
`, b.keys(), b.members(), b.invitations())
}

// crowdConfiguration manages some of those whom the simulator seeds.
var crowdConfiguration = requiredProviders + fmt.Sprintf(`
resource "jmapcloud_member" "some" {
  count = %d
  email = format("member-%%04d@example.com", count.index + 1)
  role  = count.index %% 2 == 0 ? "ORG_EDITOR" : "ORG_VIEWER"
}
`, managed)

// seedOf makes an organization of size members, the administrator among them.
func seedOf(size int) simulator.Seed { return simulator.Seed{Members: size - 1} }
