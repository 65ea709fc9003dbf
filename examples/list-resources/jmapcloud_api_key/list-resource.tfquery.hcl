# Every API key that has not expired. Without a limit, Terraform stops after 100.
list "jmapcloud_api_key" "working" {
  provider         = jmapcloud
  limit            = 10000
  include_resource = true

  config {
    expired = false
  }
}

# The API keys that one person created, and that expire soon.
list "jmapcloud_api_key" "of_admin" {
  provider = jmapcloud

  config {
    created_by     = "admin@example.com"
    expires_before = "2030-01-01T00:00:00Z"
  }
}
