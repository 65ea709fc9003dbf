# What would be handed over: terraform apply -invoke=action.jmapcloud_transfer_ownership.rehearsal
action "jmapcloud_transfer_ownership" "rehearsal" {
  config {
    from    = "ana@example.com"
    to      = "gis-lead@example.com"
    dry_run = true
  }
}

# Before Ana changes to another department: terraform apply -invoke=action.jmapcloud_transfer_ownership.ana
action "jmapcloud_transfer_ownership" "ana" {
  config {
    from = "ana@example.com"
    to   = "gis-lead@example.com"
  }
}

# With a change: what Ana made goes to the lead when her department does.
resource "terraform_data" "anas_department" {
  input = "surveying"

  lifecycle {
    action_trigger {
      events  = [after_update]
      actions = [action.jmapcloud_transfer_ownership.ana]
    }
  }
}
