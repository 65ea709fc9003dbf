# A key that can only look.
resource "jmapcloud_api_key" "dashboard" {
  name       = "Dashboard"
  role       = "ORG_VIEWER"
  expires_at = "2035-01-01T00:00:00Z"
}

# A key that makes projects. They outlive it, for a successor is named.
resource "jmapcloud_api_key" "nightly_import" {
  name                  = "Nightly import"
  role                  = "ORG_EDITOR"
  expires_at            = "2035-01-01T00:00:00Z"
  transfer_ownership_to = "gis-lead@example.com"
}

# For the program that sends it in the header Api-Key: terraform output -raw nightly_import_key
output "nightly_import_key" {
  value     = jmapcloud_api_key.nightly_import.key
  sensitive = true
}
