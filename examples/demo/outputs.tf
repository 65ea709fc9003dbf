output "organization" {
  description = "Name of the organization."
  value       = data.jmapcloud_organization.this.name
}

output "team" {
  description = "Roles by email."
  value       = { for email, member in jmapcloud_member.team : email => member.role }
}

output "nightly_import_key" {
  description = "The key itself: terraform output -raw nightly_import_key"
  value       = jmapcloud_api_key.nightly_import.key
  sensitive   = true
}
