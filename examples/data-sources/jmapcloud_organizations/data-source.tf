# The organizations that the account belongs to.
data "jmapcloud_organizations" "all" {}

output "organization_ids" {
  value = { for o in data.jmapcloud_organizations.all.organizations : o.name => o.id }
}
