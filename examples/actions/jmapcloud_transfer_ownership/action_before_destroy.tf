# Before something ends, from Terraform 1.16 on: what Ana made for the survey goes to the lead when the survey is over. The count is what
# ends it: with the block, its trigger would go too.
resource "terraform_data" "survey" {
  count = 1

  lifecycle {
    action_trigger {
      events  = [before_destroy]
      actions = [action.jmapcloud_transfer_ownership.ana]
    }
  }
}
