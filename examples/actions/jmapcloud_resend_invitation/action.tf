# By hand: terraform apply -invoke=action.jmapcloud_resend_invitation.ana
action "jmapcloud_resend_invitation" "ana" {
  config {
    email = "ana@example.com"
  }
}

# With a change: the person gets another mail, unless one was sent within a day.
action "jmapcloud_resend_invitation" "reminder" {
  config {
    email              = "ana@example.com"
    unless_sent_within = "24h"
  }
}

resource "terraform_data" "reminders" {
  input = 1 # raise it to send a reminder

  lifecycle {
    action_trigger {
      events  = [after_update]
      actions = [action.jmapcloud_resend_invitation.reminder]
    }
  }
}
