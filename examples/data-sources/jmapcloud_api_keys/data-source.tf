# The keys that stop working before 2030.
data "jmapcloud_api_keys" "ending" {
  expires_before = "2030-01-01T00:00:00Z"
}

output "ending_keys" {
  value = { for key in data.jmapcloud_api_keys.ending.api_keys : key.name => key.expires_at }
}
