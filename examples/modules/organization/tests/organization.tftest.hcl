# The module against the simulated cloud: jmapcloud-simulator -- terraform test

variables {
  now = "2030-01-01T00:00:00Z"
  organization = {
    transfer_ownership_to = "admin@example.com"
    unmanaged_members     = ["admin@example.com"]
    people = [
      { email = "Ada@example.com", name = "Ada", role = "ORG_EDITOR" },
      { email = "carla@example.com", name = "Carla", role = "ORG_VIEWER", until = "2030-01-05" },
    ]
    api_keys = [{ name = "Import", role = "ORG_EDITOR", lifetime = "2160h", rotate_before = "336h", keep_previous_for = "24h" }]
  }
}

run "makes_people_and_keys" {
  assert {
    condition     = output.members["Ada"].status == "INVITED" && output.members["Ada"].email == "Ada@example.com" && output.members["Carla"].role == "ORG_VIEWER"
    error_message = "The members are ${jsonencode(output.members)}."
  }

  assert {
    condition     = output.api_keys["Import"].id != null && length(output.api_key_secrets) == 0
    error_message = "The key has no id, or its secret is told unasked."
  }

  # Whose access ends within a week is warned of.
  expect_failures = [check.due_within_a_week]
}

run "tells_secrets_when_asked" {
  variables {
    output_secrets = true
  }

  assert {
    condition     = length(output.api_key_secrets["Import"]) > 0
    error_message = "The secret is missing."
  }

  expect_failures = [check.due_within_a_week]
}

run "ends_access" {
  variables {
    now = "2030-01-05T00:00:00Z"
  }

  assert {
    condition     = join(" ", keys(output.members)) == "Ada" && join(" ", output.ended) == "Carla" && length(output.due_within_a_week) == 0
    error_message = "Carla still has access."
  }
}

run "another_spelling_is_no_other_person" {
  command = plan

  variables {
    now = "2030-01-05T00:00:00Z"
    organization = {
      people   = [{ email = "ADA@EXAMPLE.COM", name = "Lady Lovelace", role = "ORG_EDITOR" }]
      api_keys = [{ name = "Import", role = "ORG_EDITOR", lifetime = "2160h" }]
    }
  }

  assert {
    condition     = jmapcloud_member.people["ada@example.com"].status == "INVITED"
    error_message = "Ada would be invited again."
  }
}

run "bad_time_is_refused" {
  command = plan

  variables {
    now = "tomorrow"
  }

  expect_failures = [var.now]
}
