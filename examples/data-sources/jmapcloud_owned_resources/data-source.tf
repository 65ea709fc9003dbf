# What would be deleted with this member if nobody received it.
data "jmapcloud_owned_resources" "gis_lead" {
  email = "gis-lead@example.com"
}

output "only_theirs" {
  value = [for r in data.jmapcloud_owned_resources.gis_lead.resources : r.name if r.sole_owner]
}
