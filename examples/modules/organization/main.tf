module "rules" {
  source = "./rules"

  organization = var.organization
  now          = var.now
}

# The map key of a person is their address in lower case, so that another spelling or name is the same person.
resource "jmapcloud_member" "people" {
  for_each = module.rules.accepted.people

  email                 = each.value.email
  role                  = each.value.role
  language              = each.value.language
  on_expired_invitation = each.value.on_expired_invitation
  on_departure          = each.value.on_departure
  transfer_ownership_to = each.value.transfer_ownership_to
  force_destroy         = each.value.force_destroy
}

# The map key of an API key is its label: changing the name replaces the API key, and keeps its address.
resource "jmapcloud_api_key" "keys" {
  for_each = module.rules.accepted.api_keys

  name                  = each.value.name
  role                  = each.value.role
  expires_at            = each.value.expires_at
  lifetime              = each.value.lifetime
  rotate_before         = each.value.rotate_before
  keep_previous_for     = each.value.keep_previous_for
  rotate_when_changed   = each.value.rotate_when_changed
  store_key             = each.value.store_key
  transfer_ownership_to = each.value.transfer_ownership_to
  force_destroy         = each.value.force_destroy
}

check "due_within_a_week" {
  assert {
    condition     = length(module.rules.due) == 0
    error_message = "Within a week ends: ${join(", ", [for d in module.rules.due : "${d.what} ${d.name} at ${d.at}"])}."
  }
}
