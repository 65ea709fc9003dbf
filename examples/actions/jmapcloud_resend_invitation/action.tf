# By hand: terraform apply -invoke=action.jmapcloud_resend_invitation.ana
action "jmapcloud_resend_invitation" "ana" {
  config {
    email = "ana@example.com"
  }
}

# With a change: whoever is newly asked for gets another mail, unless one went out today.
action "jmapcloud_resend_invitation" "reminder" {
  config {
    email              = "ana@example.com"
    unless_sent_within = "24h"
  }
}

resource "terraform_data" "reminders" {
  input = 1 # count it up to remind

  lifecycle {
    action_trigger {
      events  = [after_update]
      actions = [action.jmapcloud_resend_invitation.reminder]
    }
  }
}
