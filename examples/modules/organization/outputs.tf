output "members" {
  description = "The people by name: email, role, status, id (null until they accept) and until."
  value = { for email, m in jmapcloud_member.people : module.rules.accepted.people[email].name => {
    email  = m.email
    role   = m.role
    status = m.status
    id     = m.id
    until  = module.rules.accepted.people[email].until
  } }
}

output "api_keys" {
  description = "The keys by label: id, name, role, email (by which the key owns what it makes), expires_at and rotates_at."
  value = { for label, k in jmapcloud_api_key.keys : label => {
    id         = k.id
    name       = k.name
    role       = k.role
    email      = k.email
    expires_at = k.expires_at
    rotates_at = k.rotates_at
  } }
}

output "api_key_secrets" {
  description = "The keys themselves by label, with `output_secrets = true`; otherwise none. Null for a key that was imported or has `store_key: false`."
  value       = { for label, k in jmapcloud_api_key.keys : label => k.key if var.output_secrets }
  sensitive   = true
}

output "due_within_a_week" {
  description = "Whose access ends within a week, and which keys with `expires_at` expire: what, name and at."
  value       = module.rules.due
}

output "ended" {
  description = "Names of the people whose access has ended. Their entries may go from the file."
  value       = module.rules.ended
}
