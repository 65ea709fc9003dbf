terraform {
  required_version = ">= 1.5"

  required_providers {
    jmapcloud = {
      source = "jmapcloud/jmapcloud"
    }
  }
}

# The address of the cloud and the account come from the environment: JMAPCLOUD_ENDPOINT, _USERNAME, _PASSWORD.
provider "jmapcloud" {}

data "jmapcloud_organization" "this" {}

data "jmapcloud_current_member" "me" {}

# Each person is one resource, from invitation to removal.
resource "jmapcloud_member" "team" {
  for_each = var.team

  email    = each.key
  role     = each.value.role
  language = each.value.language

  # The member who receives the maps of a removed member.
  transfer_ownership_to = data.jmapcloud_current_member.me.email
}

resource "jmapcloud_api_key" "dashboard" {
  name       = "Dashboard"
  role       = "ORG_VIEWER"
  expires_at = var.keys_expire_at
}

resource "jmapcloud_api_key" "nightly_import" {
  name                  = "Nightly import"
  role                  = "ORG_EDITOR"
  expires_at            = var.keys_expire_at
  transfer_ownership_to = data.jmapcloud_current_member.me.email
}

# A person whom Terraform does not manage after the acceptance.
resource "jmapcloud_invitation" "reviewer" {
  email      = "reviewer@example.com"
  role       = "ORG_VIEWER"
  on_expired = "keep"
}
