import {
  to = jmapcloud_api_key.dashboard
  id = "Dashboard"
}
