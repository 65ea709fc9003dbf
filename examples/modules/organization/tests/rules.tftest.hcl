# What is written must fit. Each run has one thing that does not, and needs no cloud.

run "one_of_each_fits" {
  command = plan

  module {
    source = "./rules"
  }

  variables {
    now = "2030-01-01T00:00:00Z"
    organization = {
      transfer_ownership_to = "Ada@example.com"
      unmanaged_members     = ["admin@example.com"]
      people = [
        { email = " Ada@Example.com", role = "ORG_EDITOR" },
        { email = "bruno@example.com", name = "Bruno", role = "ORG_ADMIN", language = "fr", until = "2030-01-05", transfer_ownership_to = "admin@example.com", force_destroy = false, on_expired_invitation = "keep", on_departure = "keep_out" },
        { email = "carla@example.com", role = "ORG_VIEWER", until = "2029-12-31T23:59:59-01:00" },
        { email = "dora@example.com", role = "ORG_VIEWER", until = "2029-12-31T23:59:59+01:00" },
      ]
      api_keys = [
        { name = "Import", label = "import", role = "ORG_EDITOR", lifetime = "2160h", rotate_before = "336h", keep_previous_for = "24h", rotate_when_changed = { round = 1 }, store_key = false },
        { name = "Import", role = "ORG_VIEWER", expires_at = "2030-01-31", transfer_ownership_to = "admin@example.com", force_destroy = true },
      ]
    }
  }

  assert {
    condition     = join(" ", keys(output.accepted.people)) == "ada@example.com bruno@example.com carla@example.com"
    error_message = "Other people have access: ${join(", ", keys(output.accepted.people))}."
  }

  assert {
    condition     = join(" ", output.ended) == "dora@example.com"
    error_message = "The access of Dora alone has ended."
  }

  assert {
    condition     = join(", ", [for d in output.due : "${d.what} ${d.name} ${d.at}"]) == "member Bruno 2030-01-05T00:00:00Z, member carla@example.com 2029-12-31T23:59:59-01:00"
    error_message = "Due are ${jsonencode(output.due)}."
  }

  assert {
    condition     = output.accepted.people["ada@example.com"].transfer_ownership_to == null && output.accepted.people["carla@example.com"].transfer_ownership_to == "ada@example.com" && output.accepted.people["bruno@example.com"].transfer_ownership_to == "admin@example.com"
    error_message = "The successors are wrong."
  }

  assert {
    condition     = output.accepted.api_keys["import"].rotate_when_changed["round"] == "1" && output.accepted.api_keys["Import"].expires_at == "2030-01-31T00:00:00Z" && output.accepted.api_keys["import"].transfer_ownership_to == "ada@example.com"
    error_message = "The keys are wrong: ${jsonencode(output.accepted.api_keys)}."
  }
}

run "nobody_fits" {
  command = plan

  module {
    source = "./rules"
  }

  variables {
    organization = { people = [] }
  }

  assert {
    condition     = length(output.accepted.people) == 0
    error_message = "There is a person."
  }
}

run "text_is_refused" {
  command = plan

  module {
    source = "./rules"
  }

  variables {
    organization = "organization.yaml"
  }

  expect_failures = [output.accepted]
}

run "unknown_field_is_refused" {
  command = plan

  module {
    source = "./rules"
  }

  variables {
    organization = { peple = [] }
  }

  expect_failures = [output.accepted]
}

run "people_without_a_value_is_refused" {
  command = plan

  module {
    source = "./rules"
  }

  variables {
    organization = { people = null }
  }

  expect_failures = [output.accepted]
}

run "people_in_a_map_is_refused" {
  command = plan

  module {
    source = "./rules"
  }

  variables {
    organization = { people = { ada = { email = "ada@example.com", role = "ORG_EDITOR" } } }
  }

  expect_failures = [output.accepted]
}

run "person_as_text_is_refused" {
  command = plan

  module {
    source = "./rules"
  }

  variables {
    organization = { people = ["ada@example.com"] }
  }

  expect_failures = [output.accepted]
}

run "unknown_field_of_a_person_is_refused" {
  command = plan

  module {
    source = "./rules"
  }

  variables {
    organization = { people = [{ email = "ada@example.com", role = "ORG_EDITOR", rights = "all" }] }
  }

  expect_failures = [output.accepted]
}

run "person_without_email_is_refused" {
  command = plan

  module {
    source = "./rules"
  }

  variables {
    organization = { people = [{ name = "Ada", role = "ORG_EDITOR" }] }
  }

  expect_failures = [output.accepted]
}

run "bad_email_is_refused" {
  command = plan

  module {
    source = "./rules"
  }

  variables {
    organization = { people = [{ email = "ada", role = "ORG_EDITOR" }] }
  }

  expect_failures = [output.accepted]
}

run "one_address_in_two_spellings_is_refused" {
  command = plan

  module {
    source = "./rules"
  }

  variables {
    organization = { people = [{ email = "ada@example.com", role = "ORG_EDITOR" }, { email = "Ada@Example.com", role = "ORG_VIEWER" }] }
  }

  expect_failures = [output.accepted]
}

run "one_name_for_two_is_refused" {
  command = plan

  module {
    source = "./rules"
  }

  variables {
    organization = { people = [{ email = "ada@example.com", name = "Ada", role = "ORG_EDITOR" }, { email = "ada@example.org", name = "Ada", role = "ORG_VIEWER" }] }
  }

  expect_failures = [output.accepted]
}

run "person_without_role_is_refused" {
  command = plan

  module {
    source = "./rules"
  }

  variables {
    organization = { people = [{ email = "ada@example.com" }] }
  }

  expect_failures = [output.accepted]
}

run "unknown_role_is_refused" {
  command = plan

  module {
    source = "./rules"
  }

  variables {
    organization = { people = [{ email = "ada@example.com", role = "EDITOR" }] }
  }

  expect_failures = [output.accepted]
}

run "unknown_language_is_refused" {
  command = plan

  module {
    source = "./rules"
  }

  variables {
    organization = { people = [{ email = "ada@example.com", role = "ORG_EDITOR", language = "de" }] }
  }

  expect_failures = [output.accepted]
}

run "unknown_on_expired_invitation_is_refused" {
  command = plan

  module {
    source = "./rules"
  }

  variables {
    organization = { people = [{ email = "ada@example.com", role = "ORG_EDITOR", on_expired_invitation = "wait" }] }
  }

  expect_failures = [output.accepted]
}

run "until_that_is_no_time_is_refused" {
  command = plan

  module {
    source = "./rules"
  }

  variables {
    organization = { people = [{ email = "ada@example.com", role = "ORG_EDITOR", until = "31.1.2030" }] }
  }

  expect_failures = [output.accepted]
}

run "until_without_a_value_is_refused" {
  command = plan

  module {
    source = "./rules"
  }

  variables {
    organization = { people = [{ email = "ada@example.com", role = "ORG_EDITOR", until = null }] }
  }

  expect_failures = [output.accepted]
}

run "force_destroy_that_is_no_flag_is_refused" {
  command = plan

  module {
    source = "./rules"
  }

  variables {
    organization = { people = [{ email = "ada@example.com", role = "ORG_EDITOR", force_destroy = "sometimes" }] }
  }

  expect_failures = [output.accepted]
}

run "successor_who_is_not_there_is_refused" {
  command = plan

  module {
    source = "./rules"
  }

  variables {
    organization = { people = [{ email = "ada@example.com", role = "ORG_EDITOR", transfer_ownership_to = "lead@example.com" }] }
  }

  expect_failures = [output.accepted]
}

run "successor_of_all_who_is_not_there_is_refused" {
  command = plan

  module {
    source = "./rules"
  }

  variables {
    organization = { transfer_ownership_to = "lead@example.com", people = [] }
  }

  expect_failures = [output.accepted]
}

run "successor_of_oneself_is_refused" {
  command = plan

  module {
    source = "./rules"
  }

  variables {
    organization = { people = [{ email = "ada@example.com", role = "ORG_EDITOR", transfer_ownership_to = "ADA@example.com" }] }
  }

  expect_failures = [output.accepted]
}

run "successor_who_leaves_is_refused" {
  command = plan

  module {
    source = "./rules"
  }

  variables {
    organization = { transfer_ownership_to = "ada@example.com", people = [{ email = "ada@example.com", role = "ORG_EDITOR", until = "2100-01-01" }] }
  }

  expect_failures = [output.accepted]
}

run "successor_who_is_a_viewer_is_refused" {
  command = plan

  module {
    source = "./rules"
  }

  variables {
    organization = { transfer_ownership_to = "ada@example.com", people = [{ email = "ada@example.com", role = "ORG_VIEWER" }] }
  }

  expect_failures = [output.accepted]
}

run "bad_unmanaged_member_is_refused" {
  command = plan

  module {
    source = "./rules"
  }

  variables {
    organization = { unmanaged_members = ["admin"] }
  }

  expect_failures = [output.accepted]
}

run "unmanaged_member_who_is_managed_is_refused" {
  command = plan

  module {
    source = "./rules"
  }

  variables {
    organization = { unmanaged_members = ["ADA@example.com"], people = [{ email = "ada@example.com", role = "ORG_EDITOR" }] }
  }

  expect_failures = [output.accepted]
}

run "unknown_field_of_a_key_is_refused" {
  command = plan

  module {
    source = "./rules"
  }

  variables {
    organization = { api_keys = [{ name = "Import", role = "ORG_EDITOR", lifetime = "2160h", rotate = "336h" }] }
  }

  expect_failures = [output.accepted]
}

run "key_without_name_is_refused" {
  command = plan

  module {
    source = "./rules"
  }

  variables {
    organization = { api_keys = [{ role = "ORG_EDITOR", lifetime = "2160h" }] }
  }

  expect_failures = [output.accepted]
}

run "one_label_for_two_keys_is_refused" {
  command = plan

  module {
    source = "./rules"
  }

  variables {
    organization = { api_keys = [{ name = "Import", role = "ORG_EDITOR", lifetime = "2160h" }, { name = "Export", label = "Import", role = "ORG_EDITOR", lifetime = "2160h" }] }
  }

  expect_failures = [output.accepted]
}

run "administrators_key_is_refused" {
  command = plan

  module {
    source = "./rules"
  }

  variables {
    organization = { api_keys = [{ name = "Import", role = "ORG_ADMIN", lifetime = "2160h" }] }
  }

  expect_failures = [output.accepted]
}

run "key_without_end_is_refused" {
  command = plan

  module {
    source = "./rules"
  }

  variables {
    organization = { api_keys = [{ name = "Import", role = "ORG_EDITOR" }] }
  }

  expect_failures = [output.accepted]
}

run "key_with_two_ends_is_refused" {
  command = plan

  module {
    source = "./rules"
  }

  variables {
    organization = { api_keys = [{ name = "Import", role = "ORG_EDITOR", lifetime = "2160h", expires_at = "2030-01-31" }] }
  }

  expect_failures = [output.accepted]
}

run "expires_at_that_is_no_time_is_refused" {
  command = plan

  module {
    source = "./rules"
  }

  variables {
    organization = { api_keys = [{ name = "Import", role = "ORG_EDITOR", expires_at = "soon" }] }
  }

  expect_failures = [output.accepted]
}

run "lifetime_in_days_is_refused" {
  command = plan

  module {
    source = "./rules"
  }

  variables {
    organization = { api_keys = [{ name = "Import", role = "ORG_EDITOR", lifetime = "90d" }] }
  }

  expect_failures = [output.accepted]
}

run "rotate_when_changed_that_is_no_map_is_refused" {
  command = plan

  module {
    source = "./rules"
  }

  variables {
    organization = { api_keys = [{ name = "Import", role = "ORG_EDITOR", lifetime = "2160h", rotate_when_changed = 2 }] }
  }

  expect_failures = [output.accepted]
}

run "store_key_that_is_no_flag_is_refused" {
  command = plan

  module {
    source = "./rules"
  }

  variables {
    organization = { api_keys = [{ name = "Import", role = "ORG_EDITOR", lifetime = "2160h", store_key = "never" }] }
  }

  expect_failures = [output.accepted]
}

run "unknown_on_departure_is_refused" {
  command = plan

  module {
    source = "./rules"
  }

  variables {
    organization = { people = [{ email = "ada@example.com", role = "ORG_EDITOR", on_departure = "leave" }] }
  }

  expect_failures = [output.accepted]
}
