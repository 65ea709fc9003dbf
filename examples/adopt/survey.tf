# What is in the organization today. This file is needed once: it writes the configuration that goes on without it.

data "jmapcloud_organization" "this" {}

data "jmapcloud_members" "all" {}

data "jmapcloud_invitations" "all" {}

# A key that has expired cannot be adopted.
data "jmapcloud_api_keys" "working" {
  expired = false
}

locals {
  found_members     = { for m in data.jmapcloud_members.all.members : lower(m.email) => m }
  found_invitations = { for i in data.jmapcloud_invitations.all.invitations : lower(i.email) => i... }
  found_names       = { for k in data.jmapcloud_api_keys.working.api_keys : k.name => k... }

  # Of several invitations to one person, the pending one counts; whoever has accepted is a member.
  found_invited = { for email, all in local.found_invitations : email => concat([for i in all : i if i.status == "PENDING"], all)[0] if !contains(keys(local.found_members), email) }

  # A key goes by its name, or by its name and id where several have the name.
  found_keys = { for k in data.jmapcloud_api_keys.working.api_keys : length(local.found_names[k.name]) == 1 ? k.name : "${k.name} (${k.id})" => k }

  # Every text as it is written between quotes in HCL.
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

output "imports" {
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
