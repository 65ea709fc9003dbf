import {
  to = jmapcloud_invitation.reviewer
  id = "reviewer@example.com"
}
