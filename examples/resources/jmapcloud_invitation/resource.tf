# An invitation by mail, in English. It expires after seven days, and the first apply after that sends another.
resource "jmapcloud_invitation" "reviewer" {
  email = "reviewer@example.com"
  role  = "ORG_VIEWER"
}

# Invited once: no apply sends a second mail.
resource "jmapcloud_invitation" "contractors" {
  for_each = toset(["dana@example.com", "emil@example.com"])

  email      = each.key
  role       = "ORG_EDITOR"
  language   = "fr"
  on_expired = "keep"
}
