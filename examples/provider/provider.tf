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
  # Who receives the projects of a member or a key that is deleted.
  transfer_ownership_to = "gis-lead@example.com"
}

# A person, from invitation to removal.
resource "jmapcloud_member" "ada" {
  email = "ada@example.com"
  role  = "ORG_EDITOR"
}
