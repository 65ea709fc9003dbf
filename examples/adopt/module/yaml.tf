# What survey.tf found, as the file of the module examples/modules/organization, with the import blocks that go with it. It is needed once.

data "jmapcloud_current_member" "me" {}

locals {
  # The account in use stays outside: the provider neither removes nor demotes it.
  account = lower(data.jmapcloud_current_member.me.email)

  found_full_names = { for email, m in local.found_members : m.name => email... if m.name != null }

  # A name that several have would not tell them apart.
  yaml_members = [for email, m in local.found_members : merge(
    { email = email, role = m.role },
    try(length(local.found_full_names[m.name]) == 1, false) ? { name = m.name } : {},
  ) if email != local.account]

  yaml_invited = [for email, i in local.found_invited : merge(
    { email = email, role = i.role, language = i.language },
    i.status == "EXPIRED" ? { on_expired_invitation = "keep" } : {},
  )]

  yaml_api_keys = [for label, k in local.found_keys : merge(
    { name = k.name, role = k.role, expires_at = k.expires_at },
    label == k.name ? {} : { label = label },
  )]

  import_emails = concat(local.yaml_members[*].email, local.yaml_invited[*].email)
}

output "yaml" {
  value = yamlencode({
    unmanaged_members = [local.account]
    people            = concat(local.yaml_members, local.yaml_invited)
    api_keys          = local.yaml_api_keys
  })
}

output "module_imports" {
  description = "Two blocks, from Terraform 1.7 and OpenTofu 1.7 on."
  value       = <<-EOT
    import {
      for_each = {
    %{for email in local.import_emails~}
        ${local.quoted[email]} = ${local.quoted[email]}
    %{endfor~}
      }
      to = module.organization.jmapcloud_member.people[each.key]
      id = each.value
    }

    import {
      for_each = {
    %{for label, k in local.found_keys~}
        ${local.quoted[label]} = "${k.id}"
    %{endfor~}
      }
      to = module.organization.jmapcloud_api_key.keys[each.key]
      id = each.value
    }
  EOT
}

output "module_imports_before_1_7" {
  description = "A block for each, for every CLI."
  value       = <<-EOT
    %{for email in local.import_emails~}

    import {
      to = module.organization.jmapcloud_member.people[${local.quoted[email]}]
      id = ${local.quoted[email]}
    }
    %{endfor~}
    %{for label, k in local.found_keys~}

    import {
      to = module.organization.jmapcloud_api_key.keys[${local.quoted[label]}]
      id = "${k.id}"
    }
    %{endfor~}
  EOT
}
