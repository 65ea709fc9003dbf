variable "people" {
  description = "Roles by email, as people write them."
  type        = map(string)
  default = {
    "Bruno@Example.com" = "ORG_EDITOR"
    "carla@example.com" = "ORG_VIEWER"
  }
}

# Another spelling of an email is the same person, and keeps the address of its resource.
resource "jmapcloud_member" "team" {
  for_each = { for email, role in var.people : provider::jmapcloud::normalize_email(email) => role }

  email = each.key
  role  = each.value
}

output "people" {
  value = [for m in jmapcloud_member.team : m.email]
}
