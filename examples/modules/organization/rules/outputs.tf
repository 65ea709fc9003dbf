output "accepted" {
  description = "Who has access now, by email in lower case, and the API keys by label."
  value       = { people = local.accepted_people, api_keys = local.accepted_api_keys }

  precondition {
    condition     = length(local.problems) == 0
    error_message = "The organization cannot be made as it is written:\n${join("\n", formatlist("  - %s.", local.problems))}"
  }
}

output "due" {
  description = "Whose access ends within a week, and which keys expire."
  value = concat(
    [for p in local.due_people : { what = "member", name = p.name, at = p.until }],
    [for k in local.due_keys : { what = "API key", name = k.name, at = k.expires_at }],
  )
}

output "ended" {
  description = "Names of those whose access has ended, and whose entries may go."
  value       = local.ended[*].name
}
