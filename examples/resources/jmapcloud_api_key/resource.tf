# An API key that can only read.
resource "jmapcloud_api_key" "dashboard" {
  name       = "Dashboard"
  role       = "ORG_VIEWER"
  expires_at = "2035-01-01T00:00:00Z"
}

# An API key that creates projects. When it is deleted, the successor receives them.
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

# An API key that rotates: it expires after 90 days, and the first apply in its last 14 days creates a new one. The previous
# API key works for another day.
resource "jmapcloud_api_key" "exporter" {
  name                  = "Exporter"
  role                  = "ORG_EDITOR"
  lifetime              = "2160h"
  rotate_before         = "336h"
  keep_previous_for     = "24h"
  transfer_ownership_to = "gis-lead@example.com"

  rotate_when_changed = {
    leaks = "0" # raise it when the secret has become known to others
  }
}
