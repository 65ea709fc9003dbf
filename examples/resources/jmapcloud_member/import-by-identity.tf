import {
  to = jmapcloud_member.ada
  identity = {
    email = "ada@example.com"
  }
}
