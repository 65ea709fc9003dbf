# Who has yet to answer.
data "jmapcloud_invitations" "pending" {
  status = "PENDING"
}

output "pending" {
  value = data.jmapcloud_invitations.pending.invitations[*].email
}
