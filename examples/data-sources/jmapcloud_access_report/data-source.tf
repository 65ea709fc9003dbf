data "jmapcloud_access_report" "this" {
  expected_emails          = ["admin@example.com", "gis-lead@example.com"]
  api_keys_expiring_within = "336h"
}

# Every plan warns of members who are not expected, and of API keys that expire soon. It stops nothing.
check "access" {
  assert {
    condition     = length(data.jmapcloud_access_report.this.unexpected_members) == 0
    error_message = "Not expected: ${join(", ", data.jmapcloud_access_report.this.unexpected_members[*].email)}."
  }

  assert {
    condition     = length(data.jmapcloud_access_report.this.expiring_api_keys) == 0
    error_message = "About to expire: ${join(", ", data.jmapcloud_access_report.this.expiring_api_keys[*].name)}."
  }
}
