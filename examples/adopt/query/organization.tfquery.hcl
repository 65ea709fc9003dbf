list "jmapcloud_organization" "this" {
  provider         = jmapcloud
  include_resource = true
}

list "jmapcloud_member" "people" {
  provider         = jmapcloud
  include_resource = true
  limit            = 10000
}

list "jmapcloud_api_key" "keys" {
  provider         = jmapcloud
  include_resource = true
  limit            = 10000

  config {
    expired = false
  }
}
