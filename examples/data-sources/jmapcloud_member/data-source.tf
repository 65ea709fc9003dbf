data "jmapcloud_member" "gis_lead" {
  email = "gis-lead@example.com"
}

output "gis_lead" {
  value = data.jmapcloud_member.gis_lead.name
}
