import {
  to = jmapcloud_organization.this
  id = "City of Example"
}

import {
  for_each = local.people
  to       = jmapcloud_member.people[each.key]
  id       = each.key
}

import {
  for_each = local.api_keys
  to       = jmapcloud_api_key.keys[each.key]
  id       = each.key
}
