data "jmapcloud_invitation" "reviewer" {
  email = "reviewer@example.com"
}

output "reviewer_has_until" {
  value = data.jmapcloud_invitation.reviewer.expires_at
}
