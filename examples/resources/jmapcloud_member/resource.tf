# One person. Applying this invites them.
resource "jmapcloud_member" "ada" {
  email = "ada@example.com"
  role  = "ORG_EDITOR"
}

# A team, from a map. Removing a line removes the member, and their maps are transferred to the successor.
locals {
  team = {
    "bruno@example.com" = { role = "ORG_EDITOR", language = "fr" }
    "carla@example.com" = { role = "ORG_VIEWER", language = "es" }
  }
}

resource "jmapcloud_member" "team" {
  for_each = local.team

  email                 = each.key
  role                  = each.value.role
  language              = each.value.language
  transfer_ownership_to = "gis-lead@example.com"
}

# A guest editor, who is not invited again after they leave or are removed in the portal.
resource "jmapcloud_member" "guest" {
  email        = "guest@example.com"
  role         = "ORG_EDITOR"
  on_departure = "keep_out"
}
