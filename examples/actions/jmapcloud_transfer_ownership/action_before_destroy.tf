# Before a destroy, from Terraform 1.16 on: the lead becomes an owner of what Ana owns when the survey ends. Setting count to 0 ends it.
# Removing the block would remove its trigger too.
resource "terraform_data" "survey" {
  count = 1

  lifecycle {
    action_trigger {
      events  = [before_destroy]
      actions = [action.jmapcloud_transfer_ownership.ana]
    }
  }
}
