# Who can manage the organization.
data "jmapcloud_members" "administrators" {
  role = "ORG_ADMIN"
}

output "administrators" {
  value = data.jmapcloud_members.administrators.members[*].email
}
