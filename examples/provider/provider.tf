terraform {
  required_providers {
    jmapcloud = {
      source  = "jmapcloud/jmapcloud"
      version = "~> 0.1"
    }
  }
}

# The account comes from the environment: JMAPCLOUD_USERNAME and JMAPCLOUD_PASSWORD.
provider "jmapcloud" {
  # The member who receives the projects of a deleted member or API key.
  transfer_ownership_to = "gis-lead@example.com"
}

# A person, from invitation to removal.
resource "jmapcloud_member" "ada" {
  email = "ada@example.com"
  role  = "ORG_EDITOR"
}
