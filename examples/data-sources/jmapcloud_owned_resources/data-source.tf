# The projects and data sources that JMap Cloud would delete with this member, without a successor.
data "jmapcloud_owned_resources" "gis_lead" {
  email = "gis-lead@example.com"
}

output "only_theirs" {
  value = [for r in data.jmapcloud_owned_resources.gis_lead.resources : r.name if r.sole_owner]
}
