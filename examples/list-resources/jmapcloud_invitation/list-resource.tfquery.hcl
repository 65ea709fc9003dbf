# Invitations to persons whom Terraform does not manage after the acceptance.
list "jmapcloud_invitation" "pending_viewers" {
  provider         = jmapcloud
  include_resource = true

  config {
    role   = "ORG_VIEWER"
    status = "PENDING"
  }
}
