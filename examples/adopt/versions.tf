terraform {
  required_version = ">= 1.5"

  required_providers {
    jmapcloud = {
      source = "jmapcloud/jmapcloud"
    }
  }
}

# The account comes from JMAPCLOUD_USERNAME and JMAPCLOUD_PASSWORD.
provider "jmapcloud" {}
