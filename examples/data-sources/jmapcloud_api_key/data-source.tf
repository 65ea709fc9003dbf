data "jmapcloud_api_key" "nightly_import" {
  name = "Nightly import"
}

# By this email the key is given permissions on projects and data sources.
output "nightly_import_email" {
  value = data.jmapcloud_api_key.nightly_import.email
}
