# Holds what was given against the rules. It has no resources and needs no provider: what it refuses, no other part of the module sees.

locals {
  fields = {
    organization = ["people", "api_keys", "unmanaged_members", "transfer_ownership_to"]
    people       = ["email", "name", "role", "language", "until", "transfer_ownership_to", "force_destroy", "on_expired_invitation", "on_departure"]
    api_keys = [
      "name", "label", "role", "expires_at", "lifetime", "rotate_before", "keep_previous_for", "rotate_when_changed", "store_key",
      "transfer_ownership_to", "force_destroy",
    ]
  }
  member_roles  = ["ORG_ADMIN", "ORG_EDITOR", "ORG_VIEWER"]
  key_roles     = ["ORG_EDITOR", "ORG_VIEWER"]
  languages     = ["en", "fr", "es"]
  expired       = ["resend", "keep"]
  departure     = ["invite", "keep_out"]
  email_pattern = "^[^@\\s<>]+@[^@\\s<>]+$"

  # A list that is not given is empty. A value that is no list is refused below.
  given_people    = try([for p in var.organization.people : p], [])
  given_api_keys  = try([for k in var.organization.api_keys : k], [])
  given_unmanaged = try([for email in var.organization.unmanaged_members : email], [])

  default_successor = try(lower(trimspace(var.organization.transfer_ownership_to)), null)

  # Every field that is not given is null, every address is in lower case, and every time is in RFC 3339.
  people = [for i, p in local.given_people : {
    at                    = try(trimspace(p.email) != "", false) ? "people[${i}], ${trimspace(p.email)}" : "people[${i}]"
    given                 = p
    spelling              = try(trimspace(p.email), "")
    email                 = try(lower(trimspace(p.email)), "")
    name                  = try(coalesce(p.name), trimspace(p.email), "")
    role                  = try(tostring(p.role), null)
    language              = try(tostring(p.language), null)
    until                 = try(timeadd(p.until, "0s"), timeadd("${p.until}T00:00:00Z", "0s"), null)
    own_successor         = try(lower(trimspace(p.transfer_ownership_to)), null)
    force_destroy         = try(tobool(p.force_destroy), null)
    on_expired_invitation = try(tostring(p.on_expired_invitation), null)
    on_departure          = try(tostring(p.on_departure), null)
  }]

  api_keys = [for i, k in local.given_api_keys : {
    at                  = try(k.name != "", false) ? "api_keys[${i}], ${k.name}" : "api_keys[${i}]"
    given               = k
    name                = try(tostring(k.name), null)
    label               = try(coalesce(k.label), coalesce(k.name), "")
    role                = try(tostring(k.role), null)
    expires_at          = try(timeadd(k.expires_at, "0s"), timeadd("${k.expires_at}T00:00:00Z", "0s"), null)
    lifetime            = try(tostring(k.lifetime), null)
    rotate_before       = try(tostring(k.rotate_before), null)
    keep_previous_for   = try(tostring(k.keep_previous_for), null)
    rotate_when_changed = try(tomap({ for name, value in k.rotate_when_changed : name => tostring(value) }), null)
    store_key           = try(tobool(k.store_key), null)
    own_successor       = try(lower(trimspace(k.transfer_ownership_to)), null)
    force_destroy       = try(tobool(k.force_destroy), null)
  }]

  unmanaged = [for email in local.given_unmanaged : try(lower(trimspace(email)), "")]

  by_email  = { for p in local.people : p.email => p... if p.email != "" }
  addresses = concat(keys(local.by_email), local.unmanaged)
  by_name   = { for p in local.people : p.name => p... if p.name != "" }
  by_label  = { for k in local.api_keys : k.label => k... if k.label != "" }

  # Everything that names a successor: an entry of either list, or the organization for all.
  successions = concat(
    [for p in local.people : { at = p.at, email = p.email, given = try(p.given.transfer_ownership_to, null), to = p.own_successor }],
    [for k in local.api_keys : { at = k.at, email = "", given = try(k.given.transfer_ownership_to, null), to = k.own_successor }],
    [{ at = "transfer_ownership_to", email = "", given = try(var.organization.transfer_ownership_to, null), to = local.default_successor }],
  )

  flags = concat(
    [for p in local.people : { at = p.at, name = "force_destroy", given = try(p.given.force_destroy, null), value = p.force_destroy }],
    [for k in local.api_keys : { at = k.at, name = "force_destroy", given = try(k.given.force_destroy, null), value = k.force_destroy }],
    [for k in local.api_keys : { at = k.at, name = "store_key", given = try(k.given.store_key, null), value = k.store_key }],
  )

  times = concat(
    [for p in local.people : { at = p.at, name = "until", given = try(p.given.until, null), value = p.until }],
    [for k in local.api_keys : { at = k.at, name = "expires_at", given = try(k.given.expires_at, null), value = k.expires_at }],
  )

  durations = flatten([for k in local.api_keys : [for name in ["lifetime", "rotate_before", "keep_previous_for"] :
    { at = k.at, name = name, given = try(k.given[name], null) }
  ]])

  problems = concat(
    can(keys(var.organization)) ? [] : ["organization is no object with people and api_keys"],
    [for field in try(keys(var.organization), []) : "${field} is unknown here: write ${join(", ", local.fields.organization)}" if !contains(local.fields.organization, field)],
    [for field in ["people", "api_keys"] : "${field} has no value: write [] for none at all" if try(var.organization[field] == null, false)],
    [for field in ["people", "api_keys", "unmanaged_members"] : "${field} is no list: begin each entry with a dash in YAML, or write [ … ] in HCL"
    if try(var.organization[field], null) != null && !can(concat(var.organization[field], []))],

    # Entries that are none.
    [for p in local.people : "${p.at}: is no entry with email and role" if !can(keys(p.given))],
    [for k in local.api_keys : "${k.at}: is no entry with name and role" if !can(keys(k.given))],
    flatten([for p in local.people : [for field in try(keys(p.given), []) :
      "${p.at}: ${field} is unknown: write ${join(", ", local.fields.people)}" if !contains(local.fields.people, field)
    ]]),
    flatten([for k in local.api_keys : [for field in try(keys(k.given), []) :
      "${k.at}: ${field} is unknown: write ${join(", ", local.fields.api_keys)}" if !contains(local.fields.api_keys, field)
    ]]),

    # People.
    [for p in local.people : "${p.at}: has no email" if p.email == "" && can(keys(p.given))],
    [for p in local.people : "${p.at}: is no email address: write it as name@example.com" if p.email != "" && !can(regex(local.email_pattern, p.email))],
    [for email, all in local.by_email : "${email} is in people ${length(all)} times, as ${join(" and ", all[*].spelling)}: keep one entry" if length(all) > 1],
    [for name, all in local.by_name : "${name} is the name of ${join(" and ", all[*].email)}: names are different" if length(distinct(all[*].email)) > 1],
    [for p in local.people : "${p.at}: ${p.role == null ? "has no role" : "the role is ${jsonencode(p.role)}"}: write ${join(", ", local.member_roles)}" if can(keys(p.given)) && !contains(local.member_roles, coalesce(p.role, "none"))],
    [for p in local.people : "${p.at}: the language is ${jsonencode(p.given.language)}: write ${join(", ", local.languages)}" if try(p.given.language, null) != null && !contains(local.languages, coalesce(p.language, "none"))],
    [for p in local.people : "${p.at}: on_expired_invitation is ${jsonencode(p.given.on_expired_invitation)}: write ${join(", ", local.expired)}" if try(p.given.on_expired_invitation, null) != null && !contains(local.expired, coalesce(p.on_expired_invitation, "none"))],
    [for p in local.people : "${p.at}: on_departure is ${jsonencode(p.given.on_departure)}: write ${join(", ", local.departure)}" if try(p.given.on_departure, null) != null && !contains(local.departure, coalesce(p.on_departure, "none"))],
    [for email in local.unmanaged : "unmanaged_members: ${jsonencode(email)} is no email address: write it as name@example.com" if !can(regex(local.email_pattern, email))],
    [for email in local.unmanaged : "unmanaged_members: ${email} is in people too: keep one of the two" if contains(keys(local.by_email), email)],

    # Keys.
    [for k in local.api_keys : "${k.at}: has no name" if try(k.name == null || k.name == "", true) && can(keys(k.given))],
    [for label, all in local.by_label : "${length(all)} API keys have the label ${jsonencode(label)}, which is the name where none is given: give each a label of its own" if length(all) > 1],
    [for k in local.api_keys : "${k.at}: ${k.role == null ? "has no role" : "the role is ${jsonencode(k.role)}"}: write ${join(", ", local.key_roles)}" if can(keys(k.given)) && !contains(local.key_roles, coalesce(k.role, "none"))],
    [for k in local.api_keys : "${k.at}: write one of expires_at and lifetime" if can(keys(k.given)) && (try(k.given.expires_at, null) == null) == (try(k.given.lifetime, null) == null)],
    [for k in local.api_keys : "${k.at}: rotate_when_changed is no map of texts" if try(k.given.rotate_when_changed, null) != null && k.rotate_when_changed == null],

    # What both have.
    [for t in local.times : "${t.at}: ${t.name} is ${jsonencode(t.given)}: write a date such as 2030-01-31, or a time such as 2030-01-31T17:00:00Z" if t.given != null && t.value == null],
    [for p in local.people : "${p.at}: until has no value: write a time, or leave until out for access without end" if try(p.given.until == null, false)],
    [for d in local.durations : "${d.at}: ${d.name} is ${jsonencode(d.given)}: write hours, minutes and seconds such as 2160h, which is 90 days" if d.given != null && !can(timeadd("2000-01-01T00:00:00Z", d.given))],
    [for f in local.flags : "${f.at}: ${f.name} is ${jsonencode(f.given)}: write true or false" if f.given != null && f.value == null],

    # Successors. Who leaves on a day cannot receive anything on that day, and a run may come late: so a successor has no until.
    [for s in local.successions : "${s.at}: transfer_ownership_to is no email address" if s.given != null && s.to == null],
    [for s in local.successions : "${s.at}: the successor ${s.to} is in neither people nor unmanaged_members" if s.to != null && !contains(local.addresses, coalesce(s.to, "none"))],
    [for s in local.successions : "${s.at}: the successor is the person themselves" if s.to != null && s.to == s.email],
    [for s in local.successions : "${s.at}: the successor ${s.to} leaves at ${local.by_email[s.to][0].until}: name one without until" if try(local.by_email[s.to][0].until, null) != null],
    [for s in local.successions : "${s.at}: the successor ${s.to} is a Viewer, who cannot own anything: name an Editor or Administrator" if try(local.by_email[s.to][0].role, null) == "ORG_VIEWER"],
  )

  # What is left where there is no problem.
  accepted_people = { for email, all in local.by_email : email => {
    name                  = all[0].name
    email                 = all[0].spelling
    role                  = all[0].role
    language              = all[0].language
    until                 = all[0].until
    transfer_ownership_to = all[0].own_successor != null ? all[0].own_successor : local.default_successor != email ? local.default_successor : null
    force_destroy         = all[0].force_destroy
    on_expired_invitation = all[0].on_expired_invitation
    on_departure          = all[0].on_departure
  } if !contains(local.ended[*].email, email) }

  accepted_api_keys = { for label, all in local.by_label : label => {
    name                  = all[0].name
    role                  = all[0].role
    expires_at            = all[0].expires_at
    lifetime              = all[0].lifetime
    rotate_before         = all[0].rotate_before
    keep_previous_for     = all[0].keep_previous_for
    rotate_when_changed   = all[0].rotate_when_changed
    store_key             = all[0].store_key
    transfer_ownership_to = all[0].own_successor != null ? all[0].own_successor : local.default_successor
    force_destroy         = all[0].force_destroy
  } }

  # The time by which a plan decides is the plan's own, and the apply keeps it.
  now   = coalesce(var.now, plantimestamp())
  soon  = timeadd(local.now, "168h")
  ended = [for p in local.people : p if try(timecmp(p.until, local.now) <= 0, false)]
  due_people = [for p in local.people : p
    if try(timecmp(p.until, local.now) > 0 && timecmp(p.until, local.soon) <= 0, false)
  ]
  due_keys = [for k in local.api_keys : k
    if try(timecmp(k.expires_at, local.now) > 0 && timecmp(k.expires_at, local.soon) <= 0, false)
  ]
}
