import {
  to = jmapcloud_invitation.reviewer
  identity = {
    email = "reviewer@example.com"
  }
}
