# An invitation by mail, in English, good for seven days and sent again by the first apply after that.
resource "jmapcloud_invitation" "reviewer" {
  email = "reviewer@example.com"
  role  = "ORG_VIEWER"
}

# Invited once: what they do with it is up to them.
resource "jmapcloud_invitation" "contractors" {
  for_each = toset(["dana@example.com", "emil@example.com"])

  email      = each.key
  role       = "ORG_EDITOR"
  language   = "fr"
  on_expired = "keep"
}
