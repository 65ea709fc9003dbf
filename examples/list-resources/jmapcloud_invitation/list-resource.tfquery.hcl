# Invitations to people who will not be managed once they accept.
list "jmapcloud_invitation" "pending_viewers" {
  provider         = jmapcloud
  include_resource = true

  config {
    role   = "ORG_VIEWER"
    status = "PENDING"
  }
}
