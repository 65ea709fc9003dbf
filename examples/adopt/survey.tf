# Reads the organization, and writes a configuration for it. Delete this file afterwards: the configuration does not need it.

data "jmapcloud_organization" "this" {}

data "jmapcloud_members" "all" {}

data "jmapcloud_invitations" "all" {}

# An API key that has expired cannot be imported.
data "jmapcloud_api_keys" "working" {
  expired = false
}

locals {
  found_members     = { for m in data.jmapcloud_members.all.members : lower(m.email) => m }
  found_invitations = { for i in data.jmapcloud_invitations.all.invitations : lower(i.email) => i... }
  found_names       = { for k in data.jmapcloud_api_keys.working.api_keys : k.name => k... }

  # A person with several invitations has the pending one. A person who has accepted is a member.
  found_invited = { for email, all in local.found_invitations : email => concat([for i in all : i if i.status == "PENDING"], all)[0] if !contains(keys(local.found_members), email) }

  # The map key of an API key is its name, or its name and id where several have the name.
  found_keys = { for k in data.jmapcloud_api_keys.working.api_keys : length(local.found_names[k.name]) == 1 ? k.name : "${k.name} (${k.id})" => k }

  # Every text, quoted for HCL.
  found_texts = toset(concat(keys(local.found_members), keys(local.found_invited), keys(local.found_keys), keys(local.found_names), [data.jmapcloud_organization.this.name]))
  quoted      = { for text in local.found_texts : text => format("\"%s\"", replace(replace(replace(replace(text, "\\", "\\\\"), "\"", "\\\""), "$${", "$$${"), "%%{", "%%%{")) }
}

output "configuration" {
  value = <<-EOT
    locals {
      people = {
    %{for email, m in local.found_members~}
        ${local.quoted[email]} = { role = "${m.role}" }
    %{endfor~}
    %{for email, i in local.found_invited~}
        ${local.quoted[email]} = { role = "${i.role}", language = "${i.language}"${i.status == "EXPIRED" ? ", on_expired_invitation = \"keep\"" : ""} }
    %{endfor~}
      }

      api_keys = {
    %{for name, k in local.found_keys~}
        ${local.quoted[name]} = { ${name == k.name ? "" : "name = ${local.quoted[k.name]}, "}role = "${k.role}", expires_at = "${k.expires_at}" }
    %{endfor~}
      }
    }

    resource "jmapcloud_organization" "this" {
      name = ${local.quoted[data.jmapcloud_organization.this.name]}
    }

    resource "jmapcloud_member" "people" {
      for_each = local.people

      email                 = each.key
      role                  = each.value.role
      language              = try(each.value.language, null)
      on_expired_invitation = try(each.value.on_expired_invitation, null)
    }

    resource "jmapcloud_api_key" "keys" {
      for_each = local.api_keys

      name       = try(each.value.name, each.key)
      role       = each.value.role
      expires_at = each.value.expires_at
    }
  EOT
}

# For Terraform 1.7 and OpenTofu 1.7, and later.
output "imports" {
  value = <<-EOT
    import {
      to = jmapcloud_organization.this
      id = "${data.jmapcloud_organization.this.id}"
    }

    import {
      for_each = local.people
      to       = jmapcloud_member.people[each.key]
      id       = each.key
    }

    locals {
      api_key_ids = {
    %{for name, k in local.found_keys~}
        ${local.quoted[name]} = "${k.id}"
    %{endfor~}
      }
    }

    import {
      for_each = local.api_key_ids
      to       = jmapcloud_api_key.keys[each.key]
      id       = each.value
    }
  EOT
}

# For earlier versions, which have no for_each in an import block.
output "imports_before_1_7" {
  value = <<-EOT
    import {
      to = jmapcloud_organization.this
      id = "${data.jmapcloud_organization.this.id}"
    }
    %{for email in concat(keys(local.found_members), keys(local.found_invited))~}

    import {
      to = jmapcloud_member.people[${local.quoted[email]}]
      id = ${local.quoted[email]}
    }
    %{endfor~}
    %{for name, k in local.found_keys~}

    import {
      to = jmapcloud_api_key.keys[${local.quoted[name]}]
      id = "${k.id}"
    }
    %{endfor~}
  EOT
}
