import {
  to = jmapcloud_member.ada
  id = "ada@example.com"
}
