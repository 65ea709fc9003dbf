# Everybody: the members, and those who were invited. Without a limit, Terraform stops after 100.
list "jmapcloud_member" "everybody" {
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

# Who let their invitation run out.
list "jmapcloud_member" "expired" {
  provider = jmapcloud

  config {
    status = "EXPIRED"
  }
}
