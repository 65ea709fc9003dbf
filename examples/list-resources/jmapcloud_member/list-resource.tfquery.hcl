# All persons: members and invited persons. Without a limit, Terraform stops after 100.
list "jmapcloud_member" "all" {
  provider         = jmapcloud
  limit            = 10000
  include_resource = true
}

# The Administrators.
list "jmapcloud_member" "administrators" {
  provider = jmapcloud

  config {
    role   = "ORG_ADMIN"
    status = "ACTIVE"
  }
}

# The persons whose invitation has expired.
list "jmapcloud_member" "expired" {
  provider = jmapcloud

  config {
    status = "EXPIRED"
  }
}
