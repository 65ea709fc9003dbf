terraform {
  required_version = ">= 1.5"

  required_providers {
    jmapcloud = {
      source = "jmapcloud/jmapcloud"
    }
  }
}
